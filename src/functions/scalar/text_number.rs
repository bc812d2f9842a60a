//! `to_integer`, `to_decimal`: numbers written as text.

use crate::data::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{column_of, example, example_of, text};
use crate::functions::scalar::text_support::count_texts;
use crate::kernels::cast::cast;
use crate::kernels::cast_job::CastMode;

const STRICT: Param = Param {
    name: "strict",
    default: Some(ParamDefault::Bool(true)),
    doc: "Whether text of another form is an error; otherwise it gives null.",
};

/// Text read as an integer of a base.
pub static TO_INTEGER: ScalarFunction = ScalarFunction::new(
    "to_integer",
    "strings",
    &["expr"],
    |types, params| {
        base(params)?;
        params.bool("strict")?;
        Ok(Signature::new([text(&types[0])?], DType::Int64))
    },
    |args| {
        let (base, strict) = (base(args.params())?, args.params().bool("strict")?);
        count_texts(args, &mut |_, text| match integer(text, base) {
            None if strict => {
                Err(Error::new(ErrorKind::Parse, format!("text is no int64 of base {base}")))
            }
            read => Ok(read),
        })
    },
)
.with_params(&[
    Param { name: "base", default: Some(ParamDefault::Int(10)), doc: "The base, 2 to 36." },
    STRICT,
])
.failing()
.documented(
    "Text as an integer of any base: a sign and digits; before those of base 2, 8 and 16 may stand `0b`, `0o` and `0x`.",
    || example([Some("ff"), Some("-0x10"), None], col("x").to_integer(16), [Some(255i64), Some(-16), None]),
);

/// Text read as a decimal.
pub static TO_DECIMAL: ScalarFunction = ScalarFunction::new(
    "to_decimal",
    "strings",
    &["expr"],
    |types, params| {
        params.bool("strict")?;
        let (precision, scale) = (params.int("precision")?, params.int("scale")?);
        if !(1..=38).contains(&precision) || !(0..=precision).contains(&scale) {
            return Err(Error::invalid(format!("no decimal of {precision} digits, {scale} after the point"))
                .hint("a decimal has 1 to 38 digits, and at most that many after the point"));
        }
        Ok(Signature::new([text(&types[0])?], DType::Decimal(precision as u8, scale as i8)))
    },
    |args| {
        let mode = if args.params().bool("strict")? { CastMode::Strict } else { CastMode::Lenient };
        cast(args.value(0).array(), args.output(), mode)
    },
)
.with_params(&[
    Param {
        name: "scale",
        default: None,
        doc: "Digits after the point; more of them in the text are no decimal.",
    },
    Param { name: "precision", default: Some(ParamDefault::Int(38)), doc: "Digits in all, 38 at most." },
    STRICT,
])
.failing()
.documented("Text as an exact decimal.", || {
    let decimals = column_of(&DType::Decimal(38, 2), &["12.50", ""]);
    example_of([Some("12.5"), None].into_iter().collect(), col("x").to_decimal(38, 2), decimals)
});

fn base(params: &Params) -> Result<u32> {
    let base = params.int("base")?;
    u32::try_from(base)
        .ok()
        .filter(|base| (2..=36).contains(base))
        .ok_or_else(|| Error::invalid(format!("no base {base}")).hint("bases go from 2 to 36"))
}

fn integer(text: &str, base: u32) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let prefix = match base {
        2 => ["0b", "0B"],
        8 => ["0o", "0O"],
        16 => ["0x", "0X"],
        _ => ["", ""],
    };
    let digits = prefix.iter().find_map(|prefix| digits.strip_prefix(prefix)).unwrap_or(digits);
    // A second sign is none of a digit.
    if !digits.starts_with(|letter: char| letter.is_digit(base)) {
        return None;
    }
    let size = i128::from_str_radix(digits, base).ok()?;
    i64::try_from(if negative { -size } else { size }).ok()
}

impl Expr {
    /// Text as an integer of a base from 2 to 36.
    pub fn to_integer(self, base: i64) -> Expr {
        Expr::call(&TO_INTEGER, [self], Params::new().with("base", base))
    }

    /// Text as an exact decimal of so many digits in all and after the point.
    pub fn to_decimal(self, precision: i64, scale: i64) -> Expr {
        Expr::call(&TO_DECIMAL, [self], Params::new().with("precision", precision).with("scale", scale))
    }
}
