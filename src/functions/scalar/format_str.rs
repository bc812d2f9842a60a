//! `format_str`: values in the places of a text.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::example;
use crate::kernels::Value;
use crate::kernels::views;
use arrow::array::{ArrayRef, StringViewArray, new_null_array};
use std::sync::Arc;

/// A text with the values in its places.
pub static FORMAT_STR: ScalarFunction = ScalarFunction::new(
    "format_str",
    "strings",
    &["expr", "others"],
    |types, params| {
        let pieces = pieces(params.str("template")?, types.len())?;
        let given = |at: &usize| pieces.iter().any(|piece| matches!(piece, Piece::Value(other) if other == at));
        if let Some(unused) = (0..types.len()).find(|at| !given(at)) {
            return Err(Error::invalid(format!("the text has no place for value {unused}"))
                .hint("`{}` stands for the next value, `{0}` for the first"));
        }
        Ok(Signature::new(vec![DType::String; types.len()], DType::String))
    },
    format,
)
.taking_many()
.handling_nulls()
.with_params(&[Param {
    name: "template",
    default: None,
    doc: "The text; `{}` stands for the next value, `{1}` for the value with this number, counted from 0, `{{` and `}}` for \
          braces.",
}])
.documented(
    "A text with the values in its places, as a cast to text writes them; null if one of them is null.\n\n# Errors\n\
     A place without a value, a value without a place, anything else between braces.",
    || {
        let expr = col("x").format_str([Expr::from(3i64)], "{} of {}");
        example([Some("one"), None], expr, [Some("one of 3"), None])
    },
);

/// A part of a template.
enum Piece {
    Text(String),
    /// The number of a value.
    Value(usize),
}

/// The parts of a template for so many values.
fn pieces(template: &str, values: usize) -> Result<Vec<Piece>> {
    let (mut pieces, mut text, mut next) = (Vec::new(), String::new(), 0);
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(more) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = more;
            continue;
        }
        let inner = (brace == "{").then(|| rest.split_once('}')).flatten();
        let Some((inner, more)) = inner else {
            return Err(Error::invalid(format!("a single {brace:?} in the text {template:?}"))
                .hint("write `{{` or `}}` for a brace"));
        };
        let number = match inner {
            "" => {
                next += 1;
                Some(next - 1)
            }
            digits => digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit())),
        };
        let Some(number) = number else {
            return Err(Error::invalid(format!("{{{inner}}} is no place for a value in {template:?}"))
                .hint("write `{}` or `{0}`; round and pad values before, with `round` and `str_pad`"));
        };
        if number >= values {
            return Err(Error::invalid(format!(
                "no value {number} for the text {template:?}: there are {values}"
            )));
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(Piece::Value(number));
        rest = more;
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

fn format(args: &Args<'_>) -> Result<ArrayRef> {
    if (0..args.len()).any(|at| args.value(at).is_null_scalar()) {
        return Ok(new_null_array(&DType::String.to_arrow(), args.rows()));
    }
    let pieces = pieces(args.params().str("template")?, args.len())?;
    let texts = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => Some(Value::scalar(Arc::new(StringViewArray::from(vec![text.as_str()])))),
        Piece::Value(_) => None,
    });
    let texts: Vec<Option<Value>> = texts.collect();
    let values = pieces.iter().zip(&texts).filter_map(|(piece, text)| match piece {
        Piece::Value(at) => Some(args.value(*at)),
        Piece::Text(_) => text.as_ref(),
    });
    views::concat(&values.collect::<Vec<_>>(), "")
}

impl Expr {
    /// A text with this value and others in its places: `{}` for the next one, `{1}` by number. Null if one of them is null.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("name", ["Oslo"]).column("flights", [12i64]).finish()?;
    /// let text = col("name").format_str([col("flights")], "{} had {} flights");
    /// let texts = frame.lazy().select([text.alias("text")]).collect()?;
    /// assert_eq!(texts.column("text")?.get(0)?.as_str(), Some("Oslo had 12 flights"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn format_str(self, others: impl IntoIterator<Item = Expr>, template: &str) -> Expr {
        let args: Vec<Expr> = std::iter::once(self).chain(others).collect();
        Expr::call(&FORMAT_STR, args, Params::new().with("template", template))
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Frame;
    use crate::error::ErrorKind;
    use crate::expr::col;

    fn formatted(template: &str) -> crate::error::Result<Vec<Option<String>>> {
        let frame = Frame::builder()
            .column("a", [Some("x"), None, Some("{}")])
            .column("b", [1.5f64, 2.0, f64::NAN])
            .finish()?;
        let texts = frame.select([col("a").format_str([col("b")], template).alias("t")])?;
        (0..3).map(|row| Ok(texts.column("t")?.get(row)?.as_str().map(str::to_owned))).collect()
    }

    #[test]
    fn places_are_filled() {
        let texts = |template| {
            let found = formatted(template).unwrap();
            assert_eq!(found[1], None);
            [found[0].clone().unwrap(), found[2].clone().unwrap()]
        };
        assert_eq!(texts("{}{}"), ["x1.5", "{}NaN"]);
        assert_eq!(texts("<{1}|{0}|{1}> {{{}}}"), ["<1.5|x|1.5> {x}", "<NaN|{}|NaN> {{}}"]);
        assert_eq!(texts("{} æ {}}}"), ["x æ 1.5}", "{} æ NaN}"]);
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for (template, told) in [
            ("{}", "no place for value 1"),
            ("{} {} {}", "no value 2"),
            ("{1} {7}", "no value 7"),
            ("{} {", "a single \"{\""),
            ("{} }", "a single \"}\""),
            ("{0} {1:.2f}", "{1:.2f} is no place"),
            ("{0} {1} {+1}", "{+1} is no place"),
        ] {
            let error = formatted(template).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{template}");
            assert!(error.to_string().contains(told), "{template}: {error}");
        }
    }
}
