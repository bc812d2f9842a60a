//! Columns replaced by the expressions that compute them, with the types they had.

use crate::data::{DType, Scalar, Schema};
use crate::error::Result;
use crate::expr::Expr;
use crate::kernels::CastMode;
use std::collections::HashMap;
use std::sync::Arc;

/// A constant that keeps its type wherever it stands (a bare literal takes the type of what stands next to it).
pub fn typed_literal(value: Scalar, dtype: DType) -> Expr {
    Expr::Cast { expr: Arc::new(Expr::Literal(value)), dtype, mode: CastMode::Strict }
}

/// Output columns by name, with the expressions behind them.
pub struct Definitions<'a> {
    by_name: HashMap<&'a str, (&'a Expr, &'a DType)>,
}

impl<'a> Definitions<'a> {
    /// The first expressions of a node against the first fields of its schema.
    pub fn new(exprs: &'a [Expr], schema: &'a Schema) -> Self {
        let fields = schema.fields().iter();
        let pairs = fields.zip(exprs).map(|(field, expr)| (field.name.as_ref(), (expr, &field.dtype)));
        Definitions { by_name: pairs.collect() }
    }

    /// The expression behind a column, without its alias.
    pub fn get(&self, name: &str) -> Option<&'a Expr> {
        self.by_name.get(name).map(|(expr, _)| expr.without_alias())
    }

    /// The expression with every column replaced by what computes it.
    ///
    /// # Errors
    /// None of its own.
    pub fn apply(&self, expr: Expr) -> Result<Expr> {
        expr.replace_columns(&|name| {
            let (expr, dtype) = self.by_name.get(name)?;
            Some(match expr.without_alias() {
                Expr::Literal(value) => typed_literal(value.clone(), (*dtype).clone()),
                other => other.clone(),
            })
        })
    }
}

/// Whether an expression costs nothing to compute: a column or a constant.
pub fn is_free(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) | Expr::Literal(_) => true,
        Expr::Alias(inner, _) => is_free(inner),
        Expr::Cast { expr, .. } => matches!(expr.as_ref(), Expr::Literal(_)),
        _ => false,
    }
}

/// Whether an expression costs so little that it may be computed twice: a few operators and no function.
pub fn is_cheap(expr: &Expr) -> bool {
    let (mut operators, mut cheap) = (0, true);
    expr.visit(&mut |part| match part {
        Expr::Column(_) | Expr::Literal(_) | Expr::Alias(..) => (),
        Expr::Unary { .. } | Expr::Binary { .. } | Expr::Cast { .. } => operators += 1,
        Expr::Case { .. } | Expr::Call { .. } | Expr::Aggregate { .. } | Expr::Window { .. } => cheap = false,
    });
    cheap && operators <= 3
}
