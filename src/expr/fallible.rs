//! Whether a bound expression can fail on a value; with the types known, so that float arithmetic counts as safe.

use crate::data::{DType, TimeUnit};
use crate::expr::bind::{Bound, Kind};
use crate::expr::node::UnaryOp;
use crate::kernels::{ArithmeticOp, CastMode};

impl Bound {
    /// Whether it can fail on a value. Such an expression must not see rows that a filter or join would have removed.
    pub fn is_fallible(&self) -> bool {
        match &self.kind {
            Kind::Column(_) | Kind::Literal(_) => false,
            Kind::Cast(inner, mode) => inner.is_fallible() || cast(inner, &self.dtype, *mode),
            Kind::Category(inner, _, step) => step.is_fallible() || inner.is_fallible(),
            Kind::Unary(UnaryOp::Not, inner) => inner.is_fallible(),
            Kind::Unary(UnaryOp::Negate, inner) => inner.is_fallible() || !self.dtype.is_float(),
            Kind::Arithmetic(op, left, right) => {
                // Two durations divide to a float, as two floats do.
                let safe = self.dtype.is_float() && (left.dtype.is_float() || *op == ArithmeticOp::Divide);
                !safe || left.is_fallible() || right.is_fallible()
            }
            Kind::Compare(_, left, right) | Kind::And(left, right) | Kind::Or(left, right) => {
                left.is_fallible() || right.is_fallible()
            }
            Kind::Case(branches, otherwise) => {
                let mut parts = branches.iter().flat_map(|(condition, value)| [condition, value]);
                parts.any(Bound::is_fallible) || otherwise.is_fallible()
            }
            Kind::Call(function, args, _) => {
                function.get().map_or(true, |function| function.fallible)
                    || args.iter().any(Bound::is_fallible)
            }
        }
    }
}

/// Whether a conversion can meet a value that does not fit. A constant has been seen: it is a matter of its own value.
fn cast(inner: &Bound, to: &DType, mode: CastMode) -> bool {
    if mode == CastMode::Lenient || inner.dtype == DType::Null {
        return false;
    }
    if let Kind::Literal(value) = &inner.kind {
        return crate::kernels::cast::cast(value.array(), to, mode).is_err();
    }
    !widens(&inner.dtype, to)
}

/// Whether every value of a type has its equal in the other.
fn widens(from: &DType, to: &DType) -> bool {
    if let (Some(bits), Some(wider)) = (from.integer_bits(), to.integer_bits()) {
        return match (from.is_signed(), to.is_signed()) {
            (signed, same) if signed == same => wider >= bits,
            (false, true) => wider > bits,
            _ => false,
        };
    }
    let exact = |dtype: &DType| dtype.is_integer() || matches!(dtype, DType::Bool | DType::Decimal(..));
    match (from, to) {
        (DType::Bool, to) => to.is_integer() || to.is_float(),
        // Every number has a nearest float, but for those of float64 beyond the ends of float32.
        (DType::Float32, DType::Float64) => true,
        (from, to) if exact(from) && to.is_float() => true,
        (from, DType::String) => exact(from) || from.is_float(),
        (DType::Date, DType::Timestamp(unit, None)) => *unit <= TimeUnit::Millisecond,
        (DType::Decimal(p1, s1), DType::Decimal(p2, s2)) => {
            let whole = |precision: u8, scale: i8| i16::from(precision) - i16::from(scale);
            s1 <= s2 && whole(*p1, *s1) <= whole(*p2, *s2)
        }
        _ => from == to,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Field, Schema};
    use crate::expr::{Expr, bind, col, lit};

    fn fallible(expr: Expr) -> bool {
        let fields = [
            ("i", DType::Int64),
            ("s", DType::Int16),
            ("x", DType::Float64),
            ("t", DType::String),
            ("d", DType::Decimal(10, 2)),
            ("day", DType::Date),
        ];
        let fields = fields.map(|(name, dtype)| Field::new(name, dtype)).to_vec();
        bind(&expr, &Schema::new(fields).unwrap()).unwrap().is_fallible()
    }

    #[test]
    fn only_what_can_meet_a_bad_value_is_fallible() {
        assert!(!fallible(col("i").gt(3)));
        assert!(!fallible((col("x") * 2.0 + col("s")).lt(1.5)));
        assert!(!fallible(col("s").cast(DType::Int64).eq(col("i"))));
        assert!(!fallible(col("t").eq(lit("a")).or(!col("x").lt(0.0))));
        assert!(!fallible(lit(3).cast(DType::Int8)));
        assert!(!fallible(col("day").gt(lit("2013-01-01"))));
        assert!(!fallible((col("i") / col("s")).gt(0.5)));
    }

    #[test]
    fn what_can_overflow_or_lose_digits_is_fallible() {
        assert!(fallible((col("i") + 1).gt(3)));
        assert!(fallible(-col("s")));
        assert!(fallible(col("t").cast(DType::Int64).gt(1)));
        assert!(fallible(col("i").cast(DType::Int32).gt(1)));
        assert!(fallible((col("d") / col("d")).gt(1)));
        assert!(fallible(lit(300).cast(DType::Int8)));
        assert!(fallible((col("i") % 2).eq(0)));
        assert!(fallible(col("x").cast(DType::Float32).gt(0.0)));
    }
}
