//! Nested columns as others write them: every shape, encoding and kind of page reads as what was written.

use super::tests::{all, collect, open};
use crate::data::{Column, Frame};
use crate::error::ErrorKind;
use crate::expr::{bind, col};
use crate::io::parquet::direct;
use crate::io::parquet::reader::Rows;
use crate::kernels::filter::filter_batch;
use crate::plan::{ScanRequest, TableSource};
use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int8Array, Int32Array, Int64Array, LargeListArray,
    ListArray, MapArray, RecordBatch, StringArray, StructArray, TimestampMicrosecondArray, UInt8Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Fields};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion,
};
use parquet::schema::types::ColumnPath;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

const ROWS: usize = 700;

/// A null at every `step`-th place; none if it is 0.
fn nulls(count: usize, step: usize) -> Option<NullBuffer> {
    (step > 0).then(|| (0..count).map(|at| at % step != 0).collect::<Vec<bool>>().into())
}

fn lists(items: ArrayRef, step: usize, nullable: bool) -> ArrayRef {
    let (mut sizes, mut left) = (Vec::new(), items.len());
    while sizes.len() + 1 < ROWS.min(items.len()) {
        let size = (sizes.len() * 7 % 4).min(left);
        // Below nulls there is nothing.
        let size = if step > 0 && sizes.len() % step == 0 { 0 } else { size };
        sizes.push(size);
        left -= size;
    }
    sizes.push(left);
    let field = Arc::new(Field::new("item", items.data_type().clone(), nullable));
    let valid = nulls(sizes.len(), step);
    // The last one has what is left, so that it is no null.
    let valid =
        valid.map(|valid| valid.iter().enumerate().map(|(at, is)| is || at + 1 == sizes.len()).collect());
    Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(sizes), items, valid))
}

fn structs(parts: Vec<(&str, ArrayRef, bool)>, step: usize) -> ArrayRef {
    let count = parts[0].1.len();
    let fields: Fields =
        parts.iter().map(|(name, array, null)| Field::new(*name, array.data_type().clone(), *null)).collect();
    Arc::new(StructArray::new(fields, parts.into_iter().map(|part| part.1).collect(), nulls(count, step)))
}

/// Leaves of every kind; with nulls, unless `step` is 0.
fn leaves(count: usize, step: usize) -> Vec<ArrayRef> {
    let there = |at: usize| step == 0 || at % step != 1;
    let some = || (0..count).map(move |at| there(at).then_some(at));
    vec![
        Arc::new(some().map(|at| at.map(|at| at as i64 * 7919 % 1000)).collect::<Int64Array>()),
        Arc::new(some().map(|at| at.map(|at| at as i32 / 3)).collect::<Int32Array>()),
        Arc::new(some().map(|at| at.map(|at| at as f64 / 8.0)).collect::<Float64Array>()),
        Arc::new(some().map(|at| at.map(|at| at % 3 == 0)).collect::<BooleanArray>()),
        Arc::new(some().map(|at| at.map(|at| format!("text {}", at % 17))).collect::<StringArray>()),
        Arc::new(some().map(|at| at.map(|at| format!("größer als zwölf {at}"))).collect::<StringArray>()),
        Arc::new(some().map(|at| at.map(|at| at as i64)).collect::<TimestampMicrosecondArray>()),
    ]
}

/// Flat columns of every kind that is read here, their numbers as far apart as they can be.
fn flat(step: usize) -> RecordBatch {
    let there = |at: usize| step == 0 || at % step != 1;
    let some = || (0..ROWS).map(move |at| there(at).then_some(at));
    let mixed = |at: usize| (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(at as u32);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("row", Arc::new(Int64Array::from_iter_values(0..ROWS as i64))),
        ("long", Arc::new(some().map(|at| at.map(|at| mixed(at) as i64)).collect::<Int64Array>())),
        ("int", Arc::new(some().map(|at| at.map(|at| mixed(at) as i32)).collect::<Int32Array>())),
        ("small", Arc::new(some().map(|at| at.map(|at| mixed(at) as i8)).collect::<Int8Array>())),
        ("even smaller", Arc::new(some().map(|at| at.map(|at| mixed(at) as u8)).collect::<UInt8Array>())),
        ("real", Arc::new(some().map(|at| at.map(|at| at as f64 / 7.0)).collect::<Float64Array>())),
        ("time", Arc::new(some().map(|at| at.map(|at| at as i64)).collect::<TimestampMicrosecondArray>())),
        (
            "short",
            Arc::new(some().map(|at| at.map(|at| format!("text {}", at % 90))).collect::<StringArray>()),
        ),
        (
            "text",
            Arc::new(some().map(|at| at.map(|at| format!("größer als zwölf {at}"))).collect::<StringArray>()),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

/// Every shape around every leaf.
fn shapes(step: usize) -> RecordBatch {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    let outer = step * 2;
    for (number, leaf) in leaves(ROWS, step).into_iter().enumerate() {
        let inner = leaves(2 * ROWS, step)[number].clone();
        let null = step > 0;
        columns.push((format!("list {number}"), lists(inner.clone(), outer, null)));
        let key: ArrayRef = Arc::new(Int64Array::from_iter_values(0..ROWS as i64));
        let pair = structs(vec![("key", key.clone(), false), ("value", leaf.clone(), null)], outer);
        let deep =
            structs(vec![("pair", pair.clone(), null), ("list", lists(inner.clone(), outer, null), true)], 0);
        columns.push((format!("struct {number}"), pair));
        columns.push((format!("deep struct {number}"), deep));
        let flat = structs(vec![("value", inner.clone(), null)], outer);
        columns.push((format!("list of structs {number}"), lists(flat, outer, true)));
        let many = lists(leaves(6 * ROWS, step)[number].clone(), outer, null);
        columns.push((format!("list of lists {number}"), lists(many, step, true)));
        let large = lists(inner.clone(), step, null);
        let large = large.as_any().downcast_ref::<ListArray>().unwrap();
        let lengths = large.offsets().lengths();
        let field = Arc::new(Field::new("item", inner.data_type().clone(), null));
        let large = LargeListArray::new(
            field,
            OffsetBuffer::from_lengths(lengths),
            inner.clone(),
            large.nulls().cloned(),
        );
        columns.push((format!("large list {number}"), Arc::new(large)));
        let keys: ArrayRef =
            Arc::new(StringArray::from_iter_values((0..2 * ROWS).map(|at| format!("k{at}"))));
        let entries = structs(vec![("key", keys, false), ("value", inner, null)], 0);
        let pairs = lists(entries.clone(), outer, false);
        let pairs = pairs.as_any().downcast_ref::<ListArray>().unwrap();
        let entries = entries.as_any().downcast_ref::<StructArray>().unwrap().clone();
        let field = Arc::new(Field::new("entries", entries.data_type().clone(), false));
        let map = MapArray::new(field, pairs.offsets().clone(), entries, pairs.nulls().cloned(), false);
        columns.push((format!("map {number}"), Arc::new(map)));
    }
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

fn write(batch: &RecordBatch, path: &Path, properties: WriterProperties) {
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn small_pages(version: WriterVersion) -> WriterPropertiesBuilder {
    let pages = WriterProperties::builder().set_writer_version(version).set_data_page_size_limit(400);
    pages.set_write_batch_size(64).set_compression(Compression::LZ4_RAW)
}

/// Whole numbers as differences, texts by what they share with the one before or, of flat columns, with lengths apart.
fn differences(properties: WriterPropertiesBuilder, group: usize) -> WriterProperties {
    let mut properties = properties
        .set_dictionary_enabled(false)
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_max_row_group_row_count(Some(group));
    for (name, encoding) in [
        ("short", Encoding::DELTA_LENGTH_BYTE_ARRAY),
        ("real", Encoding::BYTE_STREAM_SPLIT),
        ("small", Encoding::BYTE_STREAM_SPLIT),
    ] {
        properties = properties.set_column_encoding(ColumnPath::new(vec![name.to_owned()]), encoding);
    }
    properties.build()
}

fn compare(found: &Frame, batch: &RecordBatch, way: &str) {
    let found = found.to_batch().unwrap();
    assert_eq!(found.rows(), batch.num_rows(), "{way}");
    for (at, field) in batch.schema().fields().iter().enumerate() {
        let expected = Column::new(batch.column(at).clone()).unwrap();
        let (found, expected) = (found.columns()[at].to_plain().unwrap(), expected.to_plain().unwrap());
        assert_eq!(&found, &expected, "{way}: {}", field.name());
    }
}

#[test]
fn every_shape_is_read() {
    use WriterVersion::{PARQUET_1_0, PARQUET_2_0};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    for step in [0, 5, 1] {
        let batch = shapes(step);
        let ways = [
            ("usual", true, WriterProperties::builder()),
            ("plain", true, WriterProperties::builder().set_dictionary_enabled(false)),
            ("small pages", true, small_pages(PARQUET_1_0)),
            ("small plain pages", true, small_pages(PARQUET_1_0).set_dictionary_enabled(false)),
            ("full dictionaries", true, small_pages(PARQUET_1_0).set_dictionary_page_size_limit(100)),
            ("pages of the second kind", false, small_pages(PARQUET_2_0)),
            ("others of the second kind", false, small_pages(PARQUET_2_0).set_dictionary_enabled(false)),
            ("row groups", true, WriterProperties::builder().set_max_row_group_row_count(Some(300))),
        ];
        for (way, own, properties) in ways {
            write(&batch, &path, properties.build());
            let source = open(&path).unwrap();
            let request = ScanRequest { batch_rows: ROWS, ..all(&source) };
            compare(&collect(&source, &request).unwrap(), &batch, &format!("{way}, {step}"));
            if own {
                let file = &source.table().files[0];
                for column in 0..batch.num_columns() {
                    let name = batch.schema().field(column).name().clone();
                    assert!(direct::reads(file, 0, column), "{way}: {name} is read by the crate");
                }
            }
        }
    }
}

#[test]
fn flat_columns_are_read_in_every_encoding() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    for step in [0, 5, 1] {
        let batch = flat(step);
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY] {
            write(&batch, &path, differences(WriterProperties::builder().set_compression(compression), ROWS));
            let source = open(&path).unwrap();
            let request = ScanRequest { batch_rows: ROWS, ..all(&source) };
            compare(&collect(&source, &request).unwrap(), &batch, &format!("{compression}, {step}"));
            let file = &source.table().files[0];
            let opened = file.input.open().unwrap();
            for ranges in
                [std::iter::once(0..ROWS).collect(), vec![3..4, 90..91, 100..500], vec![0..0, 699..700]]
            {
                let rows = Rows::new(0, ROWS, ranges);
                for column in 0..batch.num_columns() {
                    let found = direct::read(source.table(), file, &opened, &rows, column, None).unwrap();
                    let name = batch.schema().field(column).name().clone();
                    let found = found.unwrap_or_else(|| panic!("{name} is read by the crate"));
                    let places: Vec<i64> =
                        rows.ranges.iter().cloned().flatten().map(|row| row as i64).collect();
                    let kept = take(batch.column(column), &Int64Array::from(places), None).unwrap();
                    let expected = Column::new(kept).unwrap().to_plain().unwrap();
                    assert_eq!(&found.to_plain().unwrap(), &expected, "{:?} of {name}", rows.ranges);
                }
            }
        }
    }
}

#[test]
fn every_encoding_of_leaves_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let batch = shapes(5);
    let leaf = |shape: &str, number: usize| match shape {
        "list" => ColumnPath::new(vec![format!("list {number}"), "list".to_owned(), "item".to_owned()]),
        _ => ColumnPath::new(vec![format!("struct {number}"), "value".to_owned()]),
    };
    for (encoding, numbers) in [
        (Encoding::DELTA_BINARY_PACKED, vec![0, 1, 6]),
        (Encoding::BYTE_STREAM_SPLIT, vec![0, 1, 2]),
        (Encoding::DELTA_BYTE_ARRAY, vec![4, 5]),
        (Encoding::DELTA_LENGTH_BYTE_ARRAY, vec![4, 5]),
        (Encoding::RLE, vec![3]),
    ] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let mut properties = small_pages(version);
            for number in &numbers {
                for shape in ["list", "struct"] {
                    properties = properties
                        .set_column_dictionary_enabled(leaf(shape, *number), false)
                        .set_column_encoding(leaf(shape, *number), encoding);
                }
            }
            write(&batch, &path, properties.build());
            let source = open(&path).unwrap();
            let request = ScanRequest { batch_rows: ROWS, ..all(&source) };
            compare(&collect(&source, &request).unwrap(), &batch, &format!("{encoding} {version:?}"));
        }
    }
}

#[test]
fn some_rows_and_none_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let batch = shapes(5);
    let row: ArrayRef = Arc::new(Int64Array::from_iter_values(0..ROWS as i64));
    let mut columns: Vec<(String, ArrayRef)> = vec![("row".to_owned(), row)];
    columns.extend(
        batch.schema().fields().iter().map(|field| field.name().clone()).zip(batch.columns().to_vec()),
    );
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let groups = || small_pages(WriterVersion::PARQUET_1_0).set_max_row_group_row_count(Some(300));
    write(&batch, &path, groups().build());
    chosen_rows(&path, &batch);
    // Differences, lengths apart and shared prefixes.
    write(&batch, &path, differences(small_pages(WriterVersion::PARQUET_2_0), 300));
    chosen_rows(&path, &batch);
    // Without an index of pages.
    let plain = groups().set_statistics_enabled(EnabledStatistics::Chunk).set_offset_index_disabled(true);
    write(&batch, &path, plain.build());
    chosen_rows(&path, &batch);
    let source = open(&path).unwrap();
    // Partitions of a row group, which are read apart where they are large.
    let file = &source.table().files[0];
    let opened = file.input.open().unwrap();
    let one = |range: Range<usize>| std::iter::once(range).collect::<Vec<_>>();
    for ranges in
        [one(0..1), one(0..299), one(17..300), one(299..300), vec![3..9, 40..41, 77..260], one(100..101)]
    {
        let rows = Rows::new(0, 300, ranges);
        for column in 1..batch.num_columns() {
            let found = direct::read(source.table(), file, &opened, &rows, column, None).unwrap().unwrap();
            let places: Vec<i64> = rows.ranges.iter().cloned().flatten().map(|row| row as i64).collect();
            let kept = take(batch.column(column), &Int64Array::from(places), None).unwrap();
            let expected = Column::new(kept).unwrap().to_plain().unwrap();
            assert_eq!(
                &found.to_plain().unwrap(),
                &expected,
                "{:?} of {}",
                rows.ranges,
                batch.schema().field(column)
            );
        }
    }
    let empty = batch.slice(0, 0);
    write(&empty, &path, WriterProperties::builder().build());
    let source = open(&path).unwrap();
    assert_eq!(collect(&source, &all(&source)).unwrap().rows(), 0);
    // A row group of one row, and one whose lists are all empty.
    for (way, some) in [("one", batch.slice(1, 1)), ("null", batch.slice(0, 1)), ("few", batch.slice(3, 2))] {
        write(&some, &path, WriterProperties::builder().build());
        let source = open(&path).unwrap();
        compare(&collect(&source, &all(&source)).unwrap(), &some, way);
    }
}

/// Rows that conditions choose.
fn chosen_rows(path: &Path, batch: &RecordBatch) {
    let source = open(path).unwrap();
    for (predicate, places) in [
        ((col("row") % 31).eq(4), (0..ROWS as i64).filter(|row| row % 31 == 4).collect::<Vec<i64>>()),
        ((col("row") % 3).eq(1), (0..ROWS as i64).filter(|row| row % 3 == 1).collect()),
        ((col("row") % 5).lt(4), (0..ROWS as i64).filter(|row| row % 5 < 4).collect()),
        (col("row").between(250, 420), (250..=420).collect()),
        (col("row").eq(299), vec![299]),
    ] {
        let request = ScanRequest { predicate: Some(predicate.clone()), ..all(&source) };
        let found = collect(&source, &request).unwrap();
        let mask = bind(&predicate, found.schema()).unwrap();
        let found: Vec<_> = found
            .partitions()
            .iter()
            .map(|batch| filter_batch(batch, &mask.mask(batch).unwrap()).unwrap())
            .collect();
        let kept: Vec<ArrayRef> = batch
            .columns()
            .iter()
            .map(|column| take(column, &Int64Array::from(places.clone()), None).unwrap())
            .collect();
        let expected = RecordBatch::try_new(batch.schema(), kept).unwrap();
        compare(&Frame::new(source.schema().clone(), found).unwrap(), &expected, &predicate.to_string());
    }
}

#[test]
fn damage_is_refused_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let batch = shapes(5).slice(0, 40);
    let columns: Vec<usize> = (0..7).chain(28..35).collect();
    let batch = batch.project(&columns).unwrap();
    let pages = || WriterProperties::builder().set_data_page_row_count_limit(16).set_write_batch_size(8);
    for properties in [pages().build(), differences(pages(), 1000)] {
        write(&batch, &path, properties);
        damage(&path);
    }
    assert!(matches!(batch.column(0).data_type(), DataType::List(_)));
}

/// One bit after the other is flipped: what is read then has all rows, or the error is one of damage.
fn damage(path: &Path) {
    let whole = std::fs::read(path).unwrap();
    let step = (whole.len() / 1500).max(1) | 1;
    for at in (0..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at * 5 % 8);
        std::fs::write(path, &bytes).unwrap();
        match open(path).and_then(|source| collect(&source, &all(&source))) {
            Ok(found) => assert_eq!(found.rows(), 40, "byte {at}"),
            Err(error) => {
                use ErrorKind::{Corrupt, DuplicateColumn, Shape, Type, Unsupported};
                let allowed = [Corrupt, DuplicateColumn, Shape, Type, Unsupported];
                assert!(allowed.contains(&error.kind()), "byte {at}: {error}");
            }
        }
    }
}
