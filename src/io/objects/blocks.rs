//! Bytes of objects in blocks: few requests for many reads, and nothing read twice that was read a moment ago.

use crate::error::{Error, ErrorKind, Result};
use crate::io::objects::contract::Wanted;
use crate::io::objects::kept::{keep, with_kept};
use crate::io::objects::object::{Object, read};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a block.
const BLOCK: u64 = 64 << 10;
/// Blocks between two that are wanted which are rather read than asked for apart: half a MiB.
const GAP: u64 = 8;
/// Blocks of one request at most: 4 MiB.
const LONGEST: u64 = 64;
/// Blocks of the first request of a reader; each that goes on where the last one ended asks for twice as many.
const FIRST: u64 = 8;
/// Larger reads are for one reader alone.
const LARGE: u64 = 32 << 20;
/// Bytes at the end of a file that its footer is likely in.
const FOOT: u64 = 64 << 10;

/// Reads an object at positions. What is expected to be read is asked for in few requests.
pub struct Reader {
    object: Arc<Object>,
    held: Mutex<Held>,
}

/// What a reader holds by itself, so that others cannot push it out.
#[derive(Default)]
struct Held {
    /// Blocks that were expected.
    expected: BTreeMap<u64, Bytes>,
    /// Blocks of the last request.
    ahead: BTreeMap<u64, Bytes>,
    /// The block after the last request, and how many blocks that asked for.
    next: u64,
    step: u64,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.object, f)
    }
}

impl Reader {
    /// A reader of an object.
    pub fn new(object: Arc<Object>) -> Self {
        Reader { object, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for bytes that will be read, and holds them as long as the reader is there.
    ///
    /// # Errors
    /// As reading them.
    pub fn expect(&self, ranges: &[Range<u64>]) -> Result<()> {
        let size = self.object.size();
        let mut blocks: Vec<u64> = Vec::new();
        for range in ranges {
            blocks.extend(covering(range.start.min(size)..range.end.min(size)));
        }
        blocks.sort_unstable();
        blocks.dedup();
        let mut held = self.held();
        let id = self.object.id();
        with_kept(|kept| {
            for &block in &blocks {
                if let Some(bytes) = kept.get(id, block) {
                    held.expected.insert(block, bytes.clone());
                }
            }
        });
        blocks.retain(|block| !held.expected.contains_key(block));
        let found = self.fetch(&runs(&blocks))?;
        held.expected.extend(found);
        Ok(())
    }

    /// Fills `buffer` from the bytes at `offset`, which are in the object.
    ///
    /// # Errors
    /// As [`Object::read`].
    pub fn read(&self, buffer: &mut [u8], offset: u64) -> Result<()> {
        if buffer.is_empty() {
            return Ok(());
        }
        let range = offset..offset + buffer.len() as u64;
        if range.end - range.start >= LARGE {
            return self.read_large(buffer, offset);
        }
        let mut held = self.held();
        let wanted = covering(range.clone());
        let mut found: BTreeMap<u64, Bytes> = BTreeMap::new();
        let mut missing: Vec<u64> = Vec::new();
        with_kept(|kept| {
            for block in wanted.clone() {
                let own = held.expected.get(&block).or_else(|| held.ahead.get(&block));
                match own.or_else(|| kept.get(self.object.id(), block)) {
                    Some(bytes) => drop(found.insert(block, bytes.clone())),
                    None => missing.push(block),
                }
            }
        });
        if let (Some(&first), Some(&last)) = (missing.first(), missing.last()) {
            held.step = if first == held.next { (held.step * 2).clamp(FIRST, LONGEST) } else { FIRST };
            let end = blocks_of(self.object.size()).min((first + held.step).max(last + 1));
            let mut runs = runs(&missing);
            if let Some(run) = runs.last_mut() {
                run.end = run.end.max(end.min(run.start + LONGEST));
            }
            held.next = runs.last().map_or(0, |run| run.end);
            held.ahead = self.fetch(&runs)?;
            found.extend(held.ahead.iter().map(|(block, bytes)| (*block, bytes.clone())));
        }
        for block in wanted {
            let start = block * BLOCK;
            let from = range.start.max(start);
            let to = range.end.min(start + BLOCK);
            let bytes = found.get(&block).ok_or_else(|| Error::internal("a block was not read"))?;
            buffer[(from - offset) as usize..(to - offset) as usize]
                .copy_from_slice(&bytes[(from - start) as usize..(to - start) as usize]);
        }
        Ok(())
    }

    /// Straight into the buffer.
    fn read_large(&self, buffer: &mut [u8], offset: u64) -> Result<()> {
        let step = (LONGEST * BLOCK) as usize;
        for (group, pieces) in buffer.chunks_mut(step * 4).enumerate() {
            let start = offset + (group * step * 4) as u64;
            let ranges: Vec<Range<u64>> = (0..pieces.len())
                .step_by(step)
                .map(|at| start + at as u64..start + (at + step).min(pieces.len()) as u64)
                .collect();
            let found = self.object.read(&ranges)?;
            for (piece, bytes) in pieces.chunks_mut(step).zip(found) {
                piece.copy_from_slice(&bytes);
            }
        }
        Ok(())
    }

    /// The blocks of some runs of blocks, which are then kept for others too.
    fn fetch(&self, runs: &[Range<u64>]) -> Result<BTreeMap<u64, Bytes>> {
        if runs.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ranges: Vec<Range<u64>> = runs.iter().map(|run| bytes_of(run, self.object.size())).collect();
        let found = self.object.read(&ranges)?;
        let mut blocks = BTreeMap::new();
        for (run, bytes) in runs.iter().zip(&found) {
            blocks.extend(cut(run, bytes));
        }
        keep(self.object.id(), &blocks);
        Ok(blocks)
    }
}

/// Asks for the first and last bytes of many objects at once, where their footers are. What cannot be had raises nothing
/// here: reading it will.
///
/// # Errors
/// `Cancelled`.
pub fn warm(objects: &[&Arc<Object>]) -> Result<()> {
    // A place reads for all of its objects; they are told apart by where they are.
    for group in objects.chunk_by(|a, b| Arc::ptr_eq(a.objects(), b.objects())) {
        let mut wanted: Vec<Wanted<'_>> = Vec::new();
        let mut places: Vec<(u64, Range<u64>)> = Vec::new();
        for object in group {
            let size = object.size();
            let ends = [0..size.min(8), size.saturating_sub(FOOT)..size];
            let mut blocks: Vec<u64> = ends.into_iter().flat_map(covering).collect();
            blocks.dedup();
            with_kept(|kept| blocks.retain(|block| kept.get(object.id(), *block).is_none()));
            for run in runs(&blocks) {
                wanted.push(object.wanted(bytes_of(&run, size)));
                places.push((object.id(), run));
            }
        }
        let Some(first) = group.first().filter(|_| !wanted.is_empty()) else { continue };
        match read(first.objects().as_ref(), &wanted) {
            Ok(found) => {
                for ((id, run), bytes) in places.iter().zip(&found) {
                    keep(*id, &cut(run, bytes).collect());
                }
            }
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            Err(_) => {}
        }
    }
    Ok(())
}

/// The blocks of a run.
fn cut(run: &Range<u64>, bytes: &Bytes) -> impl Iterator<Item = (u64, Bytes)> {
    run.clone().map(move |block| {
        let start = ((block - run.start) * BLOCK) as usize;
        (block, bytes.slice(start..bytes.len().min(start + BLOCK as usize)))
    })
}

/// How many blocks so many bytes are.
fn blocks_of(size: u64) -> u64 {
    size.div_ceil(BLOCK)
}

/// The blocks that a range of bytes lies in.
fn covering(range: Range<u64>) -> Range<u64> {
    match range.is_empty() {
        true => 0..0,
        false => range.start / BLOCK..blocks_of(range.end),
    }
}

/// The bytes of a run of blocks of an object of so many bytes.
fn bytes_of(run: &Range<u64>, size: u64) -> Range<u64> {
    run.start * BLOCK..(run.end * BLOCK).min(size)
}

/// Ascending blocks as runs that are worth a request each: small gaps are read too, long runs are cut.
fn runs(blocks: &[u64]) -> Vec<Range<u64>> {
    let mut runs: Vec<Range<u64>> = Vec::new();
    for &block in blocks {
        match runs.last_mut() {
            Some(run) if block <= run.end + GAP && block < run.start + LONGEST => run.end = block + 1,
            _ => runs.push(block..block + 1),
        }
    }
    runs
}

#[cfg(test)]
#[path = "blocks_tests.rs"]
mod tests;
