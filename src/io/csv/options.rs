//! How a CSV file is written, and what its columns are taken for.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::io::compressed::Compression;
use crate::io::csv::records::Dialect;
use crate::io::folders::FileOptions;
use crate::io::objects::options::StorageOptions;
use crate::io::partitioned::FolderOptions;
use crate::io::rejects::OnError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bytes that types are guessed from, unless another number is given; and the least that a small file is guessed from.
pub const SAMPLE_BYTES: u64 = 1 << 20;
pub const LEAST_SAMPLE: u64 = 256 << 10;

/// How bytes mean characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8; other bytes are an error.
    #[default]
    Utf8,
    /// UTF-8; other bytes become U+FFFD.
    Utf8Lossy,
    /// ISO 8859-1: each byte is the character of that number.
    Latin1,
    /// UTF-16, by its byte order mark, or little-endian without one.
    Utf16,
}

impl Encoding {
    /// The encoding of a name: `utf8`, `utf8_lossy`, `latin1` or `utf16`.
    ///
    /// # Errors
    /// `InvalidArgument` for other names.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "utf8" => Encoding::Utf8,
            "utf8_lossy" => Encoding::Utf8Lossy,
            "latin1" => Encoding::Latin1,
            "utf16" => Encoding::Utf16,
            _ => {
                return Err(
                    Error::invalid("the encodings are utf8, utf8_lossy, latin1 and utf16").value(name)
                );
            }
        })
    }
}

/// How to read CSV.
///
/// # Examples
/// ```
/// use hypostyle::DType;
/// use hypostyle::io::csv::CsvOptions;
/// let options = CsvOptions { delimiter: ';', ..CsvOptions::default() }.with_dtype("zip", DType::String);
/// assert_eq!(options.dtypes["zip"], DType::String);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CsvOptions {
    /// The ASCII character between fields.
    pub delimiter: char,
    /// The ASCII character around fields that hold a delimiter, a quote (doubled) or a line break. `None`: a quote is
    /// a character like any other.
    pub quote: Option<char>,
    /// The ASCII character before a character that means itself, whatever it is. Such files are read into memory whole.
    pub escape: Option<char>,
    /// Whether the delimiter is guessed from the first records of the first file: a comma, a semicolon, a tabulator or a
    /// vertical bar.
    pub sniff: bool,
    /// Whether blanks before a field are no part of it. Such files are read into memory whole.
    pub skip_initial_space: bool,
    /// Whether the first record holds the names. Without it columns are named `column_0`, `column_1`, ...
    pub has_header: bool,
    /// Names to use instead of those in the file; one per field.
    pub column_names: Option<Vec<String>>,
    /// Only these columns, in the file's order.
    pub columns: Option<Vec<String>>,
    /// Fields that mean null. By default only the empty field.
    pub null_values: Vec<String>,
    /// Fields that mean null in one column, beside `null_values`.
    pub null_values_by_column: BTreeMap<String, Vec<String>>,
    /// Whether a quoted field can mean null too. By default `""` is an empty string.
    pub quoted_nulls: bool,
    /// Types by column name; the others are inferred. Where they are told, `1` and `0` are truth values too, and `2.0` is a
    /// whole number.
    pub dtypes: BTreeMap<String, DType>,
    /// Whether dates and timestamps in ISO 8601 form are inferred as such.
    pub parse_dates: bool,
    /// The forms of dates by column, in the codes of strftime. Such a column is a timestamp in microseconds (in UTC if its
    /// form holds an offset) unless its type is given; one that is in ISO 8601 form needs none.
    pub date_formats: BTreeMap<String, String>,
    /// Texts that mean true, beside `true`, `True` and `TRUE`.
    pub true_values: Vec<String>,
    /// Texts that mean false, beside `false`, `False` and `FALSE`.
    pub false_values: Vec<String>,
    /// The ASCII character before the decimals of a number.
    pub decimal: char,
    /// The ASCII character between groups of three digits.
    pub thousands: Option<char>,
    /// Whether blanks around a number are passed over.
    pub number_blanks: bool,
    /// Whether columns without a value are of floats, as pandas has them, not of text.
    pub empty_as_float: bool,
    /// The ASCII character after which, outside quotes, the rest of a line is not read; lines that begin with it are no
    /// records. Such files are read into memory whole.
    pub comment: Option<char>,
    /// How the bytes mean characters. Files in any encoding but UTF-8 are read into memory whole.
    pub encoding: Encoding,
    /// How the files are compressed. Compressed files are read into memory whole.
    pub compression: Compression,
    /// What becomes of records that cannot be read: of another number of fields, or with a value that is not of the
    /// type given for its column. (A type that was guessed is widened instead.)
    pub on_error: OnError,
    /// What becomes of records of another number of fields, if not what `on_error` says: `raise`, `skip` or
    /// `quarantine`.
    pub on_ragged: Option<OnError>,
    /// Whether the values that records of too few fields lack are empty fields; records are of another number of fields
    /// only if they have too many then.
    pub fill_short: bool,
    /// The name of a column, the first one, that counts the rows of all files from 0.
    pub row_index: Option<String>,
    /// The name of a column, the last one, that holds the file each row comes from.
    pub file_path: Option<String>,
    /// How several files are one table; `file_path` here names the column beside it.
    pub files: FileOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
    /// Lines to skip before the header.
    pub skip_rows: u64,
    /// Lines to leave out at the end of each file, empty ones too. Such files are read into memory whole.
    pub skip_footer: u64,
    /// At most this many rows of all files (records that are left out count).
    pub n_rows: Option<u64>,
    /// Whether empty lines are skipped, and where there are several columns lines of blanks. `None`: they are skipped unless
    /// there is only one column, where an empty line is a null.
    pub skip_blank_lines: Option<bool>,
    /// Whether a name that occurs again becomes `name.1`, `name.2`, ...; otherwise it is an error.
    pub rename_duplicates: bool,
    /// Whether text columns with few distinct values are held as codes.
    pub codes: bool,
    /// How many bytes of the files are looked at to infer types. By default 1 MiB; of a file of less than 16 MiB, but more
    /// than one, a sixteenth and at least 256 KiB, unless a column has no value there.
    pub sample_bytes: u64,
    /// About how many bytes a partition has. `None`: chosen by the size of the file.
    pub partition_bytes: Option<u64>,
}

impl Default for CsvOptions {
    fn default() -> Self {
        CsvOptions {
            delimiter: ',',
            quote: Some('"'),
            escape: None,
            sniff: false,
            skip_initial_space: false,
            has_header: true,
            column_names: None,
            columns: None,
            null_values: vec![String::new()],
            null_values_by_column: BTreeMap::new(),
            quoted_nulls: false,
            dtypes: BTreeMap::new(),
            parse_dates: true,
            date_formats: BTreeMap::new(),
            true_values: Vec::new(),
            false_values: Vec::new(),
            decimal: '.',
            thousands: None,
            number_blanks: false,
            empty_as_float: false,
            comment: None,
            encoding: Encoding::default(),
            compression: Compression::default(),
            on_error: OnError::default(),
            on_ragged: None,
            fill_short: false,
            row_index: None,
            file_path: None,
            files: FileOptions::default(),
            storage: StorageOptions::default(),
            skip_rows: 0,
            skip_footer: 0,
            n_rows: None,
            skip_blank_lines: None,
            rename_duplicates: false,
            codes: true,
            sample_bytes: SAMPLE_BYTES,
            partition_bytes: None,
        }
    }
}

impl CsvOptions {
    /// With the type of one column.
    pub fn with_dtype(mut self, column: impl Into<String>, dtype: DType) -> Self {
        self.dtypes.insert(column.into(), dtype);
        self
    }

    /// Bytes of a partition of a file of `size` bytes.
    pub(crate) fn partition_bytes(&self, size: u64) -> u64 {
        // Enough partitions for many cores, but each large enough to be worth its fixed cost.
        self.partition_bytes.unwrap_or((size / 64).clamp(4 << 20, 8 << 20)).max(1)
    }

    /// # Errors
    /// `InvalidArgument` if the characters cannot work.
    pub(crate) fn dialect(&self, fields: usize) -> Result<Dialect> {
        let delimiter = separator("delimiter", self.delimiter)?;
        let quote = self.quote.map(|quote| separator("quote", quote)).transpose()?;
        if Some(delimiter) == quote {
            return Err(Error::invalid("delimiter and quote are the same character"));
        }
        for (what, value) in [("decimal", Some(self.decimal)), ("thousands", self.thousands)] {
            let value = value.map(|value| separator(what, value)).transpose()?;
            if value.is_some_and(|value| value.is_ascii_alphanumeric() || b"+-".contains(&value)) {
                return Err(Error::invalid(format!("{what} cannot be a sign, a digit or a letter")));
            }
        }
        if Some(self.decimal) == self.thousands {
            return Err(Error::invalid("decimal and thousands are the same character"));
        }
        let skip_blank = self.skip_blank_lines.unwrap_or(fields != 1);
        let mut dialect = Dialect::new(delimiter, quote, skip_blank, self.ragged().leaves_out());
        dialect.fill_short = self.fill_short;
        Ok(dialect)
    }

    /// What becomes of records of another number of fields.
    pub(crate) fn ragged(&self) -> OnError {
        self.on_ragged.unwrap_or(self.on_error)
    }

    /// Whether records may be left out.
    pub(crate) fn leaves_out(&self) -> bool {
        self.on_error.leaves_out() || self.ragged().leaves_out()
    }

    /// Whether the text is written anew before it is cut into records.
    pub(crate) fn rewrites(&self) -> bool {
        self.escape.is_some() || self.skip_initial_space
    }

    /// The options of the text that is written anew.
    pub(crate) fn rewritten(&self) -> CsvOptions {
        let quote = if self.delimiter == '"' { '\'' } else { '"' };
        let quote = if self.rewrites() { self.quote.or(Some(quote)) } else { self.quote };
        CsvOptions { quote, ..self.clone() }
    }
}

/// An ASCII character that is no line break.
pub(crate) fn separator(what: &str, value: char) -> Result<u8> {
    match u8::try_from(value) {
        Ok(byte) if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(byte),
        _ => Err(Error::invalid(format!("{what} must be one ASCII character other than a line break"))
            .value(value.to_string())),
    }
}

/// How to write CSV.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CsvWriteOptions {
    /// The ASCII character between fields.
    pub delimiter: char,
    /// The ASCII character around fields that need it.
    pub quote: char,
    /// Whether the first line holds the names.
    pub header: bool,
    /// What stands for null; text equal to it is quoted.
    pub null: String,
    /// What ends a line.
    pub line_end: String,
    /// What stands between the date and the hour of a timestamp: `T`, as ISO 8601 has it, or a blank, as pandas has it.
    pub datetime_separator: char,
    /// Whether the null of a file of one column may be an empty line, which many readers pass over; otherwise it is
    /// written as two quotes.
    pub blank_lines: bool,
    /// How the files are compressed: by default as their names say. Parts are compressed on all threads.
    pub compression: Compression,
    /// Whether a folder of files is written.
    pub folder: FolderOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
}

impl Default for CsvWriteOptions {
    fn default() -> Self {
        CsvWriteOptions {
            delimiter: ',',
            quote: '"',
            header: true,
            null: String::new(),
            line_end: "\n".to_owned(),
            datetime_separator: 'T',
            blank_lines: true,
            compression: Compression::default(),
            folder: FolderOptions::default(),
            storage: StorageOptions::default(),
        }
    }
}
