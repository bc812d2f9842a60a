//! Which files are meant: paths, lists of paths, and glob patterns.

use crate::error::{Error, ErrorKind, Result};
use crate::io::file::InputFile;
use std::path::{Path, PathBuf};

/// The files that paths and patterns name, in order; the matches of one pattern are sorted by name.
///
/// A path that exists is taken as it is, even if it holds `*`, `?` or `[`.
///
/// # Errors
/// `FileNotFound` for a missing file (with the nearest name) or a pattern without a match; `Io` for a directory;
/// `InvalidArgument` for a wrong pattern or an empty list.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<InputFile>> {
    if paths.is_empty() {
        return Err(Error::invalid("no path to read").hint("pass one path at least"));
    }
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        match pattern(path) {
            Some(text) if !path.exists() => files.extend(matches(path, text)?),
            _ => files.push(InputFile::find(path)?),
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
        return Err(Error::new(ErrorKind::FileNotFound, "no file matches the pattern")
            .file(path.display().to_string()));
    }
    found.sort();
    found.iter().map(|path| InputFile::find(path)).collect()
}

/// The files in a few words, for plans.
pub fn describe(files: &[InputFile]) -> String {
    match files {
        [] => "no file".to_owned(),
        [only] => format!("{:?}", only.name()),
        [first, rest @ ..] => format!("{:?} and {} more", first.name(), rest.len()),
    }
}
