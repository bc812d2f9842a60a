//! Folders of files, written and read again.

use hypostyle::io::csv::CsvWriteOptions;
use hypostyle::io::json::JsonWriteOptions;
use hypostyle::io::{FileOptions, FolderOptions};
use hypostyle::{
    CancelToken, Categories, Config, DType, ErrorKind, Frame, ParquetOptions, ParquetWriteOptions, Scalar,
    col, read_csv, read_json, read_parquet, scan_files, scan_parquet,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of nulls.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";
const ROWS: usize = 5000;

fn frame() -> Frame {
    let rows = 0..ROWS;
    let text = |row: usize| match row % 5 {
        0 => None,
        1 => Some(String::new()),
        2 => Some("a/b=c%".to_owned()),
        other => Some(format!("caf\u{e9} {other}")),
    };
    Frame::builder()
        .column(
            "year",
            rows.clone().map(|row| (row % 7 != 0).then_some((row * 31 % 3) as i64)).collect::<Vec<_>>(),
        )
        .column("row", rows.clone().map(|row| row as i64).collect::<Vec<_>>())
        .column("text", rows.clone().map(text).collect::<Vec<_>>())
        .column("real", rows.map(|row| row as f64 / 8.0).collect::<Vec<_>>())
        .finish()
        .unwrap()
}

fn keys(names: &[&str]) -> FolderOptions {
    let partition_by = names.iter().map(|name| (*name).to_owned()).collect();
    FolderOptions { partition_by, ..FolderOptions::default() }
}

fn parquet(folder: FolderOptions) -> ParquetWriteOptions {
    ParquetWriteOptions { folder, row_group_rows: 700, ..ParquetWriteOptions::default() }
}

/// The files below a folder, and their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn visit(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => visit(root, &path, found),
                false => {
                    let name = path.strip_prefix(root).unwrap().to_owned();
                    found.insert(name, fs::read(path).unwrap());
                }
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(folder, folder, &mut found);
    found
}

/// The frame's columns in its order, rows by their number.
fn sorted(read: Frame) -> Frame {
    let lazy = read.lazy().select([col("year"), col("row"), col("text"), col("real")]);
    lazy.sort("row").collect().unwrap()
}

#[test]
fn what_was_parted_is_read_back_equal() {
    let parent = tempfile::tempdir().unwrap();
    for names in [&["year"][..], &["text"], &["text", "year"]] {
        let path = parent.path().join(names.join("-"));
        let (parquet, csv, json) = (path.join("p"), path.join("c"), path.join("j"));
        fs::create_dir_all(&path).unwrap();
        let lazy = frame().lazy();
        lazy.write_parquet(&parquet, &self::parquet(keys(names))).unwrap();
        lazy.write_csv(&csv, &CsvWriteOptions { folder: keys(names), ..Default::default() }).unwrap();
        lazy.write_json(&json, &JsonWriteOptions { folder: keys(names), ..Default::default() }).unwrap();
        assert_eq!(sorted(read_parquet(&parquet).unwrap()), frame(), "{names:?}");
        assert_eq!(sorted(read_csv(&csv).unwrap()), frame(), "{names:?}");
        assert_eq!(sorted(read_json(&json).unwrap()), frame(), "{names:?}");
        let above: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(above.len(), 3, "{above:?}");
    }
    let names: Vec<PathBuf> = files(&parent.path().join("year").join("p")).into_keys().collect();
    let wanted =
        ["0", "1", "2", NULL].map(|year| Path::new(&format!("year={year}")).join("part-000000.parquet"));
    assert_eq!(names, wanted);
}

#[test]
fn categories_are_names_of_folders() {
    let parent = tempfile::tempdir().unwrap();
    let sizes = Categories::new(["small", "large", "huge"], true).unwrap();
    let values = vec![Some("large"), None, Some("small"), Some("large")];
    let frame = Frame::builder().categorical("size", values.clone(), sizes);
    let frame = frame.column("n", [1i64, 2, 3, 4]).finish().unwrap();
    let path = parent.path().join("x");
    frame.lazy().write_parquet(&path, &parquet(keys(&["size"]))).unwrap();
    let back = read_parquet(&path).unwrap().lazy().sort("n").collect().unwrap();
    let wanted = Frame::builder().column("n", [1i64, 2, 3, 4]).column("size", values).finish().unwrap();
    assert_eq!(back, wanted);
    let names: Vec<PathBuf> = files(&path).into_keys().collect();
    let wanted =
        ["large", "small", NULL].map(|size| Path::new(&format!("size={size}")).join("part-000000.parquet"));
    assert_eq!(names.into_iter().collect::<BTreeSet<_>>(), wanted.into_iter().collect());
}

#[test]
fn numbered_files_and_folders_are_read_in_the_order_of_their_numbers() {
    let parent = tempfile::tempdir().unwrap();
    let mut row = 0i64;
    for folder in ["day=2", "day=10", "day=100"] {
        fs::create_dir_all(parent.path().join(folder)).unwrap();
        for part in 0..12 {
            let path = parent.path().join(folder).join(format!("part.{part}.parquet"));
            Frame::builder().column("row", [row]).finish().unwrap().write_parquet(path).unwrap();
            row += 1;
        }
    }
    let rows = |frame: Frame| -> Vec<i64> {
        frame.column("row").unwrap().values().filter_map(|value| value.as_i64()).collect()
    };
    let wanted: Vec<i64> = (0..row).collect();
    assert_eq!(rows(read_parquet(parent.path()).unwrap()), wanted);
    assert_eq!(rows(read_parquet(parent.path().join("*/*.parquet")).unwrap()), wanted);
    assert_eq!(rows(read_parquet(parent.path().join("day=10/*")).unwrap()), wanted[12..24]);
}

#[test]
fn parts_are_files_of_the_format_that_is_asked_for() {
    let parent = tempfile::tempdir().unwrap();
    for part in 0..11 {
        fs::write(parent.path().join(format!("{part}.part")), format!("x\n{part}\n")).unwrap();
    }
    let read = |path: &Path| -> Vec<i64> {
        read_csv(path).unwrap().column("x").unwrap().values().filter_map(|value| value.as_i64()).collect()
    };
    assert_eq!(read(parent.path()), (0..11).collect::<Vec<i64>>());
    // Where there are files of the format, they are the table.
    fs::write(parent.path().join("all.csv"), "x\n7\n").unwrap();
    assert_eq!(read(parent.path()), [7]);
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_in_one_go() {
    let parent = tempfile::tempdir().unwrap();
    let mut found = Vec::new();
    for threads in [1, 2, 7] {
        let path = parent.path().join(threads.to_string());
        let config = Config { threads, ..Config::current() };
        let folder = FolderOptions { file_rows: Some(450), ..keys(&["year"]) };
        let lazy = frame().repartition(17).unwrap().lazy();
        lazy.write_parquet_with(&path, &parquet(folder), &config, &CancelToken::new()).unwrap();
        found.push(files(&path));
    }
    assert!(found[0].len() > 8, "{}", found[0].len());
    assert!(found.iter().all(|other| *other == found[0]));
}

#[test]
fn files_have_so_many_rows_and_keep_their_order() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("x");
    let folder = FolderOptions { file_rows: Some(999), ..FolderOptions::default() };
    frame().repartition(40).unwrap().lazy().write_parquet(&path, &parquet(folder)).unwrap();
    let names: Vec<PathBuf> = files(&path).into_keys().collect();
    assert_eq!(names.len(), ROWS.div_ceil(999));
    for name in &names[..names.len() - 1] {
        assert_eq!(read_parquet(path.join(name)).unwrap().rows(), 999);
    }
    assert_eq!(read_parquet(&path).unwrap(), frame());
}

#[test]
fn bytes_of_files_are_limited() {
    let parent = tempfile::tempdir().unwrap();
    let rows = 20_000i64;
    let frame = Frame::builder()
        .column("k", (0..rows).map(|row| row % 3).collect::<Vec<_>>())
        .column("x", (0..rows).map(|row| row * 7919).collect::<Vec<_>>())
        .column("s", (0..rows).map(|row| format!("text {row}")).collect::<Vec<_>>())
        .finish()
        .unwrap();
    for names in [&[][..], &["k"]] {
        let folder = || FolderOptions { file_bytes: Some(40_000), ..keys(names) };
        let (csv, parquet_path) = (
            parent.path().join(format!("c{}", names.len())),
            parent.path().join(format!("p{}", names.len())),
        );
        frame.lazy().write_csv(&csv, &CsvWriteOptions { folder: folder(), ..Default::default() }).unwrap();
        frame.lazy().write_parquet(&parquet_path, &parquet(folder())).unwrap();
        for path in [&csv, &parquet_path] {
            let found = files(path);
            assert!(found.len() > 2, "{:?}", found.keys());
            for name in found.keys() {
                let size = fs::metadata(path.join(name)).unwrap().len();
                // Of Parquet the footer comes on top.
                assert!(size <= 48_000, "{name:?}: {size}");
            }
        }
        let sorted =
            |frame: Frame| frame.lazy().sort("x").select([col("k"), col("x"), col("s")]).collect().unwrap();
        assert_eq!(sorted(read_csv(&csv).unwrap()), frame);
        assert_eq!(sorted(read_parquet(&parquet_path).unwrap()), frame);
        if names.is_empty() {
            // In the order of the rows.
            assert_eq!(read_parquet(&parquet_path).unwrap(), frame);
            assert!(files(&csv).keys().next().unwrap().ends_with("part-000000-000000.csv"));
        }
    }
    let none =
        CsvWriteOptions { folder: FolderOptions { file_bytes: Some(0), ..keys(&[]) }, ..Default::default() };
    let error = frame.lazy().write_csv(parent.path().join("z"), &none).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn more_folders_than_files_may_be_open() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("x");
    let rows = 1300i64;
    let keys_of = (0..rows).map(|row| row * 7 % 1100).collect::<Vec<_>>();
    let frame =
        Frame::builder().column("k", keys_of).column("x", (0..rows).collect::<Vec<_>>()).finish().unwrap();
    let options = CsvWriteOptions {
        folder: FolderOptions { file_rows: Some(1), ..keys(&["k"]) },
        ..Default::default()
    };
    frame.lazy().write_csv(&path, &options).unwrap();
    assert_eq!(files(&path).len(), 1300);
    let read = read_csv(&path).unwrap().lazy().sort("x").select([col("k"), col("x")]).collect().unwrap();
    assert_eq!(read, frame);
}

#[test]
fn a_folder_that_is_there_stays_unless_asked() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("x");
    let small = Frame::builder().column("k", [1i64]).column("x", [2i64]).finish().unwrap();
    let write = |frame: &Frame, overwrite: bool| {
        let folder = FolderOptions { overwrite, ..keys(&["k"]) };
        frame.lazy().write_parquet(&path, &parquet(folder))
    };
    fs::create_dir(&path).unwrap();
    write(&small, false).unwrap();
    let before = files(&path);
    let error = write(&small, false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert_eq!(files(&path), before);
    let other = Frame::builder().column("k", ["z"]).column("x", [2i64]).finish().unwrap();
    write(&other, true).unwrap();
    assert_eq!(files(&path).into_keys().collect::<Vec<_>>(), [Path::new("k=z").join("part-000000.parquet")]);
    fs::write(path.join("notes.txt"), "mine").unwrap();
    let error = write(&small, true).unwrap_err();
    assert!(error.to_string().contains("notes.txt"), "{error}");
    assert_eq!(fs::read_to_string(path.join("notes.txt")).unwrap(), "mine");
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
}

#[test]
fn a_failed_query_leaves_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("x");
    let bad = frame().lazy().with_columns([(col("row") / col("row").cast(DType::Int8)).alias("y")]);
    bad.write_parquet(&path, &parquet(keys(&["year"]))).unwrap_err();
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[test]
fn no_rows_are_a_table_too() {
    let parent = tempfile::tempdir().unwrap();
    let none = frame().lazy().filter(col("row").lt(0)).collect().unwrap();
    for (name, folder) in
        [("a", keys(&["year"])), ("b", FolderOptions { file_rows: Some(3), ..Default::default() })]
    {
        let path = parent.path().join(name);
        none.lazy().write_parquet(&path, &parquet(folder)).unwrap();
        let read = read_parquet(&path).unwrap();
        assert_eq!((read.rows(), read.schema().len()), (0, 4));
    }
}

#[test]
fn keys_that_cannot_be_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("x");
    let write = |names: &[&str]| frame().lazy().write_parquet(&path, &parquet(keys(names))).unwrap_err();
    assert_eq!(write(&["yeer"]).kind(), ErrorKind::ColumnNotFound);
    assert_eq!(write(&["year", "year"]).kind(), ErrorKind::InvalidArgument);
    assert_eq!(write(&["year", "row", "text", "real"]).kind(), ErrorKind::InvalidArgument);
    let null = Frame::builder().column("k", [NULL]).column("x", [1i64]).finish().unwrap();
    let error = null.lazy().write_parquet(&path, &parquet(keys(&["k"]))).unwrap_err();
    assert_eq!((error.kind(), error.column_name()), (ErrorKind::InvalidArgument, Some("k")));
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[test]
fn types_of_keys_can_be_given() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("x");
    let zips = Frame::builder().column("zip", ["007", "10"]).column("x", [1i64, 2]).finish().unwrap();
    zips.lazy().write_parquet(&path, &parquet(keys(&["zip"]))).unwrap();
    let read = |dtype: &str, name: &str| {
        let hive_types = [(name.to_owned(), DType::parse(dtype).unwrap())].into();
        let files = FileOptions { hive_types, ..FileOptions::default() };
        scan_parquet(&path, ParquetOptions { files, ..ParquetOptions::default() })?.collect()
    };
    let zip = |frame: Frame| frame.column("zip").unwrap().get(0).unwrap();
    assert_eq!(zip(read_parquet(&path).unwrap()), Scalar::Int(7));
    assert_eq!(zip(read("string", "zip").unwrap()), Scalar::from("007"));
    assert_eq!(zip(read("float64", "zip").unwrap()), Scalar::Float(7.0));
    assert_eq!(read("date", "zip").unwrap_err().column_name(), Some("zip"));
    assert_eq!(read("string", "zap").unwrap_err().kind(), ErrorKind::ColumnNotFound);
    let options = r#"{"files": {"hive_types": {"zip": "string"}}}"#;
    assert_eq!(zip(scan_files("parquet", &path, options).unwrap().collect().unwrap()), Scalar::from("007"));
}
