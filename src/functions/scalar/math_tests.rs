//! The functions of numbers, bounds and missing values beyond their examples.

use crate::data::{Column, DType, Scalar};
use crate::error::ErrorKind;
use crate::expr::{Expr, col, lit};
use crate::functions::scalar::support::run;

fn decimals(texts: &[&str], precision: u8, scale: i8) -> Column {
    crate::functions::scalar::support::column_of(&DType::Decimal(precision, scale), texts)
}

#[track_caller]
fn gives(column: Column, expr: Expr, expected: &[&str]) {
    let got: Vec<String> = run(&column, &expr).unwrap().iter().map(Scalar::to_string).collect();
    assert_eq!(got, expected, "{expr}");
}

#[test]
fn outside_the_domain_is_not_a_number() {
    let odd: Column = [-1.0, 0.0, f64::INFINITY, f64::NAN].into_iter().collect();
    gives(odd.clone(), col("x").sqrt(), &["NaN", "0.0", "inf", "NaN"]);
    gives(odd.clone(), col("x").ln(), &["NaN", "-inf", "inf", "NaN"]);
    gives(odd.clone(), col("x").sign(), &["-1.0", "0.0", "1.0", "NaN"]);
    gives(odd, col("x").is_finite(), &["true", "true", "false", "false"]);
    gives([4i64, 9].into_iter().collect(), col("x").sqrt(), &["2.0", "3.0"]);
    gives([4.0f32].into_iter().collect(), col("x").sqrt(), &["2.0"]);
    gives(decimals(&["2.25"], 5, 2), col("x").sqrt(), &["1.5"]);
    gives([1i64].into_iter().collect(), col("x").is_nan(), &["false"]);
}

#[test]
fn rounding_keeps_the_type() {
    gives([1250i64, -1350].into_iter().collect(), col("x").round(-2), &["1200", "-1400"]);
    gives([1250i64].into_iter().collect(), col("x").round_half_away(-2), &["1300"]);
    gives([1250i64].into_iter().collect(), col("x").round(2), &["1250"]);
    let tens = run(&[125i8].into_iter().collect(), &col("x").round(-1)).unwrap();
    assert_eq!(tens, [Scalar::Int(120)]);
    let error = run(&[Some(1i8), Some(127)].into_iter().collect(), &col("x").round(-1)).unwrap_err();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::Arithmetic, Some(1)));
    gives(decimals(&["1.25", "-1.35"], 5, 2), col("x").round(1), &["1.20", "-1.40"]);
    gives(decimals(&["1.25", "-1.35"], 5, 2), col("x").floor(), &["1.00", "-2.00"]);
    gives(decimals(&["1.25", "-1.35"], 5, 2), col("x").ceil(), &["2.00", "-1.00"]);
    gives(decimals(&["1.25", "-1.35"], 5, 2), col("x").trunc(), &["1.00", "-1.00"]);
    gives([7i64].into_iter().collect(), col("x").floor(), &["7"]);
    gives([2.675f32].into_iter().collect(), col("x").round(2).cast(DType::String), &["\"2.68\""]);
    assert!(run(&decimals(&["9.9"], 2, 1), &col("x").ceil()).is_err());
}

#[test]
fn powers_of_integers_are_exact_or_fail() {
    let column: Column = [Some(3i64), Some(-2), None].into_iter().collect();
    gives(column.clone(), col("x").pow(2), &["9", "4", "null"]);
    gives(column.clone(), col("x").pow(0.5), &["1.7320508075688772", "NaN", "null"]);
    let error = run(&column, &col("x").pow(40)).unwrap_err();
    assert_eq!((error.message(), error.row_number()), ("integer overflow: pow(3, 40)", Some(0)));
    let error = run(&column, &col("x").pow(-1)).unwrap_err();
    assert_eq!(error.message(), "no integer: pow(3, -1)");
    gives(column, lit(1i64).pow(col("x")), &["1", "1", "null"]);
}

#[test]
fn bounds_may_be_missing() {
    let column: Column = [Some(1.0), Some(f64::NAN), Some(9.0), None].into_iter().collect();
    gives(column.clone(), col("x").clip(2, 8), &["2.0", "NaN", "8.0", "null"]);
    gives(column.clone(), col("x").clip(lit(Scalar::Null), 8), &["1.0", "NaN", "8.0", "null"]);
    gives(column.clone(), col("x").clip(col("x"), lit(Scalar::Null)), &["1.0", "NaN", "9.0", "null"]);
    gives(column.clone(), col("x").between(1, 9), &["true", "false", "true", "null"]);
    gives(column.clone(), col("x").between_with(1, 9, "neither"), &["false", "false", "false", "null"]);
    gives(column.clone(), col("x").between_with(1, 9, "left"), &["true", "false", "false", "null"]);
    gives(column.clone(), col("x").between(lit(Scalar::Null), 5), &["null", "false", "false", "null"]);
    let error = run(&column, &col("x").between_with(1, 9, "inner")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    gives(column, col("x").least([5.0]), &["1.0", "5.0", "5.0", "5.0"]);
    let nan: Column = [Some(f64::NAN), None].into_iter().collect();
    gives(nan.clone(), col("x").greatest([col("x"), lit(Scalar::Null)]), &["NaN", "null"]);
    gives(nan, lit(1.0).greatest([col("x")]), &["1.0", "1.0"]);
}

#[test]
fn missing_values_are_filled_and_made() {
    let column: Column = [Some(1i64), None].into_iter().collect();
    gives(column.clone(), col("x").fill_null(0.5), &["1.0", "0.5"]);
    gives(column.clone(), col("x").fill_null(lit(Scalar::Null)), &["1", "null"]);
    gives(column.clone(), lit(Scalar::Null).fill_null(col("x")), &["1", "null"]);
    gives(column.clone(), col("x").coalesce([lit(Scalar::Null), col("x") + 1, lit(7i64)]), &["1", "7"]);
    gives(column.clone(), col("x").coalesce(Vec::<Expr>::new()), &["1", "null"]);
    gives(column.clone(), col("x").null_if(1.0), &["null", "null"]);
    gives(column.clone(), col("x").null_if(lit(Scalar::Null)), &["1", "null"]);
    gives(column.clone(), lit(1i64).null_if(col("x")), &["null", "1"]);
    assert_eq!(run(&column, &col("x").fill_null("none")).unwrap_err().kind(), ErrorKind::Type);
    let nan: Column = [f64::NAN].into_iter().collect();
    gives(nan, col("x").fill_null(0.0), &["NaN"]);
}
