//! `date_floor`, `date_ceil`, `date_round`: times cut to periods of any length.

use crate::data::dispatch::logical;
use crate::data::{DType, TimeUnit};
use crate::error::{Error, Result};
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::date_flags::dated;
use crate::functions::scalar::support::{all_fit, column_of, example_of};
use crate::kernels::clock::{Clock, DAY_NANOS, counts, of_counts};
use crate::kernels::step::{Step, multiples_below};
use arrow::array::{ArrayRef, Int64Array};
use std::cmp::Ordering;
use std::sync::Arc;

const FREQ: Param = Param {
    name: "freq",
    default: None,
    doc: "The length of a period: a number and a unit, such as `15m`, `1h`, `1d`, `1w` (from Monday), `1mo`, `1q`, `1y`.",
};

#[derive(Clone, Copy, PartialEq)]
enum To {
    Start,
    End,
    Nearest,
}

macro_rules! roundings {
    ($($name:ident $text:literal $method:ident [$($alias:literal),*] $to:ident $document:literal, $answer:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "dates", &["expr"], signature, |args| evaluate(args, To::$to))
                    .aliased(&[$($alias),*])
                    .with_params(&[FREQ])
                    .failing()
                    .documented($document, || {
                        let stamp = DType::Timestamp(TimeUnit::Second, None);
                        let input = column_of(&stamp, &["2024-02-29T13:09:00", "2024-02-29T13:00:00", ""]);
                        let output = column_of(&stamp, &[$answer, "2024-02-29T13:00:00", ""]);
                        example_of(input, col("x").$method("15m"), output)
                    });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self, freq: &str) -> Expr {
                    Expr::call(&$name, [self], Params::new().with("freq", freq))
                }
            )*
        }
    };
}

roundings! {
    DATE_FLOOR "date_floor" date_floor ["dt.floor"] Start
        "The start of the period that a time lies in. Periods are counted from 1970 on the wall clock, weeks from a Monday.",
        "2024-02-29T13:00:00";
    DATE_CEIL "date_ceil" date_ceil ["dt.ceil"] End
        "The start of the first period that does not begin before a time.", "2024-02-29T13:15:00";
    DATE_ROUND "date_round" date_round ["dt.round"] Nearest
        "The nearest start of a period; from the middle the one whose number is even, or of months the later one.",
        "2024-02-29T13:15:00";
}

/// Midnight.
pub static MIDNIGHT: ScalarFunction = ScalarFunction::expanding(
    "midnight",
    "dates",
    &["expr"],
    |types, _| {
        let dtype = dated(types, DType::Null)?.args;
        Ok(Signature::new(dtype.clone(), dtype[0].clone()))
    },
    |args, _| match args {
        [expr] => Ok(expr.clone().date_floor("1d")),
        _ => Err(Error::internal("midnight of one")),
    },
)
.aliased(&["dt.normalize"])
.documented("The start of the day that a time lies in.", || {
    let stamp = DType::Timestamp(TimeUnit::Second, None);
    let input = column_of(&stamp, &["2024-02-29T13:09:00", ""]);
    example_of(input, col("x").midnight(), column_of(&stamp, &["2024-02-29T00:00:00", ""]))
});

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    let signature = dated(types, DType::Null)?;
    let step = Step::parse(params.str("freq")?)?;
    if !step.is_period() {
        return Err(Error::invalid(format!("{} is no period", params.get("freq")))
            .hint("a period has one unit, for example 90m or 3mo"));
    }
    let dtype = signature.args[0].clone();
    let unit = match &dtype {
        DType::Timestamp(unit, _) => 1_000_000_000 / unit.per_second(),
        _ => DAY_NANOS,
    };
    if types[0] != DType::Null && step.nanos > 0 && step.nanos % unit != 0 && unit % step.nanos != 0 {
        return Err(Error::invalid(format!(
            "{} is no whole number of the units of {dtype}",
            params.get("freq")
        )));
    }
    Ok(Signature::new([dtype.clone()], dtype))
}

fn evaluate(args: &Args<'_>, to: To) -> Result<ArrayRef> {
    let step = Step::parse(args.params().str("freq")?)?;
    let dtype = args.output();
    let clock = Clock::new(dtype)?;
    if step.nanos > 0 && clock.resolution() >= step.nanos {
        return Ok(args.value(0).array().clone());
    }
    if let DType::Timestamp(unit, None) = dtype
        && to == To::Start
        && step.months == 0
        && !step.weeks
        && let Some(nanos) = step.days.checked_mul(DAY_NANOS).and_then(|days| days.checked_add(step.nanos))
        && let Some(starts) =
            multiples_below(&counts(args.value(0).array()), nanos / (1_000_000_000 / unit.per_second()))
    {
        return logical(Arc::new(Int64Array::from(starts)), dtype);
    }
    let round = |count: &i64| {
        let start = step.floor(&clock, *count);
        if to == To::Start || start == Some(*count) {
            return start;
        }
        let next = match (start, step.nanos > 0 && !clock.is_zoned()) {
            (Some(start), true) => clock.shifted(start, step.nanos),
            // The clock may be put forward or back in the period; the period may begin before the least time there is, and end after it.
            _ => step.following(&clock, *count),
        };
        if to == To::End {
            return next;
        }
        let (since, until) = step.around(&clock, *count);
        let distance = |other: i64| (i128::from(*count) - i128::from(other)) * i128::from(clock.resolution());
        let (before, after) = (start.map_or(since, distance), next.map_or(until, |next| -distance(next)));
        match before.cmp(&after) {
            Ordering::Less => start,
            Ordering::Equal if step.months == 0 && start.is_some_and(|start| even(&step, &clock, start)) => {
                start
            }
            _ => next,
        }
    };
    let rounded = of_counts(counts(args.value(0).array()).iter().map(round).collect(), dtype)?;
    all_fit(&rounded, args.value(0).array(), "the start of a period")?;
    Ok(rounded)
}

/// Whether the period that starts at a count has an even number.
fn even(step: &Step, clock: &Clock, start: i64) -> bool {
    let (day, nanos) = clock.read(start);
    match step.nanos {
        0 => (day - if step.weeks { 4 } else { 0 }).div_euclid(step.days) % 2 == 0,
        each => {
            let wall = i128::from(day) * i128::from(DAY_NANOS) + i128::from(nanos);
            wall.div_euclid(i128::from(each)) % 2 == 0
        }
    }
}

impl Expr {
    /// The start of the day that a time lies in.
    pub fn midnight(self) -> Expr {
        Expr::call(&MIDNIGHT, [self], Params::new())
    }
}
