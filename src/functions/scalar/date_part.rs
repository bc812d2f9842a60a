//! Parts of dates and times: `year`, `month`, ..., `weekday`, `date`, `time`.

use crate::data::dispatch::{logical, physical, primitive};
use crate::data::{Column, DType, TimeUnit};
use crate::error::Result;
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{column_of, example_of, wanted};
use crate::kernels::civil;
use crate::kernels::zone::Zone;
use arrow::array::{ArrayRef, Int32Array, Int64Array};
use arrow::datatypes::{Int32Type, Int64Type};
use std::sync::Arc;

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident $text:literal $method:ident $signature:ident [$($alias:literal),*]
        $document:literal, $from:ident $code:expr, $answer:literal;)*) => {
        $(
            $(#[$doc])*
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "dates", &["expr"], $signature, |args| $from(args, $code))
                    .aliased(&[$($alias),*])
                    .documented($document, || {
                        let expr = Expr::call(&$name, [col("x")], Params::new());
                        example_of(moment(), expr, [Some($answer), None].into_iter().collect())
                    });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self) -> Expr {
                    Expr::call(&$name, [self], Params::new())
                }
            )*
        }
    };
}

parts! {
    /// The year.
    YEAR "year" year dated ["dt.year"]
        "The year. Zoned timestamps: of the wall clock, as all parts.", days |days| civil::from_days(days).0, 2024i32;
    /// The month.
    MONTH "month" month dated ["dt.month"]
        "The month, 1 to 12.", days |days| civil::from_days(days).1.into(), 2i32;
    /// The day of the month.
    DAY "day" day dated ["dt.day"]
        "The day of the month, 1 to 31.", days |days| civil::from_days(days).2.into(), 29i32;
    /// The quarter.
    QUARTER "quarter" quarter dated ["dt.quarter"]
        "The quarter of the year, 1 to 4.", days |days| i64::from(civil::from_days(days).1.div_ceil(3)), 1i32;
    /// The day of the week, from 0.
    WEEKDAY "weekday" weekday dated ["dt.weekday", "dt.dayofweek", "dt.day_of_week"]
        "The day of the week as Python and pandas count: Monday is 0, Sunday is 6.", days civil::weekday, 3i32;
    /// The day of the week, from 1.
    ISO_WEEKDAY "iso_weekday" iso_weekday dated []
        "The day of the week by ISO 8601: Monday is 1, Sunday is 7.", days |days| civil::weekday(days) + 1, 4i32;
    /// The day of the year.
    DAY_OF_YEAR "day_of_year" day_of_year dated ["dt.dayofyear", "dt.day_of_year", "ordinal_day"]
        "The day of the year, 1 to 366.",
        days |days| days - civil::to_days(civil::from_days(days).0, 1, 1) + 1, 60i32;
    /// The ISO week.
    WEEK "week" week dated ["dt.week"]
        "The week of the year by ISO 8601, 1 to 53.", days |days| civil::iso_week(days).1, 9i32;
    /// The ISO year.
    ISO_YEAR "iso_year" iso_year dated []
        "The year that the week belongs to by ISO 8601.", days |days| civil::iso_week(days).0, 2024i32;
    /// The length of the month.
    DAYS_IN_MONTH "days_in_month" days_in_month dated ["dt.days_in_month", "dt.daysinmonth"]
        "The number of days of the month.", days |days| {
            let (year, month, _) = civil::from_days(days);
            civil::days_in_month(year, month).into()
        }, 29i32;
    /// The hour.
    HOUR "hour" hour timed ["dt.hour"]
        "The hour, 0 to 23.", clock |seconds, _| seconds / 3_600, 13i32;
    /// The minute.
    MINUTE "minute" minute timed ["dt.minute"]
        "The minute, 0 to 59.", clock |seconds, _| seconds / 60 % 60, 4i32;
    /// The second.
    SECOND "second" second timed ["dt.second"]
        "The second, 0 to 59.", clock |seconds, _| seconds % 60, 5i32;
    /// The millisecond.
    MILLISECOND "millisecond" millisecond timed []
        "The milliseconds beyond the second, 0 to 999.", clock |_, rest| rest / 1_000_000, 123i32;
    /// The microsecond.
    MICROSECOND "microsecond" microsecond timed ["dt.microsecond"]
        "The microseconds beyond the second, 0 to 999,999.", clock |_, rest| rest / 1_000, 123_456i32;
    /// The nanosecond.
    NANOSECOND "nanosecond" nanosecond timed ["dt.nanosecond"]
        "The nanoseconds beyond the microsecond, 0 to 999 (as pandas).", clock |_, rest| rest % 1_000, 0i32;
}

/// The date.
pub static DATE: ScalarFunction = ScalarFunction::new(
    "date",
    "dates",
    &["expr"],
    |types, params| Ok(Signature { output: DType::Date, ..dated(types, params)? }),
    |args| logical(days(args, |days| days)?, &DType::Date),
)
.aliased(&["dt.date"])
.documented("The date of a timestamp, without its time.", || {
    example_of(moment(), col("x").date(), column_of(&DType::Date, &["2024-02-29", ""]))
});

/// The time of day.
pub static TIME: ScalarFunction = ScalarFunction::new(
    "time",
    "dates",
    &["expr"],
    |types, params| Ok(Signature { output: DType::Time, ..timed(types, params)? }),
    |args| {
        let times = clock_values(args, |seconds, rest| seconds * 1_000_000_000 + rest)?;
        logical(Arc::new(Int64Array::from_iter_values(times)), &DType::Time)
    },
)
.aliased(&["dt.time"])
.documented("The time of day of a timestamp, without its date.", || {
    example_of(moment(), col("x").time(), column_of(&DType::Time, &["13:04:05.123456", ""]))
});

impl Expr {
    /// The date of a timestamp, without its time.
    pub fn date(self) -> Expr {
        Expr::call(&DATE, [self], Params::new())
    }

    /// The time of day of a timestamp, without its date.
    pub fn time(self) -> Expr {
        Expr::call(&TIME, [self], Params::new())
    }
}

/// The input of the examples.
fn moment() -> Column {
    column_of(&DType::Timestamp(TimeUnit::Microsecond, None), &["2024-02-29T13:04:05.123456", ""])
}

fn dated(types: &[DType], _: &Params) -> Result<Signature> {
    let dtype = wanted(
        &types[0],
        |dtype| matches!(dtype, DType::Date | DType::Timestamp(..)),
        DType::Date,
        "a date or timestamp",
    )
    .map_err(|error| error.hint("read text with to_date or to_timestamp"))?;
    Ok(Signature::new([dtype], DType::Int32))
}

fn timed(types: &[DType], _: &Params) -> Result<Signature> {
    let dtype = wanted(
        &types[0],
        |dtype| matches!(dtype, DType::Time | DType::Timestamp(..)),
        DType::Time,
        "a time or timestamp",
    )
    .map_err(|error| error.hint("read text with to_timestamp"))?;
    Ok(Signature::new([dtype], DType::Int32))
}

/// A part that depends on the days since 1970. Beyond `int32` (years after two billion) there is none: null.
fn days(args: &Args<'_>, part: impl Fn(i64) -> i64) -> Result<ArrayRef> {
    let array = args.value(0).array();
    let counts = physical(array);
    let DType::Timestamp(unit, zone) = args.value(0).dtype()? else {
        let dates = primitive::<Int32Type>(&counts).values();
        return Ok(Arc::new(Int32Array::from_iter_values(
            dates.iter().map(|days| part((*days).into()) as i32),
        )));
    };
    let counts = primitive::<Int64Type>(&counts).values();
    let parts: Vec<i64> = match zone {
        Some(zone) => {
            let mut zone = Zone::parse(&zone)?;
            let mut wall_day = |count: &i64| {
                let seconds = count.div_euclid(unit.per_second());
                seconds.saturating_add(zone.offset_at(seconds).into()).div_euclid(civil::DAY)
            };
            counts.iter().map(|count| part(wall_day(count))).collect()
        }
        // Division by a constant is several times faster than by a variable.
        None => match unit {
            TimeUnit::Second => by_day::<{ civil::DAY }>(counts, part),
            TimeUnit::Millisecond => by_day::<{ civil::DAY * 1_000 }>(counts, part),
            TimeUnit::Microsecond => by_day::<{ civil::DAY * 1_000_000 }>(counts, part),
            TimeUnit::Nanosecond => by_day::<{ civil::DAY * 1_000_000_000 }>(counts, part),
        },
    };
    Ok(narrowed(parts))
}

fn by_day<const PER_DAY: i64>(counts: &[i64], part: impl Fn(i64) -> i64) -> Vec<i64> {
    counts.iter().map(|count| part(count.div_euclid(PER_DAY))).collect()
}

/// A part that depends on the seconds since midnight and the nanoseconds beyond.
fn clock(args: &Args<'_>, part: impl Fn(i64, i64) -> i64) -> Result<ArrayRef> {
    Ok(narrowed(clock_values(args, part)?))
}

fn clock_values(args: &Args<'_>, part: impl Fn(i64, i64) -> i64) -> Result<Vec<i64>> {
    let counts = physical(args.value(0).array());
    let counts = primitive::<Int64Type>(&counts).values();
    let (unit, zone) = match args.value(0).dtype()? {
        DType::Timestamp(unit, zone) => (unit, zone),
        _ => (TimeUnit::Nanosecond, None),
    };
    if let Some(zone) = zone {
        let mut zone = Zone::parse(&zone)?;
        let per_second = unit.per_second();
        let scale = 1_000_000_000 / per_second;
        return Ok(counts
            .iter()
            .map(|count| {
                let seconds = count.div_euclid(per_second);
                let wall = seconds.saturating_add(zone.offset_at(seconds).into());
                part(wall.rem_euclid(civil::DAY), count.rem_euclid(per_second) * scale)
            })
            .collect());
    }
    Ok(match unit {
        TimeUnit::Second => by_clock::<1>(counts, part),
        TimeUnit::Millisecond => by_clock::<1_000>(counts, part),
        TimeUnit::Microsecond => by_clock::<1_000_000>(counts, part),
        TimeUnit::Nanosecond => by_clock::<1_000_000_000>(counts, part),
    })
}

fn by_clock<const PER_SECOND: i64>(counts: &[i64], part: impl Fn(i64, i64) -> i64) -> Vec<i64> {
    let split = |count: &i64| {
        let seconds = count.div_euclid(PER_SECOND).rem_euclid(civil::DAY);
        part(seconds, count.rem_euclid(PER_SECOND) * (1_000_000_000 / PER_SECOND))
    };
    counts.iter().map(split).collect()
}

fn narrowed(parts: Vec<i64>) -> ArrayRef {
    if parts.iter().all(|part| i32::try_from(*part).is_ok()) {
        return Arc::new(Int32Array::from_iter_values(parts.into_iter().map(|part| part as i32)));
    }
    Arc::new(parts.into_iter().map(|part| i32::try_from(part).ok()).collect::<Int32Array>())
}
