//! Joins on one or two inequalities: the matches of a row are found without looking at the rows that do not match.

use crate::kernels::join::sorted::{Ordered, Sorted};

/// Values under a node of the tree.
const FAN: usize = 16;

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

    /// The matches of a probe row in build order, appended to `out`.
    pub fn find(&self, group: u32, first: Option<u64>, second: Option<u64>, out: &mut Vec<u32>) {
        let Some(least) = first.and_then(|word| self.first.least(word)) else { return };
        let range = self.sorted.range(group);
        let start = self.sorted.seek(range, range.0 + (range.1 - range.0) / 2, least, false);
        let before = out.len();
        match &self.second {
            None => out.extend_from_slice(self.sorted.rows(start, range.1)),
            Some((relation, levels)) => {
                let Some(least) = second.and_then(|word| relation.least(word)) else { return };
                let top = levels.len() - 1;
                for node in 0..levels[top].len() {
                    self.visit(levels, top, node, (start, range.1), least, out);
                }
            }
        }
        out[before..].sort_unstable();
    }

    fn visit(
        &self,
        levels: &[Vec<u64>],
        level: usize,
        node: usize,
        range: (usize, usize),
        least: u64,
        out: &mut Vec<u32>,
    ) {
        let size = FAN.pow(level as u32);
        if (node + 1) * size <= range.0 || node * size >= range.1 || levels[level][node] < least {
            return;
        }
        if level == 0 {
            out.push(self.sorted.row(node));
            return;
        }
        for below in node * FAN..((node + 1) * FAN).min(levels[level - 1].len()) {
            self.visit(levels, level - 1, below, range, least, out);
        }
    }
}
