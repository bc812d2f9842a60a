//! Lines that cannot be read: every policy, however the file is cut and whatever columns are wanted.

use crate::error::{ErrorKind, Result};
use crate::io::json::{JsonOptions, OnError};
use crate::{DType, Field, Frame, Scalar, col, read_json_quarantined, scan_json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tempfile::TempDir;

/// Good lines and bad ones of each kind; `id` counts the lines.
const LINES: &[&str] = &[
    r#"{"id": 0, "n": 1, "s": {"k": [1, 2]}, "t": "a text longer than twelve bytes"}"#,
    r#"{"id": 1, "n": "one", "s": null, "t": "b"}"#,
    r#"{"id": 2, "n": 300, "s": {"k": []}, "t": "c"}"#,
    r#"{"id": 3, "n": 2, "s": {"k": [1, "two"]}, "t": "d"}"#,
    r#"{"id": 4, "n": 3, "s": {"k": [3]}, "t": "e", "#,
    r#"[5]"#,
    r#"{"id": 6, "n": 4, "s": {"k": [4]}, "t": "f", "t": "g"}"#,
    "",
    r#"{"id": 7, "n": null, "t": "h"}"#,
    r#"{"id": 8, "n": -7, "s": {"k": [8, 900]}, "t": "another text longer than twelve bytes"}"#,
    r#"{"id": 9, "n": 9, "s": {"k": [9]}, "t": "i"} {}"#,
    r#"{"id": 10, "n": 10, "s": {"k": [10]}, "t": "j"}"#,
];

fn file(lines: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ndjson");
    std::fs::write(&path, lines.join("\n")).unwrap();
    (folder, path)
}

/// `n` as small numbers, `s` as an object of a list of small numbers.
fn options(on_error: OnError, partition_bytes: u64) -> JsonOptions {
    let list = DType::List(Box::new(DType::Int8));
    let dtypes = BTreeMap::from([
        ("n".to_owned(), DType::Int8),
        ("s".to_owned(), DType::Struct(vec![Field::new("k", list)])),
    ]);
    JsonOptions { dtypes, on_error, partition_bytes: Some(partition_bytes), ..JsonOptions::default() }
}

fn ints(frame: &Frame, name: &str) -> Vec<Option<i64>> {
    frame.column(name).unwrap().values().map(|value| value.as_i64()).collect()
}

fn read(lines: &[&str], options: JsonOptions) -> Result<Frame> {
    let (_folder, path) = file(lines);
    scan_json(path.to_str().unwrap(), options)?.collect()
}

#[test]
fn lines_that_cannot_be_read_are_left_out() {
    for cut in [1, 40, 90, 200, 1 << 20] {
        let frame = read(LINES, options(OnError::Skip, cut)).unwrap();
        assert_eq!(ints(&frame, "id"), [0, 7, 10].map(Some), "cut at {cut}");
        assert_eq!(ints(&frame, "n"), [Some(1), None, Some(10)]);
        let texts: Vec<Scalar> = frame.column("t").unwrap().values().collect();
        assert_eq!(texts[0].as_str(), Some("a text longer than twelve bytes"));
        assert_eq!(texts[2].as_str(), Some("j"));
        // Whatever columns are wanted.
        let (_folder, path) = file(LINES);
        let lazy = scan_json(path.to_str().unwrap(), options(OnError::Skip, cut)).unwrap();
        assert_eq!(ints(&lazy.clone().select([col("id")]).collect().unwrap(), "id"), [0, 7, 10].map(Some));
        let few = lazy.filter(col("id").gt(5)).select([col("t")]).collect().unwrap();
        assert_eq!(few.rows(), 2);
    }
}

#[test]
fn what_was_left_out_is_told() {
    let (_folder, path) = file(LINES);
    let starts: Vec<i64> =
        (0..LINES.len()).map(|line| LINES[..line].iter().map(|line| line.len() as i64 + 1).sum()).collect();
    for cut in [1, 40, 90, 200, 1 << 20] {
        let (good, rejects) =
            read_json_quarantined(path.to_str().unwrap(), options(OnError::Raise, cut)).unwrap();
        assert_eq!(ints(&good, "id"), [0, 7, 10].map(Some));
        // The empty line is none.
        let bad = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (8, 9), (9, 10)];
        assert_eq!(ints(&rejects, "row"), bad.map(|(row, _)| Some(row)), "cut at {cut}");
        assert_eq!(ints(&rejects, "byte"), bad.map(|(_, line)| Some(starts[line])));
        let text = |name: &str| -> Vec<String> {
            let column = rejects.column(name).unwrap();
            column.values().map(|value| value.as_str().unwrap_or("-").to_owned()).collect()
        };
        assert_eq!(text("column"), ["n", "n", "s", "-", "-", "-", "s", "-"]);
        let told = text("text");
        assert_eq!((&*told[0], &*told[1], &*told[3], &*told[4]), ("one", "300", LINES[4].trim(), "[5]"));
        let reasons = text("reason");
        for (at, words) in
            [(0, "whole number"), (3, "not JSON"), (4, "object"), (5, "twice"), (7, "not JSON")]
        {
            assert!(reasons[at].contains(words), "{reasons:?}");
        }
        assert!(text("file").iter().all(|name| *name == path.display().to_string()));
    }
}

#[test]
fn values_that_do_not_fit_are_null() {
    let lines: Vec<&str> = [0, 1, 2, 3, 8, 9, 11].map(|line| LINES[line]).to_vec();
    for cut in [1, 90, 1 << 20] {
        let frame = read(&lines, options(OnError::Null, cut)).unwrap();
        assert_eq!(ints(&frame, "id"), [0, 1, 2, 3, 7, 8, 10].map(Some));
        assert_eq!(ints(&frame, "n"), [Some(1), None, None, Some(2), None, Some(-7), Some(10)]);
        let nulls: Vec<bool> = frame.column("s").unwrap().values().map(|value| value.is_null()).collect();
        assert_eq!(nulls, [false, true, false, true, true, true, false]);
    }
    // Lines that are no records are errors, as records with another number of fields are in CSV.
    for line in [4, 5, 6] {
        let mut lines = vec![LINES[0]; 200];
        lines.push(LINES[line]);
        let error = read(&lines, JsonOptions { sample_bytes: 300, ..options(OnError::Null, 1 << 20) });
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.row_number()), (ErrorKind::Parse, Some(200)), "{error}");
    }
}

#[test]
fn what_only_the_sample_says_is_no_error_of_a_line() {
    let mut lines = vec![r#"{"a": 1}"#; 5000];
    lines.push(r#"{"a": "x"}"#);
    lines.push("no");
    lines.push(r#"{"a": "y", "b": 4"#);
    lines.push(r#"{"a": 2}"#);
    for on_error in [OnError::Skip, OnError::Quarantine] {
        let options = JsonOptions { sample_bytes: 100, on_error, ..JsonOptions::default() };
        let frame = read(&lines, options).unwrap();
        assert_eq!(frame.schema().field("a").unwrap().dtype, DType::String, "the column is widened");
        assert_eq!(frame.rows(), 5002);
    }
    // A field that the sample lacks is a question of the table, not of the line.
    let last = lines.len() - 1;
    lines[last] = r#"{"a": 2, "b": 3}"#;
    let options = JsonOptions { sample_bytes: 100, on_error: OnError::Skip, ..JsonOptions::default() };
    let error = read(&lines, options.clone()).unwrap_err();
    assert_eq!(error.column_name(), Some("b"));
    assert_eq!(read(&lines, JsonOptions { ignore_unknown: true, ..options }).unwrap().rows(), 5002);
}

#[test]
fn the_sample_passes_over_what_is_left_out() {
    let lines = [r#"{"a": 1, "b": "#, r#"{"b": 2}"#, "3", r#"{"c": [1], "#];
    let options = JsonOptions { on_error: OnError::Skip, ..JsonOptions::default() };
    let frame = read(&lines, options.clone()).unwrap();
    assert_eq!(frame.schema().names().collect::<Vec<&str>>(), ["b"]);
    assert_eq!(ints(&frame, "b"), [Some(2)]);
    assert_eq!(read(&["no", "nor this"], options).unwrap().shape(), (0, 0));
}

#[test]
fn arrays_are_read_whole_or_not() {
    for on_error in [OnError::Null, OnError::Skip, OnError::Quarantine] {
        let error = read(&[r#"[{"n": 1}]"#], options(on_error, 100)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}
