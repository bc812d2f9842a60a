//! Rows of key columns as packed words, with a layout that widens when values need it.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::kernels::keys::column::{Coder, Prepared, nulls};
use crate::kernels::keys::intern::UNKNOWN;
use arrow::buffer::NullBuffer;
use std::ops::Range;

/// Where the code of a column lies: code 0 is null, other codes are `number - base + 1`. A column whose numbers fill a
/// whole word keeps them as they are, and has its null flag elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    base: u64,
    /// The greatest `number - base`.
    span: u64,
    word: usize,
    shift: u32,
    bits: u32,
    /// Word and shift of the null flag of a column that fills its word.
    flag: Option<(usize, u32)>,
}

impl Place {
    fn is_full(&self) -> bool {
        self.flag.is_some()
    }

    fn covers(&self, low: u64, high: u64) -> bool {
        self.is_full() || (self.base <= low && high - self.base <= self.span)
    }
}

/// The packed words of some rows, `width` words per row.
pub struct Words {
    /// Row after row.
    pub words: Vec<u64>,
    /// Words per row.
    pub width: usize,
    /// Rows that cannot equal any key known; empty if there is none.
    pub misses: Vec<u32>,
}

/// Packs key columns into words; learns as it goes.
pub struct KeyEncoder {
    coders: Vec<Coder>,
    places: Vec<Option<Place>>,
    width: usize,
    bits: u32,
    weak: bool,
    /// Scratch: the numbers of each column of the rows at hand.
    numbers: Vec<Vec<u64>>,
}

/// A batch's key columns, prepared.
pub struct Batch<'a> {
    columns: Vec<(Prepared<'a>, Option<NullBuffer>)>,
}

impl KeyEncoder {
    /// An encoder for keys of these types.
    pub fn new(dtypes: &[DType], weak: bool) -> Self {
        KeyEncoder {
            coders: dtypes.iter().map(|dtype| Coder::new(dtype, weak)).collect(),
            places: vec![None; dtypes.len()],
            width: 1,
            bits: 0,
            weak,
            numbers: Vec::new(),
        }
    }

    /// Words per row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Bits in use, if one word is enough.
    pub fn bits(&self) -> Option<u32> {
        (self.width == 1).then_some(self.bits)
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.coders.iter().map(Coder::size_bytes).sum()
    }

    /// Prepares a batch: dictionaries are learnt here.
    ///
    /// # Errors
    /// `Type` if nested values cannot be encoded.
    pub fn prepare<'a>(&mut self, columns: &'a [Column]) -> Result<Batch<'a>> {
        let weak = self.weak;
        let pairs = self.coders.iter_mut().zip(columns);
        let columns = pairs.map(|(coder, column)| Ok((coder.prepare(column, weak)?, nulls(column))));
        Ok(Batch { columns: columns.collect::<Result<_>>()? })
    }

    /// Packs some rows into `out`, learning their values. If the layout has to widen for them, `known` (rows packed
    /// before) are packed anew and true is returned.
    pub fn encode(
        &mut self,
        batch: &Batch<'_>,
        rows: Range<usize>,
        known: &mut Vec<u64>,
        out: &mut Vec<u64>,
    ) -> bool {
        let mut wanted: Vec<Option<(u64, u64)>> = Vec::with_capacity(self.coders.len());
        let mut grows = false;
        self.numbers.resize_with(self.coders.len(), Vec::new);
        let columns = self.coders.iter_mut().zip(&self.places).zip(&batch.columns).zip(&mut self.numbers);
        for (((coder, place), (prepared, nulls)), numbers) in columns {
            numbers.clear();
            coder.numbers(prepared, rows.clone(), numbers);
            let range = bounds(numbers, nulls.as_ref(), rows.start);
            grows |= match (place, range) {
                (_, None) => false,
                (Some(place), Some((low, high))) => !place.covers(low, high),
                (None, Some(_)) => true,
            };
            wanted.push(range);
        }
        if grows {
            self.widen(&wanted, known);
        }
        out.clear();
        out.resize(rows.len() * self.width, 0);
        for ((place, numbers), (_, nulls)) in self.places.iter().zip(&self.numbers).zip(&batch.columns) {
            if let Some(place) = place {
                place_numbers(place, numbers, nulls.as_ref(), rows.start, self.width, out);
            }
        }
        grows
    }

    /// Packs rows of a batch without learning: rows with a value never seen are misses. With `nulls_match` false, rows
    /// with a null are misses too.
    ///
    /// # Errors
    /// `Type` if nested values cannot be encoded.
    pub fn find(&self, columns: &[Column], rows: usize, nulls_match: bool) -> Result<Words> {
        let mut words = vec![0u64; rows * self.width];
        let mut missing = vec![false; rows];
        let mut numbers = Vec::with_capacity(rows);
        for ((coder, place), column) in self.coders.iter().zip(&self.places).zip(columns) {
            let prepared = coder.prepare_lookup(column)?;
            let nulls = nulls(column);
            numbers.clear();
            coder.find(&prepared, 0..rows, &mut numbers)?;
            let Some(place) = place else {
                // Only nulls were learnt: any value is a miss.
                for (row, missing) in missing.iter_mut().enumerate() {
                    *missing |= nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) || !nulls_match;
                }
                continue;
            };
            let interned = matches!(coder, Coder::Codes(_) | Coder::Interned(_));
            for (row, (number, missing)) in numbers.iter_mut().zip(missing.iter_mut()).enumerate() {
                let null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
                let unknown = (interned && *number == u64::from(UNKNOWN)) || !place.covers(*number, *number);
                if null || unknown {
                    *missing |= if null { !nulls_match } else { true };
                    *number = place.base;
                }
            }
            place_numbers(place, &numbers, nulls.as_ref(), 0, self.width, &mut words);
        }
        let misses = (0..rows as u32).filter(|row| missing[*row as usize]).collect();
        Ok(Words { words, width: self.width, misses })
    }

    /// A layout that also covers `wanted`, with room to grow; `words` are packed anew.
    fn widen(&mut self, wanted: &[Option<(u64, u64)>], words: &mut Vec<u64>) {
        let (old, old_width) = (self.places.clone(), self.width);
        let ranges: Vec<Option<(u64, u64)>> = old
            .iter()
            .zip(wanted)
            .map(|(place, wanted)| match (place, wanted) {
                (None, wanted) => *wanted,
                (Some(place), None) => Some((place.base, place.base.saturating_add(place.span))),
                (Some(place), Some((low, high))) if place.covers(*low, *high) => {
                    Some((place.base, place.base.saturating_add(place.span)))
                }
                (Some(place), Some((low, high))) => {
                    let low = place.base.min(*low);
                    let high = place.base.saturating_add(place.span).max(*high);
                    // Twice the span, so that widening happens a few times only.
                    let room = (high - low) / 2;
                    let low = if place.base == 0 { low } else { low.saturating_sub(room) };
                    Some((low, high.saturating_add(room)))
                }
            })
            .collect();
        let full: Vec<bool> = ranges
            .iter()
            .zip(&old)
            .map(|(range, place)| {
                range.is_some_and(|(low, high)| high - low >= u64::MAX / 2)
                    || place.is_some_and(|place| place.is_full())
            })
            .collect();
        self.places = places(&ranges, &full);
        let spare = |place: &Place| (place.word, place.shift + place.bits);
        let mut ends = vec![0u32];
        for place in self.places.iter().flatten() {
            for (word, end) in
                [spare(place)].into_iter().chain(place.flag.map(|(word, shift)| (word, shift + 1)))
            {
                if ends.len() <= word {
                    ends.resize(word + 1, 0);
                }
                ends[word] = ends[word].max(end);
            }
        }
        self.width = ends.len();
        self.bits = if self.width == 1 { ends[0] } else { 64 };
        repack(words, &old, old_width, &self.places, self.width);
    }
}

fn bounds(numbers: &[u64], nulls: Option<&NullBuffer>, start: usize) -> Option<(u64, u64)> {
    let Some(nulls) = nulls else {
        let low = numbers.iter().copied().min()?;
        return Some((low, numbers.iter().copied().max()?));
    };
    let valid = numbers.iter().enumerate().filter(|(row, _)| nulls.is_valid(start + row));
    valid.fold(None, |range, (_, &number)| match range {
        None => Some((number, number)),
        Some((low, high)) => Some((low.min(number), high.max(number))),
    })
}

/// Places columns into words in order, each where it fits; full columns get words of their own.
fn places(ranges: &[Option<(u64, u64)>], full: &[bool]) -> Vec<Option<Place>> {
    let mut used = vec![0u32];
    let mut fit = |bits: u32| {
        let word = used.iter().position(|used| used + bits <= 64).unwrap_or_else(|| {
            used.push(0);
            used.len() - 1
        });
        used[word] += bits;
        (word, used[word] - bits)
    };
    let mut places = Vec::with_capacity(ranges.len());
    for (range, full) in ranges.iter().zip(full) {
        places.push(range.map(|(low, high)| {
            if *full {
                let (word, shift) = fit(64);
                return Place { base: 0, span: u64::MAX, word, shift, bits: 64, flag: Some(fit(1)) };
            }
            let span = high - low;
            let bits = 64 - (span + 1).leading_zeros();
            let (word, shift) = fit(bits);
            Place { base: low, span, word, shift, bits, flag: None }
        }));
    }
    places
}

fn place_numbers(
    place: &Place,
    numbers: &[u64],
    nulls: Option<&NullBuffer>,
    start: usize,
    width: usize,
    words: &mut [u64],
) {
    let Place { base, word, shift, .. } = *place;
    match (nulls, place.flag) {
        (None, None) if width == 1 => {
            for (out, number) in words.iter_mut().zip(numbers) {
                *out |= (number.wrapping_sub(base) + 1) << shift;
            }
        }
        (None, None) => {
            for (row, number) in words.chunks_exact_mut(width).zip(numbers) {
                row[word] |= (number.wrapping_sub(base) + 1) << shift;
            }
        }
        (None, Some(_)) => {
            for (row, number) in words.chunks_exact_mut(width).zip(numbers) {
                row[word] = *number;
            }
        }
        (Some(nulls), flag) => {
            for (i, (row, number)) in words.chunks_exact_mut(width).zip(numbers).enumerate() {
                match (nulls.is_null(start + i), flag) {
                    (false, None) => row[word] |= (number.wrapping_sub(base) + 1) << shift,
                    (false, Some(_)) => row[word] = *number,
                    (true, Some((word, shift))) => row[word] |= 1 << shift,
                    (true, None) => (),
                }
            }
        }
    }
}

/// Packs words of one layout into another.
fn repack(
    words: &mut Vec<u64>,
    old: &[Option<Place>],
    old_width: usize,
    new: &[Option<Place>],
    width: usize,
) {
    let rows = words.len() / old_width;
    let mut packed = vec![0u64; rows * width];
    for (from, to) in words.chunks_exact(old_width).zip(packed.chunks_exact_mut(width)) {
        for (old, new) in old.iter().zip(new) {
            let Some(new) = new else { continue };
            let number = old.as_ref().and_then(|old| unpack(old, from));
            match (number, new.flag) {
                (None, None) => (),
                (None, Some((word, shift))) => to[word] |= 1 << shift,
                (Some(number), None) => to[new.word] |= (number - new.base + 1) << new.shift,
                (Some(number), Some(_)) => to[new.word] = number,
            }
        }
    }
    *words = packed;
}

fn unpack(place: &Place, words: &[u64]) -> Option<u64> {
    if let Some((word, shift)) = place.flag {
        return (words[word] >> shift & 1 == 0).then_some(words[place.word]);
    }
    let mask = u64::MAX >> (64 - place.bits);
    let code = words[place.word] >> place.shift & mask;
    code.checked_sub(1).map(|number| number + place.base)
}
