//! Runs of rows of a row group whose columns are read together, by all threads that want rows of them.

use crate::data::{Batch, Column, Statistics};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::expr::Tasks;
use crate::io::file::OpenFile;
use crate::io::parquet::direct;
use crate::io::parquet::kept::Kept;
use crate::io::parquet::late::{Late, narrowed};
use crate::io::parquet::reader::{Rows, in_group, is_coded, read};
use crate::io::parquet::share::Shared;
use crate::io::parquet::statistics::RowGroup;
use crate::io::parquet::table::ParquetTable;
use crate::io::prune::Known;
use crate::kernels::filter::filter_batch;
use arrow::array::{BooleanArray, BooleanBufferBuilder};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// At most so many pieces of work for the columns of a unit that are read directly, and for those that are not.
const PIECES: usize = 256;
const CRATE_PIECES: usize = 16;

/// Rows of a row group that are read together, and cut into partitions afterwards.
pub struct Unit {
    /// The file.
    pub file: usize,
    /// The wanted rows.
    pub rows: Rows,
    /// Where its partitions are cut: the first row of each, and the end.
    pub cuts: Vec<usize>,
    state: Mutex<Option<Arc<State>>>,
    /// Partitions that were not read yet.
    left: AtomicUsize,
}

/// What has been read of a unit.
struct State {
    file: OpenFile,
    /// The columns of the predicate, or all.
    first: Shared<Vec<Column>>,
    first_pieces: Vec<Vec<usize>>,
    masks: Shared<BooleanArray>,
    rest: OnceLock<Rest>,
}

/// The columns that the predicate does not read.
struct Rest {
    /// The rows where the predicate is true, if they are chosen one by one.
    kept: Option<BooleanArray>,
    rows: Rows,
    pieces: Vec<Vec<usize>>,
    columns: Shared<Vec<Column>>,
}

/// What a unit is read for.
pub struct Reading<'a> {
    /// The table.
    pub table: &'a ParquetTable,
    /// The wanted columns.
    pub projection: &'a [usize],
    /// The predicate, where its columns are read first.
    pub late: Option<&'a Late>,
    /// What is known of repeating texts, if all rows will be kept.
    pub kept: Option<&'a Kept>,
    /// Other threads.
    pub tasks: &'a dyn Tasks,
}

impl Unit {
    /// Rows of a file, cut there.
    pub fn new(file: usize, rows: Rows, cuts: Vec<usize>) -> Self {
        let left = AtomicUsize::new(cuts.len() - 1);
        Unit { file, rows, cuts, state: Mutex::default(), left }
    }

    /// The places of a partition's rows among all rows of the unit.
    pub fn places(&self, part: usize) -> Range<usize> {
        let before = |row: usize| -> usize {
            self.rows.ranges.iter().map(|range| row.clamp(range.start, range.end) - range.start).sum()
        };
        before(self.cuts[part])..before(self.cuts[part + 1])
    }

    /// The rows of a partition where the predicate may be true; `None` if there is none.
    ///
    /// # Errors
    /// `Corrupt` naming file, row group and column; `Io`; what the predicate or `tasks` raises.
    pub fn read(&self, part: usize, reading: &Reading<'_>) -> Result<Option<Batch>> {
        let places = self.places(part);
        let batch = match places.is_empty() {
            true => Ok(None),
            false => self.state(reading).and_then(|state| self.part(&state, places, reading)),
        };
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            *self.state.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        batch
    }

    fn state(&self, reading: &Reading<'_>) -> Result<Arc<State>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = &*state {
            return Ok(state.clone());
        }
        let file = reading.table.files[self.file].input.open()?;
        let places = match reading.late {
            Some(late) => late.first.clone(),
            None => (0..reading.projection.len()).collect(),
        };
        let pieces = self.pieces(&places, reading);
        let made = Arc::new(State {
            file,
            first: Shared::new(pieces.len()),
            first_pieces: pieces,
            masks: Shared::new(self.cuts.len() - 1),
            rest: OnceLock::new(),
        });
        *state = Some(made.clone());
        Ok(made)
    }

    fn part(&self, state: &State, places: Range<usize>, reading: &Reading<'_>) -> Result<Option<Batch>> {
        let (start, count) = (places.start, places.len());
        let first = state.first.run(reading.tasks, &|piece| {
            self.columns(&state.file, &self.rows, &state.first_pieces[piece], reading)
        })?;
        let first = in_order(&state.first_pieces, first, start..start + count);
        let Some(late) = reading.late else {
            let columns = first.into_iter().map(|(_, column)| column).collect();
            return Batch::new(columns, count).map(Some);
        };
        let masks = state.masks.run(reading.tasks, &|part| {
            let places = self.places(part);
            let columns = state.first.done()?;
            let columns = in_order(&state.first_pieces, columns, places.clone());
            late.mask(&Batch::new(columns.into_iter().map(|(_, column)| column).collect(), places.len())?)
        })?;
        let rest = state.rest.get_or_init(|| self.rest(late, &masks, reading));
        let (mut first, kept) = match &rest.kept {
            None => (first, start..start + count),
            Some(mask) => {
                let own = mask.slice(start, count);
                let (before, kept) = (mask.slice(0, start).true_count(), own.true_count());
                if kept == 0 {
                    return Ok(None);
                }
                let (places, columns): (Vec<usize>, Vec<Column>) = first.into_iter().unzip();
                let batch = filter_batch(&Batch::new(columns, count)?, &own)?;
                (places.into_iter().zip(batch.into_columns()).collect(), before..before + kept)
            }
        };
        let others = rest.columns.run(reading.tasks, &|piece| {
            self.columns(&state.file, &rest.rows, &rest.pieces[piece], reading)
        })?;
        let rows = kept.len();
        first.extend(in_order(&rest.pieces, others, kept));
        first.sort_by_key(|(place, _)| *place);
        Batch::new(first.into_iter().map(|(_, column)| column).collect(), rows).map(Some)
    }

    fn rest(&self, late: &Late, masks: &[&BooleanArray], reading: &Reading<'_>) -> Rest {
        let mut all = BooleanBufferBuilder::new(self.rows.count());
        masks.iter().for_each(|mask| all.append_buffer(mask.values()));
        let mask = BooleanArray::new(all.finish(), None);
        let kept = late.chosen(&mask).then_some(mask);
        let rows = match &kept {
            Some(mask) => narrowed(&self.rows, mask),
            None => self.rows.clone(),
        };
        let pieces = self.pieces(&late.rest, reading);
        Rest { kept, rows, columns: Shared::new(pieces.len()), pieces }
    }

    /// Cuts columns into pieces of work, the largest first.
    fn pieces(&self, places: &[usize], reading: &Reading<'_>) -> Vec<Vec<usize>> {
        let file = &reading.table.files[self.file];
        let reads = |place: &usize| direct::reads(file, self.rows.group, reading.projection[*place]);
        let (mut own, others): (Vec<usize>, Vec<usize>) = places.iter().partition(|place| reads(place));
        let group = file.metadata.row_group(self.rows.group);
        let size = |place: &usize| {
            file.leaf(reading.projection[*place]).map_or(0, |leaf| group.column(leaf).compressed_size())
        };
        own.sort_by_key(|place| std::cmp::Reverse(size(place)));
        let cut = |places: &[usize], most: usize| -> Vec<Vec<usize>> {
            places.chunks(places.len().div_ceil(most).max(1)).map(<[usize]>::to_vec).collect()
        };
        let mut pieces = cut(&others, CRATE_PIECES);
        pieces.extend(cut(&own, PIECES));
        pieces
    }

    /// The columns at these places of the projection, all read in the same way.
    fn columns(
        &self,
        opened: &OpenFile,
        rows: &Rows,
        places: &[usize],
        reading: &Reading<'_>,
    ) -> Result<Vec<Column>> {
        let (table, file) = (reading.table, &reading.table.files[self.file]);
        let projection: Vec<usize> = places.iter().map(|&place| reading.projection[place]).collect();
        let mut columns = Vec::with_capacity(projection.len());
        let mut others = Vec::new();
        for &column in &projection {
            let coding = match reading.kept {
                Some(kept) => kept.coding(table, column)?,
                None => direct::coding(table, file, rows.group, column),
            };
            match direct::read(table, file, opened, rows, column, coding)? {
                Some(found) => columns.push(Some(found)),
                None => {
                    others.push(column);
                    columns.push(None);
                }
            }
        }
        if !others.is_empty() {
            let mut coded = Vec::with_capacity(others.len());
            for &column in &others {
                coded.push(match is_coded(table, file, rows.group, column) {
                    true => table.dictionary(column)?,
                    false => None,
                });
            }
            let flags: Vec<bool> = coded.iter().map(Option::is_some).collect();
            let mut arrays = read(file, rows, &others, &flags)?.into_iter().zip(coded);
            for column in columns.iter_mut().filter(|column| column.is_none()) {
                let missing = || Error::internal("the Parquet reader returned too few columns");
                let (array, dictionary) = arrays.next().ok_or_else(missing)?;
                *column = Some(direct::held(array, dictionary, rows.count())?);
            }
        }
        let known = RowGroup { table, file, group: rows.group };
        let whole = rows.count() == rows.total;
        let columns = columns.into_iter().flatten().zip(projection).map(|(held, column)| {
            if held.len() != rows.count() {
                let error =
                    Error::new(ErrorKind::Corrupt, "the file is damaged: other rows than its footer says");
                return Err(in_group(error.file(file.input.name()), file, rows.group));
            }
            Ok(match known.statistics(column) {
                Some(facts) => with_facts(held, &facts, whole),
                None => held,
            })
        });
        columns.all_ok()
    }
}

/// Rows of all columns, by their places.
fn in_order(pieces: &[Vec<usize>], found: Vec<&Vec<Column>>, rows: Range<usize>) -> Vec<(usize, Column)> {
    let columns = pieces.iter().zip(found).flat_map(|(places, columns)| places.iter().zip(columns));
    let mut all: Vec<(usize, Column)> =
        columns.map(|(&place, column)| (place, column.slice(rows.start, rows.len()))).collect();
    all.sort_by_key(|(place, _)| *place);
    all
}

/// Row group bounds hold for every part of it; null counts only for the whole.
fn with_facts(column: Column, facts: &Statistics, whole: bool) -> Column {
    if facts.min.is_null() || facts.max.is_null() {
        return column;
    }
    let null_count = if whole { facts.null_count } else { column.null_count() as u64 };
    column.with_statistics(Statistics { null_count, ..facts.clone() })
}
