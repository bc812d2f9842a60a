//! Rows around pages that cannot be read: what such pages hold is null, or their rows are left out.

use crate::data::concat::concat_columns;
use crate::data::{Batch, Column};
use crate::error::{Error, ErrorKind, Result};
use crate::io::file::OpenFile;
use crate::io::parquet::direct;
use crate::io::parquet::reader::{Rows, in_group, read as read_by_crate};
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::rejects::{OnError, Reject};
use crate::kernels::filter::filter_batch;
use arrow::array::{BooleanArray, BooleanBufferBuilder, new_null_array};
use std::ops::Range;

/// Rows of a row group, some of whose pages cannot be read.
pub struct Damaged<'a> {
    /// The table.
    pub table: &'a ParquetTable,
    /// The number of the file.
    pub file: usize,
    /// The row group.
    pub group: usize,
    /// The rows.
    pub rows: Range<usize>,
}

/// Rows of a page that cannot be read.
struct Lost {
    /// Those that were asked for.
    asked: Range<usize>,
    /// All of them.
    rows: Range<usize>,
    /// Where the page begins.
    byte: u64,
    why: Error,
}

impl Damaged<'_> {
    /// What can be read of these columns, by the table's policy: other values are null, or rows that lack any of them are
    /// left out and, if asked for, told.
    ///
    /// # Errors
    /// What is no damage.
    pub fn read(&self, columns: &[usize]) -> Result<Batch> {
        let policy = self.table.options.on_error;
        let opened = self.file().input.open()?;
        let count = self.rows.len();
        let mut keep = BooleanBufferBuilder::new(count);
        keep.append_n(count, true);
        let mut found = Vec::with_capacity(columns.len());
        for &column in columns {
            let (values, lost) = self.column(&opened, column)?;
            for lost in &lost {
                let asked = lost.asked.start - self.rows.start..lost.asked.end - self.rows.start;
                asked.for_each(|row| keep.set_bit(row, false));
                if policy == OnError::Quarantine {
                    self.tell(column, lost);
                }
            }
            found.push(values);
        }
        let batch = Batch::new(found, count)?;
        match policy.leaves_out() {
            true => filter_batch(&batch, &BooleanArray::new(keep.finish(), None)),
            false => Ok(batch),
        }
    }

    fn file(&self) -> &ParquetFile {
        &self.table.files[self.file]
    }

    /// The values of a column, null where they cannot be read, and where that is.
    fn column(&self, opened: &OpenFile, column: usize) -> Result<(Column, Vec<Lost>)> {
        let why = match self.some(opened, column, self.rows.clone()) {
            Err(error) if error.kind() == ErrorKind::Corrupt => error,
            read => return Ok((read?, Vec::new())),
        };
        let pages = direct::pages(self.file(), opened, self.group, column);
        let alone = pages.len() == 1;
        let (mut parts, mut lost) = (Vec::new(), Vec::new());
        for (rows, byte) in pages {
            let asked = rows.start.max(self.rows.start)..rows.end.min(self.rows.end);
            if asked.is_empty() {
                continue;
            }
            let read = if alone { Err(why.clone()) } else { self.some(opened, column, asked.clone()) };
            match read {
                Ok(values) => parts.push(values),
                Err(why) if why.kind() == ErrorKind::Corrupt => {
                    let dtype = self.table.schema.fields()[column].dtype.held();
                    parts.push(Column::from_held(new_null_array(&dtype.to_arrow(), asked.len())));
                    lost.push(Lost { asked, rows, byte, why });
                }
                Err(other) => return Err(other),
            }
        }
        Ok((concat_columns(&parts.iter().collect::<Vec<_>>())?, lost))
    }

    /// Rows of a column, not as codes: the dictionary of all codes may be what is damaged.
    fn some(&self, opened: &OpenFile, column: usize, rows: Range<usize>) -> Result<Column> {
        let (table, file) = (self.table, self.file());
        let total = usize::try_from(file.metadata.row_group(self.group).num_rows()).unwrap_or(0);
        let rows = Rows::new(self.group, total, vec![rows]);
        let found = match direct::read(table, file, opened, &rows, column, None)? {
            Some(found) => found,
            None => {
                let arrays = read_by_crate(file, &rows, &[column], &[false])?;
                let missing = || Error::internal("the Parquet reader returned too few columns");
                direct::held(arrays.into_iter().next().ok_or_else(missing)?, None, rows.count())?
            }
        };
        match found.len() == rows.count() {
            true => Ok(found),
            false => {
                let error =
                    Error::new(ErrorKind::Corrupt, "the file is damaged: other rows than its footer says");
                Err(in_group(error, file, self.group))
            }
        }
    }

    fn tell(&self, column: usize, lost: &Lost) {
        let file = self.file();
        let groups = (0..self.group).map(|group| file.metadata.row_group(group).num_rows());
        let before: u64 = groups.map(|rows| u64::try_from(rows).unwrap_or(0)).sum();
        let (first, last) = (before + lost.rows.start as u64, before + lost.rows.end as u64 - 1);
        let reject = Reject {
            file: file.input.name(),
            row: first,
            column: Some(self.table.schema.fields()[column].name.to_string()),
            text: format!("rows {first} to {last}"),
            reason: lost.why.message().to_owned(),
        };
        self.table.rejects.keep(self.table.first_file + self.file, lost.byte, reject);
    }
}
