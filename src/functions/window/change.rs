//! `diff`, `pct_change`: written with `lag`.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, Signature, WindowCode, WindowFunction, col};

const ROWS: &[Param] = &[Param {
    name: "n",
    default: Some(ParamDefault::Int(1)),
    doc: "How many rows before the other value is; negative: after.",
}];

/// The difference from an earlier row.
pub static DIFF: WindowFunction = WindowFunction::new(
    "diff",
    &["expr"],
    unused,
    WindowCode::Expand(|args, params| Ok(args[0].clone() - args[0].clone().lag(params.int("n")?))),
)
.with_params(ROWS)
.documented("The value less the one `n` rows before in the window; null where there is no such row.", || {
    Example {
        input: vec![("x", [3i64, 1, 2].into_iter().collect())],
        expr: col("x").diff(1),
        output: [None, Some(-2i64), Some(1)].into_iter().collect(),
    }
});

/// The change in relation to an earlier row.
pub static PCT_CHANGE: WindowFunction = WindowFunction::new(
    "pct_change",
    &["expr"],
    unused,
    WindowCode::Expand(|args, params| {
        Ok(args[0].clone() / args[0].clone().lag(params.int("n")?) - 1.0)
    }),
)
.with_params(ROWS)
.documented(
    "The change from the value `n` rows before in the window, in relation to it; null where there is no such row.",
    || Example {
        input: vec![("x", [2i64, 3, 6].into_iter().collect())],
        expr: col("x").pct_change(1),
        output: [None, Some(0.5), Some(1.0)].into_iter().collect(),
    },
);

impl Expr {
    /// The value less the one `n` rows before in the window; null where there is no such row.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [3i64, 1, 2]).finish()?;
    /// let steps = frame.with_columns([col("x").diff(1).alias("step")])?;
    /// assert_eq!(steps.column("step")?.get(1)?, Scalar::Int(-2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn diff(self, n: i64) -> Expr {
        Expr::window(&DIFF, [self], Params::new().with("n", n))
    }

    /// The change from the value `n` rows before in the window, in relation to it.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [2i64, 3]).finish()?;
    /// let change = frame.with_columns([col("x").pct_change(1).alias("change")])?;
    /// assert_eq!(change.column("change")?.get(1)?, Scalar::Float(0.5));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn pct_change(self, n: i64) -> Expr {
        Expr::window(&PCT_CHANGE, [self], Params::new().with("n", n))
    }
}

fn unused(_: &[DType], _: &Params) -> Result<Signature> {
    Err(Error::internal("a function written with others was not expanded"))
}
