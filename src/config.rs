//! Every setting, and the only reads of the environment.

use crate::error::{Error, Result};
use std::sync::{OnceLock, RwLock};

/// Settings of a query. Get the process defaults with [`Config::current`], change a copy, and pass it to
/// `LazyFrame::collect_with`, or make it the default with [`Config::install`].
///
/// | setting | environment | default |
/// |---|---|---|
/// | `threads` | `HYPOSTYLE_THREADS` | cores this process may use (affinity and cgroup limits respected) |
/// | `partition_rows` | `HYPOSTYLE_PARTITION_ROWS` | 262,144 |
/// | `join_rows` | `HYPOSTYLE_JOIN_ROWS` | 50 times the larger input, or 33,554,432 if that is more |
/// | `decompressed_bytes` | `HYPOSTYLE_DECOMPRESSED_BYTES` | 200 times the compressed size, or 1 GiB if that is more |
/// | `memory_bytes` | `HYPOSTYLE_MEMORY_BYTES` (0: no limit) | 95 percent of what the container (cgroup) allows, else no limit |
/// | `optimize` | `HYPOSTYLE_OPTIMIZE` (`0`/`1`) | on |
///
/// # Examples
/// ```
/// use hypostyle::Config;
/// let config = Config { threads: 2, ..Config::current() };
/// assert_eq!(config.threads, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Threads of the pool that runs queries. At least 1.
    pub threads: usize,
    /// Rows of a partition when Hypostyle cuts data itself. At least 1.
    pub partition_rows: usize,
    /// The most rows that a join on equal keys may give: one that would give more is an error that names its heaviest
    /// keys. `None`: 50 times the larger input, or 33,554,432 if that is more.
    pub join_rows: Option<u64>,
    /// The most bytes that a compressed file may become in memory: one that becomes more is an error, so that a small
    /// file made for it cannot fill memory. `None`: 200 times its compressed size, or 1 GiB if that is more. Read from
    /// the process defaults when a file is opened.
    pub decompressed_bytes: Option<u64>,
    /// The most memory that the process may hold while a query runs, in bytes, its own pages without those of mapped files
    /// (Linux's `RssAnon`): a query that finds more is an error, before the system ends the process. It is looked at before
    /// every batch and task, not at every allocation, so the peak can be somewhat higher. `None`: no limit. Only on Linux.
    pub memory_bytes: Option<u64>,
    /// Whether the optimizer rewrites plans; results are the same without it.
    pub optimize: bool,
    /// Optimizer rules not to apply, by name.
    pub disabled_rules: Vec<String>,
    /// Hash every key to the same value. Slow; for tests that must not depend on the hash.
    #[doc(hidden)]
    pub weak_hash: bool,
}

/// The least limit on memory: the process itself takes more.
const LEAST_MEMORY: u64 = 1 << 20;

static CURRENT: OnceLock<RwLock<Config>> = OnceLock::new();

impl Config {
    /// The process defaults: the environment's at first use, then what was last installed.
    pub fn current() -> Config {
        let lock = CURRENT.get_or_init(|| RwLock::new(Config::from_environment()));
        lock.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Makes these settings the process defaults.
    ///
    /// # Errors
    /// `InvalidArgument` if a setting is outside its domain.
    pub fn install(self) -> Result<()> {
        self.check()?;
        let lock = CURRENT.get_or_init(|| RwLock::new(Config::from_environment()));
        *lock.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = self;
        Ok(())
    }

    /// Checks every setting's domain.
    ///
    /// # Errors
    /// `InvalidArgument` naming the setting.
    pub fn check(&self) -> Result<()> {
        if self.threads == 0 || self.threads > 4096 {
            return Err(Error::invalid(format!("threads must be 1 to 4096, not {}", self.threads)));
        }
        if self.partition_rows == 0 || self.partition_rows > 1 << 30 {
            return Err(Error::invalid(format!(
                "partition_rows must be 1 to 2^30, not {}",
                self.partition_rows
            )));
        }
        if self.memory_bytes.is_some_and(|bytes| bytes < LEAST_MEMORY) {
            return Err(Error::invalid(format!(
                "memory_bytes must be 1 MiB (1048576) or more, not {}",
                self.memory_bytes.unwrap_or(0)
            )));
        }
        Ok(())
    }

    /// How many bytes a file of so many compressed bytes may become.
    pub fn decompressed_limit(&self, compressed: u64) -> u64 {
        self.decompressed_bytes.unwrap_or_else(|| compressed.saturating_mul(200).max(1 << 30))
    }

    fn from_environment() -> Config {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Config {
            threads: number("HYPOSTYLE_THREADS").unwrap_or(cores).clamp(1, 4096),
            partition_rows: number("HYPOSTYLE_PARTITION_ROWS").unwrap_or(262_144).clamp(1, 1 << 30),
            join_rows: number("HYPOSTYLE_JOIN_ROWS").map(|rows| rows as u64),
            decompressed_bytes: number("HYPOSTYLE_DECOMPRESSED_BYTES").map(|bytes| bytes as u64),
            memory_bytes: match number("HYPOSTYLE_MEMORY_BYTES") {
                Some(0) => None,
                Some(bytes) => Some(LEAST_MEMORY.max(bytes as u64)),
                None => allowed_memory(),
            },
            optimize: number("HYPOSTYLE_OPTIMIZE").is_none_or(|value| value != 0),
            disabled_rules: Vec::new(),
            weak_hash: false,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config::current()
    }
}

/// 95 percent of the memory that the process's container may have; `None` where there is no such limit.
fn allowed_memory() -> Option<u64> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let limits = limit_files(&groups).into_iter().filter_map(|path| std::fs::read_to_string(path).ok());
    let least = limits.filter_map(|text| text.trim().parse::<u64>().ok()).min()?;
    // The first version writes a number beyond any memory for none.
    (least < 1 << 60).then(|| least / 100 * 95)
}

/// The files with the limits of a process's control groups, both of Linux's versions; a limit holds for all groups below.
fn limit_files(groups: &str) -> Vec<String> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let (root, file) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            _ if controllers.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => continue,
        };
        let mut path = path.trim_end_matches('/');
        loop {
            files.push(format!("{root}{path}/{file}"));
            match path.rfind('/') {
                Some(end) => path = &path[..end],
                None => break,
            }
        }
    }
    files
}

/// The variables of the environment whose names begin so: what clouds' own tools read, too. Read whenever a place is opened,
/// since programs set them as they go.
#[cfg(feature = "cloud")]
pub(crate) fn variables(prefix: &str) -> Vec<(String, String)> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).filter(|(name, _)| name.starts_with(prefix)).collect()
}

/// A whole number from the environment; anything else counts as absent.
fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_both_versions_and_of_all_groups_above() {
        assert_eq!(
            limit_files("0::/user.slice/app\n"),
            [
                "/sys/fs/cgroup/user.slice/app/memory.max",
                "/sys/fs/cgroup/user.slice/memory.max",
                "/sys/fs/cgroup/memory.max"
            ]
        );
        assert_eq!(
            limit_files("9:cpu,cpuacct:/\n4:memory:/docker\n"),
            [
                "/sys/fs/cgroup/memory/docker/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes"
            ]
        );
        assert!(limit_files("nonsense").is_empty());
    }
}
