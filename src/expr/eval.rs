//! Evaluation of bound expressions over a batch.
//!
//! Work on coded strings happens once per distinct value: functions and comparisons with one coded argument (the
//! others constant) run on the dictionary, and the answers are looked up by code.

use crate::data::{Batch, Column, DType, Scalar, Schema, import, strings};
use crate::error::{Error, Result};
use crate::expr::bind::{Bound, Kind, bind};
use crate::expr::case::case;
use crate::expr::categorical;
use crate::expr::node::{Expr, UnaryOp};
use crate::expr::params::Params;
use crate::expr::scalar_function::{Args, Evaluate, Nulls, ScalarFunction};
use crate::expr::sliced;
use crate::kernels::{CastMode, Value, arithmetic, cast, compare};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, UInt32Array, make_array, new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::kernels::boolean;
use arrow::compute::{concat, take};
use arrow::datatypes::UInt32Type;
use std::sync::Arc;

impl Bound {
    /// The result as a column of the batch's length. A column that is only selected is shared, statistics included.
    ///
    /// # Errors
    /// What an operator or function raises on a value, naming the row within the batch.
    pub fn column(&self, batch: &Batch) -> Result<Column> {
        if let Kind::Column(position) = self.kind {
            return Ok(batch.column(position).clone());
        }
        if let Some(array) = sliced::term(self, batch)? {
            return Ok(Column::from_held(array));
        }
        let value = self.evaluate(batch)?;
        Ok(Column::from_held(value.to_rows(batch.rows())?))
    }

    /// Whether it is a column as it is.
    pub fn is_column(&self) -> bool {
        matches!(self.kind, Kind::Column(_))
    }

    /// The result as a mask: null counts as false in a filter.
    ///
    /// # Errors
    /// As [`Bound::column`].
    pub fn mask(&self, batch: &Batch) -> Result<BooleanArray> {
        let value = self.evaluate(batch)?.to_rows(batch.rows())?;
        match value.as_boolean_opt() {
            Some(mask) => Ok(mask.clone()),
            None => Err(Error::type_mismatch(format!("{} is not bool", self.text))),
        }
    }

    /// The result: one value per row, or one for all.
    ///
    /// # Errors
    /// As [`Bound::column`].
    pub fn evaluate(&self, batch: &Batch) -> Result<Value> {
        self.run(batch).map_err(|error| error.operation(self.text.as_ref()))
    }

    fn run(&self, batch: &Batch) -> Result<Value> {
        Ok(match &self.kind {
            Kind::Column(position) => Value::rows(batch.column(*position).array().clone()),
            Kind::Literal(value) => value.clone(),
            Kind::Cast(inner, mode) => {
                let value = inner.evaluate(batch)?;
                self.cast(&value, *mode).map_err(|error| match inner.kind {
                    Kind::Column(_) => error.column(inner.text.as_ref()),
                    _ => error,
                })?
            }
            Kind::Category(inner, categories, step) => categorical::evaluate(inner, categories, *step, batch)
                .map_err(|error| match inner.kind {
                    Kind::Column(_) => error.column(inner.text.as_ref()),
                    _ => error,
                })?,
            Kind::Unary(UnaryOp::Not, inner) => {
                let value = inner.evaluate(batch)?;
                like(&value, Arc::new(boolean::not(value.array().as_boolean())?))
            }
            Kind::Unary(UnaryOp::Negate, inner) => {
                let value = inner.evaluate(batch)?;
                like(&value, arithmetic::negate(&value)?)
            }
            Kind::Arithmetic(op, left, right) => {
                let (left, right) = (left.evaluate(batch)?.decoded()?, right.evaluate(batch)?.decoded()?);
                let array = arithmetic::arithmetic(*op, &left, &right, &self.dtype)?;
                both(&left, &right, array)
            }
            Kind::Compare(op, left, right) => {
                let values = [left.evaluate(batch)?, right.evaluate(batch)?];
                per_code(&values, false, &|values| {
                    Ok(Arc::new(compare::compare(*op, &values[0], &values[1])?))
                })?
            }
            Kind::And(left, right) => {
                let (left, right) = (left.evaluate(batch)?, right.evaluate(batch)?);
                kleene(&left, &right, batch.rows(), boolean::and_kleene)?
            }
            Kind::Or(left, right) => {
                let (left, right) = (left.evaluate(batch)?, right.evaluate(batch)?);
                kleene(&left, &right, batch.rows(), boolean::or_kleene)?
            }
            Kind::Case(branches, otherwise) => case(self, branches, otherwise, batch)?,
            Kind::Call(function, args, params) => {
                let function = function.get()?;
                let values: Vec<Value> = args.iter().map(|arg| arg.evaluate(batch)).collect::<Result<_>>()?;
                self.call(function, &values, params, batch.rows())?
            }
        })
    }

    fn cast(&self, value: &Value, mode: CastMode) -> Result<Value> {
        if value.array().data_type() == &self.dtype.to_arrow() {
            return Ok(value.clone());
        }
        if value.dtype()? == DType::Null {
            return Ok(like(value, new_null_array(&self.dtype.to_arrow(), value.array().len())));
        }
        per_code(std::slice::from_ref(value), false, &|values| {
            cast::cast(values[0].array(), &self.dtype, mode)
        })
    }

    fn call(
        &self,
        function: &ScalarFunction,
        values: &[Value],
        params: &Params,
        rows: usize,
    ) -> Result<Value> {
        let run = |values: &[Value]| -> Result<ArrayRef> {
            let scalar = !values.is_empty() && values.iter().all(Value::is_scalar);
            let rows = match values.iter().find(|value| !value.is_scalar()) {
                Some(value) => value.array().len(),
                None if scalar => 1,
                None => rows,
            };
            let args = Args::new(values, params, rows, &self.dtype);
            let array = match &function.evaluate {
                Evaluate::Code(code) => code(&args)?,
                Evaluate::Closure(_, code) => code(&args)?,
                Evaluate::Expand(_) => {
                    return Err(Error::internal(format!("{} was not expanded", function.name)));
                }
            };
            let array = match function.nulls {
                Nulls::Propagate => with_nulls_of(array, values)?,
                Nulls::Handle => array,
            };
            if array.len() != rows || DType::from_arrow(array.data_type())? != self.dtype {
                return Err(Error::internal(format!(
                    "{} returned {} rows of {}, not {rows} of {}",
                    function.name,
                    array.len(),
                    array.data_type(),
                    self.dtype
                )));
            }
            Ok(array)
        };
        if matches!(function.evaluate, Evaluate::Closure(..)) {
            let decoded: Vec<Value> = values.iter().map(Value::decoded).collect::<Result<_>>()?;
            let scalar = !decoded.is_empty() && decoded.iter().all(Value::is_scalar);
            let array = run(&decoded)?;
            return Ok(if scalar { Value::scalar(array) } else { Value::rows(array) });
        }
        if values.is_empty() {
            return Ok(Value::rows(run(values)?));
        }
        per_code(values, function.nulls == Nulls::Handle, &run)
    }
}

/// The value of a constant expression (one that reads no column).
///
/// # Errors
/// What the expression raises, or `ColumnNotFound` if it reads a column.
pub fn constant(expr: &Expr) -> Result<(Scalar, DType)> {
    let bound = bind(expr, &Schema::empty())?;
    let value = bound.evaluate(&Batch::new(Vec::new(), 1)?)?.decoded()?;
    Ok((Scalar::from_array(value.array(), 0), bound.logical()))
}

fn like(value: &Value, array: ArrayRef) -> Value {
    if value.is_scalar() { Value::scalar(array) } else { Value::rows(array) }
}

fn both(left: &Value, right: &Value, array: ArrayRef) -> Value {
    if left.is_scalar() && right.is_scalar() { Value::scalar(array) } else { Value::rows(array) }
}

type Kleene = fn(&BooleanArray, &BooleanArray) -> Result<BooleanArray, arrow::error::ArrowError>;

fn kleene(left: &Value, right: &Value, rows: usize, op: Kleene) -> Result<Value> {
    if left.is_scalar() && right.is_scalar() {
        let array = op(left.array().as_boolean(), right.array().as_boolean())?;
        return Ok(Value::scalar(Arc::new(array)));
    }
    let (left, right) = (left.to_rows(rows)?, right.to_rows(rows)?);
    Ok(Value::rows(Arc::new(op(left.as_boolean(), right.as_boolean())?)))
}

/// Runs `code` on plain operands. With one coded operand and constants beside it, it runs on the dictionary instead
/// (plus a null, if nulls matter to it), and the answers are looked up by code.
fn per_code(
    values: &[Value],
    sees_nulls: bool,
    code: &dyn Fn(&[Value]) -> Result<ArrayRef>,
) -> Result<Value> {
    let scalar = values.iter().all(Value::is_scalar);
    let mut rowwise = values.iter().enumerate().filter(|(_, value)| !value.is_scalar());
    if let (Some((position, value)), None) = (rowwise.next(), rowwise.next())
        && let Some((codes, dictionary)) = strings::coded(value.array())
        && dictionary.len() < codes.len()
        && let Some(array) = on_dictionary(values, position, codes, dictionary, sees_nulls, code)?
    {
        return Ok(Value::rows(array));
    }
    let plain: Vec<Value> = values.iter().map(Value::decoded).collect::<Result<_>>()?;
    let array = code(&plain)?;
    Ok(if scalar { Value::scalar(array) } else { Value::rows(array) })
}

/// `None` if the code fails on the dictionary: it may hold values that no row has, so the rows must decide.
fn on_dictionary(
    values: &[Value],
    position: usize,
    codes: &UInt32Array,
    dictionary: &ArrayRef,
    sees_nulls: bool,
    code: &dyn Fn(&[Value]) -> Result<ArrayRef>,
) -> Result<Option<ArrayRef>> {
    let mut plain: Vec<Value> = values.iter().map(Value::decoded_scalar).collect::<Result<_>>()?;
    let null = sees_nulls && codes.null_count() > 0;
    let (domain, codes) = if null {
        let absent = new_null_array(dictionary.data_type(), 1);
        let filled: UInt32Array =
            codes.iter().map(|code| Some(code.unwrap_or(dictionary.len() as u32))).collect();
        (concat(&[dictionary.as_ref(), absent.as_ref()])?, filled)
    } else {
        (dictionary.clone(), codes.clone())
    };
    plain[position] = Value::rows(domain);
    let Ok(answers) = code(&plain) else { return Ok(None) };
    if DType::from_arrow(answers.data_type())? == DType::String {
        let coded = DictionaryArray::<UInt32Type>::try_new(codes, answers)?;
        return Ok(Some(import::import(Arc::new(coded))?));
    }
    Ok(Some(take(&answers, &codes, None)?))
}

impl Value {
    /// Scalars decoded; the one array is about to be replaced.
    fn decoded_scalar(&self) -> Result<Value> {
        if self.is_scalar() { self.decoded() } else { Ok(self.clone()) }
    }
}

/// The array, null where any of the operands is.
fn with_nulls_of(array: ArrayRef, values: &[Value]) -> Result<ArrayRef> {
    let rows = array.len();
    let mut nulls = array.logical_nulls();
    for value in values {
        if value.is_null_scalar() {
            return Ok(new_null_array(array.data_type(), rows));
        }
        if !value.is_scalar() {
            nulls = NullBuffer::union(nulls.as_ref(), value.array().logical_nulls().as_ref());
        }
    }
    if nulls.as_ref().is_none_or(|nulls| nulls.null_count() == 0) || array.data_type().is_null() {
        return Ok(array);
    }
    Ok(make_array(array.to_data().into_builder().nulls(nulls).build()?))
}
