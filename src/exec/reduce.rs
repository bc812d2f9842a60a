//! Rows that match nothing in a join further on are left out where they are read.

use crate::data::{Batch, Column};
use crate::error::Result;
use crate::exec::join::built::{Built, Finder};
use crate::exec::operator::{Emit, Transform};
use crate::exec::slot::Slot;
use crate::kernels::filter::filter_batch;
use crate::kernels::join::numbers::Prepared;
use crate::kernels::join::{Encoder, Index};
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

/// Columns whose values must be among the keys of a join that is built before.
pub struct Member {
    columns: Vec<usize>,
    text: String,
    built: Slot<Built>,
    /// Whether rows left out can come back with null as their key.
    outer: bool,
}

/// Keeps rows whose keys may have a match in joins further on. A join that most rows of a batch have a match in is not asked
/// about the others: it finds out anyway.
pub struct Reduce {
    members: Vec<Member>,
    /// Whether all joins are asked about all rows.
    always: bool,
}

impl Member {
    /// Columns at these places, of these names; `join` is text.
    pub fn new(columns: Vec<usize>, names: &[Arc<str>], join: &str, built: Slot<Built>, outer: bool) -> Self {
        Member { columns, text: format!("{} matches nothing in: {join}", names.join(", ")), built, outer }
    }

    /// What looks up rows of a batch; `None` if nothing can be left out.
    fn asked(&self, batch: &Batch) -> Result<Option<Asked<'_>>> {
        let built = self.built.get()?;
        let Finder::Equal(index) = &built.finder else { return Ok(None) };
        if self.outer && built.encoder.matches_null() {
            return Ok(None);
        }
        let keys: Vec<Column> = self.columns.iter().map(|place| batch.column(*place).clone()).collect();
        let prepared = built.encoder.prepare(&keys)?;
        Ok(Some(Asked { encoder: &built.encoder, index, prepared, scratch: Vec::new(), words: Vec::new() }))
    }

    /// How many of some rows from all over a batch have a match. Only these are looked at: preparing whole columns of text
    /// is most of the work.
    fn sample(&self, batch: &Batch) -> Result<usize> {
        let mut found = Vec::with_capacity(SAMPLE);
        for run in 0..SAMPLE / RUN {
            let start = run * (batch.rows() - RUN) / (SAMPLE / RUN - 1);
            match self.asked(&batch.slice(start, RUN))? {
                Some(mut asked) => asked.look(0..RUN, &mut found),
                None => return Ok(SAMPLE),
            }
        }
        Ok(found.into_iter().filter(|found| *found).count())
    }
}

/// A join that is asked about rows of a batch.
struct Asked<'a> {
    encoder: &'a Encoder,
    index: &'a Index,
    prepared: Vec<Prepared>,
    scratch: Vec<u64>,
    words: Vec<u64>,
}

impl Asked<'_> {
    /// Whether each row may have a match, appended to `found`.
    fn look(&mut self, rows: Range<usize>, found: &mut Vec<bool>) {
        self.encoder.words(&self.prepared, rows, &mut self.scratch, &mut self.words);
        self.index.may_hold(&self.words, found);
    }
}

impl Reduce {
    /// A transform.
    pub fn new(members: Vec<Member>, always: bool) -> Self {
        Reduce { members, always }
    }

    /// Whether each row may have all its matches; `None` if most have.
    fn matches(&self, batch: &Batch) -> Result<Option<BooleanBuffer>> {
        let rows = batch.rows();
        let mut asked = Vec::with_capacity(self.members.len());
        for member in &self.members {
            let sampled = rows > 2 * SAMPLE && !self.always;
            let matched = if sampled { member.sample(batch)? } else { 0 };
            if matched * 4 > SAMPLE * TOO_MANY_OF_FOUR {
                continue;
            }
            if let Some(member) = member.asked(batch)? {
                asked.push((matched, member));
            }
        }
        // The join with the fewest matches is asked first.
        asked.sort_by_key(|(matched, _)| *matched);
        let Some(((_, first), rest)) = asked.split_first_mut() else { return Ok(None) };
        let (mut found, mut other) = (Vec::with_capacity(rows), Vec::with_capacity(BLOCK));
        for start in (0..rows).step_by(BLOCK) {
            let end = rows.min(start + BLOCK);
            first.look(start..end, &mut found);
            for (_, member) in rest.iter_mut() {
                other.clear();
                member.look(start..end, &mut other);
                found[start..].iter_mut().zip(&other).for_each(|(found, other)| *found &= other);
            }
        }
        Ok(Some(BooleanBuffer::from(found)))
    }
}

impl Transform for Reduce {
    fn describe(&self) -> String {
        let members: Vec<&str> = self.members.iter().map(|member| member.text.as_str()).collect();
        format!("Leave out rows whose {}", members.join("; or whose "))
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        match self.matches(&batch)? {
            Some(found) => emit(filter_batch(&batch, &BooleanArray::new(found, None))?),
            None => emit(batch),
        }
    }
}
