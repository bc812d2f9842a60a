//! Writes CSV that our own reader reads back as the same table.

use crate::data::{Batch, Column, DType, Schema, strings};
use crate::error::{AllOk, Error, Result};
use crate::io::compressed::{Packed, nothing, packed};
use crate::io::csv::cells::{Cells, cells};
use crate::io::csv::lines::Lines;
use crate::io::csv::options::{CsvWriteOptions, separator};
use crate::io::csv::quoting::{Quoting, Texts};
use crate::io::csv::source::EXTENSIONS;
use crate::io::output::{BytesOutput, OutputFile, Target};
use crate::io::partitioned;
use crate::plan::target::{Encoded, Encoder, Writer};
use arrow::array::{Array, ArrayRef};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Most lines of a block.
const BLOCK_ROWS: usize = 256;
/// Most bytes of a block, unless one line is longer: it should stay in the cache.
const BLOCK_BYTES: usize = 128 << 10;

/// The characters that values of a type are written with, unless they are text.
fn written_with(dtype: &DType, between: u8) -> Vec<u8> {
    let more: &[u8] = match dtype {
        DType::Bool => return b"truefals".to_vec(),
        DType::Date => b"-",
        DType::Time => b":.",
        DType::Timestamp(..) => b"-:.Z",
        DType::Decimal(..) => b"-.",
        DType::Float32 | DType::Float64 => b"-+.eNaNinf",
        whole if whole.is_integer() => b"-",
        _ => return Vec::new(),
    };
    let own = matches!(dtype, DType::Timestamp(..)).then_some(between);
    b"0123456789".iter().chain(more).copied().chain(own).collect()
}

/// Starts a CSV file, or a folder of them.
///
/// Text is quoted only where it must be; null is an empty field and the empty string a quoted one. Floats are the
/// shortest text that reads back to the same value; instants are written in UTC.
///
/// # Errors
/// `InvalidArgument` for wrong options or a table without columns, `Unsupported` for types CSV does not hold, `Io`.
pub fn create(path: &Path, schema: &Schema, options: &CsvWriteOptions) -> Result<Writer> {
    let own = options.clone();
    let start = move |target: &Target, schema: &Schema| {
        start(target, schema, &own).map_err(|error| error.operation("write_csv"))
    };
    partitioned::create(
        path,
        schema,
        &options.folder,
        &options.storage,
        EXTENSIONS,
        options.compression.ending(),
        start,
    )
    .map_err(|error| error.operation("write_csv"))
}

fn start(target: &Target, schema: &Schema, options: &CsvWriteOptions) -> Result<Writer> {
    let encoder = CsvEncoder::new(schema, options)?;
    let mut file = OutputFile::create(target)?;
    let compression = options.compression.of(&target.name());
    if options.header {
        file.append(&packed(encoder.header(), compression)?)?;
    }
    let encoder = Packed::wrap(Arc::new(encoder), compression);
    Ok(Writer { encoder, output: Box::new(BytesOutput::new(file, nothing(compression)?)) })
}

struct CsvEncoder {
    schema: Schema,
    delimiter: u8,
    quoting: Quoting,
    line_end: Vec<u8>,
    /// Of each column the dictionary met last, and its texts: batches share them.
    dictionaries: Mutex<Vec<Option<Known>>>,
}

/// A dictionary and its texts.
type Known = (ArrayRef, Arc<Texts>);

impl CsvEncoder {
    fn new(schema: &Schema, options: &CsvWriteOptions) -> Result<Self> {
        let delimiter = separator("delimiter", options.delimiter)?;
        let quote = separator("quote", options.quote)?;
        if delimiter == quote {
            return Err(Error::invalid("delimiter and quote are the same character"));
        }
        if !matches!(options.line_end.as_str(), "\n" | "\r\n" | "\r") {
            return Err(
                Error::invalid("line_end must be \\n, \\r\\n or \\r").value(options.line_end.as_str())
            );
        }
        if schema.is_empty() {
            return Err(Error::invalid("no column to write"));
        }
        let mut quoting = Quoting::new(delimiter, quote, &options.null);
        quoting.between = match options.datetime_separator {
            'T' => b'T',
            ' ' => b' ',
            other => {
                let message = "datetime_separator must be T or a blank";
                return Err(Error::invalid(message).value(other.to_string()));
            }
        };
        // Only text is quoted.
        for field in schema.fields() {
            let written = written_with(&field.dtype, quoting.between);
            if let Some(byte) = [delimiter, quote].into_iter().find(|byte| written.contains(byte)) {
                let message = format!("{:?} stands within values of this column", char::from(byte));
                return Err(Error::invalid(message)
                    .column(field.name.as_ref())
                    .hint("choose another delimiter or quote, or cast the column to string"));
            }
        }
        let mut plain = Vec::new();
        quoting.text(&options.null, &mut plain);
        if !options.null.is_empty() && plain[1..plain.len() - 1] != *options.null.as_bytes() {
            return Err(Error::invalid("the text of null holds a quote").value(options.null.as_str()));
        }
        if !options.blank_lines && schema.len() == 1 && options.null.is_empty() {
            // Only the null of a single column is a line of nothing.
            quoting.null = vec![quote; 2];
        }
        for field in schema.fields() {
            let empty = Column::empty(&field.dtype);
            let _ =
                cells(&empty, &quoting, |_| Ok(None)).map_err(|error| error.column(field.name.as_ref()))?;
        }
        let line_end = options.line_end.clone().into_bytes();
        let dictionaries = Mutex::new(schema.fields().iter().map(|_| None).collect());
        Ok(CsvEncoder { schema: schema.clone(), delimiter, quoting, line_end, dictionaries })
    }

    fn header(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (position, name) in self.schema.names().enumerate() {
            if position > 0 {
                out.push(self.delimiter);
            }
            // A name that is empty is quoted only where nothing else is in the line, as other writers have it.
            if !name.is_empty() || self.schema.len() == 1 {
                self.quoting.text(name, &mut out);
            }
        }
        out.extend_from_slice(&self.line_end);
        out
    }

    /// The texts of the dictionary of a column of so many rows; `None` if they are not worth it.
    fn texts(&self, position: usize, dictionary: &ArrayRef, rows: usize) -> Result<Option<Arc<Texts>>> {
        let lock = || self.dictionaries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, texts)) = &lock()[position]
            && strings::same_dictionary(known, dictionary)
        {
            return Ok(Some(texts.clone()));
        }
        if dictionary.len() / 2 > rows {
            return Ok(None);
        }
        let texts = Texts::new(strings::views(dictionary)?, &self.quoting).map(Arc::new);
        if let Some(texts) = &texts {
            lock()[position] = Some((dictionary.clone(), texts.clone()));
        }
        Ok(texts)
    }

    fn append(&self, batch: &Batch, lines: &mut Lines, out: &mut Vec<u8>) -> Result<()> {
        let rows = batch.rows();
        let columns = batch.columns().iter().zip(self.schema.fields()).enumerate();
        let columns: Vec<Box<dyn Cells>> = columns
            .map(|(position, (column, field))| {
                let texts = |dictionary: &ArrayRef| self.texts(position, dictionary, rows);
                cells(column, &self.quoting, texts).map_err(|error| error.column(field.name.as_ref()))
            })
            .all_ok()?;
        let (mut row, mut most) = (0, BLOCK_ROWS);
        while row < rows {
            let mut count = most.min(rows - row);
            let mut width: usize;
            loop {
                width = columns.iter().map(|column| column.width(row..row + count) + 1).sum();
                if count == 1 || Lines::size(count, width) <= BLOCK_BYTES {
                    break;
                }
                count = count.div_ceil(2);
            }
            lines.start(count, width);
            columns.iter().for_each(|column| column.write(row..row + count, lines));
            if row == 0 {
                lines.finish(&self.line_end, out);
                // A little more than the other lines need, if they are as long as these.
                out.reserve((out.len() / count + 1).saturating_mul(rows - count + rows / 16));
            } else {
                lines.finish(&self.line_end, out);
            }
            row += count;
            most = (count * 2).min(BLOCK_ROWS);
        }
        Ok(())
    }
}

impl Encoder for CsvEncoder {
    fn part_rows(&self) -> Option<usize> {
        None
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        let (mut lines, mut out) = (Lines::new(self.delimiter), Vec::new());
        for batch in batches {
            self.append(batch, &mut lines, &mut out)?;
        }
        Ok(Encoded::new(out))
    }
}
