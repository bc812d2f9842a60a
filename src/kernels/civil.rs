//! The proleptic Gregorian calendar: days since 1970-01-01 to year, month, day and back.

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Year, month (1 to 12) and day (1 to 31) of a number of days since 1970-01-01.
#[inline]
pub fn from_days(days: i64) -> (i64, u32, u32) {
    match u32::try_from(days + FIRST) {
        Ok(counted) if counted < DAYS => near(counted),
        _ => far(days),
    }
}

/// Eras of 400 years before year 0 that numbers of 32 bits count from.
const ERAS: i64 = 82;

/// Days from the first day counted to 1970-01-01.
const FIRST: i64 = 719_468 + ERAS * 146_097;

/// Days that can be counted: four times as many, and three, are a number of 32 bits.
const DAYS: u32 = u32::MAX / 4;

/// By multiplications of 32 bits, as in Neri and Schneider, "Euclidean affine functions and their application to calendar
/// algorithms", Software: Practice and Experience 53 (2023), figure 12. Years start on March 1.
#[inline]
fn near(counted: u32) -> (i64, u32, u32) {
    let quarters = 4 * counted + 3;
    let century = quarters / 146_097;
    let of_century = quarters % 146_097 / 4;
    let product = 2_939_745 * u64::from(4 * of_century + 3);
    let year_of_century = (product >> 32) as u32;
    let of_year = product as u32 / 2_939_745 / 4;
    let months = 2_141 * of_year + 197_913;
    let (month, day) = (months >> 16, (months & 0xFFFF) / 2_141 + 1);
    let next = of_year >= 306;
    let year = i64::from(100 * century + year_of_century) - 400 * ERAS + i64::from(next);
    (year, if next { month - 12 } else { month }, day)
}

fn far(days: i64) -> (i64, u32, u32) {
    // Years start on March 1, so that the leap day is the last; eras are 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097) as u32;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (i64::from(year_of_era) + era * 400 + i64::from(month <= 2), month, day)
}

/// Days since 1970-01-01 of a date; month and day must exist.
#[inline]
pub fn to_days(year: i64, month: u32, day: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

/// Whether the year has 366 days.
#[inline]
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month (1 to 12).
#[inline]
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Monday is 0, Sunday is 6.
#[inline]
pub fn weekday(days: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    (days + 3).rem_euclid(7)
}

/// Year and week (1 to 53) by ISO 8601: weeks start on Monday and belong to the year of their Thursday.
#[inline]
pub fn iso_week(days: i64) -> (i64, i64) {
    let thursday = days - weekday(days) + 3;
    let (year, _, _) = from_days(thursday);
    (year, (thursday - to_days(year, 1, 1)) / 7 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Days, NaiveDate};

    #[test]
    fn days_near_and_far_are_the_same() {
        let mut days = -FIRST;
        while days < i64::from(DAYS) - FIRST {
            assert_eq!(near((days + FIRST) as u32), far(days), "{days}");
            days += 997;
        }
        for days in
            [-FIRST - 1, -FIRST, i64::from(DAYS) - FIRST - 1, i64::from(DAYS) - FIRST, -1 << 40, 1 << 40]
        {
            let (year, month, day) = from_days(days);
            assert_eq!(to_days(year, month, day), days);
        }
    }

    #[test]
    fn every_day_of_800_years_is_chronos() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let mut date = NaiveDate::from_ymd_opt(1599, 12, 25).unwrap();
        while date.year() < 2401 {
            let days = date.signed_duration_since(epoch).num_days();
            assert_eq!(from_days(days), (date.year().into(), date.month(), date.day()));
            assert_eq!(to_days(date.year().into(), date.month(), date.day()), days);
            assert_eq!(weekday(days), i64::from(date.weekday().num_days_from_monday()));
            let week = date.iso_week();
            assert_eq!(iso_week(days), (week.year().into(), week.week().into()));
            date = date.checked_add_days(Days::new(1)).unwrap();
        }
        assert_eq!(from_days(to_days(-4713, 11, 24)), (-4713, 11, 24));
        assert!(is_leap(2000) && !is_leap(1900) && days_in_month(2024, 2) == 29);
    }
}
