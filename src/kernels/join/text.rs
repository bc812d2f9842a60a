//! Numbers for texts and bytes, dense and in parts: each part is filled on its own, so building goes on in parallel.

use crate::kernels::hash::{bytes, mix};
use crate::kernels::join::split::{Split, part_of};
use arrow::array::{Array, ArrayRef, AsArray, GenericByteViewArray};
use arrow::datatypes::{BinaryViewType, ByteViewType, DataType, StringViewType};

/// The number that stands for "not known".
pub const UNKNOWN: u32 = u32::MAX;

/// Texts of one part, numbered in order of first sight. Texts of at most 12 bytes are compared as one word.
pub struct TextPart {
    /// Part of the hash, and the number plus one; 0 is an empty slot.
    slots: Vec<(u32, u32)>,
    /// Of each number: the view of a short text; of a long one its length, its first four bytes and its place below.
    words: Vec<u128>,
    long: Vec<u8>,
    weak: bool,
}

/// All texts of a key column of the build side.
pub struct TextTable {
    parts: Vec<TextPart>,
    /// The first number of each part.
    bases: Vec<u32>,
    shift: u32,
    weak: bool,
}

/// The hash of each row of an array of views; of nulls anything.
pub fn hashes(array: &ArrayRef, weak: bool) -> Vec<u64> {
    fn of<T: ByteViewType + ?Sized>(array: &GenericByteViewArray<T>) -> Vec<u64>
    where
        T::Native: AsRef<[u8]>,
    {
        let views = array.views().iter().enumerate();
        views
            .map(|(row, view)| match *view as u32 > 12 && array.is_valid(row) {
                true => bytes(array.value(row).as_ref()),
                false => short(*view),
            })
            .collect()
    }
    match array.data_type() {
        _ if weak => vec![0; array.len()],
        DataType::Utf8View => of(array.as_string_view()),
        _ => of(array.as_binary_view()),
    }
}

fn short(view: u128) -> u64 {
    mix((view as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ mix((view >> 64) as u64))
}

impl TextPart {
    /// The texts of one part of every piece, and the number of each of those rows, piece after piece.
    pub fn fill(arrays: &[ArrayRef], splits: &[Split], part: usize, weak: bool) -> (TextPart, Vec<Vec<u32>>) {
        let rows: usize = splits.iter().map(|split| split.part(part).0.len()).sum();
        let slots = (rows / 4).next_power_of_two().max(16);
        let mut table = TextPart { slots: vec![(0, 0); slots], words: Vec::new(), long: Vec::new(), weak };
        let numbers = arrays.iter().zip(splits).map(|(array, split)| {
            let (hashes, rows) = split.part(part);
            match array.data_type() {
                DataType::Utf8View => table.learn::<StringViewType>(array.as_byte_view(), hashes, rows),
                _ => table.learn::<BinaryViewType>(array.as_byte_view(), hashes, rows),
            }
        });
        let numbers = numbers.collect();
        (table, numbers)
    }

    fn learn<T: ByteViewType + ?Sized>(
        &mut self,
        array: &GenericByteViewArray<T>,
        hashes: &[u64],
        rows: &[u32],
    ) -> Vec<u32>
    where
        T::Native: AsRef<[u8]>,
    {
        let views = array.views();
        let one = |(hash, row): (&u64, &u32)| {
            let view = views[*row as usize];
            let text: &[u8] = if view as u32 > 12 { array.value(*row as usize).as_ref() } else { &[] };
            self.intern(*hash, view, text)
        };
        hashes.iter().zip(rows).map(one).collect()
    }

    fn intern(&mut self, hash: u64, view: u128, text: &[u8]) -> u32 {
        if self.words.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        match self.place(hash, view, text) {
            Ok(number) => number,
            Err(place) => {
                let number = self.words.len() as u32;
                self.slots[place] = (hash as u32, number + 1);
                self.words.push(if view as u32 > 12 {
                    let start = self.long.len() as u128;
                    self.long.extend_from_slice(text);
                    start << 64 | view & u128::from(u64::MAX)
                } else {
                    view
                });
                number
            }
        }
    }

    /// The number of a text, or the slot where it belongs.
    #[inline]
    fn place(&self, hash: u64, view: u128, text: &[u8]) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut place = hash as u32 as usize & mask;
        loop {
            let (tag, number) = self.slots[place];
            if number == 0 {
                return Err(place);
            }
            if tag == hash as u32 && self.is(number - 1, view, text) {
                return Ok(number - 1);
            }
            place = (place + 1) & mask;
        }
    }

    #[inline]
    fn is(&self, number: u32, view: u128, text: &[u8]) -> bool {
        let word = self.words[number as usize];
        if view as u32 <= 12 {
            return word == view;
        }
        // Length and first bytes, then all bytes.
        let start = (word >> 64) as usize;
        word as u64 == view as u64 && self.long[start..start + text.len()] == *text
    }

    fn grow(&mut self) {
        let slots = self.slots.len() * 4;
        let old = std::mem::replace(&mut self.slots, vec![(0, 0); slots]);
        let mask = slots - 1;
        // The low half of the hash is all that a slot's place depends on.
        for slot in old.into_iter().filter(|slot| slot.1 != 0) {
            let mut place = if self.weak { 0 } else { slot.0 as usize & mask };
            while self.slots[place].1 != 0 {
                place = (place + 1) & mask;
            }
            self.slots[place] = slot;
        }
    }
}

impl TextTable {
    /// A table of parts that were filled from splits with this shift.
    pub fn new(parts: Vec<TextPart>, shift: u32, weak: bool) -> Self {
        let mut bases = Vec::with_capacity(parts.len() + 1);
        let mut sum = 0;
        for part in &parts {
            bases.push(sum);
            sum += part.words.len() as u32;
        }
        bases.push(sum);
        TextTable { parts, bases, shift, weak }
    }

    /// How many texts it knows.
    pub fn count(&self) -> u32 {
        self.bases.last().copied().unwrap_or(0)
    }

    /// The number of every row of a piece, put together from the numbers within the parts.
    pub fn numbers(&self, split: &Split, of_parts: &[&[u32]], rows: usize) -> Vec<u32> {
        let mut all = vec![UNKNOWN; rows];
        for (part, numbers) in of_parts.iter().enumerate() {
            let base = self.bases[part];
            for (row, number) in split.part(part).1.iter().zip(*numbers) {
                all[*row as usize] = base + number;
            }
        }
        all
    }

    /// The number of each row of an array of views, [`UNKNOWN`] for texts that it does not know; of nulls anything.
    pub fn find(&self, array: &ArrayRef) -> Vec<u32> {
        let hashes = hashes(array, self.weak);
        match array.data_type() {
            DataType::Utf8View => self.find_views::<StringViewType>(array.as_byte_view(), &hashes),
            _ => self.find_views::<BinaryViewType>(array.as_byte_view(), &hashes),
        }
    }

    fn find_views<T: ByteViewType + ?Sized>(
        &self,
        array: &GenericByteViewArray<T>,
        hashes: &[u64],
    ) -> Vec<u32>
    where
        T::Native: AsRef<[u8]>,
    {
        let one = |(row, (hash, view)): (usize, (&u64, &u128))| {
            let long = *view as u32 > 12;
            if long && array.is_null(row) {
                return UNKNOWN;
            }
            let text: &[u8] = if long { array.value(row).as_ref() } else { &[] };
            let part = part_of(*hash, self.shift);
            self.parts[part].place(*hash, *view, text).map_or(UNKNOWN, |number| self.bases[part] + number)
        };
        hashes.iter().zip(array.views().iter()).enumerate().map(one).collect()
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        let part =
            |part: &TextPart| part.slots.capacity() * 8 + part.words.capacity() * 16 + part.long.capacity();
        self.parts.iter().map(part).sum()
    }
}
