//! Options: words, nulls of one column, encodings, compression, comments, columns that no field holds.

use crate::data::{DType, Scalar};
use crate::error::ErrorKind;
use crate::io::csv::tests::{all, collect, read, rows, text, tiny};
use crate::io::csv::{Compression, CsvOptions, CsvSource, Encoding, OnError};
use crate::io::folders::FileOptions;
use crate::plan::{Flow, ScanRequest};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;

#[test]
fn numbers_and_booleans_in_other_words() {
    let options = CsvOptions {
        delimiter: ';',
        decimal: ',',
        thousands: Some('.'),
        true_values: vec!["ja".to_owned()],
        false_values: vec!["nein".to_owned()],
        ..tiny(10)
    };
    let content = "n;r;b;t;d\n1.234;1.234,5;ja;1.23;2024-02-29\n-7;0,25;nein;x;2024-03-01\n;;;;\n";
    let frame = text(content, options.clone().with_dtype("t", DType::String)).unwrap();
    assert_eq!(frame.schema().to_string(), "n: int64, r: float64, b: bool, t: string, d: date");
    assert_eq!(
        rows(&frame)[0][..4],
        [Scalar::Int(1234), Scalar::Float(1234.5), Scalar::Bool(true), Scalar::from("1.23")]
    );
    assert_eq!(rows(&frame)[1][1], Scalar::Float(0.25));
    let fixed = options.clone().with_dtype("r", DType::Decimal(10, 2));
    let frame = text("r\n1.234,5\n", CsvOptions { row_index: None, ..fixed }).unwrap();
    assert_eq!(rows(&frame)[0][0].to_string(), "1234.50");
    let error = text("n;r\n1;1.5\n", options.with_dtype("r", DType::Float64)).err().unwrap();
    assert_eq!((error.kind(), error.offending_value()), (ErrorKind::Parse, Some("1.5")));
    for (decimal, thousands) in [('.', Some('.')), ('5', None), ('-', None), ('\n', None)] {
        let options = CsvOptions { decimal, thousands, ..CsvOptions::default() };
        assert_eq!(text("a\n1\n", options).err().unwrap().kind(), ErrorKind::InvalidArgument);
    }
}

#[test]
fn nulls_of_one_column() {
    let own = BTreeMap::from([("b".to_owned(), vec!["-1".to_owned()])]);
    let options = CsvOptions { null_values_by_column: own, ..tiny(8) };
    let frame = text("a,b\n-1,-1\n2,3\n,\n", options.clone()).unwrap();
    let null = Scalar::Null;
    let wanted = [[Scalar::Int(-1), null.clone()], [Scalar::Int(2), Scalar::Int(3)], [null.clone(), null]];
    assert_eq!(rows(&frame), wanted);
    let error = text("a,c\n1,2\n", options).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::ColumnNotFound);
}

#[test]
fn encodings_and_compression() {
    let content = "name,n\ncaf\u{e9},1\nna\u{ef}ve,2\n";
    let wanted = rows(&text(content, CsvOptions::default()).unwrap());
    let with = |encoding| CsvOptions { encoding, ..tiny(5) };
    let latin: Vec<u8> = content.chars().map(|c| c as u8).collect();
    assert_eq!(rows(&text(&latin, with(Encoding::Latin1)).unwrap()), wanted);
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(content.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(rows(&text(&wide, with(Encoding::Utf16)).unwrap()), wanted);
    assert_eq!(text(&latin, with(Encoding::Utf8)).err().unwrap().kind(), ErrorKind::Parse);
    let lossy = text(&latin, with(Encoding::Utf8Lossy)).unwrap();
    assert_eq!(rows(&lossy)[0][0], Scalar::from("caf\u{fffd}"));
    assert_eq!(text(b"\x00\xd8", with(Encoding::Utf16)).err().unwrap().kind(), ErrorKind::Parse);

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content.as_bytes()).unwrap();
    let gzip = encoder.finish().unwrap();
    let zstd = zstd::stream::encode_all(content.as_bytes(), 1).unwrap();
    for (name, bytes) in [("a.csv.gz", &gzip), ("a.csv.zst", &zstd)] {
        assert_eq!(rows(&read(write(name, bytes), tiny(7)).unwrap()), wanted);
        // Two members, or frames, are one text.
        let twice = read(write(name, &[bytes.as_slice(), bytes].concat()), tiny(7)).unwrap();
        assert_eq!(twice.rows(), 5);
        for cut in 0..bytes.len() {
            let error = read(write(name, &bytes[..cut]), tiny(7)).err().unwrap();
            assert!(
                matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Parse),
                "{name} cut at {cut}: {error}"
            );
            assert!(error.file_name().unwrap().ends_with(name));
        }
    }
    let told = CsvOptions { compression: Compression::Gzip, ..tiny(7) };
    assert_eq!(rows(&read(write("b.csv", &gzip), told).unwrap()), wanted);
}

#[test]
fn comments() {
    let options = CsvOptions { comment: Some('#'), ..tiny(6) };
    let content = "# made by hand, \"quoted\na,b# \"names\n1,\"x\n#no\"\n# 2\n3,z#,4\n#end";
    let frame = text(content, options).unwrap();
    let wanted = [[Scalar::Int(1), Scalar::from("x\n#no")], [Scalar::Int(3), Scalar::from("z")]];
    assert_eq!(rows(&frame), wanted);
}

#[test]
fn rows_are_counted_and_files_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [("1.csv", "a\n10\n11\n12\n"), ("2.csv", "a\n"), ("3.csv", "a\n13\n14\n")] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let options =
        CsvOptions { row_index: Some("row".to_owned()), file_path: Some("file".to_owned()), ..tiny(3) };
    let source = CsvSource::open(&[folder.path().join("*.csv")], options.clone()).unwrap();
    let frame = collect(&source, &all(&source)).unwrap();
    assert_eq!(frame.schema().to_string(), "row: int64, a: int64, file: string");
    let found: Vec<(Scalar, Scalar)> =
        rows(&frame).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let wanted: Vec<(Scalar, Scalar)> = (0..5).map(|i| (Scalar::Int(i), Scalar::Int(10 + i))).collect();
    assert_eq!(found, wanted);
    assert!(rows(&frame)[4][2].to_string().contains("3.csv"));
    let clash = CsvOptions { row_index: Some("a".to_owned()), ..options };
    let error = CsvSource::open(&[folder.path().join("1.csv")], clash).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::DuplicateColumn);
}

#[test]
fn records_that_cannot_be_read() {
    let content = "id,n,t\n0,0,a\n1,one,b\n2,2\n3,3,\"c\nc\",4\n4,\"4,4\",d\n5,5,e\n6,6,\n";
    let file = |on_error| CsvOptions { on_error, row_index: Some("row".to_owned()), ..tiny(4) };
    let fixed = |on_error| file(on_error).with_dtype("n", DType::Int64);
    let ids = |frame: &crate::data::Frame, name: &str| -> Vec<Scalar> {
        frame.column(name).unwrap().values().collect()
    };
    assert_eq!(text(content, fixed(OnError::Raise)).err().unwrap().row_number(), Some(1));
    // Null is for values only.
    assert_eq!(text(content, fixed(OnError::Null)).err().unwrap().row_number(), Some(2));
    let regular = content.replace("2,2\n", "2,2,\n").replace(",4\n4", "\n4");
    let nulls = text(&regular, fixed(OnError::Null)).unwrap();
    let number = |n| Scalar::Int(n);
    let wanted = [number(0), Scalar::Null, number(2), number(3), Scalar::Null, number(5), number(6)];
    assert_eq!(ids(&nulls, "n"), wanted);
    for bytes in [1, 4, 9, 17, 1 << 20] {
        for on_error in [OnError::Skip, OnError::Quarantine] {
            let mut one = tempfile::NamedTempFile::new().unwrap();
            one.write_all(content.as_bytes()).unwrap();
            let options = CsvOptions { partition_bytes: Some(bytes), ..fixed(on_error) };
            let source = CsvSource::open(&[one.path().to_owned()], options).unwrap();
            for _ in 0..2 {
                let frame = collect(&source, &all(&source)).unwrap();
                assert_eq!(ids(&frame, "id"), [number(0), number(5), number(6)]);
                // A row keeps its number in the file.
                assert_eq!(ids(&frame, "row"), [number(0), number(5), number(6)]);
            }
            // What is wanted does not change what is left out.
            let request = ScanRequest { projection: vec![1], ..all(&source) };
            assert_eq!(collect(&source, &request).unwrap().rows(), 3);
            let request = ScanRequest { limit: Some(2), ..all(&source) };
            assert!(collect(&source, &request).unwrap().rows() >= 2);
            let rejects = source.rejects().unwrap();
            if on_error == OnError::Skip {
                assert_eq!(rejects.rows(), 0);
                continue;
            }
            assert_eq!(
                rejects.schema().names().collect::<Vec<_>>(),
                ["file", "row", "byte", "column", "text", "reason"]
            );
            let found: Vec<Vec<Scalar>> = rows(&rejects).into_iter().map(|row| row[1..].to_vec()).collect();
            let reject = |row: i64, text: &str, column: Option<&str>, value: &str, reason: &str| {
                let byte = content.find(text).unwrap() as i64;
                let column = column.map_or(Scalar::Null, Scalar::from);
                vec![number(row), number(byte), column, Scalar::from(value), Scalar::from(reason)]
            };
            let wanted = [
                reject(1, "one", Some("n"), "one", "this is no int64"),
                reject(2, "2,2", None, "2,2", "3 fields expected, 2 found"),
                reject(3, "3,3", None, "3,3,\"c\nc\",4", "3 fields expected, 4 found"),
                reject(4, "\"4,4", Some("n"), "4,4", "this is no int64"),
            ];
            assert_eq!(found, wanted, "parts of {bytes}");
        }
    }
    // Without a given type nothing is wrong but the number of fields.
    assert_eq!(ids(&text(content, file(OnError::Skip)).unwrap(), "id").len(), 5);
}

#[test]
fn rows_are_counted_over_files_that_are_read_apart() {
    let folder = tempfile::tempdir().unwrap();
    for (key, content) in [("k=1", "x\n1\n2\n"), ("k=2", "y,x\n8,3\n"), ("k=3", "x\n"), ("k=4", "x\n4\n5\n")]
    {
        fs::create_dir(folder.path().join(key)).unwrap();
        fs::write(folder.path().join(key).join("a.csv"), content).unwrap();
    }
    let files = FileOptions { union_by_name: true, ..FileOptions::default() };
    let numbered = CsvOptions { row_index: Some("row".to_owned()), files, ..tiny(2) };
    let numbered = numbered.with_dtype("x", DType::Int64);
    for (n_rows, wanted) in
        [(None, 5), (Some(9), 5), (Some(5), 5), (Some(4), 4), (Some(3), 3), (Some(1), 1), (Some(0), 0)]
    {
        let options = CsvOptions { n_rows, ..numbered.clone() };
        let source = crate::io::csv::open(&[folder.path().to_owned()], options).unwrap();
        assert_eq!(source.schema().to_string(), "row: int64, x: int64, y: int64, k: int64");
        let scan = source.scan(&all(source.as_ref())).unwrap();
        let mut found = Vec::new();
        for partition in (0..scan.partitions()).rev() {
            let mut own = Vec::new();
            scan.read(partition, &mut |batch| {
                let columns = [batch.column(0).array(), batch.column(1).array()];
                own.extend(
                    (0..batch.rows()).map(|row| columns.map(|column| Scalar::from_array(column, row))),
                );
                Ok(Flow::Continue)
            })
            .unwrap();
            found.splice(0..0, own);
        }
        let wanted: Vec<[Scalar; 2]> =
            (0..wanted).map(|row| [Scalar::Int(row), Scalar::Int(row + 1)]).collect();
        assert_eq!(found, wanted, "{n_rows:?}");
    }
}

#[test]
fn types_are_those_of_the_rows_that_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let late = (0..5000).map(|row| format!("{row},{row}\n")).collect::<String>();
    fs::write(&path, format!("x,y\n1,2\n2.5,3\ntext,4\n{late}end,1.5\n")).unwrap();
    for bytes in [600, 1 << 20] {
        let read = |n_rows| {
            let options = CsvOptions { n_rows, sample_bytes: bytes, ..CsvOptions::default() };
            let source = CsvSource::open(std::slice::from_ref(&path), options).unwrap();
            crate::LazyFrame::from_source(std::sync::Arc::new(source)).collect().unwrap()
        };
        for (rows, schema) in
            [(1, "x: int64, y: int64"), (2, "x: float64, y: int64"), (3, "x: string, y: int64")]
        {
            let frame = read(Some(rows));
            assert_eq!((frame.schema().to_string().as_str(), frame.rows()), (schema, rows), "{bytes}");
        }
        assert_eq!(read(None).schema().to_string(), "x: string, y: float64");
    }
}
