//! `top_k`, `bottom_k`: the few greatest or least values of each group.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::{Param, ParamDefault};
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Params, Signature, col};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, AsArray, ListArray, PrimitiveArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

static PARAMS: &[Param] =
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

fn size(params: &Params) -> Result<usize> {
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
    let physical = dispatch::physical(&arrow::array::new_empty_array(&dtype.to_arrow()));
    dispatch::with_native!(physical.data_type(), T => {
        Ok(Box::new(Best::<T> { k, largest, dtype, values: Vec::new(), counts: Vec::new() }))
    }, _ => Err(Error::internal(format!("greatest values of {dtype}"))))
}

/// The best values of every group, best first, `k` places per group.
struct Best<T: ArrowPrimitiveType> {
    k: usize,
    largest: bool,
    dtype: DType,
    values: Vec<T::Native>,
    counts: Vec<u32>,
}

impl<T: ArrowPrimitiveType> Best<T> {
    fn add(&mut self, group: usize, value: T::Native) {
        // NaN is the only value that is not equal to itself.
        #[allow(clippy::eq_op)]
        if value != value {
            return;
        }
        let count = self.counts[group] as usize;
        let places = &mut self.values[group * self.k..(group + 1) * self.k];
        let largest = self.largest;
        let better = |a: T::Native, b: T::Native| if largest { a.is_gt(b) } else { a.is_lt(b) };
        if count == places.len() && !better(value, places[count - 1]) {
            return;
        }
        let mut at = count.min(places.len() - 1);
        while at > 0 && better(value, places[at - 1]) {
            places[at] = places[at - 1];
            at -= 1;
        }
        places[at] = value;
        self.counts[group] = (count + 1).min(self.k) as u32;
    }

    fn kept(&self, group: usize) -> &[T::Native] {
        &self.values[group * self.k..group * self.k + self.counts[group] as usize]
    }

    fn lists(&self) -> Result<ArrayRef> {
        let kept: Vec<T::Native> =
            (0..self.counts.len()).flat_map(|group| self.kept(group).iter().copied()).collect();
        let offsets = OffsetBuffer::from_lengths(self.counts.iter().map(|count| *count as usize));
        let values: ArrayRef = Arc::new(PrimitiveArray::<T>::from_iter_values(kept));
        let values = dispatch::logical(values, &self.dtype)?;
        let field = Arc::new(Field::new("item", values.data_type().clone(), true));
        Ok(Arc::new(ListArray::try_new(field, offsets, values, None)?))
    }
}

impl<T: ArrowPrimitiveType> GroupState for Best<T> {
    fn resize(&mut self, groups: usize) {
        if groups > self.counts.len() {
            self.counts.resize(groups, 0);
            self.values.resize(groups * self.k, T::Native::default());
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let array = dispatch::physical(&args[0]);
        if matches!(array.data_type(), DataType::Null) {
            return Ok(());
        }
        let array: &PrimitiveArray<T> = dispatch::primitive(&array);
        for (row, value) in array.values().iter().enumerate() {
            if array.is_valid(row) {
                self.add(groups.of(row), *value);
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            for value in other.kept(*from as usize) {
                self.add(*into as usize, *value);
            }
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
            let values = dispatch::physical(&lists.value(row));
            let values: &PrimitiveArray<T> = values.as_any().downcast_ref().ok_or_else(foreign_state)?;
            for value in values.values() {
                self.add(*into as usize, *value);
            }
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.values.capacity() * size_of::<T::Native>() + self.counts.capacity() * 4
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
