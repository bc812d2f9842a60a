//! Expressions: a thin class over the tree; functions are called by name.

use crate::column::Column;
use crate::error::{Answer, misuse};
use crate::scalar;
use arrow::array::AsArray;
use arrow::compute::{TakeOptions, cast, take};
use arrow::datatypes::{DataType, UInt64Type};
use hypostyle::expr::depth::{depth, within};
use hypostyle::expr::{BinaryOp, UnaryOp};
use hypostyle::functions::scalar::list_fold::expression_text;
use hypostyle::functions::{aggregate_function, scalar_function, window_function};
use hypostyle::kernels::{ArithmeticOp, CompareOp};
use hypostyle::{CastMode, DType, Error, FrameBound, Params, SortKey, WindowFrame, row_number};
use pyo3::prelude::{Bound, PyAny, PyResult, PyStringMethods, pyclass, pymethods};
use pyo3::types::{PyDict, PyDictMethods, PyString};
use std::collections::HashMap;
use std::sync::Arc;

/// An expression of columns.
#[pyclass(frozen, module = "hypostyle._native")]
pub struct Expr {
    pub(crate) expr: hypostyle::Expr,
    /// Its levels, counted as it is made: what is too deep to be walked through is refused before.
    levels: usize,
}

impl From<hypostyle::Expr> for Expr {
    fn from(expr: hypostyle::Expr) -> Self {
        let levels = depth(&expr);
        Expr { expr, levels }
    }
}

/// An expression made of others, if it is not too deep.
fn over<'a>(expr: hypostyle::Expr, parts: impl IntoIterator<Item = &'a Expr>) -> Answer<Expr> {
    let levels = 1 + parts.into_iter().map(|part| part.levels).max().unwrap_or(0);
    within(levels)?;
    Ok(Expr { expr, levels })
}

/// The expressions that native objects hold.
fn parts<'a>(list: &'a [Bound<'_, Expr>]) -> impl Iterator<Item = &'a Expr> {
    list.iter().map(|expr| expr.get())
}

/// The expressions of native objects.
pub fn exprs(list: &[Bound<'_, Expr>]) -> Vec<hypostyle::Expr> {
    list.iter().map(|expr| expr.get().expr.clone()).collect()
}

/// The side of an end of a frame, and its offset.
type Edge<'py> = (String, Bound<'py, PyAny>);

fn bound(edge: &Edge<'_>, unbounded: FrameBound) -> Answer<FrameBound> {
    Ok(match edge.0.as_str() {
        "unbounded" => unbounded,
        "current" => FrameBound::CurrentRow,
        "preceding" => FrameBound::Preceding(scalar::from_python(&edge.1)?),
        _ => FrameBound::Following(scalar::from_python(&edge.1)?),
    })
}

fn operator(name: &str) -> Answer<BinaryOp> {
    Ok(match name {
        "+" => BinaryOp::Arithmetic(ArithmeticOp::Add),
        "-" => BinaryOp::Arithmetic(ArithmeticOp::Subtract),
        "*" => BinaryOp::Arithmetic(ArithmeticOp::Multiply),
        "/" => BinaryOp::Arithmetic(ArithmeticOp::Divide),
        "//" => BinaryOp::Arithmetic(ArithmeticOp::FloorDivide),
        "%" => BinaryOp::Arithmetic(ArithmeticOp::Modulo),
        "==" => BinaryOp::Compare(CompareOp::Eq),
        "!=" => BinaryOp::Compare(CompareOp::NotEq),
        "<" => BinaryOp::Compare(CompareOp::Lt),
        "<=" => BinaryOp::Compare(CompareOp::LtEq),
        ">" => BinaryOp::Compare(CompareOp::Gt),
        ">=" => BinaryOp::Compare(CompareOp::GtEq),
        "&" => BinaryOp::And,
        "|" => BinaryOp::Or,
        _ => return Err(misuse("no such operator")),
    })
}

fn cast_mode(name: &str) -> Answer<CastMode> {
    match name {
        "strict" => Ok(CastMode::Strict),
        "lenient" => Ok(CastMode::Lenient),
        "lossy" => Ok(CastMode::Lossy),
        other => {
            let error = Error::invalid(format!("no cast mode {other:?}"));
            Err(error.hint("modes are strict, lenient and lossy").into())
        }
    }
}

#[pymethods]
impl Expr {
    /// A column by name.
    #[staticmethod]
    fn column(name: &str) -> Self {
        hypostyle::col(name).into()
    }

    /// A constant.
    #[staticmethod]
    fn literal(value: &Bound<'_, PyAny>) -> Answer<Self> {
        Ok(hypostyle::lit(scalar::from_python(value)?).into())
    }

    /// The values of a column by the number of the row, in the frame as it is where the expression is used.
    #[staticmethod]
    fn by_row(column: &Column) -> Self {
        let values = column.column.clone();
        let dtype = values.dtype().clone();
        let code = move |columns: &[hypostyle::Column]| {
            // Rows are numbered from 1.
            let rows = cast(columns[0].array(), &DataType::UInt64)?;
            let rows = rows.as_primitive::<UInt64Type>().unary::<_, UInt64Type>(|row| row.wrapping_sub(1));
            hypostyle::Column::new(take(values.array(), &rows, Some(TakeOptions { check_bounds: true }))?)
        };
        hypostyle::map_columns([row_number()], "values", dtype, code).into()
    }

    /// An operator between two expressions.
    fn binary(&self, operator_name: &str, right: &Expr) -> Answer<Self> {
        over(self.expr.clone().binary(operator(operator_name)?, right.expr.clone()), [self, right])
    }

    /// Three-valued not.
    fn invert(&self) -> Answer<Self> {
        over(hypostyle::Expr::Unary { op: UnaryOp::Not, expr: Arc::new(self.expr.clone()) }, [self])
    }

    /// Sign change.
    fn negate(&self) -> Answer<Self> {
        over(hypostyle::Expr::Unary { op: UnaryOp::Negate, expr: Arc::new(self.expr.clone()) }, [self])
    }

    /// The same values under another name.
    fn alias(&self, name: &str) -> Answer<Self> {
        over(self.expr.clone().alias(name), [self])
    }

    /// Conversion; what does not fit is an error (`strict`), null (`lenient`) or loses digits (`lossy`).
    #[pyo3(signature = (dtype, mode="strict"))]
    fn cast(&self, dtype: &str, mode: &str) -> Answer<Self> {
        over(self.expr.clone().cast_with(DType::parse(dtype)?, cast_mode(mode)?), [self])
    }

    /// Conversion to categories; of integers, those of these numbers.
    #[pyo3(signature = (categories, ordered, mode="strict"))]
    fn cast_categories(&self, categories: Vec<String>, ordered: bool, mode: &str) -> Answer<Self> {
        let dtype = DType::Categorical(hypostyle::Categories::new(categories, ordered)?);
        over(self.expr.clone().cast_with(dtype, cast_mode(mode)?), [self])
    }

    /// The value of the first branch whose condition is true.
    #[staticmethod]
    fn case(branches: Vec<(Bound<'_, Expr>, Bound<'_, Expr>)>, otherwise: &Expr) -> Answer<Self> {
        let pairs = || branches.iter().map(|(condition, value)| (condition.get(), value.get()));
        let cases = pairs().map(|(condition, value)| (condition.expr.clone(), value.expr.clone())).collect();
        let case = hypostyle::Expr::Case { branches: cases, otherwise: Arc::new(otherwise.expr.clone()) };
        over(case, pairs().flat_map(|(condition, value)| [condition, value]).chain([otherwise]))
    }

    /// A scalar or aggregate function by name.
    #[staticmethod]
    #[pyo3(signature = (kind, name, args, params=None))]
    fn call(
        kind: &str,
        name: &str,
        args: Vec<Bound<'_, Expr>>,
        params: Option<&Bound<'_, PyDict>>,
    ) -> Answer<Self> {
        let mut constants = Params::new();
        for (name, value) in params.iter().flat_map(|params| params.iter()) {
            let name = name.cast::<PyString>().map_err(pyo3::PyErr::from)?;
            constants = constants.with(&name.to_cow()?, scalar::from_python(&value)?);
        }
        let of = exprs(&args);
        let called = match kind {
            "scalar" => hypostyle::Expr::call(scalar_function(name)?, of, constants),
            "window" => hypostyle::Expr::window(window_function(name)?, of, constants),
            _ => hypostyle::Expr::aggregate(aggregate_function(name)?, of, constants),
        };
        over(called, parts(&args))
    }

    /// Only rows where the condition is true take part; on an aggregate.
    fn filter(&self, condition: &Expr) -> Answer<Self> {
        over(self.expr.clone().filter(condition.expr.clone()), [self, condition])
    }

    /// Each value takes part once; on an aggregate of one column.
    fn distinct(&self) -> Self {
        self.expr.clone().distinct().into()
    }

    /// Aggregates and window functions in it over the rows with equal keys, in an order; aggregates over frames: what
    /// these count in, and the side and offset of both ends.
    #[pyo3(signature = (partition_by, order_by, descending, frame=None))]
    fn over(
        &self,
        partition_by: Vec<Bound<'_, Expr>>,
        order_by: Vec<Bound<'_, Expr>>,
        descending: Vec<bool>,
        frame: Option<(String, Edge<'_>, Edge<'_>)>,
    ) -> Answer<Self> {
        let order = exprs(&order_by).into_iter().zip(descending);
        let order = order.map(|(expr, descending)| SortKey { expr, descending, nulls_first: false });
        let (partition, order) = (exprs(&partition_by), order.collect());
        let of = parts(&partition_by).chain(parts(&order_by)).chain([self]);
        let Some((unit, start, end)) = frame else {
            return over(self.expr.clone().over_by(partition, order), of);
        };
        let make = match unit.as_str() {
            "rows" => WindowFrame::rows,
            "range" => WindowFrame::range,
            "groups" => WindowFrame::groups,
            _ => return Err(misuse("no such unit of a frame")),
        };
        let frame = make(
            bound(&start, FrameBound::UnboundedPreceding)?,
            bound(&end, FrameBound::UnboundedFollowing)?,
        );
        over(self.expr.clone().over_frame(partition, order, frame), of)
    }

    /// Whether a function of a window is in it.
    fn has_window(&self) -> bool {
        self.expr.has_window()
    }

    /// The name its column gets.
    fn output_name(&self) -> String {
        self.expr.output_name().to_string()
    }

    /// The column's name, if it is nothing but a column (under whatever alias).
    fn as_column(&self) -> Option<String> {
        match self.expr.without_alias() {
            hypostyle::Expr::Column(name) => Some(name.to_string()),
            _ => None,
        }
    }

    /// Whether an aggregate is in it.
    fn has_aggregate(&self) -> bool {
        self.expr.has_aggregate()
    }

    /// The expression as text that can stand in a constant of another.
    fn serialize(&self) -> Answer<String> {
        Ok(expression_text(&self.expr)?)
    }

    /// The names of the columns it reads.
    fn columns(&self) -> Vec<String> {
        self.expr.columns().iter().map(ToString::to_string).collect()
    }

    /// The expression over columns of other names.
    fn rename(&self, names: HashMap<String, String>) -> Answer<Self> {
        let renamed = self.expr.clone().rewrite(&mut |part| {
            Ok(match part {
                hypostyle::Expr::Column(name) => match names.get(name.as_ref()) {
                    Some(new) => hypostyle::col(new),
                    None => hypostyle::Expr::Column(name),
                },
                other => other,
            })
        });
        Ok(renamed?.into())
    }

    /// The expression with expressions in the place of columns.
    fn replaced(&self, columns: HashMap<String, Bound<'_, Expr>>) -> Answer<Self> {
        within(self.levels + columns.values().map(|other| other.get().levels).max().unwrap_or(0))?;
        let replaced = self.expr.clone().rewrite(&mut |part| {
            Ok(match part {
                hypostyle::Expr::Column(name) => match columns.get(name.as_ref()) {
                    Some(other) => other.get().expr.without_alias().clone(),
                    None => hypostyle::Expr::Column(name),
                },
                other => other,
            })
        });
        Ok(replaced?.into())
    }

    fn __repr__(&self) -> String {
        self.expr.to_string()
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(pyo3::exceptions::PyTypeError::new_err(format!("cannot pickle the expression {}", self.expr)))
    }
}
