//! Settings of the process, and of a block of code of one thread.

use crate::error::Answer;
use hypostyle::Config;
use pyo3::prelude::{Bound, PyDictMethods, PyResult, Python, pyfunction};
use pyo3::types::PyDict;
use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a block of code sets for the queries that its thread starts.
#[derive(Clone, Copy)]
struct Scope {
    number: u64,
    threads: Option<usize>,
    /// Zero: no limit.
    memory_bytes: Option<u64>,
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static SCOPES: RefCell<Vec<Scope>> = const { RefCell::new(Vec::new()) };
}

/// The settings for a query that this thread starts.
pub fn current() -> Config {
    let mut config = Config::current();
    SCOPES.with_borrow(|scopes| {
        for scope in scopes {
            config.threads = scope.threads.unwrap_or(config.threads);
            if let Some(bytes) = scope.memory_bytes {
                config.memory_bytes = Some(bytes).filter(|bytes| *bytes > 0);
            }
        }
    });
    config
}

/// Begins a block of code of this thread with settings of its own; its number.
#[pyfunction]
#[pyo3(signature = (threads=None, memory_bytes=None))]
pub fn enter_settings(threads: Option<usize>, memory_bytes: Option<u64>) -> u64 {
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    SCOPES.with_borrow_mut(|scopes| scopes.push(Scope { number, threads, memory_bytes }));
    number
}

/// Ends the block of this number; those of tasks of one thread need not end in the order in which they began.
#[pyfunction]
pub fn leave_settings(number: u64) {
    SCOPES.with_borrow_mut(|scopes| scopes.retain(|scope| scope.number != number));
}

/// The current settings.
#[pyfunction]
pub fn get_settings(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let config = current();
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
