//! NumPy's memory, in and out: values cross as bytes, so that no number type needs code of its own.
//!
//! Python hands arrays over as one-dimensional views of bytes; what the bytes mean is said by a type's name.

use crate::error::{Answer, misuse};
use crate::gil::detached;
use crate::run::is_in_task;
use arrow::alloc::Allocation;
use arrow::array::{Array, ArrayData, ArrayRef, AsArray, BooleanArray, make_array};
use arrow::buffer::{BooleanBuffer, Buffer as ArrowBuffer, NullBuffer, ScalarBuffer};
use hypostyle::exec::pool::pool;
use hypostyle::{Column, Config, DType, Error, Result};
use pyo3::buffer::PyBuffer;
use pyo3::prelude::{Bound, Py, PyAny, PyDictMethods, PyResult, Python, pyclass, pymethods};
use pyo3::types::PyDict;
use std::ptr::NonNull;
use std::sync::Arc;

/// Bytes that a Python object owns, shared with Arrow.
struct Owner {
    _kept: [Py<PyAny>; 2],
}

impl std::panic::RefUnwindSafe for Owner {}

/// A contiguous array of bytes.
fn bytes(array: &Bound<'_, PyAny>) -> PyResult<PyBuffer<u8>> {
    let buffer = PyBuffer::<u8>::get(array)?;
    match buffer.is_c_contiguous() {
        true => Ok(buffer),
        false => Err(misuse("a contiguous array is expected").into()),
    }
}

fn start(buffer: &PyBuffer<u8>) -> NonNull<u8> {
    NonNull::new(buffer.buf_ptr().cast()).unwrap_or(NonNull::<u128>::dangling().cast())
}

/// A column of an array's bytes.
///
/// With an `owner` the memory is shared, and must not change as long as the owner lives; otherwise it is copied. `mask` has a byte per row that is not
/// zero where the row is null. With `nan_as_null`, NaN of floats and the smallest integer of times are null too.
pub fn column(
    values: &Bound<'_, PyAny>,
    dtype: &DType,
    mask: Option<&Bound<'_, PyAny>>,
    nan_as_null: bool,
    owner: Option<&Bound<'_, PyAny>>,
) -> Answer<Column> {
    let py = values.py();
    let view = bytes(values)?;
    let buffer = match owner {
        // SAFETY: the memory is the array's, which `Owner` keeps alive; the caller vouches that nobody writes to it.
        Some(owner) => unsafe {
            let kept = [values.clone().unbind(), owner.clone().unbind()];
            let owner: Arc<dyn Allocation> = Arc::new(Owner { _kept: kept });
            ArrowBuffer::from_custom_allocation(start(&view), view.len_bytes(), owner)
        },
        None => {
            // SAFETY: the view describes live memory, and the interpreter lock keeps writers away.
            let held = unsafe { std::slice::from_raw_parts(start(&view).as_ptr(), view.len_bytes()) };
            ArrowBuffer::from(held)
        }
    };
    let mask = mask.map(|mask| bytes(mask)?.to_vec(py)).transpose()?;
    Ok(detached(py, || build(buffer, dtype, mask, nan_as_null))?)
}

fn build(buffer: ArrowBuffer, dtype: &DType, mask: Option<Vec<u8>>, nan_as_null: bool) -> Result<Column> {
    let mask = mask.map(|mask| BooleanBuffer::collect_bool(mask.len(), |row| mask[row] == 0));
    if *dtype == DType::Bool {
        let values = packed(&buffer);
        return Column::new(Arc::new(BooleanArray::new(values, mask.and_then(some_nulls))));
    }
    let held = dtype.to_arrow();
    let width = held.primitive_width().ok_or_else(|| Error::internal(format!("{dtype} as plain bytes")))?;
    let rows = buffer.len() / width;
    let present = match (mask, nan_as_null) {
        (Some(mask), _) => Some(mask),
        (None, true) => present(&buffer, dtype, rows),
        (None, false) => None,
    };
    let data = ArrayData::builder(held)
        .len(rows)
        .add_buffer(buffer)
        .nulls(present.and_then(some_nulls))
        .align_buffers(true)
        .build()?;
    Column::new(make_array(data))
}

/// A bit per byte: whether the byte is not 0.
fn packed(bytes: &[u8]) -> BooleanBuffer {
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut bits = Vec::with_capacity(bytes.len().div_ceil(8));
    bits.extend(eights.iter().map(|eight| {
        // The lowest bit of each byte says whether the byte is 0; the product gathers them in the highest byte.
        let ones = u64::from_le_bytes(eight.map(|byte| u8::from(byte != 0)));
        (ones.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
    }));
    if !rest.is_empty() {
        bits.push(rest.iter().enumerate().fold(0, |bits, (i, byte)| bits | u8::from(*byte != 0) << i));
    }
    BooleanBuffer::new(bits.into(), 0, bytes.len())
}

fn some_nulls(present: BooleanBuffer) -> Option<NullBuffer> {
    Some(NullBuffer::new(present)).filter(|nulls| nulls.null_count() > 0)
}

/// Which rows hold something else than NaN or not-a-time.
fn present(buffer: &ArrowBuffer, dtype: &DType, rows: usize) -> Option<BooleanBuffer> {
    match dtype {
        DType::Float32 => {
            let values = ScalarBuffer::<f32>::new(buffer.clone(), 0, rows);
            Some(BooleanBuffer::collect_bool(rows, |row| !values[row].is_nan()))
        }
        DType::Float64 => {
            let values = ScalarBuffer::<f64>::new(buffer.clone(), 0, rows);
            Some(BooleanBuffer::collect_bool(rows, |row| !values[row].is_nan()))
        }
        DType::Timestamp(..) | DType::Duration(_) => {
            let values = ScalarBuffer::<i64>::new(buffer.clone(), 0, rows);
            Some(BooleanBuffer::collect_bool(rows, |row| values[row] != i64::MIN))
        }
        _ => None,
    }
}

/// One column to be written into NumPy's memory.
pub struct Target {
    /// The column's chunks, in order.
    pub chunks: Vec<Column>,
    /// Where the values go.
    pub values: PyBuffer<u8>,
    /// Where a byte per row goes: 1 for null.
    pub mask: Option<PyBuffer<u8>>,
}

/// A chunk and the addresses its bytes go to.
struct Copy {
    chunk: Column,
    values: *mut u8,
    mask: Option<*mut u8>,
}

// SAFETY: the addresses are of distinct, live ranges; each is written by one thread.
unsafe impl Send for Copy {}

/// Writes columns into NumPy's memory, on all threads. A null becomes NaN in floats, not-a-time in times, 0 elsewhere.
pub fn fill(py: Python<'_>, targets: &[Target]) -> Answer<()> {
    let mut copies = Vec::new();
    for target in targets {
        let rows: usize = target.chunks.iter().map(Column::len).sum();
        let width = width(&target.chunks);
        let fits = |buffer: &PyBuffer<u8>, bytes: usize| {
            buffer.is_c_contiguous() && !buffer.readonly() && buffer.len_bytes() == bytes
        };
        if !fits(&target.values, rows * width) || !target.mask.as_ref().is_none_or(|mask| fits(mask, rows)) {
            return Err(misuse("an array of the column's size is expected"));
        }
        let mut row = 0;
        for chunk in &target.chunks {
            let at = |buffer: &PyBuffer<u8>, offset| buffer.buf_ptr().cast::<u8>().wrapping_add(offset);
            copies.push(Copy {
                chunk: chunk.clone(),
                values: at(&target.values, row * width),
                mask: target.mask.as_ref().map(|mask| at(mask, row)),
            });
            row += chunk.len();
        }
    }
    let threads = if is_in_task() { 1 } else { Config::current().threads };
    Ok(detached(py, || {
        if threads == 1 || copies.len() == 1 {
            return copies.iter().try_for_each(Copy::write);
        }
        let failed = std::sync::Mutex::new(None);
        pool(threads)?.scope(|scope| {
            for copy in copies {
                let failed = &failed;
                scope.spawn(move |_| {
                    if let Err(error) = copy.write() {
                        *failed.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(error);
                    }
                });
            }
        });
        let failed = failed.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        failed.map_or(Ok(()), Err)
    })?)
}

/// Bytes of a value in NumPy's memory.
fn width(chunks: &[Column]) -> usize {
    chunks.first().and_then(|chunk| chunk.array().data_type().primitive_width()).unwrap_or(1)
}

impl Copy {
    fn write(&self) -> Result<()> {
        let array = self.chunk.array();
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        // SAFETY: `fill` checked that these ranges lie inside arrays that live until it returns, and no other copy
        // has them.
        let out = unsafe {
            std::slice::from_raw_parts_mut(
                self.values,
                array.len() * width(std::slice::from_ref(&self.chunk)),
            )
        };
        if let Some(mask) = self.mask {
            // SAFETY: as above.
            let mask = unsafe { std::slice::from_raw_parts_mut(mask, array.len()) };
            match &nulls {
                None => mask.fill(0),
                Some(nulls) => {
                    mask.iter_mut().zip(nulls.iter()).for_each(|(byte, valid)| *byte = u8::from(!valid))
                }
            }
        }
        if *self.chunk.dtype() == DType::Bool {
            let values = array.as_boolean();
            out.iter_mut().zip(values.values().iter()).for_each(|(byte, value)| *byte = u8::from(value));
            return Ok(());
        }
        out.copy_from_slice(raw(array)?);
        let Some(nulls) = nulls else { return Ok(()) };
        match self.chunk.dtype() {
            DType::Float32 => mark(out, &nulls, f32::NAN.to_ne_bytes()),
            DType::Float64 => mark(out, &nulls, f64::NAN.to_ne_bytes()),
            DType::Timestamp(..) | DType::Duration(_) => mark(out, &nulls, i64::MIN.to_ne_bytes()),
            _ => match width(std::slice::from_ref(&self.chunk)) {
                1 => mark(out, &nulls, [0; 1]),
                2 => mark(out, &nulls, [0; 2]),
                4 => mark(out, &nulls, [0; 4]),
                _ => mark(out, &nulls, [0; 8]),
            },
        }
        Ok(())
    }
}

/// Writes what stands for null where there is null.
fn mark<const WIDTH: usize>(out: &mut [u8], nulls: &NullBuffer, missing: [u8; WIDTH]) {
    let (values, _) = out.as_chunks_mut::<WIDTH>();
    for row in (!nulls.inner()).set_indices() {
        values[row] = missing;
    }
}

/// The bytes of the values of a primitive array.
fn raw(array: &ArrayRef) -> Result<&[u8]> {
    let data_type = array.data_type();
    let width =
        data_type.primitive_width().ok_or_else(|| Error::internal(format!("{data_type} as plain bytes")))?;
    let data = array.to_data();
    let bytes = &data.buffers()[0].as_slice()[data.offset() * width..][..array.len() * width];
    // SAFETY: the buffer is the array's own, which outlives the returned slice.
    Ok(unsafe { std::slice::from_raw_parts(bytes.as_ptr(), bytes.len()) })
}

/// Values that NumPy can look at without a copy: `numpy.asarray(buffer)` is read-only and keeps them alive.
#[pyclass(frozen, module = "hypostyle._native")]
pub struct Buffer {
    array: ArrayRef,
    typestr: String,
}

impl Buffer {
    /// The values of a column of numbers or times without nulls in one chunk; `None` for any other column.
    pub fn new(chunks: &[Column], typestr: String) -> Option<Buffer> {
        let [chunk] = chunks else { return None };
        let array = chunk.array();
        let plain = array.data_type().is_primitive() && array.null_count() == 0;
        plain.then(|| Buffer { array: array.clone(), typestr })
    }
}

#[pymethods]
impl Buffer {
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyDict>> {
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("typestr", &self.typestr)?;
        interface.set_item("shape", (self.array.len(),))?;
        interface.set_item("data", (raw(&self.array)?.as_ptr() as usize, true))?;
        Ok(interface)
    }
}

/// Values from numbers of categories; a missing number is null, and so is a negative one.
pub fn categorical(codes: &ArrayRef, categories: &ArrayRef) -> Result<Column> {
    let codes = codes.as_primitive::<arrow::datatypes::Int32Type>();
    let present =
        BooleanBuffer::collect_bool(codes.len(), |row| codes.is_valid(row) && codes.value(row) >= 0);
    let keys: Vec<u32> = codes.values().iter().map(|code| u32::try_from(*code).unwrap_or(0)).collect();
    let keys = arrow::array::UInt32Array::new(keys.into(), some_nulls(present));
    if Column::new(categories.clone())?.dtype() != &DType::String {
        return Column::new(arrow::compute::take(categories, &keys, None)?);
    }
    Column::new(Arc::new(arrow::array::DictionaryArray::try_new(keys, categories.clone())?))
}

/// The address of a column's values; of strings, of their first buffer of text.
pub fn address(column: &Column) -> usize {
    use arrow::array::Array;
    let data = column.array().to_data();
    let position = usize::from(column.array().data_type() == &arrow::datatypes::DataType::Utf8View);
    data.buffers().get(position).map_or(0, |buffer| buffer.as_ptr() as usize)
}
