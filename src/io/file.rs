//! Files read at positions, so that threads share nothing but the path.

use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// A file that was there when the source was opened.
#[derive(Debug, Clone)]
pub struct InputFile {
    path: PathBuf,
    size: u64,
    modified: Option<SystemTime>,
    content: Option<Content>,
}

/// The bytes to read in place of the file's own.
#[derive(Clone)]
struct Content(Arc<Vec<u8>>);

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl InputFile {
    /// Looks at a file without reading it.
    ///
    /// # Errors
    /// `FileNotFound`, or `Io` for a directory or a refusal of the operating system.
    pub fn find(path: &Path) -> Result<Self> {
        let metadata = fs::metadata(path).map_err(|error| not_found(path, &error))?;
        if metadata.is_dir() {
            return Err(directory(path));
        }
        Ok(InputFile {
            path: path.to_owned(),
            size: metadata.len(),
            modified: metadata.modified().ok(),
            content: None,
        })
    }

    /// The path as text, for messages.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The same file, whose bytes have been turned into these.
    pub fn with_content(self, content: Vec<u8>) -> Self {
        InputFile { size: content.len() as u64, content: Some(Content(Arc::new(content))), ..self }
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// `FileNotFound` or `Io`; `Corrupt` if it changed since it was found.
    pub fn open(&self) -> Result<OpenFile> {
        let path = self.path.clone();
        if let Some(content) = &self.content {
            return Ok(OpenFile { bytes: Bytes::Memory(content.clone()), path, size: self.size });
        }
        let file = File::open(&self.path).map_err(|error| Error::io(&self.path, &error))?;
        let metadata = file.metadata().map_err(|error| Error::io(&self.path, &error))?;
        if metadata.len() != self.size || metadata.modified().ok() != self.modified {
            return Err(Error::new(ErrorKind::Corrupt, "the file changed while it was being read")
                .file(self.name())
                .hint("open it again"));
        }
        Ok(OpenFile { bytes: Bytes::Disk(file), path, size: self.size })
    }
}

/// An open file, read by position.
#[derive(Debug)]
pub struct OpenFile {
    bytes: Bytes,
    path: PathBuf,
    size: u64,
}

#[derive(Debug)]
enum Bytes {
    Disk(File),
    Memory(Content),
}

impl OpenFile {
    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Fills `buffer` from the bytes at `offset`.
    ///
    /// # Errors
    /// `Io`, also if the file ends before.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<()> {
        self.read_raw(buffer, offset).map_err(|error| Error::io(&self.path, &error))
    }

    /// As [`OpenFile::read_at`], with the operating system's own error.
    pub fn read_raw(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match &self.bytes {
            Bytes::Disk(file) => read_exact_at(file, buffer, offset),
            Bytes::Memory(content) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let bytes = content.0.get(start..).and_then(|rest| rest.get(..buffer.len()));
                buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }
}

/// Reads a file from a position on.
pub struct Reading {
    file: Arc<OpenFile>,
    at: u64,
}

impl Reading {
    /// From the byte `at`.
    pub fn new(file: Arc<OpenFile>, at: u64) -> Self {
        Reading { file, at }
    }
}

impl io::Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.file.size().saturating_sub(self.at);
        let count = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.file.read_raw(&mut buffer[..count], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                buffer = &mut buffer[count..];
                offset += count as u64;
            }
        }
    }
    Ok(())
}

/// The error of a path that could not be looked at; suggests the nearest name in its folder.
pub fn not_found(path: &Path, error: &io::Error) -> Error {
    let raised = Error::io(path, error);
    if error.kind() != io::ErrorKind::NotFound {
        return raised;
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let (Some(name), Ok(entries)) = (path.file_name().and_then(|name| name.to_str()), fs::read_dir(folder))
    else {
        return raised;
    };
    // Very large folders are not searched to the end.
    let names = entries.take(10_000).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let names: Vec<String> = names.collect();
    match crate::error::nearest(name, names.iter().map(String::as_str).collect()) {
        Some(found) => {
            let near = path.with_file_name(found);
            raised.hint(format!("did you mean {:?}?", near.display().to_string()))
        }
        None => raised,
    }
}

/// The error of a folder in place of a file.
pub fn directory(path: &Path) -> Error {
    let pattern = path.join("*");
    Error::new(ErrorKind::Io, "this is a directory, not a file")
        .file(path.display().to_string())
        .hint(format!("pass the files in it, for example {:?}", pattern.display().to_string()))
}
