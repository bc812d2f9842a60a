//! The expression tree.

use crate::data::{DType, Scalar};
use crate::expr::aggregate_function::AggregateFunction;
use crate::expr::function::FunctionRef;
use crate::expr::params::Params;
use crate::expr::scalar_function::ScalarFunction;
use crate::kernels::{ArithmeticOp, CastMode, CompareOp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BinaryOp {
    /// `+ - * / // %`
    Arithmetic(ArithmeticOp),
    /// `== != < <= > >=`
    Compare(CompareOp),
    /// Three-valued `and`.
    And,
    /// Three-valued `or`.
    Or,
}

/// An operator on one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnaryOp {
    /// Three-valued `not`.
    Not,
    /// Sign change; checked for integers.
    Negate,
}

/// What is computed of columns: plain data, built with [`col`](crate::col), [`lit`](crate::lit), operators and methods.
///
/// # Examples
/// ```
/// use hypostyle::{col, lit};
/// let late = col("dep_delay").gt(15).and(col("carrier").eq(lit("UA")));
/// assert_eq!(late.to_string(), "((dep_delay > 15) and (carrier == \"UA\"))");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// A column by name.
    Column(Arc<str>),
    /// A constant.
    Literal(Scalar),
    /// An expression under another name.
    Alias(Arc<Expr>, Arc<str>),
    /// Conversion to another type.
    Cast {
        /// What is converted.
        expr: Arc<Expr>,
        /// To which type.
        dtype: DType,
        /// What happens to values that do not fit.
        mode: CastMode,
    },
    /// An operator on one operand.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        expr: Arc<Expr>,
    },
    /// An operator between two operands.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The left operand.
        left: Arc<Expr>,
        /// The right operand.
        right: Arc<Expr>,
    },
    /// The value of the first branch whose condition is true.
    Case {
        /// Conditions and values.
        branches: Vec<(Expr, Expr)>,
        /// The value where no condition is true.
        otherwise: Arc<Expr>,
    },
    /// A function from rows to rows.
    Call {
        /// The function.
        function: FunctionRef<ScalarFunction>,
        /// Its arguments.
        args: Vec<Expr>,
        /// Its named constants, as far as given.
        params: Params,
    },
    /// A function from the rows of each group to one value.
    Aggregate {
        /// The function.
        function: FunctionRef<AggregateFunction>,
        /// Its arguments.
        args: Vec<Expr>,
        /// Its named constants, as far as given.
        params: Params,
        /// Only rows where this is true.
        filter: Option<Arc<Expr>>,
    },
}

impl Expr {
    /// A call of a scalar function.
    pub fn call(function: &'static ScalarFunction, args: impl Into<Vec<Expr>>, params: Params) -> Expr {
        Expr::Call { function: FunctionRef::Static(function), args: args.into(), params }
    }

    /// A call of an aggregate function.
    pub fn aggregate(
        function: &'static AggregateFunction,
        args: impl Into<Vec<Expr>>,
        params: Params,
    ) -> Expr {
        Expr::Aggregate { function: FunctionRef::Static(function), args: args.into(), params, filter: None }
    }

    /// The name its column gets: the alias, else the name of the first column in it, else the function's name.
    pub fn output_name(&self) -> Arc<str> {
        match self {
            Expr::Column(name) | Expr::Alias(_, name) => name.clone(),
            Expr::Literal(_) => "literal".into(),
            Expr::Call { function, args, .. } => {
                args.first().map_or_else(|| function.name().into(), Expr::output_name)
            }
            Expr::Aggregate { function, args, .. } => {
                args.first().map_or_else(|| function.name().into(), Expr::output_name)
            }
            Expr::Cast { expr, .. } | Expr::Unary { expr, .. } => expr.output_name(),
            Expr::Binary { left, right, .. } => match left.as_ref() {
                Expr::Literal(_) => right.output_name(),
                left => left.output_name(),
            },
            Expr::Case { branches, otherwise } => {
                branches.first().map_or_else(|| otherwise.output_name(), |(_, value)| value.output_name())
            }
        }
    }

    /// The expression without its outermost alias.
    pub fn without_alias(&self) -> &Expr {
        match self {
            Expr::Alias(inner, _) => inner.without_alias(),
            other => other,
        }
    }
}
