//! `upper`, `lower`: text in capitals or small letters.

use crate::data::{DType, strings};
use crate::error::Result;
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, text};
use crate::kernels::views;
use arrow::array::ArrayRef;

/// The text in capitals.
pub static UPPER: ScalarFunction = ScalarFunction::new("upper", "strings", &["expr"], signature, |args| {
    change(args, str::make_ascii_uppercase, str::to_uppercase)
})
.aliased(&["str.upper", "to_uppercase"])
.documented("The text in capitals, by the rules of Unicode (`ß` becomes `SS`).", || {
    example([Some("Straße"), None], col("x").upper(), [Some("STRASSE"), None])
});

/// The text in small letters.
pub static LOWER: ScalarFunction = ScalarFunction::new("lower", "strings", &["expr"], signature, |args| {
    change(args, str::make_ascii_lowercase, str::to_lowercase)
})
.aliased(&["str.lower", "to_lowercase"])
.documented("The text in small letters, by the rules of Unicode.", || {
    example(["OSLO", "ΟΔΟΣ"], col("x").lower(), ["oslo", "οδος"])
});

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    Ok(Signature::new([text(&types[0])?], DType::String))
}

fn change(args: &Args<'_>, ascii: fn(&mut str), whole: fn(&str) -> String) -> Result<ArrayRef> {
    views::map(strings::views(args.value(0).array())?, |text, out| match text.is_ascii() {
        true => {
            let start = out.len();
            out.push_str(text);
            ascii(&mut out[start..]);
        }
        false => out.push_str(&whole(text)),
    })
}

impl Expr {
    /// The text in capitals, by the rules of Unicode.
    pub fn upper(self) -> Expr {
        Expr::call(&UPPER, [self], Params::new())
    }

    /// The text in small letters, by the rules of Unicode.
    pub fn lower(self) -> Expr {
        Expr::call(&LOWER, [self], Params::new())
    }
}
