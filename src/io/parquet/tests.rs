//! Round trips, pruning against a row-by-row check, and damaged files.

use crate::data::{Batch, Column, DType, Field, Frame, Scalar, Schema, strings};
use crate::error::{ErrorKind, Result};
use crate::expr::{Expr, bind, col, lit};
use crate::io::csv::{CsvOptions, CsvSource};
use crate::io::parquet::{ParquetOptions, ParquetSource, ParquetWriteOptions, create};
use crate::kernels::filter::filter_batch;
use crate::plan::{Flow, ScanRequest, TableSource};
use arrow::array::{ArrayRef, Date32Array, Decimal128Array, Float64Array, TimestampMicrosecondArray};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) fn small(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("datasets/small").join(name)
}

pub(super) fn all(source: &dyn TableSource) -> ScanRequest {
    let projection = (0..source.schema().len()).collect();
    ScanRequest { projection, predicate: None, limit: None, batch_rows: 100, kept: false }
}

pub(super) fn collect(source: &dyn TableSource, request: &ScanRequest) -> Result<Frame> {
    let scan = source.scan(request)?;
    let mut batches: Vec<Batch> = Vec::new();
    for partition in 0..scan.partitions() {
        scan.read(partition, &mut |batch| {
            batches.push(batch);
            Ok(Flow::Continue)
        })?;
    }
    Frame::new(source.schema().project(&request.projection), batches)
}

pub(super) fn rows(frame: &Frame) -> Vec<Vec<Scalar>> {
    let columns: Vec<Vec<Scalar>> =
        frame.schema().names().map(|name| frame.column(name).unwrap().values().collect()).collect();
    (0..frame.rows() as usize).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect()
}

pub(super) fn open(path: &Path) -> Result<ParquetSource> {
    ParquetSource::open(&[path.to_owned()], ParquetOptions::default())
}

pub(super) fn write(frame: &Frame, path: &Path, rows: usize) {
    let options = ParquetWriteOptions { row_group_rows: rows, ..ParquetWriteOptions::default() };
    create(path, frame.schema(), &options).unwrap().write(frame).unwrap();
}

/// A frame of many types in three partitions, with nulls.
pub(super) fn sample() -> Frame {
    let count = 1000i64;
    let maybe = |i: i64, step: i64| (i % step != 0).then_some(i);
    let day: ArrayRef = Arc::new((0..count).map(|i| maybe(i, 7).map(|i| i as i32)).collect::<Date32Array>());
    let instant: ArrayRef =
        Arc::new((0..count).map(|i| maybe(i, 5)).collect::<TimestampMicrosecondArray>().with_timezone("UTC"));
    let price = (0..count).map(|i| Some(i128::from(i) * 25)).collect::<Decimal128Array>();
    let price: ArrayRef = Arc::new(price.with_precision_and_scale(10, 2).unwrap());
    Frame::builder()
        .column("key", (0..count).collect::<Vec<i64>>())
        .column("real", (0..count).map(|i| maybe(i, 3).map(|i| i as f64 / 8.0)).collect::<Vec<_>>())
        .column("few", (0..count).map(|i| maybe(i, 11).map(|i| format!("v{}", i % 4))).collect::<Vec<_>>())
        .column("many", (0..count).map(|i| format!("a rather long text {i}")).collect::<Vec<_>>())
        .column("flag", (0..count).map(|i| maybe(i, 2).map(|i| i % 4 == 1)).collect::<Vec<_>>())
        .column("small", (0..count).map(|i| (i % 100) as u8).collect::<Vec<u8>>())
        .column("day", day)
        .column("instant", instant)
        .column("price", price)
        .finish()
        .unwrap()
        .repartition(3)
        .unwrap()
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = sample();
    for compression in ["snappy", "zstd", "lz4", "gzip", "brotli", "none"] {
        let options = ParquetWriteOptions {
            compression: compression.to_owned(),
            row_group_rows: 300,
            ..ParquetWriteOptions::default()
        };
        create(&path, frame.schema(), &options).unwrap().write(&frame).unwrap();
        let source = open(&path).unwrap();
        assert_eq!(source.schema(), frame.schema());
        assert_eq!(source.rows(), Some(1000));
        let back = collect(&source, &all(&source)).unwrap();
        assert_eq!(rows(&back), rows(&frame), "{compression}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "temporary files are left");
    let empty = Frame::empty(frame.schema().clone());
    write(&empty, &path, 10);
    let source = open(&path).unwrap();
    assert_eq!(rows(&collect(&source, &all(&source)).unwrap()).len(), 0);
    assert_eq!(source.schema(), frame.schema());
}

#[test]
fn rare_types_come_back() {
    use arrow::array::{
        BinaryViewArray, DurationMicrosecondArray, NullArray, Time64NanosecondArray, UInt64Array,
    };
    let arrays: Vec<(&str, ArrayRef)> = vec![
        ("null", Arc::new(NullArray::new(2))),
        ("bytes", Arc::new(BinaryViewArray::from(vec![Some(&b"\xff"[..]), None]))),
        ("time", Arc::new(Time64NanosecondArray::from(vec![Some(1), None]))),
        ("duration", Arc::new(DurationMicrosecondArray::from(vec![Some(-1), None]))),
        ("big", Arc::new(UInt64Array::from(vec![Some(u64::MAX), None]))),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    for (name, array) in arrays {
        let frame = Frame::builder().column(name, array).finish().unwrap();
        write(&frame, &path, 10);
        let source = open(&path).unwrap();
        assert_eq!(source.schema(), frame.schema());
        assert_eq!(rows(&collect(&source, &all(&source)).unwrap()), rows(&frame), "{name}");
    }
}

#[test]
fn text_with_a_dictionary_is_read_as_codes_of_one_dictionary() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&sample(), &path, 400);
    let source = open(&path).unwrap();
    let frame = collect(&source, &all(&source)).unwrap();
    let few: Vec<&Column> = frame.partitions().iter().map(|batch| batch.column(2)).collect();
    let (_, first) = strings::coded(few[0].array()).unwrap();
    assert!(
        few.iter()
            .all(|column| strings::coded(column.array()).is_some_and(|(_, own)| Arc::ptr_eq(own, first)))
    );
    assert!(!frame.partitions()[0].column(3).is_coded());
    let plain = ParquetSource::open(&[path], ParquetOptions { codes: false, ..Default::default() }).unwrap();
    let plain = collect(&plain, &all(&plain)).unwrap();
    assert!(!plain.partitions()[0].column(2).is_coded());
    assert_eq!(rows(&plain), rows(&frame));
}

#[test]
fn codes_written_are_codes_read() {
    let source = CsvSource::open(&[small("flights_sample.csv")], CsvOptions::default()).unwrap();
    let frame = collect(&source, &all(&source)).unwrap();
    assert!(frame.partitions()[0].column(9).is_coded());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&frame, &path, 128);
    let back = open(&path).unwrap();
    let back = collect(&back, &all(&back)).unwrap();
    assert_eq!(back.schema(), frame.schema());
    assert_eq!(rows(&back), rows(&frame));
}

#[test]
fn projection_limit_and_parts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&sample(), &path, 600);
    let source = open(&path).unwrap();
    let request = ScanRequest { projection: vec![3, 0], limit: Some(250), ..all(&source) };
    let scan = source.scan(&request).unwrap();
    assert_eq!(scan.partitions(), 3);
    assert_eq!(scan.first_row(2), Some(200));
    let frame = collect(&source, &request).unwrap();
    assert_eq!(frame.rows(), 250);
    assert_eq!(rows(&frame)[249], [Scalar::from("a rather long text 249"), Scalar::Int(249)]);
    let none = ScanRequest { projection: vec![], ..all(&source) };
    let scan = source.scan(&none).unwrap();
    let mut total = 0;
    for partition in 0..scan.partitions() {
        scan.read(partition, &mut |batch| {
            total += batch.rows();
            Ok(Flow::Continue)
        })
        .unwrap();
    }
    assert_eq!(total, 1000);
}

#[test]
fn statistics_hold() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&sample(), &path, 300);
    let source = open(&path).unwrap();
    let mut seen = 0;
    for batch in collect(&source, &ScanRequest { batch_rows: 70, ..all(&source) }).unwrap().partitions() {
        for column in batch.columns() {
            let Some(known) = column.known_statistics() else { continue };
            seen += 1;
            assert_eq!(known.null_count, column.null_count() as u64);
            for row in 0..column.len() {
                let value = Scalar::from_array(column.array(), row);
                assert!(!known.min.compare(&value).is_some_and(|order| order.is_gt()), "{known:?} {value}");
                assert!(!known.max.compare(&value).is_some_and(|order| order.is_lt()), "{known:?} {value}");
            }
        }
    }
    assert!(seen > 50);
}

#[test]
fn pruning_loses_no_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&sample(), &path, 100);
    let source = open(&path).unwrap();
    let text = || lit("a rather long text 5");
    let predicates: Vec<(Expr, bool)> = vec![
        (col("key").gt(850), true),
        (col("key").lt_eq(99).or(col("key").gt_eq(950)), true),
        (lit(500).gt(col("key")), true),
        (col("key").eq(512).and(col("real").gt(0.0)), true),
        (col("real").lt(5.5), true),
        (col("real").gt_eq(20), true),
        (col("many").lt(text()), false),
        (col("day").lt(lit("1970-02-01")), true),
        (col("instant").gt_eq(lit("1970-01-01T00:00:00.0009Z")), true),
        (col("price").lt(10), false),
        (col("small").gt(200), true),
        (col("key").not_eq(5), false),
        (!col("key").gt(10), false),
        (col("few").is_null(), false),
        (col("key").is_null(), true),
        (col("key").eq(lit(Scalar::Null)), true),
        (col("real").eq(lit(f64::NAN)), false),
    ];
    for (predicate, prunes) in predicates {
        let request = ScanRequest { predicate: Some(predicate.clone()), ..all(&source) };
        let found = collect(&source, &request).unwrap();
        let bound = bind(&predicate, source.schema()).unwrap();
        let matching = |frame: &Frame| -> Vec<Vec<Scalar>> {
            let kept = frame
                .partitions()
                .iter()
                .map(|batch| filter_batch(batch, &bound.mask(batch).unwrap()).unwrap());
            rows(&Frame::new(frame.schema().clone(), kept.collect()).unwrap())
        };
        assert_eq!(matching(&found), matching(&sample()), "{predicate}");
        if prunes {
            assert!(source.scan(&request).unwrap().skipped().is_some(), "{predicate} prunes nothing");
        }
    }
}

#[test]
fn nan_does_not_mislead_pruning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let values: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, 1.0, f64::NAN, f64::NAN, -0.0, 0.0]));
    let frame = Frame::builder().column("x", values).finish().unwrap();
    write(&frame, &path, 2);
    let source = open(&path).unwrap();
    for (predicate, wanted) in [(col("x").gt_eq(1.0), 1), (col("x").eq(0.0), 2), (col("x").eq(-0.0), 2)] {
        let request = ScanRequest { predicate: Some(predicate.clone()), ..all(&source) };
        let found = collect(&source, &request).unwrap();
        let bound = bind(&predicate, source.schema()).unwrap();
        let count: usize =
            found.partitions().iter().map(|batch| bound.mask(batch).unwrap().true_count()).sum();
        assert_eq!(count, wanted, "{predicate}");
    }
}

#[test]
fn damaged_files_are_refused() {
    let error = |name: &str| open(&small(name)).map(|source| collect(&source, &all(&source))).err().unwrap();
    for name in ["not_parquet.parquet", "truncated.parquet", "empty.csv", "types.csv"] {
        let error = error(name);
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        assert!(error.file_name().unwrap().ends_with(name), "{error}");
    }
    assert_eq!(error("smal.parquet").kind(), ErrorKind::FileNotFound);
    assert!(error("smal.parquet").suggestion().unwrap().contains("small.parquet"));
    assert_eq!(error("").kind(), ErrorKind::Io);
}

#[test]
fn no_cut_or_flipped_byte_goes_unnoticed_or_panics() {
    let whole = std::fs::read(small("small.parquet")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.parquet");
    for cut in (0..whole.len()).step_by(131) {
        std::fs::write(&path, &whole[..cut]).unwrap();
        assert_eq!(open(&path).err().unwrap().kind(), ErrorKind::Corrupt, "cut at {cut}");
    }
    let before = open(&small("small.parquet")).unwrap();
    let count = collect(&before, &all(&before)).unwrap().rows();
    for at in (4..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&path, &bytes).unwrap();
        // Pages carry no check sums, so that values may change unseen; shapes and safety may not.
        if let Ok(source) = open(&path)
            && let Ok(frame) = collect(&source, &all(&source))
        {
            assert_eq!(frame.rows(), count, "byte {at}");
        }
    }
}

#[test]
fn files_must_agree() {
    let folder = tempfile::tempdir().unwrap();
    let one = Frame::builder().column("a", [1i64]).column("b", ["x"]).finish().unwrap();
    let swapped = Frame::builder().column("b", ["y"]).column("a", [2i64]).finish().unwrap();
    write(&one, &folder.path().join("1.parquet"), 10);
    write(&swapped, &folder.path().join("2.parquet"), 10);
    let source = open(&folder.path().join("*.parquet")).unwrap();
    let frame = collect(&source, &all(&source)).unwrap();
    assert_eq!(rows(&frame), [[Scalar::Int(1), Scalar::from("x")], [Scalar::Int(2), Scalar::from("y")]]);
    let other = Frame::builder().column("a", [0.5]).column("b", ["x"]).finish().unwrap();
    write(&other, &folder.path().join("3.parquet"), 10);
    let error = open(&folder.path().join("*.parquet")).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Type);
    assert!(error.file_name().unwrap().ends_with("3.parquet"));
}

#[test]
fn nothing_is_left_of_a_failed_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    std::fs::write(&path, "before").unwrap();
    let writer = create(&path, sample().schema(), &ParquetWriteOptions::default()).unwrap();
    drop(writer);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let missing = folder.path().join("no/such/x.parquet");
    let error =
        create(&missing, sample().schema(), &ParquetWriteOptions::default()).map(|_| ()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::FileNotFound);
    let none = create(&path, &Schema::empty(), &ParquetWriteOptions::default()).map(|_| ()).err().unwrap();
    assert_eq!(none.kind(), ErrorKind::InvalidArgument);
    let lists = Schema::new(vec![Field::new("l", DType::List(Box::new(DType::String)))]).unwrap();
    let batch = Batch::new(
        vec![
            Column::new(
                Scalar::List(vec!["a".into(), Scalar::Null]).to_array(&lists.fields()[0].dtype, 2).unwrap(),
            )
            .unwrap(),
        ],
        2,
    );
    let frame = Frame::new(lists, vec![batch.unwrap()]).unwrap();
    write(&frame, &path, 10);
    let source = open(&path).unwrap();
    assert_eq!(rows(&collect(&source, &all(&source)).unwrap()), rows(&frame));
}

#[test]
fn texts_beside_the_data_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = Frame::builder().column("x", [1i64, 2]).finish().unwrap();
    let metadata = [("origin".to_owned(), "a survey".to_owned())].into();
    let options = ParquetWriteOptions { metadata, ..ParquetWriteOptions::default() };
    create(&path, frame.schema(), &options).unwrap().write(&frame).unwrap();
    let source = open(&path).unwrap();
    assert_eq!(source.metadata(), options.metadata);
    assert_eq!(rows(&collect(&source, &all(&source)).unwrap()), rows(&frame));
}
