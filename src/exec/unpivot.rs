//! Columns below each other: label by label, which copies no value, or row by row.

use crate::data::{Batch, Column, DType, Scalar, strings};
use crate::error::{AllOk, Result};
use crate::exec::operator::{Emit, Transform};
use crate::exec::slot::Slot;
use crate::plan::{Flow, Scan, Unpivot};
use arrow::array::{Array, ArrayRef, StringViewArray, UInt32Array};
use arrow::compute::{interleave, take};
use std::sync::Arc;

/// The labels as a column, over and over.
struct Labels {
    values: ArrayRef,
    text: bool,
}

impl Labels {
    fn new(labels: &[Scalar], dtype: &DType) -> Result<Self> {
        if *dtype == DType::String {
            let texts: StringViewArray = labels.iter().map(Scalar::as_str).collect();
            return Ok(Labels { values: Arc::new(texts), text: true });
        }
        let parts = labels.iter().map(|label| label.to_array(dtype, 1)).all_ok()?;
        let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        let values = match parts.is_empty() {
            true => Column::empty(dtype).array().clone(),
            false => arrow::compute::concat(&parts)?,
        };
        Ok(Labels { values, text: false })
    }

    /// The labels of these numbers; texts stay codes.
    fn column(&self, numbers: Vec<u32>) -> Result<Column> {
        let numbers = UInt32Array::from(numbers);
        Ok(Column::from_held(match self.text {
            true => strings::encode(numbers, self.values.clone())?,
            false => take(&self.values, &numbers, None)?,
        }))
    }
}

/// Label by label: all rows of the first, all rows of the second, ...; the columns are those of the input.
pub struct ByLabel {
    how: Unpivot,
    labels: Labels,
    input: Slot<Vec<Batch>>,
}

impl ByLabel {
    /// Reads what another pipeline left in `input`; `dtype`: of the labels.
    ///
    /// # Errors
    /// `Cast` if a label has another type.
    pub fn new(how: &Unpivot, dtype: &DType, input: Slot<Vec<Batch>>) -> Result<Self> {
        Ok(ByLabel { labels: Labels::new(&how.labels, dtype)?, how: how.clone(), input })
    }
}

impl Scan for ByLabel {
    fn partitions(&self) -> usize {
        self.input.get().map_or(0, Vec::len) * self.how.labels.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let batches = self.input.get()?;
        let (label, batch) = (partition / batches.len(), &batches[partition % batches.len()]);
        let mut columns = batch.columns()[..self.how.kept].to_vec();
        columns.push(self.labels.column(vec![label as u32; batch.rows()])?);
        let first = self.how.kept + label * self.how.values.len();
        columns.extend_from_slice(&batch.columns()[first..first + self.how.values.len()]);
        emit(Batch::new(columns, batch.rows())?).map(|_| ())
    }
}

/// Row by row: each row of the input becomes a row per label.
pub struct ByRow {
    how: Unpivot,
    labels: Labels,
}

impl ByRow {
    /// A transform; `dtype`: of the labels.
    ///
    /// # Errors
    /// `Cast` if a label has another type.
    pub fn new(how: &Unpivot, dtype: &DType) -> Result<Self> {
        Ok(ByRow { labels: Labels::new(&how.labels, dtype)?, how: how.clone() })
    }
}

impl Transform for ByRow {
    fn describe(&self) -> String {
        "Unpivot row by row".to_owned()
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        let (labels, names) = (self.how.labels.len(), self.how.values.len());
        if labels == 0 {
            return Ok(Flow::Continue);
        }
        // Rows are numbered with 32 bits; a batch that grows beyond what one array should hold is cut first.
        let most = ((1usize << 22) / labels).max(1);
        let mut start = 0;
        while start < batch.rows() {
            let part = batch.slice(start, most.min(batch.rows() - start));
            start += part.rows();
            let rows = part.rows();
            let old = UInt32Array::from_iter_values(
                (0..rows as u32).flat_map(|row| std::iter::repeat_n(row, labels)),
            );
            let mut columns = Vec::with_capacity(self.how.kept + 1 + names);
            for column in &part.columns()[..self.how.kept] {
                columns.push(Column::from_held(take(column.array(), &old, None)?));
            }
            let numbers = (0..rows).flat_map(|_| 0..labels as u32).collect();
            columns.push(self.labels.column(numbers)?);
            let places: Vec<(usize, usize)> =
                (0..rows).flat_map(|row| (0..labels).map(move |label| (label, row))).collect();
            for name in 0..names {
                let wide = part.columns()[self.how.kept..].iter().skip(name).step_by(names);
                let plain = wide.map(Column::to_plain).all_ok()?;
                let plain: Vec<&dyn Array> = plain.iter().map(AsRef::as_ref).collect();
                columns.push(Column::new(interleave(&plain, &places)?)?);
            }
            if emit(Batch::new(columns, rows * labels)?)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}
