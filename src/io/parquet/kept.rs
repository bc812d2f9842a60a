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
use crate::kernels::keys::intern::Interner;
use crate::kernels::keys::texts::Views;
use arrow::array::Array;
use arrow::compute::{filter, is_not_null};
use std::sync::{Arc, OnceLock};

/// So many row groups are looked at, and at most one row in so many.
const SAMPLES: usize = 4;
const SHARE: usize = 8;

/// The most rows that are looked at in one row group: what a footer says of their number may be wrong.
const MOST_ROWS: usize = 1 << 20;

/// Rows of the first look, which tells texts that hardly repeat from others.
const FIRST_ROWS: usize = 1 << 15;

/// The most texts of a dictionary. Beyond, each text that is looked up misses the caches: reading ten million rows of a
/// million texts took four times as long as reading the texts, and grouping by them once was half as much faster.
const MOST_TEXTS: usize = 1 << 17;

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
    pub fn coding(&self, table: &ParquetTable, column: usize) -> Result<Option<Coding<'static>>> {
        let found = self.columns[column].get_or_init(|| sampled(table, column)).clone()?;
        let coding = |texts| Coding { find: Box::new(|| Ok(Some(Translation::new(texts)))), always: true };
        Ok(found.map(coding))
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
    let mut known = Known { texts: Vec::new(), interner: Interner::new(false) };
    let (mut seen, mut expected) = (0, 0);
    let many = |known: &Known, seen: usize| {
        // So many rows of `limit` equally frequent texts show so many different ones.
        known.texts.len() as f64 > limit as f64 * (1.0 - (-(seen as f64) / limit as f64).exp())
    };
    for sample in 0..SAMPLES.min(groups.len()) {
        let (file, group, rows) = groups[sample * groups.len() / SAMPLES.min(groups.len())];
        let looked = rows.min(MOST_ROWS);
        if seen + looked > total / SHARE {
            break;
        }
        let source = (table, file, column);
        if sample == 0 && looked > 2 * FIRST_ROWS {
            let mut first = Known { texts: Vec::new(), interner: Interner::new(false) };
            if !first.look(source, group, rows, FIRST_ROWS)? || many(&first, FIRST_ROWS) {
                return Ok(None);
            }
        }
        let before = known.texts.len();
        if !known.look(source, group, rows, looked)? {
            return Ok(None);
        }
        seen += looked;
        // As if rows to come brought as many new texts as these.
        let new = (known.texts.len() - before) as u128;
        expected = known.texts.len() as u128 + new * (total - seen) as u128 / looked as u128;
        if many(&known, seen) {
            return Ok(None);
        }
    }
    let texts = known.texts;
    Ok((seen > 0 && expected <= limit as u128).then(|| Dictionary::new(texts.iter().map(String::as_str))))
}

/// Different texts, in order of first sight.
struct Known {
    texts: Vec<String>,
    interner: Interner,
}

impl Known {
    /// Looks at the first rows of a row group of so many; false if they are not read here.
    fn look(
        &mut self,
        (table, file, column): (&ParquetTable, &ParquetFile, usize),
        group: usize,
        total: usize,
        rows: usize,
    ) -> Result<bool> {
        let all = Rows::new(group, total, std::iter::once(0..rows).collect());
        let Some(read) = direct::read(table, file, &file.input.open()?, &all, column, None)? else {
            return Ok(false);
        };
        // Nulls would have numbers, too.
        let texts = filter(read.array(), &is_not_null(read.array())?)?;
        let texts = strings::views(&texts)?;
        let mut numbers = Vec::new();
        self.interner.intern_views(Views::String(texts), 0..texts.len(), &mut numbers);
        for (row, number) in numbers.iter().enumerate() {
            if *number == self.texts.len() as u64 {
                self.texts.push(texts.value(row).to_owned());
            }
        }
        Ok(true)
    }
}
