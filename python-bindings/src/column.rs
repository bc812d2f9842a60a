//! Columns on their way into a frame.

use crate::error::Answer;
use crate::{capsule, numpy, values};
use hypostyle::{DType, Error, Frame};
use pyo3::prelude::{Bound, PyAny, Python, pyclass, pymethods};

/// Values of one column, not yet in a frame.
#[pyclass(frozen, module = "hypostyle._native")]
pub struct Column {
    pub(crate) column: hypostyle::Column,
}

#[pymethods]
impl Column {
    /// A column of any iterable's values.
    #[staticmethod]
    #[pyo3(signature = (values, dtype=None, nan_as_null=true))]
    fn from_values(values: &Bound<'_, PyAny>, dtype: Option<&str>, nan_as_null: bool) -> Answer<Self> {
        let dtype = dtype.map(DType::parse).transpose()?;
        let list = values::listed(values)?;
        Ok(Column { column: values::column(&list, dtype.as_ref(), nan_as_null)? })
    }

    /// A column of an array's bytes; see `numpy.rs`.
    #[staticmethod]
    #[pyo3(signature = (values, dtype, mask=None, nan_as_null=true, owner=None))]
    fn from_bytes(
        values: &Bound<'_, PyAny>,
        dtype: &str,
        mask: Option<&Bound<'_, PyAny>>,
        nan_as_null: bool,
        owner: Option<&Bound<'_, PyAny>>,
    ) -> Answer<Self> {
        let dtype = DType::parse(dtype)?;
        Ok(Column { column: numpy::column(values, &dtype, mask, nan_as_null, owner)? })
    }

    /// A column of anything with `__arrow_c_stream__` or `__arrow_c_array__` that is not a table.
    #[staticmethod]
    fn from_arrow(py: Python<'_>, object: &Bound<'_, PyAny>) -> Answer<Self> {
        let imported = capsule::import(object)?;
        let column = py.detach(|| -> hypostyle::Result<_> {
            let frame = imported.frame(Some("value"))?;
            let mut columns = frame.to_batch()?.into_columns();
            columns.pop().ok_or_else(|| Error::internal("a frame without its column"))
        });
        Ok(Column { column: column? })
    }

    /// A column from numbers of categories (`int32`; negative: null) and the categories.
    #[staticmethod]
    fn from_codes(py: Python<'_>, codes: &Column, categories: &Column) -> Answer<Self> {
        let (codes, categories) = (codes.column.array().clone(), categories.column.array().clone());
        let coded = py.detach(|| numpy::categorical(&codes, &categories));
        Ok(Column { column: coded? })
    }

    fn __len__(&self) -> usize {
        self.column.len()
    }

    /// The name of the type.
    #[getter]
    fn dtype(&self) -> String {
        self.column.dtype().to_string()
    }
}

/// A frame of columns.
pub fn frame(names: Vec<String>, columns: &[Bound<'_, Column>]) -> Answer<Frame> {
    let mut builder = Frame::builder();
    for (name, column) in names.into_iter().zip(columns) {
        builder = builder.column(name, column.get().column.clone());
    }
    Ok(builder.finish()?)
}
