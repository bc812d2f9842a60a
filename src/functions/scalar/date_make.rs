//! `to_epoch`, `from_epoch`, `as_unit`, `make_date`: times from and to numbers.

use crate::data::dispatch::{logical, physical};
use crate::data::{DType, TimeUnit};
use crate::error::{Error, ErrorKind};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, ScalarFunction, Signature, col, lit};
use crate::functions::scalar::date_flags::dated;
use crate::functions::scalar::support::{all_fit, column_of, example_of, wanted};
use crate::kernels::cast::cast;
use crate::kernels::cast_job::CastMode;
use crate::kernels::civil;
use crate::kernels::clock::{counts, of_counts, unit_of};
use crate::kernels::map::collect_some;
use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use std::sync::Arc;

const UNIT: Param =
    Param { name: "unit", default: Some(ParamDefault::Str("s")), doc: "`s`, `ms`, `us` or `ns`." };

/// The time since 1970 as a number.
pub static TO_EPOCH: ScalarFunction = ScalarFunction::new(
    "to_epoch",
    "dates",
    &["expr"],
    |types, params| {
        unit_of(params.str("unit")?)?;
        dated(types, DType::Int64)
    },
    |args| {
        let per_second = i128::from(unit_of(args.params().str("unit")?)?.per_second());
        // Counts of the type in so many counts of the unit.
        let (times, each) = match args.value(0).dtype()? {
            DType::Timestamp(unit, _) => (per_second, i128::from(unit.per_second())),
            _ => (per_second * i128::from(civil::DAY), 1),
        };
        let scaled = |count: i64| i64::try_from((i128::from(count) * times).div_euclid(each)).ok();
        let counts = counts(args.value(0).array());
        let scaled = collect_some::<Int64Type>(counts.len(), &mut |row| scaled(counts[row]));
        all_fit(&scaled, args.value(0).array(), "the count")?;
        Ok(Arc::new(scaled))
    },
)
.aliased(&["epoch"])
.with_params(&[UNIT])
.failing()
.documented("The whole seconds (or other units) since 1970 of UTC, toward the past.", || {
    let input = column_of(&DType::Timestamp(TimeUnit::Millisecond, None), &["1970-01-02T00:00:00.5", ""]);
    example_of(input, col("x").to_epoch("s"), [Some(86_400i64), None].into_iter().collect())
});

/// A number as the time since 1970.
pub static FROM_EPOCH: ScalarFunction = ScalarFunction::new(
    "from_epoch",
    "dates",
    &["expr"],
    |types, params| {
        let unit = unit_of(params.str("unit")?)?;
        wanted(&types[0], DType::is_integer, DType::Int64, "a whole number")
            .map_err(|error| error.hint("cast with mode `lossy` drops digits"))?;
        Ok(Signature::new([DType::Int64], DType::Timestamp(unit, None)))
    },
    |args| of_counts(counts(args.value(0).array()).into_iter().map(Some).collect(), args.output()),
)
.with_params(&[UNIT])
.documented("The timestamp so many seconds (or other units) after 1970.", || {
    let output = column_of(&DType::Timestamp(TimeUnit::Second, None), &["1970-01-02T00:00:00", ""]);
    example_of([Some(86_400i64), None].into_iter().collect(), col("x").from_epoch("s"), output)
});

/// Another unit.
pub static AS_UNIT: ScalarFunction = ScalarFunction::new(
    "as_unit",
    "dates",
    &["expr"],
    |types, params| {
        let unit = unit_of(params.str("unit")?)?;
        params.bool("round_ok")?;
        let fits = |dtype: &DType| matches!(dtype, DType::Timestamp(..) | DType::Duration(_));
        let dtype = wanted(&types[0], fits, DType::Duration(unit), "a timestamp or duration")?;
        let output = match &dtype {
            DType::Timestamp(_, zone) => DType::Timestamp(unit, zone.clone()),
            _ => DType::Duration(unit),
        };
        Ok(Signature::new([dtype], output))
    },
    |args| {
        let mode = if args.params().bool("round_ok")? { CastMode::Lossy } else { CastMode::Strict };
        let array = args.value(0).array();
        match (args.value(0).dtype()?, args.output()) {
            // Counted back from 1970 they lose digits as times do; a conversion of lengths loses them toward zero.
            (DType::Duration(from), DType::Duration(to)) if mode == CastMode::Lossy => {
                let times = logical(physical(array), &DType::Timestamp(from, None))?;
                let times = cast(&times, &DType::Timestamp(*to, None), mode)?;
                logical(physical(&times), args.output())
            }
            _ => cast(array, args.output(), mode),
        }
    },
)
.aliased(&["dt.as_unit"])
.with_params(&[
    Param { name: "unit", default: None, doc: "`s`, `ms`, `us` or `ns`." },
    Param {
        name: "round_ok",
        default: Some(ParamDefault::Bool(true)),
        doc: "Whether a coarser unit may lose digits (toward the past); otherwise that is an error.",
    },
])
.failing()
.documented("The same time in another unit.", || {
    let stamp = |unit| DType::Timestamp(unit, None);
    let input = column_of(&stamp(TimeUnit::Millisecond), &["2024-01-01T00:00:00.5", ""]);
    example_of(
        input,
        col("x").as_unit("s"),
        column_of(&stamp(TimeUnit::Second), &["2024-01-01T00:00:00", ""]),
    )
});

/// A date from its numbers.
pub static MAKE_DATE: ScalarFunction = ScalarFunction::new(
    "make_date",
    "dates",
    &["expr", "month", "day"],
    |types, params| {
        params.bool("strict")?;
        for dtype in types {
            wanted(dtype, DType::is_integer, DType::Int64, "a whole number")?;
        }
        Ok(Signature::new([DType::Int64, DType::Int64, DType::Int64], DType::Date))
    },
    |args| {
        let strict = args.params().bool("strict")?;
        let parts = [args.array(0)?, args.array(1)?, args.array(2)?];
        let parts = parts.each_ref().map(|part| part.as_primitive::<Int64Type>());
        let mut days = Vec::with_capacity(args.rows());
        for row in 0..args.rows() {
            if parts.iter().any(|part| part.is_null(row)) {
                days.push(None);
                continue;
            }
            let [year, month, day] = parts.map(|part| part.value(row));
            let known = (-1_000_000..1_000_000).contains(&year)
                && (1..=12).contains(&month)
                && (1..=i64::from(civil::days_in_month(year, month as u32))).contains(&day);
            if !known && strict {
                let error = Error::new(ErrorKind::InvalidArgument, "no such date").row(row as u64);
                return Err(error.value(format!("{year}-{month}-{day}")));
            }
            days.push(known.then(|| civil::to_days(year, month as u32, day as u32)));
        }
        of_counts(days, &DType::Date)
    },
)
.with_params(&[Param {
    name: "strict",
    default: Some(ParamDefault::Bool(true)),
    doc: "Whether numbers that are no date are an error; otherwise they give null.",
}])
.failing()
.documented("The date of a year, a month and a day.", || Example {
    input: vec![("x", [Some(2024i64), None].into_iter().collect())],
    expr: col("x").make_date(lit(2i64), lit(29i64)),
    output: column_of(&DType::Date, &["2024-02-29", ""]),
});

impl Expr {
    /// The whole `s`, `ms`, `us` or `ns` since 1970.
    pub fn to_epoch(self, unit: &str) -> Expr {
        Expr::call(&TO_EPOCH, [self], Params::new().with("unit", unit))
    }

    /// The timestamp so many `s`, `ms`, `us` or `ns` after 1970.
    pub fn from_epoch(self, unit: &str) -> Expr {
        Expr::call(&FROM_EPOCH, [self], Params::new().with("unit", unit))
    }

    /// The same time in `s`, `ms`, `us` or `ns`; a coarser unit drops digits.
    pub fn as_unit(self, unit: &str) -> Expr {
        Expr::call(&AS_UNIT, [self], Params::new().with("unit", unit))
    }

    /// The date of this year and a month and a day.
    pub fn make_date(self, month: impl Into<Expr>, day: impl Into<Expr>) -> Expr {
        Expr::call(&MAKE_DATE, [self, month.into(), day.into()], Params::new())
    }
}
