//! Frames as they are printed.

use super::*;
use crate::data::{DType, Field, Scalar, Schema, TimeUnit};
use arrow::array::{ArrayRef, ListArray};
use arrow::datatypes::Int64Type;
use std::sync::Arc;

#[track_caller]
fn shows(shown: &impl fmt::Display, lines: &[&str]) {
    let text = shown.to_string();
    assert_eq!(text.lines().collect::<Vec<_>>(), lines, "\n{text}\n");
}

fn options() -> DisplayOptions {
    DisplayOptions::default()
}

fn scalars(values: &[Scalar], dtype: &DType) -> Column {
    let parts: Vec<Column> =
        values.iter().map(|value| Column::from_held(value.to_array(dtype, 1).unwrap())).collect();
    crate::data::concat::concat_columns(&parts.iter().collect::<Vec<_>>()).unwrap()
}

#[test]
fn a_short_frame_is_shown_whole() {
    let frame = Frame::builder()
        .column("year", [2013i64, 2013, 2013])
        .column("carrier", [Some("UA"), None, Some("東京航空")])
        .column("dep_delay", [Some(2.0), Some(-11.25), None])
        .column("late", [Some(false), Some(true), None])
        .finish()
        .unwrap();
    shows(
        &frame,
        &[
            " year │ carrier  │ dep_delay │ late",
            "int64 │ string   │   float64 │ bool",
            "──────┼──────────┼───────────┼──────",
            " 2013 │ UA       │      2.00 │ false",
            " 2013 │ null     │    -11.25 │ true",
            " 2013 │ 東京航空 │      null │ null",
            "3 rows × 4 columns",
        ],
    );
    assert_eq!(format!("{frame:?}"), frame.to_string());
}

#[test]
fn a_long_frame_shows_its_ends() {
    let frame = Frame::builder()
        .column("row", (0..1_234_567i64).collect::<Column>())
        .column("half", (0..1_234_567i64).map(|i| i as f64 / 2.0).collect::<Column>())
        .finish()
        .unwrap();
    shows(
        &frame.repartition(7).unwrap(),
        &[
            "    row │     half",
            "  int64 │  float64",
            "────────┼─────────",
            "      0 │      0.0",
            "      1 │      0.5",
            "      2 │      1.0",
            "      3 │      1.5",
            "      4 │      2.0",
            "      … │        …",
            "1234562 │ 617281.0",
            "1234563 │ 617281.5",
            "1234564 │ 617282.0",
            "1234565 │ 617282.5",
            "1234566 │ 617283.0",
            "1,234,567 rows × 2 columns",
        ],
    );
    let three = DisplayOptions { max_rows: 3, ..options() };
    let text = frame.to_text(&three);
    let rows: Vec<&str> = text.lines().skip(3).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(rows, ["0", "1", "…", "1234566", "1,234,567"], "{text}");
    let none = frame.to_text(&DisplayOptions { max_rows: 0, ..options() });
    assert_eq!(none.lines().count(), 5, "{none}");
}

#[test]
fn a_wide_frame_shows_its_ends() {
    let mut builder = Frame::builder();
    for i in 0..40 {
        builder = builder.column(format!("column{i}"), [i as i64]);
    }
    let frame = builder.finish().unwrap();
    shows(
        &frame,
        &[
            "column0 │ column1 │ column2 │ column3 │ column4 │ column5 │ … │ column35 │ column36 │ column37 │ column38 │ column39",
            "  int64 │   int64 │   int64 │   int64 │   int64 │   int64 │ … │    int64 │    int64 │    int64 │    int64 │    int64",
            "────────┼─────────┼─────────┼─────────┼─────────┼─────────┼───┼──────────┼──────────┼──────────┼──────────┼─────────",
            "      0 │       1 │       2 │       3 │       4 │       5 │ … │       35 │       36 │       37 │       38 │       39",
            "1 row × 40 columns",
        ],
    );
    // Fewer columns than may be shown, but too wide together.
    let narrow = frame.to_text(&DisplayOptions { max_width: 50, max_columns: 99, ..options() });
    assert_eq!(narrow.lines().next(), Some("column0 │ column1 │ … │ column38 │ column39"), "{narrow}");
    for most in [1, 2, 3, 4] {
        let text = frame.to_text(&DisplayOptions { max_columns: most, ..options() });
        let names = text.lines().next().unwrap();
        assert_eq!(names.matches("column").count(), most, "{text}");
        assert!(names.contains('…') && text.contains("column0"), "{text}");
    }
    for width in 1..200 {
        let text = frame.to_text(&DisplayOptions { max_width: width, max_columns: 99, ..options() });
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width.max("1 row × 40 columns".chars().count()), "{text}");
    }
}

#[test]
fn frames_of_nothing() {
    let schema = Schema::new(vec![Field::new("a", DType::Int64), Field::new("b", DType::String)]).unwrap();
    shows(&Frame::empty(schema), &["    a │ b", "int64 │ string", "──────┼───────", "0 rows × 2 columns"]);
    shows(&Frame::empty(Schema::empty()), &["0 rows × 0 columns"]);
    let rows = crate::data::Batch::new(Vec::new(), 3).unwrap();
    shows(&Frame::new(Schema::empty(), vec![rows]).unwrap(), &["3 rows × 0 columns"]);
}

#[test]
fn every_type_is_readable() {
    let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([
        Some(vec![Some(1), None]),
        Some((0..50).map(Some).collect()),
    ]));
    let stamps = [
        Scalar::Timestamp(1_357_016_400_000_000, TimeUnit::Microsecond, None),
        Scalar::Timestamp(0, TimeUnit::Microsecond, None),
    ];
    let pair = |x: i64, y: &str| Scalar::Struct(vec![("x".into(), x.into()), ("y".into(), y.into())]);
    let pairs = [pair(1, "a"), pair(2, "b")];
    let frame = Frame::builder()
        .column("day", scalars(&[Scalar::Date(15_706), Scalar::Null], &DType::Date))
        .column("at", scalars(&stamps, &stamps[0].dtype()))
        .column(
            "took",
            scalars(
                &[Scalar::Duration(90_061, TimeUnit::Second), Scalar::Null],
                &DType::Duration(TimeUnit::Second),
            ),
        )
        .column(
            "price",
            scalars(&[Scalar::Decimal(12_345, 2), Scalar::Decimal(-5, 2)], &DType::Decimal(9, 2)),
        )
        .column("lists", lists)
        .column("pair", scalars(&pairs, &pairs[0].dtype()))
        .column("bytes", scalars(&[Scalar::Binary((*b"a\0\xff").into()), Scalar::Null], &DType::Binary))
        .finish()
        .unwrap();
    let wide = DisplayOptions { max_width: 400, ..options() };
    assert_eq!(
        frame.to_text(&wide).lines().collect::<Vec<_>>(),
        [
            "day        │ at                  │        took │         price │ lists                       │ pair                        │ bytes",
            "date       │ timestamp[us]       │ duration[s] │ decimal[9, 2] │ list[int64]                 │ struct[x: int64, y: string] │ binary",
            "───────────┼─────────────────────┼─────────────┼───────────────┼─────────────────────────────┼─────────────────────────────┼─────────────",
            "2013-01-01 │ 2013-01-01 05:00:00 │ 1d 01:01:01 │        123.45 │ [1, null]                   │ {x: 1, y: \"a\"}              │ b\"a\\x00\\xff\"",
            "null       │ 1970-01-01 00:00:00 │        null │         -0.05 │ [0, 1, 2, 3, 4, 5, 6, 7, …] │ {x: 2, y: \"b\"}              │ null",
            "2 rows × 7 columns",
        ]
    );
}

#[test]
fn long_and_odd_texts_are_kept_to_one_line() {
    let long = "a very long text that goes on and on and on";
    let frame = Frame::builder().column("two\nlines", [long, "a\ttab"]).finish().unwrap();
    shows(
        &frame,
        &[
            "two\\nlines",
            "string",
            "────────────────────────────────",
            "a very long text that goes on a…",
            "a\\ttab",
            "2 rows × 1 column",
        ],
    );
}

#[test]
fn a_series_is_shown_as_a_column() {
    let frame = Frame::builder().column("x", (0..20i64).collect::<Column>()).finish().unwrap();
    let series = frame.repartition(3).unwrap().column("x").unwrap();
    shows(
        &series,
        &[
            "    x",
            "int64",
            "─────",
            "    0",
            "    1",
            "    2",
            "    3",
            "    4",
            "    …",
            "   15",
            "   16",
            "   17",
            "   18",
            "   19",
            "20 values",
        ],
    );
    shows(&series.slice(18, 9), &["    x", "int64", "─────", "   18", "   19", "2 values"]);
}

#[test]
fn html_is_escaped_and_elided() {
    let frame = Frame::builder()
        .column("a<b", ["<script>", "&\"'"])
        .column("n", [Some(1i64), None])
        .finish()
        .unwrap();
    let expected = r#"<div class="hypostyle">
<table>
<thead>
<tr><th style="text-align: left">a&lt;b</th><th style="text-align: right">n</th></tr>
<tr><td style="text-align: left">string</td><td style="text-align: right">int64</td></tr>
</thead>
<tbody>
<tr><td style="text-align: left">&lt;script&gt;</td><td style="text-align: right">1</td></tr>
<tr><td style="text-align: left">&amp;&quot;&#39;</td><td style="text-align: right">null</td></tr>
</tbody>
</table>
<small>2 rows × 2 columns</small>
</div>"#;
    assert_eq!(frame.to_html(), expected);
    let long = Frame::builder().column("x", (0..100i64).collect::<Column>()).finish().unwrap();
    assert_eq!(long.to_html().matches("<tr>").count(), 2 + 11);
    assert_eq!(Frame::empty(Schema::empty()).to_html().matches("<t").count(), 1);
}
