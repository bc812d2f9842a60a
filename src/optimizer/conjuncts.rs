//! Conditions as lists: `a and b and c` taken apart and put together.

use crate::expr::{BinaryOp, Expr};
use std::sync::Arc;

/// The conditions that must all be true; one of them unless there is an `and` on top.
pub fn split(expr: &Expr) -> Vec<Expr> {
    let mut found = Vec::new();
    collect(expr, &mut found);
    found
}

fn collect(expr: &Expr, into: &mut Vec<Expr>) {
    match expr {
        Expr::Alias(inner, _) => collect(inner, into),
        Expr::Binary { op: BinaryOp::And, left, right } => {
            collect(left, into);
            collect(right, into);
        }
        // A call that stands for conditions (`between`) is taken apart as well.
        other => match other.expansion() {
            Ok(Some(expanded)) => collect(&expanded, into),
            _ => into.push(other.clone()),
        },
    }
}

/// All conditions as one, in order and each once; `None` for none.
pub fn all(conditions: Vec<Expr>) -> Option<Expr> {
    let mut kept: Vec<Expr> = Vec::with_capacity(conditions.len());
    for condition in conditions {
        if !kept.contains(&condition) {
            kept.push(condition);
        }
    }
    kept.into_iter().reduce(|left, right| Expr::Binary {
        op: BinaryOp::And,
        left: Arc::new(left),
        right: Arc::new(right),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::col;

    #[test]
    fn conditions_are_split_and_joined_without_repeats() {
        let condition = col("a").and(col("b").or(col("c"))).and(col("a").alias("x").and(col("d")));
        let parts = split(&condition);
        assert_eq!(parts.len(), 4);
        assert_eq!(all(parts).unwrap().to_string(), "((a and (b or c)) and d)");
        assert_eq!(all(Vec::new()), None);
        let bounds: Vec<String> = split(&col("a").between(1, 2)).iter().map(Expr::to_string).collect();
        assert_eq!(bounds, ["(a >= 1)", "(a <= 2)"]);
    }
}
