//! `n_unique`.

use crate::data::{DType, dispatch};
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{
    AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, Tasks, col,
};
use crate::functions::aggregate::aside::Of;
use crate::functions::aggregate::distinct::Keys;
use crate::functions::aggregate::fold::{numbers, owned, same};
use crate::functions::aggregate::grouped::{each_list, lists};
use crate::functions::aggregate::key_sets::{CloseKey, KeySets};
use crate::functions::aggregate::n_unique_bytes::BytesKeys;
use crate::functions::aggregate::n_unique_text::TextUnique;
use crate::functions::aggregate::ordered;
use crate::functions::aggregate::rows::{ValidBlocks, for_each_valid, nulls_of};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{Decimal128Type, UInt64Type};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// The number of distinct values.
pub static N_UNIQUE: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("n_unique"),
    aliases: &["nunique"],
    doc: "The number of distinct values, exactly.\n\nNulls are not counted unless asked for. NaN equals NaN and -0.0 \
          equals 0.0.",
    args: &["expr"],
    params: &[Param {
        name: "count_nulls",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether null counts as one more value.",
    }],
    signature: |types, _| Ok(Signature::new(types, DType::UInt64)),
    ordered: false,
    accepts_codes: true,
    counts: true,
    state,
    example: Some(|| Example {
        input: vec![("x", [Some("a"), Some("b"), None, Some("a")].into_iter().collect())],
        expr: col("x").n_unique(),
        output: [2u64].into_iter().collect(),
    }),
};

impl Expr {
    /// The number of distinct values; nulls are not counted.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some("a"), Some("b"), None, Some("a")]).finish()?;
    /// let distinct = frame.lazy().select([col("x").n_unique()]).collect()?;
    /// assert_eq!(distinct.column("x")?.get(0)?, Scalar::UInt(2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn n_unique(self) -> Expr {
        Expr::aggregate(&N_UNIQUE, [self], Params::new())
    }
}

fn state(types: &[DType], params: &Params) -> Result<Box<dyn GroupState>> {
    let count_nulls = params.bool("count_nulls")?;
    Ok(match &types[0] {
        DType::Decimal(..) => NUnique::boxed(DecimalKeys, count_nulls),
        dtype if dtype.is_numeric() || dtype.is_temporal() || matches!(dtype, DType::Bool | DType::Null) => {
            NUnique::boxed(NumberKeys, count_nulls)
        }
        DType::String | DType::Binary => {
            TextUnique::boxed(NUnique::boxed(BytesKeys::new(&types[0])?, count_nulls), count_nulls)
        }
        other => NUnique::boxed(BytesKeys::new(other)?, count_nulls),
    })
}

/// Numbers of at most 64 bits: the key is the integer, or the place of the float.
struct NumberKeys;

impl Keys for NumberKeys {
    type Key = u64;

    const SHARED: bool = true;

    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<u64>> {
        let array = numbers(array)?;
        let mut keys = Vec::with_capacity(array.len());
        ordered::key_words(&array, 0..array.len(), false, &mut keys);
        // Close to one another are the keys of -1 and 0.
        if !array.data_type().is_unsigned_integer() {
            keys.iter_mut().for_each(|key| *key ^= 1 << 63);
        }
        Ok(keys)
    }

    fn export(&self, keys: &[u64]) -> ArrayRef {
        Arc::new(UInt64Array::from(keys.to_vec()))
    }

    fn import(&mut self, array: &ArrayRef) -> Result<Vec<u64>> {
        Ok(array.as_primitive_opt::<UInt64Type>().ok_or_else(foreign_state)?.values().to_vec())
    }
}

struct DecimalKeys;

impl Keys for DecimalKeys {
    type Key = i128;

    const SHARED: bool = true;

    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<i128>> {
        Ok(dispatch::primitive::<Decimal128Type>(array).values().to_vec())
    }

    fn export(&self, keys: &[i128]) -> ArrayRef {
        Arc::new(Decimal128Array::from(keys.to_vec()))
    }

    fn import(&mut self, array: &ArrayRef) -> Result<Vec<i128>> {
        Ok(array.as_primitive_opt::<Decimal128Type>().ok_or_else(foreign_state)?.values().to_vec())
    }
}

/// The distinct values of every group.
struct NUnique<S: Keys<Key: CloseKey>> {
    keys: S,
    distinct: KeySets<S::Key>,
    /// Whether each group has a null, if that counts.
    nulls: Option<Vec<bool>>,
}

impl<S: Keys<Key: CloseKey>> NUnique<S> {
    fn boxed(keys: S, count_nulls: bool) -> Box<dyn GroupState> {
        Box::new(NUnique { keys, distinct: KeySets::default(), nulls: count_nulls.then(Vec::new) })
    }

    fn mark_nulls(&mut self, nulls: &NullBuffer, groups: &Groups<'_>) {
        if let Some(marks) = &mut self.nulls {
            let absent = NullBuffer::new(!nulls.inner());
            for_each_valid(&absent, |rows| rows.rows().for_each(|row| marks[groups.of(row)] = true));
        }
    }
}

impl<S: Keys<Key: CloseKey>> GroupState for NUnique<S> {
    fn resize(&mut self, groups: usize) {
        self.distinct.resize(groups);
        if let Some(marks) = &mut self.nulls
            && groups > marks.len()
        {
            marks.resize(groups, false);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        if args[0].is_empty() {
            return Ok(());
        }
        let nulls = nulls_of(&args[0]);
        if let Some(nulls) = &nulls {
            self.mark_nulls(nulls, groups);
            if nulls.null_count() == nulls.len() {
                return Ok(());
            }
        }
        let keys = self.keys.keys(&args[0])?;
        match (groups.ids, nulls) {
            (ids, None) => self.distinct.extend(ids.map_or(Of::One(0), Of::Each), &keys),
            (ids, Some(nulls)) => {
                let mut valid = ValidBlocks::new(&nulls);
                valid.advance(nulls.len());
                let (mut picked, mut own) = (Vec::new(), Vec::new());
                valid.pick(&keys, &mut picked);
                if let Some(ids) = ids {
                    valid.pick(ids, &mut own);
                }
                self.distinct.extend(ids.map_or(Of::One(0), |_| Of::Each(&own)), &picked);
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            let keys = other.distinct.keys_of(*from as usize).into_iter();
            let adopted: Vec<S::Key> = keys.map(|key| self.keys.adopt(&other.keys, key)).collect();
            self.distinct.extend(Of::One(*into), &adopted);
            if let (Some(marks), Some(others)) = (&mut self.nulls, &other.nulls) {
                marks[*into as usize] |= others[*from as usize];
            }
        }
        Ok(())
    }

    fn absorb(&mut self, other: Box<dyn GroupState>, into: &[u32]) -> Result<()> {
        if !S::SHARED {
            let from: Vec<u32> = (0..into.len() as u32).collect();
            return self.merge(other.as_ref(), &from, into);
        }
        let other = owned::<Self>(other)?;
        if let (Some(marks), Some(others)) = (&mut self.nulls, &other.nulls) {
            others.iter().zip(into).for_each(|(null, into)| marks[*into as usize] |= null);
        }
        self.distinct.absorb(other.distinct, into);
        Ok(())
    }

    fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        self.distinct.settle(tasks)
    }

    fn exact(&self) -> bool {
        true
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let counts = self.distinct.counts();
        Ok(Arc::new(match &self.nulls {
            None => UInt64Array::from(counts),
            Some(marks) => UInt64Array::from_iter_values(
                counts.iter().zip(marks).map(|(count, null)| count + u64::from(*null)),
            ),
        }))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let grouped = self.distinct.grouped();
        let keys = lists(&grouped.starts, self.keys.export(&grouped.values))?;
        let groups = self.distinct.counts().len();
        let marks = self.nulls.clone().unwrap_or_else(|| vec![false; groups]);
        Ok(vec![keys, Arc::new(BooleanArray::from(marks))])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [keys, others] = arrays else { return Err(foreign_state()) };
        let others = others.as_boolean_opt().ok_or_else(foreign_state)?;
        for (into, keys) in each_list(keys, into)? {
            let keys = self.keys.import(&keys)?;
            self.distinct.extend(Of::One(into), &keys);
        }
        if let Some(marks) = &mut self.nulls {
            for (row, into) in into.iter().enumerate() {
                marks[*into as usize] |= others.value(row);
            }
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        let marks = self.nulls.as_ref().map_or(0, Vec::capacity);
        self.distinct.size_bytes() + self.keys.size_bytes() + marks
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
