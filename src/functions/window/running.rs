//! From a typed running state to the contract of running functions: the loop over blocks, written once.

use crate::data::{DType, dispatch};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Carry, WindowRows, WindowScan};
use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
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
    /// Whether a row without a value has a result.
    const AT_NULL: bool = false;

    /// The state after no row.
    fn empty(&self) -> Self::State;

    /// Adds a value.
    fn add(&self, state: &mut Self::State, value: <Self::In as ArrowPrimitiveType>::Native);

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

    /// Takes the rows of a block through the state, and shows each state to `look`.
    fn run(
        &self,
        rows: &WindowRows<'_>,
        block: Range<usize>,
        mut look: impl FnMut(usize, bool, &R::State) -> Result<()>,
    ) -> Result<R::State> {
        let arg = &rows.args[0];
        let values = arg.values.as_ref().ok_or_else(|| Error::internal("a window without its values"))?;
        let values = &dispatch::primitive::<R::In>(values).values()[block.clone()];
        let mut state = self.running.empty();
        match &arg.nulls {
            None => {
                for (row, value) in block.zip(values) {
                    self.running.add(&mut state, *value);
                    look(row, true, &state)?;
                }
            }
            Some(nulls) => {
                for (row, value) in block.zip(values) {
                    let valid = nulls.is_valid(row);
                    match valid {
                        true => self.running.add(&mut state, *value),
                        false => self.running.skip(&mut state),
                    }
                    look(row, valid, &state)?;
                }
            }
        }
        Ok(state)
    }
}

impl<R: Running> WindowScan for Runner<R> {
    fn carry(&self, rows: &WindowRows<'_>, block: Range<usize>) -> Carry {
        // Only what is shown can fail.
        let state = self.run(rows, block, |_, _, _| Ok(()));
        Box::new(state.unwrap_or_else(|_| self.running.empty()))
    }

    fn join(&self, before: &Carry, later: &Carry) -> Carry {
        let (before, later) = (self.state(before), self.state(later));
        let empty = self.running.empty();
        Box::new(self.running.join(before.unwrap_or(&empty), later.unwrap_or(&empty)))
    }

    fn evaluate(&self, rows: &WindowRows<'_>, blocks: &[(Range<usize>, Option<&Carry>)]) -> Result<ArrayRef> {
        let count = blocks.iter().map(|(block, _)| block.len()).sum();
        let mut values = Vec::with_capacity(count);
        let mut valid: Option<Vec<bool>> = None;
        for (block, before) in blocks {
            let before = before.and_then(|before| self.state(before));
            let mut put = |row: usize, has_value: bool, state: &R::State| {
                if self.running.overflows(state) {
                    return Err(overflow(row, rows.output));
                }
                let value = self.running.get(state).filter(|_| has_value || R::AT_NULL);
                if value.is_none() || valid.is_some() {
                    // Before the first null all were valid.
                    valid.get_or_insert_with(|| vec![true; values.len()]).push(value.is_some());
                }
                values.push(value.unwrap_or_default());
                Ok(())
            };
            match before {
                None => self.run(rows, block.clone(), put)?,
                Some(before) => self.run(rows, block.clone(), |row, valid, state| {
                    put(row, valid, &self.running.join(before, state))
                })?,
            };
        }
        let nulls = valid.map(|valid| NullBuffer::new(BooleanBuffer::from(valid)));
        dispatch::logical(Arc::new(PrimitiveArray::<R::Out>::new(values.into(), nulls)), rows.output)
    }
}

fn overflow(row: usize, dtype: &DType) -> Error {
    Error::new(ErrorKind::Arithmetic, format!("the running value does not fit {dtype}")).row(row as u64)
}
