//! Values as text: one writer per column, chosen by its type, that appends the cell of a row.

use crate::data::{Column, DType, TimeUnit, dispatch, strings};
use crate::error::{Error, Result};
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type};

/// Appends the cell of a row.
pub type Cell = Box<dyn Fn(usize, &mut Vec<u8>)>;

/// What text must be quoted, and how.
#[derive(Debug, Clone)]
pub struct Quoting {
    /// The byte around fields.
    pub quote: u8,
    /// The text of null.
    pub null: Vec<u8>,
    special: [bool; 256],
}

impl Quoting {
    /// Quoting for fields between `delimiter`s.
    pub fn new(delimiter: u8, quote: u8, null: &str) -> Self {
        let mut special = [false; 256];
        for byte in [delimiter, quote, b'\n', b'\r'] {
            special[usize::from(byte)] = true;
        }
        Quoting { quote, null: null.as_bytes().to_vec(), special }
    }

    /// Appends text, quoted if it would otherwise read as something else.
    pub fn text(&self, text: &str, out: &mut Vec<u8>) {
        let bytes = text.as_bytes();
        let needed = bytes.is_empty()
            || bytes == self.null.as_slice()
            || bytes.iter().any(|&byte| self.special[usize::from(byte)]);
        if !needed {
            out.extend_from_slice(bytes);
            return;
        }
        out.push(self.quote);
        for &byte in bytes {
            if byte == self.quote {
                out.push(byte);
            }
            out.push(byte);
        }
        out.push(self.quote);
    }
}

/// The writer of a column's cells.
///
/// # Errors
/// `Unsupported` for types that CSV does not hold.
pub fn cells(column: &Column, quoting: &Quoting) -> Result<Cell> {
    let array = column.array();
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    if let Some((codes, values)) = strings::coded(array) {
        return coded(codes.values().to_vec(), values, nulls, quoting);
    }
    let physical = dispatch::physical(array);
    let write: Cell = match column.dtype() {
        DType::Null => Box::new(|_, _| {}),
        DType::Bool => {
            let values = array.as_boolean().values().clone();
            Box::new(move |row, out| {
                out.extend_from_slice(if values.value(row) { b"true" } else { b"false" });
            })
        }
        DType::String => {
            let (values, quoting) = (strings::views(array)?.clone(), quoting.clone());
            Box::new(move |row, out| quoting.text(values.value(row), out))
        }
        DType::Float64 => number::<Float64Type>(array, |value, out| float(value, value.is_finite(), out)),
        DType::Float32 => number::<Float32Type>(array, |value, out| float(value, value.is_finite(), out)),
        DType::Date => number::<Int32Type>(&physical, |days, out| date(i64::from(days), out)),
        DType::Time => number::<Int64Type>(&physical, |nanos, out| clock(nanos, 1_000_000_000, out)),
        DType::Timestamp(unit, zone) => {
            let (unit, zoned) = (*unit, zone.is_some());
            number::<Int64Type>(&physical, move |value, out| timestamp(value, unit, zoned, out))
        }
        DType::Decimal(_, scale) => {
            let scale = *scale;
            number::<Decimal128Type>(array, move |value, out| decimal(value, scale, out))
        }
        whole if whole.is_integer() => dispatch::with_integer!(array.data_type(), T => {
            number::<T>(array, |value, out| {
                out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
            })
        }, _ => return Err(unsupported(whole))),
        other => return Err(unsupported(other)),
    };
    Ok(with_nulls(write, nulls, quoting))
}

fn unsupported(dtype: &DType) -> Error {
    Error::unsupported(format!("CSV holds no {dtype}")).hint("cast the column to string, or write Parquet")
}

fn with_nulls(write: Cell, nulls: Option<NullBuffer>, quoting: &Quoting) -> Cell {
    match nulls {
        None => write,
        Some(nulls) => {
            let null = quoting.null.clone();
            Box::new(move |row, out| match nulls.is_valid(row) {
                true => write(row, out),
                false => out.extend_from_slice(&null),
            })
        }
    }
}

fn number<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    write: impl Fn(T::Native, &mut Vec<u8>) + 'static,
) -> Cell {
    let values = dispatch::primitive::<T>(array).values().clone();
    Box::new(move |row, out| write(values[row], out))
}

/// Each text of the dictionary is quoted once.
fn coded(codes: Vec<u32>, values: &ArrayRef, nulls: Option<NullBuffer>, quoting: &Quoting) -> Result<Cell> {
    let mut texts = Vec::new();
    let mut ends = vec![0usize];
    for text in strings::views(values)? {
        quoting.text(text.unwrap_or(""), &mut texts);
        ends.push(texts.len());
    }
    let write: Cell = Box::new(move |row, out| {
        let code = codes[row] as usize;
        out.extend_from_slice(&texts[ends[code]..ends[code + 1]]);
    });
    Ok(with_nulls(write, nulls, quoting))
}

fn float<F: ryu::Float + PartialOrd + Default>(value: F, finite: bool, out: &mut Vec<u8>) {
    let text: &[u8] = if finite {
        return out.extend_from_slice(ryu::Buffer::new().format_finite(value).as_bytes());
    } else if value > F::default() {
        b"inf"
    } else if value < F::default() {
        b"-inf"
    } else {
        b"NaN"
    };
    out.extend_from_slice(text);
}

/// A number with leading zeros to `width` digits.
fn padded(value: i64, width: usize, out: &mut Vec<u8>) {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(value);
    out.extend(std::iter::repeat_n(b'0', width.saturating_sub(digits.len())));
    out.extend_from_slice(digits.as_bytes());
}

/// `YYYY-MM-DD` (Howard Hinnant's civil_from_days); years beyond four digits carry a sign.
fn date(days: i64, out: &mut Vec<u8>) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    match year {
        0..=9999 => padded(year, 4, out),
        _ => {
            out.push(if year < 0 { b'-' } else { b'+' });
            padded(year.abs(), 4, out);
        }
    }
    out.push(b'-');
    padded(month, 2, out);
    out.push(b'-');
    padded(day, 2, out);
}

/// `HH:MM:SS`, and a fraction of 3, 6 or 9 digits where there is one.
fn clock(of_day: i64, per_second: i64, out: &mut Vec<u8>) {
    let (seconds, fraction) = (of_day / per_second, of_day % per_second);
    padded(seconds / 3600, 2, out);
    out.push(b':');
    padded(seconds / 60 % 60, 2, out);
    out.push(b':');
    padded(seconds % 60, 2, out);
    if fraction == 0 {
        return;
    }
    out.push(b'.');
    let nanos = fraction * (1_000_000_000 / per_second);
    match nanos {
        _ if nanos % 1_000_000 == 0 => padded(nanos / 1_000_000, 3, out),
        _ if nanos % 1_000 == 0 => padded(nanos / 1_000, 6, out),
        _ => padded(nanos, 9, out),
    }
}

/// ISO 8601; instants in UTC with `Z`.
fn timestamp(value: i64, unit: TimeUnit, zoned: bool, out: &mut Vec<u8>) {
    let per_day = 86_400 * unit.per_second();
    date(value.div_euclid(per_day), out);
    out.push(b'T');
    clock(value.rem_euclid(per_day), unit.per_second(), out);
    if zoned {
        out.push(b'Z');
    }
}

fn decimal(value: i128, scale: i8, out: &mut Vec<u8>) {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(value.unsigned_abs());
    if value < 0 {
        out.push(b'-');
    }
    let Ok(scale) = usize::try_from(scale) else {
        out.extend_from_slice(digits.as_bytes());
        out.extend(std::iter::repeat_n(b'0', usize::from(scale.unsigned_abs())));
        return;
    };
    if scale == 0 {
        out.extend_from_slice(digits.as_bytes());
        return;
    }
    let whole = digits.len().saturating_sub(scale);
    out.extend_from_slice(if whole == 0 { b"0" } else { &digits.as_bytes()[..whole] });
    out.push(b'.');
    out.extend(std::iter::repeat_n(b'0', scale.saturating_sub(digits.len())));
    out.extend_from_slice(&digits.as_bytes()[whole..]);
}
