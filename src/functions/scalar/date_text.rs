//! `to_date`, `to_timestamp`, `strftime`: dates and times from and to text.

use crate::data::dispatch::{logical, physical, primitive};
use crate::data::{DType, Scalar, TimeUnit};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{column_of, example_of, text, wanted};
use crate::kernels::cast::cast;
use crate::kernels::cast_job::{Cast, CastMode};
use crate::kernels::civil::DAY;
use crate::kernels::clock::unit_of;
use crate::kernels::date_form::Form;
use crate::kernels::map::{array_of, is_valid};
use crate::kernels::parse::each;
use crate::kernels::views::ViewWriter;
use crate::kernels::zone::Zone;
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{Int32Type, Int64Type};
use chrono::format::{Item, Numeric, StrftimeItems};
use chrono::{DateTime, FixedOffset};
use std::fmt::Write;

/// Text read as a date.
pub static TO_DATE: ScalarFunction = ScalarFunction::new(
    "to_date",
    "dates",
    &["expr"],
    |types, params| {
        layout(params)?;
        params.bool("strict")?;
        Ok(Signature::new([text(&types[0])?], DType::Date))
    },
    read,
)
.with_params(&[FORMAT, STRICT])
.failing()
.documented("Text as a date.", || {
    let dates = column_of(&DType::Date, &["2024-02-29", ""]);
    example_of([Some("29.02.2024"), None].into_iter().collect(), col("x").to_date(Some("%d.%m.%Y")), dates)
});

/// Text read as a timestamp.
pub static TO_TIMESTAMP: ScalarFunction = ScalarFunction::new(
    "to_timestamp",
    "dates",
    &["expr"],
    |types, params| {
        layout(params)?;
        params.bool("strict")?;
        let zone = match params.get("zone") {
            Scalar::Null => None,
            _ => Some(params.str("zone")?),
        };
        if let Some(zone) = zone {
            Zone::parse(zone)?;
        }
        let output = DType::Timestamp(unit_of(params.str("unit")?)?, zone.map(Into::into));
        Ok(Signature::new([text(&types[0])?], output))
    },
    read,
)
.aliased(&["to_datetime"])
.with_params(&[
    FORMAT,
    STRICT,
    Param { name: "unit", default: Some(ParamDefault::Str("us")), doc: "`s`, `ms`, `us` or `ns`." },
    Param {
        name: "zone",
        default: Some(ParamDefault::Null),
        doc: "The time zone of the result: text without an offset is its wall time, text with one any instant.",
    },
])
.failing()
.documented("Text as a timestamp.", || {
    let stamps = column_of(&DType::Timestamp(TimeUnit::Microsecond, None), &["2024-02-29T13:04:00", ""]);
    let input = [Some("2/29/2024 1:04 PM"), None].into_iter().collect();
    example_of(input, col("x").to_timestamp(Some("%m/%d/%Y %I:%M %p")), stamps)
});

/// A date or time as text.
pub static STRFTIME: ScalarFunction = ScalarFunction::new(
    "strftime",
    "dates",
    &["expr"],
    |types, params| {
        layout(params)?;
        let fits = |dtype: &DType| matches!(dtype, DType::Date | DType::Timestamp(..));
        Ok(Signature::new([wanted(&types[0], fits, DType::Date, "a date or timestamp")?], DType::String))
    },
    write,
)
.aliased(&["dt.strftime"])
.with_params(&[Param { name: "format", default: None, doc: FORM }])
.failing()
.documented("A date or timestamp as text in a form of your choice.", || {
    let input = column_of(&DType::Date, &["2024-02-29", ""]);
    let output = [Some("29 Feb 2024"), None].into_iter().collect();
    example_of(input, col("x").strftime("%d %b %Y"), output)
});

const FORM: &str =
    "The form, in the codes of strftime; `%f` is the microseconds, `%3f` and `%9f` are other digits.";

const FORMAT: Param = Param {
    name: "format",
    default: Some(ParamDefault::Null),
    doc: "The form of the text, in the codes of strftime; null: ISO 8601.",
};

const STRICT: Param = Param {
    name: "strict",
    default: Some(ParamDefault::Bool(true)),
    doc: "Whether text of another form is an error; otherwise it gives null.",
};

/// The parts of the format, if there is one.
fn layout(params: &Params) -> Result<Option<Vec<Item<'_>>>> {
    if params.get("format").is_null() {
        return Ok(None);
    }
    let format = params.str("format")?;
    let items: Vec<Item<'_>> = StrftimeItems::new(format).collect();
    match items.contains(&Item::Error) {
        true => Err(Error::invalid(format!("{format:?} is no form of dates"))
            .hint("the codes are those of strftime, for example %Y-%m-%d %H:%M:%S")),
        false => Ok(Some(items)),
    }
}

fn read(args: &Args<'_>) -> Result<ArrayRef> {
    let mode = if args.params().bool("strict")? { CastMode::Strict } else { CastMode::Lenient };
    let (array, to) = (args.value(0).array(), args.output());
    if args.params().get("format").is_null() {
        return cast(array, to, mode);
    }
    let form = Form::new(args.params().str("format")?)?;
    let job = Cast { array, from: &DType::String, to, mode };
    let counts = match to {
        DType::Timestamp(unit, zone) => {
            let zone = zone.as_deref().map(Zone::parse).transpose()?;
            let (values, nulls) = each(&job, &|text| {
                let wall = form.wall_time(text)?;
                let seconds = match (&zone, wall.offset) {
                    (None, None) => wall.seconds,
                    (None, Some(_)) => return None,
                    (Some(_), Some(offset)) => wall.seconds - i64::from(offset),
                    (Some(zone), None) => zone.instant_of(wall.seconds).unique()?,
                };
                wall.count(seconds, *unit, false)
            })?;
            array_of::<Int64Type>(values, nulls)
        }
        _ => {
            let (values, nulls) = each(&job, &|text| form.date(text))?;
            array_of::<Int32Type>(values, nulls)
        }
    };
    logical(counts, to)
}

fn write(args: &Args<'_>) -> Result<ArrayRef> {
    let mut items = layout(args.params())?.ok_or_else(|| Error::invalid("strftime needs a format"))?;
    for item in &mut items {
        if matches!(item, Item::Numeric(Numeric::Nanosecond, _)) {
            *item = StrftimeItems::new("%6f").next().unwrap_or(Item::Error);
        }
    }
    let array = args.value(0).array();
    let (counts, nulls) = (physical(array), array.logical_nulls());
    let (dated, per_second, zone) = match args.value(0).dtype()? {
        DType::Timestamp(unit, zone) => (false, unit.per_second(), zone),
        _ => (true, 1, None),
    };
    let zone = zone.map(|zone| Zone::parse(&zone)).transpose()?;
    let mut writer = ViewWriter::with_capacity(array.len(), 0);
    for row in 0..array.len() {
        if !is_valid(nulls.as_ref(), row) {
            writer.skip();
            continue;
        }
        let count = match dated {
            true => i64::from(primitive::<Int32Type>(&counts).value(row)) * DAY,
            false => primitive::<Int64Type>(&counts).value(row),
        };
        let (seconds, rest) = (count.div_euclid(per_second), count.rem_euclid(per_second));
        let failed = |what: &str| {
            let value = Scalar::from_array(array, row).to_string();
            Error::new(ErrorKind::InvalidArgument, what).row(row as u64).value(value)
        };
        let moment = DateTime::from_timestamp(seconds, (rest * (1_000_000_000 / per_second)) as u32)
            .ok_or_else(|| failed("a time outside the years that can be formatted"))?;
        let mut written = Ok(());
        writer.write(|out| {
            written = match &zone {
                None => write!(out, "{}", moment.naive_utc().format_with_items(items.iter())),
                Some(zone) => match FixedOffset::east_opt(zone.offset_at(seconds)) {
                    Some(offset) => {
                        write!(out, "{}", moment.with_timezone(&offset).format_with_items(items.iter()))
                    }
                    None => Err(std::fmt::Error),
                },
            };
        });
        written.map_err(|_| failed("the format asks for what the value does not have (a zone?)"))?;
    }
    writer.finish(nulls)
}

fn with_format(format: Option<&str>) -> Params {
    Params::new().with("format", format)
}

impl Expr {
    /// Text as a date: in the codes of strftime, or ISO 8601.
    pub fn to_date(self, format: Option<&str>) -> Expr {
        Expr::call(&TO_DATE, [self], with_format(format))
    }

    /// Text as a naive timestamp in microseconds: in the codes of strftime, or ISO 8601.
    pub fn to_timestamp(self, format: Option<&str>) -> Expr {
        Expr::call(&TO_TIMESTAMP, [self], with_format(format))
    }

    /// Text as a timestamp of any unit and zone.
    pub fn to_timestamp_with(self, format: Option<&str>, unit: TimeUnit, zone: Option<&str>) -> Expr {
        Expr::call(&TO_TIMESTAMP, [self], with_format(format).with("unit", unit.name()).with("zone", zone))
    }

    /// A date or timestamp as text, in the codes of strftime; `%f` is the microseconds.
    pub fn strftime(self, format: &str) -> Expr {
        Expr::call(&STRFTIME, [self], Params::new().with("format", format))
    }
}
