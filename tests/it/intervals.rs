//! Intervals of months, days and nanoseconds: added on the calendar, equal part by part, never ordered.

use crate::check::{check, print, refused, table};
use arrow::array::{ArrayRef, IntervalDayTimeArray, IntervalYearMonthArray};
use arrow::datatypes::IntervalDayTime;
use hypostyle::functions::{AGGREGATES, SCALARS, WINDOWS};
use hypostyle::{
    CastMode, Column, DType, ErrorKind, Expr, Frame, GroupOrder, IpcWriteOptions, JoinType, Params,
    ParquetWriteOptions, Scalar, SortKey, TimeUnit, col, interval, lit, read_ipc, when,
};
use std::sync::Arc;

const HOUR: i64 = 3_600_000_000_000;

/// Numbers in three columns, and the intervals of them.
fn frame() -> Frame {
    let parts = table(
        "k: int64 | months: int64 | days: int64 | hours: int64\n1 | 1 | 0 | 0\n2 | 0 | 30 | 0\n1 | 0 | 0 | 720\n2 | 1 | 0 | 0\n\
         1 | null | null | null\n3 | -13 | 1 | -25",
    );
    let whole = interval(1, 0, 0) * col("months")
        + interval(0, 1, 0) * col("days")
        + interval(0, 0, HOUR) * col("hours");
    parts.lazy().select([col("k"), whole.alias("i")]).collect().unwrap()
}

#[test]
fn they_are_printed_counted_and_taken_apart() {
    check(&[&frame()], |t| {
        t[0].select([
            col("i"),
            col("i").interval_months().alias("m"),
            col("i").interval_days().alias("d"),
            (col("i").interval_nanoseconds() / HOUR).alias("h"),
            (-col("i")).alias("minus"),
            (col("i") * 2).cast(DType::String).alias("twice"),
        ])
    })
    .gives(
        "i: interval | m: int64 | d: int64 | h: float64 | minus: interval | twice: string
         1 month | 1 | 0 | 0.0 | -1 month | 2 months
         30 days | 0 | 30 | 0.0 | -30 days | 60 days
         720:00:00 | 0 | 0 | 720.0 | -720:00:00 | 1440:00:00
         1 month | 1 | 0 | 0.0 | -1 month | 2 months
         null | null | null | null | null | null
         -1 year -1 month 1 day -25:00:00 | -13 | 1 | -25.0 | 1 year 1 month -1 day 25:00:00 | -2 years -2 months 2 days -50:00:00",
    );
}

#[test]
fn they_are_read_from_text() {
    let texts = table("t: string\n1 year -3 days 04:05:06.5\nP1Y2M\n1h30m\nnull");
    check(&[&texts], |t| {
        let interval = col("t").cast(DType::Interval);
        t[0].select([interval.clone().alias("i"), (interval * 2).cast(DType::String).alias("twice")])
    })
    .gives(
        "i: interval | twice: string
         1 year -3 days 04:05:06.5 | 2 years -6 days 08:10:13
         1 year 2 months | 2 years 4 months
         01:30:00 | 03:00:00
         null | null",
    );
    let wrong = table("t: string\n1 day\nsoon").lazy().select([col("t").cast(DType::Interval)]).collect();
    let error = wrong.unwrap_err();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::Parse, Some(1)), "{error}");
}

#[test]
fn keys_are_equal_part_by_part() {
    let frame = frame();
    check(&[&frame], |t| {
        let groups = t[0].group_by("i").order(GroupOrder::FirstSeen);
        groups.agg([col("k").sum().alias("k"), col("i").first().alias("first"), col("i").sum().alias("sum")])
    })
    .gives(
        "i: interval | k: int64 | first: interval | sum: interval\n1 month | 3 | 1 month | 2 months\n30 days | 2 | 30 days | 30 days\n\
         720:00:00 | 1 | 720:00:00 | 720:00:00\nnull | 1 | null | 00:00:00\n\
         -1 year -1 month 1 day -25:00:00 | 3 | -1 year -1 month 1 day -25:00:00 | -1 year -1 month 1 day -25:00:00",
    );
    check(&[&frame], |t| {
        let groups = t[0].group_by("k").order(GroupOrder::Sorted);
        groups.agg([col("i").sum().alias("sum"), col("i").n_unique().alias("n"), col("i").collect_list().alias("all")])
    })
    .gives(
        "k: int64 | sum: interval | n: uint64 | all: list[interval]\n1 | 1 month 720:00:00 | 2 | [1 month, 720:00:00, null]\n\
         2 | 1 month 30 days | 2 | [30 days, 1 month]\n\
         3 | -1 year -1 month 1 day -25:00:00 | 1 | [-1 year -1 month 1 day -25:00:00]",
    );
    check(&[&frame], |t| t[0].join(&t[0].filter(col("k").eq(2)), ["i"], JoinType::Inner).select(["k", "i"]))
        .gives("k: int64 | i: interval\n1 | 1 month\n2 | 30 days\n2 | 1 month");
    check(&[&frame], |t| {
        t[0].select([
            col("i").eq(interval(1, 0, 0)).alias("eq"),
            col("i").is_in([Scalar::Interval { months: 0, days: 30, nanoseconds: 0 }]).alias("in"),
            when(col("k").eq(1)).then(col("i")).otherwise(interval(0, 1, 0)).alias("case"),
            col("i").lag(1).over("k").alias("lag"),
            col("i").fill_null(interval(0, 0, 1)).alias("filled"),
        ])
    })
    .gives(
        "eq: bool | in: bool | case: interval | lag: interval | filled: interval
         true | false | 1 month | null | 1 month
         false | true | 1 day | null | 30 days
         false | false | 720:00:00 | 1 month | 720:00:00
         true | false | 1 day | 30 days | 1 month
         null | null | null | 720:00:00 | 00:00:00.000000001
         false | false | 1 day | null | -1 year -1 month 1 day -25:00:00",
    );
    check(&[&frame], |t| t[0].select(["i"]).distinct().select([col("i").count()])).gives("i: uint64\n4");
}

#[test]
fn times_move_by_months_then_days_then_time() {
    let frame = table("at: timestamp[ms]\n2024-01-31T12:00:00\n2023-12-31T23:30:00\nnull");
    check(&[&frame], |t| {
        t[0].select([
            (col("at") + interval(1, 1, HOUR)).alias("later"),
            (col("at") - interval(1, 0, 0)).alias("earlier"),
            (interval(0, -1, 0) + col("at")).alias("before"),
            (col("at").cast_with(DType::Date, CastMode::Lossy) + interval(13, 0, HOUR)).alias("day"),
        ])
    })
    .gives(
        "later: timestamp[ms] | earlier: timestamp[ms] | before: timestamp[ms] | day: timestamp[us]
         2024-03-01T13:00:00 | 2023-12-31T12:00:00 | 2024-01-30T12:00:00 | 2025-02-28T01:00:00
         2024-02-02T00:30:00 | 2023-11-30T23:30:00 | 2023-12-30T23:30:00 | 2025-01-31T01:00:00
         null | null | null | null",
    );
    let zoned = table("at: timestamp[s, Europe/Oslo]\n2024-03-30T12:00:00+01:00\n2024-03-30T02:30:00+01:00");
    check(&[&zoned], |t| {
        t[0].limit(1).select([(col("at") + interval(0, 1, 0)).alias("day"), (col("at") + interval(0, 0, 24 * HOUR)).alias("hours")])
    })
    .gives(
        "day: timestamp[s, Europe/Oslo] | hours: timestamp[s, Europe/Oslo]\n2024-03-31T12:00:00+02:00 | 2024-03-31T13:00:00+02:00",
    );
    check(&[&zoned], |t| t[0].select([col("at") + interval(0, 1, 0)]))
        .fails(ErrorKind::Arithmetic, &["the zone skips", "row 1", "1 day"]);
    check(&[&zoned], |t| t[0].select([col("at") + interval(0, 0, 1)]))
        .fails(ErrorKind::Arithmetic, &["finer than the unit", "row 0"]);
    let fine = || col("at").cast(DType::Timestamp(TimeUnit::Nanosecond, None));
    check(&[&frame], |t| t[0].select([fine() + interval(i32::MAX, i32::MAX, 0)]))
        .fails(ErrorKind::Arithmetic, &["does not fit", "row 0"]);
    let month = table("n: int64\n1\n3000000000");
    check(&[&month], |t| t[0].select([interval(1, 0, 0) * col("n")]))
        .fails(ErrorKind::Arithmetic, &["interval overflow", "row 1"]);
    check(&[&month], |t| t[0].select([(interval(i32::MAX, 0, 0) * (col("n") - col("n") + 1)).sum()]))
        .fails(ErrorKind::Arithmetic, &["does not fit an interval"]);
    let spans = table("d: int64\n90\nnull").lazy();
    let spans = spans.select([col("d").cast(DType::Duration(TimeUnit::Second))]).select([
        (col("d") + interval(1, 0, 0)).alias("a"),
        col("d").cast(DType::Interval).alias("b"),
        (interval(1, 0, 0) - col("d")).alias("c"),
    ]);
    assert_eq!(
        print(&spans.collect().unwrap()),
        "a: interval | b: interval | c: interval\n1 month 00:01:30 | 00:01:30 | 1 month -00:01:30\nnull | null | null"
    );
    let long = Scalar::Duration(i64::MAX, TimeUnit::Second);
    let long =
        Frame::builder().column("d", Column::new(long.to_array(&long.dtype(), 1).unwrap()).unwrap()).finish();
    check(&[&long.unwrap()], |t| t[0].select([col("d").cast(DType::Interval)]))
        .fails(ErrorKind::Cast, &["nanoseconds of an interval", "row 0"]);
}

#[test]
fn they_have_no_order() {
    let frame = frame().lazy();
    let refused = |query: &hypostyle::LazyFrame| {
        let error = refused(query);
        assert_eq!(error.kind(), ErrorKind::Type, "{error}");
        error.to_string()
    };
    assert!(refused(&frame.sort("i")).contains("intervals have no order"));
    assert!(
        refused(&frame.sort_by(vec![SortKey::descending(Expr::as_list([col("i")]))])).contains("no order")
    );
    for expr in [
        col("i").lt(interval(1, 0, 0)),
        col("i").rank("min", false).over(Vec::<Expr>::new()),
        col("k").cum_sum().over_by("k", vec![SortKey::ascending(col("i"))]),
        col("i").least([interval(1, 0, 0)]),
        col("i").clip(interval(1, 0, 0), interval(2, 0, 0)),
        Expr::as_list([col("i")]).list_sort(false),
        Expr::as_list([col("i")]).list_max(),
    ] {
        assert!(refused(&frame.with_columns([expr.alias("x")])).contains("no order"));
    }
    for expr in
        [col("i").max(), col("i").arg_min(), col("k").max_by(col("i")), col("i").mean(), col("i").median()]
    {
        refused(&frame.select([expr.alias("x")]));
    }
    let groups = frame.group_by("i").order(GroupOrder::Sorted).agg([col("k").sum()]);
    assert!(refused(&groups).contains("no order"));
    refused(&frame.select([col("i") * 1.5]));
    refused(&frame.select([col("i") / 2]));
    refused(&frame.select([col("i").cast(DType::Int64)]));
    refused(&frame.select([lit(true).cast(DType::Interval)]));
}

#[test]
fn arrow_holds_them_and_parquet_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let frame = frame().lazy().with_columns([Expr::as_list([col("i")]).alias("l")]).collect().unwrap();
    let path = folder.path().join("x.arrow");
    frame.lazy().write_ipc(&path, &IpcWriteOptions::default()).unwrap();
    assert_eq!(print(&read_ipc(&path).unwrap()), print(&frame));
    let path = folder.path().join("x.parquet");
    for name in ["i", "l"] {
        let error =
            frame.lazy().select([name]).write_parquet(&path, &ParquetWriteOptions::default()).unwrap_err();
        assert_eq!((error.kind(), error.column_name()), (ErrorKind::Unsupported, Some(name)), "{error}");
    }
    let months: ArrayRef = Arc::new(IntervalYearMonthArray::from(vec![Some(14), None]));
    let days: ArrayRef =
        Arc::new(IntervalDayTimeArray::from(vec![Some(IntervalDayTime::new(-1, 1_500)), None]));
    let shown = |array: ArrayRef| {
        let column = Column::new(array).unwrap();
        assert_eq!(column.dtype(), &DType::Interval);
        Scalar::from_array(column.array(), 0).to_string()
    };
    assert_eq!(shown(months), "1 year 2 months");
    assert_eq!(shown(days), "-1 day 00:00:01.5");
    assert_eq!(DType::parse("interval").unwrap(), DType::Interval);
    let value = Scalar::Interval { months: 1, days: 2, nanoseconds: 3 };
    let text = serde_json::to_string(&value).unwrap();
    assert_eq!(serde_json::from_str::<Scalar>(&text).unwrap(), value);
}

/// Every function takes intervals or says in its types that it does not.
#[test]
fn functions_take_them_or_refuse_them() {
    let frame = frame();
    let fine = |what: &str, query: hypostyle::LazyFrame| {
        if let Err(error) = query.collect() {
            assert_ne!(error.kind(), ErrorKind::Internal, "{what}: {error}");
        }
    };
    for others in ["i", "k"] {
        let args = |names: &[&str]| -> Vec<Expr> {
            (0..names.len()).map(|at| if at == 0 { col("i") } else { col(others) }).collect()
        };
        for function in AGGREGATES {
            let call = Expr::aggregate(function, args(function.args), Params::new()).alias("y");
            fine(&function.name, frame.lazy().select([call.clone()]));
            fine(&function.name, frame.lazy().select([call.clone().over("k").alias("y")]));
            fine(&function.name, frame.lazy().group_by("k").agg([call]));
        }
        for function in WINDOWS {
            let call = Expr::window(function, args(function.args), Params::new()).over("k");
            fine(&function.name, frame.lazy().select([call.alias("y")]));
        }
        for function in SCALARS {
            let call = Expr::call(function, args(function.args), Params::new());
            fine(&function.name, frame.lazy().select([call.alias("y")]));
        }
    }
    let text = frame.to_string();
    assert!(text.contains("1 month") && text.contains("720:00:00"), "{text}");
    assert_eq!(frame, frame.repartition(3).unwrap());
}
