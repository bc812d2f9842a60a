//! `date_trunc`: the start of the year, week, hour, ... that a time lies in.

use crate::data::dispatch::{logical, physical, primitive};
use crate::data::{DType, TimeUnit};
use crate::error::{Error, Result};
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{all_fit, column_of, example_of, wanted};
use crate::kernels::civil::{self, DAY};
use crate::kernels::map::collect_some;
use crate::kernels::step::multiples_below;
use crate::kernels::zone::Zone;
use arrow::array::{ArrayRef, PrimitiveArray};
use arrow::datatypes::{Int32Type, Int64Type};
use std::sync::Arc;

/// The start of the period a time lies in.
pub static DATE_TRUNC: ScalarFunction = ScalarFunction::new(
    "date_trunc",
    "dates",
    &["expr"],
    signature,
    evaluate,
)
.aliased(&["truncate"])
.with_params(&[Param {
    name: "unit",
    default: None,
    doc: "`year`, `quarter`, `month`, `week` (from Monday), `day`, `hour`, `minute`, `second`, `millisecond` \
                  or `microsecond`.",
}])
.failing()
.documented(
    "The start of the year, month, ... that a time lies in. Zoned timestamps: by the wall clock; a day that \
             does not begin at midnight starts at its first instant. A start before the least time of the type is an error.",
    || {
        let stamp = DType::Timestamp(TimeUnit::Second, None);
        let input = column_of(&stamp, &["2024-02-29 13:04:05", ""]);
        example_of(input, col("x").date_trunc("month"), column_of(&stamp, &["2024-02-01", ""]))
    },
);

/// What may lie before the least time there is.
const START: &str = "the start of a period";

/// What is cut down to.
#[derive(Clone, Copy)]
enum Period {
    /// A run of days with this first day.
    Days(fn(i64) -> i64),
    /// A number of nanoseconds that divides the day.
    Nanoseconds(i64),
}

fn period(params: &Params) -> Result<Period> {
    let unit = params.str("unit")?;
    Ok(match unit {
        "year" | "Y" | "YS" => Period::Days(|days| civil::to_days(civil::from_days(days).0, 1, 1)),
        "quarter" | "Q" | "QS" => Period::Days(|days| {
            let (year, month, _) = civil::from_days(days);
            civil::to_days(year, (month - 1) / 3 * 3 + 1, 1)
        }),
        "month" | "M" | "MS" => Period::Days(|days| {
            let (year, month, _) = civil::from_days(days);
            civil::to_days(year, month, 1)
        }),
        "week" | "W" => Period::Days(|days| days - civil::weekday(days)),
        "day" | "D" => Period::Days(|days| days),
        "hour" | "h" => Period::Nanoseconds(3_600_000_000_000),
        "minute" | "min" => Period::Nanoseconds(60_000_000_000),
        "second" | "s" => Period::Nanoseconds(1_000_000_000),
        "millisecond" | "ms" => Period::Nanoseconds(1_000_000),
        "microsecond" | "us" => Period::Nanoseconds(1_000),
        _ => {
            return Err(Error::invalid(format!("no unit {unit:?} to truncate to")).hint(
                "use year, quarter, month, week, day, hour, minute, second, millisecond or microsecond",
            ));
        }
    })
}

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    let fits = |dtype: &DType| matches!(dtype, DType::Date | DType::Timestamp(..));
    let dtype = wanted(&types[0], fits, DType::Date, "a date or timestamp")?;
    if let (DType::Date, Period::Nanoseconds(_)) = (&dtype, period(params)?)
        && types[0] != DType::Null
    {
        return Err(Error::type_mismatch("a date has no time to truncate"));
    }
    Ok(Signature::new([dtype.clone()], dtype))
}

fn evaluate(args: &Args<'_>) -> Result<ArrayRef> {
    let period = period(args.params())?;
    let counts = physical(args.value(0).array());
    let DType::Timestamp(unit, zone) = args.output().clone() else {
        let Period::Days(first) = period else { return Ok(args.value(0).array().clone()) };
        let days = primitive::<Int32Type>(&counts).values();
        let mut start = |row: usize| i32::try_from(first(i64::from(days[row]))).ok();
        let starts = collect_some::<Int32Type>(days.len(), &mut start);
        all_fit(&starts, args.value(0).array(), START)?;
        return logical(Arc::new(starts), &DType::Date);
    };
    let counts = primitive::<Int64Type>(&counts).values();
    let per_second = unit.per_second();
    let starts =
        |start: &mut dyn FnMut(i64) -> Option<i64>| collect_some(counts.len(), &mut |row| start(counts[row]));
    let array: PrimitiveArray<Int64Type> = match (period, zone) {
        (Period::Days(first), None) => {
            let per_day = DAY * per_second;
            starts(&mut |count| first(count.div_euclid(per_day)).checked_mul(per_day))
        }
        (Period::Days(first), Some(zone)) => {
            let zone = Zone::parse(&zone)?;
            starts(&mut |count| {
                let seconds = count.div_euclid(per_second);
                let wall = seconds.saturating_add(zone.offset_at(seconds).into());
                let midnight = first(wall.div_euclid(DAY)).checked_mul(DAY)?;
                zone.first_instant_of(midnight).checked_mul(per_second)
            })
        }
        (Period::Nanoseconds(length), zone) => {
            let step = length / (1_000_000_000 / per_second);
            match zone {
                // The unit is coarser than the period: nothing to cut.
                _ if step <= 1 => return Ok(args.value(0).array().clone()),
                None => match multiples_below(counts, step) {
                    Some(starts) => starts.into(),
                    None => starts(&mut |count| count.checked_sub(count.rem_euclid(step))),
                },
                Some(zone) => {
                    // The offset may not be a multiple of the period: cut on the wall clock.
                    let zone = Zone::parse(&zone)?;
                    starts(&mut |count| {
                        let offset = i64::from(zone.offset_at(count.div_euclid(per_second))) * per_second;
                        let wall = i128::from(count) + i128::from(offset);
                        i64::try_from(i128::from(count) - wall.rem_euclid(step.into())).ok()
                    })
                }
            }
        }
    };
    all_fit(&array, args.value(0).array(), START)?;
    logical(Arc::new(array), args.output())
}

impl Expr {
    /// The start of the `year`, `quarter`, `month`, `week`, `day`, `hour`, `minute`, `second`, `millisecond` or
    /// `microsecond` that a time lies in.
    pub fn date_trunc(self, unit: &str) -> Expr {
        Expr::call(&DATE_TRUNC, [self], Params::new().with("unit", unit))
    }
}
