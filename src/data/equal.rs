//! Frames compared, saying where they differ.
//!
//! How rows are cut into partitions and how strings are held makes no difference. Whole columns are compared at once;
//! single values are looked at only to report them.

use crate::data::batch::Batch;
use crate::data::column::Column;
use crate::data::dtype::DType;
use crate::data::frame::Frame;
use crate::data::scalar::Scalar;
use crate::data::schema::Schema;
use crate::data::text::grouped;
use crate::data::{dispatch, strings};
use crate::error::{AllOk, Error, Result};
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, UInt32Array};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::compute::kernels::cmp;
use arrow::datatypes::{DataType, Float64Type};
use arrow::row::{RowConverter, SortField};
use std::sync::Arc;

/// What counts as equal. By default NaN equals NaN, 0.0 equals -0.0, and all else must be the same, row by row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EqualOptions {
    /// Floats may differ by this much.
    pub absolute: f64,
    /// Floats may differ by this fraction of the greater one.
    pub relative: f64,
    /// Rows may stand in any order: both frames are sorted by all columns before they are compared.
    pub any_order: bool,
    /// Floats must have the same bits (0.0 is not -0.0, NaNs have payloads); no tolerance then.
    pub exact_bits: bool,
}

/// Panics unless two frames have the same columns, types and rows; the message says where they differ.
///
/// # Panics
/// If they differ.
///
/// # Examples
/// ```should_panic
/// use hypostyle::{Frame, assert_frame_eq};
/// let left = Frame::builder().column("x", [1i64, 2]).finish().unwrap();
/// let right = Frame::builder().column("x", [1i64, 3]).finish().unwrap();
/// assert_frame_eq(&left, &right);
/// ```
#[track_caller]
pub fn assert_frame_eq(left: &Frame, right: &Frame) {
    assert_frame_eq_with(left, right, &EqualOptions::default());
}

/// Panics unless two frames are equal in the sense of `options`; the message says where they differ.
///
/// # Panics
/// If they differ.
///
/// # Examples
/// ```
/// use hypostyle::{EqualOptions, Frame, assert_frame_eq_with};
/// let left = Frame::builder().column("x", [0.3, 1.0]).finish()?;
/// let right = Frame::builder().column("x", [1.0, 0.1 + 0.2]).finish()?;
/// let options = EqualOptions { relative: 1e-12, any_order: true, ..EqualOptions::default() };
/// assert_frame_eq_with(&left, &right, &options);
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[track_caller]
pub fn assert_frame_eq_with(left: &Frame, right: &Frame, options: &EqualOptions) {
    if let Some(difference) = frame_difference(left, right, options) {
        panic!("{difference}\nleft:\n{left}\nright:\n{right}");
    }
}

/// Where two frames differ, in a few lines; `None` if they are equal.
///
/// # Examples
/// ```
/// use hypostyle::{EqualOptions, Frame, frame_difference};
/// let left = Frame::builder().column("x", [Some(1.5), None]).finish()?;
/// let right = Frame::builder().column("x", [1.5, 2.5]).finish()?;
/// let text = frame_difference(&left, &right, &EqualOptions::default()).unwrap();
/// assert!(text.contains("row 1, column \"x\": null on the left, 2.5 on the right"));
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn frame_difference(left: &Frame, right: &Frame, options: &EqualOptions) -> Option<String> {
    if let Some(text) = schema_difference(left.schema(), right.schema()) {
        return Some(text);
    }
    if left.rows() != right.rows() {
        let (a, b) = (grouped(left.rows()), grouped(right.rows()));
        return Some(format!("frames differ: {a} rows on the left, {b} on the right"));
    }
    match values_difference(left, right, options) {
        Ok(difference) => difference,
        Err(error) => Some(format!("frames cannot be compared: {error}")),
    }
}

/// Same columns, types and rows, NaN equal to NaN.
impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        frame_difference(self, other, &EqualOptions::default()).is_none()
    }
}

fn schema_difference(left: &Schema, right: &Schema) -> Option<String> {
    if left == right {
        return None;
    }
    let missing = |from: &Schema, of: &Schema| -> Vec<String> {
        of.names().filter(|name| !from.contains(name)).map(|name| format!("{name:?}")).collect()
    };
    let mut parts = Vec::new();
    if left.len() != right.len() {
        parts.push(format!("{} columns on the left, {} on the right", left.len(), right.len()));
    }
    let (only_left, only_right) = (missing(right, left), missing(left, right));
    if !only_left.is_empty() {
        parts.push(format!("only on the left: {}", only_left.join(", ")));
    }
    if !only_right.is_empty() {
        parts.push(format!("only on the right: {}", only_right.join(", ")));
    }
    if parts.is_empty() && !left.names().eq(right.names()) {
        let names = |schema: &Schema| schema.names().collect::<Vec<_>>().join(", ");
        parts.push(format!("the columns are {} on the left, {} on the right", names(left), names(right)));
    }
    for field in left.fields() {
        if let Ok(other) = right.field(&field.name)
            && other.dtype != field.dtype
        {
            let (name, a, b) = (&field.name, &field.dtype, &other.dtype);
            parts.push(format!("column {name:?} is {a} on the left, {b} on the right"));
        }
    }
    Some(format!("frames differ: {}", parts.join("; ")))
}

/// The rows of a frame in some order.
struct Ordered {
    frame: Frame,
    /// The row of the frame that stands at each place; `None`: the same.
    rows: Option<UInt32Array>,
}

fn values_difference(left: &Frame, right: &Frame, options: &EqualOptions) -> Result<Option<String>> {
    let (left, right) = match options.any_order {
        true => (sorted(left, options)?, sorted(right, options)?),
        false => (Ordered { frame: left.clone(), rows: None }, Ordered { frame: right.clone(), rows: None }),
    };
    let width = left.frame.width();
    let mut found = Found { rows: 0, first: None, by_column: vec![0; width] };
    let mut start = 0u64;
    for (a, b) in aligned(&left.frame, &right.frame) {
        let mut any: Option<BooleanBuffer> = None;
        for position in 0..width {
            let Some(differs) = differs(a.column(position), b.column(position), options)? else { continue };
            found.by_column[position] += differs.count_set_bits() as u64;
            let row = start + differs.set_indices().next().unwrap_or_default() as u64;
            if found.first.is_none_or(|(first, _)| row < first) {
                found.first = Some((row, position));
            }
            any = Some(any.map_or_else(|| differs.clone(), |any| &any | &differs));
        }
        found.rows += any.map_or(0, |any| any.count_set_bits() as u64);
        start += a.rows() as u64;
    }
    found.first.map(|first| found.describe(first, &left, &right)).transpose()
}

struct Found {
    rows: u64,
    /// The first differing row and its first differing column.
    first: Option<(u64, usize)>,
    by_column: Vec<u64>,
}

impl Found {
    fn describe(&self, (row, position): (u64, usize), left: &Ordered, right: &Ordered) -> Result<String> {
        let fields = left.frame.schema().fields();
        let name = &fields[position].name;
        let value = |side: &Ordered| -> Result<Scalar> { side.frame.slice(row, 1).column(name)?.get(0) };
        let number = |side: &Ordered| side.rows.as_ref().map_or(row, |rows| rows.value(row as usize).into());
        let place = match (number(left), number(right)) {
            (a, b) if a == b => format!("row {a}"),
            (a, b) => format!("row {a} on the left, {b} on the right"),
        };
        let counts: Vec<String> = fields
            .iter()
            .zip(&self.by_column)
            .filter(|(_, count)| **count > 0)
            .take(12)
            .map(|(field, count)| format!("{:?} in {}", field.name, grouped(*count)))
            .collect();
        Ok(format!(
            "frames differ in {} of {} rows; first at {place}, column {name:?}: {} on the left, {} on the right; \
             by column: {}",
            grouped(self.rows),
            grouped(left.frame.rows()),
            value(left)?,
            value(right)?,
            counts.join(", ")
        ))
    }
}

/// Both frames cut at the boundaries of either.
fn aligned(left: &Frame, right: &Frame) -> Vec<(Batch, Batch)> {
    let mut pairs = Vec::new();
    let (mut lefts, mut rights) = (left.partitions().iter(), right.partitions().iter());
    let (mut a, mut b) = (lefts.next().cloned(), rights.next().cloned());
    while let (Some(x), Some(y)) = (&a, &b) {
        let rows = x.rows().min(y.rows());
        pairs.push((x.slice(0, rows), y.slice(0, rows)));
        let rest = |batch: &Batch| (batch.rows() > rows).then(|| batch.slice(rows, batch.rows() - rows));
        let (next_a, next_b) = (rest(x), rest(y));
        a = next_a.or_else(|| lefts.next().cloned());
        b = next_b.or_else(|| rights.next().cloned());
    }
    pairs
}

/// The rows where two columns differ; `None` for none.
fn differs(left: &Column, right: &Column, options: &EqualOptions) -> Result<Option<BooleanBuffer>> {
    let (a, b) = (left.array(), right.array());
    if let (Some((x, of_x)), Some((y, of_y))) = (strings::coded(a), strings::coded(b))
        && strings::same_dictionary(of_x, of_y)
    {
        return Ok(some(cmp::distinct(x, y)?.values().clone()));
    }
    let (a, b) = (left.to_plain()?, right.to_plain()?);
    let found = match left.dtype() {
        DType::Null => return Ok(None),
        dtype if dtype.is_float() && !options.exact_bits => {
            let (a, b) = (wide(&a)?, wide(&b)?);
            floats(a.as_primitive(), b.as_primitive(), options)
        }
        dtype if dtype.is_nested() => {
            if a.to_data() == b.to_data() {
                return Ok(None);
            }
            BooleanBuffer::collect_bool(a.len(), |row| {
                !same(&Scalar::from_array(&a, row), &Scalar::from_array(&b, row), options)
            })
        }
        _ => {
            let (a, b) = (dispatch::physical(&a), dispatch::physical(&b));
            cmp::distinct(&a, &b)?.values().clone()
        }
    };
    Ok(some(found))
}

fn some(differs: BooleanBuffer) -> Option<BooleanBuffer> {
    (differs.count_set_bits() > 0).then_some(differs)
}

/// Floats as `float64`, which holds them all.
fn wide(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(cast(array, &DataType::Float64)?)
}

fn floats(left: &Float64Array, right: &Float64Array, options: &EqualOptions) -> BooleanBuffer {
    let (a, b) = (left.values(), right.values());
    let values = BooleanBuffer::collect_bool(left.len(), |row| !near(a[row], b[row], options));
    if left.null_count() == 0 && right.null_count() == 0 {
        return values;
    }
    let valid = |array: &Float64Array| match array.nulls() {
        Some(nulls) => nulls.inner().clone(),
        None => BooleanBuffer::new_set(array.len()),
    };
    let (a, b) = (valid(left), valid(right));
    &(&(&a & &b) & &values) | &(&a ^ &b)
}

fn near(left: f64, right: f64, options: &EqualOptions) -> bool {
    if left == right || (left.is_nan() && right.is_nan()) {
        return true;
    }
    let gap = (left - right).abs();
    gap.is_finite() && (gap <= options.absolute || gap <= options.relative * left.abs().max(right.abs()))
}

/// Values inside lists and structs.
fn same(left: &Scalar, right: &Scalar, options: &EqualOptions) -> bool {
    match (left, right) {
        (Scalar::Float(a), Scalar::Float(b)) if options.exact_bits => a.to_bits() == b.to_bits(),
        (Scalar::Float(a), Scalar::Float(b)) => near(*a, *b, options),
        (Scalar::List(a), Scalar::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, options))
        }
        (Scalar::Struct(a), Scalar::Struct(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.1, &b.1, options))
        }
        (a, b) => a == b,
    }
}

/// The frame sorted by all its columns, floats last, so that a tolerance rarely moves a row.
fn sorted(frame: &Frame, options: &EqualOptions) -> Result<Ordered> {
    let batch = frame.to_batch()?;
    if batch.columns().is_empty() || batch.rows() < 2 {
        return Ok(Ordered { frame: frame.clone(), rows: None });
    }
    let (floats, others): (Vec<&Column>, Vec<&Column>) =
        batch.columns().iter().partition(|column| column.dtype().is_float() && !options.exact_bits);
    let others = others.into_iter().map(Column::to_plain);
    let arrays: Vec<ArrayRef> = others.chain(floats.into_iter().map(key)).all_ok()?;
    let fields = arrays.iter().map(|array| SortField::new(array.data_type().clone())).collect();
    let rows = RowConverter::new(fields)?.convert_columns(&arrays)?;
    let count = u32::try_from(batch.rows())
        .map_err(|_| Error::unsupported("more than 2^32 rows compared in any order"))?;
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_unstable_by_key(|&row| rows.row(row as usize));
    let order = UInt32Array::from(order);
    let frame = Frame::new(frame.schema().clone(), vec![batch.take(&order)?])?;
    Ok(Ordered { frame, rows: Some(order) })
}

/// Floats with one zero and one NaN, as keys.
fn key(column: &Column) -> Result<ArrayRef> {
    let one = |value: f64| if value.is_nan() { f64::NAN } else { value + 0.0 };
    Ok(Arc::new(wide(column.array())?.as_primitive::<Float64Type>().unary::<_, Float64Type>(one)))
}

#[cfg(test)]
#[path = "equal_tests.rs"]
mod tests;
