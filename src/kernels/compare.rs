//! Comparison of two operands: numbers by exact value whatever their types, floats as IEEE 754 says.

use crate::data::dispatch::{physical, primitive};
use crate::data::{DType, promote};
use crate::error::{Error, Result};
use crate::kernels::blocks::{BLOCK, Reader, blocks};
use crate::kernels::map::{bits_of, collect_bits, merged_nulls, pack_pairs, rows_of, unary_bits};
use crate::kernels::packed::{Base, Packed, pack_compared};
use crate::kernels::value::Value;
use crate::kernels::{compare_nested, decimal};
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryViewArray, BooleanArray, GenericByteViewArray,
};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::compute::kernels::cmp;
use arrow::datatypes::{
    ByteViewType, DataType, Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt64Type,
};
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

impl Base {
    /// The orders of the operands that give true, as bits: 1 less, 2 equal, 4 greater.
    fn orders(self) -> u8 {
        match self {
            Base::Eq => 2,
            Base::Lt => 1,
            Base::LtEq => 3,
        }
    }

    /// The same with the operands swapped.
    fn reversed(self) -> u8 {
        match self {
            Base::Eq => 2,
            Base::Lt => 4,
            Base::LtEq => 6,
        }
    }

    fn holds(self, order: Ordering) -> bool {
        self.orders() & 1 << (order as i8 + 1) != 0
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
        (a, b) if a == b && a.is_composite() => {
            if !matches!(base, Base::Eq) {
                a.ordered()?;
            }
            let order = compare_nested::comparator(left.array(), right.array())?;
            let row = |value: &Value, row| if value.is_scalar() { 0 } else { row };
            Ok(collect_bits(rows_of(&[left, right]), |i| base.holds(order(row(left, i), row(right, i)))))
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
    collect_bits(array.len(), |row| {
        candidates.value(row) && array.is_valid(row) && {
            let other: &[u8] = array.value(row).as_ref();
            other == bytes
        }
    })
}

fn numbers(base: Base, left: &Value, right: &Value, a: &DType, b: &DType) -> Result<BooleanBuffer> {
    let (x, y) = (left.array(), right.array());
    let big = |dtype: &DType| dtype.integer_bits() == Some(64);
    match (a, b) {
        (DType::Decimal(_, s), DType::Decimal(_, t)) if s == t => Ok(same(base, x, y, left, right)),
        (DType::Decimal(..), other) | (other, DType::Decimal(..)) if !other.is_float() => {
            // Every integer is a decimal of scale 0.
            let whole = |array: &ArrayRef, dtype: &DType| match dtype {
                DType::Decimal(..) => Ok(array.clone()),
                _ => cast(array, &DataType::Decimal128(38, 0)),
            };
            let scale = |dtype: &DType| if let DType::Decimal(_, scale) = dtype { *scale } else { 0 };
            let (s, t) = (scale(a), scale(b));
            let (x, y) = (whole(x, a)?, whole(y, b)?);
            Ok(ordered::<Decimal128Type, Decimal128Type>(base.orders(), (&x, left), (&y, right), |a, b| {
                Some(decimal::compare(a, s, b, t))
            }))
        }
        (DType::Decimal(..), _) => to_float(base.orders(), left, right),
        (_, DType::Decimal(..)) => to_float(base.reversed(), right, left),
        (a, b) if big(a) && b.is_float() => to_float(base.orders(), left, right),
        (a, b) if a.is_float() && big(b) => to_float(base.reversed(), right, left),
        (DType::UInt64, b) if b.is_signed() => unsigned_to_signed(base.orders(), left, right),
        (a, DType::UInt64) if a.is_signed() => unsigned_to_signed(base.reversed(), right, left),
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

/// Decimals or integers of 64 bits with floats.
fn to_float(orders: u8, left: &Value, right: &Value) -> Result<BooleanBuffer> {
    let x = (left.array(), left);
    let floats = cast(right.array(), &DataType::Float64)?;
    let y = (&floats, right);
    Ok(match left.dtype()? {
        DType::Decimal(_, scale) => {
            ordered::<Decimal128Type, Float64Type>(orders, x, y, |a, b| decimal::compare_float(a, scale, b))
        }
        DType::UInt64 => {
            ordered::<UInt64Type, Float64Type>(orders, x, y, |a, b| whole_to_float(i128::from(a), b))
        }
        _ => ordered::<Int64Type, Float64Type>(orders, x, y, |a, b| whole_to_float(i128::from(a), b)),
    })
}

fn unsigned_to_signed(orders: u8, left: &Value, right: &Value) -> Result<BooleanBuffer> {
    let signed = cast(right.array(), &DataType::Int64)?;
    Ok(ordered::<UInt64Type, Int64Type>(orders, (left.array(), left), (&signed, right), |a, b| {
        Some(u64::try_from(b).map_or(Ordering::Greater, |b| a.cmp(&b)))
    }))
}

/// Two arrays of one physical type; narrow ones are widened as they are read.
fn same(base: Base, x: &ArrayRef, y: &ArrayRef, left: &Value, right: &Value) -> BooleanBuffer {
    let (rows, s, t) = (rows_of(&[left, right]), left.is_scalar(), right.is_scalar());
    match x.data_type() {
        DataType::Int32 => native::<Int32Type>(base, x, y, left, right),
        DataType::Int64 => native::<Int64Type>(base, x, y, left, right),
        DataType::UInt64 => native::<UInt64Type>(base, x, y, left, right),
        DataType::Float64 => native::<Float64Type>(base, x, y, left, right),
        DataType::Decimal128(..) => native::<Decimal128Type>(base, x, y, left, right),
        DataType::Float32 => native::<Float32Type>(base, x, y, left, right),
        DataType::UInt32 => packed(base, Reader::integers(x, s, rows), Reader::integers(y, t, rows), rows),
        dtype if dtype.is_integer() => {
            packed(base, Reader::narrow(x, s, rows), Reader::narrow(y, t, rows), rows)
        }
        _ => BooleanBuffer::new_unset(rows),
    }
}

fn native<P: ArrowPrimitiveType<Native: Packed>>(
    base: Base,
    x: &ArrayRef,
    y: &ArrayRef,
    left: &Value,
    right: &Value,
) -> BooleanBuffer {
    let rows = rows_of(&[left, right]);
    let x = Reader::new(primitive::<P>(x).values(), left.is_scalar(), rows);
    let y = Reader::new(primitive::<P>(y).values(), right.is_scalar(), rows);
    packed(base, x, y, rows)
}

fn packed<T: Packed>(base: Base, mut x: Reader<'_, T>, mut y: Reader<'_, T>, rows: usize) -> BooleanBuffer {
    let mut words = Vec::with_capacity(rows.div_ceil(64));
    for block in blocks(rows) {
        pack_compared(base, x.rows(block.clone()), y.rows(block), &mut words);
    }
    bits_of(words, rows)
}

/// Two types without a common one: whole blocks of orders first, in one loop per pair of types.
fn ordered<A: ArrowPrimitiveType, B: ArrowPrimitiveType>(
    wanted: u8,
    x: (&ArrayRef, &Value),
    y: (&ArrayRef, &Value),
    order: impl Fn(A::Native, B::Native) -> Option<Ordering>,
) -> BooleanBuffer {
    let rows = rows_of(&[x.1, y.1]);
    let mut a = Reader::new(primitive::<A>(x.0).values(), x.1.is_scalar(), rows);
    let mut b = Reader::new(primitive::<B>(y.0).values(), y.1.is_scalar(), rows);
    let mut orders = Vec::with_capacity(BLOCK);
    let mut words = Vec::with_capacity(rows.div_ceil(64));
    for block in blocks(rows) {
        orders.clear();
        let pairs = a.rows(block.clone()).iter().zip(b.rows(block));
        orders.extend(pairs.map(|(a, b)| order(*a, *b).map_or(0, |order| 1u8 << (order as i8 + 1))));
        pack_pairs(&orders, &orders, &mut words, |order, _| order & wanted != 0);
    }
    bits_of(words, rows)
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
