//! `is_business_day`, `business_offset`, `business_days`: days of work.

use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Expr, Param, Params, ScalarFunction, Signature, col, lit};
use crate::functions::scalar::date_flags::wall_days;
use crate::functions::scalar::support::{column_of, example_of, wanted};
use crate::kernels::civil;
use crate::kernels::clock::{counts, of_counts, valid_rows};
use crate::kernels::map::collect_bits;
use arrow::array::{Array, AsArray, BooleanArray, Int64Array};
use arrow::datatypes::Int64Type;
use std::sync::Arc;

const WEEK: Param = Param {
    name: "weekmask",
    default: Some(ParamDefault::Str("1111100")),
    doc: "Which days of the week are worked, from Monday: seven characters, 1 or 0.",
};
const HOLIDAYS: Param = Param {
    name: "holidays",
    default: Some(ParamDefault::Null),
    doc: "A list of dates that are not worked.",
};

/// Whether a day is worked.
pub static IS_BUSINESS_DAY: ScalarFunction = ScalarFunction::new(
    "is_business_day",
    "dates",
    &["expr"],
    |types, params| {
        Calendar::new(params)?;
        Ok(Signature::new([day(&types[0])?], DType::Bool))
    },
    |args| {
        let calendar = Calendar::new(args.params())?;
        let days = wall_days(args)?;
        let bits = collect_bits(days.len(), |row| calendar.works(days[row]));
        Ok(Arc::new(BooleanArray::new(bits, None)))
    },
)
.with_params(&[WEEK, HOLIDAYS])
.documented("Whether a day is worked: not at the weekend, and no holiday.", || {
    let input = column_of(&DType::Date, &["2024-03-01", "2024-03-02", ""]);
    example_of(input, col("x").is_business_day(), [Some(true), Some(false), None].into_iter().collect())
});

/// A day so many days of work later.
pub static BUSINESS_OFFSET: ScalarFunction = ScalarFunction::new(
    "business_offset",
    "dates",
    &["expr", "n"],
    |types, params| {
        Calendar::new(params)?;
        roll(params)?;
        wanted(&types[1], DType::is_integer, DType::Int64, "a whole number of days")?;
        Ok(Signature::new([day(&types[0])?, DType::Int64], DType::Date))
    },
    |args| {
        let (calendar, roll) = (Calendar::new(args.params())?, roll(args.params())?);
        let (array, steps) = (args.array(0)?, args.array(1)?);
        let (valid, steps) = (valid_rows(&array), steps.as_primitive::<Int64Type>());
        let mut moved = Vec::with_capacity(args.rows());
        for (row, day) in counts(&array).into_iter().enumerate() {
            if !valid(row) || steps.is_null(row) {
                moved.push(None);
                continue;
            }
            let start = match (calendar.works(day), roll) {
                (true, _) => day,
                (false, 1) => calendar.nth(day, 1),
                (false, -1) => calendar.nth(day, -1),
                (false, _) => {
                    let value = Scalar::from_array(&array, row).to_string();
                    return Err(Error::new(ErrorKind::InvalidArgument, "not a day of work")
                        .row(row as u64)
                        .value(value)
                        .hint("roll=\"forward\" or \"backward\" moves it to one first"));
                }
            };
            // Beyond these no date is left.
            let steps = steps.value(row).clamp(-1 << 33, 1 << 33);
            let reached = calendar.nth(start, steps);
            if i32::try_from(reached).is_err() {
                let value = Scalar::from_array(&array, row).to_string();
                return Err(Error::new(ErrorKind::Arithmetic, "a day that does not fit date").row(row as u64).value(value));
            }
            moved.push(Some(reached));
        }
        of_counts(moved, &DType::Date)
    },
)
.with_params(&[
    WEEK,
    HOLIDAYS,
    Param {
        name: "roll",
        default: Some(ParamDefault::Str("raise")),
        doc: "A day that is not worked: `raise` an error, or move it `forward` or `backward` to one that is, first.",
    },
])
.failing()
.documented("The day so many days of work later (negative: earlier).", || {
    let input = column_of(&DType::Date, &["2024-03-01", ""]);
    example_of(input, col("x").business_offset(1i64), column_of(&DType::Date, &["2024-03-04", ""]))
});

/// How many days of work lie between two days.
pub static BUSINESS_DAYS: ScalarFunction = ScalarFunction::new(
    "business_days",
    "dates",
    &["expr", "end"],
    |types, params| {
        Calendar::new(params)?;
        day(&types[1])?;
        Ok(Signature::new([day(&types[0])?, DType::Date], DType::Int64))
    },
    |args| {
        let calendar = Calendar::new(args.params())?;
        let (from, to) = (counts(&args.array(0)?), counts(&args.array(1)?));
        let between = |(from, to): (&i64, &i64)| calendar.between(*from, *to);
        Ok(Arc::new(Int64Array::from_iter_values(from.iter().zip(&to).map(between))))
    },
)
.with_params(&[WEEK, HOLIDAYS])
.documented(
    "How many days of work there are from a day to before another; negative if that is earlier, as NumPy's `busday_count`.",
    || {
        let input = column_of(&DType::Date, &["2024-03-01", "2024-03-10", ""]);
        let expr = col("x").business_days(lit(Scalar::Date(19_788)));
        example_of(input, expr, [Some(3i64), Some(-2), None].into_iter().collect())
    },
);

fn day(dtype: &DType) -> Result<DType> {
    wanted(dtype, |dtype| *dtype == DType::Date, DType::Date, "a date")
        .map_err(|error| error.hint("date() takes the date of a timestamp"))
}

fn roll(params: &Params) -> Result<i64> {
    Ok(match params.str("roll")? {
        "raise" => 0,
        "forward" => 1,
        "backward" => -1,
        other => {
            return Err(
                Error::invalid(format!("roll must not be {other:?}")).hint("use raise, forward or backward")
            );
        }
    })
}

/// Which days are worked.
struct Calendar {
    week: [bool; 7],
    per_week: i64,
    /// Days that would be worked and are not, in order.
    holidays: Vec<i64>,
}

impl Calendar {
    fn new(params: &Params) -> Result<Calendar> {
        let mask = params.str("weekmask")?;
        let wrong = || {
            Error::invalid(format!("{mask:?} is no week"))
                .hint("write seven characters from Monday, 1 or 0, such as 1111100")
        };
        let mut week = [false; 7];
        if mask.len() != 7 || !mask.bytes().all(|day| day == b'0' || day == b'1') || !mask.contains('1') {
            return Err(wrong());
        }
        week.iter_mut().zip(mask.bytes()).for_each(|(works, day)| *works = day == b'1');
        let per_week = week.iter().filter(|works| **works).count() as i64;
        let mut holidays = match params.get("holidays") {
            Scalar::Null => Vec::new(),
            Scalar::List(days) => days
                .iter()
                .map(|day| match day {
                    Scalar::Date(day) => Ok(i64::from(*day)),
                    other => Err(Error::invalid(format!("a holiday is a date, not {other}"))),
                })
                .collect::<Result<_>>()?,
            other => return Err(Error::invalid(format!("holidays must be a list of dates, not {other}"))),
        };
        holidays.retain(|day| week[civil::weekday(*day) as usize]);
        holidays.sort_unstable();
        holidays.dedup();
        Ok(Calendar { week, per_week, holidays })
    }

    fn works(&self, day: i64) -> bool {
        self.week[civil::weekday(day) as usize] && self.holidays.binary_search(&day).is_err()
    }

    /// The days of work before a day, counted from a Monday long ago or, below it, to it.
    fn before(&self, day: i64) -> i64 {
        // 1970-01-05 was a Monday.
        let (weeks, rest) = ((day - 4).div_euclid(7), (day - 4).rem_euclid(7) as usize);
        let own = self.week[..rest].iter().filter(|works| **works).count() as i64;
        weeks * self.per_week + own - self.holidays.partition_point(|holiday| *holiday < day) as i64
    }

    fn between(&self, from: i64, to: i64) -> i64 {
        match from <= to {
            true => self.before(to) - self.before(from),
            // As NumPy: the later day counts, the earlier one does not.
            false => self.before(to + 1) - self.before(from + 1),
        }
    }

    /// The n-th day of work after a day (before it, if n is negative); 0: the day itself.
    fn nth(&self, day: i64, n: i64) -> i64 {
        if n == 0 {
            return day;
        }
        // The day is the last one with at most so many days of work before it, found by halving.
        let wanted = if n > 0 { self.before(day + 1) + n - 1 } else { self.before(day) + n };
        let reach = (n.abs() + self.holidays.len() as i64 + 2) * 7;
        let (mut low, mut high) = (day - reach, day + reach);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.before(middle) <= wanted { low = middle } else { high = middle }
        }
        low
    }
}

impl Expr {
    /// Whether a day is worked: Monday to Friday.
    pub fn is_business_day(self) -> Expr {
        Expr::call(&IS_BUSINESS_DAY, [self], Params::new())
    }

    /// The day so many days of work (Monday to Friday) later; one at a weekend is an error.
    pub fn business_offset(self, n: impl Into<Expr>) -> Expr {
        Expr::call(&BUSINESS_OFFSET, [self, n.into()], Params::new())
    }

    /// How many days of work (Monday to Friday) there are from this day to before another.
    pub fn business_days(self, end: impl Into<Expr>) -> Expr {
        Expr::call(&BUSINESS_DAYS, [self, end.into()], Params::new())
    }
}
