//! Rows of two inputs that match on their keys.

use crate::data::{Field, Schema, promote};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Expr, bind};
use crate::plan::node::{Node, Plan, listed};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which rows a join gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JoinKind {
    /// Pairs that match.
    Inner,
    /// Pairs that match, and left rows without a match, with nulls on the right.
    Left,
    /// Left rows with a match, once each.
    Semi,
    /// Left rows without a match.
    Anti,
}

impl JoinKind {
    /// Whether the result has the right side's columns.
    pub fn has_right(self) -> bool {
        matches!(self, JoinKind::Inner | JoinKind::Left)
    }
}

/// How a join treats nulls and names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinOptions {
    /// Whether null keys match each other.
    pub nulls_equal: bool,
    /// Added to left columns whose name occurs on the right too (keys of one name excepted).
    pub left_suffix: String,
    /// Added to right columns whose name occurs on the left too (keys of one name excepted).
    pub right_suffix: String,
}

impl Default for JoinOptions {
    fn default() -> Self {
        JoinOptions { nulls_equal: false, left_suffix: String::new(), right_suffix: "_right".into() }
    }
}

/// Rows of two inputs that match on their keys. The order of the left rows is kept; matches of one row come in the
/// right side's order. A right key column named as its left partner is left out of the result.
#[derive(Clone, Debug)]
pub struct JoinNode {
    left: Arc<Plan>,
    right: Arc<Plan>,
    left_on: Vec<Expr>,
    right_on: Vec<Expr>,
    /// The keys as they were given: which key columns are shared is told by these.
    given: (Vec<Expr>, Vec<Expr>),
    kind: JoinKind,
    options: JoinOptions,
    right_columns: Vec<usize>,
    schema: Schema,
}

impl JoinNode {
    /// Joins two inputs where each of `left_on` equals its partner in `right_on`. Keys of different types are compared
    /// in their common type.
    ///
    /// # Errors
    /// `InvalidArgument` if the numbers of keys differ, `Type` if a pair has no common type, `DuplicateColumn` where
    /// suffixes do not tell columns apart, or what binding raises.
    pub fn new(
        left: Arc<Plan>,
        right: Arc<Plan>,
        left_on: Vec<Expr>,
        right_on: Vec<Expr>,
        kind: JoinKind,
        options: JoinOptions,
    ) -> Result<Self> {
        let context = |error: Error| error.operation("join");
        if left_on.len() != right_on.len() || left_on.is_empty() {
            return Err(context(Error::invalid(format!(
                "{} keys on the left and {} on the right; a join needs as many, at least one",
                left_on.len(),
                right_on.len()
            ))));
        }
        let (mut left_keys, mut right_keys) = (Vec::new(), Vec::new());
        for (on_left, on_right) in left_on.iter().zip(&right_on) {
            let a = bind(on_left, left.schema()).map_err(context)?.dtype;
            let b = bind(on_right, right.schema()).map_err(context)?.dtype;
            let common = promote(&a, &b).ok_or_else(|| {
                context(
                    Error::type_mismatch(format!("the keys {on_left} and {on_right} are {a} and {b}"))
                        .hint("cast one of them"),
                )
            })?;
            let cast = |expr: &Expr, dtype| match dtype == common {
                true => expr.clone(),
                false => expr.clone().cast(common.clone()),
            };
            left_keys.push(cast(on_left, a));
            right_keys.push(cast(on_right, b));
        }
        let shared: Vec<Arc<str>> = left_on
            .iter()
            .zip(&right_on)
            .filter(|(a, b)| is_column(a) && is_column(b) && a.output_name() == b.output_name())
            .map(|(a, _)| a.output_name())
            .collect();
        let right_columns: Vec<usize> = match kind.has_right() {
            true => (0..right.schema().len())
                .filter(|&i| !shared.contains(&right.schema().fields()[i].name))
                .collect(),
            false => Vec::new(),
        };
        let schema =
            schema(left.schema(), right.schema(), &right_columns, &shared, &options).map_err(context)?;
        Ok(JoinNode {
            left,
            right,
            left_on: left_keys,
            right_on: right_keys,
            given: (left_on, right_on),
            kind,
            options,
            right_columns,
            schema,
        })
    }

    /// The left input, whose order is kept.
    pub fn left(&self) -> &Arc<Plan> {
        &self.left
    }

    /// The right input.
    pub fn right(&self) -> &Arc<Plan> {
        &self.right
    }

    /// Keys over the left input.
    pub fn left_on(&self) -> &[Expr] {
        &self.left_on
    }

    /// Keys over the right input, of the same types.
    pub fn right_on(&self) -> &[Expr] {
        &self.right_on
    }

    /// The keys of both sides as they were given, before conversion to common types.
    pub fn given_keys(&self) -> (&[Expr], &[Expr]) {
        (&self.given.0, &self.given.1)
    }

    /// Which rows it gives.
    pub fn kind(&self) -> JoinKind {
        self.kind
    }

    /// How it treats nulls and names.
    pub fn options(&self) -> &JoinOptions {
        &self.options
    }

    /// Positions of the right input's columns that follow the left columns in the result.
    pub fn right_columns(&self) -> &[usize] {
        &self.right_columns
    }
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(_))
}

fn schema(
    left: &Schema,
    right: &Schema,
    right_columns: &[usize],
    shared: &[Arc<str>],
    options: &JoinOptions,
) -> Result<Schema> {
    let taken: Vec<&str> = right_columns.iter().map(|&i| right.fields()[i].name.as_ref()).collect();
    let mut fields = Vec::with_capacity(left.len() + right_columns.len());
    for field in left.fields() {
        let clash = taken.contains(&field.name.as_ref()) && !shared.contains(&field.name);
        let suffix = if clash { options.left_suffix.as_str() } else { "" };
        fields.push(Field::new(format!("{}{suffix}", field.name), field.dtype.clone()));
    }
    for &position in right_columns {
        let field = &right.fields()[position];
        let suffix = if left.contains(&field.name) { options.right_suffix.as_str() } else { "" };
        fields.push(Field::new(format!("{}{suffix}", field.name), field.dtype.clone()));
    }
    Schema::new(fields).map_err(|error| match error.kind() {
        ErrorKind::DuplicateColumn => error.hint("choose other suffixes, or rename columns before the join"),
        _ => error,
    })
}

impl Node for JoinNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.left, &self.right]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        let [left, right] =
            <[Arc<Plan>; 2]>::try_from(inputs).map_err(|_| Error::internal("a join has two inputs"))?;
        let (left_on, right_on) = self.given.clone();
        let node = JoinNode::new(left, right, left_on, right_on, self.kind, self.options.clone())?;
        Ok(Plan::Join(node))
    }

    fn describe(&self) -> String {
        let kind = format!("{:?}", self.kind).to_lowercase();
        format!("Join {kind} on {} = {}", listed(&self.left_on), listed(&self.right_on))
    }
}
