//! Joins: the kinds users know, composed of those the engine has.

use crate::api::lazy::LazyFrame;
use crate::data::{Scalar, Schema};
use crate::error::{Error, Result};
use crate::expr::{Expr, Selection, col, lit};
use crate::plan::{JoinKind, JoinNode, JoinOptions, Plan, ProjectNode, UnionNode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The kinds of join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JoinType {
    /// Pairs that match.
    Inner,
    /// Pairs that match, and left rows without a match.
    Left,
    /// Pairs that match, and right rows without a match; in the order of the right rows.
    Right,
    /// Pairs that match, left rows without a match in their places, then right rows without a match.
    Full,
    /// Left rows with a match.
    Semi,
    /// Left rows without a match.
    Anti,
    /// Every left row with every right row.
    Cross,
}

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
        self.then(|left| join(left, other.plan()?.clone(), left_on, right_on, how, options))
    }
}

fn join(
    left: Arc<Plan>,
    right: Arc<Plan>,
    left_on: Vec<Expr>,
    right_on: Vec<Expr>,
    how: JoinType,
    options: JoinOptions,
) -> Result<Plan> {
    let plain = |kind| {
        let (left, right) = (left.clone(), right.clone());
        JoinNode::new(left, right, left_on.clone(), right_on.clone(), kind, options.clone())
    };
    match how {
        JoinType::Inner => Ok(Plan::Join(plain(JoinKind::Inner)?)),
        JoinType::Left => Ok(Plan::Join(plain(JoinKind::Left)?)),
        JoinType::Semi => Ok(Plan::Join(plain(JoinKind::Semi)?)),
        JoinType::Anti => Ok(Plan::Join(plain(JoinKind::Anti)?)),
        JoinType::Cross => {
            if !left_on.is_empty() || !right_on.is_empty() {
                return Err(Error::invalid("a cross join has no keys").operation("join"));
            }
            let one = vec![lit(1i64)];
            Ok(Plan::Join(JoinNode::new(left, right, one.clone(), one, JoinKind::Inner, options)?))
        }
        JoinType::Right => {
            let schema = plain(JoinKind::Left)?;
            let swapped = JoinOptions {
                left_suffix: options.right_suffix.clone(),
                right_suffix: options.left_suffix.clone(),
                ..options.clone()
            };
            let node = JoinNode::new(right, left, right_on, left_on, JoinKind::Left, swapped)?;
            let names = names(crate::plan::Node::schema(&schema));
            Ok(Plan::Project(ProjectNode::new(Arc::new(Plan::Join(node)), names)?))
        }
        JoinType::Full => {
            let first = plain(JoinKind::Left)?;
            let schema = crate::plan::Node::schema(&first).clone();
            let unmatched = JoinNode::new(
                right.clone(),
                left.clone(),
                right_on,
                left_on.clone(),
                JoinKind::Anti,
                options,
            )?;
            let exprs = unmatched_columns(&first, left.schema(), right.schema(), &schema);
            let unmatched = ProjectNode::new(Arc::new(Plan::Join(unmatched)), exprs)?;
            let inputs = vec![Arc::new(Plan::Join(first)), Arc::new(Plan::Project(unmatched))];
            Ok(Plan::Union(UnionNode::new(inputs)?))
        }
    }
}

fn names(schema: &Schema) -> Vec<Expr> {
    schema.names().map(col).collect()
}

/// The columns of a join over right rows without a match: shared keys and right columns, nulls elsewhere.
fn unmatched_columns(join: &JoinNode, left: &Schema, right: &Schema, schema: &Schema) -> Vec<Expr> {
    let fields = schema.fields();
    let shared = |name: &str| {
        let dropped = right.names().enumerate().any(|(i, n)| n == name && !join.right_columns().contains(&i));
        dropped.then(|| col(name))
    };
    let lefts = left.names().zip(fields).map(|(name, field)| {
        let value = shared(name).unwrap_or_else(|| lit(Scalar::Null));
        value.cast(field.dtype.clone()).alias(&field.name)
    });
    let rights = join
        .right_columns()
        .iter()
        .zip(&fields[left.len()..])
        .map(|(position, field)| col(&right.fields()[*position].name).alias(&field.name));
    lefts.chain(rights).collect()
}
