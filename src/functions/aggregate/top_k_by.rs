//! `top_k_by`, `bottom_k_by`: the integers, such as numbers of rows, beside the few greatest or least values of each group.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Params, Signature, col};
use crate::functions::aggregate::best::Best;
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::grouped::list_column;
use crate::functions::aggregate::ordered;
use crate::functions::aggregate::rows::nulls_of;
use crate::functions::aggregate::top_k::{PARAMS, size};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::datatypes::Int64Type;
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// The integers beside the greatest values.
pub static TOP_K_BY: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("top_k_by"),
    aliases: &[],
    doc: "The integers of the rows where `by` is greatest, as a list of `k` at most, those of the greatest first.\n\nOf \
          equal ones the least integers come first. Rows where the integer or `by` is null, or `by` is NaN, are skipped.",
    args: &["expr", "by"],
    params: PARAMS,
    signature: |types, params| signature("top_k_by", types, params),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, params| state(types, params, true),
    example: Some(|| example(|id, by| id.top_k_by(by, 2), [7, 9])),
};

/// The integers beside the least values.
pub static BOTTOM_K_BY: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("bottom_k_by"),
    aliases: &[],
    doc: "The integers of the rows where `by` is least, as a list of `k` at most, those of the least first.\n\nOf equal \
          ones the least integers come first. Rows where the integer or `by` is null, or `by` is NaN, are skipped.",
    args: &["expr", "by"],
    params: PARAMS,
    signature: |types, params| signature("bottom_k_by", types, params),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, params| state(types, params, false),
    example: Some(|| example(|id, by| id.bottom_k_by(by, 2), [8, 7])),
};

impl Expr {
    /// The integers of the rows where `by` is greatest, as a list, those of the greatest first.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("id", [7i64, 8, 9]).column("x", [3.0, 1.0, 5.0]).finish()?;
    /// let best = frame.lazy().select([col("id").top_k_by(col("x"), 2)]).explode("id").collect()?;
    /// assert_eq!(best.column("id")?.get(0)?.as_i64(), Some(9));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn top_k_by(self, by: Expr, k: u32) -> Expr {
        Expr::aggregate(&TOP_K_BY, [self, by], Params::new().with("k", k))
    }

    /// The integers of the rows where `by` is least, as a list, those of the least first.
    pub fn bottom_k_by(self, by: Expr, k: u32) -> Expr {
        Expr::aggregate(&BOTTOM_K_BY, [self, by], Params::new().with("k", k))
    }
}

fn example(function: fn(Expr, Expr) -> Expr, output: [i64; 2]) -> Example {
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(output.map(Some))]);
    Example {
        input: vec![
            ("id", [9i64, 8, 6, 7].into_iter().collect()),
            ("x", [Some(3i64), Some(1), None, Some(3)].into_iter().collect()),
        ],
        expr: function(col("id"), col("x")),
        output: crate::data::Column::from_held(Arc::new(list)),
    }
}

fn signature(name: &str, types: &[DType], params: &Params) -> Result<Signature> {
    size(params)?;
    let kept = match &types[0] {
        DType::Null => DType::Int64,
        dtype if dtype.is_integer() => dtype.clone(),
        other => {
            return Err(Error::type_mismatch(format!("{name} gives integers, not {other}"))
                .hint("give the number of the row, and take the rows of these numbers"));
        }
    };
    let by = match &types[1] {
        DType::Null => DType::Int64,
        dtype if (dtype.is_numeric() && !matches!(dtype, DType::Decimal(..))) || dtype.is_temporal() => {
            dtype.clone()
        }
        other => {
            return Err(Error::type_mismatch(format!("no greatest or least values of {other}"))
                .hint("integers, floats, dates and times have them"));
        }
    };
    Ok(Signature::new([kept.clone(), by], DType::List(Box::new(kept))))
}

fn state(types: &[DType], params: &Params, largest: bool) -> Result<Box<dyn GroupState>> {
    let k = size(params)?;
    Ok(Box::new(RankedBy { largest, kept: types[0].clone(), by: types[1].clone(), best: Best::new(k) }))
}

/// The best rows of every group: the word of the value above, the turned word of the integer below.
struct RankedBy {
    largest: bool,
    kept: DType,
    by: DType,
    best: Best<u128>,
}

/// Rows at a time: their words stay in the nearest cache.
const RUN: usize = 1024;

impl RankedBy {
    fn offer(&mut self, kept: &ArrayRef, by: &ArrayRef, groups: &Groups<'_>) -> Result<()> {
        let (kept, by) = (dispatch::physical(kept), dispatch::physical(by));
        if kept.data_type().is_null() || by.data_type().is_null() {
            return Ok(());
        }
        let nulls = [nulls_of(&kept), nulls_of(&by)];
        let floats = by.data_type().is_floating();
        let (mut low, mut high, mut words) = (Vec::new(), Vec::new(), Vec::with_capacity(RUN));
        for start in (0..by.len()).step_by(RUN) {
            let rows = start..by.len().min(start + RUN);
            low.clear();
            high.clear();
            words.clear();
            ordered::words(&kept, rows.clone(), true, &mut low);
            ordered::key_words(&by, rows.clone(), true, &mut high);
            words.extend(high.iter().zip(&low).map(|(high, low)| {
                let high = if self.largest { *high } else { !*high };
                u128::from(high) << 64 | u128::from(!*low)
            }));
            let gaps = floats || nulls.iter().any(Option::is_some);
            if gaps || words.contains(&0) {
                for (row, word) in rows.clone().zip(&mut words) {
                    let valid = nulls.iter().flatten().all(|nulls| nulls.is_valid(row));
                    if !valid || floats && ordered::is_nan(&by, row) {
                        *word = 0;
                    } else if *word == 0 {
                        self.best.offer_least(groups.of(row));
                    }
                }
            }
            self.best.offer(groups.ids.map(|ids| &ids[rows]), &words);
        }
        Ok(())
    }

    /// What is kept of each group's rows, as lists.
    fn lists(&self, word: impl Fn(u128) -> u64, dtype: &DType) -> Result<ArrayRef> {
        let (mut starts, mut words) = (vec![0], Vec::new());
        for group in 0..self.best.groups() {
            words.extend(self.best.kept(group).map(&word));
            starts.push(words.len());
        }
        list_column(&starts, ordered::values(&words, None, dtype)?)
    }

    fn integers(&self) -> Result<ArrayRef> {
        self.lists(|word| !(word as u64), &self.kept)
    }
}

impl GroupState for RankedBy {
    fn resize(&mut self, groups: usize) {
        self.best.resize(groups);
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        self.offer(&args[0], &args[1], groups)
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            self.best.join(*into as usize, &other.best, *from as usize);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        self.integers()
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let largest = self.largest;
        let values =
            self.lists(|word| if largest { (word >> 64) as u64 } else { !((word >> 64) as u64) }, &self.by)?;
        Ok(vec![self.integers()?, values])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [kept, by] = arrays else { return Err(foreign_state()) };
        let kept = kept.as_list_opt::<i32>().ok_or_else(foreign_state)?;
        let by = by.as_list_opt::<i32>().ok_or_else(foreign_state)?;
        for (row, into) in into.iter().enumerate() {
            let (kept, by) = (kept.value(row), by.value(row));
            self.offer(&kept, &by, &Groups::per_row(&vec![*into; kept.len()]))?;
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
