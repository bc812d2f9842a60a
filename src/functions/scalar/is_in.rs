//! `is_in`: whether the value is one of a list.

use crate::data::dispatch::{physical, primitive, words};
use crate::data::{DType, Scalar, promote};
use crate::error::{Error, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::example;
use crate::kernels::CastMode;
use crate::kernels::blocks::{Reader, blocks};
use crate::kernels::cast::cast;
use crate::kernels::compare_nested::comparator;
use crate::kernels::hash::{canonical, canonical32};
use crate::kernels::map::{collect_bits, map_values, unary_bits};
use crate::kernels::{CompareOp, Value, compare};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, BooleanBufferBuilder, GenericByteViewArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::{filter, is_not_null};
use arrow::datatypes::{
    ByteViewType, DataType, Decimal128Type, Float32Type, Float64Type, UInt32Type, UInt64Type,
};
use hashbrown::HashSet;
use std::cmp::Ordering;
use std::sync::Arc;

/// Lists up to this long are compared value by value, which vectorises; longer ones are hashed.
const SHORT: usize = 8;

/// Whether the value is one of a list.
pub static IS_IN: ScalarFunction =
    ScalarFunction::new("is_in", "conditional", &["expr", "values"], signature, evaluate)
        .aliased(&["isin"])
        .documented(
            "Whether the value is in a list. Equality is that of keys: NaN equals NaN, -0.0 equals 0.0, numbers of \
             different types are equal if their values are. A null gives null; nulls in the list match nothing.",
            || {
                let expr = col("x").is_in([1i64, 7]);
                example([Some(1i64), Some(2), None], expr, [Some(true), Some(false), None])
            },
        );

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    let (own, Some(item)) = (&types[0], types[1].item()) else {
        return Err(Error::type_mismatch(format!("is_in takes a list, not {}", types[1])));
    };
    let list = |item: DType| DType::List(Box::new(item));
    let args = match (own, item) {
        (DType::Null, item) => [item.clone(), list(item.clone())],
        (own, DType::Null) => [own.clone(), list(own.clone())],
        (own, item) if own.is_numeric() && item.is_numeric() => [own.clone(), list(item.clone())],
        (own, DType::String) if own.is_temporal() => [own.clone(), list(own.clone())],
        (own, item) => {
            let common = promote(own, item).ok_or_else(|| {
                Error::type_mismatch(format!("values of {item} are never in a column of {own}"))
                    .hint("cast one side to the other's type")
            })?;
            [common.clone(), list(common)]
        }
    };
    Ok(Signature::new(args, DType::Bool))
}

fn evaluate(args: &Args<'_>) -> Result<ArrayRef> {
    let (value, lists) = (args.value(0), args.value(1));
    if lists.is_null_scalar() || value.array().data_type().is_null() {
        return Ok(Arc::new(BooleanArray::new_null(args.rows())));
    }
    if !lists.is_scalar() {
        return row_by_row(args);
    }
    let items = as_type_of(&lists.array().as_list::<i32>().value(0), value.array())?;
    let items = filter(&items, &is_not_null(&items)?)?;
    let bits = members(value.array(), &items)?;
    let answers: ArrayRef = Arc::new(BooleanArray::new(bits, None));
    match value.is_scalar() {
        true => Value::scalar(answers).to_rows(args.rows()),
        false => Ok(answers),
    }
}

/// The items as values of the array's type; those that no such value equals become null.
fn as_type_of(items: &ArrayRef, array: &ArrayRef) -> Result<ArrayRef> {
    if items.data_type() == array.data_type() {
        return Ok(items.clone());
    }
    let narrowed = cast(items, &DType::from_arrow(array.data_type())?, CastMode::Lenient)?;
    let (before, after) = (Value::rows(items.clone()), Value::rows(narrowed.clone()));
    let mut kept = compare::compare(CompareOp::Eq, &before, &after)?;
    if narrowed.data_type().is_floating() {
        // A NaN is a NaN in every width.
        let nan = compare::compare(CompareOp::NotEq, &after, &after)?;
        kept = arrow::compute::or(&kept, &nan)?;
    }
    Ok(arrow::compute::nullif(&narrowed, &arrow::compute::not(&kept)?)?)
}

/// Which values are among the items (none of which is null).
fn members(array: &ArrayRef, items: &ArrayRef) -> Result<BooleanBuffer> {
    let (array, items) = (&integers(&physical(array)), &integers(&physical(items)));
    Ok(match array.data_type() {
        DataType::Boolean => {
            let (values, items) = (array.as_boolean().values(), items.as_boolean());
            match (items.has_true(), items.has_false()) {
                (true, true) => BooleanBuffer::new_set(values.len()),
                (true, false) => values.clone(),
                (false, true) => !values,
                (false, false) => BooleanBuffer::new_unset(values.len()),
            }
        }
        DataType::Utf8View => bytes(array.as_string_view(), items.as_string_view()),
        DataType::BinaryView => bytes(array.as_binary_view(), items.as_binary_view()),
        dtype if dtype.is_integer() || matches!(dtype, DataType::Decimal128(..)) => numbers(array, items)?,
        _ => {
            let order = comparator(array, items)?;
            collect_bits(array.len(), |row| (0..items.len()).any(|item| order(row, item) == Ordering::Equal))
        }
    })
}

/// Floats as the bits of their canonical form, so that equal keys are equal integers.
fn integers(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Float32 => map_values::<Float32Type, UInt32Type>(array, canonical32),
        DataType::Float64 => map_values::<Float64Type, UInt64Type>(array, canonical),
        _ => array.clone(),
    }
}

/// Integers and decimals.
fn numbers(array: &ArrayRef, items: &ArrayRef) -> Result<BooleanBuffer> {
    let rows = array.len();
    if (1..=SHORT).contains(&items.len()) {
        let values = Value::rows(array.clone());
        let mut bits: Option<BooleanBuffer> = None;
        for item in 0..items.len() {
            let item = Value::scalar(items.slice(item, 1));
            let same = compare::compare(CompareOp::Eq, &values, &item)?.values().clone();
            bits = Some(bits.map_or_else(|| same.clone(), |bits| &bits | &same));
        }
        return Ok(bits.unwrap_or_else(|| BooleanBuffer::new_unset(rows)));
    }
    if let Some(values) = array.as_primitive_opt::<Decimal128Type>() {
        let items = primitive::<Decimal128Type>(items).values();
        let set: HashSet<i128, foldhash::fast::FixedState> = items.iter().copied().collect();
        return Ok(unary_bits(values.values(), |value| set.contains(&value)));
    }
    let mut all = Vec::with_capacity(items.len());
    words(items, 0..items.len(), &mut all);
    let (mut reader, mut bits) = (Reader::integers(array, false, rows), BooleanBufferBuilder::new(rows));
    if let Some(near) = Near::new(&all) {
        for block in blocks(rows) {
            bits.append_buffer(&unary_bits(reader.rows(block), |value| near.contains(value)));
        }
        return Ok(bits.finish());
    }
    let set: HashSet<i64, foldhash::fast::FixedState> = all.into_iter().collect();
    for block in blocks(rows) {
        bits.append_buffer(&unary_bits(reader.rows(block), |value| set.contains(&value)));
    }
    Ok(bits.finish())
}

/// A bit for every integer between the least and the greatest item.
struct Near {
    least: i64,
    bits: Vec<u64>,
}

impl Near {
    /// Bits at most, unless the items are many: what the second cache surely holds.
    const MOST: u64 = 1 << 20;

    /// `None` for items that lie too far apart, or none at all.
    fn new(items: &[i64]) -> Option<Near> {
        let (least, most) = (*items.iter().min()?, *items.iter().max()?);
        let width = most.wrapping_sub(least) as u64;
        if width >= Near::MOST.max(64 * items.len() as u64) {
            return None;
        }
        let mut bits = vec![0u64; width as usize / 64 + 1];
        for item in items {
            let place = item.wrapping_sub(least) as u64;
            bits[place as usize / 64] |= 1 << (place % 64);
        }
        Some(Near { least, bits })
    }

    #[inline]
    fn contains(&self, value: i64) -> bool {
        let place = value.wrapping_sub(self.least) as u64;
        self.bits.get((place / 64) as usize).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}

fn bytes<T: ByteViewType + ?Sized>(
    array: &GenericByteViewArray<T>,
    items: &GenericByteViewArray<T>,
) -> BooleanBuffer {
    let set: HashSet<&[u8], foldhash::fast::FixedState> =
        (0..items.len()).map(|row| items.value(row).as_ref()).collect();
    collect_bits(array.len(), |row| {
        array.is_valid(row) && {
            let value: &[u8] = array.value(row).as_ref();
            set.contains(value)
        }
    })
}

/// A list per row.
fn row_by_row(args: &Args<'_>) -> Result<ArrayRef> {
    let (values, lists) = (args.array(0)?, args.array(1)?);
    let lists = lists.as_list::<i32>();
    let items = as_type_of(lists.values(), &values)?;
    let order = comparator(&values, &items)?;
    let bits = collect_bits(values.len(), |row| {
        let range = lists.offsets()[row] as usize..lists.offsets()[row + 1] as usize;
        values.is_valid(row)
            && lists.is_valid(row)
            && range.into_iter().any(|item| items.is_valid(item) && order(row, item) == Ordering::Equal)
    });
    Ok(Arc::new(BooleanArray::new(bits, None)))
}

impl Expr {
    /// Whether the value is in a list.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("carrier", ["UA", "AA", "DL"]).finish()?;
    /// let some = frame.lazy().filter(col("carrier").is_in(["UA", "DL"])).collect()?;
    /// assert_eq!(some.rows(), 2);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn is_in<V: Into<Scalar>>(self, values: impl IntoIterator<Item = V>) -> Expr {
        let mut values: Vec<Scalar> = values.into_iter().map(Into::into).collect();
        // A list has one type: whole numbers beside floats become floats where that is exact.
        if values.iter().any(|value| matches!(value, Scalar::Float(_))) {
            for value in &mut values {
                if let (Scalar::Int(_) | Scalar::UInt(_), Some(float)) = (&*value, value.as_f64()) {
                    let float = Scalar::Float(float);
                    if float.compare(value) == Some(Ordering::Equal) {
                        *value = float;
                    }
                }
            }
        }
        Expr::call(&IS_IN, [self, Expr::Literal(Scalar::List(values))], Params::new())
    }

    /// Whether the value is in the list of its row.
    pub fn is_in_list(self, lists: impl Into<Expr>) -> Expr {
        Expr::call(&IS_IN, [self, lists.into()], Params::new())
    }
}

#[cfg(test)]
#[path = "is_in_tests.rs"]
mod tests;
