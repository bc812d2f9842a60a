//! JSON files as a table: columns and types from a sample.

use crate::data::{DType, Field, Frame, Schema};
use crate::error::{Error, ErrorKind, Result};
use crate::io::categories;
use crate::io::compressed::ready;
use crate::io::file::InputFile;
use crate::io::folders::{self, FileOptions};
use crate::io::json::build::record_fields;
use crate::io::json::guess::Guess;
use crate::io::json::options::{EXTENSIONS, JsonOptions};
use crate::io::json::scan::JsonScan;
use crate::io::json::table::{JsonFile, JsonTable};
use crate::io::rejects::Rejects;
use crate::io::{lines, paths};
use crate::plan::{Refined, Scan, ScanRequest, SourceSpec, TableSource};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Opens files, patterns and folders as one table.
///
/// # Errors
/// As [`JsonSource::open`]; `Shape` or `Type` where files do not fit together.
pub fn open(paths: &[PathBuf], options: JsonOptions) -> Result<Arc<dyn TableSource>> {
    let spec = spec(paths.iter().map(|path| path.display().to_string()).collect(), &options)?;
    let one = |inputs: Vec<InputFile>| -> Result<Arc<dyn TableSource>> {
        let own = JsonOptions { files: FileOptions::default(), ..options.clone() };
        Ok(Arc::new(JsonSource::inspect(inputs, own)?))
    };
    folders::open(paths, &options.files, &options.storage, EXTENSIONS, spec, &one)
        .map_err(|error| error.operation("read_json"))
}

fn spec(paths: Vec<String>, options: &JsonOptions) -> Result<SourceSpec> {
    let options = serde_json::to_string(options).map_err(|error| Error::internal(error.to_string()))?;
    Ok(SourceSpec { format: "json".to_owned(), paths, options })
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
        let inputs = paths::expand(paths, &options.storage);
        let found = inputs.and_then(|inputs| JsonSource::inspect(inputs, options));
        found.map_err(|error| error.operation("read_json"))
    }

    fn inspect(inputs: Vec<InputFile>, options: JsonOptions) -> Result<Self> {
        InputFile::warm(&inputs)?;
        let budget = (options.sample_bytes / inputs.len() as u64).max(options.sample_bytes.min(16 << 10));
        let mut record = Guess::Struct(Vec::new());
        let mut files = Vec::with_capacity(inputs.len());
        for input in inputs {
            let file = JsonFile::new(ready(input, options.compression)?, &options)?;
            file.sample(budget, &mut record)?;
            files.push(file);
        }
        JsonSource::of(record, Arc::new(files), options, Arc::default())
    }

    fn of(
        record: Guess,
        files: Arc<Vec<JsonFile>>,
        options: JsonOptions,
        rejects: Arc<Rejects>,
    ) -> Result<Self> {
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
        options.dtypes.iter().try_for_each(|(name, dtype)| categories::refused(dtype, name))?;
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
        let table = JsonTable { schema, guesses, files, options, contradicted, rejects };
        Ok(JsonSource { table: Arc::new(table) })
    }

    /// The lines that were left out so far, if `on_error` says that they are to be told: file, row, byte, column, text and
    /// reason of each, in the files' order.
    ///
    /// # Errors
    /// None that its making can raise.
    pub fn rejects(&self) -> Result<Frame> {
        self.table.rejects.frame()
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
        let source =
            JsonSource::of(record, table.files.clone(), table.options.clone(), table.rejects.clone())?;
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
        spec(
            self.table.files.iter().map(|file| file.input.path().display().to_string()).collect(),
            &self.table.options,
        )
        .ok()
    }
}

fn text(dtype: &DType) -> String {
    dtype.to_string()
}
