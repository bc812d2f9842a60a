//! Distinct rows, and unions.

use crate::check::{check, refused, table};
use hypostyle::{ErrorKind, Keep, Schema, col};

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
