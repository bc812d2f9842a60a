//! Writes Arrow IPC: one record batch per part.

use crate::data::{Batch, Schema};
use crate::error::{Error, ErrorKind, Result};
use crate::io::categories;
use crate::io::ipc::options::{EXTENSIONS, IpcWriteOptions};
use crate::io::output::{OutputFile, Target};
use crate::io::partitioned;
use crate::plan::target::{Encoded, Encoder, Output, Writer};
use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use arrow::error::ArrowError;
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions as ArrowOptions, StreamWriter};
use std::path::Path;
use std::sync::Arc;

/// Starts a file or stream. Text is written as plain UTF-8 strings, whether it is held as views or codes.
///
/// # Errors
/// `InvalidArgument` for an unknown compression; `Io`. Writing raises `Unsupported` for a record batch with more than
/// 2 GiB of text in a column.
pub fn create(path: &Path, schema: &Schema, options: &IpcWriteOptions) -> Result<Writer> {
    let own = options.clone();
    let start = move |target: &Target, schema: &Schema| {
        start(target, schema, &own).map_err(|error| error.operation("write_ipc"))
    };
    partitioned::create(path, schema, &options.folder, &options.storage, EXTENSIONS, "", start)
        .map_err(|error| error.operation("write_ipc"))
}

fn start(target: &Target, schema: &Schema, options: &IpcWriteOptions) -> Result<Writer> {
    let path = target.path();
    let compression = match options.compression.as_str() {
        "none" => None,
        "lz4" => Some(CompressionType::LZ4_FRAME),
        "zstd" => Some(CompressionType::ZSTD),
        other => {
            return Err(
                Error::invalid(format!("no compression {other:?}")).hint("it is one of none, lz4, zstd")
            );
        }
    };
    let fields = schema.fields().iter();
    let fields = fields.map(|field| {
        let text = || Field::new(field.name.as_ref(), plain(&field.dtype.to_arrow()), true);
        categories::described(field).unwrap_or_else(text)
    });
    let arrow: SchemaRef = Arc::new(ArrowSchema::new(fields.collect::<Vec<Field>>()));
    let name = path.display().to_string();
    let own = ArrowOptions::default().try_with_compression(compression).map_err(|e| failed(e, &name))?;
    let extension = path.extension().and_then(|text| text.to_str());
    let stream = options.stream.unwrap_or(extension == EXTENSIONS.last().copied());
    let file = OutputFile::create(target)?;
    let sink = match stream {
        true => StreamWriter::try_new_with_options(file, &arrow, own).map(Sink::Stream),
        false => FileWriter::try_new_with_options(file, &arrow, own).map(Sink::File),
    };
    let output = IpcOutput { sink: sink.map_err(|e| failed(e, &name))?, name };
    Ok(Writer { encoder: Arc::new(IpcEncoder { schema: schema.clone(), arrow }), output: Box::new(output) })
}

/// The type with views replaced by the types that every reader knows.
fn plain(arrow: &DataType) -> DataType {
    let field = |field: &Arc<Field>| {
        Arc::new(Field::new(field.name(), plain(field.data_type()), field.is_nullable()))
    };
    match arrow {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::List(item) => DataType::List(field(item)),
        DataType::FixedSizeList(item, width) => DataType::FixedSizeList(field(item), *width),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(field).collect()),
        other => other.clone(),
    }
}

fn failed(error: ArrowError, path: &str) -> Error {
    let error = match error {
        ArrowError::IoError(message, source) => {
            Error::within(&source).unwrap_or_else(|| Error::new(ErrorKind::Io, message))
        }
        other => Error::unsupported(other.to_string()),
    };
    error.operation("write_ipc").file(path)
}

struct IpcEncoder {
    schema: Schema,
    arrow: SchemaRef,
}

impl Encoder for IpcEncoder {
    fn part_rows(&self) -> Option<usize> {
        None
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        let mut out = Vec::with_capacity(batches.len());
        for batch in batches {
            let mut arrays = Vec::with_capacity(batch.columns().len());
            let columns = batch.columns().iter().zip(self.schema.fields());
            for ((column, own), field) in columns.zip(self.arrow.fields()) {
                let plain = cast(&own.export(column)?, field.data_type());
                let located = |error: ArrowError| {
                    Error::unsupported(error.to_string()).operation("write_ipc").column(field.name().as_str())
                };
                arrays.push(plain.map_err(located)?);
            }
            let rows = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.rows()));
            out.push(RecordBatch::try_new_with_options(self.arrow.clone(), arrays, &rows)?);
        }
        Ok(Encoded::new(out))
    }
}

enum Sink {
    File(FileWriter<OutputFile>),
    Stream(StreamWriter<OutputFile>),
}

struct IpcOutput {
    sink: Sink,
    name: String,
}

impl Output for IpcOutput {
    fn append(&mut self, part: Encoded) -> Result<()> {
        for batch in part.take::<Vec<RecordBatch>>()? {
            let written = match &mut self.sink {
                Sink::File(writer) => writer.write(&batch),
                Sink::Stream(writer) => writer.write(&batch),
            };
            written.map_err(|error| failed(error, &self.name))?;
        }
        Ok(())
    }

    fn written(&self) -> u64 {
        match &self.sink {
            Sink::File(writer) => writer.get_ref().written(),
            Sink::Stream(writer) => writer.get_ref().written(),
        }
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let IpcOutput { sink, name } = *self;
        let file = match sink {
            Sink::File(writer) => writer.into_inner(),
            Sink::Stream(writer) => writer.into_inner(),
        };
        file.map_err(|error| failed(error, &name))?.finish()
    }
}
