//! The build side: its rows in pieces, and the index from their keys to them.

use crate::data::{Batch, Column, DType, strings};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::exec::collect::concat_batches;
use crate::exec::context::Context;
use crate::exec::join::built::{Built, Finder, Sorting};
use crate::exec::join::report;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::exec::unify::unify;
use crate::expr::{Bound, columns};
use crate::kernels::gather::{Pieces, numbering};
use crate::kernels::join::Encoder;
use crate::kernels::join::encoder::KeyColumn;
use crate::kernels::join::hashed::HashPart;
use crate::kernels::join::index::{Parts, Slots, is_dense};
use crate::kernels::join::numbers::{self, Dictionary, Numbering, Prepared, Translated};
use crate::kernels::join::ranges::Ranges;
use crate::kernels::join::ranked::is_ranked;
use crate::kernels::join::sorted::{self, Entry, Ordered, Sorted};
use crate::kernels::join::split::{Split, part_of, parts_for};
use crate::kernels::join::text::{self, TextPart, TextTable};
use crate::kernels::payload::{LEAST_BYTES, Payload};
use crate::plan::Flow;
use arrow::array::{Array, ArrayRef};
use std::sync::atomic::AtomicBool;

/// Rows of a piece at most: what one task works on.
const PIECE_ROWS: usize = 1 << 18;

/// With more pieces than this, small ones are joined.
const MOST_PIECES: usize = 4096;

/// Rows of a part of a table of texts.
const TEXT_ROWS: usize = 1 << 15;

/// A column that the build side keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A column of the input.
    Column(usize),
    /// A key, as it was computed.
    Key(usize),
}

/// How a table is built.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// Whether null keys match each other.
    pub nulls_equal: bool,
    /// Only whether a key is there is asked.
    pub existence: bool,
    /// Rows that find a match are marked.
    pub mark: bool,
    /// A key that occurs twice is an error, with these words about the side.
    pub distinct: Option<String>,
    /// What rows are sorted by, where equal keys are not all.
    pub sorting: Option<Sorting>,
    /// About all rows will be gathered, in no order.
    pub scattered: bool,
    /// For tests: all keys hash alike.
    pub weak: bool,
}

/// Builds the table.
pub struct Build {
    keys: Vec<Bound>,
    /// What rows are sorted by.
    compared: Vec<Bound>,
    kept: Vec<Kept>,
    dtypes: Vec<DType>,
    options: BuildOptions,
    result: Slot<Built>,
}

impl Build {
    /// A sink that builds on `keys`, sorts by `compared` if the options say so, and keeps some columns of these types.
    pub fn new(
        keys: Vec<Bound>,
        compared: Vec<Bound>,
        kept: Vec<Kept>,
        dtypes: Vec<DType>,
        options: BuildOptions,
        result: Slot<Built>,
    ) -> Self {
        Build { keys, compared, kept, dtypes, options, result }
    }

    fn build(&self, batches: Vec<Batch>, context: &Context) -> Result<Built> {
        let count = self.keys.len();
        let batches = pieces(unify(batches, context)?, context)?;
        let (rows, shift) = numbered(&batches)?;
        let keys: Vec<Vec<Column>> = batches.iter().map(|batch| batch.columns()[..count].to_vec()).collect();
        let (encoder, finder) = self.index(&keys, &batches, rows as usize, shift, context)?;
        let first = count + self.compared.len();
        let payload = (0..self.kept.len()).map(|position| {
            let columns: Vec<&Column> = batches.iter().map(|batch| batch.column(first + position)).collect();
            match columns.is_empty() {
                true => Pieces::of(&Column::empty(&self.dtypes[position])),
                false => Pieces::new(&columns, shift),
            }
        });
        let marks = if self.options.mark { numbers_of(&batches, shift) } else { 0 };
        let pieces: Vec<usize> = batches.iter().map(Batch::rows).collect();
        let payload = Payload::new(payload.collect(), shift);
        let payload = match self.options.scattered {
            false => payload,
            true => {
                let least = if self.options.weak { 0 } else { LEAST_BYTES };
                payload.packed(&pieces, least, |lay| context.parallel(pieces.len(), lay))?
            }
        };
        let built = Built {
            payload,
            encoder,
            finder,
            rows,
            matched: (0..marks).map(|_| AtomicBool::new(false)).collect(),
            pieces,
            shift,
            keys,
        };
        match (&self.options.distinct, &built.finder) {
            (Some(side), Finder::Equal(index)) if !index.is_distinct() => {
                Err(report::repeated(&built, index, &self.names(), side))
            }
            _ => Ok(built),
        }
    }

    /// The keys as they were written.
    pub fn names(&self) -> Vec<&str> {
        self.keys.iter().map(|key| key.text.as_ref()).collect()
    }

    fn index(
        &self,
        keys: &[Vec<Column>],
        batches: &[Batch],
        rows: usize,
        shift: u32,
        context: &Context,
    ) -> Result<(Encoder, Finder)> {
        let weak = self.options.weak;
        let mut columns = Vec::with_capacity(self.keys.len());
        let mut texts: Vec<Vec<Option<Vec<u32>>>> = vec![Vec::new(); keys.len()];
        for (position, key) in self.keys.iter().enumerate() {
            let of_key: Vec<&Column> = keys.iter().map(|columns| &columns[position]).collect();
            let (column, numbered) = self.column(&of_key, &key.dtype, context)?;
            columns.push(column);
            for (piece, numbers) in numbered.into_iter().enumerate() {
                texts[piece].push(numbers);
            }
        }
        let mut encoder = Encoder::new(columns);
        let prepared = keys.iter().zip(texts).map(|(columns, texts)| {
            let one = |(position, (column, numbers)): (usize, (&Column, Option<Vec<u32>>))| match numbers {
                Some(numbers) => Ok(Numbering::prepared(column, numbers)),
                None => encoder.prepare_one(position, column),
            };
            columns.iter().zip(texts).enumerate().map(one).all_ok()
        });
        let prepared: Vec<Vec<Prepared>> = prepared.all_ok()?;
        let mut wide: Option<Vec<Vec<u32>>> = None;
        if encoder.domain().is_none() {
            let bytes = context
                .parallel(prepared.len(), |i| Ok(encoder.bytes(&prepared[i], 0..batches[i].rows())))?;
            let (table, numbers) = number(&bytes, weak, context)?;
            encoder.widen(Numbering::Texts(Translated::new(table)));
            wide = Some(numbers);
        }
        let base = |piece: usize| (piece << shift.min(31)) as u32;
        let words = |piece: usize| {
            let mut words = Vec::with_capacity(batches[piece].rows());
            match &wide {
                Some(numbers) => words.extend(numbers[piece].iter().map(|number| match *number {
                    text::UNKNOWN => crate::kernels::join::MISS,
                    number => u64::from(number),
                })),
                None => {
                    let mut scratch = Vec::new();
                    encoder.words(&prepared[piece], 0..batches[piece].rows(), &mut scratch, &mut words);
                }
            }
            words
        };
        let count = batches.len();
        if let Some(sorting) = &self.options.sorting {
            let finder = self.sorted(sorting, batches, &words, &base, context)?;
            return Ok((encoder, finder));
        }
        let dense = is_dense(encoder.domain(), rows, weak);
        let domain = encoder.domain().filter(|_| dense);
        if let Some(domain) = domain {
            let slots = Slots::new(domain);
            context.parallel(count, |piece| {
                slots.enter(&words(piece), base(piece));
                Ok(())
            })?;
            let alone = self.options.existence
                || context
                    .parallel(count, |piece| Ok(slots.holds(&words(piece), base(piece))))?
                    .into_iter()
                    .all(|alone| alone);
            if alone {
                return Ok((encoder, Finder::Equal(slots.index())));
            }
        }
        let by_rank = !dense && is_ranked(encoder.domain(), rows, weak);
        let parts = Parts::new(rows, domain.or(encoder.domain().filter(|_| by_rank)), weak);
        let splits = context.parallel(count, |piece| Ok(parts.split(&words(piece), base(piece))))?;
        if dense {
            let runs = context.parallel(parts.count, |part| Ok(parts.runs(&splits, part)))?;
            return Ok((encoder, Finder::Equal(parts.index_of_runs(runs))));
        }
        let existence = self.options.existence;
        if by_rank {
            let ranked = context.parallel(parts.count, |part| Ok(parts.ranked(&splits, part, existence)))?;
            return Ok((encoder, Finder::Equal(parts.index_of_ranked(ranked))));
        }
        let filled =
            context.parallel(parts.count, |part| Ok(HashPart::fill(&splits, part, existence, weak)))?;
        drop(splits);
        let distinct = filled.iter().all(HashPart::is_distinct);
        let filled = if distinct { filled.into_iter().map(HashPart::settle).collect() } else { filled };
        Ok((encoder, Finder::Equal(parts.index_of_hashed(filled))))
    }

    /// The rows by key and by what is compared.
    fn sorted(
        &self,
        sorting: &Sorting,
        batches: &[Batch],
        words: &(impl Fn(usize) -> Vec<u64> + Sync),
        base: &(impl Fn(usize) -> u32 + Sync),
        context: &Context,
    ) -> Result<Finder> {
        let range = self.keys.len()..self.keys.len() + self.compared.len();
        let values = context
            .parallel(batches.len(), |piece| Ok(sorting.ordered(&batches[piece].columns()[range.clone()])))?;
        let entries = context.parallel(batches.len(), |piece| {
            let [first, rest @ ..] = values[piece].as_slice() else { return Ok(Vec::new()) };
            let mut entries = sorted::entries(&words(piece), first, base(piece));
            if let Some(second) = rest.first() {
                entries.retain(|entry| second.get((entry.2 - base(piece)) as usize).is_some());
            }
            Ok(entries)
        })?;
        let mut entries: Vec<Entry> = entries.into_iter().flatten().collect();
        context.install(|| {
            use rayon::slice::ParallelSliceMut;
            entries.par_sort_unstable();
        })?;
        let sorted = Sorted::new(&entries, self.options.weak);
        Ok(match sorting {
            Sorting::Nearest(nearness) => Finder::Nearest(sorted, *nearness),
            Sorting::Ranges(first, second) => {
                let shift = if batches.len() > 1 { base(1).trailing_zeros() } else { 31 };
                let word = |row: u32| {
                    let second: Option<&Ordered> = values[(row >> shift) as usize].get(1);
                    second.and_then(|second| second.get((row & ((1 << shift) - 1)) as usize)).unwrap_or(0)
                };
                let second = second.map(|relation| (relation, entries.iter().map(|e| word(e.2)).collect()));
                Finder::Ranges(Ranges::new(sorted, *first, second))
            }
        })
    }

    /// How a key column is numbered, and the numbers of its rows, if that made them.
    #[allow(clippy::type_complexity)] // Piece by piece, where there are any.
    fn column(
        &self,
        pieces: &[&Column],
        dtype: &DType,
        context: &Context,
    ) -> Result<(KeyColumn, Vec<Option<Vec<u32>>>)> {
        let weak = self.options.weak;
        let null = self.options.nulls_equal && pieces.iter().any(|column| column.null_count() > 0);
        let none = vec![None; pieces.len()];
        if *dtype == DType::Null {
            return Ok((KeyColumn::new(Numbering::Nothing, None, null), none));
        }
        let first = pieces.first().and_then(|column| strings::coded(column.array()));
        // After unifying, either all pieces have codes of one dictionary, or none has codes.
        if let Some((_, dictionary)) = first {
            let dictionary = Dictionary::new(dictionary.clone(), weak);
            return Ok((KeyColumn::new(Numbering::Codes(dictionary), None, null), none));
        }
        let plain = context.parallel(pieces.len(), |piece| Ok(numbers::is_plain(pieces[piece])))?;
        if plain.contains(&false) {
            let texts = context.parallel(pieces.len(), |piece| {
                numbers::texts(pieces[piece])?.ok_or_else(|| Error::internal("a key of text without text"))
            })?;
            let nulls: Vec<_> = pieces.iter().map(|column| numbers::nulls(column)).collect();
            let texts: Vec<ArrayRef> = texts.into_iter().zip(nulls).map(with_nulls).all_ok()?;
            let (table, numbers) = number(&texts, weak, context)?;
            let numbering = Numbering::Texts(Translated::new(table));
            return Ok((KeyColumn::new(numbering, None, null), numbers.into_iter().map(Some).collect()));
        }
        let ranges = context.parallel(pieces.len(), |piece| Ok(numbers::range(pieces[piece])))?;
        let range = ranges.into_iter().flatten().reduce(|(a, b), (c, d)| (a.min(c), b.max(d)));
        Ok((KeyColumn::new(Numbering::Plain, range, null), none))
    }
}

/// Texts made of other values have no nulls of their own.
fn with_nulls((array, nulls): (ArrayRef, Option<arrow::buffer::NullBuffer>)) -> Result<ArrayRef> {
    if nulls.is_none() || array.nulls().is_some() {
        return Ok(array);
    }
    let data = array.to_data().into_builder().nulls(nulls);
    Ok(arrow::array::make_array(data.build()?))
}

/// Numbers all texts of a column, and tells the number of every row.
fn number(arrays: &[ArrayRef], weak: bool, context: &Context) -> Result<(TextTable, Vec<Vec<u32>>)> {
    let rows = arrays.iter().map(|array| array.len()).sum();
    let (count, shift) = parts_for(rows, TEXT_ROWS);
    let splits = context.parallel(arrays.len(), |piece| {
        let array = &arrays[piece];
        let part = |row, hash| array.is_valid(row).then(|| part_of(hash, shift));
        Ok(Split::new(&text::hashes(array, weak), 0, count, part))
    })?;
    let filled = context.parallel(count, |part| Ok(TextPart::fill(arrays, &splits, part, weak)))?;
    let (parts, of_parts): (Vec<_>, Vec<_>) = filled.into_iter().unzip();
    let table = TextTable::new(parts, shift, weak);
    let numbers = context.parallel(arrays.len(), |piece| {
        let own: Vec<&[u32]> = of_parts.iter().map(|pieces| pieces[piece].as_slice()).collect();
        Ok(table.numbers(&splits[piece], &own, arrays[piece].len()))
    })?;
    Ok((table, numbers))
}

/// How many rows there are, and by how much a piece is shifted to make the number of a row.
///
/// # Errors
/// `Unsupported` if there are more rows than numbers.
pub fn numbered(batches: &[Batch]) -> Result<(u64, u32)> {
    let rows: u64 = batches.iter().map(|batch| batch.rows() as u64).sum();
    let shift = numbering(batches.iter().map(Batch::rows)).ok_or_else(|| {
        let text = format!("a join against {rows} rows; the most is 2,147,483,646");
        Error::new(ErrorKind::Unsupported, text).hint("put the smaller table on the right")
    })?;
    Ok((rows, shift))
}

/// The batches in pieces that one task can work on. Cutting copies nothing; very many small ones are joined.
///
/// # Errors
/// What joining small batches raises.
pub fn pieces(batches: Vec<Batch>, context: &Context) -> Result<Vec<Batch>> {
    let mut cut = Vec::with_capacity(batches.len());
    for batch in batches.into_iter().filter(|batch| batch.rows() > 0) {
        let count = batch.rows().div_ceil(PIECE_ROWS);
        if count == 1 {
            cut.push(batch);
            continue;
        }
        let starts = (0..count).map(|i| i * PIECE_ROWS);
        cut.extend(starts.map(|start| batch.slice(start, PIECE_ROWS.min(batch.rows() - start))));
    }
    if cut.len() <= MOST_PIECES {
        return Ok(cut);
    }
    let mut runs: Vec<Vec<Batch>> = Vec::new();
    let mut size = 0;
    for batch in cut {
        match runs.last_mut() {
            Some(run) if size + batch.rows() <= PIECE_ROWS => {
                size += batch.rows();
                run.push(batch);
            }
            _ => {
                size = batch.rows();
                runs.push(vec![batch]);
            }
        }
    }
    context.parallel(runs.len(), |index| concat_batches(&runs[index]))
}

fn numbers_of(batches: &[Batch], shift: u32) -> usize {
    match batches {
        [] => 0,
        [only] => only.rows(),
        many => many.len() << shift,
    }
}

impl Sink for Build {
    type Lane = Vec<Batch>;

    fn describe(&self) -> String {
        format!("Build join table on {}", self.names().join(", "))
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Vec<Batch>> {
        Ok(Vec::new())
    }

    fn push(&self, lane: &mut Vec<Batch>, batch: Batch, _context: &Context) -> Result<Flow> {
        let mut columns = columns(&self.keys, &batch)?;
        for compared in &self.compared {
            columns.push(compared.column(&batch)?);
        }
        for kept in &self.kept {
            columns.push(match kept {
                Kept::Column(position) => batch.column(*position).clone(),
                Kept::Key(position) => columns[*position].clone(),
            });
        }
        lane.push(Batch::new(columns, batch.rows())?);
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Vec<Batch>>, context: &Context) -> Result<()> {
        let batches = lanes.into_iter().flatten().collect();
        self.result.set(self.build(batches, context)?)
    }
}
