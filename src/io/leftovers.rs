//! Temporary files of writers that were killed: recognised by their names, removed by the next writer that succeeds.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// How the names of temporary files end.
pub const SUFFIX: &str = ".tmp";

const START: &str = ".hypostyle-";

/// How the names of this process's temporary files begin: with where it runs and its number there.
pub fn prefix() -> String {
    format!("{START}{}-{}-", place(), std::process::id())
}

/// Where processes of one numbering run: this boot of this kernel, this container. Empty where that cannot be told.
fn place() -> &'static str {
    static PLACE: OnceLock<String> = OnceLock::new();
    PLACE.get_or_init(|| {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let space = fs::read_link("/proc/self/ns/pid");
        let space = space.ok().and_then(|link| link.to_str().map(str::to_owned)).unwrap_or_default();
        let known = !boot.is_empty() && !space.is_empty() && Path::new("/proc/self/stat").exists();
        let short = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        if known { format!("{}{}", &short(&boot), short(&space)) } else { String::new() }
    })
}

/// Removes from a folder the temporary files of processes that are no more. Those of other machines and containers are
/// left alone: whether their processes live cannot be seen from here. What cannot be removed stays.
pub fn clear(folder: Option<&Path>) {
    if place().is_empty() {
        return;
    }
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let own = format!("{START}{}-", place());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name
            .to_str()
            .and_then(|name| name.strip_suffix(SUFFIX)?.strip_prefix(&own)?.split_once('-'))
            .and_then(|(process, _)| process.parse::<u32>().ok());
        if process.is_some_and(|process| !Path::new("/proc").join(process.to_string()).exists()) {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_dead_processes_go() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: String| fs::write(folder.path().join(name), "x").unwrap();
        // Process numbers end well below this one.
        let dead = format!("{START}{}-4294967295-abc{SUFFIX}", place());
        let kept = [
            format!("{}abc{SUFFIX}", prefix()),
            format!("{START}elsewhere-4294967295-abc{SUFFIX}"),
            format!("{START}abc{SUFFIX}"),
            "x.parquet".to_owned(),
        ];
        file(dead.clone());
        kept.iter().cloned().for_each(file);
        clear(Some(folder.path()));
        assert_eq!(folder.path().join(dead).exists(), place().is_empty());
        assert!(kept.iter().all(|name| folder.path().join(name).exists()));
    }
}
