//! The files of a folder being written: opened when their first part is there, parts appended in the order they were
//! cut, whatever order they are encoded in.

use crate::data::{Batch, Schema};
use crate::error::{Error, Result};
use crate::io::output::Target;
use crate::io::partitioned::staging::Staging;
use crate::plan::target::{Encoded, Output, Writer};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Starts a file of the format.
pub type Start = Arc<dyn Fn(&Target, &Schema) -> Result<Writer> + Send + Sync>;

/// What is handed to the folder.
pub enum Part {
    /// Rows by folder.
    Rows(Vec<(String, Batch)>),
    /// Encoded rows of a file: its number, and the place of the part in it.
    Encoded(usize, usize, Encoded),
}

/// The files of a folder.
pub struct Files {
    start: Start,
    schema: Schema,
    extension: String,
    /// Bytes of a file at most.
    most: Option<u64>,
    files: Vec<File>,
}

struct File {
    /// Its path in the folder, without the extension.
    name: String,
    /// How often its bytes were enough, and another file went on.
    turned: usize,
    /// Bytes of its largest part.
    largest: u64,
    /// `None` before the first part and after the last.
    output: Option<Box<dyn Output>>,
    /// Parts cut so far.
    cut: usize,
    /// Parts appended so far.
    appended: usize,
    /// Whether no more parts come.
    closed: bool,
    /// Parts that are encoded before their turn.
    early: BTreeMap<usize, Encoded>,
}

impl Files {
    /// No files yet, of this schema and extension, each of at most so many bytes.
    pub fn new(start: Start, schema: Schema, extension: String, most: Option<u64>) -> Self {
        Files { start, schema, extension, most, files: Vec::new() }
    }

    /// A file of this path in the folder, without its extension; its number.
    pub fn add(&mut self, name: String) -> usize {
        let early = BTreeMap::new();
        let (output, turned, largest) = (None, 0, 0);
        self.files.push(File { name, turned, largest, output, cut: 0, appended: 0, closed: false, early });
        self.files.len() - 1
    }

    /// One more part of a file: its place in it.
    pub fn cut(&mut self, file: usize) -> usize {
        self.files[file].cut += 1;
        self.files[file].cut - 1
    }

    /// Appends a part, and those that have waited for it.
    ///
    /// # Errors
    /// `Io`; what the format raises.
    pub fn append(&mut self, staging: &Staging, file: usize, place: usize, part: Encoded) -> Result<()> {
        self.files[file].early.insert(place, part);
        loop {
            let own = &mut self.files[file];
            let Some(part) = own.early.remove(&own.appended) else { break };
            own.appended += 1;
            self.open(staging, file)?;
            let most = self.most.unwrap_or(u64::MAX);
            let own = &mut self.files[file];
            let output = own.output.as_mut().ok_or_else(|| Error::internal("a part of a finished file"))?;
            let before = output.written();
            output.append(part)?;
            own.largest = own.largest.max(output.written() - before);
            if output.written().saturating_add(own.largest) > most {
                own.turned += 1;
                own.output.take().map_or(Ok(()), |output| output.finish())?;
            }
        }
        self.files[file].finish()
    }

    /// Starts a file, unless it is.
    fn open(&mut self, staging: &Staging, file: usize) -> Result<()> {
        let file = &mut self.files[file];
        if file.output.is_some() {
            return Ok(());
        }
        let name = match self.most {
            Some(_) => format!("{}-{:06}.{}", file.name, file.turned, self.extension),
            None => format!("{}.{}", file.name, self.extension),
        };
        file.output = Some((self.start)(&staging.target(&name)?, &self.schema)?.output);
        Ok(())
    }

    /// No more parts of a file come.
    ///
    /// # Errors
    /// `Io`.
    pub fn close(&mut self, file: usize) -> Result<()> {
        self.files[file].closed = true;
        self.files[file].finish()
    }

    /// Completes all files; without any, one of no rows in this folder.
    ///
    /// # Errors
    /// `Io`.
    pub fn finish(mut self, staging: &Staging, empty: String) -> Result<()> {
        if self.files.is_empty() {
            let file = self.add(empty);
            self.open(staging, file)?;
        }
        for file in &mut self.files {
            file.closed = true;
            file.finish()?;
            if file.output.is_some() {
                return Err(Error::internal("a part of a file is missing"));
            }
        }
        Ok(())
    }
}

impl File {
    /// Completes it, if all of its parts are there.
    fn finish(&mut self) -> Result<()> {
        match self.output.take() {
            Some(output) if self.closed && self.appended == self.cut => output.finish(),
            open => {
                self.output = open;
                Ok(())
            }
        }
    }
}
