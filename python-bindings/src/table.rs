//! Results: a thin class over the frame, for getting data out.

use crate::error::{Answer, misuse};
use crate::gil::detached;
use crate::numpy::{Buffer, Target};
use crate::query::Query;
use crate::{arrays, capsule, lists, numpy};
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, UInt64Type};
use hypostyle::{Batch, Column, DType, Field, Frame, Schema};
use pyo3::buffer::PyBuffer;
use pyo3::prelude::{Bound, PyAny, PyListMethods, Python, pyclass, pymethods};
use pyo3::types::{PyCapsule, PyList};

/// A frame in memory.
#[pyclass(frozen, module = "hypostyle._native")]
pub struct Table {
    frame: Frame,
}

impl Table {
    /// A frame.
    pub fn new(frame: Frame) -> Self {
        Table { frame }
    }

    fn chunks(&self, name: &str) -> Answer<Vec<Column>> {
        Ok(self.frame.column(name)?.chunks().to_vec())
    }
}

#[pymethods]
impl Table {
    /// Number of rows.
    fn rows(&self) -> u64 {
        self.frame.rows()
    }

    /// Rows of each partition.
    fn partition_rows(&self) -> Vec<usize> {
        self.frame.partitions().iter().map(hypostyle::Batch::rows).collect()
    }

    /// Bytes that the rows take, by column.
    fn column_bytes(&self) -> Vec<usize> {
        (0..self.frame.width()).map(|position| self.frame.column_bytes(position)).collect()
    }

    /// Number of nulls in a column.
    fn null_count(&self, name: &str) -> Answer<usize> {
        Ok(self.frame.column(name)?.null_count())
    }

    /// Whether any partition of a column holds codes.
    fn is_coded(&self, name: &str) -> Answer<bool> {
        Ok(self.chunks(name)?.iter().any(Column::is_coded))
    }

    /// A query over all rows.
    fn query(&self) -> Query {
        Query::of(self.frame.clone())
    }

    /// A query over the rows `offset..offset + rows`.
    fn slice(&self, offset: u64, rows: u64) -> Query {
        Query::of(self.frame.slice(offset, rows))
    }

    /// A query over the rows at these positions, in this order.
    fn take(&self, py: Python<'_>, positions: Vec<u32>) -> Answer<Query> {
        let positions: Vec<u64> = positions.into_iter().map(u64::from).collect();
        Ok(Query::of(detached(py, || self.frame.take(&positions))?))
    }

    /// A query over the rows whose numbers, from 0, are a column of another frame, in that order.
    fn pick(&self, py: Python<'_>, other: &Table, name: &str) -> Answer<Query> {
        let rows = other.chunks(name)?;
        Ok(Query::of(detached(py, || self.frame.take(&numbers(&rows)?))?))
    }

    /// The rows with their numbers as one more column.
    fn with_row_number(&self, name: &str) -> Answer<Query> {
        let mut fields = self.frame.schema().fields().to_vec();
        fields.push(Field::new(name, DType::Int64));
        let mut first = 0i64;
        let parts = self.frame.partitions().iter().map(|part| {
            let next = first + part.rows() as i64;
            let numbers: Column = (first..next).collect();
            first = next;
            Batch::new(part.columns().iter().cloned().chain([numbers]).collect(), part.rows())
        });
        let parts = parts.collect::<hypostyle::Result<Vec<_>>>()?;
        Ok(Query::of(Frame::new(Schema::new(fields)?, parts)?))
    }

    /// A query over the same rows in about `count` partitions.
    fn repartition(&self, py: Python<'_>, count: usize) -> Answer<Query> {
        Ok(Query::of(detached(py, || self.frame.repartition(count))?))
    }

    /// A query over one partition.
    fn partition(&self, position: usize) -> Answer<Query> {
        let parts = self.frame.partitions().get(position).cloned();
        let part = parts.ok_or_else(|| misuse("no such partition"))?;
        Ok(Query::of(Frame::new(self.frame.schema().clone(), vec![part])?))
    }

    /// A list of Python values per column.
    fn lists<'py>(&self, py: Python<'py>, names: Vec<String>) -> Answer<Bound<'py, PyList>> {
        let chunks = names.iter().map(|name| self.chunks(name)).collect::<Answer<Vec<_>>>()?;
        lists::column_lists(py, &chunks)
    }

    /// A column's values as tables show them.
    fn texts<'py>(&self, py: Python<'py>, name: &str) -> Answer<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for chunk in self.chunks(name)? {
            for text in lists::texts(py, &chunk)?.iter() {
                list.append(text)?;
            }
        }
        Ok(list)
    }

    /// Writes columns into NumPy's memory: name, bytes of the values, bytes of the mask.
    fn fill(
        &self,
        py: Python<'_>,
        targets: Vec<(String, Bound<'_, PyAny>, Option<Bound<'_, PyAny>>)>,
    ) -> Answer<()> {
        let targets = targets.iter().map(|(name, values, mask)| {
            let mask = mask.as_ref().map(|mask| PyBuffer::get(mask)).transpose()?;
            Ok(Target { chunks: self.chunks(name)?, values: PyBuffer::get(values)?, mask })
        });
        numpy::fill(py, &targets.collect::<Answer<Vec<_>>>()?)
    }

    /// A column's values without a copy, if it is one chunk of numbers or times without nulls.
    fn share(&self, name: &str, typestr: String) -> Answer<Option<Buffer>> {
        Ok(Buffer::new(&self.chunks(name)?, typestr))
    }

    /// The elements of a column of arrays, one after the other, of arrays in arrays the innermost: those of a row that is
    /// null are null. `None` for other columns.
    fn elements(&self, name: &str) -> Answer<Option<Table>> {
        let chunks =
            self.chunks(name)?.iter().map(arrays::elements).collect::<hypostyle::Result<Option<Vec<_>>>>()?;
        let Some(chunks) = chunks else { return Ok(None) };
        let dtype = arrays::innermost(self.frame.schema().field(name)?.dtype.clone());
        let parts = chunks.into_iter().map(|chunk| {
            let rows = chunk.len();
            Batch::new(vec![chunk], rows)
        });
        let parts = parts.collect::<hypostyle::Result<Vec<_>>>()?;
        Ok(Some(Table { frame: Frame::new(Schema::new(vec![Field::new(name, dtype)])?, parts)? }))
    }

    /// The address of the values of each chunk of a column, for tests of sharing.
    fn addresses(&self, name: &str) -> Answer<Vec<usize>> {
        Ok(self.chunks(name)?.iter().map(numpy::address).collect())
    }

    /// A capsule of the data.
    #[pyo3(signature = (requested=None))]
    fn arrow_stream<'py>(
        &self,
        py: Python<'py>,
        requested: Option<&Bound<'py, PyCapsule>>,
    ) -> Answer<Bound<'py, PyCapsule>> {
        capsule::export(py, &self.frame, requested)
    }
}

/// The numbers of a column, chunk by chunk.
fn numbers(chunks: &[Column]) -> hypostyle::Result<Vec<u64>> {
    let mut all = Vec::with_capacity(chunks.iter().map(Column::len).sum());
    for chunk in chunks {
        all.extend_from_slice(cast(chunk.array(), &DataType::UInt64)?.as_primitive::<UInt64Type>().values());
    }
    Ok(all)
}
