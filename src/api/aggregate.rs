//! Aggregations of any expressions of aggregates, as plan nodes.

use crate::error::{Error, Result};
use crate::expr::{Expr, col};
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
    let mut parts: Vec<Expr> = Vec::new();
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
                let name = format!("__part_{}", parts.len());
                parts.push(part.alias(&name));
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
