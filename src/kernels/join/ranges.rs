//! Joins on one or two inequalities: the matches of a row are found without looking at the rows that do not match.

use crate::kernels::join::sorted::{Ordered, Sorted};

/// Values under a node of the tree, as a power of two.
const FAN_BITS: usize = 3;

/// Values under a node of the tree.
const FAN: usize = 1 << FAN_BITS;

/// Blocks of values that are read one after the other before the tree is asked: the intervals that a point lies in, or that
/// another overlaps, mostly begin close to each other.
const NEAR: usize = 4;

/// An inequality between a value of the build side and one of the probe side, in words turned so that it says: the
/// build side's is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    /// Whether the words of both sides have to be turned around: the build side's value is less.
    pub less: bool,
    /// Whether equal values match.
    pub equal: bool,
}

/// Rows sorted by the value of a first inequality, with a tree of greatest values of the second.
pub struct Ranges {
    sorted: Sorted,
    first: Relation,
    second: Option<(Relation, Tree)>,
}

/// Values, and the greatest of every [`FAN`] of them, and the greatest of every [`FAN`] of these, up to one block.
struct Tree {
    levels: Vec<Vec<[u64; FAN]>>,
    /// The greatest value from each block of values on.
    rest: Vec<u64>,
}

impl Relation {
    /// The words of a column of either side, turned as needed.
    pub fn turned(self, values: Ordered) -> Ordered {
        if self.less { values.reversed() } else { values }
    }

    /// The least word that matches a word of the probe side, if there is one.
    #[inline]
    fn least(self, word: u64) -> Option<u64> {
        if self.equal { Some(word) } else { word.checked_add(1) }
    }
}

impl Ranges {
    /// Rows sorted by the turned words of the first inequality; `second`: turned words of the second one in that order.
    pub fn new(sorted: Sorted, first: Relation, second: Option<(Relation, Vec<u64>)>) -> Self {
        Ranges { sorted, first, second: second.map(|(relation, words)| (relation, Tree::new(&words))) }
    }

    /// The rows by key and first value.
    pub fn sorted(&self) -> &Sorted {
        &self.sorted
    }

    /// Where the matches of the first inequality begin for rows of these groups, whose values are those from `row` on,
    /// appended to `out`.
    pub fn starts(&self, groups: &[u32], values: &Ordered, row: usize, out: &mut Vec<usize>) {
        let wanted = |at: usize| {
            let (start, end) = self.sorted.range(groups[at]);
            match values.get(row + at).and_then(|word| self.first.least(word)) {
                Some(least) => (start, end, least),
                None => (end, end, 0),
            }
        };
        self.sorted.seek_all(groups.len(), wanted, out);
    }

    /// The matches of a probe row in build order, appended to `out`: all of them, or `most` that are found quickly.
    /// `start`: where those of the first inequality begin.
    pub fn find(&self, group: u32, start: usize, second: Option<u64>, most: usize, out: &mut Vec<u32>) {
        let end = self.sorted.range(group).1;
        let before = out.len();
        match &self.second {
            None => {
                let end = end.min(start.saturating_add(most));
                out.extend_from_slice(self.sorted.rows(start, end));
            }
            Some((relation, tree)) => {
                let Some(least) = second.and_then(|word| relation.least(word)) else { return };
                let start = tree.scan((start, end), least, self.sorted.all_rows(), out);
                if out.len() - before >= most {
                    return out[before..].sort_unstable();
                }
                tree.visit((start, end), least, &mut |place| {
                    out.push(self.sorted.row(place));
                    out.len() - before < most
                });
            }
        }
        if out.len() - before > 1 {
            out[before..].sort_unstable();
        }
    }
}

impl Tree {
    fn new(values: &[u64]) -> Self {
        let mut levels = vec![blocks(values)];
        while levels[levels.len() - 1].len() > 1 {
            let below = &levels[levels.len() - 1];
            let above: Vec<u64> =
                below.iter().map(|block| block.iter().copied().max().unwrap_or(0)).collect();
            levels.push(blocks(&above));
        }
        let mut greatest = 0;
        let mut rest: Vec<u64> = levels[0]
            .iter()
            .rev()
            .map(|block| {
                greatest = block.iter().copied().fold(greatest, u64::max);
                greatest
            })
            .collect();
        rest.reverse();
        Tree { levels, rest }
    }

    /// The rows of the places from `start` on whose value is at least `least`, of some blocks, appended to `out`; the place
    /// to go on from, which is `end` if nothing follows.
    fn scan(&self, (mut start, end): (usize, usize), least: u64, rows: &[u32], out: &mut Vec<u32>) -> usize {
        for _ in 0..NEAR {
            let block = start / FAN;
            if start >= end || self.rest[block] < least {
                return end;
            }
            let first = block * FAN;
            let mut next = out.len();
            out.resize(next + FAN, 0);
            for ((place, value), row) in (first..).zip(&self.levels[0][block]).zip(&rows[first..]) {
                // Written always, kept if it is a match: a branch would often be guessed wrongly.
                out[next] = *row;
                next += usize::from((*value >= least) & (place >= start) & (place < end));
            }
            out.truncate(next);
            start = first + FAN;
        }
        start.min(end)
    }

    /// Calls `each` with the places from `start` up to `end` whose value is at least `least`, in order, as long as it
    /// returns true.
    fn visit(&self, (start, end): (usize, usize), least: u64, each: &mut impl FnMut(usize) -> bool) {
        let (mut level, mut node) = (0, start);
        while node << (FAN_BITS * level) < end {
            let Some(block) = self.levels[level].get(node / FAN) else { return };
            // All of the block are compared, those before the node too: how many follow would be guessed wrongly.
            let mut found = (at_least(block, least) >> (node % FAN)) << (node % FAN);
            let first = node / FAN * FAN;
            if found != 0 && level > 0 {
                node = (first + found.trailing_zeros() as usize) * FAN;
                level -= 1;
                continue;
            }
            while found != 0 {
                let place = first + found.trailing_zeros() as usize;
                if place >= end || !each(place) {
                    return;
                }
                found &= found - 1;
            }
            // Nothing is left under this node's parent: on with the next one, as high above as it is the first of all.
            loop {
                level += 1;
                node = node / FAN + 1;
                if level == self.levels.len() {
                    return;
                }
                if !node.is_multiple_of(FAN) {
                    break;
                }
                node -= 1;
            }
        }
    }
}

/// Values in blocks; places after the last one have the least value there is.
fn blocks(values: &[u64]) -> Vec<[u64; FAN]> {
    let block = |chunk: &[u64]| std::array::from_fn(|at| chunk.get(at).copied().unwrap_or(0));
    values.chunks(FAN).map(block).collect()
}

/// A bit for each value of a block that is at least `least`.
#[inline]
fn at_least(block: &[u64; FAN], least: u64) -> u32 {
    block.iter().zip(0..).fold(0, |bits, (value, place)| bits | u32::from(*value >= least) << place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_visits_what_a_scan_finds() {
        let mut number = 7u64;
        let mut random = |below: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) % below
        };
        for rows in [0usize, 1, 7, 8, 9, 63, 64, 65, 511, 512, 513, 4097] {
            let values: Vec<u64> = (0..rows).map(|_| random(50)).collect();
            let tree = Tree::new(&values);
            for _ in 0..200 {
                let (a, b) = (random(rows as u64 + 1) as usize, random(rows as u64 + 1) as usize);
                let (start, end, least, most) = (a.min(b), a.max(b), random(52), 1 + random(20) as usize);
                let wanted = (start..end).filter(|place| values[*place] >= least).take(most);
                let all = (start..end).filter(|place| values[*place] >= least).map(|place| place as u32);
                let numbers: Vec<u32> = (0..rows as u32).collect();
                let mut found = Vec::new();
                let rest = tree.scan((start, end), least, &numbers, &mut found);
                tree.visit((rest, end), least, &mut |place| {
                    found.push(place as u32);
                    true
                });
                assert_eq!(found, all.collect::<Vec<_>>(), "{start}..{end}, {least}");
                let mut found = Vec::new();
                tree.visit((start, end), least, &mut |place| {
                    found.push(place);
                    found.len() < most
                });
                assert_eq!(found, wanted.collect::<Vec<_>>(), "{rows} rows, {start}..{end}, {least}, {most}");
            }
        }
    }
}
