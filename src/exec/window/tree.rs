//! Aggregates over frames: states of 1, 2, 4, ... rows, of which each frame takes the fewest that make it up.
//!
//! Blocks of a partition have a tree each, and the blocks of a long partition one more. Blocks are counted from the first
//! row of their partition, so a value does not depend on what else there is.

use crate::data::strings;
use crate::error::{AllOk, Result};
use crate::exec::context::Context;
use crate::exec::window::frames::Frames;
use crate::exec::window::sequence::Sequence;
use crate::expr::{BLOCK, BoundAggregate, GroupState, Groups, WindowRows};
use crate::functions::aggregate::aggregate_distinct::counts;
use crate::kernels::places::Gatherer;
use arrow::array::{ArrayRef, AsArray, BooleanArray};
use arrow::compute::{concat, filter, nullif};
use std::ops::Range;

/// What the states that are held at a time for the rows of a piece may take.
const PIECE_BYTES: usize = 64 << 20;
/// Rows of a piece at least.
const PIECE_ROWS: usize = 64;

/// The aggregate of the frame of each row of a sequence, task by task.
///
/// # Errors
/// As the aggregate documents, naming the position in the sequence by `Error::row`.
pub fn framed(
    aggregate: &BoundAggregate,
    args: &[Gatherer],
    sequence: &Sequence,
    rows: &WindowRows<'_>,
    frames: &Frames<'_>,
    context: &Context,
) -> Result<Vec<ArrayRef>> {
    let tasks = sequence.tasks();
    let blocks = context.parallel(tasks.len(), |task| {
        let range = tasks[task].clone();
        let mut leaves = aggregate.state()?;
        leaves.resize(range.len());
        let ids: Vec<u32> = (0..range.len() as u32).collect();
        update(leaves.as_mut(), aggregate, args, sequence, range.clone(), &ids)?;
        let starts = rows.blocks(range.clone()).map(|(_, block)| block.start as u32);
        Tree::new(aggregate, leaves, starts.chain([range.end as u32]).collect())
    })?;
    let (spine, long) = spine(aggregate, &tasks, &blocks, rows)?;
    let forest = Forest { aggregate, tasks: &tasks, blocks, spine, long };
    context.parallel(tasks.len(), |task| {
        let range = tasks[task].clone();
        let frames = frames.of(range.clone());
        let size = (PIECE_BYTES / forest.largest().max(1)).clamp(PIECE_ROWS, range.len().max(PIECE_ROWS));
        let mut pieces: Vec<ArrayRef> = Vec::new();
        for (number, piece) in frames.chunks(size).enumerate() {
            context.check()?;
            let first = range.start + number * size;
            pieces.push(forest.piece(rows, first, piece).map_err(|error| match error.row_number() {
                Some(row) => error.without_row().row(first as u64 + row),
                None => error,
            })?);
        }
        match pieces.as_slice() {
            [only] => Ok(only.clone()),
            many => Ok(concat(&many.iter().map(AsRef::as_ref).collect::<Vec<_>>())?),
        }
    })
}

/// Adds the rows of a range of the sequence to a state, each to its group.
///
/// # Errors
/// As the aggregate documents.
pub fn update(
    state: &mut dyn GroupState,
    aggregate: &BoundAggregate,
    args: &[Gatherer],
    sequence: &Sequence,
    range: Range<usize>,
    ids: &[u32],
) -> Result<()> {
    let accepts_codes = aggregate.function.get()?.accepts_codes;
    let places = sequence.places(range);
    let mut columns: Vec<ArrayRef> = args
        .iter()
        .map(|gatherer| {
            let column = gatherer.take(&places, false)?;
            if accepts_codes { Ok(column.array().clone()) } else { strings::decode(column.array()) }
        })
        .all_ok()?;
    match aggregate.filter.as_ref().and_then(|_| columns.pop()) {
        Some(mask) => {
            let mask = mask.as_boolean();
            let kept: Vec<ArrayRef> = columns.iter().map(|column| Ok(filter(column, mask)?)).all_ok()?;
            let chosen = ids.iter().zip(mask.iter()).filter(|(_, keep)| *keep == Some(true));
            let chosen: Vec<u32> = chosen.map(|(id, _)| *id).collect();
            state.update(&kept, &Groups::per_row(&chosen))
        }
        None => state.update(&columns, &Groups::per_row(ids)),
    }
}

/// The blocks of partitions that have more than one, as leaves of one more tree, and where these partitions start.
fn spine(
    aggregate: &BoundAggregate,
    tasks: &[Range<usize>],
    blocks: &[Tree],
    rows: &WindowRows<'_>,
) -> Result<(Tree, Vec<usize>)> {
    let mut leaves = aggregate.state()?;
    let (mut starts, mut count, mut long) = (Vec::new(), 0u32, Vec::new());
    for (task, tree) in tasks.iter().zip(blocks) {
        let (mut from, mut into) = (Vec::new(), Vec::new());
        for (number, (partition, block)) in rows.blocks(task.clone()).enumerate() {
            if block.is_empty() || partition.len() <= BLOCK {
                continue;
            }
            if long.last() != Some(&partition.start) {
                starts.push(count);
                long.push(partition.start);
            }
            from.push(number);
            into.push(count);
            count += 1;
        }
        leaves.resize(count as usize);
        tree.roots(leaves.as_mut(), &from, &into)?;
    }
    starts.push(count);
    Ok((Tree::new(aggregate, leaves, starts)?, long))
}

/// The trees of all blocks.
struct Forest<'a> {
    aggregate: &'a BoundAggregate,
    tasks: &'a [Range<usize>],
    blocks: Vec<Tree>,
    spine: Tree,
    /// Where the partitions of the spine start.
    long: Vec<usize>,
}

impl Forest<'_> {
    /// Bytes of the largest state.
    fn largest(&self) -> usize {
        self.blocks.iter().chain([&self.spine]).map(Tree::largest).max().unwrap_or(0)
    }

    /// The values of the rows from `first` on, with these frames.
    fn piece(&self, rows: &WindowRows<'_>, first: usize, frames: &[Range<usize>]) -> Result<ArrayRef> {
        // What is asked of the block a frame starts in, of the blocks between, and of the block it ends in.
        let mut asks: [Vec<(usize, Ask)>; 3] = Default::default();
        let mut places = Places { forest: self, last: None };
        for (partition, part) in rows.partitions(first..first + frames.len()) {
            for row in part {
                let frame = frames[row - first].clone();
                if frame.is_empty() {
                    continue;
                }
                let into = (row - first) as u32;
                let start_of = |block: usize| partition.start + block * BLOCK;
                let mut ask = |step: usize, block: usize, range: Range<usize>| {
                    let start = start_of(block);
                    let (tree, segment) = places.find(start);
                    asks[step]
                        .push((tree, Ask { segment, range: range.start - start..range.end - start, into }));
                };
                let (from, to) =
                    ((frame.start - partition.start) / BLOCK, (frame.end - 1 - partition.start) / BLOCK);
                if from == to {
                    ask(0, from, frame);
                    continue;
                }
                ask(0, from, frame.start..start_of(from + 1));
                ask(2, to, start_of(to)..frame.end);
                if from + 1 < to {
                    let segment = self.long.partition_point(|start| *start <= partition.start) - 1;
                    asks[1].push((0, Ask { segment, range: from + 1..to, into }));
                }
            }
        }
        let mut state = self.aggregate.state()?;
        state.resize(frames.len());
        for (step, mut asks) in asks.into_iter().enumerate() {
            asks.sort_by_key(|(tree, _)| *tree);
            for same in asks.chunk_by(|one, other| one.0 == other.0) {
                let tree = if step == 1 { &self.spine } else { &self.blocks[same[0].0] };
                tree.answer(state.as_mut(), &same.iter().map(|(_, ask)| ask).collect::<Vec<_>>())?;
            }
        }
        let values = state.finish()?;
        let function = self.aggregate.function.get()?;
        if counts(function, &self.aggregate.params) || frames.iter().all(|frame| !frame.is_empty()) {
            return Ok(values);
        }
        let empty: Vec<bool> = frames.iter().map(Range::is_empty).collect();
        Ok(nullif(&values, &BooleanArray::from(empty))?)
    }
}

/// Finds the tree of a block.
struct Places<'a> {
    forest: &'a Forest<'a>,
    /// The block asked for last, its tree and its segment.
    last: Option<(usize, usize, usize)>,
}

impl Places<'_> {
    /// The tree and the segment of the block that starts here.
    fn find(&mut self, start: usize) -> (usize, usize) {
        if let Some((last, tree, segment)) = self.last
            && last == start
        {
            return (tree, segment);
        }
        let tree = self.forest.tasks.partition_point(|task| task.start <= start) - 1;
        let starts = &self.forest.blocks[tree].starts;
        let segment = starts.partition_point(|own| *own as usize <= start) - 1;
        self.last = Some((start, tree, segment));
        (tree, segment)
    }
}

/// What is asked of a tree: a range of the leaves of a segment, for a group of the result.
struct Ask {
    segment: usize,
    range: Range<usize>,
    into: u32,
}

/// States of runs of 1, 2, 4, ... leaves; leaves belong to segments, and so do runs.
struct Tree {
    /// Where segments of leaves start, and their end.
    starts: Vec<u32>,
    levels: Vec<Level>,
}

struct Level {
    /// Where the states of each segment start.
    starts: Vec<u32>,
    state: Box<dyn GroupState>,
}

impl Tree {
    fn new(aggregate: &BoundAggregate, leaves: Box<dyn GroupState>, starts: Vec<u32>) -> Result<Tree> {
        let first = starts.first().copied().unwrap_or(0);
        let own = starts.iter().map(|start| start - first).collect();
        let mut levels = vec![Level { starts: own, state: leaves }];
        loop {
            let below = &levels[levels.len() - 1];
            let (mut above, mut even, mut odd) =
                (vec![0u32], (Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
            let mut count = 0u32;
            for pair in below.starts.windows(2) {
                // One state alone is the root of its segment.
                if pair[1] - pair[0] > 1 {
                    for child in pair[0]..pair[1] {
                        let (from, into) = if (child - pair[0]) % 2 == 0 { &mut even } else { &mut odd };
                        from.push(child);
                        into.push(count + (child - pair[0]) / 2);
                    }
                    count += (pair[1] - pair[0]).div_ceil(2);
                }
                above.push(count);
            }
            if count == 0 {
                return Ok(Tree { starts, levels });
            }
            let mut state = aggregate.state()?;
            state.resize(count as usize);
            state.merge(below.state.as_ref(), &even.0, &even.1)?;
            state.merge(below.state.as_ref(), &odd.0, &odd.1)?;
            levels.push(Level { starts: above, state });
        }
    }

    /// Bytes of a state of the highest level.
    fn largest(&self) -> usize {
        self.levels.last().map_or(0, |level| {
            let states = level.starts.last().map_or(1, |count| (*count).max(1));
            level.state.size_bytes() / states as usize
        })
    }

    /// The states of whole segments, in order, into groups of another state.
    fn roots(&self, state: &mut dyn GroupState, segments: &[usize], into: &[u32]) -> Result<()> {
        for level in &self.levels {
            let (mut from, mut to) = (Vec::new(), Vec::new());
            for (segment, into) in segments.iter().zip(into) {
                if level.starts[segment + 1] - level.starts[*segment] == 1 {
                    from.push(level.starts[*segment]);
                    to.push(*into);
                }
            }
            state.merge(level.state.as_ref(), &from, &to)?;
        }
        Ok(())
    }

    /// Adds what is asked for, each in the order of the leaves: from the left ever longer runs, then ever shorter ones.
    fn answer(&self, state: &mut dyn GroupState, asks: &[&Ask]) -> Result<()> {
        let mut open: Vec<(usize, Range<usize>)> =
            asks.iter().enumerate().map(|(ask, asked)| (ask, asked.range.clone())).collect();
        let mut right: Vec<(Vec<u32>, Vec<u32>)> = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            let (mut left, mut later) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
            for (ask, range) in &mut open {
                let asked = asks[*ask];
                let start = level.starts[asked.segment];
                if range.start % 2 == 1 {
                    left.0.push(start + range.start as u32);
                    left.1.push(asked.into);
                    range.start += 1;
                }
                if range.end % 2 == 1 && range.start < range.end {
                    range.end -= 1;
                    later.0.push(start + range.end as u32);
                    later.1.push(asked.into);
                }
                (range.start, range.end) = (range.start / 2, range.end / 2);
            }
            state.merge(level.state.as_ref(), &left.0, &left.1)?;
            right.push(later);
            open.retain(|(_, range)| range.start < range.end);
            if open.is_empty() {
                break;
            }
        }
        for (level, (from, into)) in self.levels.iter().zip(&right).rev() {
            state.merge(level.state.as_ref(), from, into)?;
        }
        Ok(())
    }
}
