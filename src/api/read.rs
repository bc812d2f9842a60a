//! Reading files: lazily (`scan_*`) or at once (`read_*`).

use crate::api::lazy::LazyFrame;
use crate::data::Frame;
use crate::error::Result;
use crate::io::csv::{self, CsvOptions, CsvSource, OnError};
use crate::io::parquet::{self, ParquetOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One path, or several that together are one table. A path may be a pattern (`data/*.csv`) or a folder, whose files of
/// the format are read.
pub trait IntoPaths {
    /// The paths.
    fn into_paths(self) -> Vec<PathBuf>;
}

impl IntoPaths for &str {
    fn into_paths(self) -> Vec<PathBuf> {
        vec![self.into()]
    }
}

impl IntoPaths for String {
    fn into_paths(self) -> Vec<PathBuf> {
        vec![self.into()]
    }
}

impl IntoPaths for &Path {
    fn into_paths(self) -> Vec<PathBuf> {
        vec![self.into()]
    }
}

impl IntoPaths for PathBuf {
    fn into_paths(self) -> Vec<PathBuf> {
        vec![self]
    }
}

impl IntoPaths for &PathBuf {
    fn into_paths(self) -> Vec<PathBuf> {
        vec![self.clone()]
    }
}

impl<T: AsRef<Path>, const N: usize> IntoPaths for [T; N] {
    fn into_paths(self) -> Vec<PathBuf> {
        self.iter().map(|path| path.as_ref().to_path_buf()).collect()
    }
}

impl<T: AsRef<Path>> IntoPaths for Vec<T> {
    fn into_paths(self) -> Vec<PathBuf> {
        self.iter().map(|path| path.as_ref().to_path_buf()).collect()
    }
}

impl<T: AsRef<Path>> IntoPaths for &[T] {
    fn into_paths(self) -> Vec<PathBuf> {
        self.iter().map(|path| path.as_ref().to_path_buf()).collect()
    }
}

/// A query over CSV files; only a sample is read now, for names and types.
///
/// # Errors
/// `FileNotFound`, `Io`, `Parse` (no header, a ragged sample), `DuplicateColumn`.
///
/// # Examples
/// ```
/// use hypostyle::{CsvOptions, col, scan_csv};
/// let late = scan_csv("datasets/small/flights_sample.csv", CsvOptions::default())?
///     .filter(col("dep_delay").gt(60))
///     .collect()?;
/// assert!(late.rows() > 0);
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn scan_csv(paths: impl IntoPaths, options: CsvOptions) -> Result<LazyFrame> {
    Ok(LazyFrame::from_source(csv::open(&paths.into_paths(), options)?))
}

/// CSV files, read at once with the usual options.
///
/// # Errors
/// As [`scan_csv`]; `Parse` naming file, row, column and value.
pub fn read_csv(paths: impl IntoPaths) -> Result<Frame> {
    scan_csv(paths, CsvOptions::default())?.collect()
}

/// CSV files, read at once, and the records that could not be read: file, row, byte, column, text and reason of each.
///
/// # Errors
/// As [`read_csv`], but not for single records.
///
/// # Examples
/// ```
/// use hypostyle::{CsvOptions, DType, read_csv_quarantined};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("x.csv");
/// std::fs::write(&path, "a,b\n1,x\n2\nthree,y\n")?;
/// let options = CsvOptions::default().with_dtype("a", DType::Int64);
/// let (good, rejects) = read_csv_quarantined(&path, options)?;
/// assert_eq!((good.rows(), rejects.rows()), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_csv_quarantined(paths: impl IntoPaths, options: CsvOptions) -> Result<(Frame, Frame)> {
    let options = CsvOptions { on_error: OnError::Quarantine, ..options };
    let source =
        CsvSource::open(&paths.into_paths(), options).map_err(|error| error.operation("read_csv"))?;
    let good = LazyFrame::from_source(Arc::new(source.clone())).collect()?;
    Ok((good, source.rejects()?))
}

/// A query over Parquet files; only their metadata is read now.
///
/// # Errors
/// `FileNotFound`, `Io`, `Corrupt` for a file that is damaged or not Parquet, `Type` if the files do not fit together.
pub fn scan_parquet(paths: impl IntoPaths, options: ParquetOptions) -> Result<LazyFrame> {
    Ok(LazyFrame::from_source(parquet::open(&paths.into_paths(), options)?))
}

/// Parquet files, read at once.
///
/// # Errors
/// As [`scan_parquet`]; `Corrupt` naming file and row group.
pub fn read_parquet(paths: impl IntoPaths) -> Result<Frame> {
    scan_parquet(paths, ParquetOptions::default())?.collect()
}
