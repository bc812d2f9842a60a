//! Files written whole or not at all.

use crate::error::{Error, ErrorKind, Result};
use crate::io::leftovers;
use crate::plan::target::{Encoded, Output};
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file being written under a temporary name in its folder; it appears under its own name only when complete.
#[derive(Debug)]
pub struct OutputFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl OutputFile {
    /// Starts writing. An existing file stays as it is until [`OutputFile::finish`].
    ///
    /// # Errors
    /// `FileNotFound` if the folder does not exist; `Io`; `Unsupported` for pipes and devices.
    pub fn create(path: &Path) -> Result<Self> {
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
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        let prefix = leftovers::prefix();
        builder.prefix(&prefix).suffix(leftovers::SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder).map_err(|error| {
            let error = Error::io(&path, &error);
            match error.kind() {
                ErrorKind::FileNotFound => error.hint("the folder does not exist; create it first"),
                _ => error,
            }
        })?;
        Ok(OutputFile { file, path })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// `Io`.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| Error::io(&self.path, &error))
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// `Io`; then nothing has changed under the name.
    pub fn finish(mut self) -> Result<()> {
        self.file.flush().map_err(|error| Error::io(&self.path, &error))?;
        self.file.persist(&self.path).map_err(|error| Error::io(&self.path, &error.error))?;
        leftovers::clear(self.path.parent());
        Ok(())
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// An output of parts that are bytes, with bytes between and after them.
pub struct BytesOutput {
    file: OutputFile,
    between: &'static [u8],
    end: &'static [u8],
    empty: bool,
}

impl BytesOutput {
    /// Parts one after the other.
    pub fn new(file: OutputFile) -> Self {
        BytesOutput { file, between: b"", end: b"", empty: true }
    }

    /// With bytes between parts that are not empty, and after all.
    pub fn with(self, between: &'static [u8], end: &'static [u8]) -> Self {
        BytesOutput { between, end, ..self }
    }
}

impl Output for BytesOutput {
    fn append(&mut self, part: Encoded) -> Result<()> {
        let bytes = part.take::<Vec<u8>>()?;
        if !bytes.is_empty() && !std::mem::take(&mut self.empty) {
            self.file.append(self.between)?;
        }
        self.file.append(&bytes)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.file.append(self.end)?;
        self.file.finish()
    }
}
