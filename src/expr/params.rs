//! Named constants of a function call: `ddof`, `unit`, ...

use crate::data::Scalar;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The named constants of one call, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Params(BTreeMap<String, Scalar>);

impl Params {
    /// No constant.
    pub fn new() -> Self {
        Params::default()
    }

    /// With one more constant.
    pub fn with(mut self, name: &str, value: impl Into<Scalar>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The constants by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Scalar)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The constant's value; null if it was not given and has no default.
    pub fn get(&self, name: &str) -> &Scalar {
        self.0.get(name).unwrap_or(&Scalar::Null)
    }

    /// The constant as a whole number.
    ///
    /// # Errors
    /// `InvalidArgument` naming the constant.
    pub fn int(&self, name: &str) -> Result<i64> {
        self.get(name).as_i64().ok_or_else(|| self.wrong(name, "a whole number"))
    }

    /// The constant as a number.
    ///
    /// # Errors
    /// `InvalidArgument` naming the constant.
    pub fn float(&self, name: &str) -> Result<f64> {
        self.get(name).as_f64().ok_or_else(|| self.wrong(name, "a number"))
    }

    /// The constant as a truth value.
    ///
    /// # Errors
    /// `InvalidArgument` naming the constant.
    pub fn bool(&self, name: &str) -> Result<bool> {
        self.get(name).as_bool().ok_or_else(|| self.wrong(name, "true or false"))
    }

    /// The constant as text.
    ///
    /// # Errors
    /// `InvalidArgument` naming the constant.
    pub fn str(&self, name: &str) -> Result<&str> {
        self.get(name).as_str().ok_or_else(|| self.wrong(name, "text"))
    }

    fn wrong(&self, name: &str, expected: &str) -> Error {
        Error::invalid(format!("{name} must be {expected}, not {}", self.get(name)))
    }
}
