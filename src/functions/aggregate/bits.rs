//! `bit_and`, `bit_or`, `bit_xor`.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Params, Signature, col};
use crate::functions::aggregate::fold::{Fold, Folded, results};
use crate::functions::aggregate::words::Spill;
use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::Int64Type;
use std::borrow::Cow;
use std::sync::Arc;

/// The bits that are set in every value.
pub static BIT_AND: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("bit_and"),
    aliases: &[],
    doc: "The bits that are set in every value; null if there is none.\n\nOf integers; nulls are skipped.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("bit_and", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, _| state::<AND>(&types[0]),
    example: Some(|| example(col("x").bit_and(), 4)),
};

/// The bits that are set in any value.
pub static BIT_OR: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("bit_or"),
    aliases: &[],
    doc: "The bits that are set in any value; null if there is none.\n\nOf integers; nulls are skipped.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("bit_or", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, _| state::<OR>(&types[0]),
    example: Some(|| example(col("x").bit_or(), 15)),
};

/// The bits that are set in an odd number of values.
pub static BIT_XOR: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("bit_xor"),
    aliases: &[],
    doc: "The bits that are set in an odd number of values; null if there is none.\n\nOf integers; nulls are skipped.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("bit_xor", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, _| state::<XOR>(&types[0]),
    example: Some(|| example(col("x").bit_xor(), 11)),
};

impl Expr {
    /// The bits that are set in every value; null if there is none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [12i64, 7]).finish()?;
    /// let both = frame.lazy().select([col("x").bit_and()]).collect()?;
    /// assert_eq!(both.column("x")?.get(0)?.as_i64(), Some(4));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn bit_and(self) -> Expr {
        Expr::aggregate(&BIT_AND, [self], Params::new())
    }

    /// The bits that are set in any value; null if there is none.
    pub fn bit_or(self) -> Expr {
        Expr::aggregate(&BIT_OR, [self], Params::new())
    }

    /// The bits that are set in an odd number of values; null if there is none.
    pub fn bit_xor(self) -> Expr {
        Expr::aggregate(&BIT_XOR, [self], Params::new())
    }
}

fn example(expr: Expr, output: i64) -> Example {
    Example {
        input: vec![("x", [Some(12i64), None, Some(7)].into_iter().collect())],
        expr,
        output: [output].into_iter().collect(),
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    let dtype = match &types[0] {
        DType::Null => DType::Int64,
        dtype if dtype.is_integer() => dtype.clone(),
        other => return Err(Error::type_mismatch(format!("no {name} of {other}")).hint("integers have one")),
    };
    Ok(Signature::new([dtype.clone()], dtype))
}

const AND: u8 = 0;
const OR: u8 = 1;
const XOR: u8 = 2;

fn state<const OP: u8>(dtype: &DType) -> Result<Box<dyn GroupState>> {
    Ok(Folded::boxed(Bits::<OP> { dtype: dtype.clone() }))
}

/// The bits, and how many values there were. Narrow integers are widened: the bits above theirs are copies of the sign.
struct Bits<const OP: u8> {
    dtype: DType,
}

#[inline]
fn combine<const OP: u8>(left: u64, right: u64) -> u64 {
    match OP {
        AND => left & right,
        OR => left | right,
        _ => left ^ right,
    }
}

impl<const OP: u8> Fold for Bits<OP> {
    type In = Int64Type;
    type State = (u64, u64);
    const EMPTY: (u64, u64) = (if OP == AND { u64::MAX } else { 0 }, 0);

    #[inline]
    fn add(state: &mut (u64, u64), value: i64) -> bool {
        *state = (combine::<OP>(state.0, value as u64), state.1 + 1);
        false
    }

    #[inline]
    fn merge(into: &mut (u64, u64), _: &mut i64, from: &(u64, u64), _: i64) {
        *into = (combine::<OP>(into.0, from.0), into.1 + from.1);
    }

    fn finish(&self, states: &[(u64, u64)], _: &Spill) -> Result<ArrayRef> {
        values(states, &self.dtype)
    }
}

fn values(states: &[(u64, u64)], dtype: &DType) -> Result<ArrayRef> {
    let values: Int64Array =
        states.iter().map(|(bits, count)| (*count > 0).then_some(*bits as i64)).collect();
    results(Arc::new(values), dtype)
}
