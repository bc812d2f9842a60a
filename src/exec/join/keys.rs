//! The keys of a join, bound to their sides.

use crate::data::DType;
use crate::error::{AllOk, Result};
use crate::expr::bind::cast;
use crate::expr::{Bound, Expr, bind};
use crate::kernels::CastMode;
use crate::plan::JoinNode;

/// The keys of the left and of the right side, in their common types. Integers of 64 bits and floats have none that holds
/// both: their nearest floats are keys, and beside them the integers that the floats are, so that only what is equal meets.
///
/// # Errors
/// What binding an expression raises.
pub fn bound_keys(node: &JoinNode) -> Result<(Vec<Bound>, Vec<Bound>)> {
    let (left, right) = (node.left().schema(), node.right().schema());
    let all = |exprs: &[Expr], schema| exprs.iter().map(|expr| bind(expr, schema)).all_ok();
    let (mut left_keys, mut right_keys): (Vec<Bound>, Vec<Bound>) =
        (all(node.left_on(), left)?, all(node.right_on(), right)?);
    let (on_left, on_right) = node.given_keys();
    for (on_left, on_right) in on_left.iter().zip(on_right) {
        let (a, b) = (bind(on_left, left)?, bind(on_right, right)?);
        let (a, b) = if is_long(&a.dtype) && b.dtype.is_float() {
            let whole = cast(b, &a.dtype, CastMode::Lenient)?;
            (a, whole)
        } else if a.dtype.is_float() && is_long(&b.dtype) {
            (cast(a, &b.dtype, CastMode::Lenient)?, b)
        } else {
            continue;
        };
        left_keys.push(a);
        right_keys.push(b);
    }
    Ok((left_keys, right_keys))
}

/// Whether not every value has an equal float.
fn is_long(dtype: &DType) -> bool {
    matches!(dtype, DType::Int64 | DType::UInt64)
}
