//! Watching and stopping queries.

use crate::error::Answer;
use crate::query::Query;
use crate::table::Table;
use hypostyle::expr::interrupt::{self, Stop};
use hypostyle::{CancelToken, Metrics, Progress};
use pyo3::prelude::{PyAnyMethods, PyRef, Python, pyclass, pyfunction, pymethods};
use std::sync::{Arc, Mutex};

/// The progress of queries that nobody watches by a handle of their own.
static PROGRESS: Mutex<Option<Progress>> = Mutex::new(None);

/// What a query that is run now counts its progress in.
pub fn current() -> Progress {
    PROGRESS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone().unwrap_or_default()
}

/// A handle of queries: how far they are, how to stop them, what their operators did.
#[pyclass(frozen, module = "hypostyle._native")]
#[derive(Default)]
pub struct Watch {
    pub(crate) cancel: CancelToken,
    pub(crate) progress: Progress,
    pub(crate) metrics: Mutex<Option<Arc<Metrics>>>,
}

#[pymethods]
impl Watch {
    #[new]
    fn new() -> Self {
        Watch::default()
    }

    /// Stops the queries, and the user's functions that they run.
    fn cancel(&self, py: Python<'_>) {
        self.cancel.cancel();
        interrupt_functions(py);
    }

    /// Partitions done, partitions known of, rows read.
    fn progress(&self) -> (usize, usize, u64) {
        (self.progress.done(), self.progress.total(), self.progress.rows())
    }

    /// Runs a query, unless it has run.
    fn collect(&self, py: Python<'_>, query: PyRef<'_, Query>) -> Answer<Table> {
        Ok(Table::new(query.frame_watched(py, self)?))
    }

    /// The operators of the query that ran last: name, rows, batches, bytes, seconds summed over threads.
    fn operators(&self) -> Vec<(String, u64, u64, u64, f64)> {
        let metrics = self.metrics.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        let operators = metrics.map(|metrics| metrics.operators()).unwrap_or_default();
        let counters = operators
            .into_iter()
            .map(|(name, of)| (name, of.rows(), of.batches(), of.bytes(), of.time().as_secs_f64()));
        counters.collect()
    }
}

/// Queries from now on count their progress in this handle; `None`: in none.
#[pyfunction]
#[pyo3(signature = (watch=None))]
pub fn watch_all(watch: Option<PyRef<'_, Watch>>) {
    let progress = watch.map(|watch| watch.progress.clone());
    *PROGRESS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = progress;
}

/// The query whose function a thread runs, for other threads to ask about.
#[pyclass(frozen, module = "hypostyle._native")]
pub struct RunningQuery(Stop);

#[pymethods]
impl RunningQuery {
    /// Of this thread.
    #[new]
    fn new() -> Self {
        RunningQuery(interrupt::here())
    }

    /// Whether it was cancelled, or holds more memory than it may.
    fn is_stopped(&self) -> bool {
        (self.0)(0).is_err()
    }
}

/// Interrupts the functions of the user that threads run for queries which were stopped.
pub fn interrupt_functions(py: Python<'_>) {
    // Without it they would go on to their end, no more: an error here has nobody to tell.
    let _ = py.import("hypostyle._calls").and_then(|calls| calls.call_method0("interrupt"));
}

/// Fails if the query was cancelled whose function this thread runs.
#[pyfunction]
pub fn check_cancelled() -> Answer<()> {
    Ok(CancelToken::check_here()?)
}
