//! `len_chars`, `len_bytes`: how long text is.

use crate::data::{DType, strings};
use crate::expr::{Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, text};
use crate::kernels::map::collect_values;
use arrow::array::Int64Array;
use arrow::buffer::Buffer;
use std::sync::Arc;

/// The number of code points.
pub static LEN_CHARS: ScalarFunction = ScalarFunction::new(
    "len_chars",
    "strings",
    &["expr"],
    |types, _| Ok(Signature::new([text(&types[0])?], DType::Int64)),
    |args| {
        let texts = strings::views(args.value(0).array())?;
        let (views, buffers) = (texts.views(), texts.data_buffers());
        Ok(Arc::new(Int64Array::from(collect_values(views.len(), |row| characters(views[row], buffers)))))
    },
)
.aliased(&["str.len", "len", "length"])
.documented("The number of characters (Unicode code points) of the text.", || {
    example(["Oslo", "Zürich", ""], col("x").len_chars(), [4i64, 6, 0])
});

/// The number of characters of a view: all bytes but those that continue a character.
#[inline]
fn characters(view: u128, buffers: &[Buffer]) -> i64 {
    let bytes = view as u32;
    if bytes <= 12 {
        // Up to twelve bytes lie in the view itself, above the length; those that are not used are zero.
        let text = view >> 32;
        return i64::from(bytes - continued(text as u64) - continued((text >> 64) as u64));
    }
    let (buffer, start) = ((view >> 64) as u32 as usize, (view >> 96) as usize);
    // What a view under a null says may be of no buffer.
    let text =
        buffers.get(buffer).and_then(|buffer| buffer.get(start..start + bytes as usize)).unwrap_or(&[]);
    // The last eight bytes are read as one word; those of them that were counted before are shifted out.
    let Some(last) = text.last_chunk::<8>() else { return bytes.into() };
    let (words, _) = text[..(text.len() - 1) / 8 * 8].as_chunks::<8>();
    let mut more = continued(u64::from_le_bytes(*last) >> (8 * (7 - (bytes - 1) % 8)));
    for word in words {
        more += continued(u64::from_le_bytes(*word));
    }
    i64::from(bytes - more)
}

/// How many of eight bytes continue a character.
#[inline]
fn continued(bytes: u64) -> u32 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    match bytes & (ONES << 7) {
        0 => 0,
        // The upper two bits are 1 and 0.
        _ => ((bytes >> 7) & !(bytes >> 6) & ONES).count_ones(),
    }
}

/// The number of bytes.
pub static LEN_BYTES: ScalarFunction = ScalarFunction::new(
    "len_bytes",
    "strings",
    &["expr"],
    |types, _| Ok(Signature::new([text(&types[0])?], DType::Int64)),
    |args| {
        let texts = strings::views(args.value(0).array())?;
        // The low 32 bits of a view are the length.
        Ok(Arc::new(Int64Array::from_iter_values(texts.views().iter().map(|view| i64::from(*view as u32)))))
    },
)
.documented("The number of bytes of the text in UTF-8.", || {
    example(["Oslo", "Zürich", ""], col("x").len_bytes(), [4i64, 7, 0])
});

impl Expr {
    /// The number of characters (Unicode code points) of the text.
    pub fn len_chars(self) -> Expr {
        Expr::call(&LEN_CHARS, [self], Params::new())
    }

    /// The number of bytes of the text in UTF-8.
    pub fn len_bytes(self) -> Expr {
        Expr::call(&LEN_BYTES, [self], Params::new())
    }
}
