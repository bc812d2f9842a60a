//! The arithmetic operators.

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
