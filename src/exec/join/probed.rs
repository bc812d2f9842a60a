//! A batch of the probe side: its words, its matches, and the columns of the result.

use crate::data::{Batch, Column, strings};
use crate::error::{AllOk, Error, Result};
use crate::exec::join::built::{Built, Finder};
use crate::exec::operator::Emit;
use crate::kernels::gather::{NO_ROW, Pieces, present};
use crate::kernels::join::sorted::Ordered;
use crate::plan::Flow;
use arrow::array::{ArrayRef, StringViewArray, UInt32Array};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Most rows of one output batch; a batch with more pairs gives several.
pub const OUTPUT_ROWS: usize = 1 << 18;

/// Rows whose words are made and looked up at a time: they stay in the nearest caches.
const BLOCK: usize = 4096;

/// Which rows probing gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Pairs that match.
    Pairs,
    /// Pairs that match, and probe rows without a match.
    PairsAndRows,
    /// Probe rows with a match.
    Matched,
    /// Probe rows without a match.
    Unmatched,
}

/// A column of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// A column of the probe side.
    Probe(usize),
    /// A key of the probe side, as it was computed.
    Key(usize),
    /// A column that the build side kept.
    Build(usize),
    /// The number of the build row.
    Row,
    /// Where a row comes from: `both` if it has a build row, else this code of [`origins`].
    Origin(u32),
}

/// The codes of where rows come from.
pub const LEFT_ONLY: u32 = 0;
/// The codes of where rows come from.
pub const RIGHT_ONLY: u32 = 1;
/// The codes of where rows come from.
pub const BOTH: u32 = 2;

/// What the codes of where rows come from stand for.
pub fn origins() -> ArrayRef {
    Arc::new(StringViewArray::from(vec!["left_only", "right_only", "both"]))
}

/// Called with the row where a block begins and the matches of its rows.
pub type EachSpans<'a> = dyn FnMut(usize, &[&[u32]]) -> Result<Flow> + 'a;

/// A batch of the probe side.
pub struct Probed<'a> {
    /// The batch.
    pub batch: &'a Batch,
    /// Its keys.
    pub keys: &'a [Column],
    /// The build side.
    pub built: &'a Built,
    /// Which rows are given.
    pub wanted: Wanted,
    /// The columns of the result.
    pub output: &'a [Output],
    /// The words of what is compared, if equal keys are not all.
    pub compared: &'a [Ordered],
    /// What [`Output::Origin`] is in codes of.
    pub origins: &'a ArrayRef,
}

/// Some rows of a batch.
pub enum Rows<'a> {
    /// All of them, in order.
    All,
    /// These.
    Some(&'a [u32]),
}

impl Probed<'_> {
    /// Calls `each` with the words of every block of rows, and the row where it begins.
    pub fn blocks(&self, each: &mut dyn FnMut(usize, &[u64]) -> Result<Flow>) -> Result<Flow> {
        let prepared = self.built.encoder.prepare(self.keys)?;
        let rows = self.batch.rows();
        let (mut scratch, mut words) = (Vec::new(), Vec::new());
        let mut start = 0;
        while start < rows {
            let end = rows.min(start + BLOCK);
            self.built.encoder.words(&prepared, start..end, &mut scratch, &mut words);
            if each(start, &words)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
            start = end;
        }
        Ok(Flow::Continue)
    }

    /// The match of every row, where a row has one at most: a build row or [`NO_ROW`].
    pub fn found(&self) -> Result<Vec<u32>> {
        let mut found: Vec<u32> = Vec::with_capacity(self.batch.rows());
        let mut scratch = Vec::new();
        match (&self.built.finder, self.compared) {
            (Finder::Equal(index), _) => {
                self.blocks(&mut |_, words| {
                    index.find(words, &mut scratch, &mut found);
                    Ok(Flow::Continue)
                })?;
            }
            (Finder::Nearest(sorted, nearness), [values, ..]) => {
                let mut groups = Vec::new();
                // Where each group was looked at last; not for so many groups that few are looked at twice.
                let remembered = if sorted.groups() <= 4 * self.batch.rows() { sorted.groups() } else { 0 };
                let mut near: Vec<u32> =
                    (0..remembered).map(|group| sorted.range(group as u32).0 as u32).collect();
                self.blocks(&mut |start, words| {
                    groups.clear();
                    sorted.find(words, &mut scratch, &mut groups);
                    nearness.find(sorted, &groups, values, start, &mut near, &mut found);
                    Ok(Flow::Continue)
                })?;
            }
            _ => return Err(Error::internal("one match asked for where there can be several")),
        }
        Ok(found)
    }

    /// The matches of every block of rows, and the row where it begins.
    pub fn spans(&self, each: &mut EachSpans<'_>) -> Result<Flow> {
        self.spans_of(usize::MAX, each)
    }

    /// [`Probed::spans`] with `most` matches of a row at least, if it has as many: others need not be looked for.
    pub fn spans_of(&self, most: usize, each: &mut EachSpans<'_>) -> Result<Flow> {
        if self.built.is_distinct() {
            let found = self.found()?;
            let span = |row: &'_ u32| -> std::ops::Range<usize> { 0..usize::from(*row != NO_ROW) };
            for (block, rows) in found.chunks(BLOCK).enumerate() {
                let spans: Vec<&[u32]> =
                    rows.iter().map(|row| &std::slice::from_ref(row)[span(row)]).collect();
                if each(block * BLOCK, &spans)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
            return Ok(Flow::Continue);
        }
        let mut scratch = Vec::new();
        match &self.built.finder {
            Finder::Equal(index) => self.blocks(&mut |start, words| {
                let mut spans = Vec::with_capacity(words.len());
                index.spans(words, &mut scratch, &mut spans);
                each(start, &spans)
            }),
            Finder::Ranges(ranges) => {
                let [first, second @ ..] = self.compared else {
                    return Err(Error::internal("a join on ranges that compares nothing"));
                };
                let (mut groups, mut starts) = (Vec::new(), Vec::new());
                let (mut found, mut ends) = (Vec::new(), Vec::new());
                self.blocks(&mut |start, words| {
                    groups.clear();
                    starts.clear();
                    ranges.sorted().find(words, &mut scratch, &mut groups);
                    ranges.starts(&groups, first, start, &mut starts);
                    let mut done = 0;
                    while done < groups.len() {
                        // A few rows at a time: each can have very many matches.
                        found.clear();
                        ends.clear();
                        let begun = done;
                        while done < groups.len() && found.len() < OUTPUT_ROWS {
                            let other = second.first().and_then(|values| values.get(start + done));
                            ranges.find(groups[done], starts[done], other, most, &mut found);
                            ends.push(found.len());
                            done += 1;
                        }
                        let mut begin = 0;
                        let spans: Vec<&[u32]> = ends
                            .iter()
                            .map(|end| &found[std::mem::replace(&mut begin, *end)..*end])
                            .collect();
                        if each(start + begun, &spans)? == Flow::Stop {
                            return Ok(Flow::Stop);
                        }
                    }
                    Ok(Flow::Continue)
                })
            }
            Finder::Nearest(..) => Ok(Flow::Continue),
        }
    }

    /// Marks all rows of a key that has found a match, unless it is known: they are all marked with the first of them.
    pub fn mark_key(&self, rows: &[u32]) {
        let known = |row: &u32| {
            self.built.matched.get(*row as usize).is_some_and(|mark| mark.load(Ordering::Relaxed))
        };
        if !rows.first().is_some_and(known) {
            self.mark(rows);
        }
    }

    /// Marks build rows that have found a match.
    pub fn mark(&self, rows: &[u32]) {
        if self.built.matched.is_empty() {
            return;
        }
        for row in rows.iter().filter(|row| **row != NO_ROW) {
            let mark = &self.built.matched[*row as usize];
            if !mark.load(Ordering::Relaxed) {
                mark.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Columns of probe rows beside those of build rows.
    pub fn columns(&self, output: &[Output], left: &Rows<'_>, right: &[u32]) -> Result<Batch> {
        let rows = match left {
            Rows::All => self.batch.rows(),
            Rows::Some(rows) => rows.len(),
        };
        let absent = present(right);
        let pick = |column: &Column| match left {
            Rows::All => Ok(column.clone()),
            Rows::Some(rows) => Pieces::of(column).gather(rows, None),
        };
        let wanted = output.iter().filter_map(|output| match output {
            Output::Build(position) => Some(*position),
            _ => None,
        });
        let wanted: Vec<usize> = wanted.collect();
        let mut built = self.built.payload.gather(&wanted, right, absent.as_ref())?.into_iter();
        let columns = output.iter().map(|output| match output {
            Output::Probe(position) => pick(self.batch.column(*position)),
            Output::Key(position) => pick(&self.keys[*position]),
            Output::Build(_) => built.next().ok_or_else(|| Error::internal("a column was not gathered")),
            Output::Row => Ok(Column::from_held(Arc::new(UInt32Array::from(right.to_vec())))),
            Output::Origin(alone) => {
                let codes = right.iter().map(|row| if *row == NO_ROW { *alone } else { BOTH });
                let codes: UInt32Array = codes.collect::<Vec<u32>>().into();
                Ok(Column::from_held(strings::encode(codes, self.origins.clone())?))
            }
        });
        Batch::new(columns.all_ok()?, rows)
    }

    /// Gives no rows, which is where a query that was cancelled stops.
    pub fn pause(&self, emit: &mut Emit<'_>) -> Result<Flow> {
        emit(self.columns(self.output, &Rows::Some(&[]), &[])?)
    }

    /// Gives the pairs so far and starts anew. If every probe row occurs once and in order, its columns are shared.
    pub fn flush(&self, left: &mut Vec<u32>, right: &mut Vec<u32>, emit: &mut Emit<'_>) -> Result<Flow> {
        if left.is_empty() {
            return Ok(Flow::Continue);
        }
        self.mark(right);
        let whole = left.len() == self.batch.rows() && left.iter().zip(0..).all(|(row, i)| *row == i);
        let rows = if whole { Rows::All } else { Rows::Some(left) };
        let made = self.columns(self.output, &rows, right)?;
        left.clear();
        right.clear();
        emit(made)
    }
}
