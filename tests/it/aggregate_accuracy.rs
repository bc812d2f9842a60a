//! Float aggregates beside exact arithmetic, on inputs that cancel, alternate, and vanish.

use hypostyle::{Config, Expr, Frame, Scalar, col};

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
        // One rounding of a mean is worth this much of the variance.
        let condition = 1.0 + mean * mean / variance.max(f64::MIN_POSITIVE);
        // What does not vary at all has the square of its mean's rounding for a variance.
        let rounding = (32.0 * f64::EPSILON * mean).powi(2);
        let bound = 64.0 * f64::EPSILON * condition.sqrt() * variance + rounding + f64::from_bits(4);
        for grouped in [false, true] {
            let found = run(&values, col("x").var(1), grouped);
            assert!(
                (found - variance).abs() <= bound,
                "{name}, {grouped}: {found:e} not {variance:e}, bound {bound:e}"
            );
            let error = run(&values, col("x").sem(1), grouped);
            let wanted = (variance / n).sqrt();
            assert!(
                (error - wanted).abs() <= 64.0 * f64::EPSILON * condition.sqrt() * wanted + 1e-160,
                "{name}: {error:e} {wanted:e}"
            );
        }
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
