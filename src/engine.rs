//! Optimize, lower, run: from a plan to a frame.

use crate::config::Config;
use crate::data::{Frame, Schema};
use crate::error::{ErrorKind, Result};
use crate::exec::context::guarded;
use crate::exec::lower::lower_to;
use crate::exec::write::Write;
use crate::exec::{CancelToken, Context, Metrics, Pipeline, Progress, Query, lower};
use crate::optimizer::optimize;
use crate::plan::Plan;
use crate::plan::target::Writer;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

/// The plan that would run: optimized, if the settings say so.
///
/// # Errors
/// `Internal` if a rule breaks the plan.
pub fn prepare(plan: &Plan, config: &Config) -> Result<Plan> {
    if config.optimize { optimize(plan, config) } else { Ok(plan.clone()) }
}

/// Runs a plan.
///
/// # Errors
/// The error of the earliest partition that fails; `Cancelled`; `Internal` for a caught panic.
pub fn run(
    plan: &Plan,
    config: &Config,
    cancel: &CancelToken,
    progress: &Progress,
) -> Result<(Frame, Arc<Metrics>)> {
    cancel.scope(|| {
        settled(plan, cancel, progress, |plan, metrics| {
            run_prepared(&prepare(plan, config)?, config, cancel, metrics)
        })
    })
}

/// Runs `attempt`, and again with wider types while values contradict the guesses of a source.
fn settled<T>(
    plan: &Plan,
    cancel: &CancelToken,
    progress: &Progress,
    attempt: impl Fn(&Plan, &Arc<Metrics>) -> Result<T>,
) -> Result<(T, Arc<Metrics>)> {
    let mut warnings = Vec::new();
    // What an earlier run has found out.
    let mut wider = match refined(plan, cancel, &mut warnings) {
        Err(error) if stops(error.kind()) => return Err(error),
        Err(_) => None,
        known => known?,
    };
    loop {
        let metrics = Metrics::new(progress.clone());
        metrics.warn(&warnings);
        let plan = wider.as_ref().unwrap_or(plan);
        match attempt(plan, &metrics) {
            Err(error) if error.kind() == ErrorKind::Parse => match refined(plan, cancel, &mut warnings) {
                Ok(Some(found)) => wider = Some(found),
                Err(other) if stops(other.kind()) => return Err(other),
                // What is asked cannot be done with the wider type: the value that made it wider is the reason.
                Ok(None) | Err(_) => return Err(error),
            },
            result => return result.map(|value| (value, metrics)),
        }
    }
}

/// Whether an error is about the source itself, not about what is done with its columns.
fn stops(kind: ErrorKind) -> bool {
    use ErrorKind::{Cancelled, Corrupt, FileNotFound, Io, MemoryLimit, Parse};
    matches!(kind, Cancelled | Corrupt | FileNotFound | Io | MemoryLimit | Parse)
}

/// The plan over sources with wider types, every node checked anew; `None` if no source has met a contradiction.
fn refined(plan: &Plan, cancel: &CancelToken, warnings: &mut Vec<String>) -> Result<Option<Plan>> {
    plan.rewrite_up(&mut |plan| {
        let Plan::Scan(scan) = plan else { return Ok(None) };
        let Some(found) = scan.source().refined(&|| cancel.check())? else { return Ok(None) };
        for warning in found.warnings {
            tracing::warn!("{warning}");
            warnings.push(warning);
        }
        Ok(Some(Plan::Scan(scan.with_source(found.source))))
    })
}

/// Runs a plan and writes its rows, in order, without ever holding all of them. `target` starts the file; errors of it are
/// those of `operation`.
///
/// # Errors
/// As [`run`]; what the target raises. Then nothing is left behind.
pub fn write(
    plan: &Plan,
    operation: &str,
    name: &str,
    target: &dyn Fn(&Schema) -> Result<Writer>,
    config: &Config,
    cancel: &CancelToken,
) -> Result<Arc<Metrics>> {
    let attempt = |plan: &Plan, metrics: &Arc<Metrics>| {
        let writer = target(plan.schema())?;
        let plan = prepare(plan, config)?;
        let sink = Write::new(operation.to_owned(), name.to_owned(), writer);
        let query = guarded(|| lower_to(&plan, config, |chain| Pipeline::new(chain, sink)))?;
        run_pipelines(&query, config, cancel, metrics)
    };
    let written = cancel.scope(|| settled(plan, cancel, &Progress::default(), attempt));
    Ok(written?.1)
}

fn run_prepared(plan: &Plan, config: &Config, cancel: &CancelToken, metrics: &Arc<Metrics>) -> Result<Frame> {
    let query = guarded(|| lower(plan, config))?;
    run_pipelines(&query, config, cancel, metrics)?;
    Frame::new(plan.schema().clone(), query.result.get()?.clone())
}

fn run_pipelines(query: &Query, config: &Config, cancel: &CancelToken, metrics: &Arc<Metrics>) -> Result<()> {
    let context = Context::new(config, cancel, metrics.clone(), query.small)?;
    let span = tracing::debug_span!("query", pipelines = query.pipelines.len());
    let _entered = span.enter();
    for pipeline in &query.pipelines {
        context.check()?;
        pipeline.run(&context)?;
    }
    Ok(())
}

/// The logical, the optimized and the physical plan as text; nothing is run.
///
/// # Errors
/// What opening the sources raises.
pub fn explain(plan: &Plan, config: &Config) -> Result<String> {
    let prepared = prepare(plan, config)?;
    let query = lower(&prepared, config)?;
    let mut text = String::new();
    let _ = write!(text, "logical plan\n{}\n\n", indented(&plan.to_string()));
    let _ = write!(text, "optimized plan\n{}\n\n", indented(&prepared.to_string()));
    let _ = write!(text, "physical plan\n{}", indented(&query.describe()));
    Ok(text)
}

/// Runs the plan and shows rows, time (summed over threads) and bytes of every operator.
///
/// # Errors
/// As [`run`].
pub fn explain_analyze(plan: &Plan, config: &Config, cancel: &CancelToken) -> Result<String> {
    let started = Instant::now();
    let (frame, metrics) = run(plan, config, cancel, &Progress::default())?;
    let elapsed = started.elapsed().as_secs_f64() * 1e3;
    Ok(format!("{metrics}\n{} rows in {elapsed:.3} ms on {} threads", frame.rows(), config.threads))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
