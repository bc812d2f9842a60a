//! The documentation says what the code does: generated pages are current, and names in prose exist.

use hypostyle::expr::{Example, Param};
use hypostyle::functions::{AGGREGATES, SCALARS};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `docs/functions.md` as the registries would have it.
fn functions_page() -> String {
    let mut page = String::from(
        "# Functions\n\nGenerated from the registries; `UPDATE=1 cargo test --test it docs` rewrites it. In Rust and in Python each is a \
         method of an expression: `col(\"x\").sum()`.\n",
    );
    let mut families: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for function in SCALARS {
        let text = entry(
            &function.name,
            function.aliases,
            function.args,
            function.params,
            function.doc,
            function.example.map(|example| example()),
        );
        families.entry(function.family).or_default().push(text);
    }
    page += "\n## Aggregates\n";
    for function in AGGREGATES {
        page += &entry(
            &function.name,
            function.aliases,
            function.args,
            function.params,
            function.doc,
            function.example.map(|example| example()),
        );
    }
    for (family, entries) in families {
        let _ = write!(page, "\n## Family: {family}\n{}", entries.concat());
    }
    page
}

fn entry(
    name: &str,
    aliases: &[&str],
    args: &[&str],
    params: &[Param],
    doc: &str,
    example: Option<Example>,
) -> String {
    let params_text = params.iter().map(|param| match param.default {
        Some(default) => format!("{}={}", param.name, hypostyle::Scalar::from(default)),
        None => param.name.to_owned(),
    });
    let listed: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).chain(params_text).collect();
    let mut text = format!("\n### {name}({})\n\n{}\n", listed.join(", "), doc.replace("# Errors", "Errors:"));
    if !aliases.is_empty() {
        let _ = write!(text, "\nAlso called: {}.\n", aliases.join(", "));
    }
    for param in params {
        let _ = write!(text, "\n- `{}`: {}\n", param.name, param.doc);
    }
    if let Some(example) = example {
        text += "\n```text\n";
        for (name, column) in &example.input {
            let _ = writeln!(text, "{name} = {}", values(column));
        }
        let _ = writeln!(text, "{} -> {}\n```", example.expr, values(&example.output));
    }
    text
}

fn values(column: &hypostyle::Column) -> String {
    let values: Vec<String> =
        (0..column.len()).map(|row| hypostyle::Scalar::from_array(column.array(), row).to_string()).collect();
    format!("[{}]", values.join(", "))
}

#[test]
fn the_page_of_functions_is_current() {
    let path = root().join("docs/functions.md");
    let wanted = functions_page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/functions.md is not current; UPDATE=1 cargo test --test it docs rewrites it"
    );
}

/// Words in backticks.
fn quoted(text: &str) -> Vec<&str> {
    let outside: Vec<&str> = text.split("```").step_by(2).collect();
    outside.iter().flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn files_named_in_the_documentation_exist() {
    let mut looked = 0;
    for page in
        ["docs/extending.md", "docs/architecture.md", "docs/design.md", "README.md", "CONTRIBUTING.md"]
    {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for word in quoted(&text) {
            let is_path =
                ["src/", "tests/", "docs/", "benches/", "datasets/", "examples/", "python-bindings/"]
                    .iter()
                    .any(|start| word.starts_with(start));
            if is_path && !word.contains(['*', '{', '<', ' ']) {
                looked += 1;
                assert!(
                    root().join(word).exists() || word.contains("generated"),
                    "{page} names {word}, which is not there"
                );
            }
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") && !link.starts_with('#') {
                let target = root().join(page).parent().unwrap().join(link.split('#').next().unwrap());
                assert!(target.exists(), "{page} links to {link}, which is not there");
            }
        }
    }
    assert!(looked > 15, "only {looked} paths were found: is the search broken?");
}

#[test]
fn lists_named_in_extending_are_where_it_says() {
    let text = std::fs::read_to_string(root().join("docs/extending.md")).unwrap();
    for (list, file) in [
        ("SCALARS", "src/functions/scalar/mod.rs"),
        ("AGGREGATES", "src/functions/aggregate/mod.rs"),
        ("FORMATS", "src/io/mod.rs"),
        ("RULES", "src/optimizer/mod.rs"),
    ] {
        assert!(text.contains(&format!("`{list}` in `{file}`")), "extending.md no longer names {list}");
        let source = std::fs::read_to_string(root().join(file)).unwrap();
        assert!(source.contains(&format!("pub static {list}")), "{file} has no list {list}");
    }
}
