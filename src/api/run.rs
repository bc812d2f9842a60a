//! Running queries.

use crate::api::lazy::LazyFrame;
use crate::config::Config;
use crate::data::Frame;
use crate::engine;
use crate::error::Result;
use crate::exec::{CancelToken, Metrics, Progress};
use crate::plan::light::is_light;
use std::sync::Arc;

/// How queries are run by those who need several of them for one answer: with other settings, or able to be stopped.
pub type Runner<'a> = dyn Fn(&LazyFrame) -> Result<Frame> + 'a;

impl LazyFrame {
    /// Runs the query with the process's settings.
    ///
    /// # Errors
    /// The first error made in building it, or what running raises.
    pub fn collect(&self) -> Result<Frame> {
        self.collect_with(&Config::current(), &CancelToken::new())
    }

    /// Runs the query with these settings; `cancel` stops it from another thread.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`]; `Cancelled`.
    pub fn collect_with(&self, config: &Config, cancel: &CancelToken) -> Result<Frame> {
        Ok(self.collect_watched(config, cancel, &Progress::default())?.0)
    }

    /// Runs the query; `progress` can be watched from another thread. Also returns what was measured.
    ///
    /// # Errors
    /// As [`LazyFrame::collect_with`].
    pub fn collect_watched(
        &self,
        config: &Config,
        cancel: &CancelToken,
        progress: &Progress,
    ) -> Result<(Frame, Arc<Metrics>)> {
        engine::run(self.plan()?, config, cancel, progress)
    }

    /// Whether it runs in next to no time: over few rows in memory, without code of the user. Waking another thread for it
    /// would take longer.
    pub fn is_light(&self) -> bool {
        self.plan().is_ok_and(|plan| is_light(plan))
    }

    /// The logical, the optimized and the physical plan as text; nothing is run.
    ///
    /// # Errors
    /// The first error made in building the query.
    pub fn explain(&self) -> Result<String> {
        engine::explain(self.plan()?, &Config::current())
    }

    /// Runs the query and shows rows, time (summed over threads) and bytes of every operator.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`].
    pub fn explain_analyze(&self) -> Result<String> {
        engine::explain_analyze(self.plan()?, &Config::current(), &CancelToken::new())
    }
}
