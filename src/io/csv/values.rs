//! Values from text, strictly: what does not read completely as the type is `None`.

use crate::data::TimeUnit;
use crate::io::csv::records::Fields;
use crate::kernels::digits;
use crate::kernels::short_integers::integers;

/// A number type that reads from text.
pub trait ParseNumber: Sized {
    /// The number, if the whole text is one.
    fn parse(text: &[u8]) -> Option<Self>;

    /// The number of a field of padded bytes, if it is simple.
    fn simple(bytes: &[u8], start: usize, end: usize) -> Option<Self>;

    /// The numbers of many fields of padded bytes; `other` is asked, by number, start and end, for those that are not
    /// simple.
    fn many(
        _bytes: &[u8],
        fields: Fields<'_>,
        values: &mut Vec<Self>,
        other: &mut impl FnMut(usize, usize, usize) -> Self,
    ) {
        values.extend(fields.iter().enumerate().map(|(field, (start, end))| other(field, start, end)));
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl ParseNumber for $type {
            #[inline]
            fn parse(text: &[u8]) -> Option<Self> {
                signed(text)?.try_into().ok()
            }

            #[inline(always)]
            fn simple(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
                digits::integer(bytes, start, end)?.try_into().ok()
            }
        }
    )*};
}

integers!(i8, i16, i32, u8, u16, u32);

impl ParseNumber for i64 {
    #[inline]
    fn parse(text: &[u8]) -> Option<Self> {
        signed(text)
    }

    #[inline(always)]
    fn simple(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
        digits::integer(bytes, start, end)
    }

    fn many(
        bytes: &[u8],
        fields: Fields<'_>,
        values: &mut Vec<Self>,
        other: &mut impl FnMut(usize, usize, usize) -> Self,
    ) {
        integers(bytes, fields.marks(), values, other);
    }
}

impl ParseNumber for u64 {
    #[inline]
    fn parse(text: &[u8]) -> Option<Self> {
        let digits = text.strip_prefix(b"+").unwrap_or(text);
        if digits.len() <= 18 {
            return small(digits);
        }
        digits
            .iter()
            .try_fold(0u64, |value, byte| value.checked_mul(10)?.checked_add(u64::from(digit(*byte)?)))
    }

    #[inline(always)]
    fn simple(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
        digits::integer(bytes, start, end)?.try_into().ok()
    }
}

impl ParseNumber for f64 {
    #[inline]
    fn parse(text: &[u8]) -> Option<Self> {
        fast_float2::parse(text).ok()
    }

    #[inline(always)]
    fn simple(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
        digits::float(bytes, start, end).or_else(|| long_float(bytes, start, end))
    }
}

/// A float of many digits. It begins with one, so that words are not taken for numbers here.
#[inline]
fn long_float(bytes: &[u8], start: usize, end: usize) -> Option<f64> {
    let digits = if bytes[start] == b'-' { start + 1 } else { start };
    if end - start < 16 || !bytes[digits].is_ascii_digit() {
        return None;
    }
    fast_float2::parse(&bytes[start..end]).ok()
}

impl ParseNumber for f32 {
    fn parse(text: &[u8]) -> Option<Self> {
        fast_float2::parse(text).ok()
    }

    /// Rounding twice, to double and to single, is not rounding once.
    #[inline(always)]
    fn simple(_bytes: &[u8], _start: usize, _end: usize) -> Option<Self> {
        None
    }
}

#[inline]
fn digit(byte: u8) -> Option<u8> {
    let digit = byte.wrapping_sub(b'0');
    (digit <= 9).then_some(digit)
}

/// One to eighteen digits.
#[inline]
fn small(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    let mut value = 0u64;
    for &byte in digits {
        value = value * 10 + u64::from(digit(byte)?);
    }
    Some(value)
}

#[inline]
fn signed(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.len() <= 18 {
        let value = small(digits)? as i64;
        return Some(if negative { -value } else { value });
    }
    digits.iter().try_fold(0i64, |value, byte| {
        let digit = i64::from(digit(*byte)?);
        let value = value.checked_mul(10)?;
        if negative { value.checked_sub(digit) } else { value.checked_add(digit) }
    })
}

/// `true` and `false` in lower, upper or title case.
#[inline]
pub fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"True" | b"TRUE" => Some(true),
        b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

#[inline]
fn two(text: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(digit(text[at])?) * 10 + u32::from(digit(text[at + 1])?))
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
#[inline]
pub fn date(text: &[u8]) -> Option<i32> {
    if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = (two(text, 0)? * 100 + two(text, 2)?) as i32;
    let (month, day) = (two(text, 5)?, two(text, 8)?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    // Years start in March, so that the leap day is the last of its year (Howard Hinnant's days_from_civil).
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month as i32 + 9) % 12) + 2) / 5 + day as i32 - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A point in time as written: nanoseconds may be more than the wanted unit holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Seconds since 1970-01-01, at the place written (offset not yet taken off).
    seconds: i64,
    /// Nanoseconds within the second.
    nanos: u32,
    /// Seconds east of UTC, if an offset or `Z` is written.
    pub offset: Option<i32>,
    /// Digits after the point that matter.
    pub digits: usize,
}

impl Moment {
    /// Since 1970-01-01 in the unit: UTC if an offset is written. `None` if digits would be lost or overflow.
    #[inline]
    pub fn in_unit(&self, unit: TimeUnit) -> Option<i64> {
        let per_second = unit.per_second();
        let step = 1_000_000_000 / per_second;
        let nanos = i64::from(self.nanos);
        if nanos % step != 0 {
            return None;
        }
        let seconds = self.seconds - i64::from(self.offset.unwrap_or(0));
        // The first second of a type begins before what 64 bits count.
        let count = i128::from(seconds) * i128::from(per_second) + i128::from(nanos / step);
        i64::try_from(count).ok()
    }
}

/// `YYYY-MM-DD`, then after `T` or a space `HH:MM`, seconds, a fraction of up to nine digits, and `Z`, `±HH[[:]MM]` or `±HH:MM:SS`.
#[inline]
pub fn moment(text: &[u8]) -> Option<Moment> {
    let days = date(text.get(..10)?)?;
    let mut found = Moment { seconds: i64::from(days) * 86_400, nanos: 0, offset: None, digits: 0 };
    let Some((separator, rest)) = text[10..].split_first() else { return Some(found) };
    if !matches!(separator, b'T' | b' ') {
        return None;
    }
    let zone = rest.iter().position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-')).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(zone);
    let nanos = time(clock)?;
    found.seconds += nanos / 1_000_000_000;
    found.nanos = (nanos % 1_000_000_000) as u32;
    found.digits = match clock.len() {
        0..=9 => 0,
        longer => {
            let fraction = &clock[9..longer];
            fraction.iter().rposition(|&byte| byte != b'0').map_or(0, |last| last + 1)
        }
    };
    if !zone.is_empty() {
        found.offset = Some(offset(zone)?);
    }
    Some(found)
}

fn offset(zone: &[u8]) -> Option<i32> {
    if matches!(zone, b"Z" | b"z") {
        return Some(0);
    }
    let (minutes, seconds) = match zone.len() {
        3 => (0, 0),
        5 => (two(zone, 3)?, 0),
        6 if zone[3] == b':' => (two(zone, 4)?, 0),
        // Before zones were standardised, offsets had seconds.
        9 if zone[3] == b':' && zone[6] == b':' => (two(zone, 4)?, two(zone, 7)?),
        _ => return None,
    };
    let hours = two(zone, 1)?;
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = (hours * 3600 + minutes * 60 + seconds) as i32;
    Some(if zone[0] == b'-' { -seconds } else { seconds })
}

/// Nanoseconds since midnight of `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f`.
#[inline]
pub fn time(text: &[u8]) -> Option<i64> {
    if text.len() < 5 || text[2] != b':' {
        return None;
    }
    let (hours, minutes) = (two(text, 0)?, two(text, 3)?);
    let (mut seconds, mut nanos) = (0, 0i64);
    if text.len() > 5 {
        if text.len() < 8 || text[5] != b':' {
            return None;
        }
        seconds = two(text, 6)?;
        if text.len() > 8 {
            let fraction = &text[9..];
            if !matches!(text[8], b'.' | b',') || !(1..=9).contains(&fraction.len()) {
                return None;
            }
            nanos = small(fraction)? as i64 * 10i64.pow(9 - fraction.len() as u32);
        }
    }
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some(i64::from(hours * 3600 + minutes * 60 + seconds) * 1_000_000_000 + nanos)
}

/// Unscaled digits of a decimal number with at most `scale` digits after the point that matter.
pub fn decimal(text: &[u8], precision: u8, scale: i8) -> Option<i128> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let point = digits.iter().position(|&byte| byte == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, &[][..]),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let scale = usize::try_from(scale).ok()?;
    let mut value = 0i128;
    let padded = fraction.iter().copied().chain(std::iter::repeat(b'0')).take(scale);
    for byte in whole.iter().copied().chain(padded) {
        value = value.checked_mul(10)?.checked_add(i128::from(digit(byte)?))?;
    }
    if fraction.len() > scale && fraction[scale..].iter().any(|&byte| byte != b'0') {
        return None;
    }
    (value < 10i128.pow(u32::from(precision))).then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_strict() {
        assert_eq!(i64::parse(b"-9223372036854775808"), Some(i64::MIN));
        assert_eq!(i64::parse(b"9223372036854775808"), None);
        assert_eq!(u64::parse(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(u64::parse(b"18446744073709551616"), None);
        assert_eq!(i8::parse(b"-129"), None);
        assert_eq!(i64::parse(b"+0007"), Some(7));
        for wrong in ["", "-", "+", "1.0", "1e3", " 1", "1 ", "0x1", "--1"] {
            assert_eq!(i64::parse(wrong.as_bytes()), None, "{wrong:?}");
            assert_eq!(u64::parse(wrong.as_bytes()), None, "{wrong:?}");
        }
    }

    #[test]
    fn floats_round_as_the_standard_library_does() {
        let texts = [
            "0.1",
            "-0.0",
            "1e300",
            "123456789012345",
            "1234567890123456",
            "0.000001",
            ".5",
            "5.",
            "52.634201",
            "1e-5",
            "9007199254740993",
            "-17.25",
            "99999999.9999999",
        ];
        for text in texts {
            let wanted: f64 = text.parse().unwrap();
            assert_eq!(f64::parse(text.as_bytes()).map(f64::to_bits), Some(wanted.to_bits()), "{text}");
        }
        assert_eq!(f64::parse(b"-inf"), Some(f64::NEG_INFINITY));
        assert!(f64::parse(b"NaN").is_some_and(f64::is_nan));
        for wrong in ["", ".", "-", "1.2.3", "1,5", "1 ", "abc"] {
            assert_eq!(f64::parse(wrong.as_bytes()), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_day_of_eight_centuries() {
        let start = chrono::NaiveDate::from_ymd_opt(1600, 1, 1).unwrap();
        let epoch = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        for day in start.iter_days().take(292_194) {
            let wanted = day.signed_duration_since(epoch).num_days() as i32;
            assert_eq!(date(day.to_string().as_bytes()), Some(wanted), "{day}");
        }
        for wrong in
            ["2013-02-29", "2013-13-01", "2013-00-10", "2013-01-00", "2013-1-1", "20130101", "2013/01/01"]
        {
            assert_eq!(date(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn moments_with_fractions_and_offsets() {
        let micros = |text: &str| moment(text.as_bytes()).and_then(|m| m.in_unit(TimeUnit::Microsecond));
        assert_eq!(micros("1970-01-01T00:00:00.000001Z"), Some(1));
        assert_eq!(micros("1970-01-01 01:00:00+01:00"), Some(0));
        assert_eq!(micros("1969-12-31T23:59:59.999999"), Some(-1));
        assert_eq!(micros("1970-01-01T00:00"), Some(0));
        assert_eq!(micros("1970-01-01T00:00:00.0000001"), None);
        assert_eq!(moment(b"2013-01-01T00:00:00.1230").unwrap().digits, 3);
        for wrong in [
            "2013-01-01T24:00:00",
            "2013-01-01T",
            "2013-01-01X00:00",
            "2013-01-01T1:00",
            "2013-01-01T00:00:00+1",
        ] {
            assert_eq!(moment(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal(b"-12.340", 5, 2), Some(-1234));
        assert_eq!(decimal(b"12.345", 5, 2), None);
        assert_eq!(decimal(b"1234", 5, 2), None);
        assert_eq!(decimal(b"5", 5, 2), Some(500));
        assert_eq!(decimal(b".", 5, 2), None);
    }
}
