//! What packed words stand for: keys back from their words.

use crate::data::{Column, DType, dispatch, strings};
use crate::error::Result;
use crate::kernels::keys::layout::Layout;
use arrow::array::{ArrayRef, BooleanArray, NullArray, UInt32Array};
use arrow::buffer::BooleanBuffer;
use std::sync::Arc;

/// What the numbers of a column stand for.
#[derive(Clone)]
pub enum Meaning {
    /// Integers, dates, times, booleans of this type; nothing but nulls.
    Value(DType),
    /// Codes of this dictionary.
    Codes(ArrayRef),
}

/// A layout and what its numbers stand for.
#[derive(Clone)]
pub struct Packing {
    layout: Layout,
    meanings: Vec<Meaning>,
}

impl Packing {
    /// Words of this layout, with a meaning for each column.
    pub fn new(layout: Layout, meanings: Vec<Meaning>) -> Self {
        Packing { layout, meanings }
    }

    /// Where the codes lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// A packing into which words of all of these can be repacked; `None` if their dictionaries differ or there is no
    /// packing.
    pub fn covering(packings: &[&Packing]) -> Option<Packing> {
        let (first, rest) = packings.split_first()?;
        let same = |a: &Meaning, b: &Meaning| match (a, b) {
            (Meaning::Codes(a), Meaning::Codes(b)) => strings::same_dictionary(a, b),
            (Meaning::Value(_), Meaning::Value(_)) => true,
            _ => false,
        };
        let alike =
            rest.iter().all(|other| first.meanings.iter().zip(&other.meanings).all(|(a, b)| same(a, b)));
        let layout = Layout::covering(packings.iter().map(|packing| &packing.layout));
        alike.then(|| Packing { layout, meanings: first.meanings.clone() })
    }

    /// The keys of these words.
    ///
    /// # Errors
    /// `Internal` if the words are not of this packing.
    pub fn keys(&self, words: &[u64]) -> Result<Vec<Column>> {
        let columns = self.meanings.iter().enumerate().map(|(position, meaning)| {
            let (numbers, nulls) = self.layout.numbers(words, position);
            let array: ArrayRef = match meaning {
                Meaning::Codes(dictionary) => {
                    let codes = numbers.iter().map(|number| *number as u32).collect::<Vec<_>>();
                    strings::encode(UInt32Array::try_new(codes.into(), nulls)?, dictionary.clone())?
                }
                Meaning::Value(DType::Null) => Arc::new(NullArray::new(numbers.len())),
                Meaning::Value(DType::Bool) => {
                    let values = BooleanBuffer::collect_bool(numbers.len(), |row| numbers[row] == 1);
                    Arc::new(BooleanArray::new(values, nulls))
                }
                Meaning::Value(dtype) => dispatch::from_ordered_words(&numbers, nulls, dtype)?,
            };
            Ok(Column::from_held(array))
        });
        columns.collect()
    }
}
