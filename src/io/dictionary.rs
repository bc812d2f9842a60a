//! Strings into codes while reading: a dictionary that all partitions share, and what one partition adds to it.
//!
//! A partition never changes the shared dictionary, so its codes do not depend on which partition was read first.

use crate::data::strings;
use crate::error::{Error, ErrorKind, Result};
use arrow::array::{Array, ArrayRef, NullBufferBuilder, StringViewArray, StringViewBuilder, UInt32Array};
use arrow::buffer::ScalarBuffer;
use arrow::compute::{cast, concat};
use arrow::datatypes::DataType;
use std::sync::Arc;

/// The bytes of a text in a form that compares fast: up to 16 bytes exactly, longer ones by hash.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    length: u32,
}

const K1: u64 = 0x9e37_79b9_7f4a_7c15;
const K2: u64 = 0xd1b5_4a32_d192_ed03;

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ (product >> 64) as u64
}

#[inline]
fn word(text: &[u8], at: usize) -> u64 {
    let mut bytes = [0u8; 8];
    bytes.copy_from_slice(&text[at..at + 8]);
    u64::from_le_bytes(bytes)
}

#[inline]
fn half(text: &[u8], at: usize) -> u64 {
    let mut bytes = [0u8; 4];
    bytes.copy_from_slice(&text[at..at + 4]);
    u32::from_le_bytes(bytes).into()
}

impl Key {
    const EXACT: u32 = 16;

    #[inline]
    fn of(text: &[u8]) -> Key {
        let length = text.len();
        let (first, last) = match length {
            0 => (0, 0),
            1..=3 => {
                let three = [text[0], text[length / 2], text[length - 1], 0, 0, 0, 0, 0];
                (u64::from_le_bytes(three), 0)
            }
            4..=7 => (half(text, 0) | half(text, length - 4) << 32, 0),
            8..=16 => (word(text, 0), word(text, length - 8)),
            _ => {
                let mut hash = K1;
                for at in (0..length - 8).step_by(8) {
                    hash = fold(hash ^ word(text, at), K2);
                }
                (word(text, 0), fold(hash ^ word(text, length - 8), K2))
            }
        };
        Key { first, last, length: length as u32 }
    }

    #[inline]
    fn hash(&self) -> usize {
        fold(self.first ^ K1, self.last ^ K2 ^ u64::from(self.length) << 32) as usize
    }
}

#[derive(Clone, Copy)]
struct Slot {
    key: Key,
    /// `FREE`, or the code.
    code: u32,
}

const FREE: u32 = u32::MAX;

/// Open addressing from text to code; the texts themselves are kept elsewhere.
struct Table {
    slots: Vec<Slot>,
    used: usize,
}

impl Table {
    fn new() -> Self {
        let free = Slot { key: Key { first: 0, last: 0, length: 0 }, code: FREE };
        Table { slots: vec![free; 16], used: 0 }
    }

    /// The code of a text; `same` decides for texts that their key does not tell apart.
    #[inline]
    fn find(&self, key: Key, same: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = key.hash() & mask;
        loop {
            let slot = &self.slots[at];
            if slot.code == FREE {
                return None;
            }
            if slot.key == key && (key.length <= Key::EXACT || same(slot.code)) {
                return Some(slot.code);
            }
            at = (at + 1) & mask;
        }
    }

    fn insert(&mut self, key: Key, code: u32) {
        if self.used * 2 >= self.slots.len() {
            let larger = vec![Slot { key, code: FREE }; self.slots.len() * 2];
            for slot in std::mem::replace(&mut self.slots, larger) {
                if slot.code != FREE {
                    self.place(slot);
                }
            }
        }
        self.used += 1;
        self.place(Slot { key, code });
    }

    fn place(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = slot.key.hash() & mask;
        while self.slots[at].code != FREE {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
}

/// Distinct texts in the order first seen, with their codes.
pub struct Dictionary {
    /// The texts as an array: one allocation for all who share it.
    array: ArrayRef,
    views: StringViewArray,
    table: Table,
}

impl Dictionary {
    /// The dictionary of these texts; repeats are dropped.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Arc<Self> {
        let mut distinct = Distinct::new();
        for text in texts {
            distinct.code(text, 0);
        }
        let (views, table) = (distinct.views(), distinct.table);
        Arc::new(Dictionary { array: Arc::new(views.clone()), views, table })
    }

    #[inline]
    fn find(&self, key: Key, text: &str) -> Option<u32> {
        self.table.find(key, |code| self.views.value(code as usize) == text)
    }
}

/// Distinct texts being gathered.
struct Distinct {
    text: String,
    ends: Vec<usize>,
    table: Table,
}

impl Distinct {
    fn new() -> Self {
        Distinct { text: String::new(), ends: Vec::new(), table: Table::new() }
    }

    fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }

    /// The code of a text, counted from `base`.
    fn code(&mut self, text: &str, base: u32) -> u32 {
        let key = Key::of(text.as_bytes());
        if let Some(code) = self.table.find(key, |code| self.get((code - base) as usize) == text) {
            return code;
        }
        let code = base + self.ends.len() as u32;
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.table.insert(key, code);
        code
    }

    fn views(&self) -> StringViewArray {
        let mut views = StringViewBuilder::with_capacity(self.ends.len());
        for at in 0..self.ends.len() {
            views.append_value(self.get(at));
        }
        views.finish()
    }
}

/// A string column being read: codes as long as they pay, else views.
pub struct TextBuilder {
    form: Form,
}

enum Form {
    Views(StringViewBuilder),
    Codes(Coder),
}

struct Coder {
    base: Arc<Dictionary>,
    extra: Distinct,
    codes: Vec<u32>,
    nulls: NullBufferBuilder,
    /// The dictionary of the batch before, and how many texts it has beyond the base.
    last: Option<(usize, ArrayRef)>,
    rows_before: usize,
}

impl TextBuilder {
    /// A builder of codes into a dictionary, or of views without one.
    pub fn new(base: Option<Arc<Dictionary>>) -> Self {
        let form = match base {
            None => Form::Views(StringViewBuilder::new().with_fixed_block_size(1 << 20)),
            Some(base) => Form::Codes(Coder {
                base,
                extra: Distinct::new(),
                codes: Vec::new(),
                nulls: NullBufferBuilder::new(0),
                last: None,
                rows_before: 0,
            }),
        };
        TextBuilder { form }
    }

    /// Appends one value.
    #[inline]
    pub fn push(&mut self, value: Option<&str>) {
        match &mut self.form {
            Form::Views(views) => views.append_option(value),
            Form::Codes(coder) => coder.push(value),
        }
    }

    /// Gives codes up where too many values are new; to be called now and then between values.
    pub fn settle(&mut self) {
        if let Form::Codes(coder) = &self.form
            && coder.too_many()
        {
            self.form = Form::Views(coder.to_views());
        }
    }

    /// The array of the values since the last call.
    ///
    /// # Errors
    /// `Internal` if codes are damaged.
    pub fn finish(&mut self) -> Result<ArrayRef> {
        match &mut self.form {
            Form::Views(views) => Ok(Arc::new(views.finish())),
            Form::Codes(coder) => coder.finish(),
        }
    }
}

impl Coder {
    #[inline]
    fn push(&mut self, value: Option<&str>) {
        let Some(text) = value else {
            self.codes.push(0);
            self.nulls.append_null();
            return;
        };
        let key = Key::of(text.as_bytes());
        let code = match self.base.find(key, text) {
            Some(code) => code,
            None => self.extra.code(text, self.base.views.len() as u32),
        };
        self.codes.push(code);
        self.nulls.append_non_null();
    }

    /// New texts in more than one of four rows: the sample was no guide.
    fn too_many(&self) -> bool {
        let extra = self.extra.ends.len();
        extra > 256 && extra * 4 > self.rows_before + self.codes.len()
    }

    fn text(&self, code: u32) -> &str {
        let base = self.base.views.len();
        match code as usize {
            code if code < base => self.base.views.value(code),
            code => self.extra.get(code - base),
        }
    }

    fn to_views(&self) -> StringViewBuilder {
        let mut views = StringViewBuilder::with_capacity(self.codes.len()).with_fixed_block_size(1 << 20);
        for (row, &code) in self.codes.iter().enumerate() {
            views.append_option(self.nulls.is_valid(row).then(|| self.text(code)));
        }
        views
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let extra = self.extra.ends.len();
        let dictionary = match &self.last {
            _ if extra == 0 => self.base.array.clone(),
            Some((size, last)) if *size == extra => last.clone(),
            _ => concat(&[&self.base.views as &dyn Array, &self.extra.views()])?,
        };
        self.last = Some((extra, dictionary.clone()));
        self.rows_before += self.codes.len();
        let codes = ScalarBuffer::from(std::mem::take(&mut self.codes));
        let nulls = std::mem::replace(&mut self.nulls, NullBufferBuilder::new(0)).finish();
        strings::encode(UInt32Array::try_new(codes, nulls)?, dictionary)
    }
}

/// Codes of foreign dictionaries as codes of ours: the shared texts first, then what is new, in the order met.
pub struct Translation {
    base: Arc<Dictionary>,
    extra: Distinct,
    last: Option<Translated>,
}

/// One foreign dictionary and what it became.
struct Translated {
    foreign: ArrayRef,
    /// Our code of each foreign one; `None`: they are the same.
    map: Option<Vec<u32>>,
    dictionary: ArrayRef,
}

impl Translation {
    /// Into codes that start with these texts.
    pub fn new(base: Arc<Dictionary>) -> Self {
        Translation { base, extra: Distinct::new(), last: None }
    }

    /// Our code of each code of a dictionary (`None`: they are the same), and the dictionary to use with them.
    ///
    /// # Errors
    /// `Type` if the dictionary does not hold text, `Corrupt` if it holds a null.
    pub fn of(&mut self, foreign: &ArrayRef) -> Result<(Option<&[u32]>, ArrayRef)> {
        let known = self.last.as_ref().is_some_and(|last| strings::same_dictionary(&last.foreign, foreign));
        if !known {
            self.last = Some(self.translate(foreign)?);
        }
        match &self.last {
            Some(last) => Ok((last.map.as_deref(), last.dictionary.clone())),
            None => Err(Error::internal("a dictionary was not translated")),
        }
    }

    fn translate(&mut self, foreign: &ArrayRef) -> Result<Translated> {
        let values = cast(foreign, &DataType::Utf8View)?;
        let base = self.base.views.len() as u32;
        let mut map = Vec::with_capacity(values.len());
        for text in strings::views(&values)? {
            let Some(text) = text else {
                return Err(Error::new(ErrorKind::Corrupt, "a dictionary of text holds a null"));
            };
            let found = self.base.find(Key::of(text.as_bytes()), text);
            map.push(found.unwrap_or_else(|| self.extra.code(text, base)));
        }
        let same = map.iter().enumerate().all(|(at, &code)| at as u32 == code);
        let dictionary = match self.extra.ends.is_empty() {
            true => self.base.array.clone(),
            false => concat(&[&self.base.views as &dyn Array, &self.extra.views()])?,
        };
        Ok(Translated { foreign: foreign.clone(), map: (!same).then_some(map), dictionary })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(array: &ArrayRef) -> Vec<Option<String>> {
        let plain = strings::decode(array).unwrap();
        strings::views(&plain).unwrap().iter().map(|text| text.map(str::to_owned)).collect()
    }

    #[test]
    fn texts_of_every_length_are_told_apart() {
        let all: Vec<String> = (0..40)
            .flat_map(|length: usize| {
                let one = "x".repeat(length);
                let changed = (0..length).map({
                    let one = one.clone();
                    move |at| format!("{}y{}", &one[..at], &one[at + 1..])
                });
                std::iter::once(one).chain(changed).collect::<Vec<_>>()
            })
            .collect();
        let dictionary = Dictionary::new(all.iter().map(String::as_str));
        assert_eq!(dictionary.views.len(), all.len());
        for (code, text) in all.iter().enumerate() {
            assert_eq!(dictionary.find(Key::of(text.as_bytes()), text), Some(code as u32));
        }
    }

    #[test]
    fn unseen_texts_extend_a_private_copy() {
        let base = Dictionary::new(["UA", "AA"]);
        let mut builder = TextBuilder::new(Some(base.clone()));
        [Some("AA"), None, Some("UA")].into_iter().for_each(|text| builder.push(text));
        let shared = builder.finish().unwrap();
        assert!(Arc::ptr_eq(strings::coded(&shared).unwrap().1, &base.array));
        ["DL", "AA", "DL"].into_iter().for_each(|text| builder.push(Some(text)));
        let extended = builder.finish().unwrap();
        assert_eq!(strings::coded(&extended).unwrap().1.len(), 3);
        assert_eq!(texts(&extended), ["DL", "AA", "DL"].map(|text| Some(text.to_owned())));
        assert_eq!(texts(&shared), [Some("AA".to_owned()), None, Some("UA".to_owned())]);
    }

    #[test]
    fn mostly_new_texts_become_views() {
        let mut builder = TextBuilder::new(Some(Dictionary::new(["a"])));
        let values: Vec<String> = (0..2000).map(|i| format!("value number {i}")).collect();
        for value in values.iter().map(|value| Some(value.as_str())).chain([None]) {
            builder.push(value);
            builder.settle();
        }
        let array = builder.finish().unwrap();
        assert!(strings::coded(&array).is_none());
        assert_eq!(texts(&array).iter().flatten().collect::<Vec<_>>(), values.iter().collect::<Vec<_>>());
        assert_eq!(array.null_count(), 1);
    }
}
