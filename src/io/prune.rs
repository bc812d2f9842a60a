//! Whether a predicate can be true for any row of a run of rows (a row group, a page, a file), judged by what is known
//! of the run as a whole.
//!
//! The answer may be a wrong "yes", never a wrong "no": shapes that are not known here, missing statistics and NaN
//! bounds all count as yes.

use crate::data::{Scalar, Schema, Statistics};
use crate::expr::{BinaryOp, Expr, infer};
use crate::kernels::CompareOp;
use std::cmp::Ordering;

/// What is known of the columns of a run of rows.
pub trait Known {
    /// Number of rows.
    fn rows(&self) -> u64;
    /// Bounds and nulls of a column of the schema, if known.
    fn statistics(&self, column: usize) -> Option<Statistics>;
    /// Whether the column certainly holds no such value (of the column's own type).
    fn absent(&self, _column: usize, _value: &Scalar) -> bool {
        false
    }
}

/// Whether the predicate may be true for some row.
pub fn may_match(predicate: &Expr, schema: &Schema, known: &dyn Known) -> bool {
    match predicate {
        Expr::Alias(inner, _) => may_match(inner, schema, known),
        Expr::Literal(Scalar::Null | Scalar::Bool(false)) => false,
        Expr::Binary { op: BinaryOp::And, left, right } => {
            may_match(left, schema, known) && may_match(right, schema, known)
        }
        Expr::Binary { op: BinaryOp::Or, left, right } => {
            may_match(left, schema, known) || may_match(right, schema, known)
        }
        Expr::Binary { op: BinaryOp::Compare(op), left, right } => {
            match (left.without_alias(), right.without_alias()) {
                (Expr::Column(name), Expr::Literal(value)) => compare(*op, name, value, schema, known),
                (Expr::Literal(value), Expr::Column(name)) => compare(op.swap(), name, value, schema, known),
                _ => true,
            }
        }
        Expr::Call { function, args, params } => {
            let Some((Expr::Column(name), rest)) = args.split_first() else { return true };
            match function.name() {
                "is_null" => column(name, schema, known).is_none_or(|found| found.null_count > 0),
                "is_not_null" => {
                    column(name, schema, known).is_none_or(|found| found.null_count < known.rows())
                }
                "between" => match rest {
                    [Expr::Literal(low), Expr::Literal(high)] => {
                        compare(CompareOp::GtEq, name, low, schema, known)
                            && compare(CompareOp::LtEq, name, high, schema, known)
                    }
                    _ => true,
                },
                "is_in" => {
                    let mut values: Vec<&Scalar> = Vec::new();
                    for arg in rest {
                        match arg {
                            Expr::Literal(Scalar::List(items)) => values.extend(items),
                            Expr::Literal(value) => values.push(value),
                            _ => return true,
                        }
                    }
                    for (_, param) in params.iter() {
                        if let Scalar::List(items) = param {
                            values.extend(items);
                        }
                    }
                    // Without a list in sight the values stand somewhere this rule does not know. Keys compare NaN
                    // as equal to itself, which bounds say nothing of.
                    let blind = |value: &&Scalar| matches!(value, Scalar::Float(value) if value.is_nan());
                    values.is_empty()
                        || values.iter().any(blind)
                        || values.iter().any(|value| compare(CompareOp::Eq, name, value, schema, known))
                }
                _ => true,
            }
        }
        _ => true,
    }
}

fn column(name: &str, schema: &Schema, known: &dyn Known) -> Option<Statistics> {
    known.statistics(schema.index_of(name).ok()?)
}

fn compare(op: CompareOp, name: &str, value: &Scalar, schema: &Schema, known: &dyn Known) -> bool {
    if value.is_null() {
        return false;
    }
    let (Ok(field), Some(found)) = (schema.field(name), column(name, schema, known)) else { return true };
    if found.null_count >= known.rows() {
        return false;
    }
    // Bounds are those of texts, whatever the order of categories.
    if field.dtype.categories().is_some() && op != CompareOp::Eq {
        return true;
    }
    let Some(value) = as_column_type(value, &infer::literal(value, &field.dtype)) else { return true };
    // The order of a bound and the value; unknown bounds leave everything possible.
    let low = found.min.compare(&value);
    let high = found.max.compare(&value);
    match op {
        CompareOp::Eq => {
            let inside = low != Some(Ordering::Greater) && high != Some(Ordering::Less);
            inside && !schema.index_of(name).is_ok_and(|column| known.absent(column, &value))
        }
        CompareOp::Lt => !matches!(low, Some(Ordering::Equal | Ordering::Greater)),
        CompareOp::LtEq => low != Some(Ordering::Greater),
        CompareOp::Gt => !matches!(high, Some(Ordering::Equal | Ordering::Less)),
        CompareOp::GtEq => high != Some(Ordering::Less),
        // Bounds may be wider than the values, and NaN differs from everything.
        CompareOp::NotEq => true,
    }
}

/// The constant as the binder would turn it into the column's type.
fn as_column_type(value: &Scalar, dtype: &crate::data::DType) -> Option<Scalar> {
    if value.dtype() == *dtype {
        return Some(value.clone());
    }
    Some(Scalar::from_array(&value.to_array(dtype, 1).ok()?, 0))
}
