//! Every format to and from objects in memory, folders, patterns, and writers that are given up.

use crate::config::Config;
use crate::data::{Frame, Scalar};
use crate::error::{ErrorKind, Result};
use crate::exec::CancelToken;
use crate::io::objects::contract::Objects;
use crate::io::{FileOptions, FolderOptions, StorageOptions};
use crate::{CsvOptions, CsvWriteOptions, ParquetOptions, ParquetWriteOptions, col};
use std::sync::Arc;

fn frame(rows: i64) -> Frame {
    let names = ["ann", "bob", "cy"];
    Frame::builder()
        .column("id", (0..rows).collect::<Vec<i64>>())
        .column("x", (0..rows).map(|row| row as f64 / 4.0).collect::<Vec<f64>>())
        .column("name", (0..rows).map(|row| names[row as usize % 3]).collect::<Vec<&str>>())
        .column("year", (0..rows).map(|row| 2020 + row % 3).collect::<Vec<i64>>())
        .finish()
        .unwrap()
}

fn place(bucket: &str) -> Arc<dyn Objects> {
    super::open(&format!("memory://{bucket}/x"), &StorageOptions::default()).unwrap()
}

fn names(bucket: &str) -> Vec<String> {
    place(bucket).list(&format!("memory://{bucket}/")).unwrap().into_iter().map(|(url, _)| url).collect()
}

fn put(url: &str, bytes: &[u8]) {
    let objects = super::open(url, &StorageOptions::default()).unwrap();
    let mut upload = objects.create(url).unwrap();
    upload.append(bytes).unwrap();
    upload.publish().unwrap();
}

#[test]
fn every_format_comes_back() {
    let frame = frame(5000);
    for extension in ["csv", "csv.gz", "csv.zst", "parquet", "arrow", "arrows", "ndjson", "json", "json.xz"] {
        let url = format!("memory://formats/f.{extension}");
        let format = crate::io::format_of_path(&url).unwrap();
        let (config, cancel) = (Config::current(), CancelToken::new());
        frame.lazy().write_files_with(format.name, &url, "", &config, &cancel).unwrap();
        let back = crate::scan_files(format.name, &*url, "").unwrap().collect().unwrap();
        assert_eq!(back.to_string(), frame.to_string(), "{extension}");
        assert_eq!(back.rows(), 5000);
    }
    let lines = Frame::builder().column("line", ["a", "", "c"]).finish().unwrap();
    lines.lazy().write_text("memory://formats/f.txt", &crate::TextWriteOptions::default()).unwrap();
    assert_eq!(crate::read_text("memory://formats/f.txt").unwrap().rows(), 3);
}

#[test]
fn large_files_are_written_in_parts_and_read_in_ranges() {
    let rows = 1_500_000;
    let frame = frame(rows);
    let (csv, parquet) = ("memory://large/f.csv", "memory://large/f.parquet");
    frame.write_csv(csv).unwrap();
    let options = ParquetWriteOptions { row_group_rows: 200_000, ..ParquetWriteOptions::default() };
    frame.lazy().write_parquet(parquet, &options).unwrap();
    assert!(place("large").find(csv).unwrap().size > 30 << 20);
    let sum = |lazy: crate::LazyFrame| -> Result<Scalar> {
        lazy.filter(col("id").gt_eq(1_000_000)).select([col("x").sum()]).collect()?.column("x")?.get(0)
    };
    let wanted = sum(frame.lazy()).unwrap();
    assert_eq!(sum(crate::scan_csv(csv, CsvOptions::default()).unwrap()).unwrap(), wanted);
    assert_eq!(sum(crate::scan_parquet(parquet, ParquetOptions::default()).unwrap()).unwrap(), wanted);
}

#[test]
fn patterns_and_folders() {
    for year in [2023, 2024] {
        put(&format!("memory://found/d/year={year}/a%20b/1.csv"), b"x\n1\n2\n");
        put(&format!("memory://found/d/year={year}/2.csv"), b"x\n3\n");
    }
    put("memory://found/d/_SUCCESS", b"");
    put("memory://found/d/notes.md", b"no");
    let rows = |path: &str| crate::read_csv(path).map(|frame| frame.shape());
    assert_eq!(rows("memory://found/d/year=2023/*.csv").unwrap(), (1, 1));
    assert_eq!(rows("memory://found/d/**/*.csv").unwrap(), (6, 1));
    assert_eq!(rows("memory://found/d/*/2.csv").unwrap(), (2, 1));
    for folder in ["memory://found/d", "memory://found/d/"] {
        let all = crate::read_csv(folder).unwrap();
        assert_eq!(all.shape(), (6, 2));
        assert_eq!(all.column("year").unwrap().get(5).unwrap(), Scalar::Int(2024));
    }
    let files = FileOptions { hive: Some(true), file_path: Some("from".into()), ..FileOptions::default() };
    let options = CsvOptions { files, ..CsvOptions::default() };
    let one = crate::scan_csv("memory://found/d/year=2024/2.csv", options).unwrap().collect().unwrap();
    assert_eq!(one.column("year").unwrap().get(0).unwrap(), Scalar::Int(2024));
    let from = one.column("from").unwrap().get(0).unwrap();
    assert_eq!(from.as_str(), Some("memory://found/d/year=2024/2.csv"));

    for path in
        ["memory://found/d/*.parquet", "memory://found/nothing", "memory://found/nothing/", "memory://found"]
    {
        let error = crate::read_csv(path).map(|frame| frame.shape());
        // The bucket as a whole is a folder, too.
        match path {
            "memory://found" => assert_eq!(error.unwrap(), (6, 2)),
            _ => {
                let error = error.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::FileNotFound, "{path}");
                assert!(error.to_string().contains("memory://found/"), "{error}");
            }
        }
    }
}

#[test]
fn numbered_objects_are_read_in_the_order_of_their_numbers() {
    let mut wanted = Vec::new();
    for (folder, day) in ["day=2", "day=10"].into_iter().zip(0..) {
        for part in 0..12 {
            let row = day * 12 + part;
            put(&format!("memory://numbered/d/{folder}/part.{part}.csv"), format!("row\n{row}\n").as_bytes());
            wanted.push(row);
        }
    }
    for path in ["memory://numbered/d", "memory://numbered/d/*/*.csv"] {
        let frame = crate::read_csv(path).unwrap();
        let rows: Vec<i64> = frame.column("row").unwrap().values().filter_map(|row| row.as_i64()).collect();
        assert_eq!(rows, wanted, "{path}");
    }
}

#[test]
fn folders_are_written_and_replaced() {
    let frame = frame(30);
    let url = "memory://folder/out";
    let write = |keys: &[&str], overwrite: bool| {
        let partition_by = keys.iter().map(|key| (*key).to_owned()).collect();
        let folder = FolderOptions { partition_by, overwrite, ..FolderOptions::default() };
        let options = ParquetWriteOptions { folder, ..ParquetWriteOptions::default() };
        frame.lazy().write_parquet(url, &options)
    };
    write(&["year"], false).unwrap();
    assert_eq!(names("folder").len(), 3);
    let back = crate::read_parquet(url).unwrap();
    assert_eq!(back.shape(), (30, 4));
    assert_eq!(write(&["year"], false).unwrap_err().kind(), ErrorKind::InvalidArgument);
    write(&["name"], true).unwrap();
    let held = names("folder");
    assert!(held.len() == 3 && held.iter().all(|url| url.contains("name=")), "{held:?}");
    put("memory://folder/out/notes.md", b"mine");
    let error = write(&["year"], true).unwrap_err();
    assert!(error.to_string().contains("notes.md"), "{error}");
    assert_eq!(names("folder").len(), 4);
}

#[test]
fn what_fails_leaves_nothing() {
    // The last row is too large.
    let frame = frame(600_000);
    let wrong = frame.lazy().with_columns([(col("id") + (i64::MAX - 599_998)).alias("wrong")]);
    assert_eq!(wrong.collect().unwrap_err().kind(), ErrorKind::Arithmetic);
    put("memory://failed/f.csv", b"old");
    wrong.write_csv("memory://failed/f.csv", &CsvWriteOptions::default()).unwrap_err();
    wrong.write_csv("memory://failed/g.csv", &CsvWriteOptions::default()).unwrap_err();
    let folder = FolderOptions { partition_by: vec!["year".to_owned()], ..FolderOptions::default() };
    let options = CsvWriteOptions { folder, ..CsvWriteOptions::default() };
    wrong.write_csv("memory://failed/h", &options).unwrap_err();
    assert_eq!(names("failed"), ["memory://failed/f.csv"]);
    assert_eq!(place("failed").find("memory://failed/f.csv").unwrap().size, 3);
}

#[test]
fn an_upload_that_is_dropped_is_not_seen() {
    let objects = place("dropped");
    let mut upload = objects.create("memory://dropped/x").unwrap();
    upload.append(&vec![1; 20 << 20]).unwrap();
    upload.close().unwrap();
    drop(upload);
    assert!(names("dropped").is_empty());
}

#[test]
fn what_changed_since_it_was_found_is_not_read() {
    put("memory://changed/x.csv", b"a\n1\n");
    let file =
        crate::io::file::InputFile::find("memory://changed/x.csv".as_ref(), &StorageOptions::default());
    let file = file.unwrap();
    put("memory://changed/x.csv", b"a\n3\n");
    let error = file.open().unwrap().read_at(&mut [0; 3], 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[test]
fn wrong_options_and_urls_are_told() {
    let storage = StorageOptions::from([("aws_acces_key_id", "x")]);
    let options = ParquetOptions { storage, ..ParquetOptions::default() };
    let error = crate::scan_parquet("s3://bucket/x.parquet", options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("aws_acces_key_id"), "{error}");
    for url in ["hdfs://host/x.csv", "ftp://host/x.csv"] {
        assert_eq!(crate::read_csv(url).unwrap_err().kind(), ErrorKind::Unsupported);
    }
    let error = frame(1).write_csv("https://localhost/x.csv").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn a_source_as_data_is_found_again() {
    frame(10).write_parquet("memory://spec/x.parquet").unwrap();
    let source =
        crate::io::parquet::open(&["memory://spec/x.parquet".into()], ParquetOptions::default()).unwrap();
    let again = crate::io::open_spec(&source.spec().unwrap()).unwrap();
    assert_eq!(again.rows(), Some(10));
    assert_eq!(again.describe(), "parquet \"memory://spec/x.parquet\"");
}
