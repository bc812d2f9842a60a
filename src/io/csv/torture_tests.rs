//! Files that trip readers up: odd quotes and line ends, marks and zero bytes, very long and very wide records, and
//! files cut off anywhere.

use crate::data::{DType, Frame, Scalar};
use crate::error::{ErrorKind, Result};
use crate::io::csv::CsvOptions;
use crate::io::csv::tests::{rows, text, tiny};
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

fn strings(content: impl AsRef<[u8]>, bytes: u64, names: &[&str]) -> Result<Frame> {
    let mut options = CsvOptions { null_values: vec![], ..tiny(bytes) };
    for name in names {
        options = options.with_dtype(*name, DType::String);
    }
    text(content, options)
}

/// What each file must read as, in any cut; fields are joined by `|`, records by `/`.
#[test]
fn the_spectrum_of_csv() {
    let cases: &[(&str, &str, &str)] = &[
        ("comma in quotes", "a,b\n\"1,2\",3\n", "1,2|3"),
        ("doubled quotes", "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", "say \"hi\"|\""),
        ("empty fields", "a,b\n,\n\"\",\n", "|/|"),
        ("empty lines", "a,b\n\n\n1,2\n\n3,4\n\n\n", "1|2/3|4"),
        ("lines of blanks", " \na,b\n \t\n1,2\n  \n3,4\n ", "1|2/3|4"),
        ("line feeds in quotes", "a,b\n\"x\ny\n\nz\",\"\n\"\n1,2\n", "x\ny\n\nz|\n/1|2"),
        ("crlf", "a,b\r\n1,2\r\n\"3\r\n\",4\r\n", "1|2/3\r\n|4"),
        ("crlf without the last", "a,b\r\n1,2\r\n3,4", "1|2/3|4"),
        ("lone carriage returns", "a,b\r1,2\r3,4\r", "1|2/3|4"),
        ("mixed line ends", "a,b\n1,2\r3,4\r\n5,6\n\r7,8\r\r\n", "1|2/3|4/5|6/7|8"),
        ("a byte order mark", "\u{feff}a,b\n1,\u{feff}2\n", "1|\u{feff}2"),
        ("a quoted name after the mark", "\u{feff}\"a\",b\n1,2\n", "1|2"),
        ("zero bytes", "a,b\n\0,x\0y\n\"\0\",\n", "\0|x\0y/\0|"),
        ("quotes inside", "a,b\nx\"y\",z\"\n\"p\"q,\"r\"\"s\"t\"\n", "x\"y\"|z\"/pq|r\"st\""),
        ("blanks are kept", "a,b\n 1 , \"2\"\n", " 1 | \"2\""),
        ("utf-8", "a,b\n\u{20ac},\u{1f600}\u{e9}\n", "\u{20ac}|\u{1f600}\u{e9}"),
        ("json", "a,b\n1,\"{\"\"k\"\": \"\"v,w\"\"}\"\n", "1|{\"k\": \"v,w\"}"),
        ("other control bytes", "a,b\n\x0b\x0c,\x1c\u{85}\u{2028}\n", "\x0b\x0c|\x1c\u{85}\u{2028}"),
        ("a quoted field at the end", "a,b\n1,\"2\"", "1|2"),
        ("an empty last field", "a,b\n1,", "1|"),
    ];
    for (name, content, wanted) in cases {
        let wanted: Vec<Vec<Scalar>> =
            wanted.split('/').map(|row| row.split('|').map(Scalar::from).collect()).collect();
        for bytes in [1, 2, 3, 5, 8, 1 << 20] {
            let frame =
                strings(content, bytes, &["a", "b"]).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(rows(&frame), wanted, "{name} with parts of {bytes}");
        }
    }
}

#[test]
fn ragged_and_unclosed_are_refused() {
    let cases = [
        ("a,b\n1,2,3\n", "2 fields expected, 3 found", 0),
        ("a,b\n1,2\n3\n", "2 fields expected, 1 found", 1),
        ("a,b\n1,2\n3,4\n5,\"6\n7,8\n", "never closed", 2),
        ("a,b\n1,2\n\"", "never closed", 1),
        ("a,b\n1,\"2\"\"\n", "never closed", 0),
        ("a,b\n1,2\n x\n", "2 fields expected, 1 found", 1),
    ];
    for (content, message, row) in cases {
        for bytes in [1, 3, 1 << 20] {
            let error = strings(content, bytes, &[]).err().unwrap();
            assert_eq!(
                (error.kind(), error.row_number()),
                (ErrorKind::Parse, Some(row)),
                "{content:?}: {error}"
            );
            assert!(error.message().contains(message), "{content:?}: {error}");
        }
    }
}

#[test]
fn a_megabyte_in_a_field() {
    let long = "0123456789\n,\u{e9}\"\"".repeat(70_000);
    let content = format!("a,b\n1,\"{long}\"\n2,\"{long}\"\n3,x\n");
    for bytes in [1000, 300_000, 1 << 30] {
        let frame = strings(&content, bytes, &["b"]).unwrap();
        let plain = long.replace("\"\"", "\"");
        assert_eq!(frame.shape(), (3, 2));
        assert_eq!(frame.column("b").unwrap().get(0).unwrap(), Scalar::from(plain.as_str()));
        assert_eq!(frame.column("b").unwrap().get(2).unwrap(), Scalar::from("x"));
    }
}

#[test]
fn ten_thousand_columns() {
    let line = |f: &dyn Fn(usize) -> String| (0..10_000).map(f).collect::<Vec<_>>().join(",");
    let names = line(&|i| format!("column{i}"));
    let content: String = std::iter::once(names)
        .chain((0..12).map(|row| line(&|i| format!("{}", i * row))))
        .map(|line| line + "\n")
        .collect();
    for bytes in [200_000, 1 << 30] {
        let frame = text(&content, tiny(bytes)).unwrap();
        assert_eq!(frame.shape(), (12, 10_000));
        assert_eq!(frame.column("column9999").unwrap().get(11).unwrap(), Scalar::Int(9999 * 11));
        assert_eq!(frame.column("column0").unwrap().get(11).unwrap(), Scalar::Int(0));
    }
}

#[test]
fn long_and_short_records_in_turn() {
    let row =
        |i: usize| format!("{i},{}\n", "x".repeat(if i.is_multiple_of(1000) { 200_000 } else { i % 7 }));
    let content: String = std::iter::once("a,b\n".to_owned()).chain((0..5000).map(row)).collect();
    for bytes in [10_000, 1 << 30] {
        let frame = strings(&content, bytes, &["b"]).unwrap();
        let numbers: Vec<Scalar> = frame.column("a").unwrap().values().collect();
        assert_eq!(numbers, (0..5000).map(Scalar::Int).collect::<Vec<_>>());
        assert_eq!(frame.column("b").unwrap().get(3000).unwrap(), Scalar::from("x".repeat(200_000).as_str()));
    }
}

#[test]
fn a_file_cut_anywhere_is_read_or_refused() {
    let content = "id,name,when\n1,\"a \"\"b\"\"\n,c\",2024-02-29T01:02:03Z\r\n-22,\u{e9}\u{1f600},\n3.5,,2024-03-01T00:00:00Z\n";
    let whole = rows(&text(content, tiny(1 << 20)).unwrap());
    for cut in 0..content.len() {
        for bytes in [1, 7, 1 << 20] {
            match text(&content.as_bytes()[..cut], tiny(bytes)) {
                // Whole records before the cut are as they were, if their types are.
                Ok(frame) => {
                    assert!(frame.rows() <= whole.len() as u64);
                    if frame.schema().to_string() == "id: float64, name: string, when: timestamp[us, UTC]" {
                        let kept = (frame.rows() as usize).saturating_sub(1);
                        assert_eq!(rows(&frame)[..kept], whole[..kept], "cut at {cut}");
                    }
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::Parse, "cut at {cut}: {error}"),
            }
        }
    }
}

#[test]
fn a_flipped_bit_is_read_or_refused() {
    let content = "id,name,when\n1,\"a \"\"b\"\"\n,c\",2024-02-29T01:02:03Z\n-22,\u{e9}\u{1f600},\n3.5,,2024-03-01T00:00:00Z\n";
    for place in 0..content.len() {
        for bit in 0..8 {
            let mut bytes = content.as_bytes().to_vec();
            bytes[place] ^= 1 << bit;
            if let Err(error) = text(&bytes, tiny(9)) {
                let known = [ErrorKind::Parse, ErrorKind::DuplicateColumn, ErrorKind::Corrupt];
                assert!(known.contains(&error.kind()), "bit {bit} of byte {place}: {error}");
            }
        }
    }
}

/// Where no quote is near a cut, none is taken to be open: here that is wrong as often as right.
#[test]
fn long_quoted_fields_of_what_looks_like_records() {
    let inside = "1,2\n".repeat(5000);
    let ragged = "1,2,3\n".repeat(2000);
    let line = |i: usize| match i % 7 {
        0 => format!("{i},\"{}\"\n", &inside[..i * 13 % inside.len() / 4 * 4]),
        1 => format!("{i},\"{ragged}\"\n"),
        2 => format!("{i},{}\n", "x".repeat(i * 17 % 9000)),
        other => format!("{i},{other}\n"),
    };
    let head = "a,b\n".to_owned();
    let content: String = std::iter::once(head).chain((0..150).map(line)).collect();
    let whole = rows(&strings(&content, 1 << 30, &["b"]).unwrap());
    assert_eq!(whole.len(), 150);
    for bytes in [500, 3001, 5000, 20_000] {
        let again: Vec<String> =
            (0..3).map(|_| format!("{:?}", rows(&strings(&content, bytes, &["b"]).unwrap()))).collect();
        assert!(again.iter().all(|found| *found == format!("{whole:?}")), "parts of {bytes}");
    }
    // What is wrong is told of the right row, from wherever reading began.
    for (wrong, message) in [
        ("7,8,9\n", "2 fields expected, 3 found"),
        ("x,1\n", "this is no int64"),
        ("1,\"open\n", "never closed"),
    ] {
        let broken = format!("{content}{wrong}{}", line(3).repeat(2000));
        for bytes in [500, 5000, 1 << 30] {
            let options = CsvOptions { null_values: vec![], ..tiny(bytes) };
            let options = options.with_dtype("a", DType::Int64).with_dtype("b", DType::String);
            let error = text(&broken, options).err().unwrap();
            assert_eq!(error.row_number(), Some(150), "parts of {bytes}: {error}");
            assert!(error.message().contains(message), "{error}");
        }
    }
}

proptest! {
    /// Bytes of all kinds: never a panic, and the same answer in any cut.
    #[test]
    fn any_bytes_are_read_or_refused(
        parts in prop::collection::vec(prop::sample::select(vec![
            "1", "-2.5", "a", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", "\0", "\u{e9}", "2024-02-29", "true", " ",
        ]), 0..60),
        noise in prop::collection::vec(any::<u8>(), 0..3),
        bytes in 1..30u64,
    ) {
        let mut content = b"a,b\n".to_vec();
        content.extend_from_slice(parts.concat().as_bytes());
        content.extend_from_slice(&noise);
        let (whole, cut) = (text(&content, tiny(1 << 20)), text(&content, tiny(bytes)));
        match (whole, cut) {
            (Ok(whole), Ok(cut)) => {
                prop_assert_eq!(whole.schema(), cut.schema());
                prop_assert_eq!(rows(&whole), rows(&cut));
            }
            (whole, cut) => prop_assert_eq!(
                whole.err().map(|error| (error.row_number(), error.message().to_owned())),
                cut.err().map(|error| (error.row_number(), error.message().to_owned()))
            ),
        }
    }

    /// Numbers and text of the file against the `csv` crate and the standard library.
    #[test]
    fn numbers_are_those_of_the_standard_library(
        values in prop::collection::vec((any::<i64>(), any::<f64>(), prop::option::of("[ -~\u{e9}]{0,20}")), 1..200),
        bytes in 20..2000u64,
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["i", "f", "t"]).unwrap();
        for (int, float, text) in &values {
            let text = text.clone().unwrap_or_default();
            writer.write_record([int.to_string(), float.to_string(), text]).unwrap();
        }
        let content = writer.into_inner().unwrap();
        let options = tiny(bytes)
            .with_dtype("i", DType::Int64)
            .with_dtype("f", DType::Float64)
            .with_dtype("t", DType::String);
        let found = rows(&text(&content, options).unwrap());
        prop_assert_eq!(found.len(), values.len());
        for (row, (int, float, text)) in found.iter().zip(&values) {
            prop_assert_eq!(&row[0], &Scalar::Int(*int));
            match row[1] {
                Scalar::Float(value) => prop_assert!(value.to_bits() == float.to_bits() || value.is_nan() && float.is_nan()),
                ref other => panic!("{other:?} for {float}"),
            }
            let text = text.clone().filter(|text| !text.is_empty());
            prop_assert_eq!(&row[2], &text.map_or(Scalar::Null, |text| Scalar::from(text.as_str())));
        }
    }
}
