//! CSV through the public verbs: any number of threads and cuts, pushed filters and limits, errors from deep inside.

use hypostyle::exec::CancelToken;
use hypostyle::{Config, CsvOptions, ErrorKind, Frame, assert_frame_eq, col, read_csv, scan_csv};
use std::fmt::Write;
use std::path::PathBuf;

fn small(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("datasets/small").join(name)
}

fn threads(threads: usize) -> Config {
    Config { threads, ..Config::current() }
}

#[test]
fn threads_and_cuts_do_not_matter() {
    let whole = read_csv(small("flights_sample.csv")).unwrap();
    for cut in [97, 4096] {
        for count in [1, 2, 7] {
            for name in ["flights_sample.csv", "flights_sample_crlf.csv"] {
                let options = CsvOptions { partition_bytes: Some(cut), ..CsvOptions::default() };
                let query = scan_csv(small(name), options).unwrap();
                let frame = query.collect_with(&threads(count), &CancelToken::new()).unwrap();
                assert_frame_eq(&frame, &whole);
            }
        }
    }
}

#[test]
fn pushed_filters_and_limits_change_nothing() {
    let whole = read_csv(small("flights_sample.csv")).unwrap();
    let options = CsvOptions { partition_bytes: Some(500), ..CsvOptions::default() };
    let scan = scan_csv(small("flights_sample.csv"), options).unwrap();
    let late = col("dep_delay").gt(15).and(col("carrier").eq("UA"));
    let asked = scan.filter(late.clone()).select([col("flight"), col("dest")]);
    assert_frame_eq(
        &asked.collect().unwrap(),
        &whole.lazy().filter(late).select([col("flight"), col("dest")]).collect().unwrap(),
    );
    assert_frame_eq(&scan.limit(17).collect().unwrap(), &whole.head(17));
}

#[test]
fn a_wrong_value_far_inside_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    let mut content = String::from("id,amount\n");
    for row in 0..900_100u32 {
        match row {
            900_000 => content.push_str("900000,many\n"),
            row => writeln!(content, "{row},{}", row % 97).unwrap(),
        }
    }
    std::fs::write(&path, content).unwrap();
    let options = CsvOptions { sample_bytes: 4096, ..CsvOptions::default() };
    let error = scan_csv(&path, options).unwrap().collect().err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert_eq!(error.row_number(), Some(900_000));
    assert_eq!(error.column_name(), Some("amount"));
    assert_eq!(error.offending_value(), Some("many"));
    assert!(error.file_name().unwrap().ends_with("x.csv"));
    assert!(error.suggestion().unwrap().contains("dtypes="), "{error}");
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    for name in ["types.csv", "flights_sample.csv"] {
        let frame = read_csv(small(name)).unwrap();
        frame.repartition(5).unwrap().write_csv(&path).unwrap();
        assert_frame_eq(&read_csv(&path).unwrap(), &frame);
    }
    let error = Frame::builder().finish().unwrap().write_csv(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
