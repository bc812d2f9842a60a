//! Moving sums do not drift.

use crate::data::DType;
use crate::expr::{Params, WindowArg, WindowRows};
use crate::kernels::hash::mix;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Float64Type;
use std::sync::Arc;

/// Values from 1e-8 to 1e16 of both signs.
fn wild(rows: usize) -> Vec<f64> {
    (0..rows as u64)
        .map(|row| {
            let sign = if mix(row) & 1 == 0 { 1.0 } else { -1.0 };
            sign * 10f64.powi((mix(row + 7) % 25) as i32 - 8) * (1.0 + (mix(row + 13) % 1000) as f64 / 1000.0)
        })
        .collect()
}

/// Rows of these arguments, whose partitions start there and end with the last.
fn over<'a>(args: &'a [WindowArg], starts: &'a [u32], params: &'a Params) -> WindowRows<'a> {
    let rows = starts.last().copied().unwrap_or(0) as usize;
    WindowRows { rows, partitions: starts, peers: starts, args, params, output: &DType::Float64 }
}

/// The sum in twice the digits.
fn exact(values: &[f64]) -> f64 {
    let (mut high, mut low) = (0.0f64, 0.0f64);
    for value in values {
        let sum = high + value;
        let part = sum - high;
        low += (high - (sum - part)) + (value - part);
        high = sum;
    }
    high + low
}

#[test]
fn sums_do_not_drift_in_a_million_steps() {
    let rows = 1_000_000;
    let values = wild(rows);
    let array: ArrayRef = Arc::new(Float64Array::from(values.clone()));
    let params = Params::new().with("window", 100i64).with("center", false);
    let args = [WindowArg { dtype: DType::Float64, values: Some(array), nulls: None }];
    let starts = [0, rows as u32];
    let all = over(&args, &starts, &params);
    let found = super::roll(&super::Sum { mean: false }, &all, 0..rows).unwrap();
    let found = found.as_primitive::<Float64Type>();
    assert_eq!(found.null_count(), 99);
    for row in (99..rows).step_by(997).chain(rows - 50..rows) {
        let window = &values[row - 99..=row];
        let (sum, size) = (exact(window), window.iter().map(|value| value.abs()).sum::<f64>());
        // Far below what one rounding of the greatest value loses.
        let error = (found.value(row) - sum).abs();
        assert!(error <= sum.abs() * 1e-15 + size * 1e-28, "row {row}: {} and {sum}", found.value(row));
    }
    // A block alone gives the same bits.
    let block = crate::expr::BLOCK;
    let part = super::roll(&super::Sum { mean: false }, &all, block..block + 500).unwrap();
    let bits = |array: &Float64Array| array.values().iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(part.as_primitive()), bits(&found.slice(block, 500)));
}

#[test]
fn windows_side_by_side_are_what_they_are_one_after_another() {
    let rows = 150_000;
    let array: ArrayRef = Arc::new(Float64Array::from(wild(rows)));
    let starts = [0, 5, 60, 61, 40_000, 140_003, rows as u32];
    for (window, center) in
        [(1i64, false), (8, false), (9, true), (100, true), (100, false), (20_000, false), (200_000, true)]
    {
        let params = Params::new()
            .with("window", window)
            .with("center", center)
            .with("min_periods", 1i64)
            .with("ddof", 1i64);
        let found = |nulls: Option<NullBuffer>, range: std::ops::Range<usize>| {
            let args = [WindowArg { dtype: DType::Float64, values: Some(array.clone()), nulls }];
            let all = over(&args, &starts, &params);
            let sums = super::roll(&super::Sum { mean: true }, &all, range.clone()).unwrap();
            let spreads = super::spread(&all, range.clone(), true).unwrap();
            [sums, spreads, super::extreme(&all, range, true).unwrap()]
        };
        // Where there might be nulls, windows are folded one after another.
        for range in [0..rows, 39_000..90_001] {
            let (together, alone) =
                (found(None, range.clone()), found(Some(NullBuffer::new_valid(rows)), range.clone()));
            assert_eq!(together, alone, "{window} rows, centered: {center}, {range:?}");
        }
    }
}
