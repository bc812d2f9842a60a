//! `bitwise_and`, `shift_left`, `bit_count`, ...: the bits of integers.

use crate::data::dispatch::primitive;
use crate::data::{DType, promote};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, wanted};
use crate::kernels::cast::cast;
use crate::kernels::cast_job::CastMode;
use crate::kernels::map::collect_some;
use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::datatypes::{Int64Type, UInt64Type};
use std::sync::Arc;

macro_rules! pairs {
    ($($name:ident $text:literal $method:ident $document:literal, $code:expr, ($a:literal, $b:literal) => $output:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "math", &["expr", "other"], both, |args| {
                    let code: fn(i64, i64) -> i64 = $code;
                    combine(args, &|a, b, _| Some(code(a, b)))
                })
                .documented($document, || {
                    example([Some($a), None], col("x").$method($b), [Some($output), None])
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

pairs! {
    BITWISE_AND "bitwise_and" bitwise_and
        "The bits that two integers have in common.", |a, b| a & b, (6i64, 3i64) => 2i64;
    BITWISE_OR "bitwise_or" bitwise_or
        "The bits that one of two integers has.", |a, b| a | b, (6i64, 3i64) => 7i64;
    BITWISE_XOR "bitwise_xor" bitwise_xor
        "The bits in which two integers differ.", |a, b| a ^ b, (6i64, 3i64) => 5i64;
}

/// The opposite bits.
pub static BITWISE_NOT: ScalarFunction = ScalarFunction::new("bitwise_not", "math", &["expr"], one, |args| {
    let out = args.output().clone();
    match &out {
        // All bits that the type has.
        dtype if dtype.is_signed() => map(args, &|a| !a),
        dtype => {
            let mask = u64::MAX >> (64 - dtype.integer_bits().unwrap_or(64));
            map(args, &|a| (!(a as u64) & mask) as i64)
        }
    }
})
.documented("The integer with every bit the other way.", || {
    example([Some(5i64), None], col("x").bitwise_not(), [Some(-6i64), None])
});

/// The number of bits that are set.
pub static BIT_COUNT: ScalarFunction = ScalarFunction::new(
    "bit_count",
    "math",
    &["expr"],
    |types, params| {
        let signature = one(types, params)?;
        Ok(Signature { output: DType::Int64, ..signature })
    },
    |args| {
        let bits = args.value(0).dtype()?.integer_bits().unwrap_or(64);
        let mask = u64::MAX >> (64 - bits);
        let words = words(args.value(0).array())?;
        let counts = words.into_iter().map(|word| i64::from((word as u64 & mask).count_ones()));
        Ok(Arc::new(Int64Array::from_iter_values(counts)))
    },
)
.documented(
    "How many bits of the integer are set; of negative ones in the two's complement of the type.",
    || example([Some(7i64), None], col("x").bit_count(), [Some(3i64), None]),
);

macro_rules! shifts {
    ($($name:ident $text:literal $method:ident $document:literal, $code:expr, $output:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "math", &["expr", "n"], shifted, |args| combine(args, &$code))
                    .failing()
                    .documented($document, || {
                        example([Some(12i64), None], col("x").$method(2i64), [Some($output), None])
                    });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self, n: impl Into<Expr>) -> Expr {
                    Expr::call(&$name, [self, n.into()], Params::new())
                }
            )*
        }
    };
}

shifts! {
    SHIFT_LEFT "shift_left" shift_left
        "The integer with its bits so many places up. One that does not fit is an error naming the row.",
        |value, n, signed| {
            let wide = if signed { i128::from(value) } else { i128::from(value as u64) };
            let wide = wide.checked_mul(1i128.checked_shl(u32::try_from(n).ok().filter(|n| *n < 64)?)?)?;
            if signed { i64::try_from(wide).ok() } else { u64::try_from(wide).ok().map(|word| word as i64) }
        }, 48i64;
    SHIFT_RIGHT "shift_right" shift_right
        "The integer with its bits so many places down (0 to 63); the sign stays.",
        |value, n, signed| {
            let n = u32::try_from(n).ok().filter(|n| *n < 64)?;
            Some(if signed { value >> n } else { ((value as u64) >> n) as i64 })
        }, 3i64;
}

fn integer(dtype: &DType) -> Result<DType> {
    wanted(dtype, DType::is_integer, DType::Int64, "a whole number")
}

fn both(types: &[DType], _: &Params) -> Result<Signature> {
    let (left, right) = (integer(&types[0])?, integer(&types[1])?);
    let common = promote(&left, &right).ok_or_else(|| Error::internal("integers of no common type"))?;
    Ok(Signature::new([common.clone(), common.clone()], common))
}

fn one(types: &[DType], _: &Params) -> Result<Signature> {
    let dtype = integer(&types[0])?;
    Ok(Signature::new([dtype.clone()], dtype))
}

fn shifted(types: &[DType], _: &Params) -> Result<Signature> {
    let dtype = integer(&types[0])?;
    integer(&types[1])?;
    Ok(Signature::new([dtype.clone(), DType::Int64], dtype))
}

/// Integers of any type as 64 bits, negative ones in two's complement.
fn words(array: &ArrayRef) -> Result<Vec<i64>> {
    Ok(match DType::from_arrow(array.data_type())? {
        DType::UInt64 => primitive::<UInt64Type>(array).values().iter().map(|word| *word as i64).collect(),
        _ => {
            let array = cast(array, &DType::Int64, CastMode::Lenient)?;
            primitive::<Int64Type>(&array).values().to_vec()
        }
    })
}

/// 64 bits as integers of the type of the result.
fn result(args: &Args<'_>, words: Vec<Option<i64>>) -> Result<ArrayRef> {
    Ok(match args.output() {
        DType::UInt64 => {
            Arc::new(collect_some::<UInt64Type>(words.len(), &mut |row| words[row].map(|word| word as u64)))
        }
        output => cast(&(Arc::new(Int64Array::from(words)) as ArrayRef), output, CastMode::Strict)?,
    })
}

fn map(args: &Args<'_>, f: &dyn Fn(i64) -> i64) -> Result<ArrayRef> {
    let array = args.value(0).array();
    let words = words(array)?.into_iter().enumerate();
    result(args, words.map(|(row, word)| array.is_valid(row).then(|| f(word))).collect())
}

fn combine(args: &Args<'_>, f: &dyn Fn(i64, i64, bool) -> Option<i64>) -> Result<ArrayRef> {
    let (left, right) = (args.array(0)?, args.array(1)?);
    let (a, b) = (words(&left)?, words(&right)?);
    let signed = *args.output() != DType::UInt64;
    let mut found = Vec::with_capacity(args.rows());
    for row in 0..args.rows() {
        if left.is_null(row) || right.is_null(row) {
            found.push(None);
            continue;
        }
        match f(a[row], b[row], signed) {
            Some(word) => found.push(Some(word)),
            None => {
                let error = Error::new(ErrorKind::Arithmetic, "integer overflow").row(row as u64);
                return Err(error.value(format!("{} by {}", a[row], b[row])));
            }
        }
    }
    result(args, found)
}

impl Expr {
    /// The integer with every bit the other way.
    pub fn bitwise_not(self) -> Expr {
        Expr::call(&BITWISE_NOT, [self], Params::new())
    }

    /// How many bits of the integer are set.
    pub fn bit_count(self) -> Expr {
        Expr::call(&BIT_COUNT, [self], Params::new())
    }
}
