//! `len_chars`, `len_bytes`: how long text is.

use crate::data::{DType, strings};
use crate::expr::{Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, text};
use arrow::array::{Array, Int64Array};
use std::sync::Arc;

/// The number of code points.
pub static LEN_CHARS: ScalarFunction = ScalarFunction::new(
    "len_chars",
    "strings",
    &["expr"],
    |types, _| Ok(Signature::new([text(&types[0])?], DType::Int64)),
    |args| {
        let texts = strings::views(args.value(0).array())?;
        let count = |row| match texts.is_valid(row) {
            // All bytes but those that continue a character.
            true => texts.value(row).bytes().filter(|byte| (*byte as i8) >= -0x40).count() as i64,
            false => 0,
        };
        Ok(Arc::new(Int64Array::from_iter_values((0..texts.len()).map(count))))
    },
)
.aliased(&["str.len", "len", "length"])
.documented("The number of characters (Unicode code points) of the text.", || {
    example(["Oslo", "Zürich", ""], col("x").len_chars(), [4i64, 6, 0])
});

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
