//! Text files as a table of one column.

use crate::data::{Batch, Column, DType, Field, Schema};
use crate::error::{AllOk, Error, Result};
use crate::io::compressed::ready;
use crate::io::file::InputFile;
use crate::io::folders::{self, FileOptions};
use crate::io::text::options::TextOptions;
use crate::io::{lines, paths};
use crate::kernels::views::ViewWriter;
use crate::plan::{Flow, Scan, ScanRequest, SourceSpec, TableSource};
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// Extensions of text files.
pub const EXTENSIONS: &[&str] = &["txt", "text", "log"];

/// Opens files, patterns and folders as one table.
///
/// # Errors
/// `FileNotFound`, `Io`, `Corrupt` for damaged compressed files.
pub fn open(paths: &[PathBuf], options: TextOptions) -> Result<Arc<dyn TableSource>> {
    let spec = spec(paths.iter().map(|path| path.display().to_string()).collect(), &options)?;
    let one = |inputs: Vec<InputFile>| -> Result<Arc<dyn TableSource>> {
        let own = TextOptions { files: FileOptions::default(), ..options.clone() };
        Ok(Arc::new(TextSource::inspect(inputs, own)?))
    };
    folders::open(paths, &options.files, &options.storage, EXTENSIONS, spec, &one)
        .map_err(|error| error.operation("read_text"))
}

fn spec(paths: Vec<String>, options: &TextOptions) -> Result<SourceSpec> {
    let options = serde_json::to_string(options).map_err(|error| Error::internal(error.to_string()))?;
    Ok(SourceSpec { format: "text".to_owned(), paths, options })
}

/// Text files as a table source. Lines end with `\n` or `\r\n`; the last one may go without.
#[derive(Clone)]
pub struct TextSource {
    schema: Schema,
    files: Arc<Vec<InputFile>>,
    options: TextOptions,
}

impl TextSource {
    /// Opens files (paths or patterns) as one table; nothing is read.
    ///
    /// # Errors
    /// `FileNotFound`, `Io`, `Corrupt` for damaged compressed files.
    pub fn open(paths: &[PathBuf], options: TextOptions) -> Result<Self> {
        let inputs = paths::expand(paths, &options.storage)?;
        TextSource::inspect(inputs, options)
    }

    fn inspect(inputs: Vec<InputFile>, options: TextOptions) -> Result<Self> {
        let schema = Schema::new(vec![Field::new(&options.column, DType::String)])?;
        let files = inputs.into_iter().map(|input| ready(input, options.compression));
        let files = Arc::new(files.all_ok()?);
        Ok(TextSource { schema, files, options })
    }
}

impl fmt::Debug for TextSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl TableSource for TextSource {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        format!("text {}", paths::describe(&self.files))
    }

    fn codes(&self) -> bool {
        true
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        let mut parts = Vec::new();
        for (file, input) in self.files.iter().enumerate() {
            let size = lines::partition_bytes(self.options.partition_bytes, input.size());
            parts.extend(lines::cut(0, input.size(), size).into_iter().map(|range| (file, range)));
        }
        let (width, batch_rows) = (request.projection.len(), request.batch_rows.max(1));
        Ok(Arc::new(TextScan { files: self.files.clone(), parts, width, batch_rows }))
    }

    fn spec(&self) -> Option<SourceSpec> {
        spec(self.files.iter().map(|file| file.path().display().to_string()).collect(), &self.options).ok()
    }
}

struct TextScan {
    files: Arc<Vec<InputFile>>,
    parts: Vec<(usize, Range<u64>)>,
    /// How often the column is wanted.
    width: usize,
    batch_rows: usize,
}

impl TextScan {
    fn parse(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let (file, range) = &self.parts[partition];
        let input = &self.files[*file];
        let (bytes, at) = lines::read(&input.open()?, range, 0)?;
        let mut text = lines::text(&bytes, at, input)?;
        while !text.is_empty() {
            let mut views = ViewWriter::with_capacity(0, 0);
            while !text.is_empty() && views.len() < self.batch_rows {
                let (line, rest) = match memchr::memchr(b'\n', text.as_bytes()) {
                    Some(end) => (&text[..end], &text[end + 1..]),
                    None => (text, ""),
                };
                views.push(line.strip_suffix('\r').unwrap_or(line));
                text = rest;
            }
            let rows = views.len();
            let column = Column::from_held(views.finish(None)?);
            if emit(Batch::new(vec![column; self.width], rows)?)? == Flow::Stop {
                break;
            }
        }
        Ok(())
    }
}

impl Scan for TextScan {
    fn partitions(&self) -> usize {
        self.parts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        // What `emit` raises is an error of what is done with the rows, not of reading them.
        let mut raised = false;
        let mut emit = |batch| emit(batch).inspect_err(|_| raised = true);
        let result = self.parse(partition, &mut emit);
        result.map_err(|error| if raised { error } else { error.operation("read_text") })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        let (file, range) = &self.parts[partition];
        let input = &self.files[*file];
        let (_, start) = lines::read(&input.open().ok()?, range, 0).ok()?;
        lines::count_before(input, 0, start).ok()
    }
}
