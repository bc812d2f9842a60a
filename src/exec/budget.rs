//! The limit on memory: what the process holds is looked at now and then while a query runs.

use crate::error::{Error, ErrorKind, Result};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Microseconds between two looks, and before the first: short queries do not look.
const BETWEEN: u64 = 3000;

/// Gives memory that is free, but kept, back to the system.
static GIVE_BACK: OnceLock<fn()> = OnceLock::new();

/// What gives freed memory back to the system, for programs whose allocator keeps it: called before a query is stopped for
/// the memory that the process holds. The first one stays.
pub fn give_back_by(give_back: fn()) {
    let _ = GIVE_BACK.set(give_back);
}

/// The memory that a query's process may hold.
pub struct Budget {
    limit: Option<u64>,
    started: Instant,
    /// When to look next, in microseconds since the start.
    next: AtomicU64,
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(limit: Option<u64>) -> Self {
        Budget { limit, started: Instant::now(), next: AtomicU64::new(BETWEEN) }
    }

    /// Fails if the process holds more, or would with so many bytes that are about to be made.
    ///
    /// # Errors
    /// `MemoryLimit`.
    pub fn check(&self, more: u64) -> Result<()> {
        let Some(limit) = self.limit else { return Ok(()) };
        let now = self.started.elapsed().as_micros() as u64;
        let next = self.next.load(Ordering::Relaxed);
        // One thread looks; the others go on.
        let looks = more > 0
            || now >= next
                && self
                    .next
                    .compare_exchange(next, now + BETWEEN, Ordering::Relaxed, Ordering::Relaxed)
                    .is_ok();
        let needed = || held().map(|held| held.saturating_add(more));
        if !looks || needed().is_none_or(|needed| needed <= limit) {
            return Ok(());
        }
        if let Some(give_back) = GIVE_BACK.get() {
            give_back();
        }
        match needed() {
            Some(needed) if needed > limit => {
                // Whoever asks next is told too.
                self.next.store(0, Ordering::Relaxed);
                let also = if more > 0 { format!(" and needs {} more", mib(more)) } else { String::new() };
                let held = mib(needed - more);
                let text = format!("the process holds {held} of memory{also}, {} are allowed", mib(limit));
                Err(Error::new(ErrorKind::MemoryLimit, text).hint(
                    "select fewer columns, filter earlier, write the result to a file instead of keeping it, or raise memory_bytes",
                ))
            }
            _ => Ok(()),
        }
    }
}

fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1 << 20) as f64)
}

/// The process's own pages in memory, in bytes; `None` where the system does not tell.
fn held() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_compared_with_what_is_allowed() {
        assert!(Budget::new(None).check(1 << 60).is_ok());
        let Some(before) = held() else { return };
        assert!(Budget::new(Some(before + (1 << 40))).check(1 << 30).is_ok());
        // What is about to be made counts at once.
        let error = Budget::new(Some(before + (1 << 40))).check(1 << 42).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MemoryLimit);
        assert!(error.to_string().contains("needs 4194304.0 MiB more"), "{error}");
        let budget = Budget::new(Some(1 << 20));
        assert!(budget.check(0).is_ok());
        std::thread::sleep(std::time::Duration::from_micros(BETWEEN));
        let error = budget.check(0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MemoryLimit);
        assert!(error.to_string().contains("1.0 MiB are allowed"), "{error}");
        assert!(budget.check(0).is_err());
    }
}
