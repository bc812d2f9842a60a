//! The expression tree.

use crate::data::{DType, Scalar};
use crate::expr::aggregate_function::AggregateFunction;
use crate::expr::function::FunctionRef;
use crate::expr::params::Params;
use crate::expr::scalar_function::ScalarFunction;
use crate::expr::window_frame::WindowFrame;
use crate::expr::window_function::WindowFunction;
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
    /// A function from the rows around each row to one value per row.
    Window {
        /// The function.
        function: WindowKind,
        /// Its arguments.
        args: Vec<Expr>,
        /// Its named constants, as far as given.
        params: Params,
        /// Only rows where this is true; of aggregates alone.
        filter: Option<Arc<Expr>>,
        /// Which rows it sees, and in which order.
        over: Arc<Over>,
    },
}

/// What is computed over a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WindowKind {
    /// A function of its own value per row.
    Function(FunctionRef<WindowFunction>),
    /// The aggregate of all rows of the window, repeated for each of them.
    Aggregate(FunctionRef<AggregateFunction>),
}

impl WindowKind {
    /// The function's name.
    pub fn name(&self) -> &str {
        match self {
            WindowKind::Function(function) => function.name(),
            WindowKind::Aggregate(function) => function.name(),
        }
    }
}

/// The rows a function of a window sees: those with equal values of `partition_by`, in the order of `order_by`, then of
/// the rows themselves. Nothing given: all rows as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Over {
    /// Rows with equal values see each other.
    pub partition_by: Vec<Expr>,
    /// Their order.
    pub order_by: Vec<SortKey>,
    /// Which of them an aggregate takes at each row; all, if nothing is said.
    #[serde(default)]
    pub frame: Option<WindowFrame>,
    /// Whether this was said; if not, an `over` around it says it.
    pub given: bool,
}

/// One key of a sort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SortKey {
    /// What is ordered by.
    pub expr: Expr,
    /// Greatest values first.
    pub descending: bool,
    /// Nulls before all values instead of after them.
    pub nulls_first: bool,
}

impl SortKey {
    /// Ascending, nulls last.
    pub fn ascending(expr: Expr) -> Self {
        SortKey { expr, descending: false, nulls_first: false }
    }

    /// Descending, nulls last.
    pub fn descending(expr: Expr) -> Self {
        SortKey { expr, descending: true, nulls_first: false }
    }
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

    /// A call of a window function; it sees all rows as they are, unless `over` says otherwise.
    pub fn window(function: &'static WindowFunction, args: impl Into<Vec<Expr>>, params: Params) -> Expr {
        let function = WindowKind::Function(FunctionRef::Static(function));
        Expr::Window { function, args: args.into(), params, filter: None, over: Arc::default() }
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
            Expr::Window { function, args, .. } => {
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
