//! Whether what runs on this thread shall stop: for code that waits for others, and has no token to look at.

use crate::error::{Error, ErrorKind, Result};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static FLAGS: RefCell<Vec<Arc<AtomicBool>>> = const { RefCell::new(Vec::new()) };
}

/// Takes the flag off again, also where the work panics.
struct Scope;

impl Drop for Scope {
    fn drop(&mut self) {
        FLAGS.with_borrow_mut(|flags| drop(flags.pop()));
    }
}

/// Runs work that stops waiting when the flag is set.
pub fn within<T>(flag: &Arc<AtomicBool>, work: impl FnOnce() -> T) -> T {
    FLAGS.with_borrow_mut(|flags| flags.push(flag.clone()));
    let _scope = Scope;
    work()
}

/// Fails if a flag of this thread is set.
///
/// # Errors
/// `Cancelled`.
pub fn check() -> Result<()> {
    match FLAGS.with_borrow(|flags| flags.iter().any(|flag| flag.load(Ordering::Relaxed))) {
        true => Err(Error::new(ErrorKind::Cancelled, "the query was cancelled")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_count_within_their_scope_alone() {
        let (outer, inner) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
        within(&outer, || {
            assert!(check().is_ok());
            assert_eq!(within(&inner, check).unwrap_err().kind(), ErrorKind::Cancelled);
            let caught = std::panic::catch_unwind(|| within(&inner, || panic!("stop")));
            assert!(caught.is_err());
            assert!(check().is_ok());
            outer.store(true, Ordering::Relaxed);
            assert!(check().is_err());
        });
        assert!(check().is_ok());
    }
}
