//! Rows that match nothing in a join further on are left out where they are read.

use crate::data::{Batch, Column};
use crate::error::Result;
use crate::exec::join::built::{Built, Finder};
use crate::exec::operator::{Emit, Transform};
use crate::exec::slot::Slot;
use crate::kernels::filter::filter_batch;
use crate::plan::Flow;
use arrow::array::BooleanArray;
use arrow::buffer::BooleanBuffer;
use std::ops::Range;
use std::sync::Arc;

/// Rows that are looked up at a time.
const BLOCK: usize = 4096;

/// Rows of a batch that are looked up first, in runs from all over it.
const SAMPLE: usize = 1024;

/// Rows of one run.
const RUN: usize = 64;

/// Of four rows of the sample, more than so many with a match mean that looking up all rows does not pay.
const TOO_MANY_OF_FOUR: usize = 3;

/// Keeps rows whose keys may have a match in a join that is built before. Where most of a batch has one, the batch is
/// given as it is: the join finds out anyway.
pub struct Reduce {
    columns: Vec<usize>,
    text: String,
    built: Slot<Built>,
    /// Whether rows left out can come back with null as their key.
    outer: bool,
    /// Whether all rows are looked up always.
    always: bool,
}

impl Reduce {
    /// A transform; `columns` are the places of the keys.
    pub fn new(
        columns: Vec<usize>,
        names: &[Arc<str>],
        join: &str,
        built: Slot<Built>,
        outer: bool,
        always: bool,
    ) -> Self {
        let text = format!("Leave out rows whose {} matches nothing in: {join}", names.join(", "));
        Reduce { columns, text, built, outer, always }
    }

    /// Whether each row may have a match; `None` if most have.
    fn matches(&self, batch: &Batch) -> Result<Option<BooleanBuffer>> {
        let built = self.built.get()?;
        let Finder::Equal(index) = &built.finder else { return Ok(None) };
        if self.outer && built.encoder.matches_null() {
            return Ok(None);
        }
        let keys: Vec<Column> = self.columns.iter().map(|place| batch.column(*place).clone()).collect();
        let prepared = built.encoder.prepare(&keys)?;
        let (mut scratch, mut words) = (Vec::new(), Vec::new());
        let mut look = |rows: Range<usize>, found: &mut Vec<bool>| {
            built.encoder.words(&prepared, rows, &mut scratch, &mut words);
            index.may_hold(&words, found);
        };
        let rows = batch.rows();
        let mut found = Vec::with_capacity(rows);
        if rows > 2 * SAMPLE && !self.always {
            for start in (0..rows - RUN).step_by(rows / (SAMPLE / RUN)) {
                look(start..start + RUN, &mut found);
            }
            let matched = found.iter().filter(|found| **found).count();
            if matched * 4 > found.len() * TOO_MANY_OF_FOUR {
                return Ok(None);
            }
            found.clear();
        }
        for start in (0..rows).step_by(BLOCK) {
            look(start..rows.min(start + BLOCK), &mut found);
        }
        Ok(Some(BooleanBuffer::from(found)))
    }
}

impl Transform for Reduce {
    fn describe(&self) -> String {
        self.text.clone()
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        match self.matches(&batch)? {
            Some(found) => emit(filter_batch(&batch, &BooleanArray::new(found, None))?),
            None => emit(batch),
        }
    }
}
