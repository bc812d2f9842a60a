//! Chooses rows of row groups, and cuts them into partitions.

use crate::data::Batch;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Bound, InTurn, Tasks, bind};
use crate::io::guard::{Failure, guarded};
use crate::io::parquet::kept::Kept;
use crate::io::parquet::late::Late;
use crate::io::parquet::pages;
use crate::io::parquet::reader::Rows;
use crate::io::parquet::salvage::Damaged;
use crate::io::parquet::statistics::RowGroup;
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::parquet::unit::{Reading, Unit};
use crate::io::prune::may_match;
use crate::io::rejects::OnError;
use crate::plan::{Flow, Scan, ScanRequest};
use std::ops::Range;
use std::sync::Arc;

/// Rows that are read together at most, and their bytes in the file when unpacked: what a thread may hold at a time.
const UNIT_ROWS: usize = 1 << 20;
const UNIT_BYTES: usize = 64 << 20;

/// Partitions of a row group, at most: what a footer says of its rows may be wrong.
const MOST_PARTS: usize = 1 << 16;

/// A partition: a part of a unit.
struct Part {
    unit: usize,
    part: usize,
}

/// Parquet files being read.
pub struct ParquetScan {
    table: Arc<ParquetTable>,
    projection: Vec<usize>,
    /// What is read: where rows are left out for any damage, all columns.
    read: Vec<usize>,
    late: Option<Late>,
    kept: Option<Kept>,
    units: Vec<Unit>,
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
        let policy = table.options.on_error;
        let mut left = match request.predicate {
            None if !policy.leaves_out() => request.limit.unwrap_or(u64::MAX),
            _ => u64::MAX,
        };
        // Which rows there are, and which values are null, does not depend on what is asked for.
        let predicate = request.predicate.as_ref().filter(|_| policy == OnError::Raise);
        let late = Late::new(predicate, &table.schema, &request.projection);
        // Rows are left out one by one only where no error can name another row because of it.
        let bound = predicate.map(|predicate| bind(predicate, &table.schema)).transpose()?;
        let by_page = predicate.filter(|_| !bound.as_ref().is_none_or(Bound::is_fallible));
        let (mut units, mut parts, mut seen) = (Vec::new(), Vec::new(), Seen::default());
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
                    Ok::<_, Failure>(match predicate {
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
                let count = if large { total.div_ceil(batch_rows).min(MOST_PARTS) } else { 1 };
                let step = total.div_ceil(count);
                let wanted = total.min(usize::try_from(left).unwrap_or(usize::MAX));
                left -= wanted as u64;
                let together = together(file, group, &request.projection, total, step);
                for start in (0..wanted).step_by((step * together).max(1)) {
                    let end = wanted.min(start + step * together);
                    let mut cuts: Vec<usize> = (start..end).step_by(step).collect();
                    cuts.push(end);
                    parts.extend((0..cuts.len() - 1).map(|part| Part { unit: units.len(), part }));
                    let ranges = within(&matching, start..end);
                    units.push(Unit::new(position, Rows::new(group, total, ranges), cuts));
                }
            }
        }
        let projection = request.projection.clone();
        let read = if policy.leaves_out() { (0..table.schema.len()).collect() } else { projection.clone() };
        let kept = request.kept.then(|| Kept::new(&table));
        Ok(ParquetScan { table, projection, read, late, kept, units, parts, batch_rows, seen })
    }

    fn parse(
        &self,
        part: &Part,
        tasks: &dyn Tasks,
        emit: &mut dyn FnMut(Batch) -> Result<Flow>,
    ) -> Result<()> {
        let unit = &self.units[part.unit];
        if self.read.is_empty() {
            let count = unit.places(part.part).len();
            for offset in (0..count).step_by(self.batch_rows) {
                if emit(Batch::new(Vec::new(), self.batch_rows.min(count - offset))?)? == Flow::Stop {
                    break;
                }
            }
            return Ok(());
        }
        let (table, projection, late) = (&*self.table, &*self.read, self.late.as_ref());
        let reading = Reading { table, projection, late, kept: self.kept.as_ref(), tasks };
        let batch = match unit.read(part.part, &reading) {
            Err(error) if error.kind() == ErrorKind::Corrupt && table.options.on_error != OnError::Raise => {
                let rows = unit.cuts[part.part]..unit.cuts[part.part + 1];
                Some(Damaged { table, file: unit.file, group: unit.rows.group, rows }.read(projection)?)
            }
            read => read?,
        };
        match batch {
            Some(batch) if self.read != self.projection => emit(batch.project(&self.projection)),
            Some(batch) => emit(batch),
            None => Ok(Flow::Continue),
        }
        .map(|_| ())
    }
}

/// How many partitions of a row group are read together.
fn together(file: &ParquetFile, group: usize, projection: &[usize], rows: usize, step: usize) -> usize {
    let group = file.metadata.row_group(group);
    let size = |column: &usize| {
        let leaf = file.leaf(*column).map_or(0, |leaf| group.column(leaf).uncompressed_size());
        usize::try_from(leaf).unwrap_or(0)
    };
    let bytes: usize = projection.iter().map(size).fold(0, usize::saturating_add);
    let few = (UNIT_BYTES as u128 * rows as u128 / (bytes as u128).max(1)).min(UNIT_ROWS as u128) as usize;
    (few / step.max(1)).max(1)
}

impl Scan for ParquetScan {
    fn partitions(&self) -> usize {
        self.parts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        self.read_shared(partition, &InTurn, emit)
    }

    fn read_shared(
        &self,
        partition: usize,
        tasks: &dyn Tasks,
        emit: &mut dyn FnMut(Batch) -> Result<Flow>,
    ) -> Result<()> {
        // What `emit` raises is an error of what is done with the rows, not of reading them.
        let mut raised = false;
        let mut emit = |batch| emit(batch).inspect_err(|_| raised = true);
        let result = self.parse(&self.parts[partition], tasks, &mut emit);
        result.map_err(|error| if raised { error } else { error.operation("read_parquet") })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        let part = &self.parts[partition];
        let unit = &self.units[part.unit];
        let file = &self.table.files[unit.file];
        let before = (0..unit.rows.group).map(|group| file.metadata.row_group(group).num_rows());
        Some(before.map(|rows| u64::try_from(rows).unwrap_or(0)).sum::<u64>() + unit.cuts[part.part] as u64)
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
