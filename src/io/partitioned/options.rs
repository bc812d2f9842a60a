//! How a folder of files is written.

use serde::{Deserialize, Serialize};

/// How a table becomes a folder of files. Without keys and without a limit it is one file.
///
/// Each row is in a folder named after the values of its keys (`year=2024/month=1`); the files hold the other columns,
/// and reading the folder gives the keys back as the last columns. Within a folder rows keep their order. The folder
/// appears under its name when all files are complete.
///
/// # Examples
/// ```
/// use hypostyle::io::FolderOptions;
/// use hypostyle::{Frame, ParquetWriteOptions, read_parquet};
/// let parent = tempfile::tempdir()?;
/// let path = parent.path().join("flights");
/// let frame = Frame::builder().column("year", [2023i64, 2024, 2024]).column("x", [1i64, 2, 3]).finish()?;
/// let folder = FolderOptions { partition_by: vec!["year".to_owned()], ..FolderOptions::default() };
/// let options = ParquetWriteOptions { folder, ..ParquetWriteOptions::default() };
/// frame.lazy().write_parquet(&path, &options)?;
/// assert!(path.join("year=2024").join("part-000000.parquet").exists());
/// assert_eq!(read_parquet(&path)?.shape(), (3, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FolderOptions {
    /// The columns whose values part the rows: a folder for each value, in this order. Null has the folder
    /// `__HIVE_DEFAULT_PARTITION__`.
    pub partition_by: Vec<String>,
    /// Rows of a file at most. `None`: any number.
    pub file_rows: Option<u64>,
    /// Bytes of a file at most, as far as can be known before they are written: a file ends before the part of it that
    /// would exceed them, if it is no larger than those before. The files are then named `part-000000-000000`. `None`:
    /// any number.
    pub file_bytes: Option<u64>,
    /// Whether a folder that is there is replaced, if it holds nothing but files of the format. Otherwise that is an
    /// error.
    pub overwrite: bool,
}

impl FolderOptions {
    /// Whether it is a folder at all.
    pub(crate) fn wanted(&self) -> bool {
        !self.partition_by.is_empty() || self.file_rows.is_some() || self.file_bytes.is_some()
    }
}
