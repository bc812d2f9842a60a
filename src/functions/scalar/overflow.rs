//! `wrapping_add`, ..., `checked_add`, ...: integer arithmetic that does not fail.

use crate::error::Result;
use crate::expr::{Args, Expr, Params, ScalarFunction, col, infer};
use crate::functions::scalar::support::example;
use crate::kernels::arithmetic::arithmetic_with;
use crate::kernels::{ArithmeticOp, Overflow};
use arrow::array::ArrayRef;

macro_rules! functions {
    ($($name:ident $text:literal $method:ident $op:ident $overflow:ident $document:literal,
        $input:expr, $right:expr => $output:expr;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction = ScalarFunction::new(
                $text,
                "math",
                &["expr", "other"],
                |types, _| infer::arithmetic(ArithmeticOp::$op, &types[0], &types[1]),
                |args| evaluate(args, ArithmeticOp::$op, Overflow::$overflow),
            )
            .documented($document, || {
                let expr = Expr::call(&$name, [col("x"), Expr::from($right)], Params::new());
                example([Some($input), None], expr, [$output, None])
            });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self, other: impl Into<Expr>) -> Expr {
                    Expr::call(&$name, [self, other.into()], Params::new())
                }
            )*
        }
    };
}

functions! {
    WRAPPING_ADD "wrapping_add" wrapping_add Add Wrap
        "The sum; integers wrap around where it does not fit.", i64::MAX, 1i64 => Some(i64::MIN);
    WRAPPING_SUB "wrapping_sub" wrapping_sub Subtract Wrap
        "The difference; integers wrap around where it does not fit.", i64::MIN, 1i64 => Some(i64::MAX);
    WRAPPING_MUL "wrapping_mul" wrapping_mul Multiply Wrap
        "The product; integers wrap around where it does not fit.", i64::MAX, 2i64 => Some(-2i64);
    CHECKED_ADD "checked_add" checked_add Add Null
        "The sum; null where it does not fit.", i64::MAX, 1i64 => None::<i64>;
    CHECKED_SUB "checked_sub" checked_sub Subtract Null
        "The difference; null where it does not fit.", i64::MIN, 1i64 => None::<i64>;
    CHECKED_MUL "checked_mul" checked_mul Multiply Null
        "The product; null where it does not fit.", i64::MAX, 2i64 => None::<i64>;
    CHECKED_DIV "checked_div" checked_div Divide Null
        "The true quotient; decimals give null where it does not fit or the divisor is 0.", 3i64, 2i64 => Some(1.5);
    CHECKED_FLOOR_DIV "checked_floor_div" checked_floor_div FloorDivide Null
        "The floor of the quotient; null where the divisor is an integer 0.", 7i64, 0i64 => None::<i64>;
    CHECKED_MOD "checked_mod" checked_mod Modulo Null
        "The rest with the sign of the divisor; null where the divisor is an integer 0.", 7i64, 0i64 => None::<i64>;
}

fn evaluate(args: &Args<'_>, op: ArithmeticOp, overflow: Overflow) -> Result<ArrayRef> {
    arithmetic_with(op, args.value(0), args.value(1), args.output(), overflow)
}
