//! `row_number`, `ntile`.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::{Example, Expr, Needs, Param, Params, Signature, WindowCode, WindowFunction, WindowRows};
use arrow::array::{ArrayRef, Int64Array};
use std::ops::Range;
use std::sync::Arc;

/// The number of the row in its window.
pub static ROW_NUMBER: WindowFunction = WindowFunction::new(
    "row_number",
    &[],
    |_, _| Ok(Signature::new([], DType::Int64)),
    WindowCode::Range(number),
)
.needing(Needs::Nothing)
.documented("The number of the row in its window, from 1.", || Example {
    input: vec![("k", ["a", "b", "a"].into_iter().collect())],
    expr: row_number().over("k"),
    output: [1i64, 1, 2].into_iter().collect(),
});

/// The number of the row's part among equal parts of its window.
pub static NTILE: WindowFunction = WindowFunction::new(
    "ntile",
    &[],
    |_, _| Ok(Signature::new([], DType::Int64)),
    WindowCode::Range(tile),
)
.needing(Needs::Nothing)
.with_params(&[Param { name: "n", default: None, doc: "How many parts there are." }])
.documented(
    "The number, from 1, of the row's part among `n` parts of its window that are as equal as can be, longer \
             ones first.\n\n# Errors\nFewer than one part.",
    || Example {
        input: vec![("x", [4i64, 5, 6].into_iter().collect())],
        expr: ntile(2),
        output: [1i64, 1, 2].into_iter().collect(),
    },
);

/// The number of the row in its window, from 1.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, Scalar, row_number};
/// let frame = Frame::builder().column("k", ["a", "b", "a"]).finish()?;
/// let numbered = frame.with_columns([row_number().over("k").alias("n")])?;
/// assert_eq!(numbered.column("n")?.get(2)?, Scalar::Int(2));
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn row_number() -> Expr {
    Expr::window(&ROW_NUMBER, [], Params::new())
}

/// The number, from 1, of the row's part among `n` parts of its window that are as equal as can be.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, Scalar, functions::window::position::ntile};
/// let frame = Frame::builder().column("x", [4i64, 5, 6]).finish()?;
/// let parts = frame.with_columns([ntile(2).alias("part")])?;
/// assert_eq!(parts.column("part")?.get(2)?, Scalar::Int(2));
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn ntile(n: i64) -> Expr {
    Expr::window(&NTILE, [], Params::new().with("n", n))
}

fn number(rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    let mut numbers = Vec::with_capacity(range.len());
    for (partition, part) in rows.partitions(range) {
        numbers.extend(part.map(|row| (row - partition.start + 1) as i64));
    }
    Ok(Arc::new(Int64Array::from(numbers)))
}

fn tile(rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    let parts = match rows.params.int("n")? {
        parts @ 1.. => parts as usize,
        parts => return Err(Error::invalid(format!("ntile takes 1 part or more, not {parts}"))),
    };
    let mut numbers = Vec::with_capacity(range.len());
    for (partition, part) in rows.partitions(range) {
        let (size, longer) = (partition.len() / parts, partition.len() % parts);
        numbers.extend(part.map(|row| {
            let at = row - partition.start;
            let in_longer = longer * (size + 1);
            let tile = if at < in_longer { at / (size + 1) } else { longer + (at - in_longer) / size.max(1) };
            tile as i64 + 1
        }));
    }
    Ok(Arc::new(Int64Array::from(numbers)))
}
