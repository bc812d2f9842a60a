//! Chunks written without the crate: read back by us and by the crate, with bounds that hold and pages that are skipped.

use super::tests::{all, collect, open, rows};
use crate::data::{Batch, Column, Frame, Scalar, strings};
use crate::expr::{bind, col};
use crate::io::parquet::{ParquetWriteOptions, create};
use crate::kernels::filter::filter_batch;
use crate::plan::ScanRequest;
use arrow::array::{
    Array, ArrayRef, Date32Array, Float32Array, StringViewArray, TimestampMicrosecondArray, UInt32Array,
};
use arrow::compute::{cast, concat};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const ROWS: i64 = 6000;

/// Columns that are written without the crate, and one that is not, in partitions of uneven size.
fn frame() -> Frame {
    let maybe = |row: i64, step: i64| row % step != 0;
    let texts: ArrayRef = Arc::new(StringViewArray::from_iter_values(
        (0..40).map(|n| format!("a text, number {}", n * 7 % 40)),
    ));
    let codes: UInt32Array = (0..ROWS).map(|row| maybe(row, 11).then_some((row % 37) as u32)).collect();
    let day: Date32Array = (0..ROWS).map(|row| maybe(row, 7).then_some((row % 300 - 100) as i32)).collect();
    let instant: TimestampMicrosecondArray =
        (0..ROWS).map(|row| maybe(row, 5).then_some(row * 1_000_003)).collect();
    let nothing: Vec<Option<i64>> = vec![None; ROWS as usize];
    let real = |row: i64| (row * 7919 % 6007) as f64 / 8.0 - 300.0;
    let whole = Frame::builder()
        .column("key", (0..ROWS).map(|row| row << 33).collect::<Vec<i64>>())
        .column("small", (0..ROWS).map(|row| maybe(row, 3).then_some(row % 100 - 50)).collect::<Vec<_>>())
        .column("int", (0..ROWS).map(|row| (row / 2000) as i32).collect::<Vec<_>>())
        .column("real", (0..ROWS).map(|row| maybe(row, 4).then_some(real(row))).collect::<Vec<_>>())
        .column("zero", (0..ROWS).map(|row| if row % 2 == 0 { 0.0 } else { -0.0 }).collect::<Vec<f64>>())
        .column(
            "nan",
            (0..ROWS).map(|row| if row == 9 { f64::NAN } else { row as f64 }).collect::<Vec<f64>>(),
        )
        .column(
            "short",
            Arc::new(Float32Array::from_iter_values((0..ROWS).map(|row| row as f32))) as ArrayRef,
        )
        .column("nothing", nothing)
        .column("text", strings::encode(codes, texts).unwrap())
        .column("day", Arc::new(day) as ArrayRef)
        .column("instant", Arc::new(instant) as ArrayRef)
        .column("flag", (0..ROWS).map(|row| row % 3 == 0).collect::<Vec<bool>>())
        .finish()
        .unwrap();
    let batch = whole.to_batch().unwrap();
    let cuts = [0, 100, 2500, 2501, ROWS as usize];
    let parts = cuts.windows(2).map(|cut| batch.slice(cut[0], cut[1] - cut[0])).collect();
    Frame::new(whole.schema().clone(), parts).unwrap()
}

fn write(frame: &Frame, path: &Path, options: &ParquetWriteOptions) {
    create(path, frame.schema(), options).unwrap().write(frame).unwrap();
}

/// The column as the crate alone reads it, by the types that we hold.
fn by_crate(path: &Path, column: usize, like: &Column) -> Column {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let batches: Vec<_> = builder.build().unwrap().map(Result::unwrap).collect();
    let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(column).as_ref()).collect();
    let plain = like.to_plain().unwrap();
    Column::from_held(cast(&concat(&arrays).unwrap(), plain.data_type()).unwrap())
}

#[test]
fn what_is_packed_is_read_by_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = frame();
    let whole = frame.to_batch().unwrap();
    for (compression, group, page) in [
        ("zstd", 1 << 18, None),
        ("snappy", 2500, Some(33)),
        ("lz4", 1 << 18, Some(1000)),
        ("none", 3000, Some(7)),
        ("gzip", 3000, None),
    ] {
        let options = ParquetWriteOptions {
            compression: compression.to_owned(),
            row_group_rows: group,
            page_rows: page,
            ..ParquetWriteOptions::default()
        };
        write(&frame, &path, &options);
        let source = open(&path).unwrap();
        for batch_rows in [700, 100_000] {
            let found = collect(&source, &ScanRequest { batch_rows, ..all(&source) }).unwrap();
            assert_eq!(rows(&found), rows(&frame), "{compression}");
        }
        for (place, column) in whole.columns().iter().enumerate() {
            let found = by_crate(&path, place, column);
            let name = &frame.schema().fields()[place].name;
            assert_eq!(found.array(), &column.to_plain().unwrap(), "{compression}: {name}");
        }
    }
}

#[test]
fn bounds_of_packed_columns_hold() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = frame();
    let options =
        ParquetWriteOptions { row_group_rows: 3000, page_rows: Some(100), ..ParquetWriteOptions::default() };
    write(&frame, &path, &options);
    let file = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
    for group in 0..2 {
        let metadata = file.metadata().row_group(group);
        let batch = frame.to_batch().unwrap().slice(group * 3000, 3000);
        for (chunk, column) in metadata.columns().iter().zip(batch.columns()) {
            let statistics = chunk.statistics().unwrap();
            assert_eq!(statistics.null_count_opt(), Some(column.null_count() as u64));
            assert!(chunk.offset_index_offset().is_some());
        }
        assert!(metadata.column(7).statistics().unwrap().min_bytes_opt().is_none());
        let zeros = metadata.column(4).statistics().unwrap();
        assert_eq!(zeros.min_bytes_opt().unwrap(), (-0.0f64).to_le_bytes());
        assert_eq!(zeros.max_bytes_opt().unwrap(), 0.0f64.to_le_bytes());
    }
    let source = open(&path).unwrap();
    for (predicate, at_most) in [
        (col("key").between(2000i64 << 33, 2003i64 << 33), 200),
        (col("int").eq(1), 2000),
        (col("short").gt(5950.0), 100),
        (col("instant").is_null(), 6000),
        (col("nothing").is_not_null(), 0),
        (col("text").eq("a text, number 39"), 6000),
        (col("text").eq("a text, number 77"), 6000),
        (col("real").lt(-290.0), 6000),
        (col("small").eq(49).and(col("day").is_not_null()), 6000),
        (col("zero").eq(0.0).and(col("key").lt(1i64 << 33)), 100),
    ] {
        let request = ScanRequest { predicate: Some(predicate.clone()), batch_rows: 2000, ..all(&source) };
        let found = collect(&source, &request).unwrap();
        assert!(found.rows() <= at_most, "{predicate}: {}", found.rows());
        let kept = |frame: &Frame| -> Vec<Vec<Scalar>> {
            let bound = bind(&predicate, frame.schema()).unwrap();
            let kept = |batch: &Batch| filter_batch(batch, &bound.mask(batch).unwrap()).unwrap();
            let batches = frame.partitions().iter().map(kept).collect();
            rows(&Frame::new(frame.schema().clone(), batches).unwrap())
        };
        assert_eq!(kept(&found), kept(&frame), "{predicate}");
    }
}
