//! `top_k`, `bottom_k`: the few greatest or least values of each group.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::{Param, ParamDefault};
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Params, Signature, col};
use crate::functions::aggregate::best::{Best, Word};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::grouped::list_column;
use crate::functions::aggregate::ordered;
use crate::functions::aggregate::rows::nulls_of;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, ListArray};
use arrow::datatypes::Decimal128Type;
use std::any::Any;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// How many values.
pub static PARAMS: &[Param] =
    &[Param { name: "k", default: Some(ParamDefault::Int(5)), doc: "How many values at most; 1 to 1,000." }];

/// The greatest values, greatest first.
pub static TOP_K: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("top_k"),
    aliases: &["nlargest"],
    doc: "The `k` greatest values as a list, greatest first.\n\nNulls and NaN are skipped; fewer values give a shorter \
          list. `explode` turns the lists into rows.",
    args: &["expr"],
    params: PARAMS,
    signature,
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, params| state(types, params, true),
    example: Some(|| example(col("x").top_k(2), [5, 3])),
};

/// The least values, least first.
pub static BOTTOM_K: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("bottom_k"),
    aliases: &["nsmallest"],
    doc: "The `k` least values as a list, least first.\n\nNulls and NaN are skipped; fewer values give a shorter list. \
          `explode` turns the lists into rows.",
    args: &["expr"],
    params: PARAMS,
    signature,
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, params| state(types, params, false),
    example: Some(|| example(col("x").bottom_k(2), [1, 3])),
};

impl Expr {
    /// The `k` greatest values as a list, greatest first; nulls and NaN are skipped.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [3i64, 1, 5]).finish()?;
    /// let top = frame.lazy().select([col("x").top_k(2)]).explode("x").collect()?;
    /// assert_eq!(top.column("x")?.get(1)?.as_i64(), Some(3));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn top_k(self, k: u32) -> Expr {
        Expr::aggregate(&TOP_K, [self], Params::new().with("k", k))
    }

    /// The `k` least values as a list, least first; nulls and NaN are skipped.
    pub fn bottom_k(self, k: u32) -> Expr {
        Expr::aggregate(&BOTTOM_K, [self], Params::new().with("k", k))
    }
}

fn example(expr: Expr, output: [i64; 2]) -> Example {
    let list = ListArray::from_iter_primitive::<arrow::datatypes::Int64Type, _, _>([Some(output.map(Some))]);
    Example {
        input: vec![("x", [Some(3i64), Some(1), None, Some(5)].into_iter().collect())],
        expr,
        output: crate::data::Column::from_held(Arc::new(list)),
    }
}

/// The number of values that are kept.
///
/// # Errors
/// `InvalidArgument` if it is not 1 to 1,000.
pub fn size(params: &Params) -> Result<usize> {
    let k = params.get("k");
    let number = k.as_i64().and_then(|k| usize::try_from(k).ok()).filter(|k| (1..=1000).contains(k));
    number.ok_or_else(|| Error::invalid(format!("k must be 1 to 1000, not {k}")))
}

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    size(params)?;
    let value = match &types[0] {
        DType::Null => DType::Int64,
        dtype if dtype.is_numeric() || dtype.is_temporal() => dtype.clone(),
        other => {
            return Err(Error::type_mismatch(format!("no greatest or least values of {other}"))
                .hint("numbers, dates and times have them"));
        }
    };
    Ok(Signature::new([value.clone()], DType::List(Box::new(value))))
}

fn state(types: &[DType], params: &Params, largest: bool) -> Result<Box<dyn GroupState>> {
    let k = size(params)?;
    let dtype = types[0].clone();
    Ok(match &dtype {
        DType::Decimal(..) => Box::new(Ranked::<u128> { largest, dtype, best: Best::new(k) }),
        _ => Box::new(Ranked::<u64> { largest, dtype, best: Best::new(k) }),
    })
}

/// The greatest or least values of every group.
struct Ranked<W> {
    largest: bool,
    dtype: DType,
    best: Best<W>,
}

/// Rows at a time: their words stay in the nearest cache.
const RUN: usize = 1024;

impl<W: Coded> Ranked<W> {
    /// The word of a value: the greater, the better.
    fn turned(&self, word: W) -> W {
        if self.largest { word } else { word.reversed() }
    }

    fn offer(&mut self, array: &ArrayRef, groups: &Groups<'_>) -> Result<()> {
        let array = dispatch::physical(array);
        if array.data_type().is_null() {
            return Ok(());
        }
        let nulls = nulls_of(&array);
        let mut words = Vec::with_capacity(RUN);
        for start in (0..array.len()).step_by(RUN) {
            let rows = start..array.len().min(start + RUN);
            words.clear();
            let missing = W::words(&array, rows.clone(), &mut words)?;
            if !self.largest {
                words.iter_mut().for_each(|word| *word = word.reversed());
            }
            if nulls.is_some() || missing || words.contains(&W::NOTHING) {
                for (row, word) in rows.clone().zip(&mut words) {
                    let counts = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
                    if !counts || missing && W::is_nan(&array, row) {
                        *word = W::NOTHING;
                    } else if *word == W::NOTHING {
                        self.best.offer_least(groups.of(row));
                    }
                }
            }
            self.best.offer(groups.ids.map(|ids| &ids[rows]), &words);
        }
        Ok(())
    }

    fn lists(&self) -> Result<ArrayRef> {
        let (mut starts, mut words) = (vec![0], Vec::new());
        for group in 0..self.best.groups() {
            words.extend(self.best.kept(group).map(|word| self.turned(word)));
            starts.push(words.len());
        }
        list_column(&starts, W::values(&words, &self.dtype)?)
    }
}

/// Words of values of one width.
trait Coded: Word {
    /// The word of the opposite order.
    fn reversed(self) -> Self;
    /// The words of some rows, in the order of the values; whether there may be NaN among them.
    ///
    /// # Errors
    /// `Internal` for arrays of other types.
    fn words(array: &ArrayRef, rows: Range<usize>, out: &mut Vec<Self>) -> Result<bool>;
    /// Whether a value is no number.
    fn is_nan(_array: &ArrayRef, _row: usize) -> bool {
        false
    }
    /// The values of words.
    ///
    /// # Errors
    /// `Internal` for other types.
    fn values(words: &[Self], dtype: &DType) -> Result<ArrayRef>;
}

impl Coded for u64 {
    fn reversed(self) -> u64 {
        !self
    }

    fn words(array: &ArrayRef, rows: Range<usize>, out: &mut Vec<u64>) -> Result<bool> {
        Ok(ordered::words(array, rows, true, out))
    }

    fn is_nan(array: &ArrayRef, row: usize) -> bool {
        ordered::is_nan(array, row)
    }

    fn values(words: &[u64], dtype: &DType) -> Result<ArrayRef> {
        ordered::values(words, None, dtype)
    }
}

impl Coded for u128 {
    fn reversed(self) -> u128 {
        !self
    }

    fn words(array: &ArrayRef, rows: Range<usize>, out: &mut Vec<u128>) -> Result<bool> {
        let array = array.as_primitive_opt::<Decimal128Type>().ok_or_else(foreign_state)?;
        out.extend(array.values()[rows].iter().map(|value| (*value as u128) ^ (1 << 127)));
        Ok(false)
    }

    fn values(words: &[u128], dtype: &DType) -> Result<ArrayRef> {
        let values = words.iter().map(|word| (word ^ (1 << 127)) as i128);
        dispatch::logical(Arc::new(Decimal128Array::from_iter_values(values)), dtype)
    }
}

impl<W: Coded> GroupState for Ranked<W> {
    fn resize(&mut self, groups: usize) {
        self.best.resize(groups);
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        self.offer(&args[0], groups)
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            self.best.join(*into as usize, &other.best, *from as usize);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        self.lists()
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.lists()?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let lists = arrays.first().and_then(|array| array.as_list_opt::<i32>()).ok_or_else(foreign_state)?;
        for (row, into) in into.iter().enumerate() {
            let values = lists.value(row);
            self.offer(&values, &Groups::per_row(&vec![*into; values.len()]))?;
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.best.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
