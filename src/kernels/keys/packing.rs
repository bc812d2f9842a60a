//! What packed words stand for: keys back from their words.

use crate::data::{Column, DType, dispatch, strings};
use crate::error::Result;
use crate::kernels::hash;
use crate::kernels::keys::layout::{Layout, Term};
use crate::kernels::keys::shared::{Hashes, SharedDictionary};
use crate::kernels::keys::short;
use crate::kernels::keys::texts::Views;
use crate::kernels::map::collect_bits;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, NullArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
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
    /// The numbers of a short text, or of bytes (false).
    Short(bool),
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
    /// The place in the layout of each column's first number; others follow.
    slots: Vec<usize>,
    meanings: Vec<Meaning>,
}

impl Packing {
    /// Words of this layout, with a place in it and a meaning for each column.
    pub fn new(layout: Layout, slots: Vec<usize>, meanings: Vec<Meaning>) -> Self {
        Packing { layout, slots, meanings }
    }

    /// Where the codes lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Whether words depend on the order in which lanes came to their texts, which differs from run to run: on numbers that
    /// lanes share, or on how much room the numbers of texts were given.
    pub fn varies(&self) -> bool {
        self.meanings.iter().any(|meaning| matches!(meaning, Meaning::Shared(_) | Meaning::Short(_)))
    }

    /// Whether some texts are short ones of which there are many.
    pub fn has_short(&self) -> bool {
        self.meanings.iter().any(|meaning| matches!(meaning, Meaning::Short(_)))
    }

    /// A packing into which words of all of these can be repacked, with the same meanings whatever numbers shared texts
    /// have; `None` if their dictionaries differ or there is no packing.
    pub fn covering(packings: &[&Packing]) -> Option<Packing> {
        let first = packings.first()?;
        let columns = 0..first.meanings.len();
        let meanings = columns.map(|column| {
            common(&packings.iter().map(|packing| &packing.meanings[column]).collect::<Vec<_>>())
        });
        let meanings: Vec<Meaning> = meanings.collect::<Option<_>>()?;
        let mut counts = vec![None; first.layout.places().len()];
        for (slot, meaning) in first.slots.iter().zip(&meanings) {
            if let Meaning::Shared(dictionary) = meaning {
                counts[*slot] = Some(u64::from(dictionary.count()));
            }
        }
        let to = |layout| Packing { layout, slots: first.slots.clone(), meanings: meanings.clone() };
        let shown = to(first.layout.clone());
        let layouts: Vec<Layout> =
            packings.iter().map(|own| own.layout.without(&own.changed(&shown))).collect();
        let layout = Layout::covering(layouts.iter(), &counts);
        // Shared texts that become numbers of their own: all those known.
        let mut wanted = vec![None; counts.len()];
        for (column, slot) in first.slots.iter().enumerate() {
            let mut shared = packings.iter().filter_map(|packing| match &packing.meanings[column] {
                Meaning::Shared(dictionary) => Some(dictionary),
                _ => None,
            });
            if let (Meaning::Short(_), Some(dictionary)) = (&meanings[column], shared.next()) {
                let numbers: Vec<u64> = (0..u64::from(dictionary.count())).collect();
                let ranges = short::ranges(&spelled(dictionary, &numbers, None), None, 0);
                wanted[*slot..*slot + short::NUMBERS].copy_from_slice(&ranges);
            }
        }
        Some(to(layout.widened(&wanted)))
    }

    /// The places of columns whose numbers mean something else in another packing.
    fn changed(&self, to: &Packing) -> Vec<usize> {
        let columns = self.slots.iter().zip(&self.meanings).zip(&to.meanings);
        let changed = columns.filter_map(|((slot, from), to)| match (from, to) {
            (Meaning::Shared(_), Meaning::Short(_)) => Some(*slot..*slot + short::NUMBERS),
            _ => None,
        });
        changed.flatten().collect()
    }

    /// Whether words of this packing are words of one that covers it.
    pub fn is_like(&self, covering: &Packing) -> bool {
        self.layout == covering.layout && self.changed(covering).is_empty()
    }

    /// Words of this packing in one that covers it.
    pub fn repack(&self, words: &[u64], to: &Packing) -> Vec<u64> {
        let changed = self.changed(to);
        if changed.is_empty() {
            return self.layout.repack(words, &to.layout);
        }
        let (from, into) = (self.layout.without(&changed), to.layout.without(&changed));
        let mut packed = from.repack(words, &into);
        for (slot, meaning) in self.slots.iter().zip(&self.meanings) {
            let Meaning::Shared(dictionary) = meaning else { continue };
            if !changed.contains(slot) {
                continue;
            }
            let (numbers, nulls) = self.layout.numbers(words, *slot);
            let numbers = spelled(dictionary, &numbers, nulls.as_ref());
            let places = &to.layout.places()[*slot..];
            short::place(places, &numbers, nulls.as_ref(), 0, to.layout.width(), &mut packed);
        }
        packed
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
            for ((slot, meaning), term) in self.slots.iter().zip(&self.meanings).zip(&terms) {
                match meaning {
                    Meaning::Short(_) => self.add_texts(words, *slot, term.factor, hashes),
                    _ => self.layout.add_terms(words, *slot, term, hashes),
                }
            }
            for hash in hashes {
                *hash = hash::mix(*hash);
            }
        }
        Ok(hashes)
    }

    /// What the short texts at this place add to the sums.
    fn add_texts(&self, words: &[u64], slot: usize, factor: u64, sums: &mut [u64]) {
        let (numbers, nulls) = short::unpacked(&self.layout, words, slot);
        for (row, (sum, own)) in sums.iter_mut().zip(short::hashes(&numbers)).enumerate() {
            let null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
            let own = if null { hash::NULL_TERM } else { own };
            *sum = sum.wrapping_add(own.wrapping_mul(factor));
        }
    }

    /// The keys of these words.
    ///
    /// # Errors
    /// `Internal` if the words are not of this packing.
    pub fn keys(&self, words: &[u64]) -> Result<Vec<Column>> {
        let columns = self.slots.iter().zip(&self.meanings).map(|(slot, meaning)| {
            let (numbers, nulls) = self.layout.numbers(words, *slot);
            let array: ArrayRef = match meaning {
                Meaning::Codes(dictionary) => {
                    let codes = numbers.iter().map(|number| *number as u32).collect::<Vec<_>>();
                    strings::encode(UInt32Array::try_new(codes.into(), nulls)?, dictionary.clone())?
                }
                Meaning::Shared(dictionary) => dictionary.texts(&numbers, nulls),
                Meaning::Short(text) => {
                    short::array(*text, &short::unpacked(&self.layout, words, *slot).0, nulls)
                }
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

/// The numbers made of the bytes of shared texts with these numbers; of nulls anything.
fn spelled(
    dictionary: &SharedDictionary,
    numbers: &[u64],
    nulls: Option<&NullBuffer>,
) -> [Vec<u64>; short::NUMBERS] {
    let texts = dictionary.texts(numbers, nulls.cloned());
    let views = match texts.data_type() {
        DataType::Utf8View => Views::String(texts.as_string_view()),
        _ => Views::Binary(texts.as_binary_view()),
    };
    let mut spelled = [const { Vec::new() }; short::NUMBERS];
    short::numbers(views, views.rows(), &mut spelled);
    spelled
}

/// What the numbers of a column can mean everywhere, of what they mean in some packings.
fn common(meanings: &[&Meaning]) -> Option<Meaning> {
    let first = *meanings.first()?;
    let same = |other: &Meaning| match (first, other) {
        (Meaning::Codes(a), Meaning::Codes(b)) => strings::same_dictionary(a, b),
        (Meaning::Value(_), Meaning::Value(_)) | (Meaning::Short(_), Meaning::Short(_)) => true,
        (Meaning::Shared(a), Meaning::Shared(b)) => Arc::ptr_eq(a, b) && !a.is_full(),
        _ => false,
    };
    // The first with itself, too.
    if meanings.iter().all(|meaning| same(meaning)) {
        return Some(first.clone());
    }
    let texts = meanings.iter().map(|meaning| match meaning {
        Meaning::Short(text) => Some(*text),
        Meaning::Shared(dictionary) => dictionary.is_short().then(|| dictionary.is_text()),
        _ => None,
    });
    let texts: Vec<bool> = texts.collect::<Option<_>>()?;
    Some(Meaning::Short(texts[0]))
}
