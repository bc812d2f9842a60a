//! Round trips of files and streams, cuts of large batches, and damage.

use crate::data::{Batch, Column, Frame, Scalar};
use crate::error::{ErrorKind, Result};
use crate::io::file::InputFile;
use crate::io::ipc::blocks::blocks;
use crate::io::ipc::{IpcOptions, IpcSource, IpcWriteOptions, create};
use crate::io::objects::options::StorageOptions;
use crate::plan::{Flow, ScanRequest, TableSource};
use arrow::array::{ArrayRef, Date32Array, Decimal128Array, DictionaryArray, RecordBatch, StringArray};
use arrow::datatypes::Int32Type;
use std::path::Path;
use std::sync::Arc;

fn open(path: &Path) -> Result<IpcSource> {
    IpcSource::open(&[path.to_owned()], IpcOptions::default())
}

fn collect(source: &IpcSource, projection: Vec<usize>, batch_rows: usize) -> Result<Frame> {
    let schema = source.schema().project(&projection);
    let scan =
        source.scan(&ScanRequest { projection, predicate: None, limit: None, batch_rows, kept: false })?;
    let mut batches: Vec<Batch> = Vec::new();
    for partition in 0..scan.partitions() {
        if !batches.is_empty() {
            let before: usize = batches.iter().map(Batch::rows).sum();
            assert_eq!(scan.first_row(partition), Some(before as u64));
        }
        scan.read(partition, &mut |batch| {
            batches.push(batch);
            Ok(Flow::Continue)
        })?;
    }
    Frame::new(schema, batches)
}

fn rows(frame: &Frame) -> Vec<Vec<Scalar>> {
    let columns: Vec<Vec<Scalar>> =
        frame.schema().names().map(|name| frame.column(name).unwrap().values().collect()).collect();
    (0..frame.rows() as usize).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect()
}

fn sample() -> Frame {
    let count = 300i64;
    let day: ArrayRef =
        Arc::new((0..count).map(|i| (i % 7 != 0).then_some(i as i32)).collect::<Date32Array>());
    let price = (0..count).map(|i| Some(i128::from(i) * 25)).collect::<Decimal128Array>();
    let price: ArrayRef = Arc::new(price.with_precision_and_scale(10, 2).unwrap());
    let list = |i: i64| Scalar::List((0..i % 4).map(Scalar::Int).collect());
    let lists = crate::data::DType::List(Box::new(crate::data::DType::Int64));
    let lists: Vec<ArrayRef> = (0..count).map(|i| list(i).to_array(&lists, 1).unwrap()).collect();
    let lists: Vec<&dyn arrow::array::Array> = lists.iter().map(AsRef::as_ref).collect();
    Frame::builder()
        .column("key", (0..count).collect::<Vec<i64>>())
        .column("real", (0..count).map(|i| (i % 3 != 0).then_some(i as f64 / 8.0)).collect::<Vec<_>>())
        .column("few", (0..count).map(|i| (i % 11 != 0).then(|| format!("v{}", i % 4))).collect::<Vec<_>>())
        .column("many", (0..count).map(|i| format!("a rather long text {i}")).collect::<Vec<_>>())
        .column("flag", (0..count).map(|i| i % 4 == 1).collect::<Vec<_>>())
        .column("day", day)
        .column("price", price)
        .column("list", arrow::compute::concat(&lists).unwrap())
        .finish()
        .unwrap()
        .repartition(3)
        .unwrap()
}

fn write(path: &Path, frame: &Frame, compression: &str, stream: bool) {
    let options =
        IpcWriteOptions { compression: compression.to_owned(), stream: Some(stream), ..Default::default() };
    create(path, frame.schema(), &options).unwrap().write(frame).unwrap();
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.arrow");
    let frame = sample();
    for compression in ["none", "lz4", "zstd"] {
        for stream in [false, true] {
            write(&path, &frame, compression, stream);
            let source = open(&path).unwrap();
            assert_eq!((source.schema(), source.rows()), (frame.schema(), Some(300)));
            for batch_rows in [7, 1000] {
                let back = collect(&source, (0..8).collect(), batch_rows).unwrap();
                assert_eq!(rows(&back), rows(&frame), "{compression} {stream}");
            }
            let some = collect(&source, vec![3, 0], 50).unwrap();
            assert_eq!(rows(&some)[299], ["a rather long text 299".into(), Scalar::Int(299)]);
        }
    }
    write(&path, &Frame::empty(frame.schema().clone()), "none", false);
    assert_eq!(collect(&open(&path).unwrap(), (0..8).collect(), 10).unwrap().rows(), 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "temporary files are left");
    let refused = IpcWriteOptions { compression: "snappy".to_owned(), ..Default::default() };
    assert_eq!(create(&path, frame.schema(), &refused).err().unwrap().kind(), ErrorKind::InvalidArgument);
}

#[test]
fn any_columns_are_read_without_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.arrow");
    let frame = sample();
    let whole = rows(&frame);
    for compression in ["none", "lz4"] {
        write(&path, &frame, compression, false);
        let source = open(&path).unwrap();
        for set in 1u32..256 {
            let projection: Vec<usize> = (0..8).filter(|column| set >> column & 1 == 1).collect();
            let found = rows(&collect(&source, projection.clone(), 1000).unwrap());
            for (found, whole) in found.iter().zip(&whole) {
                assert!(projection.iter().map(|&column| &whole[column]).eq(found), "{projection:?}");
            }
        }
    }
}

#[test]
fn dictionaries_that_change_in_a_stream_are_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.arrows");
    let batch = |texts: &[&str]| {
        let values: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
        let codes = arrow::array::Int32Array::from_iter_values(0..texts.len() as i32);
        let array: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::try_new(codes, values).unwrap());
        RecordBatch::try_from_iter([("text", array)]).unwrap()
    };
    let (first, second) = (batch(&["a", "b"]), batch(&["b", "c", "d"]));
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(file, &first.schema()).unwrap();
    writer.write(&first).unwrap();
    writer.write(&second).unwrap();
    writer.finish().unwrap();
    let found = collect(&open(&path).unwrap(), vec![0], 2).unwrap();
    assert_eq!(rows(&found), ["a", "b", "b", "c", "d"].map(|text| vec![Scalar::from(text)]));
}

#[test]
fn damage_is_found_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.arrow");
    let columns = [0, 2, 7];
    let frame = sample().slice(0, 6).to_batch().unwrap().project(&columns);
    let frame = Frame::new(sample().schema().project(&columns), vec![frame]).unwrap();
    for (compression, stream) in [("none", false), ("lz4", false), ("zstd", true)] {
        write(&path, &frame, compression, stream);
        let whole = std::fs::read(&path).unwrap();
        let read = || -> Result<u64> {
            let source = open(&path)?;
            let all = (0..source.schema().len()).collect();
            Ok(collect(&source, all, 100)?.rows())
        };
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            match read() {
                // The mark at the end of a stream may be missing.
                Ok(found) => assert!(stream && (found == 6 || found == 0), "cut at {cut}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Corrupt, "cut at {cut}: {error}");
                    assert!(error.file_name().is_some(), "cut at {cut}: {error}");
                }
            }
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at * 5 % 8);
            std::fs::write(&path, &bytes).unwrap();
            if let Err(error) = read() {
                use ErrorKind::{Corrupt, DuplicateColumn, Shape, Type, Unsupported};
                let kinds = [Corrupt, DuplicateColumn, Shape, Type, Unsupported];
                assert!(kinds.contains(&error.kind()), "byte {at}: {error}");
                assert!(error.file_name().is_some(), "byte {at}: {error}");
            }
        }
    }
    std::fs::write(&path, "FEA1....").unwrap();
    assert_eq!(open(&path).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn rows_that_are_there_are_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.arrow");
    let frame = sample();
    let corrupt = |bytes: &[u8], what: &str| {
        std::fs::write(&path, bytes).unwrap();
        let error = open(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.to_string().contains(what), "{error}");
    };
    write(&path, &frame, "none", true);
    let whole = std::fs::read(&path).unwrap();
    let input = InputFile::find(&path, &StorageOptions::default()).unwrap();
    let second = blocks(&input).unwrap().batches[1].0.offset() as usize;
    // The length of the second batch is zero, as at the end.
    let mut bytes = whole.clone();
    bytes[second + 4..second + 8].fill(0);
    corrupt(&bytes, "after the end of the stream");
    // The same with what another writer puts there.
    let mut bytes = whole.clone();
    bytes.extend([0; 16]);
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(collect(&open(&path).unwrap(), vec![0], 1000).unwrap().rows(), frame.rows());
    bytes.extend(&whole);
    let at = whole.len();
    bytes.drain(at..at + 16);
    corrupt(&bytes, "after the end of the stream");
    // Two schemas.
    let schema = 8 + i32::from_le_bytes(whole[4..8].try_into().unwrap()) as usize;
    let mut bytes = whole[..schema].to_vec();
    bytes.extend(&whole);
    corrupt(&bytes, "no record batch");
    write(&path, &frame, "none", false);
    let whole = std::fs::read(&path).unwrap();
    // A footer that lists nothing, of a file that holds the rows.
    write(&path, &frame.slice(0, 0), "none", false);
    let empty = std::fs::read(&path).unwrap();
    assert_eq!(open(&path).unwrap().schema(), frame.schema());
    let footer = |bytes: &[u8]| {
        let length = bytes.len() - 10;
        length - i32::from_le_bytes(bytes[length..length + 4].try_into().unwrap()) as usize
    };
    let mut bytes = whole[..footer(&whole)].to_vec();
    bytes.extend(&empty[footer(&empty)..]);
    corrupt(&bytes, "does not list");
}

#[test]
fn a_column_is_held_as_one_would_expect() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.arrow");
    write(&path, &sample(), "none", false);
    let options = IpcOptions { columns: Some(vec!["few".to_owned()]), ..IpcOptions::default() };
    let source = IpcSource::open(std::slice::from_ref(&path), options).unwrap();
    let found = collect(&source, vec![0], 1000).unwrap();
    let columns: Vec<&Column> = found.partitions().iter().map(|batch| batch.column(0)).collect();
    assert!(columns.iter().all(|column| *column.dtype() == crate::data::DType::String));
}
