//! The first of equal rows, where keys can be told by few bits: one bit says whether a key was there before, so that rows
//! are looked at once and stay where they are.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Error, Result};
use crate::exec::aggregate::{Aggregate, Lane as Groups};
use crate::exec::collect::Collect;
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::expr::{Bound, columns};
use crate::kernels::GroupIndex;
use crate::kernels::filter::filter_batch;
use crate::kernels::keys::Packing;
use crate::kernels::seen::Seen;
use crate::plan::Flow;
use std::sync::atomic::{AtomicBool, Ordering};

/// Most bits of a key: their table has 4 MiB.
const MOST_BITS: u32 = 25;

/// Most keys per row: a table larger than the rows is not worth making.
const KEYS_PER_ROW: usize = 256;

/// Words of the tables that are joined in one task.
const WORDS: usize = 1 << 14;

/// Keeps the first of rows with equal keys.
pub struct Distinct {
    keys: Vec<Bound>,
    /// The columns of the result.
    columns: Vec<usize>,
    /// For keys that need more bits.
    groups: Aggregate,
    result: Slot<Vec<Batch>>,
    /// Whether some lane has such keys: others then need not try.
    wide: AtomicBool,
}

/// The rows of a lane whose keys are new in it.
pub struct Lane {
    index: GroupIndex,
    packing: Option<Packing>,
    seen: Seen,
    kept: Vec<Batch>,
    /// Their keys.
    words: Vec<u32>,
    /// All rows, if keys need more bits.
    groups: Option<Groups>,
}

impl Distinct {
    /// A sink that leaves the rows, with the columns at these places, in `result`, as `groups` would.
    pub fn new(
        keys: Vec<Bound>,
        columns: Vec<usize>,
        groups: Aggregate,
        weak: bool,
        result: Slot<Vec<Batch>>,
    ) -> Self {
        // Keys that hash alike are for the groups.
        Distinct { keys, columns, groups, result, wide: AtomicBool::new(weak) }
    }

    /// The rows of a lane as groups.
    fn grouped(&self, lane: &mut Lane, context: &Context) -> Result<()> {
        if lane.groups.is_some() {
            return Ok(());
        }
        let groups = lane.groups.insert(self.groups.lane(0, 0)?);
        (lane.words, lane.seen) = (Vec::new(), Seen::default());
        for batch in lane.kept.drain(..) {
            self.groups.push(groups, batch, context)?;
        }
        Ok(())
    }

    /// Adds a batch; false if its keys need more bits.
    fn keep(&self, lane: &mut Lane, batch: &Batch) -> Result<bool> {
        if self.wide.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let keys: Vec<Column> = columns(&self.keys, batch)?;
        let Some(words) = lane.index.pack(&keys, batch.rows())? else { return Ok(false) };
        let rows = batch.rows().max(lane.words.len());
        let Some(packing) = lane.index.packing().filter(|packing| narrow(packing, rows)) else {
            return Ok(false);
        };
        if lane.packing.as_ref().is_none_or(|known| known.layout() != packing.layout()) {
            lane.repack(&packing);
        }
        let new = lane.seen.insert(&words, &mut lane.words);
        let kept = filter_batch(batch, &new)?;
        if kept.rows() > 0 {
            lane.kept.push(kept);
        }
        Ok(true)
    }
}

/// Whether the keys of so many rows, and nulls, have a bit each.
fn narrow(packing: &Packing, rows: usize) -> bool {
    packing
        .layout()
        .bits()
        .is_some_and(|bits| bits <= MOST_BITS && 1 << bits <= rows.saturating_mul(KEYS_PER_ROW))
}

impl Lane {
    /// Keys and their bits as another packing has them.
    fn repack(&mut self, packing: &Packing) {
        let layout = packing.layout();
        if let Some(known) = &self.packing {
            let words: Vec<u64> = self.words.iter().map(|word| u64::from(*word)).collect();
            self.words.clear();
            self.words.extend(known.layout().repack(&words, layout).into_iter().map(|word| word as u32));
        }
        self.seen = Seen::new(layout.bits().unwrap_or(0));
        let words: Vec<u64> = self.words.iter().map(|word| u64::from(*word)).collect();
        self.seen.insert(&words, &mut Vec::new());
        self.packing = Some(packing.clone());
    }
}

impl Sink for Distinct {
    type Lane = Lane;

    fn describe(&self) -> String {
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_ref()).collect();
        format!("First rows by {}", keys.join(", "))
    }

    fn lanes(&self, partitions: usize) -> usize {
        self.groups.lanes(partitions)
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Lane> {
        let dtypes = self.keys.iter().map(|key| key.dtype.clone()).collect();
        Ok(Lane {
            index: GroupIndex::new(dtypes, false),
            packing: None,
            seen: Seen::default(),
            kept: Vec::new(),
            words: Vec::new(),
            groups: None,
        })
    }

    fn push(&self, lane: &mut Lane, batch: Batch, context: &Context) -> Result<Flow> {
        if lane.groups.is_none() && self.keep(lane, &batch)? {
            return Ok(Flow::Continue);
        }
        self.wide.store(true, Ordering::Relaxed);
        self.grouped(lane, context)?;
        match &mut lane.groups {
            Some(groups) => self.groups.push(groups, batch, context),
            None => Err(Error::internal("rows without groups")),
        }
    }

    fn close(&self, lane: &mut Lane, context: &Context) -> Result<()> {
        match &mut lane.groups {
            Some(groups) => self.groups.close(groups, context),
            None => Ok(()),
        }
    }

    fn finish(&self, mut lanes: Vec<Lane>, context: &Context) -> Result<()> {
        lanes.retain(|lane| lane.packing.is_some() || lane.groups.is_some());
        let Some(packing) = common(&lanes) else {
            let lanes = context.parallel_over(lanes, |_, mut lane| {
                let closed = lane.groups.is_some();
                self.grouped(&mut lane, context)?;
                let mut groups = lane.groups.ok_or_else(|| Error::internal("rows without groups"))?;
                if !closed {
                    self.groups.close(&mut groups, context)?;
                }
                Ok(groups)
            })?;
            return self.groups.finish(lanes, context);
        };
        let mut lanes = context.parallel_over(lanes, |_, mut lane| {
            if lane.packing.as_ref().is_none_or(|known| known.layout() != packing.layout()) {
                lane.repack(&packing);
            }
            Ok(lane)
        })?;
        before(&mut lanes, context)?;
        let kept = context.parallel_over(lanes, |_, lane| {
            let mut start = 0;
            let kept = lane.kept.iter().map(|batch| {
                let end = start + batch.rows();
                let new = lane.seen.misses(&lane.words[start..end]);
                start = end;
                filter_batch(&batch.project(&self.columns), &new)
            });
            kept.all_ok()
        })?;
        Collect::new(self.result.clone()).finish(kept, context)
    }
}

/// The packing in which each key of all lanes has a bit; `None` if there is none.
fn common(lanes: &[Lane]) -> Option<Packing> {
    let packings = lanes.iter().map(|lane| lane.packing.as_ref().filter(|_| lane.groups.is_none()));
    let packings: Vec<&Packing> = packings.collect::<Option<_>>()?;
    Packing::covering(&packings).filter(|packing| narrow(packing, usize::MAX))
}

/// Of each lane: not what it has seen, but what the lanes before it have.
fn before(lanes: &mut [Lane], context: &Context) -> Result<()> {
    let mut tables: Vec<_> = lanes.iter_mut().map(|lane| lane.seen.words_mut().chunks_mut(WORDS)).collect();
    let mut parts: Vec<Vec<&mut [u64]>> = Vec::new();
    loop {
        let part: Vec<&mut [u64]> = tables.iter_mut().filter_map(Iterator::next).collect();
        if part.is_empty() {
            break;
        }
        parts.push(part);
    }
    context.parallel_over(parts, |_, mut part| {
        let mut all = vec![0; part.first().map_or(0, |words| words.len())];
        for words in part.iter_mut() {
            for (word, all) in words.iter_mut().zip(&mut all) {
                (*word, *all) = (*all, *all | *word);
            }
        }
        Ok(())
    })?;
    Ok(())
}
