//! Which files are meant: paths, URLs, lists of them, and glob patterns.

use crate::error::{Error, ErrorKind, Result};
use crate::io::file::InputFile;
use crate::io::objects::object::Object;
use crate::io::objects::options::StorageOptions;
use crate::io::objects::{place, url};
use glob::{MatchOptions, Pattern};
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// The files that paths and patterns name, in order; the matches of one pattern are in the order of [`by_number`].
///
/// A path that exists is taken as it is, even if it holds `*`, `?` or `[`.
///
/// # Errors
/// `FileNotFound` for a missing file (with the nearest name) or a pattern without a match; `Io` for a directory;
/// `InvalidArgument` for a wrong pattern or an empty list.
pub fn expand(paths: &[PathBuf], storage: &StorageOptions) -> Result<Vec<InputFile>> {
    if paths.is_empty() {
        return Err(Error::invalid("no path to read").hint("pass one path at least"));
    }
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        match (url::url(path), pattern(path)) {
            (Some(url), _) if url::is_pattern(url) => files.extend(objects(path, url, storage)?),
            (None, Some(text)) if !path.exists() => files.extend(matches(path, text)?),
            _ => files.push(InputFile::find(path, storage)?),
        }
    }
    Ok(files)
}

fn pattern(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| text.contains(['*', '?', '[']))
}

fn matches(path: &Path, text: &str) -> Result<Vec<InputFile>> {
    let wrong = |error: &glob::PatternError| Error::invalid(format!("wrong pattern: {error}")).value(text);
    let mut found = Vec::new();
    for entry in glob::glob(text).map_err(|error| wrong(&error))? {
        let entry = entry.map_err(|error| Error::io(error.path(), error.error()))?;
        if !entry.is_dir() {
            found.push(entry);
        }
    }
    if found.is_empty() {
        return Err(no_match(path));
    }
    found.sort_by(|a, b| paths_by_number(&a.to_string_lossy(), &b.to_string_lossy()));
    found.iter().map(|path| InputFile::find(path, &StorageOptions::default())).collect()
}

fn no_match(path: &Path) -> Error {
    Error::new(ErrorKind::FileNotFound, "no file matches the pattern").file(path.display().to_string())
}

/// The objects that a pattern names: those of the folder before its first sign are listed.
fn objects(path: &Path, url: &str, storage: &StorageOptions) -> Result<Vec<InputFile>> {
    let wrong = |error: glob::PatternError| Error::invalid(format!("wrong pattern: {error}")).value(url);
    let pattern = Pattern::new(url).map_err(wrong)?;
    let sign = url.find(['*', '?', '[']).unwrap_or(url.len());
    let folder = url[..sign].rfind('/').map_or(url, |slash| &url[..=slash]);
    let Some(objects) = place::objects(path, storage)? else { return Err(no_match(path)) };
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::default() };
    let mut found = Vec::new();
    for (name, facts) in in_order(objects.list(folder)?) {
        if pattern.matches_with(&name, options) {
            found.push(InputFile::of(Object::new(objects.clone(), name.clone(), facts), &name));
        }
    }
    if !found.is_empty() {
        return Ok(found);
    }
    // An object may be named so.
    let own = InputFile::find(path, storage);
    own.map(|file| vec![file]).map_err(|error| match error.kind() {
        ErrorKind::FileNotFound => no_match(path),
        _ => error,
    })
}

/// Objects in the order in which folders of the same names would be read.
pub fn in_order<T>(mut objects: Vec<(String, T)>) -> Vec<(String, T)> {
    objects.sort_by(|(a, _), (b, _)| paths_by_number(a, b));
    objects
}

/// Folder by folder, as [`by_number`].
fn paths_by_number(a: &str, b: &str) -> Ordering {
    let separator: &[char] = if cfg!(windows) { &['/', '\\'] } else { &['/'] };
    let (mut one, mut other) = (a.split(separator), b.split(separator));
    loop {
        match (one.next(), other.next()) {
            (Some(a), Some(b)) => match by_number(a, b) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
            (a, b) => return a.is_some().cmp(&b.is_some()),
        }
    }
}

/// The order of names in which numbers in them count as such: `part.2` comes before `part.10`, as the rows of files that were
/// written so do.
pub fn by_number(a: &str, b: &str) -> Ordering {
    let (mut one, mut other) = (a, b);
    loop {
        let (text, text_rest) = one.split_at(digits_at(one));
        let (more, more_rest) = other.split_at(digits_at(other));
        let (number, number_rest) = text_rest.split_at(digits_end(text_rest));
        let (next, next_rest) = more_rest.split_at(digits_end(more_rest));
        // Of two numbers without zeros before them the longer one is the larger.
        let (short, long) = (number.trim_start_matches('0'), next.trim_start_matches('0'));
        let order = match text == more && !number.is_empty() && !next.is_empty() {
            true => short.len().cmp(&long.len()).then_with(|| short.cmp(long)),
            false => one.cmp(other),
        };
        if order != Ordering::Equal || number.is_empty() {
            // Names that differ are never equal: `01` and `1`.
            return order.then_with(|| a.cmp(b));
        }
        (one, other) = (number_rest, next_rest);
    }
}

fn digits_at(text: &str) -> usize {
    text.find(|letter: char| letter.is_ascii_digit()).unwrap_or(text.len())
}

fn digits_end(text: &str) -> usize {
    text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len())
}

/// The files in a few words, for plans.
pub fn describe(files: &[InputFile]) -> String {
    match files {
        [] => "no file".to_owned(),
        [only] => format!("{:?}", only.name()),
        [first, rest @ ..] => format!("{:?} and {} more", first.name(), rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_their_numbers() {
        let sorted = [
            "",
            "01",
            "1",
            "2",
            "10",
            "10a",
            "100000000000000000000000000000",
            "part",
            "part-2.csv",
            "part.0",
            "part.2",
            "part.2.1",
            "part.2.10",
            "part.10",
            "part.10.x",
            "parts",
            "\u{e9}9",
            "\u{e9}10",
        ];
        for (at, a) in sorted.iter().enumerate() {
            for (beside, b) in sorted.iter().enumerate() {
                assert_eq!(by_number(a, b), at.cmp(&beside), "{a:?} {b:?}");
            }
        }
        assert_eq!(paths_by_number("a/2", "a.b/1"), Ordering::Less);
        assert_eq!(paths_by_number("k=10/1", "k=9/2"), Ordering::Greater);
        assert_eq!(paths_by_number("a", "a/1"), Ordering::Less);
    }
}
