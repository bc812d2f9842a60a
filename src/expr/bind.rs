//! From names to positions: expressions checked against a schema, casts made explicit.

use crate::data::{DType, Scalar, Schema, promote};
use crate::error::{Error, Result};
use crate::expr::aggregate_function::{AggregateFunction, GroupState};
use crate::expr::function::{Described, FunctionRef, Signature};
use crate::expr::infer;
use crate::expr::node::{BinaryOp, Expr, UnaryOp};
use crate::expr::params::Params;
use crate::expr::scalar_function::ScalarFunction;
use crate::kernels::cast::can_cast;
use crate::kernels::{ArithmeticOp, CastMode, CompareOp, Value};
use std::sync::Arc;

/// An expression over the columns of one schema, ready to run. It holds no names but those for errors.
#[derive(Clone, Debug)]
pub struct Bound {
    pub(crate) kind: Kind,
    /// The type of its result.
    pub dtype: DType,
    /// How it was written.
    pub text: Arc<str>,
}

/// What a bound expression does.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Column(usize),
    Literal(Value),
    Cast(Box<Bound>, CastMode),
    Unary(UnaryOp, Box<Bound>),
    Arithmetic(ArithmeticOp, Box<Bound>, Box<Bound>),
    Compare(CompareOp, Box<Bound>, Box<Bound>),
    And(Box<Bound>, Box<Bound>),
    Or(Box<Bound>, Box<Bound>),
    Case(Vec<(Bound, Bound)>, Box<Bound>),
    Call(FunctionRef<ScalarFunction>, Vec<Bound>, Params),
}

/// An aggregate over the columns of one schema, ready to run.
#[derive(Clone, Debug)]
pub struct BoundAggregate {
    /// The function.
    pub function: FunctionRef<AggregateFunction>,
    /// Its arguments, cast to the types it wants.
    pub args: Vec<Bound>,
    /// Its constants, defaults filled in.
    pub params: Params,
    /// Only rows where this is true.
    pub filter: Option<Bound>,
    /// The type of the result.
    pub dtype: DType,
    /// How it was written.
    pub text: Arc<str>,
}

impl BoundAggregate {
    /// An empty state.
    ///
    /// # Errors
    /// As the function documents.
    pub fn state(&self) -> Result<Box<dyn GroupState>> {
        let types: Vec<DType> = self.args.iter().map(|arg| arg.dtype.clone()).collect();
        (self.function.get()?.state)(&types, &self.params)
    }
}

/// Checks an expression against a schema.
///
/// # Errors
/// `ColumnNotFound`, `Type`, `InvalidArgument`; an aggregate is refused.
pub fn bind(expr: &Expr, schema: &Schema) -> Result<Bound> {
    let made = |kind, dtype| Bound { kind, dtype, text: expr.to_string().into() };
    let context = |error: Error| error.operation(expr.to_string());
    Ok(match expr {
        Expr::Column(name) => {
            let position = schema.index_of(name)?;
            made(Kind::Column(position), schema.fields()[position].dtype.clone())
        }
        Expr::Literal(value) => literal(value, &value.dtype())?,
        Expr::Alias(expr, _) => bind(expr, schema)?,
        Expr::Cast { expr: inner, dtype, mode } => {
            let inner = bind(inner, schema)?;
            cast(inner, dtype, *mode)
                .map_err(context)
                .map(|bound| Bound { text: expr.to_string().into(), ..bound })?
        }
        Expr::Unary { op: UnaryOp::Not, expr: inner } => {
            let inner = boolean(bind(inner, schema)?).map_err(context)?;
            made(Kind::Unary(UnaryOp::Not, Box::new(inner)), DType::Bool)
        }
        Expr::Unary { op: UnaryOp::Negate, expr: inner } => {
            let inner = bind(inner, schema)?;
            if !(inner.dtype.is_numeric() || matches!(inner.dtype, DType::Duration(_) | DType::Null)) {
                return Err(context(Error::type_mismatch(format!("no sign change of {}", inner.dtype))));
            }
            let dtype = inner.dtype.clone();
            made(Kind::Unary(UnaryOp::Negate, Box::new(inner)), dtype)
        }
        Expr::Binary { op, left, right } => {
            let (left, right) = operands(left, right, schema)?;
            binary(*op, left, right, &made).map_err(context)?
        }
        Expr::Case { branches, otherwise } => {
            let mut values: Vec<&Expr> = branches.iter().map(|(_, value)| value).collect();
            values.push(otherwise);
            let mut values = common(&values, schema).map_err(context)?;
            let dtype = values[0].dtype.clone();
            let otherwise = values.pop().ok_or_else(|| Error::internal("a case without values"))?;
            let conditions =
                branches.iter().map(|(condition, _)| boolean(bind(condition, schema)?).map_err(context));
            let conditions: Vec<Bound> = conditions.collect::<Result<_>>()?;
            let branches = conditions.into_iter().zip(values).collect();
            made(Kind::Case(branches, Box::new(otherwise)), dtype)
        }
        Expr::Call { function, args, params } => {
            if let Some(expanded) = expr.expansion().map_err(context)? {
                let bound = bind(&expanded, schema).map_err(context)?;
                return Ok(Bound { text: expr.to_string().into(), ..bound });
            }
            let called =
                call(function, args, params, schema, |function, types, params| function.typed(types, params));
            let (args, params, dtype) = called.map_err(context)?;
            made(Kind::Call(function.clone(), args, params), dtype)
        }
        Expr::Aggregate { function, .. } => {
            return Err(Error::invalid(format!("the aggregate {} in a place of rows", function.name()))
                .operation(expr.to_string())
                .hint(
                    "use it in `select` alone, in `group_by(...).agg(...)`, or over a window with `over`",
                ));
        }
        Expr::Window { function, .. } => {
            return Err(Error::invalid(format!("{} of a window in this place", function.name()))
                .operation(expr.to_string())
                .hint("make it a column first, with `with_columns`"));
        }
    })
}

/// Checks an aggregate (possibly under an alias) against the schema of the rows it reads.
///
/// # Errors
/// As [`bind`]; `InvalidArgument` if the expression is no aggregate.
pub fn bind_aggregate(expr: &Expr, schema: &Schema) -> Result<BoundAggregate> {
    let Expr::Aggregate { function, args, params, filter } = expr.without_alias() else {
        return Err(Error::invalid(format!("{expr} is no aggregate")));
    };
    let context = |error: Error| error.operation(expr.to_string());
    let called =
        call(function, args, params, schema, |function, types, params| (function.signature)(types, params));
    let (args, params, dtype) = called.map_err(context)?;
    let filter = match filter {
        Some(filter) => Some(boolean(bind(filter, schema)?).map_err(context)?),
        None => None,
    };
    let text = expr.without_alias().to_string().into();
    Ok(BoundAggregate { function: function.clone(), args, params, filter, dtype, text })
}

pub(super) fn call<F: Described>(
    function: &FunctionRef<F>,
    args: &[Expr],
    params: &Params,
    schema: &Schema,
    signature: impl Fn(&F, &[DType], &Params) -> Result<Signature>,
) -> Result<(Vec<Bound>, Params, DType)> {
    let params = function.complete(args.len(), params)?;
    let args = adapted(&args.iter().collect::<Vec<_>>(), schema)?;
    let types: Vec<DType> = args.iter().map(|arg| arg.dtype.clone()).collect();
    let wanted = signature(function.get()?, &types, &params)?;
    if wanted.args.len() != args.len() {
        return Err(Error::internal(format!("{} types its arguments wrongly", function.name())));
    }
    let args = args.into_iter().zip(&wanted.args).map(|(arg, dtype)| cast(arg, dtype, CastMode::Strict));
    Ok((args.collect::<Result<_>>()?, params, wanted.output))
}

/// Binds expressions; constants take the type of the first one that is no constant, if they fit it.
fn adapted(exprs: &[&Expr], schema: &Schema) -> Result<Vec<Bound>> {
    let mut bound: Vec<Bound> = exprs.iter().map(|expr| bind(expr, schema)).collect::<Result<_>>()?;
    let leader = exprs.iter().position(|expr| !matches!(expr.without_alias(), Expr::Literal(_)));
    if let Some(leader) = leader {
        let dtype = bound[leader].dtype.clone();
        for (bound, expr) in bound.iter_mut().zip(exprs) {
            if let Expr::Literal(value) = expr.without_alias() {
                *bound = literal(value, &infer::literal(value, &dtype))?;
            }
        }
    }
    Ok(bound)
}

fn operands(left: &Expr, right: &Expr, schema: &Schema) -> Result<(Bound, Bound)> {
    let mut both = adapted(&[left, right], schema)?.into_iter();
    match (both.next(), both.next()) {
        (Some(left), Some(right)) => Ok((left, right)),
        _ => Err(Error::internal("an operator without operands")),
    }
}

/// Binds expressions and casts them to their common type.
fn common(exprs: &[&Expr], schema: &Schema) -> Result<Vec<Bound>> {
    let bound = adapted(exprs, schema)?;
    let mut dtype = DType::Null;
    for value in &bound {
        dtype = promote(&dtype, &value.dtype)
            .ok_or_else(|| Error::type_mismatch(format!("no common type of {dtype} and {}", value.dtype)))?;
    }
    bound.into_iter().map(|value| cast(value, &dtype, CastMode::Strict)).collect()
}

fn binary(op: BinaryOp, left: Bound, right: Bound, made: &dyn Fn(Kind, DType) -> Bound) -> Result<Bound> {
    Ok(match op {
        BinaryOp::And => made(Kind::And(Box::new(boolean(left)?), Box::new(boolean(right)?)), DType::Bool),
        BinaryOp::Or => made(Kind::Or(Box::new(boolean(left)?), Box::new(boolean(right)?)), DType::Bool),
        BinaryOp::Compare(op) => {
            let (left, right) = match infer::comparison(&left.dtype, &right.dtype)? {
                Some(dtype) => {
                    (cast(left, &dtype, CastMode::Strict)?, cast(right, &dtype, CastMode::Strict)?)
                }
                None => (left, right),
            };
            made(Kind::Compare(op, Box::new(left), Box::new(right)), DType::Bool)
        }
        BinaryOp::Arithmetic(op) => {
            let signature = infer::arithmetic(op, &left.dtype, &right.dtype)?;
            let left = cast(left, &signature.args[0], CastMode::Strict)?;
            let right = cast(right, &signature.args[1], CastMode::Strict)?;
            made(Kind::Arithmetic(op, Box::new(left), Box::new(right)), signature.output)
        }
    })
}

pub(super) fn boolean(bound: Bound) -> Result<Bound> {
    match bound.dtype {
        DType::Bool => Ok(bound),
        DType::Null => cast(bound, &DType::Bool, CastMode::Strict),
        _ => Err(Error::type_mismatch(format!("{} is {}, not bool", bound.text, bound.dtype))
            .hint("compare it with something, for example `!= 0`")),
    }
}

fn literal(value: &Scalar, dtype: &DType) -> Result<Bound> {
    let array = value.to_array(dtype, 1)?;
    let text = value.to_string().into();
    Ok(Bound { kind: Kind::Literal(Value::scalar(array)), dtype: dtype.clone(), text })
}

/// The expression as another type; none if it has that type already.
///
/// # Errors
/// `Type` if there is no conversion.
pub fn cast(bound: Bound, dtype: &DType, mode: CastMode) -> Result<Bound> {
    if bound.dtype == *dtype {
        return Ok(bound);
    }
    if bound.dtype != DType::Null && !can_cast(&bound.dtype, dtype) {
        return Err(Error::type_mismatch(format!("no conversion from {} to {dtype}", bound.dtype))
            .operation(bound.text.as_ref()));
    }
    let text = bound.text.clone();
    Ok(Bound { kind: Kind::Cast(Box::new(bound), mode), dtype: dtype.clone(), text })
}
