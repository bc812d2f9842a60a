//! One named column of a whole frame, for getting data out.

use crate::data::column::Column;
use crate::data::dtype::DType;
use crate::data::scalar::Scalar;
use crate::error::{AllOk, Error, ErrorKind, Result};
use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use std::sync::Arc;

/// A named column: one chunk per partition. Cloning copies no data.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, Scalar};
/// let frame = Frame::builder().column("x", [Some(1.5), None]).finish()?;
/// let x = frame.column("x")?;
/// assert_eq!(x.get(1)?, Scalar::Null);
/// assert_eq!(x.null_count(), 1);
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[derive(Clone)]
pub struct Series {
    name: Arc<str>,
    dtype: DType,
    chunks: Vec<Column>,
}

impl Series {
    /// A series of chunks of one type.
    ///
    /// # Errors
    /// `Type` if a chunk has another type.
    pub fn new(name: impl AsRef<str>, dtype: DType, chunks: Vec<Column>) -> Result<Self> {
        if let Some(chunk) = chunks.iter().find(|chunk| chunk.dtype() != dtype.held()) {
            return Err(Error::type_mismatch(format!("a chunk of {} in a {dtype} series", chunk.dtype()))
                .column(name.as_ref()));
        }
        Ok(Series { name: Arc::from(name.as_ref()), dtype, chunks })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type.
    pub fn dtype(&self) -> &DType {
        &self.dtype
    }

    /// The chunks, one per partition.
    pub fn chunks(&self) -> &[Column] {
        &self.chunks
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Column::len).sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of nulls.
    pub fn null_count(&self) -> usize {
        self.chunks.iter().map(Column::null_count).sum()
    }

    /// Rows `offset..offset + rows`, cut at the series' end. Copies nothing.
    pub fn slice(&self, offset: usize, rows: usize) -> Series {
        let (mut skip, mut left) = (offset, rows);
        let mut chunks = Vec::new();
        for chunk in &self.chunks {
            let start = skip.min(chunk.len());
            let count = left.min(chunk.len() - start);
            if count > 0 {
                chunks.push(chunk.slice(start, count));
            }
            (skip, left) = (skip - start, left - count);
        }
        Series { name: self.name.clone(), dtype: self.dtype.clone(), chunks }
    }

    /// The value at a row.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such row.
    pub fn get(&self, row: usize) -> Result<Scalar> {
        let mut left = row;
        for chunk in &self.chunks {
            if left < chunk.len() {
                return Ok(Scalar::from_array(chunk.array(), left));
            }
            left -= chunk.len();
        }
        Err(Error::new(ErrorKind::InvalidArgument, format!("row {row} of {} rows", self.len()))
            .column(self.name.as_ref()))
    }

    /// All values in order.
    pub fn values(&self) -> impl Iterator<Item = Scalar> + '_ {
        self.chunks
            .iter()
            .flat_map(|chunk| (0..chunk.len()).map(|row| Scalar::from_array(chunk.array(), row)))
    }

    /// One plain Arrow array of all rows; a single uncoded chunk is shared, not copied.
    ///
    /// # Errors
    /// `Internal` if codes are damaged; `Type` if Arrow cannot hold the whole in one array.
    pub fn to_array(&self) -> Result<ArrayRef> {
        let plain: Vec<ArrayRef> = self.chunks.iter().map(Column::to_plain).all_ok()?;
        match plain.as_slice() {
            [] => Ok(arrow::array::new_empty_array(&self.dtype.to_arrow())),
            [only] => Ok(only.clone()),
            many => {
                let parts: Vec<&dyn Array> = many.iter().map(AsRef::as_ref).collect();
                Ok(concat(&parts)?)
            }
        }
    }
}
