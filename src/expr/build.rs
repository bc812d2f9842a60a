//! Building expressions: columns, constants, operators.

use crate::data::{DType, Scalar};
use crate::expr::node::{BinaryOp, Expr, UnaryOp};
use crate::kernels::{ArithmeticOp, CastMode, CompareOp};
use std::ops::{Add, Div, Mul, Neg, Not, Rem, Sub};
use std::sync::Arc;

/// A column by name.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, col};
/// let frame = Frame::builder().column("x", [1i64, 2, 3]).finish()?;
/// let big = frame.lazy().filter(col("x").gt(1)).collect()?;
/// assert_eq!(big.rows(), 2);
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn col(name: impl AsRef<str>) -> Expr {
    Expr::Column(name.as_ref().into())
}

/// A constant. Next to a column it takes the column's type if it fits.
///
/// # Examples
/// ```
/// use hypostyle::{Scalar, lit};
/// assert_eq!(lit(1.5).to_string(), "1.5");
/// assert_eq!(lit(Scalar::Null).to_string(), "null");
/// ```
pub fn lit(value: impl Into<Scalar>) -> Expr {
    Expr::Literal(value.into())
}

/// Starts a conditional expression; see [`When::then`].
///
/// # Examples
/// ```
/// use hypostyle::{Frame, col, lit, when};
/// let frame = Frame::builder().column("x", [-1i64, 0, 5]).finish()?;
/// let sign = when(col("x").gt(0)).then(lit("plus")).when(col("x").lt(0)).then(lit("minus")).otherwise(lit("zero"));
/// let signs = frame.lazy().select([sign.alias("sign")]).collect()?;
/// assert_eq!(signs.column("sign")?.get(0)?.as_str(), Some("minus"));
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn when(condition: impl Into<Expr>) -> When {
    When { branches: Vec::new(), condition: condition.into() }
}

/// A condition waiting for its value.
#[derive(Debug, Clone)]
pub struct When {
    branches: Vec<(Expr, Expr)>,
    condition: Expr,
}

/// Conditions with values, waiting for another or for `otherwise`. Without one the rest is null.
#[derive(Debug, Clone)]
pub struct Then {
    branches: Vec<(Expr, Expr)>,
}

impl When {
    /// The value where the condition is true.
    pub fn then(mut self, value: impl Into<Expr>) -> Then {
        self.branches.push((self.condition, value.into()));
        Then { branches: self.branches }
    }
}

impl Then {
    /// The next condition, for rows where no earlier one is true.
    pub fn when(self, condition: impl Into<Expr>) -> When {
        When { branches: self.branches, condition: condition.into() }
    }

    /// The value where no condition is true.
    pub fn otherwise(self, value: impl Into<Expr>) -> Expr {
        Expr::Case { branches: self.branches, otherwise: Arc::new(value.into()) }
    }
}

impl From<Then> for Expr {
    fn from(then: Then) -> Expr {
        then.otherwise(lit(Scalar::Null))
    }
}

impl<T: Into<Scalar>> From<T> for Expr {
    fn from(value: T) -> Expr {
        lit(value)
    }
}

/// Expressions where a column's name alone means the column: arguments of `select`, `group_by`, `sort`, ...
pub trait Selection {
    /// The expressions.
    fn into_exprs(self) -> Vec<Expr>;
}

impl Selection for Expr {
    fn into_exprs(self) -> Vec<Expr> {
        vec![self]
    }
}

impl Selection for &str {
    fn into_exprs(self) -> Vec<Expr> {
        vec![col(self)]
    }
}

impl Selection for () {
    fn into_exprs(self) -> Vec<Expr> {
        Vec::new()
    }
}

/// One expression of a selection.
pub trait Selected {
    /// The expression.
    fn into_expr(self) -> Expr;
}

impl Selected for Expr {
    fn into_expr(self) -> Expr {
        self
    }
}

impl Selected for &Expr {
    fn into_expr(self) -> Expr {
        self.clone()
    }
}

impl Selected for &str {
    fn into_expr(self) -> Expr {
        col(self)
    }
}

impl Selected for String {
    fn into_expr(self) -> Expr {
        col(self)
    }
}

impl Selected for &String {
    fn into_expr(self) -> Expr {
        col(self)
    }
}

impl<T: Selected, const N: usize> Selection for [T; N] {
    fn into_exprs(self) -> Vec<Expr> {
        self.into_iter().map(Selected::into_expr).collect()
    }
}

impl<T: Selected> Selection for Vec<T> {
    fn into_exprs(self) -> Vec<Expr> {
        self.into_iter().map(Selected::into_expr).collect()
    }
}

impl<'a, T> Selection for &'a [T]
where
    &'a T: Selected,
{
    fn into_exprs(self) -> Vec<Expr> {
        self.iter().map(Selected::into_expr).collect()
    }
}

impl Expr {
    /// An operator between this and another expression.
    pub fn binary(self, op: BinaryOp, right: impl Into<Expr>) -> Expr {
        Expr::Binary { op, left: Arc::new(self), right: Arc::new(right.into()) }
    }

    /// The same values under another name.
    pub fn alias(self, name: impl AsRef<str>) -> Expr {
        Expr::Alias(Arc::new(self), name.as_ref().into())
    }

    /// Conversion; a value that does not fit is an error naming row and value. To a categorical type strings are looked up
    /// among its categories, and integers are their numbers; from one it is the other way round.
    pub fn cast(self, dtype: DType) -> Expr {
        Expr::Cast { expr: Arc::new(self), dtype, mode: CastMode::Strict }
    }

    /// Conversion with a choice of what happens to values that do not fit.
    pub fn cast_with(self, dtype: DType, mode: CastMode) -> Expr {
        Expr::Cast { expr: Arc::new(self), dtype, mode }
    }

    /// `==`; null where either is null.
    pub fn eq(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::Compare(CompareOp::Eq), right)
    }

    /// `!=`; null where either is null.
    pub fn not_eq(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::Compare(CompareOp::NotEq), right)
    }

    /// `<`; null where either is null.
    pub fn lt(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::Compare(CompareOp::Lt), right)
    }

    /// `<=`; null where either is null.
    pub fn lt_eq(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::Compare(CompareOp::LtEq), right)
    }

    /// `>`; null where either is null.
    pub fn gt(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::Compare(CompareOp::Gt), right)
    }

    /// `>=`; null where either is null.
    pub fn gt_eq(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::Compare(CompareOp::GtEq), right)
    }

    /// Three-valued and: false if either is false, else null if either is null.
    pub fn and(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::And, right)
    }

    /// Three-valued or: true if either is true, else null if either is null.
    pub fn or(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::Or, right)
    }

    /// The floor of the quotient.
    pub fn floor_div(self, right: impl Into<Expr>) -> Expr {
        self.binary(BinaryOp::Arithmetic(ArithmeticOp::FloorDivide), right)
    }

    /// Only rows where the condition is true take part; on an aggregate, or what is computed from aggregates alone.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 5, 9]).finish()?;
    /// let sums = frame.lazy().select([col("x").sum().filter(col("x").gt(2))]).collect()?;
    /// assert_eq!(sums.column("x")?.get(0)?, Scalar::Int(14));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn filter(self, condition: impl Into<Expr>) -> Expr {
        match self {
            Expr::Aggregate { function, args, params, filter } => {
                let condition = condition.into();
                let both = match filter {
                    Some(first) => Arc::unwrap_or_clone(first).and(condition),
                    None => condition,
                };
                Expr::Aggregate { function, args, params, filter: Some(Arc::new(both)) }
            }
            Expr::Alias(expr, name) => {
                Expr::Alias(Arc::new(Arc::unwrap_or_clone(expr).filter(condition)), name)
            }
            // What is computed from aggregates alone is computed from the filtered ones.
            other if other.has_aggregate() && is_of_aggregates(&other) => {
                let condition = condition.into();
                let parts = &mut |part: Expr| match part.has_aggregate() {
                    true => Ok(part.filter(condition.clone())),
                    false => Ok(part),
                };
                match other.clone().map_children(parts) {
                    Ok(filtered) => filtered,
                    Err(_) => when(condition).then(other).into(),
                }
            }
            other => when(condition).then(other).into(),
        }
    }
}

/// Whether all columns and windows in it stand within aggregates.
fn is_of_aggregates(expr: &Expr) -> bool {
    match expr {
        Expr::Aggregate { .. } => true,
        Expr::Column(_) | Expr::Window { .. } => false,
        other => other.children().into_iter().all(is_of_aggregates),
    }
}

impl Not for Expr {
    type Output = Expr;

    fn not(self) -> Expr {
        Expr::Unary { op: UnaryOp::Not, expr: Arc::new(self) }
    }
}

impl Neg for Expr {
    type Output = Expr;

    fn neg(self) -> Expr {
        Expr::Unary { op: UnaryOp::Negate, expr: Arc::new(self) }
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $op:ident),* $(,)?) => {$(
        impl<T: Into<Expr>> $trait<T> for Expr {
            type Output = Expr;

            fn $method(self, right: T) -> Expr {
                self.binary(BinaryOp::Arithmetic(ArithmeticOp::$op), right)
            }
        }
    )*};
}

operators! {
    Add add Add,
    Sub sub Subtract,
    Mul mul Multiply,
    Div div Divide,
    Rem rem Modulo,
}
