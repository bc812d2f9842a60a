//! Float aggregates beside exact arithmetic, on inputs that cancel, alternate, and vanish.

use crate::check::{check, difference};
use hypostyle::{CancelToken, Config, Expr, Frame, LazyFrame, Scalar, col};

/// A sum without any rounding but the last one: Shewchuk's expansion.
fn exact(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut parts: Vec<f64> = Vec::new();
    for value in values {
        let (mut carry, mut kept) = (value, 0);
        for at in 0..parts.len() {
            let (big, small) =
                if carry.abs() >= parts[at].abs() { (carry, parts[at]) } else { (parts[at], carry) };
            let sum = big + small;
            let lost = small - (sum - big);
            if lost != 0.0 {
                parts[kept] = lost;
                kept += 1;
            }
            carry = sum;
        }
        parts.truncate(kept);
        parts.push(carry);
    }
    parts.iter().sum()
}

/// Inputs on which careless sums fail.
fn adversaries() -> Vec<(&'static str, Vec<f64>)> {
    let many = 200_000;
    vec![
        ("one between giants", [1e16, 1.0, -1e16].repeat(50_000)),
        ("alternating signs", (0..many).map(|i| if i % 2 == 0 { 1e8 + 0.1 } else { -1e8 }).collect()),
        ("denormals", (0..many).map(|i| f64::from_bits(i % 1000 + 1)).collect()),
        ("tenths", vec![0.1; many as usize]),
        ("far from zero", (0..many).map(|i| 1e9 + (i % 10) as f64 * 0.1).collect()),
        (
            "many sizes",
            (0..many)
                .map(|i| 10f64.powi((i % 33) as i32 - 16) * if i % 3 == 0 { -1.0 } else { 1.0 })
                .collect(),
        ),
        ("harmonic", (1..=many).map(|i| 1.0 / i as f64).collect()),
    ]
}

fn run(values: &[f64], expr: Expr, grouped: bool) -> f64 {
    let groups: Vec<i64> = vec![7; values.len()];
    let frame = Frame::builder().column("k", groups).column("x", values.to_vec()).finish().unwrap();
    let lazy = frame.repartition(9).unwrap().lazy();
    let result = match grouped {
        true => lazy.group_by("k").agg([expr.alias("out")]),
        false => lazy.select([expr.alias("out")]),
    };
    let config = Config { threads: 2, ..Config::current() };
    let result = result.collect_with(&config, &hypostyle::CancelToken::new()).unwrap();
    match result.column("out").unwrap().get(0).unwrap() {
        Scalar::Float(value) => value,
        other => panic!("{other}"),
    }
}

#[test]
fn variances_are_near_the_exact_ones() {
    for (name, values) in adversaries() {
        let n = values.len() as f64;
        let mean = exact(values.iter().copied()) / n;
        // The two-pass sum with its correction, all exact but the squares.
        let squares = exact(values.iter().map(|value| (value - mean) * (value - mean)));
        let lost = exact(values.iter().map(|value| value - mean));
        let variance = (squares - lost * lost / n) / (n - 1.0);
        let wanted = if values.iter().all(|value| *value == values[0]) { 0.0 } else { variance };
        let bound = 16.0 * f64::EPSILON * wanted + f64::from_bits(4);
        for grouped in [false, true] {
            let found = run(&values, col("x").var(1), grouped);
            assert!(
                (found - wanted).abs() <= bound,
                "{name}, {grouped}: {found:e} not {wanted:e}, bound {bound:e}"
            );
            let error = run(&values, col("x").sem(1), grouped);
            let wanted = (wanted / n).sqrt();
            assert!(
                (error - wanted).abs() <= 16.0 * f64::EPSILON * wanted + 1e-160,
                "{name}: {error:e} {wanted:e}"
            );
        }
    }
}

#[test]
fn sums_and_means_are_rounded_once() {
    for (name, values) in adversaries() {
        let n = values.len() as f64;
        let wanted = exact(values.iter().copied());
        let scale = exact(values.iter().map(|value| value.abs()));
        for grouped in [false, true] {
            let (sum, mean) = (run(&values, col("x").sum(), grouped), run(&values, col("x").mean(), grouped));
            let bound = f64::EPSILON * wanted.abs() + 1e-27 * scale;
            assert!((sum - wanted).abs() <= bound, "{name}, {grouped}: {sum:e} not {wanted:e}");
            let bound = 2.0 * f64::EPSILON * (wanted / n).abs() + 1e-27 * scale / n + f64::from_bits(1);
            assert!((mean - wanted / n).abs() <= bound, "{name}, {grouped}: {mean:e} not {:e}", wanted / n);
        }
    }
}

/// Half of the rows are one group's, the others are spread over many.
#[test]
fn a_group_of_half_the_rows_is_summed_as_well_as_the_others() {
    let rows = 20_000usize;
    let keys: Vec<i64> =
        (0..rows).map(|row| if row % 2 == 0 { 0 } else { (row as i64 * 7919) % 500 }).collect();
    let of = |row: usize| match row % 5 {
        0 => 1e8,
        1 => -1e8,
        2 => 0.1,
        3 => 1e-3 * row as f64,
        _ => f64::from_bits(row as u64),
    };
    let values: Vec<f64> = (0..rows).map(of).collect();
    let frame = Frame::builder().column("k", keys.clone()).column("x", values.clone()).finish().unwrap();
    let sums = || [col("x").sum().alias("sum"), col("x").mean().alias("mean")];
    // However the rows are cut, for these two.
    check(&[&frame], |frames| frames[0].group_by("k").agg(sums()).sort("k"));
    let [sum, mean] = sums();
    let cut = frame.repartition(11).unwrap().lazy();
    let query = cut.group_by("k").agg([sum, mean, col("x").var(0).alias("var")]).sort("k");
    let run = |threads: usize, weak_hash: bool| {
        let config = Config { threads, weak_hash, ..Config::current() };
        query.collect_with(&config, &hypostyle::CancelToken::new())
    };
    let first = run(1, false);
    for (threads, weak_hash) in [(2, false), (7, false), (2, true)] {
        assert_eq!(difference(&first, &run(threads, weak_hash)), None);
    }
    let result = first.unwrap();
    let column = |name: &str, row: usize| result.column(name).unwrap().get(row).unwrap().as_f64().unwrap();
    for row in 0..result.rows() as usize {
        let key = result.column("k").unwrap().get(row).unwrap().as_i64().unwrap();
        let own: Vec<f64> =
            keys.iter().zip(&values).filter(|(k, _)| **k == key).map(|(_, value)| *value).collect();
        let (n, sum) = (own.len() as f64, exact(own.iter().copied()));
        let scale = exact(own.iter().map(|value| value.abs()));
        assert!((column("sum", row) - sum).abs() <= f64::EPSILON * sum.abs() + 1e-30 * scale, "{key}");
        let mean = sum / n;
        assert!(
            (column("mean", row) - mean).abs() <= 2.0 * f64::EPSILON * mean.abs() + 1e-30 * scale,
            "{key}"
        );
        let lost = exact(own.iter().map(|value| value - mean));
        let squares = exact(own.iter().map(|value| (value - mean) * (value - mean)));
        let variance = (squares - lost * lost / n) / n;
        assert!((column("var", row) - variance).abs() <= 32.0 * f64::EPSILON * variance, "{key}");
    }
}

#[test]
fn weighted_means_do_not_cancel() {
    for (name, values) in adversaries() {
        let n = values.len() as f64;
        let wanted = exact(values.iter().copied()) / n;
        let scale = exact(values.iter().map(|value| value.abs())) / n;
        for grouped in [false, true] {
            let found = run(&values, col("x").weighted_mean(col("x") - col("x") + 1), grouped);
            assert!(
                (found - wanted).abs() <= 4.0 * f64::EPSILON * wanted.abs() + 1e-30 * scale,
                "{name}: {found:e} {wanted:e}"
            );
        }
    }
}

/// A filter on the key is put before the group-by: then a lane sees one group, or two, instead of five.
#[test]
fn how_many_groups_there_are_changes_no_bit() {
    let noise = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11;
    let third = 60_000u64;
    let values = (0..3 * third).map(|i| match i / third {
        0 => noise(i) as f64 * 1.1,
        1 => noise(i - third) as f64 * -1.1,
        _ => noise(i) as f64 * 10f64.powi(-16 - (i % 12) as i32),
    });
    let values: Vec<f64> = values.collect();
    let keys: Vec<i64> = (0..3 * third).map(|i| (noise(i % third + 7) % 5) as i64).collect();
    let frame = Frame::builder().column("k", keys).column("v", values).finish().unwrap();
    let grouped = |rows: LazyFrame| {
        rows.group_by(["k"]).agg([col("v").sum(), col("v").mean().alias("m"), col("v").std(1).alias("d")])
    };
    let run = |query: LazyFrame, optimize| {
        query.sort("k").collect_with(&Config { optimize, ..Config::current() }, &CancelToken::new())
    };
    for keep in 1..5i64 {
        let few = || col("k").lt(keep);
        let of_all = run(grouped(frame.lazy()).filter(few()), false);
        assert_eq!(of_all.as_ref().unwrap().rows(), keep as u64);
        for (query, optimize) in [
            (grouped(frame.lazy()).filter(few()), true),
            (grouped(frame.lazy().filter(few())), true),
            (grouped(frame.lazy().filter(few())), false),
        ] {
            assert_eq!(difference(&of_all, &run(query, optimize)), None, "{keep} groups");
        }
    }
}
