//! `date_offset`, `date_diff`, `date_range`: steps from time to time.

use crate::data::{DType, Scalar, promote};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Example, Expr, Param, Params, ScalarFunction, Signature, col, interrupt, lit};
use crate::functions::scalar::date_flags::dated;
use crate::functions::scalar::support::{column_of, column_of_scalars, example_of};
use crate::functions::scalar::text_support::list_of;
use crate::kernels::civil;
use crate::kernels::clock::{Clock, counts, of_counts, valid_rows};
use crate::kernels::map::{collect_some, is_valid};
use crate::kernels::step::{Step, add_months};
use arrow::array::{Array, ArrayRef};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Int64Type;
use std::sync::Arc;

/// A time moved by a step.
pub static DATE_OFFSET: ScalarFunction = ScalarFunction::new(
    "date_offset",
    "dates",
    &["expr"],
    |types, params| {
        Step::parse(params.str("by")?)?;
        let dtype = dated(types, DType::Null)?.args[0].clone();
        Ok(Signature::new([dtype.clone()], dtype))
    },
    |args| {
        let by = args.params().str("by")?;
        let (clock, step) = (Clock::new(args.output())?, Step::parse(by)?);
        let array = args.value(0).array();
        let valid = valid_rows(array);
        let mut moved = Vec::with_capacity(args.rows());
        for (row, count) in counts(array).into_iter().enumerate() {
            let reached = valid(row).then(|| step.after(&clock, count, 1)).transpose();
            moved.push(reached.map_err(|what| refused(what, array, row, by))?);
        }
        of_counts(moved, args.output())
    },
)
.aliased(&["dt.offset_by"])
.with_params(&[Param {
    name: "by",
    default: None,
    doc: "The step: numbers and units, such as `1mo2d`, `15m` or `-1q`.",
}])
.failing()
.documented(
    "The time so much later (`-` before it: earlier): `1mo2d`, `15m`, `-1q`. Days and months keep the time of the wall \
     clock and end within their month; hours are exact. A wall time that a zone skips is an error.",
    || {
        let input = column_of(&DType::Date, &["2024-01-31", ""]);
        example_of(input, col("x").date_offset("1mo"), column_of(&DType::Date, &["2024-02-29", ""]))
    },
);

fn refused(what: &str, array: &ArrayRef, row: usize, by: &str) -> Error {
    let value = Scalar::from_array(array, row).to_string();
    let error = Error::new(ErrorKind::Arithmetic, format!("{by:?} later: {what}"));
    error.row(row as u64).value(value)
}

/// How many whole units lie between two times.
pub static DATE_DIFF: ScalarFunction = ScalarFunction::new(
    "date_diff",
    "dates",
    &["expr", "other"],
    |types, params| {
        unit(params)?;
        let common = promote(&types[0], &types[1]).ok_or_else(|| {
            Error::type_mismatch(format!("no difference between {} and {}", types[0], types[1]))
        })?;
        let dtype = dated(&[common], DType::Null)?.args[0].clone();
        Ok(Signature::new([dtype.clone(), dtype], DType::Int64))
    },
    |args| {
        let step = unit(args.params())?;
        let dtype = args.value(0).dtype()?;
        let clock = Clock::new(&dtype)?;
        let (from, to) = (counts(&args.array(1)?), counts(&args.array(0)?));
        let between = |(from, to): (&i64, &i64)| -> Option<i64> {
            if step.nanos > 0 {
                let distance = (i128::from(*to) - i128::from(*from)) * i128::from(clock.resolution());
                return i64::try_from(distance / i128::from(step.nanos)).ok();
            }
            let (start, end) = (clock.read(*from), clock.read(*to));
            // Toward the past the same way as toward the future.
            let (low, high, sign) = if start <= end { (start, end, 1) } else { (end, start, -1) };
            let whole = match step.months {
                0 => (high.0 - low.0 - i64::from(high.1 < low.1)) / step.days,
                months => {
                    let number = |day: i64| {
                        let (year, month, _) = civil::from_days(day);
                        year * 12 + i64::from(month)
                    };
                    let apart = number(high.0) - number(low.0);
                    let reached = add_months(low.0, apart)?;
                    (apart - i64::from((reached, low.1) > high)) / months
                }
            };
            Some(sign * whole)
        };
        let differences = collect_some::<Int64Type>(from.len(), &mut |row| between((&from[row], &to[row])));
        // Under a null lies any number.
        let nulls = NullBuffer::union(args.array(0)?.logical_nulls().as_ref(), args.array(1)?.logical_nulls().as_ref());
        let lost = |row: usize| differences.is_null(row) && is_valid(nulls.as_ref(), row);
        match (0..differences.len()).find(|row| differences.null_count() > 0 && lost(*row)) {
            Some(row) => Err(Error::new(ErrorKind::Arithmetic, "the difference does not fit int64").row(row as u64)),
            None => Ok(Arc::new(differences)),
        }
    },
)
.failing()
.with_params(&[Param {
    name: "unit",
    default: Some(ParamDefault::Str("d")),
    doc: "The unit: `y`, `q`, `mo`, `w`, `d`, `h`, `m`, `s`, `ms`, `us` or `ns`, or several of one, such as `15m`.",
}])
.documented(
    "How many whole units a time is after another, toward zero: days and months by the wall clock, hours and less as \
     exact time.",
    || Example {
        input: vec![("x", column_of(&DType::Date, &["2024-02-29", "2024-01-01", ""]))],
        expr: col("x").date_diff(lit(Scalar::Date(19_753)), "mo"),
        output: [Some(1i64), Some(0), None].into_iter().collect(),
    },
);

fn unit(params: &Params) -> Result<Step> {
    let step = Step::parse(params.str("unit")?)?;
    match step.is_period() {
        true => Ok(step),
        false => Err(Error::invalid(format!("{} is no unit of time", params.get("unit")))),
    }
}

/// The times between two, as a list.
pub static DATE_RANGE: ScalarFunction = ScalarFunction::new(
    "date_range",
    "dates",
    &["expr", "end"],
    |types, params| {
        closed(params)?;
        let step = Step::parse(params.str("every")?)?;
        if (step.months, step.days, step.nanos) == (0, 0, 0) {
            return Err(Error::invalid("a range without steps"));
        }
        let common = promote(&types[0], &types[1])
            .ok_or_else(|| Error::type_mismatch(format!("no range from {} to {}", types[0], types[1])))?;
        let dtype = dated(&[common], DType::Null)?.args[0].clone();
        Ok(Signature::new([dtype.clone(), dtype.clone()], DType::List(Box::new(dtype))))
    },
    range,
)
.unbounded()
.with_params(&[
    Param {
        name: "every",
        default: Some(ParamDefault::Str("1d")),
        doc: "The step, such as `1d`, `15m` or `-1mo`.",
    },
    Param {
        name: "closed",
        default: Some(ParamDefault::Str("both")),
        doc: "Which ends belong to it: `both`, `left`, `right` or `neither`.",
    },
])
.failing()
.documented("The times from one to another by a step, as a list; `explode` makes rows of it.", || Example {
    input: vec![("x", column_of(&DType::Date, &["2024-02-28", ""]))],
    expr: col("x").date_range(lit(Scalar::Date(19_783)), "1d"),
    output: column_of_scalars(
        &DType::List(Box::new(DType::Date)),
        &[Scalar::List([19_781, 19_782, 19_783].map(Scalar::Date).into()), Scalar::Null],
    ),
});

fn closed(params: &Params) -> Result<(bool, bool)> {
    Ok(match params.str("closed")? {
        "both" => (true, true),
        "left" => (true, false),
        "right" => (false, true),
        "neither" => (false, false),
        other => {
            return Err(Error::invalid(format!("closed must not be {other:?}"))
                .hint("use both, left, right or neither"));
        }
    })
}

/// Times that are made between two looks at whether the work shall stop.
const MANY: i64 = 1 << 20;

fn range(args: &Args<'_>) -> Result<ArrayRef> {
    let DType::List(dtype) = args.output() else { return Err(Error::internal("a list that is none")) };
    let every = args.params().str("every")?;
    let (step, (left, right)) = (Step::parse(every)?, closed(args.params())?);
    let clock = Clock::new(dtype)?;
    let (starts, ends) = (args.array(0)?, args.array(1)?);
    let (from_valid, to_valid) = (valid_rows(&starts), valid_rows(&ends));
    let (from, to) = (counts(&starts), counts(&ends));
    let backwards = step.months < 0 || step.days < 0 || step.nanos < 0;
    let mut items: Vec<Option<i64>> = Vec::new();
    let mut offsets = vec![0i32];
    for row in 0..args.rows() {
        let mut times = 0;
        let too_many = || Error::unsupported("lists of 2^31 items in all").row(row as u64);
        // One step beyond the most that there can be, both ends left out: told before room is made for the others.
        let beyond = i32::MAX as i64 - items.len() as i64 + 3;
        if from_valid(row)
            && to_valid(row)
            && let Ok(reached) = step.after(&clock, from[row], beyond)
            && ((!backwards && reached <= to[row]) || (backwards && reached >= to[row]))
        {
            return Err(too_many());
        }
        while from_valid(row) && to_valid(row) {
            let reached =
                step.after(&clock, from[row], times).map_err(|what| refused(what, &starts, row, every))?;
            if (!backwards && reached > to[row]) || (backwards && reached < to[row]) {
                break;
            }
            if (left || times > 0) && (right || reached != to[row]) {
                items.push(Some(reached));
            }
            times += 1;
            if times % MANY == 0 {
                interrupt::check()?;
            }
            if items.len() > i32::MAX as usize {
                break;
            }
        }
        let end = i32::try_from(items.len());
        offsets.push(end.map_err(|_| too_many())?);
    }
    list_of(of_counts(items, dtype)?, offsets, None)
}

impl Expr {
    /// The time so much later: `1mo2d`, `15m`, `-1q`.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{DType, Frame, col};
    /// let frame = Frame::builder().column("day", ["2024-01-31"]).finish()?;
    /// let later = col("day").cast(DType::Date).date_offset("1mo").cast(DType::String);
    /// assert_eq!(frame.select([later])?.column("day")?.get(0)?, "2024-02-29".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn date_offset(self, by: &str) -> Expr {
        Expr::call(&DATE_OFFSET, [self], Params::new().with("by", by))
    }

    /// How many whole units (`y`, `mo`, `d`, `h`, ...) this time is after another.
    pub fn date_diff(self, other: impl Into<Expr>, unit: &str) -> Expr {
        Expr::call(&DATE_DIFF, [self, other.into()], Params::new().with("unit", unit))
    }

    /// The times from this one to another by a step, both ends included, as a list.
    pub fn date_range(self, end: impl Into<Expr>, every: &str) -> Expr {
        Expr::call(&DATE_RANGE, [self, end.into()], Params::new().with("every", every))
    }
}
