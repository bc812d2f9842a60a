//! How Parquet files are read and written.

use crate::error::{Error, Result};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use serde::{Deserialize, Serialize};

/// How to read Parquet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParquetOptions {
    /// Only these columns, in the file's order.
    pub columns: Option<Vec<String>>,
    /// Whether text that the file holds with a dictionary is held as codes.
    pub codes: bool,
}

impl Default for ParquetOptions {
    fn default() -> Self {
        ParquetOptions { columns: None, codes: true }
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
    /// Whether least and greatest values are written, so that readers can skip row groups.
    pub statistics: bool,
}

impl Default for ParquetWriteOptions {
    fn default() -> Self {
        ParquetWriteOptions {
            compression: "snappy".to_owned(),
            level: None,
            row_group_rows: 1 << 18,
            statistics: true,
        }
    }
}

impl ParquetWriteOptions {
    /// # Errors
    /// `InvalidArgument` for an unknown compression, a level outside its range, or no rows in a row group.
    pub(crate) fn compression(&self) -> Result<Compression> {
        let wrong = |_| Error::invalid(format!("no level {:?} of {}", self.level, self.compression));
        if self.row_group_rows == 0 {
            return Err(Error::invalid("row_group_rows must be at least 1"));
        }
        Ok(match self.compression.as_str() {
            "snappy" => Compression::SNAPPY,
            "zstd" => Compression::ZSTD(ZstdLevel::try_new(self.level.unwrap_or(1)).map_err(wrong)?),
            "lz4" => Compression::LZ4_RAW,
            "gzip" => {
                let level = u32::try_from(self.level.unwrap_or(6)).unwrap_or(u32::MAX);
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
}
