//! `str_slice`: a part of text, counted in characters.

use crate::data::{DType, Scalar, strings};
use crate::expr::function::ParamDefault;
use crate::expr::{Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, text};
use crate::kernels::views;
use std::ops::Range;

/// A part of the text.
pub static STR_SLICE: ScalarFunction = ScalarFunction::new(
    "str_slice",
    "strings",
    &["expr"],
    |types, params| {
        params.int("start")?;
        if !params.get("stop").is_null() {
            params.int("stop")?;
        }
        Ok(Signature::new([text(&types[0])?], DType::String))
    },
    |args| {
        let start = args.params().int("start")?;
        let stop = match args.params().get("stop") {
            Scalar::Null => None,
            _ => Some(args.params().int("stop")?),
        };
        let texts = strings::views(args.value(0).array())?;
        Ok(views::parts(texts, |_, text| range(text, start, stop)))
    },
)
.aliased(&["str.slice"])
.with_params(&[
    Param {
        name: "start",
        default: Some(ParamDefault::Int(0)),
        doc: "The first character; negative: from the end.",
    },
    Param {
        name: "stop",
        default: Some(ParamDefault::Null),
        doc: "The first character behind the part; negative: from the end; null: to the end.",
    },
])
.documented("The characters from `start` to before `stop`, as Python slices.", || {
    example(["Zürich", "Oslo"], col("x").str_slice(1, Some(-1)), ["üric", "sl"])
});

/// The bytes of characters `start..stop`.
fn range(text: &str, start: i64, stop: Option<i64>) -> Range<usize> {
    let ascii = text.is_ascii();
    let length = if ascii { text.len() } else { text.chars().count() } as i64;
    let place = |at: i64| (if at < 0 { at.saturating_add(length) } else { at }).clamp(0, length) as usize;
    let (start, stop) = (place(start), place(stop.unwrap_or(length)));
    let byte = |character: usize| match ascii {
        true => character,
        false => text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte),
    };
    if start < stop { byte(start)..byte(stop) } else { 0..0 }
}

impl Expr {
    /// The characters from `start` to before `stop`, as Python slices; negative positions count from the end.
    pub fn str_slice(self, start: i64, stop: Option<i64>) -> Expr {
        Expr::call(&STR_SLICE, [self], Params::new().with("start", start).with("stop", stop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_pythons() {
        let cases = [
            (0, None, "añb"),
            (1, Some(2), "ñ"),
            (-1, None, "b"),
            (-99, Some(1), "a"),
            (2, Some(1), ""),
            (5, Some(9), ""),
            (0, Some(-1), "añ"),
            (i64::MIN, Some(i64::MAX), "añb"),
        ];
        for (start, stop, expected) in cases {
            assert_eq!(&"añb"[range("añb", start, stop)], expected, "[{start}:{stop:?}]");
        }
        assert_eq!(&"abc"[range("abc", 1, Some(-1))], "b");
    }
}
