//! Intervals: months, days and nanoseconds, which have no fixed relation. Nothing of one is ever carried over to another.

use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::arithmetic_op::ArithmeticOp;
use crate::kernels::clock::{Clock, counts, of_counts};
use crate::kernels::map::{is_valid, merged_nulls, rows_of};
use crate::kernels::step::Step;
use crate::kernels::value::Value;
use arrow::array::{Array, ArrayRef, AsArray, IntervalMonthDayNanoArray};
use arrow::datatypes::{Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType};
use std::sync::Arc;

/// `left op right` where one of them or both are intervals, cast as `expr::infer` says.
///
/// # Errors
/// `Arithmetic` naming row and operands where a result does not fit or a wall time is skipped; `Internal` for other types.
pub fn interval_arithmetic(op: ArithmeticOp, left: &Value, right: &Value, dtype: &DType) -> Result<ArrayRef> {
    let job = Job { op, left, right };
    match (op, left.dtype()?, right.dtype()?) {
        (ArithmeticOp::Add | ArithmeticOp::Subtract, DType::Interval, DType::Interval) => {
            let sign = if op == ArithmeticOp::Add { 1 } else { -1 };
            let (a, b) = (intervals(left.array()), intervals(right.array()));
            job.intervals(|i, j| combined(a.value(i), b.value(j), sign))
        }
        (ArithmeticOp::Multiply, DType::Interval, DType::Int64) => {
            let (a, b) = (intervals(left.array()), right.array().as_primitive::<Int64Type>());
            job.intervals(|i, j| times(a.value(i), b.value(j)))
        }
        (ArithmeticOp::Multiply, DType::Int64, DType::Interval) => {
            let (a, b) = (left.array().as_primitive::<Int64Type>(), intervals(right.array()));
            job.intervals(|i, j| times(b.value(j), a.value(i)))
        }
        (ArithmeticOp::Add | ArithmeticOp::Subtract, DType::Timestamp(..), DType::Interval) => {
            let sign = if op == ArithmeticOp::Add { 1 } else { -1 };
            let (from, by) = (counts(left.array()), intervals(right.array()));
            job.moved(dtype, &|i, j| (from[i], by.value(j), sign))
        }
        (ArithmeticOp::Add, DType::Interval, DType::Timestamp(..)) => {
            let (by, from) = (intervals(left.array()), counts(right.array()));
            job.moved(dtype, &|i, j| (from[j], by.value(i), 1))
        }
        (_, a, b) => Err(Error::internal(format!("{a} {} {b} unprepared", op.symbol()))),
    }
}

/// Intervals of so much exact time.
///
/// # Errors
/// `Arithmetic` naming the first row whose nanoseconds do not fit.
pub fn of_durations(array: &ArrayRef) -> Result<ArrayRef> {
    let each = match DType::from_arrow(array.data_type())? {
        DType::Duration(unit) => 1_000_000_000 / unit.per_second(),
        other => return Err(Error::internal(format!("{other} where durations were planned"))),
    };
    let nulls = array.logical_nulls();
    let mut made = Vec::with_capacity(array.len());
    for (row, count) in counts(array).into_iter().enumerate() {
        let valid = is_valid(nulls.as_ref(), row);
        made.push(match count.checked_mul(each) {
            Some(nanoseconds) => valid.then(|| IntervalMonthDayNano::new(0, 0, nanoseconds)),
            None if !valid => None,
            None => {
                let error = Error::new(ErrorKind::Cast, "a duration beyond the nanoseconds of an interval");
                return Err(error.row(row as u64).value(Scalar::from_array(array, row).to_string()));
            }
        });
    }
    Ok(Arc::new(IntervalMonthDayNanoArray::from(made)))
}

fn intervals(array: &ArrayRef) -> &IntervalMonthDayNanoArray {
    array.as_primitive::<IntervalMonthDayNanoType>()
}

fn combined(a: IntervalMonthDayNano, b: IntervalMonthDayNano, sign: i32) -> Option<IntervalMonthDayNano> {
    if sign < 0 {
        return Some(IntervalMonthDayNano::new(
            a.months.checked_sub(b.months)?,
            a.days.checked_sub(b.days)?,
            a.nanoseconds.checked_sub(b.nanoseconds)?,
        ));
    }
    Some(IntervalMonthDayNano::new(
        a.months.checked_add(b.months)?,
        a.days.checked_add(b.days)?,
        a.nanoseconds.checked_add(b.nanoseconds)?,
    ))
}

fn times(a: IntervalMonthDayNano, count: i64) -> Option<IntervalMonthDayNano> {
    let part = |part: i32| i32::try_from(i64::from(part).checked_mul(count)?).ok();
    Some(IntervalMonthDayNano::new(part(a.months)?, part(a.days)?, a.nanoseconds.checked_mul(count)?))
}

struct Job<'a> {
    op: ArithmeticOp,
    left: &'a Value,
    right: &'a Value,
}

impl Job<'_> {
    /// Where the operands of a row lie.
    fn places(&self, row: usize) -> (usize, usize) {
        let place = |value: &Value| if value.is_scalar() { 0 } else { row };
        (place(self.left), place(self.right))
    }

    fn failure(&self, row: usize, what: &str) -> Error {
        let (i, j) = self.places(row);
        let (a, b) = (Scalar::from_array(self.left.array(), i), Scalar::from_array(self.right.array(), j));
        let message = format!("{what}: {a} {} {b}", self.op.symbol());
        Error::new(ErrorKind::Arithmetic, message).row(row as u64)
    }

    /// A value of every row where neither operand is null.
    fn each<T>(&self, f: &mut dyn FnMut(usize, usize) -> Result<T, &'static str>) -> Result<Vec<Option<T>>> {
        let (rows, nulls) = (rows_of(&[self.left, self.right]), merged_nulls(&[self.left, self.right]));
        let mut made = Vec::with_capacity(rows);
        for row in 0..rows {
            let (i, j) = self.places(row);
            let value = is_valid(nulls.as_ref(), row).then(|| f(i, j)).transpose();
            made.push(value.map_err(|what| self.failure(row, what))?);
        }
        Ok(made)
    }

    fn intervals(&self, f: impl Fn(usize, usize) -> Option<IntervalMonthDayNano>) -> Result<ArrayRef> {
        let made = self.each(&mut |i, j| f(i, j).ok_or("interval overflow"))?;
        Ok(Arc::new(IntervalMonthDayNanoArray::from(made)))
    }

    /// Times moved by intervals: months on the calendar, then days on the wall clock, then exact time.
    fn moved(
        &self,
        dtype: &DType,
        f: &dyn Fn(usize, usize) -> (i64, IntervalMonthDayNano, i64),
    ) -> Result<ArrayRef> {
        let clock = Clock::new(dtype)?;
        let made = self.each(&mut |i, j| {
            let (count, by, sign) = f(i, j);
            let (months, days) = (i64::from(by.months), i64::from(by.days));
            let step = Step { months, days, nanos: by.nanoseconds, weeks: false };
            step.after(&clock, count, sign)
        })?;
        of_counts(made, dtype)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_never_carried_over() {
        let interval = IntervalMonthDayNano::new;
        let nanos = 90_000_000_000_000;
        assert_eq!(
            combined(interval(11, 40, nanos), interval(1, -1, nanos), 1),
            Some(interval(12, 39, 2 * nanos))
        );
        assert_eq!(combined(interval(0, 0, i64::MIN), interval(0, 0, 1), -1), None);
        assert_eq!(combined(interval(i32::MAX, 0, 0), interval(1, 0, 0), 1), None);
        assert_eq!(times(interval(5, -3, 7), -2), Some(interval(-10, 6, -14)));
        assert_eq!(times(interval(5, 0, 0), i64::MAX), None);
    }
}
