//! A flag that stops a query.

use crate::error::{Error, ErrorKind, Result};
use crate::expr::interrupt::{self, Stop};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops a query from another thread. Cloning shares the flag.
///
/// # Examples
/// ```
/// use hypostyle::{CancelToken, Config, ErrorKind, Frame, col};
/// let frame = Frame::builder().column("x", [1i64, 2]).finish()?;
/// let cancel = CancelToken::new();
/// cancel.cancel();
/// let error = frame.lazy().filter(col("x").gt(1)).collect_with(&Config::current(), &cancel).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Cancelled);
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        CancelToken::default()
    }

    /// Stops every query that was started with this token, at its next batch.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Fails if the query was cancelled whose function runs on this thread: for functions of users that take long.
    ///
    /// # Errors
    /// `Cancelled`, and `MemoryLimit` if the query holds more than it may.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{CancelToken, Frame};
    /// let frame = Frame::builder().column("x", [1i64, 2]).finish()?;
    /// let schema = frame.schema().clone();
    /// let slow = frame.lazy().map_partitions("slow", schema, |part| {
    ///     for _ in 0..10 {
    ///         CancelToken::check_here()?; // between the steps of what takes long
    ///     }
    ///     Ok(part)
    /// });
    /// assert_eq!(slow.collect()?.rows(), 2);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn check_here() -> Result<()> {
        interrupt::check()
    }

    /// Runs work on this thread that stops waiting for files elsewhere when the token is cancelled.
    pub fn scope<T>(&self, work: impl FnOnce() -> T) -> T {
        let token = self.clone();
        let stop: Stop = Arc::new(move |_| token.check());
        interrupt::within(&stop, work)
    }

    /// Fails if it is cancelled.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn check(&self) -> Result<()> {
        match self.is_cancelled() {
            true => Err(Error::new(ErrorKind::Cancelled, "the query was cancelled")),
            false => Ok(()),
        }
    }
}
