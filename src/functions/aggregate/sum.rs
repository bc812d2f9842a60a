//! `sum`.
use crate::data::DType;
use crate::error::Error;
use crate::expr::{AggregateFunction, Expr, Params, Signature};
use std::borrow::Cow;

/// The sum of the values.
pub static SUM: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("sum"),
    aliases: &[],
    doc: "The sum of the values; 0 if there is none.",
    args: &["expr"],
    params: &[],
    signature: |types, _| Ok(Signature::new(types, DType::Float64)),
    ordered: false,
    accepts_codes: false,
    state: |_, _| Err(Error::internal("sum")),
    example: None,
};

impl Expr {
    /// The sum of the values.
    pub fn sum(self) -> Expr {
        Expr::aggregate(&SUM, [self], Params::new())
    }
}
