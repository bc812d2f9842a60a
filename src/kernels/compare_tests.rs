//! Tests of comparison.

use super::{CompareOp, compare};
use crate::data::build::Element;
use crate::data::{Column, DType, Scalar};
use crate::kernels::value::Value;
use arrow::array::{Array, Decimal128Array};
use std::sync::Arc;

fn rows<T: Element>(values: impl IntoIterator<Item = T>) -> Value {
    Value::rows(values.into_iter().collect::<Column>().array().clone())
}

fn one<T: Element>(value: T) -> Value {
    Value::scalar(std::iter::once(value).collect::<Column>().array().clone())
}

fn decimals<const N: usize>(values: [i128; N], scale: i8) -> Value {
    Value::rows(Arc::new(Decimal128Array::from(values.to_vec()).with_precision_and_scale(38, scale).unwrap()))
}

/// What `==`, `!=`, `<`, `<=`, `>`, `>=` give, with the operands in both orders checked against each other.
fn check(left: &Value, right: &Value, expected: [&str; 6]) {
    use CompareOp::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    for (op, expected) in [Eq, NotEq, Lt, LtEq, Gt, GtEq].into_iter().zip(expected) {
        let text = |array: arrow::array::BooleanArray| -> String {
            array.iter().map(|bit| bit.map_or('.', |bit| if bit { 'T' } else { 'F' })).collect()
        };
        assert_eq!(text(compare(op, left, right).unwrap()), expected, "{}", op.symbol());
        assert_eq!(text(compare(op.swap(), right, left).unwrap()), expected, "swapped {}", op.symbol());
    }
}

#[test]
fn floats_follow_ieee() {
    let left = rows([f64::NAN, -0.0, 1.0, f64::NAN, f64::INFINITY]);
    let right = rows([f64::NAN, 0.0, 2.0, 1.0, f64::INFINITY]);
    check(&left, &right, ["FTFFT", "TFTTF", "FFTFF", "FTTFT", "FFFFF", "FTFFT"]);
    check(&left, &one(f64::NAN), ["FFFFF", "TTTTT", "FFFFF", "FFFFF", "FFFFF", "FFFFF"]);
}

#[test]
fn integers_and_floats_compare_exactly_above_2_to_53() {
    let big = 9_007_199_254_740_993i64;
    let left = rows([big, big - 1, i64::MAX, i64::MIN, -1, 0]);
    let right = rows([
        9_007_199_254_740_992.0,
        9_007_199_254_740_992.0,
        2f64.powi(63),
        -2f64.powi(63),
        -0.5,
        f64::NAN,
    ]);
    check(&left, &right, ["FTFTFF", "TFTFTT", "FFTFTF", "FTTTTF", "TFFFFF", "TTFTFF"]);
    let unsigned = rows([u64::MAX, 0]);
    check(&unsigned, &rows([2f64.powi(64), -0.0]), ["FT", "TF", "TF", "TT", "FF", "FT"]);
    check(&unsigned, &one(f64::INFINITY), ["FF", "TT", "TT", "TT", "FF", "FF"]);
    check(&rows([1i8, 3]), &one(1.5f32), ["FF", "TT", "TF", "TF", "FT", "FT"]);
}

#[test]
fn signed_and_unsigned_compare_by_value() {
    check(
        &rows([-1i64, 5, i64::MAX]),
        &rows([u64::MAX, 5, 1 << 63]),
        ["FTF", "TFT", "TFT", "TTT", "FFF", "FTF"],
    );
    check(&rows([-1i8, 127]), &rows([255u8, 127]), ["FT", "TF", "TF", "TT", "FF", "FT"]);
    check(&rows([-1i32]), &one(u32::MAX), ["F", "T", "T", "T", "F", "F"]);
}

#[test]
fn decimals_compare_with_every_number() {
    check(&decimals([150, 149], 2), &decimals([15, 15], 1), ["TF", "FT", "FT", "TT", "FF", "TF"]);
    check(&decimals([150, 200], 2), &rows([2u64, 2]), ["FT", "TF", "TF", "TT", "FF", "FT"]);
    check(&decimals([1, 5], 1), &rows([0.1, 0.5]), ["FT", "TF", "TF", "TT", "FF", "FT"]);
    check(&decimals([15], 1), &one(f64::NAN), ["F", "T", "F", "F", "F", "F"]);
}

#[test]
fn null_on_either_side_gives_null() {
    check(&rows([Some(1i64), None]), &one(1i64), ["T.", "F.", "F.", "T.", "F.", "T."]);
    check(&rows([Some("a"), None]), &rows([None, Some("a")]), [".."; 6]);
    let null = Value::scalar(Scalar::Null.to_array(&DType::Int64, 1).unwrap());
    check(&rows([1i64, 2]), &null, [".."; 6]);
    let nothing = Value::rows(arrow::array::new_null_array(&arrow::datatypes::DataType::Null, 2));
    check(&rows(["a", "b"]), &nothing, [".."; 6]);
}

#[test]
fn text_compares_by_bytes() {
    let long = "the same first bytes, then more";
    let texts = rows([Some(""), Some("ab"), Some(long), Some("the same first bytes, then mors"), None]);
    check(&texts, &one(long), ["FFTF.", "TTFT.", "TTFF.", "TTTF.", "FFFT.", "FFTT."]);
    check(&texts, &one("ab"), ["FTFF.", "TFTT.", "TFFF.", "TTFF.", "FFTT.", "FTTT."]);
    check(&rows(["ab\0"]), &one("ab"), ["F", "T", "F", "F", "T", "T"]);
    check(&rows(["é"]), &rows(["z"]), ["F", "T", "F", "F", "T", "T"]);
    let sliced = Value::rows(texts.array().slice(1, 2));
    check(&sliced, &one(long), ["FT", "TF", "TF", "TT", "FF", "FT"]);
}

#[test]
fn false_is_before_true() {
    let (left, right) = (rows([false, false, true, true]), rows([false, true, false, true]));
    check(&left, &right, ["TFFT", "FTTF", "FTFF", "TTFT", "FFTF", "TFTT"]);
    check(&left, &one(true), ["FFTT", "TTFF", "TTFF", "TTTT", "FFFF", "FFTT"]);
}

#[test]
fn lists_and_structs_compare_element_by_element() {
    let lists = |lists: Vec<Vec<Scalar>>| {
        let arrays: Vec<_> = lists
            .into_iter()
            .map(|items| Scalar::List(items).to_array(&DType::List(Box::new(DType::Float64)), 1).unwrap())
            .collect();
        let arrays: Vec<&dyn Array> = arrays.iter().map(|array| array.as_ref()).collect();
        Value::rows(arrow::compute::concat(&arrays).unwrap())
    };
    let left = lists(vec![
        vec![1.0.into(), 2.0.into()],
        vec![(-0.0).into()],
        vec![f64::NAN.into()],
        vec![1.0.into()],
    ]);
    let right =
        lists(vec![vec![1.0.into(), 3.0.into()], vec![0.0.into()], vec![f64::NAN.into()], vec![0.5.into()]]);
    check(&left, &right, ["FTTF", "TFFT", "TFFF", "TTTF", "FFFT", "FTTT"]);
}
