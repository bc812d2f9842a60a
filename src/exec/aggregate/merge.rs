//! The groups of all lanes, and the rows that wait in them, part by part.

use crate::data::concat::concat_columns;
use crate::data::{Batch, Column};
use crate::error::{AllOk, Error, Result};
use crate::exec::aggregate::lane::{Lane, Query, after_rows};
use crate::exec::aggregate::order::first_seen;
use crate::exec::aggregate::parts::{BITS, Chunk, Keys, PartIndex};
use crate::exec::context::Context;
use crate::expr::GroupState;
use crate::kernels::GroupIndex;
use crate::kernels::keys::{Packing, WordTable};
use crate::kernels::partition::Parts;
use crate::plan::GroupOrder;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Below this many groups in all lanes, one thread merges them faster than several.
const SERIAL_GROUPS: usize = 1 << 14;

/// The same where keys address their groups directly: finding a group is a load, and states are read in the order in which
/// they lie, which parts by hash are not.
const DIRECT_GROUPS: usize = 1 << 21;

/// Groups per part of a parallel merge.
const PART_GROUPS: usize = 1 << 15;

/// Waiting rows grouped together at most, on average.
const PART_ROWS: usize = 80_000;

/// Tasks of a merge at most; each leaves one batch.
pub const TASKS: usize = 64;

/// Keys of at most so many bits have a place each in a table that parts use one after another.
const PLACED_BITS: u32 = 22;

/// A lane, ready to be merged by parts.
struct Ready {
    keys: Keys,
    parts: Parts,
    states: Vec<Box<dyn GroupState>>,
    chunks: Vec<Chunk>,
    /// Rows of the lanes before.
    base: u64,
}

/// The groups of some parts.
#[derive(Default)]
struct Done {
    words: Vec<u64>,
    keys: Vec<Vec<Column>>,
    results: Vec<Vec<Column>>,
    /// States of all the parts, unless each part is finished by itself.
    states: Vec<Box<dyn GroupState>>,
    rows: usize,
    seen: Vec<u64>,
}

/// Merges lanes into batches of groups.
///
/// # Errors
/// As the aggregates document.
pub fn merge(query: &Query, lanes: Vec<Lane>, context: &Context) -> Result<Vec<Batch>> {
    let total: usize = lanes.iter().map(|lane| lane.index.len()).sum();
    let waiting = lanes.iter().any(|lane| !lane.chunks.is_empty());
    let quick = lanes.iter().flat_map(|lane| &lane.states).all(|state| state.merges_quickly());
    let serial = match common(&lanes) {
        // How many bits short texts have differs from run to run.
        Some(packing)
            if quick
                && !query.weak
                && !packing.has_short()
                && WordTable::is_direct(packing.layout().bits()) =>
        {
            DIRECT_GROUPS
        }
        _ => SERIAL_GROUPS,
    };
    let bits = match (waiting, total) {
        (true, _) => BITS,
        (false, total) if total <= serial => 0,
        (false, _) => (total / PART_GROUPS).next_power_of_two().clamp(2, 1024).trailing_zeros(),
    };
    if bits == 0 && !lanes.is_empty() {
        return Ok(vec![merge_whole(query, lanes, context)?]);
    }
    let common = common(&lanes);
    let together = if waiting { parts_together(&lanes) } else { 1 };
    let lanes = context
        .parallel_over(after_rows(lanes), |_, (lane, base)| ready(lane, base, common.as_ref(), bits))?;
    let parts = (1usize << bits) / together;
    let tasks = parts.min(TASKS);
    let tables = Tables::new(query, common.as_ref(), &lanes);
    let done = context.parallel(tasks, |task| {
        let mut done = Done { results: vec![Vec::new(); query.aggregates.len()], ..Done::default() };
        let mut expected = 0;
        for part in task * parts / tasks..(task + 1) * parts / tasks {
            let part = part * together..(part + 1) * together;
            expected = merge_part(query, &lanes, &tables, part, expected, &mut done)?;
        }
        done.batch(query, common.as_ref())
    })?;
    match query.order {
        GroupOrder::FirstSeen if tasks > 1 => first_seen(&done, context),
        _ => Ok(done.into_iter().map(|(batch, _)| batch).collect()),
    }
}

/// How many of the parts that rows wait in are grouped together: of fewer rows, the parts of a batch are short.
fn parts_together(lanes: &[Lane]) -> usize {
    let waiting: usize =
        lanes.iter().flat_map(|lane| &lane.chunks).map(|chunk| chunk.parts.order().len()).sum();
    let (parts, wanted) = (1usize << BITS, waiting.div_ceil(PART_ROWS).next_power_of_two());
    parts / wanted.clamp(TASKS, parts)
}

/// The packing that covers all keys, if all can be packed alike.
fn common(lanes: &[Lane]) -> Option<Packing> {
    let mut packings = Vec::new();
    for lane in lanes {
        packings.push(lane.index.packing()?);
        for chunk in &lane.chunks {
            match &chunk.keys {
                Keys::Words(_, packing) => packings.push(packing.clone()),
                Keys::Columns(_) => return None,
            }
        }
    }
    Packing::covering(&packings.iter().collect::<Vec<_>>())
}

fn ready(mut lane: Lane, base: u64, common: Option<&Packing>, bits: u32) -> Result<Ready> {
    let hashes = lane.index.group_hashes()?;
    let keys = keys_of(&lane, common)?;
    let chunks =
        lane.chunks.into_iter().map(|chunk| Ok(Chunk { keys: chunk.keys.unified(common)?, ..chunk }));
    let chunks = chunks.all_ok()?;
    Ok(Ready { keys, parts: Parts::new(&hashes, bits), states: lane.states, chunks, base })
}

/// The keys of a lane's groups.
fn keys_of(lane: &Lane, common: Option<&Packing>) -> Result<Keys> {
    Ok(match (common, lane.index.packing()) {
        (Some(common), Some(packing)) => {
            Keys::Words(packing.repack(lane.index.group_words(), common), common.clone())
        }
        _ => Keys::Columns(lane.index.keys()?),
    })
}

/// Merges lanes of few groups, in which no row waits: the groups on one thread, the states on all.
fn merge_whole(query: &Query, lanes: Vec<Lane>, context: &Context) -> Result<Batch> {
    let packing = common(&lanes);
    let mut index = match &packing {
        Some(packing) => {
            let layout = packing.layout();
            PartIndex::Words(WordTable::new(layout.width(), layout.bits(), query.weak), packing)
        }
        None => PartIndex::Columns(Box::new(GroupIndex::new(query.key_types(), query.weak))),
    };
    let (mut places, mut states) = (Vec::with_capacity(lanes.len()), Vec::with_capacity(lanes.len()));
    for lane in lanes {
        let count = lane.index.len();
        let keys = keys_of(&lane, packing.as_ref())?;
        let mut groups = Vec::new();
        index.assign_range(&keys, &(0..count), &mut groups)?;
        places.push(groups);
        states.push(lane.states);
    }
    let keys = match &index {
        PartIndex::Words(table, packing) => packing.keys(table.words())?,
        PartIndex::Columns(index) => index.keys()?,
    };
    let count = index.count();
    let results = query.merged(states, &places, count, &keys, context)?;
    Batch::new(keys.into_iter().chain(results).collect(), count)
}

/// Groups one part of all lanes; returns how many groups there are, as a guess at the next part's.
fn merge_part(
    query: &Query,
    lanes: &[Ready],
    tables: &Tables<'_>,
    part: Range<usize>,
    expected: usize,
    done: &mut Done,
) -> Result<usize> {
    let mut index = match tables.packing {
        Some(packing) => {
            let largest = lanes.iter().map(|lane| lane.parts.rows(&part).len()).max().unwrap_or(0);
            PartIndex::Words(tables.table(packing, query.weak, expected.max(largest)), packing)
        }
        None => PartIndex::Columns(Box::new(GroupIndex::new(query.key_types(), query.weak))),
    };
    let mut states = std::mem::take(&mut done.states);
    if states.is_empty() {
        states = query.states()?;
    }
    // Values that are kept are put in order part by part, while they are in the cache, and sets are smaller for fewer groups;
    // other states of several parts are one.
    let apart = states.iter().any(|state| state.keeps_values() || !state.merges_quickly());
    let first = if apart { 0 } else { done.rows };
    let all: Vec<usize> = (0..states.len()).collect();
    let (mut groups, mut local) = (Vec::new(), Local::default());
    let start = done.seen.len();
    let by_rows = query.order == GroupOrder::FirstSeen;
    for lane in lanes {
        // A lane's rows are added up by themselves before lanes are, as they are where no row waits: whether rows wait
        // depends on all groups of the lane, and must not change a bit of any one of them. Values that are kept and what is
        // exact are the same either way; some states see to it, others need states of the lane's own.
        let (direct, summed): (Vec<usize>, Vec<usize>) = all.iter().partition(|position| {
            let state = &mut states[**position];
            state.keeps_values() || state.exact() || state.begin_lane()
        });
        let from = lane.parts.rows(&part);
        index.assign_rows(&lane.keys, from, &mut groups)?;
        if by_rows {
            done.see(start, &groups, |i| lane.base + u64::from(from[i]));
        }
        if lane.chunks.is_empty() {
            shift(&mut groups, first)?;
            merge_states(&mut states, &lane.states, &all, first + index.count(), from, &groups)?;
            continue;
        }
        shift(&mut groups, first)?;
        merge_states(&mut states, &lane.states, &direct, first + index.count(), from, &groups)?;
        let mut own = if summed.is_empty() { Vec::new() } else { query.states()? };
        local.number(&mut groups, first, &summed);
        merge_states(&mut own, &lane.states, &summed, local.groups.len(), from, &groups)?;
        for chunk in &lane.chunks {
            let rows = chunk.parts.range(&part);
            if rows.is_empty() {
                continue;
            }
            index.assign_range(&chunk.keys, &rows, &mut groups)?;
            if by_rows {
                let order = chunk.parts.rows(&part);
                done.see(start, &groups, |i| lane.base + chunk.before + u64::from(order[i]));
            }
            shift(&mut groups, first)?;
            chunk.update(&mut states, &direct, &rows, first + index.count(), &groups)?;
            local.number(&mut groups, first, &summed);
            chunk.update(&mut own, &summed, &rows, local.groups.len(), &groups)?;
        }
        let numbers: Vec<u32> = (0..local.groups.len() as u32).collect();
        groups.clone_from(&local.groups);
        shift(&mut groups, first)?;
        merge_states(&mut states, &own, &summed, first + index.count(), &numbers, &groups)?;
        local.forget();
    }
    for state in &mut states {
        state.resize(first + index.count());
        state.end_lanes();
    }
    if apart {
        let keys = || match &index {
            PartIndex::Words(table, packing) => packing.keys(table.words()),
            PartIndex::Columns(index) => index.keys(),
        };
        for (position, state) in states.iter_mut().enumerate() {
            done.results[position].push(query.finished(position, state.as_mut(), keys)?);
        }
    } else {
        done.states = states;
    }
    match &index {
        PartIndex::Words(table, _) => done.words.extend_from_slice(table.words()),
        PartIndex::Columns(index) => done.keys.push(index.keys()?),
    }
    let count = index.count();
    done.rows += count;
    if let PartIndex::Words(table, _) = index {
        tables.give_back(table);
    }
    Ok(count)
}

/// Tables for the keys of parts.
struct Tables<'a> {
    /// The packing of all keys, if they have one.
    packing: Option<&'a Packing>,
    /// The bits of keys that have a place each, and tables that are not in use: as many as threads, not as parts.
    placed: Option<u32>,
    spare: Mutex<Vec<Vec<u32>>>,
}

impl<'a> Tables<'a> {
    fn new(query: &Query, packing: Option<&'a Packing>, lanes: &[Ready]) -> Self {
        let waiting = |lane: &Ready| lane.chunks.iter().map(|chunk| chunk.parts.order().len()).sum::<usize>();
        let rows: usize = lanes.iter().map(|lane| lane.parts.order().len() + waiting(lane)).sum();
        let bits = packing.and_then(|packing| packing.layout().bits());
        let placed = bits.filter(|bits| *bits <= PLACED_BITS && 1 << bits <= rows && !query.weak);
        Tables { packing, placed, spare: Mutex::default() }
    }

    fn table(&self, packing: &Packing, weak: bool, expected: usize) -> WordTable {
        let Some(bits) = self.placed else {
            return WordTable::of_part(packing.layout().width(), weak, expected);
        };
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        WordTable::over(spare.unwrap_or_default(), bits)
    }

    fn give_back(&self, table: WordTable) {
        if self.placed.is_some() {
            self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(table.into_slots());
        }
    }
}

/// The numbers of a part's groups among those of all parts of its task.
fn shift(groups: &mut [u32], first: usize) -> Result<()> {
    if first == 0 {
        return Ok(());
    }
    let first = u32::try_from(first).ok().filter(|first| *first < u32::MAX / 2);
    let first = first.ok_or_else(|| Error::unsupported("more than 2,147,483,647 groups in one task"))?;
    for group in groups {
        *group += first;
    }
    Ok(())
}

/// Merges some groups of the states at these positions into those of `count` groups.
///
/// # Errors
/// `Internal` if states are of different functions.
pub fn merge_states(
    states: &mut [Box<dyn GroupState>],
    others: &[Box<dyn GroupState>],
    positions: &[usize],
    count: usize,
    from: &[u32],
    into: &[u32],
) -> Result<()> {
    for position in positions {
        let state = &mut states[*position];
        state.resize(count);
        state.merge(others[*position].as_ref(), from, into)?;
    }
    Ok(())
}

/// Numbers of one lane's own for the groups of a part that it has rows of.
#[derive(Default)]
struct Local {
    /// By group: the number plus one, 0 where there is none.
    numbers: Vec<u32>,
    /// The groups, by number.
    groups: Vec<u32>,
}

impl Local {
    /// Replaces groups, the first of which is `first`, by their numbers, if there are states that want them.
    fn number(&mut self, groups: &mut [u32], first: usize, wanted: &[usize]) {
        if wanted.is_empty() {
            return;
        }
        let most = groups.iter().max().map_or(0, |group| *group as usize - first + 1);
        self.numbers.resize(most.max(self.numbers.len()), 0);
        for group in groups {
            let own = *group - first as u32;
            let number = &mut self.numbers[own as usize];
            if *number == 0 {
                self.groups.push(own);
                *number = self.groups.len() as u32;
            }
            *group = *number - 1;
        }
    }

    /// Makes ready for the next lane.
    fn forget(&mut self) {
        self.groups.drain(..).for_each(|group| self.numbers[group as usize] = 0);
    }
}

impl Done {
    /// Notes where the groups that are new were first seen; `start`: the first group of the part.
    fn see(&mut self, start: usize, groups: &[u32], place: impl Fn(usize) -> u64) {
        for (i, group) in groups.iter().enumerate() {
            if *group as usize == self.seen.len() - start {
                self.seen.push(place(i));
            }
        }
    }

    fn key_columns(&self, common: Option<&Packing>) -> Result<Vec<Column>> {
        if let Some(packing) = common {
            return packing.keys(&self.words);
        }
        let count = self.keys.first().map_or(0, Vec::len);
        let column = |position: usize| {
            concat_columns(&self.keys.iter().map(|keys| &keys[position]).collect::<Vec<_>>())
        };
        (0..count).map(column).collect()
    }

    fn batch(mut self, query: &Query, common: Option<&Packing>) -> Result<(Batch, Vec<u64>)> {
        let mut columns = self.key_columns(common)?;
        for (position, mut state) in std::mem::take(&mut self.states).into_iter().enumerate() {
            let keys = || self.key_columns(common);
            columns.push(query.finished(position, state.as_mut(), keys)?);
        }
        for chunks in self.results.iter().filter(|chunks| !chunks.is_empty()) {
            columns.push(concat_columns(&chunks.iter().collect::<Vec<_>>())?);
        }
        Ok((Batch::new(columns, self.rows)?, self.seen))
    }
}
