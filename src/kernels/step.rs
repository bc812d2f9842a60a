//! Steps of the calendar and the clock, as text writes them: `1mo2d`, `15m`, `-1q`.

use crate::error::{Error, Result};
use crate::kernels::civil;
use crate::kernels::clock::{Clock, DAY_NANOS};
use crate::kernels::map::collect_values;
use crate::kernels::zone::Instant;

/// A step: months, days and nanoseconds, which have no fixed relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    /// Months of any length.
    pub months: i64,
    /// Days of any length.
    pub days: i64,
    /// Exact time.
    pub nanos: i64,
    /// Whether days are whole weeks, which begin on Monday.
    pub weeks: bool,
}

impl Step {
    /// The step that a text writes: numbers (1 if left out) and units, one after the other, with a sign before all.
    ///
    /// # Errors
    /// `InvalidArgument` for any other text.
    pub fn parse(text: &str) -> Result<Step> {
        let wrong = || {
            Error::invalid(format!("{text:?} is no step of time")).hint(
                "write numbers and units, for example 1mo2d or 15m; units are y, q, mo, w, d, h, m, s, ms, us and ns",
            )
        };
        let trimmed = text.trim();
        let (sign, mut rest) = match trimmed.as_bytes().first() {
            Some(b'-') => (-1, &trimmed[1..]),
            Some(b'+') => (1, &trimmed[1..]),
            _ => (1, trimmed),
        };
        let mut step = Step::default();
        let mut only_weeks = true;
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let digits = rest.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(wrong)?;
            let count: i64 = if digits == 0 { 1 } else { rest[..digits].parse().map_err(|_| wrong())? };
            rest = &rest[digits..];
            let letters =
                rest.find(|letter: char| letter.is_ascii_digit() || letter == ' ').unwrap_or(rest.len());
            let (of, each) = match &rest[..letters] {
                "y" | "Y" | "YS" | "year" | "years" => (&mut step.months, 12),
                "q" | "Q" | "QS" | "quarter" | "quarters" => (&mut step.months, 3),
                "mo" | "M" | "MS" | "month" | "months" => (&mut step.months, 1),
                "w" | "W" | "week" | "weeks" => (&mut step.days, 7),
                "d" | "D" | "day" | "days" => (&mut step.days, 1),
                "h" | "H" | "hour" | "hours" => (&mut step.nanos, 3_600_000_000_000),
                "m" | "min" | "T" | "minute" | "minutes" => (&mut step.nanos, 60_000_000_000),
                "s" | "S" | "second" | "seconds" => (&mut step.nanos, 1_000_000_000),
                "ms" | "L" | "millisecond" | "milliseconds" => (&mut step.nanos, 1_000_000),
                "us" | "µs" | "U" | "microsecond" | "microseconds" => (&mut step.nanos, 1_000),
                "ns" | "N" | "nanosecond" | "nanoseconds" => (&mut step.nanos, 1),
                _ => return Err(wrong()),
            };
            only_weeks &= each == 7;
            let whole = count.checked_mul(each).and_then(|more| of.checked_add(sign * more));
            *of = whole.ok_or_else(wrong)?;
            rest = rest[letters..].trim_start();
        }
        step.weeks = only_weeks;
        Ok(step)
    }

    /// The count so far after another: months on the calendar (the end of a month is kept within it), days on the wall
    /// clock, the rest as exact time. What the clock shows twice stays on the side it was on.
    ///
    /// # Errors
    /// What is wrong: a wall time that is skipped, a count that does not fit.
    pub fn after(&self, clock: &Clock, count: i64, times: i64) -> Result<i64, &'static str> {
        const RANGE: &str = "a time that does not fit its type";
        let scaled = |part: i64| part.checked_mul(times).ok_or(RANGE);
        let (months, days, nanos) = (scaled(self.months)?, scaled(self.days)?, scaled(self.nanos)?);
        let mut reached = count;
        if months != 0 || days != 0 {
            let (day, time) = clock.read(count);
            let moved = add_months(day, months).and_then(|day| day.checked_add(days)).ok_or(RANGE)?;
            reached = match clock.instant(moved, time).ok_or(RANGE)? {
                Instant::One(seconds) => clock.count(seconds, time).ok_or(RANGE)?,
                Instant::Two(first, second) => {
                    // As far from the clock's usual time as it was before.
                    let first = clock.count(first, time).ok_or(RANGE)?;
                    let second = clock.count(second, time).ok_or(RANGE)?;
                    if count >= second { second } else { first }
                }
                Instant::Missing => return Err("a wall time that the zone skips"),
            };
        }
        if nanos == 0 {
            return Ok(reached);
        }
        if nanos % clock.resolution() != 0 {
            return Err("a step finer than the unit of the column");
        }
        clock.shifted(reached, nanos).ok_or(RANGE)
    }

    /// The start of the period that the clock shows at a count, counted from 1970; `None` where it does not fit.
    pub fn floor(&self, clock: &Clock, count: i64) -> Option<i64> {
        let (day, nanos) = clock.read(count);
        if let Some(first) = self.first_day(day) {
            return clock.write(first, 0);
        }
        // On the wall clock; the distance is exact time, unless the clock was put forward or back on the way.
        let wall = i128::from(day) * i128::from(DAY_NANOS) + i128::from(nanos);
        let back = match i64::try_from(wall) {
            // Nearly always, and many times faster.
            Ok(wall) => i128::from(wall.rem_euclid(self.nanos)),
            Err(_) => wall.rem_euclid(i128::from(self.nanos)),
        };
        let reached = clock.shifted(count, -(back as i64));
        if !clock.is_zoned() || QUARTER % self.nanos == 0 {
            return reached;
        }
        let start = wall - back;
        let day = start.div_euclid(i128::from(DAY_NANOS)) as i64;
        let nanos = start.rem_euclid(i128::from(DAY_NANOS)) as i64;
        match reached.map(|reached| clock.read(reached)) {
            Some(shown) if shown == (day, nanos) => reached,
            _ => clock.write(day, nanos),
        }
    }

    /// The first day of the period a day lies in; `None` for periods of exact time.
    fn first_day(&self, day: i64) -> Option<i64> {
        if self.months > 0 {
            let (year, month, _) = civil::from_days(day);
            let number = (year * 12 + i64::from(month) - 1 - 1970 * 12).div_euclid(self.months) * self.months;
            return Some(first_of_month(number));
        }
        // 1970-01-05 was a Monday.
        let origin = if self.weeks { 4 } else { 0 };
        (self.days > 0).then(|| (day - origin).div_euclid(self.days) * self.days + origin)
    }

    /// The start of the period after the one that a count lies in; `None` where it does not fit.
    pub fn following(&self, clock: &Clock, count: i64) -> Option<i64> {
        let (day, nanos) = clock.read(count);
        let Some(first) = self.first_day(day) else {
            let wall = i128::from(day) * i128::from(DAY_NANOS) + i128::from(nanos);
            let left = self.nanos - wall.rem_euclid(i128::from(self.nanos)) as i64;
            return self.shown_after(clock, count, wall + i128::from(left), left);
        };
        let next = match self.months {
            0 => first.checked_add(self.days)?,
            months => add_months(first, months)?,
        };
        clock.write(next, 0)
    }

    /// The start of the period of exact time after the one that a count lies in, where the clock shows `wall`, so many
    /// nanoseconds ahead.
    fn shown_after(&self, clock: &Clock, count: i64, wall: i128, ahead: i64) -> Option<i64> {
        let day = i64::try_from(wall.div_euclid(i128::from(DAY_NANOS))).ok()?;
        let nanos = wall.rem_euclid(i128::from(DAY_NANOS)) as i64;
        let later = clock.shifted(count, ahead)?;
        if !clock.is_zoned() || clock.read(later) == (day, nanos) {
            return Some(later);
        }
        // The clock was put forward or back on the way. What it shows again begins again.
        let (late_day, late_nanos) = clock.read(later);
        let back = wall - i128::from(late_day) * i128::from(DAY_NANOS) - i128::from(late_nanos);
        for times in (1..=(back + i128::from(ahead) - 1).div_euclid(self.nanos.into())).rev() {
            let again = wall - times * i128::from(self.nanos);
            let day = i64::try_from(again.div_euclid(i128::from(DAY_NANOS))).ok()?;
            let nanos = again.rem_euclid(i128::from(DAY_NANOS)) as i64;
            if let Instant::Two(_, second) = clock.instant(day, nanos)?
                && let Some(second) = clock.count(second, nanos).filter(|second| *second > count)
            {
                return Some(second);
            }
        }
        match clock.instant(day, nanos)? {
            Instant::Two(first, second) => {
                let first = clock.count(first, nanos)?;
                if first > count { Some(first) } else { clock.count(second, nanos) }
            }
            _ => clock.write(day, nanos),
        }
    }

    /// Nanoseconds on the wall clock since the start of the period that a count lies in, and to its end, even where these do
    /// not fit.
    pub fn around(&self, clock: &Clock, count: i64) -> (i128, i128) {
        let (day, nanos) = clock.read(count);
        let wall = |day: i64| i128::from(day) * i128::from(DAY_NANOS);
        let Some(first) = self.first_day(day) else {
            let since = (wall(day) + i128::from(nanos)).rem_euclid(i128::from(self.nanos));
            return (since, i128::from(self.nanos) - since);
        };
        let next = match self.months {
            0 => first.saturating_add(self.days),
            months => add_months(first, months).unwrap_or(i64::MAX),
        };
        let since = wall(day - first) + i128::from(nanos);
        (since, wall(next.saturating_sub(first)) - since)
    }

    /// Whether periods can be made of this step: one kind of unit, forwards.
    pub fn is_period(&self) -> bool {
        let parts = [self.months, self.days, self.nanos];
        parts.iter().filter(|part| **part > 0).count() == 1 && parts.iter().all(|part| *part >= 0)
    }
}

/// The greatest multiple of `length` (at least 1) that is no greater than each count; `None` if one does not fit.
pub fn multiples_below(counts: &[i64], length: i64) -> Option<Vec<i64>> {
    let mut fits = true;
    let multiples = collect_values(counts.len(), |row| {
        let (multiple, over) = counts[row].overflowing_sub(counts[row].rem_euclid(length));
        fits &= !over;
        multiple
    });
    fits.then_some(multiples)
}

/// Nanoseconds of a quarter of an hour: clocks are put forward and back by multiples of it, so that periods that divide it
/// go on.
const QUARTER: i64 = 900_000_000_000;

/// The day so many months later, at the latest the last of its month.
pub fn add_months(day: i64, months: i64) -> Option<i64> {
    if months == 0 {
        return Some(day);
    }
    let (year, month, of_month) = civil::from_days(day);
    let number = year.checked_mul(12)?.checked_add(i64::from(month) - 1)?.checked_add(months)?;
    let (year, month) = (number.div_euclid(12), number.rem_euclid(12) as u32 + 1);
    // Beyond these years no count fits anyway.
    (year.abs() < 300_000_000_000)
        .then(|| civil::to_days(year, month, of_month.min(civil::days_in_month(year, month))))
}

/// The first day of a month, counted from January 1970.
pub fn first_of_month(number: i64) -> i64 {
    civil::to_days(1970 + number.div_euclid(12), number.rem_euclid(12) as u32 + 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DType, TimeUnit};

    #[test]
    fn steps_are_written_as_numbers_and_units() {
        let step = |months, days, nanos, weeks| Step { months, days, nanos, weeks };
        assert_eq!(Step::parse("1mo2d").unwrap(), step(1, 2, 0, false));
        assert_eq!(Step::parse("-1y 15m").unwrap(), step(-12, 0, -900_000_000_000, false));
        assert_eq!(Step::parse("week").unwrap(), step(0, 7, 0, true));
        for wrong in ["", "-", "3", "1x", "1 h", "99999999999999999999d", "9223372036854775807y"] {
            assert!(Step::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn multiples_are_exact() {
        let random = |i: i64| i.wrapping_mul(-7_046_029_254_386_353_131);
        for length in [1, 2, 3, 7, 1000, 3_600_000_000, 86_400_000_000_000, 1 << 61, i64::MAX / 2, i64::MAX] {
            let mut counts: Vec<i64> = (0..2000).map(|i| random(i) >> (i % 60)).collect();
            for near in [0, 1, -1, 5, -5, 1 << 40, -(1 << 40), i64::MAX / length, -(i64::MAX / length)] {
                counts.extend([-1i64, 0, 1].map(|by| near.saturating_mul(length).saturating_add(by)));
            }
            counts.extend([i64::MAX, i64::MAX - 1]);
            let expected: Vec<Option<i64>> =
                counts.iter().map(|count| count.checked_sub(count.rem_euclid(length))).collect();
            for (count, expected) in counts.iter().zip(expected) {
                assert_eq!(
                    multiples_below(&[*count], length).map(|found| found[0]),
                    expected,
                    "{count} {length}"
                );
            }
        }
        assert_eq!(multiples_below(&[i64::MIN], 1000), None);
    }

    #[test]
    fn months_end_within_the_month() {
        let day = |year, month, day| civil::to_days(year, month, day);
        assert_eq!(add_months(day(2024, 1, 31), 1), Some(day(2024, 2, 29)));
        assert_eq!(add_months(day(2024, 3, 31), -13), Some(day(2023, 2, 28)));
        assert_eq!(add_months(0, i64::MAX), None);
    }

    #[test]
    fn periods_of_hours_start_by_the_wall_clock() {
        let dtype = DType::Timestamp(TimeUnit::Second, Some("America/New_York".into()));
        let clock = Clock::new(&dtype).unwrap();
        let step = Step::parse("12h").unwrap();
        // Midnight of 2024-03-10, when clocks went from 2:00 to 3:00, and of 2024-11-03, when they went back from 2:00.
        for midnight in [1_710_046_800, 1_730_606_400] {
            for hours in 0..13 {
                let found = step.floor(&clock, midnight + hours * 3600).unwrap();
                let shown = clock.read(midnight + hours * 3600).1 / 3_600_000_000_000;
                assert_eq!(clock.read(found).1, shown / 12 * 12 * 3_600_000_000_000, "{midnight} {hours}");
                assert_eq!(clock.read(found).0, clock.read(midnight).0);
            }
        }
        // What the clock shows twice keeps its side: 1:30 for the second time, by hours.
        let second = 1_730_606_400 + 2 * 3600 + 1800;
        assert_eq!(Step::parse("1h").unwrap().floor(&clock, second), Some(second - 1800));
    }

    #[test]
    fn periods_end_where_the_next_one_starts() {
        // Days around changes: by an hour, by half an hour, at midnight, over a whole day.
        for (zone, day) in [
            ("America/New_York", civil::to_days(2024, 3, 10)),
            ("America/New_York", civil::to_days(2024, 11, 3)),
            ("Australia/Lord_Howe", civil::to_days(2024, 4, 6)),
            ("Australia/Lord_Howe", civil::to_days(2024, 10, 5)),
            ("America/Sao_Paulo", civil::to_days(2018, 2, 17)),
            ("America/Sao_Paulo", civil::to_days(2018, 11, 3)),
            ("Pacific/Apia", civil::to_days(2011, 12, 29)),
        ] {
            let dtype = DType::Timestamp(TimeUnit::Second, Some(zone.into()));
            let clock = Clock::new(&dtype).unwrap();
            for text in ["7m", "15m", "30m", "45m", "1h", "2h", "6h", "12h"] {
                let step = Step::parse(text).unwrap();
                let from = day * 86_400;
                let starts: Vec<i64> =
                    (0..2 * 1_440).map(|minute| step.floor(&clock, from + minute * 60).unwrap()).collect();
                for minute in 0..starts.len() as i64 {
                    let count = from + minute * 60;
                    let next = step.following(&clock, count).unwrap();
                    assert!(next > count, "{zone} {text} {count}");
                    assert_eq!(step.floor(&clock, next), Some(next), "{zone} {text} {count}");
                    let between = (minute + 1..(next - from) / 60).take_while(|at| *at < starts.len() as i64);
                    for minute in between {
                        assert_ne!(
                            starts[minute as usize],
                            from + minute * 60,
                            "{zone} {text} {count} {next}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn days_keep_the_wall_time_and_hours_do_not() {
        let dtype = DType::Timestamp(TimeUnit::Second, Some("Europe/Oslo".into()));
        let clock = Clock::new(&dtype).unwrap();
        // 2024-03-30 12:00 in Oslo, the day before clocks go forward.
        let noon = 1_711_796_400;
        assert_eq!(Step::parse("1d").unwrap().after(&clock, noon, 1), Ok(noon + 82_800));
        assert_eq!(Step::parse("24h").unwrap().after(&clock, noon, 1), Ok(noon + 86_400));
        let missing = Step::parse("1d").unwrap().after(&clock, noon - 34_200, 1);
        assert_eq!(missing, Err("a wall time that the zone skips"));
    }
}
