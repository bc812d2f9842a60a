//! The smallest or largest text or bytes of each group.
//!
//! Coded text is compared by rank in its dictionary, at the speed of integers, as long as the batches share one.

use crate::data::{DType, strings};
use crate::error::{Error, Result};
use crate::expr::{GroupState, Groups};
use crate::functions::aggregate::dictionary_ranks::{Ranks, as_bytes};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use arrow::array::{Array, ArrayRef, BinaryViewArray, StringViewArray, UInt32Array};
use std::any::Any;
use std::sync::Arc;

/// The state of `min` and `max` over text and bytes.
pub struct BytesExtreme {
    max: bool,
    dtype: DType,
    best: Vec<Option<Vec<u8>>>,
    coded: Option<Coded>,
}

/// The best ranks of each group while every batch has the same dictionary.
struct Coded {
    dictionary: ArrayRef,
    ranks: Arc<Ranks>,
    max: bool,
    /// The best rank of each group, for `max` counted from the greatest; `NONE` if there is none.
    best: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Coded {
    fn new(dictionary: &ArrayRef, max: bool, groups: usize) -> Result<Self> {
        let ranks = Ranks::of(dictionary)?;
        Ok(Coded { dictionary: dictionary.clone(), ranks, max, best: vec![NONE; groups] })
    }

    fn update(&mut self, codes: &UInt32Array, groups: &Groups<'_>) {
        let values: &[u32] = codes.values();
        let ranks = self.ranks.ranks.as_slice();
        // The greatest value is the first one from the other end.
        let turn = if self.max { (ranks.len() as u32).saturating_sub(1) } else { 0 };
        let rank = |code: u32| (ranks[code as usize]).abs_diff(turn);
        match (nulls_of(codes), groups.ids) {
            (None, Some(ids)) => {
                for (id, code) in ids.iter().zip(values) {
                    let best = &mut self.best[*id as usize];
                    *best = (*best).min(rank(*code));
                }
            }
            (None, None) => {
                let best = values.iter().map(|code| rank(*code)).min();
                self.best[0] = self.best[0].min(best.unwrap_or(NONE));
            }
            (Some(nulls), _) => for_each_valid(&nulls, |rows| {
                for row in rows.rows() {
                    let best = &mut self.best[groups.of(row)];
                    *best = (*best).min(rank(values[row]));
                }
            }),
        }
    }

    fn get(&self, group: usize) -> Option<&[u8]> {
        let rank = *self.best.get(group)?;
        let turn = if self.max { (self.ranks.ranks.len() as u32).saturating_sub(1) } else { 0 };
        (rank != NONE).then(|| self.ranks.value(rank.abs_diff(turn)))
    }
}

impl BytesExtreme {
    /// No group yet.
    pub fn boxed(dtype: &DType, max: bool) -> Box<dyn GroupState> {
        Box::new(BytesExtreme { max, dtype: dtype.clone(), best: Vec::new(), coded: None })
    }

    fn offer(&mut self, group: usize, value: &[u8]) {
        let max = self.max;
        match &mut self.best[group] {
            Some(best) if !better(max, value, best) => {}
            Some(best) => {
                best.clear();
                best.extend_from_slice(value);
            }
            empty => *empty = Some(value.to_vec()),
        }
    }

    fn get(&self, group: usize) -> Option<&[u8]> {
        let coded = self.coded.as_ref().and_then(|coded| coded.get(group));
        match (self.best[group].as_deref(), coded) {
            (Some(plain), Some(coded)) => Some(if better(self.max, coded, plain) { coded } else { plain }),
            (plain, coded) => plain.or(coded),
        }
    }

    /// Ranks of this dictionary, if they exist or are worth making for so many rows.
    fn ranked(&mut self, dictionary: &ArrayRef, rows: usize) -> Result<Option<&mut Coded>> {
        let known =
            self.coded.as_ref().is_some_and(|coded| strings::same_dictionary(&coded.dictionary, dictionary));
        if !known {
            if dictionary.len() > rows {
                return Ok(None);
            }
            if let Some(coded) = self.coded.take() {
                for group in 0..coded.best.len() {
                    if let Some(value) = coded.get(group) {
                        self.offer(group, value);
                    }
                }
            }
            self.coded = Some(Coded::new(dictionary, self.max, self.best.len())?);
        }
        Ok(self.coded.as_mut())
    }

    fn offer_all(&mut self, array: &BinaryViewArray, groups: &Groups<'_>) {
        match nulls_of(array) {
            None => (0..array.len()).for_each(|row| self.offer(groups.of(row), array.value(row))),
            Some(nulls) => for_each_valid(&nulls, |rows| {
                rows.rows().for_each(|row| self.offer(groups.of(row), array.value(row)));
            }),
        }
    }

    fn values(&self) -> Result<ArrayRef> {
        let values = (0..self.best.len()).map(|group| self.get(group));
        if self.dtype == DType::Binary {
            return Ok(Arc::new(values.collect::<BinaryViewArray>()));
        }
        let text = |value| std::str::from_utf8(value).map_err(|_| Error::internal("text that is no UTF-8"));
        let values: Vec<Option<&str>> =
            values.map(|value| value.map(text).transpose()).collect::<Result<_>>()?;
        Ok(Arc::new(values.into_iter().collect::<StringViewArray>()))
    }
}

fn better(max: bool, new: &[u8], old: &[u8]) -> bool {
    if max { new > old } else { new < old }
}

impl GroupState for BytesExtreme {
    fn resize(&mut self, groups: usize) {
        if groups > self.best.len() {
            self.best.resize(groups, None);
            if let Some(coded) = &mut self.coded {
                coded.best.resize(groups, NONE);
            }
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let Some((codes, dictionary)) = strings::coded(&args[0]) else {
            let bytes = as_bytes(&args[0])?;
            self.offer_all(&bytes, groups);
            return Ok(());
        };
        if let Some(coded) = self.ranked(dictionary, codes.len())? {
            coded.update(codes, groups);
            return Ok(());
        }
        let bytes = as_bytes(&strings::decode(&args[0])?)?;
        self.offer_all(&bytes, groups);
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            if let Some(value) = other.get(*from as usize) {
                self.offer(*into as usize, value);
            }
        }
        Ok(())
    }

    fn exact(&self) -> bool {
        true
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        self.values()
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.values()?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let bytes = as_bytes(&arrays[0])?;
        self.offer_all(&bytes, &Groups::per_row(into));
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        let coded =
            self.coded.as_ref().map_or(0, |coded| coded.best.capacity() * 4 + coded.ranks.size_bytes());
        let text: usize = self.best.iter().flatten().map(Vec::capacity).sum();
        self.best.capacity() * size_of::<Option<Vec<u8>>>() + text + coded
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
