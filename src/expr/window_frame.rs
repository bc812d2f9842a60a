//! Frames: which rows of its partition an aggregate takes at each row.

use crate::data::{DType, Scalar, nanoseconds_of};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a frame counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FrameUnit {
    /// Rows.
    Rows,
    /// How far the key of a row is from that of the current row; rows with equal keys are taken together.
    Range,
    /// Groups of rows with equal keys.
    Groups,
}

/// An end of a frame.
///
/// # Examples
/// ```
/// use hypostyle::{FrameBound, WindowFrame};
/// let frame = WindowFrame::rows(FrameBound::preceding(2i64), FrameBound::CurrentRow);
/// assert_eq!(frame.to_string(), "rows between 2 preceding and current row");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FrameBound {
    /// The first row of the partition.
    UnboundedPreceding,
    /// So many rows, groups or so much of the key before the current row.
    Preceding(Scalar),
    /// The current row; where a frame counts by key or in groups, all rows with an equal key.
    CurrentRow,
    /// So many rows, groups or so much of the key after the current row.
    Following(Scalar),
    /// The last row of the partition.
    UnboundedFollowing,
}

impl FrameBound {
    /// So many rows, groups or so much of the key before the current row: a number, a duration, or text such as `1h30m`.
    pub fn preceding(offset: impl Into<Scalar>) -> Self {
        FrameBound::Preceding(offset.into())
    }

    /// So many rows, groups or so much of the key after the current row: a number, a duration, or text such as `1h30m`.
    pub fn following(offset: impl Into<Scalar>) -> Self {
        FrameBound::Following(offset.into())
    }
}

/// Which rows of its partition an aggregate takes at each row: SQL's `ROWS`, `RANGE` and `GROUPS`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowFrame {
    /// What it counts in.
    pub unit: FrameUnit,
    /// Where it starts.
    pub start: FrameBound,
    /// Where it ends; the end belongs to it.
    pub end: FrameBound,
}

impl WindowFrame {
    /// A frame by numbers of rows.
    pub fn rows(start: FrameBound, end: FrameBound) -> Self {
        WindowFrame { unit: FrameUnit::Rows, start, end }
    }

    /// A frame by how far the key is from that of the current row. Offsets need one key: a number, a date, a time or a
    /// duration. Rows without a key take each other.
    pub fn range(start: FrameBound, end: FrameBound) -> Self {
        WindowFrame { unit: FrameUnit::Range, start, end }
    }

    /// A frame by numbers of groups of rows with equal keys.
    pub fn groups(start: FrameBound, end: FrameBound) -> Self {
        WindowFrame { unit: FrameUnit::Groups, start, end }
    }

    /// The frame for rows in the order of a key, if it is one key, of this type.
    pub(crate) fn bind(&self, key: Option<(DType, bool)>) -> Result<BoundFrame> {
        if rank(&self.start) == 4 || rank(&self.end) == 0 || rank(&self.start) > rank(&self.end) {
            return Err(Error::invalid(format!("no frame lies {self}")).hint(
                "a frame starts before it ends: unbounded preceding, preceding, current row, following",
            ));
        }
        let descending = key.as_ref().is_some_and(|(_, descending)| *descending);
        let dtype = key.map(|(dtype, _)| dtype);
        let (start, end) = (self.edge(&self.start, dtype.as_ref())?, self.edge(&self.end, dtype.as_ref())?);
        Ok(BoundFrame { unit: self.unit, start, end, descending })
    }

    fn edge(&self, bound: &FrameBound, key: Option<&DType>) -> Result<Edge> {
        let (offset, before) = match bound {
            FrameBound::UnboundedPreceding | FrameBound::UnboundedFollowing => return Ok(Edge::Unbounded),
            FrameBound::CurrentRow => return Ok(Edge::Current),
            FrameBound::Preceding(offset) => (offset, true),
            FrameBound::Following(offset) => (offset, false),
        };
        let wrong = |what: &str| {
            Error::invalid(format!("a frame of {self}: {offset} is {what}"))
                .hint("offsets are not negative; where a frame starts before the row, say preceding")
        };
        let edge = match self.unit {
            FrameUnit::Range => {
                let key = key.ok_or_else(|| {
                    Error::invalid(format!("a frame of {self} needs one key that rows are ordered by"))
                        .hint("order by one number or time, or count rows or groups")
                })?;
                distance(offset, key)?
            }
            FrameUnit::Rows | FrameUnit::Groups => match offset {
                Scalar::Int(count) => Edge::Whole(i128::from(*count)),
                Scalar::UInt(count) => Edge::Whole(i128::from(*count)),
                _ => return Err(wrong("no number of rows")),
            },
        };
        match edge {
            Edge::Whole(offset) if offset >= 0 => Ok(Edge::Whole(if before { -offset } else { offset })),
            Edge::Float(offset) if offset >= 0.0 && offset.is_finite() => {
                Ok(Edge::Float(if before { -offset } else { offset }))
            }
            Edge::Float(offset) if !offset.is_finite() => Err(wrong("no distance")),
            _ => Err(wrong("negative")),
        }
    }
}

/// How far an offset goes, in the unit that keys of the type are compared in: nanoseconds for all that is a time.
fn distance(offset: &Scalar, key: &DType) -> Result<Edge> {
    let mismatch =
        |hint: &str| Error::type_mismatch(format!("no {key} lies {offset} from another")).hint(hint);
    match key {
        DType::Date | DType::Time | DType::Timestamp(..) | DType::Duration(_) => match offset {
            Scalar::Duration(count, unit) => {
                Ok(Edge::Whole(i128::from(*count) * i128::from(1_000_000_000 / unit.per_second())))
            }
            Scalar::String(text) => Ok(Edge::Whole(nanoseconds_of(text)?)),
            _ => Err(mismatch("give a duration, or text such as 1h30m")),
        },
        DType::Decimal(_, scale) => match offset {
            Scalar::Int(value) => scaled(i128::from(*value), 0, *scale),
            Scalar::UInt(value) => scaled(i128::from(*value), 0, *scale),
            Scalar::Decimal(digits, own) => scaled(*digits, *own, *scale),
            _ => None,
        }
        .map(Edge::Whole)
        .ok_or_else(|| mismatch("give an integer or a decimal of no more digits after the point")),
        dtype if dtype.is_float() => match offset {
            Scalar::Int(value) => Ok(Edge::Float(*value as f64)),
            Scalar::UInt(value) => Ok(Edge::Float(*value as f64)),
            Scalar::Float(value) => Ok(Edge::Float(*value)),
            _ => Err(mismatch("give a number")),
        },
        dtype if dtype.is_integer() => match offset {
            Scalar::Int(value) => Ok(Edge::Whole(i128::from(*value))),
            Scalar::UInt(value) => Ok(Edge::Whole(i128::from(*value))),
            _ => Err(mismatch("give an integer")),
        },
        _ => Err(mismatch("offsets are of numbers, dates, times and durations; or count rows or groups")),
    }
}

/// Digits of another scale, if none is lost.
fn scaled(digits: i128, from: i8, to: i8) -> Option<i128> {
    let shift = i32::from(to) - i32::from(from);
    let power = 10i128.checked_pow(shift.unsigned_abs())?;
    match shift >= 0 {
        true => digits.checked_mul(power),
        false => (digits % power == 0).then(|| digits / power),
    }
}

fn rank(bound: &FrameBound) -> u8 {
    match bound {
        FrameBound::UnboundedPreceding => 0,
        FrameBound::Preceding(_) => 1,
        FrameBound::CurrentRow => 2,
        FrameBound::Following(_) => 3,
        FrameBound::UnboundedFollowing => 4,
    }
}

/// The error of a function of windows under a frame.
pub fn frameless(function: &str) -> Error {
    Error::invalid(format!("{function} has no frame")).hint(
        "frames are of aggregates: of sum, mean, first, last, nth and all others; give the others over_by",
    )
}

/// An end of a frame, ready to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Edge {
    /// The end of the partition.
    Unbounded,
    /// The current row, or those equal to it.
    Current,
    /// So many rows or groups, or so much of a key that is a whole number, after the current row.
    Whole(i128),
    /// So much of a key that is a float after the current row.
    Float(f64),
}

/// A frame, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundFrame {
    /// What it counts in.
    pub unit: FrameUnit,
    /// Where it starts.
    pub start: Edge,
    /// Where it ends.
    pub end: Edge,
    /// Whether keys descend.
    pub descending: bool,
}

impl BoundFrame {
    /// Whether it asks for the values of the key.
    pub fn needs_key(&self) -> bool {
        let offset = |edge: &Edge| matches!(edge, Edge::Whole(_) | Edge::Float(_));
        self.unit == FrameUnit::Range && (offset(&self.start) || offset(&self.end))
    }
}

impl fmt::Display for FrameBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FrameBound::UnboundedPreceding => f.write_str("unbounded preceding"),
            FrameBound::Preceding(offset) => write!(f, "{offset} preceding"),
            FrameBound::CurrentRow => f.write_str("current row"),
            FrameBound::Following(offset) => write!(f, "{offset} following"),
            FrameBound::UnboundedFollowing => f.write_str("unbounded following"),
        }
    }
}

impl fmt::Display for WindowFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            FrameUnit::Rows => "rows",
            FrameUnit::Range => "range",
            FrameUnit::Groups => "groups",
        };
        write!(f, "{unit} between {} and {}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::TimeUnit;

    #[test]
    fn offsets_are_in_the_unit_of_the_key() {
        let hour = || FrameBound::preceding("1h");
        let bound = |key: DType, start: FrameBound| {
            WindowFrame::range(start, FrameBound::CurrentRow)
                .bind(Some((key, false)))
                .map(|frame| frame.start)
        };
        assert_eq!(bound(DType::Date, hour()).unwrap(), Edge::Whole(-3_600_000_000_000));
        let second = FrameBound::preceding(Scalar::Duration(1, TimeUnit::Second));
        assert_eq!(bound(DType::Time, second).unwrap(), Edge::Whole(-1_000_000_000));
        let tenth = || FrameBound::preceding(Scalar::Decimal(1, 1));
        assert_eq!(bound(DType::Decimal(9, 2), tenth()).unwrap(), Edge::Whole(-10));
        assert_eq!(bound(DType::Float32, FrameBound::preceding(2i64)).unwrap(), Edge::Float(-2.0));
        for (key, start) in [
            (DType::Decimal(9, 0), tenth()),
            (DType::Int64, hour()),
            (DType::Int64, FrameBound::preceding(-1i64)),
            (DType::Float64, FrameBound::preceding(f64::NAN)),
            (DType::Float64, FrameBound::preceding(f64::INFINITY)),
            (DType::String, FrameBound::preceding(1i64)),
            (DType::Date, FrameBound::preceding(1i64)),
            (DType::Date, FrameBound::following(1i64)),
            (DType::Date, FrameBound::UnboundedFollowing),
        ] {
            assert!(bound(key.clone(), start.clone()).is_err(), "{key} {start}");
        }
    }
}
