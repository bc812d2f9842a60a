//! JSON files as a table: columns and types from a sample.

use crate::data::{DType, Field, Schema};
use crate::error::{Error, ErrorKind, Result};
use crate::io::compressed::ready;
use crate::io::file::InputFile;
use crate::io::folders::{self, FileOptions};
use crate::io::json::build::record_fields;
use crate::io::json::guess::{Guess, Look};
use crate::io::json::options::{EXTENSIONS, JsonOptions};
use crate::io::json::scan::JsonScan;
use crate::io::json::spans::{Span, spans};
use crate::io::{lines, paths};
use crate::plan::{Refined, Scan, ScanRequest, SourceSpec, TableSource};
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Opens files, patterns and folders as one table.
///
/// # Errors
/// As [`JsonSource::open`]; `Shape` or `Type` where files do not fit together.
pub fn open(paths: &[PathBuf], options: JsonOptions) -> Result<Arc<dyn TableSource>> {
    let spec = spec(paths.iter().map(|path| path.display().to_string()).collect(), &options)?;
    let one = |paths: &[PathBuf]| -> Result<Arc<dyn TableSource>> {
        let own = JsonOptions { files: FileOptions::default(), ..options.clone() };
        Ok(Arc::new(JsonSource::open(paths, own)?))
    };
    folders::open(paths, &options.files, EXTENSIONS, spec, &one).map_err(|error| error.operation("read_json"))
}

fn spec(paths: Vec<String>, options: &JsonOptions) -> Result<SourceSpec> {
    let options = serde_json::to_string(options).map_err(|error| Error::internal(error.to_string()))?;
    Ok(SourceSpec { format: "json".to_owned(), paths, options })
}

/// One file of the table.
pub struct JsonFile {
    /// Where it is.
    pub input: InputFile,
    /// Whether each line is a record.
    pub lines: bool,
    /// The byte after the mark of the encoding.
    pub start: u64,
    /// The runs of its array, found when first needed.
    spans: OnceLock<Result<Vec<Span>>>,
}

/// What was found out when the files were opened.
pub struct JsonTable {
    /// Names and types.
    pub schema: Schema,
    /// What the values of each column are before they get its type.
    pub guesses: Vec<Guess>,
    /// The files in order.
    pub files: Arc<Vec<JsonFile>>,
    /// How to read.
    pub options: JsonOptions,
    /// Whether a value has been met that is not of its column's guessed type.
    pub contradicted: AtomicBool,
}

/// JSON files as a table source.
///
/// Whole numbers that 64 bits do not hold are floats. A column with values of several kinds is text: values that are no
/// text are JSON in it. What a record lacks is null.
#[derive(Clone)]
pub struct JsonSource {
    table: Arc<JsonTable>,
}

impl JsonSource {
    /// Opens files (paths or patterns) as one table: reads a sample of each.
    ///
    /// # Errors
    /// `FileNotFound`, `Io`, `Corrupt` for damaged compressed files, `Parse` for a sample that is no JSON,
    /// `ColumnNotFound` for names in the options that no record of the sample has.
    pub fn open(paths: &[PathBuf], options: JsonOptions) -> Result<Self> {
        JsonSource::inspect(paths, options).map_err(|error| error.operation("read_json"))
    }

    fn inspect(paths: &[PathBuf], options: JsonOptions) -> Result<Self> {
        let inputs = paths::expand(paths)?;
        let budget = (options.sample_bytes / inputs.len() as u64).max(options.sample_bytes.min(16 << 10));
        let mut record = Guess::Struct(Vec::new());
        let mut files = Vec::with_capacity(inputs.len());
        for input in inputs {
            let file = JsonFile::new(ready(input, options.compression)?, &options)?;
            file.sample(budget, &mut record)?;
            files.push(file);
        }
        JsonSource::of(record, Arc::new(files), options)
    }

    fn of(record: Guess, files: Arc<Vec<JsonFile>>, options: JsonOptions) -> Result<Self> {
        let Guess::Struct(mut seen) = record else {
            return Err(Error::new(ErrorKind::Parse, "the records are no objects"));
        };
        for name in options
            .dtypes
            .keys()
            .filter(|name| seen.iter().all(|(known, _)| known != *name))
            .collect::<Vec<_>>()
        {
            seen.push((name.clone(), Guess::Null));
        }
        if let Some(wanted) = &options.columns {
            if let Some(missing) = wanted.iter().find(|name| seen.iter().all(|(known, _)| known != *name)) {
                return Err(Error::column_not_found(missing, seen.iter().map(|(name, _)| name.as_str())));
            }
            seen.retain(|(name, _)| wanted.contains(name));
        }
        let found = record_fields(&Guess::Struct(seen.clone()));
        let fields = found.into_iter().map(|field| match options.dtypes.get(field.name.as_ref()) {
            Some(given) => Field::new(field.name.as_ref(), given.clone()),
            None => field,
        });
        let schema = Schema::new(fields.collect())?;
        let guesses = seen.into_iter().map(|(name, guess)| match options.dtypes.get(&name) {
            Some(given) => Guess::of(given),
            None => guess,
        });
        let (guesses, contradicted) = (guesses.collect(), AtomicBool::new(false));
        Ok(JsonSource { table: Arc::new(JsonTable { schema, guesses, files, options, contradicted }) })
    }
}

impl JsonFile {
    fn new(input: InputFile, options: &JsonOptions) -> Result<Self> {
        let file = input.open()?;
        let mut head = vec![0; file.size().min(4096) as usize];
        file.read_at(&mut head, 0)?;
        let start = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let first = head[start..].iter().find(|byte| !byte.is_ascii_whitespace());
        let lines = options.lines.unwrap_or(first != Some(&b'['));
        Ok(JsonFile { input, lines, start: start as u64, spans: OnceLock::new() })
    }

    /// The runs of the array, of about the given size the first time.
    pub fn spans(&self, size: u64) -> Result<&[Span]> {
        match self.spans.get_or_init(|| spans(&self.input, size)) {
            Ok(spans) => Ok(spans),
            Err(error) => Err(error.clone()),
        }
    }

    fn sample(&self, budget: u64, record: &mut Guess) -> Result<()> {
        let (file, size) = (self.input.open()?, self.input.size());
        if !self.lines {
            let mut bytes = vec![0; budget.min(size - self.start) as usize];
            file.read_at(&mut bytes, self.start)?;
            let whole = self.start + bytes.len() as u64 == size;
            let text = match (std::str::from_utf8(&bytes), whole) {
                (Err(error), false) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or(""),
                _ => lines::text(&bytes, self.start, &self.input)?,
            };
            let mut json = serde_json::Deserializer::from_str(text);
            return match json.deserialize_seq(Elements(record)) {
                Err(error) if whole || !error.is_eof() => Err(self.damaged(&error, 0)),
                _ => Ok(()),
            };
        }
        // The beginning, and places over the rest.
        let windows = if size - self.start <= budget { 1 } else { 4 };
        for window in 0..windows {
            let begin = self.start + (size - self.start) / windows * window;
            let end = (begin + budget / windows).min(size);
            let end = if windows == 1 { size } else { end };
            let (bytes, at) = lines::read(&file, &(begin..end), self.start)?;
            self.look(lines::text(&bytes, at, &self.input)?, at, record)?;
        }
        Ok(())
    }

    fn look(&self, text: &str, at: u64, record: &mut Guess) -> Result<()> {
        let mut place = at;
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() {
                let mut json = serde_json::Deserializer::from_str(line);
                let looked = Look(record).deserialize(&mut json).and_then(|()| json.end());
                looked.map_err(|error| self.damaged(&error, place))?;
            }
            place += line.len() as u64;
        }
        Ok(())
    }

    fn damaged(&self, error: &serde_json::Error, byte: u64) -> Error {
        Error::new(ErrorKind::Parse, format!("this is not JSON: {error}")).file(self.input.name()).byte(byte)
    }

    /// Looks at all records.
    fn survey(&self, size: u64, record: &mut Guess, check: &dyn Fn() -> Result<()>) -> Result<()> {
        let file = self.input.open()?;
        if !self.lines {
            for span in self.spans(size)? {
                check()?;
                let text = JsonScan::array_text(&file, span, &self.input)?;
                let mut json = serde_json::Deserializer::from_str(&text);
                json.deserialize_seq(Elements(record))
                    .map_err(|error| self.damaged(&error, span.bytes.start))?;
            }
            return Ok(());
        }
        for range in lines::cut(self.start, self.input.size(), size) {
            check()?;
            let (bytes, at) = lines::read(&file, &range, self.start)?;
            self.look(lines::text(&bytes, at, &self.input)?, at, record)?;
        }
        Ok(())
    }
}

/// Looks at the elements of an array.
struct Elements<'a>(&'a mut Guess);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Look(self.0))?.is_some() {}
        Ok(())
    }
}

impl fmt::Debug for JsonSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl TableSource for JsonSource {
    fn schema(&self) -> &Schema {
        &self.table.schema
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        let inputs: Vec<InputFile> = self.table.files.iter().map(|file| file.input.clone()).collect();
        format!("json {}", paths::describe(&inputs))
    }

    fn codes(&self) -> bool {
        true
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        let scan = JsonScan::new(self.table.clone(), request);
        Ok(Arc::new(scan.map_err(|error| error.operation("read_json"))?))
    }

    fn refined(&self, check: &dyn Fn() -> Result<()>) -> Result<Option<Refined>> {
        let table = &self.table;
        if !table.contradicted.load(Ordering::Acquire) {
            return Ok(None);
        }
        let names = table.schema.names().map(str::to_owned);
        let mut record = Guess::Struct(names.zip(table.guesses.iter().cloned()).collect());
        for file in table.files.iter() {
            let size = lines::partition_bytes(table.options.partition_bytes, file.input.size());
            file.survey(size, &mut record, check).map_err(|error| error.operation("read_json"))?;
        }
        // Fields that the sample lacks are no columns.
        if let Guess::Struct(seen) = &mut record {
            seen.retain(|(name, _)| table.schema.contains(name));
        }
        let source = JsonSource::of(record, table.files.clone(), table.options.clone())?;
        let changed = table.schema.fields().iter().zip(source.schema().fields());
        let changed = changed.filter(|(before, after)| before.dtype != after.dtype);
        let warnings: Vec<String> = changed
            .map(|(before, after)| {
                format!(
                    "column {:?} was taken for {} from a sample; it is read as {}",
                    before.name,
                    text(&before.dtype),
                    text(&after.dtype)
                )
            })
            .collect();
        Ok((!warnings.is_empty()).then(|| Refined { source: Arc::new(source), warnings }))
    }

    fn spec(&self) -> Option<SourceSpec> {
        spec(self.table.files.iter().map(|file| file.input.name()).collect(), &self.table.options).ok()
    }
}

fn text(dtype: &DType) -> String {
    dtype.to_string()
}
