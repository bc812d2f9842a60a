//! Tests of arithmetic.

use super::{ArithmeticOp, Overflow, arithmetic, arithmetic_with, negate};
use crate::data::{Column, DType, Scalar, TimeUnit};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::value::Value;
use arrow::array::{ArrayRef, Decimal128Array};
use std::sync::Arc;

fn rows<T: crate::data::build::Element>(values: impl IntoIterator<Item = T>) -> Value {
    Value::rows(values.into_iter().collect::<Column>().array().clone())
}

fn one<T: crate::data::build::Element>(value: T) -> Value {
    Value::scalar(std::iter::once(value).collect::<Column>().array().clone())
}

fn decimals<const N: usize>(values: [i128; N], precision: u8, scale: i8) -> Value {
    let array = Decimal128Array::from(values.to_vec()).with_precision_and_scale(precision, scale).unwrap();
    Value::rows(Arc::new(array))
}

fn temporal(values: Vec<i64>, dtype: &DType) -> Value {
    let array: ArrayRef = Arc::new(arrow::array::Int64Array::from(values));
    Value::rows(crate::data::dispatch::logical(array, dtype).unwrap())
}

fn scalars(result: Result<ArrayRef>) -> Vec<Scalar> {
    let array = result.unwrap();
    (0..array.len()).map(|row| Scalar::from_array(&array, row)).collect()
}

fn ints(values: &[Option<i64>]) -> Vec<Scalar> {
    values.iter().map(|value| (*value).into()).collect()
}

use ArithmeticOp::{Add, Divide, FloorDivide, Modulo, Multiply, Subtract};

#[test]
fn overflow_names_row_and_operands() {
    let left = rows([1i64, i64::MAX, 3]);
    let error = arithmetic(Add, &left, &one(1i64), &DType::Int64).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Arithmetic);
    assert_eq!(error.message(), "integer overflow: 9223372036854775807 + 1");
    assert_eq!(error.row_number(), Some(1));
    let message = |result: Result<ArrayRef>| -> Error { result.unwrap_err() };
    let error = message(arithmetic(Subtract, &one(5u8), &rows([5u8, 6]), &DType::UInt8));
    assert_eq!((error.message(), error.row_number()), ("integer overflow: 5 - 6", Some(1)));
    let error = message(arithmetic(Multiply, &rows([1i32, 65536]), &rows([1i32, 65536]), &DType::Int32));
    assert_eq!(error.message(), "integer overflow: 65536 * 65536");
    let error = message(arithmetic(FloorDivide, &rows([1i64, 7]), &rows([1i64, 0]), &DType::Int64));
    assert_eq!((error.message(), error.row_number()), ("integer division by zero: 7 // 0", Some(1)));
    let error = message(arithmetic(FloorDivide, &rows([i64::MIN]), &one(-1i64), &DType::Int64));
    assert_eq!(error.message(), "integer overflow: -9223372036854775808 // -1");
}

#[test]
fn what_lies_under_a_null_does_not_fail() {
    // The buffer holds MAX under the null.
    let values = arrow::array::Int64Array::new(vec![i64::MAX, 1].into(), Some(vec![false, true].into()));
    let left = Value::rows(Arc::new(values));
    let sum = scalars(arithmetic(Add, &left, &one(1i64), &DType::Int64));
    assert_eq!(sum, ints(&[None, Some(2)]));
    let zeros = arrow::array::Int64Array::new(vec![0, 2].into(), Some(vec![false, true].into()));
    let rest = scalars(arithmetic(Modulo, &rows([5i64, 5]), &Value::rows(Arc::new(zeros)), &DType::Int64));
    assert_eq!(rest, ints(&[None, Some(1)]));
}

#[test]
fn overflow_can_give_null_or_wrap() {
    let (left, right) = (rows([Some(i64::MAX), Some(1), None]), one(1i64));
    let null = arithmetic_with(Add, &left, &right, &DType::Int64, Overflow::Null);
    assert_eq!(scalars(null), ints(&[None, Some(2), None]));
    let wrapped = arithmetic_with(Add, &left, &right, &DType::Int64, Overflow::Wrap);
    assert_eq!(scalars(wrapped), ints(&[Some(i64::MIN), Some(2), None]));
}

#[test]
fn only_integers_wrap() {
    let big = decimals([10i128.pow(38) - 1], 38, 0);
    let wrapped = arithmetic_with(Add, &big, &decimals([1], 1, 0), &DType::Decimal(38, 0), Overflow::Wrap);
    assert_eq!(wrapped.unwrap_err().kind(), ErrorKind::Arithmetic);
    let unit = DType::Duration(TimeUnit::Second);
    let longest = temporal(vec![i64::MAX], &unit);
    let wrapped = arithmetic_with(Add, &longest, &longest, &unit, Overflow::Wrap);
    assert_eq!(wrapped.unwrap_err().kind(), ErrorKind::Arithmetic);
}

#[test]
fn a_null_operand_gives_nulls_of_the_result_type() {
    let null = Value::scalar(Scalar::Null.to_array(&DType::Int64, 1).unwrap());
    let sum = arithmetic(Add, &rows([1i64, 2]), &null, &DType::Int64).unwrap();
    assert_eq!((sum.len(), sum.null_count()), (2, 2));
    let nothing = Value::rows(arrow::array::new_null_array(&arrow::datatypes::DataType::Null, 3));
    assert_eq!(arithmetic(Add, &nothing, &nothing, &DType::Null).unwrap().len(), 3);
    let empty: [i64; 0] = [];
    assert_eq!(arithmetic(Modulo, &rows(empty), &one(0i64), &DType::Int64).unwrap().len(), 0);
}

#[test]
fn decimals_are_exact() {
    let check = |op, result: DType, expected: [i128; 2]| {
        let DType::Decimal(_, scale) = result else { unreachable!() };
        let (left, right) = (decimals([150, -725], 5, 2), decimals([20, 3], 4, 1));
        let got = scalars(arithmetic(op, &left, &right, &result));
        assert_eq!(got, expected.map(|digits| Scalar::Decimal(digits, scale)).to_vec(), "{}", op.symbol());
    };
    check(Add, DType::Decimal(6, 2), [350, -695]);
    check(Subtract, DType::Decimal(6, 2), [-50, -755]);
    check(Multiply, DType::Decimal(9, 3), [3000, -2175]);
    // 1.50 / 2.0 and -7.25 / 0.3 = -24.1666...
    check(Divide, DType::Decimal(38, 6), [750_000, -24_166_667]);
    check(FloorDivide, DType::Decimal(5, 2), [0, -2500]);
    check(Modulo, DType::Decimal(5, 2), [150, 25]);
}

#[test]
fn decimals_beyond_38_digits_fail() {
    let big = decimals([10i128.pow(38) - 1], 38, 0);
    let error = arithmetic(Add, &big, &decimals([1], 1, 0), &DType::Decimal(38, 0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Arithmetic);
    assert!(error.message().starts_with("decimal overflow: 99999"), "{error}");
    let error = arithmetic(Divide, &big, &decimals([0], 1, 0), &DType::Decimal(38, 6)).unwrap_err();
    assert!(error.message().starts_with("decimal division by zero"), "{error}");
    // The product has 39 digits after the point; only zeros may be dropped.
    let (a, b) = (decimals([5], 20, 20), decimals([2], 19, 19));
    assert_eq!(scalars(arithmetic(Multiply, &a, &b, &DType::Decimal(38, 38))), [Scalar::Decimal(1, 38)]);
    assert!(arithmetic(Multiply, &a, &decimals([1], 19, 19), &DType::Decimal(38, 38)).is_err());
}

#[test]
fn times_and_durations_count_in_their_unit() {
    let (stamp, length) = (DType::Timestamp(TimeUnit::Second, None), DType::Duration(TimeUnit::Second));
    let stamps = temporal(vec![100, 50], &stamp);
    let lengths = temporal(vec![1, -1], &length);
    let later = scalars(arithmetic(Add, &stamps, &lengths, &stamp));
    assert_eq!(later, [101, 49].map(|s| Scalar::Timestamp(s, TimeUnit::Second, None)));
    let between = scalars(arithmetic(Subtract, &stamps, &temporal(vec![40, 60], &stamp), &length));
    assert_eq!(between, [60, -10].map(|s| Scalar::Duration(s, TimeUnit::Second)));
    let doubled = scalars(arithmetic(Multiply, &lengths, &one(2i64), &length));
    assert_eq!(doubled, [2, -2].map(|s| Scalar::Duration(s, TimeUnit::Second)));
    let (long, seconds) = (temporal(vec![10, -10, 7], &length), |s| Scalar::Duration(s, TimeUnit::Second));
    let factors = rows([Some(1.55), Some(0.39), Some(f64::NAN)]);
    let parts = scalars(arithmetic(Multiply, &factors, &long, &length));
    assert_eq!(parts, [seconds(15), seconds(-3), Scalar::Null]);
    assert_eq!(scalars(arithmetic(Divide, &long, &one(4.0), &length)), [2, -2, 1].map(seconds));
    let error = arithmetic(Divide, &long, &one(0.0), &length).unwrap_err();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::Arithmetic, Some(0)), "{error}");
    assert!(error.message().starts_with("duration division by zero"), "{error}");
    let nulls = arithmetic_with(Multiply, &long, &one(1e30), &length, Overflow::Null);
    assert_eq!(scalars(nulls), [Scalar::Null, Scalar::Null, Scalar::Null]);
    let share = arithmetic(Divide, &lengths, &temporal(vec![4, 4], &length), &DType::Float64);
    assert_eq!(scalars(share), [Scalar::Float(0.25), Scalar::Float(-0.25)]);
    let error = arithmetic(Add, &temporal(vec![i64::MAX], &stamp), &temporal(vec![1], &length), &stamp);
    assert!(error.unwrap_err().message().starts_with("timestamp overflow"));
}

#[test]
fn text_is_joined() {
    let joined = arithmetic(Add, &rows([Some("a"), None]), &one("b"), &DType::String);
    assert_eq!(scalars(joined), [Scalar::from("ab"), Scalar::Null]);
}

#[test]
fn sign_changes_are_checked() {
    assert_eq!(scalars(negate(&rows([Some(1i8), None, Some(-127)]))), ints(&[Some(-1), None, Some(127)]));
    let error = negate(&rows([1i8, -128])).unwrap_err();
    assert_eq!((error.message(), error.row_number()), ("integer overflow: -(-128)", Some(1)));
    assert_eq!(scalars(negate(&rows([0u8]))), [Scalar::UInt(0)]);
    assert!(negate(&rows([1u8])).is_err());
    assert_eq!(scalars(negate(&rows([0.0f64]))), [Scalar::Float(-0.0)]);
    assert_eq!(scalars(negate(&decimals([5], 3, 1))), [Scalar::Decimal(-5, 1)]);
}
