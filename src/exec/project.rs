//! Expressions per row.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::operator::{Emit, Transform};
use crate::expr::{Bound, columns};
use crate::plan::Flow;

/// Computes expressions.
pub struct Project {
    exprs: Vec<Bound>,
}

impl Project {
    /// A projection.
    pub fn new(exprs: Vec<Bound>) -> Self {
        Project { exprs }
    }
}

impl Transform for Project {
    fn describe(&self) -> String {
        let exprs: Vec<&str> = self.exprs.iter().map(|expr| expr.text.as_ref()).collect();
        format!("Project {}", exprs.join(", "))
    }

    fn keeps_rows(&self) -> bool {
        true
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        let columns = columns(&self.exprs, &batch)?;
        emit(Batch::new(columns, batch.rows())?)
    }
}
