//! Values to text: numbers as the shortest text that reads back to them, times as ISO 8601.

use crate::data::dispatch::{physical, primitive, with_integer};
use crate::data::{DType, TimeUnit, duration, interval};
use crate::error::Result;
use crate::kernels::civil;
use crate::kernels::map::is_valid;
use crate::kernels::views::ViewWriter;
use crate::kernels::zone::Zone;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::datatypes::{
    Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type, IntervalMonthDayNanoType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use std::fmt::Write;

/// Every value as text.
///
/// # Errors
/// `InvalidArgument` for an unknown time zone; `Unsupported` for a text beyond 2 GiB.
pub fn to_text(array: &ArrayRef) -> Result<ArrayRef> {
    match DType::from_arrow(array.data_type())? {
        DType::Bool => {
            let values = array.as_boolean();
            write_rows(array, |row, block| block.push_str(if values.value(row) { "true" } else { "false" }))
        }
        DType::Float32 => {
            let mut buffer = ryu::Buffer::new();
            write_values::<Float32Type>(array, |value, block| block.push_str(buffer.format(value)))
        }
        DType::Float64 => {
            let mut buffer = ryu::Buffer::new();
            write_values::<Float64Type>(array, |value, block| block.push_str(buffer.format(value)))
        }
        DType::Decimal(_, scale) => {
            write_values::<Decimal128Type>(array, |digits, block| decimal(digits, scale, block))
        }
        DType::Date => write_values::<Int32Type>(&physical(array), |days, block| date(days.into(), block)),
        DType::Time => write_values::<Int64Type>(&physical(array), |time, block| {
            time_of_day(time.div_euclid(1_000_000_000), time.rem_euclid(1_000_000_000), block);
        }),
        DType::Interval => write_values::<IntervalMonthDayNanoType>(array, |value, block| {
            block.push_str(&interval::text(value.months, value.days, value.nanoseconds));
        }),
        DType::Timestamp(unit, zone) => {
            let zone = zone.map(|zone| Zone::parse(&zone)).transpose()?;
            write_values::<Int64Type>(&physical(array), |count, block| {
                timestamp(count, unit, zone.as_ref(), block);
            })
        }
        DType::Duration(unit) => write_values::<Int64Type>(&physical(array), |count, block| {
            // Writing to a string does not fail.
            let _ = duration::write_iso(count, unit, block);
        }),
        DType::List(_) | DType::Array(..) => lists(array),
        DType::Struct(_) => structs(array),
        _ => with_integer!(array.data_type(), T => {
            let mut buffer = itoa::Buffer::new();
            write_values::<T>(array, |value, block| block.push_str(buffer.format(value)))
        }, _ => {
            let formatter = ArrayFormatter::try_new(array.as_ref(), &FormatOptions::new().with_null("null"))?;
            write_rows(array, |row, block| {
                // Writing to a string does not fail.
                let _ = write!(block, "{}", formatter.value(row));
            })
        }),
    }
}

/// Lists as `[1, null]`.
fn lists(array: &ArrayRef) -> Result<ArrayRef> {
    let (values, fixed) = match array.as_fixed_size_list_opt() {
        Some(fixed) => (fixed.values(), fixed.value_length() as usize),
        None => (array.as_list::<i32>().values(), 0),
    };
    let texts = to_text(values)?;
    let texts = texts.as_string_view();
    let offsets = array.as_list_opt::<i32>().map(|lists| lists.value_offsets());
    write_rows(array, |row, block| {
        let items = match offsets {
            Some(offsets) => offsets[row] as usize..offsets[row + 1] as usize,
            None => row * fixed..(row + 1) * fixed,
        };
        block.push('[');
        for (place, item) in items.enumerate() {
            block.push_str(if place > 0 { ", " } else { "" });
            block.push_str(if texts.is_null(item) { "null" } else { texts.value(item) });
        }
        block.push(']');
    })
}

/// Structs as `{a: 1, b: null}`.
fn structs(array: &ArrayRef) -> Result<ArrayRef> {
    let own = array.as_struct();
    let texts: Vec<ArrayRef> = own.columns().iter().map(to_text).collect::<Result<_>>()?;
    write_rows(array, |row, block| {
        block.push('{');
        for (place, (field, text)) in own.fields().iter().zip(&texts).enumerate() {
            let text = text.as_string_view();
            block.push_str(if place > 0 { ", " } else { "" });
            block.push_str(field.name());
            block.push_str(": ");
            block.push_str(if text.is_null(row) { "null" } else { text.value(row) });
        }
        block.push('}');
    })
}

fn write_rows(array: &ArrayRef, mut f: impl FnMut(usize, &mut String)) -> Result<ArrayRef> {
    let nulls = array.logical_nulls();
    let mut writer = ViewWriter::with_capacity(array.len(), 0);
    for row in 0..array.len() {
        match is_valid(nulls.as_ref(), row) {
            true => writer.write(|block| f(row, block)),
            false => writer.skip(),
        }
    }
    writer.finish(nulls)
}

fn write_values<P: ArrowPrimitiveType>(
    array: &ArrayRef,
    mut f: impl FnMut(P::Native, &mut String),
) -> Result<ArrayRef> {
    let values = primitive::<P>(array).values();
    write_rows(array, |row, block| f(values[row], block))
}

/// Digits with a point before the last `scale` of them.
pub fn decimal(digits: i128, scale: i8, block: &mut String) {
    if digits < 0 {
        block.push('-');
    }
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(digits.unsigned_abs());
    let places = usize::from(scale.max(0).unsigned_abs());
    if text.len() <= places {
        block.push_str("0.");
        block.extend(std::iter::repeat_n('0', places - text.len()));
        block.push_str(text);
    } else {
        let (whole, fraction) = text.split_at(text.len() - places);
        block.push_str(whole);
        if scale < 0 && digits != 0 {
            block.extend(std::iter::repeat_n('0', scale.unsigned_abs().into()));
        }
        if places > 0 {
            block.push('.');
            block.push_str(fraction);
        }
    }
}

/// `YYYY-MM-DD`; years beyond 0 to 9999 with a sign.
pub fn date(days: i64, block: &mut String) {
    let (year, month, day) = civil::from_days(days);
    // Writing to a string does not fail.
    let _ = match (0..=9_999).contains(&year) {
        true => write!(block, "{year:04}-{month:02}-{day:02}"),
        false => write!(block, "{year:+05}-{month:02}-{day:02}"),
    };
}

/// `HH:MM:SS` and as many digits of the second (3, 6 or 9) as are not zero.
pub fn time_of_day(seconds: i64, nanoseconds: i64, block: &mut String) {
    let _ = write!(block, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let _ = match nanoseconds {
        0 => Ok(()),
        n if n % 1_000_000 == 0 => write!(block, ".{:03}", n / 1_000_000),
        n if n % 1_000 == 0 => write!(block, ".{:06}", n / 1_000),
        n => write!(block, ".{n:09}"),
    };
}

/// Date, `T`, time; an instant as its wall time and offset from UTC.
pub fn timestamp(count: i64, unit: TimeUnit, zone: Option<&Zone>, block: &mut String) {
    let (seconds, rest) = (count.div_euclid(unit.per_second()), count.rem_euclid(unit.per_second()));
    let offset = zone.map(|zone| zone.offset_at(seconds));
    let wall = seconds.saturating_add(offset.unwrap_or(0).into());
    date(wall.div_euclid(civil::DAY), block);
    block.push('T');
    time_of_day(wall.rem_euclid(civil::DAY), rest * (1_000_000_000 / unit.per_second()), block);
    let _ = match offset {
        None => Ok(()),
        Some(0) => write!(block, "Z"),
        Some(offset) => {
            let (sign, size) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
            let _ = write!(block, "{sign}{:02}:{:02}", size / 3_600, size / 60 % 60);
            // Before zones were standardised, offsets had seconds.
            if size % 60 != 0 { write!(block, ":{:02}", size % 60) } else { Ok(()) }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(f: impl FnOnce(&mut String)) -> String {
        let mut text = String::new();
        f(&mut text);
        text
    }

    #[test]
    fn decimals_show_their_scale() {
        let cases = [
            (0, 2, "0.00"),
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (1234, 2, "12.34"),
            (12, 0, "12"),
            (12, -2, "1200"),
        ];
        for (digits, scale, expected) in cases {
            assert_eq!(text(|block| decimal(digits, scale, block)), expected);
        }
        assert_eq!(text(|block| decimal(0, -2, block)), "0");
    }

    #[test]
    fn times_are_iso() {
        assert_eq!(text(|block| date(-719_528, block)), "0000-01-01");
        assert_eq!(text(|block| date(-719_529, block)), "-0001-12-31");
        assert_eq!(text(|block| date(3_000_000, block)), "+10183-09-21");
        let at = |count, unit| text(|block| timestamp(count, unit, None, block));
        assert_eq!(at(-1, TimeUnit::Millisecond), "1969-12-31T23:59:59.999");
        assert_eq!(at(1_000_001, TimeUnit::Nanosecond), "1970-01-01T00:00:00.001000001");
        let oslo = Zone::parse("Europe/Oslo").unwrap();
        let zoned = text(|block| timestamp(1_720_000_000, TimeUnit::Second, Some(&oslo), block));
        assert_eq!(zoned, "2024-07-03T11:46:40+02:00");
        assert!(!at(i64::MIN, TimeUnit::Second).is_empty() && !at(i64::MAX, TimeUnit::Second).is_empty());
    }

    #[test]
    fn nested_values_are_written_as_their_parts_are() {
        use arrow::array::{Date32Array, DurationSecondArray, Int64Array, ListArray, StructArray};
        use arrow::datatypes::{DataType, Field, Int64Type as Whole};
        use std::sync::Arc;

        let texts = |array: ArrayRef| {
            let texts = to_text(&array).unwrap();
            texts.as_string_view().iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
        };
        let lists = ListArray::from_iter_primitive::<Whole, _, _>([
            Some(vec![Some(1), None]),
            None,
            Some(Vec::new()),
            Some(vec![Some(-3)]),
        ]);
        let lists: ArrayRef = Arc::new(lists);
        let formatter =
            ArrayFormatter::try_new(lists.as_ref(), &FormatOptions::new().with_null("null")).unwrap();
        for (row, text) in texts(lists.clone()).into_iter().enumerate().filter(|(row, _)| *row != 1) {
            assert_eq!(text.unwrap(), formatter.value(row).to_string());
        }
        assert_eq!(texts(lists.slice(2, 2)), [Some("[]".to_owned()), Some("[-3]".to_owned())]);
        let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(i32::MAX), None]));
        let long: ArrayRef = Arc::new(DurationSecondArray::from(vec![i64::MAX, 0]));
        let fields = vec![
            (Arc::new(Field::new("d", DataType::Date32, true)), days),
            (Arc::new(Field::new("long", long.data_type().clone(), true)), long),
            (
                Arc::new(Field::new("i", DataType::Int64, true)),
                Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef,
            ),
        ];
        assert_eq!(
            texts(Arc::new(StructArray::from(fields))),
            [
                Some("{d: +5881580-07-11, long: PT9223372036854775807S, i: 1}".to_owned()),
                Some("{d: null, long: P0D, i: null}".to_owned())
            ]
        );
    }
}
