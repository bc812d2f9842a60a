//! Values as text, column by column: one writer per column, chosen by its type, that appends its cells to lines.

use crate::data::{Column, DType, TimeUnit, dispatch, strings};
use crate::error::{Error, Result};
use crate::io::csv::lines::Lines;
use crate::io::csv::quoting::{Quoting, Texts};
use crate::kernels::number::Whole;
use crate::kernels::write_number::{self, Slot};
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, StringViewArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type};
use std::ops::Range;
use std::sync::Arc;

/// A column to be written.
pub trait Cells {
    /// How many bytes a cell of these rows takes at most.
    fn width(&self, rows: Range<usize>) -> usize;

    /// Appends the cells of these rows to the lines, one after the other.
    fn write(&self, rows: Range<usize>, lines: &mut Lines);
}

/// Rows that are null, and the text of null.
struct Nulls {
    rows: Option<NullBuffer>,
    text: Vec<u8>,
}

impl Nulls {
    #[inline(always)]
    fn is_null(&self, row: usize) -> bool {
        self.rows.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// The width of cells that may be null.
    fn width(&self, width: usize) -> usize {
        if self.rows.is_some() { width.max(self.text.len()) } else { width }
    }
}

/// The writer of a column's cells; `quoted` has the quoted texts of a dictionary, if they are worth it.
///
/// # Errors
/// `Unsupported` for types that CSV does not hold.
pub fn cells(
    column: &Column,
    quoting: &Quoting,
    quoted: impl FnOnce(&ArrayRef) -> Result<Option<Arc<Texts>>>,
) -> Result<Box<dyn Cells>> {
    let array = column.array();
    let rows = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    let nulls = Nulls { rows, text: quoting.null.clone() };
    if let Some((codes, values)) = strings::coded(array) {
        return Ok(match quoted(values)? {
            Some(texts) => Box::new(Coded { codes: codes.values().clone(), texts, nulls }),
            None => text(&strings::decode(array)?, nulls, quoting)?,
        });
    }
    let physical = dispatch::physical(array);
    Ok(match column.dtype() {
        DType::Null => fixed(0, nulls, |_, _| 0),
        DType::Bool => {
            let values = array.as_boolean().values().clone();
            fixed(5, nulls, move |row, slot| {
                let text = if values.value(row) { b"true\0" } else { b"false" };
                if let Some(five) = slot.first_chunk_mut() {
                    *five = *text;
                }
                5 - usize::from(values.value(row))
            })
        }
        DType::String => text(array, nulls, quoting)?,
        DType::Float64 => number::<Float64Type>(array, 24, nulls, |value, slot| {
            write_number::short_float(value, slot).unwrap_or_else(|| float(value, value.is_finite(), slot))
        }),
        DType::Float32 => {
            number::<Float32Type>(array, 16, nulls, |value, slot| float(value, value.is_finite(), slot))
        }
        DType::Date => {
            number::<Int32Type>(&physical, 18, nulls, |days, slot| write_number::date(i64::from(days), slot))
        }
        DType::Time => number::<Int64Type>(&physical, 26, nulls, |nanos, slot| {
            write_number::clock(nanos, 1_000_000_000, slot, 0)
        }),
        DType::Timestamp(unit, zone) => {
            let (unit, zoned, between) = (*unit, zone.is_some(), quoting.between);
            number::<Int64Type>(&physical, 46, nulls, move |value, slot| {
                timestamp(value, unit, (between, zoned), slot)
            })
        }
        DType::Decimal(_, scale) => {
            let (scale, values) = (*scale, dispatch::primitive::<Decimal128Type>(array).values().clone());
            Box::new(Decimals { values, scale, nulls })
        }
        whole if whole.is_integer() => dispatch::with_integer!(array.data_type(), T => {
            number::<T>(array, 20, nulls, |value, slot| match i64::try_from(value.wide()) {
                Ok(value) => write_number::signed(value, slot),
                Err(_) => write_number::unsigned(value.wide() as u64, slot, 0),
            })
        }, _ => return Err(unsupported(whole))),
        other => return Err(unsupported(other)),
    })
}

fn unsupported(dtype: &DType) -> Error {
    Error::unsupported(format!("CSV holds no {dtype}")).hint("cast the column to string, or write Parquet")
}

/// Cells of bounded width.
struct Fixed<F> {
    cell: F,
    width: usize,
    nulls: Nulls,
}

fn fixed(width: usize, nulls: Nulls, cell: impl Fn(usize, &mut Slot) -> usize + 'static) -> Box<dyn Cells> {
    Box::new(Fixed { cell, width, nulls })
}

fn number<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    width: usize,
    nulls: Nulls,
    write: impl Fn(T::Native, &mut Slot) -> usize + 'static,
) -> Box<dyn Cells> {
    let values = dispatch::primitive::<T>(array).values().clone();
    fixed(width, nulls, move |row, slot| write(values[row], slot))
}

impl<F: Fn(usize, &mut Slot) -> usize> Cells for Fixed<F> {
    fn width(&self, _rows: Range<usize>) -> usize {
        self.nulls.width(self.width)
    }

    fn write(&self, rows: Range<usize>, lines: &mut Lines) {
        if self.nulls.rows.is_none() {
            return lines.slots(rows, &self.cell);
        }
        for (line, row) in rows.enumerate() {
            match self.nulls.is_null(row) {
                true => lines.put(line, &self.nulls.text),
                false => lines.slot(line, |slot| (self.cell)(row, slot)),
            }
        }
    }
}

/// Texts that repeat.
struct Coded {
    codes: ScalarBuffer<u32>,
    texts: Arc<Texts>,
    nulls: Nulls,
}

/// Dictionaries whose texts are no longer than this are not looked at again for the longest of some rows.
const SHORT: usize = 64;

impl Cells for Coded {
    fn width(&self, rows: Range<usize>) -> usize {
        let longest = self.texts.longest();
        if longest <= SHORT {
            return self.nulls.width(longest);
        }
        let widths = rows.filter(|row| !self.nulls.is_null(*row)).map(|row| {
            let (start, end) = self.texts.range(self.codes[row]);
            end - start
        });
        self.nulls.width(widths.max().unwrap_or(0))
    }

    fn write(&self, rows: Range<usize>, lines: &mut Lines) {
        let bytes = self.texts.bytes();
        for (line, row) in rows.enumerate() {
            if self.nulls.is_null(row) {
                lines.put(line, &self.nulls.text);
                continue;
            }
            let (start, end) = self.texts.range(self.codes[row]);
            match bytes[start..].first_chunk::<16>() {
                Some(text) if end - start <= 16 => lines.put_short(line, text, end - start),
                _ => lines.put(line, &bytes[start..end]),
            }
        }
    }
}

/// Texts.
struct Text {
    values: StringViewArray,
    quoting: Quoting,
    nulls: Nulls,
}

fn text(array: &ArrayRef, nulls: Nulls, quoting: &Quoting) -> Result<Box<dyn Cells>> {
    Ok(Box::new(Text { values: strings::views(array)?.clone(), quoting: quoting.clone(), nulls }))
}

impl Cells for Text {
    fn width(&self, rows: Range<usize>) -> usize {
        let widths = rows.filter(|row| !self.nulls.is_null(*row)).map(|row| {
            let length = self.values.views()[row] as u32 as usize;
            if length < SHORT {
                2 * length + 2
            } else {
                self.quoting.width(self.values.value(row).as_bytes())
            }
        });
        self.nulls.width(widths.max().unwrap_or(0))
    }

    fn write(&self, rows: Range<usize>, lines: &mut Lines) {
        let (null, mut quoted) = (self.quoting.null.len(), Vec::new());
        for (line, row) in rows.enumerate() {
            if self.nulls.is_null(row) {
                lines.put(line, &self.nulls.text);
                continue;
            }
            let view = self.values.views()[row];
            let length = view as u32 as usize;
            // Short text lies in its view, after the length.
            let (low, high) = ((view >> 32) as u64, (view >> 96) as u64);
            if (1..=12).contains(&length)
                && length != null
                && !self.quoting.in_word(low)
                && !self.quoting.in_word(high)
            {
                lines.put_short(line, &(view >> 32).to_le_bytes(), length);
                continue;
            }
            let text = self.values.value(row);
            if self.quoting.needed(text.as_bytes()) {
                quoted.clear();
                self.quoting.text(text, &mut quoted);
                lines.put(line, &quoted);
            } else {
                lines.put(line, text.as_bytes());
            }
        }
    }
}

/// Decimals, which may have many digits.
struct Decimals {
    values: ScalarBuffer<i128>,
    scale: i8,
    nulls: Nulls,
}

impl Cells for Decimals {
    fn width(&self, _rows: Range<usize>) -> usize {
        // A minus, the digits, a zero and a point, and as many zeros as the scale asks for.
        self.nulls.width(42 + usize::from(self.scale.unsigned_abs()))
    }

    fn write(&self, rows: Range<usize>, lines: &mut Lines) {
        let mut text = Vec::new();
        for (line, row) in rows.enumerate() {
            if self.nulls.is_null(row) {
                lines.put(line, &self.nulls.text);
                continue;
            }
            text.clear();
            decimal(self.values[row], self.scale, &mut text);
            lines.put(line, &text);
        }
    }
}

#[inline(never)]
fn float<F: ryu::Float + PartialOrd + Default>(value: F, finite: bool, slot: &mut Slot) -> usize {
    let mut buffer = ryu::Buffer::new();
    let text = if finite {
        buffer.format_finite(value)
    } else if value > F::default() {
        "inf"
    } else if value < F::default() {
        "-inf"
    } else {
        "NaN"
    };
    slot[..text.len()].copy_from_slice(text.as_bytes());
    text.len()
}

/// ISO 8601; instants in UTC with `Z`.
fn timestamp(value: i64, unit: TimeUnit, (between, zoned): (u8, bool), slot: &mut Slot) -> usize {
    let per_day = 86_400 * unit.per_second();
    let at = write_number::date(value.div_euclid(per_day), slot);
    slot[at] = between;
    let end = write_number::clock(value.rem_euclid(per_day), unit.per_second(), slot, at + 1);
    slot[end] = b'Z';
    end + usize::from(zoned)
}

fn decimal(value: i128, scale: i8, out: &mut Vec<u8>) {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(value.unsigned_abs());
    if value < 0 {
        out.push(b'-');
    }
    let Ok(scale) = usize::try_from(scale) else {
        out.extend_from_slice(digits.as_bytes());
        let zeros = if value == 0 { 0 } else { scale.unsigned_abs().into() };
        out.extend(std::iter::repeat_n(b'0', zeros));
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
