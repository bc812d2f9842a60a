//! Joins on one or two inequalities: the matches of a row are found without looking at the rows that do not match.

use crate::kernels::join::sorted::{Ordered, Sorted};

/// Values under a node of the tree, as a power of two.
const FAN_BITS: usize = 3;

/// Values under a node of the tree.
const FAN: usize = 1 << FAN_BITS;

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
    second: Option<(Relation, Vec<Vec<u64>>)>,
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
        let second = second.map(|(relation, words)| {
            let mut levels = vec![words];
            while levels[levels.len() - 1].len() > FAN {
                let below = &levels[levels.len() - 1];
                let above = below.chunks(FAN).map(|chunk| chunk.iter().copied().max().unwrap_or(0));
                levels.push(above.collect());
            }
            (relation, levels)
        });
        Ranges { sorted, first, second }
    }

    /// The rows by key and first value.
    pub fn sorted(&self) -> &Sorted {
        &self.sorted
    }

    /// The matches of a probe row in build order, appended to `out`: all of them, or `most` that are found quickly.
    pub fn find(&self, group: u32, first: Option<u64>, second: Option<u64>, most: usize, out: &mut Vec<u32>) {
        let Some(least) = first.and_then(|word| self.first.least(word)) else { return };
        let range = self.sorted.range(group);
        let start = self.sorted.seek(range, range.0 + (range.1 - range.0) / 2, least, false);
        let before = out.len();
        match &self.second {
            None => {
                let end = range.1.min(start.saturating_add(most));
                out.extend_from_slice(self.sorted.rows(start, end));
            }
            Some((relation, levels)) => {
                let Some(least) = second.and_then(|word| relation.least(word)) else { return };
                let top = levels.len() - 1;
                visit(levels, top, 0..levels[top].len(), (start, range.1), least, &mut |place| {
                    out.push(self.sorted.row(place));
                    out.len() - before < most
                });
            }
        }
        out[before..].sort_unstable();
    }
}

/// Calls `each` with the places from `range.0` up to `range.1` whose value is at least `least`, among those under some nodes
/// of a level, as long as it returns true. Whether it always did.
fn visit(
    levels: &[Vec<u64>],
    level: usize,
    nodes: std::ops::Range<usize>,
    range: (usize, usize),
    least: u64,
    each: &mut impl FnMut(usize) -> bool,
) -> bool {
    let size = FAN_BITS * level;
    let from = nodes.start.max(range.0 >> size);
    let to = nodes.end.min((range.1 + (1 << size) - 1) >> size);
    let values = levels[level].get(from..to).unwrap_or_default();
    for (value, node) in values.iter().zip(from..) {
        if *value < least {
            continue;
        }
        let on = match level.checked_sub(1) {
            None => each(node),
            Some(below) => visit(levels, below, node * FAN..(node + 1) * FAN, range, least, each),
        };
        if !on {
            return false;
        }
    }
    true
}
