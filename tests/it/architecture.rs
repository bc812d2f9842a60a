//! Holds the house to its table: which room may import which, and the rules every file keeps.

mod bad_houses;
mod rules;
mod source;

use source::Source;
use std::fs;
use std::path::Path;

/// The rooms by level; `docs/architecture.md` says what lives in each. A room imports from lower levels only.
pub const ROOMS: &[(&str, u8)] = &[
    ("error", 0),
    ("config", 0),
    ("data", 1),
    ("kernels", 2),
    ("expr", 3),
    ("functions", 4),
    ("plan", 4),
    ("optimizer", 5),
    ("exec", 5),
    ("io", 5),
    ("interop", 5),
    ("engine", 6),
    ("api", 7),
    ("lib", 7),
];

/// The one import between rooms of a level: settings are refused with the error type.
const SIDEWAYS: &[(&str, &str)] = &[("config", "error")];

/// Imports that close a circle because the types themselves do: the file, and what it imports.
const RECURSIVE: &[(&str, &str)] = &[
    // A struct's type has fields; a field has a type.
    ("data/dtype.rs", "data/schema.rs"),
    // An expression carries the functions it calls; their contracts speak of expressions.
    ("expr/node.rs", "expr/function.rs"),
    ("expr/node.rs", "expr/scalar_function.rs"),
    ("expr/node.rs", "expr/aggregate_function.rs"),
    ("expr/node.rs", "expr/window_function.rs"),
    // The elements of a list are cast as columns are.
    ("kernels/cast_nested.rs", "kernels/cast.rs"),
    // A plan is one of the nodes; a node's inputs are plans.
    ("plan/node.rs", "plan/"),
];

/// The files that may go through number types one by one: the table of types and what defines types.
const TYPE_TABLES: &[&str] = &[
    "data/dispatch.rs",
    "data/dtype.rs",
    "data/promote.rs",
    "data/scalar.rs",
    "data/build.rs",
    "data/import.rs",
];

/// The files beside the driver that start threads: one that waits for sockets, where no work is done that results depend
/// on.
const WAITING: &[&str] = &["io/cloud/runtime.rs"];

const CEILING: usize = 500;
const FEATURES: usize = 6;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder of the repository.
fn files(folder: &str) -> Vec<Source> {
    fn visit(base: &Path, folder: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(base, &path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(base).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let base = root().join(folder);
    let mut found = Vec::new();
    if base.is_dir() {
        visit(&base, &base, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn source() -> Vec<Source> {
    let found = files("src");
    assert!(found.len() > 50, "the source was not found");
    found
}

/// Every Rust file of the repository, each with its folder before its path.
fn everywhere() -> Vec<Source> {
    let folders = ["src", "tests", "benches", "examples", "python-bindings/src"];
    folders
        .into_iter()
        .flat_map(|folder| {
            let named = move |file: Source| Source { path: format!("{folder}/{}", file.path), ..file };
            files(folder).into_iter().map(named)
        })
        .collect()
}

#[track_caller]
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn rooms_import_downwards_only() {
    none(rules::levels(&source(), ROOMS, SIDEWAYS));
}

#[test]
fn rooms_import_each_other_in_no_circle() {
    let circles = rules::circles(&source(), true, &[]);
    none(circles.into_iter().map(|circle| circle.join(" <-> ")).collect());
}

#[test]
fn files_import_each_other_in_no_circle() {
    let circles = rules::circles(&source(), false, RECURSIVE);
    none(circles.into_iter().map(|circle| circle.join(" <-> ")).collect());
}

#[test]
fn nothing_is_imported_by_glob() {
    none(rules::globs(&everywhere()));
}

#[test]
fn files_stay_short() {
    none(rules::ceilings(&source(), CEILING));
    none(rules::ceilings(&files("python-bindings/src"), CEILING));
}

#[test]
fn every_file_says_what_it_is() {
    none(rules::module_docs(&everywhere()));
}

#[test]
fn only_config_reads_the_environment() {
    none(rules::environment(&source()));
    none(rules::environment(&files("python-bindings/src")));
}

#[test]
fn only_the_driver_owns_threads() {
    none(rules::threads(&source(), WAITING));
}

#[test]
fn object_stores_are_known_in_one_folder() {
    none(rules::clouds(&source(), "io/cloud/"));
}

#[test]
fn unsafe_code_is_in_its_rooms_and_says_why_it_is_sound() {
    none(rules::unsafe_notes(&source(), Some(&["kernels", "interop"])));
    none(rules::unsafe_notes(&files("python-bindings/src"), None));
}

#[test]
fn types_are_told_apart_in_one_place() {
    none(rules::dispatch(&source(), TYPE_TABLES));
}

#[test]
fn lists_hold_nothing_but_lists() {
    none(rules::lists(&source()));
}

#[test]
fn tests_are_no_part_of_the_library() {
    none(rules::test_modules(&source()));
}

#[test]
fn features_are_few() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    none(rules::features(&manifest, &source(), FEATURES));
}
