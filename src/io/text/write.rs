//! Writes a column of text, one line per row.

use crate::data::{Batch, DType, Schema, strings};
use crate::error::{Error, Result};
use crate::io::compressed::{Packed, nothing};
use crate::io::output::{BytesOutput, OutputFile, Target};
use crate::io::text::options::TextWriteOptions;
use crate::plan::target::{Encoded, Encoder, Writer};
use std::path::Path;
use std::sync::Arc;

/// Starts a text file.
///
/// # Errors
/// `Type` or `Shape` for a table that is not one column of text; `InvalidArgument` for another line end; `Io`. Writing
/// raises `InvalidArgument` for text that is null or holds a line break, because it would not be read back.
pub fn create(path: &Path, schema: &Schema, options: &TextWriteOptions) -> Result<Writer> {
    start(path, schema, options).map_err(|error| error.operation("write_text"))
}

fn start(path: &Path, schema: &Schema, options: &TextWriteOptions) -> Result<Writer> {
    let [field] = schema.fields() else {
        return Err(Error::new(crate::error::ErrorKind::Shape, format!("{} columns, not one", schema.len()))
            .hint("select the column to write"));
    };
    if field.dtype.held() != &DType::String {
        return Err(Error::type_mismatch(format!("string expected, not {}", field.dtype))
            .column(field.name.as_ref())
            .hint("cast the column to string"));
    }
    if !matches!(options.line_end.as_str(), "\n" | "\r\n") {
        return Err(Error::invalid("line_end must be \\n or \\r\\n").value(options.line_end.as_str()));
    }
    let encoder = TextEncoder { name: field.name.to_string(), line_end: options.line_end.clone() };
    let target = Target::file(path, &options.storage)?;
    let compression = options.compression.of(&target.name());
    let output = BytesOutput::new(OutputFile::create(&target)?, nothing(compression)?);
    let encoder = Packed::wrap(Arc::new(encoder), compression);
    Ok(Writer { encoder, output: Box::new(output) })
}

struct TextEncoder {
    name: String,
    line_end: String,
}

impl Encoder for TextEncoder {
    fn part_rows(&self) -> Option<usize> {
        None
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        let mut out = Vec::new();
        for batch in batches {
            let held = batch.column(0).to_plain()?;
            for text in strings::views(&held)? {
                let Some(text) = text else {
                    return Err(self.refused("a null is no line of text", "null"));
                };
                if text.contains(['\n', '\r']) {
                    return Err(self.refused("a text with a line break is more than one line", text));
                }
                out.extend_from_slice(text.as_bytes());
                out.extend_from_slice(self.line_end.as_bytes());
            }
        }
        Ok(Encoded::new(out))
    }
}

impl TextEncoder {
    fn refused(&self, message: &str, text: &str) -> Error {
        Error::invalid(message).operation("write_text").column(self.name.as_str()).value(text)
    }
}
