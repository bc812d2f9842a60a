//! `extract`, `extract_groups`, `extract_all`, `extract_all_groups`: what regular expressions find.

use crate::data::{DType, Field, Scalar};
use crate::error::{AllOk, Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{Texts, column_of_scalars, example, text};
use crate::functions::scalar::text_pattern::{Pattern, STEPS};
use crate::functions::scalar::text_search::CASE;
use crate::functions::scalar::text_support::{
    Patterns, TextColumn, list_of, list_texts, map_texts, size, struct_texts, text_list, texts_in,
};
use arrow::array::StructArray;
use arrow::datatypes::DataType;
use std::sync::Arc;

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
            if group >= regex.group_count() {
                return Err(Error::invalid(format!("the pattern {pattern:?} has no group {group}")));
            }
            let found = regex.captures(text)?.and_then(|found| found.get(group));
            out.push_str(found.unwrap_or(""));
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
    STEPS,
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
            let found = regex.captures(text)?;
            for (group, column) in columns.iter_mut().enumerate() {
                let part = found.as_ref().and_then(|found| found.get(group + 1));
                column.push(part);
            }
            Ok(())
        })
    },
)
.with_params(&[Param { name: "pattern", default: None, doc: "A regular expression with groups." }, CASE, STEPS])
.failing()
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
            match regex.group_count() {
                2 => regex.captures_each(text, &mut |found| {
                    items.push(Some(found.get(1).unwrap_or("")));
                    true
                }),
                _ => regex.each(text, &mut |start, end| {
                    items.push(Some(&text[start..end]));
                    true
                }),
            }
        })
    },
)
.aliased(&["str.findall"])
.with_params(&[CASE, STEPS])
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

/// What every group found in every match.
pub static EXTRACT_ALL_GROUPS: ScalarFunction = ScalarFunction::new(
    "extract_all_groups",
    "strings",
    &["expr"],
    |types, params| {
        let fields = groups(&pattern(params)?)?;
        Ok(Signature::new([text(&types[0])?], DType::List(Box::new(DType::Struct(fields)))))
    },
    |args| {
        let regex = pattern(args.params())?;
        let DType::List(item) = args.output() else { return Err(Error::internal("a list that is none")) };
        let DataType::Struct(fields) = item.to_arrow() else {
            return Err(Error::internal("a struct that is none"));
        };
        let texts = Texts::new(args, 0)?;
        let mut columns: Vec<TextColumn> =
            fields.iter().map(|_| TextColumn::with_capacity(args.rows())).collect();
        let (mut count, mut ends) = (0usize, vec![0i32]);
        for row in 0..args.rows() {
            if let Some(text) = texts.get(row) {
                let visited = regex.captures_each(text, &mut |found| {
                    for (group, column) in columns.iter_mut().enumerate() {
                        column.push(found.get(group + 1));
                    }
                    count += 1;
                    true
                });
                visited.map_err(|error| error.row(row as u64).value(text))?;
            }
            let end = i32::try_from(count).map_err(|_| Error::unsupported("lists of 2^31 items in all"))?;
            ends.push(end);
        }
        let columns = columns.into_iter().map(TextColumn::finish).all_ok()?;
        let items = StructArray::try_new_with_length(fields, columns, None, count)?;
        list_of(Arc::new(items), ends, None)
    },
)
.with_params(&[
    Param { name: "pattern", default: None, doc: "A regular expression with groups." },
    CASE,
    STEPS,
])
.failing()
.documented(
    "What the groups of a regular expression found in every match, as a list of structs: their fields have the names of \
     the groups, or their numbers from 1. A group that found nothing is null.",
    || {
        let field = |name: &str| Field::new(name, DType::String);
        let dtype = DType::List(Box::new(DType::Struct(vec![field("1"), field("n")])));
        let found = |letter: &str, digit: Option<&str>| {
            Scalar::Struct(vec![("1".into(), letter.into()), ("n".into(), digit.into())])
        };
        let all = Scalar::List(vec![found("a", Some("1")), found("b", None)]);
        Example {
            input: vec![("x", ["a1b", "?"].into_iter().collect())],
            expr: col("x").extract_all_groups(r"([a-z])(?P<n>\d)?"),
            output: column_of_scalars(&dtype, &[all, Scalar::List(vec![])]),
        }
    },
);

/// The constants of a search for a regular expression.
///
/// # Errors
/// `InvalidArgument` if one of them is of another type.
pub fn as_regex(params: &Params) -> Result<Params> {
    let known = Params::new().with("regex", true).with("case", params.bool("case")?);
    Ok(known.with("steps", params.int("steps")?))
}

fn pattern(params: &Params) -> Result<Pattern> {
    Pattern::compile(params.str("pattern")?, &as_regex(params)?)
}

fn groups(regex: &Pattern) -> Result<Vec<Field>> {
    let names = regex.groups().into_iter().enumerate().skip(1);
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

    /// What the groups of a regular expression found in every match, as a list of structs.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["a1b2", "c"]).finish()?;
    /// let found = col("x").extract_all_groups(r"(?P<letter>[a-z])(?P<digit>\d)");
    /// let rows = frame.lazy().select([found]).explode("x").unnest("x").collect()?;
    /// assert_eq!(rows.column("digit")?.get(1)?, "2".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn extract_all_groups(self, pattern: &str) -> Expr {
        Expr::call(&EXTRACT_ALL_GROUPS, [self], Params::new().with("pattern", pattern))
    }

    /// All matches of a regular expression, as a list.
    pub fn extract_all(self, pattern: impl Into<Expr>) -> Expr {
        Expr::call(&EXTRACT_ALL, [self, pattern.into()], Params::new())
    }
}
