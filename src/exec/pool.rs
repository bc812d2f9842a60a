//! Hypostyle's own thread pools: one per number of threads, made at first use, made anew in a forked child.

use crate::error::{Error, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Bytes of a thread's stack, enough for the deepest expressions; memory that is never touched is not taken.
const STACK: usize = 16 << 20;

struct Pools {
    process: u32,
    pools: HashMap<usize, Arc<ThreadPool>>,
}

static POOLS: Mutex<Option<Pools>> = Mutex::new(None);

/// The pool of `threads` threads.
///
/// # Errors
/// `Internal` if the operating system gives no thread.
pub fn pool(threads: usize) -> Result<Arc<ThreadPool>> {
    let mut guard = POOLS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let process = std::process::id();
    let pools = guard.get_or_insert_with(|| Pools { process, pools: HashMap::new() });
    if pools.process != process {
        // A forked child has the parent's pools but none of their threads: they can be neither used nor joined.
        std::mem::forget(std::mem::take(&mut pools.pools));
        pools.process = process;
    }
    if let Some(pool) = pools.pools.get(&threads) {
        return Ok(pool.clone());
    }
    let built = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("hypostyle-{i}"))
        .stack_size(STACK)
        .build();
    let pool = Arc::new(built.map_err(|error| Error::internal(format!("no thread pool: {error}")))?);
    pools.pools.insert(threads, pool.clone());
    Ok(pool)
}
