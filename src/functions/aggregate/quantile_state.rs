//! The state of medians and quantiles: all values of every group, as words of their order.

use crate::data::{DType, dispatch};
use crate::error::Result;
use crate::expr::{GroupState, Groups, Tasks};
use crate::functions::aggregate::between::{Between, between, between_wholes, rounded};
use crate::functions::aggregate::fold::{numbers, owned, same};
use crate::functions::aggregate::grouped::{Pile, each_list, list_column, lists};
use crate::functions::aggregate::ordered;
use crate::functions::aggregate::ranked::{Word, at_ranks};
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, UInt32Array, UInt64Array};
use arrow::datatypes::{UInt32Type, UInt64Type};
use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

/// An empty state for these shares; `listed`: the results of a group are a list.
///
/// # Errors
/// None.
pub fn state(dtype: &DType, shares: Vec<f64>, listed: bool, between: Between) -> Result<Box<dyn GroupState>> {
    // Each selection leaves the values above it apart from those below: ascending shares look at ever fewer.
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|a, b| shares[*a].total_cmp(&shares[*b]));
    let asked = Asked { dtype: dtype.clone(), shares, order, listed, between };
    Ok(match ordered::base(&dtype.to_arrow()) {
        Some(base) => Quantile::<u32>::boxed(asked, base),
        None => Quantile::<u64>::boxed(asked, 0),
    })
}

/// What is asked of each group.
#[derive(Clone)]
struct Asked {
    /// The type of the values.
    dtype: DType,
    shares: Vec<f64>,
    /// The shares in ascending order.
    order: Vec<usize>,
    /// Whether the results of a group are a list.
    listed: bool,
    between: Between,
}

/// All values of every group, as words of their order less the least one there can be.
struct Quantile<W> {
    asked: Asked,
    base: u64,
    groups: usize,
    pile: Pile<W>,
    /// Values that came group by group.
    runs: Vec<Vec<W>>,
    /// Those of later states, each with its group.
    parts: Vec<(u32, Vec<W>)>,
    /// What was found on all threads.
    found: Option<Vec<Found>>,
}

/// Two neighbours and how far the quantile is from the lower to the upper one.
type Found = Option<(u64, u64, f64)>;

/// Fewest values worth several threads.
const MANY: usize = 1 << 16;

/// Most groups that are looked at one after the other, each on all threads.
const FEW_GROUPS: usize = 64;

impl<W: Short> Quantile<W> {
    fn new(asked: Asked, base: u64) -> Self {
        let (runs, parts) = (Vec::new(), Vec::new());
        Quantile { asked, base, groups: 0, pile: Pile::default(), runs, parts, found: None }
    }

    fn boxed(asked: Asked, base: u64) -> Box<dyn GroupState> {
        Box::new(Self::new(asked, base))
    }

    /// Adds the values of some rows of an array, all of one group, to others of it.
    fn words_of(&self, array: &ArrayRef, rows: Range<usize>, out: &mut Vec<W>) {
        let nulls = nulls_of(array);
        let mut words = Vec::with_capacity(RUN);
        out.reserve(rows.len());
        for start in rows.clone().step_by(RUN) {
            let part = start..rows.end.min(start + RUN);
            words.clear();
            ordered::words(array, part.clone(), false, &mut words);
            match nulls.as_ref().map(|nulls| nulls.slice(start, part.len())) {
                None => out.extend(words.iter().map(|word| W::of(word - self.base))),
                Some(nulls) => for_each_valid(&nulls, |valid| {
                    out.extend(valid.rows().map(|row| W::of(words[row] - self.base)));
                }),
            }
        }
    }
}

impl Asked {
    /// The quantiles of the values of all parts.
    fn select_on_all<W: Short>(&self, parts: &[Vec<W>], base: u64, tasks: &dyn Tasks) -> Result<Vec<Found>> {
        let count: usize = parts.iter().map(Vec::len).sum();
        let places: Vec<(usize, f64)> =
            self.shares.iter().map(|share| self.between.place(*share, count)).collect();
        let ranks = places.iter().flat_map(|(place, rest)| [*place, *place + usize::from(*rest > 0.0)]);
        let ranks: Vec<usize> = ranks.map(|rank| rank.min(count - 1)).collect();
        let values = at_ranks(parts, &ranks, tasks)?;
        let found = values.chunks(2).zip(&places);
        Ok(found.map(|(ends, (_, rest))| Some((base + ends[0], base + ends[1], *rest))).collect())
    }

    /// The quantiles of values that are not in order, which they are not afterwards either.
    fn select<W: Short>(&self, values: &mut [W], base: u64, found: &mut [Found]) {
        if values.is_empty() {
            return;
        }
        let count = values.len();
        // Everything before this place is no greater than what comes after it.
        let mut done = 0;
        for share in &self.order {
            let (place, rest) = self.between.place(self.shares[*share], count);
            let start = done.min(place);
            let (_, lower, above) = values[start..].select_nth_unstable(place - start);
            let lower = *lower;
            let upper = match rest > 0.0 {
                true => above.iter().copied().min().unwrap_or(lower),
                false => lower,
            };
            found[*share] = Some((base + lower.into(), base + upper.into(), rest));
            done = place;
        }
    }

    fn finish(&self, found: Vec<Found>) -> Result<ArrayRef> {
        let found = found.into_iter();
        Ok(match &self.dtype {
            DType::Float32 | DType::Float64 => {
                let narrow = self.dtype == DType::Float32;
                let float = |word| ordered::float(word, narrow);
                let value = |found: Found| found.map(|(a, b, rest)| between(float(a), float(b), rest));
                Arc::new(found.map(value).collect::<Float64Array>())
            }
            dtype => {
                let signed = !dtype.is_unsigned();
                let whole = |word| ordered::whole(word, signed);
                if dtype.is_temporal() {
                    let value = |found: Found| found.map(|(a, b, rest)| rounded(whole(a), whole(b), rest));
                    return dispatch::logical(Arc::new(found.map(value).collect::<Int64Array>()), dtype);
                }
                let value = |found: Found| found.map(|(a, b, rest)| between_wholes(whole(a), whole(b), rest));
                Arc::new(found.map(value).collect::<Float64Array>())
            }
        })
    }
}

/// A word of 32 or 64 bits.
trait Short: Word {
    /// The low bits of a word.
    fn of(word: u64) -> Self;
    /// Words as an array.
    fn array(words: Vec<Self>) -> ArrayRef;
    /// The words of an array.
    fn slice(array: &ArrayRef) -> Option<&[Self]>;
}

impl Short for u32 {
    fn of(word: u64) -> u32 {
        word as u32
    }

    fn array(words: Vec<u32>) -> ArrayRef {
        Arc::new(UInt32Array::from(words))
    }

    fn slice(array: &ArrayRef) -> Option<&[u32]> {
        Some(array.as_primitive_opt::<UInt32Type>()?.values())
    }
}

impl Short for u64 {
    fn of(word: u64) -> u64 {
        word
    }

    fn array(words: Vec<u64>) -> ArrayRef {
        Arc::new(UInt64Array::from(words))
    }

    fn slice(array: &ArrayRef) -> Option<&[u64]> {
        Some(array.as_primitive_opt::<UInt64Type>()?.values())
    }
}

impl<W: Short> GroupState for Quantile<W> {
    fn resize(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let array = numbers(&args[0])?;
        let nulls = nulls_of(&array);
        let mut words = Vec::with_capacity(RUN.min(array.len()));
        let (mut values, mut own): (Vec<W>, Vec<u32>) = (Vec::new(), Vec::new());
        for start in (0..array.len()).step_by(RUN) {
            let rows = start..array.len().min(start + RUN);
            words.clear();
            ordered::words(&array, rows.clone(), false, &mut words);
            values.clear();
            values.resize(words.len(), W::of(0));
            for (value, word) in values.iter_mut().zip(&words) {
                *value = W::of(word - self.base);
            }
            let Some(nulls) = nulls.as_ref().map(|nulls| nulls.slice(start, rows.len())) else {
                match groups.ids {
                    None => self.pile.extend_one(&values),
                    Some(ids) => self.pile.extend(&ids[rows], &values),
                }
                continue;
            };
            own.clear();
            let mut kept = 0;
            for_each_valid(&nulls, |valid| {
                for row in valid.rows() {
                    own.push(groups.of(start + row) as u32);
                    values[kept] = values[row];
                    kept += 1;
                }
            });
            match groups.ids {
                None => self.pile.extend_one(&values[..kept]),
                Some(_) => self.pile.extend(&own, &values[..kept]),
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        let sorted = other.pile.sorted(other.groups);
        self.pile.extend_lent(sorted, from, into);
        if other.runs.is_empty() && other.parts.is_empty() {
            return Ok(());
        }
        for (from, into) in from.iter().zip(into) {
            if let Some(run) = other.runs.get(*from as usize) {
                self.pile.extend_group(*into, run);
            }
            for (_, part) in other.parts.iter().filter(|(group, _)| group == from) {
                self.pile.extend_group(*into, part);
            }
        }
        Ok(())
    }

    fn arrange(&mut self) {
        if self.pile.is_grouped() {
            self.pile.arrange(self.groups);
        }
    }

    fn absorb(&mut self, other: Box<dyn GroupState>, into: &[u32]) -> Result<()> {
        let other = owned::<Self>(other)?;
        if other.pile.is_grouped() {
            let from: Vec<u32> = (0..into.len() as u32).collect();
            return self.merge(other.as_ref(), &from, into);
        }
        let runs = other.runs.into_iter().enumerate().map(|(group, values)| (group as u32, values));
        let all = other.parts.into_iter().chain(runs).chain([(0, other.pile.into_values())]);
        let all = all.filter(|(_, values)| !values.is_empty());
        self.parts.extend(all.map(|(group, values)| (into[group as usize], values)));
        Ok(())
    }

    fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        let parts = self.parts.iter().map(|(_, values)| values);
        let count = self.pile.count() + self.runs.iter().chain(parts).map(Vec::len).sum::<usize>();
        if self.groups > FEW_GROUPS || self.pile.is_grouped() || count < MANY {
            return Ok(());
        }
        let mut values: Vec<Vec<Vec<W>>> = vec![Vec::new(); self.groups];
        let pile = std::mem::take(&mut self.pile).into_values();
        let runs = std::mem::take(&mut self.runs).into_iter().enumerate();
        let all = runs.map(|(group, values)| (group as u32, values)).chain(std::mem::take(&mut self.parts));
        for (group, part) in all.chain([(0, pile)]).filter(|(_, part)| !part.is_empty()) {
            values[group as usize].push(part);
        }
        let mut found = Vec::with_capacity(self.groups * self.asked.shares.len());
        for mut parts in values {
            match parts.as_mut_slice() {
                [] => found.resize(found.len() + self.asked.shares.len(), None),
                [only] if only.len() < MANY => {
                    let start = found.len();
                    found.resize(start + self.asked.shares.len(), None);
                    self.asked.select(only, self.base, &mut found[start..]);
                }
                parts => found.extend(self.asked.select_on_all(parts, self.base, tasks)?),
            }
        }
        self.found = Some(found);
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let lists = |groups: usize, shares: usize, values| {
            list_column(&(0..=groups).map(|group| group * shares).collect::<Vec<_>>(), values)
        };
        let shares = self.asked.shares.len();
        if let Some(found) = self.found.take() {
            let values = self.asked.finish(found)?;
            return if self.asked.listed { lists(self.groups, shares, values) } else { Ok(values) };
        }
        for (group, run) in std::mem::take(&mut self.runs).into_iter().enumerate() {
            self.pile.extend_group(group as u32, &run);
        }
        for (group, part) in std::mem::take(&mut self.parts) {
            self.pile.extend_group(group, &part);
        }
        let mut found: Vec<Found> = vec![None; self.groups * shares];
        std::mem::take(&mut self.pile).each_group(self.groups, |group, values| {
            self.asked.select(values, self.base, &mut found[group * shares..(group + 1) * shares]);
        });
        let values = self.asked.finish(found)?;
        if self.asked.listed { lists(self.groups, shares, values) } else { Ok(values) }
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let groups: Vec<u32> = (0..self.groups as u32).collect();
        let mut whole = Quantile { groups: self.groups, ..Quantile::<W>::new(self.asked.clone(), self.base) };
        whole.merge(self, &groups, &groups)?;
        let sorted = whole.pile.sorted(self.groups);
        Ok(vec![lists(&sorted.starts, W::array(sorted.values.clone()))?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [array] = arrays else { return Err(foreign_state()) };
        for (into, values) in each_list(array, into)? {
            self.pile.extend_group(into, W::slice(&values).ok_or_else(foreign_state)?);
        }
        Ok(())
    }

    fn keeps_values(&self) -> bool {
        true
    }

    fn takes_runs(&self) -> bool {
        true
    }

    fn update_runs(&mut self, args: &[ArrayRef], starts: &[usize]) -> Result<()> {
        let array = numbers(&args[0])?;
        let groups = starts.len() - 1;
        self.runs.resize_with(groups.max(self.runs.len()), Vec::new);
        for (group, ends) in starts.windows(2).enumerate() {
            let mut run = std::mem::take(&mut self.runs[group]);
            self.words_of(&array, ends[0]..ends[1], &mut run);
            self.runs[group] = run;
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        let parts = self.parts.iter().map(|(_, values)| values);
        let values: usize = self.runs.iter().chain(parts).map(Vec::capacity).sum();
        self.pile.size_bytes() + values * size_of::<W>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Rows at a time: their words stay in the nearest cache.
const RUN: usize = 4096;
