//! Reads runs of records into columns.

use crate::data::{Batch, Column};
use crate::error::{Error, ErrorKind, Result};
use crate::io::json::build::{Append, Builder, Trouble};
use crate::io::json::spans::Span;
use crate::io::json::table::{JsonFile, JsonTable, array_text};
use crate::io::lines;
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::plan::{Flow, Scan, ScanRequest};
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

enum Run {
    Lines(Range<u64>),
    Array(Span),
}

/// JSON files being read.
pub struct JsonScan {
    table: Arc<JsonTable>,
    projection: Vec<usize>,
    parts: Vec<(usize, Run)>,
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
                    parts.extend(file.spans(size)?.iter().map(|span| (position, Run::Array(span.clone()))));
                }
            }
        }
        Ok(JsonScan { table, projection: request.projection.clone(), parts })
    }

    fn builder(&self) -> Builder {
        let columns = self.table.schema.names().zip(&self.table.guesses).enumerate();
        let columns = columns.map(|(column, (name, guess))| match self.projection.contains(&column) {
            true => (name.to_owned(), Builder::new(guess)),
            false => (name.to_owned(), Builder::skip()),
        });
        Builder::record(columns.collect())
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
        match run {
            Run::Array(span) => {
                let text = array_text(&opened, span, &file.input)?;
                let mut json = serde_json::Deserializer::from_str(&text);
                let rows = Records(Append { to: &mut record, trouble: &mut trouble, ignore_unknown });
                let parsed = json.deserialize_seq(rows).and_then(|()| json.end());
                if let Err(error) = parsed {
                    return Err(self.wrong(file, &error, trouble, span.first + record.rows() as u64, None));
                }
                if record.rows() == 0 && span.first > 0 {
                    return Err(Error::new(ErrorKind::Parse, "nothing stands after a comma")
                        .file(file.input.name())
                        .byte(span.bytes.start));
                }
            }
            Run::Lines(range) => {
                let (bytes, at) = lines::read(&opened, range, file.start)?;
                let text = lines::text(&bytes, at, &file.input)?;
                let mut place = at;
                for line in text.split_inclusive('\n') {
                    if !line.trim().is_empty() {
                        let done = record.rows() as u64;
                        let mut json = serde_json::Deserializer::from_str(line);
                        let row = Append { to: &mut record, trouble: &mut trouble, ignore_unknown };
                        let parsed = row.deserialize(&mut json).and_then(|()| json.end());
                        if let Err(error) = parsed {
                            let row = self.before(partition)? + done;
                            return Err(self.wrong(file, &error, trouble, row, Some(place)));
                        }
                    }
                    place += line.len() as u64;
                }
            }
        }
        let rows = record.rows();
        let mut built: Vec<Option<Builder>> = record.into_columns().into_iter().map(Some).collect();
        let mut arrays: Vec<Option<Column>> = vec![None; built.len()];
        for &column in &self.projection {
            if let Some(builder) = built[column].take() {
                let field = &self.table.schema.fields()[column];
                let mut array = builder.finish()?;
                if Column::new(array.clone())?.dtype() != &field.dtype {
                    let typed = cast(&array, &field.dtype, CastMode::Strict);
                    array = typed.map_err(|error| {
                        let error = match self.before(partition) {
                            Ok(first) => error.offset_row(first),
                            Err(_) => error.without_row(),
                        };
                        error.column(field.name.as_ref()).file(file.input.name())
                    })?;
                }
                arrays[column] = Some(Column::new(array)?);
            }
        }
        let columns = self.projection.iter().filter_map(|&column| arrays[column].clone());
        emit(Batch::new(columns.collect(), rows)?).map(|_| ())
    }

    /// How many records come before a partition in its file.
    fn before(&self, partition: usize) -> Result<u64> {
        let (position, run) = &self.parts[partition];
        let file = &self.table.files[*position];
        let range = match run {
            Run::Array(span) => return Ok(span.first),
            Run::Lines(range) => range,
        };
        let opened = file.input.open()?;
        let mut count = 0;
        for cut in lines::cut(file.start, range.start, 1 << 22) {
            let (bytes, _) = lines::read(&opened, &cut, file.start)?;
            let filled = |line: &&[u8]| line.iter().any(|byte| !byte.is_ascii_whitespace());
            count += bytes.split(|byte| *byte == b'\n').filter(filled).count() as u64;
        }
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
        let Trouble { mut path, message, value, widens } = trouble;
        path.reverse();
        let given = path.first().is_some_and(|name| self.table.options.dtypes.contains_key(name));
        if widens && !given && !path.is_empty() {
            self.table.contradicted.store(true, Ordering::Release);
        }
        let unknown = message.is_some() && !widens;
        let message = message.unwrap_or_else(|| format!("this is not JSON: {json}"));
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

/// Adds the elements of an array to a record.
struct Records<'a>(Append<'a>);

impl<'de> Visitor<'de> for Records<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Append { to, trouble, ignore_unknown } = self.0;
        while seq.next_element_seed(Append { to, trouble, ignore_unknown })?.is_some() {}
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
