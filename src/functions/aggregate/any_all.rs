//! `any`, `all`.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::{AggregateFunction, Example, Expr, Params, Signature, col};
use crate::functions::aggregate::fold::{Fold, Folded};
use crate::functions::aggregate::words::Spill;
use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::UInt8Type;
use std::borrow::Cow;
use std::sync::Arc;

/// Whether any value is true.
pub static ANY: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("any"),
    aliases: &[],
    doc: "Whether any value is true; false if there is none.\n\nNulls are skipped.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("any", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, _| Ok(Folded::boxed(Truth::<true>)),
    example: Some(|| Example {
        input: vec![("x", [Some(false), None, Some(true)].into_iter().collect())],
        expr: col("x").any(),
        output: [true].into_iter().collect(),
    }),
};

/// Whether all values are true.
pub static ALL: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("all"),
    aliases: &[],
    doc: "Whether all values are true; true if there is none.\n\nNulls are skipped.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("all", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, _| Ok(Folded::boxed(Truth::<false>)),
    example: Some(|| Example {
        input: vec![("x", [Some(true), None, Some(true)].into_iter().collect())],
        expr: col("x").all(),
        output: [true].into_iter().collect(),
    }),
};

impl Expr {
    /// Whether any value is true; nulls are skipped, of nothing it is false.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 7]).finish()?;
    /// let big = frame.lazy().select([col("x").gt(5).any()]).collect()?;
    /// assert_eq!(big.column("x")?.get(0)?, Scalar::Bool(true));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn any(self) -> Expr {
        Expr::aggregate(&ANY, [self], Params::new())
    }

    /// Whether all values are true; nulls are skipped, of nothing it is true.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 7]).finish()?;
    /// let big = frame.lazy().select([col("x").gt(5).all()]).collect()?;
    /// assert_eq!(big.column("x")?.get(0)?, Scalar::Bool(false));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn all(self) -> Expr {
        Expr::aggregate(&ALL, [self], Params::new())
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    match &types[0] {
        DType::Bool | DType::Null => Ok(Signature::new([DType::Bool], DType::Bool)),
        other => Err(Error::type_mismatch(format!("{name} takes truth values, not {other}"))
            .hint("compare with something, for example `!= 0`")),
    }
}

/// Whether any or (not `ANY`) all values are true.
struct Truth<const ANY: bool>;

impl<const ANY: bool> Fold for Truth<ANY> {
    type In = UInt8Type;
    type State = u8;
    const EMPTY: u8 = if ANY { 0 } else { 1 };

    #[inline]
    fn add(state: &mut u8, value: u8) -> bool {
        *state = if ANY { *state | value } else { *state & value };
        false
    }

    #[inline]
    fn merge(into: &mut u8, _: &mut i64, from: &u8, _: i64) {
        Self::add(into, *from);
    }

    fn finish(&self, states: &[u8], _: &Spill) -> Result<ArrayRef> {
        Ok(Arc::new(states.iter().map(|state| Some(*state != 0)).collect::<BooleanArray>()))
    }
}
