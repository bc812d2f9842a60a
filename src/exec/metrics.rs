//! Rows, time and bytes per operator, and the progress of a query.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Counters of one operator.
#[derive(Debug, Default)]
pub struct OperatorMetrics {
    rows: AtomicU64,
    bytes: AtomicU64,
    batches: AtomicU64,
    nanos: AtomicU64,
}

impl OperatorMetrics {
    /// Adds a batch that the operator gave.
    pub fn add_batch(&self, rows: usize, bytes: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds time that a thread spent in the operator.
    pub fn add_time(&self, time: Duration) {
        self.nanos.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }

    /// Rows given.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Bytes that the given rows take (dictionaries counted in each batch).
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Batches given.
    pub fn batches(&self) -> u64 {
        self.batches.load(Ordering::Relaxed)
    }

    /// Time spent, summed over threads.
    pub fn time(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Ordering::Relaxed))
    }
}

/// Everything measured of one query.
#[derive(Debug, Default)]
pub struct Metrics {
    operators: Mutex<Vec<(String, Arc<OperatorMetrics>)>>,
    tasks: AtomicUsize,
    progress: Progress,
    warnings: Mutex<Vec<String>>,
}

/// How far a query is. Cloning shares the counters.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<(AtomicUsize, AtomicUsize, AtomicU64)>);

impl Progress {
    /// Partitions done.
    pub fn done(&self) -> usize {
        self.0.0.load(Ordering::Relaxed)
    }

    /// Partitions of the pipelines started so far.
    pub fn total(&self) -> usize {
        self.0.1.load(Ordering::Relaxed)
    }

    /// Rows read from sources so far.
    pub fn rows(&self) -> u64 {
        self.0.2.load(Ordering::Relaxed)
    }

    pub(crate) fn expect(&self, partitions: usize) {
        self.0.1.fetch_add(partitions, Ordering::Relaxed);
    }

    pub(crate) fn advance(&self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn add_rows(&self, rows: usize) {
        self.0.2.fetch_add(rows as u64, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Metrics whose progress can be watched through `progress`.
    pub fn new(progress: Progress) -> Arc<Self> {
        Arc::new(Metrics { progress, ..Metrics::default() })
    }

    /// Counters for one more operator.
    pub fn operator(&self, name: String) -> Arc<OperatorMetrics> {
        let metrics = Arc::new(OperatorMetrics::default());
        let mut operators = self.operators.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        operators.push((name, metrics.clone()));
        metrics
    }

    /// Every operator with its counters, in order of execution.
    pub fn operators(&self) -> Vec<(String, Arc<OperatorMetrics>)> {
        self.operators.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// What the user should know although nothing failed: types that turned out too narrow and were widened.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Adds warnings.
    pub fn warn(&self, warnings: &[String]) {
        let mut held = self.warnings.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        held.extend_from_slice(warnings);
    }

    /// Number of tasks the query was cut into.
    pub fn tasks(&self) -> usize {
        self.tasks.load(Ordering::Relaxed)
    }

    pub(crate) fn add_tasks(&self, count: usize) {
        self.tasks.fetch_add(count, Ordering::Relaxed);
    }

    /// How far the query is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>12} {:>8} {:>10} {:>11}  operator", "rows", "batches", "bytes", "time")?;
        for (name, metrics) in self.operators() {
            let bytes = human_bytes(metrics.bytes());
            let time = format!("{:.3} ms", metrics.time().as_secs_f64() * 1e3);
            writeln!(f, "{:>12} {:>8} {bytes:>10} {time:>11}  {name}", metrics.rows(), metrics.batches())?;
        }
        for warning in self.warnings() {
            writeln!(f, "warning: {warning}")?;
        }
        write!(f, "{} tasks", self.tasks())
    }
}

fn human_bytes(bytes: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", units[unit]) }
}
