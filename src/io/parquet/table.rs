//! What is known of Parquet files once they are open.

use crate::data::Schema;
use crate::error::Result;
use crate::io::dictionary::Dictionary;
use crate::io::file::InputFile;
use crate::io::parquet::options::ParquetOptions;
use arrow::datatypes::SchemaRef;
use parquet::file::metadata::ParquetMetaData;
use std::sync::{Arc, OnceLock};

/// One file of the table.
pub struct ParquetFile {
    /// Where it is.
    pub input: InputFile,
    /// Its footer.
    pub metadata: Arc<ParquetMetaData>,
    /// Its columns as Arrow has them.
    pub arrow: SchemaRef,
    /// The position in the file of each column of the schema.
    pub roots: Vec<usize>,
}

/// What was found out when the files were opened.
pub struct ParquetTable {
    /// Names and types.
    pub schema: Schema,
    /// The files in order.
    pub files: Vec<ParquetFile>,
    /// How to read.
    pub options: ParquetOptions,
    /// For each column the texts its codes start with, found when first needed; `None`: it is not coded.
    pub dictionaries: Vec<OnceLock<Result<Option<Arc<Dictionary>>>>>,
}
