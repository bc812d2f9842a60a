//! `removeprefix`, `removesuffix`, `str_repeat`, `str_get`, `slice_replace`, `replace_many`, `translate`, `wrap`.

use crate::data::{DType, Scalar};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Expr, Param, Params, ScalarFunction, Signature, col, interrupt};
use crate::functions::scalar::support::{Texts, example, text};
use crate::functions::scalar::text_search::{CASE, compile};
use crate::functions::scalar::text_support::{
    map_texts, may_grow, optional_int, push_repeated, size, text_to_text, texts_in,
};
use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use std::collections::BTreeMap;
use unicode_segmentation::UnicodeSegmentation;

macro_rules! affixes {
    ($($name:ident $text:literal $method:ident $alias:literal $document:literal, $code:expr,
        $affix:literal => $output:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "strings", &["expr", "affix"], text_to_text, |args| {
                    let affixes = Texts::new(args, 1)?;
                    let code: for<'a> fn(&'a str, &str) -> Option<&'a str> = $code;
                    map_texts(args, &mut |row, text, out| {
                        let Some(affix) = affixes.get(row) else { return Ok(false) };
                        out.push_str(code(text, affix).unwrap_or(text));
                        Ok(true)
                    })
                })
                .aliased(&[$alias])
                .documented($document, || example(["UA12", "x"], col("x").$method($affix), [$output, "x"]));
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self, affix: impl Into<Expr>) -> Expr {
                    Expr::call(&$name, [self, affix.into()], Params::new())
                }
            )*
        }
    };
}

affixes! {
    REMOVEPREFIX "removeprefix" removeprefix "str.removeprefix"
        "The text without another text at its start.", |text, affix| text.strip_prefix(affix), "UA" => "12";
    REMOVESUFFIX "removesuffix" removesuffix "str.removesuffix"
        "The text without another text at its end.", |text, affix| text.strip_suffix(affix), "12" => "UA";
}

/// Text several times.
pub static STR_REPEAT: ScalarFunction = ScalarFunction::new(
    "str_repeat",
    "strings",
    &["expr", "repeats"],
    |types, _| {
        if types[1] != DType::Null && !types[1].is_integer() {
            return Err(Error::type_mismatch(format!(
                "a whole number of repeats expected, not {}",
                types[1]
            )));
        }
        Ok(Signature::new([text(&types[0])?, DType::Int64], DType::String))
    },
    |args| {
        let repeats = args.array(1)?;
        let repeats = repeats.as_primitive::<Int64Type>();
        map_texts(args, &mut |row, text, out| {
            if repeats.is_null(row) {
                return Ok(false);
            }
            let times = usize::try_from(repeats.value(row)).unwrap_or(0);
            if text.len().checked_mul(times).is_none_or(|bytes| bytes > i32::MAX as usize) {
                return Err(Error::unsupported(format!("a single text of 2 GiB or more: {times} times")));
            }
            interrupt::room(text.len() * times)?;
            if !text.is_empty() {
                push_repeated(out, text, times);
            }
            Ok(true)
        })
    },
)
.failing()
.unbounded()
.documented("The text so many times, one after the other; less than once: nothing.", || {
    example([Some("ab"), None], col("x").str_repeat(3), [Some("ababab"), None])
});

/// One character.
pub static STR_GET: ScalarFunction = ScalarFunction::new(
    "str_get",
    "strings",
    &["expr"],
    |types, params| {
        params.int("i")?;
        texts_in(types, DType::String)
    },
    |args| {
        let at = args.params().int("i")?;
        map_texts(args, &mut |_, text, out| {
            let found = match usize::try_from(at) {
                Ok(at) => text.chars().nth(at),
                Err(_) => text.chars().nth_back((-1 - at) as usize),
            };
            out.extend(found);
            Ok(found.is_some())
        })
    },
)
.with_params(&[Param {
    name: "i",
    default: None,
    doc: "The number of the character from 0; negative: from the end, -1 being the last.",
}])
.documented("One character of the text; null if the text is not so long.", || {
    example([Some("Zürich"), Some("Z"), None], col("x").str_get(1), [Some("ü"), None, None])
});

/// A part of text replaced.
pub static SLICE_REPLACE: ScalarFunction = ScalarFunction::new(
    "slice_replace",
    "strings",
    &["expr"],
    |types, params| {
        params.str("repl")?;
        optional_int(params, "start")?;
        optional_int(params, "stop")?;
        texts_in(types, DType::String)
    },
    |args| {
        let (start, stop) = (optional_int(args.params(), "start")?, optional_int(args.params(), "stop")?);
        let by = args.params().str("repl")?;
        map_texts(args, &mut |_, text, out| {
            let length = text.chars().count() as i64;
            let place = |at: i64| (if at < 0 { at.saturating_add(length) } else { at }).clamp(0, length);
            let first = place(start.unwrap_or(0));
            let last = place(stop.unwrap_or(length)).max(first);
            let byte = |at: i64| text.char_indices().nth(at as usize).map_or(text.len(), |(byte, _)| byte);
            out.push_str(&text[..byte(first)]);
            out.push_str(by);
            out.push_str(&text[byte(last)..]);
            Ok(true)
        })
    },
)
.aliased(&["str.slice_replace"])
.with_params(&[
    Param {
        name: "start",
        default: Some(ParamDefault::Null),
        doc: "The first character that is replaced; negative: from the end; null: from the start.",
    },
    Param {
        name: "stop",
        default: Some(ParamDefault::Null),
        doc: "The first character that stays; negative: from the end; null: to the end.",
    },
    Param { name: "repl", default: Some(ParamDefault::Str("")), doc: "What stands there instead." },
])
.documented("The text with the characters from `start` to before `stop` replaced.", || {
    example(["2024-02", "ab"], col("x").slice_replace(0, Some(4), "Y"), ["Y-02", "Y"])
});

/// Many texts replaced at once.
pub static REPLACE_MANY: ScalarFunction = ScalarFunction::new(
    "replace_many",
    "strings",
    &["expr"],
    |types, params| {
        replacements(params)?;
        texts_in(types, DType::String)
    },
    |args| {
        let (patterns, by) = replacements(args.params())?;
        let case = args.params().bool("case")?;
        let folded = |text: &str| if case { text.to_owned() } else { text.to_lowercase() };
        let alternatives: Vec<String> = patterns.iter().map(|pattern| regex::escape(pattern)).collect();
        let regex = match alternatives.is_empty() {
            true => None,
            false => {
                let params = Params::new().with("regex", true).with("case", case);
                Some(compile(&alternatives.join("|"), &params)?)
            }
        };
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for (pattern, by) in patterns.iter().zip(&by) {
            known.entry(folded(pattern)).or_insert(by);
        }
        map_texts(args, &mut |_, text, out| {
            let (mut end, start, mut asked) = (0, out.len(), 0);
            for found in regex.iter().flat_map(|regex| regex.find_iter(text)) {
                out.push_str(&text[end..found.start()]);
                out.push_str(known.get(&folded(found.as_str())).copied().unwrap_or(found.as_str()));
                end = found.end();
                may_grow(out, start, &mut asked)?;
            }
            out.push_str(&text[end..]);
            Ok(true)
        })
    },
)
.with_params(&[
    Param {
        name: "old",
        default: None,
        doc: "The texts to look for; where several fit, the first is taken.",
    },
    Param {
        name: "new",
        default: None,
        doc: "What each of them becomes; one text: what all of them become.",
    },
    CASE,
])
.documented("The text with many texts replaced in one pass: what is put in is not looked at again.", || {
    example(["ab ba", "c"], col("x").replace_many(["a", "b"], ["b", "a"]), ["ba ab", "c"])
});

/// Characters replaced one by one.
pub static TRANSLATE: ScalarFunction = ScalarFunction::new(
    "translate",
    "strings",
    &["expr"],
    |types, params| {
        params.str("old")?;
        params.str("new")?;
        texts_in(types, DType::String)
    },
    |args| {
        let old: Vec<char> = args.params().str("old")?.chars().collect();
        let new: Vec<char> = args.params().str("new")?.chars().collect();
        map_texts(args, &mut |_, text, out| {
            out.extend(text.chars().filter_map(|letter| match old.iter().position(|old| *old == letter) {
                Some(at) => new.get(at).copied(),
                None => Some(letter),
            }));
            Ok(true)
        })
    },
)
.with_params(&[
    Param { name: "old", default: None, doc: "The characters to replace." },
    Param {
        name: "new",
        default: None,
        doc: "What each becomes, in the same order; one that has none is removed.",
    },
])
.documented("The text with characters replaced one by one, as SQL's `translate`.", || {
    example(["a-b.c", "x"], col("x").translate("-.", "_"), ["a_bc", "x"])
});

/// Text in lines.
pub static WRAP: ScalarFunction = ScalarFunction::new(
    "wrap",
    "strings",
    &["expr"],
    |types, params| {
        if size(params, "width")? == 0 {
            return Err(Error::invalid("lines have at least 1 character"));
        }
        texts_in(types, DType::String)
    },
    |args| {
        let width = size(args.params(), "width")?;
        map_texts(args, &mut |_, text, out| {
            let start = out.len();
            let mut used = 0;
            for word in text.split_whitespace() {
                let mut letters: Vec<&str> = word.graphemes(true).collect();
                if out.len() > start {
                    let fits = used + 1 + letters.len() <= width;
                    out.push(if fits { ' ' } else { '\n' });
                    used = if fits { used + 1 } else { 0 };
                }
                while letters.len() > width {
                    let rest = letters.split_off(width);
                    letters.into_iter().for_each(|letter| out.push_str(letter));
                    out.push('\n');
                    letters = rest;
                }
                used += letters.len();
                letters.into_iter().for_each(|letter| out.push_str(letter));
            }
            Ok(true)
        })
    },
)
.aliased(&["str.wrap"])
.with_params(&[Param { name: "width", default: None, doc: "How many characters a line has at most." }])
.documented("The words of the text in lines of a width; words that are longer are cut.", || {
    example(["to be or not", ""], col("x").wrap(6), ["to be\nor not", ""])
});

fn replacements(params: &Params) -> Result<(Vec<String>, Vec<String>)> {
    let texts = |name: &str| -> Result<Vec<String>> {
        let refused = || Error::invalid(format!("{name} must be a list of texts, not {}", params.get(name)));
        let Scalar::List(texts) = params.get(name) else { return Err(refused()) };
        texts.iter().map(|text| text.as_str().map(str::to_owned).ok_or_else(refused)).collect()
    };
    let old = texts("old")?;
    let new = match params.get("new").as_str() {
        Some(one) => vec![one.to_owned(); old.len()],
        None => texts("new")?,
    };
    if old.iter().any(String::is_empty) {
        return Err(Error::invalid("an empty text to replace"));
    }
    match old.len() == new.len() {
        true => Ok((old, new)),
        false => Err(Error::invalid(format!("{} texts to replace by {}", old.len(), new.len()))),
    }
}

impl Expr {
    /// The text so many times, one after the other.
    pub fn str_repeat(self, repeats: impl Into<Expr>) -> Expr {
        Expr::call(&STR_REPEAT, [self, repeats.into()], Params::new())
    }

    /// One character of the text by its number from 0 (negative: from the end); null if the text is not so long.
    pub fn str_get(self, index: i64) -> Expr {
        Expr::call(&STR_GET, [self], Params::new().with("i", index))
    }

    /// The text with the characters from `start` to before `stop` replaced.
    pub fn slice_replace(self, start: i64, stop: Option<i64>, by: &str) -> Expr {
        let params = Params::new().with("start", start).with("stop", stop).with("repl", by);
        Expr::call(&SLICE_REPLACE, [self], params)
    }

    /// The text with many texts replaced in one pass.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["1 St, 2 Av"]).finish()?;
    /// let long = frame.select([col("x").replace_many(["St", "Av"], ["Street", "Avenue"])])?;
    /// assert_eq!(long.column("x")?.get(0)?, "1 Street, 2 Avenue".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn replace_many<'a>(
        self,
        old: impl IntoIterator<Item = &'a str>,
        new: impl IntoIterator<Item = &'a str>,
    ) -> Expr {
        let [old, new] =
            [old.into_iter().map(Scalar::from).collect(), new.into_iter().map(Scalar::from).collect()];
        let params = Params::new().with("old", Scalar::List(old)).with("new", Scalar::List(new));
        Expr::call(&REPLACE_MANY, [self], params)
    }

    /// The text with the characters of `old` replaced by those of `new`, one by one; one that has none is removed.
    pub fn translate(self, old: &str, new: &str) -> Expr {
        Expr::call(&TRANSLATE, [self], Params::new().with("old", old).with("new", new))
    }

    /// The words of the text in lines of a width.
    pub fn wrap(self, width: i64) -> Expr {
        Expr::call(&WRAP, [self], Params::new().with("width", width))
    }
}
