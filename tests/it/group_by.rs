//! Group-by and aggregates.

use crate::check::{check, coded, difference, refused, table};
use hypostyle::{
    CancelToken, Config, ErrorKind, Frame, GroupOrder, LazyFrame, assert_frame_eq, col, len, lit,
};

#[test]
fn null_keys_are_a_group_of_their_own_unless_dropped() {
    let frame = table("k: string | x: int64\na | 1\nnull | 2\na | 3\nnull | 4");
    check(&[&frame], |t| t[0].group_by("k").order(GroupOrder::FirstSeen).agg([col("x").sum()]))
        .gives("k: string | x: int64\na | 4\nnull | 6");
    check(&[&frame], |t| t[0].group_by("k").drop_nulls(true).agg([col("x").sum()]))
        .gives("k: string | x: int64\na | 4");
}

#[test]
fn groups_come_as_first_seen_or_sorted() {
    let frame = table("k: int64 | x: int64\n3 | 1\n1 | 2\nnull | 3\n3 | 4\n2 | 5");
    check(&[&frame], |t| t[0].group_by("k").order(GroupOrder::FirstSeen).agg([len().alias("n")]))
        .gives("k: int64 | n: uint64\n3 | 2\n1 | 1\nnull | 1\n2 | 1");
    check(&[&frame], |t| t[0].group_by("k").order(GroupOrder::Sorted).agg([len().alias("n")]))
        .gives("k: int64 | n: uint64\n1 | 1\n2 | 1\n3 | 2\nnull | 1");
}

#[test]
fn keys_are_equal_as_keys() {
    let frame = table("k: float64 | x: int64\n-0.0 | 1\n0.0 | 2\nNaN | 3\n1.0 | 4\nNaN | 5");
    check(&[&frame], |t| t[0].group_by("k").order(GroupOrder::FirstSeen).agg([col("x").sum()]))
        .gives("k: float64 | x: int64\n-0.0 | 3\nNaN | 8\n1.0 | 4");
}

#[test]
fn every_nan_is_one_key() {
    let values = vec![f64::NAN, -f64::NAN, f64::from_bits(0x7ff8_0000_0000_1234), 1.0];
    let frame = Frame::builder().column("k", values).finish().unwrap();
    let found =
        check(&[&frame], |t| t[0].group_by("k").order(GroupOrder::Sorted).agg([len().alias("n")])).frame();
    assert_eq!(found.rows(), 2);
    assert_eq!(found.column("n").unwrap().get(1).unwrap().as_i64(), Some(3));
}

#[test]
fn several_keys_of_several_types() {
    let frame = table(
        "a: string | b: int8 | c: bool | d: date | x: int64
         u | 1 | true | 2024-01-01 | 1
         u | 1 | true | 2024-01-01 | 2
         u | 1 | false | 2024-01-01 | 3
         u | null | true | null | 4
         v | 1 | true | 2024-01-01 | 5
         u | null | true | null | 6",
    );
    check(&[&frame], |t| t[0].group_by(["a", "b", "c", "d"]).order(GroupOrder::Sorted).agg([col("x").sum()]))
        .gives(
            "a: string | b: int8 | c: bool | d: date | x: int64
         u | 1 | false | 2024-01-01 | 3
         u | 1 | true | 2024-01-01 | 3
         u | null | true | null | 10
         v | 1 | true | 2024-01-01 | 5",
        );
}

#[test]
fn integer_sums_are_wide_and_checked() {
    let frame = table(
        "k: string | x: int8 | u: uint8 | b: bool\na | 127 | 255 | true\na | 127 | 255 | true\nb | -1 | 1 | null",
    );
    check(&[&frame], |t| {
        t[0].group_by("k").order(GroupOrder::Sorted).agg([col("x").sum(), col("u").sum(), col("b").sum()])
    })
    .gives("k: string | x: int64 | u: uint64 | b: int64\na | 254 | 510 | 2\nb | -1 | 1 | 0");
    let large = table("k: string | x: int64\na | 1\nb | 9223372036854775807\nb | 1\nb | -5");
    check(&[&large], |t| t[0].group_by("k").order(GroupOrder::Sorted).agg([col("x").sum()]))
        .gives("k: string | x: int64\na | 1\nb | 9223372036854775803");
    let over = table("k: string | x: int64\na | 1\nb | 9223372036854775807\nb | 1");
    check(&[&over], |t| t[0].group_by("k").order(GroupOrder::Sorted).agg([col("x").sum()]))
        .fails(ErrorKind::Arithmetic, &["\"x\"", "b"]);
}

#[test]
fn sums_of_nothing_are_zero_and_other_aggregates_null() {
    let frame = table("k: string | x: int64 | f: float64\na | null | null\nb | 1 | 0.5");
    let aggregates = || {
        [
            col("x").sum().alias("sum"),
            col("f").sum().alias("fsum"),
            col("x").mean().alias("mean"),
            col("x").min().alias("min"),
            col("f").max().alias("max"),
            col("x").median().alias("median"),
            col("x").count().alias("count"),
            len().alias("len"),
        ]
    };
    check(&[&frame], |t| t[0].group_by("k").order(GroupOrder::Sorted).agg(aggregates())).gives(
        "k: string | sum: int64 | fsum: float64 | mean: float64 | min: int64 | max: float64 | median: float64 | count: uint64 | len: uint64
         a | 0 | 0.0 | null | null | null | null | 0 | 1
         b | 1 | 0.5 | 1.0 | 1 | 0.5 | 1.0 | 1 | 1",
    );
    check(&[&frame.head(0)], |t| t[0].select(aggregates())).gives(
        "sum: int64 | fsum: float64 | mean: float64 | min: int64 | max: float64 | median: float64 | count: uint64 | len: uint64
         0 | 0.0 | null | null | null | null | 0 | 0",
    );
}

#[test]
fn a_global_aggregate_of_no_rows_is_one_row_and_groups_of_no_rows_are_none() {
    let none = table("k: string | x: int64\na | 1").head(0);
    check(&[&none], |t| t[0].select([len().alias("n")])).gives("n: uint64\n0");
    check(&[&none], |t| t[0].group_by("k").agg([len().alias("n")])).gives("k: string | n: uint64");
}

#[test]
fn nan_goes_through_sums_and_is_ignored_by_min_and_max() {
    let frame = table("k: string | x: float64\na | NaN\na | 1.0\na | 2.0\nb | NaN\nb | NaN");
    check(&[&frame], |t| {
        t[0].group_by("k").order(GroupOrder::Sorted).agg([
            col("x").sum().alias("sum"), col("x").mean().alias("mean"), col("x").min().alias("min"), col("x").max().alias("max"),
            col("x").median().alias("median"),
        ])
    })
    .gives("k: string | sum: float64 | mean: float64 | min: float64 | max: float64 | median: float64\na | NaN | NaN | 1.0 | 2.0 | 2.0\nb | NaN | NaN | NaN | NaN | NaN");
}

#[test]
fn spread_needs_more_values_than_ddof() {
    let frame = table("k: string | x: float64\na | 1.0\nb | 1.0\nb | 3.0\nc | null\nd | 1.0\nd | inf");
    check(&[&frame], |t| {
        t[0].group_by("k").order(GroupOrder::Sorted).agg([col("x").var(1).alias("var"), col("x").std(0).alias("std")])
    })
    .gives("k: string | var: float64 | std: float64\na | null | 0.0\nb | 2.0 | 1.0\nc | null | null\nd | NaN | NaN");
}

#[test]
fn medians_and_quantiles_interpolate() {
    let frame = table("x: int64\n4\n1\n3\n2\nnull");
    check(&[&frame], |t| {
        t[0].select([
            col("x").median().alias("m"),
            col("x").quantile(0.25).alias("q"),
            col("x").quantile(1.0).alias("max"),
        ])
    })
    .gives("m: float64 | q: float64 | max: float64\n2.5 | 1.75 | 4.0");
    let infinite = table("x: float64\n-inf\n5.0");
    check(&[&infinite], |t| t[0].select([col("x").median().alias("m")])).gives("m: float64\n-inf");
    let both = table("x: float64\n-inf\ninf");
    check(&[&both], |t| t[0].select([col("x").median().alias("m")])).gives("m: float64\nNaN");
}

#[test]
fn distinct_values_are_counted_without_nulls() {
    let frame = table(
        "k: string | x: float64 | s: string\na | 0.0 | u\na | -0.0 | null\na | NaN | u\na | NaN | v\na | null | w\nb | null | null",
    );
    check(&[&frame], |t| {
        t[0].group_by("k").order(GroupOrder::Sorted).agg([col("x").n_unique(), col("s").n_unique()])
    })
    .gives("k: string | x: uint64 | s: uint64\na | 2 | 3\nb | 0 | 0");
}

#[test]
fn first_and_last_are_of_rows_or_of_values() {
    let frame = table("k: string | x: int64\na | null\na | 1\nb | 2\na | 3\nb | null");
    check(&[&frame], |t| {
        t[0].group_by("k").order(GroupOrder::FirstSeen).agg([
            col("x").first().alias("first"), col("x").last().alias("last"), col("x").first_value().alias("first_value"), col("x").last_value().alias("last_value"),
        ])
    })
    .gives("k: string | first: int64 | last: int64 | first_value: int64 | last_value: int64\na | null | 3 | 1 | 3\nb | 2 | null | 2 | 2");
}

#[test]
fn any_and_all_of_nothing() {
    let frame = table("k: string | x: bool\na | null\nb | true\nb | false\nb | null\nc | true");
    check(&[&frame], |t| {
        t[0].group_by("k")
            .order(GroupOrder::Sorted)
            .agg([col("x").any().alias("any"), col("x").all().alias("all")])
    })
    .gives("k: string | any: bool | all: bool\na | false | true\nb | true | false\nc | true | true");
}

#[test]
fn count_is_of_values_and_len_of_rows() {
    let frame = table("x: int64\n1\nnull\n3");
    check(&[&frame], |t| {
        t[0].select([
            col("x").count().alias("count"),
            len().alias("len"),
            col("x").null_count().alias("nulls"),
        ])
    })
    .gives("count: uint64 | len: uint64 | nulls: uint64\n2 | 3 | 1");
}

#[test]
fn min_and_max_of_every_order() {
    let frame = table(
        "s: string | d: date | b: bool | u: uint64 | f: float32
         b | 2024-01-01 | true | 18446744073709551615 | -0.5
         B | 2023-01-01 | false | 0 | 2.5
         null | null | null | null | null
         a text of more than twelve bytes | 2024-06-01 | true | 7 | 0.0",
    );
    check(&[&frame], |t| t[0].select(["s", "d", "b", "u", "f"].map(|name| col(name).min())))
        .gives("s: string | d: date | b: bool | u: uint64 | f: float32\nB | 2023-01-01 | false | 0 | -0.5");
    check(&[&frame], |t| t[0].select(["s", "d", "b", "u", "f"].map(|name| col(name).max())))
        .gives("s: string | d: date | b: bool | u: uint64 | f: float32\nb | 2024-06-01 | true | 18446744073709551615 | 2.5");
}

#[test]
fn decimal_sums_are_exact() {
    let frame = table("x: decimal[10, 2]\n0.10\n0.20\n99999999.99\nnull");
    let found = check(&[&frame], |t| t[0].select([col("x").sum()])).frame();
    assert_eq!(found.column("x").unwrap().get(0).unwrap().to_string(), "100000000.29");
}

#[test]
fn aggregates_combine_and_take_conditions() {
    let frame = table("k: string | x: int64\na | 1\na | 5\nb | 2");
    check(&[&frame], |t| {
        t[0].group_by("k").order(GroupOrder::Sorted).agg([
            (col("x").max() - col("x").min()).alias("range"),
            (col("x").sum() * 100 / len()).alias("percent"),
            col("x").sum().filter(col("x").gt(1)).alias("above"),
            col("x").gt(1).mean().alias("share"),
        ])
    })
    .gives("k: string | range: int64 | percent: float64 | above: int64 | share: float64\na | 4 | 300.0 | 5 | 0.5\nb | 0 | 200.0 | 2 | 1.0");
}

#[test]
fn conditions_reach_the_aggregates_that_a_result_is_computed_from() {
    let frame = table("k: int64 | x: int64\n1 | 1\n1 | 5\n2 | 2\n2 | null");
    check(&[&frame], |t| {
        t[0].group_by(["k"]).order(GroupOrder::Sorted).agg([
            col("x").count().cast(hypostyle::DType::Int64).filter(col("k").gt(1)).alias("known"),
            (col("x").max() - col("x").min()).filter(col("x").gt(1)).alias("range"),
            ((col("x").sum() + len()) * 10).alias("named").filter(col("x").gt(1)),
        ])
    })
    .gives("k: int64 | known: int64 | range: int64 | named: int64\n1 | 0 | 0 | 60\n2 | 1 | 0 | 30");
}

#[test]
fn groups_by_expressions() {
    let frame = table("x: int64\n1\n2\n3\n4\n5");
    check(&[&frame], |t| {
        t[0].group_by([(col("x") % 2).alias("odd")]).order(GroupOrder::Sorted).agg([col("x").sum()])
    })
    .gives("odd: int64 | x: int64\n0 | 6\n1 | 9");
    check(&[&frame], |t| t[0].group_by([lit("all").alias("k")]).agg([col("x").sum()]))
        .gives("k: string | x: int64\nall | 15");
}

#[test]
fn mistakes_are_refused_when_the_query_is_built() {
    let frame = table("k: string | x: int64\na | 1").lazy();
    let error = refused(&frame.group_by("k").agg([col("x")]));
    assert!(error.to_string().contains("no aggregate"), "{error}");
    let error = refused(&frame.group_by("k").agg([col("k").mean()]));
    assert_eq!(error.kind(), ErrorKind::Type, "{error}");
    let error = refused(&frame.group_by("key").agg([col("x").sum()]));
    assert_eq!(error.kind(), ErrorKind::ColumnNotFound);
    let error = refused(&frame.group_by("k").agg([col("x").sum().alias("k")]));
    assert_eq!(error.kind(), ErrorKind::DuplicateColumn);
}

#[test]
fn float_totals_are_the_same_bits_on_all_threads() {
    let values: Vec<f64> = (0..60_000).map(|i| 1.0 / (f64::from(i) + 0.3)).collect();
    let keys: Vec<i64> = (0..60_000).map(|i| (i * 31) % 97).collect();
    let frame =
        Frame::builder().column("k", keys).column("x", values).finish().unwrap().repartition(17).unwrap();
    let query = frame.lazy().group_by("k").order(GroupOrder::Sorted).agg([
        col("x").sum(),
        col("x").mean().alias("m"),
        col("x").var(1).alias("v"),
    ]);
    let run = |threads| {
        let config = hypostyle::Config { threads, ..hypostyle::Config::current() };
        query.collect_with(&config, &hypostyle::CancelToken::new())
    };
    let first = run(1);
    for threads in [2, 3, 7] {
        assert_eq!(crate::check::difference(&first, &run(threads)), None);
    }
}

#[test]
fn many_groups_are_the_same_from_any_partitions() {
    let keys: Vec<i64> = (0..50_000).map(|i| (i * 7_919) % 20_011).collect();
    let names: Vec<String> = keys.iter().map(|k| format!("name number {k}")).collect();
    let frame = Frame::builder()
        .column("k", keys)
        .column("s", names)
        .column("x", (0..50_000i64).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let found = [1, 13].map(|parts| {
        let frame = frame.repartition(parts).unwrap();
        let query = frame.lazy().group_by(["s", "k"]).order(GroupOrder::FirstSeen).agg([
            col("x").sum(),
            col("x").min().alias("first"),
            len().alias("n"),
        ]);
        [1, 2, 7].map(|threads| {
            let config = hypostyle::Config { threads, ..hypostyle::Config::current() };
            query.collect_with(&config, &hypostyle::CancelToken::new())
        })
    });
    let all: Vec<_> = found.iter().flatten().collect();
    assert_eq!(all[0].as_ref().unwrap().rows(), 20_011);
    for other in &all[1..] {
        assert_eq!(crate::check::difference(all[0], other), None);
    }
}

/// Keys of many kinds, few rows per group, nulls everywhere.
fn many_groups() -> Frame {
    let rows = 3000u64;
    let at = |row: u64, salt: u64, among: u64| {
        ((row * 8 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) % among
    };
    let some = |row: u64, salt: u64, among: u64| Some(at(row, salt, among)).filter(|value| value % 11 != 3);
    Frame::builder()
        .column("i", (0..rows).map(|row| some(row, 1, 900).map(|v| v as i64 - 400)).collect::<Vec<_>>())
        .column(
            "w",
            (0..rows)
                .map(|row| some(row, 2, 2).map(|v| if v == 0 { i64::MIN } else { i64::MAX }))
                .collect::<Vec<_>>(),
        )
        .column("s", (0..rows).map(|row| some(row, 3, 700).map(|v| format!("name {v}"))).collect::<Vec<_>>())
        .column(
            "l",
            (0..rows)
                .map(|row| some(row, 4, 5).map(|v| format!("a text of more than twelve bytes {v}")))
                .collect::<Vec<_>>(),
        )
        .column(
            "f",
            (0..rows).map(|row| some(row, 5, 300).map(|v| v as f64 / 4.0 - 20.0)).collect::<Vec<_>>(),
        )
        .column("b", (0..rows).map(|row| some(row, 6, 20).map(|v| v < 9)).collect::<Vec<_>>())
        .column("x", (0..rows).map(|row| some(row, 7, 1000).map(|v| v as i64)).collect::<Vec<_>>())
        .finish()
        .unwrap()
}

#[test]
fn rows_that_wait_for_their_part_are_grouped_as_others_are() {
    let frame = many_groups();
    let coded = coded(&frame).repartition(30).unwrap();
    let plain = frame.repartition(30).unwrap();
    for keys in [
        vec!["i"],
        vec!["i", "b"],
        vec!["w", "i"],
        vec!["s"],
        vec!["s", "i", "b"],
        vec!["l", "s"],
        vec!["f", "i"],
    ] {
        for input in [&plain, &coded] {
            let query = input.lazy().group_by(keys.clone()).order(GroupOrder::FirstSeen).agg([
                col("x").sum(),
                len().alias("n"),
                col("x").median().alias("median"),
                col("s").n_unique().alias("names"),
                col("x").first().alias("first"),
                col("l").last().alias("last"),
                col("x").max().filter(col("b")).alias("greatest"),
            ]);
            let run = |config: Config| query.collect_with(&config, &CancelToken::new()).unwrap();
            let expected = run(Config { threads: 1, ..Config::current() });
            assert!(expected.rows() > 300, "{keys:?}: {}", expected.rows());
            for (threads, partition_rows, weak_hash) in
                [(1, 100, false), (2, 100, false), (7, 20, false), (2, 20, true), (2, 333, false)]
            {
                let found = run(Config { threads, partition_rows, weak_hash, ..Config::current() });
                assert_frame_eq(&found, &expected);
            }
        }
    }
}

/// Plain texts are numbered by whichever lane sees them first, up to a limit; nothing of that may show.
#[test]
fn groups_by_plain_texts_come_in_one_order_however_threads_meet_them() {
    let text = |i: i64| match i * 7919 % 400 {
        0..20 => None,
        i if i % 3 == 0 => Some(format!("a text that is too long for its view, number {i}")),
        i => Some(format!("{i}")),
    };
    let rows = 1_600;
    let frame = Frame::builder()
        .column("s", (0..rows).map(text).collect::<Vec<_>>())
        .column("t", (0..rows).map(|i| text(i / 7)).collect::<Vec<_>>())
        .column("i", (0..rows).map(|i| i % 3).collect::<Vec<_>>())
        .column("x", (0..rows).map(|i| 1.0 / (i + 1) as f64).collect::<Vec<_>>())
        .finish()
        .unwrap()
        .repartition(32)
        .unwrap();
    for keys in [vec!["s"], vec!["s", "i"], vec!["s", "t"]] {
        for (order, value) in
            [(GroupOrder::Any, "sum"), (GroupOrder::FirstSeen, "sum"), (GroupOrder::Any, "median")]
        {
            let aggregate = if value == "sum" { col("x").sum() } else { col("x").median() };
            let query = frame.lazy().group_by(keys.clone()).order(order).agg([aggregate, len().alias("n")]);
            let run = |threads, partition_rows| {
                let config = Config { threads, partition_rows, ..Config::current() };
                query.collect_with(&config, &CancelToken::new()).unwrap()
            };
            let sorted = |frame: &Frame| frame.lazy().sort(keys.clone()).collect().unwrap();
            let expected = sorted(&run(1, 1 << 16));
            // The limit is four times as many texts: some have to be numbered apart, just none, and none by far.
            for partition_rows in [20, 94, 95, 1000] {
                let first = run(1, partition_rows);
                assert_frame_eq(&sorted(&first), &expected);
                for threads in [2, 7] {
                    assert_frame_eq(&run(threads, partition_rows), &first);
                }
            }
        }
    }
}

/// Lanes of few groups keep values with their own groups, lanes of many put rows aside; a lane may do one and then the other.
#[test]
fn values_are_kept_by_groups_or_rows_put_aside_and_it_does_not_show() {
    let key = |i: i64| match i {
        0..1500 => i * 7 % 30,
        1500..1800 => i,
        1800..2600 => i * 11 % 28,
        _ => i % 300,
    };
    let frame = Frame::builder()
        .column("k", (0..3000).map(key).collect::<Vec<_>>())
        .column("s", (0..3000).map(|i| (i % 50 > 0).then(|| format!("{}", key(i)))).collect::<Vec<_>>())
        .column("x", (0..3000).map(|i| (i % 11 > 0).then_some(1.0 / (i + 1) as f64)).collect::<Vec<_>>())
        .column("y", (0..3000i64).map(|i| i * i % 101).collect::<Vec<_>>())
        .finish()
        .unwrap();
    for keys in [vec!["k"], vec!["s"], vec!["k", "s"]] {
        let run = |partitions, threads, partition_rows| {
            let frame = frame.repartition(partitions).unwrap();
            let query = frame.lazy().group_by(keys.clone()).order(GroupOrder::FirstSeen).agg([
                col("x").median().alias("median"),
                col("y").median().alias("whole"),
                col("x").first().alias("first"),
                col("x").max().alias("greatest"),
                col("x").std(1).alias("spread"),
                len().alias("n"),
            ]);
            let config = Config { threads, partition_rows, ..Config::current() };
            query.collect_with(&config, &CancelToken::new()).unwrap()
        };
        let exact = |frame: &Frame| {
            let rest = frame.schema().names().filter(|name| *name != "spread").map(col);
            frame.lazy().select(rest.collect::<Vec<_>>()).collect().unwrap()
        };
        let expected = exact(&run(1, 1, 1 << 16));
        for partitions in [30, 20, 9] {
            let one = run(partitions, 1, 100);
            assert_frame_eq(&exact(&one), &expected);
            for threads in [2, 7] {
                assert_frame_eq(&run(partitions, threads, 100), &one);
            }
        }
    }
}

#[test]
fn rows_wait_though_dictionaries_change() {
    let frame = many_groups();
    let halves = [frame.slice(0, 1500), frame.slice(1500, 1500)];
    let union = |a: LazyFrame, b: LazyFrame| a.union(&[b]);
    let [a, b] = halves.each_ref().map(|half| coded(half).repartition(20).unwrap().lazy());
    let query = |t: LazyFrame| {
        t.group_by(["s", "i"]).order(GroupOrder::FirstSeen).agg([col("x").sum(), len().alias("n")])
    };
    let expected = query(frame.lazy()).collect().unwrap();
    for t in [union(a.clone(), b.clone()), union(a, halves[1].repartition(20).unwrap().lazy())] {
        let config = Config { threads: 2, partition_rows: 50, ..Config::current() };
        assert_frame_eq(&query(t).collect_with(&config, &CancelToken::new()).unwrap(), &expected);
    }
}

/// Groups, rows that wait, values that are kept and the order of first sight: nothing is left to one thread.
#[test]
fn a_large_group_by_is_cut_into_many_tasks() {
    let rows = 400_000i64;
    let frame = Frame::builder()
        .column("few", (0..rows).map(|row| row * row % 64).collect::<Vec<_>>())
        .column("many", (0..rows).map(|row| row * 7919 % 150_001).collect::<Vec<_>>())
        .column("all", (0..rows).map(|row| row * 1_000_003).collect::<Vec<_>>())
        .column("x", (0..rows).map(|row| row as f64).collect::<Vec<_>>())
        .finish()
        .unwrap()
        .repartition(64)
        .unwrap();
    let config = Config { threads: 2, partition_rows: 8_192, ..Config::current() };
    let tasks = |key: &str, order: GroupOrder, aggregate: hypostyle::Expr| {
        let query = frame.lazy().group_by(key).order(order).agg([aggregate]);
        let (_, metrics) =
            query.collect_watched(&config, &CancelToken::new(), &hypostyle::Progress::default()).unwrap();
        metrics.tasks()
    };
    // Sixteen lanes; few groups are merged by one task.
    assert!(tasks("few", GroupOrder::Any, col("x").sum()) >= 16);
    for (key, order) in [("many", GroupOrder::Any), ("all", GroupOrder::Any), ("all", GroupOrder::FirstSeen)]
    {
        // Lanes, lanes made ready, parts.
        let found = tasks(key, order, col("x").sum());
        assert!(found >= 16 + 16 + 16, "{key}: {found}");
    }
    assert!(tasks("few", GroupOrder::Any, col("x").median()) >= 16 + 16 + 64);
}

#[test]
fn rows_keep_their_order_where_large_and_small_batches_alternate() {
    // 64 partitions in 16 lanes: of 40 rows, which are put aside where values are kept, and of one row.
    let count = 64i64 / 2 * 41;
    let whole = Frame::builder()
        .column("k", (0..count).map(|i| i * 7 % 5 % 3).collect::<Vec<_>>())
        .column("v", (0..count).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let batch = whole.to_batch().unwrap();
    let cuts = (0..count as usize).step_by(41).flat_map(|start| [(start, 40), (start + 40, 1)]);
    let parts = cuts.map(|(start, rows)| batch.slice(start, rows)).collect();
    let frame = Frame::new(whole.schema().clone(), parts).unwrap();
    let run = |frame: &Frame, partition_rows: usize| {
        let aggregates = [
            col("v").median().alias("median"),
            col("v").first().alias("first"),
            col("v").last().alias("last"),
            col("v").arg_max().alias("place"),
            col("v").collect_list().alias("values"),
        ];
        let query = frame.lazy().group_by([col("k")]).order(GroupOrder::FirstSeen).agg(aggregates);
        let config = Config { partition_rows, ..Config::current() };
        query.collect_with(&config, &CancelToken::new())
    };
    let expected = run(&whole, 1 << 18);
    let found = run(&frame, 8);
    assert_eq!(difference(&expected, &found), None);
}

#[test]
fn what_is_asked_beside_a_sum_of_floats_changes_no_bit_of_it() {
    // What cancels leaves the errors of sums of twice a float's digits, which depend on their order.
    let value = |row: i64| {
        let large = 1e160 * ((row % 30_000) as f64).sin();
        if row < 30_000 { large } else { 0.1 - large }
    };
    for groups in [2, 3] {
        let frame = Frame::builder()
            .column("k", (0..60_000).map(|row: i64| row % groups).collect::<Vec<_>>())
            .column("x", (0..60_000).map(value).collect::<Vec<_>>())
            .finish()
            .unwrap();
        changes_no_bit(&frame);
    }
}

#[track_caller]
fn changes_no_bit(frame: &Frame) {
    let x = || col("x");
    let sums = [x().sum().alias("sum"), x().mean().alias("mean"), x().std(1).alias("std")];
    let run = |others: Vec<hypostyle::Expr>| {
        let aggregates: Vec<_> = sums.iter().cloned().chain(others).collect();
        let found = frame.lazy().group_by(["k"]).order(GroupOrder::Sorted).agg(aggregates).collect();
        found.unwrap().select(["sum", "mean", "std"]).unwrap()
    };
    let alone = run(Vec::new());
    // Together they are worth putting the rows in the order of their groups.
    for count in [12, 60] {
        let many = (0..count).map(|number| x().max().alias(format!("max {number}"))).collect();
        assert_frame_eq(&run(many), &alone);
    }
    assert_frame_eq(&run(vec![x().median().alias("median"), len().alias("n")]), &alone);
}
