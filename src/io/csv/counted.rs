//! Rows counted over sources that are read one after the other as one table.

use crate::error::Result;
use crate::io::csv::csv_file::{CsvFile, end_of};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The sources of one table so far.
#[derive(Clone, Default)]
pub struct Pieces(Arc<Mutex<Vec<Arc<Piece>>>>);

struct Piece {
    files: Vec<CsvFile>,
    /// The most rows that are read of it.
    most: Option<u64>,
    rows: OnceLock<Result<u64>>,
}

/// The place of a source among those of a table.
#[derive(Clone)]
pub struct Place {
    pieces: Pieces,
    at: usize,
}

impl Pieces {
    /// Adds a source of these files, of which at most so many rows are read.
    pub fn add(&self, files: &[CsvFile], most: Option<u64>) -> Place {
        let mut pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.push(Arc::new(Piece { files: files.to_vec(), most, rows: OnceLock::new() }));
        Place { pieces: self.clone(), at: pieces.len() - 1 }
    }

    /// Rows of the sources before one.
    ///
    /// # Errors
    /// `Io`, and `Parse` for damaged records.
    pub fn rows_before(&self, place: usize) -> Result<u64> {
        let pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner)[..place].to_vec();
        // Backwards, so that threads that begin at different places do not wait for one another.
        pieces.iter().rev().map(|piece| piece.rows()).sum()
    }

    /// Rows of all sources.
    ///
    /// # Errors
    /// As [`Pieces::rows_before`].
    pub fn rows(&self) -> Result<u64> {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.rows_before(count)
    }
}

impl Piece {
    fn rows(&self) -> Result<u64> {
        let count = || {
            let all = self.most.unwrap_or(u64::MAX);
            let mut left = all;
            for file in &self.files {
                end_of(file, &mut left)?;
            }
            Ok(all - left)
        };
        self.rows.get_or_init(count).clone()
    }
}

impl Place {
    /// Rows of the sources before.
    ///
    /// # Errors
    /// As [`Pieces::rows_before`].
    pub fn rows_before(&self) -> Result<u64> {
        self.pieces.rows_before(self.at)
    }
}
