//! `strip`, `lstrip`, `rstrip`: text without what surrounds it.

use crate::data::{DType, Scalar, strings};
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, text};
use crate::kernels::views;
use arrow::array::ArrayRef;

/// Without white space at both ends.
pub static STRIP: ScalarFunction =
    ScalarFunction::new("strip", "strings", &["expr"], signature, |args| strip(args, true, true))
        .aliased(&["str.strip", "trim"])
        .with_params(&[CHARACTERS])
        .documented("The text without white space (or given characters) at both ends.", || {
            example([" Oslo\u{a0}", "\t"], col("x").strip(), ["Oslo", ""])
        });

/// Without white space at the start.
pub static LSTRIP: ScalarFunction =
    ScalarFunction::new("lstrip", "strings", &["expr"], signature, |args| strip(args, true, false))
        .aliased(&["str.lstrip", "trim_start"])
        .with_params(&[CHARACTERS])
        .documented("The text without white space (or given characters) at the start.", || {
            example([" Oslo ", "x"], col("x").lstrip(), ["Oslo ", "x"])
        });

/// Without white space at the end.
pub static RSTRIP: ScalarFunction =
    ScalarFunction::new("rstrip", "strings", &["expr"], signature, |args| strip(args, false, true))
        .aliased(&["str.rstrip", "trim_end"])
        .with_params(&[CHARACTERS])
        .documented("The text without white space (or given characters) at the end.", || {
            example([" Oslo ", "x"], col("x").rstrip(), [" Oslo", "x"])
        });

const CHARACTERS: Param = Param {
    name: "characters",
    default: Some(ParamDefault::Null),
    doc: "The characters to remove; null: all white space of Unicode.",
};

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    if !params.get("characters").is_null() {
        params.str("characters")?;
    }
    Ok(Signature::new([text(&types[0])?], DType::String))
}

fn strip(args: &Args<'_>, start: bool, end: bool) -> Result<ArrayRef> {
    let characters: Option<Vec<char>> = match args.params().get("characters") {
        Scalar::Null => None,
        _ => Some(args.params().str("characters")?.chars().collect()),
    };
    let gone = |character: char| match &characters {
        None => character.is_whitespace(),
        Some(characters) => characters.contains(&character),
    };
    let texts = strings::views(args.value(0).array())?;
    Ok(views::parts(texts, |_, text| {
        let rest = if start { text.trim_start_matches(gone) } else { text };
        let first = text.len() - rest.len();
        let kept = if end { rest.trim_end_matches(gone) } else { rest };
        first..first + kept.len()
    }))
}

impl Expr {
    /// The text without white space (all of Unicode's) at both ends.
    pub fn strip(self) -> Expr {
        Expr::call(&STRIP, [self], Params::new())
    }

    /// The text without these characters at both ends.
    pub fn strip_characters(self, characters: &str) -> Expr {
        Expr::call(&STRIP, [self], Params::new().with("characters", characters))
    }

    /// The text without white space at the start.
    pub fn lstrip(self) -> Expr {
        Expr::call(&LSTRIP, [self], Params::new())
    }

    /// The text without white space at the end.
    pub fn rstrip(self) -> Expr {
        Expr::call(&RSTRIP, [self], Params::new())
    }
}
