//! An aggregate that is made of two others.

use crate::error::Result;
use crate::expr::{GroupState, Groups, Tasks};
use crate::functions::aggregate::fold::{owned, same};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::ArrayRef;
use std::any::Any;

type Finish = Box<dyn Fn(ArrayRef, ArrayRef) -> Result<ArrayRef> + Send + Sync>;

/// Two states over the same values, and what is made of their results.
pub struct Both {
    first: Box<dyn GroupState>,
    count: Box<dyn GroupState>,
    finish: Finish,
}

/// Arrays that a count is exported to.
const COUNT_ARRAYS: usize = 2;

impl Both {
    /// An aggregate and a count; `finish` takes their results.
    pub fn boxed(
        first: Box<dyn GroupState>,
        count: Box<dyn GroupState>,
        finish: impl Fn(ArrayRef, ArrayRef) -> Result<ArrayRef> + Send + Sync + 'static,
    ) -> Box<dyn GroupState> {
        Box::new(Both { first, count, finish: Box::new(finish) })
    }
}

impl GroupState for Both {
    fn resize(&mut self, groups: usize) {
        self.first.resize(groups);
        self.count.resize(groups);
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        self.first.update(args, groups)?;
        self.count.update(args, groups)
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        self.first.merge(&*other.first, from, into)?;
        self.count.merge(&*other.count, from, into)
    }

    fn exact(&self) -> bool {
        self.first.exact() && self.count.exact()
    }

    fn absorb(&mut self, other: Box<dyn GroupState>, into: &[u32]) -> Result<()> {
        let other = owned::<Self>(other)?;
        self.first.absorb(other.first, into)?;
        self.count.absorb(other.count, into)
    }

    fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        self.first.settle(tasks)?;
        self.count.settle(tasks)
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let (first, count) = (self.first.finish()?, self.count.finish()?);
        (self.finish)(first, count)
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let mut arrays = self.first.export()?;
        arrays.extend(self.count.export()?);
        Ok(arrays)
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let first = arrays.len().checked_sub(COUNT_ARRAYS).ok_or_else(foreign_state)?;
        self.first.import(&arrays[..first], into)?;
        self.count.import(&arrays[first..], into)
    }

    fn size_bytes(&self) -> usize {
        self.first.size_bytes() + self.count.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
