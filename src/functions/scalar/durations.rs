//! `total_seconds`, `total_days`, ..., `duration_days`, `duration_seconds`, ...: durations in numbers.

use crate::data::{Column, DType, Scalar, TimeUnit};
use crate::error::Result;
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{all_fit, column_of_scalars, example_of, wanted};
use crate::kernels::clock::counts;
use crate::kernels::map::collect_some;
use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::Int64Type;
use std::sync::Arc;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// The length in seconds.
pub static TOTAL_SECONDS: ScalarFunction = ScalarFunction::new(
    "total_seconds",
    "dates",
    &["expr"],
    |types, _| lasting(types, DType::Float64),
    |args| {
        let per_second = unit(args)?.per_second();
        let seconds = counts(args.value(0).array()).into_iter().map(|count| count as f64 / per_second as f64);
        Ok(Arc::new(Float64Array::from_iter_values(seconds)))
    },
)
.aliased(&["dt.total_seconds"])
.documented("The length of a duration in seconds, with its fraction.", || {
    example_of(moment(), col("x").total_seconds(), [Some(-0.5), None].into_iter().collect())
});

macro_rules! parts {
    ($($name:ident $text:literal $method:ident [$($alias:literal),*] $document:literal, $code:expr, $answer:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "dates", &["expr"], |types, _| lasting(types, DType::Int64), |args| {
                    part(args, $code)
                })
                .aliased(&[$($alias),*])
                .failing()
                .documented($document, || {
                    example_of(moment(), col("x").$method(), [Some($answer), None].into_iter().collect())
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
    TOTAL_DAYS "total_days" total_days []
        "The whole days of a duration, toward zero.", |nanos| nanos / DAY, 0i64;
    TOTAL_HOURS "total_hours" total_hours []
        "The whole hours of a duration, toward zero.", |nanos| nanos / (3_600 * SECOND), 0i64;
    TOTAL_MINUTES "total_minutes" total_minutes []
        "The whole minutes of a duration, toward zero.", |nanos| nanos / (60 * SECOND), 0i64;
    TOTAL_MILLISECONDS "total_milliseconds" total_milliseconds []
        "The whole milliseconds of a duration, toward zero.", |nanos| nanos / 1_000_000, -500i64;
    TOTAL_MICROSECONDS "total_microseconds" total_microseconds []
        "The whole microseconds of a duration, toward zero.", |nanos| nanos / 1_000, -500_000i64;
    TOTAL_NANOSECONDS "total_nanoseconds" total_nanoseconds []
        "The whole nanoseconds of a duration; what `int64` does not hold is an error.", |nanos| nanos, -500_000_000i64;
    DURATION_DAYS "duration_days" duration_days ["dt.days"]
        "The days of a duration, toward the past, as pandas and Python have them.", |nanos| nanos.div_euclid(DAY), -1i64;
    DURATION_SECONDS "duration_seconds" duration_seconds ["dt.seconds"]
        "The seconds of a duration beyond its days, 0 to 86,399.", |nanos| nanos.rem_euclid(DAY) / SECOND, 86_399i64;
    DURATION_MICROSECONDS "duration_microseconds" duration_microseconds ["dt.microseconds"]
        "The microseconds of a duration beyond its seconds, 0 to 999,999.",
        |nanos| nanos.rem_euclid(SECOND) / 1_000, 500_000i64;
    DURATION_NANOSECONDS "duration_nanoseconds" duration_nanoseconds ["dt.nanoseconds"]
        "The nanoseconds of a duration beyond its microseconds, 0 to 999.", |nanos| nanos.rem_euclid(1_000), 0i64;
}

fn lasting(types: &[DType], output: DType) -> Result<Signature> {
    let fits = |dtype: &DType| matches!(dtype, DType::Duration(_));
    let dtype = wanted(&types[0], fits, DType::Duration(TimeUnit::Microsecond), "a duration")
        .map_err(|error| error.hint("the difference of two timestamps is a duration"))?;
    Ok(Signature::new([dtype], output))
}

fn unit(args: &Args<'_>) -> Result<TimeUnit> {
    Ok(match args.value(0).dtype()? {
        DType::Duration(unit) => unit,
        _ => TimeUnit::Nanosecond,
    })
}

fn part(args: &Args<'_>, part: fn(i128) -> i128) -> Result<ArrayRef> {
    let each = i128::from(1_000_000_000 / unit(args)?.per_second());
    let counts = counts(args.value(0).array());
    let parts = collect_some::<Int64Type>(counts.len(), &mut |row| {
        i64::try_from(part(i128::from(counts[row]) * each)).ok()
    });
    all_fit(&parts, args.value(0).array(), "the count")?;
    Ok(Arc::new(parts))
}

/// Half a second back.
fn moment() -> Column {
    let dtype = DType::Duration(TimeUnit::Millisecond);
    column_of_scalars(&dtype, &[Scalar::Duration(-500, TimeUnit::Millisecond), Scalar::Null])
}

impl Expr {
    /// The length of a duration in seconds, with its fraction.
    pub fn total_seconds(self) -> Expr {
        Expr::call(&TOTAL_SECONDS, [self], Params::new())
    }
}
