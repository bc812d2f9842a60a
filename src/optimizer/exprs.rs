//! The expressions of a node: changed in place, under the names they had; and what the rules ask about one.

use crate::data::{DType, Schema};
use crate::error::Result;
use crate::expr::{BinaryOp, Expr, bind};
use crate::plan::{AggregateNode, FilterNode, Plan, ProjectNode, ScanNode, SortKey, SortNode, TableSource};
use std::sync::Arc;

/// A change of one expression over the columns of a schema.
pub type Change<'a> = &'a dyn Fn(&Expr, &Schema) -> Result<Expr>;

/// Changes every expression of a node, keeping its output names; `None` if none changed.
///
/// # Errors
/// The first error of `change` or of the node's check.
pub fn change_exprs(plan: &Plan, change: Change<'_>) -> Result<Option<Plan>> {
    Ok(match plan {
        Plan::Filter(node) => {
            let schema = node.input().schema();
            let changed = changed_all([node.predicate()], schema, change)?;
            match changed.and_then(|mut exprs| exprs.pop()) {
                Some(predicate) => Some(Plan::Filter(FilterNode::new(node.input().clone(), predicate)?)),
                None => None,
            }
        }
        Plan::Scan(node) => match node.predicate() {
            Some(predicate) => {
                let source: &Arc<dyn TableSource> = node.source();
                let changed = changed_all([predicate], source.schema(), change)?;
                let predicate = changed.and_then(|mut exprs| exprs.pop());
                predicate.map(|predicate| Plan::Scan(ScanNode::clone(node).with_predicate(predicate)))
            }
            None => None,
        },
        Plan::Project(node) => match changed_all(node.exprs(), node.input().schema(), change)? {
            Some(exprs) => {
                let exprs = named_as(exprs, node.exprs());
                Some(Plan::Project(ProjectNode::new(node.input().clone(), exprs)?))
            }
            None => None,
        },
        Plan::Aggregate(node) => {
            let schema = node.input().schema();
            let keys = changed_all(node.keys(), schema, change)?;
            let aggregates = changed_all(node.aggregates(), schema, change)?;
            if keys.is_none() && aggregates.is_none() {
                return Ok(None);
            }
            let keys = keys.map_or_else(|| node.keys().to_vec(), |keys| named_as(keys, node.keys()));
            let aggregates = aggregates
                .map_or_else(|| node.aggregates().to_vec(), |changed| named_as(changed, node.aggregates()));
            let input = node.input().clone();
            let node = AggregateNode::new(input, keys, aggregates, node.order(), node.drop_nulls())?;
            Some(Plan::Aggregate(node))
        }
        Plan::Sort(node) => {
            let exprs = node.by().iter().map(|key| &key.expr);
            match changed_all(exprs, node.input().schema(), change)? {
                Some(exprs) => {
                    let keys = exprs.into_iter().zip(node.by());
                    let by = keys.map(|(expr, key)| SortKey { expr, ..key.clone() }).collect();
                    Some(Plan::Sort(SortNode::new(node.input().clone(), by, node.limit())?))
                }
                None => None,
            }
        }
        Plan::Join(node) => {
            let (left_on, right_on) = node.given_keys();
            let left = changed_all(left_on, node.left().schema(), change)?;
            let right = changed_all(right_on, node.right().schema(), change)?;
            if left.is_none() && right.is_none() {
                return Ok(None);
            }
            let (left, right) =
                (left.unwrap_or_else(|| left_on.to_vec()), right.unwrap_or_else(|| right_on.to_vec()));
            Some(Plan::Join(node.with_keys(left, right)?))
        }
        _ => None,
    })
}

fn changed_all<'a>(
    exprs: impl IntoIterator<Item = &'a Expr>,
    schema: &Schema,
    change: Change<'_>,
) -> Result<Option<Vec<Expr>>> {
    let mut any = false;
    let mut made = Vec::new();
    for expr in exprs {
        let new = change(expr, schema)?;
        any |= new != *expr;
        made.push(new);
    }
    Ok(any.then_some(made))
}

fn named_as(exprs: Vec<Expr>, before: &[Expr]) -> Vec<Expr> {
    exprs.into_iter().zip(before).map(|(expr, before)| named(expr, &before.output_name())).collect()
}

/// The expression under this output name.
pub fn named(expr: Expr, name: &str) -> Expr {
    if expr.output_name().as_ref() == name { expr } else { expr.without_alias().clone().alias(name) }
}

/// Whether the expression, read against this schema, can fail on a value.
pub fn is_fallible(expr: &Expr, schema: &Schema) -> Result<bool> {
    Ok(bind(expr, schema)?.is_fallible())
}

/// Whether equal keys always get equal answers: 0.0 and -0.0 are one key, and so are all NaNs, but only comparisons
/// and the like are blind to the difference.
pub fn respects_key_equality(expr: &Expr, schema: &Schema) -> bool {
    match expr {
        Expr::Column(name) => schema.field(name).is_ok_and(|field| !holds_float(&field.dtype)),
        Expr::Binary { op: BinaryOp::Compare(_), left, right } => [left, right].into_iter().all(|side| {
            let plain = matches!(side.as_ref(), Expr::Column(name)
                if schema.field(name).is_ok_and(|field| field.dtype.is_float()));
            plain || respects_key_equality(side, schema)
        }),
        other => other.children().into_iter().all(|child| respects_key_equality(child, schema)),
    }
}

fn holds_float(dtype: &DType) -> bool {
    match dtype {
        DType::List(item) | DType::Array(item, _) => holds_float(item),
        DType::Struct(fields) => fields.iter().any(|field| holds_float(&field.dtype)),
        other => other.is_float(),
    }
}
