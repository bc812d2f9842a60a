//! Settings of the process.

use crate::error::Answer;
use hypostyle::Config;
use pyo3::prelude::{Bound, PyDictMethods, PyResult, Python, pyfunction};
use pyo3::types::PyDict;

/// The current settings.
#[pyfunction]
pub fn get_settings(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let config = Config::current();
    let settings = PyDict::new(py);
    settings.set_item("threads", config.threads)?;
    settings.set_item("partition_rows", config.partition_rows)?;
    settings.set_item("join_rows", config.join_rows)?;
    settings.set_item("memory_bytes", config.memory_bytes)?;
    settings.set_item("optimize", config.optimize)?;
    settings.set_item("disabled_rules", config.disabled_rules)?;
    Ok(settings)
}

/// Changes those settings that are given.
#[pyfunction]
#[pyo3(signature = (threads=None, partition_rows=None, optimize=None, disabled_rules=None, join_rows=None, memory_bytes=None))]
pub fn set_settings(
    threads: Option<usize>,
    partition_rows: Option<usize>,
    optimize: Option<bool>,
    disabled_rules: Option<Vec<String>>,
    join_rows: Option<u64>,
    memory_bytes: Option<u64>,
) -> Answer<()> {
    let mut config = Config::current();
    config.threads = threads.unwrap_or(config.threads);
    config.partition_rows = partition_rows.unwrap_or(config.partition_rows);
    config.optimize = optimize.unwrap_or(config.optimize);
    config.disabled_rules = disabled_rules.unwrap_or(config.disabled_rules);
    if let Some(rows) = join_rows {
        config.join_rows = Some(rows).filter(|rows| *rows > 0);
    }
    if let Some(bytes) = memory_bytes {
        config.memory_bytes = Some(bytes).filter(|bytes| *bytes > 0);
    }
    Ok(config.install()?)
}
