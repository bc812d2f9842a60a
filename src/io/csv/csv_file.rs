//! One file of a table.

use crate::error::Result;
use crate::io::csv::cursor::{Cursor, Layout};
use crate::io::csv::records::Index;
use crate::io::file::InputFile;

/// One file of the table.
#[derive(Debug, Clone)]
pub struct CsvFile {
    /// Where it is.
    pub input: InputFile,
    /// The byte where its first record starts.
    pub start: u64,
    /// How its records are written.
    pub layout: Layout,
    /// The field of each column of the schema (of no meaning for columns of another kind).
    pub fields: Vec<usize>,
}

/// The byte after the first `left` records of a file; takes the records found off `left`.
pub fn end_of(one: &CsvFile, left: &mut u64) -> Result<u64> {
    let file = one.input.open()?;
    let mut cursor = Cursor::new(&file, &one.layout, one.start, one.input.size(), Vec::new());
    let mut index = Index::default();
    let wanted = *left;
    while cursor.records() < wanted {
        let most = usize::try_from(wanted - cursor.records()).unwrap_or(usize::MAX);
        if !cursor.next(&mut index, most)? {
            break;
        }
    }
    *left -= cursor.records();
    Ok(cursor.position())
}
