//! Where the frame of each row starts and ends in the sequence.

use crate::data::dispatch;
use crate::error::{Error, Result};
use crate::expr::{BoundFrame, Edge, FrameUnit, WindowArg, WindowRows};
use arrow::array::{Array, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float64Type};
use std::cmp::Ordering;
use std::ops::Range;

/// The frames of rows in a sequence.
pub struct Frames<'a> {
    frame: &'a BoundFrame,
    rows: &'a WindowRows<'a>,
    keys: Keys<'a>,
}

/// The keys that rows are ordered by, as far as a frame asks for them.
enum Keys<'a> {
    None,
    /// Whole numbers, times as nanoseconds; which descend as they are negated, so that all ascend.
    Whole(Vec<i128>, &'a WindowArg),
    /// Floats, negated where they descend.
    Float(Vec<f64>, &'a WindowArg),
}

impl<'a> Frames<'a> {
    /// The frames of these rows; `key`: what they are ordered by, if the frame asks for it.
    ///
    /// # Errors
    /// `Internal` for a key that has no distances.
    pub fn new(frame: &'a BoundFrame, rows: &'a WindowRows<'a>, key: Option<&'a WindowArg>) -> Result<Self> {
        let keys = match key {
            None => Keys::None,
            Some(arg) => {
                let values = arg.values.as_ref().ok_or_else(|| Error::internal("a frame without its key"))?;
                match values.data_type() {
                    DataType::Float32 | DataType::Float64 => {
                        let values = cast(values, &DataType::Float64)?;
                        let values = dispatch::primitive::<Float64Type>(&values).values().iter();
                        let turned = |value: &f64| if frame.descending { -value } else { *value };
                        Keys::Float(values.map(turned).collect(), arg)
                    }
                    _ => Keys::Whole(whole(values, arg, frame.descending)?, arg),
                }
            }
        };
        Ok(Frames { frame, rows, keys })
    }

    /// The frames of the rows of a range, each within the partition of its row; empty ones anywhere in it.
    pub fn of(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut frames = Vec::with_capacity(range.len());
        for (partition, part) in self.rows.partitions(range) {
            match self.frame.unit {
                FrameUnit::Rows => {
                    let step = |row: usize, by: i128| {
                        let row = (row as i128).saturating_add(by);
                        row.clamp(partition.start as i128, partition.end as i128) as usize
                    };
                    frames.extend(part.map(|row| {
                        let start = self.edge(self.frame.start, partition.start, row, |by| step(row, by));
                        let after = |by: i128| step(row, by.saturating_add(1));
                        start..self.edge(self.frame.end, partition.end, row + 1, after)
                    }));
                }
                FrameUnit::Groups => self.by_groups(&partition, part, &mut frames),
                FrameUnit::Range => self.by_range(&partition, part, &mut frames),
            }
        }
        frames.iter_mut().for_each(|frame| frame.end = frame.end.max(frame.start));
        frames
    }

    fn edge(&self, edge: Edge, unbounded: usize, current: usize, at: impl Fn(i128) -> usize) -> usize {
        match edge {
            Edge::Unbounded => unbounded,
            Edge::Current => current,
            Edge::Whole(by) => at(by),
            // Of keys alone, which have a way of their own.
            Edge::Float(_) => current,
        }
    }

    fn by_groups(&self, partition: &Range<usize>, part: Range<usize>, frames: &mut Vec<Range<usize>>) {
        let starts = self.rows.peers;
        let number = |row: usize| starts.partition_point(|start| (*start as usize) < row);
        let (first, last) = (number(partition.start), number(partition.end));
        let own_first = starts.partition_point(|start| *start as usize <= part.start).saturating_sub(1);
        let step = |group: usize, by: i128| {
            let group = (group as i128).saturating_add(by).clamp(first as i128, last as i128);
            starts[group as usize] as usize
        };
        for (group, (peers, own)) in (own_first..).zip(self.rows.peers(part)) {
            let start = self.edge(self.frame.start, partition.start, peers.start, |by| step(group, by));
            let after = |by: i128| step(group, by.saturating_add(1));
            let end = self.edge(self.frame.end, partition.end, peers.end, after);
            frames.extend(own.map(|_| start..end));
        }
    }

    fn by_range(&self, partition: &Range<usize>, part: Range<usize>, frames: &mut Vec<Range<usize>>) {
        let arg = match &self.keys {
            Keys::None => None,
            Keys::Whole(_, arg) | Keys::Float(_, arg) => Some(*arg),
        };
        let nulls = arg.and_then(|arg| arg.nulls.as_ref());
        // Nulls are together, before or after all values.
        let known = match nulls {
            None => partition.clone(),
            Some(nulls) if nulls.is_null(partition.start) => {
                first(partition, |row| nulls.is_valid(row))..partition.end
            }
            Some(nulls) => partition.start..first(partition, |row| nulls.is_null(row)),
        };
        for (peers, own) in self.rows.peers(part) {
            let is_known = known.contains(&peers.start);
            let side = |edge: Edge, is_start: bool| match edge {
                Edge::Unbounded if is_start => partition.start,
                Edge::Unbounded => partition.end,
                Edge::Whole(_) | Edge::Float(_) if is_known => {
                    self.reach(&known, peers.start, edge, is_start)
                }
                _ if is_start => peers.start,
                _ => peers.end,
            };
            let (start, end) = (side(self.frame.start, true), side(self.frame.end, false));
            frames.extend(own.map(|_| start..end));
        }
    }

    /// The first row whose key is as far from that of `row` as the edge says or, for an end, farther.
    fn reach(&self, known: &Range<usize>, row: usize, edge: Edge, is_start: bool) -> usize {
        let is_there = |order: Ordering| order == Ordering::Greater || (is_start && order == Ordering::Equal);
        match (&self.keys, edge) {
            (Keys::Whole(keys, _), Edge::Whole(by)) => {
                let wanted = keys[row].saturating_add(by);
                first(known, |row| is_there(keys[row].cmp(&wanted)))
            }
            (Keys::Float(keys, _), Edge::Float(by)) => {
                let wanted = keys[row] + by;
                first(known, |row| is_there(compare(keys[row], wanted, self.frame.descending)))
            }
            _ => row,
        }
    }
}

/// The first row of a range from which on something holds.
fn first(range: &Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        match holds(middle) {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    low
}

/// The order of keys as rows have it: NaN after all numbers, before them where keys descend.
fn compare(own: f64, other: f64, descending: bool) -> Ordering {
    own.partial_cmp(&other).unwrap_or_else(|| {
        let order = own.is_nan().cmp(&other.is_nan());
        if descending { order.reverse() } else { order }
    })
}

/// Whole numbers as they are, times in nanoseconds.
fn whole(values: &ArrayRef, arg: &WindowArg, descending: bool) -> Result<Vec<i128>> {
    let unit = arg.dtype.nanoseconds().unwrap_or(1);
    let factor = i128::from(unit) * if descending { -1 } else { 1 };
    dispatch::with_integer!(values.data_type(), T => {
        Ok(dispatch::primitive::<T>(values).values().iter().map(|value| i128::from(*value) * factor).collect())
    }, _ => match values.data_type() {
        DataType::Decimal128(..) => {
            Ok(dispatch::primitive::<Decimal128Type>(values).values().iter().map(|value| value * factor).collect())
        }
        other => Err(Error::internal(format!("distances between values of {other}"))),
    })
}
