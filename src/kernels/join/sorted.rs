//! Build rows sorted by key and by a value: what joins on order look things up in.

use crate::data::{Column, dispatch};
use crate::kernels::gather::NO_ROW;
use crate::kernels::join::encoder::MISS;
use crate::kernels::join::hashed::HashPart;
use crate::kernels::join::index::{Index, Parts};
use crate::kernels::join::numbers;
use crate::kernels::map::collect_bits;
use arrow::array::{Array, AsArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Float64Type};
use std::hint::select_unpredictable;

/// Values as words of the same order.
pub struct Ordered {
    words: Vec<u64>,
    /// Rows whose value compares with others: neither null nor NaN.
    valid: Option<NullBuffer>,
}

/// A build row: the word of its keys, its value, its number.
pub type Entry = (u64, u64, u32);

/// Rows by key, and by value within each.
pub struct Sorted {
    values: Vec<u64>,
    rows: Vec<u32>,
    /// Where the rows of each group of equal keys begin.
    starts: Vec<u32>,
    groups: Index,
}

/// Whether values of a type have words of the same order.
pub fn has_order(column: &DataType) -> bool {
    column.is_numeric() && column.primitive_width().is_some_and(|width| width <= 8) || column.is_temporal()
}

impl Ordered {
    /// The words of a column of numbers or times.
    pub fn new(column: &Column) -> Self {
        let mut array = dispatch::physical(column.array());
        let nulls = numbers::nulls(column);
        if array.data_type().is_floating() {
            array = arrow::compute::cast(&array, &DataType::Float64).unwrap_or(array);
            let values = array.as_primitive::<Float64Type>().values();
            let words = values.iter().map(|value| float_word(*value)).collect();
            let numbers = NullBuffer::new(collect_bits(values.len(), |i| !values[i].is_nan()));
            let valid = NullBuffer::union(nulls.as_ref(), Some(&numbers).filter(|n| n.null_count() > 0));
            return Ordered { words, valid };
        }
        let mut words = Vec::with_capacity(array.len());
        dispatch::ordered_words(&array, 0..array.len(), &mut words);
        Ordered { words, valid: nulls }
    }

    /// The word of a row, if its value compares with others.
    #[inline]
    pub fn get(&self, row: usize) -> Option<u64> {
        self.valid.as_ref().is_none_or(|valid| valid.is_valid(row)).then(|| self.words[row])
    }

    /// The words in the opposite order.
    pub fn reversed(mut self) -> Self {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self
    }
}

fn float_word(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn float_of(word: u64) -> f64 {
    f64::from_bits(if word >> 63 == 1 { word ^ 1 << 63 } else { !word })
}

/// How far two values are from each other: a number of units, exact at any distance, or of floats the bits of the
/// distance, which have its order. Values that are equal are at no distance, infinities too.
#[inline]
pub fn distance(left: u64, right: u64, floats: bool) -> u64 {
    match floats && left != right {
        true => (float_of(left) - float_of(right)).abs().to_bits(),
        false => left.abs_diff(right),
    }
}

/// The rows of a piece that can match: all their keys match something, and their value compares.
pub fn entries(words: &[u64], values: &Ordered, base: u32) -> Vec<Entry> {
    let each = words.iter().enumerate().filter(|(_, word)| **word != MISS);
    each.filter_map(|(row, word)| values.get(row).map(|value| (*word, value, base + row as u32))).collect()
}

impl Sorted {
    /// Takes entries in ascending order.
    pub fn new(entries: &[Entry], weak: bool) -> Self {
        let (mut starts, mut words) = (Vec::new(), Vec::new());
        for (place, entry) in entries.iter().enumerate() {
            if place == 0 || entries[place - 1].0 != entry.0 {
                starts.push(place as u32);
                words.push(entry.0);
            }
        }
        starts.push(entries.len() as u32);
        let parts = Parts::new(words.len(), None, weak);
        let splits = [parts.split(&words, 0)];
        let filled = (0..parts.count).map(|part| HashPart::fill(&splits, part, true, weak).settle());
        Sorted {
            values: entries.iter().map(|entry| entry.1).collect(),
            rows: entries.iter().map(|entry| entry.2).collect(),
            starts,
            groups: parts.index_of_hashed(filled.collect()),
        }
    }

    /// The numbers of the rows at all places.
    pub fn all_rows(&self) -> &[u32] {
        &self.rows
    }

    /// How many groups of equal keys there are.
    pub fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// The group of each word, or [`NO_ROW`], appended to `out`.
    pub fn find(&self, words: &[u64], scratch: &mut Vec<(u64, u32)>, out: &mut Vec<u32>) {
        self.groups.find(words, scratch, out);
    }

    /// Where the rows of a group lie.
    #[inline]
    pub fn range(&self, group: u32) -> (usize, usize) {
        match group {
            NO_ROW => (0, 0),
            group => (self.starts[group as usize] as usize, self.starts[group as usize + 1] as usize),
        }
    }

    /// The number of the row at a place.
    #[inline]
    pub fn row(&self, place: usize) -> u32 {
        self.rows[place]
    }

    /// The numbers of the rows at some places.
    pub fn rows(&self, start: usize, end: usize) -> &[u32] {
        &self.rows[start..end]
    }

    /// The value at a place.
    #[inline]
    pub fn value(&self, place: usize) -> u64 {
        self.values[place]
    }

    /// The first place in `start..end` whose value is `value` or more (with `after`: is more); the search begins at
    /// `near`, and is short if that is near.
    #[inline]
    pub fn seek(&self, (start, end): (usize, usize), near: usize, value: u64, after: bool) -> usize {
        let below = |place: usize| {
            let own = self.values[place];
            own < value || (after && own == value)
        };
        let near = near.clamp(start, end);
        let mut step = 1;
        let (mut low, mut high) = match near < end && below(near) {
            true => {
                let mut low = near + 1;
                while low + step <= end && below(low + step - 1) {
                    low += step;
                    step *= 2;
                }
                (low, (low + step - 1).min(end))
            }
            false => {
                let mut high = near;
                while high - start >= step && !below(high - step) {
                    high -= step;
                    step *= 2;
                }
                (if high - start >= step { high - step } else { start }, high)
            }
        };
        while low < high {
            let middle = low + (high - low) / 2;
            if below(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl Sorted {
    /// The first place of a range whose value is `least` or more (else its end), for `count` searches of which each says its
    /// range and `least`, appended to `out`. Some are made at the same time: none waits for the memory that another reads.
    pub fn seek_all(
        &self,
        count: usize,
        wanted: impl Fn(usize) -> (usize, usize, u64),
        out: &mut Vec<usize>,
    ) {
        const LANES: usize = 8;
        let Some(last) = self.values.len().checked_sub(1) else { return out.resize(out.len() + count, 0) };
        for first in (0..count).step_by(LANES) {
            let lanes = LANES.min(count - first);
            let (mut places, mut lengths, mut least) = ([0; LANES], [0; LANES], [0; LANES]);
            for lane in 0..lanes {
                let (start, end, value) = wanted(first + lane);
                (places[lane], lengths[lane], least[lane]) = (start, end - start, value);
            }
            let longest = lengths.iter().copied().max().unwrap_or(0);
            // What is left is half of the length, rounded up: after so many steps, of each lane one value at most.
            for _ in 0..usize::BITS - longest.leading_zeros() {
                for lane in 0..LANES {
                    let half = lengths[lane] / 2;
                    let middle = places[lane] + half;
                    let below = self.values[middle.saturating_sub(1).min(last)] < least[lane];
                    places[lane] = select_unpredictable(below & (half > 0), middle, places[lane]);
                    lengths[lane] -= half;
                }
            }
            out.extend((0..lanes).map(|lane| {
                let below = self.values[places[lane].min(last)] < least[lane];
                places[lane] + usize::from(below & (lengths[lane] > 0))
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeking_finds_the_same_place_from_everywhere() {
        let values = [1u64, 3, 3, 3, 7, 8, 8, 20, 21, 30, 30, 31];
        let entries: Vec<Entry> = values.iter().zip(0..).map(|(value, row)| (0, *value, row)).collect();
        let sorted = Sorted::new(&entries, false);
        for value in 0..40 {
            for after in [false, true] {
                let wanted = values.partition_point(|own| *own < value || (after && *own == value));
                for near in 0..=values.len() {
                    assert_eq!(sorted.seek((0, values.len()), near, value, after), wanted);
                }
                let inside = values[2..9].partition_point(|own| *own < value || (after && *own == value)) + 2;
                assert_eq!(sorted.seek((2, 9), 0, value, after), inside);
            }
        }
        let ranges: Vec<(usize, usize)> =
            (0..=values.len()).flat_map(|end| (0..=end).map(move |start| (start, end))).collect();
        for least in 0..40 {
            let mut found = Vec::new();
            sorted.seek_all(ranges.len(), |at| (ranges[at].0, ranges[at].1, least), &mut found);
            for ((start, end), found) in ranges.iter().zip(found) {
                let wanted = start + values[*start..*end].partition_point(|own| *own < least);
                assert_eq!(found, wanted, "{least} in {start}..{end}");
            }
        }
    }

    #[test]
    fn words_are_in_the_order_of_floats() {
        let floats = [f64::NEG_INFINITY, -2.5, -1e-300, 0.0, 1e-300, 3.0, f64::INFINITY];
        let words: Vec<u64> = floats.iter().map(|value| float_word(*value)).collect();
        assert!(words.is_sorted());
        assert_eq!(float_word(-0.0), float_word(0.0));
        assert!(floats.iter().zip(&words).all(|(value, word)| float_of(*word) == *value));
    }
}
