//! Sets of text or bytes, one per group: a key is a view, and texts stay where they are or, while there are few, in a
//! buffer of the set's own.

use crate::error::Result;
use crate::expr::{Groups, Tasks};
use crate::functions::aggregate::aside::{Compare, Of};
use crate::functions::aggregate::distinct::Distinct;
use crate::functions::aggregate::grouped::lists;
use crate::functions::aggregate::rows::ValidBlocks;
use arrow::array::{ArrayRef, BinaryViewArray};
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use foldhash::fast::FixedState;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Bytes of texts of others that may be kept in memory before the few that are used are copied.
const KEPT: usize = 1 << 23;

/// Bytes of a block of copied texts: what Arrow can count.
const BLOCK: usize = i32::MAX as usize;

/// Views into buffers.
#[derive(Default)]
pub struct Views {
    buffers: Vec<Buffer>,
}

impl Views {
    #[inline]
    fn long(&self, view: u128) -> &[u8] {
        let (buffer, start) = ((view >> 64) as u32 as usize, (view >> 96) as usize);
        &self.buffers[buffer][start..start + view as u32 as usize]
    }
}

/// Up to twelve bytes lie in the view itself.
#[inline]
fn is_short(view: u128) -> bool {
    view as u32 <= 12
}

impl Compare for Views {
    type Key = u128;

    #[inline]
    fn hash(&self, view: &u128) -> u64 {
        match is_short(*view) {
            true => FixedState::default().hash_one(*view),
            false => FixedState::default().hash_one(self.long(*view)),
        }
    }

    #[inline]
    fn same(&self, left: &u128, right: &u128) -> bool {
        // The lower half: the length and the first four bytes.
        left == right
            || *left as u64 == *right as u64 && !is_short(*left) && self.long(*left) == self.long(*right)
    }

    fn adopt(&mut self, other: Views) -> u32 {
        let before = self.buffers.len() as u32;
        self.buffers.extend(other.buffers);
        before
    }

    #[inline]
    fn moved(view: u128, by: u32) -> u128 {
        if is_short(view) { view } else { view + (u128::from(by) << 64) }
    }
}

/// The distinct texts of every group.
#[derive(Default)]
pub struct TextSets {
    distinct: Distinct<Views>,
    /// The buffers of the array last seen, and where they are among all.
    last: Option<(Arc<[Buffer]>, u32)>,
    /// Bytes of buffers of others.
    kept: usize,
}

impl TextSets {
    /// Makes room for groups.
    pub fn resize(&mut self, groups: usize) {
        self.distinct.resize(groups);
    }

    /// Adds the texts of rows that are not null.
    pub fn extend(&mut self, texts: &BinaryViewArray, groups: &Groups<'_>, nulls: Option<&NullBuffer>) {
        let moved = self.place_of(texts.data_buffers());
        let (mut views, mut own) = (Vec::new(), Vec::new());
        let ids = match nulls {
            None => {
                views.extend_from_slice(texts.views());
                groups.ids
            }
            Some(nulls) => {
                let mut valid = ValidBlocks::new(nulls);
                valid.advance(nulls.len());
                valid.pick(texts.views(), &mut views);
                groups.ids.map(|ids| {
                    valid.pick(ids, &mut own);
                    own.as_slice()
                })
            }
        };
        if moved != 0 {
            views.iter_mut().for_each(|view| *view = Views::moved(*view, moved));
        }
        self.distinct.extend(ids.map_or(Of::One(0), Of::Each), &views);
        if self.kept > KEPT {
            self.copy_texts(BLOCK);
        }
    }

    /// Where buffers lie among all of this set.
    fn place_of(&mut self, buffers: &Arc<[Buffer]>) -> u32 {
        if let Some((last, place)) = &self.last
            && Arc::ptr_eq(last, buffers)
        {
            return *place;
        }
        let all = &mut self.distinct.compare.buffers;
        let place = all.len() as u32;
        all.extend(buffers.iter().cloned());
        self.kept += buffers.iter().map(Buffer::len).sum::<usize>();
        self.last = Some((buffers.clone(), place));
        place
    }

    /// Copies what keys stand for, and lets go of all other bytes; not if too many keys are there for that to pay.
    /// Blocks have at most `most` bytes, or one text.
    fn copy_texts(&mut self, most: usize) {
        self.kept = 0;
        let old = Views { buffers: self.distinct.compare.buffers.clone() };
        let mut blocks: Vec<Vec<u8>> = vec![Vec::new()];
        let done = self.distinct.replace(|view| {
            if is_short(view) {
                return view;
            }
            let text = old.long(view);
            if blocks.last().is_none_or(|block| block.len() + text.len() > most) {
                blocks.push(Vec::new());
            }
            let number = blocks.len() - 1;
            let start = blocks[number].len();
            blocks[number].extend_from_slice(text);
            u128::from(view as u64) | (number as u128) << 64 | (start as u128) << 96
        });
        if done.is_some() {
            self.distinct.compare.buffers = blocks.into_iter().map(Buffer::from_vec).collect();
            self.last = None;
        }
    }

    /// Takes all texts of another; those of its group `i` belong to `into[i]`.
    pub fn absorb(&mut self, other: TextSets, into: &[u32]) {
        self.distinct.absorb(other.distinct, into);
    }

    /// Counts on all threads.
    ///
    /// # Errors
    /// Those of the tasks: cancellation.
    pub fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        self.distinct.settle(tasks)
    }

    /// The number of distinct texts of each group.
    pub fn counts(&self) -> &[u64] {
        self.distinct.counts()
    }

    /// The texts as a list for each group.
    ///
    /// # Errors
    /// `Type` if Arrow refuses the lists.
    pub fn lists(&self) -> Result<ArrayRef> {
        let grouped = self.distinct.grouped();
        let views = ScalarBuffer::from(grouped.values.clone());
        lists(&grouped.starts, Arc::new(BinaryViewArray::try_new(views, self.buffers(), None)?))
    }

    /// The texts of some groups, and of which one each is by its place in `groups`.
    ///
    /// # Errors
    /// `Type` if Arrow refuses the texts.
    pub fn of_groups(&self, groups: &[u32]) -> Result<(BinaryViewArray, Vec<u32>)> {
        let grouped = self.distinct.grouped();
        let (mut views, mut places) = (Vec::new(), Vec::new());
        for (place, group) in groups.iter().enumerate() {
            let own = grouped.of(*group as usize);
            views.extend_from_slice(own);
            places.extend(std::iter::repeat_n(place as u32, own.len()));
        }
        Ok((BinaryViewArray::try_new(views.into(), self.buffers(), None)?, places))
    }

    fn buffers(&self) -> Arc<[Buffer]> {
        self.distinct.compare.buffers.iter().cloned().collect()
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.distinct.size_bytes() + self.distinct.compare.buffers.iter().map(Buffer::len).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_copied_into_several_blocks_stay_the_same() {
        let texts: Vec<String> = (0..50).map(|i| format!("a text that is not short {}", i % 20)).collect();
        let array = BinaryViewArray::from_iter_values(&texts);
        let mut sets = TextSets::default();
        sets.resize(1);
        for most in [0, 64, BLOCK] {
            sets.extend(&array, &Groups::one(50), None);
            sets.copy_texts(most);
            sets.extend(&array, &Groups::one(50), None);
            assert_eq!(sets.counts(), [20]);
        }
        let (found, _) = sets.of_groups(&[0]).unwrap();
        let mut found: Vec<&[u8]> = found.iter().flatten().collect();
        found.sort_unstable();
        let mut expected: Vec<&[u8]> = texts[..20].iter().map(String::as_bytes).collect();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
