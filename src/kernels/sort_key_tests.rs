//! Packed keys order rows as the values are ordered.

use super::*;
use crate::data::Scalar;
use crate::data::{Column, DType};
use crate::kernels::radix::Entry;
use arrow::array::{Array, ArrayRef};

const ASCENDING: Direction = Direction { descending: false, nulls_first: false };

/// The rows of the columns' first and second half in order, by packed keys and by comparing what is left.
fn order(columns: &[Column], directions: &[Direction], budget: u32) -> Vec<usize> {
    let keys: Vec<SortColumn> = columns
        .iter()
        .zip(directions)
        .map(|(column, direction)| SortColumn::new(column.dtype(), *direction, None).unwrap())
        .collect();
    let rows = columns[0].len();
    let halves = [0..rows / 2, rows / 2..rows];
    let prepared: Vec<Vec<Prepared>> = halves
        .iter()
        .map(|half| {
            let parts = keys.iter().zip(columns);
            parts.map(|(key, column)| key.prepare(&column.slice(half.start, half.len())).unwrap()).collect()
        })
        .collect();
    let measures: Vec<Measure> = (0..keys.len())
        .map(|key| {
            let mut all = Measure::nothing();
            prepared.iter().for_each(|half| all.merge(&half[key].measure()));
            all
        })
        .collect();
    let layout = Layout::new(&keys, &measures, budget);
    assert!(layout.bits() <= budget);
    let mut packed: Vec<u128> = Vec::new();
    for (half, range) in prepared.iter().zip(&halves) {
        let (mut out, mut words) = (Vec::new(), Vec::new());
        layout.pack::<u128>(half, 0..range.len(), &mut out, &mut words);
        packed.extend(out);
    }
    let tails: Vec<Vec<Prepared>> = prepared
        .into_iter()
        .map(|half| half.into_iter().skip(layout.complete()).map(Prepared::into_tail).collect())
        .collect();
    let half = rows / 2;
    let place = |row: usize| match row < half {
        true => (tails[0].as_slice(), row),
        false => (tails[1].as_slice(), row - half),
    };
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by(|a, b| {
        packed[*a].cmp(&packed[*b]).then_with(|| layout.compare(place(*a), place(*b), columns.len()))
    });
    order
}

fn check(columns: &[Column]) {
    for (descending, nulls_first) in [(false, false), (false, true), (true, false), (true, true)] {
        let directions: Vec<Direction> = (0..columns.len())
            .map(|key| Direction { descending: descending != (key % 2 == 1), nulls_first })
            .collect();
        let value = |key: usize, row: usize| Scalar::from_array(columns[key].array(), row);
        let mut expected: Vec<usize> = (0..columns[0].len()).collect();
        expected.sort_by(|a, b| {
            for (key, direction) in directions.iter().enumerate() {
                let (a, b) = (value(key, *a), value(key, *b));
                let order = match (a.is_null(), b.is_null()) {
                    (false, false) => {
                        let order = a.compare(&b).unwrap();
                        if direction.descending { order.reverse() } else { order }
                    }
                    (a, b) if direction.nulls_first => b.cmp(&a),
                    (a, b) => a.cmp(&b),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
            Ordering::Equal
        });
        for budget in [0, 1, 7, 20, 40, 96] {
            let found = order(columns, &directions, budget);
            assert_eq!(found, expected, "budget {budget}, {directions:?}");
        }
    }
}

#[test]
fn numbers() {
    check(&[[Some(3i64), None, Some(i64::MIN), Some(i64::MAX), Some(0), Some(-1)].into_iter().collect()]);
    check(&[[3.5, f64::NEG_INFINITY, -0.5, 1e300, f64::INFINITY, 2.0].into_iter().collect()]);
    check(&[[Some(true), None, Some(false), Some(true)].into_iter().collect()]);
}

#[test]
fn text_of_many_lengths() {
    let long = "a text that is much longer than what is packed";
    let texts = [
        Some("b"),
        Some(""),
        None,
        Some("a"),
        Some("a\0"),
        Some(long),
        Some(&long[..40]),
        Some("\u{10ffff}"),
    ];
    check(&[texts.into_iter().collect()]);
    check(&[["id0000012", "id0000100", "id0000003", "id0000012"].into_iter().collect()]);
}

#[test]
fn several_keys() {
    let texts: Column = [Some("x"), Some("y"), None, Some("x"), Some("y"), Some("x")].into_iter().collect();
    let numbers: Column = [Some(3i64), None, Some(1), Some(-3), Some(7), Some(3)].into_iter().collect();
    let list = |items: &[i64]| Scalar::List(items.iter().map(|item| (*item).into()).collect());
    check(&[texts.clone(), numbers.clone()]);
    check(&[numbers, texts]);
    // Lists have no order of scalars to compare with: by hand.
    let lists = [list(&[2]), list(&[1, 5]), list(&[1])];
    let arrays: Vec<ArrayRef> = lists.iter().map(|list| list.to_array(&list.dtype(), 1).unwrap()).collect();
    let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
    let column =
        Column::from_held(arrow::compute::concat(&[arrays[0], arrays[1], arrays[2], arrays[0]]).unwrap());
    assert_eq!(order(std::slice::from_ref(&column), &[ASCENDING], 96), [2, 1, 0, 3]);
    let descending = Direction { descending: true, ..ASCENDING };
    assert_eq!(order(&[column], &[descending], 40), [0, 3, 1, 2]);
}

#[test]
fn packing_is_tight() {
    let keys = [SortColumn::new(&DType::String, ASCENDING, None).unwrap()];
    let ids: Column = (0..100).map(|i| format!("id{i:010}")).collect();
    let prepared = keys[0].prepare(&ids).unwrap();
    let layout = Layout::new(&keys, &[prepared.measure()], 96);
    // Two of the ten digits differ.
    assert_eq!((layout.bits(), layout.is_complete()), (8, true));
    let mut out: Vec<u64> = Vec::new();
    layout.pack(&[prepared], 10..12, &mut out, &mut Vec::new());
    assert_eq!(out.iter().map(|entry| entry.low()).collect::<Vec<_>>(), [0x10, 0x11]);
}
