//! Small houses that break one rule each: every check is able to fail.

use crate::architecture::rules;
use crate::architecture::source::{Source, Token};

const ROOMS: &[(&str, u8)] = &[("error", 0), ("config", 0), ("data", 1), ("plan", 2), ("io", 2), ("lib", 3)];

fn house(files: &[(&str, &str)]) -> Vec<Source> {
    files.iter().map(|(path, text)| Source::new(path, text)).collect()
}

#[track_caller]
fn complains(complaints: &[String], words: &[&str]) {
    assert_eq!(complaints.len(), words.len(), "{complaints:?}");
    for (complaint, word) in complaints.iter().zip(words) {
        assert!(complaint.contains(word), "{complaint:?} does not say {word:?}");
    }
}

#[test]
fn an_import_upwards_or_sideways_is_found() {
    let files = house(&[
        ("data/mod.rs", "pub mod a;\npub use a::A;"),
        ("data/a.rs", "use crate::plan::node;\nfn f() { crate::io::read(); }"),
        ("plan/mod.rs", "pub mod node;"),
        ("plan/node.rs", "use crate::{data::A, io::{self, read as r}};\nuse super::super::io::write;"),
        ("io/mod.rs", "use crate::error::E; use crate::A;"),
        ("error.rs", "// use crate::io::read;\nconst X: &str = \"use crate::io::x\";"),
        ("config.rs", "use crate::error::E;"),
        ("lib.rs", "pub use data::A;\npub use crate::plan::node;"),
    ]);
    let complaints = rules::levels(&files, ROOMS, &[("config", "error")]);
    complains(&complaints, &["data/a.rs:1", "data/a.rs:2", "io", "io::read", "io::write"]);
    complains(&rules::levels(&files, ROOMS, &[])[5..], &["config.rs:1: config (level 0) imports error"]);
    complains(&rules::levels(&house(&[("attic.rs", "")]), ROOMS, &[]), &["no such room \"attic\""]);
}

#[test]
fn an_import_of_a_name_re_exported_at_the_root_is_found() {
    let files = house(&[
        ("data/mod.rs", "use crate::Plan;"),
        ("plan/mod.rs", "pub mod node;\npub use node::Plan;"),
        ("plan/node.rs", ""),
        ("lib.rs", "pub use plan::Plan;"),
    ]);
    complains(&rules::levels(&files, ROOMS, &[]), &["data/mod.rs:1: data (level 1) imports Plan of level 2"]);
}

#[test]
fn test_items_may_import_anything() {
    let text =
        "fn f() {}\n#[cfg(test)]\nmod tests {\n use crate::io::read;\n fn g() { let c = '}'; }\n}\nfn h() {}";
    let files = house(&[("data/a.rs", text), ("io/mod.rs", ""), ("data/a_tests.rs", "use crate::io::x;")]);
    complains(&rules::levels(&files, ROOMS, &[]), &[]);
    assert!(files[0].tokens.contains(&(Token::Word("h".into()), 7)));
    let files = house(&[("data/a.rs", "#[cfg(test)]\nuse x;\nuse crate::io::read;"), ("io/mod.rs", "")]);
    complains(&rules::levels(&files, ROOMS, &[]), &["data/a.rs:3"]);
}

#[test]
fn circles_are_found() {
    let files = house(&[
        ("data/mod.rs", "pub mod a;\npub mod b;\npub mod c;\npub use b::B;"),
        ("data/a.rs", "use crate::data::B;"),
        ("data/b.rs", "use crate::data::c::f;"),
        ("data/c.rs", "use super::a::g;"),
        ("plan/mod.rs", "pub mod p;"),
        ("plan/p.rs", "use crate::data::B;"),
    ]);
    assert_eq!(rules::circles(&files, false, &[]), [["data/a.rs", "data/b.rs", "data/c.rs"]]);
    assert!(rules::circles(&files, true, &[]).is_empty());
    assert!(rules::circles(&files, false, &[("data/c.rs", "data/a")]).is_empty());
    let files = house(&[("data/a.rs", "use crate::plan::p::x;"), ("plan/p.rs", "use crate::data::a::y;")]);
    assert_eq!(rules::circles(&files, true, &[]), [["data", "plan"]]);
}

#[test]
fn globs_are_found() {
    let test =
        "#[cfg(test)]\nmod tests { use super::*; use crate::x::*; }\nuse a::{b::*, c};\nlet x = 2 * 3;";
    complains(&rules::globs(&house(&[("data/a.rs", test)])), &["a::b::*", "crate::x::*"]);
    complains(&rules::globs(&house(&[("data/a_tests.rs", "use super::*;")])), &[]);
    complains(&rules::globs(&house(&[("data/a.rs", "use super::*;")])), &["super::*"]);
}

#[test]
fn long_and_undocumented_files_are_found() {
    let files = house(&[("a.rs", "//! Doc.\n\n"), ("b.rs", "// none\n\n\n"), ("c_tests.rs", "\n\n\n\n\n")]);
    complains(&rules::ceilings(&files, 2), &["b.rs: 3 lines"]);
    complains(&rules::module_docs(&files), &["b.rs", "c_tests.rs"]);
}

#[test]
fn reads_of_the_environment_are_found() {
    let files = house(&[
        ("config.rs", "std::env::var(x)"),
        ("data/a.rs", "fn f() { std::env::var_os(x); env::args(); }"),
        ("data/b.rs", "use std::{env, fs};"),
        ("data/c.rs", "const X: &str = env!(\"X\"); // std::env::var"),
    ]);
    complains(&rules::environment(&files), &["data/a.rs:1", "data/b.rs:1"]);
}

#[test]
fn threads_are_found() {
    let files = house(&[
        ("exec/a.rs", "use rayon::scope;"),
        ("io/a.rs", "use rayon::prelude::IntoParallelIterator;"),
        ("io/b.rs", "fn f() { std::thread::spawn(g); std::thread::available_parallelism(); }"),
        ("io/c.rs", "fn f() { std::thread::spawn(g); }"),
    ]);
    complains(&rules::threads(&files, &["io/c.rs"]), &["io/a.rs:1", "io/b.rs:1"]);
}

#[test]
fn object_stores_are_found() {
    let files = house(&[
        ("io/cloud/a.rs", "use object_store::ObjectStore;"),
        ("io/csv/a.rs", "use object_store::path::Path;"),
        ("exec/a.rs", "fn f() { tokio::spawn(g); }"),
    ]);
    complains(&rules::clouds(&files, "io/cloud/"), &["io/csv/a.rs:1", "exec/a.rs:1"]);
}

#[test]
fn unsafe_code_is_found() {
    let noted = "// SAFETY: in bounds.\nlet x = unsafe { get(i) };";
    let bare = "let a = \"SAFETY: no\";\n\n\n\n\n\n\nlet x = unsafe { get(i) };";
    let files = house(&[("kernels/a.rs", noted), ("kernels/b.rs", bare), ("io/c.rs", noted)]);
    complains(
        &rules::unsafe_notes(&files, Some(&["kernels"])),
        &["kernels/b.rs:8", "io/c.rs:2: unsafe in room io"],
    );
    complains(&rules::unsafe_notes(&files, None), &["kernels/b.rs:8"]);
}

#[test]
fn hand_written_dispatch_is_found() {
    let by_hand = "match t { DType::Int8 => a, DType::Int16 => b, _ => c }";
    let arrays = "use arrow::array::{UInt8Array, Int16Type};";
    let files =
        house(&[("data/dtype.rs", by_hand), ("io/a.rs", by_hand), ("io/b.rs", arrays), ("io/c.rs", "Int8")]);
    complains(&rules::dispatch(&files, &["data/dtype.rs"]), &["io/a.rs", "io/b.rs"]);
}

#[test]
fn code_in_lists_is_found() {
    let list = "//! Doc.\npub mod a;\nuse x::F;\npub static LIST: &[&F] = &[&a::F];\n#[cfg(test)]\nfn f() {}";
    let files =
        house(&[("data/mod.rs", list), ("io/mod.rs", "pub fn f() {}\nimpl A {}"), ("lib.rs", "struct A;")]);
    complains(&rules::lists(&files), &["io/mod.rs:1: fn", "io/mod.rs:2: impl", "lib.rs:1: struct"]);
}

#[test]
fn test_modules_without_the_attribute_are_found() {
    let files = house(&[("a.rs", "mod tests;\n#[cfg(test)]\nmod a_tests;"), ("b.rs", "mod b_tests;")]);
    complains(&rules::test_modules(&files), &["a.rs:1: mod tests", "b.rs:1"]);
}

#[test]
fn too_many_features_are_found() {
    let manifest = "[features]\ndefault = [\"a\"]\n# b = none\na = []\nb = []\n\n[dependencies]\nc = \"1\"\n";
    let files = house(&[
        ("functions/a.rs", "#[cfg(feature = \"a\")]\nfn f() {}"),
        ("io/a.rs", "#[cfg(feature = \"a\")]"),
    ]);
    complains(&rules::features(manifest, &files, 1), &["2 features", "functions/a.rs:1"]);
    complains(&rules::features(manifest, &[], 2), &[]);
}

#[test]
fn the_lexer_knows_literals_and_lifetimes() {
    let words = |text: &str| {
        let words = Source::new("a.rs", text).tokens.into_iter().filter_map(|(token, _)| match token {
            Token::Word(word) => Some(word),
            _ => None,
        });
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(words("fn f<'a>(x: &'a str) { g('\\'', b'x', '\"'); h }"), "fn f a x a str g h");
    assert_eq!(words("let s = r#\"a \" use x\"#; t"), "let s t");
    assert_eq!(words("let s = b\"a\\\"b\"; br\"x\\\"; c\"y\"; u /* v /* w */ x */ y // z"), "let s u y");
    assert_eq!(words("for x in buffer { bar\"\" }"), "for x in buffer bar");
}
