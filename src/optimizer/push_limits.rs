//! Limits move towards the scans, so that less is computed; a scan learns how many rows are enough.

use crate::error::Result;
use crate::optimizer::rule::Rule;
use crate::plan::{JoinKind, LimitNode, Plan, ScanNode};
use std::sync::Arc;

/// The rule.
pub static PUSH_LIMITS: Rule = Rule {
    name: "push_limits",
    doc: "Merges limits, moves them below projections, and tells scans how many rows are enough.",
    rewrite: push,
};

/// From the top down: a limit goes all the way in one call.
fn push(plan: &Plan) -> Result<Option<Plan>> {
    let here = match plan {
        Plan::Limit(limit) => change(limit)?,
        _ => None,
    };
    match here {
        Some(plan) => Ok(Some(push(&plan)?.unwrap_or(plan))),
        None => plan.map_inputs(&mut push),
    }
}

fn change(limit: &LimitNode) -> Result<Option<Plan>> {
    let input = limit.input();
    if limit.rows() == 0 {
        return nothing(limit);
    }
    Ok(match input.as_ref() {
        Plan::Limit(inner) => {
            let left = inner.rows().saturating_sub(limit.offset());
            let offset = inner.offset().saturating_add(limit.offset());
            Some(Plan::Limit(LimitNode::new(inner.input().clone(), offset, limit.rows().min(left))))
        }
        Plan::Project(node) => {
            let below = LimitNode::new(node.input().clone(), limit.offset(), limit.rows());
            Some(input.node().with_inputs(vec![Arc::new(Plan::Limit(below))])?)
        }
        _ => {
            let told = tell(input, limit.offset().saturating_add(limit.rows()))?;
            told.map(|told| Plan::Limit(LimitNode::new(Arc::new(told), limit.offset(), limit.rows())))
        }
    })
}

/// The plan whose scans know how many rows are enough, as far as every row they give becomes a row at least. No limit
/// is added: one above stops as soon as it has enough, ones below would make every input run to its own.
fn tell(plan: &Plan, enough: u64) -> Result<Option<Plan>> {
    match plan {
        Plan::Scan(scan) => Ok(limited(scan, enough)),
        Plan::Project(_) | Plan::Union(_) | Plan::Explode(_) => {
            plan.map_inputs(&mut |input| tell(input, enough))
        }
        Plan::Join(node) if node.kind() == JoinKind::Left => match tell(node.left(), enough)? {
            Some(left) => plan.node().with_inputs(vec![Arc::new(left), node.right().clone()]).map(Some),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The scan told that so many rows are enough.
fn limited(scan: &ScanNode, enough: u64) -> Option<Plan> {
    let more = scan.limit().is_none_or(|limit| limit > enough)
        && scan.source().rows().is_none_or(|rows| rows > enough);
    more.then(|| Plan::Scan(scan.clone().with_limit(enough)))
}

/// Nothing of a node is the node of nothing, where the node makes no row by itself.
fn nothing(limit: &LimitNode) -> Result<Option<Plan>> {
    let none = |input: &Arc<Plan>| Arc::new(Plan::Limit(LimitNode::new(input.clone(), 0, 0)));
    Ok(match limit.input().as_ref() {
        Plan::Scan(scan) => limited(scan, 0).map(|scan| Plan::Limit(LimitNode::new(Arc::new(scan), 0, 0))),
        Plan::Aggregate(node) if node.keys().is_empty() => None,
        Plan::Limit(inner) => Some(Plan::Limit(LimitNode::new(inner.input().clone(), 0, 0))),
        node @ (Plan::Filter(_)
        | Plan::Project(_)
        | Plan::Sort(_)
        | Plan::Distinct(_)
        | Plan::Explode(_)
        | Plan::Aggregate(_)
        | Plan::Union(_)
        | Plan::Join(_)) => {
            let inputs = node.node().inputs().into_iter().map(none).collect();
            Some(node.node().with_inputs(inputs)?)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DType;
    use crate::expr::col;
    use crate::optimizer::testing::{changes, filter, keeps, scan, scan_of, select};
    use crate::plan::{ExplodeNode, JoinNode, JoinOptions, UnionNode};

    fn table() -> Arc<Plan> {
        scan("t", &[("a", DType::Int64), ("b", DType::Int64)])
    }

    fn limit(input: Arc<Plan>, offset: u64, rows: u64) -> Arc<Plan> {
        Arc::new(Plan::Limit(LimitNode::new(input, offset, rows)))
    }

    #[test]
    fn limits_merge() {
        let plan = limit(limit(filter(table(), col("a").gt(1)), 10, 5), 3, 7);
        changes(&PUSH_LIMITS, &plan, &["Limit 2 from row 13", "  Filter (a > 1)", "    Scan t"]);
        let plan = limit(limit(filter(table(), col("a").gt(1)), 0, 5), 9, 7);
        changes(&PUSH_LIMITS, &plan, &["Filter (a > 1)", "  Limit 0", "    Scan t; limit 0"]);
    }

    #[test]
    fn through_projections_into_scans() {
        let plan = limit(select(select(table(), [col("a") + 1]), [col("a") % 2]), 4, 6);
        changes(
            &PUSH_LIMITS,
            &plan,
            &["Project (a % 2)", "  Project (a + 1)", "    Limit 6 from row 4", "      Scan t; limit 10"],
        );
        // A short table needs no limit.
        keeps(&PUSH_LIMITS, &limit(scan_of("t", &[("a", DType::Int64)], 10), 4, 6));
    }

    #[test]
    fn not_through_what_may_drop_rows() {
        keeps(&PUSH_LIMITS, &limit(filter(table(), col("a").gt(1)), 0, 5));
    }

    #[test]
    fn scans_of_a_union_are_told() {
        let short = scan_of("u", &[("a", DType::Int64), ("b", DType::Int64)], 3);
        let inputs = vec![filter(table(), col("a").gt(1)), short, select(table(), [col("a"), col("b")])];
        let plan = limit(Arc::new(Plan::Union(UnionNode::new(inputs).unwrap())), 1, 5);
        changes(
            &PUSH_LIMITS,
            &plan,
            &[
                "Limit 5 from row 1",
                "  Union of 3",
                "    Filter (a > 1)",
                "      Scan t",
                "    Scan u",
                "    Project a, b",
                "      Scan t; limit 6",
            ],
        );
    }

    #[test]
    fn the_left_side_of_a_left_join_is_told() {
        let join = |kind| {
            let on = (vec![col("a")], vec![col("a")]);
            let join = JoinNode::new(table(), table(), on.0, on.1, kind, JoinOptions::default());
            Arc::new(Plan::Join(join.unwrap()))
        };
        changes(
            &PUSH_LIMITS,
            &limit(join(JoinKind::Left), 0, 5),
            &["Limit 5", "  Join left on a = a", "    Scan t; limit 5", "    Scan t"],
        );
        keeps(&PUSH_LIMITS, &limit(join(JoinKind::Inner), 0, 5));
    }

    #[test]
    fn the_scan_below_an_explode_is_told() {
        let lists = scan("t", &[("a", DType::Int64), ("l", DType::List(Box::new(DType::Int64)))]);
        let plan = Arc::new(Plan::Explode(ExplodeNode::new(lists, "l").unwrap()));
        changes(
            &PUSH_LIMITS,
            &limit(plan, 2, 3),
            &["Limit 3 from row 2", "  Explode l", "    Scan t; limit 5"],
        );
    }

    #[test]
    fn nothing_goes_everywhere() {
        let plan = limit(filter(table(), (col("a") % col("b")).gt(1)), 7, 0);
        changes(&PUSH_LIMITS, &plan, &["Filter ((a % b) > 1)", "  Limit 0", "    Scan t; limit 0"]);
    }
}
