//! Which rows a join gives, and how it treats nulls, names and repeated keys.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Which rows a join gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum JoinKind {
    /// Pairs that match.
    Inner,
    /// Pairs that match, and left rows without a match in their places, with nulls on the right.
    Left,
    /// Pairs that match, and right rows without a match, in the order of the right rows.
    Right,
    /// Pairs that match, left rows without a match in their places, then right rows without a match.
    Full,
    /// Left rows with a match, once each.
    Semi,
    /// Left rows without a match.
    Anti,
    /// Every left row with every right row; without keys.
    Cross,
}

impl JoinKind {
    /// Whether the result has the right side's columns.
    pub fn has_right(self) -> bool {
        !matches!(self, JoinKind::Semi | JoinKind::Anti)
    }
}

/// How often a key may occur on each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Validate {
    /// As often as it likes.
    #[default]
    ManyToMany,
    /// Once on the left.
    OneToMany,
    /// Once on the right.
    ManyToOne,
    /// Once on each side.
    OneToOne,
}

impl Validate {
    /// The check of a name: `1:1`, `1:m`, `m:1`, `m:m`, or in words as `one_to_many`.
    ///
    /// # Errors
    /// `InvalidArgument` for any other name.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "1:1" | "one_to_one" => Ok(Validate::OneToOne),
            "1:m" | "one_to_many" => Ok(Validate::OneToMany),
            "m:1" | "many_to_one" => Ok(Validate::ManyToOne),
            "m:m" | "many_to_many" => Ok(Validate::ManyToMany),
            other => {
                Err(Error::invalid(format!("validate is 1:1, 1:m, m:1 or m:m, not {other:?}"))
                    .operation("join"))
            }
        }
    }

    /// Its short name.
    pub fn name(self) -> &'static str {
        match self {
            Validate::ManyToMany => "m:m",
            Validate::OneToMany => "1:m",
            Validate::ManyToOne => "m:1",
            Validate::OneToOne => "1:1",
        }
    }

    /// Whether a key may occur only once on the left.
    pub fn left(self) -> bool {
        matches!(self, Validate::OneToOne | Validate::OneToMany)
    }

    /// Whether a key may occur only once on the right.
    pub fn right(self) -> bool {
        matches!(self, Validate::OneToOne | Validate::ManyToOne)
    }
}

/// How a join treats nulls, names and repeated keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinOptions {
    /// Whether null keys match each other.
    pub nulls_equal: bool,
    /// Added to left columns whose name occurs on the right too (keys of one name excepted).
    pub left_suffix: String,
    /// Added to right columns whose name occurs on the left too (keys of one name excepted).
    pub right_suffix: String,
    /// Whether a key column of one name on both sides is one column of the result.
    pub coalesce: bool,
    /// How often a key may occur on each side; checked when the join runs.
    pub validate: Validate,
    /// The name of a column that tells where a row comes from: `left_only`, `right_only` or `both`.
    pub indicator: Option<String>,
}

impl Default for JoinOptions {
    fn default() -> Self {
        JoinOptions {
            nulls_equal: false,
            left_suffix: String::new(),
            right_suffix: "_right".into(),
            coalesce: true,
            validate: Validate::ManyToMany,
            indicator: None,
        }
    }
}
