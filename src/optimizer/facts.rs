//! What rules ask about a plan: how many rows it gives at most, where a join's columns come from.

use crate::plan::{JoinKind, JoinNode, Plan};

/// An upper bound of the number of rows, as far as the plan tells. A scan's or sort's own limit is no bound: it is a
/// permission to stop, and the limit node above it is what cuts.
pub fn most_rows(plan: &Plan) -> Option<u64> {
    match plan {
        Plan::Scan(node) => node.source().rows(),
        Plan::Filter(node) => most_rows(node.input()),
        Plan::Project(node) => most_rows(node.input()),
        Plan::Sort(node) => most_rows(node.input()),
        Plan::Distinct(node) => most_rows(node.input()),
        Plan::Window(node) => most_rows(node.input()),
        Plan::Aggregate(node) if node.keys().is_empty() => Some(1),
        Plan::Aggregate(node) => most_rows(node.input()),
        Plan::Limit(node) => match most_rows(node.input()) {
            Some(rows) => Some(rows.saturating_sub(node.offset()).min(node.rows())),
            None => Some(node.rows()),
        },
        Plan::Union(_) => {
            let inputs = plan.node().inputs();
            inputs.into_iter().try_fold(0u64, |sum, input| sum.checked_add(most_rows(input)?))
        }
        Plan::Join(node) => match node.kind() {
            JoinKind::Semi | JoinKind::Anti => most_rows(node.left()),
            _ => None,
        },
        _ => None,
    }
}

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
