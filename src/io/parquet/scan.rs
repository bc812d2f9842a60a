//! Reads row groups, or parts of large ones, as batches.

use crate::data::{Batch, Column, DType, Statistics, strings};
use crate::error::{Error, ErrorKind, Result};
use crate::io::dictionary::{Dictionary, Translation};
use crate::io::parquet::input::{Failure, PositionedFile, guarded};
use crate::io::parquet::prune::{Known, may_match};
use crate::io::parquet::statistics::RowGroup;
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::plan::{Flow, Scan, ScanRequest};
use arrow::array::{Array, ArrayRef, DictionaryArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef, UInt32Type};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use std::sync::Arc;

/// Rows of one row group of one file.
struct Part {
    file: usize,
    group: usize,
    offset: usize,
    rows: usize,
    /// Whether the predicate rules all of them out.
    skip: bool,
}

/// Parquet files being read.
pub struct ParquetScan {
    table: Arc<ParquetTable>,
    projection: Vec<usize>,
    parts: Vec<Part>,
    batch_rows: usize,
    groups: usize,
    skipped: usize,
}

impl ParquetScan {
    /// Chooses and cuts row groups.
    ///
    /// # Errors
    /// `Corrupt` if a footer contradicts itself.
    pub fn new(table: Arc<ParquetTable>, request: &ScanRequest) -> Result<Self> {
        let batch_rows = request.batch_rows.max(1);
        let mut left = match request.predicate {
            None => request.limit.unwrap_or(u64::MAX),
            Some(_) => u64::MAX,
        };
        let (mut parts, mut groups, mut skipped) = (Vec::new(), 0, 0);
        for (position, file) in table.files.iter().enumerate() {
            for group in 0..file.metadata.num_row_groups() {
                let one = RowGroup { table: &table, file, group };
                let rows = usize::try_from(file.metadata.row_group(group).num_rows()).map_err(|_| {
                    Error::new(ErrorKind::Corrupt, format!("row group {group} has a negative number of rows"))
                        .file(file.input.name())
                })?;
                let skip = match &request.predicate {
                    Some(predicate) => {
                        !guarded(&file.input, || Ok::<_, Failure>(may_match(predicate, &table.schema, &one)))?
                    }
                    None => false,
                };
                groups += 1;
                skipped += usize::from(skip);
                // Row groups somewhat larger than a batch are not worth cutting.
                let large = rows > batch_rows + batch_rows / 2 && !skip;
                let count = if large { rows.div_ceil(batch_rows) } else { 1 };
                let step = rows.div_ceil(count);
                for offset in (0..rows).step_by(step.max(1)) {
                    let wanted = usize::try_from(left).unwrap_or(usize::MAX);
                    let rows = step.min(rows - offset).min(wanted);
                    left -= rows as u64;
                    if rows > 0 {
                        parts.push(Part { file: position, group, offset, rows, skip });
                    }
                }
            }
        }
        let projection = request.projection.clone();
        Ok(ParquetScan { table, projection, parts, batch_rows, groups, skipped })
    }

    fn parse(&self, part: &Part, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let file = &self.table.files[part.file];
        if self.projection.is_empty() {
            for offset in (0..part.rows).step_by(self.batch_rows) {
                let rows = self.batch_rows.min(part.rows - offset);
                if emit(Batch::new(Vec::new(), rows)?)? == Flow::Stop {
                    break;
                }
            }
            return Ok(());
        }
        let mut coded = Vec::with_capacity(self.projection.len());
        for &column in &self.projection {
            let translated = match self.table.is_coded(file, part.group, column) {
                true => self.table.dictionary(column)?.map(Translation::new),
                false => None,
            };
            coded.push(translated);
        }
        let flags: Vec<bool> = coded.iter().map(Option::is_some).collect();
        let mut reader = reader(file, part, &self.projection, &flags, self.batch_rows)?;
        let known = RowGroup { table: &self.table, file, group: part.group };
        let whole = known.rows() == part.rows as u64;
        let facts: Vec<Option<Statistics>> = self
            .projection
            .iter()
            .map(|&column| {
                known.statistics(column).filter(|_| !self.table.schema.fields()[column].dtype.is_nested())
            })
            .collect();
        let mut rows = 0;
        while let Some(batch) = guarded(&file.input, || reader.next().transpose())
            .map_err(|error| in_group(error, file, part.group))?
        {
            let order = order(&batch, file, &self.projection)?;
            let mut columns = Vec::with_capacity(order.len());
            for (at, position) in order.into_iter().enumerate() {
                let array = batch.column(position);
                let column = match &mut coded[at] {
                    Some(translation) => Column::from_held(codes(array, translation, part.rows)?),
                    None => Column::new(array.clone())?,
                };
                columns.push(match &facts[at] {
                    Some(facts) => with_facts(column, facts, whole && batch.num_rows() == part.rows),
                    None => column,
                });
            }
            rows += batch.num_rows();
            if emit(Batch::new(columns, batch.num_rows())?)? == Flow::Stop {
                return Ok(());
            }
        }
        if rows != part.rows {
            let message = format!("{rows} rows where the footer says {}", part.rows);
            return Err(Error::new(ErrorKind::Corrupt, message).file(file.input.name()));
        }
        Ok(())
    }
}

/// Where each projected column stands in a batch of the reader, which keeps the file's order.
fn order(batch: &RecordBatch, file: &ParquetFile, projection: &[usize]) -> Result<Vec<usize>> {
    let mut roots: Vec<usize> = projection.iter().map(|&column| file.roots[column]).collect();
    let wanted = roots.clone();
    roots.sort_unstable();
    roots.dedup();
    if roots.len() != batch.num_columns() {
        return Err(Error::internal("the Parquet reader returned other columns than asked for"));
    }
    Ok(wanted.iter().map(|root| roots.partition_point(|other| other < root)).collect())
}

/// Row group bounds hold for every part of it; null counts only for the whole.
fn with_facts(column: Column, facts: &Statistics, whole: bool) -> Column {
    if facts.min.is_null() || facts.max.is_null() {
        return column;
    }
    let null_count = if whole { facts.null_count } else { column.null_count() as u64 };
    column.with_statistics(Statistics { null_count, ..facts.clone() })
}

/// Codes of the row group as codes of the table; views, if there are about as many texts as rows.
fn codes(array: &ArrayRef, translation: &mut Translation, rows: usize) -> Result<ArrayRef> {
    let coded = array
        .as_any()
        .downcast_ref::<DictionaryArray<UInt32Type>>()
        .ok_or_else(|| Error::internal("the Parquet reader returned no codes"))?;
    if coded.values().len() * 2 > rows {
        return Ok(cast(array, &DataType::Utf8View)?);
    }
    let (map, dictionary) = translation.of(coded.values())?;
    let keys = match map {
        None => coded.keys().clone(),
        Some(map) => coded.keys().unary(|key| map.get(key as usize).copied().unwrap_or(0)),
    };
    strings::encode(keys, dictionary)
}

impl ParquetTable {
    /// Whether the text of a column chunk is wholly held with a dictionary.
    fn is_coded(&self, file: &ParquetFile, group: usize, column: usize) -> bool {
        if !self.options.codes || self.schema.fields()[column].dtype != DType::String {
            return false;
        }
        let root = file.roots[column];
        let parquet = file.metadata.file_metadata().schema_descr();
        let leaf = (0..parquet.num_columns()).find(|&leaf| parquet.get_column_root_idx(leaf) == root);
        leaf.is_some_and(|leaf| {
            let chunk = file.metadata.row_group(group).column(leaf);
            let all_coded = chunk.page_encoding_stats_mask().is_some_and(|mask| {
                mask.is_only(Encoding::PLAIN_DICTIONARY) || mask.is_only(Encoding::RLE_DICTIONARY)
            });
            chunk.dictionary_page_offset().is_some() && all_coded
        })
    }

    /// The texts of the first row group that holds the column with a dictionary: all codes start with them.
    fn dictionary(&self, column: usize) -> Result<Option<Arc<Dictionary>>> {
        let found = self.dictionaries[column].get_or_init(|| {
            for (position, file) in self.files.iter().enumerate() {
                for group in 0..file.metadata.num_row_groups() {
                    if self.is_coded(file, group, column) {
                        let part = Part { file: position, group, offset: 0, rows: 1, skip: false };
                        return first_dictionary(file, &part, column).map(Some);
                    }
                }
            }
            Ok(None)
        });
        found.clone()
    }
}

/// Reads one row, which brings the whole dictionary of the row group with it.
fn first_dictionary(file: &ParquetFile, part: &Part, column: usize) -> Result<Arc<Dictionary>> {
    let mut reader = reader(file, part, &[column], &[true], 1)?;
    let batch = guarded(&file.input, || reader.next().transpose())?;
    let array = batch.as_ref().map(|batch| batch.column(0).clone());
    let coded = array.as_ref().and_then(|array| array.as_any().downcast_ref::<DictionaryArray<UInt32Type>>());
    let Some(coded) = coded else { return Ok(Dictionary::new([])) };
    let values = cast(coded.values(), &DataType::Utf8View)?;
    Ok(Dictionary::new(strings::views(&values)?.iter().flatten()))
}

/// The reader of a part; text comes as views, or as a dictionary where `coded` says so.
fn reader(
    file: &ParquetFile,
    part: &Part,
    projection: &[usize],
    coded: &[bool],
    batch_rows: usize,
) -> Result<ParquetRecordBatchReader> {
    let schema = hinted(file, projection, coded);
    let opened = PositionedFile::new(file.input.open()?);
    let built = guarded(&file.input, || {
        let options = ArrowReaderOptions::new().with_schema(schema);
        let metadata = ArrowReaderMetadata::try_new(file.metadata.clone(), options)?;
        let roots = projection.iter().map(|&column| file.roots[column]);
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots);
        ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata)
            .with_projection(mask)
            .with_row_groups(vec![part.group])
            .with_offset(part.offset)
            .with_limit(part.rows)
            .with_batch_size(batch_rows.min(part.rows).max(1))
            .build()
    });
    built.map_err(|error| in_group(error, file, part.group))
}

/// Damage, with the row group it is in.
fn in_group(error: Error, file: &ParquetFile, group: usize) -> Error {
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
    let fields = file.arrow.fields().iter().enumerate().map(|(root, field)| {
        let text = matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
            || matches!(field.data_type(), DataType::Dictionary(_, values)
                if matches!(values.as_ref(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View));
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

impl Scan for ParquetScan {
    fn partitions(&self) -> usize {
        self.parts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let part = &self.parts[partition];
        if part.skip {
            return Ok(());
        }
        // What `emit` raises is an error of what is done with the rows, not of reading them.
        let mut raised = false;
        let mut emit = |batch| emit(batch).inspect_err(|_| raised = true);
        let result = self.parse(part, &mut emit);
        result.map_err(|error| if raised { error } else { error.operation("read_parquet") })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        let file = self.parts[partition].file;
        let before = self.parts[..partition].iter().filter(|part| part.file == file);
        Some(before.map(|part| part.rows as u64).sum())
    }

    fn skipped(&self) -> Option<String> {
        (self.skipped > 0).then(|| format!("{} of {} row groups", self.skipped, self.groups))
    }
}
