//! Writes Parquet: row groups encoded on any thread, appended in order.

use crate::data::{Batch, DType, Schema};
use crate::error::{Error, ErrorKind, Result};
use crate::io::categories;
use crate::io::output::{OutputFile, Target};
use crate::io::parquet::options::{self, EXTENSIONS, ParquetWriteOptions};
use crate::io::parquet::sorted::Sorted;
use crate::io::partitioned;
use crate::plan::target::{Encoded, Encoder, Output, Writer};
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use std::path::Path;
use std::sync::Arc;

/// Starts a Parquet file, or a folder of them. Text is written as plain UTF-8 strings, whether it is held as views or codes;
/// the schema of Arrow in the file tells categorical columns.
///
/// # Errors
/// `InvalidArgument` for wrong options or a table without columns, `Unsupported` for types Parquet does not hold, `Io`.
pub fn create(path: &Path, schema: &Schema, options: &ParquetWriteOptions) -> Result<Writer> {
    let own = options.clone();
    let start = move |target: &Target, schema: &Schema| {
        start(target, schema, &own).map_err(|error| error.operation("write_parquet"))
    };
    partitioned::create(path, schema, &options.folder, &options.storage, EXTENSIONS, "", start)
        .map_err(|error| error.operation("write_parquet"))
}

fn start(target: &Target, schema: &Schema, options: &ParquetWriteOptions) -> Result<Writer> {
    let compression = options.compression()?;
    if schema.is_empty() {
        return Err(Error::invalid("no column to write"));
    }
    let statistics = match options.statistics {
        true => EnabledStatistics::Page,
        false => EnabledStatistics::None,
    };
    let sorted = Sorted::new(schema, &options.sorted_by)?;
    let leaf = |column: usize| schema.fields()[..column].iter().map(|field| leaves(&field.dtype)).sum();
    let mut properties = WriterProperties::builder()
        .set_compression(compression)
        .set_statistics_enabled(statistics)
        .set_max_row_group_row_count(None)
        .set_sorting_columns(sorted.declared(leaf))
        .set_created_by(concat!("hypostyle version ", env!("CARGO_PKG_VERSION")).to_owned());
    if let Some(rows) = options.page_rows {
        properties = properties.set_data_page_row_count_limit(rows).set_write_batch_size(rows.min(1024));
    }
    for (name, other) in &options.compression_by_column {
        schema.index_of(name)?;
        let path = ColumnPath::new(vec![name.clone()]);
        properties = properties.set_column_compression(path, options::compression(other, None)?);
    }
    for name in &options.bloom_filters {
        let dtype = &schema.field(name)?.dtype;
        if dtype.is_nested() || matches!(dtype, DType::Bool | DType::Null) {
            return Err(Error::unsupported(format!("no Bloom filter of {dtype}")).column(name.as_str()));
        }
        properties = properties.set_column_bloom_filter_enabled(ColumnPath::new(vec![name.clone()]), true);
    }
    let properties = properties.build();
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            let text = || Field::new(field.name.as_ref(), plain(&field.dtype.to_arrow()), true);
            categories::described(field).unwrap_or_else(text)
        })
        .collect();
    let arrow: SchemaRef = Arc::new(ArrowSchema::new(fields));
    check(schema)?;
    let file = OutputFile::create(target)?;
    let path = target.path();
    let writer = ArrowWriter::try_new(file, arrow.clone(), Some(properties));
    let (writer, factory) =
        writer.and_then(ArrowWriter::into_serialized_writer).map_err(|e| failed(e, path))?;
    let part_rows = options.row_group_rows;
    let encoder = ParquetEncoder { factory, schema: schema.clone(), arrow, sorted, part_rows };
    let output = ParquetOutput { writer, path: path.display().to_string() };
    Ok(Writer { encoder: Arc::new(encoder), output: Box::new(output) })
}

/// Types that the format has no place for.
fn check(schema: &Schema) -> Result<()> {
    for field in schema.fields() {
        if let DType::Struct(fields) = &field.dtype
            && fields.is_empty()
        {
            return Err(Error::unsupported("Parquet holds no struct without fields")
                .column(field.name.as_ref())
                .hint("drop the column"));
        }
    }
    Ok(())
}

/// How many leaves a type has.
fn leaves(dtype: &DType) -> usize {
    match dtype {
        DType::List(item) => leaves(item),
        DType::Struct(fields) => fields.iter().map(|field| leaves(&field.dtype)).sum(),
        _ => 1,
    }
}

/// The type with views replaced by the types that every reader of Parquet knows.
fn plain(arrow: &DataType) -> DataType {
    let field = |field: &Arc<Field>| {
        Arc::new(Field::new(field.name(), plain(field.data_type()), field.is_nullable()))
    };
    match arrow {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::List(item) => DataType::List(field(item)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(field).collect()),
        other => other.clone(),
    }
}

fn failed(error: ParquetError, path: impl AsRef<Path>) -> Error {
    let error = match error {
        ParquetError::External(source) => {
            let own = source.downcast_ref::<std::io::Error>().and_then(Error::within);
            own.unwrap_or_else(|| Error::new(ErrorKind::Io, source.to_string()))
        }
        ParquetError::NYI(message) | ParquetError::General(message) => Error::unsupported(message),
        other => Error::unsupported(other.to_string()),
    };
    error.file(path.as_ref().display().to_string())
}

struct ParquetEncoder {
    factory: ArrowRowGroupWriterFactory,
    schema: Schema,
    arrow: SchemaRef,
    sorted: Sorted,
    part_rows: usize,
}

impl Encoder for ParquetEncoder {
    fn part_rows(&self) -> Option<usize> {
        Some(self.part_rows)
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        let wrong =
            |error: ParquetError| Error::new(ErrorKind::Type, error.to_string()).operation("write_parquet");
        self.sorted.check(&self.schema, batches).map_err(|error| error.operation("write_parquet"))?;
        let writers = self.factory.create_column_writers(0).map_err(wrong)?;
        let mut writers = writers.into_iter();
        let mut chunks: Vec<ArrowColumnChunk> = Vec::with_capacity(writers.len());
        for (position, field) in self.arrow.fields().iter().enumerate() {
            let located = |error: ParquetError| wrong(error).column(field.name().as_str());
            // A nested column has a writer for each of its leaves.
            let mut own = Vec::new();
            for batch in batches {
                let leaves = compute_leaves(field, batch.column(position).array()).map_err(located)?;
                while own.len() < leaves.len() {
                    let missing = || Error::internal("a leaf of a column without a writer");
                    own.push(writers.next().ok_or_else(missing)?);
                }
                for (writer, leaf) in own.iter_mut().zip(&leaves) {
                    writer.write(leaf).map_err(located)?;
                }
            }
            for writer in own {
                chunks.push(writer.close().map_err(located)?);
            }
        }
        Ok(Encoded::new(chunks))
    }
}

struct ParquetOutput {
    writer: SerializedFileWriter<OutputFile>,
    path: String,
}

impl Output for ParquetOutput {
    fn append(&mut self, part: Encoded) -> Result<()> {
        let chunks = part.take::<Vec<ArrowColumnChunk>>()?;
        let run = || {
            let mut group = self.writer.next_row_group()?;
            for chunk in chunks {
                chunk.append_to_row_group(&mut group)?;
            }
            group.close().map(|_| ())
        };
        run().map_err(|error| failed(error, &self.path))
    }

    fn written(&self) -> u64 {
        self.writer.bytes_written() as u64
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let file = self.writer.into_inner().map_err(|error| failed(error, &self.path))?;
        file.finish()
    }
}
