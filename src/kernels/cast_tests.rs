//! Tests of conversions.

use super::CastMode::{Lenient, Lossy, Strict};
use super::{CastMode, can_cast, cast};
use crate::data::build::Element;
use crate::data::{Column, DType, Field, Scalar, TimeUnit, dispatch};
use crate::error::ErrorKind;
use arrow::array::{Array, ArrayRef, Decimal128Array, Int64Array};
use std::sync::Arc;

fn rows<T: Element>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    values.into_iter().collect::<Column>().array().clone()
}

fn counts(values: Vec<i64>, dtype: &DType) -> ArrayRef {
    dispatch::logical(Arc::new(Int64Array::from(values)), dtype).unwrap()
}

fn decimals(values: Vec<i128>, precision: u8, scale: i8) -> ArrayRef {
    Arc::new(Decimal128Array::from(values).with_precision_and_scale(precision, scale).unwrap())
}

fn stamp(unit: TimeUnit, zone: Option<&str>) -> DType {
    DType::Timestamp(unit, zone.map(Into::into))
}

#[track_caller]
fn gives(array: &ArrayRef, dtype: DType, mode: CastMode, expected: &[&str]) {
    let result = cast(array, &dtype, mode).unwrap();
    assert_eq!(result.data_type(), &dtype.to_arrow());
    let texts: Vec<String> = (0..result.len())
        .map(|row| match Scalar::from_array(&result, row) {
            Scalar::String(text) => text.to_string(),
            other => other.to_string(),
        })
        .collect();
    assert_eq!(texts, expected);
}

/// The row, the value and the kind of the error.
#[track_caller]
fn fails(array: &ArrayRef, dtype: DType, mode: CastMode, row: u64, value: &str, kind: ErrorKind) {
    let error = cast(array, &dtype, mode).unwrap_err();
    assert_eq!(
        (error.row_number(), error.offending_value(), error.kind()),
        (Some(row), Some(value), kind),
        "{error}"
    );
}

#[test]
fn integers_must_fit() {
    let wide = rows([Some(1i64), None, Some(300)]);
    fails(&wide, DType::UInt8, Strict, 2, "300", ErrorKind::Cast);
    fails(&wide, DType::UInt8, Lossy, 2, "300", ErrorKind::Cast);
    gives(&wide, DType::UInt8, Lenient, &["1", "null", "null"]);
    gives(&wide, DType::Int16, Strict, &["1", "null", "300"]);
    fails(&rows([u64::MAX]), DType::Int64, Strict, 0, "18446744073709551615", ErrorKind::Cast);
    fails(&rows([-1i8]), DType::UInt64, Strict, 0, "-1", ErrorKind::Cast);
    let hidden: ArrayRef = Arc::new(Int64Array::new(vec![999, 7].into(), Some(vec![false, true].into())));
    gives(&hidden, DType::Int8, Strict, &["null", "7"]);
    gives(&hidden.slice(1, 1), DType::Int8, Strict, &["7"]);
}

#[test]
fn floats_to_integers_must_be_whole() {
    let floats = rows([2.0, -0.0, 1.5]);
    fails(&floats, DType::Int64, Strict, 2, "1.5", ErrorKind::Cast);
    gives(&floats, DType::Int64, Lenient, &["2", "0", "null"]);
    gives(&rows([2.9, -2.9, 0.5]), DType::Int64, Lossy, &["2", "-2", "0"]);
    gives(&rows([-0.5]), DType::UInt8, Lossy, &["0"]);
    for bad in [f64::NAN, f64::INFINITY, 2f64.powi(63), -2f64.powi(64)] {
        assert!(cast(&rows([bad]), &DType::Int64, Strict).is_err(), "{bad}");
        assert!(cast(&rows([bad]), &DType::Int64, Lossy).is_err(), "{bad}");
    }
    gives(&rows([-2f64.powi(63)]), DType::Int64, Strict, &["-9223372036854775808"]);
    gives(&rows([255.9f32]), DType::UInt8, Lossy, &["255"]);
}

#[test]
fn numbers_become_the_nearest_float() {
    gives(&rows([(1i64 << 53) + 1]), DType::Float64, Strict, &["9007199254740992.0"]);
    gives(&rows([0.1]), DType::Float32, Strict, &["0.10000000149011612"]);
    fails(&rows([1e300]), DType::Float32, Strict, 0, "1e300", ErrorKind::Cast);
    gives(&rows([f64::INFINITY]), DType::Float32, Strict, &["inf"]);
    gives(&decimals(vec![314], 5, 2), DType::Float64, Strict, &["3.14"]);
}

#[test]
fn truth_values_are_zero_and_one() {
    gives(&rows([true, false]), DType::Int8, Strict, &["1", "0"]);
    gives(&rows([true]), DType::Decimal(3, 1), Strict, &["1.0"]);
    gives(&rows([1i64, 0]), DType::Bool, Strict, &["true", "false"]);
    fails(&rows([1i64, 2]), DType::Bool, Strict, 1, "2", ErrorKind::Cast);
    gives(&rows([2i64, 0]), DType::Bool, Lossy, &["true", "false"]);
    gives(&decimals(vec![10, 0], 3, 1), DType::Bool, Strict, &["true", "false"]);
    gives(&rows(["true", "False"]), DType::Bool, Strict, &["true", "false"]);
    fails(&rows(["yes"]), DType::Bool, Strict, 0, "yes", ErrorKind::Parse);
}

#[test]
fn decimals_are_exact_or_told_to_round() {
    gives(&rows([5i64]), DType::Decimal(5, 2), Strict, &["5.00"]);
    fails(&rows([5000i64]), DType::Decimal(5, 2), Strict, 0, "5000", ErrorKind::Cast);
    gives(&rows([0.1, 2.5]), DType::Decimal(5, 2), Strict, &["0.10", "2.50"]);
    fails(&rows([0.125]), DType::Decimal(5, 2), Strict, 0, "0.125", ErrorKind::Cast);
    gives(&rows([0.125, 0.135]), DType::Decimal(5, 2), Lossy, &["0.12", "0.14"]);
    fails(&rows([f64::NAN]), DType::Decimal(5, 2), Lossy, 0, "NaN", ErrorKind::Cast);
    gives(&rows([0.1f32]), DType::Decimal(5, 1), Strict, &["0.1"]);
    let exact = decimals(vec![150, 125], 5, 2);
    fails(&exact, DType::Decimal(5, 1), Strict, 1, "1.25", ErrorKind::Cast);
    gives(&exact, DType::Decimal(5, 1), Lossy, &["1.5", "1.2"]);
    fails(&exact, DType::Int64, Strict, 0, "1.50", ErrorKind::Cast);
    gives(&exact, DType::Int64, Lossy, &["1", "1"]);
    gives(&rows(["1.50", "-2"]), DType::Decimal(5, 2), Strict, &["1.50", "-2.00"]);
    fails(&rows(["1.505"]), DType::Decimal(5, 2), Strict, 0, "1.505", ErrorKind::Parse);
}

#[test]
fn text_to_numbers_is_strict() {
    let texts = rows([Some("12"), None, Some("1.5"), Some(" 3")]);
    fails(&texts, DType::Int64, Strict, 2, "1.5", ErrorKind::Parse);
    gives(&texts, DType::Int64, Lenient, &["12", "null", "null", "null"]);
    fails(&texts, DType::Float64, Strict, 3, " 3", ErrorKind::Parse);
    gives(
        &rows(["1e3", "inf", "-inf", "nan", ".5"]),
        DType::Float64,
        Strict,
        &["1000.0", "inf", "-inf", "NaN", "0.5"],
    );
    fails(&rows([""]), DType::Float64, Strict, 0, "", ErrorKind::Parse);
    let large = rows(["1e400", "-1e39", "1e-400", "-Infinity"]);
    fails(&large, DType::Float64, Strict, 0, "1e400", ErrorKind::Parse);
    gives(&large, DType::Float64, Lenient, &["null", "-1e39", "0.0", "-inf"]);
    gives(&large, DType::Float64, Lossy, &["inf", "-1e39", "0.0", "-inf"]);
    fails(&large.slice(1, 3), DType::Float32, Strict, 0, "-1e39", ErrorKind::Parse);
}

#[test]
fn numbers_to_text_read_back() {
    gives(
        &rows([f64::NAN, f64::INFINITY, -f64::INFINITY, 0.1, -0.0, 1e300]),
        DType::String,
        Strict,
        &["NaN", "inf", "-inf", "0.1", "-0.0", "1e300"],
    );
    gives(&rows([0.1f32]), DType::String, Strict, &["0.1"]);
    gives(&rows([Some(i64::MIN), None]), DType::String, Strict, &["-9223372036854775808", "null"]);
    gives(&rows([true]), DType::String, Strict, &["true"]);
    gives(&decimals(vec![-5], 5, 2), DType::String, Strict, &["-0.05"]);
    let values = [1.0 / 3.0, 5e-324, f64::MAX, 123_456_789.123_456_78];
    let back = cast(&cast(&rows(values), &DType::String, Strict).unwrap(), &DType::Float64, Strict).unwrap();
    assert_eq!(&back, &rows(values));
}

#[test]
fn dates_and_times_read_and_write_iso() {
    let date = cast(&rows(["2024-02-29"]), &DType::Date, Strict).unwrap();
    gives(&date, DType::String, Strict, &["2024-02-29"]);
    fails(&rows(["2023-02-29"]), DType::Date, Strict, 0, "2023-02-29", ErrorKind::Parse);
    gives(&rows(["2023-02-28 12:00"]), DType::Date, Lossy, &["2023-02-28"]);
    let micro = stamp(TimeUnit::Microsecond, None);
    gives(&rows(["2024-01-02 03:04:05.123456"]), micro.clone(), Strict, &["2024-01-02T03:04:05.123456"]);
    fails(
        &rows(["2024-01-02T03:04:05.1234567"]),
        micro.clone(),
        Strict,
        0,
        "2024-01-02T03:04:05.1234567",
        ErrorKind::Parse,
    );
    gives(&rows(["2024-01-02T03:04:05.1234567"]), micro.clone(), Lossy, &["2024-01-02T03:04:05.123456"]);
    fails(&rows(["2024-01-02T03:04:05Z"]), micro, Strict, 0, "2024-01-02T03:04:05Z", ErrorKind::Parse);
    let zoned = stamp(TimeUnit::Second, Some("Europe/Oslo"));
    gives(
        &rows(["2024-07-01 12:00", "2024-07-01T10:00:00Z"]),
        zoned.clone(),
        Strict,
        &["2024-07-01T12:00:00+02:00"; 2],
    );
    fails(&rows(["2024-03-31T02:30:00"]), zoned, Strict, 0, "2024-03-31T02:30:00", ErrorKind::Parse);
    gives(&rows(["23:59:59.5"]), DType::Time, Strict, &["23:59:59.500"]);
    let counted = rows([Some(86_399_999_999_999i64), None, Some(86_400_000_000_000), Some(-1)]);
    fails(&counted, DType::Time, Strict, 2, "86400000000000", ErrorKind::Cast);
    fails(&rows([-1i8]), DType::Time, Lossy, 0, "-1", ErrorKind::Cast);
    gives(&counted, DType::Time, Lenient, &["23:59:59.999999999", "null", "null", "null"]);
    for unit in [TimeUnit::Second, TimeUnit::Millisecond] {
        let far = counts(vec![i64::MIN, i64::MAX], &stamp(unit, None));
        let texts = cast(&far, &DType::String, Strict).unwrap();
        assert_eq!(&cast(&texts, &stamp(unit, None), Strict).unwrap(), &far);
    }
}

#[test]
fn units_change_without_loss_or_say_so() {
    let seconds = counts(vec![1, -1], &stamp(TimeUnit::Second, None));
    gives(
        &seconds,
        stamp(TimeUnit::Millisecond, None),
        Strict,
        &["1970-01-01T00:00:01", "1969-12-31T23:59:59"],
    );
    let far = counts(vec![i64::MAX / 1000], &stamp(TimeUnit::Second, None));
    assert_eq!(cast(&far, &stamp(TimeUnit::Nanosecond, None), Strict).unwrap_err().kind(), ErrorKind::Cast);
    let millis = counts(vec![1500, -1500], &stamp(TimeUnit::Millisecond, None));
    assert!(cast(&millis, &stamp(TimeUnit::Second, None), Strict).is_err());
    gives(&millis, stamp(TimeUnit::Second, None), Lossy, &["1970-01-01T00:00:01", "1969-12-31T23:59:58"]);
    let lengths = counts(vec![1500, -1500], &DType::Duration(TimeUnit::Millisecond));
    let whole = cast(&lengths, &DType::Duration(TimeUnit::Second), Lossy).unwrap();
    assert_eq!(Scalar::from_array(&whole, 1), Scalar::Duration(-1, TimeUnit::Second));
    gives(&millis, DType::Int64, Strict, &["1500", "-1500"]);
    gives(&rows([1i64]), DType::Date, Strict, &["1970-01-02"]);
}

#[test]
fn intervals_and_durations_read_what_they_write() {
    let texts = ["1 year 2 months -3 days 04:05:06.5", "-1 month 1 day -25:00:00.000000001", "00:00:00"];
    let intervals = cast(&rows(texts), &DType::Interval, Strict).unwrap();
    gives(&intervals, DType::String, Strict, &texts);
    gives(&rows(["P1Y2M3DT4H5M6S"]), DType::Interval, Strict, &["1 year 2 months 3 days 04:05:06"]);
    let mixed = rows([Some("1 month"), None, Some("soon")]);
    fails(&mixed, DType::Interval, Strict, 2, "soon", ErrorKind::Parse);
    gives(&mixed.slice(1, 2), DType::Interval, Lenient, &["null", "null"]);
    fails(&rows(["0.5 months"]), DType::Interval, Lossy, 0, "0.5 months", ErrorKind::Parse);
    let millis = DType::Duration(TimeUnit::Millisecond);
    let lengths = counts(vec![0, 1_500, -90_000_001, i64::MAX, i64::MIN], &millis);
    let texts = cast(&lengths, &DType::String, Strict).unwrap();
    assert_eq!(&cast(&texts, &millis, Strict).unwrap(), &lengths);
    fails(&rows(["1 month"]), millis.clone(), Strict, 0, "1 month", ErrorKind::Parse);
    fails(&rows(["PT0.0001S"]), millis.clone(), Strict, 0, "PT0.0001S", ErrorKind::Parse);
    let short = cast(&rows(["-PT0.0011S"]), &millis, Lossy).unwrap();
    assert_eq!(&short, &counts(vec![-1], &millis));
}

#[test]
fn dates_timestamps_and_zones() {
    let date = cast(&rows([19_723i64]), &DType::Date, Strict).unwrap();
    let zoned = stamp(TimeUnit::Second, Some("Europe/Oslo"));
    gives(&date, stamp(TimeUnit::Second, None), Strict, &["2024-01-01T00:00:00"]);
    gives(&date, zoned.clone(), Strict, &["2024-01-01T00:00:00+01:00"]);
    let summer = counts(vec![1_719_871_200], &zoned);
    gives(&summer, DType::Date, Strict, &["2024-07-02"]);
    gives(&summer, stamp(TimeUnit::Second, None), Strict, &["2024-07-02T00:00:00"]);
    gives(&summer, stamp(TimeUnit::Millisecond, Some("UTC")), Strict, &["2024-07-01T22:00:00Z"]);
    let later = counts(vec![1_719_871_201], &zoned);
    assert!(cast(&later, &DType::Date, Strict).is_err());
    gives(&later, DType::Date, Lossy, &["2024-07-02"]);
    // 02:30 is missing on the last Sunday of March and comes twice on that of October.
    let wall = counts(vec![1_711_852_200, 1_729_996_200, 1_719_871_200], &stamp(TimeUnit::Second, None));
    assert_eq!(cast(&wall, &zoned, Strict).unwrap_err().row_number(), Some(0));
    gives(&wall, zoned, Lenient, &["null", "null", "2024-07-01T22:00:00+02:00"]);
    let unknown = cast(&date, &stamp(TimeUnit::Second, Some("Nowhere/At_All")), Strict);
    assert_eq!(unknown.unwrap_err().kind(), ErrorKind::InvalidArgument);
}

#[test]
fn lists_and_structs_convert_inside() {
    let list =
        |items: Vec<Scalar>| Scalar::List(items).to_array(&DType::List(Box::new(DType::Int64)), 1).unwrap();
    let parts = [list(vec![1.into(), 2.into()]), list(vec![]), list(vec![3.into(), 300.into()])];
    let parts: Vec<&dyn Array> = parts.iter().map(|part| part.as_ref()).collect();
    let lists = arrow::compute::concat(&parts).unwrap();
    let bytes = DType::List(Box::new(DType::UInt8));
    fails(&lists, bytes.clone(), Strict, 2, "300", ErrorKind::Cast);
    gives(&lists, bytes.clone(), Lenient, &["[1, 2]", "[]", "[3, null]"]);
    gives(&lists.slice(0, 2), bytes.clone(), Strict, &["[1, 2]", "[]"]);
    gives(&lists, DType::String, Strict, &["[1, 2]", "[]", "[3, 300]"]);
    let pair = Scalar::Struct(vec![("a".into(), 1i64.into()), ("b".into(), "x".into())]);
    let pairs = pair.to_array(&pair.dtype(), 2).unwrap();
    let wanted = DType::Struct(vec![Field::new("a", DType::String), Field::new("b", DType::String)]);
    gives(&pairs, wanted, Strict, &["{a: \"1\", b: \"x\"}"; 2]);
    assert!(!can_cast(&bytes, &DType::Int64) && !can_cast(&DType::String, &bytes));
}

#[test]
fn nothing_and_bytes_convert() {
    let nothing = arrow::array::new_null_array(&arrow::datatypes::DataType::Null, 2);
    gives(&nothing, DType::Date, Strict, &["null", "null"]);
    gives(&rows(["a"]), DType::Binary, Strict, &["b\"a\""]);
    let bytes: ArrayRef = Arc::new(arrow::array::BinaryViewArray::from(vec![b"ok".as_slice(), b"\xff"]));
    fails(&bytes, DType::String, Strict, 1, "b\"\\xff\"", ErrorKind::Cast);
    gives(&bytes, DType::String, Lenient, &["ok", "null"]);
}
