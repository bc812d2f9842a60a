//! One dictionary for the texts of a key column of all lanes, which grows while they are read.

use crate::data::DType;
use crate::kernels::hash;
use crate::kernels::keys::intern::{Interner, UNKNOWN};
use crate::kernels::keys::short::LONGEST;
use crate::kernels::keys::texts::Views;
use arrow::array::{ArrayRef, BinaryViewArray, BinaryViewBuilder, StringViewArray};
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Bytes of long texts beyond which a dictionary is full.
const MOST_BYTES: usize = 1 << 26;

/// Texts with numbers in the order in which any lane saw them first. Numbers differ from run to run: nothing but speed
/// may depend on them. Whether there are too many ([`SharedDictionary::is_full`]) does not, once all rows are read.
pub struct SharedDictionary {
    /// Whether keys are text; else they are bytes.
    text: bool,
    /// How many texts there may be.
    most: usize,
    weak: bool,
    known: RwLock<Known>,
}

struct Known {
    interner: Interner,
    /// The hash of each text that cuts rows into parts.
    hashes: Vec<u64>,
    /// The bytes of the long texts there were when texts were last asked for.
    block: Buffer,
}

/// The hashes of all texts known.
pub struct Hashes<'a>(RwLockReadGuard<'a, Known>);

impl SharedDictionary {
    /// An empty dictionary that is full with more than `most` texts; with `weak`, they all hash alike (for tests). `None` for
    /// keys that are neither text nor bytes.
    pub fn for_keys(dtype: &DType, weak: bool, most: usize) -> Option<Arc<SharedDictionary>> {
        let text = matches!(dtype, DType::String);
        let known = Known {
            interner: Interner::new(weak),
            hashes: Vec::new(),
            block: Buffer::from_vec(Vec::<u8>::new()),
        };
        let dictionary = SharedDictionary { text, most, weak, known: RwLock::new(known) };
        (text || *dtype == DType::Binary).then(|| Arc::new(dictionary))
    }

    /// How many texts it knows.
    pub fn count(&self) -> u32 {
        self.read().interner.len()
    }

    /// Whether there are more texts than are worth sharing. Texts are still learnt.
    pub fn is_full(&self) -> bool {
        let known = self.read();
        known.interner.len() as usize > self.most || known.interner.long_bytes().len() > MOST_BYTES
    }

    /// Whether no text is too long to be numbers.
    pub fn is_short(&self) -> bool {
        self.read().interner.longest() as usize <= LONGEST
    }

    /// Whether keys are text; else they are bytes.
    pub fn is_text(&self) -> bool {
        self.text
    }

    /// The numbers of the rows of an array of views; rows that are null get any number.
    ///
    /// # Panics
    /// If there are bytes where there should be text.
    pub fn numbers(&self, views: Views<'_>, rows: Range<usize>, out: &mut Vec<u64>) {
        assert_eq!(self.text, matches!(views, Views::String(_)), "text among bytes");
        let first = out.len();
        if !self.find_views(views, rows.clone(), out) {
            return;
        }
        let mut known = self.write();
        for (number, row) in out[first..].iter_mut().zip(rows) {
            if *number == u64::from(UNKNOWN) {
                *number = if views.is_null(row) { 0 } else { known.learn(views.bytes(row)).into() };
            }
        }
    }

    /// The numbers of texts.
    ///
    /// # Panics
    /// If the keys are bytes.
    pub fn learn<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<u32> {
        assert!(self.text, "text among bytes");
        let mut known = self.write();
        texts.map(|text| known.learn(text.as_bytes())).collect()
    }

    /// Numbers of the rows of an array of views, [`UNKNOWN`] for texts not known. Whether there are any.
    pub fn find_views(&self, views: Views<'_>, rows: Range<usize>, out: &mut Vec<u64>) -> bool {
        self.read().interner.find_views(views, rows, out)
    }

    /// The hashes of all texts known, by number.
    pub fn hashes(&self) -> Hashes<'_> {
        Hashes(self.read())
    }

    /// An empty interner, for a lane whose texts are not shared.
    pub fn apart(&self) -> Interner {
        Interner::new(self.weak)
    }

    /// The texts known so far with their numbers, for one lane alone.
    pub fn interner(&self) -> Interner {
        self.read().interner.clone()
    }

    /// Views of the texts of these numbers; of nulls the number may be anything. The bytes of long texts are shared by all
    /// that is asked for, unless that is more than a view can address.
    ///
    /// # Panics
    /// If a number stands for no text.
    pub fn texts(&self, numbers: &[u64], nulls: Option<NullBuffer>) -> ArrayRef {
        let mut known = self.read();
        if known.block.len() < known.interner.long_bytes().len() {
            drop(known);
            let mut renewed = self.write();
            renewed.block = Buffer::from_slice_ref(renewed.interner.long_bytes());
            drop(renewed);
            known = self.read();
        }
        let valid = |place: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(place));
        if known.block.len() > i32::MAX as usize {
            let mut builder = BinaryViewBuilder::with_capacity(numbers.len());
            let text =
                |(place, number): (usize, &u64)| valid(place).then(|| known.interner.text(*number as u32));
            numbers.iter().enumerate().map(text).for_each(|text| builder.append_option(text));
            let (views, blocks, nulls) = builder.finish().into_parts();
            return self.array(views, blocks.to_vec(), nulls);
        }
        let view = |(place, number): (usize, &u64)| {
            if valid(place) { known.interner.view(*number as u32) } else { 0 }
        };
        let views: Vec<u128> = numbers.iter().enumerate().map(view).collect();
        self.array(views.into(), vec![known.block.clone()], nulls)
    }

    /// An array of views that were made here.
    fn array(&self, views: ScalarBuffer<u128>, blocks: Vec<Buffer>, nulls: Option<NullBuffer>) -> ArrayRef {
        // SAFETY: views are a builder's, or the interner's: inline, or naming a place in the block that holds all its long
        // texts (it only grows, and is copied whole). Nulls have one bit a row, as `texts` was given them. Where `text` is
        // set, all that was ever learnt was text.
        unsafe {
            match self.text {
                true => Arc::new(StringViewArray::new_unchecked(views, blocks.into(), nulls)),
                false => Arc::new(BinaryViewArray::new_unchecked(views, blocks.into(), nulls)),
            }
        }
    }

    // A lane that panicked while it learnt has ended the query; what is known is whole all the same, since numbers are
    // given last.
    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn learn(&mut self, text: &[u8]) -> u32 {
        let number = self.interner.intern(text);
        if number as usize == self.hashes.len() {
            self.hashes.push(hash::text(text));
        }
        number
    }
}

impl Hashes<'_> {
    /// One for each text.
    pub fn as_slice(&self) -> &[u64] {
        &self.0.hashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};

    #[test]
    fn texts_come_back_from_their_numbers() {
        let texts: Vec<Option<String>> =
            (0..900).map(|i| (i % 7 > 0).then(|| "x".repeat(i % 30) + &(i % 200).to_string())).collect();
        let strings = StringViewArray::from_iter(texts.iter());
        let bytes = BinaryViewArray::from_iter(texts.iter().map(|text| text.as_ref().map(String::as_bytes)));
        for (views, dtype) in
            [(Views::String(&strings), DType::String), (Views::Binary(&bytes), DType::Binary)]
        {
            let dictionary = SharedDictionary::for_keys(&dtype, false, 500).unwrap();
            let (mut numbers, nulls) = (Vec::new(), strings.nulls().cloned());
            dictionary.numbers(views, 0..450, &mut numbers);
            // What is asked for in between must not be all that can be asked for.
            let some = dictionary.texts(&numbers, Some(nulls.clone().unwrap().slice(0, 450)));
            dictionary.numbers(views, 450..900, &mut numbers);
            let all = dictionary.texts(&numbers, nulls);
            match dtype {
                DType::String => {
                    assert_eq!(all.as_string_view(), &strings);
                    assert_eq!(some.as_string_view(), &strings.slice(0, 450));
                }
                _ => assert_eq!(all.as_binary_view(), &bytes),
            }
            assert!(all.to_data().validate_full().is_ok());
            let distinct = texts.iter().flatten().collect::<std::collections::HashSet<_>>().len();
            assert_eq!((dictionary.count() as usize, dictionary.is_full()), (distinct, distinct > 500));
            assert_eq!(dictionary.hashes().as_slice().len(), distinct);
        }
        assert!(SharedDictionary::for_keys(&DType::Int64, false, 500).is_none());
    }
}
