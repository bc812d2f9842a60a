//! The condition of a join taken apart: inequalities that rows can be sorted for, and the rest.

use crate::data::DType;
use crate::error::Result;
use crate::exec::join::built::Sorting;
use crate::expr::{BinaryOp, Expr, bind, col};
use crate::kernels::CompareOp;
use crate::kernels::join::ranges::Relation;
use crate::plan::JoinNode;
use crate::plan::join::{LEFT, RIGHT};
use std::sync::Arc;

/// A side of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// A condition taken apart.
#[derive(Default)]
pub struct Conditions {
    /// What equalities compare: more keys.
    pub keys: Vec<(Expr, Expr)>,
    /// What inequalities compare: an expression over the left input with one over the right one.
    pub compared: Vec<(Expr, Expr)>,
    /// How: the left side stands on the left.
    pub relations: Vec<CompareOp>,
    /// What is left, over the columns of pairs.
    pub rest: Option<Expr>,
}

/// Side and position there of a column of pairs.
pub fn side_of(position: usize, left: usize) -> (Side, usize) {
    match position.checked_sub(left) {
        None => (Side::Left, position),
        Some(position) => (Side::Right, position),
    }
}

/// Equalities, at most two inequalities between the sides, and the rest.
///
/// # Errors
/// What binding an expression raises.
pub fn take_apart(node: &JoinNode) -> Result<Conditions> {
    let mut found = Conditions::default();
    let mut rest = Vec::new();
    if let Some(condition) = node.condition() {
        let mut parts = Vec::new();
        split(condition, &mut parts)?;
        // A key whose null matches would not do as an equality, where null matches nothing.
        let keys = !node.options().nulls_equal || node.left_on().is_empty();
        let mut others = Vec::new();
        for part in parts {
            match comparison(node, &part, true)? {
                Some((left, right, CompareOp::Eq)) if keys => found.keys.push((left, right)),
                _ => others.push(part),
            }
        }
        let keyed = !node.left_on().is_empty() || !found.keys.is_empty();
        for part in others {
            match comparison(node, &part, keyed)? {
                Some((left, right, op)) if op != CompareOp::Eq && found.relations.len() < 2 => {
                    found.compared.push((left, right));
                    found.relations.push(op);
                }
                _ => rest.push(part),
            }
        }
    }
    found.rest = rest.into_iter().reduce(|left, right| Expr::Binary {
        op: BinaryOp::And,
        left: Arc::new(left),
        right: Arc::new(right),
    });
    Ok(found)
}

/// What the build side is sorted by for such inequalities.
pub fn sorting(relations: &[CompareOp], swapped: bool) -> Option<Sorting> {
    let mut turned = relations.iter().map(|op| {
        // The build side is greater if the left side is less and the right one was built.
        let left_less = matches!(op, CompareOp::Lt | CompareOp::LtEq);
        Relation { less: left_less == swapped, equal: matches!(op, CompareOp::LtEq | CompareOp::GtEq) }
    });
    turned.next().map(|first| Sorting::Ranges(first, turned.next()))
}

fn split(expr: &Expr, into: &mut Vec<Expr>) -> Result<()> {
    match expr {
        Expr::Alias(inner, _) => split(inner, into),
        Expr::Binary { op: BinaryOp::And, left, right } => {
            split(left, into)?;
            split(right, into)
        }
        other => match other.expansion()? {
            Some(expanded) => split(&expanded, into),
            None => {
                into.push(other.clone());
                Ok(())
            }
        },
    }
}

/// A comparison of one side with the other, if rows can be looked up by it. With `keyed`, rows need not have partners:
/// what can fail on them is not computed for them.
fn comparison(node: &JoinNode, expr: &Expr, keyed: bool) -> Result<Option<(Expr, Expr, CompareOp)>> {
    let Expr::Binary { op: BinaryOp::Compare(op), left, right } = expr else { return Ok(None) };
    let flipped = match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::LtEq => CompareOp::GtEq,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::GtEq => CompareOp::LtEq,
        CompareOp::Eq => CompareOp::Eq,
        _ => return Ok(None),
    };
    let (left, right, op) = match (only(left), only(right)) {
        (Some(Side::Left), Some(Side::Right)) => (left, right, *op),
        (Some(Side::Right), Some(Side::Left)) => (right, left, flipped),
        _ => return Ok(None),
    };
    let strip = |expr: &Expr, prefix: &'static str| {
        expr.clone().replace_columns(&|name| name.strip_prefix(prefix).map(col))
    };
    let (left, right) = (strip(left, LEFT)?, strip(right, RIGHT)?);
    let (a, b) = (bind(&left, node.left().schema())?, bind(&right, node.right().schema())?);
    let fails = keyed && (a.is_fallible() || b.is_fallible());
    // As keys, NaNs are equal; and what is no number has no order in one word, but can be a key.
    let alike = match op {
        CompareOp::Eq => match a.dtype == b.dtype {
            true => !(a.dtype.is_float() || a.dtype.is_nested() || a.dtype == DType::Null),
            false => compares_as_one_type(&a.dtype, &b.dtype) && !a.dtype.is_float(),
        },
        _ => compares_as_one_type(&a.dtype, &b.dtype),
    };
    Ok((!fails && alike).then_some((left, right, op)))
}

/// The side that all columns of an expression are of.
fn only(expr: &Expr) -> Option<Side> {
    let columns = expr.columns();
    let all = |prefix: &str| !columns.is_empty() && columns.iter().all(|name| name.starts_with(prefix));
    match (all(LEFT), all(RIGHT)) {
        (true, false) => Some(Side::Left),
        (false, true) => Some(Side::Right),
        _ => None,
    }
}

/// Whether the common type of two types holds all values of both, and its values have an order in one word.
fn compares_as_one_type(left: &DType, right: &DType) -> bool {
    let word = |dtype: &DType| dtype.is_integer() || dtype.is_float() || dtype.is_temporal();
    if left == right {
        return word(left);
    }
    let integers = left.is_integer() && right.is_integer();
    let wide = |dtype: &DType| dtype.is_unsigned() && dtype.integer_bits() == Some(64);
    integers && !(wide(left) && right.is_signed()) && !(wide(right) && left.is_signed())
        || left.is_float() && right.is_float()
}
