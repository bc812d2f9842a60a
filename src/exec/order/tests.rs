//! Orders of many rows: equal to a stable sort, for any number of threads.

use super::*;
use crate::config::Config;
use crate::data::{Column, Scalar};
use crate::exec::cancel::CancelToken;
use crate::exec::metrics::{Metrics, Progress};
use crate::kernels::gather::{Pieces, numbering};
use crate::kernels::hash::mix;
use arrow::array::Decimal128Array;
use std::sync::Arc;

const ASCENDING: Direction = Direction { descending: false, nulls_first: false };

fn context(threads: usize, weak_hash: bool) -> Context {
    let config = Config { threads, weak_hash, ..Config::current() };
    Context::new(&config, &CancelToken::new(), Metrics::new(Progress::default()), false).unwrap()
}

fn cut_up(columns: &[Column], cut: usize) -> Vec<Batch> {
    let rows = columns[0].len();
    let whole = Batch::new(columns.to_vec(), rows).unwrap();
    (0..rows).step_by(cut).map(|start| whole.slice(start, cut.min(rows - start))).collect()
}

fn dtypes(columns: &[Column]) -> Vec<DType> {
    columns.iter().map(|column| column.dtype().clone()).collect()
}

fn order(columns: &[Column], cut: usize, threads: usize, direction: Direction) -> (Order, Context) {
    let (batches, context) = (cut_up(columns, cut), context(threads, false));
    let directions = vec![direction; columns.len()];
    (Order::new(batches, &dtypes(columns), &directions, true, &context).unwrap(), context)
}

/// Columns of every width, with nulls in one, that tell of which row they are; all in the order of these keys, by buckets.
/// Nothing if the rows are in order.
fn moved(columns: &[Column], cut: usize, threads: usize, direction: Direction) -> Option<Vec<Batch>> {
    let (rows, context) = (columns[0].len() as u64, context(threads, true));
    let directions = vec![direction; columns.len()];
    let keys = cut_up(columns, cut);
    let Arranged::Moves(moves) = Order::arranged(keys, &dtypes(columns), &directions, &context).unwrap()
    else {
        return None;
    };
    let long = |row: u64| format!("the text of row {row}");
    let payload: Vec<Column> = vec![
        (0..rows).map(|row| row as i64).collect(),
        (0..rows).map(|row| row % 5 == 0).collect(),
        (0..rows).map(|row| (row % 3 > 0).then(|| long(row))).collect(),
        (0..rows).map(|row| row as i32).collect(),
        (0..rows).map(|row| row as i16).collect(),
        (0..rows).map(|row| row as u8).collect(),
        (0..rows).map(|row| (row % 7 > 0).then_some(row as f64)).collect(),
    ];
    let batches = cut_up(&payload, cut);
    let shift = numbering(batches.iter().map(Batch::rows)).unwrap();
    let pieces = |at| Pieces::new(&batches.iter().map(|batch| batch.column(at)).collect::<Vec<_>>(), shift);
    let pieces: Vec<Pieces> = (0..payload.len()).map(pieces).collect();
    Some(moves.batches(&pieces, shift, 10_007, &context).unwrap())
}

fn check_moved(batches: &[Batch], expected: &[usize]) {
    let mut expected = expected.iter().map(|row| *row as u64);
    for batch in batches {
        let value = |column: usize, at: usize| Scalar::from_array(batch.column(column).array(), at);
        for (at, row) in (0..batch.rows()).zip(expected.by_ref()) {
            assert_eq!(value(0, at), Scalar::from(row as i64));
            assert_eq!(value(1, at), Scalar::Bool(row % 5 == 0));
            let text = (row % 3 > 0).then(|| format!("the text of row {row}"));
            assert_eq!(value(2, at).as_str(), text.as_deref());
            assert_eq!(value(3, at), Scalar::from(row as i32));
            assert_eq!(value(4, at), Scalar::from(row as i16));
            assert_eq!(value(5, at), Scalar::from(row as u8));
            assert_eq!(value(6, at), if row % 7 > 0 { Scalar::from(row as f64) } else { Scalar::Null });
        }
    }
    assert_eq!(expected.next(), None);
}

fn check(columns: &[Column]) {
    check_in(columns, ASCENDING);
}

fn check_in(columns: &[Column], direction: Direction) {
    let rows = columns[0].len();
    let values: Vec<Vec<Scalar>> = columns
        .iter()
        .map(|column| (0..rows).map(|row| Scalar::from_array(column.array(), row)).collect())
        .collect();
    let compare = |a: usize, b: usize| {
        values.iter().fold(std::cmp::Ordering::Equal, |order, column| {
            order.then_with(|| match (column[a].is_null(), column[b].is_null()) {
                (false, false) if direction.descending => column[b].compare(&column[a]).unwrap(),
                (false, false) => column[a].compare(&column[b]).unwrap(),
                (a, b) if direction.nulls_first => b.cmp(&a),
                (a, b) => a.cmp(&b),
            })
        })
    };
    let mut expected: Vec<usize> = (0..rows).collect();
    expected.sort_by(|a, b| compare(*a, *b));
    for (cut, threads) in [(rows, 1), (70_001, 2), (9_999, 7)] {
        let (order, context) = order(columns, cut, threads, direction);
        assert!((0..rows).map(|position| order.row(position)).eq(expected.iter().copied()));
        match moved(columns, cut, threads, direction) {
            Some(batches) => check_moved(&batches, &expected),
            None => assert!(expected.is_sorted()),
        }
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
fn rows_that_the_leading_bits_hardly_tell_apart() {
    let rows = 60_000u64;
    // Half of all floats of a range lie in its upper half: full bins are cut.
    let floats = (0..rows).map(|row| (mix(row) >> 11) as f64 / (1u64 << 53) as f64);
    check(&[floats.clone().collect()]);
    let directions = [(false, false), (false, true), (true, false), (true, true)];
    for (descending, nulls_first) in directions {
        // Neighbours that differ in the lowest bits, equal ones and nulls.
        let some = floats.clone().enumerate().map(|(row, value)| match row % 1000 {
            0 => None,
            1 => Some(0.75f64.next_up()),
            2 => Some(0.75),
            3 => Some(f64::INFINITY),
            _ => Some(value),
        });
        check_in(&[some.collect()], Direction { descending, nulls_first });
    }
    check(&[(0..rows)
        .map(|row| if row % 9 == 0 { f64::MAX } else { 1.0 + (mix(row) % 7) as f64 * f64::EPSILON })
        .collect()]);
    // What all have in common is left out.
    check(&[(0..rows).map(|row| (mix(row) % 900_000) as i64 * 1_000_000_000 - 5).collect()]);
    check(&[
        (0..rows).map(|row| (mix(row) % 9) as f64).collect(),
        (0..rows).map(|row| mix(row) as i64).collect(),
    ]);
}

#[test]
fn nulls_of_a_key_for_which_no_bit_is_left() {
    // 60,000 rows leave 47 bits, which the first key fills; a few of its values come twice, once with a null beside.
    let rows = 60_000u64;
    let first = |row: u64| match row {
        0 => 0,
        1 => (1 << 47) - 1,
        row => (mix(row % 59_900) >> 17) as i64,
    };
    for (descending, nulls_first) in [(false, false), (false, true), (true, false), (true, true)] {
        for null_at_first in [false, true] {
            let second = |row: u64| ((row < 59_900) != null_at_first).then_some(row as i64 * 7919);
            let columns = [(0..rows).map(first).collect(), (0..rows).map(second).collect()];
            check_in(&columns, Direction { descending, nulls_first });
        }
    }
}

#[test]
fn texts_in_their_views_and_beside_them() {
    let rows = 50_000u64;
    let text = |row: u64| match mix(row) % 5 {
        0 => String::new(),
        1 => format!("a{}", mix(row + 1) % 50),
        2 => format!("twelve{:06}", mix(row + 2) % 1_000_000),
        3 if row > 30_000 => format!("longer than twelve {}", mix(row + 3) % 99),
        _ => "a\u{0}b".to_string(),
    };
    check(&[(0..rows).map(text).collect()]);
    let some = |row: u64| (!row.is_multiple_of(7)).then(|| text(row));
    for descending in [false, true] {
        let numbers = (0..rows).map(|row| mix(row) as i64).collect();
        check_in(&[(0..rows).map(some).collect(), numbers], Direction { descending, nulls_first: true });
    }
}

#[test]
fn decimals_by_their_halves() {
    let rows = 40_000u64;
    let decimals = |digits: &dyn Fn(u64) -> Option<i128>| {
        let array: Decimal128Array = (0..rows).map(digits).collect();
        Column::new(Arc::new(array.with_precision_and_scale(38, 2).unwrap())).unwrap()
    };
    let near = |row: u64| Some(i128::from(mix(row) % 9000) - 4000);
    let wide = |row: u64| match row % 11 {
        0 => None,
        1 => Some(i128::from(row % 3) - 1),
        _ => Some((i128::from(mix(row) as i64) << 60) + i128::from(mix(row % 40))),
    };
    for (descending, nulls_first) in [(false, false), (true, false), (false, true)] {
        let direction = Direction { descending, nulls_first };
        check_in(&[decimals(&near)], direction);
        check_in(&[decimals(&wide)], direction);
        let few: Column = (0..rows).map(|row| (mix(row) % 5) as i64).collect();
        check_in(&[few.clone(), decimals(&near), few], direction);
    }
}

#[test]
fn rows_in_order_stay_where_they_are() {
    // Too many bits for all of them to be packed.
    let up = |row: u64| 1_000_003 * (row / 2) as i64 * 60_000;
    let rows = 40_000u64;
    let is_as_it_was = |column: Column, descending: bool| {
        let direction = Direction { descending, nulls_first: false };
        check_in(std::slice::from_ref(&column), direction);
        let (batches, context) = (cut_up(std::slice::from_ref(&column), 9_999), context(2, false));
        let dtypes = [column.dtype().clone()];
        Order::new(batches, &dtypes, &[direction], false, &context).unwrap().is_as_it_was()
    };
    assert!(is_as_it_was((0..rows).map(up).collect(), false));
    assert!(is_as_it_was((0..rows).map(|row| -up(row)).collect(), true));
    assert!(is_as_it_was((0..rows).map(|row| up(row) as f64 / 7.0).collect(), false));
    // One row, at the end of a batch or within one, is out of order; a null.
    for place in [0, 9_998, 9_999, 12_345, rows - 1] {
        let value = |row: u64| if row == place { up((row + 20_000) % rows) } else { up(row) };
        assert!(!is_as_it_was((0..rows).map(value).collect(), false));
        assert!(!is_as_it_was((0..rows).map(|row| -value(row)).collect(), true));
    }
    assert!(!is_as_it_was((0..rows).map(|row| (row != 7).then(|| up(row))).collect(), false));
}

#[test]
fn no_rows_and_one() {
    check(&[[5i64].into_iter().collect()]);
    let (order, context) = order(&[Column::empty(&DType::Int64)], 1, 1, ASCENDING);
    assert!(order.is_empty());
    assert_eq!(order.runs(1, &context).unwrap(), [0]);
}
