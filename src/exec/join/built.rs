//! What the build side hands to the probe side.

use crate::data::Column;
use crate::kernels::join::nearest::Nearness;
use crate::kernels::join::ranges::{Ranges, Relation};
use crate::kernels::join::sorted::{Ordered, Sorted};
use crate::kernels::join::{Encoder, Index};
use crate::kernels::payload::Payload;
use std::sync::atomic::AtomicBool;

/// What probing needs: the index, and the columns that go into the result.
pub struct Built {
    /// Keys to words.
    pub encoder: Encoder,
    /// Words to rows.
    pub finder: Finder,
    /// The columns of the result, by row number.
    pub payload: Payload,
    /// Rows.
    pub rows: u64,
    /// Which rows have been matched, by row number, if that is asked for.
    pub matched: Vec<AtomicBool>,
    /// Rows of each piece.
    pub pieces: Vec<usize>,
    /// A row's number is its piece, shifted left by this, and its place in the piece.
    pub shift: u32,
    /// The key columns of each piece.
    pub keys: Vec<Vec<Column>>,
}

/// How the matches of a word are found.
pub enum Finder {
    /// All rows with equal keys.
    Equal(Index),
    /// Those that fulfil inequalities.
    Ranges(Ranges),
    /// The nearest of them.
    Nearest(Sorted, Nearness),
}

/// What rows are sorted by, where equal keys are not all.
#[derive(Debug, Clone, Copy)]
pub enum Sorting {
    /// For one or two inequalities.
    Ranges(Relation, Option<Relation>),
    /// For the nearest row.
    Nearest(Nearness),
}

impl Sorting {
    /// The words of the columns that are compared, of either side.
    pub fn ordered(&self, columns: &[Column]) -> Vec<Ordered> {
        let values = columns.iter().map(Ordered::new);
        match self {
            Sorting::Nearest(_) => values.collect(),
            Sorting::Ranges(first, second) => {
                let relations = [Some(*first), *second].into_iter().flatten();
                values.zip(relations).map(|(values, relation)| relation.turned(values)).collect()
            }
        }
    }
}

impl Built {
    /// Whether a probe row has one match at most.
    pub fn is_distinct(&self) -> bool {
        match &self.finder {
            Finder::Equal(index) => index.is_distinct(),
            Finder::Ranges(_) => false,
            Finder::Nearest(..) => true,
        }
    }

    /// The key of a row, as text.
    pub fn key(&self, row: u32, names: &[&str]) -> String {
        let piece = (u64::from(row) >> self.shift) as usize;
        let place = (u64::from(row) & ((1u64 << self.shift) - 1)) as usize;
        let values = names.iter().zip(&self.keys[piece]);
        let values = values.map(|(name, column)| {
            format!("{name} = {}", crate::data::Scalar::from_array(column.array(), place))
        });
        values.collect::<Vec<_>>().join(", ")
    }
}
