//! Text to intervals and durations: numbers and units, a clock, or the form of ISO 8601.

use crate::data::TimeUnit;
use arrow::datatypes::IntervalMonthDayNano;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// Parts of a text: they have no fixed relation until a type says so.
#[derive(Default)]
struct Parts {
    months: i128,
    days: i128,
    /// Nanoseconds of parts of a day that the text had as a fraction of days or weeks.
    of_days: i128,
    nanoseconds: i128,
    /// Whether no digit was lost.
    exact: bool,
}

/// The interval of a text such as `1 year 2 months -3 days 04:05:06.5` (as casting to text writes it) or
/// `P1Y2M-3DT4H5M6.5S`. Nothing of a part is carried over to another: there is no half month or day. Digits beyond
/// nanoseconds are dropped if they may be.
pub fn interval(text: &str, lossy: bool) -> Option<IntervalMonthDayNano> {
    let parts = parts(text).filter(|parts| parts.of_days == 0 && (parts.exact || lossy))?;
    Some(IntervalMonthDayNano {
        months: parts.months.try_into().ok()?,
        days: parts.days.try_into().ok()?,
        nanoseconds: parts.nanoseconds.try_into().ok()?,
    })
}

/// The count of a unit in a text such as `1 day 02:00:00`, `1h30m` or `PT5400S`; a day has 24 hours, months have no length.
/// Digits beyond the unit are dropped, toward zero, if they may be.
pub fn duration(text: &str, unit: TimeUnit, lossy: bool) -> Option<i64> {
    let parts = parts(text).filter(|parts| parts.months == 0 && (parts.exact || lossy))?;
    let total = parts.days.checked_mul(DAY)?.checked_add(parts.of_days)?.checked_add(parts.nanoseconds)?;
    let step = SECOND / i128::from(unit.per_second());
    (lossy || total % step == 0).then(|| i64::try_from(total / step).ok())?
}

fn parts(text: &str) -> Option<Parts> {
    let (negative, unsigned) = signed(text);
    let mut parts = match unsigned.strip_prefix('P') {
        Some(designators) => iso(designators)?,
        None => return words(text),
    };
    if negative {
        parts.months = -parts.months;
        parts.days = -parts.days;
        parts.of_days = -parts.of_days;
        parts.nanoseconds = -parts.nanoseconds;
    }
    Some(parts)
}

/// What follows the `P`: units from large to small, each at most once.
fn iso(mut rest: &str) -> Option<Parts> {
    let mut parts = Parts { exact: true, ..Parts::default() };
    let (mut units, mut any): (&[(char, &str)], bool) =
        (&[('Y', "year"), ('M', "month"), ('W', "week"), ('D', "day")], false);
    let mut clock = false;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T').filter(|_| !clock) {
            (rest, any, clock) = (after, false, true);
            units = &[('H', "hour"), ('M', "minute"), ('S', "second")];
            continue;
        }
        let (number, after) = Number::read(rest)?;
        let letter = after.chars().next()?;
        let place = units.iter().position(|(own, _)| *own == letter)?;
        parts.add(&number, units[place].1)?;
        (units, rest, any) = (&units[place + 1..], &after[1..], true);
    }
    any.then_some(parts)
}

/// Numbers with units, and a clock; one blank at most between them.
fn words(mut rest: &str) -> Option<Parts> {
    let mut parts = Parts { exact: true, ..Parts::default() };
    loop {
        let (number, after) = Number::read(rest)?;
        rest = match after.strip_prefix(':') {
            Some(after) => parts.clock(&number, after)?,
            None => {
                let after = after.strip_prefix(' ').unwrap_or(after);
                let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
                parts.add(&number, &after[..letters])?;
                &after[letters..]
            }
        };
        if rest.is_empty() {
            return Some(parts);
        }
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A sign, digits, and a fraction.
struct Number {
    negative: bool,
    whole: i128,
    /// Digits after the point, as many as are kept of them, and whether the others are zeros.
    fraction: i128,
    digits: u32,
    exact: bool,
}

impl Number {
    /// The number a text begins with, and the text after it.
    fn read(text: &str) -> Option<(Number, &str)> {
        let (negative, text) = signed(text);
        let (whole, mut rest) = digits(text)?;
        let mut number = Number { negative, whole: whole.parse().ok()?, fraction: 0, digits: 0, exact: true };
        if let Some(after) = rest.strip_prefix(['.', ',']) {
            let (fraction, after) = digits(after)?;
            // More digits than a week has nanoseconds tell nothing but that they are lost.
            let (kept, dropped) = fraction.split_at(fraction.len().min(18));
            number.fraction = kept.parse().ok()?;
            number.digits = kept.len() as u32;
            number.exact = dropped.bytes().all(|digit| digit == b'0');
            rest = after;
        }
        Some((number, rest))
    }

    /// So many nanoseconds for each; and whether that is all.
    fn times(&self, each: i128) -> Option<(i128, bool)> {
        let scale = 10i128.pow(self.digits);
        let fraction = self.fraction * each;
        let size = self.whole.checked_mul(each)?.checked_add(fraction / scale)?;
        Some((if self.negative { -size } else { size }, self.exact && fraction % scale == 0))
    }

    /// The whole number; nothing if there is a fraction.
    fn whole(&self) -> Option<i128> {
        let is_whole = self.exact && self.fraction == 0;
        is_whole.then_some(if self.negative { -self.whole } else { self.whole })
    }
}

/// The ASCII digits a text begins with (one at least), and what follows them.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

impl Parts {
    fn add(&mut self, number: &Number, unit: &str) -> Option<()> {
        let lower = if unit == "M" { return None } else { unit.to_ascii_lowercase() };
        let mut months = |each: i128| {
            self.months = self.months.checked_add(number.whole()?.checked_mul(each)?)?;
            Some(())
        };
        let each = match lower.as_str() {
            "y" | "yr" | "yrs" | "year" | "years" => return months(12),
            "quarter" | "quarters" => return months(3),
            "mon" | "mons" | "month" | "months" => return months(1),
            "w" | "week" | "weeks" => return self.days(number, 7),
            "d" | "day" | "days" => return self.days(number, 1),
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600 * SECOND,
            "m" | "min" | "mins" | "minute" | "minutes" => 60 * SECOND,
            "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
            "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1_000_000,
            "us" | "usec" | "usecs" | "microsecond" | "microseconds" => 1_000,
            "ns" | "nsec" | "nsecs" | "nanosecond" | "nanoseconds" => 1,
            _ => return None,
        };
        let (nanoseconds, exact) = number.times(each)?;
        self.exact &= exact;
        self.nanoseconds = self.nanoseconds.checked_add(nanoseconds)?;
        Some(())
    }

    fn days(&mut self, number: &Number, each: i128) -> Option<()> {
        if let Some(count) = number.whole() {
            self.days = self.days.checked_add(count.checked_mul(each)?)?;
            return Some(());
        }
        let (nanoseconds, exact) = number.times(each * DAY)?;
        self.exact &= exact;
        self.of_days = self.of_days.checked_add(nanoseconds)?;
        Some(())
    }

    /// `MM` or `MM:SS.f` after the hours of a clock, whose sign is the sign of all; what follows.
    fn clock<'a>(&mut self, hours: &Number, text: &'a str) -> Option<&'a str> {
        let two = |text| digits(text).filter(|(digits, _)| digits.len() == 2);
        let (minutes, mut rest) = two(text)?;
        let mut seconds = Number { negative: false, whole: 0, fraction: 0, digits: 0, exact: true };
        if let Some(after) = rest.strip_prefix(':') {
            two(after)?;
            (seconds, rest) = Number::read(after)?;
        }
        let minutes = minutes.parse::<i128>().ok().filter(|minutes| *minutes < 60 && seconds.whole < 60)?;
        let (parts, exact) = seconds.times(SECOND)?;
        let hours_long = hours.whole()?.abs().checked_mul(3_600 * SECOND)?;
        let size = hours_long.checked_add(minutes * 60 * SECOND + parts)?;
        self.exact &= exact;
        self.nanoseconds = self.nanoseconds.checked_add(if hours.negative { -size } else { size })?;
        Some(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_intervals_in_every_form() {
        let good = [
            ("00:00:00", (0, 0, 0)),
            ("1 year 2 months -3 days 00:00:01.5", (14, -3, 1_500_000_000)),
            ("-1 month 1 day -25:00:00.000000001", (-1, 1, -90_000_000_000_001)),
            ("-178956970 years -8 months -2147483648 days", (i32::MIN, i32::MIN, 0)),
            ("-2562047:47:16.854775808", (0, 0, i64::MIN)),
            ("P1Y2M3DT4H5M6S", (14, 3, 14_706_000_000_000)),
            ("-P1Y-2M", (-10, 0, 0)),
            ("PT1,5H", (0, 0, 5_400_000_000_000)),
            ("P2W", (0, 14, 0)),
            ("1h30m", (0, 0, 5_400_000_000_000)),
            ("-1 days +02:30", (0, -1, 9_000_000_000_000)),
            ("2 Quarters 1 mon 1ns", (7, 0, 1)),
            ("1.000 month", (1, 0, 0)),
        ];
        for (text, (months, days, nanoseconds)) in good {
            let wanted = IntervalMonthDayNano { months, days, nanoseconds };
            assert_eq!(interval(text, false), Some(wanted), "{text}");
        }
        let wrong = [
            "",
            " ",
            "1",
            "P",
            "PT",
            "P1",
            "P1DT",
            "P1M1Y",
            "P1H",
            "PT1D",
            "T1H",
            "1 day ",
            " 1 day",
            "1  day",
            "day",
            "1.5 months",
            "P0.5D",
            "0.0000000001 s",
            "1 M",
            "1:2",
            "01:60",
            "01:00:60",
            "1.5:00",
            "-",
            "P1DT1H1H",
            "2147483648 months",
            "2562047:47:16.854775808",
            "1 day ago",
            "1 fortnight",
            "１ day",
            "PTT1S",
            "P1D T1H",
            "999999999999999999999999999999999999999 days",
            "99999999999999999999999999999999999999 years",
            "1 dayß",
        ];
        for text in wrong {
            assert_eq!(interval(text, false), None, "{text}");
        }
        assert_eq!(interval("0.0000000019 s", true), Some(IntervalMonthDayNano::new(0, 0, 1)));
    }

    #[test]
    fn texts_of_durations() {
        let seconds = |text| duration(text, TimeUnit::Second, false);
        assert_eq!(seconds("PT9223372036854775807S"), Some(i64::MAX));
        assert_eq!(seconds("PT9223372036854775808S"), None);
        assert_eq!(seconds("-PT9223372036854775808S"), Some(i64::MIN));
        assert_eq!(seconds("P0D"), Some(0));
        assert_eq!(seconds("-1 days +22:00:00"), Some(-7_200));
        assert_eq!(seconds("P1.5D"), Some(129_600));
        assert_eq!((seconds("1 month"), seconds("PT1.5S"), seconds("P1Y")), (None, None, None));
        assert_eq!(duration("-PT1.5S", TimeUnit::Second, true), Some(-1));
        assert_eq!(duration("PT1.5S", TimeUnit::Millisecond, false), Some(1_500));
    }
}
