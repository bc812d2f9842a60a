//! Functions of windows: their examples, their meaning, and the same results however rows are cut.

use crate::check::{check, refused, table};
use hypostyle::expr::{Example, Over, WindowFunction, WindowKind};
use hypostyle::functions::{WINDOWS, resolve, window_function};
use hypostyle::{
    Batch, CancelToken, Config, ErrorKind, Expr, Field, Frame, Params, Scalar, Schema, SortKey, col, len,
    row_number,
};
use std::collections::{HashMap, HashSet};

fn each(mut check: impl FnMut(&WindowFunction, Example)) {
    for function in WINDOWS {
        check(function, function.example.unwrap_or_else(|| panic!("{} has no example", function.name))());
    }
}

fn frame_of(example: &Example) -> Frame {
    let fields = example.input.iter().map(|(name, column)| Field::new(name, column.dtype().clone()));
    let rows = example.input[0].1.len();
    let batch = Batch::new(example.input.iter().map(|(_, column)| column.clone()).collect(), rows).unwrap();
    Frame::new(Schema::new(fields.collect()).unwrap(), vec![batch]).unwrap()
}

fn values(frame: &Frame, name: &str) -> Vec<Scalar> {
    frame.column(name).unwrap().values().collect()
}

#[test]
fn names_are_unique_and_documented() {
    let mut names = HashSet::new();
    for function in WINDOWS {
        assert!(names.insert(function.name.to_string()), "{} twice", function.name);
        for alias in function.aliases {
            assert!(names.insert((*alias).to_owned()), "{alias} twice");
            assert_eq!(window_function(alias).unwrap().name, function.name);
        }
        assert!(function.doc.contains('.'), "{}: {}", function.name, function.doc);
        assert!(function.params.iter().all(|param| param.doc.ends_with('.')), "{}", function.name);
    }
}

#[test]
fn examples_give_what_they_say() {
    each(|function, example| {
        let frame = frame_of(&example);
        let found = check(&[&frame], |t| t[0].select([example.expr.clone().alias("output")])).frame();
        let expected: Vec<Scalar> =
            (0..example.output.len()).map(|row| Scalar::from_array(example.output.array(), row)).collect();
        assert_eq!(values(&found, "output"), expected, "{}", function.name);
        assert_eq!(found.schema().fields()[0].dtype, *example.output.dtype(), "{}", function.name);
        let mut called = false;
        example.expr.visit(&mut |expr| {
            called |= matches!(expr, Expr::Window { function: WindowKind::Function(own), .. } if own.name() == function.name);
        });
        assert!(called, "the example of {} shows something else", function.name);
    });
}

#[test]
fn examples_survive_serialisation() {
    each(|function, example| {
        let text = serde_json::to_string(&example.expr).unwrap();
        assert_eq!(resolve(serde_json::from_str(&text).unwrap()).unwrap(), example.expr, "{}", function.name);
    });
}

#[test]
fn nothing_and_nulls_alone_never_fail() {
    each(|function, example| {
        let frame = frame_of(&example);
        let expr = example.expr.clone().alias("output");
        let none = check(&[&frame.head(0)], |t| t[0].with_columns([expr.clone()])).frame();
        assert_eq!(none.rows(), 0, "{}", function.name);
        let nulls = frame.schema().names().map(|name| {
            let dtype = frame.schema().field(name).unwrap().dtype.clone();
            hypostyle::lit(Scalar::Null).cast(dtype).alias(name)
        });
        let nulls = frame.select(nulls.collect::<Vec<_>>()).unwrap();
        let found = check(&[&nulls], |t| t[0].with_columns([expr.clone()])).frame();
        assert_eq!(found.rows(), frame.rows(), "{}", function.name);
    });
}

const SALES: &str = "k: string | day: int64 | x: int64\n\
    b | 3 | 1\na | 1 | 2\nb | 1 | null\nnull | 2 | 7\na | 2 | 4\nb | 2 | 3\nnull | 1 | 5\na | 3 | 2";

#[test]
fn aggregates_are_repeated_for_the_rows_of_their_partition() {
    check(&[&table(SALES)], |t| {
        t[0].select([
            col("k"),
            col("x").sum().over("k").alias("sum"),
            len().over("k").alias("rows"),
            col("x").max().over(()).alias("max"),
            (col("x") * 10 / col("x").sum().over("k")).alias("share"),
            col("x").mean().filter(col("day").gt(1)).over("k").alias("late"),
        ])
    })
    .gives(
        "k: string | sum: int64 | rows: uint64 | max: int64 | share: float64 | late: float64
         b    | 4  | 3 | 7 | 2.5  | 2.0
         a    | 8  | 3 | 7 | 2.5  | 3.0
         b    | 4  | 3 | 7 | null | 2.0
         null | 12 | 2 | 7 | 5.833333333333333 | 7.0
         a    | 8  | 3 | 7 | 5.0  | 3.0
         b    | 4  | 3 | 7 | 7.5  | 2.0
         null | 12 | 2 | 7 | 4.166666666666667 | 7.0
         a    | 8  | 3 | 7 | 2.5  | 3.0",
    );
}

#[test]
fn partitions_are_equal_as_keys() {
    let frame =
        table("x: float64 | y: int64\n0.0 | 1\nNaN | 2\n-0.0 | 4\nnull | 8\nNaN | 16\n1.0 | 32\nnull | 64");
    check(&[&frame], |t| {
        t[0].select([
            col("x"),
            col("y").sum().over("x").alias("sum"),
            col("y").cum_sum().over("x").alias("running"),
            row_number().over("x").alias("n"),
        ])
    })
    .gives(
        "x: float64 | sum: int64 | running: int64 | n: int64
         0.0 | 5 | 1 | 1\nNaN | 18 | 2 | 1\n-0.0 | 5 | 5 | 2\nnull | 72 | 8 | 1
         NaN | 18 | 18 | 2\n1.0 | 32 | 32 | 1\nnull | 72 | 72 | 2",
    );
}

#[test]
fn an_order_leads_what_runs_and_what_comes_first() {
    let by = || vec![SortKey::ascending(col("day"))];
    check(&[&table(SALES)], |t| {
        t[0].select([
            col("k"),
            col("day"),
            col("x").cum_sum().over_by("k", by()).alias("running"),
            col("x").lag(1).over_by("k", by()).alias("before"),
            row_number().over_by("k", vec![SortKey::descending(col("day"))]).alias("back"),
            col("x").first().over_by("k", by()).alias("first"),
            col("x").last_value().over_by("k", by()).alias("last"),
            col("x").sum().over_by("k", by()).alias("sum"),
        ])
    })
    .gives(
        "k: string | day: int64 | running: int64 | before: int64 | back: int64 | first: int64 | last: int64 | sum: int64
         b    | 3 | 4    | 3    | 1 | null | 1 | 4
         a    | 1 | 2    | null | 3 | 2    | 2 | 8
         b    | 1 | null | null | 3 | null | 1 | 4
         null | 2 | 12   | 5    | 1 | 5    | 7 | 12
         a    | 2 | 6    | 2    | 2 | 2    | 2 | 8
         b    | 2 | 3    | null | 2 | null | 1 | 4
         null | 1 | 5    | null | 2 | 5    | 7 | 12
         a    | 3 | 8    | 4    | 1 | 2    | 2 | 8",
    );
}

#[test]
fn ranks_of_equals_and_of_nulls() {
    let frame = table("x: float64\n2.0\nnull\n1.0\n2.0\nNaN\n2.0\n3.0");
    let rank = |method: &str| col("x").rank(method, false).alias(method);
    check(&[&frame], |t| {
        t[0].select([
            col("x"),
            rank("average"),
            rank("min"),
            rank("max"),
            rank("dense"),
            rank("ordinal"),
            col("x").rank("dense", true).alias("down"),
        ])
    })
    .gives(
        "x: float64 | average: float64 | min: int64 | max: int64 | dense: int64 | ordinal: int64 | down: int64
         2.0  | 3.0  | 2    | 4    | 2    | 2    | 3
         null | null | null | null | null | null | null
         1.0  | 1.0  | 1    | 1    | 1    | 1    | 4
         2.0  | 3.0  | 2    | 4    | 2    | 3    | 3
         NaN  | 6.0  | 6    | 6    | 4    | 6    | 1
         2.0  | 3.0  | 2    | 4    | 2    | 4    | 3
         3.0  | 5.0  | 5    | 5    | 3    | 5    | 2",
    );
}

#[test]
fn text_ranks_shifts_and_fills() {
    let frame = table("s: string\nb\nnull\na long text beyond twelve bytes\nb\nnull");
    check(&[&frame], |t| {
        t[0].select([
            col("s").rank("dense", false).alias("rank"),
            col("s").lag(2).alias("before"),
            col("s").forward_fill(None).alias("filled"),
        ])
    })
    .gives(
        "rank: int64 | before: string | filled: string
         2    | null | b
         null | null | b
         1    | b    | a long text beyond twelve bytes
         2    | null | b
         null | a long text beyond twelve bytes | b",
    );
}

#[test]
fn windows_stand_anywhere_in_a_query() {
    let frame = table(SALES);
    check(&[&frame], |t| t[0].filter(row_number().over("k").eq(1)).select([col("k"), col("x")]))
        .gives("k: string | x: int64\nb | 1\na | 2\nnull | 7");
    check(&[&frame], |t| t[0].sort([col("x").sum().over("k"), col("day")]).select([col("k"), col("day")]))
        .gives("k: string | day: int64\nb | 1\nb | 2\nb | 3\na | 1\na | 2\na | 3\nnull | 1\nnull | 2");
    check(&[&frame], |t| {
        let share = col("x") * 100 / col("x").sum().over("k");
        t[0].group_by("day").order(hypostyle::GroupOrder::Sorted).agg([share.max().alias("most")])
    })
    .gives("day: int64 | most: float64\n1 | 41.666666666666664\n2 | 75.0\n3 | 25.0");
    // A window over a window.
    check(&[&frame], |t| {
        t[0].with_columns([(col("x") - col("x").lag(1).over("k")).max().over("k").alias("step")])
            .select([col("k"), col("step")])
            .distinct()
    })
    .gives("k: string | step: int64\nb | null\na | 2\nnull | -2");
    check(&[&frame], |t| t[0].with_columns([col("x").cum_max().alias("x")]).select([col("x")]))
        .gives("x: int64\n1\n2\nnull\n7\n7\n7\n7\n7");
}

#[test]
fn differences_and_changes() {
    let frame = table("x: int64\n4\n6\nnull\n3\n-3");
    check(&[&frame], |t| {
        t[0].select([col("x").diff(1).alias("d"), col("x").diff(-1).alias("e"), col("x").pct_change(1).alias("p")])
    })
    .gives(
        "d: int64 | e: int64 | p: float64\nnull | -2 | null\n2 | null | 0.5\nnull | null | null\nnull | 6 | null\n-6 | null | -2.0",
    );
}

#[test]
fn moving_windows_at_the_ends_and_at_nulls() {
    let frame = table("x: float64\n1.0\n2.0\nnull\n4.0\n8.0");
    let roll = |name: &str, params: Params| Expr::window(window_function(name).unwrap(), [col("x")], params);
    let three = || Params::new().with("window", 3i64);
    check(&[&frame], |t| {
        t[0].select([
            roll("rolling_sum", three().with("min_periods", 1i64)).alias("sum"),
            roll("rolling_sum", three()).alias("full"),
            roll("rolling_mean", three().with("min_periods", 2i64).with("center", true)).alias("mid"),
            roll("rolling_max", three().with("min_periods", 1i64)).alias("max"),
            roll("rolling_median", three().with("min_periods", 2i64)).alias("median"),
            roll("rolling_count", three()).alias("n"),
        ])
    })
    .gives(
        "sum: float64 | full: float64 | mid: float64 | max: float64 | median: float64 | n: int64
         1.0  | null | 1.5  | 1.0 | null | null
         3.0  | null | 1.5  | 2.0 | 1.5  | null
         3.0  | null | 3.0  | 2.0 | 1.5  | 2
         6.0  | null | 6.0  | 4.0 | 3.0  | 2
         12.0 | null | 6.0  | 8.0 | 6.0  | 2",
    );
}

#[test]
fn quantiles_of_moving_windows_beside_infinities_and_far_ends() {
    let frame = table("x: float64\n1.0\n-inf\n2.0\ninf\n-inf\nNaN\n-1e308\n1e308");
    let roll = |name: &str, params: Params| Expr::window(window_function(name).unwrap(), [col("x")], params);
    let two = || Params::new().with("window", 2i64);
    check(&[&frame], |t| {
        t[0].select([
            roll("rolling_median", two()).alias("median"),
            roll("rolling_quantile", two().with("q", 0.75)).alias("upper"),
            roll("rolling_quantile", two().with("q", 1.0)).alias("last"),
        ])
    })
    .gives(
        "median: float64 | upper: float64 | last: float64
         null | null | null
         -inf | -inf | 1.0
         -inf | -inf | 2.0
         inf | inf | inf
         NaN | NaN | inf
         NaN | NaN | NaN
         NaN | NaN | NaN
         0.0 | 5e307 | 1e308",
    );
}

#[test]
fn windows_of_time() {
    let frame = table(
        "t: timestamp[s] | x: int64\n2024-01-01T00:00:00 | 1\n2024-01-01T00:00:01 | 2\n2024-01-01T00:00:03 | 4\n2024-01-01T00:00:03 | 8\n2024-01-01T00:00:07 | 16",
    );
    let roll = |closed: &str| {
        let params = Params::new().with("window", "2s").with("closed", closed);
        Expr::window(window_function("rolling_sum").unwrap(), [col("x"), col("t")], params).alias(closed)
    };
    check(&[&frame], |t| t[0].select([roll("right"), roll("both"), roll("left"), roll("neither")])).gives(
        "right: float64 | both: float64 | left: float64 | neither: float64
         1.0  | 1.0  | null | null
         3.0  | 3.0  | 1.0  | 1.0
         12.0 | 14.0 | 2.0  | null
         12.0 | 14.0 | 2.0  | null
         16.0 | 16.0 | null | null",
    );
    let shuffled = frame.sort([col("x") % 3]).unwrap();
    check(&[&shuffled], |t| t[0].select([roll("right")]))
        .fails(ErrorKind::InvalidArgument, &["ascend", "row"]);
}

#[test]
fn fading_means_are_the_same_in_blocks() {
    let rows = 200_000;
    let x = (0..rows).map(|i| (i % 11 != 3 || i < 3).then_some(f64::from(i * 7919 % 1000)));
    let frame = Frame::builder().column("x", x.collect::<hypostyle::Column>()).finish().unwrap();
    for (adjust, ignore) in [(true, false), (true, true), (false, false), (false, true)] {
        let params = Params::new().with("alpha", 0.001).with("adjust", adjust).with("ignore_nulls", ignore);
        let expr = Expr::window(window_function("ewm_mean").unwrap(), [col("x")], params);
        let found = frame.with_columns([expr.alias("m")]).unwrap();
        // pandas' recurrence.
        let (mut mean, mut old) = (f64::NAN, 1.0);
        let (x, m) = (values(&frame, "x"), values(&found, "m"));
        for (row, value) in x.iter().map(Scalar::as_f64).enumerate() {
            if mean.is_nan() {
                mean = value.unwrap_or(f64::NAN);
            } else if value.is_some() || !ignore {
                old *= 0.999;
                if let Some(value) = value {
                    let new = if adjust { 1.0 } else { 0.001 };
                    mean = (old * mean + new * value) / (old + new);
                    old = if adjust { old + new } else { 1.0 };
                }
            }
            match (value, m[row].as_f64()) {
                (Some(_), Some(found)) => {
                    assert!((found - mean).abs() < 1e-9, "row {row}: {found} and {mean}")
                }
                (None, None) => (),
                other => panic!("row {row}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_sum_that_does_not_fit_names_the_row() {
    let frame = table("k: int64 | x: int64\n1 | 9223372036854775807\n2 | 5\n1 | -5\n1 | 6");
    check(&[&frame], |t| t[0].with_columns([col("x").cum_sum().over("k")]))
        .fails(ErrorKind::Arithmetic, &["cum_sum", "row 3", "int64"]);
    let frame = table("x: int64\n4611686018427387904\n4\n0");
    check(&[&frame], |t| t[0].with_columns([col("x").cum_prod()])).fails(ErrorKind::Arithmetic, &["row 1"]);
}

#[test]
fn mistakes_are_refused_when_the_query_is_built() {
    let lazy = table("k: string | x: int64\na | 1").lazy();
    let error = refused(&lazy.with_columns([col("k").cum_sum()]));
    assert_eq!(error.kind(), ErrorKind::Type);
    let error =
        refused(&lazy.with_columns([
            col("x").rank("average", false).over_by("k", vec![SortKey::ascending(col("x"))]),
        ]));
    assert!(error.to_string().contains("orders by its argument"), "{error}");
    assert_eq!(
        refused(&lazy.with_columns([col("x").rank("best", false)])).kind(),
        ErrorKind::InvalidArgument
    );
    assert_eq!(refused(&lazy.with_columns([col("x").lag(1).over("q")])).kind(), ErrorKind::ColumnNotFound);
    let params = Params::new().with("no_such_constant", 1i64);
    let unknown = Expr::window(window_function("lag").unwrap(), [col("x")], params);
    assert_eq!(refused(&lazy.select([unknown])).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn over_leaves_windows_that_have_their_own() {
    let expr = (col("x").sum().over("a") + col("x").sum()).over("b");
    assert_eq!(expr.to_string(), "(sum(x) over (a) + sum(x) over (b))");
    assert_eq!(Over::default().to_string(), "");
    let by = vec![SortKey::descending(col("t"))];
    assert_eq!(row_number().over_by("b", by).to_string(), "row_number() over (b order by t descending)");
}

/// A long partition, some short ones and a great many tiny ones, against a loop over the rows.
#[test]
fn many_rows_give_what_a_loop_gives() {
    let rows = 260_000usize;
    let mixed = |row: usize, salt: u64| (row as u64 ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    let keys: Vec<i64> = (0..rows)
        .map(|row| match row % 3 {
            0 => -1,
            1 => (mixed(row, 5) % 7) as i64,
            _ => 1000 + (mixed(row, 9) % 60_000) as i64,
        })
        .collect();
    let x: Vec<Option<i64>> =
        (0..rows).map(|row| (row % 13 != 5).then_some((mixed(row, 1) % 2001) as i64 - 1000)).collect();
    let frame = Frame::builder()
        .column("k", keys.clone())
        .column("x", x.iter().copied().collect::<hypostyle::Column>())
        .finish()
        .unwrap();
    let rolled = Expr::window(
        window_function("rolling_sum").unwrap(),
        [col("x")],
        Params::new().with("window", 50i64).with("min_periods", 1i64),
    );
    let query = |frame: &Frame| {
        frame.lazy().select([
            col("x").cum_sum().over("k").alias("sum"),
            col("x").cum_max().over("k").alias("max"),
            col("x").lag(2).over("k").alias("lag"),
            col("x").forward_fill(Some(1)).over("k").alias("fill"),
            row_number().over("k").alias("n"),
            rolled.clone().over("k").alias("roll"),
            col("x").sum().over("k").alias("total"),
            col("x").rank("min", false).over("k").alias("rank"),
        ])
    };
    let mut before: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut expected: HashMap<&str, Vec<Scalar>> = HashMap::new();
    for row in 0..rows {
        let earlier = before.entry(keys[row]).or_default();
        let null = |value: Option<i64>| value.map_or(Scalar::Null, Scalar::Int);
        let last = earlier.last().copied();
        let number = |name: &str, row: usize| expected[name][row].as_i64();
        let n = earlier.len() as i64 + 1;
        // The running sum and maximum are kept in hidden columns where the value is null.
        let sum = last.map_or(0, |last| number("hidden", last).unwrap()) + x[row].unwrap_or(0);
        let most =
            last.map_or(i64::MIN, |last| number("most", last).unwrap()).max(x[row].unwrap_or(i64::MIN));
        let lag = earlier.len().checked_sub(2).and_then(|at| x[earlier[at]]);
        let fill = x[row].or_else(|| last.and_then(|last| x[last]));
        earlier.push(row);
        let window: Vec<i64> = earlier.iter().rev().take(50).filter_map(|row| x[*row]).collect();
        let roll =
            if window.is_empty() { Scalar::Null } else { Scalar::Float(window.iter().sum::<i64>() as f64) };
        let made = [
            ("hidden", Scalar::Int(sum)),
            ("most", Scalar::Int(most)),
            ("sum", null(x[row].map(|_| sum))),
            ("max", null(x[row].map(|_| most))),
            ("lag", null(lag)),
            ("fill", null(fill)),
            ("n", Scalar::Int(n)),
            ("roll", roll),
        ];
        made.into_iter().for_each(|(name, value)| expected.entry(name).or_default().push(value));
    }
    let totals: HashMap<i64, i64> =
        before.iter().map(|(key, rows)| (*key, rows.iter().filter_map(|row| x[*row]).sum())).collect();
    let sorted: HashMap<i64, Vec<i64>> = before
        .iter()
        .map(|(key, rows)| {
            let mut values: Vec<i64> = rows.iter().filter_map(|row| x[*row]).collect();
            values.sort_unstable();
            (*key, values)
        })
        .collect();
    let first = query(&frame).collect().unwrap();
    for name in ["sum", "max", "lag", "fill", "n", "roll"] {
        assert!(values(&first, name) == expected[name], "{name}");
    }
    let total: Vec<Scalar> = keys.iter().map(|key| Scalar::Int(totals[key])).collect();
    assert!(values(&first, "total") == total);
    let rank = x.iter().zip(&keys).map(|(x, key)| match x {
        Some(x) => Scalar::Int(sorted[key].partition_point(|other| other < x) as i64 + 1),
        None => Scalar::Null,
    });
    assert!(values(&first, "rank") == rank.collect::<Vec<_>>());
    for (parts, threads) in [(1, 1), (7, 2), (3, 7)] {
        let config = Config { threads, ..Config::current() };
        let cut = frame.repartition(parts).unwrap();
        let found = query(&cut).collect_with(&config, &CancelToken::new()).unwrap();
        assert_eq!(hypostyle::frame_difference(&first, &found, &hypostyle::EqualOptions::default()), None);
    }
}

#[test]
fn a_closure_per_partition() {
    use hypostyle::{Column, DType, map_groups};
    let ranges = |name: &str| {
        map_groups(["x"], name, DType::Int64, |columns| {
            let values: Vec<i64> = (0..columns[0].len())
                .filter_map(|row| Scalar::from_array(columns[0].array(), row).as_i64())
                .collect();
            let range = values.iter().max().zip(values.iter().min()).map(|(most, least)| most - least);
            Ok([range].into_iter().collect::<Column>())
        })
    };
    check(&[&table(SALES)], |t| t[0].select([col("k"), ranges("range").over("k").alias("range")]))
        .gives("k: string | range: int64\nb | 2\na | 2\nb | 2\nnull | 2\na | 2\nb | 2\nnull | 2\na | 2");
    let reversed = map_groups(["k"], "reversed", DType::String, |columns| {
        let last = columns[0].len() - 1;
        let rows = (0..=last).map(|row| Scalar::from_array(columns[0].array(), last - row));
        Ok(rows.map(|value| value.as_str().map(str::to_owned)).collect::<Column>())
    });
    check(&[&table(SALES)], |t| t[0].select([reversed.clone().alias("r")]))
        .gives("r: string\na\nnull\nb\na\nnull\nb\na\nb");
    let wrong = map_groups(["x"], "wrong", DType::Int64, |_| Ok([1i64, 2, 3, 4, 5].into_iter().collect()));
    check(&[&table(SALES)], |t| t[0].select([wrong.clone().over("k")]))
        .fails(ErrorKind::Shape, &["wrong", "5 rows"]);
}

#[test]
fn samples_are_the_same_rows_from_any_partitions() {
    let rows: Vec<i64> = (0..500).collect();
    let frame = Frame::builder().column("x", rows).finish().unwrap();
    let drawn = check(&[&frame], |t| t[0].sample(20, 3)).frame();
    assert_eq!((drawn.rows(), drawn.lazy().distinct().collect().unwrap().rows()), (20, 20));
    let other = check(&[&frame], |t| t[0].sample(20, 4)).frame();
    assert_ne!(values(&drawn, "x"), values(&other, "x"));
    let shuffled = check(&[&frame], |t| t[0].shuffle(3)).frame();
    assert_eq!(values(&shuffled.head(20), "x"), values(&drawn, "x"));
    // Another order of the rows, other rows beside them: the same part.
    let part =
        |frame: &Frame| frame.lazy().split(&[0.7, 0.3], col("x") % 100, 1).unwrap()[0].collect().unwrap();
    let (whole, some) = (part(&frame), part(&shuffled.head(200)));
    assert!((300..400).contains(&whole.rows()), "{}", whole.rows());
    let whole: HashSet<i64> = values(&whole, "x").iter().filter_map(Scalar::as_i64).collect();
    let kept: HashSet<i64> = values(&some, "x").iter().filter_map(Scalar::as_i64).collect();
    for x in values(&shuffled.head(200), "x").iter().filter_map(Scalar::as_i64) {
        assert_eq!(whole.contains(&x), kept.contains(&x));
    }
    assert!(frame.lazy().split(&[0.7, 0.7], col("x"), 1).is_err());
}

#[test]
fn no_row_at_all_is_no_error() {
    let frame = table("k: int64 | x: int64\n1 | 5\n2 | 6");
    let by = vec![SortKey::descending(col("k"))];
    for window in [
        col("x").first().over_by(["k"], by.clone()),
        col("x").lag(1).over_by(["k"], by),
        col("x").sum().over(["k"]),
        col("x").cum_max(),
    ] {
        check(&[&frame], |t| t[0].filter(col("k").gt(4)).with_columns([window.clone().alias("w")]))
            .gives("k: int64 | x: int64 | w: int64");
    }
}
