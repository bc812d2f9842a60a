//! Aggregations of any expressions of aggregates, as plan nodes.

use crate::api::window::extract;
use crate::error::{AllOk, Error, Result};
use crate::expr::{Expr, col, through_numbers};
use crate::plan::{AggregateNode, GroupOrder, Plan, ProjectNode};
use std::sync::Arc;

/// An aggregation of any expressions of aggregates: each aggregate in them becomes a column of the aggregation, and a
/// projection computes the rest.
pub(crate) fn aggregate(
    input: Arc<Plan>,
    keys: Vec<Expr>,
    exprs: Vec<Expr>,
    order: GroupOrder,
    drop_nulls: bool,
) -> Result<Plan> {
    let count = keys.len();
    let named = |expr: Expr| {
        let name = expr.output_name();
        if expr.has_window() { expr.without_alias().clone().alias(name) } else { expr }
    };
    let (input, mut keys) = extract(input, keys.into_iter().chain(exprs).map(named).collect())?;
    let schema = input.schema().clone();
    let exprs = keys.split_off(count).into_iter();
    let exprs = exprs.map(|expr| expr.rewrite(&mut |part| through_numbers(part, &schema))).all_ok()?;
    let mut parts: Vec<Expr> = Vec::new();
    let mut hidden: Vec<(Expr, String)> = Vec::new();
    let mut simple = true;
    let mut outputs: Vec<Expr> = keys.iter().map(|key| col(key.output_name())).collect();
    for expr in &exprs {
        if !expr.has_aggregate() {
            return Err(Error::invalid(format!("{expr} is no aggregate"))
                .operation("group_by")
                .hint("say which value of the group is meant, for example `.first()` or `.mean()`"));
        }
        let name = expr.output_name();
        if let Expr::Aggregate { .. } = expr.without_alias() {
            parts.push(expr.clone());
            outputs.push(col(name));
            continue;
        }
        simple = false;
        let output = expr.without_alias().clone().rewrite(&mut |part| match part {
            Expr::Aggregate { .. } => {
                // What occurs in several places is computed once.
                let name = match hidden.iter().find(|(known, _)| *known == part) {
                    Some((_, name)) => name.clone(),
                    None => {
                        let name = format!("__part_{}", parts.len());
                        hidden.push((part.clone(), name.clone()));
                        parts.push(part.alias(&name));
                        name
                    }
                };
                Ok(col(name))
            }
            other => Ok(other),
        })?;
        outputs.push(output.alias(name));
    }
    let node = AggregateNode::new(input, keys, parts, order, drop_nulls)?;
    if simple {
        return Ok(Plan::Aggregate(node));
    }
    Ok(Plan::Project(ProjectNode::new(Arc::new(Plan::Aggregate(node)), outputs)?))
}
