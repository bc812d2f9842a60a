//! Records that could not be read, kept aside.

use crate::data::Frame;
use crate::error::Result;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// Why one record was left out.
#[derive(Debug, Clone)]
pub struct Reject {
    /// The file.
    pub file: String,
    /// The record's number in the file.
    pub row: u64,
    /// The column whose value is wrong; none if the record has another number of fields.
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
