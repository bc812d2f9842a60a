//! Parquet files as a table: schema and row counts from their footers.

use crate::data::exchange::categories_of;
use crate::data::{DType, Field, Schema};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::io::categories::{self, Described};
use crate::io::file::InputFile;
use crate::io::folders::{self, FileOptions};
use crate::io::parquet::direct::group_dictionary;
use crate::io::parquet::footer::{self, Footer};
use crate::io::parquet::options::{EXTENSIONS, ParquetOptions};
use crate::io::parquet::scan::ParquetScan;
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::paths;
use crate::io::rejects::{OnError, Rejects};
use crate::plan::{Scan, ScanRequest, SourceSpec, TableSource};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Opens files, patterns and folders as one table, by the options for several files.
///
/// # Errors
/// As [`ParquetSource::open`]; `Shape` or `Type` where files do not fit together.
pub fn open(paths: &[PathBuf], options: ParquetOptions) -> Result<Arc<dyn TableSource>> {
    open_telling(paths, options, Arc::default())
}

/// As [`open`]; pages that are left out are told there.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_telling(
    paths: &[PathBuf],
    options: ParquetOptions,
    rejects: Arc<Rejects>,
) -> Result<Arc<dyn TableSource>> {
    let spec = spec(paths.iter().map(|path| path.display().to_string()).collect(), &options)?;
    let before = Cell::new(0);
    let one = |inputs: Vec<InputFile>| -> Result<Arc<dyn TableSource>> {
        let own = ParquetOptions { files: FileOptions::default(), ..options.clone() };
        let first = before.replace(before.get() + inputs.len());
        Ok(Arc::new(ParquetSource::inspect(inputs, own, first, rejects.clone())?))
    };
    folders::open(paths, &options.files, &options.storage, EXTENSIONS, spec, &one)
        .map_err(|error| error.operation("read_parquet"))
}

fn spec(paths: Vec<String>, options: &ParquetOptions) -> Result<SourceSpec> {
    let options = serde_json::to_string(options).map_err(|error| Error::internal(error.to_string()))?;
    Ok(SourceSpec { format: "parquet".to_owned(), paths, options })
}

/// Parquet files as a table source.
#[derive(Clone)]
pub struct ParquetSource {
    table: Arc<ParquetTable>,
}

impl ParquetSource {
    /// Opens files (paths, or patterns such as `data/*.parquet`) as one table: reads their footers.
    ///
    /// All files must have the same names, in any order, with the same types.
    ///
    /// # Errors
    /// `FileNotFound`, `Io`, `Corrupt` for files that are damaged, cut off or not Parquet, `Unsupported` for types
    /// without a counterpart, `Shape` or `Type` if the files' columns differ, `ColumnNotFound` for names in the
    /// options that the files do not have.
    pub fn open(paths: &[PathBuf], options: ParquetOptions) -> Result<Self> {
        let inputs = paths::expand(paths, &options.storage);
        let found = inputs.and_then(|inputs| ParquetSource::inspect(inputs, options, 0, Arc::default()));
        found.map_err(|error| error.operation("read_parquet"))
    }

    /// What was found out.
    #[cfg(test)]
    pub(super) fn table(&self) -> &ParquetTable {
        &self.table
    }

    fn inspect(
        inputs: Vec<InputFile>,
        options: ParquetOptions,
        first_file: usize,
        rejects: Arc<Rejects>,
    ) -> Result<Self> {
        let mut schema: Option<Schema> = None;
        let mut files = Vec::new();
        let mut last: Option<Footer> = None;
        InputFile::warm(&inputs)?;
        for input in inputs {
            let footer = footer::read(&input, last.as_ref(), options.columns.as_deref())?;
            let found = &footer.schema;
            check_rows(&input, &footer.metadata)?;
            let file = ParquetFile {
                metadata: footer.metadata.clone(),
                arrow: footer.arrow.clone(),
                roots: (0..found.len()).collect(),
                input,
                leaves: OnceLock::new(),
                indexed: OnceLock::new(),
            };
            let located = |error: Error| error.file(file.input.name());
            let found = with_categories(&file, found, &options).map_err(located)?;
            let roots = match &schema {
                None => kept(&found, &options)?,
                Some(first) => matched(first, &found).map_err(located)?,
            };
            let joined = match &schema {
                None => found.project(&roots),
                Some(first) => with_types_of(first, &found.project(&roots))?,
            };
            schema = Some(joined);
            files.push(ParquetFile { roots, ..file });
            last = Some(footer);
        }
        let schema = schema.ok_or_else(|| Error::internal("no file of a list that is not empty"))?;
        let dictionaries = schema.fields().iter().map(|_| OnceLock::new()).collect();
        let table = ParquetTable { schema, files, options, first_file, rejects, dictionaries };
        Ok(ParquetSource { table: Arc::new(table) })
    }
}

/// Counting rows looks at no more than the footer.
fn check_rows(input: &InputFile, metadata: &ParquetMetaData) -> Result<()> {
    let whole = metadata.file_metadata().num_rows();
    let parts: i128 = metadata.row_groups().iter().map(|group| i128::from(group.num_rows())).sum();
    if parts == i128::from(whole) && metadata.row_groups().iter().all(|group| group.num_rows() >= 0) {
        // A page has 2^31 values at most, and takes some bytes.
        let fits = |group: &RowGroupMetaData| {
            let least = group.columns().iter().map(|chunk| chunk.compressed_size().max(0)).min();
            least.is_none_or(|bytes| i128::from(group.num_rows()) <= (i128::from(bytes) / 8 + 1) << 31)
        };
        if let Some(group) = metadata.row_groups().iter().position(|group| !fits(group)) {
            let rows = metadata.row_group(group).num_rows();
            let message =
                format!("row group {group}: its bytes do not hold the {rows} rows that the footer says");
            return Err(Error::new(ErrorKind::Corrupt, message).file(input.name()));
        }
        return Ok(());
    }
    let message = format!("{parts} rows in row groups where the footer says {whole}");
    Err(Error::new(ErrorKind::Corrupt, message).file(input.name()))
}

/// The schema with the categories of the columns that are read.
fn with_categories(file: &ParquetFile, found: &Schema, options: &ParquetOptions) -> Result<Schema> {
    let read = kept(found, options)?;
    let mut fields = found.fields().to_vec();
    for column in read {
        let arrow = file.arrow.field(column);
        let categories = match Described::of(arrow)? {
            Described::Not => continue,
            Described::Listed(categories) => categories,
            Described::Unlisted(ordered) => {
                let mut values = Vec::new();
                for group in 0..file.metadata.num_row_groups() {
                    values.extend(group_dictionary(file, group, column, file.is_coded(group, column))?);
                }
                categories_of(&values, ordered).map_err(|error| error.column(arrow.name().as_str()))?
            }
        };
        fields[column].dtype = DType::Categorical(categories);
    }
    Schema::new(fields)
}

/// The schema with the categories of a further file's columns as well.
fn with_types_of(known: &Schema, found: &Schema) -> Result<Schema> {
    let fields = known.fields().iter().zip(found.fields()).map(|(known, found)| {
        let dtype = categories::joined(&known.dtype, &found.dtype);
        Field::new(&known.name, dtype.unwrap_or_else(|| known.dtype.clone()))
    });
    Schema::new(fields.collect())
}

fn kept(found: &Schema, options: &ParquetOptions) -> Result<Vec<usize>> {
    match &options.columns {
        None => Ok((0..found.len()).collect()),
        Some(wanted) => {
            let positions: Vec<usize> = wanted.iter().map(|name| found.index_of(name)).all_ok()?;
            Ok((0..found.len()).filter(|position| positions.contains(position)).collect())
        }
    }
}

/// The position of each wanted column in a file.
fn matched(wanted: &Schema, found: &Schema) -> Result<Vec<usize>> {
    let position = |field: &Field| {
        let Ok(position) = found.index_of(&field.name) else {
            let message = format!("the column {:?} of the first file is missing", field.name);
            return Err(Error::new(ErrorKind::Shape, message)
                .column(field.name.as_ref())
                .hint("all files of one table have the same columns"));
        };
        let dtype: &DType = &found.fields()[position].dtype;
        if categories::joined(&field.dtype, dtype).is_none() {
            return Err(Error::type_mismatch(format!("{dtype} here, {} in the first file", field.dtype))
                .column(field.name.as_ref())
                .hint("read the files apart and cast the column"));
        }
        Ok(position)
    };
    wanted.fields().iter().map(position).collect()
}

impl fmt::Debug for ParquetSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl TableSource for ParquetSource {
    fn schema(&self) -> &Schema {
        &self.table.schema
    }

    fn rows(&self) -> Option<u64> {
        if self.table.options.on_error.leaves_out() {
            return None;
        }
        let rows = self.table.files.iter().map(|file| file.metadata.file_metadata().num_rows());
        Some(rows.map(|rows| u64::try_from(rows).unwrap_or(0)).sum())
    }

    fn prunes(&self) -> bool {
        self.table.options.on_error == OnError::Raise
    }

    fn codes(&self) -> bool {
        self.table.options.codes
    }

    fn describe(&self) -> String {
        let inputs: Vec<InputFile> = self.table.files.iter().map(|file| file.input.clone()).collect();
        format!("parquet {}", paths::describe(&inputs))
    }

    /// Those of the first file; Arrow's own description of the schema is none.
    fn metadata(&self) -> BTreeMap<String, String> {
        let first =
            self.table.files.first().and_then(|file| file.metadata.file_metadata().key_value_metadata());
        let texts = first.into_iter().flatten().filter(|pair| pair.key != "ARROW:schema");
        texts.filter_map(|pair| Some((pair.key.clone(), pair.value.clone()?))).collect()
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        let scan = ParquetScan::new(self.table.clone(), request);
        Ok(Arc::new(scan.map_err(|error| error.operation("read_parquet"))?))
    }

    fn spec(&self) -> Option<SourceSpec> {
        spec(
            self.table.files.iter().map(|file| file.input.path().display().to_string()).collect(),
            &self.table.options,
        )
        .ok()
    }
}
