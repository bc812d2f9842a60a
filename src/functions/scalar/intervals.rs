//! `interval_months`, `interval_days`, `interval_nanoseconds`: the parts of intervals.

use crate::data::{Column, DType, Scalar};
use crate::error::Result;
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col, lit};
use crate::functions::scalar::support::{column_of_scalars, example_of, wanted};
use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{IntervalMonthDayNano, IntervalMonthDayNanoType};
use std::sync::Arc;

macro_rules! parts {
    ($($name:ident $method:ident $document:literal, $code:expr, $answer:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new(stringify!($method), "dates", &["expr"], |types, _| counted(types), |args| {
                    part(args, $code)
                })
                .documented($document, || {
                    example_of(sample(), col("x").$method(), [Some($answer), None].into_iter().collect())
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
    INTERVAL_MONTHS interval_months
        "The months of an interval, its years included.", |value| value.months.into(), 14i64;
    INTERVAL_DAYS interval_days
        "The days of an interval, beyond its months.", |value| value.days.into(), -3i64;
    INTERVAL_NANOSECONDS interval_nanoseconds
        "The exact time of an interval, beyond its months and days, in nanoseconds.", |value| value.nanoseconds, 500i64;
}

/// An interval: months, days and nanoseconds, each of them added on its own. A time plus an interval is that many months
/// later on the calendar (at the latest the last day of the month), then days on the wall clock, then exact time.
///
/// # Examples
/// ```
/// use hypostyle::{DType, Frame, col, interval};
/// let frame = Frame::builder().column("at", ["2024-01-31"]).finish()?;
/// let later = col("at").cast(DType::Date) + interval(1, 1, 0);
/// let later = frame.select([later.cast(DType::String)])?;
/// assert_eq!(later.column("at")?.get(0)?.as_str(), Some("2024-03-01T00:00:00"));
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn interval(months: i32, days: i32, nanoseconds: i64) -> Expr {
    lit(Scalar::Interval { months, days, nanoseconds })
}

fn counted(types: &[DType]) -> Result<Signature> {
    let dtype = wanted(&types[0], |dtype| *dtype == DType::Interval, DType::Interval, "an interval")?;
    Ok(Signature::new([dtype], DType::Int64))
}

fn part(args: &Args<'_>, part: fn(IntervalMonthDayNano) -> i64) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let values = array.as_primitive::<IntervalMonthDayNanoType>();
    Ok(Arc::new(Int64Array::from_iter_values(values.values().iter().map(|value| part(*value)))))
}

fn sample() -> Column {
    let interval = Scalar::Interval { months: 14, days: -3, nanoseconds: 500 };
    column_of_scalars(&DType::Interval, &[interval, Scalar::Null])
}
