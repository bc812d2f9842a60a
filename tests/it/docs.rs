//! The documentation against the code: the manual of functions is what the lists give, and what pages name exists.

use crate::architecture::ROOMS;
use hypostyle::expr::function::ParamDefault;
use hypostyle::expr::{Example, Nulls, Param};
use hypostyle::functions::{AGGREGATES, SCALARS, WINDOWS};
use hypostyle::{Batch, Column, Expr, Field, Frame, Scalar, Schema};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page: the files of `docs`, and those at the root.
fn pages() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["docs", "docs/guide", "benches", "datasets", "."] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 8, "{} pages", found.len());
    found
}

#[test]
fn the_manual_of_functions_is_up_to_date() {
    let path = root().join("docs/functions.md");
    let manual = manual();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &manual).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == manual, "docs/functions.md is out of date: run `UPDATE=1 cargo test --test it docs`");
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for (page, text) in pages() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap();
            if !target.is_empty() && !link.contains("://") && !page.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn files_and_lists_that_pages_name_exist() {
    let mut missing = Vec::new();
    let everything = sources();
    for (page, text) in pages() {
        for name in text.split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/", "docs/", "examples/", "benches/", "python-bindings/"]
                .iter()
                .any(|folder| name.starts_with(folder));
            let is_list =
                name.len() > 3 && name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
            let exists = if is_path && !name.contains(['*', ' ', '<']) {
                root().join(name).exists()
            } else if is_list && page.starts_with(root().join("docs")) {
                everything.contains(&format!("pub static {name}:"))
                    || everything.contains(&format!("\"{name}\""))
            } else {
                true
            };
            if !exists {
                missing.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn sources() -> String {
    fn visit(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut text = String::new();
    visit(&root().join("src"), &mut text);
    text
}

#[test]
fn lists_named_in_extending_are_where_it_says() {
    let text = fs::read_to_string(root().join("docs/extending.md")).unwrap();
    for (list, file) in [
        ("SCALARS", "src/functions/scalar/mod.rs"),
        ("AGGREGATES", "src/functions/aggregate/mod.rs"),
        ("WINDOWS", "src/functions/window/mod.rs"),
        ("FORMATS", "src/io/mod.rs"),
        ("RULES", "src/optimizer/mod.rs"),
    ] {
        assert!(text.contains(&format!("`{list}` in `{file}`")), "extending.md no longer names {list}");
        let source = fs::read_to_string(root().join(file)).unwrap();
        assert!(source.contains(&format!("pub static {list}")), "{file} has no list {list}");
    }
}

#[test]
fn the_table_of_rooms_is_the_one_that_is_enforced() {
    let text = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let mut told: Vec<(String, u8)> = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let Ok(level) = cells[1].parse() {
            told.push((cells[2].trim_matches('`').to_string(), level));
        }
    }
    let rooms = ROOMS.iter().filter(|(name, _)| *name != "lib");
    let rooms: Vec<(String, u8)> = rooms.map(|(name, level)| (name.to_string(), *level)).collect();
    assert_eq!(told, rooms);
}

#[test]
fn pages_name_no_place_of_one_machine() {
    for (page, text) in pages() {
        for word in ["/home/", "/root/", "/tmp/", "/Users/", "C:\\"] {
            assert!(!text.contains(word), "{} has {word}", page.display());
        }
    }
}

/// The manual, from the lists.
fn manual() -> String {
    let mut text = String::from(
        "# Functions\n\nThis page is generated from the lists of functions (`tests/it/docs.rs`); its examples are run by the tests.\n\
         In Rust each is a method of `Expr`; in Python a method of `Series` and of expressions, by the same name.\n",
    );
    let mut families: BTreeMap<&str, String> = BTreeMap::new();
    for function in SCALARS {
        let chapter = families.entry(function.family).or_default();
        let mut facts = Vec::new();
        match function.nulls {
            Nulls::Propagate => facts.push("null in any argument gives null"),
            Nulls::Handle => {}
        }
        if function.fallible {
            facts.push("can fail on a value");
        }
        entry(
            chapter,
            &Entry {
                name: &function.name,
                aliases: function.aliases,
                args: function.args,
                variadic: function.variadic,
                params: function.params,
                doc: function.doc,
                facts: &facts,
                example: function.example.map(|example| example()),
            },
        );
    }
    for (family, chapter) in families {
        let _ = write!(text, "\n## {}{}\n{chapter}", family[..1].to_uppercase(), &family[1..]);
    }
    text.push_str("\n## Aggregates\n\nFrom the rows of each group, or of the whole frame, to one value.\n");
    for function in AGGREGATES {
        let facts: &[&str] = if function.ordered { &["depends on the order of rows"] } else { &[] };
        entry(
            &mut text,
            &Entry {
                name: &function.name,
                aliases: function.aliases,
                args: function.args,
                variadic: false,
                params: function.params,
                doc: function.doc,
                facts,
                example: function.example.map(|example| example()),
            },
        );
    }
    text.push_str(
        "\n## Windows\n\nFrom the rows around each row to one value per row. The window is all rows as they are, or with \
         `over` those with equal keys, in an order that can be given; every aggregate can stand over a window too.\n",
    );
    for function in WINDOWS {
        let mut facts = Vec::new();
        if function.by_value {
            facts.push("goes by the order of the values");
        }
        if function.optional > 0 {
            facts.push("the last argument may be left out");
        }
        entry(
            &mut text,
            &Entry {
                name: &function.name,
                aliases: function.aliases,
                args: function.args,
                variadic: false,
                params: function.params,
                doc: function.doc,
                facts: &facts,
                example: function.example.map(|example| example()),
            },
        );
    }
    text
}

struct Entry<'a> {
    name: &'a str,
    aliases: &'a [&'a str],
    args: &'a [&'a str],
    variadic: bool,
    params: &'a [Param],
    doc: &'a str,
    facts: &'a [&'a str],
    example: Option<Example>,
}

fn entry(text: &mut String, entry: &Entry<'_>) {
    let mut args: Vec<String> = entry.args.iter().map(|arg| (*arg).to_string()).collect();
    if let (true, Some(last)) = (entry.variadic, args.last_mut()) {
        last.push_str(", ...");
    }
    args.extend(entry.params.iter().map(|param| match param.default {
        None => param.name.to_string(),
        Some(default) => format!("{}={}", param.name, told(default)),
    }));
    let _ = write!(text, "\n### `{}({})`\n\n", entry.name, args.join(", "));
    let mut doc = entry.doc.trim().to_string();
    for heading in ["Errors", "Examples"] {
        doc = doc.replace(&format!("# {heading}\n"), &format!("**{heading}:** "));
    }
    let _ = writeln!(text, "{doc}");
    for param in entry.params {
        let _ = write!(text, "\n- `{}`: {}", param.name, param.doc);
    }
    if !entry.params.is_empty() {
        text.push('\n');
    }
    let aliases = entry.aliases.iter().map(|alias| format!("also called `{alias}`"));
    let facts: Vec<String> = entry.facts.iter().map(|fact| (*fact).to_string()).chain(aliases).collect();
    if !facts.is_empty() {
        let joined = facts.join("; ");
        let _ = write!(text, "\n*{}{}.*\n", joined[..1].to_uppercase(), &joined[1..]);
    }
    if let Some(example) = &entry.example {
        let _ = write!(text, "\n```text\n{}```\n", worked(example));
    }
}

fn told(default: ParamDefault) -> String {
    Scalar::from(default).to_string()
}

/// The example's input and output side by side.
fn worked(example: &Example) -> String {
    let is_aggregate = example.expr.has_aggregate();
    let shown = |column: &Column, row: usize| match row < column.len() {
        true => Scalar::from_array(column.array(), row).to_string(),
        false => String::new(),
    };
    let mut columns: Vec<(String, &Column)> =
        example.input.iter().map(|(name, column)| ((*name).to_string(), column)).collect();
    columns.push((example.expr.without_alias().to_string(), &example.output));
    let rows = columns.iter().map(|(_, column)| column.len()).max().unwrap_or(0);
    if !is_aggregate {
        check(&example.input, &example.expr, &example.output);
    }
    let texts: Vec<Vec<String>> = columns
        .iter()
        .map(|(name, column)| {
            std::iter::once(name.clone()).chain((0..rows).map(|row| shown(column, row))).collect()
        })
        .collect();
    let widths: Vec<usize> =
        texts.iter().map(|cells| cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in 0..=rows {
        let cells = texts.iter().zip(&widths).map(|(cells, width)| format!("{:width$}", cells[row]));
        let line = cells.collect::<Vec<_>>().join("  ");
        let _ = writeln!(text, "{}", line.trim_end());
        if row == 0 {
            let _ = writeln!(
                text,
                "{}",
                widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  ")
            );
        }
    }
    text
}

/// What the manual shows is what the function gives.
fn check(input: &[(&'static str, Column)], expr: &Expr, output: &Column) {
    let fields = input.iter().map(|(name, column)| Field::new(name, column.dtype().clone())).collect();
    let rows = input.first().map_or(1, |(_, column)| column.len());
    let batch = Batch::new(input.iter().map(|(_, column)| column.clone()).collect(), rows).unwrap();
    let frame = Frame::new(Schema::new(fields).unwrap(), vec![batch]).unwrap();
    let found = frame.lazy().select([expr.clone().alias("output")]).collect().unwrap();
    let found: Vec<Scalar> = found.column("output").unwrap().values().collect();
    let told: Vec<Scalar> = (0..output.len()).map(|row| Scalar::from_array(output.array(), row)).collect();
    assert_eq!(found, told, "{expr}");
}
