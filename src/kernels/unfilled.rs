//! Memory that tasks fill piece by piece: nobody clears all of it first.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Numbers that are still to be written.
pub struct Unfilled<T> {
    values: Vec<T>,
    rows: usize,
    filled: AtomicUsize,
}

/// Some of them, one after the other.
pub struct Piece<'a, T> {
    values: &'a mut [MaybeUninit<T>],
    filled: &'a AtomicUsize,
}

impl<T: Copy + Default> Unfilled<T> {
    /// So many numbers.
    pub fn new(rows: usize) -> Self {
        Unfilled { values: Vec::with_capacity(rows), rows, filled: AtomicUsize::new(0) }
    }

    /// Pieces of `size` numbers; the last one may be smaller.
    pub fn pieces(&mut self, size: usize) -> Vec<Piece<'_, T>> {
        *self.filled.get_mut() = 0;
        let (values, filled) = (&mut self.values.spare_capacity_mut()[..self.rows], &self.filled);
        values.chunks_mut(size).map(|values| Piece { values, filled }).collect()
    }

    /// The numbers; those of pieces that were not filled are defaults.
    pub fn finish(mut self) -> Vec<T> {
        if *self.filled.get_mut() < self.rows {
            return vec![T::default(); self.rows];
        }
        // SAFETY: there is capacity for all rows; each piece adds its rows once, when it is dropped after all of them were
        // written, and pieces do not overlap: as many as there are rows are all of them.
        unsafe { self.values.set_len(self.rows) };
        self.values
    }
}

impl<T: Copy + Default> Piece<'_, T> {
    /// Has the piece written; it begins as defaults, which stay in a core's cache.
    pub fn fill(self, write: impl FnOnce(&mut [T])) {
        self.values.fill(MaybeUninit::new(T::default()));
        // SAFETY: each value has just been written, and `MaybeUninit<T>` lies in memory as `T` does.
        write(unsafe { &mut *(std::ptr::from_mut::<[MaybeUninit<T>]>(self.values) as *mut [T]) });
        self.filled.fetch_add(self.values.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_a_whole() {
        for (rows, size) in [(0, 4), (1, 4), (8, 4), (11, 4)] {
            let mut unfilled = Unfilled::<i64>::new(rows);
            for (number, piece) in unfilled.pieces(size).into_iter().enumerate() {
                piece.fill(|values| {
                    values
                        .iter_mut()
                        .enumerate()
                        .for_each(|(row, value)| *value = (number * size + row) as i64);
                });
            }
            assert_eq!(unfilled.finish(), (0..rows as i64).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_was_not_filled_is_not_read() {
        let mut unfilled = Unfilled::<u32>::new(10);
        let mut pieces = unfilled.pieces(4);
        pieces.remove(1).fill(|values| values.fill(7));
        assert_eq!(unfilled.finish(), [0; 10]);
    }
}
