//! Cuts text into records and fields: one pass over the bytes fills an index of positions, no value is looked at.

use crate::io::csv::bytes::{self, ByteSet};
use crate::kernels::separators::{Carry, Scanner, Separators};

/// How records and fields are written.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// The byte between fields.
    pub delimiter: u8,
    /// The byte around fields, if fields are ever quoted.
    pub quote: Option<u8>,
    /// Whether an empty line is no record.
    pub skip_blank: bool,
    /// Whether records with another number of fields are left out.
    pub skip_ragged: bool,
    /// Whether the fields that a record lacks are empty; it has another number of fields only if it has too many then.
    pub fill_short: bool,
    set: ByteSet,
    scanner: Scanner,
}

impl Dialect {
    /// A dialect.
    pub fn new(delimiter: u8, quote: Option<u8>, skip_blank: bool, skip_ragged: bool) -> Self {
        let set = ByteSet::new([delimiter, quote.unwrap_or(delimiter), b'\n', b'\r']);
        let scanner = Scanner::new(Separators { delimiter, quote });
        Dialect { delimiter, quote, skip_blank, skip_ragged, fill_short: false, set, scanner }
    }

    /// What is known after some bytes, from what is known before them.
    pub fn follow(&self, bytes: &[u8], before: Carry) -> Carry {
        self.scanner.follow(bytes, before)
    }
}

/// Positions of records and fields in a run of bytes.
///
/// All fields lie end to end: field `i` ends before the byte `marks[i + 1]`, and starts after the byte `marks[i]`
/// unless it is the first of its record and `firsts` says otherwise. After the marks is room for one record more.
#[derive(Debug, Default)]
pub struct Index {
    marks: Vec<u32>,
    /// The byte before the first field of each record, and the byte after it; empty if each record starts right after
    /// the end of the one before.
    firsts: Vec<u32>,
    /// The byte before each field and the byte after it, field by field; empty unless some records were short: their
    /// fields do not lie end to end.
    apart: Vec<u32>,
    records: usize,
    fields: usize,
    left_out: Vec<LeftOut>,
}

/// A record with another number of fields.
#[derive(Debug, Clone, Copy)]
pub struct LeftOut {
    /// How many records of the index come before it.
    pub record: usize,
    /// Its first byte, counted as in the index.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// How many fields it has.
    pub found: usize,
}

/// One field of every record: where it starts and ends.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    marks: &'a [u32],
    step: usize,
}

impl<'a> Fields<'a> {
    /// The place before the start of each field, and its end, at every so many places.
    pub fn marks(&self) -> (&'a [u32], usize) {
        (self.marks, self.step)
    }

    /// Start and end, record by record.
    #[inline(always)]
    pub fn iter(self) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.marks.chunks_exact(self.step).map(|marks| (marks[0].wrapping_add(1) as usize, marks[1] as usize))
    }
}

/// Bytes to index, and how far.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The bytes; positions in the index count from the first.
    pub bytes: &'a [u8],
    /// Where the first record starts; all other numbers count from here.
    pub base: usize,
    /// Records that start here or later are not wanted.
    pub limit: usize,
    /// Whether the file ends with the bytes.
    pub last: bool,
    /// At most so many records, those left out included.
    pub most: usize,
}

impl<'a> Run<'a> {
    /// All records of some bytes.
    pub fn all(bytes: &'a [u8], last: bool) -> Self {
        Run { bytes, base: 0, limit: usize::MAX, last, most: usize::MAX }
    }
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

/// What [`Index::regular`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regular {
    /// Records, and how many bytes they take.
    Records(usize),
    /// No whole record.
    Nothing,
    /// Something that has to be looked at byte by byte.
    Odd,
}

/// What is wrong with a record; positions count from the base of the [`Run`].
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
        self.records
    }

    /// The records that were left out, in order.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The number of a record among all, those left out included.
    pub fn row(&self, record: usize) -> u64 {
        (record + self.left_out.partition_point(|left_out| left_out.record <= record)) as u64
    }

    /// Number of fields of each record.
    pub fn fields(&self) -> usize {
        self.fields
    }

    /// Start and end of one field.
    pub fn field(&self, record: usize, field: usize) -> (usize, usize) {
        let marks = match field {
            _ if !self.apart.is_empty() => &self.apart[(field * self.records + record) * 2..],
            0 if !self.firsts.is_empty() => &self.firsts[record * 2..],
            _ => &self.marks[record * self.fields + field..],
        };
        (marks[0].wrapping_add(1) as usize, marks[1] as usize)
    }

    /// One field of every record, in order.
    pub fn column(&self, field: usize) -> Fields<'_> {
        if !self.apart.is_empty() {
            let all = self.records * 2;
            return Fields { marks: &self.apart[field * all..(field + 1) * all], step: 2 };
        }
        if field == 0 && !self.firsts.is_empty() {
            return Fields { marks: &self.firsts, step: 2 };
        }
        Fields { marks: &self.marks[field..field + self.records * self.fields], step: self.fields.max(1) }
    }

    fn clear(&mut self, fields: usize, base: usize) {
        self.firsts.clear();
        self.apart.clear();
        self.left_out.clear();
        self.marks.clear();
        self.marks.push((base as u32).wrapping_sub(1));
        (self.records, self.fields) = (0, fields);
    }

    /// Indexes records as [`Index::fill`] does, by vector instructions, if they are regular: all of `fields` fields, no
    /// blank line.
    pub fn regular(&mut self, run: Run<'_>, fields: usize, dialect: &Dialect) -> Regular {
        let Run { bytes, base, limit, last, most } = run;
        let to = bytes.len();
        self.firsts.clear();
        self.apart.clear();
        self.left_out.clear();
        (self.records, self.fields) = (0, fields);
        if self.marks.is_empty() {
            self.marks.push(0);
        }
        self.marks[0] = (base as u32).wrapping_sub(1);
        // Whether a final `\r` stands alone is not known yet.
        let cut = if !last && bytes[base..].last() == Some(&b'\r') { to - 1 } else { to };
        let found = dialect.scanner.scan(bytes, base, cut, &mut self.marks, 1);
        let (mut marks, mut records) = (found.marks, found.records);
        let tail = self.marks[marks].wrapping_add(1) as usize;
        let open_end = last && tail < to;
        if open_end {
            if found.inside {
                return Regular::Odd;
            }
            marks += 1;
            records += 1;
            if self.marks.len() <= marks {
                self.marks.resize(marks + 1, 0);
            }
            self.marks[marks] = to as u32;
        }
        if records == 0 {
            return Regular::Nothing;
        }
        if fields == 0 || records * fields > marks {
            return Regular::Odd;
        }
        let ends = |byte: u8| byte == b'\n' || byte == b'\r';
        let whole = records - usize::from(open_end);
        let regular =
            self.marks[fields..].iter().step_by(fields).take(whole).all(|&mark| ends(bytes[mark as usize]));
        if !regular || (open_end && marks != records * fields) {
            return Regular::Odd;
        }
        let mut kept = records.min(most);
        if limit < to - base {
            let (mut low, mut high) = (0, kept);
            while low < high {
                let middle = (low + high) / 2;
                match (self.marks[middle * fields].wrapping_add(1) as usize) < base + limit {
                    true => low = middle + 1,
                    false => high = middle,
                }
            }
            kept = low;
        }
        let next = self.marks[kept * fields].wrapping_add(1) as usize;
        self.records = kept;
        if self.marks.len() < (kept + 1) * fields + 1 {
            self.marks.resize((kept + 1) * fields + 1, 0);
        }
        if found.carriages || fields == 1 {
            self.trim(bytes, fields);
        }
        if fields == 1 && dialect.skip_blank && self.column(0).iter().any(|(start, end)| start == end) {
            return Regular::Odd;
        }
        Regular::Records(next.min(to) - base)
    }

    /// Takes the `\r` of `\r\n` off the last fields; the first ones then start elsewhere than the last ones end.
    fn trim(&mut self, bytes: &[u8], fields: usize) {
        for record in 0..self.records {
            let first = record * fields;
            self.firsts.extend([self.marks[first], self.marks[first + 1]]);
        }
        for record in 0..self.records {
            let last = (record + 1) * fields;
            let (before, end) = (self.marks[last - 1].wrapping_add(1), self.marks[last]);
            if end > before && bytes[end as usize - 1] == b'\r' {
                if fields == 1 {
                    self.firsts[record * 2 + 1] = end - 1;
                } else {
                    self.marks[last] = end - 1;
                }
            }
        }
    }

    /// Indexes records, all of `fields` fields (any number if `None`, then only one record is taken).
    pub fn fill(&mut self, run: Run<'_>, fields: Option<usize>, dialect: &Dialect) -> Result<Stop, Broken> {
        let mut short = false;
        let stop = self.walk(run, fields, dialect, &mut short);
        let marks = (self.records + 1) * self.fields + 1;
        self.marks.resize(marks, 0);
        if short {
            self.set_apart();
        }
        stop
    }

    /// Writes down where each field starts and ends: the fields that short records lack are empty, and where the record
    /// ends.
    fn set_apart(&mut self) {
        let mut apart = Vec::with_capacity(self.records * self.fields * 2);
        for field in 0..self.fields {
            for record in 0..self.records {
                let (start, end) = self.field(record, field);
                apart.extend([(start.min(end) as u32).wrapping_sub(1), end as u32]);
            }
        }
        self.apart = apart;
    }

    fn walk(
        &mut self,
        run: Run<'_>,
        fields: Option<usize>,
        dialect: &Dialect,
        short: &mut bool,
    ) -> Result<Stop, Broken> {
        let Run { bytes, base, limit, last, most } = run;
        self.clear(fields.unwrap_or(0), base);
        let bytes = &bytes[base..];
        let most = if fields.is_some() { most } else { 1 };
        let quote = dialect.quote.unwrap_or(b'\n');
        let (mut record, mut field, mut resume) = (0usize, 0usize, 0usize);
        let mut open: Option<usize> = None;
        let mut scratch = [0u8; 64];
        let mut block = 0;
        while block < bytes.len() {
            let exists = bytes::block(bytes, block, &mut scratch);
            let mut mask = dialect.set.mask(&scratch) & exists;
            while mask != 0 {
                let at = block + mask.trailing_zeros() as usize;
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
                    self.push(base + at);
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
                    let blank = dialect.skip_blank && field == record && is_blank(&bytes[record..at], fields);
                    if !blank {
                        self.close(base, record, at, fields, dialect, short)?;
                    }
                    (record, field) = (next, next);
                    if self.records + self.left_out.len() >= most {
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
            block += 64;
        }
        match open {
            _ if !last => Ok(self.incomplete(record)),
            Some(open) => Err(Broken::Unclosed { open }),
            None => {
                let blank = dialect.skip_blank && field == record && is_blank(&bytes[record..], fields);
                if record < bytes.len() && !blank {
                    self.close(base, record, bytes.len(), fields, dialect, short)?;
                }
                Ok(Stop::End)
            }
        }
    }

    fn push(&mut self, mark: usize) {
        self.marks.push(mark as u32);
    }

    #[inline]
    fn close(
        &mut self,
        base: usize,
        record: usize,
        end: usize,
        fields: Option<usize>,
        dialect: &Dialect,
        short: &mut bool,
    ) -> Result<(), Broken> {
        self.push(base + end);
        let before = self.records * self.fields + 1;
        let found = self.marks.len() - before;
        // An empty line that is not passed over is a record of empty fields.
        let blank = record == end && !dialect.skip_blank;
        match fields {
            Some(wanted) if found < wanted && (dialect.fill_short || blank) => {
                self.marks.resize(before + wanted, (base + end) as u32);
                *short = true;
            }
            Some(wanted) if wanted != found => {
                self.marks.truncate(before);
                if !dialect.skip_ragged {
                    return Err(Broken::Ragged { start: record, found });
                }
                let (start, end) = (base + record, base + end);
                self.left_out.push(LeftOut { record: self.records, start, end, found });
                return Ok(());
            }
            Some(_) => {}
            None => self.fields = found,
        }
        self.firsts.extend([((base + record) as u32).wrapping_sub(1), self.marks[before]]);
        self.records += 1;
        Ok(())
    }

    fn incomplete(&mut self, record: usize) -> Stop {
        self.marks.truncate(self.records * self.fields + 1);
        Stop::Incomplete(record)
    }
}

/// Whether a line without a delimiter is no record: it is empty, or holds blanks where there are other fields.
fn is_blank(line: &[u8], fields: Option<usize>) -> bool {
    line.is_empty() || (fields != Some(1) && line.iter().all(|byte| matches!(byte, b' ' | b'\t')))
}

/// The text of a field without its quotes; `scratch` holds it if quotes inside were doubled.
pub fn unquote<'a>(raw: &'a str, quote: u8, scratch: &'a mut String) -> &'a str {
    let Some(inner) = raw.strip_prefix(char::from(quote)) else { return raw };
    let Some(mut at) = memchr::memchr(quote, inner.as_bytes()) else { return inner };
    if at + 1 == inner.len() {
        return &inner[..at];
    }
    scratch.clear();
    let mut rest = inner;
    loop {
        let after = &rest[at + 1..];
        if after.as_bytes().first() != Some(&quote) {
            // Text after the closing quote belongs to the field as it is.
            scratch.push_str(&rest[..at]);
            scratch.push_str(after);
            return scratch;
        }
        scratch.push_str(&rest[..=at]);
        rest = &after[1..];
        match memchr::memchr(quote, rest.as_bytes()) {
            Some(next) => at = next,
            None => break,
        }
    }
    scratch.push_str(rest);
    scratch
}
