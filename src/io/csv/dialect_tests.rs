//! Options of other dialects: escapes, guessed delimiters, blanks, footers, forms of dates, records of another length.

use crate::api::scan_csv;
use crate::data::{DType, Scalar};
use crate::error::ErrorKind;
use crate::io::csv::tests::{all, collect, rows, text, tiny};
use crate::io::csv::{CsvOptions, CsvSource, OnError};
use proptest::prelude::{prop, prop_assert_eq, proptest};
use std::io::Write;

fn escaped() -> CsvOptions {
    CsvOptions { escape: Some('\\'), null_values: vec![], ..tiny(7) }
}

fn texts(options: CsvOptions, names: &[&str]) -> CsvOptions {
    names.iter().fold(options, |options, name| options.with_dtype(*name, DType::String))
}

#[test]
fn escapes_mean_the_next_character() {
    let content = "a,b\n\"x\\\"y\",\"\\\\\"\n1\\,2,\\\n\n\\\"3,\"4\\\n5\"\n";
    for bytes in [1, 5, 1 << 20] {
        let options = CsvOptions { partition_bytes: Some(bytes), ..texts(escaped(), &["a", "b"]) };
        let wanted =
            [["x\"y", "\\"], ["1,2", "\n"], ["\"3", "4\n5"]].map(|row| row.map(Scalar::from).to_vec());
        assert_eq!(rows(&text(content, options.clone()).unwrap()), wanted);
        let literal = CsvOptions { quote: None, ..options };
        assert_eq!(
            rows(&text("a,b\n\"x,y\\,\"\n", literal).unwrap()),
            [["\"x", "y,\""].map(Scalar::from).to_vec()]
        );
    }
    let error = text("a,b\n1,2\\", escaped()).err().unwrap();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Parse, "nothing follows the escape character"));
    let error = text("a,b\n", CsvOptions { escape: Some(','), ..CsvOptions::default() }).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

proptest! {
    /// Within quotes the crate `csv` means the same by escapes.
    #[test]
    fn escapes_are_those_of_the_csv_crate(
        table in prop::collection::vec(prop::collection::vec("[ab,\"\\\\\n\r x\u{e9}]{0,6}", 2), 1..8),
        bytes in 1u64..40,
    ) {
        let mut content = "p,q\n".to_owned();
        for record in &table {
            let field = |text: &String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
            content.push_str(&format!("{}\n", record.iter().map(field).collect::<Vec<_>>().join(",")));
        }
        let options = CsvOptions { partition_bytes: Some(bytes), ..texts(escaped(), &["p", "q"]) };
        let found = rows(&text(&content, options).unwrap());
        let mut oracle = csv::ReaderBuilder::new().escape(Some(b'\\')).from_reader(content.as_bytes());
        let wanted: Vec<Vec<Scalar>> = oracle
            .records()
            .map(|record| record.unwrap().iter().map(Scalar::from).collect())
            .collect();
        prop_assert_eq!(found, wanted);
    }
}

#[test]
fn the_delimiter_is_guessed_once_for_all_files() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [("1.csv", "a;b\n1,5;2\n3,5;4\n"), ("2.csv", "a;b\n\"5;5\";6\n")] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let options = CsvOptions { sniff: true, ..tiny(4) };
    let source = CsvSource::open(&[folder.path().join("*.csv")], options.clone()).unwrap();
    let frame = collect(&source, &all(&source)).unwrap();
    assert_eq!(frame.schema().to_string(), "a: string, b: int64");
    assert_eq!(rows(&frame)[2], [Scalar::from("5;5"), Scalar::Int(6)]);
    // With text that has to be made ready too.
    let content = "# x,y,z\na|b\n \"1|\"|2\n";
    let options = CsvOptions { comment: Some('#'), skip_initial_space: true, ..options };
    assert_eq!(rows(&text(content, options).unwrap()), [[Scalar::from("1|"), Scalar::Int(2)]]);
}

#[test]
fn blanks_and_footers_go() {
    let options = CsvOptions { skip_initial_space: true, skip_footer: 3, ..tiny(5) };
    let frame = text("a, b\n1,  \"x,\ny\"\n  2, z\n3, w\nsum, 6, \"of\nall\"\n\n", options.clone()).unwrap();
    assert_eq!(frame.schema().to_string(), "a: int64, b: string");
    assert_eq!(rows(&frame), [[Scalar::Int(1), Scalar::from("x,\ny")], [Scalar::Int(2), Scalar::from("z")]]);
    assert_eq!(text("a,b\n1,2\n", options).unwrap().rows(), 0);
}

#[test]
fn dates_in_any_form() {
    let date_formats = [("d", "%d.%m.%Y"), ("t", "%m/%d/%y %I:%M %p"), ("z", "%Y%m%d %H%M%z")];
    let date_formats = date_formats.map(|(name, form)| (name.to_owned(), form.to_owned())).into();
    let options = CsvOptions { date_formats, ..tiny(9) }.with_dtype("d", DType::Date);
    let content = "d,t,z\n29.02.2024,2/1/24 1:05 PM,19700101 0100+0100\n,,\n";
    let frame = text(content, options.clone()).unwrap();
    assert_eq!(frame.schema().to_string(), "d: date, t: timestamp[us], z: timestamp[us, UTC]");
    let shown: Vec<String> = rows(&frame)[0].iter().map(Scalar::to_string).collect();
    assert_eq!(shown, ["2024-02-29", "2024-02-01T13:05:00", "1970-01-01T00:00:00Z"]);
    assert!(rows(&frame)[1].iter().all(Scalar::is_null));
    let error = text("d,t,z\n,,\n30.02.2024,,\n", options.clone()).err().unwrap();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::Parse, Some(1)));
    assert_eq!((error.column_name(), error.offending_value()), (Some("d"), Some("30.02.2024")));
    let lenient = CsvOptions { on_error: OnError::Null, ..options.clone() };
    assert_eq!(rows(&text("d,t,z\n30.02.2024,,\n", lenient).unwrap())[0][0], Scalar::Null);
    assert_eq!(text("d,t\n,\n", options.clone()).err().unwrap().kind(), ErrorKind::ColumnNotFound);
    let number = options.with_dtype("t", DType::Int64);
    assert_eq!(text("d,t,z\n,,\n", number).err().unwrap().column_name(), Some("t"));
}

#[test]
fn records_of_another_length_alone_are_left_out() {
    let content = "id,n\n0,0\n1,1,1\n2\n3,3\n";
    for bytes in [1, 6, 1 << 20] {
        for on_ragged in [OnError::Skip, OnError::Quarantine] {
            let options =
                CsvOptions { on_ragged: Some(on_ragged), ..tiny(bytes) }.with_dtype("n", DType::Int64);
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(content.as_bytes()).unwrap();
            let source = CsvSource::open(&[file.path().to_owned()], options.clone()).unwrap();
            assert_eq!(collect(&source, &all(&source)).unwrap().rows(), 2);
            assert_eq!(source.rejects().unwrap().rows(), if on_ragged == OnError::Skip { 0 } else { 2 });
            let error = text("id,n\n0,0\n1,x\n2\n", options).err().unwrap();
            assert_eq!(error.offending_value(), Some("x"));
        }
    }
}

#[test]
fn what_short_records_lack_is_empty_on_request() {
    let content = "id,n,s\n0,0,a\n1,1,b,1\n2\n3,3\n\n4,4,é\n";
    for bytes in [1, 6, 1 << 20] {
        for (on_ragged, rejects) in [(OnError::Skip, 0), (OnError::Quarantine, 1)] {
            let options = CsvOptions { on_ragged: Some(on_ragged), fill_short: true, ..tiny(bytes) };
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(content.as_bytes()).unwrap();
            let source = CsvSource::open(&[file.path().to_owned()], options.clone()).unwrap();
            let shown: Vec<String> = rows(&collect(&source, &all(&source)).unwrap())
                .iter()
                .map(|row| row.iter().map(Scalar::to_string).collect::<Vec<_>>().join(" "))
                .collect();
            assert_eq!(shown, ["0 0 \"a\"", "2 null null", "3 3 null", "4 4 \"é\""]);
            assert_eq!(source.rejects().unwrap().rows(), rejects);
        }
        let options = CsvOptions { fill_short: true, ..tiny(bytes) };
        assert_eq!(rows(&text("a,b\n1\n2,3\n", options.clone()).unwrap()).len(), 2);
        let error = text("a,b\n1\n2,3,4\n", options).err().unwrap();
        assert_eq!((error.kind(), error.row_number()), (ErrorKind::Parse, Some(1)));
    }
}

#[test]
fn columns_without_values_are_text_or_floats() {
    for bytes in [1, 6, 1 << 20] {
        for (empty_as_float, dtype) in [(false, DType::String), (true, DType::Float64)] {
            let options = CsvOptions { empty_as_float, ..tiny(bytes) };
            let frame = text("a,b\n1,\n2,\n", options.clone()).unwrap();
            assert_eq!(frame.schema().field("b").unwrap().dtype, dtype);
            assert_eq!(rows(&frame), [[Scalar::Int(1), Scalar::Null], [Scalar::Int(2), Scalar::Null]]);
            let given = options.with_dtype("b", DType::Bool);
            assert_eq!(text("a,b\n1,\n", given).unwrap().schema().field("b").unwrap().dtype, DType::Bool);
        }
        // A value that no sample has seen.
        let late = format!("a,b\n{}1,text\n", "1,\n".repeat(3000));
        let options = CsvOptions { empty_as_float: true, sample_bytes: 64, ..tiny(bytes) };
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(late.as_bytes()).unwrap();
        let frame = scan_csv(file.path(), options).unwrap().collect().unwrap();
        assert_eq!(frame.column("b").unwrap().get(3000).unwrap(), Scalar::from("text"));
    }
}

#[test]
fn more_names_than_fields_are_columns_of_nulls_on_request() {
    let names = Some(["a", "b", "c"].map(str::to_owned).to_vec());
    for bytes in [1, 6, 1 << 20] {
        let options = CsvOptions { has_header: false, column_names: names.clone(), ..tiny(bytes) };
        let error = text("1,2\n3,4\n", options.clone()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        let frame = text("1,2\n3\n", CsvOptions { fill_short: true, ..options }).unwrap();
        let (n, null) = (Scalar::Int, Scalar::Null);
        assert_eq!(rows(&frame), [[n(1), n(2), null.clone()], [n(3), null.clone(), null]]);
    }
}

#[test]
fn empty_lines_that_are_kept_are_records_of_nothing() {
    for bytes in [1, 6, 1 << 20] {
        let options = CsvOptions { skip_blank_lines: Some(false), ..tiny(bytes) };
        let frame = text("n,s\r\n\r\n1,a\n\n2,\"\n\n\"\n\n", options.clone()).unwrap();
        let (n, s) = (|value| Scalar::Int(value), |text: &str| Scalar::from(text));
        let empty = [Scalar::Null, Scalar::Null];
        assert_eq!(rows(&frame), [empty.clone(), [n(1), s("a")], empty.clone(), [n(2), s("\n\n")], empty]);
        let error = text("n,s\n1\n", options).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Parse);
        let passed_over = CsvOptions { skip_blank_lines: Some(true), ..tiny(bytes) };
        assert_eq!(rows(&text("n,s\n\n1,a\n\n", passed_over).unwrap()), [[n(1), s("a")]]);
    }
}

#[test]
fn files_without_records_have_the_names_that_are_given() {
    let names = || Some(vec!["a".to_owned(), "b".to_owned()]);
    for content in ["", "\n\n", "#x\n"] {
        let options = CsvOptions { has_header: false, column_names: names(), comment: Some('#'), ..tiny(4) };
        let frame = text(content, options.clone()).unwrap();
        assert_eq!(frame.shape(), (0, 2));
        let nameless = CsvOptions { column_names: None, ..options };
        assert_eq!(text(content, nameless).err().unwrap().kind(), ErrorKind::Parse);
    }
}

#[test]
fn blanks_around_numbers_are_passed_over_on_request() {
    let content = "i,f,s,d,k\n 1, 2.5 , x,1, 1.000 \n2 ,-3, NA , 2.25,2\n\" 3\",, y,3 , \n";
    for bytes in [1, 9, 1 << 20] {
        let options = CsvOptions { number_blanks: true, ..tiny(bytes) };
        let options = options.with_dtype("d", DType::Decimal(5, 2)).with_dtype("k", DType::String);
        let frame = text(content, options).unwrap();
        let types: Vec<String> =
            frame.schema().fields().iter().map(|field| field.dtype.to_string()).collect();
        assert_eq!(types, ["int64", "float64", "string", "decimal[5, 2]", "string"]);
        let row = |i, f: Option<f64>, s: &str, d, k: &str| {
            [Scalar::Int(i), f.map_or(Scalar::Null, Scalar::Float), s.into(), Scalar::Decimal(d, 2), k.into()]
        };
        let wanted = [
            row(1, Some(2.5), " x", 100, " 1.000 "),
            row(2, Some(-3.0), " NA ", 225, "2"),
            row(3, None, " y", 300, " "),
        ];
        assert_eq!(rows(&frame), wanted);
        let german = CsvOptions {
            number_blanks: true,
            delimiter: ';',
            decimal: ',',
            thousands: Some(' '),
            ..tiny(bytes)
        };
        let found = rows(&text("a;b\n 1 234,5 ; 1 234\n2; -5 \n", german).unwrap());
        assert_eq!(
            found,
            [[Scalar::Float(1234.5), Scalar::Int(1234)], [Scalar::Float(2.0), Scalar::Int(-5)]]
        );
        let strict = text("a\n1\n 2\n", tiny(bytes).with_dtype("a", DType::Int64)).err().unwrap();
        assert_eq!(strict.offending_value(), Some(" 2"));
    }
}
