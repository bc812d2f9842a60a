//! Pages, Bloom filters and late columns: what is skipped, and that nothing is lost by it.

use super::tests::{all, collect, open, rows, sample, write};
use crate::data::{Frame, Scalar};
use crate::expr::{Expr, bind, col, lit};
use crate::io::parquet::{ParquetOptions, ParquetWriteOptions, create};
use crate::kernels::filter::filter_batch;
use crate::plan::{ScanRequest, TableSource};
use std::path::Path;

fn write_as(frame: &Frame, path: &Path, options: &ParquetWriteOptions) {
    create(path, frame.schema(), options).unwrap().write(frame).unwrap();
}

/// The rows of a frame that a predicate is true for.
fn matching(frame: &Frame, predicate: &Expr) -> Vec<Vec<Scalar>> {
    let bound = bind(predicate, frame.schema()).unwrap();
    let kept =
        frame.partitions().iter().map(|batch| filter_batch(batch, &bound.mask(batch).unwrap()).unwrap());
    rows(&Frame::new(frame.schema().clone(), kept.collect()).unwrap())
}

#[test]
fn pages_and_late_columns_lose_no_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = sample();
    let predicates: Vec<(Expr, usize)> = vec![
        (col("key").eq(512), 20),
        (col("key").gt(980), 30),
        (col("key").lt(15).or(col("key").gt(985)), 60),
        (col("key").gt(100).and(col("real").lt(20.0)), 160),
        (col("many").eq(lit("a rather long text 77")), 1000),
        (col("few").eq(lit("v1")), 1000),
        (col("few").eq(lit("v1")).and(col("key").between(300, 320)), 60),
        (col("real").is_null(), 1000),
        (col("key").is_in([5, 995]), 40),
        (col("key").is_in([5, 995]).and(col("flag").is_not_null()), 40),
        ((col("key") % 7).eq(3), 1000),
        ((col("key") % 97).eq(3).and(col("few").is_not_null()), 1000),
    ];
    for (group_rows, page_rows) in [(1000, 10), (1000, 33), (300, 10), (170, 1000)] {
        let options = ParquetWriteOptions {
            row_group_rows: group_rows,
            page_rows: Some(page_rows),
            ..ParquetWriteOptions::default()
        };
        write_as(&frame, &path, &options);
        let source = open(&path).unwrap();
        for (predicate, at_most) in &predicates {
            for batch_rows in [64, 5000] {
                let request = ScanRequest { predicate: Some(predicate.clone()), batch_rows, ..all(&source) };
                let found = collect(&source, &request).unwrap();
                assert_eq!(matching(&found, predicate), matching(&frame, predicate), "{predicate}");
                if page_rows == 10 {
                    assert!(found.rows() as usize <= *at_most, "{predicate}: {} rows", found.rows());
                }
            }
        }
    }
}

#[test]
fn few_rows_are_read_late() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    write(&sample(), &path, 1000);
    let source = open(&path).unwrap();
    let predicate = col("key").is_in([3, 100, 101, 500, 999]);
    let request = ScanRequest {
        predicate: Some(predicate.clone()),
        projection: vec![3, 0, 2],
        batch_rows: 5000,
        limit: None,
        kept: false,
    };
    let found = collect(&source, &request).unwrap();
    assert_eq!(found.rows(), 5);
    assert_eq!(rows(&found), matching(&found, &predicate));
    let none = ScanRequest { predicate: Some(col("many").eq(lit("a rather long text 5x"))), ..request };
    assert_eq!(collect(&source, &none).unwrap().rows(), 0);
}

#[test]
fn bloom_filters_skip_row_groups() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    // Every row group spans all values, so that bounds say nothing.
    let spread: Vec<i64> = (0..1000).map(|i| i * 7919 % 1000).collect();
    let frame = Frame::builder()
        .column("id", spread.iter().map(|i| i * 2).collect::<Vec<_>>())
        .column("small", spread.iter().map(|i| (i * 2) as i32 - 1000).collect::<Vec<_>>())
        .column("text", spread.iter().map(|i| format!("t{i:04}")).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let options = ParquetWriteOptions {
        row_group_rows: 100,
        bloom_filters: ["id", "small", "text"].map(str::to_owned).to_vec(),
        ..ParquetWriteOptions::default()
    };
    write_as(&frame, &path, &options);
    let source = open(&path).unwrap();
    for predicate in [
        col("id").eq(400),
        col("id").eq(401),
        col("small").eq(-600),
        col("small").eq(-601),
        col("text").eq(lit("t0500")),
        col("text").eq(lit("t0500x")),
        col("id").is_in([4, 8]),
    ] {
        let request = ScanRequest { predicate: Some(predicate.clone()), ..all(&source) };
        let scan = source.scan(&request).unwrap();
        assert!(scan.skipped().is_some_and(|text| text.contains("row groups")), "{predicate}");
        let found = collect(&source, &request).unwrap();
        assert_eq!(matching(&found, &predicate), matching(&frame, &predicate), "{predicate}");
    }
}

#[test]
fn order_and_compressions_are_declared() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = sample();
    let options = ParquetWriteOptions {
        sorted_by: vec!["key".to_owned()],
        compression_by_column: [("many".to_owned(), "zstd".to_owned())].into(),
        ..ParquetWriteOptions::default()
    };
    write_as(&frame, &path, &options);
    let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
    let group = reader.metadata().row_group(0);
    assert_eq!(group.sorting_columns().map(|columns| columns[0].column_idx), Some(0));
    assert!(format!("{:?}", group.column(3).compression()).starts_with("ZSTD"));
    assert_eq!(format!("{:?}", group.column(0).compression()), "SNAPPY");
    assert_eq!(rows(&collect(&open(&path).unwrap(), &all(&open(&path).unwrap())).unwrap()), rows(&frame));
    for (by, named) in [("real", "sorted_by"), ("kee", "kee")] {
        let options = ParquetWriteOptions { sorted_by: vec![by.to_owned()], ..Default::default() };
        let error =
            create(&path, frame.schema(), &options).and_then(|writer| writer.write(&frame)).unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}

#[test]
fn folders_and_files_of_other_columns_are_one_table() {
    use crate::io::{FileOptions, parquet};
    let folder = tempfile::tempdir().unwrap();
    let file = |key: &str, name: &str, frame: &Frame| {
        let inner = folder.path().join(key);
        std::fs::create_dir_all(&inner).unwrap();
        write(frame, &inner.join(name), 10);
    };
    let frame = |a: i64| Frame::builder().column("a", [a, a + 1]).column("b", ["x", "y"]).finish().unwrap();
    file("year=2023/kind=p%2Fq", "1.parquet", &frame(1));
    file("year=2024/kind=r", "1.parquet", &frame(3));
    file("year=2024/kind=r", "2.parquet", &frame(5));
    file("_hidden", "1.parquet", &frame(100));
    let paths = [folder.path().to_owned()];
    let source = parquet::open(&paths, ParquetOptions::default()).unwrap();
    assert_eq!(source.schema().names().collect::<Vec<_>>(), ["a", "b", "year", "kind"]);
    assert_eq!(source.rows(), Some(6));
    let found = collect(source.as_ref(), &all(source.as_ref())).unwrap();
    assert_eq!(rows(&found)[0], [Scalar::Int(1), "x".into(), Scalar::Int(2023), "p/q".into()]);
    assert_eq!(rows(&found)[5], [Scalar::Int(6), "y".into(), Scalar::Int(2024), "r".into()]);
    let predicate = col("year").eq(2023).and(col("a").gt(1));
    let request = ScanRequest { predicate: Some(predicate.clone()), ..all(source.as_ref()) };
    let scan = source.scan(&request).unwrap();
    assert_eq!((scan.partitions(), scan.skipped().unwrap().as_str()), (1, "1 of 2 sources"));
    let again = crate::io::open_spec(&source.spec().unwrap()).unwrap();
    assert_eq!(rows(&collect(again.as_ref(), &all(again.as_ref())).unwrap()), rows(&found));

    let more = Frame::builder().column("c", [true]).column("a", [0.5]).finish().unwrap();
    file("year=2025/kind=r", "1.parquet", &more);
    let error = parquet::open(&paths, ParquetOptions::default()).err().unwrap();
    assert!(error.to_string().contains("1.parquet"), "{error}");
    let files = FileOptions {
        union_by_name: true,
        file_path: Some("file".into()),
        hive: Some(false),
        ..FileOptions::default()
    };
    let options = ParquetOptions { files, ..ParquetOptions::default() };
    let source = parquet::open(&paths, options).unwrap();
    assert_eq!(source.schema().names().collect::<Vec<_>>(), ["a", "b", "c", "file"]);
    let found = collect(source.as_ref(), &all(source.as_ref())).unwrap();
    assert_eq!(rows(&found)[6][..3], [Scalar::Float(0.5), Scalar::Null, Scalar::Bool(true)]);
    assert_eq!(rows(&found)[0][..3], [Scalar::Float(1.0), "x".into(), Scalar::Null]);
    assert!(rows(&found)[6][3].as_str().unwrap().ends_with("1.parquet"));
    let request = ScanRequest { predicate: Some(col("c").is_not_null()), ..all(source.as_ref()) };
    assert_eq!(source.scan(&request).unwrap().partitions(), 1);
}
