//! Reading files: lazily (`scan_*`) or at once (`read_*`).

use crate::api::lazy::LazyFrame;
use crate::data::Frame;
use crate::error::Result;
use crate::io::csv::{self, CsvOptions, CsvSource, OnError};
use crate::io::format_by_name;
use crate::io::ipc::{self, IpcOptions};
use crate::io::json::{self, JsonOptions, JsonSource};
use crate::io::parquet::{self, ParquetOptions};
use crate::io::rejects::Rejects;
use crate::io::text::{self, TextOptions};
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
    // If only the records of another number of fields are to be kept aside, wrong values stay what they are.
    let options = match options.on_ragged {
        Some(OnError::Quarantine) => options,
        _ => CsvOptions { on_error: OnError::Quarantine, ..options },
    };
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

/// Parquet files, read at once as far as they can be, and what could not: file, row (the first one), byte, column, text
/// (which rows) and reason of each damaged page. Rows that have a value in one, in any column, are left out; of lists,
/// structs and what else cannot be read page by page, those of the row group.
///
/// # Errors
/// As [`scan_parquet`]: of a file whose footer is damaged nothing can be read.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, ParquetOptions, ParquetWriteOptions, read_parquet_quarantined};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("x.parquet");
/// let options = ParquetWriteOptions { page_rows: Some(1000), ..ParquetWriteOptions::default() };
/// let numbers: Vec<i64> = (0..5000).map(|row| row * row).collect();
/// Frame::builder().column("x", numbers).finish()?.lazy().write_parquet(&path, &options)?;
/// let mut bytes = std::fs::read(&path)?;
/// bytes[9000] ^= 1;
/// std::fs::write(&path, &bytes)?;
/// let (good, rejects) = read_parquet_quarantined(&path, ParquetOptions::default())?;
/// assert_eq!((good.rows(), rejects.rows()), (4000, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_parquet_quarantined(paths: impl IntoPaths, options: ParquetOptions) -> Result<(Frame, Frame)> {
    let rejects = Arc::new(Rejects::default());
    let options = ParquetOptions { on_error: OnError::Quarantine, ..options };
    let source = parquet::open_telling(&paths.into_paths(), options, rejects.clone())?;
    let good = LazyFrame::from_source(source).collect()?;
    Ok((good, rejects.frame()?))
}

/// A query over Arrow IPC files or streams (Feather); only the heads of their messages are read now.
///
/// # Errors
/// `FileNotFound`, `Io`, `Corrupt` for a file that is damaged or not Arrow IPC, `Type` if the files do not fit together.
pub fn scan_ipc(paths: impl IntoPaths, options: IpcOptions) -> Result<LazyFrame> {
    Ok(LazyFrame::from_source(ipc::open(&paths.into_paths(), options)?))
}

/// Arrow IPC files or streams, read at once.
///
/// # Errors
/// As [`scan_ipc`]; `Corrupt` naming the file.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, read_ipc};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("x.arrow");
/// Frame::builder().column("x", [1i64, 2]).finish()?.write_ipc(&path)?;
/// assert_eq!(read_ipc(&path)?.rows(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_ipc(paths: impl IntoPaths) -> Result<Frame> {
    scan_ipc(paths, IpcOptions::default())?.collect()
}

/// A query over JSON files, of lines or arrays of objects; only a sample is read now, for columns and types.
///
/// # Errors
/// `FileNotFound`, `Io`, `Parse` for a sample that is not JSON.
pub fn scan_json(paths: impl IntoPaths, options: JsonOptions) -> Result<LazyFrame> {
    Ok(LazyFrame::from_source(json::open(&paths.into_paths(), options)?))
}

/// JSON files, of lines or arrays of objects, read at once.
///
/// # Errors
/// As [`scan_json`]; `Parse` naming file, row, column and value.
///
/// # Examples
/// ```
/// use hypostyle::{DType, read_json};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("x.ndjson");
/// std::fs::write(&path, "{\"a\": 1, \"b\": [true]}\n{\"a\": 2.5}\n")?;
/// let frame = read_json(&path)?;
/// assert_eq!(frame.schema().field("a")?.dtype, DType::Float64);
/// assert_eq!(frame.column("b")?.null_count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_json(paths: impl IntoPaths) -> Result<Frame> {
    scan_json(paths, JsonOptions::default())?.collect()
}

/// JSON files of an object per line, read at once, and the lines that could not be read: file, row, byte, column, text and
/// reason of each.
///
/// # Errors
/// As [`read_json`], but not for single lines; `Unsupported` for arrays.
///
/// # Examples
/// ```
/// use hypostyle::{DType, JsonOptions, read_json_quarantined};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("x.ndjson");
/// std::fs::write(&path, "{\"a\": 1}\n{\"a\": \n{\"a\": \"x\"}\n")?;
/// let options = JsonOptions { dtypes: [("a".to_owned(), DType::Int64)].into(), ..JsonOptions::default() };
/// let (good, rejects) = read_json_quarantined(&path, options)?;
/// assert_eq!((good.rows(), rejects.rows()), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_json_quarantined(paths: impl IntoPaths, options: JsonOptions) -> Result<(Frame, Frame)> {
    let source =
        JsonSource::open(&paths.into_paths(), JsonOptions { on_error: OnError::Quarantine, ..options })?;
    let good = LazyFrame::from_source(Arc::new(source.clone())).collect()?;
    Ok((good, source.rejects()?))
}

/// A query over lines of text files: one column, `line`.
///
/// # Errors
/// `FileNotFound`, `Io`.
pub fn scan_text(paths: impl IntoPaths, options: TextOptions) -> Result<LazyFrame> {
    Ok(LazyFrame::from_source(text::open(&paths.into_paths(), options)?))
}

/// Lines of text files, read at once: one column, `line`.
///
/// # Errors
/// As [`scan_text`]; `Parse` naming file and byte where it is not UTF-8.
///
/// # Examples
/// ```
/// use hypostyle::{col, read_text};
/// let lines = read_text("datasets/small/flights_sample.csv")?;
/// assert!(lines.column("line")?.get(0)?.as_str().is_some_and(|line| line.contains("carrier")));
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn read_text(paths: impl IntoPaths) -> Result<Frame> {
    scan_text(paths, TextOptions::default())?.collect()
}

/// A query over files of a format by name, its options as JSON: what plans that travel, and other languages, use.
///
/// # Errors
/// `InvalidArgument` for an unknown format or wrong options; what opening its files raises.
pub fn scan_files(format: &str, paths: impl IntoPaths, options: &str) -> Result<LazyFrame> {
    let open = format_by_name(format)?.open;
    Ok(LazyFrame::from_source(open(&paths.into_paths(), options)?))
}
