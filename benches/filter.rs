//! Filters: half of the rows, few rows, a text.

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hypostyle::{Expr, col, lit};

fn filter(criterion: &mut Criterion) {
    let frame = common::table().expect("the table");
    let mut group = criterion.benchmark_group("filter");
    group.throughput(Throughput::Elements(common::ROWS as u64)).sample_size(20);
    let cases: [(&str, Expr); 3] =
        [("half", col("v3").gt(50.0)), ("few", col("id6").eq(7)), ("text", col("id1").eq(lit("id007")))];
    for (name, condition) in cases {
        let query = frame.lazy().filter(condition);
        group.bench_function(name, |bencher| bencher.iter(|| query.collect().map(|frame| frame.rows())));
    }
    group.finish();
}

criterion_group!(benches, filter);
criterion_main!(benches);
