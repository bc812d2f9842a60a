//! Functions of windows anywhere in expressions, as plan nodes of their own.

use crate::data::Schema;
use crate::error::{Error, Result};
use crate::expr::{Expr, WindowCode, WindowKind, col, frameless, through_numbers};
use crate::plan::{Plan, ProjectNode, WindowNode};
use std::sync::Arc;

/// Windows in windows in windows: no expression is deeper by reason.
const DEEPEST: usize = 64;

/// The input with a column for every function of a window in the expressions, innermost first, and the expressions over
/// these columns. Expressions keep their output names.
pub(crate) fn extract(input: Arc<Plan>, exprs: Vec<Expr>) -> Result<(Arc<Plan>, Vec<Expr>)> {
    if !exprs.iter().any(Expr::has_window) {
        return Ok((input, exprs));
    }
    let mut input = input;
    let mut rewritten = Vec::with_capacity(exprs.len());
    for expr in exprs {
        let name = expr.output_name();
        rewritten.push(match expr.has_window() {
            true => expanded(expr)?.without_alias().clone().alias(name),
            false => expr,
        });
    }
    for _ in 0..DEEPEST {
        let mut found: Vec<Expr> = Vec::new();
        let schema = input.schema().clone();
        let mut name_of = |window: Expr| {
            let known = found.iter().position(|known| *known == window);
            let number = known.unwrap_or_else(|| {
                found.push(window);
                found.len() - 1
            });
            temporary(&schema, number)
        };
        let mut exprs = Vec::with_capacity(rewritten.len());
        for expr in rewritten {
            exprs.push(innermost(expr, &schema, &mut name_of)?);
        }
        rewritten = exprs;
        if found.is_empty() {
            return Ok((input, rewritten));
        }
        let windows = found.into_iter().enumerate();
        let windows = windows.map(|(number, window)| window.alias(temporary(&schema, number))).collect();
        input = Arc::new(Plan::Window(WindowNode::new(input, windows)?));
    }
    Err(Error::unsupported(format!("windows inside each other more than {DEEPEST} deep")).operation("over"))
}

/// A node over the input with its functions of windows as columns, and its rows without these columns.
pub(crate) fn around(
    input: Arc<Plan>,
    exprs: Vec<Expr>,
    node: impl FnOnce(Arc<Plan>, Vec<Expr>) -> Result<Plan>,
) -> Result<Plan> {
    if !exprs.iter().any(Expr::has_window) {
        return node(input, exprs);
    }
    let names: Vec<Expr> = input.schema().names().map(col).collect();
    let (input, exprs) = extract(input, exprs)?;
    Ok(Plan::Project(ProjectNode::new(Arc::new(node(input, exprs)?), names)?))
}

/// A name that no column has.
fn temporary(schema: &Schema, number: usize) -> String {
    let mut name = format!("__window_{}", schema.len() + number);
    while schema.contains(&name) {
        name.push('_');
    }
    name
}

/// Functions written with others replaced by these, over the same windows.
fn expanded(expr: Expr) -> Result<Expr> {
    expr.rewrite(&mut |expr| {
        let Expr::Window { function: WindowKind::Function(function), args, params, over, .. } = &expr else {
            return Ok(expr);
        };
        let WindowCode::Expand(expand) = &function.get()?.code else { return Ok(expr) };
        if over.frame.is_some() {
            return Err(frameless(function.name()).operation(expr.to_string()));
        }
        let made = expand(args, &function.complete(args.len(), params)?)?;
        Ok(made.over_by(over.partition_by.clone(), over.order_by.clone()))
    })
}

/// The expression with the functions of windows that hold no other replaced by columns of the names given.
fn innermost(expr: Expr, schema: &Schema, name_of: &mut dyn FnMut(Expr) -> String) -> Result<Expr> {
    if !expr.has_window() {
        return Ok(expr);
    }
    let is_innermost =
        matches!(expr, Expr::Window { .. }) && expr.children().into_iter().all(|child| !child.has_window());
    if is_innermost {
        return Ok(match through_numbers(expr, schema)? {
            Expr::Cast { expr, dtype, mode } => {
                let numbers = col(name_of(Arc::unwrap_or_clone(expr)));
                Expr::Cast { expr: Arc::new(numbers), dtype, mode }
            }
            window => col(name_of(window)),
        });
    }
    expr.map_children(&mut |child| innermost(child, schema, name_of))
}
