//! The state of aggregates over columns that hold only nulls.

use crate::error::Result;
use crate::expr::{GroupState, Groups};
use arrow::array::{ArrayRef, NullArray};
use std::any::Any;
use std::sync::Arc;

/// Gives null for every group.
pub struct Nothing {
    groups: usize,
}

impl Nothing {
    /// No group yet.
    pub fn boxed() -> Box<dyn GroupState> {
        Box::new(Nothing { groups: 0 })
    }
}

impl GroupState for Nothing {
    fn resize(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
    }

    fn update(&mut self, _: &[ArrayRef], _: &Groups<'_>) -> Result<()> {
        Ok(())
    }

    fn merge(&mut self, _: &dyn GroupState, _: &[u32], _: &[u32]) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(NullArray::new(self.groups)))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(vec![Arc::new(NullArray::new(self.groups))])
    }

    fn import(&mut self, _: &[ArrayRef], _: &[u32]) -> Result<()> {
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
