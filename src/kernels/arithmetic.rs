//! Arithmetic on two operands; integers and everything counted in integers are checked.

use crate::data::dispatch::{logical, physical, with_number};
use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::arithmetic_op::ArithmeticOp;
use crate::kernels::decimal;
use crate::kernels::map::{Operand, array_of, binary, is_valid, merged_nulls, rows_of};
use crate::kernels::number::{Flag, Number};
use crate::kernels::value::Value;
use crate::kernels::views;
use arrow::array::{ArrayRef, ArrowPrimitiveType, Float64Array, new_null_array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use std::sync::Arc;

/// What happens where an integer, decimal or time does not fit its type, or is divided by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// An error naming row and operands.
    Error,
    /// Null.
    Null,
    /// Integers wrap around in two's complement; decimals are an error all the same.
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
    let (types, job) = ((left.dtype()?, right.dtype()?), Job { op, left, right, overflow });
    match types {
        (DType::String, DType::String) => views::concat(&[left, right], ""),
        (DType::Decimal(_, s1), DType::Decimal(_, s2)) => {
            let DType::Decimal(precision, scale) = dtype else {
                return Err(Error::internal(format!("decimals {} to {dtype}", op.symbol())));
            };
            let operation = decimal::operation(op, s1, s2, *precision, *scale)?;
            job.run::<arrow::datatypes::Decimal128Type, bool>(operation, left.array(), right.array(), dtype)
        }
        (DType::Duration(_), DType::Duration(_)) if op == ArithmeticOp::Divide => job.ratio(),
        _ => {
            let (a, b) = (physical(left.array()), physical(right.array()));
            if a.data_type() != b.data_type() || (op == ArithmeticOp::Divide && !dtype.is_float()) {
                return Err(Error::internal(format!("{} {} {} unprepared", types.0, op.symbol(), types.1)));
            }
            with_number!(a.data_type(), T => job.numbers::<T>(&a, &b, dtype), _ => {
                Err(Error::type_mismatch(format!("no {} between {} and {}", op.symbol(), types.0, types.1)))
            })
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
    overflow: Overflow,
}

impl Job<'_> {
    fn numbers<P>(&self, left: &ArrayRef, right: &ArrayRef, dtype: &DType) -> Result<ArrayRef>
    where
        P: ArrowPrimitiveType<Native: Number>,
    {
        // Each arm is its own loop: the operator is chosen once, not per row.
        match self.op {
            ArithmeticOp::Add => self.run::<P, P::Native>(Number::add, left, right, dtype),
            ArithmeticOp::Subtract => self.run::<P, P::Native>(Number::subtract, left, right, dtype),
            ArithmeticOp::Multiply => self.run::<P, P::Native>(Number::multiply, left, right, dtype),
            ArithmeticOp::Divide => self.run::<P, P::Native>(Number::divide, left, right, dtype),
            ArithmeticOp::FloorDivide => self.run::<P, P::Native>(Number::floor_divide, left, right, dtype),
            ArithmeticOp::Modulo => self.run::<P, P::Native>(Number::modulo, left, right, dtype),
        }
    }

    /// Computes every row, whether null or not, and looks for failures only if there was one anywhere.
    fn run<P: ArrowPrimitiveType, F: Flag>(
        &self,
        f: impl Fn(P::Native, P::Native) -> (P::Native, F),
        left: &ArrayRef,
        right: &ArrayRef,
        dtype: &DType,
    ) -> Result<ArrayRef> {
        let a = Operand::<P::Native>::new::<P>(left, self.left.is_scalar());
        let b = Operand::<P::Native>::new::<P>(right, self.right.is_scalar());
        let mut nulls = merged_nulls(&[self.left, self.right]);
        let mut flag = F::NONE;
        let values = binary(a, b, |a, b| {
            let (value, failed) = f(a, b);
            flag = flag.or(failed);
            value
        });
        if flag.raised() && self.overflow != Overflow::Wrap {
            let failed = |row: usize| is_valid(nulls.as_ref(), row) && f(a.at(row), b.at(row)).1.raised();
            if self.overflow == Overflow::Error {
                if let Some(row) = (0..values.len()).find(|row| failed(*row)) {
                    return Err(self.failure(row, dtype));
                }
            } else {
                let kept = BooleanBuffer::collect_bool(values.len(), |row| !failed(row));
                nulls = NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::new(kept)));
            }
        }
        logical(array_of::<P>(values, nulls), dtype)
    }

    /// Duration by duration: a number.
    fn ratio(&self) -> Result<ArrayRef> {
        let (left, right) = (physical(self.left.array()), physical(self.right.array()));
        let a = Operand::new::<arrow::datatypes::Int64Type>(&left, self.left.is_scalar());
        let b = Operand::new::<arrow::datatypes::Int64Type>(&right, self.right.is_scalar());
        let values = binary(a, b, |a, b| a as f64 / b as f64);
        Ok(Arc::new(Float64Array::new(values.into(), merged_nulls(&[self.left, self.right]))))
    }

    fn failure(&self, row: usize, dtype: &DType) -> Error {
        let at = |value: &Value| Scalar::from_array(value.array(), if value.is_scalar() { 0 } else { row });
        let (left, right) = (at(self.left), at(self.right));
        let zero = matches!(right, Scalar::Int(0) | Scalar::UInt(0) | Scalar::Decimal(0, _));
        let divides = !matches!(self.op, ArithmeticOp::Add | ArithmeticOp::Subtract | ArithmeticOp::Multiply);
        let what = if divides && zero { "division by zero" } else { "overflow" };
        let message = format!("{} {what}: {left} {} {right}", noun(dtype), self.op.symbol());
        Error::new(ErrorKind::Arithmetic, message).row(row as u64)
    }
}

fn noun(dtype: &DType) -> &'static str {
    match dtype {
        DType::Timestamp(..) => "timestamp",
        DType::Duration(_) => "duration",
        DType::Decimal(..) => "decimal",
        _ => "integer",
    }
}

#[cfg(test)]
#[path = "arithmetic_tests.rs"]
mod tests;
