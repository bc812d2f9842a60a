//! `str_split`, `split_part`, `split_exact`, `str_partition`: text cut at separators.

use crate::data::{DType, Field, Scalar};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Example, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{Texts, column_of_scalars, example, text};
use crate::functions::scalar::text_search::compile;
use crate::functions::scalar::text_support::{
    Patterns, TextColumn, list_texts, map_texts, size, struct_texts, text_list, texts_in,
};
use arrow::array::ArrayRef;
use regex::Regex;

const REGEX: Param = Param {
    name: "regex",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether the separator is a regular expression.",
};
const AT_MOST: Param = Param {
    name: "n",
    default: Some(ParamDefault::Int(-1)),
    doc: "At how many separators to cut at most; 0 or less: at all.",
};

/// Parts of text as a list.
pub static STR_SPLIT: ScalarFunction = ScalarFunction::new(
    "str_split",
    "strings",
    &["expr"],
    |types, params| {
        params.int("n")?;
        separator(params)?;
        Ok(Signature::new([text(&types[0])?], text_list()))
    },
    |args| {
        let (separator, limit) = (separator(args.params())?, limit(args.params())?);
        list_texts(args, &mut |_, text, items| {
            separator.cut(text, limit, &mut |part| items.push(Some(part)));
            Ok(())
        })
    },
)
.with_params(&[
    Param {
        name: "by",
        default: Some(ParamDefault::Null),
        doc: "The separator; null: white space, of which none is left.",
    },
    AT_MOST,
    REGEX,
])
.documented(
    "The parts of the text between separators, as a list. An empty text has one part, itself.",
    || Example {
        input: vec![("x", [Some("a,b,c"), Some(""), None].into_iter().collect())],
        expr: col("x").str_split(","),
        output: column_of_scalars(
            &text_list(),
            &[
                Scalar::List(vec!["a".into(), "b".into(), "c".into()]),
                Scalar::List(vec!["".into()]),
                Scalar::Null,
            ],
        ),
    },
);

/// Parts of text as a list, cut from the end.
pub static STR_RSPLIT: ScalarFunction = ScalarFunction::new(
    "str_rsplit",
    "strings",
    &["expr"],
    |types, params| {
        params.int("n")?;
        separator(params)?;
        Ok(Signature::new([text(&types[0])?], text_list()))
    },
    |args| {
        let (separator, limit) = (separator(args.params())?, limit(args.params())?);
        list_texts(args, &mut |_, text, items| {
            separator.cut_back(text, limit).into_iter().for_each(|part| items.push(Some(part)));
            Ok(())
        })
    },
)
.with_params(&[
    Param {
        name: "by",
        default: Some(ParamDefault::Null),
        doc: "The separator; null: white space, of which none is left.",
    },
    AT_MOST,
])
.documented("The parts of the text between separators, of which the last `n` count, as a list.", || {
    Example {
        input: vec![("x", ["a/b/c.txt", "d"].into_iter().collect())],
        expr: col("x").str_rsplit("/", 1),
        output: column_of_scalars(
            &text_list(),
            &[Scalar::List(vec!["a/b".into(), "c.txt".into()]), Scalar::List(vec!["d".into()])],
        ),
    }
});

/// One part of text.
pub static SPLIT_PART: ScalarFunction = ScalarFunction::new(
    "split_part",
    "strings",
    &["expr", "by"],
    |types, params| {
        params.int("index")?;
        params.bool("regex")?;
        texts_in(types, DType::String)
    },
    |args| {
        let (by, index, is_regex) =
            (Texts::new(args, 1)?, args.params().int("index")?, args.params().bool("regex")?);
        let mut compiled = Patterns::default();
        let params = Params::new().with("regex", true).with("case", true);
        map_texts(args, &mut |row, text, out| {
            let Some(by) = by.get(row) else { return Ok(false) };
            refuse_empty(by)?;
            let part = match (is_regex, usize::try_from(index)) {
                (false, Ok(index)) => text.split(by).nth(index),
                // From the end of the same parts, wherever separators overlap.
                _ => {
                    let parts: Vec<&str> = match is_regex {
                        true => compiled.get(by, &params)?.split(text)?,
                        false => text.split(by).collect(),
                    };
                    let index = if index < 0 { index.saturating_add(parts.len() as i64) } else { index };
                    usize::try_from(index).ok().and_then(|index| parts.get(index).copied())
                }
            };
            out.push_str(part.unwrap_or_default());
            Ok(part.is_some())
        })
    },
)
.with_params(&[
    Param {
        name: "index",
        default: None,
        doc: "The number of the part from 0; negative: from the end, -1 being the last.",
    },
    REGEX,
])
.failing()
.documented("One of the parts of the text between separators; null if there are not so many.", || {
    example([Some("a-b-c"), Some("a"), None], col("x").split_part("-", 1), [Some("b"), None, None])
});

/// So many parts of text as a struct.
pub static SPLIT_EXACT: ScalarFunction = ScalarFunction::new(
    "split_exact",
    "strings",
    &["expr"],
    |types, params| {
        refuse_empty(params.str("by")?)?;
        let parts = size(params, "n")?.max(1);
        if parts > 10_000 {
            return Err(Error::invalid(format!("{parts} parts; a struct of them has 10,000 fields at most"))
                .hint("str_split gives a list"));
        }
        let fields = (0..parts).map(|part| Field::new(part.to_string(), DType::String)).collect();
        Ok(Signature::new([text(&types[0])?], DType::Struct(fields)))
    },
    |args| {
        let by = args.params().str("by")?;
        struct_texts(args, &mut |_, text, columns| {
            let mut parts = text.splitn(columns.len(), by);
            columns.iter_mut().for_each(|column| column.push(parts.next()));
            Ok(())
        })
    },
)
.with_params(&[
    Param { name: "by", default: None, doc: "The separator." },
    Param { name: "n", default: None, doc: "How many parts; what is left after that stays in the last one." },
])
.documented(
    "So many parts of the text between separators, as a struct with the fields `0`, `1`, ...; a part that is not there \
     is null.",
    || Example {
        input: vec![("x", ["a-b-c", "a"].into_iter().collect())],
        expr: col("x").split_exact("-", 2),
        output: column_of_scalars(
            &DType::Struct(vec![Field::new("0", DType::String), Field::new("1", DType::String)]),
            &[
                Scalar::Struct(vec![("0".into(), "a".into()), ("1".into(), "b-c".into())]),
                Scalar::Struct(vec![("0".into(), "a".into()), ("1".into(), Scalar::Null)]),
            ],
        ),
    },
);

macro_rules! partitions {
    ($($name:ident $text:literal $method:ident $alias:literal $document:literal, $last:literal, $a:literal $b:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "strings", &["expr"], partitioned, |args| partition(args, $last))
                    .aliased(&[$alias])
                    .with_params(&[Param {
                        name: "by",
                        default: Some(ParamDefault::Str(" ")),
                        doc: "The separator.",
                    }])
                    .documented($document, || Example {
                        input: vec![("x", ["a-b-c"].into_iter().collect())],
                        expr: col("x").$method("-"),
                        output: column_of_scalars(
                            &three(),
                            &[Scalar::Struct(vec![
                                ("0".into(), $a.into()),
                                ("1".into(), "-".into()),
                                ("2".into(), $b.into()),
                            ])],
                        ),
                    });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self, by: &str) -> Expr {
                    Expr::call(&$name, [self], Params::new().with("by", by))
                }
            )*
        }
    };
}

partitions! {
    STR_PARTITION "str_partition" str_partition "str.partition"
        "What is before the first separator, the separator, and what is after it, as a struct with the fields `0`, `1` and \
         `2`. Without a separator all is in the first.", false, "a" "b-c";
    STR_RPARTITION "str_rpartition" str_rpartition "str.rpartition"
        "What is before the last separator, the separator, and what is after it, as a struct with the fields `0`, `1` and \
         `2`. Without a separator all is in the last.", true, "a-b" "c";
}

fn three() -> DType {
    DType::Struct((0..3).map(|part| Field::new(part.to_string(), DType::String)).collect())
}

fn partitioned(types: &[DType], params: &Params) -> Result<Signature> {
    refuse_empty(params.str("by")?)?;
    Ok(Signature::new([text(&types[0])?], three()))
}

fn partition(args: &Args<'_>, last: bool) -> Result<ArrayRef> {
    let by = args.params().str("by")?;
    struct_texts(args, &mut |_, text, columns| {
        let found = if last { text.rsplit_once(by) } else { text.split_once(by) };
        let parts = match found {
            Some((before, after)) => [before, by, after],
            None if last => ["", "", text],
            None => [text, "", ""],
        };
        let push = |(column, part): (&mut TextColumn, &str)| column.push(Some(part));
        columns.iter_mut().zip(parts).for_each(push);
        Ok(())
    })
}

fn refuse_empty(separator: &str) -> Result<()> {
    match separator.is_empty() {
        true => Err(Error::invalid("an empty separator").hint("extract_all(\"(?s).\") gives the characters")),
        false => Ok(()),
    }
}

fn limit(params: &Params) -> Result<usize> {
    Ok(usize::try_from(params.int("n")?).ok().filter(|n| *n > 0).unwrap_or(usize::MAX - 1))
}

/// Where text is cut.
enum Separator {
    Blanks,
    Text(String),
    Pattern(Regex),
}

fn separator(params: &Params) -> Result<Separator> {
    if params.get("by").is_null() {
        return Ok(Separator::Blanks);
    }
    let by = params.str("by")?;
    refuse_empty(by)?;
    let is_regex = !params.get("regex").is_null() && params.bool("regex")?;
    Ok(match is_regex {
        true => Separator::Pattern(compile(by, &Params::new().with("regex", true).with("case", true))?),
        false => Separator::Text(by.to_owned()),
    })
}

impl Separator {
    fn cut(&self, text: &str, limit: usize, visit: &mut dyn FnMut(&str)) {
        match self {
            // One byte is found faster than a text of one.
            Separator::Text(by) => match by.as_bytes() {
                [byte] if byte.is_ascii() => text.splitn(limit + 1, char::from(*byte)).for_each(visit),
                _ => text.splitn(limit + 1, by.as_str()).for_each(visit),
            },
            Separator::Pattern(regex) => regex.splitn(text, limit + 1).for_each(visit),
            Separator::Blanks => {
                let mut rest = text.trim_start();
                for _ in 0..limit {
                    let Some(end) = rest.find(char::is_whitespace) else { break };
                    visit(&rest[..end]);
                    rest = rest[end..].trim_start();
                }
                if !rest.is_empty() {
                    visit(rest);
                }
            }
        }
    }

    fn cut_back<'a>(&self, text: &'a str, limit: usize) -> Vec<&'a str> {
        let mut parts: Vec<&str> = Vec::new();
        match self {
            Separator::Blanks => {
                let mut rest = text.trim_end();
                while parts.len() < limit {
                    let Some((at, blank)) = rest.char_indices().rfind(|(_, c)| c.is_whitespace()) else {
                        break;
                    };
                    parts.push(&rest[at + blank.len_utf8()..]);
                    rest = rest[..at].trim_end();
                }
                if !rest.is_empty() {
                    parts.push(rest);
                }
            }
            Separator::Text(by) => parts.extend(text.rsplitn(limit + 1, by.as_str())),
            Separator::Pattern(regex) => {
                parts.extend(regex.split(text));
                return parts;
            }
        }
        parts.reverse();
        parts
    }
}

impl Expr {
    /// The parts of the text between separators, as a list.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["a,b"]).finish()?;
    /// let parts = frame.lazy().select([col("x").str_split(",")]).explode("x").collect()?;
    /// assert_eq!(parts.column("x")?.get(1)?, "b".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn str_split(self, by: &str) -> Expr {
        Expr::call(&STR_SPLIT, [self], Params::new().with("by", by))
    }

    /// The words of the text: what is between white space, as a list.
    pub fn str_words(self) -> Expr {
        Expr::call(&STR_SPLIT, [self], Params::new())
    }

    /// The parts of the text between the last `n` separators, as a list.
    pub fn str_rsplit(self, by: &str, n: i64) -> Expr {
        Expr::call(&STR_RSPLIT, [self], Params::new().with("by", by).with("n", n))
    }

    /// One of the parts of the text between separators (negative: from the end); null if there are not so many.
    pub fn split_part(self, by: impl Into<Expr>, index: i64) -> Expr {
        Expr::call(&SPLIT_PART, [self, by.into()], Params::new().with("index", index))
    }

    /// So many parts of the text between separators, as a struct with the fields `0`, `1`, ...
    pub fn split_exact(self, by: &str, n: i64) -> Expr {
        Expr::call(&SPLIT_EXACT, [self], Params::new().with("by", by).with("n", n))
    }
}
