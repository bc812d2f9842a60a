//! `is_month_start`, `is_leap_year`, ..., `day_name`, `month_name`, `iso_calendar`: what is to be known of a day.

use crate::data::{DType, Field, Scalar, strings};
use crate::error::{Error, Result};
use crate::expr::{Args, Example, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{column_of, column_of_scalars, example_of, wanted};
use crate::kernels::civil;
use crate::kernels::clock::{Clock, counts};
use crate::kernels::map::{collect_bits, collect_some};
use arrow::array::{ArrayRef, BooleanArray, StringViewArray, StructArray, UInt32Array};
use arrow::datatypes::{DataType, Int32Type};
use std::sync::Arc;

macro_rules! flags {
    ($($name:ident $text:literal $method:ident $alias:literal $document:literal, $code:expr,
        $yes:literal $no:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "dates", &["expr"], |types, _| dated(types, DType::Bool), |args| {
                    test_days(args, $code)
                })
                .aliased(&[$alias])
                .documented($document, || {
                    let days = column_of(&DType::Date, &[$yes, $no, ""]);
                    example_of(days, col("x").$method(), [Some(true), Some(false), None].into_iter().collect())
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

flags! {
    IS_MONTH_START "is_month_start" is_month_start "dt.is_month_start"
        "Whether the day is the first of its month.", |day| starts(day, 1), "2024-02-01" "2024-02-02";
    IS_MONTH_END "is_month_end" is_month_end "dt.is_month_end"
        "Whether the day is the last of its month.", |day| starts(day + 1, 1), "2024-02-29" "2024-02-28";
    IS_QUARTER_START "is_quarter_start" is_quarter_start "dt.is_quarter_start"
        "Whether the day is the first of its quarter.", |day| starts(day, 3), "2024-04-01" "2024-02-01";
    IS_QUARTER_END "is_quarter_end" is_quarter_end "dt.is_quarter_end"
        "Whether the day is the last of its quarter.", |day| starts(day + 1, 3), "2024-03-31" "2024-02-29";
    IS_YEAR_START "is_year_start" is_year_start "dt.is_year_start"
        "Whether the day is the first of its year.", |day| starts(day, 12), "2024-01-01" "2024-04-01";
    IS_YEAR_END "is_year_end" is_year_end "dt.is_year_end"
        "Whether the day is the last of its year.", |day| starts(day + 1, 12), "2024-12-31" "2024-03-31";
    IS_LEAP_YEAR "is_leap_year" is_leap_year "dt.is_leap_year"
        "Whether the year has 366 days.", |day| civil::is_leap(civil::from_days(day).0), "2024-06-01" "1900-06-01";
}

/// Whether the day is the first of a period of so many months.
fn starts(day: i64, months: u32) -> bool {
    let (_, month, day) = civil::from_days(day);
    day == 1 && (month - 1) % months == 0
}

macro_rules! names {
    ($($name:ident $text:literal $method:ident $alias:literal $document:literal, $names:ident, $code:expr, $answer:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "dates", &["expr"], |types, _| dated(types, DType::String), |args| {
                    let code: fn(i64) -> u32 = $code;
                    let codes = UInt32Array::from_iter_values(wall_days(args)?.into_iter().map(code));
                    strings::encode(codes, Arc::new(StringViewArray::from_iter_values($names)))
                })
                .aliased(&[$alias])
                .documented($document, || {
                    let days = column_of(&DType::Date, &["2024-02-29", ""]);
                    example_of(days, col("x").$method(), [Some($answer), None].into_iter().collect())
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

names! {
    DAY_NAME "day_name" day_name "dt.day_name"
        "The English name of the day of the week.", DAYS, |day| civil::weekday(day) as u32, "Thursday";
    MONTH_NAME "month_name" month_name "dt.month_name"
        "The English name of the month.", MONTHS, |day| civil::from_days(day).1 - 1, "February";
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Year, week and day by ISO 8601.
pub static ISO_CALENDAR: ScalarFunction = ScalarFunction::new(
    "iso_calendar",
    "dates",
    &["expr"],
    |types, _| dated(types, calendar()),
    |args| {
        let DataType::Struct(fields) = calendar().to_arrow() else {
            return Err(Error::internal("a struct that is none"));
        };
        let days = wall_days(args)?;
        let part = |part: fn(i64) -> i64| -> ArrayRef {
            Arc::new(collect_some::<Int32Type>(days.len(), &mut |row| i32::try_from(part(days[row])).ok()))
        };
        let columns = vec![
            part(|day| civil::iso_week(day).0),
            part(|day| civil::iso_week(day).1),
            part(|day| civil::weekday(day) + 1),
        ];
        Ok(Arc::new(StructArray::try_new(fields, columns, None)?))
    },
)
.aliased(&["dt.isocalendar"])
.documented("Year, week and day of the week by ISO 8601, as a struct with these fields.", || Example {
    input: vec![("x", column_of(&DType::Date, &["2024-12-30", ""]))],
    expr: col("x").iso_calendar(),
    output: column_of_scalars(
        &calendar(),
        &[
            Scalar::Struct(vec![
                ("year".into(), 2025i64.into()),
                ("week".into(), 1i64.into()),
                ("day".into(), 1i64.into()),
            ]),
            Scalar::Null,
        ],
    ),
});

fn calendar() -> DType {
    DType::Struct(["year", "week", "day"].map(|name| Field::new(name, DType::Int32)).into())
}

/// A date or timestamp in.
///
/// # Errors
/// `Type` for anything else.
pub fn dated(types: &[DType], output: DType) -> Result<Signature> {
    let fits = |dtype: &DType| matches!(dtype, DType::Date | DType::Timestamp(..));
    let dtype = wanted(&types[0], fits, DType::Date, "a date or timestamp")
        .map_err(|error| error.hint("read text with to_date or to_timestamp"))?;
    Ok(Signature::new([dtype], output))
}

/// The days since 1970 that the clock shows.
///
/// # Errors
/// `InvalidArgument` for an unknown zone.
pub fn wall_days(args: &Args<'_>) -> Result<Vec<i64>> {
    let clock = Clock::new(&args.value(0).dtype()?)?;
    Ok(counts(args.value(0).array()).into_iter().map(|count| clock.read(count).0).collect())
}

fn test_days(args: &Args<'_>, test: fn(i64) -> bool) -> Result<ArrayRef> {
    let days = wall_days(args)?;
    let bits = collect_bits(days.len(), |row| test(days[row]));
    Ok(Arc::new(BooleanArray::new(bits, None)))
}

impl Expr {
    /// Year, week and day of the week by ISO 8601, as a struct.
    pub fn iso_calendar(self) -> Expr {
        Expr::call(&ISO_CALENDAR, [self], Params::new())
    }
}
