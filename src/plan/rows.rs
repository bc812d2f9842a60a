//! How many rows a plan gives: at most, and probably.

use crate::plan::{JoinKind, Plan};

/// Of so many rows, one is believed to pass a condition.
const PASSING: u64 = 4;

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

/// A guess of the number of rows, for choices that change no result.
pub fn likely_rows(plan: &Plan) -> Option<u64> {
    let of = |input: &Plan, share: u64| Some(likely_rows(input)? / share);
    match plan {
        Plan::Scan(node) => {
            Some(node.source().rows()? / if node.predicate().is_some() { PASSING } else { 1 })
        }
        Plan::Filter(node) => of(node.input(), PASSING),
        Plan::Project(node) => of(node.input(), 1),
        Plan::Sort(node) => of(node.input(), 1),
        Plan::Window(node) => of(node.input(), 1),
        Plan::Distinct(node) => of(node.input(), 2),
        Plan::Aggregate(node) if node.keys().is_empty() => Some(1),
        Plan::Aggregate(node) => of(node.input(), PASSING),
        Plan::Limit(node) => Some(of(node.input(), 1)?.min(node.rows())),
        Plan::Union(_) => plan
            .node()
            .inputs()
            .into_iter()
            .try_fold(0u64, |sum, input| Some(sum.saturating_add(likely_rows(input)?))),
        Plan::Join(node) => match node.kind() {
            JoinKind::Inner | JoinKind::Left => of(node.left(), 1),
            JoinKind::Semi | JoinKind::Anti => of(node.left(), 2),
            JoinKind::Right => of(node.right(), 1),
            JoinKind::Full | JoinKind::Cross => None,
        },
        _ => None,
    }
}
