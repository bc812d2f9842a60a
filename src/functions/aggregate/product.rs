//! `product`.

use crate::data::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Params, Signature, col};
use crate::functions::aggregate::fold::{Fold, Folded};
use crate::functions::aggregate::words::Spill;
use arrow::array::{ArrayRef, ArrowPrimitiveType, Float64Array, Int64Array, UInt64Array};
use arrow::datatypes::{Float64Type, Int64Type, UInt64Type};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

/// The product of the values.
pub static PRODUCT: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("product"),
    aliases: &["prod"],
    doc: "The product of the values; 1 if there is none.\n\nThe product of integers is exact, int64 (unsigned ones: \
          uint64); of floats and decimals it is float64. Nulls are skipped; NaN gives NaN.\n\n# Errors\nA product \
          that does not fit its type, naming the group.",
    args: &["expr"],
    params: &[],
    signature,
    ordered: false,
    accepts_codes: false,
    counts: false,
    state,
    example: Some(|| Example {
        input: vec![("x", [Some(2i64), None, Some(5)].into_iter().collect())],
        expr: col("x").product(),
        output: [10i64].into_iter().collect(),
    }),
};

impl Expr {
    /// The product of the values; 1 if there is none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(2i64), None, Some(5)]).finish()?;
    /// let product = frame.lazy().select([col("x").product()]).collect()?;
    /// assert_eq!(product.column("x")?.get(0)?, Scalar::Int(10));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn product(self) -> Expr {
        Expr::aggregate(&PRODUCT, [self], Params::new())
    }
}

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    let (arg, output) = match &types[0] {
        DType::Bool => (DType::Int8, DType::Int64),
        DType::Null => (DType::Int64, DType::Int64),
        dtype if dtype.is_unsigned() => (dtype.clone(), DType::UInt64),
        dtype if dtype.is_signed() => (dtype.clone(), DType::Int64),
        dtype if dtype.is_numeric() => (DType::Float64, DType::Float64),
        other => return Err(Error::type_mismatch(format!("no product of {other}"))),
    };
    Ok(Signature::new([arg], output))
}

fn state(types: &[DType], _: &Params) -> Result<Box<dyn GroupState>> {
    if types[0] == DType::Float64 {
        return Ok(Folded::boxed(FloatProduct));
    }
    Ok(match types[0].is_unsigned() {
        true => Folded::boxed(Product::<UInt64Type> { unsigned: true, input: PhantomData }),
        false => Folded::boxed(Product::<Int64Type> { unsigned: false, input: PhantomData }),
    })
}

/// Integers of 64 bits multiplied in 128: what leaves those never comes back, unless a zero follows.
struct Product<T> {
    unsigned: bool,
    input: PhantomData<fn(T)>,
}

/// Multiplies; a product that leaves 128 bits starts again from 1, and true is returned to have that noted.
#[inline]
fn multiply(state: &mut i128, value: i128) -> bool {
    let product = state.checked_mul(value);
    *state = product.unwrap_or(1);
    product.is_none()
}

impl<T: ArrowPrimitiveType<Native: Into<i128>>> Fold for Product<T> {
    type In = T;
    type State = i128;
    const EMPTY: i128 = 1;

    #[inline]
    fn add(state: &mut i128, value: T::Native) -> bool {
        multiply(state, value.into())
    }

    #[inline]
    fn spill(word: &mut i64, _: T::Native) {
        *word = 1;
    }

    #[inline]
    fn merge(into: &mut i128, word: &mut i64, from: &i128, from_word: i64) {
        *word |= from_word | i64::from(multiply(into, *from));
    }

    fn finish(&self, states: &[i128], spill: &Spill) -> Result<ArrayRef> {
        whole(states, spill, self.unsigned)
    }
}

fn whole(states: &[i128], spill: &Spill, unsigned: bool) -> Result<ArrayRef> {
    let fits = |group: usize, product: i128| match unsigned {
        _ if product == 0 => true,
        _ if spill.get(group) != 0 => false,
        true => u64::try_from(product).is_ok(),
        false => i64::try_from(product).is_ok(),
    };
    if let Some(group) = (0..states.len()).find(|group| !fits(*group, states[*group])) {
        let dtype = if unsigned { DType::UInt64 } else { DType::Int64 };
        let message = format!("the product of a group does not fit {dtype}");
        return Err(Error::new(ErrorKind::Arithmetic, message)
            .row(group as u64)
            .hint("cast to float64 before multiplying"));
    }
    Ok(match unsigned {
        true => Arc::new(UInt64Array::from_iter_values(states.iter().map(|product| *product as u64))),
        false => Arc::new(Int64Array::from_iter_values(states.iter().map(|product| *product as i64))),
    })
}

struct FloatProduct;

impl Fold for FloatProduct {
    type In = Float64Type;
    type State = f64;
    const EMPTY: f64 = 1.0;

    #[inline]
    fn add(state: &mut f64, value: f64) -> bool {
        *state *= value;
        false
    }

    #[inline]
    fn merge(into: &mut f64, _: &mut i64, from: &f64, _: i64) {
        *into *= from;
    }

    fn finish(&self, states: &[f64], _: &Spill) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from(states.to_vec())))
    }
}
