//! Cuts text into records and fields: one pass over the bytes fills an index of positions, no value is looked at.

use crate::io::csv::bytes::{self, ByteSet};

/// How records and fields are written.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// The byte between fields.
    pub delimiter: u8,
    /// The byte around fields, if fields are ever quoted.
    pub quote: Option<u8>,
    /// Whether an empty line is no record.
    pub skip_blank: bool,
    set: ByteSet,
}

impl Dialect {
    /// A dialect.
    pub fn new(delimiter: u8, quote: Option<u8>, skip_blank: bool) -> Self {
        let set = ByteSet::new([delimiter, quote.unwrap_or(delimiter), b'\n', b'\r']);
        Dialect { delimiter, quote, skip_blank, set }
    }
}

/// Positions of records and fields in a run of bytes. Field `c` of record `r` ends before `ends[r * fields + c]`.
#[derive(Debug, Default)]
pub struct Index {
    starts: Vec<u32>,
    ends: Vec<u32>,
    fields: usize,
}

/// Where indexing stopped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// The index holds as many records as were asked for; the next one starts here.
    Full(usize),
    /// The next record starts here, at or after the limit.
    Limit(usize),
    /// The bytes end inside the record that starts here (or exactly before it).
    Incomplete(usize),
    /// All bytes are used.
    End,
}

/// What is wrong with a record; positions count from the first byte given to [`Index::fill`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Broken {
    /// The record after those in the index has another number of fields.
    Ragged {
        /// Its first byte.
        start: usize,
        /// How many fields it has.
        found: usize,
    },
    /// A quote that is never closed.
    Unclosed {
        /// Where it opens.
        open: usize,
    },
}

impl Index {
    /// Number of records.
    pub fn records(&self) -> usize {
        self.starts.len()
    }

    /// Number of fields of each record.
    pub fn fields(&self) -> usize {
        self.fields
    }

    /// Start and end of one field.
    #[inline]
    pub fn field(&self, record: usize, field: usize) -> (usize, usize) {
        let at = record * self.fields + field;
        let start = if field == 0 { self.starts[record] } else { self.ends[at - 1] + 1 };
        (start as usize, self.ends[at] as usize)
    }

    /// Start and end of one field of every record, in order.
    #[inline]
    pub fn column(&self, field: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let rows = self.ends.chunks_exact(self.fields.max(1)).zip(&self.starts);
        rows.map(move |(ends, &start)| {
            let start = if field == 0 { start } else { ends[field - 1] + 1 };
            (start as usize, ends[field] as usize)
        })
    }

    /// Indexes the records that start before `limit`, at most `most` of them, all of `fields` fields (any number if
    /// `None`, then only one record is taken). `bytes` starts at a record; `last` says that the file ends with it.
    pub fn fill(
        &mut self,
        bytes: &[u8],
        limit: usize,
        last: bool,
        most: usize,
        fields: Option<usize>,
        dialect: &Dialect,
    ) -> Result<Stop, Broken> {
        self.starts.clear();
        self.ends.clear();
        self.fields = fields.unwrap_or(0);
        let most = if fields.is_some() { most } else { 1 };
        let quote = dialect.quote.unwrap_or(b'\n');
        let (mut record, mut field, mut resume) = (0usize, 0usize, 0usize);
        let mut open: Option<usize> = None;
        let mut scratch = [0u8; 64];
        let mut base = 0;
        while base < bytes.len() {
            let exists = bytes::block(bytes, base, &mut scratch);
            let mut mask = dialect.set.mask(&scratch) & exists;
            while mask != 0 {
                let at = base + mask.trailing_zeros() as usize;
                mask &= mask - 1;
                if at < resume {
                    continue;
                }
                let byte = bytes[at];
                if open.is_some() {
                    if byte == quote {
                        match bytes.get(at + 1) {
                            Some(&next) if next == quote => resume = at + 2,
                            None if !last => return Ok(self.incomplete(record)),
                            _ => open = None,
                        }
                    }
                } else if byte == dialect.delimiter {
                    self.ends.push(at as u32);
                    field = at + 1;
                } else if byte == b'\n' || byte == b'\r' {
                    let mut next = at + 1;
                    if byte == b'\r' {
                        match bytes.get(next) {
                            Some(b'\n') => next += 1,
                            None if !last => return Ok(self.incomplete(record)),
                            _ => {}
                        }
                    }
                    resume = next;
                    if at != record || !dialect.skip_blank {
                        self.close(record, at, fields)?;
                    }
                    (record, field) = (next, next);
                    if self.starts.len() == most {
                        return Ok(Stop::Full(next));
                    }
                    if record >= limit {
                        return Ok(Stop::Limit(next));
                    }
                } else if at == field {
                    // A quote opens a field only as its first byte; elsewhere it is text.
                    open = Some(at);
                }
            }
            base += 64;
        }
        match open {
            _ if !last => Ok(self.incomplete(record)),
            Some(open) => Err(Broken::Unclosed { open }),
            None => {
                if record < bytes.len() {
                    self.close(record, bytes.len(), fields)?;
                }
                Ok(Stop::End)
            }
        }
    }

    #[inline]
    fn close(&mut self, record: usize, end: usize, fields: Option<usize>) -> Result<(), Broken> {
        self.ends.push(end as u32);
        let before = self.starts.len() * self.fields;
        let found = self.ends.len() - before;
        match fields {
            Some(wanted) if wanted != found => {
                self.ends.truncate(before);
                return Err(Broken::Ragged { start: record, found });
            }
            Some(_) => {}
            None => self.fields = found,
        }
        self.starts.push(record as u32);
        Ok(())
    }

    fn incomplete(&mut self, record: usize) -> Stop {
        self.ends.truncate(self.starts.len() * self.fields);
        Stop::Incomplete(record)
    }
}

/// The text of a field without its quotes; `scratch` holds it if quotes inside were doubled.
pub fn unquote<'a>(raw: &'a str, quote: u8, scratch: &'a mut String) -> &'a str {
    let quote = char::from(quote);
    let Some(inner) = raw.strip_prefix(quote) else { return raw };
    if let Some(plain) = inner.strip_suffix(quote)
        && !plain.contains(quote)
    {
        return plain;
    }
    scratch.clear();
    let mut rest = inner;
    while let Some(at) = rest.find(quote) {
        scratch.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        match after.strip_prefix(quote) {
            Some(more) => {
                scratch.push(quote);
                rest = more;
            }
            // Text after the closing quote belongs to the field as it is.
            None => {
                scratch.push_str(after);
                return scratch;
            }
        }
    }
    scratch.push_str(rest);
    scratch
}
