//! Text of files whose dictionaries are limited, kept as codes.

use super::tests::{all, collect, open, rows};
use crate::data::{Frame, strings};
use crate::error::ErrorKind;
use crate::plan::ScanRequest;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::{
    FileMetaData, ParquetMetaDataBuilder, ParquetMetaDataReader, ParquetMetaDataWriter,
};
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const ROWS: usize = 20_000;

/// Row groups of a thousand rows whose dictionaries hold some hundred bytes, so that most pages are plain.
fn write(path: &Path, columns: &[(&str, ArrayRef)], dictionary: bool) {
    let fields: Vec<Field> =
        columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(1000))
        .set_dictionary_enabled(dictionary)
        .set_dictionary_page_size_limit(300)
        .set_data_page_row_count_limit(90)
        .set_write_batch_size(30)
        .build();
    let arrays = columns.iter().map(|(_, array)| array.clone()).collect();
    let batch = RecordBatch::try_new(schema.clone(), arrays).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), schema, Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn texts(text: impl Fn(usize) -> Option<String>) -> ArrayRef {
    Arc::new((0..ROWS).map(text).collect::<StringArray>())
}

fn is_coded(frame: &Frame, column: usize) -> Vec<bool> {
    frame.partitions().iter().map(|batch| strings::coded(batch.column(column).array()).is_some()).collect()
}

#[test]
fn texts_that_repeat_become_codes_whatever_the_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let some = |row: usize| row * 7919 % 211;
    let columns = [
        ("short", texts(|row| Some(format!("s{}", some(row))))),
        ("long", texts(|row| Some(format!("a text longer than a view holds, größer: {}", some(row))))),
        ("nulls", texts(|row| (row % 3 > 0).then(|| format!("n{}", some(row))))),
        ("nothing", texts(|_| None)),
        ("unique", texts(|row| Some(format!("u{row}")))),
        ("later", texts(|row| Some(format!("l{}", if row < 1000 { row % 5 } else { row * 7919 % 53 })))),
        ("growing", texts(|row| Some(format!("g{}", row / 3)))),
        ("seldom", texts(|row| Some(format!("s{}", if row == 7_777 { 1_000_000 } else { some(row) })))),
    ];
    for dictionary in [true, false] {
        write(&path, &columns, dictionary);
        let source = open(&path).unwrap();
        let plain = collect(&source, &all(&source)).unwrap();
        for batch_rows in [100, 1000, 5000] {
            let kept = collect(&source, &ScanRequest { kept: true, batch_rows, ..all(&source) }).unwrap();
            assert_eq!(rows(&kept), rows(&plain));
            for (column, (name, _)) in columns.iter().enumerate() {
                let wanted = !["unique", "growing"].contains(name);
                assert!(is_coded(&kept, column).iter().all(|coded| *coded == wanted), "{name} {dictionary}");
            }
        }
        if dictionary {
            // Without being kept, only what the file holds as codes.
            assert!(is_coded(&plain, 5)[..10].iter().all(|coded| *coded));
            assert!(is_coded(&plain, 0).iter().all(|coded| !coded));
        }
    }
}

/// The file with a footer that says everywhere that each row group has so many rows.
fn with_rows(path: &Path, told: i64) {
    let bytes = std::fs::read(path).unwrap();
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&File::open(path).unwrap()).unwrap();
    let groups: Vec<_> = metadata.row_groups().to_vec();
    let groups = groups.into_iter().map(|group| {
        let columns = group.columns().iter();
        let columns =
            columns.map(|column| column.clone().into_builder().set_num_values(told).build().unwrap());
        let columns = columns.collect();
        group.into_builder().set_num_rows(told).set_column_metadata(columns).build().unwrap()
    });
    let groups: Vec<_> = groups.collect();
    let file = metadata.file_metadata();
    let file = FileMetaData::new(
        file.version(),
        told * groups.len() as i64,
        file.created_by().map(str::to_owned),
        file.key_value_metadata().cloned(),
        file.schema_descr_ptr(),
        file.column_orders().cloned(),
    );
    let wrong = ParquetMetaDataBuilder::new(file).set_row_groups(groups).build();
    let size = bytes.len();
    let length = u32::from_le_bytes([bytes[size - 8], bytes[size - 7], bytes[size - 6], bytes[size - 5]]);
    let mut whole = bytes[..size - 8 - length as usize].to_vec();
    ParquetMetaDataWriter::new(&mut whole, &wrong).finish().unwrap();
    std::fs::write(path, whole).unwrap();
}

#[test]
fn footers_that_are_wrong_throughout_are_found_and_cost_little() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let columns = [("text", texts(|row| Some(format!("t{}", row % 300))))];
    for dictionary in [true, false] {
        for told in [1001, 100_000, 1 << 33, 1 << 40, i64::MAX / 64] {
            write(&path, &columns, dictionary);
            with_rows(&path, told);
            let source = match open(&path) {
                Ok(source) => source,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Corrupt, "{told}: {error}");
                    assert!(told > 1 << 33 && error.file_name().is_some());
                    continue;
                }
            };
            for kept in [true, false] {
                let request = ScanRequest { kept, batch_rows: 1 << 16, ..all(&source) };
                let error = collect(&source, &request).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Corrupt, "{told} {kept}: {error}");
                assert!(error.file_name().is_some(), "{told} {kept}: {error}");
            }
        }
    }
}
