//! Counts what a join would give before it gives anything, and stops those that explode.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::context::Context;
use crate::exec::join::built::Finder;
use crate::exec::join::probe::Probe;
use crate::exec::join::report::{Heavy, explosion};
use crate::exec::operator::Sink;
use crate::plan::Flow;
use std::collections::HashMap;
use std::sync::Arc;

/// How many times the larger input a join gives at most, unless a setting says otherwise.
const TIMES: u64 = 50;

/// So many rows are never too many, unless a setting says otherwise.
const ALWAYS: u64 = 1 << 25;

/// Counts the pairs of a join whose build side has keys often enough to make it explode.
pub struct Guard {
    probe: Arc<Probe>,
    /// The most rows, if a setting says so.
    limit: Option<u64>,
    /// Whether the left side was built.
    swapped: bool,
    /// Rows that the probe side has, if it leaves out some that match nothing.
    rows: u64,
}

/// What has been counted.
#[derive(Default)]
pub struct Counted {
    pairs: u64,
    rows: u64,
    /// Probe rows by the first build row of keys that are heavy on the build side.
    heavy: HashMap<u32, u64>,
}

impl Guard {
    /// A guard of what a transform is about to give.
    pub fn new(probe: Arc<Probe>, limit: Option<u64>, swapped: bool) -> Self {
        Guard { probe, limit, swapped, rows: 0 }
    }

    /// The same, for a probe side that has so many rows though it may give fewer.
    pub fn of_rows(self, rows: u64) -> Self {
        Guard { rows, ..self }
    }

    /// The most rows of one key that cannot make a join explode.
    fn harmless(&self) -> u64 {
        if self.limit.is_some() { 1 } else { TIMES }
    }
}

impl Sink for Guard {
    type Lane = Counted;

    fn describe(&self) -> String {
        "Count the pairs, if there can be too many".to_owned()
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Counted> {
        Ok(Counted::default())
    }

    fn wants(&self, _index: usize) -> bool {
        self.probe.built.get().is_ok_and(|built| match &built.finder {
            Finder::Equal(index) => u64::from(index.most()) > self.harmless(),
            _ => false,
        })
    }

    fn push(&self, counted: &mut Counted, batch: Batch, _context: &Context) -> Result<Flow> {
        let harmless = self.harmless();
        self.probe.probed(&batch, &mut |probed| {
            probed.spans(&mut |_, spans| {
                for span in spans {
                    counted.pairs += span.len() as u64;
                    if span.len() as u64 > harmless {
                        *counted.heavy.entry(span[0]).or_default() += 1;
                    }
                }
                Ok(Flow::Continue)
            })
        })?;
        counted.rows += batch.rows() as u64;
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Counted>, _context: &Context) -> Result<()> {
        let built = self.probe.built.get()?;
        let Finder::Equal(index) = &built.finder else { return Ok(()) };
        let (pairs, rows) = lanes.iter().fold((0, 0), |sum, lane| (sum.0 + lane.pairs, sum.1 + lane.rows));
        let limit = self
            .limit
            .unwrap_or_else(|| ALWAYS.max(TIMES.saturating_mul(rows.max(built.rows).max(self.rows))));
        if pairs <= limit {
            return Ok(());
        }
        let mut heavy: HashMap<u32, u64> = HashMap::new();
        for (row, count) in lanes.into_iter().flat_map(|lane| lane.heavy) {
            *heavy.entry(row).or_default() += count;
        }
        let runs = index.heaviest(usize::MAX);
        let keys = runs.iter().filter_map(|run| Some((run[0], *heavy.get(&run[0])?, run.len() as u64)));
        let keys: Vec<Heavy> = keys.collect();
        let names: Vec<&str> = self.probe.keys.iter().map(|key| key.text.as_ref()).collect();
        Err(explosion(built, &names, (pairs, rows), limit, keys, self.swapped))
    }
}
