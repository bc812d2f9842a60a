//! What scalar and aggregate functions share: how they are referred to, described and typed.

use crate::data::{Column, DType, Scalar};
use crate::error::{Error, Result};
use crate::expr::node::Expr;
use crate::expr::params::Params;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A named constant that a function takes.
#[derive(Debug)]
pub struct Param {
    /// Its name, as Python users write it.
    pub name: &'static str,
    /// Its value where none is given; `None`: it must be given.
    pub default: Option<ParamDefault>,
    /// One line of documentation.
    pub doc: &'static str,
}

/// A default that can stand in a `static`.
#[derive(Debug, Clone, Copy)]
pub enum ParamDefault {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    Str(&'static str),
}

impl From<ParamDefault> for Scalar {
    fn from(value: ParamDefault) -> Self {
        match value {
            ParamDefault::Null => Scalar::Null,
            ParamDefault::Bool(value) => value.into(),
            ParamDefault::Int(value) => value.into(),
            ParamDefault::Float(value) => value.into(),
            ParamDefault::Str(value) => value.into(),
        }
    }
}

/// The types a function wants its arguments cast to, and the type it returns.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// One type per argument; the binder casts where an argument has another.
    pub args: Vec<DType>,
    /// The type of the result.
    pub output: DType,
}

impl Signature {
    /// A signature.
    pub fn new(args: impl Into<Vec<DType>>, output: DType) -> Self {
        Signature { args: args.into(), output }
    }
}

/// A runnable example: the documentation shows it, and a test checks that `expr` over `input` gives `output`.
pub struct Example {
    /// The input columns.
    pub input: Vec<(&'static str, Column)>,
    /// The expression.
    pub expr: Expr,
    /// What it gives.
    pub output: Column,
}

/// What the two kinds of function have in common.
pub trait Described: 'static {
    /// The name the registry knows it by.
    fn name(&self) -> &str;
    /// The constants it takes.
    fn params(&self) -> &'static [Param];
    /// The least and the greatest number of arguments.
    fn arity(&self) -> (usize, usize);
}

/// A function in an expression: a value from the registry, one made by the user, or (fresh from deserialisation) a
/// name still to be looked up.
pub enum FunctionRef<F: 'static> {
    /// From the registry.
    Static(&'static F),
    /// Made by the user.
    Shared(Arc<F>),
    /// Only a name: `functions::resolve` looks it up.
    Unresolved(Arc<str>),
}

impl<F: Described> FunctionRef<F> {
    /// The function itself.
    ///
    /// # Errors
    /// `Internal` if it is still only a name.
    pub fn get(&self) -> Result<&F> {
        match self {
            FunctionRef::Static(function) => Ok(function),
            FunctionRef::Shared(function) => Ok(function),
            FunctionRef::Unresolved(name) => {
                Err(Error::internal(format!("the function {name:?} was not looked up")))
            }
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        match self {
            FunctionRef::Static(function) => function.name(),
            FunctionRef::Shared(function) => function.name(),
            FunctionRef::Unresolved(name) => name,
        }
    }

    /// Checks the number of arguments and the names of the constants, and fills in the defaults.
    ///
    /// # Errors
    /// `InvalidArgument` naming the function and what is wrong.
    pub fn complete(&self, args: usize, given: &Params) -> Result<Params> {
        let function = self.get()?;
        let (least, most) = function.arity();
        if args < least || args > most {
            let expected = if least == most { format!("{least}") } else { format!("{least} or more") };
            return Err(Error::invalid(format!("{} takes {expected} arguments, not {args}", self.name())));
        }
        let known = function.params();
        for (name, _) in given.iter() {
            if !known.iter().any(|param| param.name == name) {
                let names: Vec<&str> = known.iter().map(|param| param.name).collect();
                return Err(Error::invalid(format!("{} has no parameter {name:?}", self.name()))
                    .hint(format!("its parameters are [{}]", names.join(", "))));
            }
        }
        let mut params = Params::new();
        for param in known {
            let value = match (given.iter().find(|(name, _)| *name == param.name), param.default) {
                (Some((_, value)), _) => value.clone(),
                (None, Some(default)) => default.into(),
                (None, None) => {
                    return Err(Error::invalid(format!("{} needs {}", self.name(), param.name)));
                }
            };
            params = params.with(param.name, value);
        }
        Ok(params)
    }
}

impl<F> Clone for FunctionRef<F> {
    fn clone(&self) -> Self {
        match self {
            FunctionRef::Static(function) => FunctionRef::Static(function),
            FunctionRef::Shared(function) => FunctionRef::Shared(function.clone()),
            FunctionRef::Unresolved(name) => FunctionRef::Unresolved(name.clone()),
        }
    }
}

impl<F: Described> PartialEq for FunctionRef<F> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (FunctionRef::Shared(a), FunctionRef::Shared(b)) => Arc::ptr_eq(a, b),
            (FunctionRef::Shared(_), _) | (_, FunctionRef::Shared(_)) => false,
            _ => self.name() == other.name(),
        }
    }
}

impl<F: Described> fmt::Debug for FunctionRef<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<F: Described> Serialize for FunctionRef<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let FunctionRef::Shared(function) = self {
            let message = format!("the user's function {:?} is code, not data", function.name());
            return Err(serde::ser::Error::custom(message));
        }
        serializer.serialize_str(self.name())
    }
}

impl<'de, F> Deserialize<'de> for FunctionRef<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(FunctionRef::Unresolved(Arc::deserialize(deserializer)?))
    }
}
