//! Columns from fields: what a builder is given, one chunk at a time, and what it makes.

use crate::data::Column;
use crate::error::Result;
use crate::io::csv::records::Index;
use crate::kernels::padded::Padded;

/// Records and the text they are in.
pub struct Chunk<'a> {
    /// The text that the index counts in.
    pub text: Padded<'a>,
    /// Where the fields are.
    pub index: &'a Index,
}

/// A column being read.
pub trait Builder: Send {
    /// Makes room for the rows of a batch.
    fn reserve(&mut self, rows: usize);

    /// Appends the values of one field of every record of the chunk. Records whose field does not read as the column's
    /// type are null, and their numbers are added to `wrong`.
    fn append(&mut self, chunk: &Chunk<'_>, field: usize, wrong: &mut Vec<usize>);

    /// The column of the values since the last call.
    fn finish(&mut self) -> Result<Column>;
}
