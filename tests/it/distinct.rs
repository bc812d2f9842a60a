//! Distinct rows, and unions.

use crate::check::{check, refused, table};
use hypostyle::{Column, DType, ErrorKind, Frame, Keep, Scalar, Schema, col};
use std::collections::HashMap;

#[test]
fn distinct_rows_in_order_of_first_sight() {
    let frame = table("x: int64 | s: string\n2 | a\n1 | b\n2 | a\n2 | b\n1 | b\nnull | null\nnull | null");
    check(&[&frame], |t| t[0].distinct()).gives("x: int64 | s: string\n2 | a\n1 | b\n2 | b\nnull | null");
}

#[test]
fn distinct_uses_the_equality_of_keys() {
    let frame = table("x: float64\n0.0\n-0.0\nNaN\n1.0\nNaN\nnull\nnull");
    check(&[&frame], |t| t[0].distinct()).gives("x: float64\n0.0\nNaN\n1.0\nnull");
}

#[test]
fn the_first_or_the_last_row_of_each_is_kept() {
    let frame = table("k: string | x: int64\na | 1\nb | 2\na | 3\nb | null\nc | 4");
    check(&[&frame], |t| t[0].distinct_by(["k"], Keep::First))
        .gives("k: string | x: int64\na | 1\nb | 2\nc | 4");
    check(&[&frame], |t| t[0].distinct_by(["k"], Keep::Last))
        .gives("k: string | x: int64\na | 3\nb | null\nc | 4");
}

#[test]
fn the_last_row_is_kept_as_a_whole() {
    let frame = table("k: float64 | x: int64\n-0.0 | 1\n0.0 | 2\nNaN | 3");
    check(&[&frame], |t| t[0].distinct_by(["k"], Keep::Last))
        .gives("k: float64 | x: int64\n0.0 | 2\nNaN | 3");
}

/// Rows enough for several lanes.
const ROWS: i64 = 3_000;

fn spread(row: i64, step: i64, count: i64) -> i64 {
    (row * step + row * row % 7) % count
}

/// Keys of many widths: some have a bit each from the start, some begin narrow and then do not, some never do.
#[test]
fn narrow_and_wide_keys_give_the_same_rows() {
    let numbers = |of: &dyn Fn(i64) -> Option<i64>| (0..ROWS).map(of).collect::<Column>();
    let narrow = numbers(&|row| Some(spread(row, 7919, 1000) - 500));
    let dense = numbers(&|row| Some(spread(row, 48_271, 2_500)));
    let nulls = numbers(&|row| (row % 11 != 3).then_some(spread(row, 31, 257)));
    let later = numbers(&|row| Some(if row < ROWS * 3 / 4 { row % 100 } else { (row % 100) << 50 }));
    let once = numbers(&|row| Some(if row == ROWS / 2 { i64::MIN } else { row % 300 }));
    let moving = numbers(&|row| Some(row / 3 * 5));
    let texts: Column =
        (0..ROWS).map(|row| (row % 13 != 5).then(|| format!("t{}", spread(row, 17, 40)))).collect();
    let truths: Column = (0..ROWS).map(|row| [Some(true), Some(false), None][row as usize % 3]).collect();
    let frame = Frame::builder()
        .column("row", (0..ROWS).collect::<Vec<i64>>())
        .column("narrow", narrow)
        .column("dense", dense)
        .column("nulls", nulls)
        .column("later", later)
        .column("once", once)
        .column("moving", moving)
        .column("text", texts)
        .column("truth", truths)
        .column("day", numbers(&|row| Some(row / 50 % 900)))
        .finish()
        .unwrap();
    let frame = frame.lazy().with_columns([col("day").cast(DType::Int32)]).collect().unwrap();
    let keys: [&[&str]; 13] = [
        &["narrow"],
        &["dense"],
        &["nulls"],
        &["later"],
        &["once"],
        &["moving"],
        &["text"],
        &["truth"],
        &["day"],
        &["narrow", "truth"],
        &["nulls", "text"],
        &["dense", "day"],
        &["row"],
    ];
    for keys in keys {
        for keep in [Keep::First, Keep::Any, Keep::Last, Keep::None] {
            let found = check(&[&frame], |t| t[0].distinct_by(keys.iter().copied(), keep)).frame();
            let mut seen: HashMap<Vec<String>, Vec<i64>> = HashMap::new();
            for row in 0..ROWS {
                let value = |key: &&str| frame.column(key).unwrap().get(row as usize).unwrap().to_string();
                seen.entry(keys.iter().map(value).collect()).or_default().push(row);
            }
            let kept = |rows: &Vec<i64>| match keep {
                Keep::First | Keep::Any => rows.first().copied(),
                Keep::Last => rows.last().copied(),
                Keep::None => Some(rows[0]).filter(|_| rows.len() == 1),
            };
            let mut expected: Vec<(i64, i64)> =
                seen.values().filter_map(|rows| Some((rows[0], kept(rows)?))).collect();
            expected.sort_unstable();
            let expected: Vec<i64> = expected.into_iter().map(|(_, row)| row).collect();
            let rows: Vec<i64> = (0..found.rows() as usize)
                .map(|row| match found.column("row").unwrap().get(row).unwrap() {
                    Scalar::Int(row) => row,
                    other => panic!("{other}"),
                })
                .collect();
            assert_eq!(rows, expected, "{keys:?} {keep:?}");
        }
    }
}

#[test]
fn distinct_of_nothing() {
    check(&[&table("x: int64\n1").head(0)], |t| t[0].distinct()).gives("x: int64");
    let error = refused(&table("x: int64\n1").lazy().distinct_by(["y"], Keep::First));
    assert_eq!(error.kind(), ErrorKind::ColumnNotFound);
}

#[test]
fn a_union_keeps_the_order_of_its_inputs() {
    let (a, b) = (table("x: int64 | s: string\n2 | b\n1 | null"), table("x: int64 | s: string\n1 | a"));
    check(&[&a, &b], |t| t[0].union(&[t[1].clone(), t[0].clone()]))
        .gives("x: int64 | s: string\n2 | b\n1 | null\n1 | a\n2 | b\n1 | null");
    check(&[&a, &b], |t| t[0].union(&[t[1].clone()]).filter(col("x").eq(1)).select([col("s")]))
        .gives("s: string\nnull\na");
    check(&[&a.head(0), &b], |t| t[0].union(&[t[1].clone()])).gives("x: int64 | s: string\n1 | a");
}

#[test]
fn a_union_needs_the_same_names_and_types() {
    let a = table("x: int64\n1").lazy();
    for other in ["y: int64\n1", "x: int32\n1", "x: int64 | y: int64\n1 | 2"] {
        let error = refused(&a.union(&[table(other).lazy()]));
        assert!(
            matches!(error.kind(), ErrorKind::Type | ErrorKind::Shape | ErrorKind::ColumnNotFound),
            "{error}"
        );
        assert!(error.to_string().contains("union"), "{error}");
    }
    let none = hypostyle::Frame::empty(Schema::empty()).lazy();
    check(&[&hypostyle::Frame::empty(Schema::empty())], |t| t[0].union(std::slice::from_ref(&none)))
        .gives("");
}
