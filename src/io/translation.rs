//! Text of files as codes of a shared dictionary: by the codes of a foreign dictionary, or as it stands in a page.

use crate::data::strings;
use crate::error::{Error, ErrorKind, Result};
use crate::io::dictionary::{Dictionary, Distinct};
use crate::kernels::keys::intern::{BLOCK, UNKNOWN};
use crate::kernels::keys::texts::Views;
use crate::kernels::texts::{Laid, view};
use arrow::array::{Array, ArrayRef};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use std::sync::Arc;

/// Bytes of the length before a text.
const LENGTH: usize = 4;

/// Codes of ours: the shared texts first, then what is new, in the order met.
pub struct Translation {
    base: Arc<Dictionary>,
    extra: Distinct,
    last: Option<Translated>,
    dictionary: Option<(usize, ArrayRef)>,
}

/// One foreign dictionary and what it became.
struct Translated {
    foreign: ArrayRef,
    /// Our code of each foreign one; `None`: they are the same.
    map: Option<Vec<u32>>,
}

impl Translation {
    /// Into codes that start with these texts.
    pub fn new(base: Arc<Dictionary>) -> Self {
        Translation { base, extra: Distinct::new(), last: None, dictionary: None }
    }

    /// Our code of each code of a dictionary; `None`: they are the same.
    ///
    /// # Errors
    /// `Type` if the dictionary does not hold text, `Corrupt` if it holds a null.
    pub fn of(&mut self, foreign: &ArrayRef) -> Result<Option<&[u32]>> {
        let known = self.last.as_ref().is_some_and(|last| strings::same_dictionary(&last.foreign, foreign));
        if !known {
            self.last = Some(self.translate(foreign)?);
        }
        match &self.last {
            Some(last) => Ok(last.map.as_deref()),
            None => Err(Error::internal("a dictionary was not translated")),
        }
    }

    fn translate(&mut self, foreign: &ArrayRef) -> Result<Translated> {
        let values = cast(foreign, &DataType::Utf8View)?;
        let views = strings::views(&values)?;
        if views.null_count() > 0 {
            return Err(Error::new(ErrorKind::Corrupt, "a dictionary of text holds a null"));
        }
        if self.base.starts_with(views) {
            return Ok(Translated { foreign: foreign.clone(), map: None });
        }
        let mut found = Vec::with_capacity(views.len());
        self.base.interner().find_views(Views::String(views), 0..views.len(), &mut found);
        let base = self.base.len() as u32;
        let code = |(at, number): (usize, u64)| match number as u32 {
            UNKNOWN => self.extra.code(views.value(at), base),
            number => number,
        };
        let map: Vec<u32> = found.into_iter().enumerate().map(code).collect();
        let same = map.iter().enumerate().all(|(at, &code)| at as u32 == code);
        Ok(Translated { foreign: foreign.clone(), map: (!same).then_some(map) })
    }

    /// Appends the codes of the texts that stand in the bytes.
    ///
    /// # Errors
    /// `Corrupt` if the bytes end before, or a text is not UTF-8.
    pub fn push(&mut self, bytes: &[u8], laid: Laid<'_>, out: &mut Vec<u32>) -> Result<()> {
        // A text has a length at least.
        out.reserve(laid.lengths.map_or(laid.count.min(bytes.len() / LENGTH), <[u32]>::len));
        let base = self.base.interner();
        let (mut words, mut found) = ([0; BLOCK], [UNKNOWN; BLOCK]);
        let mut places = [(0, 0); BLOCK];
        let (mut left, mut next, mut at) = (laid.count, 0, laid.start);
        while left > 0 {
            let some = left.min(BLOCK);
            for (word, place) in words[..some].iter_mut().zip(&mut places) {
                let text = laid.text(bytes, next, at)?;
                (at, next) = (text.end, next + 1);
                *word = view(bytes, text.start, text.len());
                *place = (text.start, text.end);
            }
            let text = |place: usize| &bytes[places[place].0..places[place].1];
            base.find_words(&words[..some], text, &mut found[..some]);
            for (place, code) in found[..some].iter_mut().enumerate() {
                if *code == UNKNOWN {
                    // What is known was checked when it became known.
                    let text = simdutf8::basic::from_utf8(text(place));
                    let text = text.map_err(|_| damaged("text that is not UTF-8"))?;
                    *code = self.extra.code(text, base.len());
                }
            }
            out.extend_from_slice(&found[..some]);
            left -= some;
        }
        Ok(())
    }

    /// The dictionary of all codes so far.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold it in one array.
    pub fn dictionary(&mut self) -> Result<ArrayRef> {
        match &self.dictionary {
            Some((size, known)) if *size == self.extra.len() => Ok(known.clone()),
            _ => {
                let made = self.base.with(&self.extra)?;
                self.dictionary = Some((self.extra.len(), made.clone()));
                Ok(made)
            }
        }
    }
}

#[cold]
fn damaged(reason: &str) -> Error {
    Error::new(ErrorKind::Corrupt, format!("the file is damaged: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(texts: &[&str]) -> Vec<u8> {
        let one = |text: &&str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
        texts.iter().flat_map(one).collect()
    }

    #[test]
    fn texts_of_pages_become_codes() {
        let mut texts: Vec<String> = (0..300).map(|i| "x".repeat(i % 40) + &(i % 70).to_string()).collect();
        texts.extend(["".to_owned(), "größer".to_owned(), "a".repeat(100)]);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for known in [0, 1, 40, 300] {
            let mut translation = Translation::new(Dictionary::new(texts[..known].iter().copied()));
            let mut codes = vec![7];
            for part in [&texts[..], &texts[1..2], &[], &texts[250..]] {
                codes.truncate(1);
                let laid = Laid { start: 0, count: part.len(), lengths: None };
                translation.push(&page(part), laid, &mut codes).unwrap();
                let dictionary = translation.dictionary().unwrap();
                let values = strings::views(&dictionary).unwrap();
                let found: Vec<&str> = codes[1..].iter().map(|code| values.value(*code as usize)).collect();
                assert_eq!(found, part);
                let lengths: Vec<u32> = part.iter().map(|text| text.len() as u32).collect();
                let bytes = [b"..", part.concat().as_bytes()].concat();
                let before = std::mem::replace(&mut codes, vec![7]);
                let laid = Laid { start: 2, count: part.len(), lengths: Some(&lengths) };
                translation.push(&bytes, laid, &mut codes).unwrap();
                assert_eq!(codes, before);
            }
            let dictionary = translation.dictionary().unwrap();
            let mut distinct: Vec<&str> = strings::views(&dictionary).unwrap().iter().flatten().collect();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), dictionary.len());
        }
    }

    #[test]
    fn damaged_pages_are_refused() {
        let texts = ["", "short", "sixteen bytes or", "more than sixteen bytes", "é"];
        let whole = page(&texts);
        let push = |bytes: &[u8], count| {
            let laid = Laid { start: 0, count, lengths: None };
            Translation::new(Dictionary::new(["short"])).push(bytes, laid, &mut Vec::new())
        };
        assert!(push(&whole, 5).is_ok());
        for cut in 0..whole.len() {
            assert_eq!(push(&whole[..cut], 5).unwrap_err().kind(), ErrorKind::Corrupt, "{cut}");
        }
        let mut wrong = whole.clone();
        *wrong.last_mut().unwrap() = b'x';
        assert!(push(&wrong, 5).is_err());
        assert!(push(&whole, usize::MAX).is_err());
        assert!(push(&u32::MAX.to_le_bytes(), 1).is_err());
    }
}
