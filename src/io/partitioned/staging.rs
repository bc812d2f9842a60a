//! A folder that appears under its name when all that is in it is complete.
//!
//! Object stores have no folders and rename nothing. There, all files are sent first, none of them to be seen; then they are
//! all given their names, and what they replace is removed: not one step, but a short one after everything that may fail.

use crate::error::{Error, ErrorKind, Result};
use crate::io::compressed::inner_name;
use crate::io::leftovers;
use crate::io::objects::contract::Objects;
use crate::io::objects::options::StorageOptions;
use crate::io::objects::{place, url};
use crate::io::output::{Closed, Target, parent};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use tempfile::TempDir;

/// Files that are written at a time; beyond, the one that has waited longest for rows is closed.
const OPEN: usize = 1024;
/// The same for objects, each of which holds a part of some MiB in memory.
const OPEN_OBJECTS: usize = 64;
/// Objects that are given their names at a time.
const NAMED: usize = 32;

/// A folder being filled beside the place it is for.
pub struct Staging {
    place: Place,
    path: PathBuf,
    overwrite: bool,
    extensions: &'static [&'static str],
}

enum Place {
    Folder(TempDir),
    Objects { objects: Arc<dyn Objects>, folder: String, closed: Closed },
}

impl Staging {
    /// An empty folder that will be at `path`.
    ///
    /// # Errors
    /// `InvalidArgument` if something is there already that may not be replaced; `FileNotFound` if the folder above does
    /// not exist; `Io`.
    pub fn new(
        path: &Path,
        overwrite: bool,
        extensions: &'static [&'static str],
        storage: &StorageOptions,
    ) -> Result<Self> {
        if let (Some(url), Some(objects)) = (url::url(path), place::objects(path, storage)?) {
            let folder = format!("{}/", url.trim_end_matches('/'));
            let place = Place::Objects { objects, folder, closed: Closed::default() };
            let staging = Staging { place, path: path.to_owned(), overwrite, extensions };
            staging.before()?;
            return Ok(staging);
        }
        // A link keeps its place; what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        replaceable(&path, overwrite, extensions)?;
        let prefix = leftovers::prefix();
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(leftovers::SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let folder = builder.tempdir_in(parent(&path)).map_err(|error| {
            let error = Error::io(&path, &error);
            match error.kind() {
                ErrorKind::FileNotFound => error.hint("the folder above it does not exist; create it first"),
                _ => error,
            }
        })?;
        Ok(Staging { place: Place::Folder(folder), path, overwrite, extensions })
    }

    /// How many files may be open.
    pub fn most_open(&self) -> usize {
        match &self.place {
            Place::Folder(_) => OPEN,
            Place::Objects { .. } => OPEN_OBJECTS,
        }
    }

    /// A file in it.
    ///
    /// # Errors
    /// `Io`.
    pub fn target(&self, name: &str) -> Result<Target> {
        match &self.place {
            Place::Folder(temporary) => {
                let (path, staged) = (self.path.join(name), temporary.path().join(name));
                if let Some(folder) = staged.parent() {
                    let failed = |error: io::Error| Error::io(path.parent().unwrap_or(&path), &error);
                    fs::create_dir_all(folder).map_err(failed)?;
                }
                Ok(Target::staged(path, staged))
            }
            Place::Objects { objects, folder, closed } => {
                Ok(Target::waiting(format!("{folder}{name}"), objects.clone(), closed.clone()))
            }
        }
    }

    /// The objects that are in the folder now.
    ///
    /// # Errors
    /// `InvalidArgument` if they may not be replaced; `Io`.
    fn before(&self) -> Result<Vec<String>> {
        let Place::Objects { objects, folder, .. } = &self.place else { return Ok(Vec::new()) };
        let found: Vec<String> = objects.list(folder)?.into_iter().map(|(url, _)| url).collect();
        if !found.is_empty() && !self.overwrite {
            return Err(Error::invalid("the folder is there already")
                .file(folder.as_str())
                .hint("pass overwrite=true to replace it"));
        }
        let name = |url: &str| url.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        match found.iter().find(|url| !is_own(&name(url), self.extensions)) {
            None => Ok(found),
            Some(other) => Err(Error::invalid("the folder holds other files, which would be lost")
                .file(other.as_str())
                .hint("move them away, or write to another path")),
        }
    }

    /// Gives the objects their names, and removes those that are not replaced.
    fn finish_objects(self) -> Result<()> {
        let mut before = self.before()?;
        let Place::Objects { objects, closed, .. } = self.place else { return Ok(()) };
        let mut uploads = std::mem::take(&mut *closed.lock().unwrap_or_else(PoisonError::into_inner));
        before.retain(|url| !uploads.iter().any(|upload| upload.url() == url));
        let (total, mut named) = (uploads.len(), 0);
        while !uploads.is_empty() {
            let mut some: Vec<_> = uploads.drain(..uploads.len().min(NAMED)).collect();
            some.iter_mut().try_for_each(|upload| upload.begin())?;
            for upload in some {
                upload.publish().map_err(|error| {
                    error.hint(format!("at least {named} of {total} files of the folder have their names"))
                })?;
                named += 1;
            }
        }
        if before.is_empty() { Ok(()) } else { objects.remove(before) }
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// As [`Staging::new`]; then nothing has changed under the name.
    pub fn finish(self) -> Result<()> {
        let temporary = match self.place {
            Place::Objects { .. } => return self.finish_objects(),
            Place::Folder(temporary) => temporary,
        };
        let raised = |error: io::Error| Error::io(&self.path, &error);
        replaceable(&self.path, self.overwrite, self.extensions)?;
        let retired = retired(&self.path);
        // Left by a writer that was killed between the two renames: what is at the name now is newer.
        if retired.exists() && self.path.exists() {
            fs::remove_dir_all(&retired).map_err(raised)?;
        }
        let replaces = self.path.exists();
        if replaces {
            fs::rename(&self.path, &retired).map_err(raised)?;
        }
        if let Err(error) = fs::rename(temporary.path(), &self.path) {
            if replaces {
                let _ = fs::rename(&retired, &self.path);
            }
            return Err(raised(error));
        }
        // It has another name now, so that there is nothing to remove.
        let _ = temporary.keep();
        let _ = fs::remove_dir_all(&retired);
        leftovers::clear(self.path.parent());
        Ok(())
    }
}

/// Where the folder that is replaced is for a moment. Only a writer that has put a new one in its place removes it.
fn retired(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.replaced"))
}

fn replaceable(path: &Path, overwrite: bool, extensions: &[&str]) -> Result<()> {
    let refused = |message: &str, hint: &str| {
        Err(Error::invalid(message).file(path.display().to_string()).hint(hint.to_owned()))
    };
    let Ok(kind) = fs::metadata(path) else { return Ok(()) };
    if !kind.is_dir() {
        return refused(
            "cannot write a folder in the place of a file",
            "remove it, or write to another path",
        );
    }
    let empty = fs::read_dir(path).map_err(|error| Error::io(path, &error))?.next().is_none();
    if !empty && !overwrite {
        return refused("the folder is there already", "pass overwrite=true to replace it");
    }
    match other(path, extensions).map_err(|error| Error::io(path, &error))? {
        None => Ok(()),
        Some(found) => Err(Error::invalid("the folder holds other files, which would be lost")
            .file(found.display().to_string())
            .hint("move them away, or write to another path")),
    }
}

/// A file below a folder that is not of the format.
fn other(folder: &Path, extensions: &[&str]) -> io::Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let found = if path.is_dir() && !path.is_symlink() {
            other(&path, extensions)?
        } else {
            (!is_own(&name, extensions)).then_some(path)
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Whether a file may be replaced: one of the format, or a mark or sum of another system, which begins so.
fn is_own(name: &str, extensions: &[&str]) -> bool {
    name.starts_with(['.', '_'])
        || extensions.iter().any(|extension| inner_name(name).ends_with(&format!(".{extension}")))
}
