//! `forward_fill`, `backward_fill`.

use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{
    Example, Expr, Needs, Param, Params, Signature, WindowCode, WindowFunction, WindowRows, col,
};
use crate::kernels::gather::NO_ROW;
use arrow::buffer::NullBuffer;
use arrow::util::bit_chunk_iterator::BitChunks;
use std::ops::Range;

const LIMIT: &[Param] = &[Param {
    name: "limit",
    default: Some(ParamDefault::Null),
    doc: "How many nulls in a row are filled; null: all.",
}];

/// The last value up to the row.
pub static FORWARD_FILL: WindowFunction = WindowFunction::new(
    "forward_fill",
    &["expr"],
    |types, _| Ok(Signature::new(types, types[0].clone())),
    WindowCode::Pick(forward),
)
.aliased(&["ffill"])
.needing(Needs::Nulls)
.with_params(LIMIT)
.documented("Nulls become the last value before them in the window.", || Example {
    input: vec![("x", [None, Some(1i64), None, None].into_iter().collect())],
    expr: col("x").forward_fill(Some(1)),
    output: [None, Some(1i64), Some(1), None].into_iter().collect(),
});

/// The first value from the row on.
pub static BACKWARD_FILL: WindowFunction = WindowFunction::new(
    "backward_fill",
    &["expr"],
    |types, _| Ok(Signature::new(types, types[0].clone())),
    WindowCode::Pick(backward),
)
.aliased(&["bfill"])
.needing(Needs::Nulls)
.with_params(LIMIT)
.documented("Nulls become the first value after them in the window.", || Example {
    input: vec![("x", [None, None, Some(1i64), None].into_iter().collect())],
    expr: col("x").backward_fill(Some(1)),
    output: [None, Some(1i64), Some(1), None].into_iter().collect(),
});

impl Expr {
    /// Nulls become the last value before them in the window; with a limit, only so many in a row.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(3i64), None]).finish()?;
    /// let filled = frame.with_columns([col("x").forward_fill(None)])?;
    /// assert_eq!(filled.column("x")?.get(1)?, Scalar::Int(3));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn forward_fill(self, limit: Option<i64>) -> Expr {
        Expr::window(&FORWARD_FILL, [self], Params::new().with("limit", limit))
    }

    /// Nulls become the first value after them in the window; with a limit, only so many in a row.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [None, Some(3i64)]).finish()?;
    /// let filled = frame.with_columns([col("x").backward_fill(None)])?;
    /// assert_eq!(filled.column("x")?.get(0)?, Scalar::Int(3));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn backward_fill(self, limit: Option<i64>) -> Expr {
        Expr::window(&BACKWARD_FILL, [self], Params::new().with("limit", limit))
    }
}

fn limit(params: &Params) -> Result<usize> {
    if params.get("limit").is_null() {
        return Ok(usize::MAX);
    }
    match params.int("limit")? {
        limit @ 0.. => Ok(limit as usize),
        limit => Err(Error::invalid(format!("a limit must not be negative, it is {limit}"))),
    }
}

fn forward(rows: &WindowRows<'_>, range: Range<usize>, out: &mut [u32]) -> Result<()> {
    let limit = limit(rows.params)?;
    let start = range.start;
    for (partition, part) in rows.partitions(range) {
        let out = &mut out[part.start - start..part.end - start];
        let mut last =
            (partition.start..part.start).rev().find(|row| rows.is_valid(0, *row)).map_or(NO_ROW, number);
        let Some(nulls) = &rows.args[0].nulls else {
            part.zip(out).for_each(|(row, place)| *place = number(row));
            continue;
        };
        for (first, word, out) in words(nulls, &part, out) {
            for (bit, place) in out.iter_mut().enumerate() {
                let row = first + bit as u32;
                // A choice instead of a branch: nulls lie anywhere.
                last = if word >> bit & 1 == 1 { row } else { last };
                *place = if row.wrapping_sub(last) as usize > limit { NO_ROW } else { last };
            }
        }
    }
    Ok(())
}

fn backward(rows: &WindowRows<'_>, range: Range<usize>, out: &mut [u32]) -> Result<()> {
    let limit = limit(rows.params)?;
    let start = range.start;
    for (partition, part) in rows.partitions(range) {
        let out = &mut out[part.start - start..part.end - start];
        let mut next = (part.end..partition.end).find(|row| rows.is_valid(0, *row)).map_or(NO_ROW, number);
        let Some(nulls) = &rows.args[0].nulls else {
            part.zip(out).for_each(|(row, place)| *place = number(row));
            continue;
        };
        for (first, word, out) in words(nulls, &part, out).into_iter().rev() {
            for (bit, place) in out.iter_mut().enumerate().rev() {
                let row = first + bit as u32;
                next = if word >> bit & 1 == 1 { row } else { next };
                *place = if next.wrapping_sub(row) as usize > limit { NO_ROW } else { next };
            }
        }
    }
    Ok(())
}

/// Rows of a partition up to 64 at a time: the first of them, the bits of those that are not null, and their places.
fn words<'a>(nulls: &NullBuffer, part: &Range<usize>, out: &'a mut [u32]) -> Vec<(u32, u64, &'a mut [u32])> {
    let bits = nulls.inner();
    let chunks = BitChunks::new(bits.values(), bits.offset() + part.start, part.len());
    let words = chunks.iter_padded().zip(out.chunks_mut(64)).enumerate();
    words.map(|(place, (word, out))| (number(part.start + 64 * place), word, out)).collect()
}

/// Windows number rows with 32 bits.
fn number(row: usize) -> u32 {
    row as u32
}
