//! What a running query shares: settings, threads, cancellation, metrics. The only place that starts tasks.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::exec::budget::Budget;
use crate::exec::cancel::CancelToken;
use crate::exec::metrics::Metrics;
use crate::exec::pool::pool;
use crate::expr::Tasks;
use crate::expr::interrupt::{self, Stop};
use rayon::ThreadPool;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a running query shares.
pub struct Context {
    config: Config,
    /// Stops tasks: for a token that is cancelled, and beyond the budget of memory.
    stop: Stop,
    metrics: Arc<Metrics>,
    /// `None`: everything runs on the calling thread.
    pool: Option<Arc<ThreadPool>>,
}

impl Context {
    /// A context; `small` queries run on the calling thread.
    ///
    /// # Errors
    /// `InvalidArgument` for settings outside their domain, `Internal` if there is no thread to be had.
    pub fn new(config: &Config, cancel: &CancelToken, metrics: Arc<Metrics>, small: bool) -> Result<Self> {
        config.check()?;
        let pool = match small || config.threads == 1 {
            true => None,
            false => Some(pool(config.threads)?),
        };
        let (token, budget) = (cancel.clone(), Budget::new(config.memory_bytes));
        let stop: Stop = Arc::new(move |bytes| {
            token.check()?;
            budget.check(bytes)
        });
        Ok(Context { config: config.clone(), stop, metrics, pool })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Fails if the query was cancelled, or the process holds more memory than allowed.
    ///
    /// # Errors
    /// `Cancelled`, `MemoryLimit`.
    pub fn check(&self) -> Result<()> {
        (self.stop)(0)
    }

    /// Runs tasks `0..count` on all threads, started in order, and returns their results in order. The error of the
    /// lowest task wins, whatever the number of threads; later tasks are then not started. Calls may nest.
    ///
    /// # Errors
    /// The error of the lowest task that fails; `Internal` for one that panics; `Cancelled`.
    pub fn parallel<T: Send>(
        &self,
        count: usize,
        task: impl Fn(usize) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        let slots: Vec<Mutex<Option<T>>> = (0..count).map(|_| Mutex::new(None)).collect();
        self.run_all(count, &|index| {
            let value = task(index)?;
            *slots[index].lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            Ok(())
        })?;
        let mut results = Vec::with_capacity(count);
        for slot in slots {
            let value = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
            results.push(value.ok_or_else(|| Error::internal("a task without its result"))?);
        }
        Ok(results)
    }

    /// [`Context::parallel`] with a task for each item, which it gets as its own, and the item's number.
    ///
    /// # Errors
    /// As [`Context::parallel`].
    pub fn parallel_over<I: Send, T: Send>(
        &self,
        items: impl IntoIterator<Item = I>,
        task: impl Fn(usize, I) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        let items: Vec<_> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
        self.parallel(items.len(), |number| {
            let item = items[number].lock().unwrap_or_else(PoisonError::into_inner).take();
            task(number, item.ok_or_else(|| Error::internal("a task ran twice"))?)
        })
    }

    /// [`Context::parallel`] for tasks that keep their results themselves: compiled once for all callers.
    fn run_all(&self, count: usize, task: &(dyn Fn(usize) -> Result<()> + Sync)) -> Result<()> {
        self.metrics.add_tasks(count);
        let run = |index: usize| {
            self.check()?;
            interrupt::within(&self.stop, || guarded(|| task(index)))
        };
        let threads = self.config.threads.min(count);
        let Some(pool) = self.pool.as_ref().filter(|_| threads > 1) else {
            return (0..count).try_for_each(run);
        };
        let next = AtomicUsize::new(0);
        let failed = AtomicUsize::new(usize::MAX);
        let error: Mutex<Option<(usize, Error)>> = Mutex::new(None);
        let work = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count || index > failed.load(Ordering::Relaxed) {
                    break;
                }
                if let Err(found) = run(index) {
                    failed.fetch_min(index, Ordering::Relaxed);
                    let mut error = error.lock().unwrap_or_else(PoisonError::into_inner);
                    if error.as_ref().is_none_or(|(lowest, _)| index < *lowest) {
                        *error = Some((index, found));
                    }
                }
            }
        };
        pool.install(|| {
            rayon::scope(|scope| {
                for _ in 1..threads {
                    scope.spawn(|_| work());
                }
                work();
            });
        });
        match error.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    /// Runs code with rayon's parallel iterators and sorts on the query's own threads.
    ///
    /// # Errors
    /// `Cancelled`; `Internal` if the code panics.
    pub fn install<T: Send>(&self, code: impl FnOnce() -> T + Send) -> Result<T> {
        let (mut code, mut result) = (Some(code), None);
        self.run_installed(&mut || result = code.take().map(|code| code()))?;
        result.ok_or_else(|| Error::internal("code without its result"))
    }

    fn run_installed(&self, code: &mut (dyn FnMut() + Send)) -> Result<()> {
        self.check()?;
        match &self.pool {
            Some(pool) => pool.install(|| caught(code)),
            // Never rayon's global pool: it is not ours.
            None => pool(1)?.install(|| caught(code)),
        }
    }
}

impl Tasks for Context {
    fn each(&self, count: usize, task: &(dyn Fn(usize) -> Result<()> + Sync)) -> Result<()> {
        self.run_all(count, task)
    }
}

/// A panic becomes an error: nothing but errors crosses the border.
pub fn guarded<T>(code: impl FnOnce() -> Result<T>) -> Result<T> {
    let (mut code, mut result) = (Some(code), None);
    caught(&mut || result = code.take().map(|code| code()))?;
    result.unwrap_or_else(|| Err(Error::internal("code without its result")))
}

fn caught(code: &mut dyn FnMut()) -> Result<()> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| Error::internal(panic_text(&panic)))
}

fn panic_text(panic: &Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.as_deref().unwrap_or("without a message"))
}
