//! A run of rows: the partitions of a frame, and what flows through a query.

use crate::data::column::Column;
use crate::data::schema::Schema;
use crate::data::strings;
use crate::error::{AllOk, Error, ErrorKind, Result};
use arrow::array::UInt32Array;
use arrow::compute::take;

/// Columns of equal length. Cloning and slicing copy no data.
#[derive(Clone, Debug)]
pub struct Batch {
    columns: Vec<Column>,
    rows: usize,
}

impl Batch {
    /// A batch of columns; `rows` matters where there is no column.
    ///
    /// # Errors
    /// `Shape` if a column has another number of rows.
    pub fn new(columns: Vec<Column>, rows: usize) -> Result<Self> {
        if let Some(position) = columns.iter().position(|column| column.len() != rows) {
            return Err(Error::new(
                ErrorKind::Shape,
                format!("column {position} has {} rows, not {rows}", columns[position].len()),
            ));
        }
        Ok(Batch { columns, rows })
    }

    /// A batch without rows.
    pub fn empty(schema: &Schema) -> Self {
        let columns = schema.fields().iter().map(|field| Column::empty(&field.dtype)).collect();
        Batch { columns, rows: 0 }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column at a position.
    pub fn column(&self, position: usize) -> &Column {
        &self.columns[position]
    }

    /// The columns, moved out.
    pub fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    /// Some of the columns, in the order of `positions`.
    pub fn project(&self, positions: &[usize]) -> Batch {
        let columns = positions.iter().map(|&i| self.columns[i].clone()).collect();
        Batch { columns, rows: self.rows }
    }

    /// Rows `offset..offset + rows`.
    ///
    /// # Panics
    /// If the range is not inside the batch.
    pub fn slice(&self, offset: usize, rows: usize) -> Batch {
        assert!(offset + rows <= self.rows, "rows {offset}..{} of {}", offset + rows, self.rows);
        let columns = self.columns.iter().map(|column| column.slice(offset, rows)).collect();
        Batch { columns, rows }
    }

    /// The rows at these positions; a null position gives a row of nulls.
    ///
    /// # Errors
    /// `Type` if a position is outside the batch.
    pub fn take(&self, rows: &UInt32Array) -> Result<Batch> {
        let columns =
            self.columns.iter().map(|column| Ok(Column::from_held(take(column.array(), rows, None)?)));
        Batch::new(columns.all_ok()?, rows.len())
    }

    /// The same rows, categorical columns as codes into their categories.
    ///
    /// # Errors
    /// `Internal` if a value is none of the categories of its column.
    pub fn conform(&self, schema: &Schema) -> Result<Batch> {
        let columns = self.columns.iter().zip(schema.fields()).map(|(column, field)| {
            let Some(categories) = field.dtype.categories() else { return Ok(column.clone()) };
            let own = strings::coded(column.array()).map(|(_, dictionary)| dictionary);
            if own.is_some_and(|own| strings::same_dictionary(own, categories.values())) {
                return Ok(column.clone());
            }
            let array = categories.conform(column.array()).map_err(|error| error.column(&*field.name))?;
            Ok(Column::from_held(array))
        });
        Batch::new(columns.all_ok()?, self.rows)
    }

    /// Bytes of the buffers this batch keeps alive.
    pub fn size_bytes(&self) -> usize {
        self.columns.iter().map(Column::size_bytes).sum()
    }
}
