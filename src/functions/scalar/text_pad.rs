//! `str_pad`, `ljust`, `rjust`, `center`, `zfill`: text made longer. Text is never made shorter.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col, interrupt};
use crate::functions::scalar::support::example;
use crate::functions::scalar::text_support::{map_texts, one_character, push_repeated, size, texts_in};
use arrow::array::ArrayRef;

const WIDTH: Param =
    Param { name: "width", default: None, doc: "How many characters the text has at least afterwards." };
const FILL: Param =
    Param { name: "fillchar", default: Some(ParamDefault::Str(" ")), doc: "The character that is added." };

/// Text with characters before it, behind it or both.
pub static STR_PAD: ScalarFunction =
    ScalarFunction::new("str_pad", "strings", &["expr"], signature, |args| pad(args, side(args.params())?))
        .with_params(&[
            WIDTH,
            Param {
                name: "side",
                default: Some(ParamDefault::Str("left")),
                doc: "Where characters are added: `left`, `right` or `both`.",
            },
            FILL,
        ])
        .documented("The text with characters added until it has a width.", || {
            example([Some("Oslo"), None], col("x").str_pad(6, "left", "."), [Some("..Oslo"), None])
        });

macro_rules! sides {
    ($($name:ident $text:literal $method:ident $alias:literal $document:literal, $side:ident $output:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "strings", &["expr"], signature, |args| pad(args, Side::$side))
                    .aliased(&[$alias])
                    .with_params(&[WIDTH, FILL])
                    .documented($document, || {
                        example(["Zürich", "Oslo"], col("x").$method(7), [$output, concat_sides(Side::$side)])
                    });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self, width: i64) -> Expr {
                    Expr::call(&$name, [self], Params::new().with("width", width))
                }
            )*
        }
    };
}

sides! {
    LJUST "ljust" ljust "str.ljust"
        "The text with characters added behind it until it has a width.", Right "Zürich ";
    RJUST "rjust" rjust "str.rjust"
        "The text with characters added before it until it has a width.", Left " Zürich";
    CENTER "center" center "str.center"
        "The text with characters added on both sides until it has a width; an odd one stands where Python puts it.",
        Both " Zürich";
}

/// A number with zeros before it.
pub static ZFILL: ScalarFunction =
    ScalarFunction::new("zfill", "strings", &["expr"], signature, |args| pad(args, Side::Zeros))
        .aliased(&["str.zfill"])
        .with_params(&[WIDTH])
        .documented("The text with zeros added before it, but behind a sign, until it has a width.", || {
            example(["7", "-7", "12345"], col("x").zfill(4), ["0007", "-007", "12345"])
        });

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
    Both,
    Zeros,
}

fn side(params: &Params) -> Result<Side> {
    Ok(match params.str("side")? {
        "left" => Side::Left,
        "right" => Side::Right,
        "both" => Side::Both,
        other => {
            return Err(Error::invalid(format!("no side {other:?}")).hint("use left, right or both"));
        }
    })
}

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    size(params, "width")?;
    if !params.get("side").is_null() {
        side(params)?;
    }
    if !params.get("fillchar").is_null() {
        one_character(params, "fillchar")?;
    }
    texts_in(types, DType::String)
}

fn pad(args: &Args<'_>, side: Side) -> Result<ArrayRef> {
    let width = size(args.params(), "width")?;
    let fill = match side {
        Side::Zeros => '0',
        _ => one_character(args.params(), "fillchar")?,
    };
    let mut buffer = [0; 4];
    let fill: &str = fill.encode_utf8(&mut buffer);
    map_texts(args, &mut |_, text, out| {
        let length = if text.is_ascii() { text.len() } else { text.chars().count() };
        let missing = width.saturating_sub(length);
        let added = missing.saturating_mul(fill.len());
        if added > i32::MAX as usize {
            return Err(Error::unsupported("a single text of 2 GiB or more"));
        }
        interrupt::room(added)?;
        let (before, after) = match side {
            Side::Left | Side::Zeros => (missing, 0),
            Side::Right => (0, missing),
            Side::Both => {
                // Python: an odd character stands before the text where the width is odd too.
                let before = missing / 2 + (missing & width & 1);
                (before, missing - before)
            }
        };
        let mut text = text;
        if let (Side::Zeros, Some(sign @ ('+' | '-'))) = (side, text.chars().next()) {
            out.push(sign);
            text = &text[1..];
        }
        push_repeated(out, fill, before);
        out.push_str(text);
        push_repeated(out, fill, after);
        Ok(true)
    })
}

/// `Oslo` of width 7, for the examples.
fn concat_sides(side: Side) -> &'static str {
    match side {
        Side::Right => "Oslo   ",
        Side::Both => "  Oslo ",
        _ => "   Oslo",
    }
}

impl Expr {
    /// The text with a character added on a side (`left`, `right`, `both`) until it has a width.
    pub fn str_pad(self, width: i64, side: &str, fill: &str) -> Expr {
        let params = Params::new().with("width", width).with("side", side).with("fillchar", fill);
        Expr::call(&STR_PAD, [self], params)
    }

    /// The text with zeros added before it, but behind a sign, until it has a width.
    pub fn zfill(self, width: i64) -> Expr {
        Expr::call(&ZFILL, [self], Params::new().with("width", width))
    }
}
