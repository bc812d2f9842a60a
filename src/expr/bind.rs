//! From names to positions: expressions checked against a schema, casts made explicit.

use crate::data::{Categories, DType, Scalar, Schema, promote};
use crate::error::{Error, Result};
use crate::expr::aggregate_function::{AggregateFunction, GroupState};
use crate::expr::categories::{self, Step};
use crate::expr::depth;
use crate::expr::function::{Described, FunctionRef, Signature};
use crate::expr::infer;
use crate::expr::node::{BinaryOp, Expr, UnaryOp};
use crate::expr::params::Params;
use crate::expr::scalar_function::{Evaluate, ScalarFunction};
use crate::kernels::cast::can_cast;
use crate::kernels::{ArithmeticOp, CastMode, CompareOp, Value};
use std::sync::Arc;

/// An expression over the columns of one schema, ready to run. It holds no names but those for errors.
#[derive(Clone, Debug)]
pub struct Bound {
    pub(crate) kind: Kind,
    /// The type of its result, as it is held: [`Bound::logical`] is the one that users see.
    pub dtype: DType,
    /// The categories that its strings are of, if it is categorical.
    pub(crate) categories: Option<Categories>,
    /// How it was written.
    pub text: Arc<str>,
}

/// What a bound expression does.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Column(usize),
    Literal(Value),
    Cast(Box<Bound>, CastMode),
    Category(Box<Bound>, Categories, Step),
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
    /// The type of the result, categorical included.
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
/// `ColumnNotFound`, `Type`, `InvalidArgument`; an aggregate is refused, and so is what is too deep.
pub fn bind(expr: &Expr, schema: &Schema) -> Result<Bound> {
    depth::within(depth::depth(expr))?;
    bind_level(expr, schema)
}

fn bind_level(expr: &Expr, schema: &Schema) -> Result<Bound> {
    let made = |kind, dtype: DType| {
        let (held, categories) = (dtype.held().clone(), dtype.categories().cloned());
        Bound { kind, dtype: held, categories, text: depth::text(expr) }
    };
    let context = |error: Error| error.operation(&*depth::text(expr));
    Ok(match expr {
        Expr::Column(name) => {
            let position = schema.index_of(name)?;
            made(Kind::Column(position), schema.fields()[position].dtype.clone())
        }
        Expr::Literal(value) => literal(value, &value.dtype())?,
        Expr::Alias(expr, _) => bind_level(expr, schema)?,
        Expr::Cast { expr: inner, dtype, mode } => {
            let inner = bind_level(inner, schema)?;
            cast(inner, dtype, *mode)
                .map_err(context)
                .map(|bound| Bound { text: depth::text(expr), ..bound })?
        }
        Expr::Unary { op: UnaryOp::Not, expr: inner } => {
            let inner = boolean(bind_level(inner, schema)?).map_err(context)?;
            made(Kind::Unary(UnaryOp::Not, Box::new(inner)), DType::Bool)
        }
        Expr::Unary { op: UnaryOp::Negate, expr: inner } => {
            let inner = bind_level(inner, schema)?;
            if !(inner.dtype.is_numeric()
                || matches!(inner.dtype, DType::Duration(_) | DType::Interval | DType::Null))
            {
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
            let dtype = values[0].logical();
            let otherwise = values.pop().ok_or_else(|| Error::internal("a case without values"))?;
            let conditions = branches
                .iter()
                .map(|(condition, _)| boolean(bind_level(condition, schema)?).map_err(context));
            let conditions: Vec<Bound> = conditions.collect::<Result<_>>()?;
            let branches = conditions.into_iter().zip(values).collect();
            made(Kind::Case(branches, Box::new(otherwise)), dtype)
        }
        Expr::Call { function, args, params } => {
            if let Some(expanded) = expr.expansion().map_err(context)? {
                let bound = bind(&expanded, schema).map_err(context)?;
                return Ok(Bound { text: depth::text(expr), ..bound });
            }
            let called =
                call(function, args, params, schema, |function, types, params| function.typed(types, params));
            let Called { args, params, output, by_number } = called.map_err(context)?;
            let held = match &function.get()?.evaluate {
                _ if by_number => DType::UInt32,
                // What a user's function returns has yet to be looked at.
                Evaluate::Closure(..) => output.held().clone(),
                _ => output.clone(),
            };
            let call = made(Kind::Call(function.clone(), args, params), held);
            cast(call, &output, CastMode::Strict)?
        }
        Expr::Aggregate { function, .. } => {
            return Err(Error::invalid(format!("the aggregate {} in a place of rows", function.name()))
                .operation(&*depth::text(expr))
                .hint(
                    "use it in `select` alone, in `group_by(...).agg(...)`, or over a window with `over`",
                ));
        }
        Expr::Window { function, .. } => {
            return Err(Error::invalid(format!("{} of a window in this place", function.name()))
                .operation(&*depth::text(expr))
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
    let context = |error: Error| error.operation(&*depth::text(expr));
    let called =
        call(function, args, params, schema, |function, types, params| (function.signature)(types, params));
    let Called { args, params, output: dtype, .. } = called.and_then(Called::in_place).map_err(context)?;
    let filter = match filter {
        Some(filter) => Some(boolean(bind(filter, schema)?).map_err(context)?),
        None => None,
    };
    let text = depth::text(expr.without_alias());
    Ok(BoundAggregate { function: function.clone(), args, params, filter, dtype, text })
}

/// A call with its arguments bound and cast.
pub(super) struct Called {
    pub args: Vec<Bound>,
    pub params: Params,
    pub output: DType,
    /// Whether it gives numbers of categories in place of these.
    pub by_number: bool,
}

impl Called {
    /// Itself, if it gives what it says.
    pub fn in_place(self) -> Result<Called> {
        match self.by_number {
            true => Err(Error::unsupported("a value by the order of categories in this place")
                .hint("make it a column first, with `with_columns`")),
            false => Ok(self),
        }
    }
}

pub(super) fn call<F: Described>(
    function: &FunctionRef<F>,
    args: &[Expr],
    params: &Params,
    schema: &Schema,
    signature: impl Fn(&F, &[DType], &Params) -> Result<Signature>,
) -> Result<Called> {
    let params = function.complete(args.len(), params)?;
    let args = adapted(&args.iter().collect::<Vec<_>>(), schema)?;
    let types: Vec<DType> = args.iter().map(Bound::logical).collect();
    let found = function.get()?;
    let wanted = categories::typed(function.name(), &types, &|types| signature(found, types, &params))?;
    if wanted.args.len() != args.len() {
        return Err(Error::internal(format!("{} types its arguments wrongly", function.name())));
    }
    let by_number = categories::by_number(&types, &wanted);
    let args = args.into_iter().zip(&wanted.args).map(|(arg, dtype)| cast(arg, dtype, CastMode::Strict));
    Ok(Called { args: args.collect::<Result<_>>()?, params, output: wanted.output, by_number })
}

/// Binds expressions; constants take the type of the first one that is no constant, if they fit it.
fn adapted(exprs: &[&Expr], schema: &Schema) -> Result<Vec<Bound>> {
    let mut bound: Vec<Bound> = exprs.iter().map(|expr| bind_level(expr, schema)).collect::<Result<_>>()?;
    let leader = exprs.iter().position(|expr| !matches!(expr.without_alias(), Expr::Literal(_)));
    if let Some(leader) = leader {
        let dtype = bound[leader].logical();
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
        let own = value.logical();
        dtype = promote(&dtype, &own)
            .ok_or_else(|| Error::type_mismatch(format!("no common type of {dtype} and {own}")))?;
    }
    bound.into_iter().map(|value| cast(value, &dtype, CastMode::Strict)).collect()
}

fn binary(op: BinaryOp, left: Bound, right: Bound, made: &dyn Fn(Kind, DType) -> Bound) -> Result<Bound> {
    Ok(match op {
        BinaryOp::And => made(Kind::And(Box::new(boolean(left)?), Box::new(boolean(right)?)), DType::Bool),
        BinaryOp::Or => made(Kind::Or(Box::new(boolean(left)?), Box::new(boolean(right)?)), DType::Bool),
        BinaryOp::Compare(op) => {
            let (left, right) = Bound::comparable(op, left, right)?;
            let (left, right) = match infer::comparison(&left.dtype, &right.dtype)? {
                Some(dtype) => {
                    (cast(left, &dtype, CastMode::Strict)?, cast(right, &dtype, CastMode::Strict)?)
                }
                None => (left, right),
            };
            if !matches!(op, CompareOp::Eq | CompareOp::NotEq) {
                left.dtype.ordered()?;
            }
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
    let text = depth::text(value);
    let (held, categories) = (dtype.held().clone(), dtype.categories().cloned());
    Ok(Bound { kind: Kind::Literal(Value::scalar(array)), dtype: held, categories, text })
}

/// The expression as another type; none if it has that type already.
///
/// # Errors
/// `Type` if there is no conversion.
pub fn cast(bound: Bound, dtype: &DType, mode: CastMode) -> Result<Bound> {
    if bound.logical() == *dtype {
        return Ok(bound);
    }
    if let Some(converted) = bound.converted(dtype, mode)? {
        return Ok(converted);
    }
    if bound.dtype != DType::Null && !can_cast(&bound.dtype, dtype) {
        return Err(Error::type_mismatch(format!("no conversion from {} to {dtype}", bound.dtype))
            .operation(bound.text.as_ref()));
    }
    let text = bound.text.clone();
    Ok(Bound { kind: Kind::Cast(Box::new(bound), mode), dtype: dtype.clone(), categories: None, text })
}
