//! Files with damaged pages, read by every policy: what is lost is those pages, whatever is asked for.

use crate::api::{LazyFrame, read_parquet_quarantined, scan_parquet};
use crate::data::{Frame, Scalar};
use crate::error::{ErrorKind, Result};
use crate::expr::col;
use crate::functions::aggregate::count::len;
use crate::io::csv::OnError;
use crate::io::parquet::{ParquetOptions, ParquetWriteOptions};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::collections::BTreeSet;
use std::path::Path;

const ROWS: usize = 6000;
const GROUP: usize = 3000;
const PAGE: usize = 500;

/// Numbers, texts that repeat and texts that do not, in two row groups of six pages.
fn written(path: &Path) -> Frame {
    let maybe = |row: usize, step: usize| !row.is_multiple_of(step);
    let frame = Frame::builder()
        .column("row", (0..ROWS as i64).collect::<Vec<i64>>())
        .column("real", (0..ROWS).map(|row| maybe(row, 3).then_some(row as f64 / 7.0)).collect::<Vec<_>>())
        .column("few", (0..ROWS).map(|row| format!("text {}", row % 9)).collect::<Vec<_>>())
        .column("many", (0..ROWS).map(|row| format!("größer als zwölf {row}")).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let options = ParquetWriteOptions {
        compression: "zstd".to_owned(),
        row_group_rows: GROUP,
        page_rows: Some(PAGE),
        ..ParquetWriteOptions::default()
    };
    frame.lazy().write_parquet(path, &options).unwrap();
    frame
}

/// The byte in the middle of a page of a column, and of the dictionary of another.
fn middle(path: &Path, group: usize, column: usize, page: Option<usize>) -> usize {
    let file = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let chunk = file.metadata().row_group(group).column(column).clone();
    let index =
        crate::io::parquet::ParquetSource::open(&[path.to_owned()], ParquetOptions::default()).unwrap();
    let index = index.table().files[0].indexed().clone();
    let pages = index.page_index().unwrap().offset_index(group, column).unwrap().page_locations().clone();
    let (start, size) = match page {
        Some(page) => (pages[page].offset, i64::from(pages[page].compressed_page_size)),
        None => {
            let start = chunk.dictionary_page_offset().unwrap();
            (start, pages[0].offset - start)
        }
    };
    (start + size * 3 / 4) as usize
}

fn spoil(path: &Path, byte: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[byte] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn scan(path: &Path, on_error: OnError) -> LazyFrame {
    scan_parquet(path, ParquetOptions { on_error, ..ParquetOptions::default() }).unwrap()
}

fn values(frame: &Frame, name: &str) -> Vec<Scalar> {
    frame.column(name).unwrap().values().collect()
}

/// The numbers of the rows, as the column that is never damaged has them.
fn numbers(frame: &Frame) -> BTreeSet<i64> {
    let number = |value: Scalar| match value {
        Scalar::Int(number) => number,
        other => panic!("{other:?}"),
    };
    values(frame, "row").into_iter().map(number).collect()
}

fn count(frame: &Frame) -> usize {
    frame.rows() as usize
}

#[test]
fn pages_that_are_damaged_are_lost_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = written(&path);
    // A page of numbers, one of texts of another row group, and the dictionary of a row group.
    let lost = [(0, 1, Some(2)), (1, 3, Some(5)), (1, 2, None)];
    let bytes = lost.map(|(group, column, page)| middle(&path, group, column, page));
    bytes.into_iter().for_each(|byte| spoil(&path, byte));
    let ranges = [1000..1500, 5500..6000, 3000..6000];
    assert_eq!(scan(&path, OnError::Raise).collect().unwrap_err().kind(), ErrorKind::Corrupt);

    let found = scan(&path, OnError::Null).collect().unwrap();
    assert_eq!(count(&found), ROWS);
    for (name, range) in [("real", &ranges[0]), ("many", &ranges[1]), ("few", &ranges[2]), ("row", &(0..0))] {
        let (found, whole) = (values(&found, name), values(&frame, name));
        for row in 0..ROWS {
            let expected = if range.contains(&row) { Scalar::Null } else { whole[row].clone() };
            assert_eq!(found[row], expected, "{name}: row {row}");
        }
    }
    let (good, rejects) = read_parquet_quarantined(&path, ParquetOptions::default()).unwrap();
    let left: BTreeSet<i64> = (0..ROWS)
        .filter(|row| !ranges.iter().any(|range| range.contains(row)))
        .map(|row| row as i64)
        .collect();
    assert_eq!(numbers(&good), left);
    assert_eq!(numbers(&scan(&path, OnError::Skip).collect().unwrap()), left);
    let text = |value: &Scalar| value.to_string().trim_matches('"').to_owned();
    let told = |name: &str| -> Vec<String> { values(&rejects, name).iter().map(text).collect() };
    // Each page of codes without their dictionary is one, in the order of their bytes.
    assert_eq!(rejects.rows(), 8);
    assert_eq!(told("text")[0], "rows 1000 to 1499");
    assert_eq!(told("row")[0], "1000");
    assert_eq!(told("column")[0], "real");
    assert_eq!(
        told("text")[1..7].to_vec(),
        (6..12).map(|page| format!("rows {} to {}", page * 500, page * 500 + 499)).collect::<Vec<_>>()
    );
    assert!(told("reason").iter().all(|reason| reason.contains("checksum")), "{:?}", told("reason"));
    assert!(told("file").iter().all(|name| name.ends_with("x.parquet")));
}

#[test]
fn what_is_lost_does_not_depend_on_what_is_asked() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    written(&path);
    let byte = middle(&path, 0, 1, Some(2));
    spoil(&path, byte);
    for on_error in [OnError::Skip, OnError::Quarantine] {
        let count = |lazy: LazyFrame| lazy.collect().map(|frame| count(&frame));
        let all = || scan(&path, on_error);
        assert_eq!(count(all())?, ROWS - PAGE);
        assert_eq!(count(all().select([col("few")]))?, ROWS - PAGE);
        assert_eq!(
            values(&all().select([len()]).collect()?, "len")[0].to_string(),
            (ROWS - PAGE).to_string()
        );
        assert_eq!(count(all().filter(col("row").lt(1200)))?, 1000);
        assert_eq!(count(all().filter(col("row").gt_eq(1000).and(col("row").lt(1500))))?, 0);
        assert_eq!(count(all().limit(1200))?, 1200);
        assert_eq!(numbers(&all().limit(1200).collect()?).last(), Some(&1699));
        assert_eq!(count(all().slice(100, 5000))?, 5000);
    }
    let null = || scan(&path, OnError::Null);
    assert_eq!(
        count(&null().filter(col("real").is_null().and(col("row").between(1000, 1499))).collect()?),
        PAGE
    );
    assert_eq!(count(&null().select([col("few")]).collect()?), ROWS);
    assert_eq!(values(&null().select([col("real").null_count()]).collect()?, "real")[0].to_string(), "2334");
    Ok(())
}

#[test]
fn every_byte_of_damage_is_told_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let whole = written(&path);
    let bytes = std::fs::read(&path).unwrap();
    let file = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
    let chunks = file.metadata().row_groups().iter().flat_map(|group| group.columns());
    let ranges = chunks.map(|chunk| chunk.byte_range());
    let places: Vec<usize> =
        ranges.flat_map(|(start, size)| start as usize..(start + size) as usize).collect();
    let (mut lost, mut harmless) = (0, 0);
    for &at in places.iter().step_by((places.len() / 150) | 1) {
        let mut wrong = bytes.clone();
        wrong[at] ^= 1 << (at % 8);
        std::fs::write(&path, wrong).unwrap();
        let (good, rejects) = read_parquet_quarantined(&path, ParquetOptions::default()).unwrap();
        // What is there is right, and what is not was told.
        assert_eq!(count(&good) < ROWS, rejects.rows() > 0, "byte {at}");
        assert!(count(&good) >= ROWS - GROUP, "byte {at}: {} rows", good.rows());
        let left = whole.lazy().filter(col("row").is_in(numbers(&good).into_iter().collect::<Vec<i64>>()));
        let left = left.collect().unwrap().to_batch().unwrap();
        let good = good.to_batch().unwrap();
        for (found, expected) in good.columns().iter().zip(left.columns()) {
            let (found, expected) = (found.to_plain().unwrap(), expected.to_plain().unwrap());
            assert_eq!(&found, &expected, "byte {at}");
        }
        lost += usize::from(rejects.rows() > 0);
        harmless += usize::from(rejects.rows() == 0);
    }
    assert!(lost > 100, "{lost} of {}", lost + harmless);
}
