//! From a typed running state to the contract of running functions: the loop over blocks, written once.

use crate::data::{DType, dispatch};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Carry, WindowRows, WindowScan};
use crate::functions::aggregate::fold::results as typed;
use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::NullBuffer;
use std::ops::Range;
use std::sync::Arc;

/// A value that runs from row to row.
pub trait Running: Send + Sync + 'static {
    /// The type of the values.
    type In: ArrowPrimitiveType;
    /// The type of the results, physically.
    type Out: ArrowPrimitiveType;
    /// What is known after some rows.
    type State: Copy + Send + Sync + 'static;
    /// Whether values may be added to the state of the rows before their block, instead of joining states for each.
    const CONTINUES: bool = false;

    /// Whether a row without a value has a result.
    fn at_null(&self) -> bool {
        false
    }

    /// The state after no row.
    fn empty(&self) -> Self::State;

    /// Adds a value.
    fn add(&self, state: &mut Self::State, value: <Self::In as ArrowPrimitiveType>::Native);

    /// The state after these values alone, where that is found faster than by adding one after the other.
    fn of_run(&self, _values: &[<Self::In as ArrowPrimitiveType>::Native]) -> Option<Self::State> {
        None
    }

    /// Adds a row without a value.
    fn skip(&self, _state: &mut Self::State) {}

    /// The state after rows and then others.
    fn join(&self, before: &Self::State, later: &Self::State) -> Self::State;

    /// The result, if there is one.
    fn get(&self, state: &Self::State) -> Option<<Self::Out as ArrowPrimitiveType>::Native>;

    /// Whether the result does not fit its type.
    fn overflows(&self, _state: &Self::State) -> bool {
        false
    }
}

/// A running value as a running function.
pub struct Runner<R> {
    running: R,
}

impl<R: Running> Runner<R> {
    /// The function.
    pub fn boxed(running: R) -> Box<dyn WindowScan> {
        Box::new(Runner { running })
    }

    fn state<'a>(&self, carry: &'a Carry) -> Option<&'a R::State> {
        carry.downcast_ref::<R::State>()
    }

    #[inline]
    fn step(&self, state: &mut R::State, valid: bool, value: <R::In as ArrowPrimitiveType>::Native) {
        match valid {
            true => self.running.add(state, value),
            false => self.running.skip(state),
        }
    }
}

fn values<'a>(rows: &'a WindowRows<'_>) -> Result<(&'a ArrayRef, Option<&'a NullBuffer>)> {
    let arg = &rows.args[0];
    let values = arg.values.as_ref().ok_or_else(|| Error::internal("a window without its values"))?;
    Ok((values, arg.nulls.as_ref()))
}

impl<R: Running> WindowScan for Runner<R> {
    fn carry(&self, rows: &WindowRows<'_>, block: Range<usize>) -> Carry {
        let mut state = self.running.empty();
        if let Ok((values, nulls)) = values(rows) {
            let values = &dispatch::primitive::<R::In>(values).values()[block.clone()];
            if nulls.is_none()
                && let Some(state) = self.running.of_run(values)
            {
                return Box::new(state);
            }
            for (row, value) in block.zip(values) {
                self.step(&mut state, nulls.is_none_or(|nulls| nulls.is_valid(row)), *value);
            }
        }
        Box::new(state)
    }

    fn join(&self, before: &Carry, later: &Carry) -> Carry {
        let (before, later) = (self.state(before), self.state(later));
        let empty = self.running.empty();
        Box::new(self.running.join(before.unwrap_or(&empty), later.unwrap_or(&empty)))
    }

    fn evaluate(&self, rows: &WindowRows<'_>, blocks: &[(Range<usize>, Option<&Carry>)]) -> Result<ArrayRef> {
        let (array, nulls) = values(rows)?;
        let array = dispatch::primitive::<R::In>(array).values();
        let count = blocks.iter().map(|(block, _)| block.len()).sum();
        let mut results = Vec::with_capacity(count);
        // Which rows have a result; those that it does not reach have one.
        let mut valid: Vec<bool> = Vec::new();
        let at_null = self.running.at_null();
        for (block, before) in blocks {
            let before = before.and_then(|before| self.state(before));
            let (start, before) = match before {
                Some(before) if R::CONTINUES => (*before, None),
                before => (self.running.empty(), before),
            };
            if nulls.is_none() && before.is_none() {
                let known = results.len();
                if self.plainly(start, &array[block.clone()], &mut results) {
                    continue;
                }
                // Some row has no result, or one that does not fit.
                results.truncate(known);
            }
            valid.resize(results.len(), true);
            let mut state = start;
            for (row, value) in block.clone().zip(&array[block.clone()]) {
                let has_value = nulls.is_none_or(|nulls| nulls.is_valid(row));
                self.step(&mut state, has_value, *value);
                let shown = before.map_or(state, |before| self.running.join(before, &state));
                if self.running.overflows(&shown) {
                    return Err(overflow(row, rows.output));
                }
                let result = if has_value || at_null { self.running.get(&shown) } else { None };
                valid.push(result.is_some());
                results.push(result.unwrap_or_default());
            }
        }
        if !valid.is_empty() {
            valid.resize(results.len(), true);
        }
        let nulls = (!valid.is_empty()).then(|| NullBuffer::from(valid));
        let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
        typed(Arc::new(PrimitiveArray::<R::Out>::new(results.into(), nulls)), rows.output)
    }
}

impl<R: Running> Runner<R> {
    /// Appends the results of rows that all have a value; whether each has a result that fits.
    fn plainly(
        &self,
        mut state: R::State,
        values: &[<R::In as ArrowPrimitiveType>::Native],
        results: &mut Vec<<R::Out as ArrowPrimitiveType>::Native>,
    ) -> bool {
        let mut all = true;
        results.extend(values.iter().map(|value| {
            self.running.add(&mut state, *value);
            let result = self.running.get(&state);
            all &= result.is_some() && !self.running.overflows(&state);
            result.unwrap_or_default()
        }));
        all
    }
}

#[cold]
#[inline(never)]
fn overflow(row: usize, dtype: &DType) -> Error {
    Error::new(ErrorKind::Arithmetic, format!("the running value does not fit {dtype}")).row(row as u64)
}
