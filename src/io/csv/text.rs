//! Columns of text and of booleans.

use crate::data::Column;
use crate::error::Result;
use crate::io::csv::chunk::{Builder, Chunk};
use crate::io::csv::nulls::NullSet;
use crate::io::csv::records::Fields;
use crate::io::csv::words::Words;
use crate::io::dictionary::{Dictionary, TextBuilder, TextLoop, TextSink, validity};
use crate::kernels::padded::Padded;
use arrow::array::{BooleanArray, BooleanBufferBuilder};
use std::sync::Arc;

/// A column of booleans being read.
pub struct Bools {
    values: BooleanBufferBuilder,
    null_rows: Vec<u32>,
    nulls: NullSet,
    words: Arc<Words>,
}

impl Bools {
    /// An empty column.
    pub fn new(nulls: &NullSet, words: &Arc<Words>) -> Self {
        let (nulls, words) = (nulls.clone(), words.clone());
        Bools { values: BooleanBufferBuilder::new(0), null_rows: Vec::new(), nulls, words }
    }
}

impl Builder for Bools {
    fn reserve(&mut self, rows: usize) {
        self.values.reserve(rows);
    }

    fn append(&mut self, chunk: &Chunk<'_>, field: usize, wrong: &mut Vec<usize>) {
        let mut scratch = String::new();
        let before = self.values.len();
        for (record, (start, end)) in chunk.index.column(field).iter().enumerate() {
            let value = match self.nulls.value(chunk.text.str(start, end), &mut scratch) {
                None => None,
                Some("") if self.nulls.empty() => None,
                Some(text) => {
                    let value = self.words.boolean(text.as_bytes());
                    if value.is_none() {
                        wrong.push(record);
                    }
                    value
                }
            };
            self.values.append(value.unwrap_or(false));
            if value.is_none() {
                self.null_rows.push((before + record) as u32);
            }
        }
    }

    fn finish(&mut self) -> Result<Column> {
        let values = self.values.finish();
        let valid = validity(values.len(), &self.null_rows);
        self.null_rows.clear();
        Ok(Column::from_held(Arc::new(BooleanArray::new(values, valid))))
    }
}

/// A column of text being read.
pub struct Text {
    values: TextBuilder,
    nulls: NullSet,
    scratch: String,
}

impl Text {
    /// An empty column; codes start with those of the dictionary.
    pub fn new(nulls: &NullSet, dictionary: Option<&Arc<Dictionary>>) -> Self {
        Text { values: TextBuilder::new(dictionary.cloned()), nulls: nulls.clone(), scratch: String::new() }
    }
}

impl Builder for Text {
    fn reserve(&mut self, rows: usize) {
        self.values.reserve(rows);
    }

    fn append(&mut self, chunk: &Chunk<'_>, field: usize, _wrong: &mut Vec<usize>) {
        let (text, nulls, scratch) = (&chunk.text, &self.nulls, &mut self.scratch);
        self.values.extend(TextFields { text, fields: chunk.index.column(field), nulls, scratch });
        self.values.settle();
    }

    fn finish(&mut self) -> Result<Column> {
        Ok(Column::from_held(self.values.finish()?))
    }
}

/// One field of every record of a chunk.
struct TextFields<'a> {
    text: &'a Padded<'a>,
    fields: Fields<'a>,
    nulls: &'a NullSet,
    scratch: &'a mut String,
}

impl TextLoop for TextFields<'_> {
    #[inline(always)]
    fn run(self, sink: &mut impl TextSink) {
        let TextFields { text, fields, nulls, scratch } = self;
        let bytes = text.bytes();
        let (empty, listed) = (nulls.empty(), !nulls.texts().is_empty());
        for (start, end) in fields.iter() {
            if start == end {
                if empty {
                    sink.null()
                } else {
                    sink.other("")
                }
                continue;
            }
            let first = bytes[start];
            if Some(first) == nulls.quote {
                // Most quoted fields mean no null; what holds a quote does only where a text of null holds one.
                let closed = end - start > 2 && bytes[end - 1] == first;
                let null = nulls.quoted()
                    && (nulls.hold_quote() || (closed && nulls.possible(bytes[start + 1], end - start - 2)));
                let done = closed && !null && sink.quoted(text, start, end, first);
                if !done {
                    match nulls.value(text.str(start, end), scratch) {
                        Some(value) => sink.other(value),
                        None => sink.null(),
                    }
                }
            } else if listed && nulls.possible(first, end - start) && nulls.listed(text.str(start, end)) {
                sink.null();
            } else {
                sink.field(text, start, end);
            }
        }
    }
}
