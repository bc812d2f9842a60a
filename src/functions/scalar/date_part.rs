//! Parts of dates and times: `year`, `month`, ..., `weekday`, `date`, `time`.

use crate::data::dispatch::{logical, physical, primitive};
use crate::data::{Column, DType, TimeUnit};
use crate::error::Result;
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{column_of, example_of, wanted};
use crate::kernels::blocks::{BLOCK, blocks};
use crate::kernels::civil;
use crate::kernels::map::array_of;
use crate::kernels::zone::Zone;
use arrow::array::ArrayRef;
use arrow::buffer::NullBuffer;
use arrow::datatypes::{Int32Type, Int64Type};
use std::ops::Range;

macro_rules! days {
    ($args:ident, $code:expr) => {
        by_day($args, |days| days.iter_mut().for_each(|day| *day = ($code)(*day)))
    };
}

macro_rules! clock {
    ($args:ident, $code:expr) => {
        by_clock(
            $args,
            |seconds, rests| {
                seconds.iter_mut().zip(rests).for_each(|(second, rest)| *second = ($code)(*second, *rest))
            },
            narrowed,
        )
    };
}

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident $text:literal $method:ident $signature:ident [$($alias:literal),*]
        $document:literal, $from:ident $code:expr, $answer:literal;)*) => {
        $(
            $(#[$doc])*
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "dates", &["expr"], $signature, |args| $from!(args, $code))
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
    |args| logical(by_day(args, |_| ())?, &DType::Date),
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
        let times = by_clock(
            args,
            |seconds, rests| {
                seconds
                    .iter_mut()
                    .zip(rests)
                    .for_each(|(second, rest)| *second = *second * 1_000_000_000 + rest)
            },
            whole,
        )?;
        logical(times, &DType::Time)
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

/// The days since 1970 of all rows, block by block; `part` changes them to what is wanted. Beyond `int32` (years after
/// two billion) there is none: null.
fn by_day(args: &Args<'_>, part: fn(&mut [i64])) -> Result<ArrayRef> {
    let counts = physical(args.value(0).array());
    let DType::Timestamp(unit, zone) = args.value(0).dtype()? else {
        let dates = primitive::<Int32Type>(&counts).values();
        return Ok(narrowed(counts.len(), &mut |rows, out| {
            out.extend(dates[rows].iter().map(|days| i64::from(*days)));
            part(out);
            // Of dates every part is the low bits.
            out.iter_mut().for_each(|part| *part = i64::from(*part as i32));
        }));
    };
    let counts = primitive::<Int64Type>(&counts).values();
    let zone = zone.map(|zone| Zone::parse(&zone)).transpose()?;
    Ok(narrowed(counts.len(), &mut |rows, out| {
        out.extend_from_slice(&counts[rows]);
        match &zone {
            Some(zone) => {
                for count in out.iter_mut() {
                    let seconds = count.div_euclid(unit.per_second());
                    *count = seconds.saturating_add(zone.offset_at(seconds).into()).div_euclid(civil::DAY);
                }
            }
            // Division by a constant is several times faster than by a variable.
            None => match unit {
                TimeUnit::Second => divide::<{ civil::DAY }>(out),
                TimeUnit::Millisecond => divide::<{ civil::DAY * 1_000 }>(out),
                TimeUnit::Microsecond => divide::<{ civil::DAY * 1_000_000 }>(out),
                TimeUnit::Nanosecond => divide::<{ civil::DAY * 1_000_000_000 }>(out),
            },
        }
        part(out);
    }))
}

/// Appends the values of some rows.
type Block<'a> = dyn FnMut(Range<usize>, &mut Vec<i64>) + 'a;

fn divide<const BY: i64>(counts: &mut [i64]) {
    for count in counts {
        *count = count.div_euclid(BY);
    }
}

/// The seconds since midnight and the nanoseconds beyond of all rows, block by block; `part` makes of the seconds what
/// is wanted.
fn by_clock(
    args: &Args<'_>,
    part: fn(&mut [i64], &[i64]),
    finish: fn(usize, &mut Block<'_>) -> ArrayRef,
) -> Result<ArrayRef> {
    let counts = physical(args.value(0).array());
    let counts = primitive::<Int64Type>(&counts).values();
    let (unit, zone) = match args.value(0).dtype()? {
        DType::Timestamp(unit, zone) => (unit, zone),
        _ => (TimeUnit::Nanosecond, None),
    };
    let zone = zone.map(|zone| Zone::parse(&zone)).transpose()?;
    let mut rests = Vec::with_capacity(BLOCK);
    Ok(finish(counts.len(), &mut |rows, seconds| {
        rests.clear();
        match unit {
            TimeUnit::Second => split::<1>(&counts[rows], seconds, &mut rests),
            TimeUnit::Millisecond => split::<1_000>(&counts[rows], seconds, &mut rests),
            TimeUnit::Microsecond => split::<1_000_000>(&counts[rows], seconds, &mut rests),
            TimeUnit::Nanosecond => split::<1_000_000_000>(&counts[rows], seconds, &mut rests),
        }
        for second in seconds.iter_mut() {
            if let Some(zone) = &zone {
                *second = second.saturating_add(zone.offset_at(*second).into());
            }
            *second = second.rem_euclid(civil::DAY);
        }
        part(seconds, &rests);
    }))
}

/// Seconds since 1970 and the nanoseconds beyond.
fn split<const PER_SECOND: i64>(counts: &[i64], seconds: &mut Vec<i64>, rests: &mut Vec<i64>) {
    for count in counts {
        seconds.push(count.div_euclid(PER_SECOND));
        rests.push(count.rem_euclid(PER_SECOND) * (1_000_000_000 / PER_SECOND));
    }
}

/// Values as they are.
fn whole(rows: usize, part: &mut Block<'_>) -> ArrayRef {
    let (mut values, mut block) = (Vec::with_capacity(rows), Vec::with_capacity(BLOCK));
    for range in blocks(rows) {
        block.clear();
        part(range, &mut block);
        values.extend_from_slice(&block);
    }
    array_of::<Int64Type>(values, None)
}

/// Values that `int32` holds, from what `part` appends for each block; the rest becomes null.
fn narrowed(rows: usize, part: &mut Block<'_>) -> ArrayRef {
    let (mut values, mut block) = (Vec::with_capacity(rows), Vec::with_capacity(BLOCK));
    let mut lost = Vec::new();
    for range in blocks(rows) {
        block.clear();
        part(range, &mut block);
        let start = values.len();
        values.extend(block.iter().map(|part| *part as i32));
        if block.iter().zip(&values[start..]).any(|(part, narrow)| *part != i64::from(*narrow)) {
            lost.extend(
                (start..).zip(&block).filter(|(_, part)| i32::try_from(**part).is_err()).map(|(row, _)| row),
            );
        }
    }
    let nulls = (!lost.is_empty()).then(|| {
        let mut fits = vec![true; rows];
        lost.iter().for_each(|row| fits[*row] = false);
        NullBuffer::from(fits)
    });
    array_of::<Int32Type>(values, nulls)
}
