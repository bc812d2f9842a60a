//! Edges of bins from the data: of equal width, or with equally many values between.

use crate::api::lazy::LazyFrame;
use crate::api::run::Runner;
use crate::data::Scalar;
use crate::error::{Error, Result};
use crate::expr::{Expr, Params};
use crate::functions::scalar::cut::cut_with;

/// Bins that may be asked for.
const MOST: usize = 1 << 24;

impl LazyFrame {
    /// The edges of bins of equal width over the values of an expression, for [`Expr::cut`]: the outermost bin is a
    /// thousandth wider, so that the value at its open end is in it too. Runs.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no bin, no value, or an infinite one; what running raises.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [0i64, 5, 10]).finish()?;
    /// assert_eq!(frame.lazy().equal_width_edges(col("x"), 2, true)?, [-0.01, 5.0, 10.0]);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn equal_width_edges(&self, values: Expr, bins: usize, right: bool) -> Result<Vec<f64>> {
        self.equal_width_edges_by(values, bins, right, &LazyFrame::collect)
    }

    /// [`LazyFrame::equal_width_edges`], run as told.
    ///
    /// # Errors
    /// As [`LazyFrame::equal_width_edges`].
    pub fn equal_width_edges_by(
        &self,
        values: Expr,
        bins: usize,
        right: bool,
        run: &Runner<'_>,
    ) -> Result<Vec<f64>> {
        let refused = |message: &str| Error::invalid(message).operation("equal_width_edges");
        if bins == 0 {
            return Err(refused("no bin"));
        }
        if bins > MOST {
            return Err(refused("more bins than 16,777,216"));
        }
        let ends = run(&self.select([values.clone().min().alias("min"), values.max().alias("max")]))?;
        let end = |name: &str| Ok::<_, Error>(ends.column(name)?.get(0)?.as_f64());
        let (Some(low), Some(high)) = (end("min")?, end("max")?) else {
            return Err(refused("no number to cut"));
        };
        if !(low.is_finite() && high.is_finite()) {
            return Err(refused("the values are not finite").hint("give the edges"));
        }
        let width = if low == high { 0.0 } else { high - low };
        let (low, high) = match width == 0.0 {
            true => {
                let room = if low == 0.0 { 0.001 } else { 0.001 * low.abs() };
                (low - room, high + room)
            }
            false => (low, high),
        };
        let step = (high - low) / bins as f64;
        let mut edges: Vec<f64> = (0..=bins).map(|bin| bin as f64 * step + low).collect();
        edges[bins] = high;
        if width > 0.0 {
            let room = width * 0.001;
            if right { edges[0] -= room } else { edges[bins] += room }
        }
        Ok(edges)
    }

    /// The quantiles of an expression at these shares, as edges for [`Expr::cut`]. Equal ones are an error, or taken once
    /// if `drop_duplicates`. Runs.
    ///
    /// # Errors
    /// `InvalidArgument` if two are equal, or there is no value; what running raises.
    pub fn quantile_edges(&self, values: Expr, shares: &[f64], drop_duplicates: bool) -> Result<Vec<f64>> {
        self.quantile_edges_by(values, shares, drop_duplicates, &LazyFrame::collect)
    }

    /// [`LazyFrame::quantile_edges`], run as told.
    ///
    /// # Errors
    /// As [`LazyFrame::quantile_edges`].
    pub fn quantile_edges_by(
        &self,
        values: Expr,
        shares: &[f64],
        drop_duplicates: bool,
        run: &Runner<'_>,
    ) -> Result<Vec<f64>> {
        let refused = |message: String| Error::invalid(message).operation("quantile_edges");
        let found = run(&self.select([values.quantiles(shares.iter().copied()).alias("edges")]))?;
        let Scalar::List(found) = found.column("edges")?.get(0)? else {
            return Err(Error::internal("quantiles that are no list"));
        };
        let edges: Option<Vec<f64>> = found.iter().map(Scalar::as_f64).collect();
        let mut edges = edges.ok_or_else(|| refused("no number to cut".to_owned()))?;
        let before = edges.len();
        edges.dedup();
        match edges.len() == before || drop_duplicates {
            true => Ok(edges),
            false => Err(refused(format!("edges must be unique, they are {found:?}"))
                .hint("drop the duplicates, or ask for fewer bins")),
        }
    }

    /// The interval that a value lies in, of `bins` intervals with about equally many values. Runs, to find the edges.
    ///
    /// # Errors
    /// As [`LazyFrame::quantile_edges`].
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3, 40]).finish()?;
    /// let half = frame.lazy().qcut(col("x"), 2)?;
    /// let halves = frame.lazy().select([half]).collect()?;
    /// assert_eq!(halves.column("x")?.get(3)?.as_str(), Some("(2.5, 40.0]"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn qcut(&self, values: Expr, bins: usize) -> Result<Expr> {
        let shares: Vec<f64> = (0..=bins).map(|bin| bin as f64 / bins as f64).collect();
        let edges = self.quantile_edges(values.clone(), &shares, false)?;
        let edges = Scalar::List(edges.into_iter().map(Scalar::Float).collect());
        Ok(cut_with(values, Params::new().with("edges", edges).with("include_lowest", true)))
    }
}
