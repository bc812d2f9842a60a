//! Verbs on frames in memory: the lazy verb, run at once.

use crate::api::join::JoinType;
use crate::api::lazy::LazyFrame;
use crate::data::{Field, Frame, Schema};
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
        let exprs = exprs.into_exprs();
        match self.shared(&exprs) {
            Some(found) => Ok(found),
            None => self.lazy().select(exprs).collect(),
        }
    }

    /// What these expressions give if they are nothing but columns, some under other names: columns are shared and nothing
    /// is run. `None` for all others, and where something is wrong with them.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [1i64, 2]).column("y", ["a", "b"]).finish()?;
    /// assert_eq!(frame.shared(&[col("y").alias("z")]).unwrap().schema().to_string(), "z: string");
    /// assert!(frame.shared(&[col("x") + 1]).is_none());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn shared(&self, exprs: &[Expr]) -> Option<Frame> {
        let chosen = exprs.iter().map(|expr| {
            let (name, expr) = match expr {
                Expr::Alias(expr, name) => (Some(name), expr.as_ref()),
                expr => (None, expr),
            };
            let Expr::Column(own) = expr else { return None };
            let position = self.schema().index_of(own).ok()?;
            let field = &self.schema().fields()[position];
            Some((position, Field::new(name.unwrap_or(&field.name), field.dtype.clone())))
        });
        let (positions, fields): (Vec<usize>, Vec<Field>) =
            chosen.collect::<Option<Vec<_>>>()?.into_iter().unzip();
        if positions.is_empty() {
            return None;
        }
        let parts = self.partitions().iter().map(|part| part.project(&positions)).collect();
        Frame::new(Schema::new(fields).ok()?, parts).ok()
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
