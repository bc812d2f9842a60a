//! Joins: on equal keys, on conditions, on the nearest row.

use crate::api::lazy::LazyFrame;
use crate::expr::{Expr, Selection};
use crate::plan::{AsOf, JoinNode, JoinOptions, Plan};

pub use crate::plan::JoinKind as JoinType;

impl LazyFrame {
    /// Rows of both queries where the columns `on` are equal. Null matches nothing; see [`LazyFrame::join_with`].
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, JoinType};
    /// let flights = Frame::builder().column("carrier", ["UA", "XX"]).column("n", [1i64, 2]).finish()?;
    /// let names = Frame::builder().column("carrier", ["UA"]).column("name", ["United"]).finish()?;
    /// let named = flights.lazy().join(&names.lazy(), "carrier", JoinType::Left).collect()?;
    /// assert_eq!(named.column("name")?.null_count(), 1);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn join(&self, other: &LazyFrame, on: impl Selection, how: JoinType) -> LazyFrame {
        let on = on.into_exprs();
        self.join_with(other, on.clone(), on, how, JoinOptions::default())
    }

    /// Rows of both queries where each key of `left_on` equals its partner of `right_on`.
    pub fn join_with(
        &self,
        other: &LazyFrame,
        left_on: impl Selection,
        right_on: impl Selection,
        how: JoinType,
        options: JoinOptions,
    ) -> LazyFrame {
        let (left_on, right_on) = (left_on.into_exprs(), right_on.into_exprs());
        self.then(|left| {
            let right = other.plan()?.clone();
            Ok(Plan::Join(JoinNode::new(left, right, left_on, right_on, how, options)?))
        })
    }

    /// Rows of both queries where a condition holds; it names columns as the result of an inner join does. Equalities of
    /// a column with one of the other query become keys, inequalities are looked up in sorted rows: no more pairs are
    /// made than match those.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, JoinOptions, JoinType, col};
    /// let shifts = Frame::builder().column("start", [0i64, 10]).column("end", [9i64, 19]).finish()?;
    /// let events = Frame::builder().column("time", [3i64, 12, 40]).finish()?;
    /// let within = col("start").lt_eq(col("time")).and(col("time").lt_eq(col("end")));
    /// let found = events.lazy().join_where(&shifts.lazy(), within, JoinType::Inner, JoinOptions::default()).collect()?;
    /// assert_eq!(found.rows(), 2);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn join_where(
        &self,
        other: &LazyFrame,
        condition: impl Into<Expr>,
        how: JoinType,
        options: JoinOptions,
    ) -> LazyFrame {
        let none: [Expr; 0] = [];
        self.join_on(other, none.clone(), none, condition, how, options)
    }

    /// Rows of both queries where the keys are equal and a condition holds besides.
    pub fn join_on(
        &self,
        other: &LazyFrame,
        left_on: impl Selection,
        right_on: impl Selection,
        condition: impl Into<Expr>,
        how: JoinType,
        options: JoinOptions,
    ) -> LazyFrame {
        let (keys, condition) = ((left_on.into_exprs(), right_on.into_exprs()), condition.into());
        self.then(|left| {
            let right = other.plan()?.clone();
            Ok(Plan::Join(JoinNode::on(left, right, keys, &condition, how, options)?))
        })
    }

    /// Each row with the nearest row of another query, among those with equal keys `by`: for prices at the time of a
    /// trade. Rows without a near one get nulls.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{AsOf, Frame, JoinOptions, col};
    /// let trades = Frame::builder().column("time", [5i64, 9]).finish()?;
    /// let quotes = Frame::builder().column("time", [1i64, 4, 8]).column("bid", [10i64, 20, 30]).finish()?;
    /// let none: [&str; 0] = [];
    /// let on = AsOf::new(col("time"), col("time"));
    /// let found = trades.lazy().join_asof(&quotes.lazy(), on, none, none, JoinOptions::default()).collect()?;
    /// assert_eq!(found.column("bid")?.get(1)?.as_i64(), Some(30));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn join_asof(
        &self,
        other: &LazyFrame,
        on: AsOf,
        left_by: impl Selection,
        right_by: impl Selection,
        options: JoinOptions,
    ) -> LazyFrame {
        let by = (left_by.into_exprs(), right_by.into_exprs());
        self.then(|left| {
            let right = other.plan()?.clone();
            Ok(Plan::Join(JoinNode::nearest(left, right, by, on, JoinType::Left, options)?))
        })
    }
}
