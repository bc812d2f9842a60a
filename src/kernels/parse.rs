//! Text to values: strict, whole texts only, no blanks.

use crate::data::dispatch::{array_from, from_words, logical};
use crate::data::{DType, TimeUnit, strings};
use crate::error::{Error, Result};
use crate::kernels::blocks::BLOCK;
use crate::kernels::cast_job::{Cast, CastMode};
use crate::kernels::map::array_of;
use crate::kernels::number::{Whole, limits};
use crate::kernels::zone::Zone;
use crate::kernels::{civil, decimal, parse_span};
use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{
    Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type, IntervalMonthDayNanoType,
};
use std::sync::Arc;

/// Text as another type.
///
/// # Errors
/// `Parse` naming row and text.
pub fn parse(job: &Cast<'_>) -> Result<ArrayRef> {
    let lossy = job.mode == CastMode::Lossy;
    match job.to {
        DType::Bool => {
            let (values, nulls) = each(job, &|text| boolean(text.as_bytes()))?;
            Ok(Arc::new(BooleanArray::new(values.into(), nulls)))
        }
        DType::Float32 => floats::<Float32Type>(job),
        DType::Float64 => floats::<Float64Type>(job),
        DType::Decimal(precision, scale) => {
            let (precision, scale) = (*precision, *scale);
            let (values, nulls) = each(job, &|text| {
                decimal(text.as_bytes(), scale, lossy).filter(|digits| decimal::fits(*digits, precision))
            })?;
            logical(array_of::<Decimal128Type>(values, nulls), job.to)
        }
        DType::Binary => Ok(Arc::new(strings::views(job.array)?.clone().to_binary_view())),
        DType::Date => {
            let (values, nulls) = each(job, &|text| {
                let days = match (date(text), lossy) {
                    (None, true) => wall_time(text)?.seconds.div_euclid(civil::DAY),
                    (days, _) => days?,
                };
                i32::try_from(days).ok()
            })?;
            logical(array_of::<Int32Type>(values, nulls), job.to)
        }
        DType::Time => {
            let (values, nulls) = each(job, &|text| {
                let mut cursor = Cursor(text.as_bytes());
                let (seconds, nanoseconds, exact) = cursor.time()?;
                (cursor.0.is_empty() && (exact || lossy)).then_some(seconds * 1_000_000_000 + nanoseconds)
            })?;
            logical(array_of::<Int64Type>(values, nulls), job.to)
        }
        DType::Timestamp(unit, None) => {
            let (values, nulls) = each(job, &|text| {
                let wall = wall_time(text)?;
                if wall.offset.is_some() { None } else { wall.count(wall.seconds, *unit, lossy) }
            })?;
            logical(array_of::<Int64Type>(values, nulls), job.to)
        }
        DType::Timestamp(unit, Some(zone)) => {
            let zone = Zone::parse(zone)?;
            let (values, nulls) = each(job, &|text| {
                let wall = wall_time(text)?;
                let seconds = match wall.offset {
                    Some(offset) => wall.seconds - i64::from(offset),
                    None => zone.instant_of(wall.seconds).unique()?,
                };
                wall.count(seconds, *unit, lossy)
            })?;
            logical(array_of::<Int64Type>(values, nulls), job.to)
        }
        DType::Duration(unit) => {
            let (values, nulls) = each(job, &|text| parse_span::duration(text, *unit, lossy))?;
            logical(array_of::<Int64Type>(values, nulls), job.to)
        }
        DType::Interval => {
            let (values, nulls) = each(job, &|text| parse_span::interval(text, lossy))?;
            Ok(array_of::<IntervalMonthDayNanoType>(values, nulls))
        }
        to if to.is_integer() => {
            let (least, greatest) = limits(to);
            let (values, nulls) = each(job, &|text| {
                let value = whole(text.as_bytes()).filter(|value| least <= *value && *value <= greatest);
                value.map(|value| value as i64)
            })?;
            let (rows, mut blocks) = (values.len(), values.chunks(BLOCK));
            let values = from_words(to, rows, &mut |words| {
                words.extend_from_slice(blocks.next().unwrap_or_default());
            })?;
            array_from(&to.to_arrow(), rows, values, nulls)
        }
        to => Err(Error::type_mismatch(format!("no conversion from {} to {to}", job.from))),
    }
}

/// Every text that is not null through `f`, and the nulls of the result.
///
/// # Errors
/// `Parse` naming row and text where `f` gives none, unless the mode makes it null.
pub fn each<O: Default>(
    job: &Cast<'_>,
    f: &dyn Fn(&str) -> Option<O>,
) -> Result<(Vec<O>, Option<NullBuffer>)> {
    let texts = strings::views(job.array)?;
    let mut values = Vec::with_capacity(texts.len());
    let mut failed: Vec<usize> = Vec::new();
    for row in 0..texts.len() {
        let value = if texts.is_valid(row) { f(texts.value(row)) } else { Some(O::default()) };
        values.push(match value {
            Some(value) => value,
            None if job.mode == CastMode::Lenient => {
                failed.push(row);
                O::default()
            }
            None => return Err(job.failure(row)),
        });
    }
    let mut nulls = texts.nulls().cloned();
    if !failed.is_empty() {
        let mut fits = vec![true; values.len()];
        failed.into_iter().for_each(|row| fits[row] = false);
        nulls = NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::new(BooleanBuffer::from(fits))));
    }
    Ok((values, nulls))
}

fn floats<P>(job: &Cast<'_>) -> Result<ArrayRef>
where
    P: arrow::array::ArrowPrimitiveType<Native: fast_float2::FastFloat + Default + Into<f64>>,
{
    let (values, nulls) = each(job, &|text| {
        let value = float::<P::Native>(text.as_bytes())?;
        // Digits that are rounded to an infinity do not fit, as those of a wider float do not.
        let fits = !value.into().is_infinite() || text.bytes().all(|byte| !byte.is_ascii_digit());
        (fits || job.mode == CastMode::Lossy).then_some(value)
    })?;
    Ok(array_of::<P>(values, nulls))
}

/// `true` or `false`, capitalised or not, or in capitals.
pub fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"True" | b"TRUE" => Some(true),
        b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

/// The usual forms of a float, `inf`, `infinity` and `nan` in any case, with an optional sign.
pub fn float<F: fast_float2::FastFloat>(text: &[u8]) -> Option<F> {
    fast_float2::parse(text).ok()
}

/// An optional sign and digits.
#[inline]
pub fn integer<T: Whole>(text: &[u8]) -> Option<T> {
    whole(text).filter(|value| T::LEAST <= *value && *value <= T::GREATEST).map(T::narrow)
}

/// An integer of up to 128 bits.
#[inline]
fn whole(text: &[u8]) -> Option<i128> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let size = if digits.len() <= 18 {
        let mut size = 0u64;
        for digit in digits {
            let digit = digit.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            size = size * 10 + u64::from(digit);
        }
        i128::from(size)
    } else {
        digits.iter().try_fold(0i128, |size, digit| {
            let digit = digit.wrapping_sub(b'0');
            let size = size.checked_mul(10)?.checked_add(digit.into())?;
            (digit <= 9).then_some(size)
        })?
    };
    Some(if negative { -size } else { size })
}

/// The least number of as many digits as a decimal can have.
const FULL: i128 = 10i128.pow(decimal::MAX_DIGITS - 1);

/// A sign, digits, a point and digits, an exponent; as the digits of a decimal of this scale. Digits beyond the scale
/// must be zeros, unless they may be rounded away (half to even).
pub fn decimal(text: &[u8], scale: i8, rounded: bool) -> Option<i128> {
    let mut cursor = Cursor(text);
    let negative = cursor.take(b"-");
    if !negative {
        cursor.take(b"+");
    }
    let (mut digits, mut exponent, mut read) = (0i128, 0i64, 0usize);
    // What follows the digits that are kept: the next one, and whether any other is not zero.
    let (mut next, mut more) = (None, false);
    let mut fraction = false;
    loop {
        match cursor.0 {
            [digit @ b'0'..=b'9', ..] => {
                let digit = digit - b'0';
                match digits < FULL {
                    true => {
                        digits = digits * 10 + i128::from(digit);
                        exponent -= i64::from(fraction);
                    }
                    false => {
                        more |= next.is_some() && digit != 0;
                        next = next.or(Some(digit));
                        exponent += i64::from(!fraction);
                    }
                }
                read += 1;
            }
            [b'.', ..] if !fraction => fraction = true,
            _ => break,
        }
        cursor.0 = &cursor.0[1..];
    }
    if read == 0 {
        return None;
    }
    if cursor.take(b"e") || cursor.take(b"E") {
        exponent = exponent.checked_add(integer::<i64>(cursor.0)?)?;
    } else if !cursor.0.is_empty() {
        return None;
    }
    let signed = |digits: i128| if negative { -digits } else { digits };
    let next = next.unwrap_or(0);
    if next > 0 || more {
        // They are part of no decimal, but decide how the others are rounded.
        let half = next.cmp(&5).then(more.cmp(&false));
        let cut = exponent.saturating_neg().checked_sub(scale.into())?;
        return if rounded { decimal::cut(digits, cut, half).map(signed) } else { None };
    }
    let digits = signed(digits);
    match i8::try_from(exponent.saturating_neg()) {
        Ok(own) if rounded => decimal::rescale_rounded(digits, own, scale),
        Ok(own) => decimal::rescale_exact(digits, own, scale),
        Err(_) if digits == 0 || (rounded && exponent < 0) => Some(0),
        Err(_) => None,
    }
}

/// `YYYY-MM-DD` as days since 1970; years beyond 0 to 9999 have a sign.
pub fn date(text: &str) -> Option<i64> {
    let mut cursor = Cursor(text.as_bytes());
    let days = cursor.date()?;
    cursor.0.is_empty().then_some(days)
}

/// A date, and a time of day after `T` or a blank, and perhaps an offset from UTC.
pub struct WallTime {
    /// Seconds since 1970 on the wall clock.
    pub seconds: i64,
    /// Nanoseconds beyond.
    pub nanoseconds: i64,
    /// Whether that was all.
    pub exact: bool,
    /// Seconds by which the clock is ahead of UTC.
    pub offset: Option<i32>,
}

impl WallTime {
    /// The count of a unit, `seconds` being those of the instant; `None` where digits would be lost (unless they may
    /// be) or the count does not fit.
    pub fn count(&self, seconds: i64, unit: TimeUnit, lossy: bool) -> Option<i64> {
        let step = 1_000_000_000 / unit.per_second();
        if !lossy && (!self.exact || self.nanoseconds % step != 0) {
            return None;
        }
        let count = i128::from(seconds) * i128::from(unit.per_second()) + i128::from(self.nanoseconds / step);
        i64::try_from(count).ok()
    }
}

/// A date and a time of day by ISO 8601; the time may be missing.
pub fn wall_time(text: &str) -> Option<WallTime> {
    let mut cursor = Cursor(text.as_bytes());
    let days = cursor.date()?;
    let (mut seconds, mut nanoseconds, mut exact) = (0, 0, true);
    if cursor.take(b"T") || cursor.take(b" ") || cursor.take(b"t") {
        (seconds, nanoseconds, exact) = cursor.time()?;
    }
    let offset = cursor.offset()?;
    // The first day may begin before what can be counted.
    let seconds = i64::try_from(i128::from(days) * i128::from(civil::DAY) + i128::from(seconds)).ok()?;
    cursor.0.is_empty().then_some(WallTime { seconds, nanoseconds, exact, offset })
}

/// The text still to be read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn take(&mut self, text: &[u8]) -> bool {
        match self.0.strip_prefix(text) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn two_digits(&mut self) -> Option<u32> {
        let [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] = self.0 else { return None };
        self.0 = rest;
        Some(u32::from(a - b'0') * 10 + u32::from(b - b'0'))
    }

    fn date(&mut self) -> Option<i64> {
        let negative = self.take(b"-");
        let signed = negative || self.take(b"+");
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(digits == 4 || (signed && (4..=12).contains(&digits))) {
            return None;
        }
        let (year, rest) = self.0.split_at(digits);
        self.0 = rest;
        let year = year.iter().fold(0i64, |year, digit| year * 10 + i64::from(digit - b'0'));
        let year = if negative { -year } else { year };
        let month = self.take(b"-").then(|| self.two_digits())??;
        let day = self.take(b"-").then(|| self.two_digits())??;
        let exists = (1..=12).contains(&month) && day >= 1 && day <= civil::days_in_month(year, month);
        exists.then(|| civil::to_days(year, month, day))
    }

    /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f`: seconds, nanoseconds, and whether no digit was lost.
    fn time(&mut self) -> Option<(i64, i64, bool)> {
        let hour = self.two_digits()?;
        let minute = self.take(b":").then(|| self.two_digits())??;
        let mut second = 0;
        let (mut nanoseconds, mut exact) = (0i64, true);
        if self.take(b":") {
            second = self.two_digits()?;
            if self.take(b".") {
                let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let (fraction, rest) = self.0.split_at(digits);
                let kept = &fraction[..digits.min(9)];
                nanoseconds = kept.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
                nanoseconds *= 10i64.pow(9 - kept.len() as u32);
                exact = fraction[kept.len()..].iter().all(|digit| *digit == b'0');
                self.0 = if digits == 0 { return None } else { rest };
            }
        }
        let valid = hour < 24 && minute < 60 && second < 60;
        valid.then(|| (i64::from(hour * 3_600 + minute * 60 + second), nanoseconds, exact))
    }

    /// `Z`, `+HH`, `+HHMM`, `+HH:MM`, `+HH:MM:SS` (as zones had it before they were standardised) or nothing.
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.take(b"Z") || self.take(b"z") {
            return Some(Some(0));
        }
        let negative = self.take(b"-");
        if !negative && !self.take(b"+") {
            return Some(None);
        }
        let hours = self.two_digits()?;
        let colon = self.take(b":");
        let minutes = if colon || !self.0.is_empty() { self.two_digits()? } else { 0 };
        let seconds = if colon && self.take(b":") { self.two_digits()? } else { 0 };
        if hours >= 24 || minutes >= 60 || seconds >= 60 {
            return None;
        }
        let seconds = (hours * 3_600 + minutes * 60 + seconds) as i32;
        Some(Some(if negative { -seconds } else { seconds }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_signs_and_digits() {
        let good = [
            ("0", 0),
            ("+7", 7),
            ("-0", 0),
            ("-128", -128),
            ("127", 127),
            ("000000000000000000000000001", 1),
        ];
        for (text, value) in good {
            assert_eq!(integer::<i8>(text.as_bytes()), Some(value), "{text}");
        }
        for text in ["", "-", "+", " 1", "1 ", "1.0", "1e3", "128", "-129", "0x1", "１", "--1", "1_000"] {
            assert_eq!(integer::<i8>(text.as_bytes()), None, "{text}");
        }
        assert_eq!(integer::<u64>(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(integer::<u64>(b"18446744073709551616"), None);
        assert_eq!(integer::<i64>(b"-9223372036854775808"), Some(i64::MIN));
        assert_eq!(integer::<i64>(&[b'9'; 60]), None);
    }

    #[test]
    fn decimals_keep_every_digit_or_fail() {
        let exact = [
            ("1.50", 2, 150),
            ("-0.05", 2, -5),
            ("1e2", 1, 1000),
            ("15e-1", 1, 15),
            (".5", 1, 5),
            ("5.", 0, 5),
            ("12345678901234567890123456789012345678", 0, 12345678901234567890123456789012345678),
            ("-99999999999999999999999999999999999999.00", 0, 1 - 10i128.pow(38)),
            ("0.99999999999999999999999999999999999999", 38, 10i128.pow(38) - 1),
            ("1234567890123456789012345678901234567800e-2", 0, 12345678901234567890123456789012345678),
        ];
        for (text, scale, digits) in exact {
            assert_eq!(decimal(text.as_bytes(), scale, false), Some(digits), "{text}");
        }
        for text in ["", ".", "-", "1.5.0", "1e", "nan", "inf", "1.555", "1e40", " 1"] {
            assert_eq!(decimal(text.as_bytes(), 2, false), None, "{text}");
        }
        let rounded =
            [("1.555", 156), ("1.545", 154), ("1.5450000000000000000000000000000000000000000001", 155)];
        for (text, digits) in rounded {
            assert_eq!(decimal(text.as_bytes(), 2, true), Some(digits), "{text}");
        }
        // Where the digits that are left out begin right after those that are kept.
        let digits = "12345678901234567890123456789012345678";
        for (rest, last) in [(".4", 8), (".5", 8), (".50", 8), (".501", 9), (".6", 9), (".49999", 8)] {
            let value = 12345678901234567890123456789012345670 + last;
            assert_eq!(decimal(format!("{digits}{rest}").as_bytes(), 0, true), Some(value), "{rest}");
            assert_eq!(decimal(format!("-{digits}{rest}").as_bytes(), 0, true), Some(-value), "{rest}");
            assert_eq!(decimal(format!("{digits}{rest}").as_bytes(), 0, false), None, "{rest}");
            assert_eq!(decimal(format!("{digits}{rest}").as_bytes(), 1, true), None, "{rest}");
        }
        let half = format!("1{}5{}1", "0".repeat(36), "0".repeat(20));
        assert_eq!(decimal(format!("{half}e-21").as_bytes(), -1, true), Some(10i128.pow(36) + 1));
        assert_eq!(decimal(b"1e-400", 2, true), Some(0));
        assert_eq!(decimal(b"1e-400", 2, false), None);
    }

    #[test]
    fn dates_and_times_are_iso() {
        assert_eq!(date("2024-02-29"), Some(19_782));
        for text in
            ["2023-02-29", "2024-13-01", "2024-1-1", "24-01-01", "2024-01-01 ", "20240101", "2024-00-10", ""]
        {
            assert_eq!(date(text), None, "{text}");
        }
        let at = |text: &str| wall_time(text).map(|wall| (wall.seconds, wall.nanoseconds, wall.offset));
        assert_eq!(at("1970-01-02T03:04:05.25"), Some((97_445, 250_000_000, None)));
        assert_eq!(at("1970-01-01 00:01"), Some((60, 0, None)));
        assert_eq!(at("1970-01-01"), Some((0, 0, None)));
        assert_eq!(at("1970-01-01T00:00:00Z"), Some((0, 0, Some(0))));
        assert_eq!(at("1970-01-01T00:00:00-05:30"), Some((0, 0, Some(-19_800))));
        assert_eq!(at("1970-01-01T00:00:00+00:53:28"), Some((0, 0, Some(3_208))));
        assert_eq!(at("1970-01-01T00:00:00-04:56:02"), Some((0, 0, Some(-17_762))));
        for offset in ["+00:53:60", "+00:53:2", "+00:53:", "+0053:28", "+00:53:28:01"] {
            assert_eq!(at(&format!("1970-01-01T00:00:00{offset}")), None, "{offset}");
        }
        for text in
            ["1970-01-01T", "1970-01-01T24:00", "1970-01-01T00:60", "1970-01-01T00:00:00.", "1970-01-01T00"]
        {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
