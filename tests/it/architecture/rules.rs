//! The rules of the house, each a function from source files to complaints.

use crate::architecture::source::{Path, Source, Token, paths};
use std::collections::{BTreeMap, BTreeSet};

/// Rooms and their levels; a room imports from lower levels only.
pub type Rooms = [(&'static str, u8)];

/// Levels: down only, never sideways but for the pairs told.
pub fn levels(files: &[Source], rooms: &Rooms, sideways: &[(&str, &str)]) -> Vec<String> {
    let level = |room: &str| rooms.iter().find(|(name, _)| *name == room).map(|(_, level)| *level);
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| !file.is_tests()) {
        let Some(own) = level(file.room()) else {
            complaints.push(format!("{}: no such room {:?} in the table", file.path, file.room()));
            continue;
        };
        for path in file.crate_paths() {
            let target = room_of(files, &path);
            let Some(target_level) = level(&target) else { continue };
            let allowed = target == file.room()
                || target_level < own
                || sideways.contains(&(file.room(), target.as_str()))
                || file.path == "lib.rs";
            if !allowed {
                complaints.push(format!(
                    "{}:{}: {} (level {own}) imports {} of level {target_level}",
                    file.path,
                    path.line,
                    file.room(),
                    path.names.join("::")
                ));
            }
        }
    }
    complaints
}

/// The room a path leads to; a name re-exported at the crate's root leads to the room it comes from.
fn room_of(files: &[Source], path: &Path) -> String {
    file_of(files, &path.names, 0).map(|file| file.room().to_string()).unwrap_or_default()
}

/// The file a path leads to, re-exports followed.
fn file_of<'a>(files: &'a [Source], names: &[String], depth: usize) -> Option<&'a Source> {
    let (length, file) = (0..=names.len()).rev().find_map(|length| {
        let file = files.iter().find(|file| file.module() == names[..length] && file.path != "main.rs")?;
        Some((length, file))
    })?;
    let Some(rest) = names.get(length) else { return Some(file) };
    let reexport = file.paths.iter().find(|path| path.is_use && path.names.last() == Some(rest));
    match reexport {
        Some(path) if depth < 8 => {
            let mut target = path.names.clone();
            match target[0].as_str() {
                "crate" => drop(target.remove(0)),
                "self" => drop(target.splice(..1, file.module())),
                _ => drop(target.splice(..0, file.module())),
            }
            file_of(files, &target, depth + 1).or(Some(file))
        }
        _ => Some(file),
    }
}

/// Files, or rooms, that import one another in a circle: every strongly connected set of two or more.
///
/// `cut` names imports (a file and the start of a path) that do not count: where types contain one another.
pub fn circles(files: &[Source], by_room: bool, cut: &[(&str, &str)]) -> Vec<Vec<String>> {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let name = |file: &Source| if by_room { file.room().to_string() } else { file.path.clone() };
    let is_list = |file: &Source| file.path.ends_with("mod.rs") || file.path == "lib.rs";
    for file in files.iter().filter(|file| !file.is_tests() && !is_list(file)) {
        let targets = edges.entry(name(file)).or_default();
        for path in file.crate_paths() {
            if let Some(target) = file_of(files, &path.names, 0)
                && !is_list(target)
                && name(target) != name(file)
                && !cut.iter().any(|(from, to)| file.path == *from && target.path.starts_with(to))
            {
                targets.insert(name(target));
            }
        }
    }
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        edges.keys().map(|start| (start, reachable(&edges, start))).collect();
    let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
    for start in edges.keys() {
        let circle: Vec<String> = edges
            .keys()
            .filter(|other| reach[start].contains(other) && reach[other].contains(start))
            .cloned()
            .collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

fn reachable<'a>(edges: &'a BTreeMap<String, BTreeSet<String>>, start: &'a String) -> BTreeSet<&'a String> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
    while let Some(node) = open.pop() {
        for next in edges.get(node).into_iter().flatten() {
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    seen
}

/// Glob imports; `use super::*` is allowed in tests.
pub fn globs(files: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let glob = |path: &Path| path.is_use && path.names.last().is_some_and(|name| name == "*");
        let code = file.paths.iter().filter(|path| glob(path)).cloned();
        let tests = paths(&file.test_tokens).into_iter().filter(glob);
        let beyond = |path: &Path| path.names != ["super", "*"];
        let code = code.filter(|path| !file.is_tests() || beyond(path));
        for path in code.chain(tests.filter(beyond)) {
            complaints.push(format!("{}:{}: glob import {}", file.path, path.line, path.names.join("::")));
        }
    }
    complaints
}

/// Files over the ceiling, their `#[cfg(test)]` items included; files of tests are free.
pub fn ceilings(files: &[Source], lines: usize) -> Vec<String> {
    let long = |file: &&Source| !file.is_tests() && file.text.lines().count() > lines;
    let complaint =
        |file: &Source| format!("{}: {} lines, more than {lines}", file.path, file.text.lines().count());
    files.iter().filter(long).map(complaint).collect()
}

/// Files that do not start with a `//!` doc.
pub fn module_docs(files: &[Source]) -> Vec<String> {
    let bare = |file: &&Source| !file.text.starts_with("//! ");
    files.iter().filter(bare).map(|file| format!("{}: does not start with a //! doc", file.path)).collect()
}

/// Paths of which `matches` says that they belong elsewhere, in files that `exempt` does not name.
fn forbidden_paths(
    files: &[Source],
    what: &str,
    exempt: impl Fn(&Source) -> bool,
    matches: impl Fn(&[String]) -> bool,
) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| !file.is_tests() && !exempt(file)) {
        for path in file.paths.iter().filter(|path| matches(&path.names)) {
            complaints.push(format!("{}:{}: {what}: {}", file.path, path.line, path.names.join("::")));
        }
    }
    complaints
}

/// Reads of the environment outside `config.rs`.
pub fn environment(files: &[Source]) -> Vec<String> {
    let reads = ["var", "vars", "var_os", "vars_os"];
    forbidden_paths(
        files,
        "reads the environment",
        |file| file.path == "config.rs",
        |names| {
            names.windows(2).any(|pair| pair[0] == "env" && reads.contains(&pair[1].as_str()))
                || names.last().is_some_and(|name| name == "env")
        },
    )
}

/// Threads started outside the driver, but for the files told.
pub fn threads(files: &[Source], allowed: &[&str]) -> Vec<String> {
    forbidden_paths(
        files,
        "threads belong to the driver",
        |file| file.room() == "exec" || allowed.contains(&file.path.as_str()),
        |names| {
            names[0] == "rayon"
                || names.windows(2).any(|pair| {
                    pair[0] == "thread" && ["spawn", "scope", "Builder"].contains(&pair[1].as_str())
                })
        },
    )
}

/// What talks to object stores, named outside of its folder: formats do not know where their bytes come from.
pub fn clouds(files: &[Source], folder: &str) -> Vec<String> {
    let crates = ["futures_util", "object_store", "reqwest", "rustls", "tokio"];
    forbidden_paths(
        files,
        "object stores are known in one folder only",
        |file| file.path.starts_with(folder),
        |names| crates.contains(&names[0].as_str()),
    )
}

/// `unsafe` outside the rooms that may use it, or without a `SAFETY:` note just above or beside it.
pub fn unsafe_notes(files: &[Source], rooms: Option<&[&str]>) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let lines: Vec<&str> = file.text.lines().collect();
        for (token, line) in file.tokens.iter().chain(&file.test_tokens) {
            if *token != Token::Word("unsafe".to_string()) {
                continue;
            }
            if rooms.is_some_and(|rooms| !rooms.contains(&file.room())) {
                complaints.push(format!("{}:{line}: unsafe in room {}", file.path, file.room()));
            }
            let noted = |line: &&str| line.contains("SAFETY:") || line.contains("# Safety");
            if !lines[line.saturating_sub(6)..*line].iter().any(noted) {
                complaints.push(format!("{}:{line}: unsafe without a SAFETY: note", file.path));
            }
        }
    }
    complaints
}

/// Code outside the table of types that goes through number types one by one. A hand-written match over all integer
/// types must name two of the four narrow ones; nothing else has a reason to.
pub fn dispatch(files: &[Source], allowed: &[&str]) -> Vec<String> {
    let narrow = ["Int8", "Int16", "UInt8", "UInt16"];
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| !file.is_tests() && !allowed.contains(&file.path.as_str())) {
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for (token, _) in &file.tokens {
            if let Token::Word(word) = token {
                let word = word.trim_end_matches("Type").trim_end_matches("Array");
                named.extend(narrow.into_iter().filter(|name| *name == word));
            }
        }
        if named.len() > 1 {
            complaints.push(format!("{}: goes through number types one by one: {named:?}", file.path));
        }
    }
    complaints
}

/// `mod.rs` and `lib.rs` hold documentation, the module list, re-exports and registries.
pub fn lists(files: &[Source]) -> Vec<String> {
    let items = ["fn", "struct", "enum", "trait", "impl", "macro_rules", "type", "unsafe"];
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with("mod.rs") || file.path == "lib.rs") {
        let mut depth = 0;
        for (token, line) in &file.tokens {
            match token {
                Token::Sign('{' | '(' | '[') => depth += 1,
                Token::Sign('}' | ')' | ']') => depth -= 1,
                Token::Word(word) if depth == 0 && items.contains(&word.as_str()) => {
                    complaints.push(format!("{}:{line}: {word} in a file of lists", file.path));
                }
                _ => {}
            }
        }
    }
    complaints
}

/// Modules of tests that are compiled into the library.
pub fn test_modules(files: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| !file.is_tests()) {
        for pair in file.tokens.windows(2) {
            if let [(Token::Word(keyword), _), (Token::Word(name), line)] = pair
                && keyword == "mod"
                && (["tests", "testing"].contains(&name.as_str()) || name.ends_with("_tests"))
            {
                complaints.push(format!("{}:{line}: mod {name} without #[cfg(test)]", file.path));
            }
        }
    }
    complaints
}

/// Cargo features: so many at most, and none inside functions or rules.
pub fn features(manifest: &str, files: &[Source], most: usize) -> Vec<String> {
    let section = manifest.split("[features]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    let names: Vec<&str> = section
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
        .filter(|name| *name != "default" && !name.is_empty())
        .collect();
    let mut complaints = Vec::new();
    if names.len() > most {
        complaints.push(format!("Cargo.toml: {} features, more than {most}: {names:?}", names.len()));
    }
    for file in files.iter().filter(|file| ["functions", "optimizer"].contains(&file.room())) {
        let feature = |(token, _): &&(Token, usize)| *token == Token::Word("feature".to_string());
        if let Some((_, line)) = file.tokens.iter().find(feature) {
            complaints.push(format!("{}:{line}: a feature inside {}", file.path, file.room()));
        }
    }
    complaints
}
