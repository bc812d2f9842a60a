//! Text that is held as codes: the texts that rows have become the dictionary, in the order of first sight.

use crate::data::{Column, strings};
use crate::error::Result;
use crate::io::parquet::pack::values::Values;
use arrow::array::Array;
use parquet::data_type::ByteArray;
use parquet::file::statistics::Statistics;
use std::ops::Range;

/// Longer dictionaries are left to the crate, which then writes text as it is.
const MOST_BYTES: usize = 1 << 20;

/// Longer texts are no bounds as they are.
const LONGEST: usize = 64;

const UNSEEN: u32 = u32::MAX;

struct Texts {
    codes: Vec<u32>,
    page: Vec<u8>,
    /// The place of each code's text among all in order, and the codes in order.
    ranks: Vec<u32>,
    ordered: Vec<u32>,
    /// Where in the page each text is.
    texts: Vec<Range<usize>>,
}

/// Codes of one dictionary; `None` for other text.
///
/// # Errors
/// `Type` if a dictionary does not hold text.
pub fn values(columns: &[&Column]) -> Result<Option<Box<dyn Values>>> {
    let mut dictionary = None;
    for column in columns {
        let Some((_, own)) = strings::coded(column.array()) else { return Ok(None) };
        if dictionary.is_some_and(|known| !strings::same_dictionary(known, own)) {
            return Ok(None);
        }
        dictionary = Some(own);
    }
    let Some(dictionary) = dictionary else { return Ok(None) };
    let known = strings::views(dictionary)?;
    let mut map = vec![UNSEEN; known.len()];
    let mut codes = Vec::with_capacity(columns.iter().map(|column| column.len()).sum());
    let (mut page, mut texts) = (Vec::new(), Vec::new());
    for column in columns {
        let Some((own, _)) = strings::coded(column.array()) else { return Ok(None) };
        let mut add = |code: u32| {
            let new = &mut map[code as usize];
            if *new == UNSEEN {
                *new = texts.len() as u32;
                let text = known.value(code as usize).as_bytes();
                page.extend_from_slice(&(text.len() as u32).to_le_bytes());
                page.extend_from_slice(text);
                texts.push(page.len() - text.len()..page.len());
            }
            codes.push(*new);
        };
        match own.nulls().filter(|nulls| nulls.null_count() > 0) {
            None => own.values().iter().for_each(|code| add(*code)),
            Some(nulls) => nulls.valid_indices().for_each(|row| add(own.value(row))),
        }
        if page.len() > MOST_BYTES {
            return Ok(None);
        }
    }
    if texts.iter().any(|text| text.len() > LONGEST) {
        return Ok(None);
    }
    let mut ordered: Vec<u32> = (0..texts.len() as u32).collect();
    ordered.sort_unstable_by_key(|code| &page[texts[*code as usize].clone()]);
    let mut ranks = vec![0; texts.len()];
    ordered.iter().enumerate().for_each(|(rank, code)| ranks[*code as usize] = rank as u32);
    Ok(Some(Box::new(Texts { codes, page, ranks, ordered, texts })))
}

impl Values for Texts {
    fn count(&self) -> usize {
        self.codes.len()
    }

    fn coded(&self) -> Option<(&[u32], usize, &[u8])> {
        Some((&self.codes, self.texts.len(), &self.page))
    }

    fn plain(&self, range: Range<usize>, out: &mut Vec<u8>) {
        for code in &self.codes[range] {
            let text = &self.page[self.texts[*code as usize].clone()];
            out.extend_from_slice(&(text.len() as u32).to_le_bytes());
            out.extend_from_slice(text);
        }
    }

    fn bounds(&self, range: Range<usize>) -> Option<(Vec<u8>, Vec<u8>)> {
        let ranks = self.codes[range].iter().map(|code| self.ranks[*code as usize]);
        let (low, high) = ranks.fold((u32::MAX, 0), |(low, high), rank| (low.min(rank), high.max(rank)));
        let text = |rank: u32| {
            let code = *self.ordered.get(rank as usize)?;
            Some(self.page[self.texts[code as usize].clone()].to_vec())
        };
        text(low).zip(text(high))
    }

    fn statistics(&self, nulls: u64) -> Statistics {
        let (low, high) = self.bounds(0..self.codes.len()).unzip();
        Statistics::byte_array(low.map(ByteArray::from), high.map(ByteArray::from), None, Some(nulls), false)
    }
}
