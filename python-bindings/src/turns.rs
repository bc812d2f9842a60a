//! Threads for queries: one that is done waits a moment for the next query, since starting a thread and filling its caches
//! takes longer than a small query does.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

/// How long a thread waits.
const KEPT: Duration = Duration::from_millis(500);

/// How many threads wait at most.
const MOST: usize = 4;

const STACK: usize = 16 << 20;

/// What a thread does, and whether it is to wait for more.
type Job = Box<dyn FnOnce(&Thread) -> bool + Send>;

/// A thread that queries run on.
#[derive(Clone)]
pub struct Thread {
    number: u64,
    jobs: SyncSender<Job>,
}

struct Waiting {
    process: u32,
    threads: Vec<Thread>,
}

static WAITING: Mutex<Waiting> = Mutex::new(Waiting { process: 0, threads: Vec::new() });
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The threads of this process that wait; `None` while another thread looks, which in a forked child may be there no more.
fn waiting() -> Option<MutexGuard<'static, Waiting>> {
    let mut guard = match WAITING.try_lock() {
        Ok(guard) => guard,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return None,
    };
    let process = std::process::id();
    if guard.process != process {
        // A forked child has the parent's list but none of its threads: their channels cannot even be closed.
        std::mem::forget(std::mem::take(&mut guard.threads));
        guard.process = process;
    }
    Some(guard)
}

impl Thread {
    /// Lets it wait for the next query; false if enough others do.
    pub fn wait(&self) -> bool {
        let Some(mut waiting) = waiting().filter(|waiting| waiting.threads.len() < MOST) else {
            return false;
        };
        waiting.threads.push(self.clone());
        true
    }

    /// Job after job, until none has come for a while.
    fn run(&self, first: Job, jobs: &Receiver<Job>) {
        let mut job = first;
        while job(self) {
            job = match jobs.recv_timeout(KEPT) {
                Ok(next) => next,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) if self.leave() => return,
                // Somebody has taken it off the list, and sends a job now.
                Err(RecvTimeoutError::Timeout) => match jobs.recv() {
                    Ok(next) => next,
                    Err(_) => return,
                },
            };
        }
    }

    /// Whether it was waiting, and does no more.
    fn leave(&self) -> bool {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        let before = waiting.threads.len();
        waiting.threads.retain(|thread| thread.number != self.number);
        waiting.threads.len() < before
    }
}

/// Runs a job on a thread that waits, or on a new one. The job says whether the thread [waits](Thread::wait) for another
/// one, and has it listed before it is done, so that whoever comes next finds it.
///
/// # Errors
/// Those of the system if there is no thread to be had.
pub fn run(job: impl FnOnce(&Thread) -> bool + Send + 'static) -> io::Result<()> {
    let mut job: Job = Box::new(job);
    while let Some(thread) = waiting().and_then(|mut waiting| waiting.threads.pop()) {
        match thread.jobs.send(job) {
            Ok(()) => return Ok(()),
            // It ended, by a panic.
            Err(unsent) => job = unsent.0,
        }
    }
    let (jobs, receiver) = sync_channel::<Job>(1);
    let thread = Thread { number: NEXT.fetch_add(1, Ordering::Relaxed), jobs };
    let new = std::thread::Builder::new().name("hypostyle-query".into()).stack_size(STACK);
    new.spawn(move || thread.run(job, &receiver)).map(|_| ())
}
