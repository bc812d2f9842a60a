//! Joins of few left rows with many right ones: the left side is built, the right side probes, and the rows are put
//! back into the left side's order.

use crate::config::Config;
use crate::data::{Batch, Column, DType};
use crate::error::{AllOk, Result};
use crate::exec::context::Context;
use crate::exec::join::build::{Build, BuildOptions, Kept, numbered, pieces};
use crate::exec::join::built::Built;
use crate::exec::join::guard::Guard;
use crate::exec::join::keys::bound_keys;
use crate::exec::join::probe::Probe;
use crate::exec::join::probed::{OUTPUT_ROWS, Output, Wanted};
use crate::exec::join::unmatched::{Alone, Unmatched};
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::exec::unify::unify;
use crate::kernels::gather::{NO_ROW, Pieces, present};
use crate::kernels::join::index::Parts;
use crate::kernels::payload::{LEAST_BYTES, Payload};
use crate::plan::rows::{likely_rows, most_rows};
use crate::plan::{Flow, JoinKind, JoinNode, Node};
use arrow::array::AsArray;
use arrow::datatypes::UInt32Type;
use std::sync::Arc;

/// Below so many right rows it does not matter which side is built.
const LEAST: u64 = 1 << 16;

/// The left side must be so many times smaller: order costs something.
const TIMES: u64 = 4;

/// The operators of a join whose left side is built.
pub struct Turned {
    /// The left side.
    pub build: Build,
    /// Counts the pairs.
    pub guard: Option<Guard>,
    /// The right side.
    pub probe: Arc<Probe>,
    /// What is made of the pairs.
    pub end: End,
}

/// What is made of the pairs.
pub enum End {
    /// The pairs, in the order of the left rows.
    Ordered(Box<dyn FnOnce(Slot<Vec<Batch>>) -> InOrder>),
    /// The left rows that are in a pair, or in none.
    Rows(Unmatched),
}

/// Whether a join is done that way.
pub fn pays(node: &JoinNode, config: &Config) -> bool {
    let options = node.options();
    let plain = matches!(node.kind(), JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti)
        && node.condition().is_none()
        && node.asof().is_none()
        && options.indicator.is_none()
        && !options.validate.left()
        && !options.validate.right();
    if !plain {
        return false;
    }
    match (most_rows(node.left()), likely_rows(node.right())) {
        // Tests have few rows.
        (Some(left), Some(right)) if config.weak_hash => left <= right,
        (Some(left), Some(right)) => right >= LEAST && left.saturating_mul(TIMES) <= right,
        _ => false,
    }
}

/// The operators.
///
/// # Errors
/// What binding an expression raises.
pub fn turned(node: &JoinNode, config: &Config) -> Result<Turned> {
    let built: Slot<Built> = Slot::default();
    let (left, right) = (node.left().schema(), node.right().schema());
    let (build_keys, probe_keys) = bound_keys(node)?;
    let pairs = node.kind().has_right();
    let options = BuildOptions {
        nulls_equal: node.options().nulls_equal,
        mark: !pairs,
        weak: config.weak_hash,
        ..BuildOptions::default()
    };
    let kept = (0..left.len()).map(Kept::Column).collect();
    let dtypes = left.fields().iter().map(|field| field.dtype.clone()).collect();
    let build = Build::new(build_keys, Vec::new(), kept, dtypes, options, built.clone());
    let mut output = vec![Output::Row];
    output.extend(node.right_columns().iter().map(|position| Output::Probe(*position)));
    let text = format!("{}; the left side is built", node.describe());
    let probe = Arc::new(Probe::new(text, probe_keys, Wanted::Pairs, output, built.clone()));
    let guard = pairs.then(|| Guard::new(probe.clone(), config.join_rows, true));
    let end = match node.kind() {
        JoinKind::Semi | JoinKind::Anti => {
            let output = (0..left.len()).map(Alone::Build).collect();
            let matched = node.kind() == JoinKind::Semi;
            End::Rows(Unmatched { output, matched, origins: probe.origins.clone(), built })
        }
        kind => {
            let dtypes = node.right_columns().iter().map(|i| right.fields()[*i].dtype.clone()).collect();
            let outer = kind == JoinKind::Left;
            End::Ordered(Box::new(move |result| InOrder { built, dtypes, outer, result }))
        }
    };
    Ok(Turned { build, guard, probe, end })
}

/// Marks the build rows that have a match.
pub struct Mark(pub Arc<Probe>);

impl Sink for Mark {
    type Lane = ();

    fn describe(&self) -> String {
        self.0.text.clone()
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<()> {
        Ok(())
    }

    fn push(&self, _lane: &mut (), batch: Batch, _context: &Context) -> Result<Flow> {
        self.0.probed(&batch, &mut |probed| {
            probed.spans(&mut |_, spans| {
                spans.iter().for_each(|span| probed.mark_key(span));
                Ok(Flow::Continue)
            })
        })
    }

    fn finish(&self, _lanes: Vec<()>, _context: &Context) -> Result<()> {
        Ok(())
    }
}

/// Puts pairs into the order of the build rows. Its batches have the number of the build row before the columns of the
/// probe side.
pub struct InOrder {
    built: Slot<Built>,
    /// Of the columns of the probe side.
    dtypes: Vec<DType>,
    /// Whether build rows without a match are given too.
    outer: bool,
    result: Slot<Vec<Batch>>,
}

impl InOrder {
    fn ordered(&self, batches: &[Batch], context: &Context) -> Result<Vec<Batch>> {
        let built = self.built.get()?;
        let Some(last) = built.pieces.len().checked_sub(1) else { return Ok(Vec::new()) };
        let (rows, shift) = numbered(batches)?;
        let domain = ((last as u64) << built.shift) + built.pieces[last] as u64;
        let parts = Parts::of_numbers(rows as usize, domain);
        let splits = context.parallel(batches.len(), |piece| {
            let numbers = batches[piece].column(0).array().as_primitive::<UInt32Type>();
            let words: Vec<u64> = numbers.values().iter().map(|row| u64::from(*row)).collect();
            Ok(parts.split(&words, (piece << shift) as u32))
        })?;
        let columns = (0..self.dtypes.len()).map(|position| {
            let columns: Vec<&Column> = batches.iter().map(|batch| batch.column(1 + position)).collect();
            match columns.is_empty() {
                true => Pieces::of(&Column::empty(&self.dtypes[position])),
                false => Pieces::new(&columns, shift),
            }
        });
        let pieces: Vec<usize> = batches.iter().map(Batch::rows).collect();
        let least = if context.config().weak_hash { 0 } else { LEAST_BYTES };
        let payload = Payload::new(columns.collect(), shift)
            .packed(&pieces, least, |lay| context.parallel(pieces.len(), lay))?;
        let positions: Vec<usize> = (0..self.dtypes.len()).collect();
        let made = context.parallel(parts.count, |part| {
            let (mut made, mut own, mut other) = (Vec::new(), Vec::new(), Vec::new());
            let mut flush = |own: &mut Vec<u32>, other: &mut Vec<u32>| -> Result<()> {
                let absent = present(other);
                let kept = built.payload.columns().iter().map(|column| column.gather(own, None));
                let probed = payload.gather(&positions, other, absent.as_ref())?;
                made.push(Batch::new(kept.chain(probed.into_iter().map(Ok)).all_ok()?, own.len())?);
                own.clear();
                other.clear();
                Ok(())
            };
            let (runs, _) = parts.runs(&splits, part);
            for (row, run) in (parts.first(part)..).zip(runs.each()) {
                let there =
                    (row & ((1 << built.shift) - 1)) < built.pieces[(row >> built.shift) as usize] as u64;
                if run.is_empty() && self.outer && there {
                    own.push(row as u32);
                    other.push(NO_ROW);
                }
                for chunk in run.chunks(OUTPUT_ROWS) {
                    own.resize(own.len() + chunk.len(), row as u32);
                    other.extend_from_slice(chunk);
                    if own.len() >= OUTPUT_ROWS {
                        flush(&mut own, &mut other)?;
                    }
                }
            }
            if !own.is_empty() {
                flush(&mut own, &mut other)?;
            }
            Ok(made)
        })?;
        Ok(made.into_iter().flatten().collect())
    }
}

impl Sink for InOrder {
    type Lane = Vec<Batch>;

    fn describe(&self) -> String {
        "Put the rows into the order of the left side".to_owned()
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Vec<Batch>> {
        Ok(Vec::new())
    }

    fn push(&self, lane: &mut Vec<Batch>, batch: Batch, _context: &Context) -> Result<Flow> {
        lane.push(batch);
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Vec<Batch>>, context: &Context) -> Result<()> {
        let batches = pieces(unify(lanes.into_iter().flatten().collect(), context)?, context)?;
        self.result.set(self.ordered(&batches, context)?)
    }
}
