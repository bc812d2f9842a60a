//! A block of lines being written column by column: each line grows in a place of its own, and all are then put together.

use crate::kernels::write_number::{SLOT, Slot};
use std::ops::Range;

/// A block of lines.
pub struct Lines {
    bytes: Vec<u8>,
    /// Where each line ends so far, the delimiter after its last cell included.
    ends: Vec<usize>,
    /// Bytes from the start of one line to that of the next; a slot is always free at the end.
    stride: usize,
    delimiter: u8,
}

impl Lines {
    /// No lines.
    pub fn new(delimiter: u8) -> Self {
        Lines { bytes: Vec::new(), ends: Vec::new(), stride: 0, delimiter }
    }

    /// Bytes that so many lines need, if their cells and the delimiters after them take `width` bytes at most.
    pub fn size(rows: usize, width: usize) -> usize {
        rows.saturating_mul(width.saturating_add(SLOT))
    }

    /// Starts so many lines.
    pub fn start(&mut self, rows: usize, width: usize) {
        self.stride = width + SLOT;
        if self.bytes.len() < rows * self.stride {
            self.bytes.resize(rows * self.stride, 0);
        }
        self.ends.clear();
        self.ends.extend((0..rows).map(|row| row * self.stride));
    }

    /// Appends a cell to every line: `cell` writes that of a row and tells how long it is.
    #[inline(always)]
    pub fn slots(&mut self, rows: Range<usize>, mut cell: impl FnMut(usize, &mut Slot) -> usize) {
        for (end, row) in self.ends.iter_mut().zip(rows) {
            let Some(slot) = self.bytes[*end..].first_chunk_mut::<SLOT>() else { continue };
            let length = cell(row, slot);
            slot[length] = self.delimiter;
            *end += length + 1;
        }
    }

    /// Appends a cell to a line: `cell` writes it and tells how long it is.
    #[inline(always)]
    pub fn slot(&mut self, line: usize, cell: impl FnOnce(&mut Slot) -> usize) {
        let end = &mut self.ends[line];
        if let Some(slot) = self.bytes[*end..].first_chunk_mut::<SLOT>() {
            let length = cell(slot);
            slot[length] = self.delimiter;
            *end += length + 1;
        }
    }

    /// Appends a cell of any length to a line.
    #[inline(always)]
    pub fn put(&mut self, line: usize, text: &[u8]) {
        let end = &mut self.ends[line];
        let after = *end + text.len();
        self.bytes[*end..after].copy_from_slice(text);
        self.bytes[after] = self.delimiter;
        *end = after + 1;
    }

    /// Appends a cell to a line: the first `length` bytes of those given.
    #[inline(always)]
    pub fn put_short(&mut self, line: usize, text: &[u8; 16], length: usize) {
        let end = &mut self.ends[line];
        if let Some(slot) = self.bytes[*end..].first_chunk_mut::<SLOT>() {
            if let Some(sixteen) = slot.first_chunk_mut() {
                *sixteen = *text;
            }
            slot[length] = self.delimiter;
        }
        *end += length + 1;
    }

    /// Appends the lines to `out`, `end` in the place of the last delimiter of each.
    pub fn finish(&self, end: &[u8], out: &mut Vec<u8>) {
        let all: usize = self.ends.iter().enumerate().map(|(line, &end)| end - line * self.stride).sum();
        out.reserve(all + self.ends.len() * end.len());
        for (line, &after) in self.ends.iter().enumerate() {
            out.extend_from_slice(&self.bytes[line * self.stride..after - 1]);
            match end {
                [one] => out.push(*one),
                more => out.extend_from_slice(more),
            }
        }
    }
}
