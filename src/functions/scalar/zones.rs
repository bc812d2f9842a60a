//! `convert_zone`, `localize_zone`: instants on other clocks, wall times as instants.

use crate::data::{DType, Scalar, TimeUnit};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{column_of, example_of, wanted};
use crate::kernels::clock::{Clock, counts, of_counts, valid_rows};
use crate::kernels::zone::{Instant, Zone};
use arrow::array::ArrayRef;
use std::sync::Arc;

/// The same instants on another clock.
pub static CONVERT_ZONE: ScalarFunction = ScalarFunction::new(
    "convert_zone",
    "dates",
    &["expr"],
    |types, params| {
        let (unit, zone) = stamp(&types[0])?;
        if zone.is_none() && types[0] != DType::Null {
            return Err(
                Error::type_mismatch("a wall time of no zone").hint("localize_zone says which zone it is of")
            );
        }
        let own = DType::Timestamp(unit, zone.or(Some("UTC".into())));
        Ok(Signature::new([own], DType::Timestamp(unit, target(params)?)))
    },
    // An instant is the same count in every zone.
    |args| of_counts(counts(args.value(0).array()).into_iter().map(Some).collect(), args.output()),
)
.aliased(&["dt.tz_convert"])
.with_params(&[TZ])
.documented("The same instant on the clock of another zone; of no zone: the wall time of UTC.", || {
    let zoned = |zone: &str| DType::Timestamp(TimeUnit::Second, Some(zone.into()));
    let input = column_of(&zoned("UTC"), &["2024-06-01T12:00:00Z", ""]);
    let output = column_of(&zoned("Europe/Oslo"), &["2024-06-01T14:00:00+02:00", ""]);
    example_of(input, col("x").convert_zone(Some("Europe/Oslo")), output)
});

/// Wall times of a zone.
pub static LOCALIZE_ZONE: ScalarFunction = ScalarFunction::new(
    "localize_zone",
    "dates",
    &["expr"],
    |types, params| {
        policy(params)?;
        let (unit, zone) = stamp(&types[0])?;
        let target = target(params)?;
        if let (Some(zone), Some(_)) = (&zone, &target) {
            return Err(Error::type_mismatch(format!("wall times of {zone} already"))
                .hint("convert_zone shows the same instants on another clock"));
        }
        Ok(Signature::new([DType::Timestamp(unit, zone)], DType::Timestamp(unit, target)))
    },
    localize,
)
.aliased(&["dt.tz_localize"])
.with_params(&[
    TZ,
    Param {
        name: "ambiguous",
        default: Some(ParamDefault::Str("raise")),
        doc: "A wall time that comes twice: `raise` an error, the `earliest`, the `latest`, or `null`.",
    },
    Param {
        name: "nonexistent",
        default: Some(ParamDefault::Str("raise")),
        doc: "A wall time that is skipped: `raise` an error, `shift_forward` to the first after it, or `null`.",
    },
])
.failing()
.documented("The instant at which the clock of a zone shows a wall time; of no zone: the wall time itself.", || {
    let input = column_of(&DType::Timestamp(TimeUnit::Second, None), &["2024-06-01T14:00:00", ""]);
    let zoned = DType::Timestamp(TimeUnit::Second, Some("Europe/Oslo".into()));
    let output = column_of(&zoned, &["2024-06-01T14:00:00+02:00", ""]);
    example_of(input, col("x").localize_zone(Some("Europe/Oslo")), output)
});

const TZ: Param = Param {
    name: "tz",
    default: Some(ParamDefault::Null),
    doc: "The zone: an IANA name such as `Europe/Oslo` or an offset such as `+01:00`; null: none.",
};

type Unit = (TimeUnit, Option<Arc<str>>);

fn stamp(dtype: &DType) -> Result<Unit> {
    let fits = |dtype: &DType| matches!(dtype, DType::Timestamp(..));
    let instead = DType::Timestamp(TimeUnit::Microsecond, None);
    match wanted(dtype, fits, instead, "a timestamp")? {
        DType::Timestamp(unit, zone) => Ok((unit, zone)),
        _ => Err(Error::internal("a timestamp that is none")),
    }
}

fn target(params: &Params) -> Result<Option<Arc<str>>> {
    if params.get("tz").is_null() {
        return Ok(None);
    }
    let name = params.str("tz")?;
    Zone::parse(name)?;
    Ok(Some(name.into()))
}

#[derive(Clone, Copy)]
enum Twice {
    Raise,
    Earliest,
    Latest,
    Null,
}

#[derive(Clone, Copy)]
enum Skipped {
    Raise,
    Forward,
    Null,
}

fn policy(params: &Params) -> Result<(Twice, Skipped)> {
    let twice = match params.str("ambiguous")? {
        "raise" => Twice::Raise,
        "earliest" => Twice::Earliest,
        "latest" => Twice::Latest,
        "null" | "NaT" => Twice::Null,
        other => {
            return Err(Error::invalid(format!("ambiguous must not be {other:?}"))
                .hint("use raise, earliest, latest or null"));
        }
    };
    let skipped = match params.str("nonexistent")? {
        "raise" => Skipped::Raise,
        "shift_forward" => Skipped::Forward,
        "null" | "NaT" => Skipped::Null,
        other => {
            return Err(Error::invalid(format!("nonexistent must not be {other:?}"))
                .hint("use raise, shift_forward or null"));
        }
    };
    Ok((twice, skipped))
}

fn localize(args: &Args<'_>) -> Result<ArrayRef> {
    let array = args.value(0).array();
    let (from, to) = (Clock::new(&args.value(0).dtype()?)?, Clock::new(args.output())?);
    let (twice, skipped) = policy(args.params())?;
    let valid = valid_rows(array);
    let mut counted = Vec::with_capacity(array.len());
    for (row, count) in counts(array).into_iter().enumerate() {
        if !valid(row) {
            counted.push(None);
            continue;
        }
        let refused = |what: &str| {
            let value = Scalar::from_array(array, row).to_string();
            Error::new(ErrorKind::InvalidArgument, what).row(row as u64).value(value)
        };
        let beyond = || refused("an instant that does not fit its type");
        let (day, nanos) = from.read(count);
        let seconds = match (to.instant(day, nanos).ok_or_else(beyond)?, twice, skipped) {
            (Instant::One(seconds), ..)
            | (Instant::Two(seconds, _), Twice::Earliest, _)
            | (Instant::Two(_, seconds), Twice::Latest, _) => Some(seconds),
            (Instant::Two(..), Twice::Raise, _) => {
                return Err(
                    refused("the zone shows this wall time twice").hint("ambiguous says which one is meant")
                );
            }
            (Instant::Missing, _, Skipped::Forward) => {
                counted.push(Some(to.write(day, nanos).ok_or_else(beyond)?));
                continue;
            }
            (Instant::Missing, _, Skipped::Raise) => {
                return Err(refused("the zone skips this wall time").hint("nonexistent says what to do"));
            }
            (Instant::Two(..), Twice::Null, _) | (Instant::Missing, _, Skipped::Null) => None,
        };
        counted.push(seconds.map(|seconds| to.count(seconds, nanos).ok_or_else(beyond)).transpose()?);
    }
    of_counts(counted, args.output())
}

impl Expr {
    /// The same instant on the clock of another zone; of no zone: the wall time of UTC.
    pub fn convert_zone(self, zone: Option<&str>) -> Expr {
        Expr::call(&CONVERT_ZONE, [self], Params::new().with("tz", zone))
    }

    /// The instant at which the clock of a zone shows a wall time; one that comes twice or is skipped is an error.
    pub fn localize_zone(self, zone: Option<&str>) -> Expr {
        Expr::call(&LOCALIZE_ZONE, [self], Params::new().with("tz", zone))
    }

    /// As [`Expr::localize_zone`], with what to do with wall times that come twice (`earliest`, `latest`, `null`) or are
    /// skipped (`shift_forward`, `null`).
    pub fn localize_zone_with(self, zone: &str, ambiguous: &str, nonexistent: &str) -> Expr {
        let params = Params::new().with("tz", zone).with("ambiguous", ambiguous);
        Expr::call(&LOCALIZE_ZONE, [self], params.with("nonexistent", nonexistent))
    }
}
