//! Files, in and out.

use crate::error::Answer;
use crate::query::Query;
use crate::run::run;
use hypostyle::io::csv::{CsvOptions, CsvSource, CsvWriteOptions};
use hypostyle::io::parquet::{ParquetOptions, ParquetSource, ParquetWriteOptions};
use hypostyle::{DType, LazyFrame};
use pyo3::prelude::{Python, pyfunction};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// A query over CSV files; reads a sample of them for the types.
#[pyfunction]
#[pyo3(signature = (
    paths, *, delimiter, quote, has_header, column_names, columns, null_values, quoted_nulls, dtypes, parse_dates,
    skip_rows, n_rows, skip_blank_lines,
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
) -> Answer<Query> {
    let dtypes = dtypes.into_iter().map(|(name, dtype)| Ok((name, DType::parse(&dtype)?)));
    let options = CsvOptions {
        delimiter,
        quote,
        has_header,
        column_names,
        columns,
        null_values,
        quoted_nulls,
        dtypes: dtypes.collect::<hypostyle::Result<_>>()?,
        parse_dates,
        skip_rows,
        n_rows,
        skip_blank_lines: skip_blank_lines.then_some(true),
        rename_duplicates: true,
        ..CsvOptions::default()
    };
    let source = run(py, move |_, _| CsvSource::open(&paths, options))?;
    Query::new(LazyFrame::from_source(Arc::new(source)))
}

/// A query over Parquet files; reads their metadata.
#[pyfunction]
pub fn scan_parquet(py: Python<'_>, paths: Vec<PathBuf>, columns: Option<Vec<String>>) -> Answer<Query> {
    let options = ParquetOptions { columns, ..ParquetOptions::default() };
    let source = run(py, move |_, _| ParquetSource::open(&paths, options))?;
    Query::new(LazyFrame::from_source(Arc::new(source)))
}

/// Runs a query into a CSV file.
#[pyfunction]
pub fn write_csv(
    py: Python<'_>,
    query: &Query,
    path: PathBuf,
    delimiter: char,
    header: bool,
    null: String,
) -> Answer<()> {
    let frame = query.frame(py)?;
    let options = CsvWriteOptions { delimiter, header, null, ..CsvWriteOptions::default() };
    run(py, move |_, _| hypostyle::io::csv::create(&path, frame.schema(), &options)?.write(&frame))
}

/// Runs a query into a Parquet file.
#[pyfunction]
pub fn write_parquet(
    py: Python<'_>,
    query: &Query,
    path: PathBuf,
    compression: String,
    level: Option<i32>,
    row_group_rows: Option<usize>,
) -> Answer<()> {
    let frame = query.frame(py)?;
    let defaults = ParquetWriteOptions::default();
    let row_group_rows = row_group_rows.unwrap_or(defaults.row_group_rows);
    let options = ParquetWriteOptions { compression, level, row_group_rows, ..defaults };
    run(py, move |_, _| hypostyle::io::parquet::create(&path, frame.schema(), &options)?.write(&frame))
}
