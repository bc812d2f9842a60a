//! `extract`, `extract_groups`, `extract_all`: what regular expressions find.

use crate::data::{DType, Field, Scalar};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{Texts, column_of_scalars, example, text};
use crate::functions::scalar::text_search::{CASE, compile};
use crate::functions::scalar::text_support::{
    Patterns, list_texts, map_texts, size, struct_texts, text_list, texts_in,
};
use regex::Regex;

/// A group of the first match.
pub static EXTRACT: ScalarFunction = ScalarFunction::new(
    "extract",
    "strings",
    &["expr", "pattern"],
    |types, params| {
        size(params, "group")?;
        params.bool("case")?;
        texts_in(types, DType::String)
    },
    |args| {
        let (patterns, group) = (Texts::new(args, 1)?, size(args.params(), "group")?);
        let (mut compiled, params) = (Patterns::default(), as_regex(args.params())?);
        map_texts(args, &mut |row, text, out| {
            let Some(pattern) = patterns.get(row) else { return Ok(false) };
            let regex = compiled.get(pattern, &params)?;
            if group >= regex.captures_len() {
                return Err(Error::invalid(format!("the pattern {pattern:?} has no group {group}")));
            }
            let found = regex.captures(text).and_then(|found| found.get(group));
            out.push_str(found.map_or("", |found| found.as_str()));
            Ok(found.is_some())
        })
    },
)
.with_params(&[
    Param {
        name: "group",
        default: Some(ParamDefault::Int(1)),
        doc: "Which group of the pattern; 0 is all that matched.",
    },
    CASE,
])
.failing()
.documented("What a group of a regular expression found first; null if it found nothing.", || {
    let found = [Some("737"), None, None];
    example([Some("Boeing 737"), Some("Cessna"), None], col("x").extract(r"(\d+)", 1), found)
});

/// Every group of the first match.
pub static EXTRACT_GROUPS: ScalarFunction = ScalarFunction::new(
    "extract_groups",
    "strings",
    &["expr"],
    |types, params| {
        let fields = groups(&pattern(params)?)?;
        Ok(Signature::new([text(&types[0])?], DType::Struct(fields)))
    },
    |args| {
        let regex = pattern(args.params())?;
        struct_texts(args, &mut |_, text, columns| {
            let found = regex.captures(text);
            for (group, column) in columns.iter_mut().enumerate() {
                let part = found.as_ref().and_then(|found| found.get(group + 1));
                column.push(part.map(|part| part.as_str()));
            }
            Ok(())
        })
    },
)
.with_params(&[Param { name: "pattern", default: None, doc: "A regular expression with groups." }, CASE])
.documented(
    "What the groups of a regular expression found first, as a struct: its fields have the names of the groups, or \
     their numbers from 1. A group that found nothing is null.",
    || {
        let field = |name: &str| Field::new(name, DType::String);
        let dtype = DType::Struct(vec![field("maker"), field("2")]);
        let row = |maker: Option<&str>, model: Option<&str>| {
            Scalar::Struct(vec![("maker".into(), maker.into()), ("2".into(), model.into())])
        };
        Example {
            input: vec![("x", ["Boeing 737", "Cessna"].into_iter().collect())],
            expr: col("x").extract_groups(r"(?P<maker>\w+) (\d+)"),
            output: column_of_scalars(
                &dtype,
                &[row(Some("Boeing"), Some("737")), row(None, None)],
            ),
        }
    },
);

/// All matches.
pub static EXTRACT_ALL: ScalarFunction = ScalarFunction::new(
    "extract_all",
    "strings",
    &["expr", "pattern"],
    |types, params| {
        params.bool("case")?;
        texts_in(types, text_list())
    },
    |args| {
        let patterns = Texts::new(args, 1)?;
        let (mut compiled, params) = (Patterns::default(), as_regex(args.params())?);
        list_texts(args, &mut |row, text, items| {
            let Some(pattern) = patterns.get(row) else { return Ok(()) };
            let regex = compiled.get(pattern, &params)?;
            // As Python's findall: of a pattern with one group, what the group found.
            let group = usize::from(regex.captures_len() == 2);
            if group == 0 {
                regex.find_iter(text).for_each(|found| items.push(Some(found.as_str())));
            } else {
                for found in regex.captures_iter(text) {
                    items.push(Some(found.get(group).map_or("", |found| found.as_str())));
                }
            }
            Ok(())
        })
    },
)
.aliased(&["str.findall"])
.with_params(&[CASE])
.failing()
.documented(
    "All matches of a regular expression, as a list; of a pattern with one group, what the group found in each.",
    || Example {
        input: vec![("x", ["a1b22", "c"].into_iter().collect())],
        expr: col("x").extract_all(r"\d+"),
        output: column_of_scalars(
            &text_list(),
            &[Scalar::List(vec!["1".into(), "22".into()]), Scalar::List(vec![])],
        ),
    },
);

fn as_regex(params: &Params) -> Result<Params> {
    Ok(Params::new().with("regex", true).with("case", params.bool("case")?))
}

fn pattern(params: &Params) -> Result<Regex> {
    compile(params.str("pattern")?, &as_regex(params)?)
}

fn groups(regex: &Regex) -> Result<Vec<Field>> {
    let names = regex.capture_names().enumerate().skip(1);
    let fields: Vec<Field> = names
        .map(|(group, name)| match name {
            Some(name) => Field::new(name, DType::String),
            None => Field::new(group.to_string(), DType::String),
        })
        .collect();
    match fields.is_empty() {
        true => Err(Error::invalid("the pattern has no group")
            .value(regex.as_str())
            .hint("put what you want to extract in parentheses")),
        false => Ok(fields),
    }
}

impl Expr {
    /// What a group (0: the whole) of a regular expression found first; null if it found nothing.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["Boeing 737"]).finish()?;
    /// let model = frame.select([col("x").extract(r"(\d+)", 1)])?;
    /// assert_eq!(model.column("x")?.get(0)?, "737".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn extract(self, pattern: impl Into<Expr>, group: i64) -> Expr {
        Expr::call(&EXTRACT, [self, pattern.into()], Params::new().with("group", group))
    }

    /// What the groups of a regular expression found first, as a struct.
    pub fn extract_groups(self, pattern: &str) -> Expr {
        Expr::call(&EXTRACT_GROUPS, [self], Params::new().with("pattern", pattern))
    }

    /// All matches of a regular expression, as a list.
    pub fn extract_all(self, pattern: impl Into<Expr>) -> Expr {
        Expr::call(&EXTRACT_ALL, [self, pattern.into()], Params::new())
    }
}
