//! Columns on their way into a frame.

use crate::error::Answer;
use crate::gil::detached;
use crate::{arrays, capsule, numpy, values};
use hypostyle::{Categories, DType, Error, Frame};
use pyo3::prelude::{Bound, PyAny, Python, pyclass, pymethods};

/// Values of one column, not yet in a frame.
#[pyclass(frozen, module = "hypostyle._native")]
pub struct Column {
    pub(crate) column: hypostyle::Column,
    /// The categories, if it is categorical.
    categories: Option<Categories>,
}

impl From<hypostyle::Column> for Column {
    fn from(column: hypostyle::Column) -> Self {
        Column { column, categories: None }
    }
}

/// The name of a type here: of categoricals without their categories.
pub fn type_name(dtype: &DType) -> String {
    match dtype {
        DType::Categorical(_) => "category".to_owned(),
        other => other.to_string(),
    }
}

#[pymethods]
impl Column {
    /// A column of any iterable's values.
    #[staticmethod]
    #[pyo3(signature = (values, dtype=None, nan_as_null=true))]
    fn from_values(values: &Bound<'_, PyAny>, dtype: Option<&str>, nan_as_null: bool) -> Answer<Self> {
        let dtype = dtype.map(DType::parse).transpose()?;
        let list = values::listed(values)?;
        Ok(values::column(&list, dtype.as_ref(), nan_as_null)?.into())
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
        Ok(numpy::column(values, &dtype, mask, nan_as_null, owner)?.into())
    }

    /// A column of anything with `__arrow_c_stream__` or `__arrow_c_array__` that is not a table.
    #[staticmethod]
    fn from_arrow(py: Python<'_>, object: &Bound<'_, PyAny>) -> Answer<Self> {
        let imported = capsule::import(object)?;
        let column = detached(py, || -> hypostyle::Result<_> {
            let frame = imported.frame(Some("value"))?;
            let categories =
                frame.schema().fields().first().and_then(|field| field.dtype.categories().cloned());
            let column = frame.to_batch()?.into_columns().pop();
            let column = column.ok_or_else(|| Error::internal("a frame without its column"))?;
            Ok(Column { column, categories })
        });
        Ok(column?)
    }

    /// A column from numbers of categories (`int32`; negative: null) and the categories: categorical, if these are text.
    #[staticmethod]
    fn from_codes(py: Python<'_>, codes: &Column, categories: &Column, ordered: bool) -> Answer<Self> {
        let (codes, values) = (codes.column.array().clone(), categories.column.to_plain()?);
        let found = detached(py, || -> hypostyle::Result<_> {
            let categories = match categories.column.dtype() {
                DType::String => Some(Categories::of_array(values.clone(), ordered)?),
                _ => None,
            };
            Ok(Column { column: numpy::categorical(&codes, &values)?, categories })
        });
        Ok(found?)
    }

    /// The values as elements of arrays, `width` in each of so many rows.
    fn in_arrays(&self, width: usize, rows: usize) -> Answer<Self> {
        Ok(arrays::of_elements(&self.column, width, rows)?.into())
    }

    fn __len__(&self) -> usize {
        self.column.len()
    }

    /// The name of the type.
    #[getter]
    fn dtype(&self) -> String {
        match &self.categories {
            Some(_) => "category".to_owned(),
            None => self.column.dtype().to_string(),
        }
    }
}

/// A frame of columns.
pub fn frame(names: Vec<String>, columns: &[Bound<'_, Column>]) -> Answer<Frame> {
    let mut builder = Frame::builder();
    for (name, column) in names.into_iter().zip(columns) {
        let Column { column, categories } = column.get();
        builder = match categories {
            Some(categories) => builder.categorical(name, column.clone(), categories.clone()),
            None => builder.column(name, column.clone()),
        };
    }
    Ok(builder.finish()?)
}
