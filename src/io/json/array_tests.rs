//! Arrays cut into pieces: every element is in one of them, whatever the size; damage is told with its byte.

use crate::data::Scalar;
use crate::error::ErrorKind;
use crate::io::json::JsonOptions;
use crate::io::json::tests::{read, rows};

fn cut(bytes: u64, sample_bytes: u64) -> JsonOptions {
    JsonOptions { partition_bytes: Some(bytes), sample_bytes, lines: Some(false), ..JsonOptions::default() }
}

#[test]
fn arrays_longer_than_the_sample_have_all_columns() {
    let records: Vec<String> = (0..50)
        .map(|i| format!("{{\"a\": {i}.5, \"s\": \"x,]\\\"{i}\", \"l\": [{{\"k\": {i}}}, {{}}]}}"))
        .collect();
    let text = format!(" [ {} ]\n", records.join(" ,\n"));
    let whole = read(&text, &cut(1 << 20, 1 << 20)).unwrap();
    assert_eq!(whole.shape(), (50, 3));
    // Also where the sample ends within the first record, within a number, within text.
    for sample in 1..250 {
        let found = read(&text, &cut(100, sample)).unwrap();
        assert_eq!(found.schema(), whole.schema(), "{sample}");
        assert_eq!(rows(&found), rows(&whole), "{sample}");
    }
}

#[test]
fn every_element_is_in_one_piece() {
    let mut seed = 5u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    for _ in 0..60 {
        let blanks = ["", "", " ", "\n", "\r\n\t  "];
        let mut text = format!("{}[", blanks[random(5)]);
        let count = random(12);
        for i in 0..count {
            let value = match random(4) {
                0 => "\"\\\\\"".to_owned(),
                1 => format!("\"{}\"", "\\\\\\\"],[{".repeat(random(12))),
                2 => format!("\"{}\"", "\u{e9}}]".repeat(random(40))),
                _ => "\"\"".to_owned(),
            };
            let list = "[{\"k\":[]},{\"k\":[]}]".repeat(random(2));
            let list = if list.is_empty() { "null" } else { &list };
            let record = format!("{{\"i\":{i},\"s\":{value}{},\"l\":{list}}}", blanks[random(5)]);
            let comma = if i + 1 < count { "," } else { "" };
            text += &format!("{}{record}{}{comma}", blanks[random(5)], blanks[random(5)]);
        }
        text += &format!("{}]{}", blanks[random(5)], blanks[random(5)]);
        let values: serde_json::Value = serde_json::from_str(&text).unwrap();
        let wanted: Vec<Scalar> =
            values.as_array().unwrap().iter().map(|row| row["s"].as_str().unwrap().into()).collect();
        for size in [1, 2, 3, 7, 16, 61, 100, 1000] {
            let found = read(&text, &cut(size, 1 << 20)).unwrap();
            let rows = rows(&found);
            assert_eq!(rows.len(), count, "{size}: {text}");
            for (place, row) in rows.iter().enumerate() {
                assert_eq!(row[..2], [Scalar::Int(place as i64), wanted[place].clone()], "{size}: {text}");
            }
        }
    }
}

#[test]
fn damage_is_told_with_its_byte() {
    let blanks = " ".repeat(40);
    let much = "{\"a\": 1},".repeat(40);
    for (text, message, byte) in [
        ("[{\"a\": 1}] 5".to_owned(), "goes on after its array", 11),
        (format!("[{{\"a\": 1}}]{blanks}[{blanks}"), "goes on after its array", 50),
        ("[{\"a\": 1}] ]".to_owned(), "goes on after its array", 11),
        ("[{\"a\": 1}]]".to_owned(), "goes on after its array", 10),
        ("[{\"a\": 1}],[{\"a\": 2}]".to_owned(), "goes on after its array", 10),
        ("[{\"a\": 1}}, {\"a\": 2}]".to_owned(), "closes nothing", 9),
        ("[{\"a\": 1}, {\"a\": 2}".to_owned(), "ends before its array", 19),
        ("[".to_owned(), "ends before its array", 1),
        (format!("{blanks}\n"), "ends before its array", 41),
        (format!("[{much}{{\"a\": \"1}}, {{}}]"), "ends before its array", 377),
        (format!("[{much}{{\"a\": [1}}, {{}}]"), "ends before its array", 377),
        (format!("[{much}{blanks}]"), "nothing stands after a comma", 361),
        (format!("[{blanks},{{\"a\": 1}}]"), "nothing stands before a comma", 41),
        ("x".to_owned(), "no array", 0),
    ] {
        for size in [1, 5, 16] {
            // The sample is checked by itself where it is the whole file.
            let result = read(&text, &cut(size, 1));
            let error = result.expect_err(&text);
            assert_eq!(error.kind(), ErrorKind::Parse, "{text}: {error}");
            let told = error.message().contains(message) && error.byte_offset() == Some(byte);
            let sampled = error.message().starts_with("this is not JSON");
            assert!(told || sampled, "{size}: {text}: {error}");
        }
    }
}
