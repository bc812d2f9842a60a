//! The missing value: one for all types, and apart from NaN.

use crate::check::{check, table};
use hypostyle::{DType, Scalar, col, lit};

#[test]
fn null_is_not_nan() {
    let frame = table("x: float64\nnull\nNaN\n1.0");
    check(&[&frame], |t| t[0].select([col("x").is_null().alias("null"), col("x").is_nan().alias("nan")]))
        .gives("null: bool | nan: bool\ntrue | null\nfalse | true\nfalse | false");
}

#[test]
fn every_type_has_nulls() {
    for dtype in [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float32",
        "float64",
        "decimal[12, 3]",
        "string",
        "date",
        "time",
        "timestamp[ms]",
        "timestamp[ns, Europe/Berlin]",
        "duration[s]",
    ] {
        let frame = table(&format!("x: {dtype} | y: int64\nnull | 1\nnull | 2"));
        check(&[&frame], |t| t[0].select([col("x"), col("x").is_null().alias("n")]))
            .gives(&format!("x: {dtype} | n: bool\nnull | true\nnull | true"));
        check(&[&frame], |t| t[0].group_by("x").agg([col("y").sum(), col("x").count().alias("n")]))
            .gives(&format!("x: {dtype} | y: int64 | n: uint64\nnull | 3 | 0"));
        check(&[&frame], |t| t[0].sort("x")).gives(&format!("x: {dtype} | y: int64\nnull | 1\nnull | 2"));
        check(&[&frame], |t| t[0].join(&t[0].clone(), "x", hypostyle::JoinType::Inner))
            .gives(&format!("x: {dtype} | y: int64 | y_right: int64"));
    }
}

#[test]
fn a_column_of_nulls_has_a_type_of_its_own() {
    let frame = table("x: int64\n1\n2").with_columns([lit(Scalar::Null).alias("n")]).unwrap();
    assert_eq!(frame.schema().field("n").unwrap().dtype, DType::Null);
    check(&[&frame], |t| t[0].select([col("n").is_null().alias("is"), (col("x") + col("n")).alias("sum")]))
        .gives("is: bool | sum: int64\ntrue | null\ntrue | null");
    check(&[&frame], |t| t[0].group_by("n").agg([col("x").sum()])).gives("n: null | x: int64\nnull | 3");
    check(&[&frame], |t| t[0].sort("n")).gives("x: int64 | n: null\n1 | null\n2 | null");
}

#[test]
fn nulls_are_filled_and_coalesced() {
    let frame = table("x: int64 | y: int64\nnull | 1\n2 | null\nnull | null");
    check(&[&frame], |t| {
        t[0].select([col("x").fill_null(0).alias("filled"), col("x").coalesce([col("y")]).alias("first")])
    })
    .gives("filled: int64 | first: int64\n0 | 1\n2 | 2\n0 | null");
}

#[test]
fn rows_with_nulls_are_dropped() {
    let frame = table("x: int64 | s: string\n1 | null\nnull | a\n2 | b");
    check(&[&frame], |t| t[0].drop_nulls(["x"])).gives("x: int64 | s: string\n1 | null\n2 | b");
    check(&[&frame], |t| t[0].drop_nulls([])).gives("x: int64 | s: string\n2 | b");
}

#[test]
fn arithmetic_with_null_is_null_and_raises_nothing() {
    let frame = table("x: int64 | y: int64\nnull | 0\n9223372036854775807 | null");
    check(&[&frame], |t| {
        t[0].select([(col("x") + col("y")).alias("a"), col("x").floor_div(col("y")).alias("q")])
    })
    .gives("a: int64 | q: int64\nnull | null\nnull | null");
}
