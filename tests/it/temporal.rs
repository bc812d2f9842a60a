//! Dates, times, timestamps and durations.

use crate::check::{check, refused, table};
use hypostyle::{ErrorKind, Scalar, TimeUnit, col, lit};

#[test]
fn parts_of_dates_and_times() {
    let frame = table("t: timestamp[us]\n2024-02-29T23:59:58\n1969-12-31T00:00:01\nnull");
    check(&[&frame], |t| {
        t[0].select([
            col("t").year().alias("year"),
            col("t").month().alias("month"),
            col("t").day().alias("day"),
            col("t").hour().alias("hour"),
            col("t").minute().alias("minute"),
            col("t").second().alias("second"),
        ])
    })
    .gives(
        "year: int32 | month: int32 | day: int32 | hour: int32 | minute: int32 | second: int32
         2024 | 2 | 29 | 23 | 59 | 58
         1969 | 12 | 31 | 0 | 0 | 1
         null | null | null | null | null | null",
    );
}

#[test]
fn parts_of_a_zoned_timestamp_are_of_its_wall_time() {
    let frame =
        table("t: timestamp[us, America/New_York]\n2013-01-01T02:30:00-05:00\n2013-07-01T23:30:00-04:00");
    check(&[&frame], |t| t[0].select([col("t").hour().alias("hour"), col("t").day().alias("day")]))
        .gives("hour: int32 | day: int32\n2 | 1\n23 | 1");
}

#[test]
fn mixed_units_meet_in_the_finer() {
    let frame = table(
        "a: timestamp[s] | b: timestamp[ms]\n2024-01-01T00:00:00 | 2024-01-01T00:00:00.500\n2024-01-01T00:00:01 | 2024-01-01T00:00:01",
    );
    check(&[&frame], |t| {
        t[0].select([
            col("a").lt(col("b")).alias("lt"),
            col("a").eq(col("b")).alias("eq"),
            (col("b") - col("a")).alias("d"),
        ])
    })
    .gives("lt: bool | eq: bool | d: duration[ms]\ntrue | false | PT0.5S\nfalse | true | P0D");
}

#[test]
fn naive_with_zoned_is_refused() {
    let frame = table("a: timestamp[us] | b: timestamp[us, UTC]\n2024-01-01T00:00:00 | 2024-01-01T00:00:00Z");
    assert_eq!(refused(&frame.lazy().filter(col("a").lt(col("b")))).kind(), ErrorKind::Type);
    assert_eq!(refused(&frame.lazy().select([(col("a") - col("b")).alias("d")])).kind(), ErrorKind::Type);
}

#[test]
fn zoned_timestamps_compare_by_instant() {
    let frame = table(
        "a: timestamp[us, America/New_York] | b: timestamp[us, UTC]
         2013-01-01T05:00:00-05:00 | 2013-01-01T10:00:00Z
         2013-01-01T05:00:00-05:00 | 2013-01-01T05:00:00Z",
    );
    check(&[&frame], |t| t[0].select([col("a").eq(col("b")).alias("eq"), col("a").gt(col("b")).alias("gt")]))
        .gives("eq: bool | gt: bool\ntrue | false\nfalse | true");
}

#[test]
fn dates_and_times_are_keys() {
    let frame = table(
        "d: date | n: int64
         2024-01-02 | 1
         2024-01-01 | 2
         2024-01-02 | 3
         null | 4",
    );
    check(&[&frame], |t| t[0].group_by("d").agg([col("n").sum()]).sort("d"))
        .gives("d: date | n: int64\n2024-01-01 | 2\n2024-01-02 | 4\nnull | 4");
    check(&[&frame], |t| t[0].select([col("d").min().alias("min"), col("d").max().alias("max")]))
        .gives("min: date | max: date\n2024-01-01 | 2024-01-02");
}

#[test]
fn weeks_start_on_monday() {
    let frame = table("t: timestamp[us]\n2024-03-03T12:00:00\n2024-03-04T12:00:00");
    check(&[&frame], |t| t[0].select([col("t").date_trunc("week")]))
        .gives("t: timestamp[us]\n2024-02-26T00:00:00\n2024-03-04T00:00:00");
}

#[test]
fn ranges_of_too_many_times_are_an_error_at_once() {
    let frame = table("x: date\n1970-01-01\n2024-02-29\nnull");
    let end = || lit(Scalar::Timestamp(253_402_214_400_000_000, TimeUnit::Microsecond, None));
    check(&[&frame], |t| t[0].select([col("x").date_range(end(), "1us")]))
        .fails(ErrorKind::Unsupported, &["2^31 items"]);
    check(&[&frame], |t| t[0].select([end().date_range(col("x"), "-1us")]))
        .fails(ErrorKind::Unsupported, &["2^31 items"]);
}
