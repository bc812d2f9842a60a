//! A filter on a filter becomes one filter, unless the upper condition relies on the lower one.

use crate::error::Result;
use crate::optimizer::conjuncts;
use crate::optimizer::exprs::is_fallible;
use crate::optimizer::rule::Rule;
use crate::plan::{FilterNode, Plan};

/// The rule.
pub static MERGE_FILTERS: Rule = Rule {
    name: "merge_filters",
    doc: "Merges neighbouring filters, unless the upper one could fail on rows that the lower one drops.",
    rewrite: |plan| plan.rewrite_up(&mut change),
};

fn change(plan: &Plan) -> Result<Option<Plan>> {
    let Plan::Filter(upper) = plan else { return Ok(None) };
    let Plan::Filter(lower) = upper.input().as_ref() else { return Ok(None) };
    if is_fallible(upper.predicate(), plan.schema())? {
        return Ok(None);
    }
    let mut conditions = conjuncts::split(lower.predicate());
    conditions.extend(conjuncts::split(upper.predicate()));
    let Some(both) = conjuncts::all(conditions) else { return Ok(None) };
    Ok(Some(Plan::Filter(FilterNode::new(lower.input().clone(), both)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DType;
    use crate::expr::col;
    use crate::optimizer::testing::{changes, filter, keeps, scan};

    #[test]
    fn filters_merge_lower_condition_first() {
        let table = scan("t", &[("a", DType::Int64), ("b", DType::Int64)]);
        let plan = filter(filter(filter(table, col("a").gt(1)), col("b").lt(2)), col("a").gt(1));
        changes(&MERGE_FILTERS, &plan, &["Filter ((a > 1) and (b < 2))", "  Scan t"]);
    }

    #[test]
    fn a_condition_stays_behind_the_one_that_protects_it() {
        let table = scan("t", &[("a", DType::Int64), ("b", DType::Int64)]);
        let plan = filter(filter(table, col("b").not_eq(0)), (col("a") % col("b")).eq(1));
        keeps(&MERGE_FILTERS, &plan);
        let plan = filter(plan, col("a").gt(1));
        changes(
            &MERGE_FILTERS,
            &plan,
            &["Filter (((a % b) == 1) and (a > 1))", "  Filter (b != 0)", "    Scan t"],
        );
    }
}
