//! Logical types, their names, and the Arrow type each is held in.

use crate::data::categories::Categories;
use crate::data::schema::Field;
use crate::error::{AllOk, Error, Result};
use arrow::datatypes::{DataType, Field as ArrowField, IntervalUnit, TimeUnit as ArrowUnit};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The unit of a timestamp, duration or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TimeUnit {
    /// Seconds.
    Second,
    /// Milliseconds (1e-3 s).
    Millisecond,
    /// Microseconds (1e-6 s).
    Microsecond,
    /// Nanoseconds (1e-9 s).
    Nanosecond,
}

impl TimeUnit {
    /// How many of this unit make one second.
    pub fn per_second(self) -> i64 {
        match self {
            TimeUnit::Second => 1,
            TimeUnit::Millisecond => 1_000,
            TimeUnit::Microsecond => 1_000_000,
            TimeUnit::Nanosecond => 1_000_000_000,
        }
    }

    /// The short name: `s`, `ms`, `us`, `ns`.
    pub fn name(self) -> &'static str {
        match self {
            TimeUnit::Second => "s",
            TimeUnit::Millisecond => "ms",
            TimeUnit::Microsecond => "us",
            TimeUnit::Nanosecond => "ns",
        }
    }
}

impl From<ArrowUnit> for TimeUnit {
    fn from(unit: ArrowUnit) -> Self {
        match unit {
            ArrowUnit::Second => TimeUnit::Second,
            ArrowUnit::Millisecond => TimeUnit::Millisecond,
            ArrowUnit::Microsecond => TimeUnit::Microsecond,
            ArrowUnit::Nanosecond => TimeUnit::Nanosecond,
        }
    }
}

impl From<TimeUnit> for ArrowUnit {
    fn from(unit: TimeUnit) -> Self {
        match unit {
            TimeUnit::Second => ArrowUnit::Second,
            TimeUnit::Millisecond => ArrowUnit::Millisecond,
            TimeUnit::Microsecond => ArrowUnit::Microsecond,
            TimeUnit::Nanosecond => ArrowUnit::Nanosecond,
        }
    }
}

/// The type of a column as its user sees it.
///
/// Strings are one type here, whether held as views or as codes into a shared dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DType {
    /// Only nulls; takes any type when combined.
    Null,
    /// `true` or `false`.
    Bool,
    /// Signed, 8 bits.
    Int8,
    /// Signed, 16 bits.
    Int16,
    /// Signed, 32 bits.
    Int32,
    /// Signed, 64 bits.
    Int64,
    /// Unsigned, 8 bits.
    UInt8,
    /// Unsigned, 16 bits.
    UInt16,
    /// Unsigned, 32 bits.
    UInt32,
    /// Unsigned, 64 bits.
    UInt64,
    /// IEEE 754 binary32.
    Float32,
    /// IEEE 754 binary64.
    Float64,
    /// Exact decimal of at most 38 digits: digits in all, digits after the point.
    Decimal(u8, i8),
    /// UTF-8 text.
    String,
    /// Bytes.
    Binary,
    /// Days since 1970-01-01.
    Date,
    /// Nanoseconds since midnight.
    Time,
    /// An instant (with a zone) or a wall time (without).
    Timestamp(TimeUnit, Option<Arc<str>>),
    /// A signed length of time.
    Duration(TimeUnit),
    /// Months, days and nanoseconds, which have no fixed relation: equal only part by part, and without an order.
    Interval,
    /// A list of values of one type.
    List(Box<DType>),
    /// As many values of one type in every row: Arrow's fixed-size list.
    Array(Box<DType>, u32),
    /// Named fields.
    Struct(Vec<Field>),
    /// Text that is one of a list of categories. Columns are held as strings: see [`DType::held`].
    Categorical(Categories),
}

/// What categorical columns are held as.
static STRING: DType = DType::String;

impl DType {
    /// The logical type of an Arrow type.
    ///
    /// # Errors
    /// `Unsupported` for Arrow types that have no counterpart (unions).
    pub fn from_arrow(arrow: &DataType) -> Result<DType> {
        Ok(match arrow {
            DataType::Null => DType::Null,
            DataType::Boolean => DType::Bool,
            DataType::Int8 => DType::Int8,
            DataType::Int16 => DType::Int16,
            DataType::Int32 => DType::Int32,
            DataType::Int64 => DType::Int64,
            DataType::UInt8 => DType::UInt8,
            DataType::UInt16 => DType::UInt16,
            DataType::UInt32 => DType::UInt32,
            DataType::UInt64 => DType::UInt64,
            DataType::Float16 | DataType::Float32 => DType::Float32,
            DataType::Float64 => DType::Float64,
            DataType::Decimal32(p, s) | DataType::Decimal64(p, s) | DataType::Decimal128(p, s)
                if (1..=38).contains(p) =>
            {
                DType::Decimal(*p, *s)
            }
            DataType::Decimal256(p, s) if *p <= 38 => DType::Decimal(*p, *s),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DType::String,
            DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_) => DType::Binary,
            DataType::Date32 => DType::Date,
            DataType::Date64 => DType::Timestamp(TimeUnit::Millisecond, None),
            DataType::Time32(_) | DataType::Time64(_) => DType::Time,
            DataType::Timestamp(unit, zone) => DType::Timestamp((*unit).into(), zone.clone()),
            DataType::Duration(unit) => DType::Duration((*unit).into()),
            DataType::Interval(_) => DType::Interval,
            DataType::List(item)
            | DataType::LargeList(item)
            | DataType::ListView(item)
            | DataType::LargeListView(item)
            | DataType::Map(item, _) => DType::List(Box::new(DType::from_arrow(item.data_type())?)),
            DataType::FixedSizeList(item, width) => {
                let width = u32::try_from(*width);
                let width =
                    width.map_err(|_| Error::unsupported(format!("no column type for Arrow's {arrow}")))?;
                DType::Array(Box::new(DType::from_arrow(item.data_type())?), width)
            }
            DataType::Struct(fields) => DType::Struct(
                fields
                    .iter()
                    .map(|field| Ok(Field::new(field.name(), DType::from_arrow(field.data_type())?)))
                    .all_ok()?,
            ),
            DataType::Dictionary(_, values) => DType::from_arrow(values)?,
            DataType::RunEndEncoded(_, values) => DType::from_arrow(values.data_type())?,
            other => {
                return Err(Error::unsupported(format!("no column type for Arrow's {other}"))
                    .hint("cast it to a supported Arrow type first"));
            }
        })
    }

    /// The plain Arrow type a column of this type is held in (strings that are not coded: views).
    pub fn to_arrow(&self) -> DataType {
        match self {
            DType::Null => DataType::Null,
            DType::Bool => DataType::Boolean,
            DType::Int8 => DataType::Int8,
            DType::Int16 => DataType::Int16,
            DType::Int32 => DataType::Int32,
            DType::Int64 => DataType::Int64,
            DType::UInt8 => DataType::UInt8,
            DType::UInt16 => DataType::UInt16,
            DType::UInt32 => DataType::UInt32,
            DType::UInt64 => DataType::UInt64,
            DType::Float32 => DataType::Float32,
            DType::Float64 => DataType::Float64,
            DType::Decimal(precision, scale) => DataType::Decimal128(*precision, *scale),
            DType::String | DType::Categorical(_) => DataType::Utf8View,
            DType::Binary => DataType::BinaryView,
            DType::Date => DataType::Date32,
            DType::Time => DataType::Time64(ArrowUnit::Nanosecond),
            DType::Timestamp(unit, zone) => DataType::Timestamp((*unit).into(), zone.clone()),
            DType::Duration(unit) => DataType::Duration((*unit).into()),
            DType::Interval => DataType::Interval(IntervalUnit::MonthDayNano),
            DType::List(item) => DataType::List(item.as_item()),
            // No width is above what Arrow has: see `DType::array`.
            DType::Array(item, width) => DataType::FixedSizeList(item.as_item(), *width as i32),
            DType::Struct(fields) => DataType::Struct(fields.iter().map(Field::to_arrow).collect()),
        }
    }

    /// The field of Arrow that elements of this type are.
    fn as_item(&self) -> Arc<ArrowField> {
        Arc::new(ArrowField::new("item", self.to_arrow(), true))
    }

    /// Arrays of `width` values of a type.
    ///
    /// # Errors
    /// `InvalidArgument` for a width of 2^31 or more.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::DType;
    /// assert_eq!(DType::array(DType::Float32, 768)?.to_string(), "array[float32, 768]");
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn array(item: DType, width: usize) -> Result<DType> {
        match i32::try_from(width) {
            Ok(width) => Ok(DType::Array(Box::new(item), width.unsigned_abs())),
            Err(_) => Err(Error::invalid(format!("arrays of {width} elements")).hint("the most is 2^31 - 1")),
        }
    }

    /// The type of the elements of a list or an array.
    pub fn item(&self) -> Option<&DType> {
        match self {
            DType::List(item) | DType::Array(item, _) => Some(item),
            _ => None,
        }
    }

    /// The type that columns of this type are held as, and that kernels and operators see: `string` for categoricals.
    pub fn held(&self) -> &DType {
        match self {
            DType::Categorical(_) => &STRING,
            other => other,
        }
    }

    /// The categories, if it is categorical.
    pub fn categories(&self) -> Option<&Categories> {
        match self {
            DType::Categorical(categories) => Some(categories),
            _ => None,
        }
    }

    /// The type whose order is that of this type's values: of a categorical its categories' numbers.
    pub fn by_order(&self) -> DType {
        match self {
            DType::Categorical(_) => DType::UInt32,
            other => other.clone(),
        }
    }

    /// The type with `string` for the categoricals inside lists and structs: only whole columns are categorical.
    pub fn without_inner_categories(self) -> DType {
        let inner = |dtype: DType| dtype.without_inner_categories().held().clone();
        match self {
            DType::List(item) => DType::List(Box::new(inner(*item))),
            DType::Array(item, width) => DType::Array(Box::new(inner(*item)), width),
            DType::Struct(fields) => {
                let fields = fields.into_iter();
                DType::Struct(fields.map(|field| Field::new(&field.name, inner(field.dtype))).collect())
            }
            other => other,
        }
    }

    /// Signed and unsigned integers.
    pub fn is_integer(&self) -> bool {
        self.is_signed() || self.is_unsigned()
    }

    /// Signed integers.
    pub fn is_signed(&self) -> bool {
        matches!(self, DType::Int8 | DType::Int16 | DType::Int32 | DType::Int64)
    }

    /// Unsigned integers.
    pub fn is_unsigned(&self) -> bool {
        matches!(self, DType::UInt8 | DType::UInt16 | DType::UInt32 | DType::UInt64)
    }

    /// Floats of either width.
    pub fn is_float(&self) -> bool {
        matches!(self, DType::Float32 | DType::Float64)
    }

    /// Nanoseconds of one unit of a date, a time, a timestamp or a duration.
    pub fn nanoseconds(&self) -> Option<i64> {
        match self {
            DType::Date => Some(86_400_000_000_000),
            DType::Time => Some(1),
            DType::Timestamp(unit, _) | DType::Duration(unit) => Some(1_000_000_000 / unit.per_second()),
            _ => None,
        }
    }

    /// Integers, floats and decimals.
    pub fn is_numeric(&self) -> bool {
        self.is_integer() || self.is_float() || matches!(self, DType::Decimal(..))
    }

    /// Date, time, timestamp and duration.
    pub fn is_temporal(&self) -> bool {
        matches!(self, DType::Date | DType::Time | DType::Timestamp(..) | DType::Duration(_))
    }

    /// Lists, arrays and structs.
    pub fn is_nested(&self) -> bool {
        matches!(self, DType::List(_) | DType::Array(..) | DType::Struct(_))
    }

    /// Values of several parts, none of which is the value: lists, arrays, structs and intervals.
    pub fn is_composite(&self) -> bool {
        self.is_nested() || *self == DType::Interval
    }

    /// Whether it is a type of intervals, or holds them.
    pub fn has_intervals(&self) -> bool {
        match self {
            DType::List(item) | DType::Array(item, _) => item.has_intervals(),
            DType::Struct(fields) => fields.iter().any(|field| field.dtype.has_intervals()),
            other => *other == DType::Interval,
        }
    }

    /// That values have an order: those of intervals have none, nor has what holds them.
    ///
    /// # Errors
    /// `Type` where they have none.
    pub fn ordered(&self) -> Result<()> {
        if !self.has_intervals() {
            return Ok(());
        }
        let text = "intervals have no order: months are not so many days, and days not so many hours";
        let parts = "interval_months, interval_days or interval_nanoseconds";
        Err(Error::type_mismatch(text).hint(format!("compare with ==, or order by {parts}")))
    }

    /// Bits of one value of an integer type, or `None`.
    pub fn integer_bits(&self) -> Option<u32> {
        match self {
            DType::Int8 | DType::UInt8 => Some(8),
            DType::Int16 | DType::UInt16 => Some(16),
            DType::Int32 | DType::UInt32 => Some(32),
            DType::Int64 | DType::UInt64 => Some(64),
            _ => None,
        }
    }

    /// The type of a name as [`Display`](fmt::Display) writes it (pandas' and Arrow's names are understood too).
    ///
    /// # Errors
    /// `InvalidArgument` for an unknown name.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::DType;
    /// assert_eq!(DType::parse("int64")?, DType::Int64);
    /// assert_eq!(DType::parse("timestamp[us, UTC]")?.to_string(), "timestamp[us, UTC]");
    /// let nested = "struct[a: decimal[9, 2], b: list[array[struct[at: timestamp[us, UTC]], 3]]]";
    /// assert_eq!(DType::parse(nested)?.to_string(), nested);
    /// assert_eq!(DType::parse("struct[]")?.to_string(), "struct[]");
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn parse(name: &str) -> Result<DType> {
        let name = name.trim();
        let simple = match name.to_ascii_lowercase().as_str() {
            "null" => DType::Null,
            "bool" | "boolean" => DType::Bool,
            "int8" | "i8" => DType::Int8,
            "int16" | "i16" => DType::Int16,
            "int32" | "i32" => DType::Int32,
            "int64" | "i64" | "int" => DType::Int64,
            "uint8" | "u8" => DType::UInt8,
            "uint16" | "u16" => DType::UInt16,
            "uint32" | "u32" => DType::UInt32,
            "uint64" | "u64" => DType::UInt64,
            "float32" | "f32" | "float" | "double" | "float64" | "f64" => {
                match name.to_ascii_lowercase().as_str() {
                    "float32" | "f32" => DType::Float32,
                    _ => DType::Float64,
                }
            }
            "string" | "str" | "utf8" | "object" | "varchar" => DType::String,
            "binary" | "bytes" => DType::Binary,
            "date" | "date32" => DType::Date,
            "time" => DType::Time,
            "datetime" | "timestamp" => DType::Timestamp(TimeUnit::Microsecond, None),
            "duration" | "timedelta" => DType::Duration(TimeUnit::Microsecond),
            "interval" | "month_day_nano_interval" => DType::Interval,
            _ => return DType::parse_compound(name),
        };
        Ok(simple)
    }

    fn parse_compound(name: &str) -> Result<DType> {
        let unknown = || {
            Error::invalid(format!("no type {name:?}"))
                .hint("types are bool, int8..int64, uint8..uint64, float32, float64, decimal[p, s], string, binary, date, time, timestamp[unit, zone], duration[unit], interval, list[...], array[..., width], struct[...]")
        };
        let (head, rest) = name.split_once('[').ok_or_else(unknown)?;
        let inner = rest.strip_suffix(']').ok_or_else(unknown)?;
        let mut parts = inner.splitn(2, ',').map(str::trim);
        let first = parts.next().ok_or_else(unknown)?;
        let second = parts.next();
        let unit = || match first {
            "s" => Ok(TimeUnit::Second),
            "ms" => Ok(TimeUnit::Millisecond),
            "us" => Ok(TimeUnit::Microsecond),
            "ns" => Ok(TimeUnit::Nanosecond),
            _ => Err(unknown()),
        };
        match head.trim().to_ascii_lowercase().as_str() {
            "timestamp" | "datetime64" | "datetime" => Ok(DType::Timestamp(unit()?, second.map(Arc::from))),
            "duration" | "timedelta64" | "timedelta" => Ok(DType::Duration(unit()?)),
            "decimal" => {
                let precision = first.parse().map_err(|_| unknown())?;
                let scale = second.unwrap_or("0").parse().map_err(|_| unknown())?;
                if !(1..=38).contains(&precision) || scale > precision as i8 {
                    return Err(unknown());
                }
                Ok(DType::Decimal(precision, scale))
            }
            "list" => Ok(DType::List(Box::new(DType::parse(inner)?))),
            "array" => {
                let (item, width) = inner.rsplit_once(',').ok_or_else(unknown)?;
                DType::array(DType::parse(item)?, width.trim().parse().map_err(|_| unknown())?)
            }
            "struct" if first.is_empty() => Ok(DType::Struct(Vec::new())),
            "struct" => {
                let fields = outside_brackets(inner).into_iter().map(|field| {
                    let (name, dtype) = field.split_once(": ").ok_or_else(unknown)?;
                    Ok(Field::new(name.trim_start(), DType::parse(dtype)?))
                });
                Ok(DType::Struct(fields.collect::<Result<_>>()?))
            }
            _ => Err(unknown()),
        }
    }
}

/// The parts between the commas that stand in no brackets.
fn outside_brackets(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0usize, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DType::Decimal(precision, scale) => write!(f, "decimal[{precision}, {scale}]"),
            DType::Timestamp(unit, None) => write!(f, "timestamp[{}]", unit.name()),
            DType::Timestamp(unit, Some(zone)) => write!(f, "timestamp[{}, {zone}]", unit.name()),
            DType::Duration(unit) => write!(f, "duration[{}]", unit.name()),
            DType::List(item) => write!(f, "list[{item}]"),
            DType::Array(item, width) => write!(f, "array[{item}, {width}]"),
            DType::Categorical(categories) => write!(f, "categorical[{categories}]"),
            DType::Struct(fields) => {
                let fields = fields.iter().map(|field| format!("{}: {}", field.name, field.dtype));
                write!(f, "struct[{}]", fields.collect::<Vec<_>>().join(", "))
            }
            simple => f.write_str(&format!("{simple:?}").to_lowercase()),
        }
    }
}
