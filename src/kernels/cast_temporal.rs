//! Conversion among dates, timestamps and durations.

use crate::data::dispatch::{logical, physical, primitive};
use crate::data::{DType, TimeUnit};
use crate::error::{Error, Result};
use crate::kernels::cast_job::{Cast, CastMode};
use crate::kernels::civil;
use crate::kernels::map::array_of;
use crate::kernels::zone::Zone;
use arrow::array::ArrayRef;
use arrow::datatypes::{Int32Type, Int64Type};

/// One temporal type to another.
///
/// # Errors
/// `Cast` naming row and value; `InvalidArgument` for an unknown time zone.
pub fn cast_temporal(job: &Cast<'_>) -> Result<ArrayRef> {
    let lossy = job.mode == CastMode::Lossy;
    let counts = physical(job.array);
    let zone = Zone::parse;
    let result = match (job.from, job.to) {
        (DType::Duration(from), DType::Duration(to)) => {
            let (from, to) = (*from, *to);
            wide(job, &counts, |count| change_unit(count, from, to, lossy, |count, by| count / by))
        }
        (DType::Date, DType::Timestamp(unit, None)) => {
            let per_day = civil::DAY * unit.per_second();
            let days = primitive::<Int32Type>(&counts).values();
            let (values, nulls) = job.map(days, |days| {
                let (count, failed) = i64::from(days).overflowing_mul(per_day);
                (count, !failed)
            })?;
            Ok(array_of::<Int64Type>(values, nulls))
        }
        (DType::Date, DType::Timestamp(unit, Some(name))) => {
            let (zone, unit) = (zone(name)?, *unit);
            let days = primitive::<Int32Type>(&counts).values();
            let (values, nulls) = job.map(days, |days| {
                let instant = zone.instant_of(i64::from(days) * civil::DAY).unique();
                fitted(instant.and_then(|seconds| seconds.checked_mul(unit.per_second())))
            })?;
            Ok(array_of::<Int64Type>(values, nulls))
        }
        (DType::Timestamp(unit, name), DType::Date) => {
            let zone = name.as_deref().map(zone).transpose()?;
            let per_second = unit.per_second();
            let values = primitive::<Int64Type>(&counts).values();
            let (values, nulls) = job.map(values, |count| {
                let (seconds, rest) = (count.div_euclid(per_second), count.rem_euclid(per_second));
                let offset = zone.as_ref().map_or(0, |zone| zone.offset_at(seconds));
                let wall = seconds.saturating_add(offset.into());
                let exact = rest == 0 && wall.rem_euclid(civil::DAY) == 0;
                match i32::try_from(wall.div_euclid(civil::DAY)) {
                    Ok(days) => (days, exact || lossy),
                    Err(_) => (0, false),
                }
            })?;
            Ok(array_of::<Int32Type>(values, nulls))
        }
        (DType::Timestamp(from, before), DType::Timestamp(to, after)) => {
            let (from, to) = (*from, *to);
            let change = move |count| change_unit(count, from, to, lossy, i64::div_euclid);
            match (before, after) {
                (None, Some(name)) => {
                    let zone = zone(name)?;
                    wide(job, &counts, |count| {
                        let (wall, rest) =
                            (count.div_euclid(from.per_second()), count.rem_euclid(from.per_second()));
                        let instant = zone.instant_of(wall).unique()?;
                        // The first second of a type begins before what 64 bits count.
                        let count = i128::from(instant) * i128::from(from.per_second()) + i128::from(rest);
                        change(i64::try_from(count).ok()?)
                    })
                }
                (Some(name), None) => {
                    let zone = zone(name)?;
                    wide(job, &counts, |count| {
                        let offset = zone.offset_at(count.div_euclid(from.per_second()));
                        change(count.checked_add(i64::from(offset) * from.per_second())?)
                    })
                }
                _ if from == to => Ok(counts),
                _ => wide(job, &counts, change),
            }
        }
        (from, to) => return Err(Error::type_mismatch(format!("no conversion from {from} to {to}"))),
    };
    logical(result?, job.to)
}

/// Counts of nanoseconds, as many as the array has, as times of day.
///
/// # Errors
/// `Cast` naming row and value of a count beyond the day.
pub fn times(job: &Cast<'_>, counts: &ArrayRef) -> Result<ArrayRef> {
    // What did not fit the counts is null already.
    let counted = Cast { array: counts, ..*job };
    let day = 0..civil::DAY * 1_000_000_000;
    let (values, nulls) =
        counted.map(primitive::<Int64Type>(counts).values(), |count| (count, day.contains(&count)))?;
    logical(array_of::<Int64Type>(values, nulls), job.to)
}

fn wide(job: &Cast<'_>, counts: &ArrayRef, f: impl Fn(i64) -> Option<i64>) -> Result<ArrayRef> {
    let (values, nulls) = job.map(primitive::<Int64Type>(counts).values(), |count| fitted(f(count)))?;
    Ok(array_of::<Int64Type>(values, nulls))
}

fn fitted(value: Option<i64>) -> (i64, bool) {
    (value.unwrap_or(0), value.is_some())
}

/// The count in another unit; `None` where it does not fit, or where a coarser unit would lose digits that must stay.
fn change_unit(
    count: i64,
    from: TimeUnit,
    to: TimeUnit,
    lossy: bool,
    divide: impl Fn(i64, i64) -> i64,
) -> Option<i64> {
    if to >= from {
        return count.checked_mul(to.per_second() / from.per_second());
    }
    let step = from.per_second() / to.per_second();
    (lossy || count % step == 0).then(|| divide(count, step))
}
