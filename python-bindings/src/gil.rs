//! The interpreter lock: given up for the engine's work, taken for the user's functions.

use hypostyle::{Error, ErrorKind, Result};
use pyo3::ffi::Py_IsInitialized;
use pyo3::prelude::Python;
use std::thread;

/// Runs `work` without the interpreter lock.
///
/// If the interpreter ended meanwhile, there is nothing to come back to: `CPython` before 3.14 would unwind this thread
/// through our frames, or crash. Like 3.14 we leave it waiting until the process has ended.
pub fn detached<T: Send>(py: Python<'_>, work: impl Send + FnOnce() -> T) -> T {
    // A finalizer that runs while the interpreter ends: its thread holds the lock, and goes on.
    let ending = !is_alive();
    #[expect(clippy::disallowed_methods, reason = "what it may not do is seen to here")]
    py.detach(|| {
        let result = work();
        if !ending && !is_alive() {
            wait_for_the_end();
        }
        result
    })
}

/// Runs `work` with the interpreter lock.
///
/// # Errors
/// `Cancelled` if the interpreter has ended, and what `work` returns.
pub fn attached<T>(work: impl FnOnce(Python<'_>) -> Result<T>) -> Result<T> {
    Python::try_attach(work)
        .unwrap_or_else(|| Err(Error::new(ErrorKind::Cancelled, "the interpreter has ended")))
}

fn is_alive() -> bool {
    // SAFETY: documented to be callable from any thread at any time.
    unsafe { Py_IsInitialized() != 0 }
}

fn wait_for_the_end() -> ! {
    loop {
        thread::park();
    }
}
