//! Gathers the rows of each folder until they are worth a part of a file, and leaves encoding them to any thread.

use crate::data::{Batch, DType, Schema};
use crate::error::{Error, Result};
use crate::io::objects::options::StorageOptions;
use crate::io::output::Target;
use crate::io::partitioned::files::{Files, Part, Start};
use crate::io::partitioned::options::FolderOptions;
use crate::io::partitioned::split::Split;
use crate::io::partitioned::staging::Staging;
use crate::plan::target::{Encoded, Encoder, Job, Output, Writer};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// Bytes of rows that may wait; beyond, those of the folder with most are written.
const WAITING: usize = 256 << 20;
/// Parts of a file at least, where its bytes are limited.
const PARTS: u64 = 8;
/// Rows of a part, where the format takes any number.
const PART_ROWS: usize = 1 << 16;

/// Starts a file, or a folder of files if the options say so. `start` starts a file of a format with these extensions;
/// `ending`: how the names of its files end after the extension.
///
/// # Errors
/// `InvalidArgument` or `Unsupported` for keys that cannot be, or a folder that is there; what starting a file raises.
pub fn create(
    path: &Path,
    schema: &Schema,
    options: &FolderOptions,
    storage: &StorageOptions,
    extensions: &'static [&'static str],
    ending: &str,
    start: impl Fn(&Target, &Schema) -> Result<Writer> + Send + Sync + 'static,
) -> Result<Writer> {
    if !options.wanted() {
        return start(&Target::file(path, storage)?, schema);
    }
    if options.file_rows == Some(0) {
        return Err(Error::invalid("file_rows must be at least 1"));
    }
    if options.file_bytes == Some(0) {
        return Err(Error::invalid("file_bytes must be at least 1"));
    }
    let split = Split::new(schema, &options.partition_by)?;
    let held = split.schema(schema)?;
    // A file that is never written says what is wrong with the options, and encodes for all others.
    let encoder = start(&Target::staged(path.to_owned(), path.to_owned()), &held)?.encoder;
    let staging = Staging::new(path, options.overwrite, extensions, storage)?;
    // So many rows that a file has several parts, going by what its types take in memory.
    let width: u64 = held.fields().iter().map(|field| width(&field.dtype)).sum();
    let few = options.file_bytes.map(|bytes| (bytes / PARTS / width.max(1)).max(1));
    let few = few.map_or(usize::MAX, |rows| usize::try_from(rows).unwrap_or(usize::MAX));
    let extension = format!("{}{ending}", extensions[0]);
    let output = FolderOutput {
        staging,
        part_rows: encoder.part_rows().unwrap_or(PART_ROWS).min(few),
        encoder,
        file_rows: options.file_rows.unwrap_or(u64::MAX),
        nowhere: split.nowhere(),
        files: Files::new(Arc::new(start) as Start, held, extension, options.file_bytes),
        places: HashMap::new(),
        folders: Vec::new(),
        waiting: 0,
        open: Vec::new(),
        clock: 0,
        jobs: Vec::new(),
    };
    Ok(Writer { encoder: Arc::new(split), output: Box::new(output) })
}

/// About the bytes of a value of a type.
fn width(dtype: &DType) -> u64 {
    match dtype {
        DType::Bool => 1,
        DType::Struct(fields) => fields.iter().map(|field| width(&field.dtype)).sum(),
        DType::List(item) => 4 * width(item),
        DType::Array(item, count) => u64::from(*count) * width(item),
        _ => 8,
    }
}

struct FolderOutput {
    staging: Staging,
    encoder: Arc<dyn Encoder>,
    part_rows: usize,
    file_rows: u64,
    /// The folder of no rows.
    nowhere: String,
    files: Files,
    places: HashMap<String, usize>,
    folders: Vec<Folder>,
    /// Bytes of all rows that wait.
    waiting: usize,
    /// The folders that have an open file.
    open: Vec<usize>,
    /// Counts parts.
    clock: u64,
    jobs: Vec<Job>,
}

/// The rows of one folder that wait, and where they will go.
struct Folder {
    name: String,
    batches: Vec<Batch>,
    rows: usize,
    bytes: usize,
    /// Files begun.
    files: usize,
    /// The file being written, and how many rows it still takes.
    file: Option<(usize, u64)>,
    /// When it last got a part.
    used: u64,
}

impl FolderOutput {
    fn gather(&mut self, name: String, batch: Batch) -> Result<()> {
        let next = self.folders.len();
        let place = *self.places.entry(name.clone()).or_insert(next);
        if place == next {
            let (batches, file) = (Vec::new(), None);
            self.folders.push(Folder { name, batches, rows: 0, bytes: 0, files: 0, file, used: 0 });
        }
        let folder = &mut self.folders[place];
        let bytes = batch.size_bytes();
        folder.rows += batch.rows();
        folder.bytes += bytes;
        folder.batches.push(batch);
        self.waiting += bytes;
        while self.folders[place].rows >= self.room(place) {
            self.part(place)?;
        }
        while self.waiting > WAITING {
            let most = (0..self.folders.len()).max_by_key(|&place| self.folders[place].bytes);
            let Some(most) = most.filter(|&place| self.folders[place].rows > 0) else { break };
            self.part(most)?;
        }
        Ok(())
    }

    /// Rows of the next part of a folder.
    fn room(&self, place: usize) -> usize {
        let left = self.folders[place].file.map_or(self.file_rows, |(_, left)| left);
        self.part_rows.min(usize::try_from(left).unwrap_or(usize::MAX))
    }

    /// Cuts a part from the rows that wait in a folder.
    fn part(&mut self, place: usize) -> Result<()> {
        let most = self.room(place);
        self.clock += 1;
        let folder = &mut self.folders[place];
        let (file, left) = match folder.file {
            Some(open) => open,
            None => {
                let name = format!("part-{:06}", folder.files);
                let name = if folder.name.is_empty() { name } else { format!("{}/{name}", folder.name) };
                folder.files += 1;
                self.open.push(place);
                (self.files.add(name), self.file_rows)
            }
        };
        let (batches, rows) = folder.cut(most);
        self.waiting -= folder.bytes;
        folder.bytes = folder.batches.iter().map(Batch::size_bytes).sum();
        self.waiting += folder.bytes;
        folder.used = self.clock;
        folder.file = Some((file, left - rows as u64));
        let (encoder, number) = (self.encoder.clone(), self.files.cut(file));
        self.jobs
            .push(Box::new(move || Ok(Encoded::new(Part::Encoded(file, number, encoder.encode(&batches)?)))));
        if left == rows as u64 {
            self.close(place)?;
        } else if self.open.len() > self.staging.most_open() {
            let oldest = self.open.iter().copied().min_by_key(|&place| self.folders[place].used);
            oldest.map_or(Ok(()), |oldest| self.close(oldest))?;
        }
        Ok(())
    }

    fn close(&mut self, place: usize) -> Result<()> {
        self.open.retain(|&open| open != place);
        match self.folders[place].file.take() {
            Some((file, _)) => self.files.close(file),
            None => Ok(()),
        }
    }
}

impl Folder {
    /// Takes the first rows, at most so many.
    fn cut(&mut self, most: usize) -> (Vec<Batch>, usize) {
        let mut taken = Vec::new();
        let mut rows = 0;
        let mut batches = std::mem::take(&mut self.batches).into_iter();
        for batch in batches.by_ref() {
            let count = batch.rows().min(most - rows);
            rows += count;
            if count < batch.rows() {
                taken.push(batch.slice(0, count));
                self.batches.push(batch.slice(count, batch.rows() - count));
                break;
            }
            taken.push(batch);
            if rows == most {
                break;
            }
        }
        self.batches.extend(batches);
        self.rows -= rows;
        (taken, rows)
    }
}

impl Output for FolderOutput {
    fn append(&mut self, part: Encoded) -> Result<()> {
        match part.take::<Part>()? {
            Part::Rows(rows) => rows.into_iter().try_for_each(|(name, batch)| self.gather(name, batch)),
            Part::Encoded(file, place, part) => self.files.append(&self.staging, file, place, part),
        }
    }

    fn jobs(&mut self, last: bool) -> Result<Vec<Job>> {
        if last {
            for place in 0..self.folders.len() {
                while self.folders[place].rows > 0 {
                    self.part(place)?;
                }
            }
        }
        Ok(std::mem::take(&mut self.jobs))
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let name = "part-000000".to_owned();
        let empty = if self.nowhere.is_empty() { name } else { format!("{}/{name}", self.nowhere) };
        self.files.finish(&self.staging, empty)?;
        self.staging.finish()
    }
}
