//! Rows of a row group that a predicate may be true for, judged by the statistics of its pages.

use crate::data::{Scalar, Statistics};
use crate::expr::Expr;
use crate::io::parquet::bounds::{bound, of_page};
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::prune::{Known, may_match};
use arrow::datatypes::DataType;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use std::ops::Range;

/// What the index says of the pages of one column.
struct Pages<'a> {
    column: usize,
    /// The first row of each page.
    starts: Vec<usize>,
    field: &'a DataType,
    index: &'a ColumnIndexMetaData,
}

/// Rows that lie in one page of every column.
struct Segment<'a> {
    table: &'a ParquetTable,
    pages: &'a [Pages<'a>],
    rows: Range<usize>,
    total: usize,
}

/// Stands for "all" where a segment is a part of a page.
const ALL: u64 = u64::MAX;

impl Known for Segment<'_> {
    fn rows(&self) -> u64 {
        ALL
    }

    fn statistics(&self, column: usize) -> Option<Statistics> {
        let pages = self.pages.iter().find(|pages| pages.column == column)?;
        let page = pages.starts.partition_point(|start| *start <= self.rows.start).checked_sub(1)?;
        let nulls = u64::try_from(*pages.index.null_counts()?.get(page)?).ok()?;
        let end = pages.starts.get(page + 1).copied().unwrap_or(self.total);
        let nulls = match nulls {
            0 => 0,
            nulls if nulls == (end - pages.starts[page]) as u64 => ALL,
            _ => 1,
        };
        let dtype = &self.table.schema.fields()[column].dtype;
        let mut found = Statistics::unknown(nulls);
        if nulls < ALL {
            let (physical, min, max) = of_page(pages.index, page);
            found.min = bound(min.as_deref(), physical, pages.field, dtype);
            found.max = bound(max.as_deref(), physical, pages.field, dtype);
        }
        // The index has bounds for every page; those that are unknown say nothing.
        if matches!((&found.min, &found.max), (Scalar::Null, _) | (_, Scalar::Null)) && nulls < ALL {
            (found.min, found.max) = (Scalar::Null, Scalar::Null);
        }
        Some(found)
    }
}

/// Ranges of rows of a row group outside of which the predicate is true for no row, ascending; `None` if the index of
/// pages does not tell.
pub fn matching(
    table: &ParquetTable,
    file: &ParquetFile,
    group: usize,
    predicate: &Expr,
    rows: usize,
) -> Option<Vec<Range<usize>>> {
    let index = file.indexed().page_index()?;
    let mut known = Vec::new();
    for name in predicate.columns() {
        let column = table.schema.index_of(&name).ok()?;
        if table.schema.fields()[column].dtype.is_nested() {
            continue;
        }
        let leaf = file.leaf(column)?;
        let Some(locations) = index.offset_index(group, leaf) else { continue };
        let starts = locations.page_locations().iter().map(|page| usize::try_from(page.first_row_index).ok());
        let starts: Vec<usize> = starts.collect::<Option<_>>()?;
        let ordered = starts.first() == Some(&0) && starts.is_sorted_by(|a, b| a < b);
        if !ordered || starts.last().is_some_and(|last| *last >= rows) {
            continue;
        }
        let field = file.arrow.field(file.roots[column]).data_type();
        let Some(bounds) = index.column_index(group, leaf) else { continue };
        if bounds.num_pages() == starts.len() as u64 {
            known.push(Pages { column, starts, field, index: bounds });
        }
    }
    if known.is_empty() {
        return None;
    }
    let mut cuts: Vec<usize> = known.iter().flat_map(|pages| pages.starts.iter().copied()).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut kept: Vec<Range<usize>> = Vec::new();
    for (position, &start) in cuts.iter().enumerate() {
        let end = cuts.get(position + 1).copied().unwrap_or(rows);
        let segment = Segment { table, pages: &known, rows: start..end, total: rows };
        if !may_match(predicate, &table.schema, &segment) {
            continue;
        }
        match kept.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => kept.push(start..end),
        }
    }
    Some(kept)
}
