//! `rank`, `dense_rank`, `percent_rank`, `cume_dist`.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{
    Example, Expr, Needs, Param, Params, Signature, WindowCode, WindowFunction, WindowRows, col,
};
use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::buffer::NullBuffer;
use std::ops::Range;
use std::sync::Arc;

const DESCENDING: Param = Param {
    name: "descending",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether the greatest is first.",
};

/// The rank of the value in its window.
pub static RANK: WindowFunction = WindowFunction::new("rank", &["expr"], rank_type, WindowCode::Range(rank))
    .needing(Needs::Nulls)
    .by_value()
    .with_params(&[
        Param {
            name: "method",
            default: Some(ParamDefault::Str("average")),
            doc: "What equal values get: the `average`, `min` or `max` of their places, `dense` numbers without gaps, or \
                  the `ordinal` place of each row.",
        },
        DESCENDING,
    ])
    .documented(
        "The rank of the value in its window, from 1.\n\nA null has no rank: it gets null. NaN ranks after all other \
         numbers. Averages are float64, the other methods int64.",
        || Example {
            input: vec![("x", [Some(3i64), Some(1), None, Some(3)].into_iter().collect())],
            expr: col("x").rank("average", false),
            output: [Some(2.5), Some(1.0), None, Some(2.5)].into_iter().collect(),
        },
    );

/// The rank without gaps.
pub static DENSE_RANK: WindowFunction = WindowFunction::new(
    "dense_rank",
    &["expr"],
    |types, _| Ok(Signature::new([ranked(&types[0])], DType::Int64)),
    WindowCode::Range(dense),
)
.needing(Needs::Nulls)
.by_value()
.with_params(&[DESCENDING])
.documented("The rank of the value in its window, from 1 and without gaps; a null gets null.", || Example {
    input: vec![("x", [Some(3i64), Some(1), None, Some(3)].into_iter().collect())],
    expr: Expr::window(&DENSE_RANK, [col("x")], Params::new()),
    output: [Some(2i64), Some(1), None, Some(2)].into_iter().collect(),
});

/// The relative rank, from 0 to 1.
pub static PERCENT_RANK: WindowFunction = WindowFunction::new(
    "percent_rank",
    &["expr"],
    |types, _| Ok(Signature::new([ranked(&types[0])], DType::Float64)),
    WindowCode::Range(|rows, range| {
        Ok(shares(rows, range, |peers, count| match count {
            0 | 1 => 0.0,
            count => peers.start as f64 / (count - 1) as f64,
        }))
    }),
)
.needing(Needs::Nulls)
.by_value()
.with_params(&[DESCENDING])
.documented(
    "The rank of the value among the others of its window: 0 for the first, 1 for the last; a null gets null.",
    || Example {
        input: vec![("x", [3i64, 1, 2].into_iter().collect())],
        expr: Expr::window(&PERCENT_RANK, [col("x")], Params::new()),
        output: [1.0, 0.0, 0.5].into_iter().collect(),
    },
);

/// The share of values up to this one.
pub static CUME_DIST: WindowFunction = WindowFunction::new(
    "cume_dist",
    &["expr"],
    |types, _| Ok(Signature::new([ranked(&types[0])], DType::Float64)),
    WindowCode::Range(|rows, range| Ok(shares(rows, range, |peers, count| peers.end as f64 / count as f64))),
)
.needing(Needs::Nulls)
.by_value()
.with_params(&[DESCENDING])
.documented("The share of the window's values that are not after this one; a null gets null.", || Example {
    input: vec![("x", [3i64, 1, 1, 2].into_iter().collect())],
    expr: Expr::window(&CUME_DIST, [col("x")], Params::new()),
    output: [1.0, 0.5, 0.5, 0.75].into_iter().collect(),
});

impl Expr {
    /// The rank of the value in its window, from 1: `method` is `average`, `min`, `max`, `dense` or `ordinal`. A null has
    /// none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [30i64, 10, 30]).finish()?;
    /// let ranked = frame.with_columns([col("x").rank("min", true).alias("rank")])?;
    /// assert_eq!(ranked.column("rank")?.get(1)?, Scalar::Int(3));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn rank(self, method: &str, descending: bool) -> Expr {
        let params = Params::new().with("method", method).with("descending", descending);
        Expr::window(&RANK, [self], params)
    }
}

/// What is ranked: of ordered categories their numbers, of others their text.
fn ranked(dtype: &DType) -> DType {
    match dtype.categories() {
        Some(categories) if categories.is_ordered() => dtype.by_order(),
        _ => dtype.held().clone(),
    }
}

fn rank_type(types: &[DType], params: &Params) -> Result<Signature> {
    let output = match params.str("method")? {
        "average" => DType::Float64,
        "min" | "max" | "dense" | "ordinal" => DType::Int64,
        other => {
            return Err(Error::invalid(format!("no way to rank is called {other:?}"))
                .hint("ways are average, min, max, dense and ordinal"));
        }
    };
    Ok(Signature::new([ranked(&types[0])], output))
}

fn rank(rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    Ok(match rows.params.str("method")? {
        "average" => shares(rows, range, |peers, _| (peers.start + peers.end + 1) as f64 / 2.0),
        "min" => whole(rows, range, |_, peers| peers.start + 1),
        "max" => whole(rows, range, |_, peers| peers.end),
        "ordinal" => whole(rows, range, |row, _| row + 1),
        _ => return dense(rows, range),
    })
}

/// Whole numbers of the row and of its equals, both counted within the partition.
fn whole(rows: &WindowRows<'_>, range: Range<usize>, of: impl Fn(usize, Range<usize>) -> usize) -> ArrayRef {
    let nulls = nulls(rows, range.clone());
    let mut values = Vec::with_capacity(range.len());
    for (partition, part) in rows.partitions(range) {
        for (peers, part) in rows.peers(part) {
            let peers = peers.start - partition.start..peers.end - partition.start;
            values.extend(part.map(|row| of(row - partition.start, peers.clone()) as i64));
        }
    }
    Arc::new(Int64Array::new(values.into(), nulls))
}

/// Numbers of the row's equals, counted within the partition, and of the partition's values.
fn shares(rows: &WindowRows<'_>, range: Range<usize>, of: impl Fn(Range<usize>, usize) -> f64) -> ArrayRef {
    let nulls = nulls(rows, range.clone());
    let mut values = Vec::with_capacity(range.len());
    for (partition, part) in rows.partitions(range) {
        let absent = rows.args[0].nulls.as_ref();
        let absent = absent.map_or(0, |nulls| nulls.slice(partition.start, partition.len()).null_count());
        let count = partition.len() - absent;
        for (peers, part) in rows.peers(part) {
            let value = of(peers.start - partition.start..peers.end - partition.start, count);
            values.extend(part.map(|_| value));
        }
    }
    Arc::new(Float64Array::new(values.into(), nulls))
}

fn dense(rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    let nulls = nulls(rows, range.clone());
    let run_of = |row: usize| rows.peers.partition_point(|start| (*start as usize) <= row);
    let mut values = Vec::with_capacity(range.len());
    for (partition, part) in rows.partitions(range) {
        let first = run_of(partition.start);
        for (run, (_, part)) in (run_of(part.start)..).zip(rows.peers(part)) {
            let value = (run - first + 1) as i64;
            values.extend(part.map(|_| value));
        }
    }
    Ok(Arc::new(Int64Array::new(values.into(), nulls)))
}

fn nulls(rows: &WindowRows<'_>, range: Range<usize>) -> Option<NullBuffer> {
    let own = rows.args[0].nulls.as_ref().map(|nulls| nulls.slice(range.start, range.len()));
    own.filter(|nulls| nulls.null_count() > 0)
}
