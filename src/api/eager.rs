//! Verbs on frames in memory: the lazy verb, run at once.

use crate::api::join::JoinType;
use crate::api::lazy::LazyFrame;
use crate::data::Frame;
use crate::error::Result;
use crate::expr::{Expr, Selection};

impl Frame {
    /// Rows where the condition is true.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`].
    pub fn filter(&self, predicate: impl Into<Expr>) -> Result<Frame> {
        self.lazy().filter(predicate).collect()
    }

    /// These expressions only.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`].
    pub fn select(&self, exprs: impl Selection) -> Result<Frame> {
        self.lazy().select(exprs).collect()
    }

    /// All columns, and these.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`].
    pub fn with_columns(&self, exprs: impl Selection) -> Result<Frame> {
        self.lazy().with_columns(exprs).collect()
    }

    /// Rows in ascending order of these keys.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`].
    pub fn sort(&self, by: impl Selection) -> Result<Frame> {
        self.lazy().sort(by).collect()
    }

    /// Rows of both frames where the columns `on` are equal.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`].
    pub fn join(&self, other: &Frame, on: impl Selection, how: JoinType) -> Result<Frame> {
        self.lazy().join(&other.lazy(), on, how).collect()
    }

    /// The frames' rows one after the other; all have the same names and types.
    ///
    /// # Errors
    /// `Shape` or `Type` where names or types differ.
    pub fn union(&self, others: &[Frame]) -> Result<Frame> {
        let others: Vec<LazyFrame> = others.iter().map(Frame::lazy).collect();
        self.lazy().union(&others).collect()
    }
}
