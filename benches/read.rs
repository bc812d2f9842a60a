//! Reading and writing CSV and Parquet, from and to the page cache.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hypostyle::{CsvOptions, ParquetOptions, scan_csv, scan_parquet};

fn read(criterion: &mut Criterion) {
    let frame = common::table().expect("the table");
    let folder = tempfile::tempdir().expect("a folder");
    let (csv, parquet) = (folder.path().join("t.csv"), folder.path().join("t.parquet"));
    frame.write_csv(&csv).expect("the CSV file");
    frame.write_parquet(&parquet).expect("the Parquet file");
    let bytes = std::fs::metadata(&csv).map_or(0, |data| data.len());
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(bytes)).sample_size(10);
    group.bench_function("csv", |bencher| {
        bencher.iter(|| scan_csv(&csv, CsvOptions::default())?.collect().map(|frame| frame.rows()))
    });
    group.bench_function("csv, one column", |bencher| {
        bencher
            .iter(|| scan_csv(&csv, CsvOptions::default())?.select("v1").collect().map(|frame| frame.rows()))
    });
    group.bench_function("parquet", |bencher| {
        bencher
            .iter(|| scan_parquet(&parquet, ParquetOptions::default())?.collect().map(|frame| frame.rows()))
    });
    group.bench_function("write csv", |bencher| bencher.iter(|| frame.write_csv(&csv)));
    group.bench_function("write parquet", |bencher| bencher.iter(|| frame.write_parquet(&parquet)));
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
