//! What packed words stand for: keys back from their words.

use crate::data::{Column, DType, dispatch, strings};
use crate::error::Result;
use crate::kernels::hash;
use crate::kernels::keys::layout::{Layout, Term};
use crate::kernels::keys::shared::{Hashes, SharedDictionary};
use crate::kernels::map::collect_bits;
use arrow::array::{ArrayRef, BooleanArray, NullArray, UInt32Array};
use std::sync::Arc;

/// What the numbers of a column stand for.
#[derive(Clone)]
pub enum Meaning {
    /// Integers, dates, times, booleans of this type; nothing but nulls.
    Value(DType),
    /// Codes of this dictionary.
    Codes(ArrayRef),
    /// Numbers of texts that all lanes share.
    Shared(Arc<SharedDictionary>),
}

/// Rows at a time.
const RUN: usize = 1024;

/// Hashes of the texts of each key column's dictionary.
#[derive(Default)]
pub struct TextHashes(Vec<Option<(ArrayRef, Vec<u64>)>>);

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

    /// Whether numbers of texts are those that lanes share: which text has which differs from run to run.
    pub fn is_shared(&self) -> bool {
        self.meanings.iter().any(|meaning| matches!(meaning, Meaning::Shared(_)))
    }

    /// A packing into which words of all of these can be repacked, the same whatever numbers shared texts have; `None` if
    /// their dictionaries differ, a shared one is full or there is no packing.
    pub fn covering(packings: &[&Packing]) -> Option<Packing> {
        let first = packings.first()?;
        let same = |a: &Meaning, b: &Meaning| match (a, b) {
            (Meaning::Codes(a), Meaning::Codes(b)) => strings::same_dictionary(a, b),
            (Meaning::Value(_), Meaning::Value(_)) => true,
            (Meaning::Shared(a), Meaning::Shared(b)) => Arc::ptr_eq(a, b) && !a.is_full(),
            _ => false,
        };
        // The first with itself, too.
        let alike =
            packings.iter().all(|other| first.meanings.iter().zip(&other.meanings).all(|(a, b)| same(a, b)));
        let count = |meaning: &Meaning| match meaning {
            Meaning::Shared(dictionary) => Some(u64::from(dictionary.count())),
            _ => None,
        };
        let counts: Vec<Option<u64>> = first.meanings.iter().map(count).collect();
        let layout = Layout::covering(packings.iter().map(|packing| &packing.layout), &counts);
        alike.then(|| Packing { layout, meanings: first.meanings.clone() })
    }

    /// The hashes that cut rows with these words into parts: those that [`hash::part_hashes`] gives for their keys.
    ///
    /// # Errors
    /// `Type` if a dictionary holds no text.
    pub fn part_hashes(&self, words: &[u64], texts: &mut TextHashes) -> Result<Vec<u64>> {
        texts.0.resize_with(self.meanings.len(), || None);
        for (known, meaning) in texts.0.iter_mut().zip(&self.meanings) {
            let Meaning::Codes(dictionary) = meaning else { continue };
            if known.as_ref().is_none_or(|(own, _)| !strings::same_dictionary(own, dictionary)) {
                *known = Some((dictionary.clone(), hash::text_hashes(dictionary)?));
            }
        }
        let shared: Vec<Option<Hashes<'_>>> = self
            .meanings
            .iter()
            .map(|meaning| match meaning {
                Meaning::Shared(dictionary) => Some(dictionary.hashes()),
                _ => None,
            })
            .collect();
        let width = self.layout.width();
        let mut hashes = vec![0u64; words.len() / width];
        let terms: Vec<Term<'_>> = (0..self.meanings.len())
            .map(|position| Term {
                factor: hash::factor(position),
                table: match (&shared[position], &texts.0[position]) {
                    (Some(hashes), _) => Some(hashes.as_slice()),
                    (None, known) => known.as_ref().map(|(_, hashes)| hashes.as_slice()),
                },
            })
            .collect();
        // Rows whose sums stay in the nearest cache.
        for (words, hashes) in words.chunks(RUN * width).zip(hashes.chunks_mut(RUN)) {
            for (position, term) in terms.iter().enumerate() {
                self.layout.add_terms(words, position, term, hashes);
            }
            for hash in hashes {
                *hash = hash::mix(*hash);
            }
        }
        Ok(hashes)
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
                Meaning::Shared(dictionary) => dictionary.texts(&numbers, nulls),
                Meaning::Value(DType::Null) => Arc::new(NullArray::new(numbers.len())),
                Meaning::Value(DType::Bool) => {
                    let values = collect_bits(numbers.len(), |row| numbers[row] == 1);
                    Arc::new(BooleanArray::new(values, nulls))
                }
                Meaning::Value(dtype) => dispatch::from_ordered_words(&numbers, nulls, dtype)?,
            };
            Ok(Column::from_held(array))
        });
        columns.collect()
    }
}
