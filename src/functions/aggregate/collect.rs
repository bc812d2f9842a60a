//! `collect_list`, `head`, `tail`, `nth`: the values of each group's rows.

use crate::data::{Column, DType};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, Param, Params, Signature, col};
use crate::functions::aggregate::grouped::list_column;
use crate::functions::aggregate::picked::{How, Pick, Picked};
use arrow::array::{ArrayRef, ListArray, UInt64Array};
use arrow::compute::take;
use arrow::datatypes::Int64Type;
use std::borrow::Cow;
use std::sync::Arc;

const IGNORE_NULLS: Param = Param {
    name: "ignore_nulls",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether to pass over rows where the value is null.",
};

/// All values.
pub static COLLECT_LIST: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("collect_list"),
    aliases: &["implode", "array_agg"],
    doc: "All values as a list, in the order of the rows, null included.",
    args: &["expr"],
    params: &[IGNORE_NULLS],
    signature: |types, _| listed(types),
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, params| Ok(Picked::boxed(&types[0], how(Pick::All, params.bool("ignore_nulls")?))),
    example: Some(|| example(col("x").collect_list(), &[Some(3), None, Some(1)])),
};

/// The values of the first rows.
pub static HEAD: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("head"),
    aliases: &[],
    doc: "The values of the first rows as a list, null included.",
    args: &["expr"],
    params: &[Param { name: "n", default: Some(ParamDefault::Int(5)), doc: "How many rows at most." }],
    signature: |types, params| {
        count(params)?;
        listed(types)
    },
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, params| Ok(Picked::boxed(&types[0], how(Pick::First(count(params)?), false))),
    example: Some(|| example(col("x").head(2), &[Some(3), None])),
};

/// The values of the last rows.
pub static TAIL: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("tail"),
    aliases: &[],
    doc: "The values of the last rows as a list, in the order of the rows, null included.",
    args: &["expr"],
    params: &[Param { name: "n", default: Some(ParamDefault::Int(5)), doc: "How many rows at most." }],
    signature: |types, params| {
        count(params)?;
        listed(types)
    },
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, params| Ok(Picked::boxed(&types[0], how(Pick::Last(count(params)?), false))),
    example: Some(|| example(col("x").tail(2), &[None, Some(1)])),
};

/// The value of a row by number.
pub static NTH: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("nth"),
    aliases: &[],
    doc: "The value of one row of the group, null included; null if there are not so many rows.",
    args: &["expr"],
    params: &[
        Param {
            name: "n",
            default: None,
            doc: "The number of the row within the group, from 0; negative: from the end, -1 being the last.",
        },
        IGNORE_NULLS,
    ],
    signature: |types, params| {
        place(params)?;
        Ok(Signature::new(types, types[0].clone()))
    },
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, params| {
        let how = How { finish: nth, ..how(place(params)?, params.bool("ignore_nulls")?) };
        Ok(Picked::boxed(&types[0], how))
    },
    example: Some(|| Example {
        input: vec![("x", [3i64, 7, 1].into_iter().collect())],
        expr: col("x").nth(1),
        output: [7i64].into_iter().collect(),
    }),
};

impl Expr {
    /// All values as a list, in the order of the rows, null included.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [3i64, 1]).finish()?;
    /// let lists = frame.lazy().select([col("x").collect_list()]).collect()?;
    /// assert_eq!(lists.column("x")?.get(0)?, Scalar::List(vec![3i64.into(), 1i64.into()]));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn collect_list(self) -> Expr {
        Expr::aggregate(&COLLECT_LIST, [self], Params::new())
    }

    /// The values of the first rows as a list, null included.
    pub fn head(self, n: u32) -> Expr {
        Expr::aggregate(&HEAD, [self], Params::new().with("n", n))
    }

    /// The values of the last rows as a list, in the order of the rows, null included.
    pub fn tail(self, n: u32) -> Expr {
        Expr::aggregate(&TAIL, [self], Params::new().with("n", n))
    }

    /// The value of one row of the group, from 0 (negative: from the end); null if there are not so many rows.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [3i64, 7, 1]).finish()?;
    /// let values = frame.lazy().select([col("x").nth(-1)]).collect()?;
    /// assert_eq!(values.column("x")?.get(0)?, Scalar::Int(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn nth(self, n: i64) -> Expr {
        Expr::aggregate(&NTH, [self], Params::new().with("n", n))
    }
}

fn example(expr: Expr, output: &[Option<i64>]) -> Example {
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(output.to_vec())]);
    Example {
        input: vec![("x", [Some(3i64), None, Some(1)].into_iter().collect())],
        expr,
        output: Column::from_held(Arc::new(list)),
    }
}

fn listed(types: &[DType]) -> Result<Signature> {
    Ok(Signature::new(types, DType::List(Box::new(types[0].clone()))))
}

fn count(params: &Params) -> Result<usize> {
    let n = params.get("n");
    let count = n.as_i64().and_then(|count| usize::try_from(count).ok());
    count.ok_or_else(|| Error::invalid(format!("n must be a whole number from 0, not {n}")))
}

/// The rows that have to be kept for the one wanted.
fn place(params: &Params) -> Result<Pick> {
    let n = params.int("n")?;
    let rows = usize::try_from(n.unsigned_abs()).ok().and_then(|rows| rows.checked_add(usize::from(n >= 0)));
    let rows = rows.ok_or_else(|| Error::invalid(format!("n must be the number of a row, not {n}")))?;
    Ok(if n < 0 { Pick::Last(rows) } else { Pick::First(rows) })
}

/// The values as lists.
fn how(pick: Pick, ignore_nulls: bool) -> How {
    let finish = |starts: &[usize], values, _: &How| list_column(starts, values);
    How { pick, ignore_nulls, separator: "".into(), finish }
}

/// Of each group the last of the first rows, or the first of the last ones, if there are enough.
fn nth(starts: &[usize], values: ArrayRef, how: &How) -> Result<ArrayRef> {
    let rows: UInt64Array = starts
        .windows(2)
        .map(|pair| match how.pick {
            Pick::First(rows) if pair[1] - pair[0] == rows => Some(pair[1] as u64 - 1),
            Pick::Last(rows) if pair[1] - pair[0] == rows => Some(pair[0] as u64),
            _ => None,
        })
        .collect();
    Ok(take(&values, &rows, None)?)
}
