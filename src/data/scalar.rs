//! One value, apart from any column.

use crate::data::dtype::{DType, TimeUnit};
use crate::data::promote::common;
use crate::data::{dispatch, duration, interval, strings};
use crate::error::{Error, ErrorKind, Result};
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, BooleanArray, Decimal128Array, Float64Array, Int32Array,
    Int64Array, IntervalMonthDayNanoArray, StringViewArray, UInt64Array, new_null_array,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{Float32Type, Float64Type, IntervalMonthDayNano, IntervalMonthDayNanoType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// One value. The width of a number belongs to the column it came from; here it is held in the widest type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Scalar {
    /// The missing value, of any type.
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    UInt(u64),
    /// A float.
    Float(f64),
    /// A decimal: unscaled digits and scale.
    Decimal(i128, i8),
    /// Text.
    String(Arc<str>),
    /// Bytes.
    Binary(Arc<[u8]>),
    /// Days since 1970-01-01.
    Date(i32),
    /// Nanoseconds since midnight.
    Time(i64),
    /// An instant or wall time.
    Timestamp(i64, TimeUnit, Option<Arc<str>>),
    /// A length of time.
    Duration(i64, TimeUnit),
    /// Months, days and nanoseconds.
    Interval {
        /// Months, years included.
        months: i32,
        /// Days.
        days: i32,
        /// Exact time.
        nanoseconds: i64,
    },
    /// A list of values.
    List(Vec<Scalar>),
    /// Field names and values.
    Struct(Vec<(Arc<str>, Scalar)>),
}

impl Scalar {
    /// Whether it is the missing value.
    pub fn is_null(&self) -> bool {
        matches!(self, Scalar::Null)
    }

    /// The type a column of this value alone would have.
    pub fn dtype(&self) -> DType {
        match self {
            Scalar::Null => DType::Null,
            Scalar::Bool(_) => DType::Bool,
            Scalar::Int(_) => DType::Int64,
            Scalar::UInt(_) => DType::UInt64,
            Scalar::Float(_) => DType::Float64,
            Scalar::Decimal(_, scale) => DType::Decimal(38, *scale),
            Scalar::String(_) => DType::String,
            Scalar::Binary(_) => DType::Binary,
            Scalar::Date(_) => DType::Date,
            Scalar::Time(_) => DType::Time,
            Scalar::Timestamp(_, unit, zone) => DType::Timestamp(*unit, zone.clone()),
            Scalar::Duration(_, unit) => DType::Duration(*unit),
            Scalar::Interval { .. } => DType::Interval,
            Scalar::List(items) => DType::List(Box::new(item_type(items))),
            Scalar::Struct(fields) => DType::Struct(
                fields
                    .iter()
                    .map(|(name, value)| crate::data::schema::Field::new(name, value.dtype()))
                    .collect(),
            ),
        }
    }

    /// The value at a row of an array.
    pub fn from_array(array: &ArrayRef, row: usize) -> Scalar {
        if array.is_null(row) || matches!(array.data_type(), arrow::datatypes::DataType::Null) {
            return Scalar::Null;
        }
        if let Some((codes, values)) = strings::coded(array) {
            return Scalar::from_array(values, codes.value(row) as usize);
        }
        let Ok(dtype) = DType::from_arrow(array.data_type()) else { return Scalar::Null };
        let integer = || {
            let values = dispatch::physical(array);
            dispatch::with_integer!(values.data_type(), T => {
                dispatch::primitive::<T>(&values).value(row) as i64
            }, _ => 0)
        };
        match dtype {
            DType::Null => Scalar::Null,
            DType::Bool => Scalar::Bool(array.as_boolean().value(row)),
            DType::Float32 => Scalar::Float(array.as_primitive::<Float32Type>().value(row).into()),
            DType::Float64 => Scalar::Float(array.as_primitive::<Float64Type>().value(row)),
            DType::Decimal(_, scale) => {
                Scalar::Decimal(array.as_primitive::<arrow::datatypes::Decimal128Type>().value(row), scale)
            }
            DType::String => Scalar::String(array.as_string_view().value(row).into()),
            DType::Binary => Scalar::Binary(array.as_binary_view().value(row).into()),
            DType::Date => Scalar::Date(integer() as i32),
            DType::Time => Scalar::Time(integer()),
            DType::Timestamp(unit, zone) => Scalar::Timestamp(integer(), unit, zone),
            DType::Duration(unit) => Scalar::Duration(integer(), unit),
            DType::Interval => {
                let value = array.as_primitive::<IntervalMonthDayNanoType>().value(row);
                Scalar::Interval { months: value.months, days: value.days, nanoseconds: value.nanoseconds }
            }
            DType::List(_) => {
                let items = array.as_list::<i32>().value(row);
                Scalar::List((0..items.len()).map(|i| Scalar::from_array(&items, i)).collect())
            }
            DType::Array(..) => {
                let items = array.as_fixed_size_list().value(row);
                Scalar::List((0..items.len()).map(|i| Scalar::from_array(&items, i)).collect())
            }
            DType::Struct(fields) => {
                let columns = array.as_struct().columns();
                let values = fields.iter().zip(columns);
                Scalar::Struct(values.map(|(f, c)| (f.name.clone(), Scalar::from_array(c, row))).collect())
            }
            unsigned if unsigned.is_unsigned() => Scalar::UInt(integer() as u64),
            _ => Scalar::Int(integer()),
        }
    }

    /// An array of `rows` times this value, with the given type.
    ///
    /// # Errors
    /// `Cast` if the value does not fit the type.
    pub fn to_array(&self, dtype: &DType, rows: usize) -> Result<ArrayRef> {
        let one: ArrayRef = match self {
            Scalar::Null => return Ok(new_null_array(&dtype.to_arrow(), rows)),
            Scalar::Bool(value) => Arc::new(BooleanArray::from(vec![*value])),
            Scalar::Int(value) => Arc::new(Int64Array::from(vec![*value])),
            Scalar::UInt(value) => Arc::new(UInt64Array::from(vec![*value])),
            Scalar::Float(value) => Arc::new(Float64Array::from(vec![*value])),
            Scalar::Decimal(value, scale) => {
                Arc::new(Decimal128Array::from(vec![*value]).with_precision_and_scale(38, *scale)?)
            }
            Scalar::String(value) => Arc::new(StringViewArray::from(vec![value.as_ref()])),
            Scalar::Binary(value) => Arc::new(BinaryViewArray::from(vec![value.as_ref()])),
            Scalar::Date(value) => dispatch::logical(Arc::new(Int32Array::from(vec![*value])), &DType::Date)?,
            Scalar::Time(value) | Scalar::Timestamp(value, ..) | Scalar::Duration(value, _) => {
                dispatch::logical(Arc::new(Int64Array::from(vec![*value])), &self.dtype())?
            }
            Scalar::Interval { months, days, nanoseconds } => {
                let value = IntervalMonthDayNano::new(*months, *days, *nanoseconds);
                Arc::new(IntervalMonthDayNanoArray::from(vec![value]))
            }
            Scalar::List(_) | Scalar::Struct(_) => self.nested(dtype)?,
        };
        let one = if one.data_type() == &dtype.to_arrow() {
            one
        } else {
            self.check_fits(dtype)?;
            let options = CastOptions { safe: false, ..CastOptions::default() };
            cast_with_options(&one, &dtype.to_arrow(), &options)
                .map_err(|error| Error::new(ErrorKind::Cast, error.to_string()).value(self.to_string()))?
        };
        if rows == 1 {
            return Ok(one);
        }
        Ok(arrow::compute::take(&one, &arrow::array::UInt32Array::from(vec![0u32; rows]), None)?)
    }

    /// Fails if a number would lose digits in the type.
    fn check_fits(&self, dtype: &DType) -> Result<()> {
        if self.fits(dtype) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Cast, format!("{self} does not fit {dtype}")).value(self.to_string()))
    }

    /// Whether a number literal can take a number type without losing digits; true for all other pairs.
    pub fn fits(&self, dtype: &DType) -> bool {
        let whole = match self {
            Scalar::Int(value) => i128::from(*value),
            Scalar::UInt(value) => i128::from(*value),
            Scalar::Float(value) if dtype.is_integer() => {
                if value.fract() != 0.0 || value.abs() >= 2f64.powi(64) {
                    return false;
                }
                *value as i128
            }
            _ => return true,
        };
        match (dtype.integer_bits(), dtype.is_signed()) {
            (Some(bits), true) => {
                let limit = 1i128 << (bits - 1);
                (-limit..limit).contains(&whole)
            }
            (Some(bits), false) => (0..1i128 << bits).contains(&whole),
            _ => true,
        }
    }

    /// The order of two values of comparable types; numbers by exact value. `None` if either is null or NaN, or if
    /// the types do not compare.
    pub fn compare(&self, other: &Scalar) -> Option<Ordering> {
        match (self, other) {
            (Scalar::Bool(a), Scalar::Bool(b)) => Some(a.cmp(b)),
            (Scalar::String(a), Scalar::String(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Scalar::Binary(a), Scalar::Binary(b)) => Some(a.cmp(b)),
            (Scalar::Date(a), Scalar::Date(b)) => Some(a.cmp(b)),
            (Scalar::Time(a), Scalar::Time(b)) => Some(a.cmp(b)),
            (Scalar::Timestamp(a, u, x), Scalar::Timestamp(b, v, y)) if x.is_some() == y.is_some() => {
                Some(scaled(*a, *u).cmp(&scaled(*b, *v)))
            }
            (Scalar::Duration(a, u), Scalar::Duration(b, v)) => Some(scaled(*a, *u).cmp(&scaled(*b, *v))),
            (Scalar::Float(a), Scalar::Float(b)) => a.partial_cmp(b),
            (Scalar::Decimal(a, s), Scalar::Decimal(b, t)) => Some(compare_decimals((*a, *s), (*b, *t))),
            (Scalar::Decimal(a, s), b) if b.whole().is_some() => {
                Some(compare_decimals((*a, *s), (b.whole()?, 0)))
            }
            (a, Scalar::Decimal(b, t)) if a.whole().is_some() => {
                Some(compare_decimals((a.whole()?, 0), (*b, *t)))
            }
            (Scalar::Float(a), b) => compare_float(*a, b.whole()?),
            (a, Scalar::Float(b)) => compare_float(*b, a.whole()?).map(Ordering::reverse),
            (a, b) => Some(a.whole()?.cmp(&b.whole()?)),
        }
    }

    /// The parts of an interval.
    fn parts(&self) -> Option<(i32, i32, i64)> {
        match self {
            Scalar::Interval { months, days, nanoseconds } => Some((*months, *days, *nanoseconds)),
            _ => None,
        }
    }

    /// The value, if it is an integer.
    pub fn whole(&self) -> Option<i128> {
        match self {
            Scalar::Int(value) => Some(i128::from(*value)),
            Scalar::UInt(value) => Some(i128::from(*value)),
            _ => None,
        }
    }

    /// The value as a float, if it is a number.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Scalar::Int(value) => Some(*value as f64),
            Scalar::UInt(value) => Some(*value as f64),
            Scalar::Float(value) => Some(*value),
            Scalar::Decimal(value, scale) => Some(*value as f64 / 10f64.powi(i32::from(*scale))),
            _ => None,
        }
    }

    /// The value as a signed integer, if it is one and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.whole().and_then(|value| value.try_into().ok())
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Scalar::String(value) => Some(value),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Scalar::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

fn scaled(value: i64, unit: TimeUnit) -> i128 {
    i128::from(value) * i128::from(1_000_000_000 / unit.per_second())
}

/// Digits and scales, by their values.
fn compare_decimals(a: (i128, i8), b: (i128, i8)) -> Ordering {
    // The whole parts first: with more digits after the point they would not all fit.
    let split = |(digits, scale): (i128, i8)| match u32::try_from(scale) {
        Ok(scale) => {
            let power = 10i128.checked_pow(scale).unwrap_or(i128::MAX);
            (digits.div_euclid(power), digits.rem_euclid(power), scale)
        }
        Err(_) => (digits.saturating_mul(10i128.saturating_pow(u32::from(scale.unsigned_abs()))), 0, 0),
    };
    let ((whole, part, scale), (other, own, other_scale)) = (split(a), split(b));
    let digits = scale.max(other_scale);
    let wide = |part: i128, scale: u32| part.saturating_mul(10i128.saturating_pow(digits - scale));
    whole.cmp(&other).then_with(|| wide(part, scale).cmp(&wide(own, other_scale)))
}

/// Exact order of a float and an integer.
fn compare_float(float: f64, whole: i128) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.abs() >= 2f64.powi(100) {
        return Some(if float > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    let floor = float.floor();
    Some((floor as i128).cmp(&whole).then(if float > floor { Ordering::Greater } else { Ordering::Equal }))
}

/// Same variant and same value; NaN equals NaN, so that expressions can be compared.
impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Scalar::Null, Scalar::Null) => true,
            (Scalar::Float(a), Scalar::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
            (Scalar::Int(a), Scalar::Int(b)) => a == b,
            (Scalar::UInt(a), Scalar::UInt(b)) => a == b,
            (Scalar::Decimal(a, s), Scalar::Decimal(b, t)) => (a, s) == (b, t),
            (Scalar::List(a), Scalar::List(b)) => a == b,
            (Scalar::Struct(a), Scalar::Struct(b)) => a == b,
            (Scalar::Interval { .. }, Scalar::Interval { .. }) => self.parts() == other.parts(),
            (Scalar::Float(_), _) | (_, Scalar::Float(_)) => false,
            (a, b) => a.dtype() == b.dtype() && a.compare(b) == Some(Ordering::Equal),
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Null => f.write_str("null"),
            Scalar::Bool(value) => write!(f, "{value}"),
            Scalar::Int(value) => write!(f, "{value}"),
            Scalar::UInt(value) => write!(f, "{value}"),
            Scalar::Float(value) => write!(f, "{value:?}"),
            Scalar::String(value) => write!(f, "{value:?}"),
            Scalar::Binary(value) => write!(f, "b\"{}\"", value.escape_ascii()),
            Scalar::Interval { months, days, nanoseconds } => {
                f.write_str(&interval::text(*months, *days, *nanoseconds))
            }
            Scalar::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Scalar::Struct(fields) => {
                f.write_str("{")?;
                for (i, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
            Scalar::Duration(count, unit) => duration::write_iso(*count, *unit, f),
            Scalar::Decimal(..) | Scalar::Date(_) | Scalar::Time(_) | Scalar::Timestamp(..) => {
                let array = self.to_array(&self.dtype(), 1).map_err(|_| fmt::Error)?;
                let options = FormatOptions::new();
                let formatter = ArrayFormatter::try_new(&array, &options).map_err(|_| fmt::Error)?;
                match (formatter.value(0).try_to_string(), self) {
                    (Ok(text), _) => f.write_str(&text),
                    // In years that have more than four digits by far.
                    (Err(_), Scalar::Date(days)) => write!(f, "{days} days from 1970-01-01"),
                    (Err(_), Scalar::Timestamp(count, unit, _)) => {
                        write!(f, "{count} {} from 1970-01-01", unit.name())
                    }
                    (Err(_), _) => Err(fmt::Error),
                }
            }
        }
    }
}

macro_rules! from_value {
    ($($type:ty => |$value:ident| $scalar:expr),* $(,)?) => {$(
        impl From<$type> for Scalar {
            fn from($value: $type) -> Self {
                $scalar
            }
        }
    )*};
}

from_value! {
    bool => |value| Scalar::Bool(value),
    i8 => |value| Scalar::Int(value.into()),
    i16 => |value| Scalar::Int(value.into()),
    i32 => |value| Scalar::Int(value.into()),
    i64 => |value| Scalar::Int(value),
    u8 => |value| Scalar::UInt(value.into()),
    u16 => |value| Scalar::UInt(value.into()),
    u32 => |value| Scalar::UInt(value.into()),
    u64 => |value| Scalar::UInt(value),
    f32 => |value| Scalar::Float(value.into()),
    f64 => |value| Scalar::Float(value),
    &str => |value| Scalar::String(value.into()),
    String => |value| Scalar::String(value.into()),
}

impl<T: Into<Scalar>> From<Option<T>> for Scalar {
    fn from(value: Option<T>) -> Self {
        value.map_or(Scalar::Null, Into::into)
    }
}

/// The type of the items of a list: of numbers the one that holds them all exactly, else the one that has room for all.
/// If there is none, making an array of the list is an error.
fn item_type(items: &[Scalar]) -> DType {
    const EXACT: u64 = 1 << 53;
    let mut known = DType::Null;
    let (mut negative, mut exact, mut signed, mut unsigned, mut float) = (false, true, false, false, false);
    for item in items {
        match item {
            Scalar::Int(value) => {
                signed = true;
                negative |= *value < 0;
                exact &= value.unsigned_abs() <= EXACT;
            }
            Scalar::UInt(value) => {
                unsigned = true;
                exact &= *value <= EXACT;
            }
            Scalar::Float(_) => float = true,
            _ => {}
        }
        let numbers = |dtype: &DType| matches!(dtype, DType::Int64 | DType::UInt64 | DType::Float64);
        let own = item.dtype();
        // Of numbers alone the first one's type stands until all are seen.
        if !(numbers(&known) && numbers(&own)) {
            let Some(common) = common(&known, &own) else { return known };
            known = common;
        }
    }
    match (signed, unsigned, float) {
        _ if !matches!(known, DType::Int64 | DType::UInt64 | DType::Float64) => known,
        (true, _, true) | (_, true, true) if exact => DType::Float64,
        (true, true, false) if negative => DType::Decimal(38, 0),
        (true, true, false) => DType::UInt64,
        _ => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_compare_by_value() {
        let cases = [
            (Scalar::Decimal(150, 2), Scalar::Decimal(15, 1), Ordering::Equal),
            (Scalar::Decimal(-151, 2), Scalar::Decimal(-15, 1), Ordering::Less),
            (
                Scalar::Decimal(10i128.pow(38) - 1, 0),
                Scalar::Decimal(10i128.pow(38) - 1, 38),
                Ordering::Greater,
            ),
            (Scalar::Decimal(1, 38), Scalar::Decimal(0, 0), Ordering::Greater),
            (Scalar::Decimal(200, 2), Scalar::Int(2), Ordering::Equal),
            (Scalar::UInt(2), Scalar::Decimal(201, 2), Ordering::Less),
            (Scalar::Decimal(5, -3), Scalar::Int(4999), Ordering::Greater),
        ];
        for (a, b, wanted) in cases {
            assert_eq!(a.compare(&b), Some(wanted), "{a:?} {b:?}");
            assert_eq!(b.compare(&a), Some(wanted.reverse()), "{b:?} {a:?}");
        }
        assert_eq!(Scalar::Decimal(1, 0).compare(&Scalar::from("1")), None);
    }
}
