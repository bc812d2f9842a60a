//! Which fields are null.

use crate::io::csv::options::CsvOptions;
use crate::io::csv::records::unquote;
use std::sync::Arc;

/// Which fields are null.
#[derive(Debug, Clone)]
pub struct NullSet {
    /// Whether an unquoted empty field is null.
    empty: bool,
    /// The other texts.
    texts: Arc<[String]>,
    /// For each first byte, bit `n` is set if a text of `n` bytes (bit 31: of 31 or more) begins with it.
    lengths: Arc<[u32; 256]>,
    /// Whether quoted fields can be null.
    quoted: bool,
    /// Whether one of the texts holds the quote.
    hold_quote: bool,
    /// The byte around fields.
    pub quote: Option<u8>,
}

impl NullSet {
    /// The set that the options name for a column.
    pub fn new(options: &CsvOptions, column: &str) -> Self {
        let own = options.null_values_by_column.get(column);
        let all = || options.null_values.iter().chain(own.into_iter().flatten());
        let texts: Arc<[String]> = all().filter(|text| !text.is_empty()).cloned().collect();
        let mut lengths = [0u32; 256];
        for text in texts.iter() {
            lengths[usize::from(text.as_bytes()[0])] |= 1 << text.len().min(31);
        }
        NullSet {
            empty: all().any(String::is_empty),
            hold_quote: texts.iter().any(|text| options.quote.is_some_and(|quote| text.contains(quote))),
            texts,
            lengths: Arc::new(lengths),
            quoted: options.quoted_nulls,
            quote: options.quote.and_then(|quote| u8::try_from(quote).ok()),
        }
    }

    /// Whether an unquoted empty field is null.
    #[inline(always)]
    pub fn empty(&self) -> bool {
        self.empty
    }

    /// Whether quoted fields can be null.
    #[inline(always)]
    pub fn quoted(&self) -> bool {
        self.quoted
    }

    /// Whether a text that holds the quote can mean null.
    #[inline(always)]
    pub fn hold_quote(&self) -> bool {
        self.hold_quote
    }

    /// The texts that mean null, but the empty one.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Whether a text with this first byte and length may mean null.
    #[inline(always)]
    pub fn possible(&self, first: u8, length: usize) -> bool {
        self.lengths[usize::from(first)] & 1 << length.min(31) != 0
    }

    /// Whether a text, not empty, means null.
    #[inline]
    pub fn listed(&self, text: &str) -> bool {
        self.possible(text.as_bytes()[0], text.len()) && self.texts.iter().any(|null| null == text)
    }

    /// The value of a field: its text without quotes, or null.
    #[inline]
    pub fn value<'a>(&self, raw: &'a str, scratch: &'a mut String) -> Option<&'a str> {
        if raw.is_empty() {
            return if self.empty { None } else { Some(raw) };
        }
        match self.quote {
            Some(quote) if raw.as_bytes()[0] == quote => {
                let text = unquote(raw, quote, scratch);
                let null = self.quoted && if text.is_empty() { self.empty } else { self.listed(text) };
                (!null).then_some(text)
            }
            _ if self.listed(raw) => None,
            _ => Some(raw),
        }
    }
}
