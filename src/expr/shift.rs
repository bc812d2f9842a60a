//! Columns with a constant added.

use crate::data::Scalar;
use crate::expr::bind::{Bound, Kind};
use crate::kernels::ArithmeticOp;

impl Bound {
    /// The integer column that this is, by position, and the integer that is added to each of its values.
    pub fn shift(&self) -> Option<(usize, i128)> {
        match &self.kind {
            Kind::Column(position) if self.dtype.is_integer() => Some((*position, 0)),
            Kind::Arithmetic(op, left, right) if self.dtype.is_integer() => {
                let (column, by) = match (op, left.constant(), right.constant()) {
                    (ArithmeticOp::Add, None, Some(by)) => (left, by),
                    (ArithmeticOp::Add, Some(by), None) => (right, by),
                    (ArithmeticOp::Subtract, None, Some(by)) => (left, -by),
                    _ => return None,
                };
                match column.kind {
                    Kind::Column(position) if column.dtype == self.dtype => Some((position, by)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn constant(&self) -> Option<i128> {
        match &self.kind {
            Kind::Literal(value) => Scalar::from_array(value.array(), 0).whole(),
            _ => None,
        }
    }
}
