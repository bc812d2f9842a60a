//! `abs`, `sign`: size and sign of numbers.

use crate::data::dispatch::{array_from, from_words, logical, physical, words};
use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, number, wanted};
use crate::kernels::blocks::{Reader, blocks};
use crate::kernels::map::{array_of, map_values};
use crate::kernels::number::limits;
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type, Int8Type};

/// The size without the sign.
pub static ABS: ScalarFunction = ScalarFunction::new(
    "abs",
    "math",
    &["expr"],
    |types, _| {
        let fits = |dtype: &DType| dtype.is_numeric() || matches!(dtype, DType::Duration(_));
        let dtype = wanted(&types[0], fits, DType::Float64, "a number or duration")?;
        Ok(Signature::new([dtype.clone()], dtype))
    },
    abs,
)
.failing()
.documented("The size of a number or duration. The least integer has none: an error naming its row.", || {
    example([Some(-3i64), Some(2), None], col("x").abs(), [Some(3i64), Some(2), None])
});

/// -1, 0 or 1.
pub static SIGN: ScalarFunction = ScalarFunction::new(
    "sign",
    "math",
    &["expr"],
    |types, _| {
        let dtype = number(&types[0])?;
        let output = if dtype.is_float() { dtype.clone() } else { DType::Int8 };
        Ok(Signature::new([dtype], output))
    },
    sign,
)
.documented(
    "-1, 0 or 1 as the number is below, equal to or above 0 (`int8`; floats stay floats). NaN gives NaN.",
    || example([-2.5, 0.0, f64::NAN], col("x").sign(), [-1.0, 0.0, f64::NAN]),
);

fn abs(args: &Args<'_>) -> Result<ArrayRef> {
    let array = &physical(args.value(0).array());
    let sized: ArrayRef = match array.data_type() {
        DataType::Float32 => map_values::<Float32Type, Float32Type>(array, f32::abs),
        DataType::Float64 => map_values::<Float64Type, Float64Type>(array, f64::abs),
        DataType::Decimal128(..) => map_values::<Decimal128Type, Decimal128Type>(array, i128::wrapping_abs),
        dtype if dtype.is_unsigned_integer() => array.clone(),
        dtype if dtype.is_integer() => whole_abs(args, array)?,
        dtype => return Err(Error::type_mismatch(format!("no size of {dtype}"))),
    };
    logical(sized, args.output())
}

/// The sizes of signed integers.
fn whole_abs(args: &Args<'_>, array: &ArrayRef) -> Result<ArrayRef> {
    let (rows, dtype) = (array.len(), DType::from_arrow(array.data_type())?);
    let least = limits(&dtype).0 as i64;
    let (mut failed, mut ranges) = (false, blocks(rows));
    let values = from_words(&dtype, rows, &mut |sizes| {
        let Some(range) = ranges.next() else { return };
        words(array, range, sizes);
        for size in sizes {
            failed |= *size == least;
            *size = size.wrapping_abs();
        }
    })?;
    if failed {
        let mut values = Vec::with_capacity(rows);
        words(array, 0..rows, &mut values);
        if let Some(row) = (0..rows).find(|row| array.is_valid(*row) && values[*row] == least) {
            let value = Scalar::from_array(args.value(0).array(), row);
            let message = format!("integer overflow: abs({value})");
            return Err(Error::new(ErrorKind::Arithmetic, message).row(row as u64));
        }
    }
    array_from(array.data_type(), rows, values, array.nulls().cloned())
}

fn sign(args: &Args<'_>) -> Result<ArrayRef> {
    let array = args.value(0).array();
    Ok(match array.data_type() {
        DataType::Float32 => map_values::<Float32Type, Float32Type>(array, |x| match x {
            0.0 => 0.0,
            x if x.is_nan() => x,
            x => x.signum(),
        }),
        DataType::Float64 => map_values::<Float64Type, Float64Type>(array, |x| match x {
            0.0 => 0.0,
            x if x.is_nan() => x,
            x => x.signum(),
        }),
        DataType::Decimal128(..) => map_values::<Decimal128Type, Int8Type>(array, |x| x.signum() as i8),
        dtype if dtype.is_integer() => {
            let unsigned = dtype.is_unsigned_integer();
            let (mut reader, mut signs) =
                (Reader::integers(array, false, array.len()), Vec::with_capacity(array.len()));
            for block in blocks(array.len()) {
                let sign = |word: &i64| if unsigned { i8::from(*word != 0) } else { word.signum() as i8 };
                signs.extend(reader.rows(block).iter().map(sign));
            }
            array_of::<Int8Type>(signs, array.nulls().cloned())
        }
        dtype => return Err(Error::type_mismatch(format!("no sign of {dtype}"))),
    })
}

impl Expr {
    /// The size of a number or duration.
    pub fn abs(self) -> Expr {
        Expr::call(&ABS, [self], Params::new())
    }

    /// -1, 0 or 1 as the number is below, equal to or above 0; NaN gives NaN.
    pub fn sign(self) -> Expr {
        Expr::call(&SIGN, [self], Params::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Batch, Column, Field, Schema};
    use crate::expr::bind;

    #[test]
    fn the_least_integer_has_no_size() {
        let schema = Schema::new(vec![Field::new("x", DType::Int8)]).unwrap();
        let column: Column = [Some(-128i8), None, Some(-127)].into_iter().collect();
        let bound = bind(&col("x").abs(), &schema).unwrap();
        let error = bound.column(&Batch::new(vec![column.clone()], 3).unwrap()).unwrap_err();
        assert_eq!((error.message(), error.row_number()), ("integer overflow: abs(-128)", Some(0)));
        let rest = bound.column(&Batch::new(vec![column.slice(1, 2)], 2).unwrap()).unwrap();
        assert_eq!(Scalar::from_array(rest.array(), 1), Scalar::Int(127));
    }
}
