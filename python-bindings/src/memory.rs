//! The allocator, and giving memory back to the system.
//!
//! Freed memory is kept for a moment, since the next query would otherwise fault it in again page by page; then it is
//! given back by a thread that lives no longer than that moment.

use hypostyle::Config;
use hypostyle::exec::pool::pool;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long freed memory is kept.
const KEPT: Duration = Duration::from_secs(1);

/// The process whose thread is waiting to give memory back; 0: none is.
static WAITING: AtomicU32 = AtomicU32::new(0);

fn collect() {
    // SAFETY: may be called at any time from any thread.
    unsafe { libmimalloc_sys::mi_collect(true) };
}

/// Gives freed memory back to the system soon.
pub fn give_back_soon() {
    // A forked child has the parent's mark but not its thread.
    let process = std::process::id();
    if WAITING.swap(process, Ordering::AcqRel) == process {
        return;
    }
    let spawned = std::thread::Builder::new().name("hypostyle-memory".into()).spawn(|| {
        std::thread::sleep(KEPT);
        WAITING.store(0, Ordering::Release);
        // What a thread of the pool allocated and another one freed waits for that thread.
        let threads = Config::current().threads;
        if threads > 1
            && let Ok(pool) = pool(threads)
        {
            pool.broadcast(|_| collect());
        }
        collect();
    });
    if spawned.is_err() {
        WAITING.store(0, Ordering::Release);
    }
}
