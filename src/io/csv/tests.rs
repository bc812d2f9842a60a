//! The parser against the files in `datasets/small` and against the `csv` crate on random tables.

use crate::data::{Batch, DType, Field, Frame, Scalar, Schema};
use crate::error::{ErrorKind, Result};
use crate::io::csv::{CsvOptions, CsvSource, CsvWriteOptions, create};
use crate::plan::{Flow, ScanRequest, TableSource};
use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};
use std::io::Write;
use std::path::PathBuf;

pub(super) fn small(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("datasets/small").join(name)
}

pub(super) fn all(source: &dyn TableSource) -> ScanRequest {
    let projection = (0..source.schema().len()).collect();
    ScanRequest { projection, predicate: None, limit: None, batch_rows: 1000, kept: false }
}

pub(super) fn collect(source: &CsvSource, request: &ScanRequest) -> Result<Frame> {
    gather(source, request, false)
}

/// All partitions, read from the first or from the last on.
pub(super) fn gather(source: &CsvSource, request: &ScanRequest, backwards: bool) -> Result<Frame> {
    let scan = source.scan(request)?;
    let mut order: Vec<usize> = (0..scan.partitions()).collect();
    if backwards {
        order.reverse();
    }
    let mut batches: Vec<(usize, Batch)> = Vec::new();
    for partition in order {
        scan.read(partition, &mut |batch| {
            batches.push((partition, batch));
            Ok(Flow::Continue)
        })?;
    }
    batches.sort_by_key(|(partition, _)| *partition);
    let batches = batches.into_iter().map(|(_, batch)| batch).collect();
    Frame::new(source.schema().project(&request.projection), batches)
}

pub(super) fn read(path: PathBuf, options: CsvOptions) -> Result<Frame> {
    let source = CsvSource::open(&[path], options)?;
    collect(&source, &all(&source))
}

pub(super) fn text(content: impl AsRef<[u8]>, options: CsvOptions) -> Result<Frame> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_ref()).unwrap();
    let source = CsvSource::open(&[file.path().to_owned()], options)?;
    let (forth, back) = (collect(&source, &all(&source)), gather(&source, &all(&source), true));
    if let (Ok(forth), Ok(back)) = (&forth, &back) {
        assert_eq!(rows(forth), rows(back), "the order of reading matters");
    }
    assert_eq!(forth.is_ok(), back.is_ok());
    forth
}

pub(super) fn rows(frame: &Frame) -> Vec<Vec<Scalar>> {
    let columns: Vec<Vec<Scalar>> =
        frame.schema().names().map(|name| frame.column(name).unwrap().values().collect()).collect();
    (0..frame.rows() as usize).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect()
}

pub(super) fn tiny(bytes: u64) -> CsvOptions {
    CsvOptions { partition_bytes: Some(bytes), ..CsvOptions::default() }
}

#[test]
fn the_flights_sample_reads_with_types_and_codes() {
    let source = CsvSource::open(&[small("flights_sample.csv")], CsvOptions::default()).unwrap();
    let frame = collect(&source, &all(&source)).unwrap();
    assert_eq!(frame.schema().field("dep_delay").unwrap().dtype, DType::Int64);
    assert_eq!(frame.schema().field("time_hour").unwrap().dtype.to_string(), "timestamp[us, UTC]");
    assert!(source.coded_columns().contains(&"carrier"));
    assert_eq!(frame.column("carrier").unwrap().get(0).unwrap(), Scalar::from("UA"));
    let crlf = read(small("flights_sample_crlf.csv"), tiny(97)).unwrap();
    assert_eq!(rows(&crlf), rows(&frame));
}

#[test]
fn types_and_statistics() {
    let frame = read(small("types.csv"), CsvOptions::default()).unwrap();
    assert_eq!(
        frame.schema().to_string(),
        "flag: bool, small: int64, large: int64, real: float64, text: string, day: date, \
         moment: timestamp[us], instant: timestamp[us, UTC]"
    );
    let large = &frame.partitions()[0].columns()[2];
    let known = large.known_statistics().unwrap();
    assert_eq!((known.min.clone(), known.max.clone()), (Scalar::Int(i64::MIN), Scalar::Int(i64::MAX)));
    for column in frame.partitions()[0].columns() {
        if let Some(known) = column.known_statistics() {
            let mut found = crate::data::Statistics::of(column.array());
            if known.sorted.is_none() {
                found.sorted = None;
            }
            assert_eq!(*known, found);
        }
    }
    assert_eq!(rows(&read(small("types_crlf.csv"), tiny(7)).unwrap()), rows(&frame));
}

#[test]
fn damaged_files_are_refused_with_place_and_reason() {
    let error = |name: &str| read(small(name), CsvOptions::default()).err().unwrap();
    assert_eq!(error("empty.csv").kind(), ErrorKind::Parse);
    assert_eq!(error("duplicate_columns.csv").kind(), ErrorKind::DuplicateColumn);
    let missing = error("fligths_sample.csv");
    assert_eq!(missing.kind(), ErrorKind::FileNotFound);
    assert!(missing.suggestion().unwrap().contains("flights_sample.csv"), "{missing}");
    assert_eq!(read(small(""), CsvOptions::default()).err().unwrap().kind(), ErrorKind::Io);
    for bytes in [7, 64, 1 << 20] {
        for name in
            ["ragged.csv", "too_many_fields.csv", "unclosed_quote.csv", "wrong_type.csv", "invalid_utf8.csv"]
        {
            let options = tiny(bytes).with_dtype("square", DType::Int64);
            let error = read(small(name), options).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Parse, "{name}: {error}");
            let content = std::fs::read(small(name)).unwrap();
            let row = content
                .split(|&byte| byte == b'\n')
                .skip(1)
                .position(|line| {
                    let fields: Vec<&[u8]> = line.split(|&byte| byte == b',').collect();
                    fields.len() != 3
                        || line.contains(&b'"')
                        || std::str::from_utf8(line).is_err()
                        || !fields[1].iter().all(u8::is_ascii_digit)
                })
                .unwrap();
            assert_eq!(error.row_number(), Some(row as u64), "{name} with {bytes}: {error}");
            assert!(error.file_name().unwrap().ends_with(name));
        }
    }
    let line = |i: u64| if i == 4321 { "oops,1.5\n".to_owned() } else { format!("{i},{i}\n") };
    let content: String = std::iter::once("a,b\n".to_owned()).chain((0..5000).map(line)).collect();
    let error = text(&content, CsvOptions { sample_bytes: 1000, ..tiny(100) }).err().unwrap();
    assert_eq!((error.row_number(), error.column_name()), (Some(4321), Some("a")));
    assert_eq!(error.offending_value(), Some("oops"));
    assert!(error.suggestion().unwrap().contains("dtypes={\"a\": \"string\"}"), "{error}");
}

#[test]
fn edges_of_a_file() {
    let shape = |content: &str| text(content, tiny(3)).map(|frame| frame.shape());
    assert_eq!(shape("a,b\n").unwrap(), (0, 2));
    assert_eq!(shape("a,b").unwrap(), (0, 2));
    assert_eq!(shape("\u{feff}a,b\n1,2").unwrap(), (1, 2));
    assert_eq!(shape("a,b\n\n1,2\n\n\n3,4\n\n").unwrap(), (2, 2));
    assert_eq!(shape("a\n1\n\n3\n").unwrap(), (3, 1));
    assert_eq!(shape("a,b\r1,2\r3,4").unwrap(), (2, 2));
    assert_eq!(shape("a,b\r\n\"x\r\ny\",2\r\n").unwrap(), (1, 2));
    assert_eq!(shape("\n\n").err().unwrap().kind(), ErrorKind::Parse);
    let frame = text("\u{feff}a,b\n1,2", CsvOptions::default()).unwrap();
    assert_eq!(frame.schema().to_string(), "a: int64, b: int64");
    let renamed = CsvOptions { rename_duplicates: true, ..CsvOptions::default() };
    let frame = text("a,b,a,a.1\n1,2,3,4\n", renamed).unwrap();
    assert_eq!(frame.schema().names().collect::<Vec<_>>(), ["a", "b", "a.2", "a.1"]);
}

#[test]
fn nulls_and_quotes() {
    let frame = text(
        "s,n\n,\n\"\",1\nNA,NA\n\"NA\",2\n",
        CsvOptions { null_values: vec![String::new(), "NA".to_owned()], ..CsvOptions::default() },
    )
    .unwrap();
    let s: Vec<Scalar> = frame.column("s").unwrap().values().collect();
    assert_eq!(s, [Scalar::Null, Scalar::from(""), Scalar::Null, Scalar::from("NA")]);
    let n: Vec<Scalar> = frame.column("n").unwrap().values().collect();
    assert_eq!(n, [Scalar::Null, Scalar::Int(1), Scalar::Null, Scalar::Int(2)]);
    let frame = text(
        "s\nNA\n\"NA\"\nx\n",
        CsvOptions { null_values: vec!["NA".to_owned()], quoted_nulls: true, ..CsvOptions::default() },
    )
    .unwrap();
    assert_eq!(frame.column("s").unwrap().null_count(), 2);
    let odd =
        CsvOptions { null_values: vec!["a\"b".to_owned()], quoted_nulls: true, ..CsvOptions::default() };
    let odd = CsvOptions { codes: false, ..odd };
    let frame = text("s,n\n\"a\"\"b\",1\n\"a\"\"c\",2\n", odd).unwrap();
    let s: Vec<Scalar> = frame.column("s").unwrap().values().collect();
    assert_eq!(s, [Scalar::Null, Scalar::from("a\"c")]);
}

#[test]
fn limits_and_projection() {
    let content: String = std::iter::once("a,b,c\n".to_owned())
        .chain((0..1000).map(|i| format!("{i},x{},{}\n", i % 3, f64::from(i) / 4.0)))
        .collect();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    let paths = [file.path().to_owned()];
    for bytes in [50, 100_000] {
        let source = CsvSource::open(&paths, CsvOptions { n_rows: Some(700), ..tiny(bytes) }).unwrap();
        assert_eq!(collect(&source, &all(&source)).unwrap().rows(), 700);
        let request = ScanRequest { projection: vec![2, 0], limit: Some(10), ..all(&source) };
        let frame = collect(&source, &request).unwrap();
        assert_eq!(frame.rows(), 10);
        assert_eq!(rows(&frame)[9], [Scalar::Float(2.25), Scalar::Int(9)]);
        let request = ScanRequest { projection: vec![], batch_rows: 64, ..all(&source) };
        let scan = source.scan(&request).unwrap();
        assert_eq!(scan.first_row(0), Some(0));
        let mut total = 0;
        for partition in 0..scan.partitions() {
            assert_eq!(scan.first_row(partition), Some(total));
            scan.read(partition, &mut |batch| {
                total += batch.rows() as u64;
                assert!(batch.rows() <= 64);
                Ok(Flow::Continue)
            })
            .unwrap();
        }
        assert_eq!(total, 700);
    }
}

#[test]
fn several_files_are_one_table() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1.csv"), "a,b\n1,x\n2,y\n").unwrap();
    std::fs::write(folder.path().join("2.csv"), "b,a\nz,0.5\n").unwrap();
    let source = CsvSource::open(&[folder.path().join("*.csv")], CsvOptions::default()).unwrap();
    assert_eq!(source.schema().to_string(), "a: float64, b: string");
    let frame = collect(&source, &all(&source)).unwrap();
    assert_eq!(rows(&frame)[2], [Scalar::Float(0.5), Scalar::from("z")]);
    std::fs::write(folder.path().join("3.csv"), "a,c\n1,2\n").unwrap();
    let error = CsvSource::open(&[folder.path().join("*.csv")], CsvOptions::default()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Shape);
    assert!(error.file_name().unwrap().ends_with("3.csv"), "{error}");
}

#[test]
fn options_travel_as_data() {
    let source = CsvSource::open(&[small("types.csv")], tiny(9).with_dtype("small", DType::Int8)).unwrap();
    let spec = source.spec().unwrap();
    let options: CsvOptions = serde_json::from_str(&spec.options).unwrap();
    let paths: Vec<PathBuf> = spec.paths.iter().map(PathBuf::from).collect();
    assert_eq!(*CsvSource::open(&paths, options).unwrap().schema(), *source.schema());
}

/// Records of fields made of the characters that matter, as written by the `csv` crate.
fn table() -> impl Strategy<Value = (Vec<Vec<String>>, bool, bool)> {
    let field =
        prop::collection::vec(prop::sample::select(vec!["a", ",", "\"", "\n", "\r", "é", " ", "12"]), 0..5)
            .prop_map(|parts| parts.concat());
    let records = (1..5usize).prop_flat_map(move |width| {
        prop::collection::vec(prop::collection::vec(field.clone(), width), 0..30)
    });
    (records, any::<bool>(), any::<bool>())
}

fn as_text(schema: &Schema) -> CsvOptions {
    let mut options =
        CsvOptions { null_values: vec![], skip_blank_lines: Some(true), ..CsvOptions::default() };
    for name in schema.names() {
        options = options.with_dtype(name, DType::String);
    }
    options
}

proptest! {
    #[test]
    fn any_cut_reads_as_the_csv_crate_does((records, always, crlf) in table(), bytes in 1..40u64) {
        let width = records.first().map_or(1, Vec::len);
        let names: Vec<String> = (0..width).map(|i| format!("c{i}")).collect();
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let ends = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().quote_style(style).terminator(ends).from_writer(Vec::new());
        writer.write_record(&names).unwrap();
        for record in &records {
            writer.write_record(record).unwrap();
        }
        let content = writer.into_inner().unwrap();
        let mut oracle = csv::ReaderBuilder::new().from_reader(content.as_slice());
        let wanted: Vec<Vec<Scalar>> = oracle
            .records()
            .map(|record| record.unwrap().iter().map(Scalar::from).collect())
            .collect();
        let schema = Schema::new(
            names.iter().map(|name| crate::data::Field::new(name, DType::String)).collect(),
        ).unwrap();
        let options = CsvOptions { partition_bytes: Some(bytes), ..as_text(&schema) };
        let frame = text(&content, options).unwrap();
        prop_assert_eq!(rows(&frame), wanted);
    }

    #[test]
    fn stray_quotes_do_not_move_cuts(parts in prop::collection::vec(
        prop::sample::select(vec!["a", ",", "\"", "\n", "\r\n", "\"\"", ",\"", "\",", "\"\n"]), 0..60), bytes in 1..20u64) {
        let content = format!("c0\n{}", parts.concat().replace(',', ";"));
        let mut oracle = csv::ReaderBuilder::new().delimiter(b'|').from_reader(content.as_bytes());
        let wanted: Vec<Vec<Scalar>> =
            oracle.records().map(|record| record.unwrap().iter().map(Scalar::from).collect()).collect();
        let options = CsvOptions {
            delimiter: '|',
            null_values: vec![],
            skip_blank_lines: Some(true),
            partition_bytes: Some(bytes),
            ..CsvOptions::default()
        }.with_dtype("c0", DType::String);
        match text(&content, options) {
            Ok(frame) => prop_assert_eq!(rows(&frame), wanted),
            // The `csv` crate takes an unclosed quote for text up to the end.
            Err(error) => assert!(error.message().contains("never closed"), "{error}"),
        }
    }
}

fn written(frame: &Frame, options: &CsvWriteOptions) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    create(&path, frame.schema(), options).unwrap().write(frame).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "temporary files are left");
    std::fs::read_to_string(&path).unwrap()
}

#[test]
fn the_sample_files_are_written_as_they_are_read() {
    for name in ["types.csv", "flights_sample.csv"] {
        let frame = read(small(name), CsvOptions::default()).unwrap();
        let content = written(&frame, &CsvWriteOptions::default());
        let back = text(content.as_bytes(), CsvOptions::default()).unwrap();
        assert_eq!(back.schema(), frame.schema(), "{name}");
        assert_eq!(rows(&back), rows(&frame), "{name}");
    }
}

#[test]
fn cells_as_text() {
    use arrow::array::{
        ArrayRef, Date32Array, Decimal128Array, Time64NanosecondArray, TimestampMillisecondArray,
    };
    use std::sync::Arc;
    let day: ArrayRef = Arc::new(Date32Array::from(vec![0, -719_528, 2_932_896]));
    let clock: ArrayRef = Arc::new(Time64NanosecondArray::from(vec![0, 1, 86_399_999_000_000]));
    let moment: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![-1, 0, 1_357_016_400_120]));
    let price = Decimal128Array::from(vec![-5, 0, 12345]).with_precision_and_scale(7, 3).unwrap();
    let price: ArrayRef = Arc::new(price);
    let frame = Frame::builder()
        .column("f", [0.1, f64::NAN, f64::NEG_INFINITY])
        .column("g", [1e300, -0.0, 5.0])
        .column("s", [Some(""), None, Some("a \"b\"")])
        .column("day", day)
        .column("clock", clock)
        .column("moment", moment)
        .column("price,", price)
        .finish()
        .unwrap();
    let content = written(&frame, &CsvWriteOptions::default());
    let lines: Vec<&str> = content.lines().collect();
    assert_eq!(lines[0], "f,g,s,day,clock,moment,\"price,\"");
    assert_eq!(lines[1], "0.1,1e300,\"\",1970-01-01,00:00:00,1969-12-31T23:59:59.999,-0.005");
    assert_eq!(lines[2], "NaN,-0.0,,0000-01-01,00:00:00.000000001,1970-01-01T00:00:00,0.000");
    assert_eq!(lines[3], "-inf,5.0,\"a \"\"b\"\"\",9999-12-31,23:59:59.999,2013-01-01T05:00:00.120,12.345");
    let options =
        CsvWriteOptions { null: "NA".to_owned(), line_end: "\r\n".to_owned(), ..Default::default() };
    let frame = Frame::builder().column("s", [Some("NA"), None]).finish().unwrap();
    assert_eq!(written(&frame, &options), "s\r\n\"NA\"\r\nNA\r\n");
    let nested = Schema::new(vec![Field::new("l", DType::List(Box::new(DType::Bool)))]).unwrap();
    let error = create(std::path::Path::new("x.csv"), &nested, &options).map(|_| ()).err().unwrap();
    assert_eq!((error.kind(), error.column_name()), (ErrorKind::Unsupported, Some("l")));
}

#[test]
fn times_are_written_with_a_blank_where_one_is_asked_for() {
    use arrow::array::{ArrayRef, TimestampMillisecondArray};
    let moments = vec![Some(-1), None, Some(1_356_998_400_120)];
    let moment: ArrayRef = std::sync::Arc::new(TimestampMillisecondArray::from(moments));
    let frame = Frame::builder().column("t", moment).column("n", [1, 2, 3]).finish().unwrap();
    let blank = CsvWriteOptions { datetime_separator: ' ', ..Default::default() };
    let content = written(&frame, &blank);
    assert_eq!(content, "t,n\n1969-12-31 23:59:59.999,1\n,2\n2013-01-01 00:00:00.120,3\n");
    let back = text(content.as_bytes(), CsvOptions::default()).unwrap();
    assert_eq!(written(&back, &blank).replace(".999000", ".999").replace(".120000", ".120"), content);
    // What stands within values cannot stand between them.
    let refused = |options: &CsvWriteOptions| {
        let error = create(std::path::Path::new("x.csv"), frame.schema(), options).map(|_| ()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        error.column_name().map(str::to_owned)
    };
    let column = |name: &str| Some(name.to_owned());
    assert_eq!(refused(&CsvWriteOptions { delimiter: ' ', ..blank.clone() }), column("t"));
    assert_eq!(refused(&CsvWriteOptions { delimiter: 'T', ..Default::default() }), column("t"));
    assert_eq!(refused(&CsvWriteOptions { delimiter: ':', ..Default::default() }), column("t"));
    assert_eq!(refused(&CsvWriteOptions { quote: '7', ..Default::default() }), column("t"));
    assert_eq!(refused(&CsvWriteOptions { datetime_separator: '_', ..Default::default() }), None);
    let spaced = CsvWriteOptions { delimiter: ' ', ..Default::default() };
    assert!(written(&frame, &spaced).starts_with("t n\n1969-12-31T23:59:59.999 1\n"));
}

#[test]
fn long_and_repeated_texts_are_written() {
    use crate::data::Column;
    use arrow::array::{ArrayRef, StringViewArray, UInt32Array};
    use std::sync::Arc;
    // More texts than rows, and fewer; some far longer than the others.
    for texts in [3usize, 5000] {
        let text = |code: usize| match code % 40 {
            7 => "a \"long\" text, ".repeat(3000),
            8 => "b,c".to_owned(),
            _ => format!("text {code}"),
        };
        let dictionary: ArrayRef = Arc::new(StringViewArray::from_iter_values((0..texts).map(text)));
        let rows = 900usize;
        let code = |row: usize| (row % 11 != 3).then_some((row * 7 % texts) as u32);
        let codes = UInt32Array::from_iter((0..rows).map(code));
        let coded = Column::from_held(crate::data::strings::encode(codes, dictionary).unwrap());
        let plain = Column::from_held(coded.to_plain().unwrap());
        let numbers = Column::from_held(Arc::new(UInt32Array::from_iter_values(0..rows as u32)));
        let schema = ["c", "p"].map(|name| Field::new(name, DType::String));
        let schema = Schema::new([schema.as_slice(), &[Field::new("n", DType::UInt32)]].concat()).unwrap();
        let batch = |at: usize, rows: usize| {
            let columns = [&coded, &plain, &numbers];
            let columns = columns.map(|column| Column::from_held(column.array().slice(at, rows)));
            Batch::new(columns.to_vec(), rows).unwrap()
        };
        let frame = Frame::new(schema, vec![batch(0, 600), batch(600, rows - 600)]).unwrap();
        let content = written(&frame, &CsvWriteOptions::default());
        let mut reader = csv::ReaderBuilder::new().from_reader(content.as_bytes());
        let mut found = 0;
        for (row, record) in reader.records().enumerate() {
            let record = record.unwrap();
            let wanted = code(row).map(|code| text(code as usize)).unwrap_or_default();
            let number = row.to_string();
            assert_eq!(record.iter().collect::<Vec<_>>(), [wanted.as_str(), &wanted, &number]);
            found += 1;
        }
        assert_eq!(found, rows);
    }
}

proptest! {
    #[test]
    fn any_frame_comes_back(
        numbers in prop::collection::vec(prop::option::of(any::<i64>()), 1..40),
        seed in any::<u64>(),
        wide in any::<bool>(),
    ) {
        let reals: Vec<Option<f64>> =
            numbers.iter().map(|n| n.map(|n| f64::from_bits((n as u64) ^ seed)).filter(|r| !r.is_nan())).collect();
        let texts: Vec<Option<String>> = numbers.iter().map(|n| n.map(|n| {
            let parts = ["", "a", ",", "\"", "\n", "é", "null", "long enough to need a buffer"];
            (0..n as u8 % 4).map(|i| parts[((n >> (i * 8)) & 7) as usize]).collect()
        })).collect();
        let mut frame = Frame::builder().column("t", texts);
        if wide {
            frame = frame.column("n", numbers).column("r", reals);
        }
        let frame = frame.finish().unwrap();
        let content = written(&frame, &CsvWriteOptions::default());
        let mut options = tiny(seed % 50 + 1).with_dtype("t", DType::String);
        if wide {
            options = options.with_dtype("n", DType::Int64).with_dtype("r", DType::Float64);
        }
        let back = text(content.as_bytes(), options).unwrap();
        prop_assert_eq!(rows(&back), rows(&frame));
    }
}
