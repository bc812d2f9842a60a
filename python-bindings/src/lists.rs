//! Columns to lists of Python values, and to texts for display.

use crate::error::Answer;
use crate::scalar;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use hypostyle::{Column, DType, Scalar};
use pyo3::prelude::{Bound, IntoPyObject, PyAny, PyListMethods, PyResult, Python};
use pyo3::types::{PyBool, PyFloat, PyList, PyString};

/// Appends a column's values to a list; null is `None`.
pub fn extend(list: &Bound<'_, PyList>, column: &Column) -> Answer<()> {
    let py = list.py();
    let array = column.to_plain()?;
    let dtype = column.dtype();
    match dtype {
        DType::Bool => {
            let array = array.as_boolean();
            append(list, array, |row| Ok(PyBool::new(py, array.value(row)).to_owned().into_any()))
        }
        DType::String => {
            let array = array.as_string_view();
            append(list, array, |row| Ok(PyString::new(py, array.value(row)).into_any()))
        }
        number if number.is_unsigned() => {
            let array = cast(&array, &DataType::UInt64)?;
            let array = array.as_primitive::<UInt64Type>();
            append(list, array, |row| Ok(array.value(row).into_pyobject(py)?.into_any()))
        }
        number if number.is_integer() => {
            let array = cast(&array, &DataType::Int64)?;
            let array = array.as_primitive::<Int64Type>();
            append(list, array, |row| Ok(array.value(row).into_pyobject(py)?.into_any()))
        }
        number if number.is_float() => {
            let array = cast(&array, &DataType::Float64)?;
            let array = array.as_primitive::<Float64Type>();
            append(list, array, |row| Ok(PyFloat::new(py, array.value(row)).into_any()))
        }
        _ => append(list, &array, |row| scalar::to_python(py, &Scalar::from_array(&array, row))),
    }
}

fn append<'py>(
    list: &Bound<'py, PyList>,
    array: &dyn Array,
    value: impl Fn(usize) -> PyResult<Bound<'py, PyAny>>,
) -> Answer<()> {
    let nulls = array.logical_nulls();
    for row in 0..array.len() {
        match nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            true => list.append(list.py().None())?,
            false => list.append(value(row)?)?,
        }
    }
    Ok(())
}

/// A column's values as text, as tables show them; null is `None`, floats stay floats.
pub fn texts<'py>(py: Python<'py>, column: &Column) -> Answer<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    let array: ArrayRef = column.to_plain()?;
    if column.dtype().is_float() {
        extend(&list, column)?;
        return Ok(list);
    }
    if *column.dtype() == DType::Interval {
        append(&list, &array, |row| {
            Ok(PyString::new(py, &Scalar::from_array(&array, row).to_string()).into_any())
        })?;
        return Ok(list);
    }
    // What is missing inside of lists; of rows that are, the caller knows.
    let options = FormatOptions::new()
        .with_null("<NA>")
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f%:z"));
    let formatter = ArrayFormatter::try_new(array.as_ref(), &options)?;
    append(&list, &array, |row| {
        let value = formatter.value(row).try_to_string().unwrap_or_else(|error| error.to_string());
        Ok(PyString::new(py, &value).into_any())
    })?;
    Ok(list)
}

/// Rows as tuples or dictionaries are made in Python; this gives the columns they are made of.
pub fn column_lists<'py>(py: Python<'py>, columns: &[Vec<Column>]) -> Answer<Bound<'py, PyList>> {
    let lists = PyList::empty(py);
    for chunks in columns {
        let list = PyList::empty(py);
        for chunk in chunks {
            extend(&list, chunk)?;
        }
        lists.append(list.as_any())?;
    }
    Ok(lists)
}
