//! `over`: aggregates and window functions over partitions.

use crate::error::Result;
use crate::expr::build::Selection;
use crate::expr::node::{Expr, Over, SortKey, WindowKind};
use crate::expr::window_frame::WindowFrame;
use std::sync::Arc;

impl Expr {
    /// The aggregates and window functions in it, each over the rows with equal values of `partition_by`; an aggregate is
    /// repeated for each of them. Rows and their order stay.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("k", ["a", "b", "a"]).column("x", [1i64, 5, 3]).finish()?;
    /// let share = frame.with_columns([(col("x") / col("x").sum().over("k")).alias("share")])?;
    /// assert_eq!(share.column("share")?.get(2)?.as_f64(), Some(0.75));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn over(self, partition_by: impl Selection) -> Expr {
        self.over_by(partition_by, Vec::new())
    }

    /// As [`Expr::over`], the rows of each partition in the order of keys: numbers, ranks, running values and shifts
    /// follow that order (aggregates only if they tell first from last).
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, SortKey, col};
    /// let frame = Frame::builder().column("day", [3i64, 1, 2]).column("x", [5i64, 1, 2]).finish()?;
    /// let total = col("x").cum_sum().over_by((), vec![SortKey::ascending(col("day"))]);
    /// let running = frame.with_columns([total.alias("total")])?;
    /// assert_eq!(running.column("total")?.get(0)?.as_i64(), Some(8));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn over_by(self, partition_by: impl Selection, order_by: Vec<SortKey>) -> Expr {
        over(self, Over { partition_by: partition_by.into_exprs(), order_by, frame: None, given: true })
    }

    /// As [`Expr::over_by`], the aggregates in it each over the rows of a frame around the row, as in SQL: so many rows
    /// before and after it, rows whose key is at most so far from its own, or so many groups of equal keys.
    ///
    /// A frame without rows gives null, counts give 0. Functions of windows have no frame: they fail when the query is
    /// built.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{FrameBound, Frame, SortKey, WindowFrame, col};
    /// let frame = Frame::builder().column("day", [1i64, 2, 5, 6]).column("x", [1i64, 2, 3, 4]).finish()?;
    /// let order = vec![SortKey::ascending(col("day"))];
    /// let days = WindowFrame::range(FrameBound::preceding(2i64), FrameBound::CurrentRow);
    /// let sums = frame.with_columns([col("x").sum().over_frame((), order, days).alias("sum")])?;
    /// assert_eq!(sums.column("sum")?.get(2)?.as_i64(), Some(3));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn over_frame(
        self,
        partition_by: impl Selection,
        order_by: Vec<SortKey>,
        frame: WindowFrame,
    ) -> Expr {
        let partition_by = partition_by.into_exprs();
        over(self, Over { partition_by, order_by, frame: Some(frame), given: true })
    }
}

fn over(expr: Expr, over: Over) -> Expr {
    let given = expr.clone();
    // Nothing in the change can fail.
    windowed(expr, &Arc::new(over)).unwrap_or(given)
}

fn windowed(expr: Expr, over: &Arc<Over>) -> Result<Expr> {
    if let Expr::Window { over: own, .. } = &expr
        && own.given
    {
        return Ok(expr);
    }
    Ok(match expr.map_children(&mut |child| windowed(child, over))? {
        Expr::Aggregate { function, args, params, filter } => {
            let function = WindowKind::Aggregate(function);
            Expr::Window { function, args, params, filter, over: over.clone() }
        }
        Expr::Window { function, args, params, filter, .. } => {
            Expr::Window { function, args, params, filter, over: over.clone() }
        }
        other => other,
    })
}
