//! Comparison of two operands.

use crate::error::Result;
use crate::kernels::value::Value;
use arrow::array::BooleanArray;
use arrow::compute::kernels::cmp;
use serde::{Deserialize, Serialize};

/// The comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CompareOp {
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtEq,
    /// `>`
    Gt,
    /// `>=`
    GtEq,
}

impl CompareOp {
    /// How the operator is written.
    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Eq => "==",
            CompareOp::NotEq => "!=",
            CompareOp::Lt => "<",
            CompareOp::LtEq => "<=",
            CompareOp::Gt => ">",
            CompareOp::GtEq => ">=",
        }
    }

    /// The operator that gives the same answer with the operands swapped.
    pub fn swap(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::LtEq => CompareOp::GtEq,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::GtEq => CompareOp::LtEq,
            same => same,
        }
    }
}

/// `left op right`, row by row; null where either is null. Two number types of any kind are compared by exact value;
/// floats follow IEEE 754; text compares by bytes.
///
/// # Errors
/// `Type` if the types do not compare.
pub fn compare(op: CompareOp, left: &Value, right: &Value) -> Result<BooleanArray> {
    Ok(match op {
        CompareOp::Eq => cmp::eq(left, right)?,
        CompareOp::NotEq => cmp::neq(left, right)?,
        CompareOp::Lt => cmp::lt(left, right)?,
        CompareOp::LtEq => cmp::lt_eq(left, right)?,
        CompareOp::Gt => cmp::gt(left, right)?,
        CompareOp::GtEq => cmp::gt_eq(left, right)?,
    })
}
