//! What becomes of records that cannot be read; those that are kept aside.

use crate::data::Frame;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// What becomes of records that cannot be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The first one is an error.
    #[default]
    Raise,
    /// Values that are not of their type are null; a record that is none (of CSV: with another number of fields; of JSON: that
    /// is no object) is an error.
    Null,
    /// They are left out.
    Skip,
    /// They are left out, and told with file, row, byte, column, text and reason.
    Quarantine,
}

impl OnError {
    /// The policy of a name: `raise`, `null`, `skip` or `quarantine`.
    ///
    /// # Errors
    /// `InvalidArgument` for other names.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "raise" => OnError::Raise,
            "null" => OnError::Null,
            "skip" => OnError::Skip,
            "quarantine" => OnError::Quarantine,
            _ => return Err(Error::invalid("on_error is raise, null, skip or quarantine").value(name)),
        })
    }

    /// Whether records are left out.
    pub(crate) fn leaves_out(self) -> bool {
        matches!(self, OnError::Skip | OnError::Quarantine)
    }
}

/// Why one record was left out.
#[derive(Debug, Clone)]
pub struct Reject {
    /// The file.
    pub file: String,
    /// The record's number in the file.
    pub row: u64,
    /// The column whose value is wrong; none if the record is.
    pub column: Option<String>,
    /// The value, or the record.
    pub text: String,
    /// What is wrong.
    pub reason: String,
}

/// All rejects of a table: by file and byte, so that reading a part twice, or in any order, leaves the same.
#[derive(Debug, Default)]
pub struct Rejects(Mutex<BTreeMap<(usize, u64), Reject>>);

impl Rejects {
    /// Keeps a reject of the file of this number, at this byte.
    pub fn keep(&self, file: usize, byte: u64, reject: Reject) {
        self.held().insert((file, byte), reject);
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<(usize, u64), Reject>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// One row per reject: file, row, byte, column, text, reason; in the files' order.
    ///
    /// # Errors
    /// None that its making can raise.
    pub fn frame(&self) -> Result<Frame> {
        let held = self.held();
        let of = |get: &dyn Fn(&Reject) -> String| held.values().map(get).collect::<Vec<String>>();
        let columns: Vec<Option<String>> = held.values().map(|reject| reject.column.clone()).collect();
        let rows: Vec<i64> = held.values().map(|reject| reject.row as i64).collect();
        let bytes: Vec<i64> = held.keys().map(|(_, byte)| *byte as i64).collect();
        Frame::builder()
            .column("file", of(&|reject| reject.file.clone()))
            .column("row", rows)
            .column("byte", bytes)
            .column("column", columns)
            .column("text", of(&|reject| reject.text.clone()))
            .column("reason", of(&|reject| reject.reason.clone()))
            .finish()
    }
}
