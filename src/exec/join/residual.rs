//! Joins with a condition besides equal keys: pairs are made, those that fulfil it are kept.

use crate::error::Result;
use crate::exec::join::probed::{OUTPUT_ROWS, Output, Probed, Rows, Wanted};
use crate::exec::operator::Emit;
use crate::expr::Bound;
use crate::kernels::gather::NO_ROW;
use crate::plan::Flow;

/// What a pair has to fulfil besides equal keys.
pub struct Residual {
    /// The columns that the condition reads, in the order of its schema.
    pub columns: Vec<Output>,
    /// The condition over these.
    pub condition: Bound,
}

/// Candidates of the rows of a batch, and what has become of the row at hand.
#[derive(Default)]
struct Candidates {
    /// Probe row and build row; [`NO_ROW`] ends a row: all its candidates have been seen.
    left: Vec<u32>,
    right: Vec<u32>,
    matched: bool,
}

impl Residual {
    /// Every probe row with its candidates; those that fulfil the condition are matches.
    pub fn probe(&self, probed: &Probed<'_>, emit: &mut Emit<'_>) -> Result<Flow> {
        let mut candidates = Candidates::default();
        let flow = probed.spans(&mut |start, spans| {
            for (row, span) in (start as u32..).zip(spans) {
                for chunk in span.chunks(OUTPUT_ROWS) {
                    candidates.left.resize(candidates.left.len() + chunk.len(), row);
                    candidates.right.extend_from_slice(chunk);
                    if candidates.left.len() >= OUTPUT_ROWS
                        && self.test(probed, &mut candidates, emit)? == Flow::Stop
                    {
                        return Ok(Flow::Stop);
                    }
                }
                candidates.left.push(row);
                candidates.right.push(NO_ROW);
            }
            Ok(Flow::Continue)
        })?;
        match flow {
            Flow::Stop => Ok(Flow::Stop),
            Flow::Continue => self.test(probed, &mut candidates, emit),
        }
    }

    fn test(&self, probed: &Probed<'_>, candidates: &mut Candidates, emit: &mut Emit<'_>) -> Result<Flow> {
        let real = candidates.left.iter().zip(&candidates.right).filter(|(_, right)| **right != NO_ROW);
        let (left, right): (Vec<u32>, Vec<u32>) = real.unzip();
        let pairs = probed.columns(&self.columns, &Rows::Some(&left), &right)?;
        // The rows of an error are rows of pairs, which nobody knows.
        let mask = self.condition.mask(&pairs).map_err(crate::error::Error::without_row)?;
        let mut fulfilled = mask.iter().map(|value| value == Some(true));
        let (mut left, mut right) = (Vec::with_capacity(left.len()), Vec::with_capacity(right.len()));
        let outer = match probed.wanted {
            Wanted::Pairs => None,
            Wanted::PairsAndRows | Wanted::Unmatched => Some(false),
            Wanted::Matched => Some(true),
        };
        let pairs = matches!(probed.wanted, Wanted::Pairs | Wanted::PairsAndRows);
        for (row, other) in candidates.left.iter().zip(&candidates.right) {
            if *other == NO_ROW {
                if outer == Some(candidates.matched) {
                    left.push(*row);
                    right.push(NO_ROW);
                }
                candidates.matched = false;
            } else if fulfilled.next() == Some(true) {
                candidates.matched = true;
                if pairs {
                    left.push(*row);
                    right.push(*other);
                }
            }
        }
        candidates.left.clear();
        candidates.right.clear();
        if left.is_empty() {
            // Very many candidates may give no rows: a query is stopped where it emits.
            return probed.pause(emit);
        }
        probed.flush(&mut left, &mut right, emit)
    }
}
