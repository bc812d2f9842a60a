//! `first`, `last`.

use crate::data::DType;
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, col};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::kept::{Kept, NOWHERE, Place};
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt32Array};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// The value of the first row.
pub static FIRST: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("first"),
    aliases: &[],
    doc: "The value of the first row, null included; null if there is no row.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| Ok(Signature::new(types, types[0].clone())),
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, params| End::<false>::boxed(&types[0], params),
    example: Some(|| Example {
        input: vec![("x", [Some(3i64), None, Some(1)].into_iter().collect())],
        expr: col("x").first(),
        output: [3i64].into_iter().collect(),
    }),
};

/// The value of the last row.
pub static LAST: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("last"),
    aliases: &[],
    doc: "The value of the last row, null included; null if there is no row.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| Ok(Signature::new(types, types[0].clone())),
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, params| End::<true>::boxed(&types[0], params),
    example: Some(|| Example {
        input: vec![("x", [Some(3i64), Some(1), None].into_iter().collect())],
        expr: col("x").last_value(),
        output: [1i64].into_iter().collect(),
    }),
};

static PARAMS: &[Param] = &[Param {
    name: "ignore_nulls",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether to pass over rows where the value is null.",
}];

impl Expr {
    /// The value of the first row, null included.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [None, Some(3i64), Some(1)]).finish()?;
    /// let first = frame.lazy().select([col("x").first()]).collect()?;
    /// assert_eq!(first.column("x")?.get(0)?, Scalar::Null);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn first(self) -> Expr {
        Expr::aggregate(&FIRST, [self], Params::new())
    }

    /// The value of the last row, null included.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [None, Some(3i64), Some(1)]).finish()?;
    /// let last = frame.lazy().select([col("x").last()]).collect()?;
    /// assert_eq!(last.column("x")?.get(0)?, Scalar::Int(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn last(self) -> Expr {
        Expr::aggregate(&LAST, [self], Params::new())
    }

    /// The first value that is not null.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [None, Some(3i64), Some(1)]).finish()?;
    /// let first = frame.lazy().select([col("x").first_value()]).collect()?;
    /// assert_eq!(first.column("x")?.get(0)?, Scalar::Int(3));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn first_value(self) -> Expr {
        Expr::aggregate(&FIRST, [self], Params::new().with("ignore_nulls", true))
    }

    /// The last value that is not null.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(3i64), Some(1), None]).finish()?;
    /// let last = frame.lazy().select([col("x").last_value()]).collect()?;
    /// assert_eq!(last.column("x")?.get(0)?, Scalar::Int(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn last_value(self) -> Expr {
        Expr::aggregate(&LAST, [self], Params::new().with("ignore_nulls", true))
    }
}

/// Where the first or (`LAST`) last value of each group is kept. Any type works: values are copied by Arrow, a batch
/// at a time, never looked at.
struct End<const LAST: bool> {
    ignore_nulls: bool,
    places: Vec<Place>,
    kept: Kept,
}

impl<const LAST: bool> End<LAST> {
    fn boxed(dtype: &DType, params: &Params) -> Result<Box<dyn GroupState>> {
        let ignore_nulls = params.bool("ignore_nulls")?;
        Ok(Box::new(End::<LAST> { ignore_nulls, places: Vec::new(), kept: Kept::new(dtype) }))
    }

    /// Chooses among rows, given in order (for `LAST`: from the end), and keeps the chosen ones.
    fn choose(&mut self, array: &ArrayRef, rows: impl Iterator<Item = (usize, u32)>) -> Result<()> {
        let chunk = self.kept.next_chunk();
        let mut chosen: Vec<u32> = Vec::new();
        for (row, group) in rows {
            let place = &mut self.places[group as usize];
            let free = if LAST { place.chunk != chunk } else { place.chunk == NOWHERE.chunk };
            if free {
                *place = Place { chunk, row: chosen.len() as u32 };
                chosen.push(row as u32);
            }
        }
        self.kept.push(array, UInt32Array::from(chosen))?;
        if LAST {
            self.kept.compact(&mut self.places)?;
        }
        Ok(())
    }
}

impl<const LAST: bool> GroupState for End<LAST> {
    fn resize(&mut self, groups: usize) {
        if groups > self.places.len() {
            self.places.resize(groups, NOWHERE);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let array = &args[0];
        let nulls = if self.ignore_nulls { nulls_of(array) } else { None };
        match (groups.ids, nulls) {
            (None, None) => {
                let row =
                    if LAST { array.len().checked_sub(1) } else { Some(0).filter(|_| !array.is_empty()) };
                self.choose(array, row.into_iter().map(|row| (row, 0)))
            }
            (None, Some(nulls)) => {
                let mut rows = nulls.valid_indices();
                let row = if LAST { rows.last() } else { rows.next() };
                self.choose(array, row.into_iter().map(|row| (row, 0)))
            }
            (Some(ids), None) if LAST => self.choose(array, ids.iter().copied().enumerate().rev()),
            (Some(ids), None) => self.choose(array, ids.iter().copied().enumerate()),
            (Some(ids), Some(nulls)) => {
                let mut rows = Vec::with_capacity(nulls.len() - nulls.null_count());
                for_each_valid(&nulls, |valid| rows.extend(valid.rows().map(|row| (row, ids[row]))));
                if LAST {
                    rows.reverse();
                }
                self.choose(array, rows.into_iter())
            }
        }
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        let mut places = Vec::new();
        let mut groups = Vec::new();
        for (from, into) in from.iter().zip(into) {
            let place = other.places[*from as usize];
            let wanted = LAST || self.places[*into as usize].chunk == NOWHERE.chunk;
            if place.chunk != NOWHERE.chunk && wanted {
                places.push(place);
                groups.push(*into);
            }
        }
        if places.is_empty() {
            return Ok(());
        }
        let values = other.kept.gather(&places)?;
        let rows = groups.into_iter().enumerate();
        if LAST { self.choose(&values, rows.rev()) } else { self.choose(&values, rows) }
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        self.kept.gather(&self.places)
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let found: BooleanArray =
            self.places.iter().map(|place| Some(place.chunk != NOWHERE.chunk)).collect();
        let values = crate::data::strings::decode(&self.kept.gather(&self.places)?)?;
        Ok(vec![values, Arc::new(found)])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [values, found] = arrays else { return Err(foreign_state()) };
        let Some(found) = found.as_boolean_opt() else { return Err(foreign_state()) };
        let rows = (0..found.len()).filter(|row| found.value(*row)).map(|row| (row, into[row]));
        if LAST { self.choose(values, rows.rev()) } else { self.choose(values, rows) }
    }

    fn size_bytes(&self) -> usize {
        self.places.capacity() * size_of::<Place>() + self.kept.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
