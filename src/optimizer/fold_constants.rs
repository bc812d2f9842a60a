//! Constant parts of expressions become constants; truth values are simplified; filters that keep all or nothing go.
//!
//! What fails while folding is left as it is: it fails at run time, if a row ever reaches it.

use crate::data::{DType, Scalar, Schema};
use crate::error::Result;
use crate::expr::eval::constant;
use crate::expr::{BinaryOp, Evaluate, Expr, UnaryOp, bind, infer};
use crate::optimizer::conjuncts;
use crate::optimizer::exprs::change_exprs;
use crate::optimizer::rule::Rule;
use crate::optimizer::substitute::typed_literal;
use crate::plan::{FilterNode, LimitNode, Plan};
use std::sync::Arc;

/// The rule.
pub static FOLD_CONSTANTS: Rule = Rule {
    name: "fold_constants",
    doc: "Computes constant expressions once, simplifies conditions, and drops filters that are always true.",
    rewrite: |plan| plan.rewrite_up(&mut change),
};

fn change(plan: &Plan) -> Result<Option<Plan>> {
    let folded = change_exprs(plan, &|expr, schema| Ok(relaxed(fold(expr.clone(), schema)?)))?;
    let Plan::Filter(filter) = folded.as_ref().unwrap_or(plan) else { return Ok(folded) };
    let conditions = conjuncts::split(filter.predicate());
    if conditions.iter().any(|condition| matches!(truth(condition), Some(None | Some(false)))) {
        return Ok(Some(Plan::Limit(LimitNode::new(filter.input().clone(), 0, 0))));
    }
    let count = conditions.len();
    let open: Vec<Expr> =
        conditions.into_iter().filter(|condition| truth(condition) != Some(Some(true))).collect();
    if open.len() == count {
        return Ok(folded);
    }
    Ok(Some(match conjuncts::all(open) {
        Some(predicate) => Plan::Filter(FilterNode::new(filter.input().clone(), predicate)?),
        None => filter.input().as_ref().clone(),
    }))
}

/// The expression with its constant parts computed. Constants keep their types: they stand under a cast, which a
/// parent takes away where it makes no difference.
fn fold(expr: Expr, schema: &Schema) -> Result<Expr> {
    if let Some(folded) = computed(&expr) {
        return Ok(folded);
    }
    let expr = expr.map_children(&mut |child| fold(child, schema))?;
    Ok(match &expr {
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            let neutral = *op == BinaryOp::And;
            match (truth(left), truth(right)) {
                (Some(Some(known)), _) if known == neutral => or_else(right, schema, &expr),
                (_, Some(Some(known))) if known == neutral => or_else(left, schema, &expr),
                (Some(Some(known)), _) | (_, Some(Some(known))) => {
                    typed_literal(Scalar::Bool(known), DType::Bool)
                }
                _ => expr,
            }
        }
        Expr::Unary { op: UnaryOp::Not, expr: inner } => match inner.as_ref() {
            Expr::Unary { op: UnaryOp::Not, expr: inner } => or_else(inner, schema, &expr),
            _ => expr,
        },
        Expr::Binary { op, left, right } => {
            let side = |side: &Arc<Expr>, other: &Arc<Expr>| match beside(side, other, schema) {
                Some(literal) => Arc::new(literal),
                None => side.clone(),
            };
            Expr::Binary { op: *op, left: side(left, right), right: side(right, left) }
        }
        _ => expr,
    })
}

/// The value of an expression without columns, under a cast to its type; `None` if there is nothing to compute.
fn computed(expr: &Expr) -> Option<Expr> {
    if matches!(expr, Expr::Literal(_) | Expr::Alias(..)) || !is_constant(expr) {
        return None;
    }
    let (value, dtype) = constant(expr).ok()?;
    let folded = typed_literal(value.clone(), dtype.clone());
    // Not every value of every type can be written as a literal.
    (folded != *expr && constant(&folded).ok()? == (value, dtype)).then_some(folded)
}

/// Whether it reads nothing and always gives the same: functions without arguments and the user's own are not asked.
fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    expr.visit(&mut |part| match part {
        Expr::Column(_) | Expr::Aggregate { .. } | Expr::Window { .. } => constant = false,
        Expr::Call { function, args, .. } => {
            let built_in = function.get().is_ok_and(|found| matches!(found.evaluate, Evaluate::Code(_)));
            constant &= built_in && !args.is_empty();
        }
        _ => (),
    });
    constant
}

/// The truth value of a constant condition (`Some(None)`: null); `None` if it is no constant.
fn truth(expr: &Expr) -> Option<Option<bool>> {
    match expr {
        Expr::Literal(Scalar::Bool(value)) => Some(Some(*value)),
        Expr::Literal(Scalar::Null) => Some(None),
        Expr::Cast { expr, dtype: DType::Bool, .. } => match expr.as_ref() {
            inner @ Expr::Literal(Scalar::Bool(_) | Scalar::Null) => truth(inner),
            _ => None,
        },
        _ => None,
    }
}

/// The part alone if it is a truth value by itself (a column of nulls is not), else the whole.
fn or_else(part: &Expr, schema: &Schema, whole: &Expr) -> Expr {
    let is_bool = bind(part, schema).is_ok_and(|bound| bound.dtype == DType::Bool);
    if is_bool { part.clone() } else { whole.clone() }
}

/// A constant of its own type that keeps it as a bare literal next to `other`.
fn beside(side: &Expr, other: &Expr, schema: &Schema) -> Option<Expr> {
    let bare = relaxed(side.clone());
    let Expr::Literal(value) = &bare else { return None };
    if bare == *side || matches!(other.without_alias(), Expr::Literal(_)) {
        return None;
    }
    let other = bind(other, schema).ok()?;
    (infer::literal(value, &other.logical()) == value.dtype()).then_some(bare)
}

/// A constant as a bare literal, if that has the same type; for places where no neighbour gives it another.
fn relaxed(expr: Expr) -> Expr {
    match expr {
        Expr::Alias(inner, name) => Expr::Alias(Arc::new(relaxed(Arc::unwrap_or_clone(inner))), name),
        Expr::Cast { expr, dtype, mode } => match expr.as_ref() {
            Expr::Literal(value) if value.dtype() == dtype => Expr::Literal(value.clone()),
            _ => Expr::Cast { expr, dtype, mode },
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Selection, col, lit, when};
    use crate::optimizer::testing::{changes, filter, keeps, scan, select};

    fn table() -> Arc<Plan> {
        scan("t", &[("a", DType::Int64), ("s", DType::Int8), ("p", DType::Bool), ("n", DType::Null)])
    }

    fn folds(expr: Expr, to: &str) {
        let plan = select(table(), expr.into_exprs());
        changes(&FOLD_CONSTANTS, &plan, &[&format!("Project {to}"), "  Scan t"]);
    }

    #[test]
    fn constant_parts_are_computed() {
        folds((lit(1) + lit(2)).alias("x"), "3 as x");
        folds(col("a") + (lit(1) + lit(2)), "(a + 3)");
        folds(lit("2013-02-01").cast(DType::Date).alias("day"), "2013-02-01 as day");
        folds(
            when(col("p")).then(lit(1) + lit(2)).otherwise(col("a")),
            "when p then cast(3, int64) otherwise a",
        );
    }

    #[test]
    fn constants_keep_their_types() {
        // A bare 3 would become int8 next to `s`.
        folds(col("s") + (lit(1) + lit(2)), "(s + cast(3, int64))");
        folds((lit(Scalar::Null) + lit(1)).alias("x"), "cast(null, int64) as x");
        keeps(&FOLD_CONSTANTS, &select(table(), [col("s") + lit(1).cast(DType::Int64)]));
    }

    #[test]
    fn the_output_name_stays() {
        folds((!!col("p")).and(lit(true)), "p");
        folds(lit(true).and(col("p")), "p");
        folds(col("p").or(true), "true as p");
    }

    #[test]
    fn what_fails_stays() {
        keeps(&FOLD_CONSTANTS, &select(table(), [(lit(1) % lit(0)).alias("x")]));
        keeps(&FOLD_CONSTANTS, &select(table(), [lit("x").cast(DType::Int64).alias("x")]));
    }

    #[test]
    fn nulls_are_not_true() {
        keeps(&FOLD_CONSTANTS, &select(table(), [col("p").and(lit(Scalar::Null)).alias("x")]));
        // A column of nulls is of another type than the condition.
        keeps(&FOLD_CONSTANTS, &select(table(), [(!!col("n")).alias("x")]));
        let plan = filter(table(), col("p").and(lit(Scalar::Null)));
        changes(&FOLD_CONSTANTS, &plan, &["Limit 0", "  Scan t"]);
    }

    #[test]
    fn filters_that_keep_all_or_nothing_go() {
        changes(&FOLD_CONSTANTS, &filter(table(), lit(1).lt(2)), &["Scan t"]);
        changes(&FOLD_CONSTANTS, &filter(table(), lit(1).gt(2).and(col("p"))), &["Limit 0", "  Scan t"]);
        let plan = filter(table(), col("p").and(lit(1).lt(2)).and(col("a").gt(lit(2) * lit(3))));
        changes(&FOLD_CONSTANTS, &plan, &["Filter (p and (a > 6))", "  Scan t"]);
    }
}
