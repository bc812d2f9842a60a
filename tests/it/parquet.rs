//! Parquet through the public verbs: row groups in parallel, pruned by filters, refused when damaged.

use hypostyle::exec::CancelToken;
use hypostyle::{
    Config, ErrorKind, ParquetOptions, ParquetWriteOptions, assert_frame_eq, col, read_csv, read_parquet,
    scan_parquet,
};
use std::path::PathBuf;

fn small(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("datasets/small").join(name)
}

#[test]
fn flights_survive_the_way_through_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = read_csv(small("flights_sample.csv")).unwrap();
    let options = ParquetWriteOptions { row_group_rows: 64, ..ParquetWriteOptions::default() };
    frame.lazy().write_parquet(&path, &options).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    for threads in [1, 2, 7] {
        let config = Config { threads, ..Config::current() };
        let scan = scan_parquet(&path, ParquetOptions::default()).unwrap();
        assert_frame_eq(&scan.collect_with(&config, &CancelToken::new()).unwrap(), &frame);
        let early = col("sched_dep_time").lt(600).and(col("origin").eq("JFK"));
        let found = scan.filter(early.clone()).select([col("flight")]);
        let wanted = frame.lazy().filter(early).select([col("flight")]).collect().unwrap();
        assert_frame_eq(&found.collect_with(&config, &CancelToken::new()).unwrap(), &wanted);
        assert_frame_eq(&scan.limit(100).collect().unwrap(), &frame.head(100));
    }
}

#[test]
fn a_cut_file_is_refused_whatever_the_cut() {
    let whole = std::fs::read(small("small.parquet")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    for cut in (0..whole.len()).step_by(61) {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let error = read_parquet(&path).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "cut at {cut}: {error}");
        assert!(error.file_name().unwrap().ends_with("x.parquet"));
    }
    assert!(read_parquet(small("small.parquet")).unwrap().rows() > 0);
}
