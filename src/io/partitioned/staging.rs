//! A folder that appears under its name when all that is in it is complete.

use crate::error::{Error, ErrorKind, Result};
use crate::io::compressed::inner_name;
use crate::io::leftovers;
use crate::io::output::parent;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder being filled beside the place it is for.
pub struct Staging {
    folder: TempDir,
    path: PathBuf,
    overwrite: bool,
    extensions: &'static [&'static str],
}

impl Staging {
    /// An empty folder that will be at `path`.
    ///
    /// # Errors
    /// `InvalidArgument` if something is there already that may not be replaced; `FileNotFound` if the folder above does
    /// not exist; `Io`.
    pub fn new(path: &Path, overwrite: bool, extensions: &'static [&'static str]) -> Result<Self> {
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
        Ok(Staging { folder, path, overwrite, extensions })
    }

    /// Where it will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it is now.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// As [`Staging::new`]; then nothing has changed under the name.
    pub fn finish(self) -> Result<()> {
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
        if let Err(error) = fs::rename(self.folder.path(), &self.path) {
            if replaces {
                let _ = fs::rename(&retired, &self.path);
            }
            return Err(raised(error));
        }
        // It has another name now, so that there is nothing to remove.
        let _ = self.folder.keep();
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
            // What begins so are marks and sums of other systems.
            let own = name.starts_with(['.', '_'])
                || extensions.iter().any(|extension| inner_name(&name).ends_with(&format!(".{extension}")));
            (!own).then_some(path)
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
