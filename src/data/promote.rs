//! The promotion table: the smallest common type of two types.

use crate::data::dtype::DType;
use crate::data::schema::Field;

/// The smallest type that holds the values of both, or `None` if there is none.
///
/// | pair | common type |
/// |---|---|
/// | null, X | X |
/// | two integers | the smallest integer holding both; `uint64` with a signed type: `int64`, every value checked |
/// | integer, float | `float64`; `float32` only with 8 and 16 bit integers |
/// | decimal, integer | decimal with room for the integer's digits (38 at most) |
/// | decimal, float | `float64` |
/// | bool, number | the number |
/// | date, timestamp | the timestamp |
/// | two lists | lists of the common type of their elements |
/// | two arrays | an array if they have one width, else lists |
/// | array, list | lists |
/// | string, categorical | string |
/// | two categoricals | one of the categories of both, without an order; none if both are ordered |
/// | two timestamps, two durations | the finer unit; naive with zoned: none; two zones: the left one's (same instants) |
///
/// # Examples
/// ```
/// use hypostyle::{DType, promote};
/// assert_eq!(promote(&DType::UInt8, &DType::Int8), Some(DType::Int16));
/// assert_eq!(promote(&DType::Int64, &DType::Float32), Some(DType::Float64));
/// assert_eq!(promote(&DType::String, &DType::Int8), None);
/// ```
pub fn promote(left: &DType, right: &DType) -> Option<DType> {
    if left == right {
        return Some(left.clone());
    }
    match (left, right) {
        (DType::Null, other) | (other, DType::Null) => Some(other.clone()),
        (DType::Bool, other) | (other, DType::Bool) if other.is_numeric() => Some(other.clone()),
        (DType::Float64, other) | (other, DType::Float64) if other.is_numeric() => Some(DType::Float64),
        (DType::Float32, other) | (other, DType::Float32) if other.is_numeric() => {
            match other.integer_bits() {
                Some(8 | 16) => Some(DType::Float32),
                _ => Some(DType::Float64),
            }
        }
        (DType::Decimal(p1, s1), DType::Decimal(p2, s2)) => {
            let scale = *s1.max(s2);
            let whole = (*p1 as i16 - *s1 as i16).max(*p2 as i16 - *s2 as i16);
            decimal(whole, scale)
        }
        (DType::Decimal(p, s), other) | (other, DType::Decimal(p, s)) if other.is_integer() => {
            let digits = match other.integer_bits() {
                Some(8) => 3,
                Some(16) => 5,
                Some(32) => 10,
                _ => 20,
            };
            decimal((*p as i16 - *s as i16).max(digits), *s)
        }
        (left, right) if left.is_integer() && right.is_integer() => Some(integers(left, right)),
        (DType::Date, DType::Timestamp(unit, zone)) | (DType::Timestamp(unit, zone), DType::Date) => {
            Some(DType::Timestamp(*unit, zone.clone()))
        }
        (DType::Timestamp(u1, z1), DType::Timestamp(u2, z2)) if z1.is_some() == z2.is_some() => {
            Some(DType::Timestamp(*u1.max(u2), z1.clone()))
        }
        (DType::Categorical(_), DType::String) | (DType::String, DType::Categorical(_)) => {
            Some(DType::String)
        }
        (DType::Categorical(a), DType::Categorical(b)) => a.union(b).map(DType::Categorical),
        (DType::Duration(u1), DType::Duration(u2)) => Some(DType::Duration(*u1.max(u2))),
        (DType::Array(a, width), DType::Array(b, own)) if width == own => {
            Some(DType::Array(Box::new(promote(a, b)?), *width))
        }
        (DType::List(a) | DType::Array(a, _), DType::List(b) | DType::Array(b, _)) => {
            Some(DType::List(Box::new(promote(a, b)?)))
        }
        (DType::Struct(a), DType::Struct(b)) if a.len() == b.len() => {
            let fields = a.iter().zip(b).map(|(a, b)| {
                (a.name == b.name).then_some(())?;
                Some(Field::new(&a.name, promote(&a.dtype, &b.dtype)?))
            });
            Some(DType::Struct(fields.collect::<Option<_>>()?))
        }
        _ => None,
    }
}

/// The smallest type that holds two values of one list or column: that of [`promote`], and of structs the one with the
/// fields of both, in the order in which they are met. A struct without a field has null there.
///
/// # Examples
/// ```
/// use hypostyle::{DType, Field, common};
/// let of = |names: &[&str]| DType::Struct(names.iter().map(|n| Field::new(n, DType::Int64)).collect());
/// assert_eq!(common(&of(&["a"]), &of(&["b", "a"])), Some(of(&["a", "b"])));
/// ```
pub fn common(left: &DType, right: &DType) -> Option<DType> {
    match (left, right) {
        (DType::Struct(a), DType::Struct(b)) if left != right => {
            let mut fields = a.clone();
            for field in b {
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => known.dtype = common(&known.dtype, &field.dtype)?,
                    None => fields.push(field.clone()),
                }
            }
            Some(DType::Struct(fields))
        }
        (DType::List(a), DType::List(b)) => Some(DType::List(Box::new(common(a, b)?))),
        _ => promote(left, right),
    }
}

fn decimal(whole: i16, scale: i8) -> Option<DType> {
    Some(DType::Decimal((whole + scale as i16).clamp(1, 38) as u8, scale))
}

fn integers(left: &DType, right: &DType) -> DType {
    let (a, b) = (left.integer_bits().unwrap_or(64), right.integer_bits().unwrap_or(64));
    if left.is_signed() == right.is_signed() {
        return if a >= b { left.clone() } else { right.clone() };
    }
    let (signed, unsigned) = if left.is_signed() { (a, b) } else { (b, a) };
    match signed.max(unsigned * 2) {
        8 => DType::Int8,
        16 => DType::Int16,
        32 => DType::Int32,
        _ => DType::Int64,
    }
}
