//! `lag`, `lead`, `nth_value`: the value of another row.

use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{
    Example, Expr, Needs, Param, Params, Signature, WindowCode, WindowFunction, WindowRows, col,
};
use std::ops::Range;

const ROWS: &[Param] = &[Param {
    name: "n",
    default: Some(ParamDefault::Int(1)),
    doc: "How many rows; negative: the other way.",
}];

/// The value of an earlier row of the window.
pub static LAG: WindowFunction = WindowFunction::new(
    "lag",
    &["expr"],
    |types, _| Ok(Signature::new(types, types[0].clone())),
    WindowCode::Pick(|rows, range, out| shifted(rows, range, rows.params.int("n")?, out)),
)
.aliased(&["shift"])
.needing(Needs::Nothing)
.with_params(ROWS)
.documented("The value `n` rows before in the window; null where there is no such row.", || Example {
    input: vec![("x", [3i64, 1, 2].into_iter().collect())],
    expr: col("x").lag(1),
    output: [None, Some(3i64), Some(1)].into_iter().collect(),
});

/// The value of a later row of the window.
pub static LEAD: WindowFunction = WindowFunction::new(
    "lead",
    &["expr"],
    |types, _| Ok(Signature::new(types, types[0].clone())),
    WindowCode::Pick(|rows, range, out| shifted(rows, range, rows.params.int("n")?.saturating_neg(), out)),
)
.needing(Needs::Nothing)
.with_params(ROWS)
.documented("The value `n` rows after in the window; null where there is no such row.", || Example {
    input: vec![("x", [3i64, 1, 2].into_iter().collect())],
    expr: col("x").lead(1),
    output: [Some(1i64), Some(2), None].into_iter().collect(),
});

/// The value of a row counted within the window.
pub static NTH_VALUE: WindowFunction = WindowFunction::new(
    "nth_value",
    &["expr"],
    |types, _| Ok(Signature::new(types, types[0].clone())),
    WindowCode::Pick(nth),
)
.needing(Needs::Nothing)
.with_params(&[Param { name: "n", default: None, doc: "Which row: 0 is the first, -1 the last." }])
.documented("The value of row `n` of the window; null if it is shorter.", || Example {
    input: vec![("k", ["a", "b", "a"].into_iter().collect()), ("x", [3i64, 1, 2].into_iter().collect())],
    expr: col("x").nth_value(1).over("k"),
    output: [Some(2i64), None, Some(2)].into_iter().collect(),
});

impl Expr {
    /// The value `n` rows before in the window; null where there is no such row.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [3i64, 1, 2]).finish()?;
    /// let before = frame.with_columns([col("x").lag(1).alias("before")])?;
    /// assert_eq!(before.column("before")?.get(2)?, Scalar::Int(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn lag(self, n: i64) -> Expr {
        Expr::window(&LAG, [self], Params::new().with("n", n))
    }

    /// The value `n` rows after in the window; null where there is no such row.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [3i64, 1, 2]).finish()?;
    /// let after = frame.with_columns([col("x").lead(1).alias("after")])?;
    /// assert_eq!(after.column("after")?.get(2)?, Scalar::Null);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn lead(self, n: i64) -> Expr {
        Expr::window(&LEAD, [self], Params::new().with("n", n))
    }

    /// The value of row `n` of the window (0: the first, -1: the last); null if it is shorter.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [3i64, 1, 2]).finish()?;
    /// let last = frame.with_columns([col("x").nth_value(-1).alias("last")])?;
    /// assert_eq!(last.column("last")?.get(0)?, Scalar::Int(2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn nth_value(self, n: i64) -> Expr {
        Expr::window(&NTH_VALUE, [self], Params::new().with("n", n))
    }
}

fn shifted(rows: &WindowRows<'_>, range: Range<usize>, back: i64, out: &mut [u32]) -> Result<()> {
    let start = range.start;
    for (partition, part) in rows.partitions(range) {
        let out = &mut out[part.start - start..part.end - start];
        for (row, place) in part.zip(out) {
            let from = (row as i64).checked_sub(back);
            let inside = from.filter(|from| (partition.start as i64..partition.end as i64).contains(from));
            *place = inside.map_or(u32::MAX, |from| from as u32);
        }
    }
    Ok(())
}

fn nth(rows: &WindowRows<'_>, range: Range<usize>, out: &mut [u32]) -> Result<()> {
    let n = isize::try_from(rows.params.int("n")?).map_err(|_| Error::invalid("n is too great"))?;
    let start = range.start;
    for (partition, part) in rows.partitions(range) {
        let at =
            if n < 0 { partition.end.checked_add_signed(n) } else { partition.start.checked_add_signed(n) };
        let at = at.filter(|at| partition.contains(at)).map_or(u32::MAX, |at| at as u32);
        out[part.start - start..part.end - start].fill(at);
    }
    Ok(())
}
