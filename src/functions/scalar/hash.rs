//! `hash`.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Example, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::kernels::hash;
use arrow::array::{ArrayRef, UInt64Array};
use std::sync::Arc;

/// A number that stands for the value.
pub static HASH: ScalarFunction = ScalarFunction::new(
    "hash",
    "math",
    &["expr"],
    |types, _| Ok(Signature::new(types, DType::UInt64)),
    evaluate,
)
.handling_nulls()
.with_params(&[Param {
    name: "seed",
    default: Some(ParamDefault::Int(0)),
    doc: "Another seed gives other numbers.",
}])
.documented(
    "A number between 0 and 2^64 that stands for the value: equal keys give the same, on every machine and in every \
     version; a null gives one too.",
    || Example {
        input: vec![("x", [Some(1i64), None].into_iter().collect())],
        expr: col("x").hash(0).eq(col("x").hash(0)),
        output: [true, true].into_iter().collect(),
    },
);

impl Expr {
    /// A number between 0 and 2^64 that stands for the value: equal keys give the same, always.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["a", "b", "a"]).finish()?;
    /// let hashed = frame.with_columns([col("x").hash(7).alias("h")])?;
    /// assert_eq!(hashed.column("h")?.get(0)?, hashed.column("h")?.get(2)?);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn hash(self, seed: i64) -> Expr {
        Expr::call(&HASH, [self], Params::new().with("seed", seed))
    }
}

fn evaluate(args: &Args<'_>) -> Result<ArrayRef> {
    let seed = hash::mix(args.params().int("seed")? as u64);
    let hashes = hash::columns(&[Column::from_held(args.array(0)?)], args.rows(), false)?;
    Ok(Arc::new(UInt64Array::from_iter_values(hashes.into_iter().map(|hash| hash::mix(hash ^ seed)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::scalar::support::run;

    #[test]
    fn numbers_never_change() {
        let numbers: Column = [Some(0i64), Some(1), None].into_iter().collect();
        let texts: Column = ["", "a", "a text of more than twelve bytes"].into_iter().collect();
        let first = run(&numbers, &col("x").hash(0)).unwrap();
        assert_ne!(first, run(&numbers, &col("x").hash(1)).unwrap());
        let all = [first, run(&texts, &col("x").hash(0)).unwrap()].concat();
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(all, GIVEN);
    }

    const GIVEN: [&str; 6] = [
        "10380743654178093845",
        "7968508725043677569",
        "13279018995768265172",
        "4530120046763624769",
        "10518054300490640204",
        "15192923062128697688",
    ];
}
