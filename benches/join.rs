//! Joins: with a small and with a large right side, and rows without a match.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hypostyle::{JoinType, Keep, LazyFrame, col};

fn join(criterion: &mut Criterion) {
    let frame = common::table().expect("the table");
    let right = |key: &str| {
        let columns = [col(key), col("v3").alias("w")];
        frame.lazy().select(columns).distinct_by([key], Keep::First).collect().expect("the right side").lazy()
    };
    let left = frame.lazy();
    let (by_number, by_text, large) = (right("id6"), right("id1"), right("unique"));
    let few = by_number.filter(col("id6").lt(100));
    let mut group = criterion.benchmark_group("join");
    group.throughput(Throughput::Elements(common::ROWS as u64)).sample_size(20);
    let cases: [(&str, LazyFrame); 4] = [
        ("inner on integers", left.join(&by_number, "id6", JoinType::Inner)),
        ("inner on text", left.join(&by_text, "id1", JoinType::Inner)),
        ("inner with as many rows", left.join(&large, "unique", JoinType::Inner)),
        ("anti", left.join(&few, "id6", JoinType::Anti)),
    ];
    for (name, query) in cases {
        group.bench_function(name, |bencher| bencher.iter(|| query.collect().map(|frame| frame.rows())));
    }
    group.finish();
}

criterion_group!(benches, join);
criterion_main!(benches);
