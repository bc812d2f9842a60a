//! `hex_encode`, `base64_encode`, `url_encode` and their opposites: bytes as text.

use crate::data::{Column, DType, strings};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, example_of, text, wanted};
use crate::functions::scalar::text_support::{map_texts, text_to_text, texts_in};
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, BinaryViewBuilder, StringViewArray};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;
use std::sync::Arc;

const STRICT: Param = Param {
    name: "strict",
    default: Some(ParamDefault::Bool(true)),
    doc: "Whether text that is no such code is an error; otherwise it gives null.",
};

/// Bytes in hexadecimal digits.
pub static HEX_ENCODE: ScalarFunction =
    ScalarFunction::new("hex_encode", "strings", &["expr"], bytes_to_text, |args| {
        encode(args, |bytes, out| bytes.iter().for_each(|byte| _ = write!(out, "{byte:02x}")))
    })
    .documented("The bytes of the value (of text, in UTF-8) as small hexadecimal digits.", || {
        example([Some("Oslo"), None], col("x").hex_encode(), [Some("4f736c6f"), None])
    });

/// Bytes in base 64.
pub static BASE64_ENCODE: ScalarFunction =
    ScalarFunction::new("base64_encode", "strings", &["expr"], bytes_to_text, |args| {
        encode(args, |bytes, out| STANDARD.encode_string(bytes, out))
    })
    .documented("The bytes of the value (of text, in UTF-8) in base 64.", || {
        example([Some("Oslo"), None], col("x").base64_encode(), [Some("T3Nsbw=="), None])
    });

/// Bytes of hexadecimal digits.
pub static HEX_DECODE: ScalarFunction =
    ScalarFunction::new("hex_decode", "strings", &["expr"], text_to_bytes, |args| {
        decode(args, unhex, "hexadecimal")
    })
    .with_params(&[STRICT])
    .failing()
    .documented("The bytes that hexadecimal digits stand for.", || {
        example_of(
            [Some("4f73"), None].into_iter().collect(),
            col("x").hex_decode(),
            bytes(&[Some(b"Os"), None]),
        )
    });

/// Bytes of text in base 64.
pub static BASE64_DECODE: ScalarFunction =
    ScalarFunction::new("base64_decode", "strings", &["expr"], text_to_bytes, |args| {
        decode(args, |text| STANDARD.decode(text).ok(), "base 64")
    })
    .with_params(&[STRICT])
    .failing()
    .documented("The bytes that text in base 64 stands for.", || {
        example_of(
            [Some("T3M="), None].into_iter().collect(),
            col("x").base64_decode(),
            bytes(&[Some(b"Os"), None]),
        )
    });

/// Text as it may stand in an address.
pub static URL_ENCODE: ScalarFunction =
    ScalarFunction::new("url_encode", "strings", &["expr"], text_to_text, |args| {
        map_texts(args, &mut |_, text, out| {
            for byte in text.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                        out.push(byte.into())
                    }
                    byte => _ = write!(out, "%{byte:02X}"),
                }
            }
            Ok(true)
        })
    })
    .documented(
        "The text as it may stand anywhere in a web address: other bytes than unreserved ones as `%20`.",
        || example([Some("a b/ø"), None], col("x").url_encode(), [Some("a%20b%2F%C3%B8"), None]),
    );

/// Text of an address.
pub static URL_DECODE: ScalarFunction = ScalarFunction::new(
    "url_decode",
    "strings",
    &["expr"],
    |types, params| {
        params.bool("strict")?;
        texts_in(types, DType::String)
    },
    |args| {
        let strict = args.params().bool("strict")?;
        map_texts(args, &mut |_, text, out| match unescape(text) {
            Some(text) => {
                out.push_str(&text);
                Ok(true)
            }
            None if strict => Err(refused("an encoded address")),
            None => Ok(false),
        })
    },
)
.with_params(&[STRICT])
.failing()
.documented("The text of which `url_encode` makes this: `%20` becomes a blank.", || {
    example([Some("a%20b"), None], col("x").url_decode(), [Some("a b"), None])
});

fn bytes_to_text(types: &[DType], _: &Params) -> Result<Signature> {
    let fits = |dtype: &DType| matches!(dtype, DType::String | DType::Binary);
    Ok(Signature::new([wanted(&types[0], fits, DType::Binary, "text or binary")?], DType::String))
}

fn text_to_bytes(types: &[DType], params: &Params) -> Result<Signature> {
    params.bool("strict")?;
    Ok(Signature::new([text(&types[0])?], DType::Binary))
}

fn encode(args: &Args<'_>, code: fn(&[u8], &mut String)) -> Result<ArrayRef> {
    let array = args.value(0).array();
    let bytes = match array.as_string_view_opt() {
        Some(texts) => texts.clone().to_binary_view(),
        None => array.as_binary_view().clone(),
    };
    let mut text = String::new();
    let texts = (0..bytes.len()).map(|row| {
        text.clear();
        bytes.is_valid(row).then(|| code(bytes.value(row), &mut text))?;
        Some(text.clone())
    });
    Ok(Arc::new(texts.collect::<StringViewArray>()))
}

fn decode(args: &Args<'_>, code: fn(&str) -> Option<Vec<u8>>, what: &str) -> Result<ArrayRef> {
    let strict = args.params().bool("strict")?;
    let texts = strings::views(args.value(0).array())?;
    let mut decoded = BinaryViewBuilder::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        match (text, text.and_then(code)) {
            (Some(text), None) if strict => return Err(refused(what).row(row as u64).value(text)),
            (_, bytes) => decoded.append_option(bytes),
        }
    }
    Ok(Arc::new(decoded.finish()))
}

fn refused(what: &str) -> Error {
    Error::new(ErrorKind::Parse, format!("text is not {what}")).hint("strict=false gives null")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|digit| Some(digit.to_digit(16)? as u8)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn unescape(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.extend(unhex(part.get(..2)?)?);
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

fn bytes(values: &[Option<&[u8; 2]>]) -> Column {
    let values = values.iter().map(|value| value.map(|bytes| bytes.as_slice()));
    Column::from_held(Arc::new(values.collect::<BinaryViewArray>()))
}

macro_rules! methods {
    ($($name:ident $method:ident $document:literal;)*) => {
        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self) -> Expr {
                    Expr::call(&$name, [self], Params::new())
                }
            )*
        }
    };
}

methods! {
    HEX_ENCODE hex_encode "The bytes of the value (of text, in UTF-8) as hexadecimal digits.";
    HEX_DECODE hex_decode "The bytes that hexadecimal digits stand for.";
    BASE64_ENCODE base64_encode "The bytes of the value (of text, in UTF-8) in base 64.";
    BASE64_DECODE base64_decode "The bytes that text in base 64 stands for.";
    URL_ENCODE url_encode "The text as it may stand anywhere in a web address.";
    URL_DECODE url_decode "The text of which `url_encode` makes this.";
}
