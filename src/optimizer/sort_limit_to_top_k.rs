//! A sort below a limit keeps only as many rows as the limit can take.

use crate::error::Result;
use crate::optimizer::rule::Rule;
use crate::plan::{LimitNode, Plan, SortNode};
use std::sync::Arc;

/// The rule.
pub static SORT_LIMIT_TO_TOP_K: Rule = Rule {
    name: "sort_limit_to_top_k",
    doc: "Tells a sort below a limit how many of the first rows are wanted.",
    rewrite: |plan| plan.rewrite_up(&mut change),
};

fn change(plan: &Plan) -> Result<Option<Plan>> {
    let Plan::Limit(limit) = plan else { return Ok(None) };
    let Plan::Sort(sort) = limit.input().as_ref() else { return Ok(None) };
    let Some(rows) = limit.offset().checked_add(limit.rows()) else { return Ok(None) };
    if sort.limit().is_some_and(|limit| limit <= rows) {
        return Ok(None);
    }
    let top = Plan::Sort(SortNode::new(sort.input().clone(), sort.by().to_vec(), Some(rows))?);
    Ok(Some(Plan::Limit(LimitNode::new(Arc::new(top), limit.offset(), limit.rows()))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DType;
    use crate::expr::col;
    use crate::optimizer::testing::{changes, keeps, scan};
    use crate::plan::SortKey;

    #[test]
    fn the_sort_learns_the_limit() {
        let plan = |limit: Option<u64>, rows: u64| {
            let by = vec![SortKey::descending(col("a"))];
            let sort = SortNode::new(scan("t", &[("a", DType::Int64)]), by, limit).unwrap();
            Plan::Limit(LimitNode::new(Arc::new(Plan::Sort(sort)), 2, rows))
        };
        let lines = ["Limit 3 from row 2", "  Sort a descending; first 5", "    Scan t"];
        changes(&SORT_LIMIT_TO_TOP_K, &plan(None, 3), &lines);
        changes(&SORT_LIMIT_TO_TOP_K, &plan(Some(9), 3), &lines);
        keeps(&SORT_LIMIT_TO_TOP_K, &plan(Some(4), 3));
        keeps(&SORT_LIMIT_TO_TOP_K, &plan(None, u64::MAX));
    }
}
