//! How Parquet files are read and written.

use crate::error::{Error, Result};
use crate::io::folders::FileOptions;
use crate::io::objects::options::StorageOptions;
use crate::io::partitioned::FolderOptions;
use crate::io::rejects::OnError;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Extensions of Parquet files.
pub const EXTENSIONS: &[&str] = &["parquet", "pq"];

/// How to read Parquet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParquetOptions {
    /// Only these columns, in the file's order.
    pub columns: Option<Vec<String>>,
    /// Whether text that the file holds with a dictionary is held as codes.
    pub codes: bool,
    /// What becomes of pages that are damaged: their values are null, or the rows that have a value in them, in any of the
    /// columns, are left out. Of lists, structs and what else cannot be read page by page it is the row group. Then all
    /// columns are read, whatever is asked for, and nothing is left out by statistics.
    pub on_error: OnError,
    /// How several files are one table.
    pub files: FileOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
}

impl Default for ParquetOptions {
    fn default() -> Self {
        ParquetOptions {
            columns: None,
            codes: true,
            on_error: OnError::Raise,
            files: FileOptions::default(),
            storage: StorageOptions::default(),
        }
    }
}

/// How to write Parquet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParquetWriteOptions {
    /// `"snappy"`, `"zstd"`, `"lz4"`, `"gzip"`, `"brotli"` or `"none"`.
    pub compression: String,
    /// The level of `"zstd"` and `"gzip"`; each has its own default.
    pub level: Option<i32>,
    /// Rows of a row group.
    pub row_group_rows: usize,
    /// Whether least and greatest values of row groups and pages are written, so that readers can skip them.
    pub statistics: bool,
    /// Other compressions of single columns; `level` does not apply to them.
    pub compression_by_column: BTreeMap<String, String>,
    /// Columns that get a Bloom filter, so that readers looking for single values skip row groups without them.
    pub bloom_filters: Vec<String>,
    /// Columns by which the rows ascend, nulls last: the file says so. Rows that do not are an error.
    pub sorted_by: Vec<String>,
    /// Rows of a page at most. `None`: the format's usual number.
    pub page_rows: Option<usize>,
    /// Texts that the file holds beside its data, by key.
    pub metadata: BTreeMap<String, String>,
    /// Whether a folder of files is written.
    pub folder: FolderOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
}

impl Default for ParquetWriteOptions {
    fn default() -> Self {
        ParquetWriteOptions {
            compression: "snappy".to_owned(),
            level: None,
            row_group_rows: 1 << 18,
            statistics: true,
            compression_by_column: BTreeMap::new(),
            bloom_filters: Vec::new(),
            sorted_by: Vec::new(),
            page_rows: None,
            metadata: BTreeMap::new(),
            folder: FolderOptions::default(),
            storage: StorageOptions::default(),
        }
    }
}

impl ParquetWriteOptions {
    /// # Errors
    /// `InvalidArgument` for an unknown compression, a level outside its range, or no rows in a row group or page.
    pub(crate) fn compression(&self) -> Result<Compression> {
        if self.row_group_rows == 0 {
            return Err(Error::invalid("row_group_rows must be at least 1"));
        }
        if self.page_rows == Some(0) {
            return Err(Error::invalid("page_rows must be at least 1"));
        }
        compression(&self.compression, self.level)
    }
}

/// The compression of a name.
///
/// # Errors
/// `InvalidArgument` for an unknown compression or a level outside its range.
pub(crate) fn compression(name: &str, level: Option<i32>) -> Result<Compression> {
    let wrong = |_| Error::invalid(format!("no level {level:?} of {name}"));
    Ok(match name {
        "snappy" => Compression::SNAPPY,
        "zstd" => Compression::ZSTD(ZstdLevel::try_new(level.unwrap_or(1)).map_err(wrong)?),
        "lz4" => Compression::LZ4_RAW,
        "gzip" => {
            let level = u32::try_from(level.unwrap_or(6)).unwrap_or(u32::MAX);
            Compression::GZIP(GzipLevel::try_new(level).map_err(wrong)?)
        }
        "brotli" => Compression::BROTLI(Default::default()),
        "none" => Compression::UNCOMPRESSED,
        other => {
            return Err(Error::invalid(format!("no compression {other:?}"))
                .hint("it is one of snappy, zstd, lz4, gzip, brotli, none"));
        }
    })
}
