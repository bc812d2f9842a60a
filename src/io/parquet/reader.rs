//! Reads chosen rows of a row group: some columns of them, as one batch.

use crate::data::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::io::guard::{Failure, guarded};
use crate::io::parquet::input::PositionedFile;
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use arrow::array::{ArrayRef, RecordBatch, new_empty_array};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::file::metadata::ParquetMetaData;
use std::ops::Range;
use std::sync::Arc;

/// Rows of one row group.
#[derive(Clone)]
pub struct Rows {
    /// The row group.
    pub group: usize,
    /// How many rows the row group has.
    pub total: usize,
    /// Which of them, ascending and apart.
    pub ranges: Vec<Range<usize>>,
    count: usize,
}

impl Rows {
    /// Of a row group of so many rows those in the ranges, which ascend and are apart.
    pub fn new(group: usize, total: usize, ranges: Vec<Range<usize>>) -> Self {
        let count = ranges.iter().map(Range::len).sum();
        Rows { group, total, ranges, count }
    }

    /// How many rows they are.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// The columns of the schema at `projection`, of these rows; text comes as views, or as a dictionary where `coded` says
/// so.
///
/// # Errors
/// `Corrupt` naming file and row group, also where the file holds another number of rows; `Io`.
pub fn read(file: &ParquetFile, rows: &Rows, projection: &[usize], coded: &[bool]) -> Result<Vec<ArrayRef>> {
    let schema = hinted(file, projection, coded);
    let count = rows.count();
    if count == 0 {
        // The reader gives no batch for a row group without rows.
        let empty = |column: &usize| new_empty_array(schema.field(file.roots[*column]).data_type());
        return Ok(projection.iter().map(empty).collect());
    }
    let opened = PositionedFile::new(file.input.open()?);
    // A row group that is cut needs the places of its pages, so that those before are not read.
    let metadata = match count < rows.total {
        true => file.indexed(),
        false => &file.metadata,
    };
    let batch = guarded(&file.input, || -> Result<Option<RecordBatch>, Failure> {
        let options = ArrowReaderOptions::new().with_schema(schema);
        let metadata = ArrowReaderMetadata::try_new(metadata.clone(), options)?;
        let roots = projection.iter().map(|&column| file.roots[column]);
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots);
        opened.expect(&needed(metadata.metadata(), rows, &mask))?;
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata)
            .with_projection(mask)
            .with_row_groups(vec![rows.group])
            .with_batch_size(count);
        if count < rows.total {
            let ranges = rows.ranges.iter().cloned();
            builder = builder.with_row_selection(RowSelection::from_consecutive_ranges(ranges, rows.total));
        }
        let batches = builder.build()?.collect::<Result<Vec<_>, _>>()?;
        match batches.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only.clone())),
            [first, ..] => Ok(concat_batches(&first.schema(), &batches).map(Some)?),
        }
    })
    .map_err(|error| in_group(error, file, rows.group))?;
    let found = batch.as_ref().map_or(0, RecordBatch::num_rows);
    match batch {
        Some(batch) if found == count => ordered(&batch, file, projection),
        _ => {
            let message = format!("row group {}: {found} rows where the footer says {count}", rows.group);
            Err(Error::new(ErrorKind::Corrupt, message).file(file.input.name()))
        }
    }
}

/// The bytes of the columns of a row group, as far as these rows lie in them and the index of pages tells where.
fn needed(metadata: &ParquetMetaData, rows: &Rows, mask: &ProjectionMask) -> Vec<Range<u64>> {
    let group = metadata.row_group(rows.group);
    let selection = (rows.count() < rows.total)
        .then(|| RowSelection::from_consecutive_ranges(rows.ranges.iter().cloned(), rows.total));
    let mut needed = Vec::new();
    for leaf in (0..group.num_columns()).filter(|leaf| mask.leaf_included(*leaf)) {
        let (start, length) = group.column(leaf).byte_range();
        let index = metadata.page_index().and_then(|index| index.offset_index(rows.group, leaf));
        match (&selection, index) {
            (Some(selection), Some(index)) if !index.page_locations().is_empty() => {
                let pages = index.page_locations();
                // What comes before the first page is the dictionary.
                needed.push(start..u64::try_from(pages[0].offset).unwrap_or(start).max(start));
                needed.extend(selection.scan_ranges(pages));
            }
            _ => needed.push(start..start.saturating_add(length)),
        }
    }
    needed
}

/// The columns as projected; the reader keeps the file's order.
fn ordered(batch: &RecordBatch, file: &ParquetFile, projection: &[usize]) -> Result<Vec<ArrayRef>> {
    let mut roots: Vec<usize> = projection.iter().map(|&column| file.roots[column]).collect();
    let wanted = roots.clone();
    roots.sort_unstable();
    roots.dedup();
    if roots.len() != batch.num_columns() {
        return Err(Error::internal("the Parquet reader returned other columns than asked for"));
    }
    let place = |root: &usize| batch.column(roots.partition_point(|other| other < root)).clone();
    Ok(wanted.iter().map(place).collect())
}

/// Whether the text of a column chunk is wholly held with a dictionary.
pub fn is_coded(table: &ParquetTable, file: &ParquetFile, group: usize, column: usize) -> bool {
    if !table.options.codes || table.schema.fields()[column].dtype.held() != &DType::String {
        return false;
    }
    file.is_coded(group, column)
}

/// Damage, with the row group it is in.
pub fn in_group(error: Error, file: &ParquetFile, group: usize) -> Error {
    match error.kind() {
        ErrorKind::Corrupt => {
            Error::new(ErrorKind::Corrupt, format!("row group {group}: {}", error.message()))
                .file(file.input.name())
        }
        _ => error,
    }
}

/// The file's Arrow schema with text and bytes as views or codes.
fn hinted(file: &ParquetFile, projection: &[usize], coded: &[bool]) -> SchemaRef {
    let codes: Vec<usize> = projection
        .iter()
        .zip(coded)
        .filter(|(_, coded)| **coded)
        .map(|(&column, _)| file.roots[column])
        .collect();
    let is_text =
        |dtype: &DataType| matches!(dtype, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let fields = file.arrow.fields().iter().enumerate().map(|(root, field)| {
        let text = match field.data_type() {
            DataType::Dictionary(_, values) => is_text(values),
            other => is_text(other),
        };
        let to = match field.data_type() {
            _ if text && codes.contains(&root) => {
                DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8))
            }
            _ if text => DataType::Utf8View,
            DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
            _ => return field.clone(),
        };
        Arc::new(Field::new(field.name(), to, field.is_nullable()))
    });
    Arc::new(ArrowSchema::new(fields.collect::<Vec<_>>()))
}
