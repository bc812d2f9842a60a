//! What the files of scalar functions share: checks of argument types, loops, examples.

use crate::data::build::Element;
use crate::data::{Column, DType, Scalar, strings};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Args, Example, Expr};
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::kernels::clock::valid_rows;
use crate::kernels::map::collect_bits;
use arrow::array::{Array, ArrayRef, BooleanArray, StringViewArray, new_null_array};
use arrow::compute::concat;
use std::sync::Arc;

/// The type if it is wanted; a column of nulls counts as `instead`.
///
/// # Errors
/// `Type` naming what is wanted.
pub fn wanted(dtype: &DType, fits: fn(&DType) -> bool, instead: DType, what: &str) -> Result<DType> {
    match dtype {
        DType::Null => Ok(instead),
        dtype if fits(dtype) => Ok(dtype.clone()),
        other => Err(Error::type_mismatch(format!("{what} expected, not {other}"))),
    }
}

/// Nothing, where every value of a column has a result.
///
/// # Errors
/// `Arithmetic` naming the first row whose result does not fit the type.
pub fn all_fit(results: &dyn Array, of: &ArrayRef, what: &str) -> Result<()> {
    if results.null_count() == 0 {
        return Ok(());
    }
    let valid = valid_rows(of);
    match (0..results.len()).find(|row| results.is_null(*row) && valid(*row)) {
        None => Ok(()),
        Some(row) => {
            let value = Scalar::from_array(of, row).to_string();
            Err(Error::new(ErrorKind::Arithmetic, format!("{what} does not fit its type"))
                .row(row as u64)
                .value(value))
        }
    }
}

/// Text, or nothing but nulls.
///
/// # Errors
/// `Type` for any other type.
pub fn text(dtype: &DType) -> Result<DType> {
    wanted(dtype, |dtype| *dtype == DType::String, DType::String, "a string")
        .map_err(|error| error.hint("cast it to string first"))
}

/// A number, or nothing but nulls.
///
/// # Errors
/// `Type` for any other type.
pub fn number(dtype: &DType) -> Result<DType> {
    wanted(dtype, DType::is_numeric, DType::Float64, "a number")
}

/// The float type in which mathematics on a number type is done.
///
/// # Errors
/// `Type` if it is no number.
pub fn float(dtype: &DType) -> Result<DType> {
    Ok(if number(dtype)? == DType::Float32 { DType::Float32 } else { DType::Float64 })
}

/// A text argument with a value per row, and its constant if it is one.
pub struct Texts<'a> {
    array: &'a StringViewArray,
    scalar: bool,
}

impl<'a> Texts<'a> {
    /// The argument at a position.
    ///
    /// # Errors
    /// `Internal` if it is no text: the signature has cast it.
    pub fn new(args: &'a Args<'_>, position: usize) -> Result<Self> {
        let value = args.value(position);
        Ok(Texts { array: strings::views(value.array())?, scalar: value.is_scalar() })
    }

    /// The text at a row; `None` for null.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&'a str> {
        let row = if self.scalar { 0 } else { row };
        self.array.is_valid(row).then(|| self.array.value(row))
    }

    /// The text that stands for every row.
    pub fn constant(&self) -> Option<&'a str> {
        if self.scalar { self.get(0) } else { None }
    }
}

/// A test of every text that is not null.
///
/// # Errors
/// As `test`.
pub fn test_texts(args: &Args<'_>, test: &mut dyn FnMut(usize, &str) -> Result<bool>) -> Result<ArrayRef> {
    let texts = Texts::new(args, 0)?;
    let mut failed = None;
    let bits = collect_bits(args.rows(), |row| match texts.get(row).map(|text| test(row, text)) {
        Some(Ok(answer)) => answer,
        Some(Err(error)) => {
            let error = error.row(row as u64);
            failed.get_or_insert(match (error.offending_value(), texts.get(row)) {
                (None, Some(text)) => error.value(text),
                _ => error,
            });
            false
        }
        None => false,
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(Arc::new(BooleanArray::new(bits, None))),
    }
}

/// An example with one input column, `x`.
pub fn example<A: Element, B: Element>(
    input: impl IntoIterator<Item = A>,
    expr: Expr,
    output: impl IntoIterator<Item = B>,
) -> Example {
    example_of(input.into_iter().collect(), expr, output.into_iter().collect())
}

/// An example with one input column, `x`.
pub fn example_of(input: Column, expr: Expr, output: Column) -> Example {
    Example { input: vec![("x", input)], expr, output }
}

/// A column of an example, written as text. What does not read as the type is null.
pub fn column_of(dtype: &DType, texts: &[&str]) -> Column {
    let texts: Column = texts.iter().copied().collect();
    match cast(texts.array(), dtype, CastMode::Lenient) {
        Ok(array) => Column::from_held(array),
        Err(_) => texts,
    }
}

/// A column of an example of any type, value by value. What is not of the type is null.
pub fn column_of_scalars(dtype: &DType, values: &[Scalar]) -> Column {
    let null = || new_null_array(&dtype.to_arrow(), 1);
    let rows: Vec<ArrayRef> =
        values.iter().map(|value| value.to_array(dtype, 1).unwrap_or_else(|_| null())).collect();
    let rows: Vec<&dyn Array> = rows.iter().map(AsRef::as_ref).collect();
    Column::from_held(concat(&rows).unwrap_or_else(|_| null()))
}

/// What an expression over the column `x` gives.
#[cfg(test)]
pub fn run(x: &Column, expr: &Expr) -> Result<Vec<Scalar>> {
    let schema = crate::data::Schema::new(vec![crate::data::Field::new("x", x.dtype().clone())])?;
    let batch = crate::data::Batch::new(vec![x.clone()], x.len())?;
    let result = crate::expr::bind(expr, &schema)?.column(&batch)?;
    Ok((0..result.len()).map(|row| Scalar::from_array(result.array(), row)).collect())
}
