//! Functions by name.

use crate::error::{Error, Result};
use crate::expr::{AggregateFunction, Expr, FunctionRef, ScalarFunction, WindowFunction, WindowKind};
use crate::functions::{AGGREGATES, SCALARS, WINDOWS};

/// The scalar function of a name or alias.
///
/// # Errors
/// `InvalidArgument` with the nearest name.
pub fn scalar_function(name: &str) -> Result<&'static ScalarFunction> {
    let found = SCALARS.iter().find(|function| function.name == name || function.aliases.contains(&name));
    found.copied().ok_or_else(|| unknown(name, SCALARS.iter().map(|function| function.name.as_ref())))
}

/// The aggregate function of a name or alias.
///
/// # Errors
/// `InvalidArgument` with the nearest name.
pub fn aggregate_function(name: &str) -> Result<&'static AggregateFunction> {
    let found = AGGREGATES.iter().find(|function| function.name == name || function.aliases.contains(&name));
    found.copied().ok_or_else(|| unknown(name, AGGREGATES.iter().map(|function| function.name.as_ref())))
}

/// The window function of a name or alias.
///
/// # Errors
/// `InvalidArgument` with the nearest name.
pub fn window_function(name: &str) -> Result<&'static WindowFunction> {
    let found = WINDOWS.iter().find(|function| function.name == name || function.aliases.contains(&name));
    found.copied().ok_or_else(|| unknown(name, WINDOWS.iter().map(|function| function.name.as_ref())))
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let near = Error::column_not_found(name, known);
    let error = Error::invalid(format!("no function {name:?}"));
    match near.suggestion() {
        Some(hint) => error.hint(hint),
        None => error.hint("docs/functions.md lists the functions"),
    }
}

/// Looks up the functions of an expression that was read from data.
///
/// # Errors
/// `InvalidArgument` for a name that is not registered.
pub fn resolve(expr: Expr) -> Result<Expr> {
    expr.rewrite(&mut |expr| {
        Ok(match expr {
            Expr::Call { function: FunctionRef::Unresolved(name), args, params } => {
                Expr::Call { function: FunctionRef::Static(scalar_function(&name)?), args, params }
            }
            Expr::Aggregate { function: FunctionRef::Unresolved(name), args, params, filter } => {
                let function = FunctionRef::Static(aggregate_function(&name)?);
                Expr::Aggregate { function, args, params, filter }
            }
            Expr::Window { function, args, params, filter, over } => {
                let function = match function {
                    WindowKind::Function(FunctionRef::Unresolved(name)) => {
                        WindowKind::Function(FunctionRef::Static(window_function(&name)?))
                    }
                    WindowKind::Aggregate(FunctionRef::Unresolved(name)) => {
                        WindowKind::Aggregate(FunctionRef::Static(aggregate_function(&name)?))
                    }
                    known => known,
                };
                Expr::Window { function, args, params, filter, over }
            }
            other => other,
        })
    })
}
