//! Compiled functions of the user, called on the columns' memory from the engine's threads, without the interpreter lock.
//!
//! Two kinds of addresses come from Python: of a loop over rows, which a compiler made of the user's function, and of a
//! function of one row's values. Rows in which an argument is null are not computed; their result is null.

use crate::column::Column as PyColumn;
use crate::error::{Answer, misuse, stash};
use crate::expr::{Expr, exprs};
use crate::gil::attached;
use crate::run::in_task;
use arrow::array::{Array, ArrayData, ArrayRef, BooleanArray, UInt32Array, make_array};
use arrow::buffer::{BooleanBuffer, Buffer, MutableBuffer, NullBuffer};
use arrow::compute::{cast, filter, take};
use arrow::datatypes::DataType;
use hypostyle::{Column, DType, Error, Result, map_columns};
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyErr, pyfunction};
use std::ffi::c_void;
use std::sync::Arc;

/// What a loop returns if the user's function failed in one of its rows.
const FAILED: isize = 1;

/// Where a user's function is and what it takes.
struct Code {
    address: usize,
    /// A letter per argument, and one of the result, of a function of one row; none of a loop.
    shape: Option<String>,
    /// The types in which arguments and result lie in memory: truth values as bytes.
    result: DataType,
}

/// The expression of a compiled function of columns, which have the types the function takes. `blame` is called with the
/// columns of a batch in which the function failed and raises what it raised; it also keeps the code alive.
#[pyfunction]
pub fn call_compiled(
    name: &str,
    address: usize,
    shape: Option<String>,
    args: Vec<Bound<'_, Expr>>,
    result: &str,
    blame: Py<PyAny>,
) -> Answer<Expr> {
    if address == 0 || args.is_empty() || args.len() > 6 {
        return Err(misuse("a compiled function has an address and one to six arguments"));
    }
    let output = DType::parse(result)?;
    let held = output.to_arrow();
    let code = Code { address, shape, result: held };
    code.check(args.len())?;
    let note = format!("raised in {name}");
    let call = move |columns: &[Column]| {
        let arrays = columns.iter().map(Column::to_plain).collect::<Result<Vec<_>>>()?;
        match code.run(&arrays)? {
            Some(array) => Column::new(array),
            None => attached(|py| {
                let called = || -> std::result::Result<(), PyErr> {
                    let parts = columns.iter().map(|column| PyColumn::from(column.clone()));
                    blame.bind(py).call1((parts.collect::<Vec<_>>(),)).map(|_| ())
                };
                Err(match in_task(called) {
                    Err(error) => stash(py, error, &note),
                    Ok(()) => {
                        Error::internal("a compiled function failed, and did not when it was called again")
                    }
                })
            }),
        }
    };
    Ok(map_columns(exprs(&args), name, output, call).into())
}

impl Code {
    fn check(&self, args: usize) -> Answer<()> {
        let Some(shape) = &self.shape else { return Ok(()) };
        let (letters, result) = shape.split_at_checked(args).unwrap_or_default();
        let same = letters.chars().all(|letter| letters.starts_with(letter));
        match same
            && args <= 4
            && SHAPES.contains(&format!("{}{result}", &letters[..letters.len().min(1)]).as_str())
        {
            true => Ok(()),
            false => Err(misuse("a function of one row takes one to four numbers of one type")),
        }
    }

    /// The results of a batch; `None` if the function failed.
    fn run(&self, arrays: &[ArrayRef]) -> Result<Option<ArrayRef>> {
        let nulls = arrays.iter().fold(None, |all, array| NullBuffer::union(all.as_ref(), array.nulls()));
        let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
        let present = nulls.as_ref().map(|nulls| BooleanArray::new(nulls.inner().clone(), None));
        let held =
            arrays.iter().map(|array| in_memory(array, present.as_ref())).collect::<Result<Vec<_>>>()?;
        let count = held.first().map_or(0, |data| data.len());
        let bytes = matches!(self.result, DataType::Boolean);
        let width = if bytes { 1 } else { width_of(&self.result)? };
        let mut out = MutableBuffer::from_len_zeroed(count * width);
        let pointers = held.iter().map(start).collect::<Result<Vec<_>>>()?;
        if count > 0 && !self.call(&pointers, out.as_mut_ptr().cast(), count)? {
            return Ok(None);
        }
        let made: ArrayRef = match bytes {
            true => {
                let bytes = out.as_slice();
                Arc::new(BooleanArray::new(BooleanBuffer::collect_bool(count, |row| bytes[row] != 0), None))
            }
            false => {
                let data = ArrayData::builder(self.result.clone()).len(count).add_buffer(Buffer::from(out));
                make_array(data.build()?)
            }
        };
        let Some(nulls) = nulls else { return Ok(Some(made)) };
        let mut next = 0;
        let places = nulls.iter().map(|valid| {
            let place = valid.then_some(next);
            next += u32::from(valid);
            place
        });
        Ok(Some(take(&made, &places.collect::<UInt32Array>(), None)?))
    }

    /// Whether the function went through all rows.
    fn call(&self, args: &[*const c_void], out: *mut c_void, count: usize) -> Result<bool> {
        match &self.shape {
            // SAFETY: the address is that of a loop over this many arguments, which the compiler was told lie there in
            // this type, `count` of them, as `in_memory` made them; `out` has room for as many results.
            None => Ok(unsafe { call_loop(self.address, args, out, count) }? != FAILED),
            Some(shape) => {
                // SAFETY: the address is that of a function of this shape, by its own declaration; memory as above.
                unsafe { call_rows(self.address, shape, args, out, count) }?;
                Ok(true)
            }
        }
    }
}

/// The rows that take part, truth values as bytes.
fn in_memory(array: &ArrayRef, present: Option<&BooleanArray>) -> Result<ArrayData> {
    let array = match present {
        Some(present) => filter(array, present)?,
        None => array.clone(),
    };
    Ok(match array.data_type() {
        DataType::Boolean => cast(&array, &DataType::UInt8)?.to_data(),
        _ => array.to_data(),
    })
}

fn width_of(dtype: &DataType) -> Result<usize> {
    dtype.primitive_width().ok_or_else(|| Error::internal(format!("{dtype} in a compiled function")))
}

/// Where an array's values begin.
fn start(data: &ArrayData) -> Result<*const c_void> {
    let width = width_of(data.data_type())?;
    let bytes = data.buffers().first().and_then(|buffer| buffer.get(data.offset() * width..));
    Ok(bytes.ok_or_else(|| Error::internal("an array without values"))?.as_ptr().cast())
}

type In = *const c_void;
type Out = *mut c_void;

/// Calls a loop over rows.
///
/// # Safety
/// The address is that of a C function of as many pointers as there are arguments, one for results and a count; they point
/// to as many values of the types it expects.
unsafe fn call_loop(address: usize, args: &[In], out: Out, count: usize) -> Result<isize> {
    let count = isize::try_from(count).map_err(|_| Error::internal("too many rows in a batch"))?;
    let code = address as *const ();
    macro_rules! call {
        ($($place:literal: $kind:ty),+) => {{
            // SAFETY: what the caller promises; a function's address is a pointer.
            let run: extern "C" fn($($kind,)+ Out, isize) -> isize = unsafe { std::mem::transmute(code) };
            run($(args[$place],)+ out, count)
        }};
    }
    Ok(match args.len() {
        1 => call!(0: In),
        2 => call!(0: In, 1: In),
        3 => call!(0: In, 1: In, 2: In),
        4 => call!(0: In, 1: In, 2: In, 3: In),
        5 => call!(0: In, 1: In, 2: In, 3: In, 4: In),
        6 => call!(0: In, 1: In, 2: In, 3: In, 4: In, 5: In),
        other => return Err(Error::internal(format!("{other} arguments of a compiled function"))),
    })
}

/// The letters of an argument and of the result, as in Python's `struct`: `d` float64, `f` float32, `q` int64, `i` int32, `?` bool.
const SHAPES: [&str; 8] = ["dd", "dq", "di", "d?", "ff", "qq", "qd", "ii"];

/// Calls a function of one row for each of them.
///
/// # Safety
/// The address is that of a C function of the shape; pointers are to as many values of those types.
unsafe fn call_rows(address: usize, shape: &str, args: &[In], out: Out, count: usize) -> Result<()> {
    let code = address as *const ();
    macro_rules! each {
        ($argument:ty, $result:ty, $($place:literal: $kind:ty),+) => {{
            // SAFETY: what the caller promises; a function's address is a pointer.
            let run: extern "C" fn($($kind),+) -> $result = unsafe { std::mem::transmute(code) };
            let out = out.cast::<$result>();
            for row in 0..count {
                // SAFETY: there are `count` values behind each pointer.
                unsafe { *out.add(row) = run($(*args[$place].cast::<$argument>().add(row)),+) };
            }
        }};
    }
    macro_rules! typed {
        ($argument:ty, $result:ty) => {
            match args.len() {
                1 => each!($argument, $result, 0: $argument),
                2 => each!($argument, $result, 0: $argument, 1: $argument),
                3 => each!($argument, $result, 0: $argument, 1: $argument, 2: $argument),
                4 => each!($argument, $result, 0: $argument, 1: $argument, 2: $argument, 3: $argument),
                other => return Err(Error::internal(format!("{other} arguments of a function of one row"))),
            }
        };
    }
    match (shape.as_bytes().first(), shape.as_bytes().last()) {
        (Some(b'd'), Some(b'd')) => typed!(f64, f64),
        (Some(b'd'), Some(b'q')) => typed!(f64, i64),
        (Some(b'd'), Some(b'i')) => typed!(f64, i32),
        (Some(b'd'), Some(b'?')) => typed!(f64, u8),
        (Some(b'f'), Some(b'f')) => typed!(f32, f32),
        (Some(b'q'), Some(b'q')) => typed!(i64, i64),
        (Some(b'q'), Some(b'd')) => typed!(i64, f64),
        (Some(b'i'), Some(b'i')) => typed!(i32, i32),
        _ => return Err(Error::internal(format!("no function of the shape {shape:?}"))),
    }
    Ok(())
}
