//! Filters move towards the scans, and into them, each condition on its own.
//!
//! A condition that can fail passes only nodes that give it the rows it would have seen anyway.

use crate::data::Schema;
use crate::error::Result;
use crate::expr::{Expr, col};
use crate::optimizer::conjuncts;
use crate::optimizer::exprs::{is_fallible, respects_key_equality};
use crate::optimizer::facts::{Origin, origins};
use crate::optimizer::rule::Rule;
use crate::optimizer::substitute::{Definitions, is_cheap};
use crate::plan::{FilterNode, GroupOrder, JoinKind, JoinNode, Node, Plan, ScanNode, Validate};
use std::collections::HashMap;
use std::sync::Arc;

/// The rule.
pub static PUSH_FILTERS: Rule = Rule {
    name: "push_filters",
    doc: "Moves the conditions of filters below other nodes and into scans.",
    rewrite: |plan| plan.rewrite_up(&mut change),
};

/// Conditions for each input of a node.
type PerInput = Vec<Vec<Expr>>;

fn change(plan: &Plan) -> Result<Option<Plan>> {
    let Plan::Filter(filter) = plan else { return Ok(None) };
    let conditions = conjuncts::split(filter.predicate());
    let count = conditions.len();
    let (input, stuck) = sink(filter.input(), conditions)?;
    if stuck.len() == count {
        return Ok(None);
    }
    Ok(Some(under(stuck, input)?.as_ref().clone()))
}

/// The plan with conditions moved below its top as far as they go, and those that cannot move at all.
fn sink(plan: &Arc<Plan>, conditions: Vec<Expr>) -> Result<(Arc<Plan>, Vec<Expr>)> {
    if let Plan::Scan(scan) = plan.as_ref() {
        return sink_into_scan(plan, scan, conditions);
    }
    let inputs = plan.node().inputs();
    let mut below: PerInput = vec![Vec::new(); inputs.len()];
    let mut stuck = Vec::new();
    for condition in conditions {
        if !descend(plan, &condition, &mut below)? {
            stuck.push(condition);
        }
    }
    if below.iter().all(Vec::is_empty) {
        return Ok((plan.clone(), stuck));
    }
    let mut moved = Vec::with_capacity(inputs.len());
    for (input, conditions) in inputs.into_iter().zip(below) {
        let (input, stuck) = sink(input, conditions)?;
        moved.push(under(stuck, input)?);
    }
    Ok((Arc::new(plan.node().with_inputs(moved)?), stuck))
}

/// A filter over the plan, merged with one that is there if it may be.
fn under(conditions: Vec<Expr>, plan: Arc<Plan>) -> Result<Arc<Plan>> {
    let mut safe = true;
    for condition in &conditions {
        safe &= !is_fallible(condition, plan.schema())?;
    }
    let (input, conditions) = match plan.as_ref() {
        Plan::Filter(lower) if safe => {
            let lower_conditions = conjuncts::split(lower.predicate());
            (lower.input().clone(), [lower_conditions, conditions].concat())
        }
        _ => (plan, conditions),
    };
    match conjuncts::all(conditions) {
        Some(predicate) => Ok(Arc::new(Plan::Filter(FilterNode::new(input, predicate)?))),
        None => Ok(input),
    }
}

fn sink_into_scan(
    plan: &Arc<Plan>,
    scan: &ScanNode,
    conditions: Vec<Expr>,
) -> Result<(Arc<Plan>, Vec<Expr>)> {
    if scan.limit().is_some() {
        return Ok((plan.clone(), conditions));
    }
    let mut taken = scan.predicate().map(conjuncts::split).unwrap_or_default();
    let mut stuck = Vec::new();
    for condition in conditions {
        // What the scan already drops protects what can fail.
        match scan.predicate().is_some() && is_fallible(&condition, plan.schema())? {
            true => stuck.push(condition),
            false => taken.push(condition),
        }
    }
    let plan = match conjuncts::all(taken) {
        Some(predicate) => Arc::new(Plan::Scan(scan.clone().with_predicate(predicate))),
        None => plan.clone(),
    };
    Ok((plan, stuck))
}

/// Moves one condition over the plan's rows to its inputs; `false` if it has to stay.
fn descend(plan: &Plan, condition: &Expr, below: &mut PerInput) -> Result<bool> {
    match plan {
        Plan::Project(node) => {
            let Some(moved) = replaced(condition, &Definitions::new(node.exprs(), plan.schema()))? else {
                return Ok(false);
            };
            below[0].push(moved);
        }
        // A sort looks at all rows, when a limit above might have stopped a condition before one it fails on.
        Plan::Sort(node) if node.limit().is_none() && !is_fallible(condition, plan.schema())? => {
            below[0].push(condition.clone());
        }
        Plan::Union(_) => below.iter_mut().for_each(|input| input.push(condition.clone())),
        // Every row gives a row at least, so a condition sees the same values.
        Plan::Explode(node) if !node.columns().iter().any(|name| condition.columns().contains(name)) => {
            below[0].push(condition.clone());
        }
        Plan::Distinct(node) => {
            let columns = condition.columns();
            let keys_only = columns.iter().all(|name| node.subset().contains(name));
            if !keys_only || !moves_freely(condition, plan.schema())? {
                return Ok(false);
            }
            below[0].push(condition.clone());
        }
        Plan::Aggregate(node) => {
            // With the order left open, other rows could mean another order.
            let keys = Definitions::new(node.keys(), plan.schema());
            let columns = condition.columns();
            let keys_only = !columns.is_empty() && columns.iter().all(|name| keys.get(name).is_some());
            if node.order() == GroupOrder::Any || !keys_only || !moves_freely(condition, plan.schema())? {
                return Ok(false);
            }
            match replaced(condition, &keys)? {
                Some(moved) if !is_fallible(&moved, node.input().schema())? => below[0].push(moved),
                _ => return Ok(false),
            }
        }
        // Whole partitions go, and no other row notices.
        Plan::Window(node) => {
            let columns = condition.columns();
            let keys_only = columns.iter().all(|name| node.is_parted_by(name));
            if columns.is_empty() || !keys_only || !moves_freely(condition, plan.schema())? {
                return Ok(false);
            }
            below[0].push(condition.clone());
        }
        Plan::Join(node) => return descend_join(node, condition, below),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Whether a condition may see other rows with the same keys.
fn moves_freely(condition: &Expr, schema: &Schema) -> Result<bool> {
    Ok(respects_key_equality(condition, schema) && !is_fallible(condition, schema)?)
}

/// The condition over what columns are computed of, if that is cheap enough to be computed twice.
fn replaced(condition: &Expr, definitions: &Definitions<'_>) -> Result<Option<Expr>> {
    let cheap = condition.columns().iter().all(|name| definitions.get(name).is_some_and(is_cheap));
    if cheap { definitions.apply(condition.clone()).map(Some) } else { Ok(None) }
}

/// Conditions on one side go there; where they read its keys only, they hold for the other side's keys too.
fn descend_join(node: &JoinNode, condition: &Expr, below: &mut PerInput) -> Result<bool> {
    let columns = condition.columns();
    // Keys are checked, and the nearest row is chosen, among all rows.
    let checked = node.options().validate != Validate::ManyToMany;
    if columns.is_empty() || checked || is_fallible(condition, node.schema())? {
        return Ok(false);
    }
    let origins = origins(node);
    let (mut left, mut right) = (HashMap::new(), HashMap::new());
    for name in &columns {
        match origins[node.schema().index_of(name)?] {
            Origin::Left(position) => {
                left.insert(name.as_ref(), &node.left().schema().fields()[position].name)
            }
            Origin::Right(position) => {
                right.insert(name.as_ref(), &node.right().schema().fields()[position].name)
            }
            Origin::Both => return Ok(false),
        };
    }
    let (here, names) = match (left.is_empty(), right.is_empty()) {
        (false, true) if !matches!(node.kind(), JoinKind::Right | JoinKind::Full) => (0, left),
        (true, false) if moves_right(node) => (1, right),
        _ => return Ok(false),
    };
    let moved = condition.clone().replace_columns(&|name| names.get(name).map(col))?;
    if let Some(derived) = for_partner(node, here, &moved)? {
        below[1 - here].push(derived);
    }
    below[here].push(moved);
    Ok(true)
}

/// Whether right rows that fail a condition on the right columns may be dropped before the join.
fn moves_right(node: &JoinNode) -> bool {
    matches!(node.kind(), JoinKind::Inner | JoinKind::Cross | JoinKind::Right) && node.asof().is_none()
}

/// A condition on one side's keys as one on the other side's: rows that fail it there would match nothing.
fn for_partner(node: &JoinNode, side: usize, condition: &Expr) -> Result<Option<Expr>> {
    let (from, to) = match side {
        0 => (node.left_on(), node.right_on()),
        _ => (node.right_on(), node.left_on()),
    };
    let schema = if side == 0 { node.left().schema() } else { node.right().schema() };
    if !respects_key_equality(condition, schema) {
        return Ok(None);
    }
    // Only plain columns: others were converted, or computed.
    let partners: HashMap<&str, &Expr> = from
        .iter()
        .zip(to)
        .filter_map(|pair| match pair {
            (Expr::Column(from), to @ Expr::Column(_)) => Some((from.as_ref(), to)),
            _ => None,
        })
        .collect();
    if !condition.columns().iter().all(|name| partners.contains_key(name.as_ref())) {
        return Ok(None);
    }
    condition.clone().replace_columns(&|name| partners.get(name).map(|&to| to.clone())).map(Some)
}

#[cfg(test)]
#[path = "push_filters_tests.rs"]
mod tests;
