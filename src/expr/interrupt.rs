//! Whether what runs on this thread shall stop: for code that waits for others or makes much of little, and has neither a
//! token nor a budget to look at.

use crate::error::Result;
use std::cell::RefCell;
use std::sync::Arc;

/// Fails if work shall stop, or if so many more bytes of memory are not to be had.
pub type Stop = Arc<dyn Fn(u64) -> Result<()> + Send + Sync>;

/// Bytes that are made without asking for them.
const FREE: usize = 1 << 20;

thread_local! {
    static STOPS: RefCell<Vec<Stop>> = const { RefCell::new(Vec::new()) };
}

/// Takes what may stop the work off again, also where the work panics.
struct Scope;

impl Drop for Scope {
    fn drop(&mut self) {
        STOPS.with_borrow_mut(|stops| drop(stops.pop()));
    }
}

/// Runs work that stops when it is told to.
pub fn within<T>(stop: &Stop, work: impl FnOnce() -> T) -> T {
    STOPS.with_borrow_mut(|stops| stops.push(stop.clone()));
    let _scope = Scope;
    work()
}

/// Fails if this thread's work shall stop.
///
/// # Errors
/// `Cancelled`, `MemoryLimit`.
pub fn check() -> Result<()> {
    ask(0)
}

/// What stops this thread's work, for other threads to ask.
pub fn here() -> Stop {
    let stops = STOPS.with_borrow(Clone::clone);
    Arc::new(move |bytes| stops.iter().try_for_each(|stop| stop(bytes)))
}

/// Fails if this thread's work shall stop, or may not hold so many bytes more; few are not asked for.
///
/// # Errors
/// `Cancelled`, `MemoryLimit`.
pub fn room(bytes: usize) -> Result<()> {
    if bytes < FREE { Ok(()) } else { ask(bytes as u64) }
}

fn ask(bytes: u64) -> Result<()> {
    STOPS.with_borrow(|stops| stops.iter().try_for_each(|stop| stop(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicBool, Ordering};

    fn flag(flag: &Arc<AtomicBool>) -> Stop {
        let flag = flag.clone();
        Arc::new(move |_| match flag.load(Ordering::Relaxed) {
            true => Err(Error::new(ErrorKind::Cancelled, "stop")),
            false => Ok(()),
        })
    }

    #[test]
    fn what_stops_work_counts_within_its_scope_alone() {
        let flags = [Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true))];
        let (outer, inner) = (flag(&flags[0]), flag(&flags[1]));
        within(&outer, || {
            assert!(check().is_ok());
            assert_eq!(within(&inner, check).unwrap_err().kind(), ErrorKind::Cancelled);
            let caught = catch_unwind(AssertUnwindSafe(|| within(&inner, || panic!("stop"))));
            assert!(caught.is_err());
            assert!(check().is_ok());
            let stop = here();
            assert!(std::thread::scope(|scope| scope.spawn(|| stop(0).is_ok()).join().unwrap()));
            flags[0].store(true, Ordering::Relaxed);
            assert!(std::thread::scope(|scope| scope.spawn(|| stop(0).is_err()).join().unwrap()));
            assert!(check().is_err());
        });
        assert!(check().is_ok());
    }

    #[test]
    fn many_bytes_are_asked_for() {
        let stop: Stop = Arc::new(|bytes| match bytes {
            0..5_000_000 => Ok(()),
            _ => Err(Error::new(ErrorKind::MemoryLimit, "too much")),
        });
        within(&stop, || {
            assert!(room(10).is_ok() && room(2_000_000).is_ok() && check().is_ok());
            assert_eq!(room(5_000_000).unwrap_err().kind(), ErrorKind::MemoryLimit);
        });
        assert!(room(usize::MAX).is_ok());
    }
}
