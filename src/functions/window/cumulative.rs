//! `cum_sum`, `cum_prod`, `cum_min`, `cum_max`, `cum_count`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::{
    Carry, Example, Expr, Needs, Params, Signature, WindowCode, WindowFunction, WindowRows, WindowScan, col,
};
use crate::functions::window::running::{Runner, Running};
use crate::functions::window::states::Extreme;
use crate::kernels::float_sum::FloatSum;
use arrow::array::{ArrayRef, ArrowPrimitiveType, Int64Array};
use arrow::datatypes::{Decimal128Type, Float64Type, Int64Type, UInt64Type};
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

/// The sum so far.
pub static CUM_SUM: WindowFunction =
    WindowFunction::new("cum_sum", &["expr"], |types, _| sum_type(&types[0]), WindowCode::Scan(sum))
        .aliased(&["cumsum"])
        .documented(
            "The sum of the window's values up to the row; null where the value is null.\n\nIntegers and truth values \
             are summed exactly to int64 (unsigned ones to uint64), decimals to 38 digits, floats to float64 without \
             the error of rounding each step.\n\n# Errors\nA sum that does not fit, naming the row.",
            || Example {
                input: vec![("x", [Some(1i64), None, Some(5)].into_iter().collect())],
                expr: col("x").cum_sum(),
                output: [Some(1i64), None, Some(6)].into_iter().collect(),
            },
        );

/// The product so far.
pub static CUM_PROD: WindowFunction =
    WindowFunction::new("cum_prod", &["expr"], |types, _| product_type(&types[0]), WindowCode::Scan(product))
        .aliased(&["cumprod"])
        .documented(
            "The product of the window's values up to the row; null where the value is null.\n\n# Errors\nA product of \
             integers that does not fit int64, naming the row.",
            || Example {
                input: vec![("x", [Some(2i64), None, Some(5)].into_iter().collect())],
                expr: col("x").cum_prod(),
                output: [Some(2i64), None, Some(10)].into_iter().collect(),
            },
        );

/// The least value so far.
pub static CUM_MIN: WindowFunction = WindowFunction::new(
    "cum_min",
    &["expr"],
    |types, _| ordered(&types[0]),
    WindowCode::Scan(|types, _| extreme(&types[0], 0, false, false)),
)
.aliased(&["cummin"])
.documented("The least of the window's values up to the row; null where the value is null.", || Example {
    input: vec![("x", [Some(3i64), None, Some(1), Some(2)].into_iter().collect())],
    expr: col("x").cum_min(),
    output: [Some(3i64), None, Some(1), Some(1)].into_iter().collect(),
});

/// The greatest value so far.
pub static CUM_MAX: WindowFunction = WindowFunction::new(
    "cum_max",
    &["expr"],
    |types, _| ordered(&types[0]),
    WindowCode::Scan(|types, _| extreme(&types[0], 0, false, true)),
)
.aliased(&["cummax"])
.documented("The greatest of the window's values up to the row; null where the value is null.", || Example {
    input: vec![("x", [Some(1i64), None, Some(3), Some(2)].into_iter().collect())],
    expr: col("x").cum_max(),
    output: [Some(1i64), None, Some(3), Some(3)].into_iter().collect(),
});

/// The number of values so far.
pub static CUM_COUNT: WindowFunction = WindowFunction::new(
    "cum_count",
    &["expr"],
    |types, _| Ok(Signature::new(types, DType::Int64)),
    WindowCode::Scan(|_, _| Ok(Box::new(Count))),
)
.needing(Needs::Nulls)
.documented(
    "The number of the window's values up to the row; a null does not count, but has a number too.",
    || Example {
        input: vec![("x", [Some(7i64), None, Some(7)].into_iter().collect())],
        expr: col("x").cum_count(),
        output: [1i64, 1, 2].into_iter().collect(),
    },
);

macro_rules! methods {
    ($($(#[doc = $doc:literal])* $name:ident $function:ident;)*) => {
        impl Expr {$(
            $(#[doc = $doc])*
            pub fn $name(self) -> Expr {
                Expr::window(&$function, [self], Params::new())
            }
        )*}
    };
}

methods! {
    /// The sum of the window's values up to the row.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [3i64, 1, 2]).finish()?;
    /// let total = frame.with_columns([col("x").cum_sum().alias("total")])?;
    /// assert_eq!(total.column("total")?.get(2)?, Scalar::Int(6));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    cum_sum CUM_SUM;
    /// The product of the window's values up to the row.
    cum_prod CUM_PROD;
    /// The least of the window's values up to the row.
    cum_min CUM_MIN;
    /// The greatest of the window's values up to the row.
    cum_max CUM_MAX;
    /// The number of the window's values up to the row.
    cum_count CUM_COUNT;
}

fn sum_type(dtype: &DType) -> Result<Signature> {
    let (arg, output) = match dtype {
        DType::Bool => (DType::Int8, DType::Int64),
        DType::Null => (DType::Int64, DType::Int64),
        DType::Decimal(_, scale) => (dtype.clone(), DType::Decimal(38, *scale)),
        dtype if dtype.is_unsigned() => (DType::UInt64, DType::UInt64),
        dtype if dtype.is_signed() => (DType::Int64, DType::Int64),
        dtype if dtype.is_float() => (DType::Float64, DType::Float64),
        DType::Duration(_) => (dtype.clone(), dtype.clone()),
        other => return Err(Error::type_mismatch(format!("no running sum of {other}"))),
    };
    let arg = if arg == DType::Int8 { DType::Int64 } else { arg };
    Ok(Signature::new([arg], output))
}

fn product_type(dtype: &DType) -> Result<Signature> {
    let dtype = match dtype {
        DType::Bool | DType::Null => DType::Int64,
        dtype if dtype.is_integer() => DType::Int64,
        DType::Decimal(..) => DType::Float64,
        dtype if dtype.is_float() => DType::Float64,
        other => return Err(Error::type_mismatch(format!("no running product of {other}"))),
    };
    Ok(Signature::new([dtype.clone()], dtype))
}

/// A type whose values are ordered as the numbers they are held as. Narrow numbers are widened, so that running extremes
/// are compiled for few types; [`results`](crate::functions::aggregate::fold::results) makes them narrow again.
pub fn ordered(dtype: &DType) -> Result<Signature> {
    let dtype = match dtype {
        DType::Null => DType::Float64,
        DType::Bool => DType::Int8,
        dtype if dtype.is_numeric() || dtype.is_temporal() => dtype.clone(),
        other => return Err(Error::type_mismatch(format!("no running extreme of {other}"))),
    };
    Ok(Signature::new([dispatch::widened(&dtype)], dtype))
}

fn sum(types: &[DType], _: &Params) -> Result<Box<dyn WindowScan>> {
    Ok(match &types[0] {
        DType::Float64 => Runner::boxed(FloatTotal),
        DType::Decimal(..) => Runner::boxed(WholeTotal::<Decimal128Type>(PhantomData)),
        DType::UInt64 => Runner::boxed(WholeTotal::<UInt64Type>(PhantomData)),
        _ => Runner::boxed(WholeTotal::<Int64Type>(PhantomData)),
    })
}

/// A sum of integers in 128 bits.
struct WholeTotal<T>(PhantomData<fn(T)>);

/// Integers of the running sums.
trait Whole: ArrowPrimitiveType {
    fn wide(value: Self::Native) -> i128;
    fn narrow(value: i128) -> Option<Self::Native>;
}

impl Whole for Int64Type {
    fn wide(value: i64) -> i128 {
        value.into()
    }

    fn narrow(value: i128) -> Option<i64> {
        value.try_into().ok()
    }
}

impl Whole for UInt64Type {
    fn wide(value: u64) -> i128 {
        value.into()
    }

    fn narrow(value: i128) -> Option<u64> {
        value.try_into().ok()
    }
}

impl Whole for Decimal128Type {
    fn wide(value: i128) -> i128 {
        value
    }

    fn narrow(value: i128) -> Option<i128> {
        (value.unsigned_abs() < 10u128.pow(38)).then_some(value)
    }
}

impl<T: Whole> Running for WholeTotal<T> {
    type In = T;
    type Out = T;
    /// The sum, and whether it left 128 bits.
    type State = (i128, bool);
    const CONTINUES: bool = true;

    fn empty(&self) -> (i128, bool) {
        (0, false)
    }

    #[inline]
    fn add(&self, state: &mut (i128, bool), value: T::Native) {
        let (sum, over) = state.0.overflowing_add(T::wide(value));
        *state = (sum, state.1 | over);
    }

    #[inline]
    fn join(&self, before: &(i128, bool), later: &(i128, bool)) -> (i128, bool) {
        let (sum, over) = before.0.overflowing_add(later.0);
        (sum, before.1 | later.1 | over)
    }

    #[inline]
    fn get(&self, state: &(i128, bool)) -> Option<T::Native> {
        T::narrow(state.0)
    }

    #[inline]
    fn overflows(&self, state: &(i128, bool)) -> bool {
        state.1 || T::narrow(state.0).is_none()
    }
}

/// A sum of floats.
struct FloatTotal;

impl Running for FloatTotal {
    type In = Float64Type;
    type Out = Float64Type;
    type State = FloatSum;
    const CONTINUES: bool = true;

    fn of_run(&self, values: &[f64]) -> Option<FloatSum> {
        Some(FloatSum::of(values))
    }

    fn empty(&self) -> FloatSum {
        FloatSum::default()
    }

    #[inline]
    fn add(&self, state: &mut FloatSum, value: f64) {
        state.add(value);
    }

    #[inline]
    fn join(&self, before: &FloatSum, later: &FloatSum) -> FloatSum {
        before.join(*later)
    }

    #[inline]
    fn get(&self, state: &FloatSum) -> Option<f64> {
        Some(state.get())
    }
}

fn product(types: &[DType], _: &Params) -> Result<Box<dyn WindowScan>> {
    Ok(match &types[0] {
        DType::Float64 => Runner::boxed(FloatProduct),
        _ => Runner::boxed(WholeProduct),
    })
}

struct FloatProduct;

impl Running for FloatProduct {
    type In = Float64Type;
    type Out = Float64Type;
    type State = f64;

    fn empty(&self) -> f64 {
        1.0
    }

    #[inline]
    fn add(&self, state: &mut f64, value: f64) {
        *state *= value;
    }

    #[inline]
    fn join(&self, before: &f64, later: &f64) -> f64 {
        before * later
    }

    #[inline]
    fn get(&self, state: &f64) -> Option<f64> {
        Some(*state)
    }
}

/// A product of integers; `None`: beyond 128 bits. A zero ends that.
struct WholeProduct;

fn times(a: Option<i128>, b: Option<i128>) -> Option<i128> {
    if a == Some(0) || b == Some(0) { Some(0) } else { a?.checked_mul(b?) }
}

impl Running for WholeProduct {
    type In = Int64Type;
    type Out = Int64Type;
    type State = Option<i128>;

    fn empty(&self) -> Option<i128> {
        Some(1)
    }

    #[inline]
    fn add(&self, state: &mut Option<i128>, value: i64) {
        *state = times(*state, Some(value.into()));
    }

    #[inline]
    fn join(&self, before: &Option<i128>, later: &Option<i128>) -> Option<i128> {
        times(*before, *later)
    }

    #[inline]
    fn get(&self, state: &Option<i128>) -> Option<i64> {
        state.and_then(|value| value.try_into().ok())
    }

    #[inline]
    fn overflows(&self, state: &Option<i128>) -> bool {
        self.get(state).is_none()
    }
}

/// The running extreme of a type; null until there are `least` values, and unless `at_null` where the value is null.
///
/// # Errors
/// `Internal` for types without one.
pub fn extreme(dtype: &DType, least: u64, at_null: bool, greatest: bool) -> Result<Box<dyn WindowScan>> {
    let physical = dispatch::physical(&arrow::array::new_empty_array(&dtype.to_arrow()));
    dispatch::with_wide!(physical.data_type(), T => {
        Ok(Runner::boxed(Best::<T> { least, at_null, greatest, input: PhantomData }))
    }, _ => Err(Error::internal(format!("a running extreme of {dtype}"))))
}

/// The least or greatest value.
struct Best<T> {
    least: u64,
    at_null: bool,
    greatest: bool,
    input: PhantomData<fn(T)>,
}

impl<T: ArrowPrimitiveType> Running for Best<T> {
    type In = T;
    type Out = T;
    type State = (Extreme<T::Native>, u64);
    const CONTINUES: bool = true;

    fn at_null(&self) -> bool {
        self.at_null
    }

    fn empty(&self) -> Self::State {
        (Extreme(None), 0)
    }

    #[inline]
    fn add(&self, state: &mut Self::State, value: T::Native) {
        *state = (state.0.join(Extreme(Some(value)), self.greatest), state.1 + 1);
    }

    #[inline]
    fn join(&self, before: &Self::State, later: &Self::State) -> Self::State {
        (before.0.join(later.0, self.greatest), before.1 + later.1)
    }

    #[inline]
    fn get(&self, (best, count): &Self::State) -> Option<T::Native> {
        best.0.filter(|_| *count >= self.least)
    }
}

/// The number of values; needs no values.
struct Count;

impl WindowScan for Count {
    fn carry(&self, rows: &WindowRows<'_>, block: Range<usize>) -> Carry {
        let nulls = rows.args[0].nulls.as_ref();
        let absent = nulls.map_or(0, |nulls| nulls.slice(block.start, block.len()).null_count());
        Box::new(block.len() - absent)
    }

    fn join(&self, before: &Carry, later: &Carry) -> Carry {
        Box::new(count(before) + count(later))
    }

    fn evaluate(&self, rows: &WindowRows<'_>, blocks: &[(Range<usize>, Option<&Carry>)]) -> Result<ArrayRef> {
        let mut counts = Vec::with_capacity(blocks.iter().map(|(block, _)| block.len()).sum());
        for (block, before) in blocks {
            let mut found = before.map_or(0, count) as i64;
            counts.extend(block.clone().map(|row| {
                found += i64::from(rows.is_valid(0, row));
                found
            }));
        }
        Ok(Arc::new(Int64Array::from(counts)))
    }
}

fn count(carry: &Carry) -> usize {
    carry.downcast_ref::<usize>().copied().unwrap_or(0)
}
