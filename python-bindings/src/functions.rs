//! What the registry knows of each function, for generated methods, docstrings and stubs.

use hypostyle::Scalar;
use hypostyle::expr::{AggregateFunction, Param, ScalarFunction, WindowFunction};
use hypostyle::functions::{AGGREGATES, SCALARS, WINDOWS};
use pyo3::prelude::{Bound, PyDictMethods, PyListMethods, PyResult, Python, pyfunction};
use pyo3::types::{PyDict, PyList};

/// One dictionary per function: kind, name, aliases, family, doc, args, variadic, params, optional.
#[pyfunction]
pub fn functions(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let listed = PyList::empty(py);
    for function in SCALARS {
        let ScalarFunction { name, aliases, family, doc, args, variadic, params, .. } = function;
        let entry = describe(py, name, aliases, doc, args, params)?;
        entry.set_item("kind", "scalar")?;
        entry.set_item("family", family)?;
        entry.set_item("variadic", variadic)?;
        listed.append(entry)?;
    }
    for function in AGGREGATES {
        let AggregateFunction { name, aliases, doc, args, params, .. } = function;
        let entry = describe(py, name, aliases, doc, args, params)?;
        entry.set_item("kind", "aggregate")?;
        entry.set_item("family", "aggregate")?;
        entry.set_item("variadic", false)?;
        listed.append(entry)?;
    }
    for function in WINDOWS {
        let WindowFunction { name, aliases, doc, args, params, optional, .. } = function;
        let entry = describe(py, name, aliases, doc, args, params)?;
        entry.set_item("kind", "window")?;
        entry.set_item("family", "window")?;
        entry.set_item("variadic", false)?;
        entry.set_item("optional", optional)?;
        listed.append(entry)?;
    }
    Ok(listed)
}

fn describe<'py>(
    py: Python<'py>,
    name: &str,
    aliases: &[&str],
    doc: &str,
    args: &[&str],
    params: &[Param],
) -> PyResult<Bound<'py, PyDict>> {
    let entry = PyDict::new(py);
    entry.set_item("name", name)?;
    entry.set_item("aliases", aliases)?;
    entry.set_item("doc", doc)?;
    entry.set_item("args", args)?;
    entry.set_item("optional", 0)?;
    let listed = PyList::empty(py);
    for param in params {
        let default =
            param.default.map(|value| crate::scalar::to_python(py, &Scalar::from(value))).transpose()?;
        let required = default.is_none();
        listed.append((param.name, required, default, param.doc))?;
    }
    entry.set_item("params", listed)?;
    Ok(entry)
}
