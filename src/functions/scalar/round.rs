//! `round`, `floor`, `ceil`, `trunc`: numbers with fewer digits.

use crate::data::dispatch::{array_from, from_words, logical, primitive};
use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, number};
use crate::kernels::blocks::BLOCK;
use crate::kernels::map::{array_of, is_valid, map_values};
use crate::kernels::number::limits;
use crate::kernels::rounding::{Ties, round_all, round_f32, round_whole};
use crate::kernels::{decimal, rounding};
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type};

/// A number of digits after the point.
pub static ROUND: ScalarFunction = ScalarFunction::new(
    "round",
    "math",
    &["expr"],
    |types, params| {
        ties(params)?;
        params.int("decimals")?;
        signature(types, params)
    },
    |args| {
        let decimals = args.params().int("decimals")?.clamp(-400, 400) as i32;
        let ties = ties(args.params())?;
        let array = args.value(0).array();
        Ok(match array.data_type() {
            DataType::Float32 => {
                map_values::<Float32Type, Float32Type>(array, |x| round_f32(x, decimals, ties))
            }
            DataType::Float64 => {
                let rounded = round_all(primitive::<Float64Type>(array).values(), decimals, ties);
                array_of::<Float64Type>(rounded, array.nulls().cloned())
            }
            DataType::Decimal128(_, scale) => {
                let drop = i32::from(*scale) - decimals;
                return decimals_by(args, &|digits| round_whole(digits, drop, ties));
            }
            _ if decimals >= 0 => array.clone(),
            dtype if dtype.is_integer() => return integers_by(args, &|value| round_whole(value, -decimals, ties)),
            _ => array.clone(),
        })
    },
)
.failing()
.with_params(&[
    Param {
        name: "decimals",
        default: Some(ParamDefault::Int(0)),
        doc: "Digits kept after the point; negative: zeros before it.",
    },
    Param {
        name: "ties",
        default: Some(ParamDefault::Str("even")),
        doc: "Where a half goes: to the `even` neighbour or `away` from zero.",
    },
])
.documented(
    "The number rounded to some digits after the point. What counts is the decimal number that is printed: 2.675 \
     is half-way between 2.67 and 2.68, although the float is a little less.",
    || example([2.5, 3.5, -0.4], col("x").round(0), [2.0, 4.0, -0.0]),
);

macro_rules! directions {
    ($($name:ident $text:literal $method:ident [$($alias:literal),*] $document:literal,
        $narrow:expr, $wide:expr, $digits:expr, $output:expr;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction = ScalarFunction::new($text, "math", &["expr"], signature, |args| {
                let array = args.value(0).array();
                Ok(match array.data_type() {
                    DataType::Float32 => map_values::<Float32Type, Float32Type>(array, $narrow),
                    DataType::Float64 => map_values::<Float64Type, Float64Type>(array, $wide),
                    DataType::Decimal128(_, scale) if *scale > 0 => {
                        let power = decimal::power_of_ten(scale.unsigned_abs().into()).unwrap_or(i128::MAX);
                        return decimals_by(args, &|digits| $digits(digits, power));
                    }
                    _ => array.clone(),
                })
            })
            .failing()
            .aliased(&[$($alias),*])
            .documented($document, || {
                let expr = Expr::call(&$name, [col("x")], Params::new());
                example([Some(2.5), Some(-2.5), None], expr, $output)
            });
        )*

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

directions! {
    FLOOR "floor" floor [] "The greatest whole number that is not above; the type stays.",
        f32::floor, f64::floor, rounding::floor_whole, [Some(2.0), Some(-3.0), None];
    CEIL "ceil" ceil [] "The least whole number that is not below; the type stays.",
        f32::ceil, f64::ceil, rounding::ceil_whole, [Some(3.0), Some(-2.0), None];
    TRUNC "trunc" trunc ["fix"] "The whole number without the digits after the point; the type stays.",
        f32::trunc, f64::trunc, rounding::truncate_whole, [Some(2.0), Some(-2.0), None];
}

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    let dtype = number(&types[0])?;
    Ok(Signature::new([dtype.clone()], dtype))
}

fn ties(params: &Params) -> Result<Ties> {
    match params.str("ties")? {
        "even" => Ok(Ties::Even),
        "away" => Ok(Ties::Away),
        other => Err(Error::invalid(format!("ties must not be {other:?}")).hint("use \"even\" or \"away\"")),
    }
}

fn decimals_by(args: &Args<'_>, f: &dyn Fn(i128) -> Option<i128>) -> Result<ArrayRef> {
    let DType::Decimal(precision, _) = *args.output() else {
        return Err(Error::internal("a decimal that is none"));
    };
    let array = args.value(0).array();
    let fitted = |digits| f(digits).filter(|digits| decimal::fits(*digits, precision));
    let digits = checked(args, primitive::<Decimal128Type>(array).values(), &fitted)?;
    logical(array_of::<Decimal128Type>(digits, array.logical_nulls()), args.output())
}

fn integers_by(args: &Args<'_>, f: &dyn Fn(i128) -> Option<i128>) -> Result<ArrayRef> {
    let array = args.value(0).array();
    let dtype = DType::from_arrow(array.data_type())?;
    let (least, greatest) = limits(&dtype);
    // Every integer is a decimal of scale 0.
    let wide = arrow::compute::cast(array, &DataType::Decimal128(38, 0))?;
    let fitted = |value| f(value).filter(|value| least <= *value && *value <= greatest);
    let rounded = checked(args, primitive::<Decimal128Type>(&wide).values(), &fitted)?;
    let mut blocks = rounded.chunks(BLOCK);
    let values = from_words(&dtype, rounded.len(), &mut |words| {
        words.extend(blocks.next().unwrap_or_default().iter().map(|value| *value as i64));
    })?;
    array_from(array.data_type(), rounded.len(), values, array.logical_nulls())
}

fn checked(args: &Args<'_>, values: &[i128], f: &dyn Fn(i128) -> Option<i128>) -> Result<Vec<i128>> {
    let array = args.value(0).array();
    let nulls = array.logical_nulls();
    let mut rounded = Vec::with_capacity(values.len());
    for (row, value) in values.iter().enumerate() {
        rounded.push(match f(*value) {
            Some(value) => value,
            None if !is_valid(nulls.as_ref(), row) => 0,
            None => {
                let value = Scalar::from_array(array, row).to_string();
                let message = format!("the rounded value does not fit {}", args.output());
                return Err(Error::new(ErrorKind::Arithmetic, message).row(row as u64).value(value));
            }
        });
    }
    Ok(rounded)
}

impl Expr {
    /// The number rounded to some digits after the point, a half to the even neighbour.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [2.675, 0.125]).finish()?;
    /// let rounded = frame.lazy().select([col("x").round(2)]).collect()?;
    /// assert_eq!(rounded.column("x")?.get(0)?, 2.68.into());
    /// assert_eq!(rounded.column("x")?.get(1)?, 0.12.into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn round(self, decimals: i64) -> Expr {
        Expr::call(&ROUND, [self], Params::new().with("decimals", decimals))
    }

    /// The number rounded to some digits after the point, a half away from zero.
    pub fn round_half_away(self, decimals: i64) -> Expr {
        Expr::call(&ROUND, [self], Params::new().with("decimals", decimals).with("ties", "away"))
    }
}
