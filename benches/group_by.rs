//! Groups: few and many, by text and by number, and one group per row.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hypostyle::{LazyFrame, col, len};

fn group_by(criterion: &mut Criterion) {
    let frame = common::table().expect("the table").lazy();
    let mut group = criterion.benchmark_group("group_by");
    group.throughput(Throughput::Elements(common::ROWS as u64)).sample_size(20);
    let cases: [(&str, LazyFrame); 4] = [
        ("sum by 100 texts", frame.group_by("id1").agg([col("v1").sum()])),
        ("sum, mean by 10,000 texts", frame.group_by("id3").agg([col("v1").sum(), col("v3").mean()])),
        ("sums by 10,000 integers", frame.group_by("id6").agg([col("v1").sum(), col("v3").sum()])),
        ("count by all rows", frame.group_by("unique").agg([len()])),
    ];
    for (name, query) in cases {
        group.bench_function(name, |bencher| bencher.iter(|| query.collect().map(|frame| frame.rows())));
    }
    group.finish();
}

criterion_group!(benches, group_by);
criterion_main!(benches);
