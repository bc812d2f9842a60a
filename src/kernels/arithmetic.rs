//! Arithmetic on two operands; integers and everything counted in integers are checked.

use crate::data::dispatch::{logical, physical, primitive, with_narrow};
use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::arithmetic_op::ArithmeticOp;
use crate::kernels::blocks::{BLOCK, Loop, Reader, blocks};
use crate::kernels::decimal;
use crate::kernels::interval::interval_arithmetic;
use crate::kernels::map::{array_of, is_valid, merged_nulls, rows_of};
use crate::kernels::number::{Number, Whole};
use crate::kernels::value::Value;
use crate::kernels::views;
use arrow::array::{ArrayRef, ArrowPrimitiveType, BooleanBufferBuilder, PrimitiveBuilder, new_null_array};
use arrow::buffer::NullBuffer;
use arrow::compute;
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type,
};
use std::ops::{Div, Range};
use std::sync::Arc;

/// What happens where an integer, decimal or time does not fit its type, or is divided by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// An error naming row and operands.
    Error,
    /// Null.
    Null,
    /// Integers wrap around in two's complement; decimals and times are an error all the same.
    Wrap,
}

/// `left op right`, row by row; null where either is null. The operands have already been cast as
/// `expr::infer` says; `dtype` is the result's type.
///
/// # Errors
/// `Arithmetic` naming row and operands where a result does not fit, or on a division by zero other than of floats.
pub fn arithmetic(op: ArithmeticOp, left: &Value, right: &Value, dtype: &DType) -> Result<ArrayRef> {
    arithmetic_with(op, left, right, dtype, Overflow::Error)
}

/// [`arithmetic`] with a choice of what happens where a result does not fit.
///
/// # Errors
/// As [`arithmetic`], where `overflow` asks for it.
pub fn arithmetic_with(
    op: ArithmeticOp,
    left: &Value,
    right: &Value,
    dtype: &DType,
    overflow: Overflow,
) -> Result<ArrayRef> {
    let rows = rows_of(&[left, right]);
    if left.is_null_scalar() || right.is_null_scalar() || *dtype == DType::Null {
        return Ok(new_null_array(&dtype.to_arrow(), rows));
    }
    if rows == 0 {
        return Ok(arrow::array::new_empty_array(&dtype.to_arrow()));
    }
    let (types, job) = ((left.dtype()?, right.dtype()?), Job { op, left, right, rows, overflow });
    match types {
        (DType::String, DType::String) => views::concat(&[left, right], ""),
        (DType::Decimal(_, s1), DType::Decimal(_, s2)) => {
            let DType::Decimal(precision, scale) = dtype else {
                return Err(Error::internal(format!("decimals {} to {dtype}", op.symbol())));
            };
            let operation = decimal::operation(op, s1, s2, *precision, *scale);
            job.native::<Decimal128Type>(&Loop::new(operation), left.array(), right.array(), dtype)
        }
        (DType::Interval, _) | (_, DType::Interval) => interval_arithmetic(op, left, right, dtype),
        (DType::Duration(_), DType::Duration(_)) if op == ArithmeticOp::Divide => {
            // Duration by duration: a number.
            let floats = |value: &Value| compute::cast(&physical(value.array()), &DataType::Float64);
            job.numbers(&floats(left)?, &floats(right)?, &DType::Float64)
        }
        (DType::Duration(_), DType::Float64) | (DType::Float64, DType::Duration(_)) => {
            job.parts_of_lengths(dtype)
        }
        _ => {
            let (a, b) = (physical(left.array()), physical(right.array()));
            if a.data_type() != b.data_type() || (op == ArithmeticOp::Divide && !dtype.is_float()) {
                return Err(Error::internal(format!("{} {} {} unprepared", types.0, op.symbol(), types.1)));
            }
            job.numbers(&a, &b, dtype)
        }
    }
}

/// `-value`; the same type. The least signed integer and unsigned integers other than 0 have no negative.
///
/// # Errors
/// `Arithmetic` naming row and value.
pub fn negate(value: &Value) -> Result<ArrayRef> {
    let dtype = value.dtype()?;
    if dtype == DType::Null {
        return Ok(value.array().clone());
    }
    if dtype.is_float() {
        return Ok(arrow::compute::kernels::numeric::neg_wrapping(value.array())?);
    }
    let zero = match &dtype {
        DType::Decimal(_, scale) => Scalar::Decimal(0, *scale),
        DType::Duration(unit) => Scalar::Duration(0, *unit),
        DType::Interval => Scalar::Interval { months: 0, days: 0, nanoseconds: 0 },
        _ => Scalar::Int(0),
    };
    let zero = Value::scalar(zero.to_array(&dtype, 1)?);
    arithmetic(ArithmeticOp::Subtract, &zero, value, &dtype).map_err(|error| match error.row_number() {
        Some(row) => {
            let operand = Scalar::from_array(value.array(), row as usize);
            Error::new(error.kind(), format!("{} overflow: -({operand})", noun(&dtype))).row(row)
        }
        None => error,
    })
}

/// One operation on checked operands.
struct Job<'a> {
    op: ArithmeticOp,
    left: &'a Value,
    right: &'a Value,
    rows: usize,
    overflow: Overflow,
}

impl Job<'_> {
    fn numbers(&self, left: &ArrayRef, right: &ArrayRef, dtype: &DType) -> Result<ArrayRef> {
        match left.data_type() {
            DataType::Int32 => self.native::<Int32Type>(&integers(self.op), left, right, dtype),
            DataType::Int64 => self.native::<Int64Type>(&integers(self.op), left, right, dtype),
            DataType::UInt64 => self.native::<UInt64Type>(&integers(self.op), left, right, dtype),
            DataType::Float32 => self.native::<Float32Type>(&floats(self.op), left, right, dtype),
            DataType::Float64 => self.native::<Float64Type>(&floats(self.op), left, right, dtype),
            // What 64 bits hold of a product is enough to tell whether it fits.
            DataType::UInt32 => {
                let reader = |array, scalar| Reader::integers(array, scalar, self.rows);
                let (a, b) = (reader(left, self.left.is_scalar()), reader(right, self.right.is_scalar()));
                self.narrow::<UInt32Type, i64>(&integers(self.op), a, b, dtype)
            }
            narrow => with_narrow!(narrow, T => {
                let reader = |array, scalar| Reader::narrow(array, scalar, self.rows);
                let (a, b) = (reader(left, self.left.is_scalar()), reader(right, self.right.is_scalar()));
                self.narrow::<T, i32>(&integers(self.op), a, b, dtype)
            }, _ => {
                let (left, right, symbol) = (self.left.dtype()?, self.right.dtype()?, self.op.symbol());
                Err(Error::type_mismatch(format!("no {symbol} between {left} and {right}")))
            }),
        }
    }

    /// A duration times or over a float: a duration, of which parts of its unit are cut off, as pandas does; null for NaN.
    fn parts_of_lengths(&self, dtype: &DType) -> Result<ArrayRef> {
        let floats = |value: &Value| compute::cast(&physical(value.array()), &DataType::Float64);
        let exact = self.numbers(&floats(self.left)?, &floats(self.right)?, &DType::Float64)?;
        let exact = primitive::<Float64Type>(&exact);
        // The least float that is no 64-bit integer any more.
        let limit = 2f64.powi(63);
        let mut whole = PrimitiveBuilder::<Int64Type>::with_capacity(self.rows);
        for (row, value) in exact.iter().enumerate() {
            let value = value.filter(|value| !value.is_nan());
            let fits = value.is_none_or(|value| -limit <= value && value < limit);
            if !fits && self.overflow != Overflow::Null {
                return Err(self.failure(row, dtype));
            }
            whole.append_option(value.filter(|_| fits).map(|value| value as i64));
        }
        let whole: ArrayRef = Arc::new(whole.finish());
        logical(whole, dtype)
    }

    /// Computes with the values as they are.
    fn native<P: ArrowPrimitiveType>(
        &self,
        operation: &Loop<'_, P::Native>,
        left: &ArrayRef,
        right: &ArrayRef,
        dtype: &DType,
    ) -> Result<ArrayRef> {
        let mut a = Reader::new(primitive::<P>(left).values(), self.left.is_scalar(), self.rows);
        let mut b = Reader::new(primitive::<P>(right).values(), self.right.is_scalar(), self.rows);
        let mut values = Vec::with_capacity(self.rows);
        let nulls = self.compute(dtype, &mut |rows, keep| {
            let before = values.len();
            let failed = operation.append(a.rows(rows.clone()), b.rows(rows), &mut values);
            if !keep {
                values.truncate(before);
            }
            failed
        })?;
        logical(array_of::<P>(values, nulls), dtype)
    }

    /// Computes with wider integers: what does not fit the type afterwards fails.
    fn narrow<P: ArrowPrimitiveType<Native: Whole>, W: Whole>(
        &self,
        operation: &Loop<'_, W>,
        mut a: Reader<'_, W>,
        mut b: Reader<'_, W>,
        dtype: &DType,
    ) -> Result<ArrayRef> {
        let (mut wide, mut values) = (Vec::with_capacity(BLOCK), Vec::with_capacity(self.rows));
        let nulls = self.compute(dtype, &mut |rows, keep| {
            wide.clear();
            let failed = operation.append(a.rows(rows.clone()), b.rows(rows), &mut wide);
            let before = values.len();
            values.extend(wide.iter().map(|value| P::Native::narrow(value.wide())));
            let mut fits = true;
            for (value, narrow) in wide.iter().zip(&values[before..]) {
                fits &= value.wide() == narrow.wide();
            }
            if !keep {
                values.truncate(before);
            }
            failed || !fits
        })?;
        Ok(array_of::<P>(values, nulls))
    }

    /// Computes every row, whether null or not, and looks for failures only if there was one anywhere. `block` computes
    /// some rows, keeps the results or not, and says whether any of them failed. The nulls of the result.
    fn compute(
        &self,
        dtype: &DType,
        block: &mut dyn FnMut(Range<usize>, bool) -> bool,
    ) -> Result<Option<NullBuffer>> {
        let nulls = merged_nulls(&[self.left, self.right]);
        let mut failed = false;
        for rows in blocks(self.rows) {
            failed |= block(rows, true);
        }
        let overflow = match self.overflow {
            Overflow::Wrap if !dtype.is_integer() => Overflow::Error,
            other => other,
        };
        if !failed || overflow == Overflow::Wrap {
            return Ok(nulls);
        }
        let mut kept = BooleanBufferBuilder::new(self.rows);
        for start in (0..self.rows).step_by(64) {
            let rows = start..self.rows.min(start + 64);
            if !block(rows.clone(), false) {
                kept.append_n(rows.len(), true);
                continue;
            }
            for row in rows {
                let failed = is_valid(nulls.as_ref(), row) && block(row..row + 1, false);
                if failed && overflow == Overflow::Error {
                    return Err(self.failure(row, dtype));
                }
                kept.append(!failed);
            }
        }
        if overflow == Overflow::Error {
            return Ok(nulls);
        }
        Ok(NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::new(kept.finish()))))
    }

    fn failure(&self, row: usize, dtype: &DType) -> Error {
        let at = |value: &Value| Scalar::from_array(value.array(), if value.is_scalar() { 0 } else { row });
        let (left, right) = (at(self.left), at(self.right));
        let zero = match right {
            Scalar::Int(0) | Scalar::UInt(0) | Scalar::Decimal(0, _) => true,
            // Of durations: floats divide by zero.
            Scalar::Float(number) => number == 0.0,
            _ => false,
        };
        let divides = !matches!(self.op, ArithmeticOp::Add | ArithmeticOp::Subtract | ArithmeticOp::Multiply);
        let what = if divides && zero { "division by zero" } else { "overflow" };
        let message = format!("{} {what}: {left} {} {right}", noun(dtype), self.op.symbol());
        Error::new(ErrorKind::Arithmetic, message).row(row as u64)
    }
}

/// The loop of an operator; each is chosen once, not per row.
fn integers<'a, N: Number + 'a>(op: ArithmeticOp) -> Loop<'a, N> {
    match op {
        ArithmeticOp::Add => Loop::new(N::add),
        ArithmeticOp::Subtract => Loop::new(N::subtract),
        ArithmeticOp::Multiply => Loop::new(N::multiply),
        // Integers do not divide exactly: they come here as floats.
        ArithmeticOp::FloorDivide | ArithmeticOp::Divide => Loop::new(N::floor_divide),
        ArithmeticOp::Modulo => Loop::new(N::modulo),
    }
}

fn floats<'a, N: Number + Div<Output = N> + 'a>(op: ArithmeticOp) -> Loop<'a, N> {
    match op {
        ArithmeticOp::Divide => Loop::new(|a: N, b: N| (a / b, ())),
        other => integers(other),
    }
}

fn noun(dtype: &DType) -> &'static str {
    match dtype {
        DType::Timestamp(..) => "timestamp",
        DType::Duration(_) => "duration",
        DType::Interval => "interval",
        DType::Decimal(..) => "decimal",
        _ => "integer",
    }
}

#[cfg(test)]
#[path = "arithmetic_tests.rs"]
mod tests;
