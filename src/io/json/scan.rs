//! Reads runs of records into columns.

use crate::data::{Batch, Column, Field};
use crate::error::{Error, ErrorKind, Result};
use crate::io::json::build::{Append, Builder, Trouble};
use crate::io::json::policy::fitted;
use crate::io::json::table::{JsonFile, JsonTable, as_array};
use crate::io::lines;
use crate::io::rejects::{OnError, Reject};
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::plan::{Flow, Scan, ScanRequest};
use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::filter;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use std::fmt;
use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

/// A line that is not empty.
struct Line<'a> {
    partition: usize,
    text: &'a str,
    /// Where it begins in the file.
    byte: u64,
    /// How many come before it in its partition.
    before: u64,
}

enum Run {
    Lines(Range<u64>),
    /// A piece of the file's array.
    Piece(usize),
}

/// JSON files being read.
pub struct JsonScan {
    table: Arc<JsonTable>,
    projection: Vec<usize>,
    parts: Vec<(usize, Run)>,
    /// How many records come before each part in its file, once asked for.
    firsts: Vec<OnceLock<u64>>,
}

impl JsonScan {
    /// Cuts files into runs of records.
    ///
    /// # Errors
    /// `Parse` for an array that is not whole; `Io`.
    pub fn new(table: Arc<JsonTable>, request: &ScanRequest) -> Result<Self> {
        let mut parts = Vec::new();
        for (position, file) in table.files.iter().enumerate() {
            let size = lines::partition_bytes(table.options.partition_bytes, file.input.size());
            match file.lines {
                true => {
                    let cuts = lines::cut(file.start, file.input.size(), size);
                    parts.extend(cuts.into_iter().map(|range| (position, Run::Lines(range))));
                }
                false => {
                    parts.extend((0..file.array(size)?.pieces()).map(|piece| (position, Run::Piece(piece))));
                }
            }
        }
        let firsts = parts.iter().map(|_| OnceLock::new()).collect();
        Ok(JsonScan { table, projection: request.projection.clone(), parts, firsts })
    }

    fn builder(&self) -> Builder {
        let columns = self.table.schema.names().zip(&self.table.guesses).enumerate();
        let read = self.read_columns();
        let columns = columns.map(|(column, (name, guess))| match read.contains(&column) {
            true => (name.to_owned(), Builder::new(guess)),
            false => (name.to_owned(), Builder::skip()),
        });
        Builder::record(columns.collect())
    }

    /// The columns wanted, and those that decide which lines are left out, whatever is wanted; by position.
    fn read_columns(&self) -> Vec<usize> {
        let options = &self.table.options;
        let decides = |name: &str| options.on_error.leaves_out() && options.dtypes.contains_key(name);
        let columns = self.table.schema.names().enumerate();
        let read = columns.filter(|(column, name)| self.projection.contains(column) || decides(name));
        read.map(|(column, _)| column).collect()
    }

    fn ignore_unknown(&self) -> bool {
        self.table.options.ignore_unknown || self.table.options.columns.is_some()
    }

    fn parse(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let (position, run) = &self.parts[partition];
        let file = &self.table.files[*position];
        let opened = file.input.open()?;
        let mut record = self.builder();
        let mut trouble = Trouble::default();
        let ignore_unknown = self.ignore_unknown();
        let raises = self.table.options.on_error == OnError::Raise;
        // The lines of the rows, where they are not simply all of them.
        let mut kept: Vec<Line<'_>> = Vec::new();
        let (bytes, at);
        match run {
            Run::Piece(piece) => {
                let array = file.array(0)?;
                let Some(range) = array.elements(*piece, &opened)? else { return Ok(()) };
                let bytes = as_array(&opened, &range)?;
                let text = lines::text(&bytes, range.start - 1, &file.input)?;
                let mut json = serde_json::Deserializer::from_str(text);
                let rows = Append { to: &mut record, trouble: &mut trouble, ignore_unknown, nulled: &[] };
                let rows = Records(rows);
                let parsed = json.deserialize_seq(rows).and_then(|()| json.end());
                if let Err(error) = parsed {
                    // Brackets that do not fit explain more than what they lead to.
                    array.check()?;
                    let row = array.before(range.start)? + record.rows() as u64;
                    return Err(self.wrong(file, &error, trouble, row, None));
                }
            }
            Run::Lines(range) => {
                (bytes, at) = lines::read(&opened, range, file.start)?;
                let text = lines::text(&bytes, at, &file.input)?;
                let (mut place, mut seen) = (at, 0);
                for line in text.split_inclusive('\n') {
                    if !line.trim().is_empty() {
                        let line = Line { partition, text: line, byte: place, before: seen };
                        if self.add(&line, &mut record)? && !raises {
                            kept.push(line);
                        }
                        seen += 1;
                    }
                    place += line.len() as u64;
                }
            }
        }
        let rows = record.rows();
        let mut built: Vec<Option<Builder>> = record.into_columns().into_iter().map(Some).collect();
        let mut arrays: Vec<Option<Column>> = vec![None; built.len()];
        let mut left_out = vec![false; if raises { 0 } else { rows }];
        for column in self.read_columns() {
            if let Some(builder) = built[column].take() {
                let field = &self.table.schema.fields()[column];
                let mut array = builder.finish()?;
                if Column::new(array.clone())?.dtype() != &field.dtype {
                    array = match raises {
                        true => self.typed(partition, field, &array)?,
                        false => {
                            let (typed, wrong) = fitted(&array, &field.dtype)
                                .map_err(|error| error.column(field.name.as_ref()).file(file.input.name()))?;
                            for (row, error) in wrong {
                                if !std::mem::replace(&mut left_out[row], true) {
                                    let value = error.offending_value().unwrap_or_default();
                                    let error = Error::new(ErrorKind::Parse, error.message()).value(value);
                                    self.reject(&kept[row], error.column(field.name.as_ref()))?;
                                }
                            }
                            typed
                        }
                    };
                }
                arrays[column] = Some(Column::new(array)?);
            }
        }
        let mut columns: Vec<Column> =
            self.projection.iter().filter_map(|&column| arrays[column].clone()).collect();
        if !self.table.options.on_error.leaves_out() || !left_out.contains(&true) {
            return emit(Batch::new(columns, rows)?).map(|_| ());
        }
        let wanted: BooleanArray = left_out.iter().map(|left_out| Some(!left_out)).collect();
        for column in &mut columns {
            *column = Column::new(filter(column.array(), &wanted)?)?;
        }
        emit(Batch::new(columns, wanted.true_count())?).map(|_| ())
    }

    /// A column as the type given for it.
    fn typed(&self, partition: usize, field: &Field, array: &ArrayRef) -> Result<ArrayRef> {
        cast(array, &field.dtype, CastMode::Strict).map_err(|error| {
            let error = match self.before(partition) {
                Ok(first) => error.offset_row(first),
                Err(_) => error.without_row(),
            };
            error.column(field.name.as_ref()).file(self.file(partition).input.name())
        })
    }

    fn file(&self, partition: usize) -> &JsonFile {
        &self.table.files[self.parts[partition].0]
    }

    /// Adds the record of a line, if it is not to be left out.
    fn add(&self, line: &Line<'_>, record: &mut Builder) -> Result<bool> {
        let (options, done) = (&self.table.options, record.rows());
        let mut nulled: Vec<String> = Vec::new();
        loop {
            let (mut trouble, ignore_unknown) = (Trouble::default(), self.ignore_unknown());
            let row = Append { to: record, trouble: &mut trouble, ignore_unknown, nulled: &nulled };
            let mut json = serde_json::Deserializer::from_str(line.text);
            let parsed = row.deserialize(&mut json).and_then(|()| json.end());
            let Err(error) = parsed else { return Ok(true) };
            let column = trouble.path.last().cloned();
            let given = column.filter(|name| trouble.widens && options.dtypes.contains_key(name));
            // What only the sample says is no error of the line, if there is no other.
            let guessed = trouble.unknown || (trouble.widens && given.is_none() && !trouble.path.is_empty());
            let broken = match guessed && options.on_error.leaves_out() {
                true => serde_json::from_str::<IgnoredAny>(line.text).err(),
                false => None,
            };
            let guessed = guessed && broken.is_none();
            let reason = broken.map_or_else(|| reason(&trouble, &error), |broken| not_json(&broken));
            match (options.on_error, given) {
                (OnError::Null, Some(name)) => nulled.push(name),
                (OnError::Skip | OnError::Quarantine, given) if !guessed => {
                    record.truncate(done);
                    let text = if given.is_some() { &trouble.value } else { line.text.trim() };
                    let error = Error::new(ErrorKind::Parse, reason).value(text);
                    let error = given.into_iter().fold(error, Error::column);
                    self.reject(line, error)?;
                    return Ok(false);
                }
                _ => {
                    let row = self.before(line.partition)? + line.before;
                    return Err(self.wrong(self.file(line.partition), &error, trouble, row, Some(line.byte)));
                }
            }
            record.truncate(done);
        }
    }

    /// Keeps a line aside if it is to be told: the error says why.
    fn reject(&self, line: &Line<'_>, error: Error) -> Result<()> {
        if self.table.options.on_error != OnError::Quarantine {
            return Ok(());
        }
        let reject = Reject {
            file: self.file(line.partition).input.name(),
            row: self.before(line.partition)? + line.before,
            column: error.column_name().map(str::to_owned),
            text: error.offending_value().unwrap_or_default().to_owned(),
            reason: error.message().to_owned(),
        };
        self.table.rejects.keep(self.parts[line.partition].0, line.byte, reject);
        Ok(())
    }

    /// How many records come before a partition in its file.
    fn before(&self, partition: usize) -> Result<u64> {
        let (position, run) = &self.parts[partition];
        let file = &self.table.files[*position];
        if let Some(known) = self.firsts[partition].get() {
            return Ok(*known);
        }
        let opened = file.input.open()?;
        let range = match run {
            Run::Piece(piece) => {
                let begin = file.array(0)?.elements(*piece, &opened)?.map_or(0, |range| range.start);
                let count = file.array(0)?.before(begin)?;
                let _ = self.firsts[partition].set(count);
                return Ok(count);
            }
            Run::Lines(range) => range,
        };
        let mut count = 0;
        for cut in lines::cut(file.start, range.start, 1 << 22) {
            let (bytes, _) = lines::read(&opened, &cut, file.start)?;
            let filled = |line: &&[u8]| line.iter().any(|byte| !byte.is_ascii_whitespace());
            count += bytes.split(|byte| *byte == b'\n').filter(filled).count() as u64;
        }
        let _ = self.firsts[partition].set(count);
        Ok(count)
    }

    fn wrong(
        &self,
        file: &JsonFile,
        json: &serde_json::Error,
        trouble: Trouble,
        row: u64,
        byte: Option<u64>,
    ) -> Error {
        let message = reason(&trouble, json);
        let Trouble { mut path, value, widens, unknown, .. } = trouble;
        path.reverse();
        let given = path.first().is_some_and(|name| self.table.options.dtypes.contains_key(name));
        if widens && !given && !path.is_empty() {
            self.table.contradicted.store(true, Ordering::Release);
        }
        let mut error = Error::new(ErrorKind::Parse, message).file(file.input.name()).row(row);
        if let Some(byte) = byte {
            error = error.byte(byte);
        }
        if !path.is_empty() {
            error = error.column(path.join("."));
        }
        if widens {
            error = error.value(value);
        }
        match unknown {
            true => error.hint("raise sample_bytes, name the column in dtypes, or set ignore_unknown"),
            false => error,
        }
    }
}

/// What is wrong with a record.
fn reason(trouble: &Trouble, json: &serde_json::Error) -> String {
    trouble.message.clone().unwrap_or_else(|| not_json(json))
}

fn not_json(error: &serde_json::Error) -> String {
    format!("this is not JSON: {error}")
}

/// Adds the elements of an array to a record.
struct Records<'a>(Append<'a>);

impl<'de> Visitor<'de> for Records<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Append { to, trouble, ignore_unknown, nulled } = self.0;
        while seq.next_element_seed(Append { to, trouble, ignore_unknown, nulled })?.is_some() {}
        Ok(())
    }
}

impl Scan for JsonScan {
    fn partitions(&self) -> usize {
        self.parts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        // What `emit` raises is an error of what is done with the rows, not of reading them.
        let mut raised = false;
        let mut emit = |batch| emit(batch).inspect_err(|_| raised = true);
        let result = self.parse(partition, &mut emit);
        result.map_err(|error| if raised { error } else { error.operation("read_json") })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        self.before(partition).ok()
    }
}
