//! Where the codes of key columns lie in packed words.

use crate::kernels::hash::NULL_TERM;
use crate::kernels::map::collect_bits;
use arrow::buffer::NullBuffer;

/// Where the code of a column lies: code 0 is null, other codes are `number - base + 1`. A column whose numbers fill a
/// whole word keeps them as they are, and has its null flag elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The least number.
    pub base: u64,
    /// The greatest `number - base`.
    span: u64,
    word: usize,
    shift: u32,
    bits: u32,
    /// Word and shift of the null flag of a column that fills its word.
    flag: Option<(usize, u32)>,
}

impl Place {
    /// Whether numbers fill a word, and nulls have a flag.
    pub fn is_full(&self) -> bool {
        self.flag.is_some()
    }

    /// Where in its word the code begins.
    pub fn shift(&self) -> u32 {
        self.shift
    }

    /// Whether there is room for codes of these bits.
    pub fn has_room(&self, bits: u64) -> bool {
        !self.is_full() && bits >> self.bits == 0
    }

    /// Whether all numbers from `low` to `high` have a code.
    pub fn covers(&self, low: u64, high: u64) -> bool {
        self.is_full() || (self.base <= low && high - self.base <= self.span)
    }
}

/// Calls a function with the width of rows as a constant where it is small: the loops over rows are made for it. 0: any.
/// They count rows: iterators over chunks are called where they are not inlined.
macro_rules! by_width {
    ($width:expr, $function:ident::<W>($($arg:expr),* $(,)?)) => {
        match $width {
            1 => $function::<1>($($arg),*),
            2 => $function::<2>($($arg),*),
            3 => $function::<3>($($arg),*),
            _ => $function::<0>($($arg),*),
        }
    };
}

pub(crate) use by_width;

/// What a column adds to the hash of a part.
pub struct Term<'a> {
    /// What numbers are multiplied by.
    pub factor: u64,
    /// What stands for each number; `None`: the number itself.
    pub table: Option<&'a [u64]>,
}

/// The places of all columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    places: Vec<Option<Place>>,
    width: usize,
    bits: u32,
}

impl Layout {
    /// The layout of so many columns that have shown nothing but nulls.
    pub fn empty(columns: usize) -> Self {
        Layout { places: vec![None; columns], width: 1, bits: 0 }
    }

    /// Words per row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Bits in use, if one word is enough.
    pub fn bits(&self) -> Option<u32> {
        (self.width == 1).then_some(self.bits)
    }

    /// This layout, in which these columns have no place.
    pub fn without(&self, columns: &[usize]) -> Layout {
        let mut left = self.clone();
        columns.iter().for_each(|column| left.places[*column] = None);
        left
    }

    /// The place of each column; `None`: all null.
    pub fn places(&self) -> &[Option<Place>] {
        &self.places
    }

    /// A layout for numbers in these ranges.
    fn of(ranges: &[Option<(u64, u64)>]) -> Self {
        let places = places(ranges);
        let mut ends = vec![0u32];
        for place in places.iter().flatten() {
            let code = (place.word, place.shift + place.bits);
            for (word, end) in [code].into_iter().chain(place.flag.map(|(word, shift)| (word, shift + 1))) {
                if ends.len() <= word {
                    ends.resize(word + 1, 0);
                }
                ends[word] = ends[word].max(end);
            }
        }
        let bits = if ends.len() == 1 { ends[0] } else { 64 };
        Layout { places, width: ends.len(), bits }
    }

    /// A layout that also covers these ranges, with room to grow.
    pub fn widened(&self, wanted: &[Option<(u64, u64)>]) -> Layout {
        let ranges = self.places.iter().zip(wanted).map(|(place, wanted)| match (place, wanted) {
            (place, None) => place.as_ref().map(Place::range),
            (None, Some((low, high))) => Some(roomy(*low, *high)),
            (Some(place), Some((low, high))) if place.covers(*low, *high) => Some(place.range()),
            (Some(place), Some((low, high))) => {
                let known = place.range();
                Some(roomy(known.0.min(*low), known.1.max(*high)))
            }
        });
        Layout::of(&ranges.collect::<Vec<_>>())
    }

    /// A layout that covers all numbers that any of these covers; columns with a count have the numbers below it, if any
    /// of the layouts has a place for them.
    pub fn covering<'a>(layouts: impl Iterator<Item = &'a Layout>, counts: &[Option<u64>]) -> Layout {
        let mut ranges: Vec<Option<(u64, u64)>> = Vec::new();
        for layout in layouts {
            ranges.resize(layout.places.len(), None);
            for (range, place) in ranges.iter_mut().zip(&layout.places) {
                let Some((low, high)) = place.as_ref().map(Place::range) else { continue };
                *range = Some(range.map_or((low, high), |known| (known.0.min(low), known.1.max(high))));
            }
        }
        for (range, count) in ranges.iter_mut().zip(counts) {
            if let (Some(range), Some(count)) = (range, count) {
                *range = (0, count.saturating_sub(1));
            }
        }
        Layout::of(&ranges)
    }

    /// Words of this layout in another that covers it.
    pub fn repack(&self, words: &[u64], to: &Layout) -> Vec<u64> {
        if self == to {
            return words.to_vec();
        }
        let rows = words.len() / self.width;
        let mut packed = vec![0u64; rows * to.width];
        for (old, new) in self.places.iter().zip(&to.places) {
            let Some(new) = new else { continue };
            match old {
                Some(old) if !old.is_full() && !new.is_full() && self.width == to.width => {
                    by_width!(to.width, move_codes::<W>(old, new, to.width, words, &mut packed));
                }
                Some(old) if !old.is_full() && !new.is_full() => {
                    let from = words.iter().skip(old.word).step_by(self.width);
                    let into = packed.iter_mut().skip(new.word).step_by(to.width);
                    from.zip(into).for_each(|(from, into)| *into |= moved(old, new, *from));
                }
                old => {
                    for (from, into) in words.chunks_exact(self.width).zip(packed.chunks_exact_mut(to.width))
                    {
                        match (old.as_ref().and_then(|old| unpack(old, from)), new.flag) {
                            (None, None) => (),
                            (None, Some((word, shift))) => into[word] |= 1 << shift,
                            (Some(number), None) => into[new.word] |= (number - new.base + 1) << new.shift,
                            (Some(number), Some(_)) => into[new.word] = number,
                        }
                    }
                }
            }
        }
        packed
    }

    /// Adds to each row's sum the column's number (or what a table has in its place) times its factor.
    pub fn add_terms(&self, words: &[u64], column: usize, term: &Term<'_>, sums: &mut [u64]) {
        let factor = term.factor;
        let null = NULL_TERM.wrapping_mul(factor);
        let Some(place) = self.places[column] else {
            for sum in sums {
                *sum = sum.wrapping_add(null);
            }
            return;
        };
        if place.is_full() {
            for (sum, row) in sums.iter_mut().zip(words.chunks_exact(self.width)) {
                let number = unpack(&place, row).unwrap_or(NULL_TERM);
                *sum = sum.wrapping_add(number.wrapping_mul(factor));
            }
            return;
        }
        by_width!(self.width, add_terms::<W>(&place, self.width, words, term, sums));
    }

    /// The numbers of a column, and where it is null; the numbers of nulls are 0.
    pub fn numbers(&self, words: &[u64], column: usize) -> (Vec<u64>, Option<NullBuffer>) {
        let rows = words.len() / self.width;
        let Some(place) = &self.places[column] else {
            return (vec![0; rows], Some(NullBuffer::new_null(rows)));
        };
        let mut numbers = vec![0; rows];
        if !by_width!(self.width, read_numbers::<W>(place, self.width, words, &mut numbers)) {
            return (numbers, None);
        }
        let valid = |row: usize| unpack(place, &words[row * self.width..(row + 1) * self.width]).is_some();
        (numbers, Some(NullBuffer::new(collect_bits(rows, valid))))
    }

    /// The numbers of a column; those of nulls are 0.
    pub fn values(&self, words: &[u64], column: usize) -> Vec<u64> {
        let mut numbers = vec![0; words.len() / self.width];
        if let Some(place) = &self.places[column] {
            by_width!(self.width, read_numbers::<W>(place, self.width, words, &mut numbers));
        }
        numbers
    }
}

impl Place {
    /// The least and the greatest number with a code.
    fn range(&self) -> (u64, u64) {
        match self.is_full() {
            true => (0, u64::MAX),
            false => (self.base, self.base.saturating_add(self.span)),
        }
    }
}

/// A range around another that comes out the same for most parts of one column: its size is a power of two less one
/// (the code that is left is null's) and it starts at a multiple of its size, or lies around the middle, where the
/// integers have their zero.
fn roomy(low: u64, high: u64) -> (u64, u64) {
    const ZERO: u64 = 1 << 63;
    let wide = |bits: u32| u64::MAX >> (64 - bits);
    let least = 64 - (high - low).saturating_add(1).leading_zeros();
    if low < ZERO && high >= ZERO {
        let half = 65 - (ZERO - low).max(high - ZERO + 1).leading_zeros();
        return match half {
            ..=60 => (ZERO - (1 << (half - 1)), ZERO + wide(half - 1) - 1),
            _ => (0, u64::MAX),
        };
    }
    let aligned = (least..64.min(least + 3)).find_map(|bits| {
        let start = low & !wide(bits);
        (high - start < wide(bits)).then(|| (start, start + wide(bits) - 1))
    });
    aligned.unwrap_or_else(|| {
        let room = (high - low) / 2;
        (low.saturating_sub(room), high.saturating_add(room))
    })
}

/// Places columns into words in order, each where it fits; full columns get words of their own.
fn places(ranges: &[Option<(u64, u64)>]) -> Vec<Option<Place>> {
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
    for range in ranges {
        places.push(range.map(|(low, high)| {
            if high - low >= u64::MAX / 2 {
                let (word, shift) = fit(64);
                return Place { base: 0, span: u64::MAX, word, shift, bits: 64, flag: Some(fit(1)) };
            }
            let span = high - low;
            let bits = 64 - (span + 1).leading_zeros();
            let (word, shift) = fit(bits);
            // All codes of these bits but 0 stand for a number, none of them beyond the last.
            let span = (u64::MAX >> (64 - bits)) - 1;
            Place { base: low.min(u64::MAX - span), span, word, shift, bits, flag: None }
        }));
    }
    places
}

/// The code of a place in a word, as another place has it.
#[inline(always)]
fn moved(old: &Place, new: &Place, word: u64) -> u64 {
    let code = word >> old.shift & (u64::MAX >> (64 - old.bits));
    let step = old.base.wrapping_sub(new.base);
    (code.wrapping_add(step) & u64::from(code != 0).wrapping_neg()) << new.shift
}

/// Adds the codes of a place to other words, as another place has them.
fn move_codes<const W: usize>(old: &Place, new: &Place, width: usize, words: &[u64], packed: &mut [u64]) {
    let width = if W == 0 { width } else { W };
    for row in 0..words.len() / width {
        packed[row * width + new.word] |= moved(old, new, words[row * width + old.word]);
    }
}

/// The numbers of a place (0 where it is null), and whether any row is null there.
fn read_numbers<const W: usize>(place: &Place, width: usize, words: &[u64], numbers: &mut [u64]) -> bool {
    let width = if W == 0 { width } else { W };
    let mut nulls = 0;
    if let Some((word, shift)) = place.flag {
        for (row, number) in numbers.iter_mut().enumerate() {
            let null = words[row * width + word] >> shift & 1;
            nulls |= null;
            *number = words[row * width + place.word] & null.wrapping_sub(1);
        }
        return nulls > 0;
    }
    let (mask, base) = (u64::MAX >> (64 - place.bits), place.base.wrapping_sub(1));
    for (row, number) in numbers.iter_mut().enumerate() {
        let code = words[row * width + place.word] >> place.shift & mask;
        nulls |= u64::from(code == 0);
        *number = code.wrapping_add(base) & u64::from(code != 0).wrapping_neg();
    }
    nulls > 0
}

/// [`Layout::add_terms`] of codes.
fn add_terms<const W: usize>(place: &Place, width: usize, words: &[u64], term: &Term<'_>, sums: &mut [u64]) {
    let width = if W == 0 { width } else { W };
    let (shift, mask, base) = (place.shift, u64::MAX >> (64 - place.bits), place.base.wrapping_sub(1));
    for (row, sum) in sums.iter_mut().enumerate() {
        let code = words[row * width + place.word] >> shift & mask;
        let number = code.wrapping_add(base);
        let number = match term.table {
            Some(table) => table.get(number as usize).copied().unwrap_or(NULL_TERM),
            None => number,
        };
        let number = if code == 0 { NULL_TERM } else { number };
        *sum = sum.wrapping_add(number.wrapping_mul(term.factor));
    }
}

/// Writes the codes of a column's numbers into the words of their rows, which hold nothing there yet.
pub fn place_numbers(
    place: &Place,
    numbers: &[u64],
    nulls: Option<&NullBuffer>,
    start: usize,
    width: usize,
    words: &mut [u64],
) {
    by_width!(width, place_rows::<W>(place, numbers, nulls, start, width, words));
}

fn place_rows<const W: usize>(
    place: &Place,
    numbers: &[u64],
    nulls: Option<&NullBuffer>,
    start: usize,
    width: usize,
    words: &mut [u64],
) {
    let width = if W == 0 { width } else { W };
    let Place { base, word, shift, .. } = *place;
    match (nulls, place.flag) {
        (None, None) => {
            for (row, number) in numbers.iter().enumerate() {
                words[row * width + word] |= (number.wrapping_sub(base) + 1) << shift;
            }
        }
        (None, Some(_)) => {
            for (row, number) in numbers.iter().enumerate() {
                words[row * width + word] = *number;
            }
        }
        // No branches: nulls lie anywhere.
        (Some(nulls), None) => {
            for (row, number) in numbers.iter().enumerate() {
                let code = number.wrapping_sub(base).wrapping_add(1);
                let valid = u64::from(nulls.is_valid(start + row)).wrapping_neg();
                words[row * width + word] |= (code & valid) << shift;
            }
        }
        (Some(nulls), Some((flag, at))) => {
            for (row, number) in numbers.iter().enumerate() {
                let null = u64::from(nulls.is_null(start + row));
                words[row * width + word] = number & null.wrapping_sub(1);
                words[row * width + flag] |= null << at;
            }
        }
    }
}

fn unpack(place: &Place, words: &[u64]) -> Option<u64> {
    if let Some((word, shift)) = place.flag {
        return (words[word] >> shift & 1 == 0).then_some(words[place.word]);
    }
    let mask = u64::MAX >> (64 - place.bits);
    let code = words[place.word] >> place.shift & mask;
    code.checked_sub(1).map(|number| number + place.base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_numbers_in_a_wider_layout() {
        let narrow = Layout::empty(3).widened(&[Some((5, 9)), None, Some((0, 1))]);
        let mut words = vec![0; 3];
        place_numbers(&narrow.places()[0].unwrap(), &[5, 9, 7], None, 0, narrow.width(), &mut words);
        let nulls = NullBuffer::from(vec![true, false, true]);
        place_numbers(&narrow.places()[2].unwrap(), &[0, 0, 1], Some(&nulls), 0, narrow.width(), &mut words);
        for wanted in [(3, 300), (0, u64::MAX)] {
            let wide = narrow.widened(&[Some(wanted), Some((1, 2)), Some(wanted)]);
            let words = narrow.repack(&words, &wide);
            assert_eq!(wide.numbers(&words, 0), (vec![5, 9, 7], None));
            assert_eq!(wide.numbers(&words, 1).1.map(|nulls| nulls.null_count()), Some(3));
            assert_eq!(wide.numbers(&words, 2), (vec![0, 0, 1], Some(nulls.clone())));
            assert_eq!(
                Layout::covering([&narrow, &wide].into_iter(), &[None; 3]).repack(&words, &wide),
                words
            );
        }
    }

    #[test]
    fn the_last_numbers_have_places_of_their_own() {
        let layout = Layout::empty(1).widened(&[Some((u64::MAX - 9, u64::MAX))]);
        let place = layout.places()[0].unwrap();
        assert!(place.covers(u64::MAX, u64::MAX) && !place.covers(0, 0));
        let code = |number: u64| number.wrapping_sub(place.base).wrapping_add(1);
        assert!(place.has_room(code(u64::MAX)) && !place.has_room(code(0)));
    }

    #[test]
    fn ranges_of_parts_of_a_column_come_out_alike() {
        let zero = 1u64 << 63;
        assert_eq!(roomy(zero + 1, zero + 100), roomy(zero, zero + 99));
        assert_eq!(roomy(3, 99_990), (0, (1 << 17) - 2));
        assert_eq!(roomy(zero - 5, zero + 5), (zero - 8, zero + 6));
        assert_eq!(roomy(0, u64::MAX), (0, u64::MAX));
        for (low, high) in
            [(0, 126), (0, 127), (zero - 1, zero), (u64::MAX - 1, u64::MAX), (1 << 60, (1 << 60) + 1)]
        {
            let (from, to) = roomy(low, high);
            assert!(from <= low && high <= to, "{low} {high}: {from} {to}");
        }
    }
}
