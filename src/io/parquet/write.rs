//! Writes Parquet: row groups encoded on any thread, appended in order.

use crate::data::{Batch, Column, DType, Field as OwnField, Schema, TimeUnit};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::expr::{InTurn, Tasks};
use crate::io::categories;
use crate::io::output::{OutputFile, Target};
use crate::io::parquet::options::{self, EXTENSIONS, ParquetWriteOptions};
use crate::io::parquet::pack::column::{self, Chunk, Settings};
use crate::io::parquet::pack::sealed::{Keeper, Pages, sealed};
use crate::io::parquet::sorted::Sorted;
use crate::io::partitioned;
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::plan::target::{Encoded, Encoder, Output, Writer};
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{DEFAULT_BLOOM_FILTER_NDV, EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

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
    let given = schema;
    let schema = &Schema::new(schema.fields().iter().map(stored).collect())?;
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
    if !options.metadata.is_empty() {
        let texts = options.metadata.iter().map(|(key, text)| KeyValue::new(key.clone(), text.clone()));
        properties = properties.set_key_value_metadata(Some(texts.collect()));
    }
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
        let path = ColumnPath::new(vec![name.clone()]);
        properties = properties
            .set_column_bloom_filter_enabled(path.clone(), true)
            // Each row group has a filter, as large as for so many values until it is written.
            .set_column_bloom_filter_max_ndv(
                path,
                (options.row_group_rows as u64).min(DEFAULT_BLOOM_FILTER_NDV),
            );
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
    // Readers of Arrow's own description look for the texts there.
    let texts: HashMap<String, String> = options.metadata.clone().into_iter().collect();
    let arrow: SchemaRef = Arc::new(ArrowSchema::new_with_metadata(fields, texts));
    check(schema)?;
    let file = OutputFile::create(target)?;
    let path = target.path();
    let keeper = Arc::new(Keeper::default());
    let crates =
        ArrowWriterOptions::new().with_properties(properties).with_page_store_factory(keeper.clone());
    let writer = ArrowWriter::try_new_with_options(Held(Some(file)), arrow.clone(), crates);
    let (writer, factory) =
        writer.and_then(ArrowWriter::into_serialized_writer).map_err(|e| failed(e, path))?;
    let part_rows = options.row_group_rows;
    let mut settings = Vec::new();
    let mut place = 0;
    for field in schema.fields() {
        let count = leaves(&field.dtype);
        let own = options.compression_by_column.get(&*field.name);
        let compression = own.map_or(Ok(compression), |own| options::compression(own, None))?;
        let apart = count > 1 || options.bloom_filters.iter().any(|name| *name == *field.name);
        settings.push((!apart).then(|| Settings {
            descr: writer.schema_descr().column(place),
            compression,
            statistics: options.statistics,
            page_rows: options.page_rows.unwrap_or(PAGE_ROWS),
        }));
        place += count;
    }
    let counted =
        schema.fields().iter().zip(given.fields()).map(|(stored, given)| stored.dtype != given.dtype);
    let counted = counted.collect();
    let encoder = ParquetEncoder {
        factory,
        keeper,
        schema: schema.clone(),
        arrow,
        sorted,
        part_rows,
        settings,
        counted,
    };
    let output = ParquetOutput { writer, path: path.display().to_string() };
    Ok(Writer { encoder: Arc::new(encoder), output: Box::new(output) })
}

/// A column as the format has it: its timestamps count no seconds.
fn stored(field: &OwnField) -> OwnField {
    fn dtype(given: &DType) -> DType {
        match given {
            DType::Timestamp(TimeUnit::Second, zone) => DType::Timestamp(TimeUnit::Millisecond, zone.clone()),
            DType::List(item) => DType::List(Box::new(dtype(item))),
            DType::Array(item, width) => DType::Array(Box::new(dtype(item)), *width),
            DType::Struct(fields) => DType::Struct(fields.iter().map(stored).collect()),
            other => other.clone(),
        }
    }
    OwnField { dtype: dtype(&field.dtype), ..field.clone() }
}

/// Types that the format has no place for.
fn check(schema: &Schema) -> Result<()> {
    for field in schema.fields() {
        if field.dtype.has_intervals() {
            return Err(Error::unsupported("Parquet holds no intervals of months, days and nanoseconds")
                .column(field.name.as_ref())
                .hint("write Arrow IPC, or the parts (interval_months, interval_days, interval_nanoseconds) as columns"));
        }
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
        DType::List(item) | DType::Array(item, _) => leaves(item),
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
        DataType::FixedSizeList(item, width) => DataType::FixedSizeList(field(item), *width),
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

/// Rows of a page, if nobody says otherwise: the usual number of the format.
const PAGE_ROWS: usize = 20_000;

struct ParquetEncoder {
    /// How each column is written, if it may be written without the crate.
    settings: Vec<Option<Settings>>,
    factory: ArrowRowGroupWriterFactory,
    keeper: Arc<Keeper>,
    schema: Schema,
    arrow: SchemaRef,
    sorted: Sorted,
    part_rows: usize,
    /// Whether timestamps of a column are counted in another unit than they came in.
    counted: Vec<bool>,
}

impl Encoder for ParquetEncoder {
    fn part_rows(&self) -> Option<usize> {
        Some(self.part_rows)
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        self.encode_shared(batches, &InTurn)
    }

    fn encode_shared(&self, batches: &[Batch], tasks: &dyn Tasks) -> Result<Encoded> {
        let raised = |error: Error| error.operation("write_parquet");
        self.sorted.check(&self.schema, batches).map_err(raised)?;
        let recounted: Vec<Batch>;
        let batches = match self.counted.contains(&true) {
            true => {
                recounted = batches.iter().map(|batch| self.recounted(batch)).all_ok().map_err(raised)?;
                &recounted
            }
            false => batches,
        };
        let columns = self.schema.len();
        let done: Vec<Mutex<Option<Vec<Chunk>>>> = (0..columns).map(|_| Mutex::new(None)).collect();
        let slot = |position: usize| done[position].lock().unwrap_or_else(PoisonError::into_inner);
        tasks.each(columns, &|position| {
            if let Some(chunk) = self.pack(position, batches).map_err(raised)? {
                *slot(position) = Some(vec![chunk]);
            }
            Ok(())
        })?;
        let left: Vec<usize> = (0..columns).filter(|column| slot(*column).is_none()).collect();
        if !left.is_empty() {
            // A nested column has a writer for each of its leaves.
            let writers = self.keeper.with_pages(|| self.factory.create_column_writers(0));
            let mut writers = writers.map_err(wrong)?.into_iter();
            let writers = self
                .schema
                .fields()
                .iter()
                .map(|field| Mutex::new(writers.by_ref().take(leaves(&field.dtype)).collect::<Vec<_>>()));
            let writers: Vec<Mutex<Vec<(ArrowColumnWriter, Pages)>>> = writers.collect();
            tasks.each(left.len(), &|place| {
                let position = left[place];
                let mut own = writers[position].lock().unwrap_or_else(PoisonError::into_inner);
                let chunks = self.column(position, std::mem::take(&mut *own), batches).map_err(raised)?;
                *slot(position) = Some(chunks);
                Ok(())
            })?;
        }
        let mut chunks: Vec<Chunk> = Vec::with_capacity(columns);
        for own in done {
            let own = own.into_inner().unwrap_or_else(PoisonError::into_inner);
            chunks.extend(own.ok_or_else(|| Error::internal("a column was not encoded"))?);
        }
        Ok(Encoded::new(chunks))
    }
}

fn wrong(error: ParquetError) -> Error {
    Error::new(ErrorKind::Type, error.to_string()).operation("write_parquet")
}

impl ParquetEncoder {
    /// Rows with timestamps in the units of the file.
    fn recounted(&self, batch: &Batch) -> Result<Batch> {
        let columns = batch.columns().iter().enumerate().map(|(position, column)| {
            let field = &self.schema.fields()[position];
            if !self.counted[position] {
                return Ok(column.clone());
            }
            let cast = cast(column.array(), &field.dtype, CastMode::Strict);
            cast.and_then(Column::new).map_err(|error| error.without_row().column(field.name.as_ref()))
        });
        Batch::new(columns.all_ok()?, batch.rows())
    }

    /// A column without the crate; `None` where that does not pay.
    fn pack(&self, position: usize, batches: &[Batch]) -> Result<Option<Chunk>> {
        let Some(settings) = &self.settings[position] else { return Ok(None) };
        let columns: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        let packed = column::pack(&columns, settings);
        packed.map_err(|error| error.column(self.arrow.field(position).name().as_str()))
    }

    fn column(
        &self,
        position: usize,
        mut writers: Vec<(ArrowColumnWriter, Pages)>,
        batches: &[Batch],
    ) -> Result<Vec<Chunk>> {
        let field = self.arrow.field(position);
        let located = |error: ParquetError| wrong(error).column(field.name().as_str());
        for batch in batches {
            let leaves = compute_leaves(field, batch.column(position).array()).map_err(located)?;
            if leaves.len() != writers.len() {
                return Err(Error::internal("a leaf of a column without a writer"));
            }
            for ((writer, _), leaf) in writers.iter_mut().zip(&leaves) {
                writer.write(leaf).map_err(located)?;
            }
        }
        let closed = writers.into_iter().map(|(writer, pages)| {
            let chunk = writer.close().map_err(located)?;
            sealed(&pages, chunk.close().clone()).map_err(|error| error.column(field.name().as_str()))
        });
        closed.all_ok()
    }
}

struct ParquetOutput {
    writer: SerializedFileWriter<Held>,
    path: String,
}

/// A file until it is taken from the crate's writer, which would tell of a full disk in words alone when it gives it back.
struct Held(Option<OutputFile>);

impl Held {
    fn file(&mut self) -> io::Result<&mut OutputFile> {
        self.0.as_mut().ok_or_else(|| io::Error::other("the file is complete"))
    }
}

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Output for ParquetOutput {
    fn append(&mut self, part: Encoded) -> Result<()> {
        let chunks = part.take::<Vec<Chunk>>()?;
        let run = || {
            let mut group = self.writer.next_row_group()?;
            for chunk in chunks {
                group.append_column(&Bytes::from(chunk.bytes), chunk.close)?;
            }
            group.close().map(|_| ())
        };
        run().map_err(|error| failed(error, &self.path))
    }

    fn written(&self) -> u64 {
        self.writer.bytes_written() as u64
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.finish().map_err(|error| failed(error, &self.path))?;
        let file = self.writer.inner_mut().0.take();
        file.ok_or_else(|| Error::internal("a file was finished twice"))?.finish()
    }
}
