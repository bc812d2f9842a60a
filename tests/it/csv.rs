//! CSV through the public verbs: any number of threads and cuts, pushed filters and limits, errors from deep inside.

use hypostyle::exec::CancelToken;
use hypostyle::{
    Config, CsvOptions, CsvWriteOptions, DType, ErrorKind, Frame, assert_frame_eq, col, read_csv, scan_csv,
};
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
    let options =
        CsvOptions { sample_bytes: 4096, ..CsvOptions::default() }.with_dtype("amount", DType::Int64);
    let error = scan_csv(&path, options).unwrap().collect().err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert_eq!(error.row_number(), Some(900_000));
    assert_eq!(error.column_name(), Some("amount"));
    assert_eq!(error.offending_value(), Some("many"));
    assert!(error.file_name().unwrap().ends_with("x.csv"));
}

/// A file whose sample sees only small whole numbers, and which holds other values far inside.
fn misleading(folder: &std::path::Path) -> PathBuf {
    let path = folder.join("misleading.csv");
    let mut content = String::from("id,real,text,day,code\n");
    for row in 0..60_000u32 {
        let real = if row == 31_234 { "0.1".to_owned() } else { format!("{row}") };
        let text = match row {
            20_001 => "many".to_owned(),
            40_001 => "more".to_owned(),
            row => format!("00{}", row % 97),
        };
        let day = if row == 45_678 { "tomorrow" } else { "2024-02-29" };
        writeln!(content, "{row},{real},{text},{day},x").unwrap();
    }
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_guess_that_is_contradicted_is_widened() {
    let folder = tempfile::tempdir().unwrap();
    let path = misleading(folder.path());
    let options = CsvOptions { sample_bytes: 4096, partition_bytes: Some(50_000), ..CsvOptions::default() };
    let whole = read_csv(&path).unwrap();
    let mut seen = Vec::new();
    for count in [1, 2, 7] {
        let query = scan_csv(&path, options.clone()).unwrap();
        let guessed = "id: int64, real: int64, text: int64, day: date, code: string";
        assert_eq!(query.schema().unwrap().to_string(), guessed);
        let progress = hypostyle::Progress::default();
        let (frame, metrics) =
            query.collect_watched(&threads(count), &CancelToken::new(), &progress).unwrap();
        let types = "id: int64, real: float64, text: string, day: string, code: string";
        assert_eq!(frame.schema().to_string(), types);
        assert_eq!(frame.column("text").unwrap().get(7).unwrap(), "007".into());
        let exact = CsvOptions { dtypes: types_of(&frame), ..options.clone() };
        let wanted = scan_csv(&path, exact).unwrap().collect().unwrap();
        assert_frame_eq(&frame, &wanted);
        seen.push(metrics.warnings());
        // The second run of the same query knows.
        assert_frame_eq(&query.collect().unwrap(), &wanted);
    }
    assert_eq!(seen[0].len(), 3);
    assert!(
        seen[0][1].contains("\"many\" in row 20001") && seen[0][1].contains("read as string"),
        "{:?}",
        seen[0]
    );
    assert!(seen.iter().all(|warnings| *warnings == seen[0]));
    assert_eq!(whole.rows(), 60_000);
}

fn types_of(frame: &Frame) -> std::collections::BTreeMap<String, DType> {
    frame.schema().fields().iter().map(|field| (field.name.to_string(), field.dtype.clone())).collect()
}

#[test]
fn what_is_built_on_a_contradicted_guess_is_checked_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = misleading(folder.path());
    let options = CsvOptions { sample_bytes: 4096, partition_bytes: Some(50_000), ..CsvOptions::default() };
    let scan = scan_csv(&path, options).unwrap();
    let small = scan.filter(col("real").lt(1)).select([col("id"), col("real")]).collect().unwrap();
    assert_eq!(small.rows(), 2);
    assert_eq!(small.schema().to_string(), "id: int64, real: float64");
    // Columns that are not read contradict nothing.
    let ids = scan.select([col("id")]).collect().unwrap();
    assert_eq!(ids.rows(), 60_000);
    // What cannot be done with text is refused, with the place that made it text.
    let error = scan.select([col("text") + 1]).collect().unwrap_err();
    assert_eq!((error.kind(), error.offending_value()), (ErrorKind::Parse, Some("many")));
    let target = folder.path().join("out.csv");
    scan.select([col("text")]).write_csv(&target, &CsvWriteOptions::default()).unwrap();
    let back = scan_csv(&target, CsvOptions::default().with_dtype("text", DType::String)).unwrap();
    assert_eq!(back.collect().unwrap().column("text").unwrap().get(20_001).unwrap(), "many".into());
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

#[test]
fn records_that_are_left_out_count_as_rows_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "a,b\n1,1,1\n2,2\n3\n4,4\n5,5\n6,6\n").unwrap();
    for (rows, wanted) in [(0, vec![]), (1, vec![]), (3, vec![2i64]), (4, vec![2, 4]), (9, vec![2, 4, 5, 6])]
    {
        for bytes in [1, 7, 1 << 20] {
            let on_error = hypostyle::io::csv::OnError::Skip;
            let options = CsvOptions {
                n_rows: Some(rows),
                on_error,
                partition_bytes: Some(bytes),
                ..CsvOptions::default()
            };
            let frame = scan_csv(&path, options).unwrap().collect().unwrap();
            let found: Vec<i64> =
                frame.column("a").unwrap().values().filter_map(|value| value.as_i64()).collect();
            assert_eq!(found, wanted, "{rows} rows, parts of {bytes}");
        }
    }
}
