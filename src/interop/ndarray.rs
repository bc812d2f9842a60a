//! Numeric columns to and from `ndarray`: vectors and matrices, without a copy where the layouts agree.
//!
//! Columns are shared with `ndarray` as views, and take over the memory of owned arrays. What has to be copied is cut
//! into tasks that write to disjoint parts of the result; the caller runs them, on as many threads as it has.

use crate::data::dispatch::Number;
use crate::data::{Batch, Column, DType, Field, Frame, Schema, Series};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::kernels::{CastMode, cast};
use ::ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, ShapeBuilder, Slice};
use arrow::array::{Array, AsArray, PrimitiveArray};
use arrow::buffer::{Buffer, ScalarBuffer};
use std::sync::{Arc, Mutex, PoisonError};

/// Which neighbours in a matrix are neighbours in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatrixOrder {
    /// The values of a row, as in C.
    #[default]
    RowMajor,
    /// The values of a column, as in Fortran.
    ColumnMajor,
}

/// One task of a copy, by its number.
pub type Task<'a> = &'a (dyn Fn(usize) -> Result<()> + Sync);

/// Runs tasks `0..count`, each once, in any order.
pub type Runner<'a> = &'a dyn Fn(usize, Task<'_>) -> Result<()>;

/// A part of the result that one task writes.
type Part<P> = Mutex<P>;

/// Values that one task copies, about.
const TASK_VALUES: usize = 32_768;

/// All columns as a matrix, a copy. Numbers are converted to `T`; nulls become NaN.
///
/// # Errors
/// `Type` for a column without numbers; `Cast` for a value that `T` does not hold, or a null where `T` has no NaN; all
/// name the column.
pub fn matrix<T: Number>(frame: &Frame, order: MatrixOrder, run: Runner<'_>) -> Result<Array2<T>> {
    let names: Vec<&str> = frame.schema().names().collect();
    for (position, field) in frame.schema().fields().iter().enumerate() {
        let chunks = frame.partitions().iter().map(|batch| batch.column(position));
        check::<T>(&field.name, &field.dtype, chunks)?;
    }
    let (rows, width) = (size(frame.rows())?, frame.width());
    let count = rows.checked_mul(width).ok_or_else(|| too_large(frame.rows(), width))?;
    let mut values = vec![T::default(); count];
    match order {
        MatrixOrder::RowMajor => {
            let blocks = blocks(frame, (TASK_VALUES / width.max(1)).clamp(64, TASK_VALUES));
            let parts = parts(&mut values, blocks.iter().map(|block| block.rows * width));
            run(blocks.len(), &|task| {
                let block = &blocks[task];
                let mut part = lock(&parts[task]);
                for (position, name) in names.iter().enumerate() {
                    copy::<T>(&block.column(frame, position), name, block.first_row, |row, value| {
                        part[row * width + position] = value;
                    })?;
                }
                Ok(())
            })?;
        }
        MatrixOrder::ColumnMajor => {
            let blocks = blocks(frame, TASK_VALUES);
            let sizes = (0..width).flat_map(|_| blocks.iter().map(|block| block.rows));
            let parts = parts(&mut values, sizes);
            run(parts.len(), &|task| {
                let (position, block) = (task / blocks.len(), &blocks[task % blocks.len()]);
                let mut part = lock(&parts[task]);
                let column = block.column(frame, position);
                copy::<T>(&column, names[position], block.first_row, |row, value| part[row] = value)
            })?;
        }
    }
    let shape = (rows, width).set_f(order == MatrixOrder::ColumnMajor);
    Array2::from_shape_vec(shape, values).map_err(|error| Error::internal(error.to_string()))
}

/// A series as a vector, a copy. Numbers are converted to `T`; nulls become NaN.
///
/// # Errors
/// As [`matrix`].
pub fn vector<T: Number>(series: &Series, run: Runner<'_>) -> Result<Array1<T>> {
    let partitions = series.chunks().iter().map(|chunk| Batch::new(vec![chunk.clone()], chunk.len()));
    let schema = Schema::new(vec![Field::new(series.name(), series.dtype().clone())])?;
    let frame = Frame::new(schema, partitions.all_ok()?)?;
    Ok(Array1::from_vec(matrix::<T>(&frame, MatrixOrder::ColumnMajor, run)?.into_raw_vec_and_offset().0))
}

/// A frame with the columns of a matrix. A matrix in column-major order gives its memory away; others are copied.
///
/// # Errors
/// `Shape` if there are more or fewer names than columns; `DuplicateColumn`.
pub fn frame<T: Number>(names: Vec<String>, matrix: Array2<T>, run: Runner<'_>) -> Result<Frame> {
    let (rows, width) = matrix.dim();
    if names.len() != width {
        let message = format!("{} names for a matrix of {width} columns", names.len());
        return Err(Error::new(ErrorKind::Shape, message).operation("from_ndarray"));
    }
    let dtype = dtype::<T>()?;
    let schema = Schema::new(names.into_iter().map(|name| Field::new(name, dtype.clone())).collect())?;
    let (buffer, start) = match matrix.t().is_standard_layout() {
        true => {
            let (values, start) = matrix.into_raw_vec_and_offset();
            (Buffer::from_vec(values), start.unwrap_or(0))
        }
        false => (Buffer::from_vec(transposed(&matrix, run)?), 0),
    };
    let columns = (0..width).map(|position| {
        let values = ScalarBuffer::<T>::new(buffer.clone(), start + position * rows, rows);
        Column::from_held(Arc::new(PrimitiveArray::<T::Arrow>::new(values, None)))
    });
    Frame::new(schema, vec![Batch::new(columns.collect(), rows)?])
}

/// The values of a matrix in column-major order.
fn transposed<T: Number>(matrix: &Array2<T>, run: Runner<'_>) -> Result<Vec<T>> {
    let (rows, width) = matrix.dim();
    let mut values = vec![T::default(); rows * width];
    let step = (TASK_VALUES / width.max(1)).clamp(64, TASK_VALUES);
    let count = rows.div_ceil(step);
    let mut grid: Vec<Vec<&mut [T]>> = (0..count).map(|_| Vec::with_capacity(width)).collect();
    for column in values.chunks_mut(rows.max(1)) {
        for (block, part) in column.chunks_mut(step).enumerate() {
            grid[block].push(part);
        }
    }
    let parts: Vec<Part<Vec<&mut [T]>>> = grid.into_iter().map(Mutex::new).collect();
    run(count, &|task| {
        let mut columns = lock(&parts[task]);
        let end = rows.min((task + 1) * step);
        let block = matrix.slice_axis(Axis(0), Slice::from(task * step..end));
        for (row, values) in block.outer_iter().enumerate() {
            for (column, value) in columns.iter_mut().zip(values) {
                column[row] = *value;
            }
        }
        Ok(())
    })?;
    drop(parts);
    Ok(values)
}

/// A series with the values of a vector, whose memory it takes over unless the values are apart in memory.
pub fn series<T: Number>(name: &str, vector: Array1<T>) -> Result<Series> {
    let rows = vector.len();
    let values = match vector.is_standard_layout() {
        true => {
            let (values, start) = vector.into_raw_vec_and_offset();
            ScalarBuffer::new(Buffer::from_vec(values), start.unwrap_or(0), rows)
        }
        false => ScalarBuffer::from(vector.to_vec()),
    };
    let column = Column::from_held(Arc::new(PrimitiveArray::<T::Arrow>::new(values, None)));
    Series::new(name, column.dtype().clone(), vec![column])
}

impl Column {
    /// The values where they are, if they are of type `T` and none is null.
    pub fn as_ndarray<T: Number>(&self) -> Option<ArrayView1<'_, T>> {
        let array = self.array().as_primitive_opt::<T::Arrow>()?;
        (array.null_count() == 0).then(|| ArrayView1::from(array.values().as_ref()))
    }
}

impl Series {
    /// The values where they are, if they are of type `T`, in one chunk, and none is null.
    ///
    /// # Examples
    /// ```
    /// let frame = hypostyle::Frame::builder().column("x", [1.5, 2.5]).finish()?;
    /// let x = frame.column("x")?;
    /// assert_eq!(x.as_ndarray::<f64>().map(|values| values.sum()), Some(4.0));
    /// assert!(x.as_ndarray::<i64>().is_none());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn as_ndarray<T: Number>(&self) -> Option<ArrayView1<'_, T>> {
        match self.chunks() {
            [only] => only.as_ndarray(),
            _ => None,
        }
    }
}

impl Frame {
    /// The frame as a matrix where it is, if it is one: in one partition, all columns of type `T` without nulls, one
    /// behind the other in one piece of memory. Frames made of column-major matrices are.
    pub fn as_ndarray<T: Number>(&self) -> Option<ArrayView2<'_, T>> {
        let [batch] = self.partitions() else { return None };
        let mut columns = batch.columns().iter();
        let first = shared::<T>(columns.next()?)?;
        let bytes = batch.rows() * size_of::<T>();
        for (position, column) in columns.enumerate() {
            let values = shared::<T>(column)?;
            let expected = first.as_ptr().wrapping_add((position + 1) * bytes);
            if values.data_ptr() != first.data_ptr() || values.as_ptr() != expected {
                return None;
            }
        }
        let count = batch.rows() * self.width();
        // SAFETY: all columns lie in one allocation (the same start), each where the one before ends, so `count`
        // initialised values follow each other from the first one's start, aligned as its `ScalarBuffer` was. They are
        // immutable, and the columns that `self` holds keep them alive for the lifetime of the view.
        let values = unsafe { std::slice::from_raw_parts(first.as_ptr().cast::<T>(), count) };
        ArrayView2::from_shape((batch.rows(), self.width()).f(), values).ok()
    }
}

/// The buffer of a column of type `T` without nulls.
fn shared<T: Number>(column: &Column) -> Option<&Buffer> {
    let array = column.array().as_primitive_opt::<T::Arrow>()?;
    (array.null_count() == 0).then(|| array.values().inner())
}

/// Rows of one partition that one task copies.
struct Block {
    partition: usize,
    start: usize,
    rows: usize,
    /// The row of the frame it starts with.
    first_row: u64,
}

impl Block {
    fn column(&self, frame: &Frame, position: usize) -> Column {
        frame.partitions()[self.partition].column(position).slice(self.start, self.rows)
    }
}

fn blocks(frame: &Frame, most: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut first_row = 0;
    for (partition, batch) in frame.partitions().iter().enumerate() {
        for start in (0..batch.rows()).step_by(most) {
            let rows = most.min(batch.rows() - start);
            blocks.push(Block { partition, start, rows, first_row });
            first_row += rows as u64;
        }
    }
    blocks
}

/// The values cut into parts of these sizes.
fn parts<T>(mut values: &mut [T], sizes: impl Iterator<Item = usize>) -> Vec<Part<&mut [T]>> {
    let cut = |size| {
        let (part, rest) = std::mem::take(&mut values).split_at_mut(size);
        values = rest;
        Mutex::new(part)
    };
    sizes.map(cut).collect()
}

fn lock<P>(part: &Part<P>) -> std::sync::MutexGuard<'_, P> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands out every value, converted to `T`.
fn copy<T: Number>(column: &Column, name: &str, first_row: u64, mut put: impl FnMut(usize, T)) -> Result<()> {
    let array = cast::cast(&column.to_plain()?, &dtype::<T>()?, CastMode::Strict)
        .map_err(|error| error.operation("to_ndarray").column(name).offset_row(first_row))?;
    let array = array.as_primitive::<T::Arrow>();
    match (array.nulls(), T::MISSING) {
        (Some(nulls), Some(missing)) if nulls.null_count() > 0 => {
            for (row, (value, valid)) in array.values().iter().zip(nulls).enumerate() {
                put(row, if valid { *value } else { missing });
            }
        }
        _ => array.values().iter().enumerate().for_each(|(row, value)| put(row, *value)),
    }
    Ok(())
}

/// Refuses columns without numbers, and nulls where there is no NaN.
fn check<'a, T: Number>(name: &str, dtype: &DType, chunks: impl Iterator<Item = &'a Column>) -> Result<()> {
    let context = |error: Error| error.operation("to_ndarray").column(name);
    if !(dtype.is_numeric() || matches!(dtype, DType::Bool | DType::Null)) {
        let error = Error::type_mismatch(format!("{dtype} is no number"));
        return Err(context(error).hint("select the numeric columns, or cast it"));
    }
    if T::MISSING.is_some() {
        return Ok(());
    }
    let mut first_row = 0;
    for chunk in chunks {
        if let Some(nulls) = chunk.array().logical_nulls().filter(|nulls| nulls.null_count() > 0) {
            let row = (0..nulls.len()).find(|row| nulls.is_null(*row)).unwrap_or_default();
            let error = Error::new(ErrorKind::Cast, "null, which no integer can stand for");
            return Err(context(error.row(first_row + row as u64))
                .hint("fill the nulls, drop their rows, or ask for floats, where they become NaN"));
        }
        first_row += chunk.len() as u64;
    }
    Ok(())
}

fn dtype<T: Number>() -> Result<DType> {
    DType::from_arrow(&<T::Arrow as arrow::array::ArrowPrimitiveType>::DATA_TYPE)
}

fn size(rows: u64) -> Result<usize> {
    usize::try_from(rows).map_err(|_| too_large(rows, 1))
}

fn too_large(rows: u64, width: usize) -> Error {
    Error::new(ErrorKind::Shape, format!("{rows} × {width} values are too many for one matrix"))
}

#[cfg(test)]
#[path = "ndarray_tests.rs"]
mod tests;
