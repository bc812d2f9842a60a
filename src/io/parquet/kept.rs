//! Texts that repeat although the file does not hold them as codes alone: its dictionaries are limited in bytes. Where a
//! table is kept in memory they become codes while they are read, so that their views are never written.

use crate::data::{DType, strings};
use crate::error::Result;
use crate::io::dictionary::Dictionary;
use crate::io::parquet::chunk::text::Coding;
use crate::io::parquet::direct;
use crate::io::parquet::reader::{Rows, is_coded};
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::translation::Translation;
use crate::kernels::keys::intern::{Interner, Views};
use arrow::array::Array;
use arrow::compute::{filter, is_not_null};
use std::sync::{Arc, OnceLock};

/// So many row groups are looked at, and at most one row in so many.
const SAMPLES: usize = 4;
const SHARE: usize = 8;

/// The most rows that are looked at in one row group: what a footer says of their number may be wrong.
const MOST_ROWS: usize = 1 << 20;

/// The most texts of a dictionary: beyond, codes are hardly faster than texts.
const MOST_TEXTS: usize = 1 << 20;

/// For each column the texts its codes start with, found when first needed; `None`: its texts do not repeat.
pub struct Kept {
    columns: Vec<OnceLock<Result<Option<Arc<Dictionary>>>>>,
}

impl Kept {
    /// Nothing is known yet.
    pub fn new(table: &ParquetTable) -> Self {
        Kept { columns: table.schema.fields().iter().map(|_| OnceLock::new()).collect() }
    }

    /// How the text of a column is read in every row group, if it repeats.
    ///
    /// # Errors
    /// As [`direct::read`].
    pub fn coding(&self, table: &ParquetTable, column: usize) -> Result<Option<Coding>> {
        let found = self.columns[column].get_or_init(|| sampled(table, column)).clone()?;
        Ok(found.map(|texts| Coding { translation: Translation::new(texts), always: true }))
    }
}

/// The texts of some row groups, if there are not many more in all of them.
fn sampled(table: &ParquetTable, column: usize) -> Result<Option<Arc<Dictionary>>> {
    if !table.options.codes || table.schema.fields()[column].dtype.held() != &DType::String {
        return Ok(None);
    }
    let rows =
        |file: &ParquetFile, group| usize::try_from(file.metadata.row_group(group).num_rows()).unwrap_or(0);
    let groups = table.files.iter().flat_map(|file| {
        let groups = 0..file.metadata.num_row_groups();
        groups.map(move |group| (file, group, rows(file, group))).filter(|(_, _, rows)| *rows > 0)
    });
    let groups: Vec<(&ParquetFile, usize, usize)> = groups.collect();
    if groups.first().is_some_and(|(file, group, _)| is_coded(table, file, *group, column)) {
        return table.dictionary(column);
    }
    let total = groups.iter().fold(0usize, |sum, (_, _, rows)| sum.saturating_add(*rows));
    let limit = (total / SHARE).min(MOST_TEXTS);
    let (mut interner, mut numbers) = (Interner::new(false), Vec::new());
    let mut found: Vec<String> = Vec::new();
    let (mut seen, mut expected) = (0, 0);
    for sample in 0..SAMPLES.min(groups.len()) {
        let (file, group, rows) = groups[sample * groups.len() / SAMPLES.min(groups.len())];
        let looked = rows.min(MOST_ROWS);
        if seen + looked > total / SHARE {
            break;
        }
        let all = Rows { group, total: rows, ranges: std::iter::once(0..looked).collect() };
        let Some(read) = direct::read(table, file, &file.input.open()?, &all, column, None)? else {
            return Ok(None);
        };
        let before = found.len();
        // Nulls would have numbers, too.
        let texts = filter(read.array(), &is_not_null(read.array())?)?;
        let texts = strings::views(&texts)?;
        numbers.clear();
        interner.intern_views(Views::String(texts), 0..texts.len(), &mut numbers);
        for (row, number) in numbers.iter().enumerate() {
            if *number == found.len() as u64 {
                found.push(texts.value(row).to_owned());
            }
        }
        seen += looked;
        // As if rows to come brought as many new texts as these.
        let new = (found.len() - before) as u128;
        expected = found.len() as u128 + new * (total - seen) as u128 / looked as u128;
        // So many rows of `limit` equally frequent texts show so many different ones.
        let most = limit as f64 * (1.0 - (-(seen as f64) / limit as f64).exp());
        if found.len() as f64 > most {
            return Ok(None);
        }
    }
    Ok((seen > 0 && expected <= limit as u128).then(|| Dictionary::new(found.iter().map(String::as_str))))
}
