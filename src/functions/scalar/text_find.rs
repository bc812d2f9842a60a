//! `str_find`, `str_rfind`, `str_index`, `count_matches`, `str_match`, `contains_any`: where and how often text is in text.

use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{Texts, example, test_texts, text};
use crate::functions::scalar::text_extract::as_regex;
use crate::functions::scalar::text_pattern::{Pattern, STEPS};
use crate::functions::scalar::text_search::{CASE, compile};
use crate::functions::scalar::text_support::{Patterns, count_texts, optional_int, texts_in};
use arrow::array::ArrayRef;
use regex::Regex;

const START: Param = Param {
    name: "start",
    default: Some(ParamDefault::Int(0)),
    doc: "The first character that is searched; negative: from the end.",
};
const END: Param = Param {
    name: "end",
    default: Some(ParamDefault::Null),
    doc: "The first character that is not searched; negative: from the end; null: search to the end.",
};
const REGEX: Param = Param {
    name: "regex",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether the pattern is a regular expression.",
};

macro_rules! finders {
    ($($name:ident $text:literal $method:ident $alias:literal $last:literal $must:literal $document:literal,
        $example:expr;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "strings", &["expr", "sub"], places, |args| find(args, $last, $must))
                    .aliased(&[$alias])
                    .with_params(&[START, END])
                    .failing()
                    .documented($document, || $example);
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self, sub: impl Into<Expr>) -> Expr {
                    Expr::call(&$name, [self, sub.into()], Params::new())
                }
            )*
        }
    };
}

finders! {
    STR_FIND "str_find" str_find "str.find" false false
        "The character (from 0) at which another text first occurs; -1 if it does not.",
        example(["Zürich", "Oslo"], col("x").str_find("r"), [2i64, -1]);
    STR_RFIND "str_rfind" str_rfind "str.rfind" true false
        "The character (from 0) at which another text last occurs; -1 if it does not.",
        example(["banana", "Oslo"], col("x").str_rfind("an"), [3i64, -1]);
    STR_INDEX "str_index" str_index "str.index" false true
        "The character (from 0) at which another text first occurs; an error naming the row if it does not.",
        example(["Zürich", "Bern"], col("x").str_index("r"), [2i64, 2]);
    STR_RINDEX "str_rindex" str_rindex "str.rindex" true true
        "The character (from 0) at which another text last occurs; an error naming the row if it does not.",
        example(["banana", "nan"], col("x").str_rindex("n"), [4i64, 2]);
}

/// How often a pattern occurs.
pub static COUNT_MATCHES: ScalarFunction =
    ScalarFunction::new("count_matches", "strings", &["expr", "pattern"], counts, |args| {
        let patterns = Texts::new(args, 1)?;
        let mut compiled = Patterns::default();
        count_texts(args, &mut |row, text| {
            let Some(pattern) = patterns.get(row) else { return Ok(None) };
            let mut count = 0;
            compiled.get(pattern, args.params())?.each(text, &mut |_, _| {
                count += 1;
                true
            })?;
            Ok(Some(count))
        })
    })
    .with_params(&[REGEX, CASE, STEPS])
    .failing()
    .documented(
        "How often another text, or a match of a regular expression, occurs without overlap.",
        || example([Some("banana"), None], col("x").count_matches("an"), [Some(2i64), None]),
    );

/// Whether a regular expression matches at the start.
pub static STR_MATCH: ScalarFunction =
    ScalarFunction::new("str_match", "strings", &["expr", "pattern"], tests, |args| matches(args, false))
        .with_params(&[CASE, STEPS])
        .failing()
        .documented("Whether a regular expression matches at the start of the text.", || {
            example(["A320", "BA3"], col("x").str_match(r"A\d"), [true, false])
        });

/// Whether a regular expression matches as a whole.
pub static STR_FULLMATCH: ScalarFunction =
    ScalarFunction::new("str_fullmatch", "strings", &["expr", "pattern"], tests, |args| matches(args, true))
        .with_params(&[CASE, STEPS])
        .failing()
        .documented("Whether a regular expression matches the text as a whole.", || {
            example(["A320", "A3"], col("x").str_fullmatch(r"A\d"), [false, true])
        });

/// Whether one of many texts occurs.
pub static CONTAINS_ANY: ScalarFunction = ScalarFunction::new(
    "contains_any",
    "strings",
    &["expr"],
    |types, params| {
        any_of(params)?;
        Ok(Signature::new([text(&types[0])?], DType::Bool))
    },
    |args| {
        let regex = any_of(args.params())?;
        test_texts(args, &mut |_, text| Ok(regex.is_match(text)))
    },
)
.with_params(&[Param { name: "patterns", default: None, doc: "The texts to look for, all at once." }, CASE])
.documented("Whether at least one of many texts occurs in the text.", || {
    example(["Boeing 737", "Cessna"], col("x").contains_any(["737", "320"]), [true, false])
});

fn places(types: &[DType], params: &Params) -> Result<Signature> {
    params.int("start")?;
    optional_int(params, "end")?;
    texts_in(types, DType::Int64)
}

fn counts(types: &[DType], params: &Params) -> Result<Signature> {
    params.bool("regex")?;
    params.bool("case")?;
    texts_in(types, DType::Int64)
}

fn tests(types: &[DType], params: &Params) -> Result<Signature> {
    params.bool("case")?;
    texts_in(types, DType::Bool)
}

fn find(args: &Args<'_>, last: bool, must: bool) -> Result<ArrayRef> {
    let (start, end) = (args.params().int("start")?, optional_int(args.params(), "end")?);
    let subs = Texts::new(args, 1)?;
    count_texts(args, &mut |row, text| {
        let Some(sub) = subs.get(row) else { return Ok(None) };
        let found = place(text, sub, start, end, last);
        match found {
            None if must => {
                Err(Error::new(ErrorKind::InvalidArgument, format!("{sub:?} does not occur in the text")))
            }
            found => Ok(Some(found.unwrap_or(-1))),
        }
    })
}

/// The character at which `sub` lies in the characters `start..end`, as Python finds it.
fn place(text: &str, sub: &str, start: i64, end: Option<i64>, last: bool) -> Option<i64> {
    let length = text.chars().count() as i64;
    let bound = |at: i64| if at < 0 { (at.saturating_add(length)).max(0) } else { at };
    let (from, to) = (bound(start), bound(end.unwrap_or(length)).min(length));
    if from > to {
        return None;
    }
    let byte = |at: i64| text.char_indices().nth(at as usize).map_or(text.len(), |(byte, _)| byte);
    let (from, to) = (byte(from), byte(to));
    let part = &text[from..to];
    let found = if last { part.rfind(sub) } else { part.find(sub) }?;
    Some(text[..from + found].chars().count() as i64)
}

fn matches(args: &Args<'_>, whole: bool) -> Result<ArrayRef> {
    let patterns = Texts::new(args, 1)?;
    let mut compiled = Patterns::default();
    let params = as_regex(args.params())?;
    let mut anchored = String::new();
    test_texts(args, &mut |row, text| {
        let Some(pattern) = patterns.get(row) else { return Ok(false) };
        // Checked by itself first, so that an error shows the pattern that was written.
        if patterns.constant().is_none() || anchored.is_empty() {
            Pattern::compile(pattern, &params)?;
            anchored = if whole { format!(r"\A(?:{pattern})\z") } else { format!(r"\A(?:{pattern})") };
        }
        compiled.get(&anchored, &params)?.is_match(text)
    })
}

fn any_of(params: &Params) -> Result<Regex> {
    let refused =
        || Error::invalid(format!("patterns must be a list of texts, not {}", params.get("patterns")));
    let Scalar::List(patterns) = params.get("patterns") else { return Err(refused()) };
    let patterns: Option<Vec<String>> =
        patterns.iter().map(|pattern| Some(regex::escape(pattern.as_str()?))).collect();
    let patterns = patterns.ok_or_else(refused)?;
    // Nothing matches an empty class.
    let all = if patterns.is_empty() { r"[^\s\S]".to_owned() } else { patterns.join("|") };
    compile(&all, &Params::new().with("regex", true).with("case", params.bool("case")?))
}

impl Expr {
    /// How often another text occurs in the text, without overlap.
    pub fn count_matches(self, text: impl Into<Expr>) -> Expr {
        Expr::call(&COUNT_MATCHES, [self, text.into()], Params::new())
    }

    /// Whether a regular expression matches at the start of the text.
    pub fn str_match(self, pattern: impl Into<Expr>) -> Expr {
        Expr::call(&STR_MATCH, [self, pattern.into()], Params::new())
    }

    /// Whether a regular expression matches the text as a whole.
    pub fn str_fullmatch(self, pattern: impl Into<Expr>) -> Expr {
        Expr::call(&STR_FULLMATCH, [self, pattern.into()], Params::new())
    }

    /// Whether at least one of many texts occurs in the text; they are looked for all at once.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["Oslo", "Bergen", "Bodø"]).finish()?;
    /// assert_eq!(frame.filter(col("x").contains_any(["erg", "ø"]))?.rows(), 2);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn contains_any<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> Expr {
        let texts = Scalar::List(texts.into_iter().map(Scalar::from).collect());
        Expr::call(&CONTAINS_ANY, [self], Params::new().with("patterns", texts))
    }
}
