//! Time zones: offsets at instants, instants of wall times.

use crate::error::{Error, Result};
use crate::kernels::civil::{self, DAY};
use arrow::array::timezone::Tz;
use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A time zone by IANA name or fixed offset (`+01:00`).
pub struct Zone {
    zone: Tz,
    spans: Arc<Spans>,
}

/// The times between two changes of a zone's offset, from [`BEGINS`] to [`TABLE_ENDS`].
struct Spans {
    /// The second at which each ends; the last has no end.
    ends: Vec<i64>,
    offsets: Vec<i32>,
    /// The span in which each [`BUCKET`] of seconds begins.
    first: Vec<u16>,
}

/// The spans of the zones that were asked for: they are the same in every query.
static KNOWN: Mutex<BTreeMap<String, Arc<Spans>>> = Mutex::new(BTreeMap::new());

/// The first second of 1800; clocks showed the time of the sun.
const BEGINS: i64 = -5_364_662_400;

/// Seconds between which there is at most one change: the tz database has no two less than 344,400 seconds apart.
const STEP: i64 = 2 * DAY;

/// Bits of seconds that a look-up leaves out: twelve days.
const BUCKET: u32 = 20;

impl Spans {
    /// All changes of a zone, from the offset on every other day.
    fn of(zone: Tz) -> Spans {
        let at = |seconds: i64| zone.offset_from_utc_datetime(&moment(seconds)).fix().local_minus_utc();
        let (mut ends, mut offsets) = (Vec::new(), vec![at(BEGINS)]);
        let mut last = offsets[0];
        for day in (BEGINS..TABLE_ENDS).step_by(STEP as usize) {
            let (mut early, mut late) = (day, (day + STEP).min(TABLE_ENDS - 1));
            let next = at(late);
            if next == last {
                continue;
            }
            while late - early > 1 {
                let middle = early + (late - early) / 2;
                if at(middle) == last { early = middle } else { late = middle }
            }
            ends.push(late);
            offsets.push(next);
            last = next;
        }
        ends.push(i64::MAX);
        let mut span = 0;
        let starts = (BEGINS..TABLE_ENDS).step_by(1 << BUCKET);
        let first = starts.map(|start| {
            while ends[span] <= start {
                span += 1;
            }
            span as u16
        });
        Spans { first: first.collect(), ends, offsets }
    }

    /// The offset at a second from [`BEGINS`] on, before [`TABLE_ENDS`].
    #[inline]
    fn at(&self, seconds: i64) -> i32 {
        let mut span = usize::from(self.first[((seconds - BEGINS) >> BUCKET) as usize]);
        while seconds >= self.ends[span] {
            span += 1;
        }
        self.offsets[span]
    }
}

/// The instant of a wall time, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instant {
    /// The usual case.
    One(i64),
    /// The clock was set back: the wall time comes twice.
    Two(i64, i64),
    /// The clock was set forward over it.
    Missing,
}

impl Instant {
    /// The instant, if there is exactly one.
    pub fn unique(self) -> Option<i64> {
        match self {
            Instant::One(seconds) => Some(seconds),
            _ => None,
        }
    }
}

impl Zone {
    /// The zone of a name.
    ///
    /// # Errors
    /// `InvalidArgument` for an unknown name.
    pub fn parse(name: &str) -> Result<Zone> {
        let zone = name.parse().map_err(|_| {
            Error::invalid(format!("no time zone {name:?}"))
                .hint("use an IANA name like \"Europe/Oslo\", or an offset like \"+01:00\"")
        })?;
        // Never waits: in a process that was forked the lock may be held by a thread that is not there.
        let known = KNOWN.try_lock().ok().and_then(|known| known.get(name).cloned());
        let spans = known.unwrap_or_else(|| {
            let spans = Arc::new(Spans::of(zone));
            if let Ok(mut known) = KNOWN.try_lock() {
                known.insert(name.to_owned(), spans.clone());
            }
            spans
        });
        Ok(Zone { zone, spans })
    }

    /// Seconds by which the wall clock is ahead of UTC at an instant.
    #[inline]
    pub fn offset_at(&self, seconds: i64) -> i32 {
        match seconds {
            ..BEGINS => self.spans.at(BEGINS),
            BEGINS..TABLE_ENDS => self.spans.at(seconds),
            TABLE_ENDS.. => self.spans.at(seconds - beyond_rules(seconds)),
        }
    }

    /// The instant at which the wall clock shows a time, given in seconds as if it were UTC.
    pub fn instant_of(&self, wall: i64) -> Instant {
        let (before, after) =
            (self.offset_at(wall.saturating_sub(86_400)), self.offset_at(wall.saturating_add(86_400)));
        if before == after {
            return Instant::One(wall.saturating_sub(before.into()));
        }
        match self.zone.offset_from_local_datetime(&moment(wall - beyond_rules(wall))) {
            LocalResult::Single(offset) => Instant::One(wall - i64::from(offset.fix().local_minus_utc())),
            LocalResult::Ambiguous(a, b) => {
                let instants = [a, b].map(|offset| wall - i64::from(offset.fix().local_minus_utc()));
                Instant::Two(instants[0].min(instants[1]), instants[0].max(instants[1]))
            }
            LocalResult::None => Instant::Missing,
        }
    }

    /// The first instant at which the wall clock shows this time or a later one of the same day.
    pub fn first_instant_of(&self, wall: i64) -> i64 {
        match self.instant_of(wall) {
            Instant::One(seconds) | Instant::Two(seconds, _) => seconds,
            // The offset before the gap places the missing time behind it, at the same distance from its end.
            Instant::Missing => {
                let before = i64::from(self.offset_at(wall - 86_400));
                let (mut early, mut late) = (wall - before - 86_400, wall - before);
                while late - early > 1 {
                    let middle = early + (late - early) / 2;
                    match middle + i64::from(self.offset_at(middle)) >= wall {
                        true => late = middle,
                        false => early = middle,
                    }
                }
                late
            }
        }
    }
}

/// The first second of March 2100: the table of zones ends before, though rules have no end.
const TABLE_ENDS: i64 = 4_107_542_400;

/// How many seconds a time lies after one at which all clocks are set in the same way: in the years before the table ends
/// (later than the last that follow the moon), with March beginning on the same day of the week. No rule changes clocks in
/// January or February.
fn beyond_rules(seconds: i64) -> i64 {
    if seconds < TABLE_ENDS {
        return 0;
    }
    let (year, month, _) = civil::from_days(seconds.div_euclid(DAY));
    let march = civil::to_days(year - i64::from(month < 3), 3, 1);
    let known = (2088..=2098).map(|year| civil::to_days(year, 3, 1));
    let alike = known.into_iter().find(|known| (march - known) % 7 == 0);
    alike.map_or(0, |known| (march - known) * DAY)
}

/// The date and time of seconds since 1970; the nearest that chrono knows.
fn moment(seconds: i64) -> NaiveDateTime {
    match DateTime::from_timestamp(seconds, 0) {
        Some(moment) => moment.naive_utc(),
        None if seconds < 0 => NaiveDateTime::MIN,
        None => NaiveDateTime::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-03-31 01:00 UTC, when clocks in Oslo went from 02:00 to 03:00.
    const SPRING: i64 = 1_711_846_800;
    /// 2024-10-27 01:00 UTC, when clocks in Oslo went from 03:00 to 02:00.
    const AUTUMN: i64 = 1_729_990_800;

    #[test]
    fn offsets_change_at_the_second() {
        let oslo = Zone::parse("Europe/Oslo").unwrap();
        for _ in 0..2 {
            assert_eq!(
                [SPRING - 1, SPRING, AUTUMN - 1, AUTUMN].map(|at| oslo.offset_at(at)),
                [3_600, 7_200, 7_200, 3_600]
            );
        }
        assert_eq!(Zone::parse("-03:30").unwrap().offset_at(0), -12_600);
        assert_eq!(oslo.offset_at(i64::MIN), oslo.offset_at(i64::MIN + 1));
        oslo.offset_at(i64::MAX);
        assert!(Zone::parse("Europe/Olso").is_err());
    }

    #[test]
    fn nobody_waits_for_a_thread_that_is_not_there() {
        let held = KNOWN.lock();
        assert_eq!(Zone::parse("Europe/Oslo").unwrap().offset_at(SPRING), 7_200);
        drop(held);
    }

    #[test]
    fn no_change_is_overlooked() {
        // Asia/Gaza has changes a week apart, Africa/Freetown had two within four days.
        for name in
            ["Asia/Gaza", "Africa/Freetown", "Europe/Lisbon", "America/New_York", "Pacific/Apia", "UTC"]
        {
            let zone = Zone::parse(name).unwrap();
            for half in (BEGINS..TABLE_ENDS).step_by(43_200) {
                let offset = zone.zone.offset_from_utc_datetime(&moment(half)).fix().local_minus_utc();
                assert_eq!(zone.offset_at(half), offset, "{name} at {half}");
            }
            for (end, offsets) in zone.spans.ends.iter().zip(zone.spans.offsets.windows(2)) {
                assert_eq!([end - 1, *end].map(|at| zone.offset_at(at)), offsets, "{name} at {end}");
            }
        }
    }

    #[test]
    fn rules_have_no_end() {
        let oslo = Zone::parse("Europe/Oslo").unwrap();
        for year in (2095..2600).chain([9_999, 200_000]) {
            // The last Sundays of March and October, 01:00 UTC.
            let [spring, autumn] = [3, 10].map(|month| {
                let last = civil::to_days(year, month, 31);
                (last - (civil::weekday(last) + 1) % 7) * DAY + 3_600
            });
            let seen = [spring - 1, spring, autumn - 1, autumn].map(|at| oslo.offset_at(at));
            assert_eq!(seen, [3_600, 7_200, 7_200, 3_600], "{year}");
            assert_eq!(oslo.instant_of(spring + 3_600), Instant::Missing, "{year}");
            assert_eq!(oslo.instant_of(spring + 7_200), Instant::One(spring), "{year}");
            assert_eq!(oslo.instant_of(autumn + 3_600), Instant::Two(autumn - 3_600, autumn), "{year}");
            let new_year = civil::to_days(year, 1, 1) * DAY;
            assert_eq!([new_year, new_year + 59 * DAY].map(|at| oslo.offset_at(at)), [3_600; 2], "{year}");
        }
        // Morocco's clocks follow the moon until 2087, and stay after that.
        let casablanca = Zone::parse("Africa/Casablanca").unwrap();
        assert!((0..1_000).all(|week| casablanca.offset_at(TABLE_ENDS + week * 7 * DAY) == 3_600));
        let sydney = Zone::parse("Australia/Sydney").unwrap();
        let at = |day: i64| civil::to_days(2400, 1, 1) * DAY + day * DAY;
        assert_eq!([15, 59, 200].map(|day| sydney.offset_at(at(day))), [39_600, 39_600, 36_000]);
        assert_eq!(Zone::parse("-03:30").unwrap().offset_at(i64::MAX), -12_600);
    }

    #[test]
    fn wall_times_may_be_missing_or_come_twice() {
        let oslo = Zone::parse("Europe/Oslo").unwrap();
        assert_eq!(oslo.instant_of(SPRING + 3_599), Instant::One(SPRING - 1));
        assert_eq!(oslo.instant_of(SPRING + 3_600), Instant::Missing);
        assert_eq!(oslo.instant_of(SPRING + 7_200), Instant::One(SPRING));
        assert_eq!(oslo.instant_of(AUTUMN + 3_600), Instant::Two(AUTUMN - 3_600, AUTUMN));
        assert_eq!(oslo.first_instant_of(SPRING + 3_600), SPRING);
        // Clocks in Beirut went forward at midnight: 2022-03-27 began at 01:00, 2022-03-26 22:00 UTC.
        let beirut = Zone::parse("Asia/Beirut").unwrap();
        assert_eq!(beirut.first_instant_of(1_648_339_200), 1_648_332_000);
    }
}
