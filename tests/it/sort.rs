//! Sorts.

use crate::check::{check, refused, table};
use hypostyle::{ErrorKind, Frame, SortKey, col};

#[test]
fn numbers_then_nan_then_null() {
    let frame = table("x: float64\nNaN\n1.5\nnull\n-inf\n0.0\n-2.0\ninf");
    check(&[&frame], |t| t[0].sort("x")).gives("x: float64\n-inf\n-2.0\n0.0\n1.5\ninf\nNaN\nnull");
}

#[test]
fn descending_reverses_values_and_leaves_nulls_last() {
    let frame = table("x: float64\nNaN\n1.5\nnull\n-inf\n0.0");
    check(&[&frame], |t| t[0].sort_by(vec![SortKey::descending(col("x"))]))
        .gives("x: float64\nNaN\n1.5\n0.0\n-inf\nnull");
}

#[test]
fn nulls_come_first_when_asked() {
    let frame = table("x: int64\n2\nnull\n1");
    for descending in [false, true] {
        let key = SortKey { expr: col("x"), descending, nulls_first: true };
        let expected = if descending { "x: int64\nnull\n2\n1" } else { "x: int64\nnull\n1\n2" };
        check(&[&frame], |t| t[0].sort_by(vec![key.clone()])).gives(expected);
    }
}

#[test]
fn a_sort_is_stable_in_both_directions() {
    let frame = table("k: int64 | x: int64\n1 | 1\n0 | 2\n1 | 3\n0 | 4\n1 | 5\nnull | 6\nnull | 7");
    check(&[&frame], |t| t[0].sort("k"))
        .gives("k: int64 | x: int64\n0 | 2\n0 | 4\n1 | 1\n1 | 3\n1 | 5\nnull | 6\nnull | 7");
    check(&[&frame], |t| t[0].sort_by(vec![SortKey::descending(col("k"))]))
        .gives("k: int64 | x: int64\n1 | 1\n1 | 3\n1 | 5\n0 | 2\n0 | 4\nnull | 6\nnull | 7");
}

#[test]
fn minus_zero_and_zero_are_equal() {
    let frame = table("x: float64 | n: int64\n0.0 | 1\n-0.0 | 2\n0.0 | 3\n-1.0 | 4");
    check(&[&frame], |t| t[0].sort("x")).gives("x: float64 | n: int64\n-1.0 | 4\n0.0 | 1\n-0.0 | 2\n0.0 | 3");
}

#[test]
fn text_sorts_by_bytes() {
    let frame = table(
        "s: string\nb\nß\nB\n\"\"\nnull\na\naa\na long text beyond twelve bytes\na long text beyond twelve byte",
    );
    check(&[&frame], |t| t[0].sort("s"))
        .gives("s: string\n\"\"\nB\na\na long text beyond twelve byte\na long text beyond twelve bytes\naa\nb\nß\nnull");
}

#[test]
fn false_comes_before_true() {
    let frame = table("x: bool\ntrue\nnull\nfalse\ntrue");
    check(&[&frame], |t| t[0].sort("x")).gives("x: bool\nfalse\ntrue\ntrue\nnull");
}

#[test]
fn the_ends_of_integer_types_sort() {
    let frame = table(
        "i: int64 | u: uint64\n9223372036854775807 | 0\n-9223372036854775808 | 18446744073709551615\n0 | 9223372036854775808",
    );
    check(&[&frame], |t| t[0].sort("i").select([col("i")]))
        .gives("i: int64\n-9223372036854775808\n0\n9223372036854775807");
    check(&[&frame], |t| t[0].sort("u").select([col("u")]))
        .gives("u: uint64\n0\n9223372036854775808\n18446744073709551615");
}

#[test]
fn several_keys_each_with_its_direction() {
    let frame = table("a: string | b: int64\nx | 1\ny | 2\nx | 3\nnull | 4\ny | null");
    let by =
        vec![SortKey::descending(col("a")), SortKey { expr: col("b"), descending: true, nulls_first: true }];
    check(&[&frame], |t| t[0].sort_by(by.clone()))
        .gives("a: string | b: int64\ny | null\ny | 2\nx | 3\nx | 1\nnull | 4");
}

#[test]
fn rows_sort_by_any_expression() {
    let frame = table("x: int64\n3\n-4\n1");
    check(&[&frame], |t| t[0].sort([col("x") * col("x")])).gives("x: int64\n1\n3\n-4");
}

#[test]
fn a_sort_of_nothing_and_without_keys() {
    check(&[&table("x: int64\n1").head(0)], |t| t[0].sort("x")).gives("x: int64");
    assert_eq!(refused(&table("x: int64\n1").lazy().sort_by(vec![])).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn many_rows_sort_the_same_on_all_threads() {
    let keys: Vec<i64> = (0..40_000).map(|i: i64| (i * 7_919) % 1_003).collect();
    let rows: Vec<i64> = (0..40_000).collect();
    let frame = Frame::builder().column("k", keys).column("row", rows).finish().unwrap();
    let found = check(&[&frame], |t| t[0].sort("k")).frame();
    let values =
        |name: &str| found.column(name).unwrap().values().map(|v| v.as_i64().unwrap()).collect::<Vec<_>>();
    let pairs: Vec<(i64, i64)> = values("k").into_iter().zip(values("row")).collect();
    assert!(pairs.is_sorted());
    assert_eq!(pairs.len(), 40_000);
}

#[test]
fn the_first_of_many_rows_are_those_of_the_sort() {
    let rows = 150_000i64;
    let mixed = |row: i64| (row.wrapping_mul(0x9E37_79B9_7F4A_7C15u64 as i64)) >> 20;
    let frame = Frame::builder()
        .column("row", (0..rows).collect::<Vec<i64>>())
        .column("few", (0..rows).map(|row| mixed(row) % 7).collect::<Vec<i64>>())
        .column("falling", (0..rows).map(|row| -row).collect::<Vec<i64>>())
        .column(
            "float",
            (0..rows)
                .map(|row| if row % 5 == 0 { f64::NAN } else { mixed(row) as f64 })
                .collect::<Vec<f64>>(),
        )
        .column(
            "some",
            (0..rows).map(|row| (row % 3 == 1).then(|| mixed(row) % 1000)).collect::<Vec<Option<i64>>>(),
        )
        .column("none", vec![None::<i64>; rows as usize])
        .column("text", (0..rows).map(|row| format!("{}", mixed(row) % 99)).collect::<Vec<String>>())
        .finish()
        .unwrap();
    for frame in [frame.clone(), frame.repartition(1).unwrap(), frame.repartition(7).unwrap()] {
        for keys in [
            vec!["few"],
            vec!["falling"],
            vec!["float"],
            vec!["some", "row"],
            vec!["none"],
            vec!["text", "few"],
        ] {
            for (descending, nulls_first) in [(false, false), (true, false), (false, true), (true, true)] {
                let key = |name: &&str| SortKey { expr: col(*name), descending, nulls_first };
                let sorted = frame.clone().lazy().sort_by(keys.iter().map(key).collect::<Vec<_>>());
                let whole = sorted.clone().collect().unwrap();
                for limit in [1u64, 10, 5_000, 40_000] {
                    let first = sorted.clone().limit(limit).collect().unwrap();
                    hypostyle::assert_frame_eq(&first, &whole.head(limit));
                }
            }
        }
    }
}
