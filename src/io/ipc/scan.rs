//! Reads record batches, each on one thread; large ones are cut for the operators above.

use crate::data::{Batch, Column, Schema};
use crate::error::{Error, ErrorKind, Result};
use crate::io::file::Reading;
use crate::io::guard::guarded;
use crate::io::ipc::blocks::{Blocks, read};
use crate::io::ipc::table::IpcFile;
use crate::plan::{Flow, Scan, ScanRequest};
use arrow::array::{Array, RecordBatch};
use arrow::error::ArrowError;
use arrow_ipc::reader::{FileDecoder, StreamReader};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Rows of a record batch, or all of a stream.
struct Part {
    file: usize,
    /// The record batch; `None`: all of them, one after the other.
    batch: Option<usize>,
    rows: Range<usize>,
    /// Where the batch is kept while parts of it are read.
    held: Arc<Mutex<Held>>,
}

/// A record batch that several parts share.
struct Held {
    /// The parts that have not been read.
    left: usize,
    batch: Option<RecordBatch>,
}

/// Arrow IPC files being read.
pub struct IpcScan {
    schema: Schema,
    files: Arc<Vec<IpcFile>>,
    /// For each file the decoder with its dictionaries, made when first needed.
    decoders: Vec<OnceLock<Result<FileDecoder>>>,
    projection: Vec<usize>,
    parts: Vec<Part>,
    batch_rows: usize,
}

impl IpcScan {
    /// Cuts record batches.
    ///
    /// # Errors
    /// None that its making can raise.
    pub fn new(schema: Schema, files: Arc<Vec<IpcFile>>, request: &ScanRequest) -> Result<Self> {
        let batch_rows = request.batch_rows.max(1);
        let mut parts = Vec::new();
        for (file, one) in files.iter().enumerate() {
            if one.blocks.in_order {
                let held = Arc::new(Mutex::new(Held { left: 0, batch: None }));
                parts.push(Part { file, batch: None, rows: 0..0, held });
                continue;
            }
            for (batch, (_, rows)) in one.blocks.batches.iter().enumerate() {
                let rows = *rows as usize;
                let count = if rows > batch_rows + batch_rows / 2 { rows.div_ceil(batch_rows) } else { 1 };
                let step = rows.div_ceil(count).max(1);
                let held = Arc::new(Mutex::new(Held { left: count, batch: None }));
                parts.extend((0..count).map(|i| Part {
                    file,
                    batch: Some(batch),
                    rows: (i * step).min(rows)..((i + 1) * step).min(rows),
                    held: held.clone(),
                }));
            }
        }
        let decoders = files.iter().map(|_| OnceLock::new()).collect();
        let projection = request.projection.clone();
        Ok(IpcScan { schema, files, decoders, projection, parts, batch_rows })
    }

    /// Positions in the file of the columns that are wanted, each once.
    fn wanted(&self, file: usize) -> Vec<usize> {
        let mut wanted: Vec<usize> =
            self.projection.iter().map(|&column| self.files[file].roots[column]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    fn decoder(&self, file: usize) -> Result<&FileDecoder> {
        let made = self.decoders[file].get_or_init(|| {
            let IpcFile { input, blocks, .. } = &self.files[file];
            let Blocks { schema, version, dictionaries, .. } = blocks;
            let mut decoder = FileDecoder::new(schema.clone(), *version).with_projection(self.wanted(file));
            let opened = input.open()?;
            for block in dictionaries {
                let bytes = read(input, &opened, block, None)?;
                guarded(input, || decoder.read_dictionary(block, &bytes))?;
            }
            Ok(decoder)
        });
        made.as_ref().map_err(Clone::clone)
    }

    fn decode(&self, file: usize, batch: usize) -> Result<RecordBatch> {
        let IpcFile { input, blocks, .. } = &self.files[file];
        let (block, rows) = &blocks.batches[batch];
        let decoder = self.decoder(file)?;
        let (all, roots) = (blocks.schema.fields(), self.wanted(file));
        let bytes = read(input, &input.open()?, block, Some((all, &roots)))?;
        let found = guarded(input, || decoder.read_record_batch(block, &bytes))?;
        match found {
            Some(found) if found.num_rows() as u64 == *rows => Ok(found),
            _ => Err(Error::new(ErrorKind::Corrupt, "a record batch without its rows").file(input.name())),
        }
    }

    /// The record batch of a part, decoded by the first who needs it and let go by the last.
    fn batch(&self, part: &Part, batch: usize) -> Result<RecordBatch> {
        let mut held = part.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = match held.batch.take() {
            Some(found) => found,
            None => self.decode(part.file, batch)?,
        };
        held.left = held.left.saturating_sub(1);
        if held.left > 0 {
            held.batch = Some(found.clone());
        }
        Ok(found)
    }

    /// Rows of a record batch as a batch of ours.
    fn columns(&self, file: usize, found: &RecordBatch, rows: Range<usize>) -> Result<Batch> {
        let wanted = self.wanted(file);
        let mut columns = Vec::with_capacity(self.projection.len());
        for &column in &self.projection {
            let field = &self.schema.fields()[column];
            let place = wanted.partition_point(|root| *root < self.files[file].roots[column]);
            let array = found.column(place).slice(rows.start, rows.len());
            let held = Column::new(array).map_err(|error| error.column(field.name.as_ref()))?;
            if held.dtype() != field.dtype.held() {
                return Err(Error::new(
                    ErrorKind::Corrupt,
                    format!("{} instead of {}", held.dtype(), field.dtype),
                )
                .column(field.name.as_ref()));
            }
            columns.push(held);
        }
        Batch::new(columns, rows.len())
    }

    fn parse(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let part = &self.parts[partition];
        let input = &self.files[part.file].input;
        let located =
            |error: Error| if error.file_name().is_none() { error.file(input.name()) } else { error };
        match part.batch {
            Some(_) if self.projection.is_empty() => {
                emit(Batch::new(Vec::new(), part.rows.len())?).map(|_| ())
            }
            Some(batch) => {
                let found = self.batch(part, batch)?;
                emit(self.columns(part.file, &found, part.rows.clone()).map_err(located)?).map(|_| ())
            }
            None => {
                let reading = Reading::new(Arc::new(input.open()?), 0);
                let wanted = self.wanted(part.file);
                let mut stream = guarded(input, || StreamReader::try_new_buffered(reading, Some(wanted)))?;
                while let Some(found) = guarded(input, || stream.next().transpose().map_err(in_stream))? {
                    for start in (0..found.num_rows()).step_by(self.batch_rows) {
                        let rows = start..(start + self.batch_rows).min(found.num_rows());
                        if emit(self.columns(part.file, &found, rows).map_err(located)?)? == Flow::Stop {
                            return Ok(());
                        }
                    }
                }
                Ok(())
            }
        }
    }
}

/// A stream that ends too early is damaged, not unreadable.
fn in_stream(error: ArrowError) -> ArrowError {
    match error {
        ArrowError::IoError(message, source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
            ArrowError::ParseError(message)
        }
        other => other,
    }
}

impl Scan for IpcScan {
    fn partitions(&self) -> usize {
        self.parts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        // What `emit` raises is an error of what is done with the rows, not of reading them.
        let mut raised = false;
        let mut emit = |batch| emit(batch).inspect_err(|_| raised = true);
        let result = self.parse(partition, &mut emit);
        result.map_err(|error| if raised { error } else { error.operation("read_ipc") })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        let part = &self.parts[partition];
        let batches = &self.files[part.file].blocks.batches;
        let before: u64 = batches.iter().take(part.batch.unwrap_or(0)).map(|(_, rows)| rows).sum();
        Some(before + part.rows.start as u64)
    }
}
