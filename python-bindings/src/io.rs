//! Files, in and out.

use crate::error::Answer;
use crate::query::Query;
use crate::run::run;
use hypostyle::io::csv::{Compression, Encoding, OnError};
use hypostyle::io::{FileOptions, FolderOptions, StorageOptions};
use hypostyle::{
    CsvOptions, CsvWriteOptions, DType, JsonOptions, LazyFrame, ParquetOptions, ParquetWriteOptions,
};
use pyo3::prelude::{FromPyObject, Python, pyfunction};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How several files are one table.
#[derive(FromPyObject)]
pub struct Files {
    #[pyo3(item)]
    hive: Option<bool>,
    #[pyo3(item)]
    union_by_name: bool,
    #[pyo3(item)]
    file_path: Option<String>,
    #[pyo3(item)]
    hive_types: BTreeMap<String, String>,
}

impl Files {
    fn options(self) -> hypostyle::Result<FileOptions> {
        let Files { hive, union_by_name, file_path, hive_types } = self;
        Ok(FileOptions { hive, union_by_name, file_path, hive_types: dtypes(hive_types)? })
    }
}

/// Types by name.
fn dtypes(names: BTreeMap<String, String>) -> hypostyle::Result<BTreeMap<String, DType>> {
    names.into_iter().map(|(name, dtype)| Ok((name, DType::parse(&dtype)?))).collect()
}

/// Whether, and how, a folder of files is written.
#[derive(FromPyObject)]
pub struct Folder {
    #[pyo3(item)]
    partition_by: Vec<String>,
    #[pyo3(item)]
    file_rows: Option<u64>,
    #[pyo3(item)]
    file_bytes: Option<u64>,
    #[pyo3(item)]
    overwrite: bool,
}

impl From<Folder> for FolderOptions {
    fn from(folder: Folder) -> Self {
        let Folder { partition_by, file_rows, file_bytes, overwrite } = folder;
        FolderOptions { partition_by, file_rows, file_bytes, overwrite }
    }
}

/// A query over CSV files; reads a sample of them for the types. Where records are put in quarantine, the files are
/// read at once, and these records are the second answer.
#[pyfunction]
#[pyo3(signature = (
    paths, *, delimiter, quote, has_header, column_names, columns, null_values, quoted_nulls, dtypes, parse_dates,
    skip_rows, n_rows, skip_blank_lines, null_values_by_column, true_values, false_values, decimal, thousands, comment,
    encoding, compression, row_index, file_path, on_error, files, escape, sniff, skip_initial_space, date_formats,
    skip_footer, on_ragged, fill_short, partition_bytes, number_blanks, empty_as_float, storage,
))]
#[expect(clippy::too_many_arguments, reason = "one per option, by name")]
pub fn scan_csv(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    delimiter: char,
    quote: Option<char>,
    has_header: bool,
    column_names: Option<Vec<String>>,
    columns: Option<Vec<String>>,
    null_values: Vec<String>,
    quoted_nulls: bool,
    dtypes: BTreeMap<String, String>,
    parse_dates: bool,
    skip_rows: u64,
    n_rows: Option<u64>,
    skip_blank_lines: bool,
    null_values_by_column: BTreeMap<String, Vec<String>>,
    true_values: Vec<String>,
    false_values: Vec<String>,
    decimal: char,
    thousands: Option<char>,
    comment: Option<char>,
    encoding: String,
    compression: String,
    row_index: Option<String>,
    file_path: Option<String>,
    on_error: String,
    files: Files,
    escape: Option<char>,
    sniff: bool,
    skip_initial_space: bool,
    date_formats: BTreeMap<String, String>,
    skip_footer: u64,
    on_ragged: Option<String>,
    fill_short: bool,
    partition_bytes: Option<u64>,
    number_blanks: bool,
    empty_as_float: bool,
    storage: BTreeMap<String, String>,
) -> Answer<(Query, Option<Query>)> {
    let options = CsvOptions {
        delimiter,
        quote,
        has_header,
        column_names,
        columns,
        null_values,
        quoted_nulls,
        dtypes: self::dtypes(dtypes)?,
        parse_dates,
        skip_rows,
        n_rows,
        skip_blank_lines: Some(skip_blank_lines),
        rename_duplicates: true,
        null_values_by_column,
        true_values,
        false_values,
        decimal,
        thousands,
        comment,
        encoding: Encoding::named(&encoding)?,
        compression: Compression::named(&compression)?,
        row_index,
        file_path,
        on_error: OnError::named(&on_error)?,
        files: files.options()?,
        escape,
        sniff,
        skip_initial_space,
        date_formats,
        skip_footer,
        on_ragged: on_ragged.map(|name| OnError::named(&name)).transpose()?,
        fill_short,
        partition_bytes,
        number_blanks,
        empty_as_float,
        storage: StorageOptions(storage),
        ..CsvOptions::default()
    };
    if options.on_error == OnError::Quarantine || options.on_ragged == Some(OnError::Quarantine) {
        let (good, rejects) = run(py, move |_, _| hypostyle::read_csv_quarantined(paths, options))?;
        return Ok((Query::of(good), Some(Query::of(rejects))));
    }
    Ok((Query::new(run(py, move |_, _| hypostyle::scan_csv(paths, options))?)?, None))
}

/// A query over Parquet files, the texts that the first of them holds beside its data, and, if damaged pages are to be kept
/// aside, what was: then the files have been read.
#[pyfunction]
pub fn scan_parquet(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    columns: Option<Vec<String>>,
    on_error: &str,
    files: Files,
    storage: BTreeMap<String, String>,
) -> Answer<(Query, BTreeMap<String, String>, Option<Query>)> {
    let (storage, on_error) = (StorageOptions(storage), OnError::named(on_error)?);
    let files = files.options()?;
    let options = ParquetOptions { columns, on_error, files, storage, ..ParquetOptions::default() };
    let (path, own) = (paths.clone(), options.clone());
    let source = run(py, move |_, _| hypostyle::io::parquet::open(&path, own))?;
    let metadata = source.metadata();
    if on_error == OnError::Quarantine {
        let (good, rejects) = run(py, move |_, _| hypostyle::read_parquet_quarantined(paths, options))?;
        return Ok((Query::of(good), metadata, Some(Query::of(rejects))));
    }
    Ok((Query::new(LazyFrame::from_source(source))?, metadata, None))
}

/// Runs a query into a CSV file.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "one per option, by name")]
pub fn write_csv(
    py: Python<'_>,
    query: &Query,
    path: PathBuf,
    delimiter: char,
    header: bool,
    null: String,
    folder: Folder,
    compression: &str,
    storage: BTreeMap<String, String>,
) -> Answer<()> {
    let lazy = query.lazy();
    let folder = folder.into();
    let compression = Compression::named(compression)?;
    let storage = StorageOptions(storage);
    // Readers of pandas' kind pass over empty lines.
    let options = CsvWriteOptions {
        delimiter,
        header,
        null,
        folder,
        compression,
        blank_lines: false,
        storage,
        ..CsvWriteOptions::default()
    };
    run(py, move |config, cancel| lazy.write_csv_with(path, &options, config, cancel))
}

/// Runs a query into a Parquet file.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "one per option, by name")]
pub fn write_parquet(
    py: Python<'_>,
    query: &Query,
    path: PathBuf,
    compression: String,
    level: Option<i32>,
    row_group_rows: Option<usize>,
    statistics: bool,
    compression_by_column: BTreeMap<String, String>,
    bloom_filters: Vec<String>,
    sorted_by: Vec<String>,
    page_rows: Option<usize>,
    metadata: BTreeMap<String, String>,
    folder: Folder,
    storage: BTreeMap<String, String>,
) -> Answer<()> {
    let lazy = query.lazy();
    let defaults = ParquetWriteOptions::default();
    let row_group_rows = row_group_rows.unwrap_or(defaults.row_group_rows);
    let options = ParquetWriteOptions {
        compression,
        level,
        row_group_rows,
        statistics,
        compression_by_column,
        bloom_filters,
        sorted_by,
        page_rows,
        metadata,
        folder: folder.into(),
        storage: StorageOptions(storage),
    };
    run(py, move |config, cancel| lazy.write_parquet_with(path, &options, config, cancel))
}

/// A query over files of a format by name, its options as JSON.
#[pyfunction]
pub fn scan_files(py: Python<'_>, format: String, paths: Vec<PathBuf>, options: String) -> Answer<Query> {
    Query::new(run(py, move |_, _| hypostyle::scan_files(&format, paths, &options))?)
}

/// A query over JSON files, its options as JSON, types by column as names. Where lines are put in quarantine, the files are
/// read now, and these lines are the second query.
#[pyfunction]
pub fn scan_json(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    options: String,
    dtypes: BTreeMap<String, String>,
) -> Answer<(Query, Option<Query>)> {
    let mut options: JsonOptions = hypostyle::io::format::options(&options)?;
    options.dtypes = self::dtypes(dtypes)?;
    if options.on_error == OnError::Quarantine {
        let (good, rejects) = run(py, move |_, _| hypostyle::read_json_quarantined(paths, options))?;
        return Ok((Query::of(good), Some(Query::of(rejects))));
    }
    Ok((Query::new(run(py, move |_, _| hypostyle::scan_json(paths, options))?)?, None))
}

/// Runs a query into a file of a format by name, its options as JSON.
#[pyfunction]
pub fn write_files(
    py: Python<'_>,
    query: &Query,
    format: String,
    path: PathBuf,
    options: String,
) -> Answer<()> {
    let lazy = query.lazy();
    run(py, move |config, cancel| lazy.write_files_with(&format, path, &options, config, cancel))
}
