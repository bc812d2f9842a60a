//! How late do flights arrive? Least squares with `ndarray`: the engine reads and filters, a matrix comes out.
//!
//! `cargo run --release --example linear_regression [flights.csv]` reads the file given, or
//! `datasets/generated/flights.csv` where it is, or else makes up flights whose coefficients are known.

use hypostyle::{CsvOptions, Expr, Frame, LazyFrame, MatrixOrder, Result, col, scan_csv};
use ndarray::{Array1, Array2, Axis, s};
use std::path::PathBuf;
use std::time::Instant;

const TARGET: &str = "arr_delay";
const FEATURES: [&str; 3] = ["dep_delay", "distance", "air_time"];

fn main() -> Result<()> {
    let start = Instant::now();
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let default = PathBuf::from("datasets/generated/flights.csv");
    let flights = match given.or_else(|| default.exists().then_some(default)) {
        Some(path) => {
            println!("flights of {}", path.display());
            scan_csv(path, CsvOptions::default())?
        }
        None => {
            println!("flights made up with the coefficients -5, 1, -0.09 and 0.7");
            made_up(100_000)?.lazy()
        }
    };
    let complete = complete(&flights)?;
    println!("{complete}\n");

    // A column of ones for the intercept, then the features.
    let features = complete.select(FEATURES)?.to_ndarray_in::<f64>(MatrixOrder::ColumnMajor)?;
    let target = complete.column(TARGET)?.to_ndarray::<f64>()?;
    let mut design = Array2::ones((features.nrows(), features.ncols() + 1));
    design.slice_mut(s![.., 1..]).assign(&features);

    let Some(coefficients) = least_squares(&design, &target) else {
        println!("the features depend on each other");
        return Ok(());
    };
    let residuals = &target - &design.dot(&coefficients);
    let spread = &target - target.mean().unwrap_or_default();
    let explained = 1.0 - residuals.dot(&residuals) / spread.dot(&spread);
    println!("{:>12}  {:>10.4}", "intercept", coefficients[0]);
    for (name, coefficient) in FEATURES.iter().zip(coefficients.iter().skip(1)) {
        println!("{name:>12}  {coefficient:>10.4}");
    }
    println!("{:>12}  {explained:>10.4}", "R²");

    // Predictions go back into a frame, next to what they were made of.
    let predicted = design.dot(&coefficients).insert_axis(Axis(1));
    let predicted = Frame::from_ndarray(["predicted"], predicted)?;
    println!("\n{predicted}\n\n{:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

/// The flights for which everything is known.
fn complete(flights: &LazyFrame) -> Result<Frame> {
    let columns = || FEATURES.into_iter().chain([TARGET]);
    let known = columns().map(|name| col(name).is_not_null()).reduce(Expr::and);
    let rows = flights.select(columns().collect::<Vec<_>>());
    match known {
        Some(known) => rows.filter(known).collect(),
        None => rows.collect(),
    }
}

/// The coefficients with the least squared error: `design' design x = design' target`.
fn least_squares(design: &Array2<f64>, target: &Array1<f64>) -> Option<Array1<f64>> {
    let lower = cholesky(&design.t().dot(design))?;
    let mut x = design.t().dot(target);
    let n = x.len();
    // lower y = b, then lower' x = y, each in place.
    for i in 0..n {
        x[i] = (x[i] - lower.slice(s![i, ..i]).dot(&x.slice(s![..i]))) / lower[(i, i)];
    }
    for i in (0..n).rev() {
        x[i] = (x[i] - lower.slice(s![i + 1.., i]).dot(&x.slice(s![i + 1..]))) / lower[(i, i)];
    }
    Some(x)
}

/// The lower triangle whose product with its transpose is `a`; `None` if `a` is not positive definite.
fn cholesky(a: &Array2<f64>) -> Option<Array2<f64>> {
    let n = a.nrows();
    let mut lower = Array2::<f64>::zeros((n, n));
    for i in 0..n {
        for j in 0..=i {
            let rest = a[(i, j)] - lower.slice(s![i, ..j]).dot(&lower.slice(s![j, ..j]));
            lower[(i, j)] = match i == j {
                true if rest <= 1e-9 * a[(i, i)] => return None,
                true => rest.sqrt(),
                false => rest / lower[(j, j)],
            };
        }
    }
    Some(lower)
}

/// Flights that follow the rule, give or take; some have not arrived.
fn made_up(rows: u64) -> Result<Frame> {
    let mut state = 1u64;
    let mut random = || {
        // A multiplicative congruential generator: enough for an example, and the same everywhere.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / 2f64.powi(31)
    };
    let (mut dep_delay, mut distance, mut air_time, mut arr_delay) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rows {
        let delay = (random() * 80.0 - 10.0).round();
        let miles = (random() * 2400.0 + 100.0).round();
        let minutes = (miles / 7.5 + random() * 40.0).round();
        dep_delay.push(delay);
        distance.push(miles as i64);
        air_time.push(minutes);
        let arrival = -5.0 + delay - 0.09 * miles + 0.7 * minutes + random() * 20.0 - 10.0;
        arr_delay.push((random() > 0.02).then_some(arrival));
    }
    Frame::builder()
        .column("dep_delay", dep_delay)
        .column("distance", distance)
        .column("air_time", air_time)
        .column("arr_delay", arr_delay)
        .finish()
}
