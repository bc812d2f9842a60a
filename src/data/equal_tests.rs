//! Frames that are equal, and what is said of those that are not.

use super::*;
use crate::data::TimeUnit;
use crate::data::build::IntoColumn;
use arrow::array::{DictionaryArray, Int64Array, ListArray, StringViewArray};
use arrow::datatypes::{Int64Type, UInt32Type};

fn frame(name: &str, values: impl IntoColumn) -> Frame {
    Frame::builder().column(name, values).finish().unwrap()
}

#[track_caller]
fn equal(left: &Frame, right: &Frame, options: &EqualOptions) {
    assert_eq!(frame_difference(left, right, options), None);
    assert_eq!(frame_difference(right, left, options), None);
}

#[track_caller]
fn differ(left: &Frame, right: &Frame, options: &EqualOptions, text: &str) {
    assert_eq!(frame_difference(left, right, options).as_deref(), Some(text));
    assert!(frame_difference(right, left, options).is_some());
}

fn default() -> EqualOptions {
    EqualOptions::default()
}

#[test]
fn shapes_names_and_types() {
    let left = Frame::builder().column("a", [1i64]).column("b", [true]).finish().unwrap();
    let right = Frame::builder().column("b", [true]).column("a", [1i64]).finish().unwrap();
    differ(&left, &right, &default(), "frames differ: the columns are a, b on the left, b, a on the right");
    let text = "frames differ: 2 columns on the left, 1 on the right; only on the left: \"b\"; \
                column \"a\" is int64 on the left, int32 on the right";
    differ(&left, &frame("a", [1i32]), &default(), text);
    let text = "frames differ: 1 rows on the left, 2 on the right";
    differ(&frame("a", [1i64]), &frame("a", [1i64, 2]), &default(), text);
    let empty = Frame::empty(Schema::empty());
    equal(&empty, &empty, &default());
}

#[test]
fn the_first_difference_and_all_counts_are_named() {
    let left = Frame::builder()
        .column("x", [Some(1i64), Some(2), None, Some(4)])
        .column("t", ["a", "b", "c", "d"])
        .finish()
        .unwrap();
    let right = Frame::builder()
        .column("x", [Some(1i64), Some(2), Some(3), None])
        .column("t", ["a", "B", "c", "d"])
        .finish()
        .unwrap();
    let text = "frames differ in 3 of 4 rows; first at row 1, column \"t\": \"b\" on the left, \"B\" on the right; \
                by column: \"x\" in 2, \"t\" in 1";
    differ(&left, &right, &default(), text);
    differ(&left.repartition(3).unwrap(), &right, &default(), text);
}

#[test]
fn partitions_and_codes_make_no_difference() {
    let texts: Vec<String> = (0..100).map(|i| format!("text number {}", i % 7)).collect();
    let plain = frame("t", texts.clone());
    let coded: DictionaryArray<UInt32Type> = texts.iter().map(String::as_str).collect();
    let coded = frame("t", Arc::new(coded) as ArrayRef);
    assert!(coded.partitions()[0].column(0).is_coded());
    equal(&plain, &coded, &default());
    equal(&plain.repartition(7).unwrap(), &coded.repartition(3).unwrap(), &default());
    equal(&coded, &coded.repartition(3).unwrap(), &default());
    assert!(plain == coded);
    let other = frame("t", vec!["x"; 100]);
    assert!(other != coded);
}

#[test]
fn floats() {
    let left = frame("x", [Some(f64::NAN), Some(0.0), Some(1.0), None]);
    let right = frame("x", [Some(-f64::NAN), Some(-0.0), Some(1.0), None]);
    equal(&left, &right, &default());
    let exact = EqualOptions { exact_bits: true, ..default() };
    equal(&left, &left, &exact);
    differ(
        &left,
        &right,
        &exact,
        "frames differ in 2 of 4 rows; first at row 0, column \"x\": NaN on the left, NaN on the right; \
         by column: \"x\" in 2",
    );
    let (left, right) = (frame("x", [1000.0f32, 0.001]), frame("x", [1000.5f32, 0.001]));
    assert!(left != right);
    equal(&left, &right, &EqualOptions { absolute: 0.5, ..default() });
    equal(&left, &right, &EqualOptions { relative: 1e-3, ..default() });
    assert!(frame_difference(&left, &right, &EqualOptions { relative: 1e-4, ..default() }).is_some());
    // No tolerance reaches infinity, and null is no value.
    let tolerant = EqualOptions { absolute: 1e300, relative: 1.0, ..default() };
    assert!(frame_difference(&frame("x", [f64::INFINITY]), &frame("x", [1.0]), &tolerant).is_some());
    assert!(frame_difference(&frame("x", [None, Some(1.0)]), &frame("x", [0.0, 1.0]), &tolerant).is_some());
}

#[test]
fn any_order() {
    let any = EqualOptions { any_order: true, relative: 1e-9, ..default() };
    let left = Frame::builder()
        .column("x", [Some(0.1 + 0.2), None, Some(-0.0), Some(f64::NAN)])
        .column("t", [Some("a"), Some("b"), None, Some("a")])
        .finish()
        .unwrap();
    let right = Frame::builder()
        .column("x", [Some(-f64::NAN), Some(0.0), Some(0.3), None])
        .column("t", [Some("a"), None, Some("a"), Some("b")])
        .finish()
        .unwrap();
    equal(&left, &right.repartition(2).unwrap(), &any);
    assert!(left != right);
    let text = "frames differ in 1 of 3 rows; first at row 1 on the left, 2 on the right, column \"k\": \
                7 on the left, 8 on the right; by column: \"k\" in 1";
    differ(&frame("k", [1i64, 7, 2]), &frame("k", [2i64, 1, 8]), &any, text);
}

#[test]
fn other_types() {
    let lists = |last: Option<i64>| {
        let rows = vec![Some(vec![Some(1), None]), None, Some(vec![last])];
        frame("l", Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(rows)) as ArrayRef)
    };
    equal(&lists(Some(3)), &lists(Some(3)).repartition(2).unwrap(), &default());
    let text = "frames differ in 1 of 3 rows; first at row 2, column \"l\": [3] on the left, [4] on the right; \
                by column: \"l\" in 1";
    differ(&lists(Some(3)), &lists(Some(4)), &default(), text);
    let stamp = |value: i64| {
        let dtype = DType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let array = dispatch::logical(Arc::new(Int64Array::from(vec![value])), &dtype).unwrap();
        frame("at", array)
    };
    equal(&stamp(5), &stamp(5), &default());
    assert!(stamp(5) != stamp(6));
    let nulls = |rows| frame("n", Column::from_held(arrow::array::new_null_array(&DataType::Null, rows)));
    equal(&nulls(3), &nulls(3), &default());
    let flags = |values: [Option<bool>; 2]| frame("f", values);
    assert!(flags([Some(true), None]) != flags([Some(true), Some(false)]));
    let bytes = |text: &str| {
        frame(
            "b",
            Column::from_held(Scalar::Binary(text.as_bytes().into()).to_array(&DType::Binary, 2).unwrap()),
        )
    };
    assert!(bytes("a") == bytes("a") && bytes("a") != bytes("b"));
    let views: ArrayRef =
        Arc::new(StringViewArray::from(vec![Some("a text of more than twelve bytes"), None]));
    equal(&frame("t", views.clone()), &frame("t", views), &default());
}

#[test]
#[should_panic(expected = "first at row 0, column \"x\": 1 on the left, 2 on the right")]
fn the_assertion_says_where() {
    assert_frame_eq(&frame("x", [1i64]), &frame("x", [2i64]));
}

#[test]
fn columns_are_compared_at_once() {
    let rows = 1_000_000i64;
    let build = |last: i64| {
        let texts: Vec<String> = (0..rows).map(|i| format!("t{}", i % 1000)).collect();
        Frame::builder()
            .column("k", (0..rows).map(|i| if i == rows - 1 { last } else { i }).collect::<Column>())
            .column("x", (0..rows).map(|i| i as f64 * 0.1).collect::<Column>())
            .column("t", texts)
            .finish()
            .unwrap()
    };
    let (left, right) = (build(0), build(1).repartition(9).unwrap());
    let start = std::time::Instant::now();
    let text = frame_difference(&left, &right, &default()).unwrap();
    assert!(text.contains("in 1 of 1,000,000 rows; first at row 999999"), "{text}");
    // Row by row it would take many seconds without optimisation.
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
