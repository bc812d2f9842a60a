//! Counts of dates and timestamps as days and times of the wall clock, and back.

use crate::data::dispatch::{logical, physical, primitive};
use crate::data::{DType, TimeUnit};
use crate::error::{Error, Result};
use crate::kernels::civil::DAY;
use crate::kernels::map::collect_some;
use crate::kernels::zone::{Instant, Zone};
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{Int32Type, Int64Type};
use std::sync::Arc;

/// Nanoseconds of a day.
pub const DAY_NANOS: i64 = DAY * 1_000_000_000;

/// The wall clock of a column of dates or timestamps.
pub struct Clock {
    /// How many counts make one second; `None`: counts are days.
    per_second: Option<i64>,
    zone: Option<Zone>,
}

impl Clock {
    /// The clock of a type.
    ///
    /// # Errors
    /// `Type` for other types than dates and timestamps; `InvalidArgument` for an unknown zone.
    pub fn new(dtype: &DType) -> Result<Clock> {
        match dtype {
            DType::Date => Ok(Clock { per_second: None, zone: None }),
            DType::Timestamp(unit, zone) => Ok(Clock {
                per_second: Some(unit.per_second()),
                zone: zone.as_deref().map(Zone::parse).transpose()?,
            }),
            other => Err(Error::type_mismatch(format!("a date or timestamp expected, not {other}"))),
        }
    }

    /// The day since 1970 and the nanosecond since midnight that the clock shows at a count.
    #[inline]
    pub fn read(&self, count: i64) -> (i64, i64) {
        let Some(per_second) = self.per_second else { return (count, 0) };
        let (seconds, rest) = (count.div_euclid(per_second), count.rem_euclid(per_second));
        let wall = match &self.zone {
            Some(zone) => seconds.saturating_add(zone.offset_at(seconds).into()),
            None => seconds,
        };
        (wall.div_euclid(DAY), wall.rem_euclid(DAY) * 1_000_000_000 + rest * (1_000_000_000 / per_second))
    }

    /// The instants at which the clock shows a day and time, in seconds since 1970; `None` beyond what can be counted.
    pub fn instant(&self, day: i64, nanos: i64) -> Option<Instant> {
        let wall = day.checked_mul(DAY)?.checked_add(nanos.div_euclid(1_000_000_000))?;
        Some(match &self.zone {
            Some(zone) => zone.instant_of(wall),
            None => Instant::One(wall),
        })
    }

    /// The count of an instant with the nanoseconds beyond its second; `None` where it does not fit.
    pub fn count(&self, seconds: i64, nanos: i64) -> Option<i64> {
        let Some(per_second) = self.per_second else { return date(seconds.div_euclid(DAY)) };
        let rest = nanos.rem_euclid(1_000_000_000) / (1_000_000_000 / per_second);
        let count = i128::from(seconds) * i128::from(per_second) + i128::from(rest);
        i64::try_from(count).ok()
    }

    /// The count at which the clock shows a day and time: of two the earlier one, and where it skips them the first
    /// after. `None` beyond what can be counted.
    pub fn write(&self, day: i64, nanos: i64) -> Option<i64> {
        let seconds = match self.instant(day, nanos)? {
            Instant::One(seconds) | Instant::Two(seconds, _) => seconds,
            Instant::Missing => {
                let wall = day.checked_mul(DAY)?.checked_add(nanos / 1_000_000_000)?;
                let first = self.zone.as_ref()?.first_instant_of(wall);
                return self.count(first, 0);
            }
        };
        self.count(seconds, nanos)
    }

    /// Whether counts are days.
    pub fn is_dated(&self) -> bool {
        self.per_second.is_none()
    }

    /// Whether the clock knows changes of the hour.
    pub fn is_zoned(&self) -> bool {
        self.zone.is_some()
    }

    /// Nanoseconds of one count.
    pub fn resolution(&self) -> i64 {
        self.per_second.map_or(DAY_NANOS, |per_second| 1_000_000_000 / per_second)
    }

    /// A count so many nanoseconds later; `None` where it does not fit.
    pub fn shifted(&self, count: i64, nanos: i64) -> Option<i64> {
        let count = count.checked_add(nanos.div_euclid(self.resolution()))?;
        if self.is_dated() { date(count) } else { Some(count) }
    }
}

/// Days that a date can have.
fn date(days: i64) -> Option<i64> {
    i32::try_from(days).ok().map(i64::from)
}

/// The counts of dates, times, timestamps or durations; any number under a null.
pub fn counts(array: &ArrayRef) -> Vec<i64> {
    let counts = physical(array);
    match array.data_type() {
        arrow::datatypes::DataType::Date32 => {
            primitive::<Int32Type>(&counts).values().iter().map(|days| i64::from(*days)).collect()
        }
        _ => primitive::<Int64Type>(&counts).values().to_vec(),
    }
}

/// Counts as dates, times, timestamps or durations.
///
/// # Errors
/// `Internal` for other types.
pub fn of_counts(counts: Vec<Option<i64>>, dtype: &DType) -> Result<ArrayRef> {
    let array: ArrayRef = match dtype {
        DType::Date => {
            Arc::new(collect_some::<Int32Type>(counts.len(), &mut |row| i32::try_from(counts[row]?).ok()))
        }
        _ => Arc::new(collect_some::<Int64Type>(counts.len(), &mut |row| counts[row])),
    };
    logical(array, dtype)
}

/// Which rows of an array have a value.
pub fn valid_rows(array: &ArrayRef) -> impl Fn(usize) -> bool {
    let nulls = array.logical_nulls();
    move |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
}

/// The unit of a name: `s`, `ms`, `us` or `ns`.
///
/// # Errors
/// `InvalidArgument` for another name.
pub fn unit_of(name: &str) -> Result<TimeUnit> {
    let units = [TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond];
    units
        .into_iter()
        .find(|unit| unit.name() == name)
        .ok_or_else(|| Error::invalid(format!("no time unit {name:?}")).hint("use s, ms, us or ns"))
}
