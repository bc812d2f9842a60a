//! What is known of CSV files once they are open.

use crate::data::{DType, Schema};
use crate::io::csv::build::NullSet;
use crate::io::csv::cursor::Layout;
use crate::io::csv::options::CsvOptions;
use crate::io::dictionary::Dictionary;
use crate::io::file::InputFile;
use std::sync::Arc;

/// One file of the table.
#[derive(Debug)]
pub struct CsvFile {
    /// Where it is.
    pub input: InputFile,
    /// The byte where its first record starts.
    pub start: u64,
    /// How its records are written.
    pub layout: Layout,
    /// The field of each column of the schema.
    pub fields: Vec<usize>,
}

/// How a column is read.
pub struct CsvColumn {
    /// Its type.
    pub dtype: DType,
    /// Whether the type was guessed.
    pub guessed: bool,
    /// What its codes start with, if it is held as codes.
    pub dictionary: Option<Arc<Dictionary>>,
}

/// What was found out when the files were opened.
pub struct CsvTable {
    /// Names and types.
    pub schema: Schema,
    /// How each column is read.
    pub columns: Vec<CsvColumn>,
    /// The files in order.
    pub files: Vec<CsvFile>,
    /// How to read.
    pub options: CsvOptions,
    /// What is null.
    pub nulls: NullSet,
}
