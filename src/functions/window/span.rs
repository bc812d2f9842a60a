//! Which rows a moving window holds at each row: so many rows, or as much time.

use crate::data::{DType, Scalar, TimeUnit, dispatch, nanoseconds_of};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Param, Params, Signature, WindowRows};
use arrow::datatypes::Int64Type;
use std::ops::Range;

/// The constant `window`.
pub const WINDOW: Param = Param {
    name: "window",
    default: None,
    doc: "How many rows; with `by`, how much of it: a number, a duration, or text such as `1h30m`.",
};

/// The constant `min_periods`.
pub const LEAST: Param = Param {
    name: "min_periods",
    default: Some(ParamDefault::Null),
    doc: "Fewer values than this, nulls not counted, give null; by default as many as the window has rows, with `by` 1.",
};

/// The constant `center`.
pub const CENTER: Param = Param {
    name: "center",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether the row is in the middle of its window instead of at its end.",
};

/// The constant `closed`.
pub const CLOSED: Param = Param {
    name: "closed",
    default: Some(ParamDefault::Str("right")),
    doc: "With `by`, which ends of the window belong to it: `right`, `left`, `both` or `neither`.",
};

/// The constant `ties`.
pub const TIES: Param = Param {
    name: "ties",
    default: Some(ParamDefault::Bool(true)),
    doc: "With `by` and a window closed on the right, whether later rows of the same value belong to it too.",
};

/// The moving windows of a function.
pub struct Spans<'a> {
    kind: Kind<'a>,
    /// The argument that windows go by.
    by: usize,
    /// Values from which on there is a result.
    pub least: usize,
}

enum Kind<'a> {
    Rows { before: usize, after: usize },
    By { values: &'a [i64], width: i64, left: bool, right: bool, ties: bool },
}

/// The type of a column that windows go by.
///
/// # Errors
/// `Type` for a column that cannot be gone by.
pub fn by_type(by: &DType) -> Result<DType> {
    Ok(match by {
        DType::Date => DType::Timestamp(TimeUnit::Millisecond, None),
        DType::Timestamp(..) | DType::Duration(_) => by.clone(),
        dtype if dtype.is_integer() => DType::Int64,
        other => {
            return Err(Error::type_mismatch(format!("no window by {other}"))
                .hint("go by a date, a timestamp, a duration or an integer"));
        }
    })
}

/// The types of the arguments: numbers as `value` says, then a column to go by.
///
/// # Errors
/// `Type` for a column that cannot be gone by.
pub fn signature(types: &[DType], value: Signature) -> Result<Signature> {
    let mut args = value.args;
    if let Some(by) = types.get(1) {
        args.push(by_type(by)?);
    }
    Ok(Signature::new(args, value.output))
}

impl<'a> Spans<'a> {
    /// The windows that the constants say.
    ///
    /// # Errors
    /// `InvalidArgument` for constants outside their domain.
    pub fn new(rows: &'a WindowRows<'_>) -> Result<Self> {
        Spans::with_by(rows, 1)
    }

    /// The windows that the constants say; what they go by is the argument at this position, if there is one.
    ///
    /// # Errors
    /// As [`Spans::new`].
    pub fn with_by(rows: &'a WindowRows<'_>, position: usize) -> Result<Self> {
        let params = rows.params;
        let least = match params.get("min_periods") {
            Scalar::Null => None,
            _ => Some(usize::try_from(params.int("min_periods")?).map_err(|_| {
                Error::invalid(format!(
                    "min_periods must not be negative, it is {}",
                    params.get("min_periods")
                ))
            })?),
        };
        let Some(by) = rows.args.get(position) else {
            let size = usize::try_from(params.int("window")?).ok().filter(|size| *size > 0);
            let size = size.ok_or_else(|| Error::invalid("a window has at least 1 row"))?;
            let least = least.unwrap_or(size);
            if least > size {
                return Err(Error::invalid(format!(
                    "min_periods is {least}, more than the {size} rows of a window"
                )));
            }
            let after = if params.bool("center")? { (size - 1) / 2 } else { 0 };
            return Ok(Spans { kind: Kind::Rows { before: size - 1 - after, after }, by: position, least });
        };
        if params.bool("center")? {
            return Err(Error::unsupported("a window by values is not centered"));
        }
        let values = by.values.as_ref().ok_or_else(|| Error::internal("a window without what it goes by"))?;
        let values = dispatch::primitive::<Int64Type>(values).values();
        let (width, ties) = (width(params, "window", &by.dtype)?, params.bool("ties")?);
        let (left, right) = match params.str("closed")? {
            "right" => (false, true),
            "left" => (true, false),
            "both" => (true, true),
            "neither" => (false, false),
            other => {
                return Err(Error::invalid(format!("closed is {other:?}"))
                    .hint("windows are closed right, left, both or neither"));
            }
        };
        let kind = Kind::By { values, width, left, right, ties };
        Ok(Spans { kind, by: position, least: least.unwrap_or(1) })
    }

    /// Rows before and after the own one, if all windows have as many where the partition has them.
    pub fn fixed(&self) -> Option<(usize, usize)> {
        match self.kind {
            Kind::Rows { before, after } => Some((before, after)),
            Kind::By { .. } => None,
        }
    }

    /// Visits the rows of a block with their windows; both ends only ever move forward.
    ///
    /// # Errors
    /// `InvalidArgument` naming the row before which the values that windows go by do not ascend; those of `visit`.
    pub fn each(
        &self,
        rows: &WindowRows<'_>,
        partition: &Range<usize>,
        block: Range<usize>,
        mut visit: impl FnMut(Range<usize>),
    ) -> Result<()> {
        match &self.kind {
            Kind::Rows { before, after } => {
                for row in block {
                    let start = row.saturating_sub(*before).max(partition.start);
                    visit(start..row.saturating_add(after + 1).min(partition.end));
                }
            }
            Kind::By { values, width, left, right, ties } => {
                let (width, left, right, ties) = (*width, *left, *right, *ties);
                let own = &values[partition.clone()];
                let first = values[block.start].saturating_sub(width);
                let mut start = partition.start + own.partition_point(|value| *value < first);
                let mut end = start;
                for row in block {
                    let here = values[row];
                    let descends = row > partition.start && values[row - 1] > here;
                    if descends || !rows.is_valid(self.by, row) {
                        return Err(Error::invalid(
                            "the values that windows go by must ascend, without nulls",
                        )
                        .row(row as u64)
                        .hint("order the window by them"));
                    }
                    // No value lies before or at an end below all numbers.
                    let from = here.checked_sub(width);
                    let is_before =
                        |value: i64| from.is_some_and(|from| value < from || (!left && value == from));
                    while start < partition.end && is_before(values[start]) {
                        start += 1;
                    }
                    end = end.max(start);
                    if right && !ties {
                        end = end.max(row + 1);
                    }
                    let is_inside = |value: i64| value < here || (right && ties && value == here);
                    while end < partition.end && is_inside(values[end]) {
                        end += 1;
                    }
                    visit(start..end);
                }
            }
        }
        Ok(())
    }
}

/// The constant of this name, a length, in the unit of what windows go by.
///
/// # Errors
/// `InvalidArgument` if it is not above 0 or no whole number of units, `Type` if it is no length of that kind.
pub fn width(params: &Params, name: &str, by: &DType) -> Result<i64> {
    let unit = match by {
        DType::Timestamp(unit, _) | DType::Duration(unit) => Some(*unit),
        _ => None,
    };
    let positive = |width: i64| match width {
        1.. => Ok(width),
        _ => Err(Error::invalid(format!("{name} must be more than 0, not {width}"))),
    };
    let of_nanoseconds = |nanoseconds: i128, unit: TimeUnit| {
        let each = i128::from(1_000_000_000 / unit.per_second());
        let whole = (nanoseconds % each == 0).then_some(nanoseconds / each);
        let fits = whole.and_then(|width| i64::try_from(width).ok());
        fits.ok_or_else(|| {
            Error::invalid(format!("{name} is {}, no whole number of {}", params.get(name), unit.name()))
        })
    };
    match (params.get(name), unit) {
        (Scalar::Duration(count, of), Some(unit)) => {
            positive(of_nanoseconds(i128::from(*count) * i128::from(1_000_000_000 / of.per_second()), unit)?)
        }
        (Scalar::String(text), Some(unit)) => positive(of_nanoseconds(nanoseconds_of(text)?, unit)?),
        (Scalar::String(_) | Scalar::Duration(..), None) => {
            Err(Error::type_mismatch(format!("{name} is a time, what it goes by is {by}"))
                .hint("give a number"))
        }
        _ => positive(params.int(name)?),
    }
}
