//! Tests of `is_in`.

use crate::data::{Batch, Column, DType, Field, Scalar, Schema, TimeUnit};
use crate::error::ErrorKind;
use crate::expr::{Expr, bind, col, lit};
use crate::functions::scalar::support::column_of;

#[track_caller]
fn gives(column: Column, expr: Expr, expected: &str) {
    let schema = Schema::new(vec![Field::new("x", column.dtype().clone())]).unwrap();
    let rows = column.len();
    let batch = Batch::new(vec![column], rows).unwrap();
    let result = bind(&expr, &schema).unwrap().column(&batch).unwrap();
    let text: String = (0..rows)
        .map(|row| match Scalar::from_array(result.array(), row) {
            Scalar::Bool(true) => 'T',
            Scalar::Bool(false) => 'F',
            _ => '.',
        })
        .collect();
    assert_eq!(text, expected, "{expr}");
}

fn values<T: crate::data::build::Element>(values: impl IntoIterator<Item = T>) -> Column {
    values.into_iter().collect()
}

#[test]
fn equality_is_that_of_keys() {
    let floats = values([Some(f64::NAN), Some(-0.0), Some(1.5), None]);
    gives(floats.clone(), col("x").is_in([f64::NAN, 0.0]), "TTF.");
    gives(floats.clone(), col("x").is_in([0i64, 2]), "FTF.");
    gives(floats, col("x").is_in(Vec::<f64>::new()), "FFF.");
    gives(values([f32::NAN, 0.1]), col("x").is_in([f64::NAN, 0.1]), "TF");
}

#[test]
fn nulls_in_the_list_match_nothing() {
    gives(values([Some(1i64), Some(2), None]), col("x").is_in([Some(1i64), None]), "TF.");
    gives(values([Some("a"), None]), col("x").is_in([None::<&str>]), "F.");
    gives(values([Some(true), Some(false), None]), col("x").is_in([true]), "TF.");
}

#[test]
fn numbers_are_equal_by_exact_value() {
    let big = 9_007_199_254_740_993i64;
    gives(values([big, big - 1]), col("x").is_in([9_007_199_254_740_992.0]), "FT");
    gives(values([9_007_199_254_740_992.0]), col("x").is_in([big]), "F");
    gives(values([1u8, 255]), col("x").is_in([-1i64, 255, 256]), "FT");
    gives(values([1i64, 2]), col("x").is_in([Scalar::Int(1), Scalar::Float(2.5)]), "TF");
}

#[test]
fn long_lists_are_hashed() {
    let all: Vec<i64> = (0..1_000).map(|i| i * 3).collect();
    gives(values([0i64, 1, 2_997, 3_000]), col("x").is_in(all.clone()), "TFTF");
    gives(values([0.0, -0.0, 2.5]), col("x").is_in(all.iter().map(|i| *i as f64)), "TTF");
    let texts = all.iter().map(|i| format!("a rather long text number {i}"));
    gives(
        values(["a rather long text number 3", "a rather long text number 4"]),
        col("x").is_in(texts),
        "TF",
    );
}

#[test]
fn dates_are_found_by_their_text() {
    let dates = column_of(&DType::Date, &["2024-01-01", "2024-01-02"]);
    gives(dates, col("x").is_in(["2024-01-02"]), "FT");
    let stamp = DType::Timestamp(TimeUnit::Nanosecond, None);
    gives(column_of(&stamp, &["2024-01-02"]), col("x").is_in(["2024-01-02 00:00:00"]), "T");
}

#[test]
fn a_constant_may_be_tested_and_lists_may_differ_by_row() {
    gives(values([1i64, 2]), lit(3i64).is_in([3i64]), "TT");
    let lists =
        Scalar::List(vec![1i64.into(), Scalar::Null]).to_array(&DType::List(Box::new(DType::Int64)), 2);
    let lists = Column::from_held(lists.unwrap());
    gives(lists, lit(1i64).is_in_list(col("x")), "TT");
}

#[test]
fn other_types_are_refused() {
    let schema = Schema::new(vec![Field::new("x", DType::Int64)]).unwrap();
    assert_eq!(bind(&col("x").is_in(["a"]), &schema).unwrap_err().kind(), ErrorKind::Type);
    assert_eq!(bind(&col("x").is_in_list(1i64), &schema).unwrap_err().kind(), ErrorKind::Type);
}
