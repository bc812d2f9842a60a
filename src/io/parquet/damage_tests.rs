//! Damaged files: cut at every byte, every bit flipped. Each is read rightly or refused with an error that names it.

use super::tests::{all, collect, open, sample};
use crate::data::Frame;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::col;
use crate::io::parquet::{ParquetWriteOptions, create};
use crate::plan::{ScanRequest, TableSource};
use std::path::Path;

/// A small file with everything that a reader interprets: dictionaries, page index, Bloom filters.
fn tiny(path: &Path) -> Frame {
    let columns = [0, 1, 2, 7];
    let batch = sample().slice(0, 12).to_batch().unwrap().project(&columns);
    let frame = Frame::new(sample().schema().project(&columns), vec![batch]).unwrap();
    let options = ParquetWriteOptions {
        row_group_rows: 6,
        page_rows: Some(3),
        bloom_filters: vec!["key".to_owned()],
        ..ParquetWriteOptions::default()
    };
    create(path, frame.schema(), &options).unwrap().write(&frame).unwrap();
    frame
}

fn read(path: &Path) -> Result<u64> {
    let source = open(path)?;
    let whole = collect(&source, &all(&source))?.rows();
    let predicate = source.schema().contains("key").then(|| col("key").eq(7));
    if let Some(predicate) = predicate {
        let request = ScanRequest { predicate: Some(predicate), ..all(&source) };
        let chosen = collect(&source, &request);
        chosen.or_else(|error| {
            if allowed(&error) { Ok(Frame::empty(source.schema().clone())) } else { Err(error) }
        })?;
    }
    Ok(whole)
}

/// Errors that a damaged file may cause: it is damaged, or it now says something that is not read or compared.
fn allowed(error: &Error) -> bool {
    use ErrorKind::{Corrupt, DuplicateColumn, Type, Unsupported};
    matches!(error.kind(), Corrupt | Unsupported | DuplicateColumn | Type | ErrorKind::Shape)
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    tiny(&path);
    let whole = std::fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let error = open(&path).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "cut at {cut}: {error}");
        assert!(error.file_name().is_some_and(|name| name.ends_with("x.parquet")), "cut at {cut}: {error}");
    }
}

#[test]
fn a_flipped_bit_never_panics_and_loses_no_row_unseen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let rows = tiny(&path).rows();
    let whole = std::fs::read(&path).unwrap();
    // Each byte once, and in it another bit than in the one before.
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at * 5 % 8);
        std::fs::write(&path, &bytes).unwrap();
        match read(&path) {
            Ok(found) => assert_eq!(found, rows, "byte {at}"),
            Err(error) => {
                assert!(allowed(&error), "byte {at}: {error}");
                assert!(error.file_name().is_some(), "byte {at}: {error}");
            }
        }
    }
}
