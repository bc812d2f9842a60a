//! Comparison of two operands: numbers by exact value whatever their types, floats as IEEE 754 says.

use crate::data::dispatch::{physical, primitive, with_number};
use crate::data::{DType, promote};
use crate::error::{Error, Result};
use crate::kernels::map::{Operand, binary_bits, merged_nulls, rows_of, unary_bits};
use crate::kernels::value::Value;
use crate::kernels::{compare_nested, decimal};
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryViewArray, BooleanArray, GenericByteViewArray,
};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::compute::kernels::cmp;
use arrow::datatypes::{ByteViewType, DataType, Decimal128Type, Float64Type, Int64Type, UInt64Type};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CompareOp {
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtEq,
    /// `>`
    Gt,
    /// `>=`
    GtEq,
}

impl CompareOp {
    /// How the operator is written.
    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Eq => "==",
            CompareOp::NotEq => "!=",
            CompareOp::Lt => "<",
            CompareOp::LtEq => "<=",
            CompareOp::Gt => ">",
            CompareOp::GtEq => ">=",
        }
    }

    /// The operator that gives the same answer with the operands swapped.
    pub fn swap(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::LtEq => CompareOp::GtEq,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::GtEq => CompareOp::LtEq,
            same => same,
        }
    }
}

/// `left op right`, row by row; null where either is null. Two number types of any kind are compared by exact value;
/// floats follow IEEE 754 (NaN equals nothing, -0.0 equals 0.0); text and binary compare by bytes; false is before
/// true. Lists and structs compare element by element, elements as keys do: null equals null, NaN equals NaN.
///
/// # Errors
/// `Type` if the types do not compare.
pub fn compare(op: CompareOp, left: &Value, right: &Value) -> Result<BooleanArray> {
    let rows = rows_of(&[left, right]);
    let types = (left.dtype()?, right.dtype()?);
    let nothing = types.0 == DType::Null || types.1 == DType::Null;
    if nothing || left.is_null_scalar() || right.is_null_scalar() {
        return Ok(BooleanArray::new_null(rows));
    }
    if rows == 0 {
        return Ok(BooleanArray::from(Vec::<bool>::new()));
    }
    let nulls = merged_nulls(&[left, right]);
    let bits = match op {
        CompareOp::Eq => bits(Base::Eq, left, right, types)?,
        CompareOp::NotEq => !&bits(Base::Eq, left, right, types)?,
        CompareOp::Lt => bits(Base::Lt, left, right, types)?,
        CompareOp::LtEq => bits(Base::LtEq, left, right, types)?,
        CompareOp::Gt => bits(Base::Lt, right, left, (types.1, types.0))?,
        CompareOp::GtEq => bits(Base::LtEq, right, left, (types.1, types.0))?,
    };
    Ok(BooleanArray::new(bits, nulls))
}

/// The operators that the others are made of.
#[derive(Clone, Copy)]
enum Base {
    Eq,
    Lt,
    LtEq,
}

impl Base {
    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Base::Eq => order == Some(Ordering::Equal),
            Base::Lt => order == Some(Ordering::Less),
            Base::LtEq => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        }
    }
}

fn bits(base: Base, left: &Value, right: &Value, types: (DType, DType)) -> Result<BooleanBuffer> {
    match &types {
        (DType::Bool, DType::Bool) => Ok(booleans(base, left, right)),
        (DType::String, DType::String) => {
            let (a, b) = (left.array().as_string_view(), right.array().as_string_view());
            texts(base, left, right, a, b)
        }
        (DType::Binary, DType::Binary) => {
            let (a, b): (&BinaryViewArray, _) =
                (left.array().as_binary_view(), right.array().as_binary_view());
            texts(base, left, right, a, b)
        }
        (a, b) if a.is_numeric() && b.is_numeric() => numbers(base, left, right, a, b),
        (a, b) if a == b && a.is_temporal() => {
            Ok(same(base, &physical(left.array()), &physical(right.array()), left, right))
        }
        // Instants of one unit compare whatever the zones.
        (DType::Timestamp(u, Some(_)), DType::Timestamp(v, Some(_))) if u == v => {
            Ok(same(base, &physical(left.array()), &physical(right.array()), left, right))
        }
        (a, b) if a == b && a.is_nested() => {
            let order = compare_nested::comparator(left.array(), right.array())?;
            let row = |value: &Value, row| if value.is_scalar() { 0 } else { row };
            Ok(BooleanBuffer::collect_bool(rows_of(&[left, right]), |i| {
                base.holds(Some(order(row(left, i), row(right, i))))
            }))
        }
        (a, b) => Err(Error::type_mismatch(format!("no comparison between {a} and {b}"))),
    }
}

fn booleans(base: Base, left: &Value, right: &Value) -> BooleanBuffer {
    let rows = rows_of(&[left, right]);
    let spread = |value: &Value| {
        let bits = value.array().as_boolean().values();
        match (value.is_scalar(), bits.value(0)) {
            (false, _) => bits.clone(),
            (true, true) => BooleanBuffer::new_set(rows),
            (true, false) => BooleanBuffer::new_unset(rows),
        }
    };
    let (left, right) = (spread(left), spread(right));
    match base {
        Base::Eq => !&(&left ^ &right),
        Base::Lt => &!&left & &right,
        Base::LtEq => &!&left | &right,
    }
}

/// Equality with a constant needs only the views for nearly every row; the rest is Arrow's.
fn texts<T: ByteViewType + ?Sized>(
    base: Base,
    left: &Value,
    right: &Value,
    a: &GenericByteViewArray<T>,
    b: &GenericByteViewArray<T>,
) -> Result<BooleanBuffer> {
    if let Base::Eq = base
        && left.is_scalar() != right.is_scalar()
    {
        return Ok(if left.is_scalar() { equals(b, a) } else { equals(a, b) });
    }
    let answer = match base {
        Base::Eq => cmp::eq(left, right)?,
        Base::Lt => cmp::lt(left, right)?,
        Base::LtEq => cmp::lt_eq(left, right)?,
    };
    Ok(answer.values().clone())
}

fn equals<T: ByteViewType + ?Sized>(
    array: &GenericByteViewArray<T>,
    one: &GenericByteViewArray<T>,
) -> BooleanBuffer {
    let needle = one.views()[0];
    let bytes: &[u8] = one.value(0).as_ref();
    if bytes.len() <= 12 {
        return unary_bits(array.views(), |view| view == needle);
    }
    // Length and first four bytes decide nearly always.
    let candidates = unary_bits(array.views(), |view| view as u64 == needle as u64);
    if candidates.count_set_bits() == 0 {
        return candidates;
    }
    BooleanBuffer::collect_bool(array.len(), |row| {
        candidates.value(row) && array.is_valid(row) && {
            let other: &[u8] = array.value(row).as_ref();
            other == bytes
        }
    })
}

fn numbers(base: Base, left: &Value, right: &Value, a: &DType, b: &DType) -> Result<BooleanBuffer> {
    let (x, y) = (left.array(), right.array());
    match (a, b) {
        (DType::Decimal(_, s), DType::Decimal(_, t)) if s != t => {
            let (s, t) = (*s, *t);
            let order = |a, b| Some(decimal::compare(a, s, b, t));
            Ok(ordered::<Decimal128Type, Decimal128Type>(base, x, y, left, right, order))
        }
        (DType::Decimal(_, scale), other) if other.is_float() => {
            let (scale, y) = (*scale, cast(y, &DataType::Float64)?);
            let order = |a, b| decimal::compare_float(a, scale, b);
            Ok(ordered::<Decimal128Type, Float64Type>(base, x, &y, left, right, order))
        }
        (other, DType::Decimal(_, scale)) if other.is_float() => {
            let (scale, x) = (*scale, cast(x, &DataType::Float64)?);
            let order = |a, b| decimal::compare_float(b, scale, a).map(Ordering::reverse);
            Ok(ordered::<Float64Type, Decimal128Type>(base, &x, y, left, right, order))
        }
        (DType::Decimal(..), other) | (other, DType::Decimal(..)) if other.is_integer() => {
            // Every integer is a decimal of scale 0.
            let whole = |array: &ArrayRef, dtype: &DType| match dtype {
                DType::Decimal(..) => Ok(array.clone()),
                _ => cast(array, &DataType::Decimal128(38, 0)),
            };
            let scale = |dtype: &DType| if let DType::Decimal(_, scale) = dtype { *scale } else { 0 };
            let (s, t) = (scale(a), scale(b));
            let order = |a, b| Some(decimal::compare(a, s, b, t));
            let (x, y) = (whole(x, a)?, whole(y, b)?);
            Ok(ordered::<Decimal128Type, Decimal128Type>(base, &x, &y, left, right, order))
        }
        (a, b) if a.integer_bits() == Some(64) && b.is_float() => {
            let y = cast(y, &DataType::Float64)?;
            Ok(match a.is_signed() {
                true => ordered::<Int64Type, Float64Type>(base, x, &y, left, right, |a, b| {
                    whole_to_float(i128::from(a), b)
                }),
                false => ordered::<UInt64Type, Float64Type>(base, x, &y, left, right, |a, b| {
                    whole_to_float(i128::from(a), b)
                }),
            })
        }
        (a, b) if a.is_float() && b.integer_bits() == Some(64) => {
            let x = cast(x, &DataType::Float64)?;
            Ok(match b.is_signed() {
                true => ordered::<Float64Type, Int64Type>(base, &x, y, left, right, |a, b| {
                    whole_to_float(i128::from(b), a).map(Ordering::reverse)
                }),
                false => ordered::<Float64Type, UInt64Type>(base, &x, y, left, right, |a, b| {
                    whole_to_float(i128::from(b), a).map(Ordering::reverse)
                }),
            })
        }
        (DType::UInt64, b) if b.is_signed() => {
            let y = cast(y, &DataType::Int64)?;
            Ok(ordered::<UInt64Type, Int64Type>(base, x, &y, left, right, |a, b| {
                Some(u64::try_from(b).map_or(Ordering::Greater, |b| a.cmp(&b)))
            }))
        }
        (a, DType::UInt64) if a.is_signed() => {
            let x = cast(x, &DataType::Int64)?;
            Ok(ordered::<Int64Type, UInt64Type>(base, &x, y, left, right, |a, b| {
                Some(u64::try_from(a).map_or(Ordering::Less, |a| a.cmp(&b)))
            }))
        }
        _ if x.data_type() == y.data_type() => Ok(same(base, x, y, left, right)),
        // What is left has a common type that holds every value of both: narrow integers and floats.
        (a, b) => {
            let common = match a.is_float() || b.is_float() {
                true => Some(DType::Float64),
                false => promote(a, b),
            };
            let common = common.ok_or_else(|| Error::internal(format!("{a} and {b} compare")))?.to_arrow();
            Ok(same(base, &cast(x, &common)?, &cast(y, &common)?, left, right))
        }
    }
}

/// Two arrays of one physical type.
fn same(base: Base, x: &ArrayRef, y: &ArrayRef, left: &Value, right: &Value) -> BooleanBuffer {
    match x.data_type() {
        DataType::Decimal128(..) => native::<Decimal128Type>(base, x, y, left, right),
        number => with_number!(number, T => native::<T>(base, x, y, left, right), _ => {
            BooleanBuffer::new_unset(rows_of(&[left, right]))
        }),
    }
}

fn native<P: ArrowPrimitiveType<Native: PartialOrd>>(
    base: Base,
    x: &ArrayRef,
    y: &ArrayRef,
    left: &Value,
    right: &Value,
) -> BooleanBuffer {
    let x = Operand::<P::Native>::new::<P>(x, left.is_scalar());
    let y = Operand::<P::Native>::new::<P>(y, right.is_scalar());
    match base {
        Base::Eq => binary_bits(x, y, |a, b| a == b),
        Base::Lt => binary_bits(x, y, |a, b| a < b),
        Base::LtEq => binary_bits(x, y, |a, b| a <= b),
    }
}

fn ordered<A: ArrowPrimitiveType, B: ArrowPrimitiveType>(
    base: Base,
    x: &ArrayRef,
    y: &ArrayRef,
    left: &Value,
    right: &Value,
    order: impl Fn(A::Native, B::Native) -> Option<Ordering>,
) -> BooleanBuffer {
    let x = Operand::<A::Native>::new::<A>(primitive::<A>(x), left.is_scalar());
    let y = Operand::<B::Native>::new::<B>(primitive::<B>(y), right.is_scalar());
    binary_bits(x, y, |a, b| base.holds(order(a, b)))
}

/// The order of a 64-bit integer and a float by exact value; `None` for NaN.
#[inline]
pub fn whole_to_float(whole: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // Saturates beyond 128 bits, which is far beyond every 64-bit integer; infinities too.
    let floor = float.floor();
    Some(whole.cmp(&(floor as i128)).then(if float > floor { Ordering::Less } else { Ordering::Equal }))
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
