//! The rows of a batch where a mask is true.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Result};
use crate::kernels::gather::Pieces;
use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::FilterBuilder;
use arrow::datatypes::DataType;

/// The rows where `mask` is true; null counts as false. The rows are numbered once for all columns.
///
/// # Errors
/// `Type` if Arrow cannot filter a nested column.
pub fn filter_batch(batch: &Batch, mask: &BooleanArray) -> Result<Batch> {
    let bits = match mask.nulls() {
        Some(nulls) => &(mask.values() & nulls.inner()),
        None => mask.values(),
    };
    let count = bits.count_set_bits();
    if count == batch.rows() {
        return Ok(batch.clone());
    }
    let nested = |column: &Column| column.array().data_type().is_nested();
    let with_bits =
        |column: &Column| column.array().null_count() > 0 || *column.array().data_type() == DataType::Boolean;
    let some = batch.columns().iter().any(|column| nested(column) || with_bits(column));
    let predicate = some.then(|| {
        let builder = FilterBuilder::new(mask);
        if batch.columns().len() > 1 { builder.optimize().build() } else { builder.build() }
    });
    let rows = set_rows(bits, count);
    let columns = batch.columns().iter().map(|column| match &predicate {
        Some(predicate) if nested(column) => Ok(Column::from_held(predicate.filter(column.array())?)),
        Some(predicate) if with_bits(column) => Pieces::of(column).filter(&rows, predicate),
        _ => Pieces::of(column).gather(&rows, None),
    });
    Batch::new(columns.all_ok()?, count)
}

/// The numbers of the set bits, of which there are `count`.
fn set_rows(bits: &BooleanBuffer, count: usize) -> Vec<u32> {
    let mut rows = Vec::with_capacity(count);
    for (number, word) in bits.bit_chunks().iter_padded().enumerate() {
        let start = 64 * number as u32;
        if word == u64::MAX {
            rows.extend(start..start + 64);
            continue;
        }
        let mut rest = word;
        while rest != 0 {
            rows.push(start + rest.trailing_zeros());
            rest &= rest - 1;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Scalar;

    #[test]
    fn the_rows_of_true_bits_of_every_kind_of_column() {
        for rows in [1usize, 63, 64, 65, 300] {
            for by in [1, 2, 3, 400] {
                let mask: BooleanArray =
                    (0..rows).map(|i| (i % 7 != 2).then_some(i % by == 0 || i / 64 == 1)).collect();
                let numbers: Column = (0..rows as i64).map(|i| (i % 5 != 0).then_some(i)).collect();
                let texts: Vec<String> = (0..rows).map(|i| format!("{i} and some more text")).collect();
                let texts: Column = texts.iter().map(|text| Some(text.as_str())).collect();
                let lists = crate::data::Column::new(std::sync::Arc::new(
                    arrow::array::ListArray::from_iter_primitive::<arrow::datatypes::Int64Type, _, _>(
                        (0..rows as i64).map(|i| (i % 4 != 1).then(|| vec![Some(i); i as usize % 3])),
                    ),
                ));
                let batch = Batch::new(vec![numbers, texts, lists.unwrap()], rows).unwrap();
                let found = filter_batch(&batch, &mask.slice(0, rows)).unwrap();
                let kept: Vec<usize> = (0..rows).filter(|i| mask.is_valid(*i) && mask.value(*i)).collect();
                assert_eq!(found.rows(), kept.len());
                for (own, all) in found.columns().iter().zip(batch.columns()) {
                    for (place, row) in kept.iter().enumerate() {
                        let expected = Scalar::from_array(all.array(), *row);
                        assert_eq!(Scalar::from_array(own.array(), place), expected);
                    }
                }
            }
        }
    }
}
