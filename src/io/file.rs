//! Files read at positions, so that threads share nothing but the path.

use crate::error::{Error, ErrorKind, Result};
use crate::io::objects::blocks::{self, Reader};
use crate::io::objects::object::Object;
use crate::io::objects::options::StorageOptions;
use crate::io::objects::{place, url};
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::ops::Range;
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
    /// The file is elsewhere.
    object: Option<Arc<Object>>,
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
    /// Looks at a file, or an object at a URL, without reading it.
    ///
    /// # Errors
    /// `FileNotFound`, or `Io` for a directory or a refusal of the operating system or the server.
    pub fn find(path: &Path, storage: &StorageOptions) -> Result<Self> {
        if let (Some(url), Some(objects)) = (url::url(path), place::objects(path, storage)?) {
            let facts = objects.find(url)?;
            return Ok(InputFile::of(Object::new(objects, url.to_owned(), facts), url));
        }
        let metadata = fs::metadata(path).map_err(|error| not_found(path, &error))?;
        if metadata.is_dir() {
            return Err(directory(path));
        }
        Ok(InputFile {
            path: path.to_owned(),
            size: metadata.len(),
            modified: metadata.modified().ok(),
            content: None,
            object: None,
        })
    }

    /// An object that was found.
    pub fn of(object: Object, url: &str) -> Self {
        let size = object.size();
        InputFile { path: url.into(), size, modified: None, content: None, object: Some(Arc::new(object)) }
    }

    /// The path as text, for messages and for its extension.
    pub fn name(&self) -> String {
        let path = self.path.display().to_string();
        match self.object {
            Some(_) => url::shown(&path).to_owned(),
            None => path,
        }
    }

    /// The path, by which the file is found again.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Asks for the beginnings and ends of those files that are elsewhere, all at once, where they will be read.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn warm(files: &[InputFile]) -> Result<()> {
        let objects: Vec<&Arc<Object>> = files.iter().filter_map(|file| file.object.as_ref()).collect();
        blocks::warm(&objects)
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
        if let Some(object) = &self.object {
            let bytes = Bytes::Object(Reader::new(object.clone()));
            return Ok(OpenFile { bytes, path, size: self.size });
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
    Object(Reader),
}

impl OpenFile {
    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether each read may be a request to a server.
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.bytes, Bytes::Object(_))
    }

    /// Says which bytes will be read: of a file elsewhere they are asked for now, in few requests, and held.
    ///
    /// # Errors
    /// As [`OpenFile::read_at`].
    pub fn expect(&self, ranges: &[Range<u64>]) -> Result<()> {
        match &self.bytes {
            Bytes::Object(reader) => reader.expect(ranges),
            Bytes::Disk(_) | Bytes::Memory(_) => Ok(()),
        }
    }

    /// Fills `buffer` from the bytes at `offset`.
    ///
    /// # Errors
    /// `Io`, also if the file ends before.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<()> {
        self.read_raw(buffer, offset).map_err(|error| Error::io(&self.path, &error))
    }

    /// As [`OpenFile::read_at`], with the operating system's own error, or with ours in it.
    pub fn read_raw(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match &self.bytes {
            Bytes::Disk(file) => read_exact_at(file, buffer, offset),
            Bytes::Memory(content) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let bytes = content.0.get(start..).and_then(|rest| rest.get(..buffer.len()));
                buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
            Bytes::Object(reader) => {
                let inside = offset.checked_add(buffer.len() as u64).is_some_and(|end| end <= self.size);
                if !inside {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                reader.read(buffer, offset).map_err(io::Error::other)
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
