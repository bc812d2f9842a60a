//! Queries that are cancelled stop soon, also where they give no rows.

use hypostyle::{CancelToken, Config, ErrorKind, Expr, Frame, JoinOptions, JoinType, col};
use std::time::{Duration, Instant};

/// Rows of one key: so many by so many pairs take minutes.
const ROWS: i64 = 40_000;

fn rows(key: &str, value: &str) -> Frame {
    let (keys, values) = (vec![1i64; ROWS as usize], (0..ROWS).collect::<Vec<_>>());
    Frame::builder().column(key, keys).column(value, values).finish().unwrap()
}

/// Joins all rows with all others, and is cancelled while it does.
fn stops(how: JoinType, condition: Expr) {
    let (left, right) = (rows("k", "x"), rows("k2", "y"));
    let joined =
        left.lazy().join_on(&right.lazy(), [col("k")], [col("k2")], condition, how, JoinOptions::default());
    let (cancel, config) = (CancelToken::new(), Config::current());
    let started = Instant::now();
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(100));
            cancel.cancel();
        });
        joined.collect_with(&config, &cancel)
    });
    let error = result.expect_err("cancelled");
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert!(started.elapsed() < Duration::from_secs(5), "{how:?}: {:?}", started.elapsed());
}

#[test]
fn joins_stop_though_no_pair_fulfils_the_condition() {
    let never = || (col("x") + col("y")).lt(0);
    for how in [JoinType::Inner, JoinType::Left, JoinType::Semi, JoinType::Anti, JoinType::Full] {
        stops(how, never());
    }
}

#[test]
fn joins_stop_though_all_pairs_fulfil_the_condition() {
    for how in [JoinType::Semi, JoinType::Anti] {
        stops(how, (col("x") + col("y")).gt_eq(0));
    }
}

#[test]
fn one_match_of_a_comparison_is_enough() {
    // All pairs would take as long as those that are cancelled above.
    let (left, right) = (rows("k", "x"), rows("k2", "y"));
    for (condition, met) in [
        (col("x").gt_eq(col("y")), ROWS as u64),
        (col("x").gt(col("y")), ROWS as u64 - 1),
        (col("x").gt_eq(col("y")).and(col("k").lt_eq(col("y"))), ROWS as u64 - 1),
        (col("x").lt(col("y")).and(col("x").lt_eq(col("y"))), ROWS as u64 - 1),
    ] {
        for (how, rows) in [(JoinType::Semi, met), (JoinType::Anti, ROWS as u64 - met)] {
            let joined = left.lazy().join_on(
                &right.lazy(),
                [col("k")],
                [col("k2")],
                condition.clone(),
                how,
                JoinOptions::default(),
            );
            assert_eq!(joined.collect().unwrap().rows(), rows, "{condition} {how:?}");
        }
    }
}
