//! The functions of dates and times beyond their examples.

use crate::data::{Column, DType, Scalar, TimeUnit};
use crate::error::ErrorKind;
use crate::expr::{Expr, col, lit};
use crate::functions::scalar::support::{column_of, run};
use chrono::{Datelike, NaiveDate, Timelike};

fn stamp(unit: TimeUnit, zone: Option<&str>) -> DType {
    DType::Timestamp(unit, zone.map(Into::into))
}

fn ints(column: &Column, expr: Expr) -> Vec<Option<i64>> {
    run(column, &expr).unwrap().iter().map(Scalar::as_i64).collect()
}

/// As text.
fn texts(column: &Column, expr: Expr) -> Vec<String> {
    let texts = run(column, &expr.cast(DType::String)).unwrap();
    texts.iter().map(|text| text.as_str().unwrap_or("null").to_owned()).collect()
}

#[test]
fn parts_are_chronos_in_every_unit() {
    let seconds: Vec<i64> = (-40..40).map(|i| i * 123_456_789 + i * i).collect();
    for unit in [TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond] {
        let counts: Column =
            seconds.iter().map(|s| s * unit.per_second() + (unit.per_second() - 1)).collect();
        let part = |part: fn(Expr) -> Expr| ints(&counts, part(col("x").cast(stamp(unit, None))));
        let parts = [
            part(Expr::year),
            part(Expr::month),
            part(Expr::day),
            part(Expr::hour),
            part(Expr::minute),
            part(Expr::second),
            part(Expr::weekday),
            part(Expr::day_of_year),
            part(Expr::week),
            part(Expr::quarter),
            part(Expr::microsecond),
        ];
        for (row, second) in seconds.iter().enumerate() {
            let moment = chrono::DateTime::from_timestamp(*second, 0).unwrap().naive_utc();
            let expected = [
                i64::from(moment.year()),
                moment.month().into(),
                moment.day().into(),
                moment.hour().into(),
                moment.minute().into(),
                moment.second().into(),
                moment.weekday().num_days_from_monday().into(),
                moment.ordinal().into(),
                moment.iso_week().week().into(),
                i64::from(moment.month0() / 3 + 1),
                (unit.per_second() - 1) * (1_000_000_000 / unit.per_second()) / 1_000,
            ];
            let got: Vec<i64> = parts.iter().map(|part| part[row].unwrap()).collect();
            assert_eq!(got, expected, "{moment} in {}", unit.name());
        }
    }
}

#[test]
fn zoned_parts_are_those_of_the_wall_clock() {
    let instants = column_of(
        &stamp(TimeUnit::Second, Some("Europe/Oslo")),
        &["2023-12-31T23:30:00Z", "2024-06-30T22:00:00Z"],
    );
    assert_eq!(ints(&instants, col("x").year()), [Some(2024), Some(2024)]);
    assert_eq!(ints(&instants, col("x").hour()), [Some(0), Some(0)]);
    assert_eq!(ints(&instants, col("x").minute()), [Some(30), Some(0)]);
    assert_eq!(texts(&instants, col("x").date()), ["2024-01-01", "2024-07-01"]);
    assert_eq!(texts(&instants, col("x").time()), ["00:30:00", "00:00:00"]);
    assert_eq!(texts(&instants, col("x").strftime("%H:%M %z")), ["00:30 +0100", "00:00 +0200"]);
}

#[test]
fn a_fraction_is_written_as_microseconds_unless_told() {
    let times = column_of(&stamp(TimeUnit::Nanosecond, None), &["2024-01-01T00:00:01.000250009"]);
    assert_eq!(texts(&times, col("x").strftime("%S.%f %%f %3f %9f")), ["01.000250 %f 000 000250009"]);
    assert_eq!(texts(&column_of(&DType::Date, &["2024-01-01"]), col("x").strftime("%f")), ["000000"]);
}

#[test]
fn parts_without_meaning_are_refused() {
    let dates = column_of(&DType::Date, &["2024-01-01"]);
    assert_eq!(run(&dates, &col("x").hour()).unwrap_err().kind(), ErrorKind::Type);
    assert_eq!(run(&dates, &col("x").date_trunc("hour")).unwrap_err().kind(), ErrorKind::Type);
    assert_eq!(
        run(&dates, &col("x").date_trunc("fortnight")).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    let error = run(&["2024"].into_iter().collect(), &col("x").year()).unwrap_err();
    assert_eq!(error.suggestion(), Some("read text with to_date or to_timestamp"));
    let beyond: Column = [i64::MAX].into_iter().collect();
    assert_eq!(ints(&beyond, col("x").cast(stamp(TimeUnit::Second, None)).year()), [None]);
}

#[test]
fn times_are_cut_to_their_period() {
    let input = column_of(
        &stamp(TimeUnit::Millisecond, None),
        &["2024-05-15T13:45:59.999", "1969-12-31T23:59:59.999"],
    );
    let cases = [
        ("year", ["2024-01-01T00:00:00", "1969-01-01T00:00:00"]),
        ("quarter", ["2024-04-01T00:00:00", "1969-10-01T00:00:00"]),
        ("month", ["2024-05-01T00:00:00", "1969-12-01T00:00:00"]),
        ("week", ["2024-05-13T00:00:00", "1969-12-29T00:00:00"]),
        ("day", ["2024-05-15T00:00:00", "1969-12-31T00:00:00"]),
        ("hour", ["2024-05-15T13:00:00", "1969-12-31T23:00:00"]),
        ("minute", ["2024-05-15T13:45:00", "1969-12-31T23:59:00"]),
        ("second", ["2024-05-15T13:45:59", "1969-12-31T23:59:59"]),
        ("microsecond", ["2024-05-15T13:45:59.999", "1969-12-31T23:59:59.999"]),
    ];
    for (unit, expected) in cases {
        assert_eq!(texts(&input, col("x").date_trunc(unit)), expected, "{unit}");
    }
    let dates = column_of(&DType::Date, &["2024-05-15", "2024-05-13"]);
    assert_eq!(texts(&dates, col("x").date_trunc("week")), ["2024-05-13", "2024-05-13"]);
}

#[test]
fn zoned_times_are_cut_on_the_wall_clock() {
    let oslo = stamp(TimeUnit::Second, Some("Europe/Oslo"));
    // Half an hour after the clocks went forward, and in the second of two equal hours.
    let input = column_of(&oslo, &["2024-03-31T03:30:00+02:00", "2024-10-27T02:30:00+01:00"]);
    assert_eq!(
        texts(&input, col("x").date_trunc("day")),
        ["2024-03-31T00:00:00+01:00", "2024-10-27T00:00:00+02:00"]
    );
    assert_eq!(
        texts(&input, col("x").date_trunc("hour")),
        ["2024-03-31T03:00:00+02:00", "2024-10-27T02:00:00+01:00"]
    );
    // A zone at half an hour: hours begin at :00 there, at :30 in UTC.
    let india = column_of(&stamp(TimeUnit::Second, Some("+05:30")), &["2024-01-01T10:15:00"]);
    assert_eq!(texts(&india, col("x").date_trunc("hour")), ["2024-01-01T10:00:00+05:30"]);
    // Midnight did not exist on this day.
    let beirut = column_of(&stamp(TimeUnit::Second, Some("Asia/Beirut")), &["2022-03-27T12:00:00+03:00"]);
    assert_eq!(texts(&beirut, col("x").date_trunc("day")), ["2022-03-27T01:00:00+03:00"]);
}

#[test]
fn text_is_read_in_any_form() {
    let input: Column = [Some("29.02.2024"), Some("30.02.2024"), None].into_iter().collect();
    let error = run(&input, &col("x").to_date(Some("%d.%m.%Y"))).unwrap_err();
    assert_eq!(
        (error.kind(), error.row_number(), error.offending_value()),
        (ErrorKind::Parse, Some(1), Some("30.02.2024"))
    );
    let lenient = crate::expr::Params::new().with("format", "%d.%m.%Y").with("strict", false);
    let lenient = Expr::call(&crate::functions::scalar::date_text::TO_DATE, [col("x")], lenient);
    assert_eq!(texts(&input, lenient), ["2024-02-29", "null", "null"]);
    let error = run(&input, &col("x").to_date(Some("%Q"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let iso: Column = ["2024-02-29 12:00:00.5"].into_iter().collect();
    assert_eq!(texts(&iso, col("x").to_timestamp(None)), ["2024-02-29T12:00:00.500"]);
    let zoned: Column = ["29/Feb/2024 12:00 +0200"].into_iter().collect();
    let form = Some("%d/%b/%Y %H:%M %z");
    let utc = col("x").to_timestamp_with(form, TimeUnit::Millisecond, Some("UTC"));
    assert_eq!(texts(&zoned, utc), ["2024-02-29T10:00:00Z"]);
    assert_eq!(run(&zoned, &col("x").to_timestamp(form)).unwrap_err().kind(), ErrorKind::Parse);
}

#[test]
fn what_is_written_reads_back() {
    let dates: Vec<String> = (0..400)
        .map(|i| {
            NaiveDate::from_ymd_opt(1900, 1, 1).unwrap().checked_add_days(chrono::Days::new(i * 331)).unwrap()
        })
        .map(|date| date.to_string())
        .collect();
    let column: Column = dates.iter().map(String::as_str).collect();
    let there_and_back = col("x").to_date(None).strftime("%j of %Y").to_date(Some("%j of %Y"));
    assert_eq!(texts(&column, there_and_back), dates);
    let naive = column_of(&stamp(TimeUnit::Second, None), &["2024-01-01"]);
    let error = run(&naive, &col("x").strftime("%z")).unwrap_err();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::InvalidArgument, Some(0)));
    assert_eq!(run(&naive, &lit("x").strftime("%Y")).unwrap_err().kind(), ErrorKind::Type);
}

#[test]
fn what_does_not_fit_is_an_error() {
    let nanos = stamp(TimeUnit::Nanosecond, None);
    // 1677-09-21T00:12:43.145225192 and later; the first row is null.
    let least: Column = [None, Some(i64::MIN + 1_000), Some(0)].into_iter().collect();
    let x = || col("x").cast(nanos.clone());
    let early = [
        x().date_trunc("day"),
        x().date_trunc("year"),
        x().date_trunc("hour"),
        x().date_floor("1h"),
        x().date_round("20y"),
        x().midnight(),
        x().localize_zone(Some("+01:00")),
        x().localize_zone_with("+01:00", "null", "null"),
    ];
    for expr in early {
        let error = run(&least, &expr).unwrap_err();
        assert_eq!(error.row_number(), Some(1), "{error}");
        assert!(error.message().contains("does not fit its type"), "{error}");
        assert_eq!(error.offending_value(), Some("1677-09-21T00:12:43.145225192"), "{error}");
    }
    assert_eq!(texts(&least, x().date_trunc("microsecond"))[2], "1970-01-01T00:00:00");
    // The start of the next period fits.
    let ends = ["1677-09-22T00:00:00", "1677-09-21T00:12:44", "1677-10-01T00:00:00"];
    for (expr, end) in [x().date_ceil("1d"), x().date_ceil("1s"), x().date_round("1mo")].into_iter().zip(ends)
    {
        assert_eq!(texts(&least.slice(1, 1), expr.clone()), [end], "{expr}");
    }
    let last: Column = [Some(i64::MAX / 86_400_000_000 * 86_400_000_000 - 1)].into_iter().collect();
    let micro = col("x").cast(stamp(TimeUnit::Microsecond, None));
    assert_eq!(texts(&last, micro.date_ceil("1d")), ["+294247-01-10T00:00:00"]);
    let greatest: Column = [Some(i64::MAX)].into_iter().collect();
    let far = col("x").cast(stamp(TimeUnit::Second, None));
    let late = [
        far.clone().date_ceil("1d"),
        far.clone().to_epoch("ms"),
        far.date_diff(lit(Scalar::Timestamp(0, TimeUnit::Second, None)), "ms"),
        col("x").cast(DType::Duration(TimeUnit::Second)).total_nanoseconds(),
        col("x").cast(nanos).date_ceil("1y"),
    ];
    for expr in late {
        let error = run(&greatest, &expr).unwrap_err();
        assert_eq!((error.kind(), error.row_number()), (ErrorKind::Arithmetic, Some(0)), "{error}");
    }
}
