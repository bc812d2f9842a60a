//! Footers that are cut down: files with very many columns, of which few are read.

use super::tests::{all, collect, rows};
use crate::data::Frame;
use crate::error::{ErrorKind, Result};
use crate::expr::col;
use crate::io::parquet::chosen::{Known, cut};
use crate::io::parquet::{ParquetOptions, ParquetSource, ParquetWriteOptions, create};
use crate::plan::{ScanRequest, TableSource};
use std::path::Path;

const COLUMNS: usize = 400;

fn wide() -> Frame {
    let mut frame = Frame::builder();
    for column in 0..COLUMNS as i64 {
        let name = format!("c{column}");
        frame = match column % 4 {
            0 => frame.column(&name, (0..20).map(|row| row * column).collect::<Vec<i64>>()),
            1 => frame.column(&name, (0..20).map(|row| format!("text {}", row % 3)).collect::<Vec<_>>()),
            2 => frame
                .column(&name, (0..20).map(|row| (row % 3 > 0).then_some(row as f64)).collect::<Vec<_>>()),
            _ => frame.column(&name, (0..20).map(|row| row % 2 == 0).collect::<Vec<_>>()),
        };
    }
    frame.finish().unwrap()
}

fn write(frame: &Frame, path: &Path) {
    let options = ParquetWriteOptions {
        row_group_rows: 7,
        page_rows: Some(3),
        bloom_filters: vec!["c40".to_owned()],
        ..ParquetWriteOptions::default()
    };
    create(path, frame.schema(), &options).unwrap().write(frame).unwrap();
}

fn open(path: &Path, columns: &[&str]) -> Result<ParquetSource> {
    let columns = Some(columns.iter().map(|name| (*name).to_owned()).collect());
    ParquetSource::open(&[path.to_owned()], ParquetOptions { columns, ..ParquetOptions::default() })
}

#[test]
fn few_columns_of_many_are_those_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = wide();
    write(&frame, &path);
    for names in [&["c0"][..], &["c399"], &["c1", "c2", "c40"], &["c7", "c100", "c201", "c202"]] {
        let places: Vec<usize> = names.iter().map(|name| frame.schema().index_of(name).unwrap()).collect();
        let source = open(&path, names).unwrap();
        assert_eq!(source.schema(), &frame.schema().project(&places));
        let found = collect(&source, &all(&source)).unwrap();
        let batch = frame.to_batch().unwrap().project(&places);
        let expected = Frame::new(frame.schema().project(&places), vec![batch]).unwrap();
        assert_eq!(rows(&found), rows(&expected));
    }
    // Row groups, pages and Bloom filters are still left out by what is said of them.
    let source = open(&path, &["c40", "c41"]).unwrap();
    let request = ScanRequest { predicate: Some(col("c40").eq(400)), ..all(&source) };
    assert!(source.scan(&request).unwrap().skipped().is_some_and(|text| text.contains("of 3 row groups")));
    assert!(collect(&source, &request).unwrap().rows() >= 1);
    // What is not there is told as ever, with the names that are.
    let error = open(&path, &["c1", "c400x"]).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::ColumnNotFound);
}

#[test]
fn other_footers_are_left_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&wide(), &path);
    let bytes = std::fs::read(&path).unwrap();
    let end = bytes.len() - 8;
    let length = u32::from_le_bytes([bytes[end], bytes[end + 1], bytes[end + 2], bytes[end + 3]]) as usize;
    let footer = &bytes[end - length..end];
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut known = Known::default();
    let less = cut(footer, &names(&["c3", "c5"]), &mut known).unwrap();
    assert!(less.len() * 20 < footer.len(), "{} of {}", less.len(), footer.len());
    assert_eq!(cut(footer, &names(&["c3", "c5"]), &mut known).unwrap(), less);
    assert!(cut(footer, &names(&["c3", "nowhere"]), &mut known).is_none());
    assert!(cut(footer, &names(&["c3", "c3"]), &mut known).is_none());
    assert!(cut(footer, &[], &mut known).is_none());
    let most: Vec<String> = (0..COLUMNS / 2).map(|column| format!("c{column}")).collect();
    assert!(cut(footer, &most, &mut known).is_none());
    for end in (0..footer.len()).step_by(131) {
        assert!(cut(&footer[..end], &names(&["c3"]), &mut known).is_none(), "{end}");
    }
}

#[test]
fn damage_in_a_footer_that_is_cut_down_is_refused_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&wide(), &path);
    let whole = std::fs::read(&path).unwrap();
    let end = whole.len() - 8;
    let length = u32::from_le_bytes([whole[end], whole[end + 1], whole[end + 2], whole[end + 3]]) as usize;
    for at in (end - length..whole.len()).step_by(61) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at * 5 % 8);
        std::fs::write(&path, &bytes).unwrap();
        let read = open(&path, &["c1", "c2", "c40"]).and_then(|source| collect(&source, &all(&source)));
        if let Err(error) = read {
            use ErrorKind::{ColumnNotFound, Corrupt, DuplicateColumn, Shape, Type, Unsupported};
            let allowed = [ColumnNotFound, Corrupt, DuplicateColumn, Shape, Type, Unsupported];
            assert!(allowed.contains(&error.kind()), "byte {at}: {error}");
        }
    }
}
