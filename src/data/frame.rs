//! The frame: a schema and partitions.

use crate::data::batch::Batch;
use crate::data::column::Column;
use crate::data::exchange;
use crate::data::schema::Schema;
use crate::data::series::Series;
use crate::data::size;
use crate::error::{AllOk, Error, ErrorKind, Result};
use arrow::array::RecordBatch;
use std::sync::Arc;

/// A table in memory: a schema and partitions of rows. Immutable; cloning and slicing copy no data.
///
/// # Examples
/// ```
/// use hypostyle::Frame;
/// let frame = Frame::builder()
///     .column("carrier", ["UA", "AA", "UA"])
///     .column("delay", [Some(4i64), None, Some(-2)])
///     .finish()?;
/// assert_eq!(frame.shape(), (3, 2));
/// assert_eq!(frame.slice(1, 10).rows(), 2);
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[derive(Clone)]
pub struct Frame {
    schema: Schema,
    partitions: Arc<[Batch]>,
    rows: u64,
}

impl Frame {
    /// A frame of partitions that all have the schema's columns. Empty partitions are dropped.
    ///
    /// # Errors
    /// `Shape` or `Type` if a partition does not have the schema's columns; `Internal` if a value is none of the
    /// categories of its column.
    pub fn new(schema: Schema, partitions: Vec<Batch>) -> Result<Self> {
        for batch in &partitions {
            if batch.columns().len() != schema.len() {
                return Err(Error::new(
                    ErrorKind::Shape,
                    format!("a partition of {} columns, not {}", batch.columns().len(), schema.len()),
                ));
            }
            for (field, column) in schema.fields().iter().zip(batch.columns()) {
                if column.dtype() != field.dtype.held() {
                    return Err(Error::type_mismatch(format!(
                        "a partition holds {}, the schema says {}",
                        column.dtype(),
                        field.dtype
                    ))
                    .column(field.name.as_ref()));
                }
            }
        }
        let rows = partitions.iter().map(|batch| batch.rows() as u64).sum();
        let kept = partitions.into_iter().filter(|batch| batch.rows() > 0);
        let partitions = match schema.fields().iter().any(|field| field.dtype.categories().is_some()) {
            true => kept.map(|batch| batch.conform(&schema)).all_ok()?.into(),
            false => kept.collect(),
        };
        Ok(Frame { schema, partitions, rows })
    }

    /// A frame without rows.
    pub fn empty(schema: Schema) -> Self {
        Frame { schema, partitions: Arc::from([]), rows: 0 }
    }

    /// A frame of Arrow record batches, one partition each; buffers are shared where the layout allows. Dictionaries of
    /// text are categorical columns, ordered where the schema says so.
    ///
    /// # Errors
    /// `Unsupported` for Arrow types without a counterpart, `Type` if the batches differ or ordered categories of
    /// different batches do, `DuplicateColumn`.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use arrow::array::{ArrayRef, Int64Array, RecordBatch};
    /// use hypostyle::Frame;
    /// let x: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    /// let batch = RecordBatch::try_from_iter([("x", x)])?;
    /// let frame = Frame::from_arrow(&batch.schema(), vec![batch])?;
    /// assert_eq!(frame.rows(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_arrow(
        schema: &arrow::datatypes::Schema,
        batches: impl IntoIterator<Item = RecordBatch>,
    ) -> Result<Self> {
        let batches: Vec<RecordBatch> = batches.into_iter().collect();
        let held = exchange::fields_of(schema, &|position| {
            batches.iter().map(|batch| batch.column(position).clone()).collect()
        })?;
        let partitions = batches.iter().map(|batch| {
            let columns = batch.columns().iter().zip(held.fields()).map(|(array, field)| {
                Column::new(array.clone()).map_err(|error| error.column(field.name.as_ref()))
            });
            Batch::new(columns.all_ok()?, batch.num_rows())
        });
        Frame::new(held.clone(), partitions.all_ok()?)
    }

    /// The partitions as Arrow record batches of plain types (codes decoded); categorical columns are dictionaries.
    ///
    /// # Errors
    /// `Internal` if codes are damaged.
    pub fn to_arrow(&self) -> Result<Vec<RecordBatch>> {
        let schema = Arc::new(self.schema.to_arrow());
        let batches = self.partitions.iter().map(|batch| {
            let columns = batch.columns().iter().zip(self.schema.fields());
            let arrays = columns.map(|(column, field)| field.export(column)).all_ok()?;
            let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.rows()));
            Ok(RecordBatch::try_new_with_options(schema.clone(), arrays, &options)?)
        });
        batches.collect()
    }

    /// Names and types.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The partitions in row order; none is empty.
    pub fn partitions(&self) -> &[Batch] {
        &self.partitions
    }

    /// Number of rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.schema.len()
    }

    /// Rows and columns.
    pub fn shape(&self) -> (u64, usize) {
        (self.rows, self.width())
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// One column.
    ///
    /// # Errors
    /// `ColumnNotFound` with the nearest name.
    pub fn column(&self, name: &str) -> Result<Series> {
        let position = self.schema.index_of(name)?;
        let chunks = self.partitions.iter().map(|batch| batch.column(position).clone()).collect();
        let field = &self.schema.fields()[position];
        Series::new(&field.name, field.dtype.clone(), chunks)
    }

    /// Rows `offset..offset + rows`, cut at the frame's end. Copies nothing.
    pub fn slice(&self, offset: u64, rows: u64) -> Frame {
        let (mut skip, mut left) = (offset, rows);
        let mut kept = Vec::new();
        for batch in self.partitions.iter() {
            let size = batch.rows() as u64;
            if skip >= size {
                skip -= size;
                continue;
            }
            let count = (size - skip).min(left);
            if count == 0 {
                break;
            }
            kept.push(batch.slice(skip as usize, count as usize));
            (skip, left) = (0, left - count);
        }
        let rows = kept.iter().map(|batch| batch.rows() as u64).sum();
        Frame { schema: self.schema.clone(), partitions: kept.into(), rows }
    }

    /// The first `rows` rows.
    pub fn head(&self, rows: u64) -> Frame {
        self.slice(0, rows)
    }

    /// The last `rows` rows.
    pub fn tail(&self, rows: u64) -> Frame {
        self.slice(self.rows.saturating_sub(rows), rows)
    }

    /// The same rows in about `count` partitions of equal size. Cutting copies nothing; joining neighbours copies.
    ///
    /// # Errors
    /// `InvalidArgument` if `count` is 0.
    pub fn repartition(&self, count: usize) -> Result<Frame> {
        if count == 0 {
            return Err(Error::invalid("a frame has at least 1 partition"));
        }
        let size = self.rows.div_ceil(count as u64).max(1);
        let mut partitions = Vec::new();
        let mut start = 0;
        while start < self.rows {
            let part = self.slice(start, size);
            partitions.push(part.to_batch()?);
            start += size;
        }
        Frame::new(self.schema.clone(), partitions)
    }

    /// All rows as one batch; a single partition is shared, not copied.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold the whole in one array.
    pub fn to_batch(&self) -> Result<Batch> {
        match &*self.partitions {
            [] => Ok(Batch::empty(&self.schema)),
            [only] => Ok(only.clone()),
            many => {
                let columns = (0..self.width()).map(|position| {
                    let chunks: Vec<&Column> = many.iter().map(|batch| batch.column(position)).collect();
                    crate::data::concat::concat_columns(&chunks)
                });
                Batch::new(columns.all_ok()?, self.rows as usize)
            }
        }
    }

    /// Bytes that the rows take: of buffers shared with other rows only their own part, a dictionary that partitions share
    /// once.
    pub fn size_bytes(&self) -> usize {
        (0..self.width()).map(|position| self.column_bytes(position)).sum()
    }

    /// Bytes that the rows of the column at `position` take, as [`Frame::size_bytes`].
    ///
    /// # Panics
    /// If there is no such column.
    pub fn column_bytes(&self, position: usize) -> usize {
        size::column_bytes(self.partitions.iter().map(|part| part.column(position).array()))
    }
}
