//! Which files are meant: paths, URLs, lists of them, and glob patterns.

use crate::error::{Error, ErrorKind, Result};
use crate::io::file::InputFile;
use crate::io::objects::object::Object;
use crate::io::objects::options::StorageOptions;
use crate::io::objects::{place, url};
use glob::{MatchOptions, Pattern};
use std::path::{Path, PathBuf};

/// The files that paths and patterns name, in order; the matches of one pattern are sorted by name.
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
    found.sort();
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
    for (name, facts) in objects.list(folder)? {
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

/// The files in a few words, for plans.
pub fn describe(files: &[InputFile]) -> String {
    match files {
        [] => "no file".to_owned(),
        [only] => format!("{:?}", only.name()),
        [first, rest @ ..] => format!("{:?} and {} more", first.name(), rest.len()),
    }
}
