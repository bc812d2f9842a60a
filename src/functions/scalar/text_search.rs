//! `contains`, `starts_with`, `ends_with`: text found in text.

use crate::data::{DType, Scalar};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{Texts, example, test_texts, text};
use crate::functions::scalar::text_pattern::{Pattern, STEPS, escaped};
use crate::functions::scalar::text_support::Patterns;
use arrow::array::ArrayRef;
use arrow::compute::kernels::comparison;
use regex::{Regex, RegexBuilder};
use std::sync::Arc;

/// Whether the text contains a pattern.
pub static CONTAINS: ScalarFunction =
    ScalarFunction::new("contains", "strings", &["expr", "pattern"], signature, contains)
        .aliased(&["str.contains"])
        .with_params(&[
            Param {
                name: "regex",
                default: Some(ParamDefault::Bool(false)),
                doc: "Whether the pattern is a regular expression.",
            },
            CASE,
            STEPS,
        ])
        .failing()
        .documented("Whether the text contains another text, or a match of a regular expression.", || {
            example(
                [Some("Boeing 737"), Some("A320"), None],
                col("x").contains("737"),
                [Some(true), Some(false), None],
            )
        });

/// Whether the text starts with another.
pub static STARTS_WITH: ScalarFunction =
    ScalarFunction::new("starts_with", "strings", &["expr", "prefix"], signature, |args| {
        Ok(Arc::new(comparison::starts_with(args.value(0), args.value(1))?))
    })
    .aliased(&["startswith", "str.startswith"])
    .documented("Whether the text starts with another.", || {
        example(["UA12", "AA7"], col("x").starts_with("UA"), [true, false])
    });

/// Whether the text ends with another.
pub static ENDS_WITH: ScalarFunction =
    ScalarFunction::new("ends_with", "strings", &["expr", "suffix"], signature, |args| {
        Ok(Arc::new(comparison::ends_with(args.value(0), args.value(1))?))
    })
    .aliased(&["endswith", "str.endswith"])
    .documented("Whether the text ends with another.", || {
        example(["UA12", "AA7"], col("x").ends_with("7"), [false, true])
    });

/// The constant of functions that can ignore case.
pub const CASE: Param = Param {
    name: "case",
    default: Some(ParamDefault::Bool(true)),
    doc: "Whether upper and lower case differ.",
};

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    Ok(Signature::new([text(&types[0])?, text(&types[1])?], DType::Bool))
}

/// The pattern of a search, compiled: escaped if it is plain text.
///
/// # Errors
/// `InvalidArgument` showing what is wrong with the pattern.
pub fn compile(pattern: &str, params: &Params) -> Result<Regex> {
    let source = escaped(pattern, params)?;
    let compiled = RegexBuilder::new(&source).case_insensitive(!params.bool("case")?).build();
    compiled.map_err(|error| Error::invalid(format!("no regular expression: {error}")).value(pattern))
}

fn contains(args: &Args<'_>) -> Result<ArrayRef> {
    if !args.params().bool("regex")? && args.params().bool("case")? {
        return Ok(Arc::new(comparison::contains(args.value(0), args.value(1))?));
    }
    let patterns = Texts::new(args, 1)?;
    if let Some(pattern) = patterns.constant() {
        let pattern = Pattern::compile(pattern, args.params())?;
        return test_texts(args, &mut |_, text| pattern.is_match(text));
    }
    let mut compiled = Patterns::default();
    test_texts(args, &mut |row, text| match patterns.get(row) {
        Some(pattern) => compiled.get(pattern, args.params())?.is_match(text),
        None => Ok(false),
    })
}

impl Expr {
    /// Whether the text contains another text.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("model", ["737-800", "A320"]).finish()?;
    /// assert_eq!(frame.lazy().filter(col("model").contains("A3")).collect()?.rows(), 1);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn contains(self, text: impl Into<Expr>) -> Expr {
        Expr::call(&CONTAINS, [self, text.into()], Params::new())
    }

    /// Whether the text contains a match of a regular expression (the syntax of the `regex` crate).
    pub fn contains_regex(self, pattern: impl Into<Expr>) -> Expr {
        Expr::call(&CONTAINS, [self, pattern.into()], Params::new().with("regex", Scalar::Bool(true)))
    }

    /// Whether the text starts with another.
    pub fn starts_with(self, prefix: impl Into<Expr>) -> Expr {
        Expr::call(&STARTS_WITH, [self, prefix.into()], Params::new())
    }

    /// Whether the text ends with another.
    pub fn ends_with(self, suffix: impl Into<Expr>) -> Expr {
        Expr::call(&ENDS_WITH, [self, suffix.into()], Params::new())
    }
}
