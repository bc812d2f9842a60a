//! Rows where a condition is true.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::operator::{Emit, Transform};
use crate::expr::{Bound, mask};
use crate::kernels::filter::filter_batch;
use crate::plan::Flow;

/// Keeps rows where a condition is true.
pub struct Filter {
    predicate: Bound,
}

impl Filter {
    /// A filter.
    pub fn new(predicate: Bound) -> Self {
        Filter { predicate }
    }
}

impl Transform for Filter {
    fn describe(&self) -> String {
        format!("Filter {}", self.predicate.text)
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        let mask = mask(&self.predicate, &batch)?;
        emit(filter_batch(&batch, &mask)?)
    }
}
