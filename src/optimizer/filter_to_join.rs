//! A filter that compares the two sides of a join without keys is the join's own condition: the pairs are looked up, not
//! made and dropped.

use crate::error::Result;
use crate::expr::{BinaryOp, Expr};
use crate::kernels::CompareOp;
use crate::optimizer::conjuncts;
use crate::optimizer::exprs::is_fallible;
use crate::optimizer::facts::{Origin, origins};
use crate::optimizer::rule::Rule;
use crate::plan::{FilterNode, JoinKind, JoinNode, JoinOptions, Node, Plan, Validate};
use std::sync::Arc;

/// The rule.
pub static FILTER_TO_JOIN: Rule = Rule {
    name: "filter_to_join",
    doc: "Makes comparisons of both sides above a join without keys conditions of the join.",
    rewrite: |plan| plan.rewrite_up(&mut change),
};

fn change(plan: &Plan) -> Result<Option<Plan>> {
    let Plan::Filter(filter) = plan else { return Ok(None) };
    let Plan::Join(node) = filter.input().as_ref() else { return Ok(None) };
    let plain = matches!(node.kind(), JoinKind::Cross)
        && node.options().validate == Validate::ManyToMany
        && node.options().indicator.is_none();
    if !plain {
        return Ok(None);
    }
    let (mut compared, mut rest) = (Vec::new(), Vec::new());
    for condition in conjuncts::split(filter.predicate()) {
        match compares_sides(node, &condition)? && !is_fallible(&condition, node.schema())? {
            true => compared.push(condition),
            false => rest.push(condition),
        }
    }
    let Some(condition) = conjuncts::all(compared) else { return Ok(None) };
    // Null equals nothing in a condition.
    let options = JoinOptions { nulls_equal: false, ..node.options().clone() };
    let keys = (Vec::new(), Vec::new());
    let (left, right) = (node.left().clone(), node.right().clone());
    let joined = Plan::Join(JoinNode::on(left, right, keys, &condition, JoinKind::Inner, options)?);
    if joined.schema() != node.schema() {
        return Ok(None);
    }
    Ok(Some(match conjuncts::all(rest) {
        Some(rest) => Plan::Filter(FilterNode::new(Arc::new(joined), rest)?),
        None => joined,
    }))
}

/// Whether a condition compares something of the left side with something of the right one.
fn compares_sides(node: &JoinNode, condition: &Expr) -> Result<bool> {
    let Expr::Binary { op: BinaryOp::Compare(op), left, right } = condition.without_alias() else {
        return Ok(false);
    };
    Ok(*op != CompareOp::NotEq
        && match (side(node, left)?, side(node, right)?) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        })
}

/// Whether all columns that an expression reads are of the left side, or of the right one.
fn side(node: &JoinNode, expr: &Expr) -> Result<Option<bool>> {
    let origins = origins(node);
    let mut found = None;
    for name in expr.columns() {
        let left = match origins[node.schema().index_of(&name)?] {
            Origin::Left(_) => true,
            Origin::Right(_) => false,
            Origin::Both => return Ok(None),
        };
        if found.is_some_and(|found| found != left) {
            return Ok(None);
        }
        found = Some(left);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DType;
    use crate::expr::col;
    use crate::optimizer::testing::{changes, filter, keeps, scan};

    fn crossed() -> Arc<Plan> {
        let left = scan("l", &[("a", DType::Int64), ("b", DType::Int64)]);
        let right = scan("r", &[("a", DType::Int64), ("c", DType::Int64)]);
        let none = || Vec::new();
        let node = JoinNode::new(left, right, none(), none(), JoinKind::Cross, JoinOptions::default());
        Arc::new(Plan::Join(node.unwrap()))
    }

    #[test]
    fn comparisons_of_both_sides_move_and_others_stay() {
        let plan =
            filter(crossed(), col("a").eq(col("a_right")).and(col("b").gt(1)).and(col("b").lt(col("c"))));
        changes(
            &FILTER_TO_JOIN,
            &plan,
            &[
                "Filter (b > 1)",
                "  Join inner where ((left.a == right.a) and (left.b < right.c))",
                "    Scan l",
                "    Scan r",
            ],
        );
        for condition in [
            col("b").gt(1),
            col("a").eq(col("b")),
            (col("a") + col("c")).eq(col("b")),
            col("b").not_eq(col("c")),
            col("a").eq(col("a_right")).or(col("b").gt(1)),
        ] {
            keeps(&FILTER_TO_JOIN, &filter(crossed(), condition));
        }
    }
}
