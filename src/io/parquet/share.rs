//! Work whose results the readers of several partitions need: each does what nobody has begun, then waits for the rest.

use crate::error::{Error, Result};
use crate::expr::Tasks;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

/// Pieces of work, numbered. A piece must not wait for other threads: those who wait for it rely on that.
pub struct Shared<T> {
    next: AtomicUsize,
    found: Vec<OnceLock<Result<T>>>,
    left: Mutex<usize>,
    ended: Condvar,
}

impl<T: Send + Sync> Shared<T> {
    /// So many pieces.
    pub fn new(count: usize) -> Self {
        let found = (0..count).map(|_| OnceLock::new()).collect();
        Shared { next: AtomicUsize::new(0), found, left: Mutex::new(count), ended: Condvar::new() }
    }

    /// The results of all pieces, in order.
    ///
    /// # Errors
    /// The error of the lowest piece that fails; what `tasks` raises.
    pub fn run(&self, tasks: &dyn Tasks, piece: &(dyn Fn(usize) -> Result<T> + Sync)) -> Result<Vec<&T>> {
        let begun = self.next.load(Ordering::Relaxed);
        if begun < self.found.len() {
            // Each task takes the next piece, whoever's task it is.
            tasks.each(self.found.len() - begun, &|_| {
                let place = self.next.fetch_add(1, Ordering::Relaxed);
                if place < self.found.len() {
                    let ending = Ending { shared: self, place };
                    let _ = self.found[place].set(piece(place));
                    drop(ending);
                }
                Ok(())
            })?;
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        while *left > 0 {
            left = self.ended.wait(left).unwrap_or_else(PoisonError::into_inner);
        }
        drop(left);
        self.done()
    }

    /// The results of all pieces, which must be there.
    ///
    /// # Errors
    /// The error of the lowest piece that failed.
    pub fn done(&self) -> Result<Vec<&T>> {
        let mut all = Vec::with_capacity(self.found.len());
        for found in &self.found {
            match found.get() {
                Some(Ok(value)) => all.push(value),
                Some(Err(error)) => return Err(error.clone()),
                None => return Err(Error::internal("a piece of work without its result")),
            }
        }
        Ok(all)
    }
}

/// Ends a piece, also one that panics: nobody waits for it in vain.
struct Ending<'a, T> {
    shared: &'a Shared<T>,
    place: usize,
}

impl<T> Drop for Ending<'_, T> {
    fn drop(&mut self) {
        let _ = self.shared.found[self.place].set(Err(Error::internal("a piece of work panicked")));
        let mut left = self.shared.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left -= 1;
        if *left == 0 {
            self.shared.ended.notify_all();
        }
    }
}
