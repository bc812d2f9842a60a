//! Whether two bound expressions compute the same, told by what they are made of: a column may be named as another
//! expression is written.

use crate::expr::bind::{Bound, Kind};
use crate::kernels::Value;

impl Bound {
    /// Whether both give the same value for every row. "No" may be wrong: it only costs computing it twice.
    pub(crate) fn same(&self, other: &Bound) -> bool {
        self.dtype == other.dtype && self.categories == other.categories && self.kind.same(&other.kind)
    }
}

/// Whether two lists of expressions are the same one by one.
pub(crate) fn all_same(left: &[Bound], right: &[Bound]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.same(right))
}

impl Kind {
    fn same(&self, other: &Kind) -> bool {
        match (self, other) {
            (Kind::Column(a), Kind::Column(b)) => a == b,
            (Kind::Literal(a), Kind::Literal(b)) => same_value(a, b),
            (Kind::Cast(a, mode), Kind::Cast(b, other)) => mode == other && a.same(b),
            (Kind::Unary(op, a), Kind::Unary(other, b)) => op == other && a.same(b),
            (Kind::Arithmetic(op, a, b), Kind::Arithmetic(other, c, d)) => {
                op == other && a.same(c) && b.same(d)
            }
            (Kind::Compare(op, a, b), Kind::Compare(other, c, d)) => op == other && a.same(c) && b.same(d),
            (Kind::And(a, b), Kind::And(c, d)) | (Kind::Or(a, b), Kind::Or(c, d)) => a.same(c) && b.same(d),
            (Kind::Case(branches, a), Kind::Case(others, b)) => {
                let pairs = || branches.iter().zip(others);
                branches.len() == others.len()
                    && a.same(b)
                    && pairs().all(|((when, then), (other, value))| when.same(other) && then.same(value))
            }
            (Kind::Call(function, args, params), Kind::Call(other, others, constants)) => {
                function == other && params == constants && all_same(args, others)
            }
            _ => false,
        }
    }
}

fn same_value(left: &Value, right: &Value) -> bool {
    left.array().data_type() == right.array().data_type() && left.array().to_data() == right.array().to_data()
}

#[cfg(test)]
mod tests {
    use crate::data::{DType, Field, Schema};
    use crate::expr::{Expr, bind, col, lit, when};
    use crate::kernels::CastMode;

    fn same(left: Expr, right: Expr) -> bool {
        let names = ["a", "(a + 1)", "1", "\"x\""];
        let fields = names.map(|name| Field::new(name, DType::Int64)).to_vec();
        let schema = Schema::new(fields).unwrap();
        bind(&left, &schema).unwrap().same(&bind(&right, &schema).unwrap())
    }

    #[test]
    fn what_is_written_alike_need_not_be_the_same() {
        assert!(!same(col("a") + 1, col("(a + 1)")));
        assert!(!same(lit(1), col("1")));
        assert!(!same(lit("x"), col("\"x\"")));
        assert!(!same(lit(0.0), lit(-0.0)));
        assert!(!same(
            col("a").cast_with(DType::Int8, CastMode::Lossy),
            col("a").cast_with(DType::Int8, CastMode::Lenient)
        ));
    }

    #[test]
    fn what_is_the_same_is_found() {
        let exprs = || {
            [
                col("a") + 1,
                -col("a"),
                !col("a").gt(2).and(col("1").is_null()).or(col("a").is_in([1, 2])),
                when(col("a").gt(1)).then(col("1")).otherwise(lit(7)),
                col("a").cast(DType::String),
                lit("x"),
            ]
        };
        for (left, right) in exprs().into_iter().zip(exprs()) {
            assert!(same(left.clone(), right.alias("b")), "{left}");
        }
    }
}
