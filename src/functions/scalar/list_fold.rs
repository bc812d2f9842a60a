//! `list_sum`, `list_mean`, `list_median`, `list_min`, `list_max`, `list_any`, `list_all`, `list_join`, `list_eval`.

use crate::data::dispatch::{logical, primitive};
use crate::data::{Batch, Column, DType, Field, Scalar, Schema, strings};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Bound, Example, Expr, Param, Params, ScalarFunction, Signature, bind, col};
use crate::functions::lookup::resolve;
use crate::functions::scalar::list_order::{numbers, shown};
use crate::functions::scalar::list_support::{
    choose, item_of, list_to_list, lists, of_same_lengths, range, regroup, same_lengths,
};
use crate::functions::scalar::support::{column_of_scalars, wanted};
use crate::functions::scalar::text_support::{TextColumn, list_of, text_list};
use crate::kernels::clock::valid_rows;
use crate::kernels::compare_nested::comparator;
use crate::kernels::decimal;
use crate::kernels::float_sum::FloatSum;
use crate::kernels::map::{array_of, collect_bits, collect_some};
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray};
use arrow::datatypes::{Decimal128Type, Float64Type, Int64Type, UInt64Type, i256};
use std::cmp::Ordering;
use std::sync::Arc;

/// The sum of the elements.
pub static LIST_SUM: ScalarFunction = ScalarFunction::new(
    "list_sum",
    "lists",
    &["expr"],
    |types, _| {
        let wide = sum_type(&number(&types[0])?);
        Ok(Signature::new([DType::List(Box::new(wide.clone()))], wide))
    },
    |args| {
        if *args.output() == DType::Float64 {
            return floats(args, &|values| Some(total(values)));
        }
        match args.output() {
            DType::UInt64 => exact::<UInt64Type>(args, &|sum| u64::try_from(sum).ok()),
            DType::Decimal(precision, _) => {
                let sums = exact::<Decimal128Type>(args, &|sum| decimal::fits(sum, *precision).then_some(sum))?;
                logical(sums, args.output())
            }
            _ => exact::<Int64Type>(args, &|sum| i64::try_from(sum).ok()),
        }
    },
)
.failing()
.documented(
    "The sum of the elements that are not null, of none 0: of integers and truth values int64 (of unsigned ones uint64), of \
     decimals one of 38 digits, of floats float64 as if with twice the digits. One that does not fit is an error naming the \
     row.",
    || shown(col("x").list_sum(), [Some(4i64), Some(0), None].into_iter().collect()),
);

/// The mean of the elements.
pub static LIST_MEAN: ScalarFunction = ScalarFunction::new(
    "list_mean",
    "lists",
    &["expr"],
    |types, _| {
        let wide = match number(&types[0])? {
            item if item.is_float() || matches!(item, DType::Decimal(..)) => DType::Float64,
            item => sum_type(&item),
        };
        Ok(Signature::new([DType::List(Box::new(wide))], DType::Float64))
    },
    |args| match item_of(&args.value(0).dtype()?)? {
        DType::Int64 => exact_means::<Int64Type>(args),
        DType::UInt64 => exact_means::<UInt64Type>(args),
        _ => floats(args, &|values| (!values.is_empty()).then(|| total(values) / values.len() as f64)),
    },
)
.documented("The mean of the elements that are not null; of none null.", || {
    shown(col("x").list_mean(), [Some(2.0), None, None].into_iter().collect())
});

/// The middle of the elements.
pub static LIST_MEDIAN: ScalarFunction = ScalarFunction::new(
    "list_median",
    "lists",
    &["expr"],
    |types, _| one_float(types),
    |args| {
        floats(args, &|values| {
            let mut sorted: Vec<f64> = values.to_vec();
            sorted.sort_by(|a, b| a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(b)));
            let count = sorted.len();
            let upper = *sorted.get(count / 2)?;
            Some(if count % 2 == 1 { upper } else { f64::midpoint(sorted[count / 2 - 1], upper) })
        })
    },
)
.documented("The median of the elements that are not null, NaN being the greatest; of none null.", || {
    shown(col("x").list_median(), [Some(2.0), None, None].into_iter().collect())
});

macro_rules! extremes {
    ($($name:ident $method:ident $better:ident $document:literal, $answer:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new(stringify!($method), "lists", &["expr"], to_item, |args| {
                    extreme(args, Ordering::$better)
                })
                .documented($document, || {
                    shown(col("x").$method(), [Some($answer), None, None].into_iter().collect())
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

extremes! {
    LIST_MIN list_min Less "The least element; nulls do not count, and NaN only if nothing else is there.", 1i64;
    LIST_MAX list_max Greater "The greatest element; nulls do not count, and NaN only if nothing else is there.", 3i64;
}

macro_rules! logic {
    ($($name:ident $method:ident $found:literal $document:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction = ScalarFunction::new(
                stringify!($method),
                "lists",
                &["expr"],
                |_, _| Ok(Signature::new([DType::List(Box::new(DType::Bool))], DType::Bool)),
                |args| {
                    let array = args.array(0)?;
                    let lists = lists(&array)?;
                    let (values, valid) = (lists.values().as_boolean(), valid_rows(lists.values()));
                    let found = |row| range(lists, row).any(|at| valid(at) && values.value(at) == $found);
                    let bits = collect_bits(lists.len(), |row| found(row) == $found);
                    Ok(Arc::new(BooleanArray::new(bits, None)))
                },
            )
            .documented($document, || {
                let list = |values: &[bool]| Scalar::List(values.iter().map(|value| Scalar::Bool(*value)).collect());
                let input = [list(&[true, false]), list(&[]), Scalar::Null];
                Example {
                    input: vec![("x", column_of_scalars(&DType::List(Box::new(DType::Bool)), &input))],
                    expr: col("x").$method(),
                    output: [Some($found), Some(!$found), None].into_iter().collect(),
                }
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

logic! {
    LIST_ANY list_any true "Whether an element is true; of none false. Nulls do not count.";
    LIST_ALL list_all false "Whether all elements are true; of none true. Nulls do not count.";
}

/// The elements as one text.
pub static LIST_JOIN: ScalarFunction = ScalarFunction::new(
    "list_join",
    "lists",
    &["expr"],
    |types, params| {
        params.str("sep")?;
        params.bool("ignore_nulls")?;
        item_of(&types[0])?;
        Ok(Signature::new([text_list()], DType::String))
    },
    |args| {
        let (separator, ignore) = (args.params().str("sep")?, args.params().bool("ignore_nulls")?);
        let array = args.array(0)?;
        let lists = lists(&array)?;
        let items = strings::views(lists.values())?;
        let mut joined = TextColumn::with_capacity(args.rows());
        for row in 0..lists.len() {
            joined.write(|out| {
                let mut rest = false;
                for at in range(lists, row) {
                    match (items.is_valid(at), ignore) {
                        (false, true) => continue,
                        (false, false) => return Ok(false),
                        _ if std::mem::replace(&mut rest, true) => out.push_str(separator),
                        _ => {}
                    }
                    out.push_str(items.value(at));
                }
                Ok(true)
            })?;
        }
        joined.finish()
    },
)
.aliased(&["str.join"])
.with_params(&[
    Param { name: "sep", default: Some(ParamDefault::Str("")), doc: "The text between two elements." },
    Param {
        name: "ignore_nulls",
        default: Some(ParamDefault::Bool(true)),
        doc: "Whether nulls are left out; otherwise one null makes the whole null.",
    },
])
.documented("The elements as text, one after the other with a separator between.", || {
    shown(col("x").list_join("-"), [Some("3-1"), Some(""), None].into_iter().collect())
});

/// The type of the sum of numbers or truth values.
fn sum_type(item: &DType) -> DType {
    match item {
        DType::Decimal(_, scale) => DType::Decimal(decimal::MAX_DIGITS as u8, *scale),
        item if item.is_float() => DType::Float64,
        item if item.is_integer() && !item.is_signed() => DType::UInt64,
        _ => DType::Int64,
    }
}

/// The means of whole elements, summed exactly and divided once.
fn exact_means<P: ArrowPrimitiveType<Native: Into<i128>>>(args: &Args<'_>) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let lists = lists(&array)?;
    let (values, valid) = (primitive::<P>(lists.values()).values(), valid_rows(lists.values()));
    Ok(Arc::new(collect_some::<Float64Type>(lists.len(), &mut |row| {
        let (mut sum, mut count) = (0i128, 0u64);
        for at in range(lists, row).filter(|at| valid(*at)) {
            (sum, count) = (sum + values[at].into(), count + 1);
        }
        (count > 0).then(|| sum as f64 / count as f64)
    })))
}

/// The sums of elements in 128 bits.
fn exact<P: ArrowPrimitiveType<Native: Into<i128>>>(
    args: &Args<'_>,
    fitting: &dyn Fn(i128) -> Option<P::Native>,
) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let lists = lists(&array)?;
    let (values, valid) = (primitive::<P>(lists.values()).values(), valid_rows(lists.values()));
    let mut sums = Vec::with_capacity(args.rows());
    for row in 0..lists.len() {
        let items = || range(lists, row).filter(|at| valid(*at)).map(|at| values[at].into());
        let total = items().try_fold(0i128, |sum, item| sum.checked_add(item)).or_else(|| {
            // Long decimals may leave the 128 bits and come back.
            items().fold(i256::ZERO, |sum, item| sum.wrapping_add(i256::from_i128(item))).to_i128()
        });
        let overflow = || {
            Error::new(ErrorKind::Arithmetic, format!("the sum does not fit {}", args.output()))
                .row(row as u64)
        };
        sums.push(total.and_then(fitting).ok_or_else(overflow)?);
    }
    Ok(array_of::<P>(sums, None))
}

/// The sum of floats, as if with twice the digits.
fn total(values: &[f64]) -> f64 {
    FloatSum::of(values).get()
}

/// An expression of the elements.
pub static LIST_EVAL: ScalarFunction = ScalarFunction::new(
    "list_eval",
    "lists",
    &["expr"],
    |types, params| {
        let item = item_of(&types[0])?;
        let bound = element_expr(params, &item)?;
        same_lengths(types, bound.dtype)
    },
    |args| {
        // What lies under a null list is no element.
        let array = regroup(&args.array(0)?, &mut |range, places| {
            places.extend(range.map(|at| at as u32));
            Ok(())
        })?;
        let lists = lists(&array)?;
        let (first, last) = (lists.value_offsets()[0], lists.value_offsets()[lists.len()]);
        let values = lists.values().slice(first as usize, (last - first) as usize);
        let bound = element_expr(args.params(), &DType::from_arrow(values.data_type())?)?;
        let rows = values.len();
        let batch = Batch::new(vec![Column::from_held(values)], rows)?;
        // The row of an error would be that of an element.
        let answers = bound.column(&batch).map_err(Error::without_row)?.to_plain()?;
        let ends = lists.value_offsets().iter().map(|end| end - first);
        of_same_lengths(args, list_of(answers, ends.collect(), None)?)
    },
)
.failing()
.with_params(&[Param {
    name: "expression",
    default: None,
    doc: "An expression of `element()`, which stands for each element.",
}])
.documented("What an expression makes of each element; arrays stay arrays.", || {
    let doubled = numbers(&[Some(&[Some(6), None, Some(2)]), Some(&[]), None]);
    shown(col("x").list_eval(element() * 2), doubled)
});

/// The name of the column that elements stand in.
const ELEMENT: &str = "element";

/// Each element of the list, in the expression of [`Expr::list_eval`].
///
/// # Examples
/// ```
/// use hypostyle::{Frame, col, element};
/// let frame = Frame::builder().column("x", ["a b"]).finish()?;
/// let shouted = frame.select([col("x").str_split(" ").list_eval(element().upper()).list_join("+")])?;
/// assert_eq!(shouted.column("x")?.get(0)?, "A+B".into());
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn element() -> Expr {
    col(ELEMENT)
}

/// An expression as text that can stand in a constant, such as that of [`Expr::list_eval`].
///
/// # Errors
/// `InvalidArgument` for an expression with functions of the user, which are code.
pub fn expression_text(expr: &Expr) -> Result<String> {
    serde_json::to_string(expr).map_err(|error| Error::invalid(format!("no constant: {error}")))
}

fn element_expr(params: &Params, item: &DType) -> Result<Bound> {
    let wrong = |error: serde_json::Error| Error::invalid(format!("no expression of elements: {error}"));
    let expr: Expr = serde_json::from_str(params.str("expression")?).map_err(wrong)?;
    bind(&resolve(expr)?, &Schema::new(vec![Field::new(ELEMENT, item.clone())])?)
}

fn number(dtype: &DType) -> Result<DType> {
    let fits = |dtype: &DType| dtype.is_numeric() || *dtype == DType::Bool;
    wanted(&item_of(dtype)?, fits, DType::Int64, "a list of numbers")
}

/// A float of the elements taken as floats.
fn one_float(types: &[DType]) -> Result<Signature> {
    number(&types[0])?;
    Ok(Signature::new([DType::List(Box::new(DType::Float64))], DType::Float64))
}

fn to_item(types: &[DType], params: &Params) -> Result<Signature> {
    types[0].ordered()?;
    Ok(Signature { output: item_of(&types[0])?, ..list_to_list(types, params)? })
}

/// A number of the elements of each row that are not null.
fn floats(args: &Args<'_>, f: &dyn Fn(&[f64]) -> Option<f64>) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let lists = lists(&array)?;
    let (values, valid) = (primitive::<Float64Type>(lists.values()).values(), valid_rows(lists.values()));
    let mut present = Vec::new();
    let gaps = lists.values().null_count() > 0;
    Ok(Arc::new(collect_some::<Float64Type>(lists.len(), &mut |row| {
        if !gaps {
            return f(&values[range(lists, row)]);
        }
        present.clear();
        present.extend(range(lists, row).filter(|at| valid(*at)).map(|at| values[at]));
        f(&present)
    })))
}

fn extreme(args: &Args<'_>, better: Ordering) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let values = lists(&array)?.values().clone();
    let (order, valid) = (comparator(&values, &values)?, valid_rows(&values));
    // What equals no number: NaN is after all of them, and must not win as the greatest.
    let nan = match values.data_type().is_floating() {
        true => {
            let wide = arrow::compute::cast(&values, &DType::Float64.to_arrow())?;
            primitive::<Float64Type>(&wide).values().iter().map(|value| value.is_nan()).collect()
        }
        false => Vec::new(),
    };
    let is_nan = |at: usize| nan.get(at).copied().unwrap_or(false);
    choose(args, &|range| {
        range.filter(|at| valid(*at)).reduce(|best, at| match (is_nan(best), is_nan(at)) {
            (true, false) => at,
            (false, true) => best,
            _ if order(at, best) == better => at,
            _ => best,
        })
    })
}

impl Expr {
    /// The sum of the elements of the list that are not null.
    pub fn list_sum(self) -> Expr {
        Expr::call(&LIST_SUM, [self], Params::new())
    }

    /// The median of the elements that are not null, NaN being the greatest; of none null.
    pub fn list_median(self) -> Expr {
        Expr::call(&LIST_MEDIAN, [self], Params::new())
    }

    /// The mean of the elements of the list that are not null.
    pub fn list_mean(self) -> Expr {
        Expr::call(&LIST_MEAN, [self], Params::new())
    }

    /// The elements of the list as text, one after the other with a separator between.
    pub fn list_join(self, separator: &str) -> Expr {
        Expr::call(&LIST_JOIN, [self], Params::new().with("sep", separator))
    }

    /// What an expression of [`element`] makes of each element of the list. Functions of your own cannot stand in it.
    pub fn list_eval(self, expression: Expr) -> Expr {
        // What is no data is refused where the expression is read again.
        let text = expression_text(&expression).unwrap_or_else(|error| error.message().to_owned());
        Expr::call(&LIST_EVAL, [self], Params::new().with("expression", text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::scalar::support::run;

    fn sum(item: DType, rows: &[&[Scalar]]) -> Result<Vec<Scalar>> {
        let lists: Vec<Scalar> = rows.iter().map(|items| Scalar::List(items.to_vec())).collect();
        run(&column_of_scalars(&DType::List(Box::new(item)), &lists), &col("x").list_sum())
    }

    #[test]
    fn sums_are_wider_than_the_elements_and_never_wrap() {
        let bytes = |value: i64| Scalar::Int(value);
        assert_eq!(
            sum(DType::Int8, &[&[127, 127, 127].map(bytes), &[-128, -128, -128].map(bytes)]).unwrap(),
            [381i64.into(), (-384i64).into()]
        );
        let most = [Scalar::from(u64::MAX), Scalar::Null];
        assert_eq!(sum(DType::UInt64, &[&most, &[]]).unwrap(), [u64::MAX.into(), 0u64.into()]);
        for (item, value) in [(DType::UInt64, Scalar::from(u64::MAX)), (DType::Int64, i64::MIN.into())] {
            let error = sum(item.clone(), &[&[], &[value.clone(), value]]).unwrap_err();
            assert_eq!((error.kind(), error.row_number()), (ErrorKind::Arithmetic, Some(1)), "{item}");
        }
        assert_eq!(
            sum(DType::Int64, &[&[i64::MAX.into(), i64::MAX.into(), i64::MIN.into()]]).unwrap(),
            [(i64::MAX - 1).into()]
        );
    }

    #[test]
    fn means_of_whole_numbers_are_exact() {
        let items = [i64::MAX, -4, -i64::MAX].map(Scalar::from);
        let lists = [Scalar::List(items.to_vec()), Scalar::List(vec![Scalar::Null])];
        let column = column_of_scalars(&DType::List(Box::new(DType::Int64)), &lists);
        let wanted = [Scalar::Float(-4.0 / 3.0), Scalar::Null];
        assert_eq!(run(&column, &col("x").list_mean()).unwrap(), wanted);
        let large = Scalar::List(vec![u64::MAX.into(), u64::MAX.into()]);
        let column = column_of_scalars(&DType::List(Box::new(DType::UInt64)), &[large]);
        assert_eq!(run(&column, &col("x").list_mean()).unwrap(), [Scalar::Float(2f64.powi(64))]);
    }

    #[test]
    fn sums_of_decimals_and_floats_keep_digits() {
        let decimal = |digits| Scalar::Decimal(digits, 2);
        let (large, one) = (9 * 10i128.pow(37), 1);
        let exact = [decimal(large), decimal(large), decimal(-large), decimal(one)];
        assert_eq!(sum(DType::Decimal(38, 2), &[&exact, &[]]).unwrap(), [decimal(large + 1), decimal(0)]);
        assert!(sum(DType::Decimal(38, 2), &[&exact[..2]]).is_err());
        let floats = [1e100, 1.0, -1e100].map(Scalar::from);
        assert_eq!(sum(DType::Float64, &[&floats]).unwrap(), [1.0.into()]);
    }
}
