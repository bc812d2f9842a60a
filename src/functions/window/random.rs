//! `random`: numbers by chance that come again.

use crate::data::DType;
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Needs, Param, Params, Signature, WindowCode, WindowFunction};
use crate::functions::window::position::row_number;

/// A number from 0 to 1 by chance.
pub static RANDOM: WindowFunction =
    WindowFunction::new("random", &[], |_, _| Ok(Signature::new([], DType::Float64)), WindowCode::Expand(expand))
        .needing(Needs::Nothing)
        .with_params(&[Param {
            name: "seed",
            default: Some(ParamDefault::Int(0)),
            doc: "Another seed gives other numbers.",
        }])
        .documented(
            "A number by chance, from 0 to below 1, each as likely as any other.\n\nIt is made of the seed and the number \
             of the row in its window: the same seed gives the same numbers, for any number of threads.",
            || Example {
                input: vec![("x", [4i64, 5, 6].into_iter().collect())],
                expr: random(1).lt(1.0).and(random(1).gt_eq(0.0)),
                output: [true, true, true].into_iter().collect(),
            },
        );

fn expand(_: &[Expr], params: &Params) -> Result<Expr> {
    // The upper 53 bits of a hash, as many as a float has.
    let bits = row_number().hash(params.int("seed")?).shift_right(11i64);
    Ok(bits.cast(DType::Float64) * 2f64.powi(-53))
}

/// A number by chance, from 0 to below 1, made of the seed and the number of the row.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, col, random};
/// let frame = Frame::builder().column("x", [1i64, 2, 3]).finish()?;
/// let once = frame.with_columns([random(7).alias("r")])?;
/// let again = frame.with_columns([random(7).alias("r")])?;
/// assert_eq!(once.column("r")?.get(2)?, again.column("r")?.get(2)?);
/// assert_ne!(once.column("r")?.get(0)?, once.column("r")?.get(1)?);
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn random(seed: i64) -> Expr {
    Expr::window(&RANDOM, [], Params::new().with("seed", seed))
}
