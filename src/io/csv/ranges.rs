//! The byte ranges that files are cut into: where the first record of each starts, found from what is known of those
//! before it.

use crate::error::Result;
use crate::io::csv::csv_file::CsvFile;
use crate::io::csv::split::{Near, State, Transition, first_record, near_before};
use crate::io::csv::table::CsvTable;
use crate::io::file::OpenFile;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

/// Bytes read at once; quotes are counted while they are in the cache.
const SLICE: usize = 256 << 10;

/// A range of one file: the records that start in it.
pub struct Part {
    /// The file.
    pub file: usize,
    /// Its first byte.
    pub start: u64,
    /// The byte after it.
    pub end: u64,
    /// What its quotes do, for the parts after it.
    transition: OnceLock<Result<Transition>>,
    /// The state before it, once known.
    state: OnceLock<State>,
    /// Where its first record starts, if the part before has been read to its end.
    pub first: OnceLock<u64>,
    /// How many records start in it.
    pub records: OnceLock<u64>,
}

impl Part {
    /// A range of a file of which nothing is known.
    pub fn new(file: usize, bytes: Range<u64>) -> Self {
        let (transition, state) = (OnceLock::new(), OnceLock::new());
        let (first, records) = (OnceLock::new(), OnceLock::new());
        Part { file, start: bytes.start, end: bytes.end, transition, state, first, records }
    }
}

/// The ranges of all files of a table.
pub struct Ranges {
    table: Arc<CsvTable>,
    /// One after the other, file by file.
    pub parts: Vec<Part>,
    /// Buffers to use again: fresh memory costs more than what is done with it.
    buffers: Mutex<Vec<Vec<u8>>>,
}

impl Ranges {
    /// Ranges of the files of a table.
    pub fn new(table: Arc<CsvTable>, parts: Vec<Part>) -> Self {
        Ranges { table, parts, buffers: Mutex::default() }
    }

    /// The file of a range.
    pub fn file(&self, part: &Part) -> &CsvFile {
        &self.table.files[part.file]
    }

    /// The parts of the same file before this one.
    pub fn before(&self, partition: usize) -> &[Part] {
        let file = self.parts[partition].file;
        let first = self.parts[..partition].partition_point(|part| part.file < file);
        &self.parts[first..partition]
    }

    /// Tells the part after this one where its first record starts.
    pub fn ends(&self, partition: usize, next: u64) {
        if let Some(after) =
            self.parts.get(partition + 1).filter(|part| part.file == self.parts[partition].file)
        {
            let _ = after.first.set(next);
        }
    }

    /// A buffer to use, and to give back.
    pub fn buffer(&self) -> Vec<u8> {
        self.buffers.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub fn keep(&self, buffer: Vec<u8>) {
        self.buffers.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(buffer);
    }

    /// What the quotes of a part do from one of its bytes on, which follows `previous`.
    fn quotes(&self, part: &Part, from: u64, previous: u8, file: &OpenFile) -> Result<Transition> {
        let dialect = &self.file(part).layout.dialect;
        let mut slice = self.buffer();
        if slice.len() < SLICE {
            slice.resize(SLICE, 0);
        }
        let (mut transition, mut previous) = (Transition::IDENTITY, previous);
        for at in (from..part.end).step_by(SLICE) {
            let slice = &mut slice[..SLICE.min((part.end - at) as usize)];
            file.read_at(slice, at)?;
            transition = transition.then(slice, previous, dialect);
            previous = slice[slice.len() - 1];
        }
        self.keep(slice);
        Ok(transition)
    }

    /// What the quotes of a part do.
    fn transition(&self, part: &Part, file: &OpenFile) -> Result<Transition> {
        let find = || self.quotes(part, part.start, previous(part, self.file(part), file)?, file);
        part.transition.get_or_init(find).clone()
    }

    /// What the bytes right before a part tell of the state there.
    fn near(&self, partition: usize, file: &OpenFile) -> Result<Near> {
        let (part, mut buffer) = (&self.parts[partition], self.buffer());
        let one = self.file(part);
        let near = near_before(part.start, one.start, file, &one.layout.dialect, &mut buffer)?;
        self.keep(buffer);
        Ok(near)
    }

    /// The state before a part: from the nearest part of which something is known, transition by transition.
    fn state(&self, partition: usize, file: &OpenFile) -> Result<State> {
        let part = &self.parts[partition];
        if let Some(state) = part.state.get() {
            return Ok(*state);
        }
        if let Near::Known(state) = self.near(partition, file)? {
            return Ok(*part.state.get_or_init(|| state));
        }
        let before = self.before(partition);
        let first = |part: &Part| part.first.get().copied().filter(|first| *first < part.end);
        let known = before.iter().rposition(|part| part.state.get().is_some() || first(part).is_some());
        let mut between = &before[known.unwrap_or(0)..];
        let mut state = State::Outside;
        if let [part, rest @ ..] = between
            && part.state.get().is_none()
            && let Some(first) = first(part)
        {
            // Where a record starts, no quote is open.
            state = self.quotes(part, first, b'\n', file)?.apply(State::Outside);
            between = rest;
        }
        // Backwards, so that threads that begin at different places do not wait for one another.
        for part in between.iter().rev() {
            self.transition(part, file)?;
        }
        for part in between {
            state = *part.state.get_or_init(|| state);
            state = self.transition(part, file)?.apply(state);
        }
        Ok(*part.state.get_or_init(|| state))
    }

    /// Where the first record of a part starts; `None` if none starts in it.
    ///
    /// # Errors
    /// `Io`.
    pub fn first(&self, partition: usize, file: &OpenFile) -> Result<Option<u64>> {
        let part = &self.parts[partition];
        if part.start == self.file(part).start {
            return Ok(Some(part.start));
        }
        match part.first.get() {
            Some(first) => Ok(Some(*first)),
            None => self.first_in(part, self.state(partition, file)?, file),
        }
    }

    /// Where the first record of a part starts most likely: where no quote is near, none is open. `None` where that is
    /// known, or cannot be guessed.
    ///
    /// # Errors
    /// `Io`.
    pub fn likely_first(&self, partition: usize, file: &OpenFile) -> Result<Option<u64>> {
        let part = &self.parts[partition];
        let known = part.start == self.file(part).start || part.first.get().is_some();
        if known || part.state.get().is_some() || self.near(partition, file)? != Near::Quiet {
            return Ok(None);
        }
        self.first_in(part, State::Outside, file)
    }

    fn first_in(&self, part: &Part, state: State, file: &OpenFile) -> Result<Option<u64>> {
        let dialect = &self.file(part).layout.dialect;
        let (size, offset) = ((part.end - part.start) as usize + 1, part.start - 1);
        let (mut buffer, mut filled) = (self.buffer(), 0);
        loop {
            let wanted = size.min((filled * 2).max(4096));
            if buffer.len() < wanted {
                buffer.resize(wanted, 0);
            }
            file.read_at(&mut buffer[filled..wanted], offset + filled as u64)?;
            filled = wanted;
            let found = first_record(&buffer[1..filled], buffer[0], state, dialect);
            if found.is_some() || filled == size {
                self.keep(buffer);
                return Ok(found.map(|at| part.start + at as u64));
            }
        }
    }
}

/// Where the first record of a part starts, for certain or most likely.
pub struct First<'a> {
    /// The part.
    pub partition: usize,
    /// Its file.
    pub file: &'a OpenFile,
    /// The byte.
    pub at: u64,
    /// Whether it is certain.
    pub certain: bool,
}

impl First<'_> {
    /// Whether it is so: found out once, as late as possible, when the part before has most likely been read to its end.
    ///
    /// # Errors
    /// `Io`.
    pub fn holds(&mut self, ranges: &Ranges) -> Result<bool> {
        self.certain = self.certain || ranges.first(self.partition, self.file)? == Some(self.at);
        Ok(self.certain)
    }
}

/// The byte before a part; a line break before the first.
fn previous(part: &Part, one: &CsvFile, file: &OpenFile) -> Result<u8> {
    let mut byte = [b'\n'];
    if part.start > one.start {
        file.read_at(&mut byte, part.start - 1)?;
    }
    Ok(byte[0])
}
