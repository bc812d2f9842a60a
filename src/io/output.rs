//! Files written whole or not at all, alone or in a folder that is; local ones, and objects elsewhere.

use crate::error::{Error, ErrorKind, Result};
use crate::io::leftovers;
use crate::io::objects::contract::{Objects, Upload};
use crate::io::objects::options::StorageOptions;
use crate::io::objects::place;
use crate::plan::target::{Encoded, Output};
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::NamedTempFile;

/// Bytes of a file of a folder that wait for its next opening.
const HELD: usize = 64 << 10;

/// Where a file is to be written.
#[derive(Debug, Clone)]
pub struct Target {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Alone,
    Staged(PathBuf),
    Object(Arc<dyn Objects>, Option<Closed>),
}

/// Objects of a folder that are complete, though not to be seen yet.
pub type Closed = Arc<Mutex<Vec<Box<dyn Upload>>>>;

impl Target {
    /// A file, or an object at a URL, that gets its name when it is complete.
    ///
    /// # Errors
    /// As [`place::objects`].
    pub fn file(path: &Path, storage: &StorageOptions) -> Result<Self> {
        let kind = place::objects(path, storage)?.map_or(Kind::Alone, |objects| Kind::Object(objects, None));
        Ok(Target { path: path.to_owned(), kind })
    }

    /// An object of a folder: when it is complete it waits for the others.
    pub fn waiting(url: String, objects: Arc<dyn Objects>, closed: Closed) -> Self {
        Target { path: url.into(), kind: Kind::Object(objects, Some(closed)) }
    }

    /// A file at `staged`, in a folder that gets its name when it is complete: the file is then at `path`.
    pub fn staged(path: PathBuf, staged: PathBuf) -> Self {
        Target { path, kind: Kind::Staged(staged) }
    }

    /// The last part of the file's path.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The name that the file will have.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A file being written under a temporary name in its folder; it appears under its own name only when complete.
#[derive(Debug)]
pub struct OutputFile {
    place: Place,
    path: PathBuf,
    written: u64,
}

#[derive(Debug)]
enum Place {
    /// A file of its own.
    Alone(NamedTempFile),
    /// One of many files of a folder, opened only to append what has gathered: there may be more of them than a process
    /// may have open.
    Staged { path: PathBuf, held: Vec<u8> },
    /// An object elsewhere, and where it waits for others when it is complete.
    Object(Box<dyn Upload>, Option<Closed>),
}

impl OutputFile {
    /// Starts writing. An existing file stays as it is until [`OutputFile::finish`].
    ///
    /// # Errors
    /// `FileNotFound` if the folder does not exist; `Io`; `Unsupported` for pipes and devices.
    pub fn create(target: &Target) -> Result<Self> {
        let place = match &target.kind {
            Kind::Alone => return OutputFile::alone(&target.path),
            Kind::Staged(staged) => Place::Staged { path: staged.clone(), held: Vec::new() },
            Kind::Object(objects, closed) => {
                let url = target.path.to_string_lossy();
                Place::Object(objects.create(&url)?, closed.clone())
            }
        };
        Ok(OutputFile { place, path: target.path.clone(), written: 0 })
    }

    fn alone(path: &Path) -> Result<Self> {
        // A link keeps its place; what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&path).map(|metadata: Metadata| metadata.file_type()) {
            Ok(kind) if kind.is_dir() => {
                return Err(Error::new(ErrorKind::Io, "cannot write a file in the place of a directory")
                    .file(path.display().to_string()));
            }
            Ok(kind) if !kind.is_file() => {
                return Err(Error::unsupported("only regular files can be written")
                    .file(path.display().to_string())
                    .hint("write a temporary file and copy it to the device or pipe"));
            }
            _ => {}
        }
        let folder = parent(&path);
        let mut builder = tempfile::Builder::new();
        let prefix = leftovers::prefix();
        builder.prefix(&prefix).suffix(leftovers::SUFFIX);
        // Opened here, with the permissions of any new file: `tempfile_in` has errors name the temporary path.
        let open = |path: &Path| OpenOptions::new().read(true).write(true).create_new(true).open(path);
        let file = builder.make_in(folder, open).map_err(|error| {
            let error = Error::io(&path, &error);
            match error.kind() {
                ErrorKind::FileNotFound => error.hint("the folder does not exist; create it first"),
                _ => error,
            }
        })?;
        Ok(OutputFile { place: Place::Alone(file), path, written: 0 })
    }

    /// Bytes so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// `Io`.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes).map_err(|error| Error::io(&self.path, &error))
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// `Io`; then nothing has changed under the name.
    pub fn finish(mut self) -> Result<()> {
        self.flush().map_err(|error| Error::io(&self.path, &error))?;
        match self.place {
            Place::Alone(file) => {
                file.persist(&self.path).map_err(|error| Error::io(&self.path, &error.error))?;
                leftovers::clear(self.path.parent());
            }
            Place::Staged { .. } => {}
            Place::Object(upload, None) => upload.publish()?,
            Place::Object(mut upload, Some(closed)) => {
                upload.close()?;
                closed.lock().unwrap_or_else(PoisonError::into_inner).push(upload);
            }
        }
        Ok(())
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.place {
            // The file within: what holds it has errors name the temporary path.
            Place::Alone(file) => file.as_file_mut().write(bytes)?,
            Place::Staged { path, held } if held.len() + bytes.len() > HELD => {
                let mut file = appending(path)?;
                file.write_all(&std::mem::take(held))?;
                file.write_all(bytes)?;
                bytes.len()
            }
            Place::Staged { held, .. } => held.write(bytes)?,
            Place::Object(upload, _) => {
                upload.append(bytes).map_err(io::Error::other)?;
                bytes.len()
            }
        };
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Alone(file) => file.as_file_mut().flush(),
            Place::Staged { path, held } => appending(path)?.write_all(&std::mem::take(held)),
            Place::Object(..) => Ok(()),
        }
    }
}

/// The folder that a path is in.
pub fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn appending(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new().append(true).create(true).open(path)
}

/// An output of parts that are bytes, with bytes between and after them.
pub struct BytesOutput {
    file: OutputFile,
    between: Vec<u8>,
    end: Vec<u8>,
    nothing: Vec<u8>,
    empty: bool,
}

impl BytesOutput {
    /// Parts one after the other; `nothing` is what a file without any bytes is.
    pub fn new(file: OutputFile, nothing: Vec<u8>) -> Self {
        BytesOutput { file, between: Vec::new(), end: Vec::new(), nothing, empty: true }
    }

    /// With bytes between parts that are not empty, and after all.
    pub fn with(self, between: Vec<u8>, end: Vec<u8>) -> Self {
        BytesOutput { between, end, ..self }
    }
}

impl Output for BytesOutput {
    fn append(&mut self, part: Encoded) -> Result<()> {
        let bytes = part.take::<Vec<u8>>()?;
        if !bytes.is_empty() && !std::mem::take(&mut self.empty) {
            self.file.append(&self.between)?;
        }
        self.file.append(&bytes)
    }

    fn written(&self) -> u64 {
        self.file.written()
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.file.append(&self.end)?;
        if self.file.written() == 0 {
            self.file.append(&self.nothing)?;
        }
        self.file.finish()
    }
}
