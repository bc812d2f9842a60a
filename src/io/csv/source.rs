//! CSV files as a table: names from the header, types from a sample of all files.

use crate::data::{DType, Field, Frame, Schema, TimeUnit};
use crate::error::{Error, ErrorKind, Result};
use crate::io::categories;
use crate::io::csv::build::builder;
use crate::io::csv::content::ready;
use crate::io::csv::counted::Pieces;
use crate::io::csv::csv_file::CsvFile;
use crate::io::csv::cursor::Layout;
use crate::io::csv::infer::{Guess, Repeats};
use crate::io::csv::nulls::NullSet;
use crate::io::csv::options::{CsvOptions, LEAST_SAMPLE, SAMPLE_BYTES};
use crate::io::csv::retype::{Change, survey};
use crate::io::csv::sample::{Asked, Sample, head};
use crate::io::csv::scan::CsvScan;
use crate::io::csv::table::{CsvColumn, CsvTable, Kind};
use crate::io::csv::words::Words;
use crate::io::dictionary::Dictionary;
use crate::io::file::InputFile;
use crate::io::folders::{self, FileOptions};
use crate::io::paths;
use crate::io::rejects::Rejects;
use crate::kernels::date_form::Form;
use crate::plan::{Refined, Scan, ScanRequest, SourceSpec, TableSource};
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// Opens files, patterns and folders as one table, by the options for several files.
///
/// # Errors
/// As [`CsvSource::open`]; `Shape` or `Type` where files do not fit together.
pub fn open(paths: &[PathBuf], options: CsvOptions) -> Result<Arc<dyn TableSource>> {
    let spec = spec(paths.iter().map(|path| path.display().to_string()).collect(), &options)?;
    // Files that are read apart are one table: their rows are counted one after the other.
    let pieces = Pieces::default();
    let one = |inputs: Vec<InputFile>| -> Result<Arc<dyn TableSource>> {
        let mut own = CsvOptions { files: FileOptions::default(), ..options.clone() };
        if let Some(rows) = &mut own.n_rows {
            *rows -= pieces.rows()?.min(*rows);
        }
        let source = CsvSource::inspect(inputs, own)?;
        if options.row_index.is_some() || options.n_rows.is_some() {
            let table = &source.table;
            let _ = table.place.set(pieces.add(&table.files, table.options.n_rows));
        }
        Ok(Arc::new(source))
    };
    folders::open(paths, &options.files, &options.storage, EXTENSIONS, spec, &one)
        .map_err(|error| error.operation("read_csv"))
}

/// Extensions of CSV files.
pub const EXTENSIONS: &[&str] = &["csv", "tsv"];

fn spec(paths: Vec<String>, options: &CsvOptions) -> Result<SourceSpec> {
    let options = serde_json::to_string(options).map_err(|error| Error::internal(error.to_string()))?;
    Ok(SourceSpec { format: "csv".to_owned(), paths, options })
}

/// CSV files as a table source.
#[derive(Clone)]
pub struct CsvSource {
    table: Arc<CsvTable>,
}

impl CsvSource {
    /// Opens files (paths, or patterns such as `data/*.csv`) as one table: reads headers and a sample.
    ///
    /// All files must have the same names, in any order. A type that is not given is the smallest one that holds the
    /// values in the samples of all files: integers and floats together are floats, dates and timestamps together are
    /// timestamps, any other mixture is text.
    ///
    /// # Errors
    /// `FileNotFound`, `Io`, `Parse` (an empty file), `DuplicateColumn`, `Shape` if the files' names differ,
    /// `ColumnNotFound` for names in the options that no file has, `Unsupported` for types CSV does not hold.
    pub fn open(paths: &[PathBuf], options: CsvOptions) -> Result<Self> {
        let inputs = paths::expand(paths, &options.storage);
        let found = inputs.and_then(|inputs| CsvSource::inspect(inputs, options));
        found.map_err(|error| error.operation("read_csv"))
    }

    fn inspect(inputs: Vec<InputFile>, given: CsvOptions) -> Result<Self> {
        given.dialect(2)?;
        // What is given describes the table. Files are made ready by the first of these, and are then as the other says.
        let (mut written, mut options) = (given.clone(), given.rewritten());
        let words = Arc::new(Words::new(&options));
        let mut nulls: Vec<NullSet> = Vec::new();
        InputFile::warm(&inputs)?;
        let budget = (options.sample_bytes / inputs.len() as u64).max(options.sample_bytes.min(16 << 10));
        let mut names: Vec<String> = Vec::new();
        let mut guesses: Vec<Guess> = Vec::new();
        let mut files: Vec<CsvFile> = Vec::with_capacity(inputs.len());
        let mut samples = Vec::with_capacity(inputs.len());
        for input in inputs {
            let input = ready(input, &mut written)?;
            options.delimiter = written.delimiter;
            let file = input.open()?;
            let head = head(&input, &file, &options)?;
            if files.is_empty() {
                names.clone_from(&head.names);
                guesses.resize(names.len(), Guess::default());
                nulls = names.iter().map(|name| NullSet::new(&options, name)).collect();
            }
            let fields = matched(&names, &head.names).map_err(|error| error.file(input.name()))?;
            let dialect = options.dialect(names.len())?;
            // A number that is given is kept to.
            let least = if options.sample_bytes == SAMPLE_BYTES { LEAST_SAMPLE } else { budget };
            let bytes = least.min(budget)..budget;
            let asked = Asked { fields: &fields, nulls: &nulls, words: &words, rows: options.n_rows };
            let (sample, found) = Sample::guessed(&file, head.start, &dialect, bytes, &asked)?;
            for (guess, found) in guesses.iter_mut().zip(found) {
                *guess = guess.join(found);
            }
            let layout = Layout { dialect, fields: names.len(), name: input.name() };
            files.push(CsvFile { input, start: head.start, layout, fields });
            samples.push(sample);
        }
        let kept = kept(&names, &options)?;
        let mut fields = Vec::with_capacity(kept.len());
        let mut columns = Vec::with_capacity(kept.len());
        // Columns of text that may be held as codes, and their positions.
        let mut texts = Vec::new();
        if let Some(name) = &options.row_index {
            fields.push(Field::new(name, DType::Int64));
            columns.push(other(&options, Kind::RowIndex, DType::Int64, None));
        }
        for &position in &kept {
            let nulls = &nulls[position];
            let name = &names[position];
            let form = options.date_formats.get(name).map(|format| Form::new(format)).transpose();
            let form = form.map_err(|error| error.column(name.as_str()))?.map(Arc::new);
            let given = options.dtypes.get(name).cloned().or_else(|| Some(formed(form.as_deref()?)));
            given.as_ref().map_or(Ok(()), |dtype| categories::refused(dtype, name))?;
            let dtype = given.clone().unwrap_or_else(|| match guesses[position] {
                guess if guess.is_empty() && options.empty_as_float => DType::Float64,
                guess => guess.dtype(),
            });
            builder(&dtype, nulls, &words, None, form.as_ref())
                .map_err(|error| error.column(name.as_str()))?;
            if options.codes && dtype == DType::String {
                texts.push((columns.len(), position));
            }
            fields.push(Field::new(name, dtype.clone()));
            let guess = given.is_none().then_some(guesses[position]);
            columns.push(CsvColumn {
                kind: Kind::Field,
                dtype,
                guess,
                dictionary: None,
                nulls: nulls.clone(),
                form,
            });
        }
        let found = dictionaries(&files, &samples, texts.iter().map(|&(_, position)| position), &nulls);
        for ((column, _), dictionary) in texts.into_iter().zip(found) {
            columns[column].dictionary = dictionary;
        }
        if let Some(name) = &options.file_path {
            let names: Vec<String> = files.iter().map(|file| file.input.name()).collect();
            let dictionary = Dictionary::new(names.iter().map(String::as_str));
            fields.push(Field::new(name, DType::String));
            columns.push(other(&options, Kind::FilePath, DType::String, Some(dictionary)));
        }
        for file in &mut files {
            let own = kept.iter().map(|&position| file.fields[position]);
            let index = options.row_index.iter().map(|_| usize::MAX);
            file.fields = index.chain(own).chain(options.file_path.iter().map(|_| usize::MAX)).collect();
        }
        let schema = Schema::new(fields)?;
        Ok(CsvSource::of(schema, columns, files, given, words, Arc::default()))
    }

    fn of(
        schema: Schema,
        columns: Vec<CsvColumn>,
        files: Vec<CsvFile>,
        options: CsvOptions,
        words: Arc<Words>,
        rejects: Arc<Rejects>,
    ) -> Self {
        let (contradicted, refined, place) = (AtomicBool::new(false), Mutex::default(), OnceLock::new());
        let table =
            CsvTable { schema, columns, files, options, words, contradicted, refined, rejects, place };
        CsvSource { table: Arc::new(table) }
    }

    /// The same table with the types that hold all values.
    fn widened(&self, changes: Vec<Change>) -> Result<Refined> {
        let CsvTable { schema, columns, files, options, words, rejects, .. } = self.table.as_ref();
        let (mut columns, mut options) = (columns.clone(), options.clone());
        let mut fields: Vec<Field> = schema.fields().to_vec();
        let mut warnings = Vec::with_capacity(changes.len());
        for Change { position, guess, file, row, value } in changes {
            let (name, before, dtype) = (&fields[position].name, &columns[position].dtype, guess.dtype());
            warnings.push(format!(
                "{file}: column {name:?} was taken for {before} from a sample, but {value:?} in row {row} is none; it is \
                 read as {dtype} (to settle it, pass dtypes={{{name:?}: \"{dtype}\"}})"
            ));
            options.dtypes.insert(name.to_string(), dtype.clone());
            let (dtype, nulls) = (dtype.clone(), columns[position].nulls.clone());
            let (guess, dictionary) = (Some(guess), None);
            columns[position] =
                CsvColumn { kind: Kind::Field, dtype: dtype.clone(), guess, dictionary, nulls, form: None };
            fields[position] = Field::new(name.as_ref(), dtype);
        }
        let source = CsvSource::of(
            Schema::new(fields)?,
            columns,
            files.clone(),
            options,
            words.clone(),
            rejects.clone(),
        );
        if let Some(place) = self.table.place.get() {
            let _ = source.table.place.set(place.clone());
        }
        Ok(Refined { source: Arc::new(source), warnings })
    }

    /// The records that were left out so far, if `on_error` says that they are to be told: file, row, byte, column, text
    /// and reason of each, in the files' order.
    ///
    /// # Errors
    /// None that its making can raise.
    pub fn rejects(&self) -> Result<Frame> {
        self.table.rejects.frame()
    }

    /// The columns held as codes, for `explain` and tests.
    pub fn coded_columns(&self) -> Vec<&str> {
        let columns = self.table.schema.names().zip(&self.table.columns);
        columns.filter(|(_, column)| column.dictionary.is_some()).map(|(name, _)| name).collect()
    }
}

/// A column that no field holds.
fn other(options: &CsvOptions, kind: Kind, dtype: DType, dictionary: Option<Arc<Dictionary>>) -> CsvColumn {
    CsvColumn { kind, dtype, guess: None, dictionary, nulls: NullSet::new(options, ""), form: None }
}

/// The type of a column of this form.
fn formed(form: &Form) -> DType {
    DType::Timestamp(TimeUnit::Microsecond, form.is_zoned().then(|| Arc::from("UTC")))
}

/// For each name its position in the names of a file.
fn matched(names: &[String], found: &[String]) -> Result<Vec<usize>> {
    let differ = |message: String| {
        Error::new(ErrorKind::Shape, message).hint("all files of one table have the same column names")
    };
    if let Some(extra) = found.iter().find(|name| !names.contains(name)) {
        return Err(differ(format!("the column {extra:?} is not in the first file")).column(extra.as_str()));
    }
    let position = |name: &String| {
        found.iter().position(|other| other == name).ok_or_else(|| {
            differ(format!("the column {name:?} of the first file is missing")).column(name.as_str())
        })
    };
    names.iter().map(position).collect()
}

/// Positions of the wanted columns, in the file's order.
fn kept(names: &[String], options: &CsvOptions) -> Result<Vec<usize>> {
    let known = |name: &String| match names.contains(name) {
        true => Ok(()),
        false => Err(Error::column_not_found(name, names.iter().map(String::as_str))),
    };
    let nulls = options.null_values_by_column.keys();
    options.dtypes.keys().chain(nulls).chain(options.date_formats.keys()).try_for_each(known)?;
    match &options.columns {
        None => Ok((0..names.len()).collect()),
        Some(wanted) => {
            wanted.iter().try_for_each(known)?;
            Ok((0..names.len()).filter(|&position| wanted.contains(&names[position])).collect())
        }
    }
}

/// For each of these positions the dictionary that its codes start with, if codes pay.
fn dictionaries(
    files: &[CsvFile],
    samples: &[Sample],
    positions: impl Iterator<Item = usize> + Clone,
    nulls: &[NullSet],
) -> Vec<Option<Arc<Dictionary>>> {
    let mut repeats: Vec<Repeats> = positions.clone().map(|_| Repeats::default()).collect();
    for (file, sample) in files.iter().zip(samples) {
        let fields = positions.clone().zip(&mut repeats);
        let fields = fields.map(|(position, repeats)| (file.fields[position], &nulls[position], repeats));
        sample.count(&mut fields.collect::<Vec<_>>());
    }
    let whole = samples.iter().all(|sample| sample.whole);
    let texts = repeats.into_iter().map(|repeats| repeats.dictionary(whole));
    texts.map(|texts| Some(Dictionary::new(texts?.iter().map(String::as_str)))).collect()
}

impl fmt::Debug for CsvSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl TableSource for CsvSource {
    fn schema(&self) -> &Schema {
        &self.table.schema
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        let inputs: Vec<InputFile> = self.table.files.iter().map(|file| file.input.clone()).collect();
        format!("csv {}", paths::describe(&inputs))
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        let scan = CsvScan::new(self.table.clone(), request);
        Ok(Arc::new(scan.map_err(|error| error.operation("read_csv"))?))
    }

    fn refined(&self, check: &dyn Fn() -> Result<()>) -> Result<Option<Refined>> {
        if !self.table.contradicted.load(Ordering::Acquire) {
            return Ok(None);
        }
        let mut held = self.table.refined.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if held.is_none() {
            let changes = survey(&self.table, check).map_err(|error| error.operation("read_csv"))?;
            // Only values that nobody reads contradict: they were beyond a limit.
            if changes.is_empty() {
                return Ok(None);
            }
            *held = Some(self.widened(changes)?);
        }
        Ok(held.clone())
    }

    fn spec(&self) -> Option<SourceSpec> {
        spec(
            self.table.files.iter().map(|file| file.input.path().display().to_string()).collect(),
            &self.table.options,
        )
        .ok()
    }
}
