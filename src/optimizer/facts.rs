//! What rules ask about a plan: where a join's columns come from.

use crate::plan::{JoinKind, JoinNode};

/// Where a column of a join comes from: a position in an input's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From the left input.
    Left(usize),
    /// From the right input.
    Right(usize),
    /// From both: a shared key of a join that keeps right rows, or the indicator.
    Both,
}

/// The origin of each column of a join, in order.
pub fn origins(join: &JoinNode) -> Vec<Origin> {
    let both = |position: usize| {
        matches!(join.kind(), JoinKind::Right | JoinKind::Full)
            && join.shared().iter().any(|(shared, _)| *shared == position)
    };
    let left = (0..join.left().schema().len()).map(|i| if both(i) { Origin::Both } else { Origin::Left(i) });
    let indicator = join.options().indicator.iter().map(|_| Origin::Both);
    left.chain(join.right_columns().iter().copied().map(Origin::Right)).chain(indicator).collect()
}
