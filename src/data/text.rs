//! Values as text for people: the cells of printed tables.

use crate::data::column::Column;
use crate::data::dtype::{DType, TimeUnit};
use crate::data::scalar::Scalar;
use arrow::array::{Array, ArrayRef, AsArray};

/// Values of a list shown at most.
const ITEMS: usize = 8;

/// Every value as text; floats of one column with the same number of decimals, text on one line.
pub fn cells(column: &[Column]) -> Vec<String> {
    let is_float = column.first().is_some_and(|chunk| chunk.dtype().is_float());
    let scalars = column.iter().flat_map(|chunk| (0..chunk.len()).map(|row| (chunk.array(), row)));
    if is_float {
        let values: Vec<Option<f64>> =
            scalars.map(|(array, row)| Scalar::from_array(array, row).as_f64()).collect();
        return floats(&values);
    }
    scalars.map(|(array, row)| cell(array, row)).collect()
}

fn cell(array: &ArrayRef, row: usize) -> String {
    if let Some(items) = items(array, row)
        && items.len() > ITEMS
    {
        let items = items.slice(0, ITEMS);
        let items: Vec<String> = (0..ITEMS).map(|i| Scalar::from_array(&items, i).to_string()).collect();
        return format!("[{}, …]", items.join(", "));
    }
    match Scalar::from_array(array, row) {
        Scalar::String(text) => one_line(&text),
        Scalar::Duration(value, unit) => duration(value, unit),
        stamp @ Scalar::Timestamp(..) => stamp.to_string().replacen('T', " ", 1),
        other => one_line(&other.to_string()),
    }
}

/// The elements of a list or an array; `None` for null and for other types.
fn items(array: &ArrayRef, row: usize) -> Option<ArrayRef> {
    if array.is_null(row) {
        return None;
    }
    match array.as_fixed_size_list_opt() {
        Some(fixed) => Some(fixed.value(row)),
        None => array.as_list_opt::<i32>().map(|lists| lists.value(row)),
    }
}

/// Text with line breaks and other control characters written as escapes.
pub fn one_line(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    let escaped = |c: char| if c.is_control() { c.escape_default().collect() } else { String::from(c) };
    text.chars().map(escaped).collect()
}

/// Days, hours, minutes, seconds.
fn duration(value: i64, unit: TimeUnit) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let per_second = unit.per_second().unsigned_abs();
    let (seconds, rest) = (value.unsigned_abs() / per_second, value.unsigned_abs() % per_second);
    let days = match seconds / 86_400 {
        0 => String::new(),
        days => format!("{days}d "),
    };
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let digits = per_second.ilog10() as usize;
    let fraction = match rest {
        0 => String::new(),
        rest => format!(".{rest:0digits$}").trim_end_matches('0').to_owned(),
    };
    format!("{sign}{days}{clock}{fraction}")
}

/// Floats with the decimals that the column needs: about six significant digits of each.
fn floats(values: &[Option<f64>]) -> Vec<String> {
    let plain = |value: f64| value.is_finite() && !is_extreme(value);
    let decimals = values.iter().flatten().filter(|value| plain(**value)).map(|value| decimals(*value)).max();
    let decimals = decimals.unwrap_or(1);
    let text = |value: &Option<f64>| match value {
        None => "null".to_owned(),
        Some(value) if plain(*value) => format!("{value:.decimals$}"),
        Some(value) if value.is_finite() => scientific(*value),
        Some(value) => value.to_string(),
    };
    values.iter().map(text).collect()
}

/// Too large or too small for plain decimals.
fn is_extreme(value: f64) -> bool {
    let size = value.abs();
    size >= 1e15 || (size != 0.0 && size < 1e-4)
}

/// Decimals up to the last of about six significant digits that is not 0; at least one.
fn decimals(value: f64) -> usize {
    let size = value.abs();
    let magnitude = if size == 0.0 { 0 } else { size.log10().floor() as i32 };
    let most = (if magnitude >= 0 { 6 - magnitude } else { 5 - magnitude }).clamp(1, 9) as usize;
    let text = format!("{size:.most$}");
    let zeros = text.bytes().rev().take_while(|byte| *byte == b'0').count();
    (most - zeros.min(most)).max(1)
}

fn scientific(value: f64) -> String {
    let shortest = format!("{value:e}");
    if shortest.trim_start_matches('-').find('e').is_some_and(|digits| digits <= 7) {
        return shortest;
    }
    let rounded = format!("{value:.5e}");
    match rounded.split_once('e') {
        Some((digits, power)) => format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.')),
        None => rounded,
    }
}

/// A whole number with commas between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether values stand flush right: numbers and lengths of time.
pub fn is_right_aligned(dtype: &DType) -> bool {
    dtype.is_numeric() || matches!(dtype, DType::Duration(_))
}

/// Columns of a terminal that a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// The text, cut with `…` where it is wider.
pub fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += char_width(c);
        if used > most.saturating_sub(1) {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

/// 0 for marks that join the character before, 2 for East Asian wide characters and pictures, else 1.
fn char_width(c: char) -> usize {
    match c as u32 {
        0..=0x2ff => 1,
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x65f => 0,
        0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x200b..=0x200f | 0x20d0..=0x20ff => 0,
        0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0xe0100..=0xe01ef | 0xfeff => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 => 2,
        0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 => 2,
        0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1f9ff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_of_a_column_share_their_decimals() {
        let show = |values: &[f64]| floats(&values.iter().map(|v| Some(*v)).collect::<Vec<_>>()).join(" ");
        assert_eq!(show(&[2.0, -11.25, 0.0]), "2.00 -11.25 0.00");
        assert_eq!(show(&[1.0, 100.0]), "1.0 100.0");
        assert_eq!(show(&[0.1 + 0.2]), "0.3");
        assert_eq!(show(&[std::f64::consts::PI, 1.0]), "3.141593 1.000000");
        assert_eq!(show(&[123_456_789.123]), "123456789.1");
        assert_eq!(show(&[0.001234567]), "0.00123457");
        assert_eq!(show(&[1e300, 1.5, f64::NAN, f64::NEG_INFINITY]), "1e300 1.5 NaN -inf");
        assert_eq!(show(&[1.0 / 3.0 * 1e-7, 2e22]), "3.33333e-8 2e22");
        assert_eq!(floats(&[None, Some(1.0)]), ["null", "1.0"]);
    }

    #[test]
    fn durations_read_as_clocks() {
        assert_eq!(duration(3_661, TimeUnit::Second), "01:01:01");
        assert_eq!(duration(-90_061_500, TimeUnit::Millisecond), "-1d 01:01:01.5");
        assert_eq!(duration(1, TimeUnit::Nanosecond), "00:00:00.000000001");
    }

    #[test]
    fn widths_and_cuts() {
        assert_eq!((width("abc"), width("東京"), width("e\u{301}")), (3, 4, 1));
        assert_eq!(cut("東京都庁", 5), "東京…");
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(one_line("a\nb\tc"), "a\\nb\\tc");
        assert_eq!(
            (grouped(0), grouped(999), grouped(336_776)),
            ("0".into(), "999".into(), "336,776".into())
        );
    }
}
