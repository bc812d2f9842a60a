//! The allocator, and giving memory back to the system.
//!
//! Freed memory is kept while queries run and for a moment after, since it would otherwise be faulted in again page by
//! page; then it is given back by a thread that lives no longer than that.

use hypostyle::Config;
use hypostyle::exec::budget::give_back_by;
use hypostyle::exec::pool::pool;
use std::fs;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long freed memory is kept after a query.
const KEPT: Duration = Duration::from_secs(1);

/// How long it is kept at most while one query follows the other.
const KEPT_AT_MOST: Duration = Duration::from_secs(20);

/// The allocator's own delay, in milliseconds, for what is freed where no query ends: columns that others held, many short
/// queries. Far longer than ours, so that it seldom falls into a query.
const DELAY: std::ffi::c_long = 10_000;

/// `mi_option_purge_delay`, which the bindings of the allocator do not name.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// `mi_option_allow_thp`, likewise.
#[cfg(target_os = "linux")]
const HUGE_PAGES: libmimalloc_sys::mi_option_t = 43;

/// The number of virtio's memory balloon among its devices, and the place of "reports free pages" among its features.
#[cfg(target_os = "linux")]
const BALLOON: &str = "0x0005";
#[cfg(target_os = "linux")]
const REPORTS: usize = 5;

/// The process whose thread is waiting to give memory back; 0: none is.
static WAITING: AtomicU32 = AtomicU32::new(0);

/// How many queries run, in the lower half; in the upper half the process that counts them, since a forked child has
/// the parent's count but not its threads.
static RUNNING: AtomicU64 = AtomicU64::new(0);

/// A query that runs.
pub struct Running(());

impl Running {
    /// Counts it until it is dropped.
    pub fn new() -> Self {
        let own = u64::from(std::process::id()) << 32;
        let _ = RUNNING.fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| {
            Some(if count >> 32 << 32 == own { count + 1 } else { own + 1 })
        });
        Running(())
    }

    fn any() -> bool {
        let count = RUNNING.load(Ordering::Acquire);
        count >> 32 == u64::from(std::process::id()) && count as u32 > 0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let own = u64::from(std::process::id());
        let _ = RUNNING.fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| {
            (count >> 32 == own && count as u32 > 0).then(|| count - 1)
        });
    }
}

/// Sets the allocator up; to be called once, first.
pub fn set_up() {
    // SAFETY: the option exists in the linked version, and no other thread of ours runs yet.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, DELAY) };
    #[cfg(target_os = "linux")]
    if reports_free_memory() {
        leave_huge_pages();
    }
    give_back_by(collect);
}

/// Whether this is a virtual machine that reports its free memory to its host, which takes it away. Huge pages come from
/// just that memory: each of them has to be had back from the host first, which takes ten times as long as clearing it.
/// Small pages come first from smaller pieces of memory, which are not reported.
#[cfg(target_os = "linux")]
fn reports_free_memory() -> bool {
    let mut devices = fs::read_dir("/sys/bus/virtio/devices").into_iter().flatten().flatten();
    devices.any(|device| {
        let read = |name| fs::read_to_string(device.path().join(name)).unwrap_or_default();
        read("device").trim() == BALLOON && read("features").as_bytes().get(REPORTS) == Some(&b'1')
    })
}

/// Has the allocator ask for no huge pages, unless the environment says so (`MIMALLOC_ALLOW_THP`).
#[cfg(target_os = "linux")]
fn leave_huge_pages() {
    // SAFETY: as in `set_up`. The default gives way to the environment.
    let asked = unsafe {
        libmimalloc_sys::mi_option_set_default(HUGE_PAGES, 0);
        libmimalloc_sys::mi_option_is_enabled(HUGE_PAGES)
    };
    if asked {
        return;
    }
    // It has asked for some before it could be told: in the mapping that anything allocated lies in.
    let held = Box::new(0u8);
    let place = std::ptr::from_ref(&*held).addr();
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let mapping = maps.lines().find_map(|line| {
        let (start, end) = line.split_once(' ')?.0.split_once('-')?;
        let number = |text| usize::from_str_radix(text, 16).ok();
        Some(number(start)?..number(end)?).filter(|mapping| mapping.contains(&place))
    });
    if let Some(mapping) = mapping {
        let start = std::ptr::without_provenance_mut(mapping.start);
        // SAFETY: the advice changes how a mapping is backed, not what is in it.
        unsafe { libc::madvise(start, mapping.len(), libc::MADV_NOHUGEPAGE) };
    }
}

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
        let start = Instant::now();
        std::thread::sleep(KEPT);
        while Running::any() && start.elapsed() < KEPT_AT_MOST {
            std::thread::sleep(KEPT);
        }
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
