//! Rows to be sorted as integers: a key above, the number of the row below.

/// An integer that holds a key and, below it, the number of a row.
pub trait Entry: Copy + Ord + Send + Sync + Default {
    /// Its bits.
    const BITS: u32;

    /// A field below the key so far; `bits` may be 64 only if the integer is wider.
    fn push(self, field: u64, bits: u32) -> Self;

    /// The low bits.
    fn low(self) -> u64;

    /// The same above its lowest bits, and these ones there.
    #[inline]
    fn with_low(self, low: u64, bits: u32) -> Self {
        self.above(bits).push(low, bits)
    }

    /// The integer without its lowest bits.
    fn above(self, bits: u32) -> Self;

    /// What differs.
    fn differing(self, other: Self) -> Self;

    /// All bits of both.
    fn both(self, other: Self) -> Self;

    /// Bits up to the highest that is set.
    fn width(self) -> u32;
}

macro_rules! entries {
    ($($type:ty),*) => {$(
        impl Entry for $type {
            const BITS: u32 = <$type>::BITS;

            #[inline]
            fn push(self, field: u64, bits: u32) -> Self {
                (self << bits) | Self::from(field)
            }

            #[inline]
            #[allow(clippy::unnecessary_cast)] // Not for the wider type.
            fn low(self) -> u64 {
                self as u64
            }

            #[inline]
            fn above(self, bits: u32) -> Self {
                self >> bits
            }

            #[inline]
            fn differing(self, other: Self) -> Self {
                self ^ other
            }

            #[inline]
            fn both(self, other: Self) -> Self {
                self | other
            }

            #[inline]
            fn width(self) -> u32 {
                <$type>::BITS - self.leading_zeros()
            }
        }
    )*};
}

entries!(u64, u128);

/// Bits of a digit.
const DIGIT: u32 = 11;

/// Digits from which on comparing is faster.
const MOST_DIGITS: u32 = 5;

/// Entries below which comparing is faster.
const FEW: usize = 512;

/// Sorts entries that are in the order of their rows; `row_bits` lowest bits are the row.
pub fn sort<E: Entry>(entries: &mut [E], row_bits: u32, scratch: &mut Vec<E>) {
    let Some(&first) = entries.first() else { return };
    let differing = entries.iter().fold(E::default(), |all, entry| all.both(entry.differing(first)));
    let width = differing.above(row_bits).width();
    if width == 0 {
        // Equal keys: the rows are in order.
        return;
    }
    let digits = width.div_ceil(DIGIT);
    if entries.len() < FEW || digits > MOST_DIGITS {
        entries.sort_unstable();
        return;
    }
    let bits = width.div_ceil(digits);
    scratch.clear();
    scratch.resize(entries.len(), E::default());
    let mut sorted_here = true;
    for digit in 0..digits {
        let shift = row_bits + digit * bits;
        match sorted_here {
            true => pass(entries, scratch, shift, bits),
            false => pass(scratch, entries, shift, bits),
        }
        sorted_here = !sorted_here;
    }
    if !sorted_here {
        entries.copy_from_slice(scratch);
    }
}

/// A stable counting sort by one digit.
fn pass<E: Entry>(from: &[E], to: &mut [E], shift: u32, bits: u32) {
    let mask = (1usize << bits) - 1;
    let digit = |entry: &E| entry.above(shift).low() as usize & mask;
    let mut next = vec![0u32; mask + 1];
    for entry in from {
        next[digit(entry)] += 1;
    }
    let mut start = 0;
    for count in &mut next {
        (*count, start) = (start, start + *count);
    }
    for entry in from {
        let place = &mut next[digit(entry)];
        to[*place as usize] = *entry;
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<E: Entry + std::fmt::Debug>(keys: impl Fn(u64) -> u64, bits: u32) {
        for rows in [0u64, 1, 100, 3000] {
            let mut entries: Vec<E> =
                (0..rows).map(|row| E::default().push(keys(row), bits).push(row, 12)).collect();
            let mut expected = entries.clone();
            expected.sort();
            sort(&mut entries, 12, &mut Vec::new());
            assert_eq!(entries, expected);
        }
    }

    #[test]
    fn entries_sort_by_key_then_row() {
        check::<u64>(|row| (row * 7919) % 13, 4);
        check::<u64>(|row| (row * 7919) % 100_003, 17);
        check::<u64>(|row| crate::kernels::hash::mix(row) >> 20, 44);
        check::<u128>(crate::kernels::hash::mix, 64);
        check::<u128>(|_| 5, 3);
    }
}
