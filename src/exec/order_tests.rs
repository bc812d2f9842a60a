//! Orders of many rows: equal to a stable sort, for any number of threads.

use super::*;
use crate::config::Config;
use crate::data::{Column, Scalar};
use crate::exec::cancel::CancelToken;
use crate::exec::metrics::{Metrics, Progress};
use crate::kernels::hash::mix;

const ASCENDING: Direction = Direction { descending: false, nulls_first: false };

fn order(columns: &[Column], cut: usize, threads: usize) -> (Order, Context) {
    let config = Config { threads, ..Config::current() };
    let context =
        Context::new(&config, &CancelToken::new(), Metrics::new(Progress::default()), false).unwrap();
    let rows = columns[0].len();
    let whole = Batch::new(columns.to_vec(), rows).unwrap();
    let batches = (0..rows).step_by(cut).map(|start| whole.slice(start, cut.min(rows - start))).collect();
    let dtypes: Vec<DType> = columns.iter().map(|column| column.dtype().clone()).collect();
    let directions = vec![ASCENDING; columns.len()];
    (Order::new(batches, &dtypes, &directions, true, &context).unwrap(), context)
}

fn check(columns: &[Column]) {
    let rows = columns[0].len();
    let values: Vec<Vec<Scalar>> = columns
        .iter()
        .map(|column| (0..rows).map(|row| Scalar::from_array(column.array(), row)).collect())
        .collect();
    let compare = |a: usize, b: usize| {
        values.iter().fold(std::cmp::Ordering::Equal, |order, column| {
            order.then_with(|| column[a].compare(&column[b]).unwrap())
        })
    };
    let mut expected: Vec<usize> = (0..rows).collect();
    expected.sort_by(|a, b| compare(*a, *b));
    for (cut, threads) in [(rows, 1), (70_001, 2), (9_999, 7)] {
        let (order, context) = order(columns, cut, threads);
        assert!((0..rows).map(|position| order.row(position)).eq(expected.iter().copied()));
        for keys in 0..=columns.len() {
            let starts = order.runs(keys, &context).unwrap();
            let same = |a: usize, b: usize| values[..keys].iter().all(|column| column[a] == column[b]);
            let mut wanted: Vec<u32> = (0..rows)
                .filter(|at| *at == 0 || !same(expected[*at], expected[*at - 1]))
                .map(|at| at as u32)
                .collect();
            wanted.push(rows as u32);
            assert_eq!(starts, wanted);
        }
    }
}

#[test]
fn many_rows_by_packed_keys() {
    let rows = 150_000u64;
    check(&[(0..rows).map(|row| (mix(row) % 1000) as i64).collect()]);
    check(&[(0..rows).map(|row| mix(row) as i64).collect()]);
    // Nearly all in one bucket.
    check(&[(0..rows).map(|row| if row == 7 { i64::MAX } else { (mix(row) % 50) as i64 }).collect()]);
    check(&[(0..rows).map(|row| row as i64).collect()]);
    let few: Column = (0..rows).map(|row| format!("id{:03}", mix(row) % 100)).collect();
    check(&[few, (0..rows).map(|row| (mix(row + 1) % 100) as f64).collect()]);
}

#[test]
fn many_rows_by_what_does_not_fit() {
    let rows = 40_000u64;
    let texts = (0..rows).map(|row| format!("{:x}, {:x} and {:x}", mix(row) % 3, mix(row) % 5, mix(row)));
    check(&[texts.collect()]);
    let wide = |seed: u64| (0..rows).map(|row| mix((row + seed) % 300) as i64).collect::<Column>();
    check(&[wide(0), wide(7), wide(20)]);
}

#[test]
fn no_rows_and_one() {
    check(&[[5i64].into_iter().collect()]);
    let (order, context) = order(&[Column::empty(&DType::Int64)], 1, 1);
    assert!(order.is_empty());
    assert_eq!(order.runs(1, &context).unwrap(), [0]);
}
