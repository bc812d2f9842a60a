//! Updates of grouped states: nanoseconds per row are the reported time divided by the rows.

use arrow::array::ArrayRef;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hypostyle::expr::{Groups, bind_aggregate};
use hypostyle::{Column, Expr, Field, Schema, col};
use std::hint::black_box;
use std::time::Duration;

const ROWS: usize = 1_000_000;

fn numbers() -> impl Iterator<Item = u64> {
    let mut state = 1u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    })
}

fn updates(criterion: &mut Criterion) {
    let whole: Column = numbers().take(ROWS).map(|n| n as i64 % 1000).collect();
    let float: Column = numbers().take(ROWS).map(|n| n as f64 / 7.0).collect();
    let holes: Column = numbers().take(ROWS).map(|n| (n % 10 > 0).then_some(n as f64)).collect();
    let cases: Vec<(&str, Expr, &Column)> = vec![
        ("sum int64", col("x").sum(), &whole),
        ("sum float64", col("x").sum(), &float),
        ("sum float64, a tenth null", col("x").sum(), &holes),
        ("count", col("x").count(), &whole),
        ("mean int64", col("x").mean(), &whole),
        ("mean float64", col("x").mean(), &float),
        ("min int64", col("x").min(), &whole),
        ("min float64", col("x").min(), &float),
        ("var float64", col("x").var(1), &float),
        ("first", col("x").first(), &whole),
        ("n_unique", col("x").n_unique(), &whole),
    ];
    for groups in [1, 100, 100_000] {
        let ids: Vec<u32> = numbers().skip(7).take(ROWS).map(|n| (n % groups as u64) as u32).collect();
        let rows = if groups == 1 { Groups::one(ROWS) } else { Groups::per_row(&ids) };
        let mut group = criterion.benchmark_group(format!("{groups} groups"));
        group.throughput(Throughput::Elements(ROWS as u64)).sample_size(10);
        group.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(600));
        // What any update costs at least: a load, an addition and a store per row.
        let mut totals = vec![0.0; groups];
        let values: Vec<f64> = numbers().take(ROWS).map(|n| n as f64 / 7.0).collect();
        group.bench_function("floor: total[id] += value", |bencher| {
            bencher.iter(|| {
                for (id, value) in black_box(&ids).iter().zip(black_box(&values)) {
                    totals[*id as usize] += value;
                }
            });
        });
        for (name, expr, column) in &cases {
            let schema = Schema::new(vec![Field::new("x", column.dtype().clone())]).expect("one column");
            let bound = bind_aggregate(expr, &schema).expect("a typed aggregate");
            let args: Vec<ArrayRef> = vec![column.array().clone()];
            let mut state = bound.state().expect("a state");
            state.resize(groups);
            group.bench_function(*name, |bencher| {
                bencher.iter(|| state.update(black_box(&args), black_box(&rows)).expect("an update"));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, updates);
criterion_main!(benches);
