//! Lines out of files and into files.

use crate::data::{Frame, Scalar};
use crate::error::{ErrorKind, Result};
use crate::io::text::{TextOptions, TextSource, TextWriteOptions, create};
use crate::plan::{Flow, ScanRequest, TableSource};
use std::path::Path;

fn read(path: &Path, partition_bytes: u64, batch_rows: usize) -> Result<Vec<String>> {
    let options = TextOptions { partition_bytes: Some(partition_bytes), ..TextOptions::default() };
    let source = TextSource::open(&[path.to_owned()], options)?;
    let scan = source.scan(&ScanRequest {
        projection: vec![0],
        predicate: None,
        limit: None,
        batch_rows,
        kept: false,
    })?;
    let mut found = Vec::new();
    for partition in 0..scan.partitions() {
        let mut fresh = true;
        scan.read(partition, &mut |batch| {
            if std::mem::take(&mut fresh) {
                assert_eq!(scan.first_row(partition), Some(found.len() as u64));
            }
            for row in 0..batch.rows() {
                found.push(Scalar::from_array(batch.column(0).array(), row).as_str().unwrap().to_owned());
            }
            Ok(Flow::Continue)
        })?;
    }
    Ok(found)
}

#[test]
fn any_cut_gives_the_same_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.txt");
    for text in ["", "a", "a\n", "\n", "a\r\n\nb\u{e9}\n\n a longer line than others \nz", "\r\n\r\n"] {
        std::fs::write(&path, text).unwrap();
        let wanted: Vec<String> = text.lines().map(str::to_owned).collect();
        for bytes in [1, 2, 3, 5, 8, 1000] {
            assert_eq!(read(&path, bytes, 2).unwrap(), wanted, "{text:?} cut in {bytes}");
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.txt");
    std::fs::write(&path, b"good\nb\xffd\n").unwrap();
    let error = read(&path, 3, 10).unwrap_err();
    assert_eq!((error.kind(), error.byte_offset()), (ErrorKind::Parse, Some(6)));
    assert!(error.file_name().unwrap().ends_with("x.txt"));
}

#[test]
fn lines_written_are_lines_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.txt");
    let frame = Frame::builder().column("line", ["a", "", " b, \"c\" "]).finish().unwrap();
    for line_end in ["\n", "\r\n"] {
        let options = TextWriteOptions { line_end: line_end.to_owned(), ..Default::default() };
        create(&path, frame.schema(), &options).unwrap().write(&frame).unwrap();
        assert_eq!(read(&path, 4, 10).unwrap(), ["a", "", " b, \"c\" "]);
    }
    for bad in [Some("a\nb"), None] {
        let frame = Frame::builder().column("line", [Some("x"), bad]).finish().unwrap();
        let writer = create(&path, frame.schema(), &TextWriteOptions::default()).unwrap();
        assert_eq!(writer.write(&frame).unwrap_err().kind(), ErrorKind::InvalidArgument);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
