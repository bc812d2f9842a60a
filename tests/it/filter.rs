//! Filters, comparisons and logic.

use crate::check::{check, refused, table};
use hypostyle::{ErrorKind, Frame, col, lit};

#[test]
fn a_filter_keeps_only_true() {
    let frame = table("x: int64 | keep: bool\n1 | true\n2 | false\n3 | null\n4 | true");
    check(&[&frame], |t| t[0].filter(col("keep"))).gives("x: int64 | keep: bool\n1 | true\n4 | true");
}

#[test]
fn row_order_is_kept() {
    let frame = table("x: int64\n9\n1\n8\n2\n7\n3\n6");
    check(&[&frame], |t| t[0].filter(col("x").gt(2))).gives("x: int64\n9\n8\n7\n3\n6");
}

#[test]
fn comparisons_of_null_are_null() {
    let frame = table("x: int64 | y: int64\n1 | null\nnull | null\n1 | 1");
    check(&[&frame], |t| {
        t[0].select([
            col("x").eq(col("y")).alias("eq"),
            col("x").lt(col("y")).alias("lt"),
            col("x").not_eq(col("y")).alias("ne"),
        ])
    })
    .gives("eq: bool | lt: bool | ne: bool\nnull | null | null\nnull | null | null\ntrue | false | false");
}

#[test]
fn logic_is_three_valued() {
    let frame = table(
        "a: bool | b: bool
         true | true
         true | false
         true | null
         false | false
         false | null
         null | null",
    );
    check(&[&frame], |t| {
        t[0].select([
            col("a").and(col("b")).alias("and"),
            col("a").or(col("b")).alias("or"),
            (!col("b")).alias("not_b"),
        ])
    })
    .gives(
        "and: bool | or: bool | not_b: bool
         true | true | false
         false | true | true
         null | true | null
         false | false | true
         false | null | null
         null | null | null",
    );
}

#[test]
fn floats_compare_as_ieee_754_says() {
    let frame = table("x: float64 | y: float64\nNaN | NaN\nNaN | 1.0\n-0.0 | 0.0\ninf | inf");
    check(&[&frame], |t| {
        t[0].select([
            col("x").eq(col("y")).alias("eq"),
            col("x").not_eq(col("y")).alias("ne"),
            col("x").lt(col("y")).alias("lt"),
            col("x").gt_eq(col("y")).alias("ge"),
        ])
    })
    .gives(
        "eq: bool | ne: bool | lt: bool | ge: bool
         false | true | false | false
         false | true | false | false
         true | false | false | true
         true | false | false | true",
    );
}

#[test]
fn numbers_compare_by_exact_value() {
    let frame = table(
        "i: int64 | f: float64 | u: uint64
         9007199254740993 | 9007199254740992.0 | 9007199254740993
         -1 | -1.0 | 18446744073709551615
         9223372036854775807 | 9223372036854775808.0 | 9223372036854775807",
    );
    check(&[&frame], |t| {
        t[0].select([
            col("i").eq(col("f")).alias("i_eq_f"),
            col("i").lt(col("f")).alias("i_lt_f"),
            col("i").eq(col("u")).alias("i_eq_u"),
            col("i").lt(col("u")).alias("i_lt_u"),
            col("u").gt(col("f")).alias("u_gt_f"),
        ])
    })
    .gives(
        "i_eq_f: bool | i_lt_f: bool | i_eq_u: bool | i_lt_u: bool | u_gt_f: bool
         false | false | true | false | true
         true | false | false | true | true
         false | true | true | false | false",
    );
}

#[test]
fn text_compares_by_bytes() {
    let frame =
        table("x: string\nA\na\nB\nß\n\"\"\nnull\na very long piece of text\na very long piece of tex");
    check(&[&frame], |t| t[0].filter(col("x").gt_eq("a").and(col("x").lt_eq("a very long piece of tex"))))
        .gives("x: string\na\na very long piece of tex");
    check(&[&frame], |t| t[0].filter(col("x").eq(""))).gives("x: string\n\"\"");
}

#[test]
fn a_condition_must_be_a_truth_value() {
    let frame = table("x: int64\n1");
    let error = refused(&frame.lazy().filter(col("x") + 1));
    assert_eq!(error.kind(), ErrorKind::Type, "{error}");
    assert!(error.to_string().contains("filter"), "{error}");
}

#[test]
fn a_missing_column_is_named_with_its_nearest() {
    let frame = table("arr_delay: int64 | dep_delay: int64\n1 | 2");
    let error = refused(&frame.lazy().filter(col("ar_delay").gt(1)));
    assert_eq!(error.kind(), ErrorKind::ColumnNotFound);
    assert!(error.to_string().contains("did you mean \"arr_delay\"?"), "{error}");
}

#[test]
fn frames_without_rows_or_columns_keep_their_schema() {
    let empty = table("x: int64 | s: string\n1 | a").head(0);
    check(&[&empty], |t| t[0].filter(col("x").gt(0))).gives("x: int64 | s: string");
    let bare = Frame::empty(hypostyle::Schema::empty());
    check(&[&bare], |t| t[0].filter(lit(true))).gives("");
}

#[test]
fn filters_on_filters_are_one_filter() {
    let frame = table("x: int64 | y: int64\n1 | 0\n2 | 1\n3 | 0\n4 | 2\n5 | null");
    check(&[&frame], |t| t[0].filter(col("x").gt(1)).filter(col("y").gt(0)).filter(col("x").lt(4)))
        .gives("x: int64 | y: int64\n2 | 1");
}

#[test]
fn an_error_of_a_row_that_is_filtered_out_is_not_raised() {
    let frame = table("x: int64 | y: int64\n1 | 0\n6 | 2");
    check(&[&frame], |t| t[0].filter(col("y").gt(0)).select([col("x").floor_div(col("y")).alias("q")]))
        .gives("q: int64\n3");
    check(&[&frame], |t| t[0].filter(col("y").gt(0)).filter(col("x").floor_div(col("y")).gt(2)))
        .gives("x: int64 | y: int64\n6 | 2");
}

#[test]
fn is_in_with_a_null_among_the_values_is_false_without_a_match() {
    use hypostyle::Scalar;
    let frame = table("x: int64\n1\n2\nnull");
    check(&[&frame], |t| t[0].select([col("x").is_in([Scalar::Int(1), Scalar::Null]).alias("in")]))
        .gives("in: bool\ntrue\nfalse\nnull");
}

#[test]
fn is_in_uses_the_equality_of_keys() {
    let frame = table("x: float64\nNaN\n-0.0\n1.5\nnull");
    check(&[&frame], |t| t[0].select([col("x").is_in([f64::NAN, 0.0]).alias("in")]))
        .gives("in: bool\ntrue\ntrue\nfalse\nnull");
}

#[test]
fn a_whole_number_that_floats_cannot_hold_is_not_rounded_to_one() {
    let frame = Frame::builder().column("x", [9007199254740992.0, 9007199254740994.0]).finish().unwrap();
    let count = |condition| frame.lazy().filter(condition).collect().unwrap().rows();
    assert_eq!(count(col("x").eq(9007199254740993i64)), 0);
    assert_eq!(count(col("x").gt(9007199254740993i64)), 1);
    assert_eq!(count(col("x").lt(9007199254740993i64)), 1);
}
