//! Lists of Python values to columns: the type is taken from the values.

use crate::error::{Answer, Raised, type_name};
use crate::scalar;
use arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, StringViewBuilder,
};
use arrow::compute::concat;
use hypostyle::{Column, DType, Error, ErrorKind, Scalar, common};
use pyo3::prelude::{Bound, PyAny, PyAnyMethods, PyErr};
use pyo3::types::{
    PyBool, PyBoolMethods, PyFloat, PyFloatMethods, PyInt, PyList, PyListMethods, PyString, PyStringMethods,
};
use std::sync::Arc;

/// The column of a list's values; `None`, pandas' `NA` and `NaT` are null, and so is NaN if `nan_as_null`.
///
/// # Errors
/// `Type` naming the row and the value that does not fit those before.
pub fn column(values: &Bound<'_, PyList>, dtype: Option<&DType>, nan_as_null: bool) -> Answer<Column> {
    let array = match plain(values, nan_as_null)? {
        Some(array) => array,
        None => mixed(values, nan_as_null)?,
    };
    let column = Column::new(array)?;
    match dtype {
        Some(dtype) if column.dtype() != dtype => {
            Ok(Column::new(hypostyle::kernels::cast::cast(column.array(), dtype, Default::default())?)?)
        }
        _ => Ok(column),
    }
}

/// Bools, integers, floats, integers among floats, and strings; `None` if there is anything else.
fn plain(values: &Bound<'_, PyList>, nan_as_null: bool) -> Answer<Option<ArrayRef>> {
    let Some(first) = values.iter().find(|value| !value.is_none()) else {
        return Ok(Some(arrow::array::new_null_array(&arrow::datatypes::DataType::Null, values.len())));
    };
    if first.is_instance_of::<PyString>() {
        return strings(values);
    }
    if first.is_instance_of::<PyBool>() {
        let mut built = Vec::with_capacity(values.len());
        for value in values.iter() {
            match value.cast::<PyBool>() {
                Ok(value) => built.push(Some(value.is_true())),
                Err(_) if value.is_none() => built.push(None),
                Err(_) => return Ok(None),
            }
        }
        return Ok(Some(Arc::new(BooleanArray::from(built))));
    }
    if first.is_instance_of::<PyInt>()
        && let Some(array) = integers(values)?
    {
        return Ok(Some(array));
    }
    if first.is_instance_of::<PyInt>() || first.is_instance_of::<PyFloat>() {
        return floats(values, nan_as_null);
    }
    Ok(None)
}

fn integers(values: &Bound<'_, PyList>) -> Answer<Option<ArrayRef>> {
    let mut built: Vec<Option<i64>> = Vec::with_capacity(values.len());
    for value in values.iter() {
        if value.is_none() {
            built.push(None);
        } else if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
            return Ok(None);
        } else {
            match value.extract::<i64>() {
                Ok(value) => built.push(Some(value)),
                Err(_) => return Ok(None),
            }
        }
    }
    Ok(Some(Arc::new(Int64Array::from(built))))
}

fn floats(values: &Bound<'_, PyList>, nan_as_null: bool) -> Answer<Option<ArrayRef>> {
    let mut built: Vec<Option<f64>> = Vec::with_capacity(values.len());
    let mut whole = true;
    for value in values.iter() {
        if value.is_none() {
            built.push(None);
        } else if let Ok(value) = value.cast::<PyFloat>() {
            whole = false;
            built.push(Some(value.value()).filter(|value| !(nan_as_null && value.is_nan())));
        } else if value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() {
            match value.extract::<i64>() {
                Ok(value) => built.push(Some(value as f64)),
                Err(_) => return Ok(None),
            }
        } else {
            return Ok(None);
        }
    }
    // Integers beyond 64 bits signed alone are no floats.
    Ok((!whole).then(|| Arc::new(Float64Array::from(built)) as ArrayRef))
}

fn strings(values: &Bound<'_, PyList>) -> Answer<Option<ArrayRef>> {
    let mut builder = StringViewBuilder::with_capacity(values.len());
    for value in values.iter() {
        match value.cast::<PyString>() {
            Ok(value) => builder.append_value(value.to_cow()?),
            Err(_) if value.is_none() || is_missing(&value) => builder.append_null(),
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(Arc::new(builder.finish())))
}

/// NaN among strings, as pandas' object columns hold it; `NA` and `NaT`.
fn is_missing(value: &Bound<'_, PyAny>) -> bool {
    match value.cast::<PyFloat>() {
        Ok(value) => value.value().is_nan(),
        Err(_) => matches!(type_name(value).as_str(), "NAType" | "NaTType"),
    }
}

/// Everything else: dates, times, decimals, lists, mixtures of numbers.
fn mixed(values: &Bound<'_, PyList>, nan_as_null: bool) -> Answer<ArrayRef> {
    let mut scalars = Vec::with_capacity(values.len());
    let mut dtype = DType::Null;
    let unsigned = unsigned(values);
    for (row, value) in values.iter().enumerate() {
        let located = |raised: Raised| match raised {
            Raised::Engine(error) => Raised::Engine(error.row(row as u64)),
            other => other,
        };
        let mut scalar = scalar::from_python(&value).map_err(located)?;
        if let Scalar::Float(number) = scalar
            && number.is_nan()
            && (nan_as_null || !matches!(dtype, DType::Null) && !dtype.is_float())
        {
            scalar = Scalar::Null;
        }
        if let (true, Scalar::Int(whole)) = (unsigned, &scalar) {
            scalar = Scalar::UInt(whole.unsigned_abs());
        }
        let found = scalar.dtype();
        let common = match (&dtype, &found) {
            (DType::Bool, other) | (other, DType::Bool) if other.is_numeric() => None,
            _ => common(&dtype, &found),
        };
        dtype = common.ok_or_else(|| {
            let text = value.repr().and_then(|text| text.extract::<String>()).unwrap_or_default();
            let error = Error::type_mismatch(format!("{found} among values of {dtype}"));
            error.row(row as u64).value(text).hint("a column holds values of one type")
        })?;
        scalars.push(scalar);
    }
    build(&scalars, &dtype)
}

/// Whether all values are integers that together need `uint64`.
fn unsigned(values: &Bound<'_, PyList>) -> bool {
    let holds = |value: &Bound<'_, PyAny>| {
        value.is_none()
            || value.is_instance_of::<PyInt>()
                && !value.is_instance_of::<PyBool>()
                && value.extract::<u64>().is_ok()
    };
    values.iter().all(|value| holds(&value))
}

fn build(scalars: &[Scalar], dtype: &DType) -> Answer<ArrayRef> {
    let counts = |of: &dyn Fn(&Scalar) -> Option<i64>| -> ArrayRef {
        Arc::new(scalars.iter().map(of).collect::<Int64Array>())
    };
    let held = dtype.to_arrow();
    Ok(match dtype {
        DType::Date => {
            let days = counts(&|value| match value {
                Scalar::Date(days) => Some((*days).into()),
                _ => None,
            });
            let days = arrow::compute::cast(&days, &arrow::datatypes::DataType::Int32)?;
            arrow::compute::cast(&days, &held)?
        }
        DType::Time => {
            let nanos = counts(&|value| match value {
                Scalar::Time(nanos) => Some(*nanos),
                _ => None,
            });
            arrow::compute::cast(&nanos, &held)?
        }
        DType::Decimal(_, scale) => {
            let mut built = Vec::with_capacity(scalars.len());
            for (row, value) in scalars.iter().enumerate() {
                let (digits, own) = match value {
                    Scalar::Decimal(digits, own) => (*digits, *own),
                    Scalar::Int(whole) => (i128::from(*whole), 0),
                    Scalar::UInt(whole) => (i128::from(*whole), 0),
                    _ => {
                        built.push(None);
                        continue;
                    }
                };
                let zeros = u32::try_from(scale - own).ok().and_then(|zeros| 10i128.checked_pow(zeros));
                let whole = zeros.and_then(|zeros| digits.checked_mul(zeros));
                let Some(whole) = whole.filter(|whole| whole.unsigned_abs() < 10u128.pow(38)) else {
                    let text =
                        format!("more than 38 digits, {scale} of them after the point as in other rows");
                    let error = Error::new(ErrorKind::Cast, text).row(row as u64);
                    return Err(error.value(value.to_string()).into());
                };
                built.push(Some(whole));
            }
            Arc::new(Decimal128Array::from(built).with_data_type(held))
        }
        _ => {
            let parts = scalars
                .iter()
                .enumerate()
                .map(|(row, value)| value.to_array(dtype, 1).map_err(|error| error.row(row as u64)));
            let parts: Vec<ArrayRef> = parts.collect::<hypostyle::Result<_>>()?;
            let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
            concat(&parts)?
        }
    })
}

/// A Python list of any iterable.
///
/// # Errors
/// `TypeError` if the object is not iterable.
pub fn listed<'py>(values: &Bound<'py, PyAny>) -> Result<Bound<'py, PyList>, PyErr> {
    match values.cast::<PyList>() {
        Ok(list) => Ok(list.clone()),
        Err(_) => PyList::new(values.py(), values.try_iter()?.collect::<Result<Vec<_>, _>>()?),
    }
}
