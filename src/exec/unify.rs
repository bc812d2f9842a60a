//! One dictionary for the coded strings of a column: partitions that met new values brought dictionaries of their own.

use crate::data::{Batch, Column, strings};
use crate::error::{AllOk, Result};
use crate::exec::context::Context;
use crate::kernels::keys::intern::Interner;
use arrow::array::{Array, ArrayRef, StringViewArray, UInt32Array};
use arrow::compute::interleave;
use std::collections::HashMap;

/// Texts of at most so many bytes are in their view.
const INLINE: u32 = 12;

/// What a column's strings become.
enum Change {
    /// Views, because the values hardly repeat.
    Decode,
    /// Codes into `dictionary`; `codes` tells the new code of every code of each old dictionary,
    /// which is found by its place in memory: there may be as many as partitions.
    Recode { dictionary: ArrayRef, old: HashMap<(usize, usize), usize>, codes: Vec<Vec<u32>> },
}

/// The same rows, the coded strings of each column over one dictionary, in the order of first sight.
///
/// # Errors
/// `Internal` if codes are damaged.
pub fn unify(batches: Vec<Batch>, context: &Context) -> Result<Vec<Batch>> {
    let Some(first) = batches.first() else { return Ok(batches) };
    let mut changes = Vec::with_capacity(first.columns().len());
    for position in 0..first.columns().len() {
        changes.push(change(&batches, position)?);
    }
    if changes.iter().all(Option::is_none) {
        return Ok(batches);
    }
    context.parallel(batches.len(), |index| {
        let batch = &batches[index];
        let columns = batch.columns().iter().zip(&changes).map(|(column, change)| match change {
            None => Ok(column.clone()),
            Some(Change::Decode) => Ok(Column::from_held(column.to_plain()?)),
            Some(Change::Recode { dictionary, old, codes }) => recode(column, dictionary, old, codes),
        });
        Batch::new(columns.all_ok()?, batch.rows())
    })
}

fn change(batches: &[Batch], position: usize) -> Result<Option<Change>> {
    let mut old: Vec<ArrayRef> = Vec::new();
    let mut places: HashMap<(usize, usize), usize> = HashMap::new();
    let mut plain = 0;
    for batch in batches {
        match strings::coded(batch.column(position).array()) {
            None => plain += 1,
            Some((_, dictionary)) => {
                places.entry(strings::place(dictionary)).or_insert_with(|| {
                    old.push(dictionary.clone());
                    old.len() - 1
                });
            }
        }
    }
    if old.is_empty() || (old.len() == 1 && plain == 0) {
        return Ok(None);
    }
    let rows: usize = batches.iter().map(Batch::rows).sum();
    let mut interner = Interner::new(false);
    let mut texts_at: Vec<(usize, usize)> = Vec::new();
    let mut codes: Vec<Vec<u32>> = Vec::with_capacity(old.len());
    for (number, dictionary) in old.iter().enumerate() {
        let texts = strings::views(dictionary)?;
        let mut own = Vec::with_capacity(texts.len());
        if number > 0 {
            let known = same_start(strings::views(&old[0])?, texts);
            own.extend_from_slice(&codes[0][..known]);
        }
        for row in own.len()..texts.len() {
            let code = interner.intern(texts.value(row).as_bytes());
            if code as usize == texts_at.len() {
                texts_at.push((number, row));
            }
            own.push(code);
        }
        codes.push(own);
    }
    if plain > 0 || texts_at.len() > rows / 2 {
        return Ok(Some(Change::Decode));
    }
    let arrays: Vec<&dyn Array> = old.iter().map(AsRef::as_ref).collect();
    Ok(Some(Change::Recode { dictionary: interleave(&arrays, &texts_at)?, old: places, codes }))
}

/// How many texts at the start of two dictionaries are the same, as far as their views tell: readers add new texts to a
/// dictionary that their partitions share.
fn same_start(one: &StringViewArray, other: &StringViewArray) -> usize {
    let shared = |number: usize| {
        let buffers = one.data_buffers().get(number).zip(other.data_buffers().get(number));
        buffers.is_some_and(|(one, other)| one.as_ptr() == other.as_ptr() && one.len() == other.len())
    };
    let shared: Vec<bool> = (0..one.data_buffers().len()).map(shared).collect();
    let same = |(one, other): &(&u128, &u128)| {
        let inside = **one as u32 <= INLINE;
        one == other && (inside || shared.get((**one >> 64) as u32 as usize) == Some(&true))
    };
    one.views().iter().zip(other.views()).take_while(same).count()
}

fn recode(
    column: &Column,
    dictionary: &ArrayRef,
    old: &HashMap<(usize, usize), usize>,
    codes: &[Vec<u32>],
) -> Result<Column> {
    let Some((own, known)) = strings::coded(column.array()) else { return Ok(column.clone()) };
    let Some(&number) = old.get(&strings::place(known)) else { return Ok(column.clone()) };
    let codes = &codes[number];
    // The code of a null row may be anything.
    let mapped: Vec<u32> =
        own.values().iter().map(|code| codes.get(*code as usize).copied().unwrap_or(0)).collect();
    let mapped = UInt32Array::new(mapped.into(), own.nulls().cloned());
    let recoded = Column::from_held(strings::encode(mapped, dictionary.clone())?);
    Ok(match column.known_statistics() {
        Some(statistics) => recoded.with_statistics(statistics.clone()),
        None => recoded,
    })
}
