//! `str_replace`: matches in text replaced.

use crate::data::{DType, Scalar};
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{Texts, example, text};
use crate::functions::scalar::text_pattern::STEPS;
use crate::functions::scalar::text_search::CASE;
use crate::functions::scalar::text_support::{Patterns, TextColumn, at, may_grow};
use arrow::array::ArrayRef;

/// Matches of a pattern replaced.
pub static STR_REPLACE: ScalarFunction = ScalarFunction::new(
    "str_replace",
    "strings",
    &["expr", "pattern", "replacement"],
    |types, params| {
        params.int("n")?;
        let args = types.iter().map(text).collect::<Result<Vec<_>>>()?;
        Ok(Signature::new(args, DType::String))
    },
    replace,
)
.aliased(&["str.replace"])
.with_params(&[
    Param {
        name: "regex",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether the pattern is a regular expression; then `$1` in the replacement is its first group.",
    },
    CASE,
    Param {
        name: "n",
        default: Some(ParamDefault::Int(-1)),
        doc: "How many matches to replace; negative: all.",
    },
    STEPS,
])
.failing()
.documented("The text with every match of a pattern replaced.", || {
    example(["2024-02-29", "none"], col("x").str_replace("-", "/"), ["2024/02/29", "none"])
});

fn replace(args: &Args<'_>) -> Result<ArrayRef> {
    let params = args.params();
    let is_regex = params.bool("regex")?;
    let limit = usize::try_from(params.int("n")?).unwrap_or(usize::MAX);
    let (texts, patterns, by) = (Texts::new(args, 0)?, Texts::new(args, 1)?, Texts::new(args, 2)?);
    let mut compiled = Patterns::default();
    let mut replaced = TextColumn::with_capacity(args.rows());
    for row in 0..args.rows() {
        let (Some(text), Some(pattern), Some(by)) = (texts.get(row), patterns.get(row), by.get(row)) else {
            replaced.push(None);
            continue;
        };
        let (mut end, mut count) = (0, 0);
        let pattern = compiled.get(pattern, params).map_err(|error| error.row(row as u64))?;
        let made = replaced.write(|out| {
            let (start, mut asked, mut grown) = (out.len(), 0, Ok(()));
            match is_regex {
                true => pattern.captures_each(text, &mut |found| {
                    if let (Some((first, next)), true) = (found.span(0), count < limit) {
                        out.push_str(&text[end..first]);
                        found.expand(by, out);
                        (end, count) = (next, count + 1);
                    }
                    grown = may_grow(out, start, &mut asked);
                    count < limit && grown.is_ok()
                }),
                false => pattern.each(text, &mut |first, next| {
                    if count < limit {
                        out.push_str(&text[end..first]);
                        out.push_str(by);
                        (end, count) = (next, count + 1);
                    }
                    grown = may_grow(out, start, &mut asked);
                    count < limit && grown.is_ok()
                }),
            }?;
            grown?;
            out.push_str(&text[end..]);
            Ok(true)
        });
        made.map_err(|error| at(error, row, text))?;
    }
    replaced.finish()
}

impl Expr {
    /// The text with every occurrence of another text replaced.
    pub fn str_replace(self, text: impl Into<Expr>, by: impl Into<Expr>) -> Expr {
        Expr::call(&STR_REPLACE, [self, text.into(), by.into()], Params::new())
    }

    /// The text with every match of a regular expression replaced; `$1` in the replacement is its first group.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("name", ["Doe, Jane"]).finish()?;
    /// let turned = col("name").str_replace_regex(r"(\w+), (\w+)", "$2 $1");
    /// assert_eq!(frame.lazy().select([turned]).collect()?.column("name")?.get(0)?, "Jane Doe".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn str_replace_regex(self, pattern: impl Into<Expr>, by: impl Into<Expr>) -> Expr {
        let params = Params::new().with("regex", Scalar::Bool(true));
        Expr::call(&STR_REPLACE, [self, pattern.into(), by.into()], params)
    }
}
