//! `sum_horizontal`, `mean_horizontal`, `any_horizontal`, `all_horizontal`, `count_horizontal`: several columns of a row.

use crate::data::dispatch::{logical, primitive};
use crate::data::{DType, promote};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, wanted};
use crate::kernels::clock::valid_rows;
use crate::kernels::map::collect_some;
use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, UInt64Array};
use arrow::datatypes::{Decimal128Type, Float64Type, Int64Type, UInt64Type};
use std::sync::Arc;

/// The sum of the row.
pub static SUM_HORIZONTAL: ScalarFunction =
    ScalarFunction::new("sum_horizontal", "conditional", &["expr", "others"], summed, sum)
        .taking_many()
        .handling_nulls()
        .failing()
        .documented(
            "The sum of several values in each row; nulls do not count, and of nothing it is 0. Integers and truth values \
             give `int64` (unsigned ones `uint64`); a sum that does not fit is an error naming the row.",
            || example([Some(1i64), None], col("x").sum_horizontal([5i64]), [6i64, 5]),
        );

/// The mean of the row.
pub static MEAN_HORIZONTAL: ScalarFunction = ScalarFunction::new(
    "mean_horizontal",
    "conditional",
    &["expr", "others"],
    |types, _| {
        let _ = common(types)?;
        Ok(Signature::new(vec![DType::Float64; types.len()], DType::Float64))
    },
    |args| {
        let mut means = vec![(0.0, 0u32); args.rows()];
        each(args, &mut |array, valid| {
            let values = primitive::<Float64Type>(array).values();
            for (row, (total, count)) in means.iter_mut().enumerate().filter(|(row, _)| valid(*row)) {
                *total += values[row];
                *count += 1;
            }
        })?;
        let mean = |(total, count): (f64, u32)| (count > 0).then(|| total / f64::from(count));
        Ok(Arc::new(collect_some::<Float64Type>(means.len(), &mut |row| mean(means[row]))))
    },
)
.taking_many()
.handling_nulls()
.documented("The mean of several values in each row; nulls do not count, and of nothing it is null.", || {
    example([Some(1.0), None], col("x").mean_horizontal([2.0]), [1.5, 2.0])
});

/// How many values the row has.
pub static COUNT_HORIZONTAL: ScalarFunction = ScalarFunction::new(
    "count_horizontal",
    "conditional",
    &["expr", "others"],
    |types, _| Ok(Signature::new(types, DType::Int64)),
    |args| {
        let mut counts = vec![0i64; args.rows()];
        each(args, &mut |_, valid| {
            counts.iter_mut().enumerate().for_each(|(row, count)| *count += i64::from(valid(row)));
        })?;
        Ok(Arc::new(Int64Array::from(counts)))
    },
)
.taking_many()
.handling_nulls()
.documented("How many of several values in each row are not null.", || {
    example([Some(1i64), None], col("x").count_horizontal([5i64]), [2i64, 1])
});

macro_rules! logic {
    ($($name:ident $text:literal $method:ident $op:ident $document:literal, $b:literal => [$first:expr, $second:expr];)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction = ScalarFunction::expanding(
                $text,
                "conditional",
                &["expr", "others"],
                |types, _| Ok(Signature::new(types, DType::Bool)),
                |args, _| {
                    let all = args.iter().cloned().reduce(Expr::$op);
                    all.ok_or_else(|| Error::internal("nothing to combine"))
                },
            )
            .taking_many()
            .documented($document, || {
                example([Some(true), None], col("x").$method([$b]), [$first, $second])
            });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method<E: Into<Expr>>(self, others: impl IntoIterator<Item = E>) -> Expr {
                    Expr::call(&$name, chained(self, others), Params::new())
                }
            )*
        }
    };
}

logic! {
    ANY_HORIZONTAL "any_horizontal" any_horizontal or
        "Whether one of several conditions is true in each row; if none is and one is null, null.",
        false => [Some(true), None];
    ALL_HORIZONTAL "all_horizontal" all_horizontal and
        "Whether all of several conditions are true in each row; if none is false and one is null, null.",
        true => [Some(true), None];
}

fn chained<E: Into<Expr>>(first: Expr, others: impl IntoIterator<Item = E>) -> Vec<Expr> {
    std::iter::once(first).chain(others.into_iter().map(Into::into)).collect()
}

fn common(types: &[DType]) -> Result<DType> {
    let mut common = DType::Null;
    for dtype in types {
        let fits = |dtype: &DType| dtype.is_numeric() || *dtype == DType::Bool;
        wanted(dtype, fits, DType::Null, "a number")?;
        common = promote(&common, dtype)
            .ok_or_else(|| Error::type_mismatch(format!("no common type of {common} and {dtype}")))?;
    }
    Ok(common)
}

fn summed(types: &[DType], _: &Params) -> Result<Signature> {
    let unsigned = |dtype: &DType| *dtype == DType::Null || (dtype.is_integer() && !dtype.is_signed());
    let output = match common(types)? {
        dtype if dtype.is_float() => DType::Float64,
        DType::Decimal(_, scale) => DType::Decimal(38, scale),
        DType::Null => DType::Int64,
        _ if types.iter().all(unsigned) => DType::UInt64,
        _ => DType::Int64,
    };
    Ok(Signature::new(vec![output.clone(); types.len()], output))
}

/// What looks at the rows of an argument, and at which of them are valid.
type Visit<'a> = dyn FnMut(&ArrayRef, &dyn Fn(usize) -> bool) + 'a;

/// Every argument as rows, and which of them are valid.
fn each(args: &Args<'_>, visit: &mut Visit<'_>) -> Result<()> {
    for position in 0..args.len() {
        let array = args.array(position)?;
        visit(&array, &valid_rows(&array));
    }
    Ok(())
}

fn sum(args: &Args<'_>) -> Result<ArrayRef> {
    if *args.output() == DType::Float64 {
        let mut totals = vec![0.0; args.rows()];
        each(args, &mut |array, valid| {
            let values = primitive::<Float64Type>(array).values();
            totals
                .iter_mut()
                .enumerate()
                .filter(|(row, _)| valid(*row))
                .for_each(|(row, total)| *total += values[row]);
        })?;
        return Ok(Arc::new(Float64Array::from(totals)));
    }
    let mut totals = vec![0i128; args.rows()];
    let output = args.output().clone();
    each(args, &mut |array, valid| {
        let value: &dyn Fn(usize) -> i128 = match output {
            DType::UInt64 => &|row| primitive::<UInt64Type>(array).value(row).into(),
            DType::Decimal(..) => &|row| primitive::<Decimal128Type>(array).value(row),
            _ => &|row| primitive::<Int64Type>(array).value(row).into(),
        };
        for (row, total) in totals.iter_mut().enumerate().filter(|(row, _)| valid(*row)) {
            // Beyond this nothing fits a decimal either.
            *total = total.saturating_add(value(row));
        }
    })?;
    let (low, high) = match output {
        DType::UInt64 => (0, i128::from(u64::MAX)),
        DType::Decimal(..) => (1 - 10i128.pow(38), 10i128.pow(38) - 1),
        _ => (i128::from(i64::MIN), i128::from(i64::MAX)),
    };
    if let Some(row) = totals.iter().position(|total| !(low..=high).contains(total)) {
        return Err(
            Error::new(ErrorKind::Arithmetic, format!("the sum does not fit {output}")).row(row as u64)
        );
    }
    match output {
        DType::UInt64 => {
            Ok(Arc::new(UInt64Array::from_iter_values(totals.iter().map(|total| *total as u64))))
        }
        DType::Decimal(..) => logical(Arc::new(Decimal128Array::from(totals)), &output),
        _ => Ok(Arc::new(Int64Array::from_iter_values(totals.iter().map(|total| *total as i64)))),
    }
}

impl Expr {
    /// The sum of this and other values in each row; nulls do not count.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("a", [1i64, 2]).column("b", [Some(10i64), None]).finish()?;
    /// let sums = frame.select([col("a").sum_horizontal([col("b")])])?;
    /// assert_eq!(sums.column("a")?.get(1)?, Scalar::Int(2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn sum_horizontal<E: Into<Expr>>(self, others: impl IntoIterator<Item = E>) -> Expr {
        Expr::call(&SUM_HORIZONTAL, chained(self, others), Params::new())
    }

    /// The mean of this and other values in each row; nulls do not count.
    pub fn mean_horizontal<E: Into<Expr>>(self, others: impl IntoIterator<Item = E>) -> Expr {
        Expr::call(&MEAN_HORIZONTAL, chained(self, others), Params::new())
    }

    /// How many of this and other values are not null in each row.
    pub fn count_horizontal<E: Into<Expr>>(self, others: impl IntoIterator<Item = E>) -> Expr {
        Expr::call(&COUNT_HORIZONTAL, chained(self, others), Params::new())
    }
}
