//! Limits move towards the scans, so that less is computed; a scan learns how many rows are enough.

use crate::error::Result;
use crate::optimizer::facts::most_rows;
use crate::optimizer::rule::Rule;
use crate::plan::{JoinKind, LimitNode, Plan, ScanNode};
use std::sync::Arc;

/// The rule.
pub static PUSH_LIMITS: Rule = Rule {
    name: "push_limits",
    doc: "Merges limits and moves them below what gives no fewer rows, and tells scans how many are enough.",
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
    let enough = limit.offset().saturating_add(limit.rows());
    let again = |input: Plan| Plan::Limit(LimitNode::new(Arc::new(input), limit.offset(), limit.rows()));
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
        Plan::Union(_) => input.map_inputs(&mut |input| Ok(first(input, enough)))?.map(again),
        // Every row gives a row at least, here and from the left below.
        Plan::Explode(_) => input.map_inputs(&mut |input| Ok(first(input, enough)))?.map(again),
        Plan::Join(node) if node.kind() == JoinKind::Left => match first(node.left(), enough) {
            Some(left) => Some(again(input.node().with_inputs(vec![Arc::new(left), node.right().clone()])?)),
            None => None,
        },
        Plan::Scan(scan) => limited(scan, enough).map(again),
        _ => None,
    })
}

/// The first rows of a plan that may have more.
fn first(plan: &Plan, rows: u64) -> Option<Plan> {
    let more = most_rows(plan).is_none_or(|most| most > rows);
    more.then(|| Plan::Limit(LimitNode::new(Arc::new(plan.clone()), 0, rows)))
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
    fn into_every_input_of_a_union() {
        let short = scan_of("u", &[("a", DType::Int64), ("b", DType::Int64)], 3);
        let inputs = vec![filter(table(), col("a").gt(1)), short, select(table(), [col("a"), col("b")])];
        let plan = limit(Arc::new(Plan::Union(UnionNode::new(inputs).unwrap())), 1, 5);
        changes(
            &PUSH_LIMITS,
            &plan,
            &[
                "Limit 5 from row 1",
                "  Union of 3",
                "    Limit 6",
                "      Filter (a > 1)",
                "        Scan t",
                "    Scan u",
                "    Project a, b",
                "      Limit 6",
                "        Scan t; limit 6",
            ],
        );
    }

    #[test]
    fn into_the_left_side_of_a_left_join() {
        let join = |kind| {
            let on = (vec![col("a")], vec![col("a")]);
            let join = JoinNode::new(table(), table(), on.0, on.1, kind, JoinOptions::default());
            Arc::new(Plan::Join(join.unwrap()))
        };
        changes(
            &PUSH_LIMITS,
            &limit(join(JoinKind::Left), 0, 5),
            &["Limit 5", "  Join left on a = a", "    Limit 5", "      Scan t; limit 5", "    Scan t"],
        );
        keeps(&PUSH_LIMITS, &limit(join(JoinKind::Inner), 0, 5));
    }

    #[test]
    fn below_an_explode() {
        let lists = scan("t", &[("a", DType::Int64), ("l", DType::List(Box::new(DType::Int64)))]);
        let plan = Arc::new(Plan::Explode(ExplodeNode::new(lists, "l").unwrap()));
        changes(
            &PUSH_LIMITS,
            &limit(plan, 2, 3),
            &["Limit 3 from row 2", "  Explode l", "    Limit 5", "      Scan t; limit 5"],
        );
    }

    #[test]
    fn nothing_goes_everywhere() {
        let plan = limit(filter(table(), (col("a") % col("b")).gt(1)), 7, 0);
        changes(&PUSH_LIMITS, &plan, &["Filter ((a % b) > 1)", "  Limit 0", "    Scan t; limit 0"]);
    }
}
