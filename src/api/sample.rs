//! Rows drawn at random, by stable hashes: the same ones for any number of partitions and threads.

use crate::api::lazy::LazyFrame;
use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::{Expr, Params, SortKey, col};
use crate::functions::scalar::hash::HASH;
use crate::functions::window::position::row_number;

/// A column that no frame has.
const KEY: &str = "__weighted_draw";

impl LazyFrame {
    /// `rows` rows drawn at random, in random order. The same seed draws the same rows of the same frame.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let frame = Frame::builder().column("x", (0..100i64).collect::<Vec<_>>()).finish()?;
    /// let drawn = frame.lazy().sample(10, 7).collect()?;
    /// assert_eq!(drawn.rows(), 10);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn sample(&self, rows: u64, seed: i64) -> LazyFrame {
        self.shuffle(seed).limit(rows)
    }

    /// `rows` rows drawn at random without repetition, the chance of each in proportion to its weight, in the order in
    /// which they were drawn; rows whose weight is 0 or null are never drawn, so there may be fewer. The same seed draws
    /// the same rows of the same frame.
    ///
    /// # Errors
    /// When run: `InvalidArgument` naming a weight below 0 or without bound.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", (0..100i64).collect::<Vec<_>>()).finish()?;
    /// let drawn = frame.lazy().sample_weighted(10, col("x"), 7).collect()?;
    /// assert_eq!(drawn.rows(), 10);
    /// assert_eq!(frame.lazy().sample_weighted(100, col("x"), 7).collect()?.rows(), 99);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn sample_weighted(&self, rows: u64, weight: impl Into<Expr>, seed: i64) -> LazyFrame {
        let key = drawn(row_number(), seed).weighted_draw(weight.into());
        let all = self.with_columns([key.clone().alias(KEY)]);
        let some =
            all.filter(col(KEY).is_not_null()).sort_by(vec![SortKey::descending(col(KEY))]).limit(rows);
        some.drop([KEY])
    }

    /// All rows in random order; the same seed gives the same order.
    pub fn shuffle(&self, seed: i64) -> LazyFrame {
        self.sort_by(vec![SortKey::ascending(drawn(row_number(), seed))])
    }

    /// Frames of about these shares of the rows, told apart by a stable hash of `by`: rows of one key stay together, and
    /// fall to the same frame in whatever order and with whatever other rows they come.
    ///
    /// # Errors
    /// `InvalidArgument` if the shares do not add up to 1.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("user", (0..1000i64).collect::<Vec<_>>()).finish()?;
    /// let parts = frame.lazy().split(&[0.8, 0.2], col("user"), 7)?;
    /// let (train, test) = (parts[0].collect()?, parts[1].collect()?);
    /// assert_eq!(train.rows() + test.rows(), 1000);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn split(&self, shares: &[f64], by: impl Into<Expr>, seed: i64) -> Result<Vec<LazyFrame>> {
        let sum: f64 = shares.iter().sum();
        if shares.iter().any(|share| *share < 0.0) || (sum - 1.0).abs() > 1e-9 {
            return Err(
                Error::invalid(format!("the shares {shares:?} do not add up to 1")).operation("split")
            );
        }
        let place = drawn(by.into(), seed).cast(DType::Float64) / 2f64.powi(64);
        let mut low = 0.0;
        let last = shares.len() - 1;
        let parts = shares.iter().enumerate().map(|(position, share)| {
            let from = low;
            low += share;
            let above = place.clone().gt_eq(from);
            self.filter(if position == last { above } else { above.and(place.clone().lt(low)) })
        });
        Ok(parts.collect())
    }
}

fn drawn(key: Expr, seed: i64) -> Expr {
    Expr::call(&HASH, [key], Params::new().with("seed", seed))
}
