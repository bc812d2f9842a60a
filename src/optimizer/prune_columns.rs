//! Columns that nobody reads are not read, computed or carried along.
//!
//! From the top down, every node is asked for some of its columns and answers with a plan that has at least these, in
//! their order; it may keep others (a filter keeps what its condition reads). Where carrying on costs (join, sort), a
//! projection drops the others below. A plan that is asked for no column still gives the right number of rows.

use crate::data::Schema;
use crate::error::{AllOk, Result};
use crate::expr::{Expr, col};
use crate::optimizer::facts::{Origin, origins};
use crate::optimizer::rule::Rule;
use crate::plan::{AggregateNode, JoinNode, Node, Plan, ProjectNode, WindowNode};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The rule.
pub static PRUNE_COLUMNS: Rule = Rule {
    name: "prune_columns",
    doc: "Reads, computes and carries only the columns that are used.",
    rewrite: |plan| narrow(plan, &names(plan.schema())),
};

type Names = BTreeSet<Arc<str>>;

/// The plan with these of its columns, and others only where it cannot do without; `None` if it stays as it is.
fn narrow(plan: &Plan, wanted: &Names) -> Result<Option<Plan>> {
    match plan {
        Plan::Scan(scan) => {
            let kept = scan.projection().into_iter().zip(scan.schema().names());
            let kept: Vec<usize> = kept.filter(|(_, name)| wanted.contains(*name)).map(|(i, _)| i).collect();
            let narrower = kept.len() < scan.schema().len();
            Ok(narrower.then(|| Plan::Scan(scan.clone().with_projection(kept))))
        }
        Plan::Filter(node) => below(plan, &with(wanted, [node.predicate()])),
        Plan::Limit(_) => below(plan, wanted),
        Plan::Distinct(node) => {
            let keys = node.subset().iter().cloned();
            below(plan, &wanted.iter().cloned().chain(keys).collect())
        }
        Plan::Sort(node) => {
            let needed = with(wanted, node.by().iter().map(|key| &key.expr));
            plan.map_inputs(&mut |input| exact(input, &needed))
        }
        Plan::Project(node) => {
            let exprs = node.exprs().iter().filter(|expr| wanted.contains(&expr.output_name()));
            let exprs: Vec<Expr> = exprs.cloned().collect();
            let input = narrow(node.input(), &with(&Names::new(), &exprs))?;
            if input.is_none() && exprs.len() == node.exprs().len() {
                return Ok(None);
            }
            let input = input.map_or_else(|| node.input().clone(), Arc::new);
            Ok(Some(Plan::Project(ProjectNode::new(input, exprs)?)))
        }
        Plan::Aggregate(node) => aggregate(node, wanted),
        Plan::Join(node) => join(node, wanted),
        Plan::Window(node) => {
            let used = node.windows().iter().filter(|window| wanted.contains(&window.output_name()));
            let windows: Vec<Expr> = used.cloned().collect();
            let own: Names = node.windows().iter().map(Expr::output_name).collect();
            let carried = wanted.iter().filter(|name| !own.contains(*name)).cloned().collect();
            let input = narrow(node.input(), &with(&carried, &windows))?;
            if input.is_none() && windows.len() == node.windows().len() {
                return Ok(None);
            }
            let input = input.map_or_else(|| node.input().clone(), Arc::new);
            if windows.is_empty() {
                return Ok(Some(input.as_ref().clone()));
            }
            Ok(Some(Plan::Window(WindowNode::new(input, windows)?)))
        }
        Plan::Union(_) => union(plan, wanted),
        Plan::Explode(node) => {
            let lists = node.columns().iter().cloned();
            below(plan, &wanted.iter().cloned().chain(lists).collect())
        }
        _ => plan.map_inputs(&mut |input| narrow(input, &names(input.schema()))),
    }
}

/// The node over narrower inputs.
fn below(plan: &Plan, wanted: &Names) -> Result<Option<Plan>> {
    plan.map_inputs(&mut |input| narrow(input, wanted))
}

/// The plan with these of its columns and no others; a projection drops what the plan itself has to keep.
fn exact(plan: &Plan, wanted: &Names) -> Result<Option<Plan>> {
    let made = narrow(plan, wanted)?;
    let current = made.as_ref().unwrap_or(plan);
    if current.schema().len() == wanted.len() {
        return Ok(made);
    }
    let kept = current.schema().names().filter(|name| wanted.contains(*name));
    let exprs = kept.map(col).collect();
    Ok(Some(Plan::Project(ProjectNode::new(Arc::new(current.clone()), exprs)?)))
}

/// All keys, for they make the groups, and the aggregates that are wanted.
fn aggregate(node: &AggregateNode, wanted: &Names) -> Result<Option<Plan>> {
    let used = node.aggregates().iter().filter(|aggregate| wanted.contains(&aggregate.output_name()));
    let mut aggregates: Vec<Expr> = used.cloned().collect();
    if node.keys().is_empty() && aggregates.is_empty() {
        aggregates.extend(node.aggregates().first().cloned());
    }
    let needed = with(&Names::new(), node.keys().iter().chain(&aggregates));
    let input = narrow(node.input(), &needed)?;
    if input.is_none() && aggregates.len() == node.aggregates().len() {
        return Ok(None);
    }
    let input = input.map_or_else(|| node.input().clone(), Arc::new);
    let node = AggregateNode::new(input, node.keys().to_vec(), aggregates, node.order(), node.drop_nulls())?;
    Ok(Some(Plan::Aggregate(node)))
}

/// Both sides with their keys and what is wanted of them. A column that got a suffix because of one that is gone now
/// is renamed to what it was.
fn join(node: &JoinNode, wanted: &Names) -> Result<Option<Plan>> {
    let (mut left, mut right) =
        (with(&Names::new(), node.given_keys().0), with(&Names::new(), node.given_keys().1));
    left.extend(node.read_besides(0));
    right.extend(node.read_besides(1));
    let mut kept = Vec::new();
    for (field, origin) in node.schema().fields().iter().zip(origins(node)) {
        let read = match origin {
            Origin::Left(position) => (&mut left, &node.left().schema().fields()[position].name),
            Origin::Right(position) => (&mut right, &node.right().schema().fields()[position].name),
            // A key, or the indicator: it is there whatever is read, under the name it has.
            Origin::Both => {
                kept.push((field.name.clone(), origin, field.name.clone()));
                continue;
            }
        };
        if wanted.contains(&field.name) {
            read.0.insert(read.1.clone());
        }
        kept.push((field.name.clone(), origin, read.1.clone()));
    }
    let inputs = [exact(node.left(), &left)?, exact(node.right(), &right)?];
    if inputs.iter().all(Option::is_none) {
        return Ok(None);
    }
    let [left, right] = inputs;
    let left = left.map_or_else(|| node.left().clone(), Arc::new);
    let right = right.map_or_else(|| node.right().clone(), Arc::new);
    let Plan::Join(made) = node.with_inputs(vec![left, right])? else {
        return Err(crate::error::Error::internal("a join over other inputs is no join"));
    };
    let now = origins(&made);
    let mut exprs = Vec::with_capacity(now.len());
    let mut renamed = false;
    for (name, origin, read) in kept {
        let found = made.schema().fields().iter().zip(&now).find(|(field, now)| match (origin, now) {
            (Origin::Left(_), Origin::Left(i)) => made.left().schema().fields()[*i].name == read,
            (Origin::Right(_), Origin::Right(i)) => made.right().schema().fields()[*i].name == read,
            (Origin::Both, Origin::Both) => field.name == read,
            _ => false,
        });
        let Some((field, _)) = found else { continue };
        renamed |= field.name != name;
        exprs.push(if field.name == name { col(&name) } else { col(&field.name).alias(&name) });
    }
    let plan = Plan::Join(made);
    if !renamed {
        return Ok(Some(plan));
    }
    exprs.retain(|expr| wanted.contains(&expr.output_name()));
    Ok(Some(Plan::Project(ProjectNode::new(Arc::new(plan), exprs)?)))
}

/// All inputs with the same columns: what they had to keep is dropped unless all kept the same.
fn union(plan: &Plan, wanted: &Names) -> Result<Option<Plan>> {
    let inputs = plan.node().inputs();
    let made: Vec<Option<Plan>> = inputs.iter().map(|input| narrow(input, wanted)).all_ok()?;
    let schemas: Vec<&Schema> = inputs
        .iter()
        .zip(&made)
        .map(|(input, made)| made.as_ref().map_or_else(|| input.schema(), Plan::schema))
        .collect();
    if schemas.windows(2).all(|pair| pair[0] == pair[1]) {
        let mut made = made.into_iter();
        return plan.map_inputs(&mut |_| Ok(made.next().flatten()));
    }
    plan.map_inputs(&mut |input| exact(input, wanted))
}

fn names(schema: &Schema) -> Names {
    schema.fields().iter().map(|field| field.name.clone()).collect()
}

fn with<'a>(names: &Names, exprs: impl IntoIterator<Item = &'a Expr>) -> Names {
    let mut all = names.clone();
    for expr in exprs {
        all.extend(expr.columns());
    }
    all
}

#[cfg(test)]
#[path = "prune_columns_tests.rs"]
mod tests;
