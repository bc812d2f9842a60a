//! Sorts: by integers, by text, by several keys, and only the first rows.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hypostyle::LazyFrame;

fn sort(criterion: &mut Criterion) {
    let frame = common::table().expect("the table").lazy();
    let mut group = criterion.benchmark_group("sort");
    group.throughput(Throughput::Elements(common::ROWS as u64)).sample_size(10);
    let cases: [(&str, LazyFrame); 4] = [
        ("integers", frame.sort("unique")),
        ("text", frame.sort("id3")),
        ("three keys", frame.sort(["id1", "id6", "v3"])),
        ("first ten", frame.sort("v3").limit(10)),
    ];
    for (name, query) in cases {
        group.bench_function(name, |bencher| bencher.iter(|| query.collect().map(|frame| frame.rows())));
    }
    group.finish();
}

criterion_group!(benches, sort);
criterion_main!(benches);
