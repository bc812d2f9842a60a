//! Writing files: encoded on all threads, in row order, complete or not there at all.

use crate::api::lazy::LazyFrame;
use crate::config::Config;
use crate::data::{Frame, Schema};
use crate::engine;
use crate::error::{Error, Result};
use crate::exec::CancelToken;
use crate::io::csv::{self, CsvWriteOptions};
use crate::io::format_by_name;
use crate::io::ipc::IpcWriteOptions;
use crate::io::json::JsonWriteOptions;
use crate::io::parquet::{self, ParquetWriteOptions};
use crate::io::text::TextWriteOptions;
use crate::plan::target::Writer;
use std::path::Path;

impl LazyFrame {
    /// Runs the query and writes its rows as CSV. An existing file is replaced only when all went well.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`]; `Io`; `Unsupported` for nested columns.
    pub fn write_csv(&self, path: impl AsRef<Path>, options: &CsvWriteOptions) -> Result<()> {
        self.write_csv_with(path, options, &Config::current(), &CancelToken::new())
    }

    /// [`LazyFrame::write_csv`] with settings, cancellable.
    ///
    /// # Errors
    /// As [`LazyFrame::write_csv`]; `Cancelled`.
    pub fn write_csv_with(
        &self,
        path: impl AsRef<Path>,
        options: &CsvWriteOptions,
        config: &Config,
        cancel: &CancelToken,
    ) -> Result<()> {
        let path = path.as_ref();
        let target = |schema: &Schema| csv::create(path, schema, options);
        self.write("csv", path, &target, config, cancel)
    }

    /// Runs the query and writes its rows as Parquet. An existing file is replaced only when all went well.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`]; `Io`.
    pub fn write_parquet(&self, path: impl AsRef<Path>, options: &ParquetWriteOptions) -> Result<()> {
        self.write_parquet_with(path, options, &Config::current(), &CancelToken::new())
    }

    /// [`LazyFrame::write_parquet`] with settings, cancellable.
    ///
    /// # Errors
    /// As [`LazyFrame::write_parquet`]; `Cancelled`.
    pub fn write_parquet_with(
        &self,
        path: impl AsRef<Path>,
        options: &ParquetWriteOptions,
        config: &Config,
        cancel: &CancelToken,
    ) -> Result<()> {
        let path = path.as_ref();
        let target = |schema: &Schema| {
            parquet::create(path, schema, options).map_err(|error| error.operation("write_parquet"))
        };
        self.write("parquet", path, &target, config, cancel)
    }

    /// Runs the query and writes its rows as Arrow IPC (Feather), a stream if the file is named `.arrows`. An existing
    /// file is replaced only when all went well.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`]; `Io`.
    pub fn write_ipc(&self, path: impl AsRef<Path>, options: &IpcWriteOptions) -> Result<()> {
        let options = as_json(options)?;
        self.write_files_with("ipc", path, &options, &Config::current(), &CancelToken::new())
    }

    /// Runs the query and writes its rows as JSON: an array of objects if the file is named `.json`, else an object per
    /// line. An existing file is replaced only when all went well.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`]; `Io`; `Unsupported` for bytes; `InvalidArgument` for infinite numbers.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, io::json::JsonWriteOptions};
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("x.ndjson");
    /// let frame = Frame::builder().column("x", [Some(1i64), None]).finish()?;
    /// frame.lazy().write_json(&path, &JsonWriteOptions::default())?;
    /// assert_eq!(std::fs::read_to_string(&path)?, "{\"x\":1}\n{\"x\":null}\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_json(&self, path: impl AsRef<Path>, options: &JsonWriteOptions) -> Result<()> {
        let options = as_json(options)?;
        self.write_files_with("json", path, &options, &Config::current(), &CancelToken::new())
    }

    /// Runs the query and writes its one column of text, a line per row. An existing file is replaced only when all went
    /// well.
    ///
    /// # Errors
    /// As [`LazyFrame::collect`]; `Io`; `Shape` or `Type` if it is not one column of text; `InvalidArgument` for nulls and
    /// line breaks.
    pub fn write_text(&self, path: impl AsRef<Path>, options: &TextWriteOptions) -> Result<()> {
        let options = as_json(options)?;
        self.write_files_with("text", path, &options, &Config::current(), &CancelToken::new())
    }

    /// Runs the query and writes its rows in a format by name, its options as JSON; with settings, cancellable.
    ///
    /// # Errors
    /// As the other writers; `InvalidArgument` for an unknown format or wrong options; `Cancelled`.
    pub fn write_files_with(
        &self,
        format: &str,
        path: impl AsRef<Path>,
        options: &str,
        config: &Config,
        cancel: &CancelToken,
    ) -> Result<()> {
        let (path, create) = (path.as_ref(), format_by_name(format)?.create);
        self.write(format, path, &|schema: &Schema| create(path, schema, options), config, cancel)
    }

    fn write(
        &self,
        format: &str,
        path: &Path,
        target: &dyn Fn(&Schema) -> Result<Writer>,
        config: &Config,
        cancel: &CancelToken,
    ) -> Result<()> {
        let (operation, name) = (format!("write_{format}"), format!("Write {format} {}", path.display()));
        engine::write(self.plan()?, &operation, &name, target, config, cancel).map(|_| ())
    }
}

impl Frame {
    /// Writes the frame as CSV with the usual options.
    ///
    /// # Errors
    /// As [`LazyFrame::write_csv`].
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, read_csv};
    /// let folder = tempfile::tempdir()?;
    /// let frame = Frame::builder().column("x", [1i64, 2]).finish()?;
    /// frame.write_csv(folder.path().join("x.csv"))?;
    /// assert_eq!(read_csv(folder.path().join("x.csv"))?.rows(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lazy().write_csv(path, &CsvWriteOptions::default())
    }

    /// Writes the frame as Arrow IPC (Feather) with the usual options.
    ///
    /// # Errors
    /// As [`LazyFrame::write_ipc`].
    pub fn write_ipc(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lazy().write_ipc(path, &IpcWriteOptions::default())
    }

    /// Writes the frame as JSON with the usual options.
    ///
    /// # Errors
    /// As [`LazyFrame::write_json`].
    pub fn write_json(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lazy().write_json(path, &JsonWriteOptions::default())
    }

    /// Writes the frame as Parquet with the usual options.
    ///
    /// # Errors
    /// As [`LazyFrame::write_parquet`].
    pub fn write_parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lazy().write_parquet(path, &ParquetWriteOptions::default())
    }
}

fn as_json(options: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(options).map_err(|error| Error::internal(error.to_string()))
}
