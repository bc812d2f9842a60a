//! Lines and arrays: types, wrong values with their places, round trips, any cut.

use crate::data::{Batch, DType, Frame, Scalar};
use crate::error::{ErrorKind, Result};
use crate::io::json::{JsonOptions, JsonSource, JsonWriteOptions, create};
use crate::plan::{Flow, ScanRequest, TableSource};
use proptest::prelude::{Strategy, any, prop, proptest};
use std::path::Path;

fn open(path: &Path, options: JsonOptions) -> Result<JsonSource> {
    JsonSource::open(&[path.to_owned()], options)
}

fn collect(source: &dyn TableSource) -> Result<Frame> {
    let projection: Vec<usize> = (0..source.schema().len()).collect();
    let request = ScanRequest { projection, predicate: None, limit: None, batch_rows: 100, kept: false };
    let scan = source.scan(&request)?;
    let mut batches: Vec<Batch> = Vec::new();
    for partition in 0..scan.partitions() {
        let before: usize = batches.iter().map(Batch::rows).sum();
        scan.read(partition, &mut |batch| {
            if batch.rows() > 0 {
                assert_eq!(scan.first_row(partition), Some(before as u64));
            }
            batches.push(batch);
            Ok(Flow::Continue)
        })?;
    }
    Frame::new(source.schema().clone(), batches)
}

pub(super) fn rows(frame: &Frame) -> Vec<Vec<Scalar>> {
    let columns: Vec<Vec<Scalar>> =
        frame.schema().names().map(|name| frame.column(name).unwrap().values().collect()).collect();
    (0..frame.rows() as usize).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect()
}

/// What a text is read as, as lines or an array.
pub(super) fn read(text: &str, options: &JsonOptions) -> Result<Frame> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    std::fs::write(&path, text).unwrap();
    collect(&open(&path, options.clone())?)
}

fn cut(bytes: u64) -> JsonOptions {
    JsonOptions { partition_bytes: Some(bytes), ..JsonOptions::default() }
}

#[test]
fn types_are_those_of_the_values() {
    let lines = concat!(
        "{\"a\": 1, \"b\": true, \"c\": \"x\\u00e9\", \"d\": [1, 2], \"e\": {\"f\": 1.5}, \"g\": 1}\n",
        "\n",
        "{\"b\": null, \"a\": -2, \"d\": [], \"e\": {\"f\": 2, \"h\": \"y\"}, \"g\": \"two\", \"i\": null}\n",
        "{\"c\": \"\", \"g\": {\"k\": [1]}, \"d\": null}",
    );
    let wanted_types = [
        DType::Int64,
        DType::Bool,
        DType::String,
        DType::List(Box::new(DType::Int64)),
        DType::Struct(vec![
            crate::data::Field::new("f", DType::Float64),
            crate::data::Field::new("h", DType::String),
        ]),
        DType::String,
        DType::Null,
    ];
    let array = format!(" [{}]\n", lines.trim().replace("\n\n", ",").replace('\n', " ,\t"));
    for text in [lines, array.as_str()] {
        for bytes in [1, 40, 10_000] {
            let frame = read(text, &cut(bytes)).unwrap();
            let types: Vec<DType> = frame.schema().fields().iter().map(|field| field.dtype.clone()).collect();
            assert_eq!(types, wanted_types);
            let found = rows(&frame);
            assert_eq!(found.len(), 3, "{text} cut in {bytes}");
            assert_eq!(found[0][2], "x\u{e9}".into());
            assert_eq!(found[1][..2], [Scalar::Int(-2), Scalar::Null]);
            assert_eq!(found[1][3], Scalar::List(vec![]));
            assert_eq!(found[2][0], Scalar::Null);
            let texts: Vec<Scalar> = found.iter().map(|row| row[5].clone()).collect();
            assert_eq!(texts, ["1".into(), "two".into(), "{\"k\":[1]}".into()]);
        }
    }
}

#[test]
fn types_that_are_given_are_kept_or_refused() {
    let options = |dtype: DType| JsonOptions { dtypes: [("a".to_owned(), dtype)].into(), ..cut(10) };
    let text = "{\"a\": 1}\n{\"a\": 2}\n\n{\"a\": 300}\n";
    let frame = read(text, &options(DType::Int16)).unwrap();
    assert_eq!(frame.schema().fields()[0].dtype, DType::Int16);
    let error = read(text, &options(DType::Int8)).unwrap_err();
    assert_eq!((error.row_number(), error.column_name()), (Some(2), Some("a")), "{error}");
    let dates = read("{\"a\": \"2024-02-29\"}\n{}\n", &options(DType::Date)).unwrap();
    assert_eq!(rows(&dates), [[Scalar::Date(19782)], [Scalar::Null]]);
    let error = read("{\"a\": 1}\n{\"a\": \"x\"}\n", &options(DType::Int64)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert_eq!((error.row_number(), error.offending_value()), (Some(1), Some("x")), "{error}");
    let unseen = JsonOptions { dtypes: [("z".to_owned(), DType::Float64)].into(), ..JsonOptions::default() };
    assert_eq!(rows(&read("{\"a\": 1}\n", &unseen).unwrap()), [[Scalar::Int(1), Scalar::Null]]);
}

#[test]
fn what_the_sample_does_not_show() {
    let mut text: String = (0..1000).map(|i| format!("{{\"a\": {i}, \"b\": {{\"c\": 1}}}}\n")).collect();
    let options = JsonOptions { sample_bytes: 64, ..cut(500) };
    let unknown = text.clone() + "{\"a\": 1, \"b\": {\"d\": 1}}\n";
    let error = read(&unknown, &options).unwrap_err();
    assert_eq!((error.kind(), error.column_name()), (ErrorKind::Parse, Some("b.d")), "{error}");
    assert_eq!(error.row_number(), Some(1000));
    let passed = JsonOptions { ignore_unknown: true, ..options.clone() };
    assert_eq!(read(&unknown, &passed).unwrap().rows(), 1001);
    // A value of another type widens its column when the query is run again.
    text.push_str("{\"a\": 0.5}\n{\"a\": 7}\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ndjson");
    std::fs::write(&path, &text).unwrap();
    let source = open(&path, options).unwrap();
    let error = collect(&source).unwrap_err();
    assert_eq!((error.row_number(), error.offending_value()), (Some(1000), Some("0.5")), "{error}");
    let refined = source.refined(&|| Ok(())).unwrap().unwrap();
    assert!(refined.warnings[0].contains("\"a\""), "{:?}", refined.warnings);
    let frame = collect(refined.source.as_ref()).unwrap();
    assert_eq!(rows(&frame)[1001][0], Scalar::Float(7.0));
}

#[test]
fn damage_is_refused_with_its_place() {
    for (text, row) in [
        ("{\"a\": 1}\n{\"a\": \n", Some(1)),
        ("{\"a\": 1}\n{\"a\": 1} x\n", Some(1)),
        ("{\"a\": 1, \"a\": 2}\n", Some(0)),
        ("[{\"a\": 1}, {\"a\" 2}]", None),
        ("[{\"a\": 1},]", None),
        ("[{\"a\": 1}", None),
        ("[{\"a\": 1}] 5", None),
        ("[{\"a\": 1}}]", None),
        ("{\"a\": 1}\n[1]\n", None),
        ("5\n", None),
        ("{\"a\": \"\\ud800\"}\n", None),
    ] {
        // What the sample sees is refused when the file is opened; what it does not, when it is read.
        let narrow = JsonOptions { sample_bytes: 8, ..cut(4) };
        for options in [cut(4), narrow] {
            let error = read(text, &options).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parse, "{text}: {error}");
            assert!(error.file_name().is_some() || text == "5\n" || text.contains("[1]"), "{text}: {error}");
            if let (Some(_), Some(found)) = (row, error.row_number()) {
                assert_eq!(Some(found), row, "{text}: {error}");
            }
        }
    }
    let deep = "[".repeat(100_000);
    assert_eq!(read(&deep, &JsonOptions::default()).unwrap_err().kind(), ErrorKind::Parse);
    let deep = format!("{{\"a\": {}", "[".repeat(100_000));
    assert_eq!(read(&deep, &JsonOptions::default()).unwrap_err().kind(), ErrorKind::Parse);
    assert_eq!(read("[]", &JsonOptions::default()).unwrap().shape(), (0, 0));
}

#[test]
fn cut_anywhere_or_flipped_it_is_read_or_refused() {
    let text = "[{\"a\": 1, \"b\": [\"x\", \"\\n\"]},\n {\"a\": 2.5, \"b\": []}, {\"c\": {\"d\": true}}]";
    let lines = "{\"a\": 1, \"b\": [\"x\"]}\n{\"a\": 2.5}\n{\"c\": {\"d\": true}}\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    for whole in [text.as_bytes(), lines.as_bytes()] {
        let check = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            for options in [JsonOptions { sample_bytes: 16, ..cut(9) }, JsonOptions::default()] {
                let result = open(&path, options).and_then(|source| collect(&source));
                if let Err(error) = result {
                    use ErrorKind::{DuplicateColumn, Parse, Type};
                    assert!([Parse, DuplicateColumn, Type].contains(&error.kind()), "{error}");
                }
            }
        };
        for end in 0..whole.len() {
            check(&whole[..end]);
        }
        for at in 0..whole.len() {
            for bit in [at % 8, (at + 5) % 8] {
                let mut bytes = whole.to_vec();
                bytes[at] ^= 1 << bit;
                check(&bytes);
            }
        }
    }
}

#[test]
fn every_type_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    let price = Scalar::Decimal(-1205, 2).to_array(&DType::Decimal(10, 2), 1).unwrap();
    let nested = Scalar::List(vec![Scalar::Null, Scalar::Int(3)]);
    let nested = nested.to_array(&DType::List(Box::new(DType::Int32)), 1).unwrap();
    let frame = Frame::builder()
        .column("i", [1i8])
        .column("u", [u64::MAX])
        .column("f", [f64::NAN])
        .column("s", ["a\"\\\n\u{1}\u{e9}"])
        .column("d", Scalar::Date(19782).to_array(&DType::Date, 1).unwrap())
        .column("p", price)
        .column("l", nested)
        .finish()
        .unwrap();
    create(&path, frame.schema(), &JsonWriteOptions::default()).unwrap().write(&frame).unwrap();
    let wanted = "[\n{\"i\":1,\"u\":18446744073709551615,\"f\":null,\"s\":\"a\\\"\\\\\\n\\u0001\u{e9}\",\"d\":\"2024-02-29\",\
                  \"p\":-12.05,\"l\":[null,3]}\n]\n";
    assert_eq!(std::fs::read_to_string(&path).unwrap(), wanted);
    let infinite = Frame::builder().column("f", [1.0, f64::INFINITY]).finish().unwrap();
    let writer = create(&path, infinite.schema(), &JsonWriteOptions::default()).unwrap();
    assert_eq!(writer.write(&infinite).unwrap_err().kind(), ErrorKind::InvalidArgument);
    let bytes =
        Frame::builder().column("b", Scalar::Null.to_array(&DType::Binary, 1).unwrap()).finish().unwrap();
    let refused = create(&path, bytes.schema(), &JsonWriteOptions::default()).err().unwrap();
    assert_eq!((refused.kind(), refused.column_name()), (ErrorKind::Unsupported, Some("b")));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), wanted);
}

proptest! {
    #[test]
    fn any_frame_comes_back(
        rows_in in prop::collection::vec(
            (any::<Option<i64>>(), any::<Option<f64>>().prop_map(|x| x.filter(|x| x.is_finite())), any::<Option<String>>()), 1..40),
        parts in 1usize..4,
        bytes in 1u64..400,
        lines: bool,
    ) {
        let frame = Frame::builder()
            .column("a", rows_in.iter().map(|row| row.0).collect::<Vec<_>>())
            .column("b \"", rows_in.iter().map(|row| row.1).collect::<Vec<_>>())
            .column("c", rows_in.iter().map(|row| row.2.clone()).collect::<Vec<_>>())
            .finish()
            .unwrap()
            .repartition(parts)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.ndjson");
        create(&path, frame.schema(), &JsonWriteOptions { lines: Some(lines), ..Default::default() }).unwrap().write(&frame).unwrap();
        let dtypes = frame.schema().fields().iter().map(|field| (field.name.to_string(), field.dtype.clone()));
        let options = JsonOptions { dtypes: dtypes.collect(), ..cut(bytes) };
        let back = collect(&open(&path, options).unwrap()).unwrap();
        assert_eq!(rows(&back), rows(&frame));
    }
}
