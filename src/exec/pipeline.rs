//! Pipelines and the driver's loop: partitions of a source through transforms into a sink.

use crate::data::Batch;
use crate::error::{Error, Result};
use crate::exec::context::Context;
use crate::exec::metrics::OperatorMetrics;
use crate::exec::operator::{Emit, Sink, Transform};
use crate::exec::slot::Slot;
use crate::plan::{Flow, Scan};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A source and the transforms its batches go through.
#[derive(Clone)]
pub struct Chain {
    /// Several scans are read one after the other.
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    name: String,
    scan: Arc<dyn Scan>,
    transforms: Vec<Arc<dyn Transform>>,
}

/// A chain and the sink it ends in.
pub struct Pipeline {
    chain: Chain,
    sink: Box<dyn AnySink>,
}

/// Pipelines in order of execution; the last one leaves the query's result.
pub struct Query {
    /// In order.
    pub pipelines: Vec<Pipeline>,
    /// Where the last one leaves its batches.
    pub result: Slot<Vec<Batch>>,
    /// Whether so few rows are read that threads do not pay.
    pub small: bool,
}

impl Chain {
    /// A chain of a source alone.
    pub fn new(name: String, scan: Arc<dyn Scan>) -> Self {
        Chain { parts: vec![Part { name, scan, transforms: Vec::new() }] }
    }

    /// With one more transform.
    pub fn then(mut self, transform: Arc<dyn Transform>) -> Self {
        for part in &mut self.parts {
            part.transforms.push(transform.clone());
        }
        self
    }

    /// The chains one after the other.
    pub fn union(chains: Vec<Chain>) -> Self {
        Chain { parts: chains.into_iter().flat_map(|chain| chain.parts).collect() }
    }

    fn describe(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for part in &self.parts {
            lines.extend(part.describe());
        }
        lines
    }
}

impl Part {
    fn describe(&self) -> impl Iterator<Item = String> + '_ {
        let skipped = self.scan.skipped().map(|text| format!("; skipped {text}")).unwrap_or_default();
        let transforms = self.transforms.iter().map(|transform| transform.describe());
        [format!("{}{skipped}", self.name)].into_iter().chain(transforms)
    }
}

impl Pipeline {
    /// A pipeline.
    pub fn new<S: Sink + 'static>(chain: Chain, sink: S) -> Self {
        Pipeline { chain, sink: Box::new(sink) }
    }

    /// Runs it to the end.
    ///
    /// # Errors
    /// The error of the earliest partition that fails, or of the sink.
    pub fn run(&self, context: &Context) -> Result<()> {
        self.sink.drive(&self.chain, context)
    }

    /// One line per operator, the source first.
    pub fn describe(&self) -> Vec<String> {
        let mut lines = self.chain.describe();
        lines.push(self.sink.description());
        lines
    }
}

impl Query {
    /// The pipelines as text.
    pub fn describe(&self) -> String {
        let pipelines = self.pipelines.iter().enumerate().map(|(number, pipeline)| {
            let lines = pipeline.describe().into_iter().map(|line| format!("  {line}\n")).collect::<String>();
            format!("pipeline {}\n{lines}", number + 1)
        });
        pipelines.collect::<String>().trim_end().to_owned()
    }
}

/// A sink without its lane's type.
trait AnySink: Send + Sync {
    fn description(&self) -> String;
    fn drive(&self, chain: &Chain, context: &Context) -> Result<()>;
}

impl<S: Sink> AnySink for S {
    fn description(&self) -> String {
        self.describe()
    }

    fn drive(&self, chain: &Chain, context: &Context) -> Result<()> {
        let running = Running::new(chain, context);
        let sink_metrics = context.metrics().operator(self.describe());
        let partitions = running.partitions();
        context.metrics().progress().expect(partitions);
        let lanes = self.lanes(partitions).clamp(1, partitions.max(1));
        let run_lane = |index: usize| {
            let (start, end) = (index * partitions / lanes, (index + 1) * partitions / lanes);
            let mut lane = self.lane(index, end - start)?;
            if self.wants(index) {
                for partition in start..end {
                    let flow = running.partition(partition, &mut |batch| {
                        let started = Instant::now();
                        sink_metrics.add_batch(batch.rows(), batch.size_bytes());
                        let flow = self.push(&mut lane, batch, context);
                        sink_metrics.add_time(started.elapsed());
                        flow
                    })?;
                    context.metrics().progress().advance();
                    if flow == Flow::Stop {
                        break;
                    }
                }
            }
            self.close(&mut lane, context)?;
            Ok(lane)
        };
        let lanes = context.parallel(lanes, run_lane)?;
        let started = Instant::now();
        let finished = crate::exec::context::guarded(|| self.finish(lanes, context));
        sink_metrics.add_time(started.elapsed());
        finished
    }
}

/// A chain with its counters.
struct Running<'a> {
    parts: Vec<(&'a Part, Vec<Arc<OperatorMetrics>>, usize)>,
    context: &'a Context,
}

/// Where in the source a batch comes from.
struct Origin<'a> {
    scan: &'a dyn Scan,
    partition: usize,
    offset: u64,
}

impl<'a> Running<'a> {
    fn new(chain: &'a Chain, context: &'a Context) -> Self {
        let parts = chain.parts.iter().map(|part| {
            // Asked first: a scan may only now decide what it skips.
            let partitions = part.scan.partitions();
            let metrics = part.describe().map(|name| context.metrics().operator(name)).collect();
            (part, metrics, partitions)
        });
        Running { parts: parts.collect(), context }
    }

    fn partitions(&self) -> usize {
        self.parts.iter().map(|(_, _, partitions)| partitions).sum()
    }

    fn partition(&self, mut partition: usize, sink: &mut Emit<'_>) -> Result<Flow> {
        for (part, metrics, count) in &self.parts {
            if partition < *count {
                return self.part(part, metrics, partition, sink);
            }
            partition -= count;
        }
        Err(Error::internal("a partition beyond the last"))
    }

    fn part(
        &self,
        part: &Part,
        metrics: &[Arc<OperatorMetrics>],
        partition: usize,
        sink: &mut Emit<'_>,
    ) -> Result<Flow> {
        let started = Instant::now();
        let mut above = Duration::ZERO;
        let mut flow = Flow::Continue;
        let mut offset = 0;
        let read = part.scan.read_shared(partition, self.context, &mut |batch| {
            let entered = Instant::now();
            self.context.check()?;
            metrics[0].add_batch(batch.rows(), batch.size_bytes());
            self.context.metrics().progress().add_rows(batch.rows());
            let origin = Origin { scan: part.scan.as_ref(), partition, offset };
            offset += batch.rows() as u64;
            if batch.rows() > 0 {
                flow = self.onwards(part, metrics, 0, batch, &origin, sink)?;
            }
            above += entered.elapsed();
            Ok(flow)
        });
        metrics[0].add_time(started.elapsed().saturating_sub(above));
        read?;
        Ok(flow)
    }

    /// Takes a batch through transform `index` and those after it, into the sink.
    fn onwards(
        &self,
        part: &Part,
        metrics: &[Arc<OperatorMetrics>],
        index: usize,
        batch: Batch,
        origin: &Origin<'_>,
        sink: &mut Emit<'_>,
    ) -> Result<Flow> {
        let Some(transform) = part.transforms.get(index) else {
            return sink(batch).map_err(|error| located(error, part, index, origin));
        };
        let started = Instant::now();
        let mut above = Duration::ZERO;
        let mut failed_above = false;
        let result = transform.apply(batch, &mut |out| {
            let entered = Instant::now();
            metrics[index + 1].add_batch(out.rows(), out.size_bytes());
            // One batch can become very many.
            let flow = match (self.context.check(), out.rows()) {
                (Err(stopped), _) => Err(stopped),
                (Ok(()), 0) => Ok(Flow::Continue),
                _ => self.onwards(part, metrics, index + 1, out, origin, sink),
            };
            failed_above = flow.is_err();
            above += entered.elapsed();
            flow
        });
        metrics[index + 1].add_time(started.elapsed().saturating_sub(above));
        match failed_above {
            true => result,
            false => result.map_err(|error| located(error, part, index, origin)),
        }
    }
}

/// An operator's error with the row counted in the source, or without a row if rows were dropped or moved before.
fn located(error: Error, part: &Part, index: usize, origin: &Origin<'_>) -> Error {
    if error.row_number().is_none() {
        return error;
    }
    let kept = part.transforms[..index].iter().all(|transform| transform.keeps_rows());
    match origin.scan.first_row(origin.partition).filter(|_| kept) {
        Some(first) => error.offset_row(first + origin.offset),
        None => error.without_row(),
    }
}
