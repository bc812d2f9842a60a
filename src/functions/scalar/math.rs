//! Functions of one number that give a float: roots, exponentials, logarithms, trigonometry.

use crate::data::DType;
use crate::data::dispatch::primitive;
use crate::error::Result;
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, float};
use crate::kernels::blocks::{BLOCK, Reader, blocks};
use crate::kernels::map::array_of;
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{Float32Type, Float64Type};

macro_rules! functions {
    ($($name:ident $text:literal $method:ident [$($alias:literal),*] $document:literal,
        $code:expr, $input:expr => $output:expr;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "math", &["expr"], signature, |args| {
                    apply(args, |values| values.iter_mut().for_each(|value| *value = ($code)(*value)))
                })
                    .aliased(&[$($alias),*])
                    .documented($document, || {
                        let expr = Expr::call(&$name, [col("x")], Params::new());
                        example([Some($input), None], expr, [Some($output), None])
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

functions! {
    SQRT "sqrt" sqrt [] "The square root; NaN below 0.", f64::sqrt, 2.25 => 1.5;
    CBRT "cbrt" cbrt [] "The cube root.", f64::cbrt, -8.0 => -2.0;
    EXP "exp" exp [] "e to the power of the number.", f64::exp, 0.0 => 1.0;
    EXPM1 "expm1" expm1 [] "e to the power of the number, less 1; exact near 0.", f64::exp_m1, 0.0 => 0.0;
    LN "ln" ln ["log"] "The natural logarithm; -inf of 0, NaN below.", f64::ln, 1.0 => 0.0;
    LOG10 "log10" log10 [] "The logarithm to the base of 10.", f64::log10, 1000.0 => 3.0;
    LOG2 "log2" log2 [] "The logarithm to the base of 2.", f64::log2, 8.0 => 3.0;
    LOG1P "log1p" log1p [] "The natural logarithm of 1 plus the number; exact near 0.", f64::ln_1p, 0.0 => 0.0;
    SIN "sin" sin [] "The sine of an angle in radians.", f64::sin, 0.0 => 0.0;
    COS "cos" cos [] "The cosine of an angle in radians.", f64::cos, 0.0 => 1.0;
    TAN "tan" tan [] "The tangent of an angle in radians.", f64::tan, 0.0 => 0.0;
    ASIN "asin" asin ["arcsin"] "The angle in radians whose sine it is.", f64::asin, 0.0 => 0.0;
    ACOS "acos" acos ["arccos"] "The angle in radians whose cosine it is.", f64::acos, 1.0 => 0.0;
    ATAN "atan" atan ["arctan"] "The angle in radians whose tangent it is.", f64::atan, 0.0 => 0.0;
    SINH "sinh" sinh [] "The hyperbolic sine.", f64::sinh, 0.0 => 0.0;
    COSH "cosh" cosh [] "The hyperbolic cosine.", f64::cosh, 0.0 => 1.0;
    ASINH "asinh" asinh ["arcsinh"] "The number whose hyperbolic sine it is.", f64::asinh, 0.0 => 0.0;
    ACOSH "acosh" acosh ["arccosh"] "The number whose hyperbolic cosine it is; NaN below 1.", f64::acosh, 1.0 => 0.0;
    ATANH "atanh" atanh ["arctanh"] "The number whose hyperbolic tangent it is; NaN beyond -1 and 1.", f64::atanh, 0.0 => 0.0;
    EXP2 "exp2" exp2 [] "2 to the power of the number.", f64::exp2, 3.0 => 8.0;
    TANH "tanh" tanh [] "The hyperbolic tangent.", f64::tanh, 0.0 => 0.0;
    DEGREES "degrees" degrees ["rad2deg"] "An angle in radians as degrees.", f64::to_degrees, 0.0 => 0.0;
    RADIANS "radians" radians ["deg2rad"] "An angle in degrees as radians.", f64::to_radians, 0.0 => 0.0;
}

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    let dtype = float(&types[0])?;
    Ok(Signature::new([dtype.clone()], dtype))
}

/// Computed wide and rounded once. `f` works on a block in place.
fn apply(args: &Args<'_>, f: fn(&mut [f64])) -> Result<ArrayRef> {
    let array = args.value(0).array();
    let (rows, nulls) = (array.len(), array.nulls().cloned());
    if *args.output() != DType::Float32 {
        let mut results = primitive::<Float64Type>(array).values().to_vec();
        results.chunks_mut(BLOCK).for_each(f);
        return Ok(array_of::<Float64Type>(results, nulls));
    }
    let (mut values, mut results) = (Reader::singles(array, false, rows), Vec::with_capacity(rows));
    let mut wide = Vec::with_capacity(BLOCK);
    for block in blocks(rows) {
        wide.clear();
        wide.extend_from_slice(values.rows(block));
        f(&mut wide);
        results.extend(wide.iter().map(|value| *value as f32));
    }
    Ok(array_of::<Float32Type>(results, nulls))
}
