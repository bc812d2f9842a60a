//! Parquet through the public verbs: row groups in parallel, pruned by filters, refused when damaged.

use hypostyle::exec::CancelToken;
use hypostyle::{
    Config, ErrorKind, Frame, JoinType, LazyFrame, ParquetOptions, ParquetWriteOptions, assert_frame_eq, col,
    read_csv, read_parquet, scan_parquet,
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

#[test]
fn a_join_tells_the_scan_which_keys_can_match() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let rows = 400_000i64;
    let large = Frame::builder()
        .column("k", (0..rows).collect::<Vec<_>>())
        .column("y", (0..rows).map(|k| k % 7).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let options = ParquetWriteOptions { row_group_rows: 40_000, ..ParquetWriteOptions::default() };
    large.lazy().write_parquet(&path, &options).unwrap();
    let keys = [Some(124_000i64), Some(168_000), Some(124_001), None];
    let small = Frame::builder().column("k", keys).column("x", [1i64, 2, 3, 4]).finish().unwrap();
    let scan = scan_parquet(&path, ParquetOptions::default()).unwrap();
    let skipped = "skipped 8 of 10 row groups";
    for (how, swapped, narrowed) in [
        (JoinType::Inner, false, true),
        (JoinType::Inner, true, true),
        (JoinType::Semi, false, true),
        (JoinType::Semi, true, true),
        (JoinType::Left, true, true),
        (JoinType::Left, false, false),
        (JoinType::Anti, false, false),
        (JoinType::Anti, true, true),
    ] {
        let joined = |file: &LazyFrame| match swapped {
            true => small.lazy().join(&file.clone().filter(col("y").gt(2)), "k", how),
            false => file.clone().filter(col("y").gt(2)).join(&small.lazy(), "k", how),
        };
        let explained = joined(&scan).explain_analyze().unwrap().to_string();
        assert_eq!(explained.contains(skipped), narrowed, "{how:?} {swapped}\n{explained}");
        assert_frame_eq(&joined(&scan).collect().unwrap(), &joined(&large.lazy()).collect().unwrap());
    }
    // Few keys are told one by one: between the least and the greatest of them lie row groups without any.
    let far = Frame::builder().column("k", [20i64, 399_999]).column("x", [1i64, 2]).finish().unwrap();
    // In the file on the right of a join on the left of a join, too.
    let tens = large.lazy().filter((col("k") % 10).eq(9)).select([col("k"), col("y").alias("ten")]);
    let chain =
        |file: &LazyFrame| tens.join(file, "k", JoinType::Inner).join(&far.lazy(), "k", JoinType::Inner);
    for (query, of_frame) in [
        (scan.join(&far.lazy(), "k", JoinType::Inner), large.lazy().join(&far.lazy(), "k", JoinType::Inner)),
        (chain(&scan), chain(&large.lazy())),
    ] {
        let explained = query.explain_analyze().unwrap().to_string();
        assert!(explained.contains(skipped), "{explained}");
        let found = query.collect().unwrap();
        assert_frame_eq(&found, &of_frame.collect().unwrap());
        assert!(found.rows() > 0);
    }
    // The same file on both sides of a join below the probe side: only rows that match nothing may be left out.
    let twice =
        scan.clone().join(&scan.clone().select([col("k"), col("y").alias("z")]), "k", JoinType::Inner);
    let found = twice.join(&small.lazy(), "k", JoinType::Inner).collect().unwrap();
    assert_eq!(found.rows(), 3);
}

#[test]
fn conditions_skip_pages_and_rows_with_the_same_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let frame = read_csv(small("flights_sample.csv")).unwrap();
    let options = ParquetWriteOptions { page_rows: Some(20), row_group_rows: 200, ..Default::default() };
    frame.lazy().write_parquet(&path, &options).unwrap();
    for condition in [
        col("dep_delay").gt(120),
        col("carrier").eq("HA").or(col("dep_delay").is_null()),
        col("origin").eq("JFK").and(col("distance").gt(2000)),
        (col("dep_delay") + col("arr_delay")).gt(300),
    ] {
        let wanted = frame.lazy().filter(condition.clone()).collect().unwrap();
        for threads in [1, 7] {
            let config = Config { threads, ..Config::current() };
            let scan = scan_parquet(&path, ParquetOptions::default()).unwrap().filter(condition.clone());
            assert_frame_eq(&scan.collect_with(&config, &CancelToken::new()).unwrap(), &wanted);
            let narrow = scan.select([col("flight"), col("tailnum")]);
            let wanted = wanted.lazy().select([col("flight"), col("tailnum")]).collect().unwrap();
            assert_frame_eq(&narrow.collect_with(&config, &CancelToken::new()).unwrap(), &wanted);
        }
    }
}
