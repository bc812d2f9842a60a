//! The contract of a table source: what a scan node reads, and how a format or a frame offers it.

use crate::data::{Batch, Frame, Schema};
use crate::error::Result;
use crate::expr::{Expr, Tasks};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Whether more is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Enough: stop early, without error.
    Stop,
}

/// What a query wants of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanRequest {
    /// Positions in the source's schema, in the order the batches must have.
    pub projection: Vec<usize>,
    /// Rows where this is not true are not needed. Only for skipping partitions, row groups or pages: the scan may
    /// return any superset, the engine filters exactly. It may read columns outside the projection.
    pub predicate: Option<Expr>,
    /// No more than this many rows (after the predicate) are needed, the first ones in order.
    pub limit: Option<u64>,
    /// About how many rows a batch should have.
    pub batch_rows: usize,
    /// All rows will be kept in memory as they are: strings that repeat are wanted as codes, if finding that out takes no
    /// more than a small part of the time to read them.
    pub kept: bool,
}

/// A table somewhere: a frame in memory, files on disk. Opening it has read no more than its schema.
pub trait TableSource: fmt::Debug + Send + Sync {
    /// Names and types.
    fn schema(&self) -> &Schema;

    /// Number of rows, if known without reading.
    fn rows(&self) -> Option<u64>;

    /// The frame whose rows these are, if they are in memory.
    fn held(&self) -> Option<&Frame> {
        None
    }

    /// One line for `explain`: format and place.
    fn describe(&self) -> String;

    /// Decides what to read.
    ///
    /// # Errors
    /// What the format raises on damaged metadata or a missing file.
    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>>;

    /// Whether a condition lets a scan leave out what it would otherwise read.
    fn prunes(&self) -> bool {
        false
    }

    /// Whether strings that repeat shall be held as codes when all rows are kept. Only for sources that make their
    /// columns anew; what is in memory stays as it is.
    fn codes(&self) -> bool {
        false
    }

    /// The same table with wider types where the last run met values that contradict a guess; `None` if it met none.
    /// `check` is called now and then, and may stop the search with an error.
    ///
    /// # Errors
    /// What reading raises, or what `check` raises.
    fn refined(&self, _check: &dyn Fn() -> Result<()>) -> Result<Option<Refined>> {
        Ok(None)
    }

    /// Texts that the table holds beside its data, by key.
    fn metadata(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// The source as data, if it can be found again from data (files can, frames in memory cannot).
    fn spec(&self) -> Option<SourceSpec> {
        None
    }
}

/// A source whose guessed types were too narrow, with wider ones.
#[derive(Debug, Clone)]
pub struct Refined {
    /// The same table, the same columns in the same order.
    pub source: Arc<dyn TableSource>,
    /// What changed, and why: one sentence per column.
    pub warnings: Vec<String>,
}

/// A source as plain data: for plans that travel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceSpec {
    /// The format's name in the list of formats.
    pub format: String,
    /// Files in order.
    pub paths: Vec<String>,
    /// The format's options, as JSON.
    pub options: String,
}

/// A table being read: partitions that the driver reads in parallel, each on one thread.
///
/// Partitions are cut by the data and the request alone, never by the number of threads. A partition that is skipped
/// by the predicate keeps its number and has no rows.
pub trait Scan: Send + Sync {
    /// Number of partitions.
    fn partitions(&self) -> usize;

    /// Reads one partition: hands every batch to `emit` in order, and stops when told to.
    ///
    /// # Errors
    /// What the format raises, naming file, row (or byte), column and value; or what `emit` raises.
    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()>;

    /// [`Scan::read`], where other threads may have time: what can be shared of the work is given to `tasks`. The rows are
    /// the same. A scan may let the readers of neighbouring partitions share work too (all columns of a row group, say);
    /// a reader may then wait for a piece that another thread is doing, and such a piece must wait for nobody.
    ///
    /// # Errors
    /// As [`Scan::read`]; what `tasks` raises.
    fn read_shared(
        &self,
        partition: usize,
        _tasks: &dyn Tasks,
        emit: &mut dyn FnMut(Batch) -> Result<Flow>,
    ) -> Result<()> {
        self.read(partition, emit)
    }

    /// The position in the source of the partition's first row, for error messages; may be slow.
    fn first_row(&self, _partition: usize) -> Option<u64> {
        None
    }

    /// What the predicate skipped, for `explain`: "3 of 12 row groups".
    fn skipped(&self) -> Option<String> {
        None
    }
}
