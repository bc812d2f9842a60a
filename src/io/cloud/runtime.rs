//! The one thread that talks to object stores, and how others wait for it.
//!
//! `exec` owns the threads that compute; this one only waits for sockets, whatever the number of requests, and lives in
//! this room because `io` and `exec` do not know each other. A forked child starts its own.

use crate::error::{Error, Result};
use crate::expr::interrupt;
use std::future::{Future, pending};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle};
use tokio::task::JoinHandle;

/// How often a cancelled query is looked for while waiting.
const TICK: Duration = Duration::from_millis(20);

static RUNTIME: Mutex<Option<(u32, Handle)>> = Mutex::new(None);

/// The runtime of this process.
fn handle() -> Result<Handle> {
    let mut guard = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    match guard.as_ref() {
        Some((owner, handle)) if *owner == process => return Ok(handle.clone()),
        _ => {}
    }
    // A forked child has the parent's runtime but not its thread: it can be neither used nor stopped.
    std::mem::forget(guard.take());
    let failed = |error: std::io::Error| Error::internal(format!("no thread for object stores: {error}"));
    let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let handle = runtime.handle().clone();
    let run = move || runtime.block_on(pending::<()>());
    std::thread::Builder::new().name("hypostyle-cloud".into()).spawn(run).map_err(failed)?;
    *guard = Some((process, handle.clone()));
    Ok(handle)
}

/// Begins work without waiting for it.
///
/// # Errors
/// `Internal` if the operating system gives no thread.
pub fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<JoinHandle<T>> {
    Ok(handle()?.spawn(work))
}

/// Does work on the runtime's thread and waits for it.
///
/// # Errors
/// `Cancelled`, at most some milliseconds after the query was: the work is dropped. `Internal` if it panics.
pub fn wait<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T> {
    wait_until(work, interrupt::check)
}

/// As [`wait`], but not stopped by a cancelled query: for cleaning up. `None` if it takes longer than so much.
///
/// # Errors
/// `Internal` if it panics.
pub fn wait_at_most<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    most: Duration,
) -> Result<T> {
    let started = Instant::now();
    wait_until(work, move || match started.elapsed() < most {
        true => Ok(()),
        false => Err(Error::internal("cleaning up took too long")),
    })
}

fn wait_until<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    check: impl Fn() -> Result<()>,
) -> Result<T> {
    check()?;
    let (sender, receiver) = sync_channel(1);
    let task = spawn(async move {
        let _ = sender.send(work.await);
    })?;
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Disconnected) => return Err(Error::internal("a request panicked")),
            Err(RecvTimeoutError::Timeout) => {
                if let Err(stopped) = check() {
                    task.abort();
                    return Err(stopped);
                }
            }
        }
    }
}
