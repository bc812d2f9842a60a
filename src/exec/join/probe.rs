//! The probe side: matches of each row, in the build side's order.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::join::built::{Built, Sorting};
use crate::exec::join::probed::{OUTPUT_ROWS, Output, Probed, Rows, Wanted, origins};
use crate::exec::join::residual::Residual;
use crate::exec::operator::{Emit, Transform};
use crate::exec::slot::Slot;
use crate::expr::{Bound, columns};
use crate::kernels::gather::NO_ROW;
use crate::plan::Flow;
use arrow::array::ArrayRef;

/// Probes a built table.
pub struct Probe {
    /// One line for `explain`.
    pub text: String,
    /// Keys of the probe side.
    pub keys: Vec<Bound>,
    /// What is compared with what the build side is sorted by.
    pub compared: Vec<Bound>,
    /// What the build side is sorted by.
    pub sorting: Option<Sorting>,
    /// Which rows are given.
    pub wanted: Wanted,
    /// The columns of the result.
    pub output: Vec<Output>,
    /// What a pair has to fulfil besides.
    pub residual: Option<Residual>,
    /// What the origins of rows are in codes of.
    pub origins: ArrayRef,
    /// The build side.
    pub built: Slot<Built>,
}

impl Transform for Probe {
    fn describe(&self) -> String {
        self.text.clone()
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        self.probed(&batch, &mut |probed| match &self.residual {
            Some(residual) => residual.probe(probed, emit),
            None if probed.built.is_distinct() => distinct(probed, emit),
            None => pairs(probed, emit),
        })
    }
}

impl Probe {
    /// A transform that looks up equal keys.
    pub fn new(
        text: String,
        keys: Vec<Bound>,
        wanted: Wanted,
        output: Vec<Output>,
        built: Slot<Built>,
    ) -> Self {
        let (compared, sorting, residual) = (Vec::new(), None, None);
        Probe { text, keys, compared, sorting, wanted, output, residual, origins: origins(), built }
    }

    /// Calls `each` with the batch, its keys and what is compared.
    ///
    /// # Errors
    /// What the expressions raise, or what `each` raises.
    pub fn probed<T>(&self, batch: &Batch, each: &mut dyn FnMut(&Probed<'_>) -> Result<T>) -> Result<T> {
        let built = self.built.get()?;
        let keys = columns(&self.keys, batch)?;
        let compared = match &self.sorting {
            Some(sorting) => sorting.ordered(&columns(&self.compared, batch)?),
            None => Vec::new(),
        };
        each(&Probed {
            batch,
            keys: &keys,
            built,
            wanted: self.wanted,
            output: &self.output,
            compared: &compared,
            origins: &self.origins,
        })
    }
}

/// Every key has one build row at most.
fn distinct(probed: &Probed<'_>, emit: &mut Emit<'_>) -> Result<Flow> {
    let count = probed.batch.rows();
    let found = probed.found()?;
    probed.mark(&found);
    match probed.wanted {
        Wanted::PairsAndRows => emit(probed.columns(probed.output, &Rows::All, &found)?),
        Wanted::Pairs => {
            let hits = found.iter().filter(|row| **row != NO_ROW).count();
            if hits == count {
                return emit(probed.columns(probed.output, &Rows::All, &found)?);
            }
            let (mut left, mut right) = (vec![0; hits + 1], vec![0; hits + 1]);
            let mut next = 0;
            for (row, other) in found.iter().enumerate() {
                // Written always, kept if it is a match: a branch would often be guessed wrongly.
                left[next] = row as u32;
                right[next] = *other;
                next += usize::from(*other != NO_ROW);
            }
            drop(found);
            emit(probed.columns(probed.output, &Rows::Some(&left[..hits]), &right[..hits])?)
        }
        Wanted::Matched => rows(probed, &found, true, emit),
        Wanted::Unmatched => rows(probed, &found, false, emit),
    }
}

/// The rows with a match, or those without.
fn rows(probed: &Probed<'_>, found: &[u32], matched: bool, emit: &mut Emit<'_>) -> Result<Flow> {
    let kept: Vec<u32> =
        (0..).zip(found).filter(|(_, row)| (**row != NO_ROW) == matched).map(|(row, _)| row).collect();
    let rows = if kept.len() == found.len() { Rows::All } else { Rows::Some(&kept) };
    emit(probed.columns(probed.output, &rows, &[])?)
}

/// Keys can have several build rows.
fn pairs(probed: &Probed<'_>, emit: &mut Emit<'_>) -> Result<Flow> {
    if matches!(probed.wanted, Wanted::Matched | Wanted::Unmatched) {
        let mut found = Vec::with_capacity(probed.batch.rows());
        let mut looked_at = 0;
        let flow = probed.spans_of(1, &mut |_, spans| {
            found.extend(spans.iter().map(|span| span.first().copied().unwrap_or(NO_ROW)));
            looked_at += spans.iter().map(|span| span.len()).sum::<usize>();
            if looked_at < OUTPUT_ROWS {
                return Ok(Flow::Continue);
            }
            looked_at = 0;
            probed.pause(emit)
        })?;
        if flow == Flow::Stop {
            return Ok(flow);
        }
        return rows(probed, &found, probed.wanted == Wanted::Matched, emit);
    }
    let outer = probed.wanted == Wanted::PairsAndRows;
    let room = probed.batch.rows().min(OUTPUT_ROWS);
    let (mut left, mut right): (Vec<u32>, Vec<u32>) = (Vec::with_capacity(room), Vec::with_capacity(room));
    let flow = probed.spans(&mut |start, spans| {
        for (row, span) in (start as u32..).zip(spans) {
            if span.is_empty() && outer {
                left.push(row);
                right.push(NO_ROW);
            }
            for chunk in span.chunks(OUTPUT_ROWS) {
                left.resize(left.len() + chunk.len(), row);
                right.extend_from_slice(chunk);
                if left.len() >= OUTPUT_ROWS && probed.flush(&mut left, &mut right, emit)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
        }
        Ok(Flow::Continue)
    })?;
    match flow {
        Flow::Stop => Ok(Flow::Stop),
        Flow::Continue => probed.flush(&mut left, &mut right, emit),
    }
}
