//! Reads byte ranges of CSV files as batches; every range alone, record-safe.

use crate::data::{Batch, Column};
use crate::error::{Error, ErrorKind, Result};
use crate::io::csv::build::{Builder, Chunk, Wrong, builder};
use crate::io::csv::cursor::Cursor;
use crate::io::csv::infer::Guess;
use crate::io::csv::records::{Index, unquote};
use crate::io::csv::split::{State, Transition, first_record};
use crate::io::csv::table::{CsvFile, CsvTable};
use crate::io::file::OpenFile;
use crate::plan::{Flow, Scan, ScanRequest};
use std::sync::{Arc, Mutex, OnceLock};

/// Bytes read at once; quotes are counted while they are in the cache.
const SLICE: usize = 256 << 10;
/// Bytes read beyond a range for its last record.
const BEYOND: u64 = 16 << 10;
/// Limits up to this many rows are found exactly before reading.
const SMALL_LIMIT: u64 = 1 << 20;

/// A range of one file: the records that start in it.
struct Part {
    file: usize,
    start: u64,
    end: u64,
    /// What its quotes do, for the parts after it.
    transition: OnceLock<Result<Transition>>,
    /// The state before it, once known.
    state: OnceLock<State>,
    /// How many records start in it.
    records: OnceLock<u64>,
}

/// CSV files being read.
pub struct CsvScan {
    table: Arc<CsvTable>,
    projection: Vec<usize>,
    parts: Vec<Part>,
    batch_rows: usize,
    /// Buffers to use again: fresh memory costs more than what is done with it.
    buffers: Mutex<Vec<Vec<u8>>>,
}

impl CsvScan {
    /// Cuts the files into ranges.
    ///
    /// # Errors
    /// `Io`, and `Parse` for damage before a limit.
    pub fn new(table: Arc<CsvTable>, request: &ScanRequest) -> Result<Self> {
        let pushed = request.limit.filter(|&limit| request.predicate.is_none() && limit <= SMALL_LIMIT);
        let mut left = match (table.options.n_rows, pushed) {
            (Some(rows), Some(limit)) => Some(rows.min(limit)),
            (rows, limit) => rows.or(limit),
        };
        let mut parts = Vec::new();
        for (file, one) in table.files.iter().enumerate() {
            let mut end = one.input.size();
            if let Some(left) = &mut left {
                end = end_of(one, left)?;
            }
            let data = end - one.start;
            let count = data.div_ceil(table.options.partition_bytes(data));
            let step = data.div_ceil(count.max(1));
            parts.extend((0..count).map(|i| Part {
                file,
                start: one.start + (i * step).min(data),
                end: one.start + ((i + 1) * step).min(data),
                transition: OnceLock::new(),
                state: OnceLock::new(),
                records: OnceLock::new(),
            }));
        }
        Ok(CsvScan {
            projection: request.projection.clone(),
            parts,
            batch_rows: request.batch_rows.max(1),
            buffers: Mutex::default(),
            table,
        })
    }

    fn file(&self, part: &Part) -> &CsvFile {
        &self.table.files[part.file]
    }

    /// The parts of the same file before this one.
    fn before(&self, partition: usize) -> &[Part] {
        let file = self.parts[partition].file;
        let first = self.parts[..partition].partition_point(|part| part.file < file);
        &self.parts[first..partition]
    }

    fn is_last(&self, partition: usize) -> bool {
        self.parts.get(partition + 1).is_none_or(|next| next.file != self.parts[partition].file)
    }

    /// The state before a part: from the nearest part whose state is known, transition by transition.
    fn state(&self, partition: usize, file: &OpenFile) -> Result<State> {
        let before = self.before(partition);
        let known = before.iter().rposition(|part| part.state.get().is_some()).unwrap_or(0);
        let mut state = State::Outside;
        for part in &before[known..] {
            state = *part.state.get_or_init(|| state);
            let transition = part.transition.get_or_init(|| {
                let mut slice = vec![0; SLICE];
                let mut transition = Transition::IDENTITY;
                let mut previous = previous(part, self.file(part), file)?;
                for at in (part.start..part.end).step_by(SLICE) {
                    let slice = &mut slice[..SLICE.min((part.end - at) as usize)];
                    file.read_at(slice, at)?;
                    transition = transition.then(slice, previous, &self.file(part).layout.dialect);
                    previous = slice[slice.len() - 1];
                }
                Ok(transition)
            });
            state = transition.clone()?.apply(state);
        }
        Ok(*self.parts[partition].state.get_or_init(|| state))
    }

    /// Reads the bytes of a part (and one before, and some beyond) and finds its first record: buffer, the file
    /// offset of its first byte, bytes in it, and the place of the record.
    fn load(&self, partition: usize, file: &OpenFile) -> Result<(Vec<u8>, u64, usize, Option<usize>)> {
        let part = &self.parts[partition];
        let one = self.file(part);
        let first = part.start == one.start;
        let offset = if first { part.start } else { part.start - 1 };
        let filled = ((part.end + BEYOND).min(file.size()) - offset) as usize;
        let spare = self.buffers.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop();
        let mut buffer = spare.unwrap_or_default();
        if buffer.len() < filled {
            buffer.resize(filled, 0);
        }
        let dialect = &one.layout.dialect;
        let own = (part.end - offset) as usize;
        if dialect.quote.is_none() || self.is_last(partition) {
            file.read_at(&mut buffer[..filled], offset)?;
        } else {
            let mut read = 0;
            let transition = part.transition.get_or_init(|| {
                let mut transition = Transition::IDENTITY;
                let mut from = usize::from(!first);
                while read < own {
                    let end = filled.min(read + SLICE);
                    file.read_at(&mut buffer[read..end], offset + read as u64)?;
                    let previous = if from == 0 { b'\n' } else { buffer[from - 1] };
                    transition = transition.then(&buffer[from..end.min(own)], previous, dialect);
                    (read, from) = (end, end.min(own));
                }
                Ok(transition)
            });
            transition.clone()?;
            file.read_at(&mut buffer[read..filled], offset + read as u64)?;
        }
        if first {
            return Ok((buffer, offset, filled, Some(0)));
        }
        let state = self.state(partition, file)?;
        let found = first_record(&buffer[1..own], buffer[0], state, dialect).map(|at| at + 1);
        Ok((buffer, offset, filled, found))
    }

    fn keep(&self, buffer: Vec<u8>) {
        self.buffers.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(buffer);
    }

    /// Number of records of the file before a part.
    fn rows_before(&self, partition: usize) -> Result<u64> {
        let mut rows = 0;
        let first = partition - self.before(partition).len();
        for earlier in first..partition {
            rows += match self.parts[earlier].records.get() {
                Some(records) => *records,
                None => {
                    let records = self.count(earlier).map_err(|error| error.offset_row(rows))?;
                    *self.parts[earlier].records.get_or_init(|| records)
                }
            };
        }
        Ok(rows)
    }

    fn count(&self, partition: usize) -> Result<u64> {
        let part = &self.parts[partition];
        let one = self.file(part);
        let file = one.input.open()?;
        let (buffer, offset, filled, found) = self.load(partition, &file)?;
        let Some(at) = found else { return Ok(0) };
        let cursor = Cursor::new(&file, &one.layout, part.start, part.end);
        let mut cursor = cursor.with_buffer(buffer, offset, filled, at);
        let mut index = Index::default();
        while cursor.next(&mut index, usize::MAX)? {}
        let records = cursor.records();
        self.keep(cursor.into_buffer());
        Ok(records)
    }

    /// Rows of an error raised within a part counted from the file's start.
    fn located(&self, partition: usize, error: Error) -> Error {
        match (error.row_number(), self.rows_before(partition)) {
            (None, _) => error,
            (Some(_), Ok(rows)) => error.offset_row(rows),
            // Damage before the part is the first error of the file.
            (Some(_), Err(earlier)) => earlier,
        }
    }

    fn parse(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let part = &self.parts[partition];
        let one = self.file(part);
        let file = one.input.open()?;
        let (buffer, offset, filled, found) = self.load(partition, &file)?;
        let Some(at) = found else {
            self.keep(buffer);
            return Ok(());
        };
        let cursor = Cursor::new(&file, &one.layout, part.start, part.end);
        let mut cursor = cursor.with_buffer(buffer, offset, filled, at);
        let mut builders: Vec<Box<dyn Builder>> = Vec::with_capacity(self.projection.len());
        for &position in &self.projection {
            let column = &self.table.columns[position];
            builders.push(builder(&column.dtype, &self.table.nulls, column.dictionary.as_ref())?);
        }
        let mut index = Index::default();
        let mut pending = 0;
        loop {
            let before = cursor.records();
            let more = cursor.next(&mut index, self.batch_rows - pending);
            if !more.map_err(|error| self.located(partition, error))? {
                break;
            }
            let text = simdutf8::basic::from_utf8(cursor.chunk()).map_err(|_| {
                let (error, at) = self.not_utf8(cursor.chunk(), &index, one);
                self.located(partition, error.offset_row(before).byte(cursor.byte(at)))
            })?;
            let chunk = Chunk { text, index: &index };
            for (builder, &position) in builders.iter_mut().zip(&self.projection) {
                builder.append(&chunk, one.fields[position]).map_err(|Wrong(record)| {
                    let error = self.wrong(&chunk, record, one, position).row(before + record as u64);
                    self.located(partition, error)
                })?;
            }
            pending += index.records();
            if pending >= self.batch_rows {
                if emit(batch(&mut builders, pending)?)? == Flow::Stop {
                    return Ok(());
                }
                pending = 0;
            }
        }
        let _ = part.records.set(cursor.records());
        self.keep(cursor.into_buffer());
        if pending > 0 {
            emit(batch(&mut builders, pending)?)?;
        }
        Ok(())
    }

    /// The error of a value that is not of its column's type.
    fn wrong(&self, chunk: &Chunk<'_>, record: usize, file: &CsvFile, position: usize) -> Error {
        let (start, end) = chunk.index.field(record, file.fields[position]);
        let raw = &chunk.text[start..end];
        let mut scratch = String::new();
        let value = match file.layout.dialect.quote {
            Some(quote) => unquote(raw, quote, &mut scratch),
            None => raw,
        };
        let column = &self.table.columns[position];
        let name = self.table.schema.fields()[position].name.as_ref();
        let error = Error::new(ErrorKind::Parse, format!("this is no {}", column.dtype))
            .file(file.layout.name.as_str())
            .column(name)
            .value(value);
        if !column.guessed {
            return error;
        }
        let advice = Guess::advice(&column.dtype, value);
        error.hint(format!("the type was guessed from a sample; pass dtypes={{{name:?}: \"{advice}\"}}"))
    }

    /// The error of bytes that are not UTF-8 (row within the chunk), and where they are.
    fn not_utf8(&self, bytes: &[u8], index: &Index, file: &CsvFile) -> (Error, usize) {
        let at = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        let error = Error::new(ErrorKind::Parse, "this is not UTF-8")
            .file(file.layout.name.as_str())
            .hint("convert the file to UTF-8 first");
        for record in 0..index.records() {
            for field in 0..index.fields() {
                let (start, end) = index.field(record, field);
                if (start..end).contains(&at) {
                    let error = error.row(record as u64).value(String::from_utf8_lossy(&bytes[start..end]));
                    let position = file.fields.iter().position(|&other| other == field);
                    let name = position.map(|position| self.table.schema.fields()[position].name.clone());
                    return match name {
                        Some(name) => (error.column(name.as_ref()), at),
                        None => (error, at),
                    };
                }
            }
        }
        (error, at)
    }
}

fn batch(builders: &mut [Box<dyn Builder>], rows: usize) -> Result<Batch> {
    let columns: Vec<Column> = builders.iter_mut().map(|builder| builder.finish()).collect::<Result<_>>()?;
    Batch::new(columns, rows)
}

/// The byte before a part; a line break before the first.
fn previous(part: &Part, one: &CsvFile, file: &OpenFile) -> Result<u8> {
    let mut byte = [b'\n'];
    if part.start > one.start {
        file.read_at(&mut byte, part.start - 1)?;
    }
    Ok(byte[0])
}

/// The byte after the first `left` records of a file; takes the records found off `left`.
fn end_of(one: &CsvFile, left: &mut u64) -> Result<u64> {
    let file = one.input.open()?;
    let mut cursor = Cursor::new(&file, &one.layout, one.start, one.input.size());
    let mut index = Index::default();
    let wanted = *left;
    while cursor.records() < wanted {
        let most = usize::try_from(wanted - cursor.records()).unwrap_or(usize::MAX);
        if !cursor.next(&mut index, most)? {
            break;
        }
    }
    *left -= cursor.records();
    Ok(cursor.position())
}

impl Scan for CsvScan {
    fn partitions(&self) -> usize {
        self.parts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        // What `emit` raises is an error of what is done with the rows, not of reading them.
        let mut raised = false;
        let mut emit = |batch| emit(batch).inspect_err(|_| raised = true);
        let result = self.parse(partition, &mut emit);
        result.map_err(|error| if raised { error } else { error.operation("read_csv") })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        self.rows_before(partition).ok()
    }
}
