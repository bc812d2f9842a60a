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

/// A folder being filled beside the place it is for: what was there stays until all files are complete. Dropped before that,
/// it is gone, and nothing has changed.
///
/// ```
/// use hypostyle::io::{Staging, StorageOptions};
///
/// let above = tempfile::tempdir()?;
/// let path = above.path().join("words");
/// let staging = Staging::new(&path, false, &["txt"], &StorageOptions::default())?;
/// std::fs::write(staging.folder().unwrap().join("0.txt"), "one")?;
/// assert!(!path.exists());
/// staging.finish()?;
/// assert_eq!(std::fs::read_to_string(path.join("0.txt"))?, "one");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Staging {
    place: Place,
    path: PathBuf,
    overwrite: bool,
    extensions: Vec<String>,
}

enum Place {
    Folder(TempDir),
    /// An empty folder that cannot change places with another: what is in this folder within it moves up.
    Within(TempDir),
    Objects {
        objects: Arc<dyn Objects>,
        folder: String,
        closed: Closed,
    },
}

impl Staging {
    /// An empty folder that will be at `path`, in the place of one with files of these extensions if they may be
    /// overwritten. Files without an extension are those of the extension `""`.
    ///
    /// # Errors
    /// `InvalidArgument` if something is there already that may not be replaced; `FileNotFound` if the folder above does
    /// not exist; `Io`.
    pub fn new(path: &Path, overwrite: bool, extensions: &[&str], storage: &StorageOptions) -> Result<Self> {
        let extensions: Vec<String> = extensions.iter().map(|&extension| extension.to_owned()).collect();
        if let (Some(url), Some(objects)) = (url::url(path), place::objects(path, storage)?) {
            let folder = format!("{}/", url.trim_end_matches('/'));
            let place = Place::Objects { objects, folder, closed: Closed::default() };
            let staging = Staging { place, path: path.to_owned(), overwrite, extensions };
            staging.before()?;
            return Ok(staging);
        }
        // A link keeps its place; what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let failed = |error: io::Error| {
            let error = Error::io(&path, &error);
            match error.kind() {
                ErrorKind::FileNotFound => error.hint("the folder above it does not exist; create it first"),
                _ => error,
            }
        };
        let place = match replaceable(&path, overwrite, &extensions)? {
            None => temporary(parent(&path)).map(Place::Folder),
            Some(Kept::Within) => temporary(&path).map(Place::Within),
            Some(Kept::Permissions(permissions)) => match temporary(parent(&path)) {
                Ok(folder) => fs::set_permissions(folder.path(), permissions).map(|()| Place::Folder(folder)),
                // The folder above may be closed to us.
                Err(_) if is_empty(&path).map_err(failed)? => temporary(&path).map(Place::Within),
                Err(error) => Err(error),
            },
        };
        Ok(Staging { place: place.map_err(failed)?, path, overwrite, extensions })
    }

    /// Where its files are written until it is finished; none for objects.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Folder(temporary) | Place::Within(temporary) => Some(temporary.path()),
            Place::Objects { .. } => None,
        }
    }

    /// How many files may be open.
    pub(super) fn most_open(&self) -> usize {
        match &self.place {
            Place::Folder(_) | Place::Within(_) => OPEN,
            Place::Objects { .. } => OPEN_OBJECTS,
        }
    }

    /// A file in it.
    ///
    /// # Errors
    /// `Io`.
    pub(super) fn target(&self, name: &str) -> Result<Target> {
        match &self.place {
            Place::Folder(temporary) | Place::Within(temporary) => {
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
                .hint("pass overwrite=True to replace it"));
        }
        let name = |url: &str| url.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        match found.iter().find(|url| !is_own(&name(url), &self.extensions)) {
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
        let raised = |error: io::Error| Error::io(&self.path, &error);
        let temporary = match self.place {
            Place::Objects { .. } => return self.finish_objects(),
            Place::Folder(temporary) => {
                replaceable(&self.path, self.overwrite, &self.extensions)?;
                temporary
            }
            Place::Within(temporary) => {
                move_up(temporary.path(), &self.path).map_err(raised)?;
                leftovers::clear(Some(&self.path));
                return Ok(());
            }
        };
        let retired = retired(&self.path);
        // Left by a writer that was killed between two renames: what is at the name now is newer.
        if retired.exists() && self.path.exists() {
            fs::remove_dir_all(&retired).map_err(raised)?;
        }
        // What was at the name is in the temporary folder then, and goes with it.
        if !exchanged(temporary.path(), &self.path) {
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
        }
        let _ = fs::remove_dir_all(&retired);
        leftovers::clear(self.path.parent());
        Ok(())
    }
}

/// An empty folder in another.
fn temporary(folder: &Path) -> io::Result<TempDir> {
    let prefix = leftovers::prefix();
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(leftovers::SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    builder.tempdir_in(folder)
}

/// Two folders change places, in one step; false where that cannot be, or one of them is not there.
fn exchanged(one: &Path, other: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (one, other);
        false
    }
}

/// What is in a folder moves to the one that it is in.
fn move_up(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::rename(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Where the folder that is replaced is for a moment. Only a writer that has put a new one in its place removes it.
fn retired(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.replaced"))
}

/// What stays of a folder that is replaced.
enum Kept {
    Permissions(fs::Permissions),
    /// All of it. It is empty, and is filled from within.
    Within,
}

/// What stays of the folder at a path, if there is one; an error if it may not be replaced.
fn replaceable(path: &Path, overwrite: bool, extensions: &[String]) -> Result<Option<Kept>> {
    let refused = |message: &str, hint: &str| {
        Err(Error::invalid(message).file(path.display().to_string()).hint(hint.to_owned()))
    };
    let failed = |error: io::Error| Error::io(path, &error);
    let Ok(kind) = fs::metadata(path) else { return Ok(None) };
    if !kind.is_dir() {
        return refused(
            "cannot write a folder in the place of a file",
            "remove it, or write to another path",
        );
    }
    let works_in =
        std::env::current_dir().and_then(fs::canonicalize).is_ok_and(|here| here.starts_with(path));
    if is_empty(path).map_err(failed)? {
        let stays = works_in || is_mounted(path, &kind);
        return Ok(Some(if stays { Kept::Within } else { Kept::Permissions(kind.permissions()) }));
    }
    if !overwrite {
        return refused("the folder is there already", "pass overwrite=True to replace it");
    }
    if works_in {
        return refused("cannot replace the folder that this process works in", "write to a folder below it");
    }
    match other(path, extensions).map_err(failed)? {
        None => Ok(Some(Kept::Permissions(kind.permissions()))),
        Some(found) => Err(Error::invalid("the folder holds other files, which would be lost")
            .file(found.display().to_string())
            .hint("move them away, or write to another path")),
    }
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    Ok(fs::read_dir(folder)?.next().is_none())
}

/// Whether a folder is where another file system begins.
fn is_mounted(path: &Path, kind: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(parent(path)).is_ok_and(|above| above.dev() != kind.dev())
    }
    #[cfg(not(unix))]
    {
        let _ = (path, kind);
        false
    }
}

/// A file below a folder that is not of the format.
fn other(folder: &Path, extensions: &[String]) -> io::Result<Option<PathBuf>> {
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
fn is_own(name: &str, extensions: &[String]) -> bool {
    let name = inner_name(name);
    let ends = |extension: &String| match extension.as_str() {
        "" => !name.contains('.'),
        extension => name.strip_suffix(extension).is_some_and(|stem| stem.ends_with('.')),
    };
    name.starts_with(['.', '_']) || extensions.iter().any(ends)
}
