//! Guessed types that turned out too narrow: one pass over the files finds all columns with values that contradict
//! their type, and the types that hold all of their values. It looks at every value, so that the answer does not depend
//! on which contradiction was met first.

use crate::data::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::io::csv::build::builder;
use crate::io::csv::chunk::Chunk;
use crate::io::csv::csv_file::{CsvFile, end_of};
use crate::io::csv::cursor::Cursor;
use crate::io::csv::infer::Guess;
use crate::io::csv::records::Index;
use crate::io::csv::table::{CsvColumn, CsvTable};
use crate::kernels::padded::Padded;

/// A column whose type must be wider.
pub struct Change {
    /// Its position in the schema.
    pub position: usize,
    /// What its values have been, the sample's and those that contradict it.
    pub guess: Guess,
    /// The file of the first value that contradicts.
    pub file: String,
    /// Its row.
    pub row: u64,
    /// The value.
    pub value: String,
}

/// The columns whose type must be wider.
///
/// # Errors
/// `Io`, `Parse` for damaged records; what `check` raises.
pub fn survey(table: &CsvTable, check: &dyn Fn() -> Result<()>) -> Result<Vec<Change>> {
    let mut changes: Vec<Option<Change>> = table.columns.iter().map(|_| None).collect();
    let mut left = table.options.n_rows;
    for one in &table.files {
        let end = match &mut left {
            Some(left) => end_of(one, left)?,
            None => one.input.size(),
        };
        let file = one.input.open()?;
        let mut cursor = Cursor::new(&file, &one.layout, one.start, end, Vec::new());
        let mut index = Index::default();
        loop {
            let before = cursor.records();
            if !cursor.next(&mut index, usize::MAX)? {
                break;
            }
            check()?;
            let Some(text) = Padded::new(cursor.chunk()) else {
                return Err(Error::new(ErrorKind::Parse, "this is not UTF-8")
                    .file(one.layout.name.as_str())
                    .byte(cursor.byte(0)));
            };
            let chunk = Chunk { text, index: &index };
            for (position, column) in table.columns.iter().enumerate() {
                look(table, one, &chunk, before, position, column, &mut changes[position])?;
            }
        }
    }
    Ok(changes.into_iter().flatten().collect())
}

/// Looks at one column of a chunk.
fn look(
    table: &CsvTable,
    file: &CsvFile,
    chunk: &Chunk<'_>,
    before: u64,
    position: usize,
    column: &CsvColumn,
    change: &mut Option<Change>,
) -> Result<()> {
    let Some(known) = column.guess.filter(|_| column.dtype != DType::String) else { return Ok(()) };
    let field = file.fields[position];
    let mut values = builder(&column.dtype, &column.nulls, &table.words, None, None)?;
    let mut wrong = Vec::new();
    values.append(chunk, field, &mut wrong);
    let Some(&record) = wrong.first() else { return Ok(()) };
    let mut scratch = String::new();
    if change.is_none() {
        let (start, end) = chunk.index.field(record, field);
        let value = column.nulls.value(chunk.text.str(start, end), &mut scratch).unwrap_or_default();
        *change = Some(Change {
            position,
            guess: known,
            file: file.layout.name.clone(),
            row: before + chunk.index.row(record),
            value: value.to_owned(),
        });
    }
    if let Some(change) = change {
        for (start, end) in chunk.index.column(field).iter() {
            if let Some(text) = column.nulls.value(chunk.text.str(start, end), &mut scratch) {
                change.guess.see(text, &table.words);
            }
        }
    }
    Ok(())
}
