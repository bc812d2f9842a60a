//! Reads row groups, or parts of large ones, as batches.

use crate::data::{Batch, Column, Statistics, strings};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Bound, bind};
use crate::io::dictionary::{Dictionary, Translation};
use crate::io::guard::{Failure, guarded};
use crate::io::parquet::late::{Late, narrowed};
use crate::io::parquet::pages;
use crate::io::parquet::reader::{Rows, is_coded, read};
use crate::io::parquet::statistics::RowGroup;
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::prune::{Known, may_match};
use crate::kernels::filter::filter_batch;
use crate::plan::{Flow, Scan, ScanRequest};
use arrow::array::{Array, ArrayRef, DictionaryArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, UInt32Type};
use std::ops::Range;
use std::sync::Arc;

/// Rows of one row group of one file.
struct Part {
    file: usize,
    /// The first row that it stands for.
    offset: usize,
    /// Those that the predicate does not rule out by what the file tells of itself.
    rows: Rows,
}

/// Parquet files being read.
pub struct ParquetScan {
    table: Arc<ParquetTable>,
    projection: Vec<usize>,
    late: Option<Late>,
    parts: Vec<Part>,
    batch_rows: usize,
    seen: Seen,
}

/// What was looked at and what was ruled out.
#[derive(Default)]
struct Seen {
    groups: usize,
    skipped_groups: usize,
    rows: usize,
    skipped_rows: usize,
}

impl ParquetScan {
    /// Chooses and cuts row groups.
    ///
    /// # Errors
    /// `Corrupt` if a footer contradicts itself.
    pub fn new(table: Arc<ParquetTable>, request: &ScanRequest) -> Result<Self> {
        let batch_rows = request.batch_rows.max(1);
        let mut left = match request.predicate {
            None => request.limit.unwrap_or(u64::MAX),
            Some(_) => u64::MAX,
        };
        let late = Late::new(request.predicate.as_ref(), &table.schema, &request.projection);
        // Rows are left out one by one only where no error can name another row because of it.
        let bound = request.predicate.as_ref().map(|predicate| bind(predicate, &table.schema)).transpose()?;
        let by_page = request.predicate.as_ref().filter(|_| !bound.as_ref().is_none_or(Bound::is_fallible));
        let (mut parts, mut seen) = (Vec::new(), Seen::default());
        for (position, file) in table.files.iter().enumerate() {
            for group in 0..file.metadata.num_row_groups() {
                if left == 0 {
                    break;
                }
                let one = RowGroup { table: &table, file, group };
                let total = usize::try_from(file.metadata.row_group(group).num_rows()).map_err(|_| {
                    Error::new(ErrorKind::Corrupt, format!("row group {group} has a negative number of rows"))
                        .file(file.input.name())
                })?;
                let matching = guarded(&file.input, || {
                    Ok::<_, Failure>(match &request.predicate {
                        Some(predicate) if !may_match(predicate, &table.schema, &one) => Vec::new(),
                        _ => by_page
                            .and_then(|predicate| pages::matching(&table, file, group, predicate, total))
                            .unwrap_or_else(|| std::iter::once(0..total).collect()),
                    })
                })?;
                seen.groups += 1;
                seen.skipped_groups += usize::from(matching.is_empty());
                seen.rows += total;
                seen.skipped_rows += total - matching.iter().map(Range::len).sum::<usize>();
                // Row groups somewhat larger than a batch are not worth cutting.
                let large = total > batch_rows + batch_rows / 2 && !matching.is_empty();
                let count = if large { total.div_ceil(batch_rows) } else { 1 };
                let step = total.div_ceil(count);
                for offset in (0..total).step_by(step.max(1)) {
                    let wanted = usize::try_from(left).unwrap_or(usize::MAX);
                    let rows = step.min(total - offset).min(wanted);
                    left -= rows as u64;
                    if rows > 0 {
                        let ranges = within(&matching, offset..offset + rows);
                        parts.push(Part { file: position, offset, rows: Rows { group, total, ranges } });
                    }
                }
            }
        }
        let projection = request.projection.clone();
        Ok(ParquetScan { table, projection, late, parts, batch_rows, seen })
    }

    fn parse(&self, part: &Part, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let file = &self.table.files[part.file];
        if self.projection.is_empty() {
            for offset in (0..part.rows.count()).step_by(self.batch_rows) {
                let rows = self.batch_rows.min(part.rows.count() - offset);
                if emit(Batch::new(Vec::new(), rows)?)? == Flow::Stop {
                    break;
                }
            }
            return Ok(());
        }
        let Some(late) = &self.late else {
            let all: Vec<usize> = (0..self.projection.len()).collect();
            let columns = self.columns(file, &part.rows, &all)?;
            return emit(Batch::new(columns, part.rows.count())?).map(|_| ());
        };
        let mut first = Batch::new(self.columns(file, &part.rows, &late.first)?, part.rows.count())?;
        let rest = match late.kept(&first)? {
            None => self.columns(file, &part.rows, &late.rest)?,
            Some(kept) => {
                let rows = narrowed(&part.rows, &kept);
                if rows.ranges.is_empty() {
                    return Ok(());
                }
                first = filter_batch(&first, &kept)?;
                self.columns(file, &rows, &late.rest)?
            }
        };
        let rows = first.rows();
        let mut columns: Vec<(usize, Column)> =
            late.first.iter().copied().zip(first.into_columns()).collect();
        columns.extend(late.rest.iter().copied().zip(rest));
        columns.sort_by_key(|(place, _)| *place);
        emit(Batch::new(columns.into_iter().map(|(_, column)| column).collect(), rows)?).map(|_| ())
    }

    /// The columns at these places of the projection.
    fn columns(&self, file: &ParquetFile, rows: &Rows, places: &[usize]) -> Result<Vec<Column>> {
        let projection: Vec<usize> = places.iter().map(|&place| self.projection[place]).collect();
        let mut coded = Vec::with_capacity(projection.len());
        for &column in &projection {
            coded.push(match is_coded(&self.table, file, rows.group, column) {
                true => self.table.dictionary(column)?.map(Translation::new),
                false => None,
            });
        }
        let flags: Vec<bool> = coded.iter().map(Option::is_some).collect();
        let arrays = read(file, rows, &projection, &flags)?;
        let known = RowGroup { table: &self.table, file, group: rows.group };
        let count = rows.count();
        let mut columns = Vec::with_capacity(arrays.len());
        for ((array, translation), column) in arrays.into_iter().zip(&mut coded).zip(projection) {
            let held = match translation {
                Some(translation) => Column::from_held(codes(&array, translation, count)?),
                None => Column::new(array)?,
            };
            let facts = known.statistics(column);
            columns.push(match facts {
                Some(facts) => with_facts(held, &facts, count == rows.total),
                None => held,
            });
        }
        Ok(columns)
    }
}

/// Row group bounds hold for every part of it; null counts only for the whole.
fn with_facts(column: Column, facts: &Statistics, whole: bool) -> Column {
    if facts.min.is_null() || facts.max.is_null() {
        return column;
    }
    let null_count = if whole { facts.null_count } else { column.null_count() as u64 };
    column.with_statistics(Statistics { null_count, ..facts.clone() })
}

/// Codes of the row group as codes of the table; views, if there are about as many texts as rows.
fn codes(array: &ArrayRef, translation: &mut Translation, rows: usize) -> Result<ArrayRef> {
    let coded = array
        .as_any()
        .downcast_ref::<DictionaryArray<UInt32Type>>()
        .ok_or_else(|| Error::internal("the Parquet reader returned no codes"))?;
    if coded.values().len() * 2 > rows {
        return Ok(cast(array, &DataType::Utf8View)?);
    }
    let (map, dictionary) = translation.of(coded.values())?;
    let keys = match map {
        None => coded.keys().clone(),
        Some(map) => coded.keys().unary(|key| map.get(key as usize).copied().unwrap_or(0)),
    };
    strings::encode(keys, dictionary)
}

impl ParquetTable {
    /// The texts of the first row group that holds the column with a dictionary: all codes start with them.
    fn dictionary(&self, column: usize) -> Result<Option<Arc<Dictionary>>> {
        let found = self.dictionaries[column].get_or_init(|| {
            for file in &self.files {
                for group in 0..file.metadata.num_row_groups() {
                    let rows = file.metadata.row_group(group).num_rows();
                    if rows > 0 && is_coded(self, file, group, column) {
                        return first_dictionary(file, group, column).map(Some);
                    }
                }
            }
            Ok(None)
        });
        found.clone()
    }
}

fn first_dictionary(file: &ParquetFile, group: usize, column: usize) -> Result<Arc<Dictionary>> {
    let Some(values) = group_dictionary(file, group, column, true)? else { return Ok(Dictionary::new([])) };
    let values = cast(&values, &DataType::Utf8View)?;
    Ok(Dictionary::new(strings::views(&values)?.iter().flatten()))
}

/// The dictionary of a column in a row group. One row brings the whole of it with it, where all pages use it (`coded`).
///
/// # Errors
/// As [`read`].
pub fn group_dictionary(
    file: &ParquetFile,
    group: usize,
    column: usize,
    coded: bool,
) -> Result<Option<ArrayRef>> {
    let total = usize::try_from(file.metadata.row_group(group).num_rows()).unwrap_or(0);
    let first = 0..if coded { total.min(1) } else { total };
    let read = read(file, &Rows { group, total, ranges: vec![first] }, &[column], &[true])?;
    let coded = read.first().and_then(|array| array.as_any().downcast_ref::<DictionaryArray<UInt32Type>>());
    Ok(coded.map(|coded| coded.values().clone()))
}

impl Scan for ParquetScan {
    fn partitions(&self) -> usize {
        self.parts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let part = &self.parts[partition];
        if part.rows.ranges.is_empty() {
            return Ok(());
        }
        // What `emit` raises is an error of what is done with the rows, not of reading them.
        let mut raised = false;
        let mut emit = |batch| emit(batch).inspect_err(|_| raised = true);
        let result = self.parse(part, &mut emit);
        result.map_err(|error| if raised { error } else { error.operation("read_parquet") })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        let part = &self.parts[partition];
        let file = &self.table.files[part.file];
        let before = (0..part.rows.group).map(|group| file.metadata.row_group(group).num_rows());
        Some(before.map(|rows| u64::try_from(rows).unwrap_or(0)).sum::<u64>() + part.offset as u64)
    }

    fn skipped(&self) -> Option<String> {
        let Seen { groups, skipped_groups, rows, skipped_rows } = self.seen;
        match (skipped_groups, skipped_rows) {
            (_, 0) => None,
            (0, _) => Some(format!("{skipped_rows} of {rows} rows by pages")),
            _ => Some(format!("{skipped_groups} of {groups} row groups, {skipped_rows} of {rows} rows")),
        }
    }
}

/// The rows of some ranges that lie in one.
fn within(ranges: &[Range<usize>], one: Range<usize>) -> Vec<Range<usize>> {
    let cut = ranges.iter().map(|range| range.start.max(one.start)..range.end.min(one.end));
    cut.filter(|range| !range.is_empty()).collect()
}
