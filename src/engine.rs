//! Optimize, lower, run: from a plan to a frame.

use crate::config::Config;
use crate::data::Frame;
use crate::error::Result;
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
    let metrics = Metrics::new(progress.clone());
    let plan = prepare(plan, config)?;
    let frame = run_prepared(&plan, config, cancel, &metrics)?;
    Ok((frame, metrics))
}

/// Runs a plan and writes its rows, in order, without ever holding all of them.
///
/// # Errors
/// As [`run`]; what the target raises. Then nothing is left behind.
pub fn write(
    plan: &Plan,
    name: String,
    writer: Writer,
    config: &Config,
    cancel: &CancelToken,
) -> Result<Arc<Metrics>> {
    let metrics = Metrics::new(Progress::default());
    let plan = prepare(plan, config)?;
    let query = guarded(|| lower_to(&plan, config, |chain| Pipeline::new(chain, Write::new(name, writer))))?;
    run_pipelines(&query, config, cancel, &metrics)?;
    Ok(metrics)
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
