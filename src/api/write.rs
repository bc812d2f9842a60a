//! Writing files: encoded on all threads, in row order, complete or not there at all.

use crate::api::lazy::LazyFrame;
use crate::config::Config;
use crate::data::{Frame, Schema};
use crate::engine;
use crate::error::Result;
use crate::exec::CancelToken;
use crate::io::csv::{self, CsvWriteOptions};
use crate::io::parquet::{self, ParquetWriteOptions};
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
        let name = format!("Write csv {}", path.display());
        let target = |schema: &Schema| csv::create(path, schema, options);
        self.write(&name, &target, config, cancel)
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
        let name = format!("Write parquet {}", path.display());
        let target = |schema: &Schema| {
            parquet::create(path, schema, options).map_err(|error| error.operation("write_parquet"))
        };
        self.write(&name, &target, config, cancel)
    }

    fn write(
        &self,
        name: &str,
        target: &dyn Fn(&Schema) -> Result<Writer>,
        config: &Config,
        cancel: &CancelToken,
    ) -> Result<()> {
        engine::write(self.plan()?, name, target, config, cancel).map(|_| ())
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

    /// Writes the frame as Parquet with the usual options.
    ///
    /// # Errors
    /// As [`LazyFrame::write_parquet`].
    pub fn write_parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        self.lazy().write_parquet(path, &ParquetWriteOptions::default())
    }
}
