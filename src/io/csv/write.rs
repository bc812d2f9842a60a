//! Writes CSV that our own reader reads back as the same table.

use crate::data::{Batch, Schema};
use crate::error::{AllOk, Error, Result};
use crate::io::compressed::{Packed, packed};
use crate::io::csv::cells::{Cell, Quoting, cells};
use crate::io::csv::options::{CsvWriteOptions, separator};
use crate::io::csv::source::EXTENSIONS;
use crate::io::output::{BytesOutput, OutputFile, Target};
use crate::io::partitioned;
use crate::plan::target::{Encoded, Encoder, Writer};
use std::path::Path;
use std::sync::Arc;

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
    Ok(Writer { encoder, output: Box::new(BytesOutput::new(file)) })
}

struct CsvEncoder {
    schema: Schema,
    delimiter: u8,
    quoting: Quoting,
    line_end: Vec<u8>,
}

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
        let quoting = Quoting::new(delimiter, quote, &options.null);
        let mut plain = Vec::new();
        quoting.text(&options.null, &mut plain);
        if !options.null.is_empty() && plain[1..plain.len() - 1] != *options.null.as_bytes() {
            return Err(Error::invalid("the text of null holds a quote").value(options.null.as_str()));
        }
        for field in schema.fields() {
            let empty = crate::data::Column::empty(&field.dtype);
            let _ = cells(&empty, &quoting).map_err(|error| error.column(field.name.as_ref()))?;
        }
        let line_end = options.line_end.clone().into_bytes();
        Ok(CsvEncoder { schema: schema.clone(), delimiter, quoting, line_end })
    }

    fn header(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (position, name) in self.schema.names().enumerate() {
            if position > 0 {
                out.push(self.delimiter);
            }
            self.quoting.text(name, &mut out);
        }
        out.extend_from_slice(&self.line_end);
        out
    }

    fn append(&self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        let columns = batch.columns().iter().zip(self.schema.fields());
        let cells: Vec<Cell> = columns
            .map(|(column, field)| {
                cells(column, &self.quoting).map_err(|error| error.column(field.name.as_ref()))
            })
            .all_ok()?;
        for row in 0..batch.rows() {
            for (position, cell) in cells.iter().enumerate() {
                if position > 0 {
                    out.push(self.delimiter);
                }
                cell(row, out);
            }
            out.extend_from_slice(&self.line_end);
        }
        Ok(())
    }
}

impl Encoder for CsvEncoder {
    fn part_rows(&self) -> Option<usize> {
        None
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        let rows: usize = batches.iter().map(Batch::rows).sum();
        let mut out = Vec::with_capacity(rows * self.schema.len() * 8);
        for batch in batches {
            self.append(batch, &mut out)?;
        }
        Ok(Encoded::new(out))
    }
}
