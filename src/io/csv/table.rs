//! What is known of CSV files once they are open.

use crate::data::{DType, Schema};
use crate::io::csv::counted::Place;
use crate::io::csv::csv_file::CsvFile;
use crate::io::csv::infer::Guess;
use crate::io::csv::nulls::NullSet;
use crate::io::csv::options::CsvOptions;
use crate::io::csv::words::Words;
use crate::io::dictionary::Dictionary;
use crate::io::rejects::Rejects;
use crate::kernels::date_form::Form;
use crate::plan::Refined;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

/// How a column is read.
#[derive(Clone)]
pub struct CsvColumn {
    /// Where its values come from.
    pub kind: Kind,
    /// Its type.
    pub dtype: DType,
    /// What the type was guessed from; `None` if the user gave it.
    pub guess: Option<Guess>,
    /// What its codes start with, if it is held as codes.
    pub dictionary: Option<Arc<Dictionary>>,
    /// What is null.
    pub nulls: NullSet,
    /// How its dates are written, if not in ISO 8601 form.
    pub form: Option<Arc<Form>>,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A field of each record.
    Field,
    /// The number of the row.
    RowIndex,
    /// The name of the file.
    FilePath,
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
    /// How values are written.
    pub words: Arc<Words>,
    /// Whether a value has been met that is not of its column's guessed type.
    pub contradicted: AtomicBool,
    /// The table with wider types, once somebody asked after a contradiction.
    pub refined: Mutex<Option<Refined>>,
    /// What was left out, if it is to be told.
    pub rejects: Arc<Rejects>,
    /// Where it is among the sources of a table, if rows are counted over several.
    pub place: OnceLock<Place>,
}
