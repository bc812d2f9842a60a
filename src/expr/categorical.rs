//! Categories in expressions. What is computed are strings, and beside a string's type stands which categories it is one
//! of; this file is where the two meet: typing, comparison, and the three conversions.

use crate::data::{Batch, Categories, DType, Schema, strings};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::bind::{Bound, Kind, bind, cast};
use crate::expr::categories::{Step, by_number, typed};
use crate::expr::node::{Expr, WindowKind};
use crate::kernels::{CastMode, CompareOp, Value};
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::datatypes::UInt32Type;
use std::sync::Arc;

impl Bound {
    /// The type of its result as a user sees it: categorical, where it has categories.
    pub fn logical(&self) -> DType {
        match &self.categories {
            Some(categories) => DType::Categorical(categories.clone()),
            None => self.dtype.clone(),
        }
    }

    /// The same values as strings.
    pub(crate) fn into_text(self) -> Bound {
        Bound { categories: None, ..self }
    }

    fn step(self, step: Step, categories: Categories) -> Bound {
        let text = self.text.clone();
        let kept = match step {
            Step::Number => None,
            _ => Some(categories.clone()),
        };
        let dtype = if kept.is_some() { DType::String } else { DType::UInt32 };
        let kind = Kind::Category(Box::new(self.into_text()), categories, step);
        Bound { kind, dtype, categories: kept, text }
    }

    /// What has the order of its values: of ordered categories their numbers.
    pub(crate) fn in_order(self) -> Bound {
        match self.categories.clone() {
            Some(categories) if categories.is_ordered() => self.step(Step::Number, categories),
            _ => self.into_text(),
        }
    }

    /// A categorical expression as another type; `None` if this is a matter of its strings.
    pub(crate) fn converted(&self, dtype: &DType, mode: CastMode) -> Result<Option<Bound>> {
        let Some(wanted) = dtype.categories() else {
            return Ok(match &self.categories {
                Some(own) if dtype.is_integer() => {
                    let numbers = self.clone().step(Step::Number, own.clone());
                    Some(cast(numbers, dtype, mode)?)
                }
                Some(_) => Some(cast(self.clone().into_text(), dtype, mode)?),
                None => None,
            });
        };
        Ok(Some(match &self.dtype {
            DType::Null => {
                let nulls = cast(self.clone(), &DType::String, mode)?;
                Bound { categories: Some(wanted.clone()), ..nulls }
            }
            DType::String if self.categories.as_ref().is_some_and(|own| wanted.contains_all(own)) => {
                Bound { categories: Some(wanted.clone()), ..self.clone() }
            }
            DType::String => self.clone().step(Step::Check(mode), wanted.clone()),
            number if number.is_integer() => {
                let numbers = cast(self.clone(), &DType::UInt32, mode)?;
                numbers.step(Step::Name(mode), wanted.clone())
            }
            other => {
                return Err(Error::type_mismatch(format!("no conversion from {other} to {dtype}"))
                    .operation(self.text.as_ref())
                    .hint("cast it to string first; integers are numbers of categories"));
            }
        }))
    }

    /// Both sides of a comparison: equality is of texts, the other operators of the numbers of ordered categories.
    pub(crate) fn comparable(op: CompareOp, left: Bound, right: Bound) -> Result<(Bound, Bound)> {
        let equality = matches!(op, CompareOp::Eq | CompareOp::NotEq);
        let nothing = left.dtype == DType::Null || right.dtype == DType::Null;
        match (&left.categories, &right.categories) {
            (None, None) => Ok((left, right)),
            _ if equality || nothing => Ok((left.into_text(), right.into_text())),
            (Some(a), Some(b)) if a == b && a.is_ordered() => Ok((left.in_order(), right.in_order())),
            _ => {
                let (a, b) = (left.logical(), right.logical());
                Err(Error::type_mismatch(format!("no order between {a} and {b}")).hint(
                    "values of the same ordered categories compare; cast both sides to string to compare their texts",
                ))
            }
        }
    }
}

/// An expression that rows are sorted by: of ordered categories their numbers, of others their text.
///
/// # Errors
/// As [`bind`].
pub fn bind_order(expr: &Expr, schema: &Schema) -> Result<Bound> {
    let bound = bind(expr, schema)?.in_order();
    bound.dtype.ordered().map_err(|error| error.operation(bound.text.as_ref()))?;
    Ok(bound)
}

/// An aggregate or function of a window that goes by the order of categories and returns one (a greatest value): written
/// as the category of what it gives for their numbers. Other expressions as they are.
///
/// # Errors
/// What the function's types raise.
pub fn through_numbers(expr: Expr, schema: &Schema) -> Result<Expr> {
    let (args, params) = match &expr {
        Expr::Aggregate { args, params, .. } | Expr::Window { args, params, .. } => (args, params),
        _ => return Ok(expr),
    };
    let mut types = Vec::with_capacity(args.len());
    for arg in args {
        // What is wrong with it is told where it is bound for good.
        let Ok(bound) = bind(arg, schema) else { return Ok(expr) };
        types.push(bound.logical());
    }
    if types.iter().all(|dtype| dtype.categories().is_none()) {
        return Ok(expr);
    }
    let wanted = match &expr {
        Expr::Aggregate { function, .. } | Expr::Window { function: WindowKind::Aggregate(function), .. } => {
            let params = function.complete(args.len(), params)?;
            let function = function.get()?;
            typed(&function.name, &types, &|types| (function.signature)(types, &params))
        }
        Expr::Window { function: WindowKind::Function(function), .. } => {
            let params = function.complete(args.len(), params)?;
            let function = function.get()?;
            typed(&function.name, &types, &|types| function.typed(types, &params))
        }
        _ => return Ok(expr),
    };
    let wanted = wanted.map_err(|error| error.operation(expr.to_string()))?;
    if !by_number(&types, &wanted) {
        return Ok(expr);
    }
    let output = wanted.output.clone();
    let mut wanted = types.iter().zip(&wanted.args);
    let numbers = match expr {
        Expr::Aggregate { function, args, params, filter } => {
            Expr::Aggregate { function, args: numbered(args, &mut wanted), params, filter }
        }
        Expr::Window { function, args, params, filter, over } => {
            Expr::Window { function, args: numbered(args, &mut wanted), params, filter, over }
        }
        other => other,
    };
    Ok(numbers.cast(output))
}

fn numbered<'a>(args: Vec<Expr>, wanted: &mut dyn Iterator<Item = (&'a DType, &'a DType)>) -> Vec<Expr> {
    let args = args.into_iter().zip(wanted);
    args.map(|(arg, (own, wanted))| match own.categories() {
        Some(_) if *wanted == DType::UInt32 => arg.cast(DType::UInt32),
        _ => arg,
    })
    .collect()
}

/// Runs a conversion.
pub(crate) fn evaluate(inner: &Bound, categories: &Categories, step: Step, batch: &Batch) -> Result<Value> {
    let value = inner.evaluate(batch)?;
    let array = match step {
        Step::Number => {
            let found = categories.numbered(value.array())?;
            if let Some(row) = found.outside {
                return Err(Error::internal("a value that is no category of its column").row(row as u64));
            }
            Arc::new(found.codes) as ArrayRef
        }
        Step::Check(mode) => {
            let found = categories.numbered(value.array())?;
            match found.outside.filter(|_| mode != CastMode::Lenient) {
                Some(row) => return Err(outside(value.array(), row, categories)),
                None => coded(found.codes, categories)?,
            }
        }
        Step::Name(mode) => {
            let codes = value.array().as_primitive::<UInt32Type>();
            let known = |code: &u32| (*code as usize) < categories.len();
            let wrong = (0..codes.len()).find(|&row| codes.is_valid(row) && !known(&codes.value(row)));
            match wrong {
                Some(row) if mode != CastMode::Lenient => {
                    return Err(outside(value.array(), row, categories));
                }
                Some(_) => coded(codes.iter().map(|code| code.filter(known)).collect(), categories)?,
                None => coded(codes.clone(), categories)?,
            }
        }
    };
    match value.is_scalar() {
        true => Value::scalar(array).decoded(),
        false => Ok(Value::rows(array)),
    }
}

/// The codes of null rows may be anything, but inside the dictionary.
fn coded(codes: UInt32Array, categories: &Categories) -> Result<ArrayRef> {
    let codes = match codes.nulls() {
        Some(_) => codes.iter().collect(),
        None => codes,
    };
    strings::encode(codes, categories.values().clone())
}

fn outside(array: &ArrayRef, row: usize, categories: &Categories) -> Error {
    let value = crate::data::Scalar::from_array(array, row);
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let message = format!("value is none of the categories {categories}");
    Error::new(ErrorKind::Cast, message)
        .row(row as u64)
        .value(text)
        .hint("cast with mode `lenient` gives null")
}
