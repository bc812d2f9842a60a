//! Frames of windows: against a loop over the rows, by rows, by distance of keys and by groups of equal keys.

use crate::check::{check, refused, table};
use hypostyle::functions::window_function;
use hypostyle::{
    Column, DType, ErrorKind, Expr, Frame, FrameBound, Params, Scalar, SortKey, TimeUnit, WindowFrame, col,
    len, map_groups,
};

fn preceding(offset: i64) -> FrameBound {
    FrameBound::preceding(offset)
}

fn following(offset: i64) -> FrameBound {
    FrameBound::following(offset)
}

/// Every pair of bounds that makes a frame.
fn bounds() -> Vec<(FrameBound, FrameBound)> {
    let all = [
        FrameBound::UnboundedPreceding,
        preceding(3),
        preceding(1),
        FrameBound::CurrentRow,
        following(0),
        following(2),
        FrameBound::UnboundedFollowing,
    ];
    let mut pairs = Vec::new();
    for (first, start) in all.iter().enumerate().take(6) {
        // An end before the start, of the same kind, is an empty frame.
        for end in all.iter().skip(first.saturating_sub(1).max(1)) {
            pairs.push((start.clone(), end.clone()));
        }
    }
    pairs.retain(|(start, end)| {
        !matches!((start, end), (FrameBound::CurrentRow, FrameBound::Preceding(_)))
            && !matches!((start, end), (FrameBound::Following(_), FrameBound::CurrentRow))
    });
    pairs
}

/// Rows of one partition in order: number, key and value.
type Sorted = Vec<(usize, Option<i64>, Option<i64>)>;

/// The rows that SQL takes, one by one.
fn taken(unit: &str, bounds: &(FrameBound, FrameBound), rows: &Sorted, own: usize, sign: i64) -> Vec<usize> {
    let offset = |scalar: &Scalar| scalar.as_i64().unwrap();
    let group = |row: usize| rows[..=row].windows(2).filter(|pair| pair[0].1 != pair[1].1).count() as i64;
    let inside = |bound: &FrameBound, other: usize, is_start: bool| {
        let by = match bound {
            FrameBound::UnboundedPreceding | FrameBound::UnboundedFollowing => return true,
            FrameBound::Preceding(by) => -offset(by),
            FrameBound::CurrentRow => 0,
            FrameBound::Following(by) => offset(by),
        };
        let distance = match unit {
            "rows" => other as i64 - own as i64,
            "groups" => group(other) - group(own),
            _ => match (rows[own].1, rows[other].1) {
                (Some(own), Some(other)) => sign * (other - own),
                // Nulls are behind all numbers, and as far from each other as is wanted.
                (Some(_), None) => i64::MAX,
                (None, Some(_)) => i64::MIN,
                (None, None) => return true,
            },
        };
        if is_start { distance >= by } else { distance <= by }
    };
    (0..rows.len())
        .filter(|other| inside(&bounds.0, *other, true) && inside(&bounds.1, *other, false))
        .collect()
}

fn mixed(number: u64) -> u64 {
    let mut word = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[test]
fn frames_are_those_of_a_loop() {
    let count = 60u64;
    let pick = |salt: u64, row: u64, of: u64| (mixed(row * 31 + salt) % of) as i64;
    let partitions: Vec<i64> = (0..count).map(|row| pick(1, row, 3)).collect();
    let keys: Vec<Option<i64>> =
        (0..count).map(|row| Some(pick(2, row, 12)).filter(|key| *key != 7)).collect();
    let values: Vec<Option<i64>> =
        (0..count).map(|row| Some(pick(3, row, 50)).filter(|x| *x % 5 > 0)).collect();
    let frame = Frame::builder().column("p", partitions.clone()).column("k", keys.clone());
    let frame = frame.column("x", values.clone()).finish().unwrap();
    for unit in ["rows", "range", "groups"] {
        for descending in [false, true] {
            let sign = if descending { -1 } else { 1 };
            let order = SortKey { expr: col("k"), descending, nulls_first: false };
            let mut exprs = Vec::new();
            let mut expected: Vec<Vec<Scalar>> = Vec::new();
            for bounds in bounds() {
                let make = match unit {
                    "rows" => WindowFrame::rows,
                    "range" => WindowFrame::range,
                    _ => WindowFrame::groups,
                };
                let frame = make(bounds.0.clone(), bounds.1.clone());
                let aggregates = [
                    ("sum", col("x").sum()),
                    ("len", len()),
                    ("first", col("x").first()),
                    ("last", col("x").last()),
                    ("max", col("x").max()),
                    ("distinct", col("x").n_unique()),
                    ("late", col("x").sum().filter(col("x").gt(20))),
                ];
                let first = expected.len();
                for (name, aggregate) in aggregates {
                    let over = aggregate.over_frame("p", vec![order.clone()], frame.clone());
                    exprs.push(over.alias(format!("{name} {frame}")));
                    expected.push(vec![Scalar::Null; count as usize]);
                }
                for partition in 0..3 {
                    let own = (0..count as usize).filter(|row| partitions[*row] == partition);
                    let mut rows: Sorted = own.map(|row| (row, keys[row], values[row])).collect();
                    rows.sort_by_key(|(row, key, _)| (key.is_none(), key.map(|key| sign * key), *row));
                    for own in 0..rows.len() {
                        let inside = taken(unit, &bounds, &rows, own, sign);
                        let taken: Vec<Option<i64>> = inside.iter().map(|row| rows[*row].2).collect();
                        let known: Vec<i64> = taken.iter().flatten().copied().collect();
                        let any =
                            |value: i64| if taken.is_empty() { Scalar::Null } else { Scalar::Int(value) };
                        let or_null = |value: Option<i64>| value.map_or(Scalar::Null, Scalar::Int);
                        let mut distinct = known.clone();
                        distinct.sort_unstable();
                        distinct.dedup();
                        let results = [
                            any(known.iter().sum()),
                            Scalar::UInt(taken.len() as u64),
                            or_null(taken.first().copied().flatten()),
                            or_null(taken.last().copied().flatten()),
                            or_null(known.iter().max().copied()),
                            Scalar::UInt(distinct.len() as u64),
                            any(known.iter().filter(|value| **value > 20).sum()),
                        ];
                        for (place, result) in results.into_iter().enumerate() {
                            expected[first + place][rows[own].0] = result;
                        }
                    }
                }
            }
            // All of them in one query, some of them in all circumstances.
            let found = frame.select(exprs.clone()).unwrap();
            let some: Vec<_> = exprs.iter().step_by(17).cloned().collect();
            let _ = check(&[&frame], |t| t[0].select(some.clone())).frame();
            for (expr, expected) in exprs.iter().zip(&expected) {
                let name = expr.output_name();
                let found: Vec<Scalar> = found.column(&name).unwrap().values().collect();
                assert_eq!(&found, expected, "{name}, descending {descending}");
            }
        }
    }
}

#[test]
fn long_partitions_are_joined_from_their_blocks() {
    let rows = 200_000i64;
    let frame = Frame::builder().column("x", (0..rows).map(|row| row % 7).collect::<Vec<_>>());
    let frame = frame.column("t", (0..rows).collect::<Vec<_>>()).finish().unwrap();
    let sums: Vec<i64> = (0..rows)
        .scan(0, |sum, row| {
            *sum += row % 7;
            Some(*sum)
        })
        .collect();
    let up_to = |row: i64| if row < 0 { 0 } else { sums[row.min(rows - 1) as usize] };
    for (before, after) in [(3, 0), (70_000, 10), (150_000, 150_000), (0, 66_000)] {
        let bounds = || (preceding(before), following(after));
        let order = || vec![SortKey::ascending(col("t"))];
        let sum = |frame: WindowFrame| col("x").sum().over_frame((), order(), frame);
        let result = frame.with_columns([
            sum(WindowFrame::rows(bounds().0, bounds().1)).alias("rows"),
            sum(WindowFrame::range(bounds().0, bounds().1)).alias("range"),
            sum(WindowFrame::groups(bounds().0, bounds().1)).alias("groups"),
            col("t")
                .first()
                .over_frame((), order(), WindowFrame::rows(bounds().0, bounds().1))
                .alias("first"),
        ]);
        let result = result.unwrap();
        let of = |name: &str| result.column(name).unwrap().values().collect::<Vec<_>>();
        let (by_rows, by_range, by_groups, first) = (of("rows"), of("range"), of("groups"), of("first"));
        for row in (0..rows).step_by(613).chain([rows - 1]) {
            let expected = Scalar::Int(up_to(row + after) - up_to(row - before - 1));
            assert_eq!(by_rows[row as usize], expected, "row {row}");
            assert_eq!(by_range[row as usize], expected, "row {row}");
            assert_eq!(by_groups[row as usize], expected, "row {row}");
            assert_eq!(first[row as usize], Scalar::Int((row - before).max(0)));
        }
    }
}

#[test]
fn ranges_of_times_are_durations() {
    let frame = table(
        "d: date | x: int64\n2024-01-01 | 1\n2024-01-02 | 2\n2024-01-04 | 4\n2024-01-04 | 8\nnull | 16",
    );
    let days = |before: FrameBound, after: FrameBound| {
        col("x").sum().over_frame((), vec![SortKey::ascending(col("d"))], WindowFrame::range(before, after))
    };
    let two = || FrameBound::preceding(Scalar::Duration(2 * 86_400, TimeUnit::Second));
    check(&[&frame], |t| {
        t[0].select([
            days(two(), FrameBound::CurrentRow).alias("two"),
            days(FrameBound::preceding("36h"), FrameBound::following("1d")).alias("near"),
            days(FrameBound::following("1d"), FrameBound::following("2d")).alias("next"),
        ])
    })
    .gives("two: int64 | near: int64 | next: int64\n1 | 3 | 2\n3 | 3 | 12\n14 | 12 | null\n14 | 12 | null\n16 | 16 | 16");
}

#[test]
fn floats_have_ranges_nan_included() {
    let frame = table("f: float64\n0.5\nNaN\n1.0\n2.5\nNaN\n-0.0\nnull");
    let near = |descending: bool| {
        let order = SortKey { expr: col("f"), descending, nulls_first: true };
        let frame = WindowFrame::range(FrameBound::preceding(1i64), FrameBound::following(0.5));
        len().over_frame((), vec![order], frame)
    };
    check(&[&frame], |t| t[0].select([near(false).alias("up"), near(true).alias("down")]))
        .gives("up: uint64 | down: uint64\n3 | 3\n2 | 2\n3 | 2\n1 | 1\n2 | 2\n2 | 3\n1 | 1");
}

#[test]
fn frames_that_are_none_are_refused() {
    let frame = table("k: string | x: int64\na | 1");
    let by = |name: &str| vec![SortKey::ascending(col(name))];
    let all = FrameBound::UnboundedFollowing;
    let fails = |expr: Expr, kind: ErrorKind, words: &str| {
        let error = refused(&frame.lazy().select([expr]));
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    let sum = || col("x").sum();
    let wrong = ErrorKind::InvalidArgument;
    fails(sum().over_frame((), by("x"), WindowFrame::rows(all.clone(), all.clone())), wrong, "no frame lies");
    let rows = WindowFrame::rows(following(1), preceding(1));
    fails(sum().over_frame((), by("x"), rows), wrong, "no frame lies");
    let rows = WindowFrame::rows(preceding(-1), all.clone());
    fails(sum().over_frame((), by("x"), rows), wrong, "negative");
    let rows = WindowFrame::rows(FrameBound::preceding(1.5), all.clone());
    fails(sum().over_frame((), by("x"), rows), wrong, "no number of rows");
    let range = || WindowFrame::range(preceding(1), all.clone());
    fails(sum().over_frame((), Vec::new(), range()), wrong, "needs one key");
    fails(sum().over_frame((), by("k"), range()), ErrorKind::Type, "no string lies 1 from another");
    fails(col("x").lag(1).over_frame((), by("x"), range()), wrong, "lag has no frame");
    fails(col("x").pct_change(1).over_frame((), by("x"), range()), wrong, "pct_change has no frame");
}

#[test]
fn closures_see_the_rows_of_frames() {
    let frame = table("t: int64 | s: string\n5 | e\n1 | a\n2 | null\n4 | d\n9 | z");
    let joined = || {
        map_groups(["s"], "joined", DType::String, |columns| {
            let texts = (0..columns[0].len()).map(|row| Scalar::from_array(columns[0].array(), row));
            let texts = texts.map(|text| text.as_str().unwrap_or("-").to_owned());
            Ok([texts.collect::<String>()].into_iter().collect::<Column>())
        })
    };
    let order = || vec![SortKey::ascending(col("t"))];
    let near = WindowFrame::range(preceding(3), preceding(1));
    check(&[&frame], |t| {
        t[0].select([
            joined().over_frame((), order(), WindowFrame::rows(preceding(1), following(1))).alias("rows"),
            joined().over_frame((), order(), near.clone()).alias("range"),
        ])
    })
    .gives("rows: string | range: string\ndez | -d\na- | null\na-d | a\n-de | a-\nez | null");
    let two = map_groups(["s"], "two", DType::Int64, |_| Ok([1i64, 2].into_iter().collect()));
    let two = two.over_frame((), order(), WindowFrame::rows(preceding(0), FrameBound::CurrentRow));
    check(&[&frame], |t| t[0].select([two.clone()]))
        .fails(ErrorKind::Shape, &["2 rows for a frame, not one"]);
}

#[test]
fn weights_belong_to_places_of_the_window() {
    let frame = table("k: int64 | x: float64\n1 | 1.0\n2 | 10.0\n1 | 2.0\n1 | null\n1 | 4.0\n2 | 20.0");
    check(&[&frame], |t| {
        t[0].select([
            col("x").rolling_weighted_sum([1.0, 2.0]).over("k").alias("sum"),
            col("x").rolling_weighted_mean([0.0, 1.0]).over("k").alias("mean"),
            col("x").rolling_weighted_var([1.0, 1.0]).over("k").alias("var"),
            col("x").rolling_weighted_std([1.0, 1.0]).over("k").alias("std"),
        ])
    })
    .gives(
        "sum: float64 | mean: float64 | var: float64 | std: float64
         null | null | null | null\nnull | null | null | null\n5.0 | 2.0 | 0.5 | 0.7071067811865476
         null | null | null | null\nnull | null | null | null\n50.0 | 20.0 | 50.0 | 7.0710678118654755",
    );
    for weights in [vec![], vec![f64::NAN]] {
        let error = refused(&frame.lazy().select([col("x").rolling_weighted_sum(weights)]));
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
}

#[test]
fn fading_by_time_is_the_same_in_blocks() {
    let rows = 150_000i64;
    let x = (0..rows).map(|row| (row % 11 != 3).then_some((row * 7919 % 1000) as f64)).collect::<Column>();
    let times: Vec<i64> = (0..rows).map(|row| row * 3 + row % 3).collect();
    let frame = Frame::builder().column("x", x).column("t", times.clone()).finish().unwrap();
    let expr = |adjust: bool| {
        let params = Params::new().with("halflife", 700i64).with("adjust", adjust);
        Expr::window(window_function("ewm_mean_by").unwrap(), [col("x"), col("t")], params)
    };
    let found = frame.with_columns([expr(true).alias("in"), expr(false).alias("out")]).unwrap();
    let of = |name: &str| -> Vec<Option<f64>> {
        found.column(name).unwrap().values().map(|value| value.as_f64()).collect()
    };
    let (x, adjusted, plain) = (of("x"), of("in"), of("out"));
    let (mut sum, mut weights, mut mean, mut last) = (0.0, 0.0, 0.0, None);
    for (row, value) in x.iter().enumerate() {
        let Some(value) = value else {
            assert!(adjusted[row].is_none() && plain[row].is_none());
            continue;
        };
        let kept = last.map_or(0.0, |last: i64| 0.5f64.powf((times[row] - last) as f64 / 700.0));
        (sum, weights) = (sum * kept + value, weights * kept + 1.0);
        mean = if last.is_none() { *value } else { mean * kept + value * (1.0 - kept) };
        last = Some(times[row]);
        assert!((adjusted[row].unwrap() - sum / weights).abs() < 1e-9, "row {row}");
        assert!((plain[row].unwrap() - mean).abs() < 1e-9, "row {row}");
    }
    check(&[&frame.head(3)], |t| t[0].sort_by(vec![SortKey::descending(col("t"))]).select([expr(true)]))
        .fails(ErrorKind::InvalidArgument, &["must ascend"]);
}

#[test]
fn weighted_samples_are_the_same_rows_from_any_partitions() {
    let frame = Frame::builder().column("x", (0..300i64).collect::<Vec<_>>());
    let weights: Vec<Option<f64>> = (0..300).map(|row| (row % 3 > 0).then_some(f64::from(row % 5))).collect();
    let frame = frame.column("w", weights).finish().unwrap();
    let drawn = check(&[&frame], |t| t[0].sample_weighted(50, col("w"), 3)).frame();
    assert_eq!(drawn.shape(), (50, 2));
    let rows: Vec<i64> = drawn.column("x").unwrap().values().filter_map(|x| x.as_i64()).collect();
    assert!(rows.iter().all(|row| row % 3 > 0 && row % 5 > 0), "{rows:?}");
    let all = frame.lazy().sample_weighted(1000, col("w"), 3).collect().unwrap();
    assert_eq!(all.rows(), 160);
    assert_eq!(all.head(50), drawn);
    let wrong = table("x: int64 | w: float64\n1 | 1.0\n2 | -1.0");
    let error = wrong.lazy().sample_weighted(1, col("w"), 3).collect().unwrap_err();
    assert_eq!((error.kind(), error.offending_value()), (ErrorKind::InvalidArgument, Some("-1")), "{error}");
}
