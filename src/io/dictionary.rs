//! Strings into codes while reading: a dictionary that all partitions share, and what one partition adds to it.
//!
//! A partition never changes the shared dictionary, so its codes do not depend on which partition was read first.

use crate::error::Result;
use crate::kernels::keys::intern::Interner;
use crate::kernels::keys::texts::Views;
use crate::kernels::lookup::coded;
use crate::kernels::padded::{Padded, lowest, word};
use crate::kernels::views::ViewWriter;
use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder, UInt32Array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::compute::concat;
use std::sync::{Arc, OnceLock};

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

impl Key {
    const EXACT: u32 = 16;

    #[inline]
    fn of(text: &[u8]) -> Key {
        let length = text.len();
        let (first, last) = match length {
            0..=8 => {
                let mut eight = [0; 8];
                eight[..length].copy_from_slice(text);
                (u64::from_le_bytes(eight), 0)
            }
            9..=16 => (word(text, 0), word(text, length - 8)),
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

    /// The same of a field of padded text.
    #[inline(always)]
    fn of_field(bytes: &[u8], start: usize, end: usize) -> Key {
        let length = end - start;
        if length > Key::EXACT as usize {
            return Key::of(&bytes[start..end]);
        }
        let first = lowest(word(bytes, start), length);
        let last = if length > 8 { word(bytes, end - 8) } else { 0 };
        Key { first, last, length: length as u32 }
    }

    #[inline]
    fn hash(&self) -> u64 {
        fold(self.first ^ K1, self.last ^ K2 ^ u64::from(self.length) << 32)
    }
}

/// A place of the table: the numbers of many texts stay in a near cache, and what few texts have alike is found out from
/// their keys.
#[derive(Clone, Copy)]
struct Slot {
    /// The upper half of the hash.
    hash: u32,
    /// `FREE`, or the number.
    number: u32,
}

const FREE: Slot = Slot { hash: 0, number: u32::MAX };

/// Of so many places one is taken at most: then most texts are found at once.
const SPARSE: usize = 4;

/// Open addressing from text to its number, in the order of insertion; the texts themselves are kept elsewhere.
struct Table {
    slots: Vec<Slot>,
    keys: Vec<Key>,
}

impl Table {
    fn new() -> Self {
        Table { slots: vec![FREE; 64], keys: Vec::new() }
    }

    /// The number of a text; `same` decides for texts that their key does not tell apart.
    #[inline(always)]
    fn find(&self, key: Key, same: impl Fn(u32) -> bool) -> Option<u32> {
        let (hash, mask) = (key.hash(), self.slots.len() - 1);
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.number == FREE.number {
                return None;
            }
            if slot.hash == (hash >> 32) as u32
                && self.keys[slot.number as usize] == key
                && (key.length <= Key::EXACT || same(slot.number))
            {
                return Some(slot.number);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a text that is not there.
    fn insert(&mut self, key: Key) {
        self.keys.push(key);
        if self.keys.len() * SPARSE > self.slots.len() {
            self.slots = vec![FREE; self.slots.len() * 2];
            (0..self.keys.len()).for_each(|number| self.place(number));
        } else {
            self.place(self.keys.len() - 1);
        }
    }

    fn place(&mut self, number: usize) {
        let (hash, mask) = (self.keys[number].hash(), self.slots.len() - 1);
        let mut at = hash as usize & mask;
        while self.slots[at].number != FREE.number {
            at = (at + 1) & mask;
        }
        self.slots[at] = Slot { hash: (hash >> 32) as u32, number: number as u32 };
    }
}

/// Distinct texts in the order first seen, with their codes.
pub struct Dictionary {
    /// The texts as an array: one allocation for all who share it.
    array: ArrayRef,
    views: StringViewArray,
    table: Table,
    interner: OnceLock<Interner>,
}

impl Dictionary {
    /// The dictionary of these texts; repeats are dropped.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Arc<Self> {
        let mut distinct = Distinct::new();
        for text in texts {
            distinct.code(text, 0);
        }
        let (views, table) = (distinct.views(), distinct.table);
        Arc::new(Dictionary { array: Arc::new(views.clone()), views, table, interner: OnceLock::new() })
    }

    /// The texts.
    pub fn array(&self) -> &ArrayRef {
        &self.array
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Whether the first texts are these, in that order.
    pub fn starts_with(&self, texts: &StringViewArray) -> bool {
        texts.len() <= self.len() && (0..texts.len()).all(|at| texts.value(at) == self.views.value(at))
    }

    /// The texts, and behind them others.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold them in one array.
    pub fn with(&self, extra: &Distinct) -> Result<ArrayRef> {
        match extra.is_empty() {
            true => Ok(self.array.clone()),
            false => Ok(concat(&[&self.views as &dyn Array, &extra.views()])?),
        }
    }

    /// The code of a text.
    pub fn code(&self, text: &str) -> Option<u32> {
        self.find(Key::of(text.as_bytes()), || text)
    }

    #[inline(always)]
    fn find<'a>(&self, key: Key, text: impl Fn() -> &'a str) -> Option<u32> {
        self.table.find(key, |code| self.views.value(code as usize) == text())
    }

    /// The texts by number, which is their code: for looking up many at a time.
    pub fn interner(&self) -> &Interner {
        self.interner.get_or_init(|| {
            let mut interner = Interner::new(false);
            let mut numbers = Vec::with_capacity(self.len());
            interner.intern_views(Views::String(&self.views), 0..self.len(), &mut numbers);
            interner
        })
    }
}

/// Distinct texts being gathered.
pub struct Distinct {
    text: String,
    ends: Vec<usize>,
    table: Table,
}

impl Default for Distinct {
    fn default() -> Self {
        Distinct::new()
    }
}

impl Distinct {
    /// None.
    pub fn new() -> Self {
        Distinct { text: String::new(), ends: Vec::new(), table: Table::new() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A text by its place in the order first seen.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }

    /// The code of a text, counted from `base`.
    pub fn code(&mut self, text: &str, base: u32) -> u32 {
        self.code_of(Key::of(text.as_bytes()), text, base)
    }

    #[inline(never)]
    fn code_of(&mut self, key: Key, text: &str, base: u32) -> u32 {
        if let Some(number) = self.table.find(key, |number| self.get(number as usize) == text) {
            return base + number;
        }
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.table.insert(key);
        base + (self.ends.len() - 1) as u32
    }

    fn views(&self) -> StringViewArray {
        let mut views = StringViewBuilder::with_capacity(self.ends.len());
        for at in 0..self.ends.len() {
            views.append_value(self.get(at));
        }
        views.finish()
    }
}

/// The bitmap of a column of so many rows whose nulls are these, in order; `None` if there is no null.
pub fn validity(rows: usize, null_rows: &[u32]) -> Option<NullBuffer> {
    if null_rows.is_empty() {
        return None;
    }
    let mut bits = vec![u64::MAX; rows.div_ceil(64)];
    for &row in null_rows {
        bits[row as usize / 64] &= !(1 << (row % 64));
    }
    Some(NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(bits), 0, rows)))
}

/// A string column being read: codes as long as they pay, else views.
pub struct TextBuilder {
    form: Form,
    null_rows: Vec<u32>,
}

enum Form {
    Views(ViewWriter),
    Codes(Coder),
}

/// Where the values of a run of fields go.
pub trait TextSink {
    /// Appends a field of padded text.
    fn field(&mut self, text: &Padded<'_>, start: usize, end: usize);

    /// Appends a field of padded text, of two bytes at least, that stands in quotes, those inside doubled, without them;
    /// false, and nothing is appended, if this way is not possible.
    fn quoted(&mut self, text: &Padded<'_>, start: usize, end: usize, quote: u8) -> bool;

    /// Appends other text.
    fn other(&mut self, text: &str);

    /// Appends a null.
    fn null(&mut self);
}

/// What a loop over fields does, written once for both forms.
pub trait TextLoop {
    /// Runs over all fields.
    fn run(self, sink: &mut impl TextSink);
}

struct ViewSink<'a>(&'a mut ViewWriter, &'a mut Vec<u32>);

impl TextSink for ViewSink<'_> {
    #[inline(always)]
    fn field(&mut self, text: &Padded<'_>, start: usize, end: usize) {
        self.0.push_field(text, start, end);
    }

    fn quoted(&mut self, text: &Padded<'_>, start: usize, end: usize, quote: u8) -> bool {
        quote.is_ascii() && end - start >= 2 && self.0.push_quoted(text, start, end, quote)
    }

    fn other(&mut self, text: &str) {
        self.0.push(text);
    }

    #[inline(always)]
    fn null(&mut self) {
        self.1.push(self.0.len() as u32);
        self.0.skip();
    }
}

struct CodeSink<'a>(&'a mut Coder, &'a mut Vec<u32>);

impl TextSink for CodeSink<'_> {
    #[inline(always)]
    fn field(&mut self, text: &Padded<'_>, start: usize, end: usize) {
        self.0.push(Key::of_field(text.bytes(), start, end), || text.str(start, end));
    }

    #[inline]
    fn quoted(&mut self, text: &Padded<'_>, start: usize, end: usize, quote: u8) -> bool {
        let plain = memchr::memchr(quote, &text.bytes()[start + 1..end - 1]).is_none();
        if plain {
            self.field(text, start + 1, end - 1);
        }
        plain
    }

    fn other(&mut self, text: &str) {
        self.0.push(Key::of(text.as_bytes()), || text);
    }

    #[inline(always)]
    fn null(&mut self) {
        self.1.push(self.0.codes.len() as u32);
        self.0.codes.push(0);
    }
}

/// Codes being gathered.
struct Coder {
    base: Arc<Dictionary>,
    extra: Distinct,
    codes: Vec<u32>,
    /// The dictionary of the batch before, and how many texts it has beyond the base.
    last: Option<(usize, ArrayRef)>,
    rows_before: usize,
}

impl TextBuilder {
    /// A builder of codes into a dictionary, or of views without one.
    pub fn new(base: Option<Arc<Dictionary>>) -> Self {
        let form = match base {
            None => Form::Views(ViewWriter::with_capacity(0, 0)),
            Some(base) => Form::Codes(Coder {
                base,
                extra: Distinct::new(),
                codes: Vec::new(),
                last: None,
                rows_before: 0,
            }),
        };
        TextBuilder { form, null_rows: Vec::new() }
    }

    /// Makes room for so many more values.
    pub fn reserve(&mut self, rows: usize) {
        match &mut self.form {
            Form::Views(views) => views.reserve(rows),
            Form::Codes(coder) => coder.codes.reserve(rows),
        }
    }

    /// Appends a run of values.
    pub fn extend(&mut self, fields: impl TextLoop) {
        match &mut self.form {
            Form::Views(views) => fields.run(&mut ViewSink(views, &mut self.null_rows)),
            Form::Codes(coder) => fields.run(&mut CodeSink(coder, &mut self.null_rows)),
        }
    }

    /// Gives codes up where too many values are new, and makes room for text; to be called now and then between values.
    pub fn settle(&mut self) {
        if let Form::Views(views) = &mut self.form {
            views.reserve_text();
        }
        if let Form::Codes(coder) = &self.form
            && coder.too_many()
        {
            self.form = Form::Views(coder.to_views());
        }
    }

    /// The array of the values since the last call.
    ///
    /// # Errors
    /// `Internal` if codes are damaged, `Unsupported` for a text beyond 2 GiB.
    pub fn finish(&mut self) -> Result<ArrayRef> {
        let null_rows = std::mem::take(&mut self.null_rows);
        match &mut self.form {
            Form::Views(views) => {
                let views = std::mem::replace(views, ViewWriter::with_capacity(0, 0));
                let rows = views.len();
                views.finish(validity(rows, &null_rows))
            }
            Form::Codes(coder) => coder.finish(&null_rows),
        }
    }
}

impl Coder {
    #[inline(always)]
    fn push<'a>(&mut self, key: Key, text: impl Fn() -> &'a str) {
        let code = match self.base.find(key, &text) {
            Some(code) => code,
            None => self.extra.code_of(key, text(), self.base.len() as u32),
        };
        self.codes.push(code);
    }

    /// New texts in more than one of four rows: the sample was no guide.
    fn too_many(&self) -> bool {
        let extra = self.extra.ends.len();
        extra > 256 && extra * 4 > self.rows_before + self.codes.len()
    }

    fn text(&self, code: u32) -> &str {
        let base = self.base.len();
        match code as usize {
            code if code < base => self.base.views.value(code),
            // The code of a null may be that of no text.
            code if code - base < self.extra.ends.len() => self.extra.get(code - base),
            _ => "",
        }
    }

    fn to_views(&self) -> ViewWriter {
        let mut views = ViewWriter::with_capacity(self.codes.capacity(), 0);
        self.codes.iter().for_each(|&code| views.push(self.text(code)));
        views
    }

    fn finish(&mut self, null_rows: &[u32]) -> Result<ArrayRef> {
        let extra = self.extra.ends.len();
        let dictionary = match &self.last {
            Some((size, last)) if *size == extra => last.clone(),
            _ => self.base.with(&self.extra)?,
        };
        self.last = Some((extra, dictionary.clone()));
        self.rows_before += self.codes.len();
        let codes = ScalarBuffer::from(std::mem::take(&mut self.codes));
        let valid = validity(codes.len(), null_rows);
        coded(UInt32Array::try_new(codes, valid)?, dictionary)
    }
}

#[cfg(test)]
#[path = "dictionary_tests.rs"]
mod tests;
