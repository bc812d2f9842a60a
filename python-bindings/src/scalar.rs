//! Single values across the border.

use crate::error::{Answer, Raised, type_name};
use hypostyle::{Error, ErrorKind, Scalar, TimeUnit};
use pyo3::intern;
use pyo3::prelude::{Bound, IntoPyObject, Py, PyAny, PyAnyMethods, PyErr, PyResult, Python};
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyBoolMethods, PyBytes, PyBytesMethods, PyDict, PyDictMethods, PyFloat, PyFloatMethods, PyInt,
    PyList, PyListMethods, PyModule, PyString, PyStringMethods, PyTuple,
};
use std::sync::Arc;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Classes and functions of Python's library that conversions need.
struct Library {
    date: Py<PyAny>,
    datetime: Py<PyAny>,
    time: Py<PyAny>,
    timedelta: Py<PyAny>,
    decimal: Py<PyAny>,
    zone: Py<PyAny>,
    utc: Py<PyAny>,
    epoch: Py<PyAny>,
    epoch_utc: Py<PyAny>,
}

fn library(py: Python<'_>) -> PyResult<&Library> {
    static LIBRARY: PyOnceLock<Library> = PyOnceLock::new();
    LIBRARY.get_or_try_init(py, || {
        let datetime = PyModule::import(py, "datetime")?;
        let utc = datetime.getattr("timezone")?.getattr("utc")?;
        let class = datetime.getattr("datetime")?;
        let epoch = class.call1((1970, 1, 1))?;
        let epoch_utc = class.call1((1970, 1, 1, 0, 0, 0, 0, &utc))?;
        Ok::<_, PyErr>(Library {
            date: datetime.getattr("date")?.unbind(),
            datetime: class.unbind(),
            time: datetime.getattr("time")?.unbind(),
            timedelta: datetime.getattr("timedelta")?.unbind(),
            decimal: PyModule::import(py, "decimal")?.getattr("Decimal")?.unbind(),
            zone: PyModule::import(py, "zoneinfo")?.getattr("ZoneInfo")?.unbind(),
            utc: utc.unbind(),
            epoch: epoch.unbind(),
            epoch_utc: epoch_utc.unbind(),
        })
    })
}

/// The value of a Python object.
///
/// # Errors
/// `Type` for objects that are no value of any column type, `Arithmetic` for integers beyond 64 bits.
pub fn from_python(value: &Bound<'_, PyAny>) -> Answer<Scalar> {
    at_level(value, 0)
}

/// The levels of lists and dictionaries in each other: one that holds itself has no end.
const DEEPEST: usize = 100;

fn at_level(value: &Bound<'_, PyAny>, level: usize) -> Answer<Scalar> {
    if value.is_none() {
        return Ok(Scalar::Null);
    }
    if let Ok(value) = value.cast::<PyBool>() {
        return Ok(Scalar::Bool(value.is_true()));
    }
    if value.is_instance_of::<PyInt>() {
        return integer(value);
    }
    if let Ok(value) = value.cast::<PyFloat>() {
        return Ok(Scalar::Float(value.value()));
    }
    if let Ok(value) = value.cast::<PyString>() {
        return Ok(Scalar::from(value.to_cow()?.as_ref()));
    }
    if let Ok(value) = value.cast::<PyBytes>() {
        return Ok(Scalar::Binary(value.as_bytes().into()));
    }
    other(value, level)
}

fn integer(value: &Bound<'_, PyAny>) -> Answer<Scalar> {
    if let Ok(value) = value.extract::<i64>() {
        return Ok(Scalar::Int(value));
    }
    match value.extract::<u64>() {
        Ok(value) => Ok(Scalar::UInt(value)),
        Err(_) => Err(Error::new(ErrorKind::Arithmetic, "an integer beyond 64 bits")
            .value(value.str()?.to_cow()?)
            .hint("use a float, a decimal.Decimal or a string")
            .into()),
    }
}

fn other(value: &Bound<'_, PyAny>, level: usize) -> Answer<Scalar> {
    let py = value.py();
    let library = library(py)?;
    if matches!(type_name(value).as_str(), "NAType" | "NaTType") {
        return Ok(Scalar::Null);
    }
    if value.is_instance(library.datetime.bind(py))? {
        return datetime(value, library);
    }
    if value.is_instance(library.date.bind(py))? {
        let days: i32 = value.call_method0(intern!(py, "toordinal"))?.extract()?;
        return Ok(Scalar::Date(days - 719_163));
    }
    if value.is_instance(library.timedelta.bind(py))? {
        return match value.getattr_opt(intern!(py, "nanoseconds"))? {
            // pandas' Timedelta counts nanoseconds.
            Some(nanos) if nanos.extract::<i64>()? != 0 => {
                Ok(Scalar::Duration(value.getattr(intern!(py, "value"))?.extract()?, TimeUnit::Nanosecond))
            }
            _ => Ok(Scalar::Duration(micros(value)?, TimeUnit::Microsecond)),
        };
    }
    if value.is_instance(library.time.bind(py))? {
        let part = |name| -> PyResult<i64> { value.getattr(name)?.extract() };
        let seconds = part("hour")? * 3600 + part("minute")? * 60 + part("second")?;
        return Ok(Scalar::Time((seconds * 1_000_000 + part("microsecond")?) * 1000));
    }
    if value.is_instance(library.decimal.bind(py))? {
        return decimal(value);
    }
    if level >= DEEPEST {
        return Err(Error::invalid(format!("lists and dictionaries more than {DEEPEST} levels deep")).into());
    }
    if let Ok(items) = value.cast::<PyList>() {
        return Ok(Scalar::List(items.iter().map(|item| at_level(&item, level + 1)).collect::<Answer<_>>()?));
    }
    if let Some(interval) = interval(value)? {
        return Ok(interval);
    }
    if let Ok(items) = value.cast::<PyTuple>() {
        let items = items.try_iter()?.map(|item| at_level(&item?, level + 1));
        return Ok(Scalar::List(items.collect::<Answer<_>>()?));
    }
    if let Ok(fields) = value.cast::<PyDict>() {
        let fields = fields.iter().map(|(name, value)| {
            let name: String = name.extract()?;
            Ok((Arc::from(name), at_level(&value, level + 1)?))
        });
        return Ok(Scalar::Struct(fields.collect::<Answer<_>>()?));
    }
    if let Some(items) = rows(value, level)? {
        return Ok(items);
    }
    if let Some(scalar) = numpy(value)? {
        return Ok(scalar);
    }
    Err(Error::type_mismatch(format!("no column holds values like this {}", type_name(value)))
        .value(value.repr()?.to_cow()?)
        .into())
}

/// What has months: intervals here, of pyarrow, pandas and dateutil.
fn interval(value: &Bound<'_, PyAny>) -> Answer<Option<Scalar>> {
    let py = value.py();
    let kinds = ["Interval", "MonthDayNano", "DateOffset", "relativedelta"];
    if !kinds.contains(&type_name(value).as_str()) {
        return Ok(None);
    }
    let parts = PyModule::import(py, "hypostyle._intervals")?.getattr("parts")?.call1((value,))?;
    if parts.is_none() {
        return Ok(None);
    }
    let (months, days, nanoseconds) = parts.extract::<(i32, i32, i64)>().map_err(|_| {
        Error::new(ErrorKind::Arithmetic, "an interval whose parts do not fit").value(value.to_string())
    })?;
    Ok(Some(Scalar::Interval { months, days, nanoseconds }))
}

/// NumPy's arrays, in which pandas holds lists.
fn rows(value: &Bound<'_, PyAny>, level: usize) -> Answer<Option<Scalar>> {
    let py = value.py();
    let (Some(_), Some(dimensions)) = (value.getattr_opt("dtype")?, value.getattr_opt("ndim")?) else {
        return Ok(None);
    };
    if dimensions.extract::<usize>()? == 0 {
        return Ok(None);
    }
    let kind: String = value.getattr("dtype")?.getattr("kind")?.extract()?;
    if matches!(kind.as_str(), "b" | "i" | "u" | "f") {
        return at_level(&value.call_method0(intern!(py, "tolist"))?, level).map(Some);
    }
    let items = value.try_iter()?.map(|item| at_level(&item?, level + 1));
    Ok(Some(Scalar::List(items.collect::<Answer<_>>()?)))
}

/// NumPy's scalars, with the unit of its times.
fn numpy(value: &Bound<'_, PyAny>) -> Answer<Option<Scalar>> {
    let py = value.py();
    let (Some(dtype), Some(_)) = (value.getattr_opt("dtype")?, value.getattr_opt("item")?) else {
        return Ok(None);
    };
    let kind: String = dtype.getattr("kind")?.extract()?;
    if kind == "M" || kind == "m" {
        let name: String = dtype.getattr("name")?.extract()?;
        let unit = match name.split('[').nth(1) {
            Some("s]") => TimeUnit::Second,
            Some("ms]") => TimeUnit::Millisecond,
            Some("us]") => TimeUnit::Microsecond,
            Some("ns]") => TimeUnit::Nanosecond,
            _ => return from_python(&value.call_method0("item")?).map(Some),
        };
        let count: i64 = value.call_method1("astype", ("i8",))?.extract()?;
        return Ok(Some(match (count, kind.as_str()) {
            (i64::MIN, _) => Scalar::Null,
            (count, "M") => Scalar::Timestamp(count, unit, None),
            (count, _) => Scalar::Duration(count, unit),
        }));
    }
    let item = value.call_method0(intern!(py, "item"))?;
    if item.is_instance(&value.get_type())? {
        return Ok(None);
    }
    from_python(&item).map(Some)
}

fn datetime(value: &Bound<'_, PyAny>, library: &Library) -> Answer<Scalar> {
    let py = value.py();
    let zone = value.getattr(intern!(py, "tzinfo"))?;
    let epoch = if zone.is_none() { &library.epoch } else { &library.epoch_utc };
    let zone = match zone.is_none() {
        true => None,
        false => Some(Arc::from(zone_name(value, &zone)?)),
    };
    // pandas' Timestamp counts nanoseconds.
    if let Some(nanos) = value.getattr_opt(intern!(py, "nanosecond"))?
        && nanos.extract::<i64>()? != 0
    {
        let count = value.getattr(intern!(py, "value"))?.extract()?;
        return Ok(Scalar::Timestamp(count, TimeUnit::Nanosecond, zone));
    }
    let count = micros(&value.sub(epoch.bind(py))?)?;
    Ok(Scalar::Timestamp(count, TimeUnit::Microsecond, zone))
}

/// The IANA name of a time zone, or its fixed offset.
fn zone_name(value: &Bound<'_, PyAny>, zone: &Bound<'_, PyAny>) -> Answer<String> {
    for attribute in ["key", "zone"] {
        if let Some(name) = zone.getattr_opt(attribute)?
            && let Ok(name) = name.extract::<String>()
        {
            return Ok(name);
        }
    }
    let minutes = micros(&value.call_method0("utcoffset")?)? / 60_000_000;
    if minutes == 0 {
        return Ok("UTC".into());
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    Ok(format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60))
}

/// The microseconds of a timedelta; the longest ones are beyond 64 bits.
fn micros(delta: &Bound<'_, PyAny>) -> Answer<i64> {
    let py = delta.py();
    let days: i64 = delta.getattr(intern!(py, "days"))?.extract()?;
    let seconds: i64 = delta.getattr(intern!(py, "seconds"))?.extract()?;
    let micros: i64 = delta.getattr(intern!(py, "microseconds"))?.extract()?;
    let whole =
        days.checked_mul(MICROS_PER_DAY).and_then(|days| days.checked_add(seconds * 1_000_000 + micros));
    match whole {
        Some(whole) => Ok(whole),
        None => Err(Error::new(ErrorKind::Arithmetic, "a duration beyond 64 bits of microseconds")
            .value(delta.str()?.to_cow()?)
            .into()),
    }
}

fn decimal(value: &Bound<'_, PyAny>) -> Answer<Scalar> {
    let refuse = |what: &str| -> Answer<Scalar> {
        Err(Error::new(ErrorKind::Cast, what.to_owned()).value(value.str()?.to_cow()?).into())
    };
    let parts = value.call_method0("as_tuple")?;
    if value.call_method0(intern!(value.py(), "is_nan"))?.extract()? {
        // As in pandas such a one is missing.
        return Ok(Scalar::Null);
    }
    let Ok(exponent) = parts.getattr("exponent")?.extract::<i32>() else {
        return refuse("a decimal must be finite");
    };
    let digits: Vec<u8> = parts.getattr("digits")?.extract::<Vec<u32>>()?.iter().map(|d| *d as u8).collect();
    let zeros = usize::try_from(exponent).unwrap_or(0);
    if digits.len() + zeros > 38 || exponent < -38 {
        return refuse("a decimal of more than 38 digits");
    }
    let unscaled = digits.iter().fold(0i128, |sum, digit| sum * 10 + i128::from(*digit));
    let unscaled = unscaled * 10i128.pow(zeros as u32);
    let negative = parts.getattr("sign")?.extract::<u8>()? == 1;
    Ok(Scalar::Decimal(if negative { -unscaled } else { unscaled }, (-exponent).max(0) as i8))
}

/// The Python object of a value.
///
/// # Errors
/// `ValueError` for times finer than microseconds, which Python's classes do not hold.
pub fn to_python<'py>(py: Python<'py>, value: &Scalar) -> PyResult<Bound<'py, PyAny>> {
    let library = library(py)?;
    Ok(match value {
        Scalar::Null => py.None().into_bound(py),
        Scalar::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        Scalar::Int(value) => value.into_pyobject(py)?.into_any(),
        Scalar::UInt(value) => value.into_pyobject(py)?.into_any(),
        Scalar::Float(value) => PyFloat::new(py, *value).into_any(),
        Scalar::String(value) => PyString::new(py, value).into_any(),
        Scalar::Binary(value) => PyBytes::new(py, value).into_any(),
        Scalar::Date(days) => {
            let ordinal = i64::from(*days) + 719_163;
            library.date.bind(py).call_method1("fromordinal", (ordinal,)).map_err(|_| beyond(value))?
        }
        Scalar::Time(nanos) => {
            let delta = delta(py, library, exact_micros(*nanos, TimeUnit::Nanosecond)?)?;
            library.epoch.bind(py).add(delta)?.call_method0("time")?
        }
        Scalar::Duration(count, unit) => {
            delta(py, library, exact_micros(*count, *unit)?).map_err(|_| beyond(value))?
        }
        Scalar::Timestamp(count, unit, zone) => {
            let delta = delta(py, library, exact_micros(*count, *unit)?).map_err(|_| beyond(value))?;
            match zone {
                None => library.epoch.bind(py).add(delta).map_err(|_| beyond(value))?,
                Some(name) => {
                    let instant = library.epoch_utc.bind(py).add(delta).map_err(|_| beyond(value))?;
                    let zone = zone_of(py, library, name)?;
                    instant.call_method1("astimezone", (zone,)).map_err(|_| beyond(value))?
                }
            }
        }
        Scalar::Interval { months, days, nanoseconds } => {
            let class = PyModule::import(py, "hypostyle._intervals")?.getattr("Interval")?;
            class.call1((*months, *days, *nanoseconds))?
        }
        Scalar::Decimal(..) => library.decimal.bind(py).call1((value.to_string(),))?,
        Scalar::List(items) => {
            let items = items.iter().map(|item| to_python(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items)?.into_any()
        }
        Scalar::Struct(fields) => {
            let dict = PyDict::new(py);
            for (name, value) in fields {
                dict.set_item(name.as_ref(), to_python(py, value)?)?;
            }
            dict.into_any()
        }
    })
}

/// The error of a time of other years than Python's classes have.
fn beyond(value: &Scalar) -> PyErr {
    let error = Error::new(ErrorKind::Arithmetic, "a time beyond what Python's datetime holds");
    Raised::Engine(error.value(value.to_string()).hint("use to_numpy(), or astype(str) first")).into()
}

fn exact_micros(count: i64, unit: TimeUnit) -> Answer<i64> {
    let per_second = unit.per_second();
    if per_second <= 1_000_000 {
        let scaled = count.checked_mul(1_000_000 / per_second);
        return scaled.ok_or_else(|| {
            Error::new(ErrorKind::Arithmetic, "a time beyond what Python's datetime holds").into()
        });
    }
    match count % 1000 {
        0 => Ok(count / 1000),
        _ => Err(Error::new(ErrorKind::Cast, "Python's datetime holds no nanoseconds")
            .hint("use to_numpy() or to_pandas(), or cast to timestamp[us] first")
            .into()),
    }
}

fn delta<'py>(py: Python<'py>, library: &Library, micros: i64) -> PyResult<Bound<'py, PyAny>> {
    let (days, rest) = (micros.div_euclid(MICROS_PER_DAY), micros.rem_euclid(MICROS_PER_DAY));
    library.timedelta.bind(py).call1((days, rest / 1_000_000, rest % 1_000_000))
}

fn zone_of<'py>(py: Python<'py>, library: &Library, name: &str) -> PyResult<Bound<'py, PyAny>> {
    if name == "UTC" {
        return Ok(library.utc.bind(py).clone());
    }
    let offset = name.strip_prefix(['+', '-']).and_then(|rest| {
        let digits = rest.replace(':', "");
        let (hours, minutes) = (digits.get(..2)?.parse::<i64>().ok()?, digits.get(2..)?.parse::<i64>().ok()?);
        Some(hours * 60 + minutes)
    });
    match offset {
        Some(minutes) => {
            let minutes = if name.starts_with('-') { -minutes } else { minutes };
            let delta = delta(py, library, minutes * 60_000_000)?;
            PyModule::import(py, "datetime")?.getattr("timezone")?.call1((delta,))
        }
        None => library.zone.bind(py).call1((name,)),
    }
}
