//! Running queries without the interpreter lock, with Ctrl-C.

use crate::error::{Answer, Raised};
use crate::gil::detached;
use crate::memory::{Running, give_back_soon};
use crate::settings;
use crate::turns;
use crate::watch::interrupt_functions;
use hypostyle::{CancelToken, Config, Error, Result};
use pyo3::prelude::Python;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How often Ctrl-C is looked for.
const TICK: Duration = Duration::from_millis(50);
/// How long a cancelled query may take to stop before it is left behind.
const GRACE: Duration = Duration::from_millis(100);

thread_local! {
    static IN_TASK: Cell<bool> = const { Cell::new(false) };
}

/// Marks the thread as one of a query's own while the user's function runs: what that function runs must not wait for
/// another thread, since all of them may be doing the same.
pub fn in_task<T>(work: impl FnOnce() -> T) -> T {
    let before = IN_TASK.replace(true);
    let result = work();
    IN_TASK.set(before);
    result
}

/// Whether this thread is running a user's function for a query.
pub fn is_in_task() -> bool {
    IN_TASK.get()
}

/// Runs `work` without the interpreter lock. Ctrl-C cancels it and raises `KeyboardInterrupt`.
pub fn run<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&Config, &CancelToken) -> Result<T> + Send + 'static,
) -> Answer<T> {
    run_light(py, false, work)
}

/// As [`run`]; what is light runs here.
pub fn run_light<T: Send + 'static>(
    py: Python<'_>,
    light: bool,
    work: impl FnOnce(&Config, &CancelToken) -> Result<T> + Send + 'static,
) -> Answer<T> {
    run_until(py, CancelToken::new(), light, work)
}

/// As [`run`]; another thread can stop it. What is light runs here, and is over before somebody can.
pub fn run_until<T: Send + 'static>(
    py: Python<'_>,
    cancel: CancelToken,
    light: bool,
    work: impl FnOnce(&Config, &CancelToken) -> Result<T> + Send + 'static,
) -> Answer<T> {
    if is_in_task() {
        // The threads have partitions to work on; waiting for a part of this query would start another one on top.
        let config = Config { threads: 1, ..settings::current() };
        return Ok(detached(py, || cancel.scope(|| work(&config, &cancel)))?);
    }
    let config = settings::current();
    if light {
        let running = Running::new();
        let caught = detached(py, || {
            let work = AssertUnwindSafe(|| cancel.scope(|| work(&config, &cancel)));
            catch_unwind(work).unwrap_or_else(|_| Err(Error::internal("the query panicked")))
        });
        drop(running);
        return Ok(caught?);
    }
    let token = cancel.clone();
    let (sender, receiver) = sync_channel(1);
    let running = Running::new();
    let started = turns::run(move |thread| {
        let result = token.scope(|| work(&config, &token));
        drop(running);
        let waits = thread.wait();
        let _ = sender.send(result);
        waits
    });
    started.map_err(|error| Error::internal(format!("no thread for the query: {error}")))?;
    detached(py, move || {
        let mut long = false;
        loop {
            match receiver.recv_timeout(TICK) {
                Ok(result) => {
                    if long {
                        give_back_soon();
                    }
                    return result.map_err(Raised::Engine);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::internal("the query's thread panicked").into());
                }
                Err(RecvTimeoutError::Timeout) => {
                    long = true;
                    // A finalizer's query, while the interpreter ends, finds none.
                    if let Some(Err(interrupt)) = Python::try_attach(|py| py.check_signals()) {
                        cancel.cancel();
                        let _ = Python::try_attach(interrupt_functions);
                        let _ = receiver.recv_timeout(GRACE);
                        return Err(interrupt.into());
                    }
                }
            }
        }
    })
}
