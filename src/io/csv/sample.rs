//! What a file looks like: its header, and records from all over it.

use crate::error::{Error, ErrorKind, Result};
use crate::io::csv::infer::{Guess, Repeats};
use crate::io::csv::nulls::NullSet;
use crate::io::csv::options::CsvOptions;
use crate::io::csv::records::{Dialect, Index, Regular, Run, Stop, unquote};
use crate::io::csv::rewrite::{after_line, line_end};
use crate::io::csv::split::{State, first_record};
use crate::io::csv::words::Words;
use crate::io::file::{InputFile, OpenFile};
use crate::kernels::digits::Days;
use crate::kernels::padded::{PAD, Padded};
use std::collections::HashSet;
use std::ops::Range;

/// The longest header.
const LONGEST_HEADER: usize = 64 << 20;
/// Places in the middle of a file where records are looked at.
const WINDOWS: u64 = 8;
/// One of so many values tells whether it is worth to count all.
const SPREAD: usize = 16;
/// Of files that are not looked at as a whole, this share is looked at.
const SHARE: u64 = 16;

/// The first lines of a file.
pub struct Head {
    /// Names of the fields.
    pub names: Vec<String>,
    /// The byte where the first record of data starts.
    pub start: u64,
}

/// Reads the header.
///
/// # Errors
/// `Parse` for an empty file or header; `DuplicateColumn`; `Io`.
pub fn head(input: &InputFile, file: &OpenFile, options: &CsvOptions) -> Result<Head> {
    let located = |error: Error| error.file(input.name());
    let dialect = options.dialect(2)?;
    let mut size = 64 << 10;
    loop {
        let wanted = usize::try_from(file.size()).unwrap_or(usize::MAX).min(size);
        let last = wanted as u64 == file.size();
        let mut bytes = vec![0; wanted];
        file.read_at(&mut bytes, 0)?;
        let start = skipped(&bytes, options.skip_rows);
        let mut index = Index::default();
        let stop = match start {
            Some(start) => index.fill(Run::all(&bytes[start..], last), None, &dialect),
            None if last => Ok(Stop::End),
            None => Ok(Stop::Incomplete(0)),
        };
        if matches!(stop, Ok(Stop::Incomplete(_))) && wanted < LONGEST_HEADER {
            size *= 4;
            continue;
        }
        let none = index.records() == 0 && matches!(stop, Ok(Stop::End));
        if let Some(names) = options.column_names.clone().filter(|_| none && !options.has_header) {
            let names = unique(names, options.rename_duplicates).map_err(located)?;
            return Ok(Head { names, start: file.size() });
        }
        let (Some(start), Ok(stop)) = (start, stop) else {
            return Err(located(empty(file.size())));
        };
        if index.records() == 0 {
            return Err(located(empty(file.size())));
        }
        let after = match stop {
            Stop::Full(next) | Stop::Limit(next) => start + next,
            _ => bytes.len(),
        };
        let names = names(&bytes[start..], &index, options, &dialect).map_err(located)?;
        let start = if options.has_header { after } else { start };
        return Ok(Head { names, start: start as u64 });
    }
}

fn empty(size: u64) -> Error {
    let message = if size == 0 { "the file is empty" } else { "no complete header line" };
    Error::new(ErrorKind::Parse, message).hint("a CSV file has a line of column names at least")
}

/// The byte after the byte order mark and the lines to skip; `None` if the bytes end before.
fn skipped(bytes: &[u8], lines: u64) -> Option<usize> {
    let mut at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    for _ in 0..lines {
        at = after_line(bytes, line_end(bytes, at));
    }
    (at < bytes.len()).then_some(at)
}

fn names(bytes: &[u8], index: &Index, options: &CsvOptions, dialect: &Dialect) -> Result<Vec<String>> {
    let fields = index.fields();
    if let Some(names) = &options.column_names {
        if names.len() < fields || names.len() > fields && !dialect.fill_short {
            return Err(Error::invalid(format!("{} column names for {fields} fields", names.len())));
        }
        return unique(names.clone(), options.rename_duplicates);
    }
    if !options.has_header {
        return Ok((0..fields).map(|field| format!("column_{field}")).collect());
    }
    let mut names = Vec::with_capacity(fields);
    let mut scratch = String::new();
    for field in 0..fields {
        let (start, end) = index.field(0, field);
        let raw = std::str::from_utf8(&bytes[start..end])
            .map_err(|_| Error::new(ErrorKind::Parse, "a column name is not UTF-8").byte(start as u64))?;
        let name = match dialect.quote {
            Some(quote) => unquote(raw, quote, &mut scratch),
            None => raw,
        };
        names.push(name.to_owned());
    }
    unique(names, options.rename_duplicates)
}

/// Names that occur again become `a.1`, `a.2`, ... or are an error.
fn unique(names: Vec<String>, rename: bool) -> Result<Vec<String>> {
    let all: HashSet<String> = names.iter().cloned().collect();
    let mut used: HashSet<String> = HashSet::with_capacity(names.len());
    let mut result = Vec::with_capacity(names.len());
    for name in names {
        if used.insert(name.clone()) {
            result.push(name);
            continue;
        }
        if !rename {
            return Err(Error::new(ErrorKind::DuplicateColumn, format!("two columns are named {name:?}"))
                .column(name)
                .hint("read it with `rename_duplicates`, or pass other names"));
        }
        let mut counter = 1u64;
        let fresh = loop {
            let candidate = format!("{name}.{counter}");
            if !all.contains(&candidate) && used.insert(candidate.clone()) {
                break candidate;
            }
            counter += 1;
        };
        result.push(fresh);
    }
    Ok(result)
}

/// A value of a sample.
enum Seen<'a> {
    /// As it stands in padded bytes; true: that was enough.
    Field(&'a [u8], usize, usize),
    /// Without quotes; false: no more.
    Text(&'a str),
}

/// Which values are looked at.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The fields.
    pub fields: &'a [usize],
    /// Their nulls.
    pub nulls: &'a [NullSet],
    /// How numbers and truth values are written.
    pub words: &'a Words,
    /// How many rows are read, if not all.
    pub rows: Option<u64>,
}

/// Records from all over a file.
pub struct Sample {
    windows: Vec<(Vec<u8>, Index)>,
    /// Whether these are all records.
    pub whole: bool,
    /// How many records are known from the first one on.
    leading: usize,
}

impl Sample {
    /// Looks at about `budget` bytes of the data that starts at `start`.
    ///
    /// # Errors
    /// `Io`. Damaged records are no error here: reading will name them.
    pub fn take(file: &OpenFile, start: u64, fields: usize, dialect: &Dialect, budget: u64) -> Result<Self> {
        let data = file.size() - start;
        let whole = data <= budget.max(1);
        let mut windows = Vec::new();
        if whole {
            windows.extend(window(file, start, data, None, fields, dialect)?);
            let leading = leading(&windows);
            return Ok(Sample { windows, whole, leading });
        }
        let size = (budget / (WINDOWS + 2)).max(1);
        windows.extend(window(file, start, size * 2, None, fields, dialect)?);
        let leading = leading(&windows);
        let (first, last) = (start + size * 2, file.size() - size);
        for place in 1..=WINDOWS {
            let at = first + (last.saturating_sub(first)) / WINDOWS * place;
            let at = if place == WINDOWS { last.max(first) } else { at };
            for state in [State::Outside, State::Inside] {
                if let Some(found) = window(file, at, size, Some(state), fields, dialect)? {
                    windows.push(found);
                    break;
                }
            }
        }
        Ok(Sample { windows, whole, leading })
    }

    /// A sample of a file, and what the values of fields could be, each with its own nulls, in so many rows: of a share of the file, no fewer
    /// and no more bytes than `budget` says, and of the most if less shows no value of some field.
    ///
    /// # Errors
    /// As [`Sample::take`].
    pub fn guessed(
        file: &OpenFile,
        start: u64,
        dialect: &Dialect,
        budget: Range<u64>,
        asked: &Asked<'_>,
    ) -> Result<(Self, Vec<Guess>)> {
        let data = file.size() - start;
        let share = (data / SHARE).max(budget.start);
        if share < budget.end && budget.end < data {
            let sample = Sample::take(file, start, asked.fields.len(), dialect, share)?;
            let guesses = sample.guesses(asked);
            if !guesses.iter().any(|guess| guess.is_empty()) {
                return Ok((sample, guesses));
            }
        }
        let sample = Sample::take(file, start, asked.fields.len(), dialect, budget.end)?;
        let guesses = sample.guesses(asked);
        Ok((sample, guesses))
    }

    /// What the values of fields could be, each with its own nulls. Where the first `rows` rows are known, those after them,
    /// which are not read, say nothing.
    pub fn guesses(&self, asked: &Asked<'_>) -> Vec<Guess> {
        let Asked { fields, nulls, words, rows } = *asked;
        let rows = rows.and_then(|rows| usize::try_from(rows).ok());
        let rows = rows.filter(|rows| (1..=self.leading).contains(rows));
        let windows = if rows.is_some() { &self.windows[..1] } else { &self.windows };
        let each = (1, rows.unwrap_or(usize::MAX));
        let mut guesses = vec![Guess::default(); fields.len()];
        let (booleans, plain) = (words.more_booleans(), words.plain_numbers());
        let dates = plain && words.parse_dates;
        for (bytes, index) in windows {
            let text = Padded::new(bytes);
            for ((guess, nulls), &field) in guesses.iter_mut().zip(nulls).zip(fields) {
                if guess.is_settled() {
                    continue;
                }
                let mut days = Days::default();
                values(bytes, text.as_ref(), index, field, each, nulls, &mut |seen| match seen {
                    Seen::Field(bytes, start, end) => {
                        !booleans
                            && (guess.see_simple(bytes, start, end)
                                || (plain && guess.see_float(bytes, start, end))
                                || (dates && guess.see_moment(&mut days, bytes, start, end)))
                    }
                    Seen::Text(text) => {
                        guess.see(text, words);
                        !guess.is_settled()
                    }
                });
            }
        }
        guesses
    }

    /// Counts the values of fields, each with its own nulls; where a few of them hardly repeat, no more than those.
    pub fn count(&self, fields: &mut [(usize, &NullSet, &mut Repeats)]) {
        for (field, nulls, repeats) in fields.iter_mut() {
            let mut few = Repeats::default();
            self.repeats(*field, SPREAD, nulls, &mut few);
            repeats.give_up(&few);
            if !repeats.is_given_up() {
                self.repeats(*field, 1, nulls, repeats);
            }
        }
    }

    /// Counts the values of one of `step` records.
    fn repeats(&self, field: usize, step: usize, nulls: &NullSet, repeats: &mut Repeats) {
        for (bytes, index) in &self.windows {
            let text = Padded::new(bytes);
            values(bytes, text.as_ref(), index, field, (step, usize::MAX), nulls, &mut |seen| match seen {
                Seen::Field(..) => false,
                Seen::Text(text) => {
                    repeats.see(text);
                    true
                }
            });
        }
    }
}

/// How many records there are in the only window so far.
fn leading(windows: &[(Vec<u8>, Index)]) -> usize {
    windows.first().map_or(0, |(_, index)| index.records())
}

/// Hands the values of a field in every `step`th of the first `most` records to `see`, without quotes, as long as it returns true; nulls and damaged values are left
/// out. A field that begins with a digit or a minus is offered as it is first. `text` are the bytes, if they are UTF-8.
fn values(
    bytes: &[u8],
    text: Option<&Padded<'_>>,
    index: &Index,
    field: usize,
    (step, most): (usize, usize),
    nulls: &NullSet,
    see: &mut dyn FnMut(Seen<'_>) -> bool,
) {
    let mut scratch = String::new();
    for (start, end) in index.column(field).iter().take(most).step_by(step) {
        let first = bytes[start];
        if (first.is_ascii_digit() || first == b'-')
            && start < end
            && !nulls.possible(first, end - start)
            && see(Seen::Field(bytes, start, end))
        {
            continue;
        }
        let raw = match text {
            Some(text) => Some(text.str(start, end)),
            None => std::str::from_utf8(&bytes[start..end]).ok(),
        };
        if let Some(text) = raw.and_then(|raw| nulls.value(raw, &mut scratch))
            && !see(Seen::Text(text))
        {
            return;
        }
    }
}

/// The records of some bytes: those before the first damaged one, or, where the state before was assumed, `None` if
/// any is damaged.
fn window(
    file: &OpenFile,
    at: u64,
    size: u64,
    assumed: Option<State>,
    fields: usize,
    dialect: &Dialect,
) -> Result<Option<(Vec<u8>, Index)>> {
    let end = (at + size).min(file.size());
    let begin = if assumed.is_some() { at - 1 } else { at };
    let length = (end - begin) as usize;
    let mut bytes = vec![0; length + 2 * PAD];
    file.read_at(&mut bytes[PAD..PAD + length], begin)?;
    let mut skip = 0;
    if let Some(state) = assumed {
        let Some(first) = bytes[PAD..PAD + length]
            .split_first()
            .and_then(|(previous, rest)| first_record(rest, *previous, state, dialect))
        else {
            return Ok(None);
        };
        skip = first + 1;
    }
    bytes.drain(PAD..PAD + skip);
    let mut index = Index::default();
    let run = Run { bytes: &bytes[..bytes.len() - PAD], base: PAD, ..Run::all(&[], end == file.size()) };
    if let Regular::Records(_) = index.regular(run, fields, dialect) {
        return Ok(Some((bytes, index)));
    }
    let filled = index.fill(run, Some(fields), dialect);
    match filled {
        Err(_) if assumed.is_some() => Ok(None),
        _ => Ok(Some((bytes, index))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DType;
    use crate::io::objects::options::StorageOptions;
    use std::path::Path;

    fn guessed(path: &Path, budget: Range<u64>) -> (Vec<DType>, usize, bool) {
        let input = InputFile::find(path, &StorageOptions::default()).unwrap();
        let (file, options) = (input.open().unwrap(), CsvOptions::default());
        let dialect = options.dialect(2).unwrap();
        let nulls = ["a", "b"].map(|name| NullSet::new(&options, name));
        let words = Words::new(&options);
        let asked = Asked { fields: &[0, 1], nulls: &nulls, words: &words, rows: None };
        let (sample, guesses) = Sample::guessed(&file, 4, &dialect, budget, &asked).unwrap();
        let bytes = sample.windows.iter().map(|(bytes, _)| bytes.len()).sum();
        (guesses.into_iter().map(Guess::dtype).collect(), bytes, sample.whole)
    }

    #[test]
    fn of_small_files_a_share_is_looked_at_unless_a_field_has_no_value_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        let text = |value: &dyn Fn(usize) -> &'static str| -> String {
            let lines = (0..200_000).map(|row| format!("{},{}\n", row + 1_000_000, value(row)));
            std::iter::once("a,b\n".to_owned()).chain(lines).collect()
        };
        std::fs::write(&path, text(&|_| "1.5")).unwrap();
        let (types, bytes, whole) = guessed(&path, 1 << 18..1 << 20);
        assert_eq!(types, [DType::Int64, DType::Float64]);
        assert!((200_000..300_000).contains(&bytes) && !whole, "{bytes}");
        // Values only where the larger sample looks.
        std::fs::write(&path, text(&|row| if (8_000..12_000).contains(&row) { "2013-01-01" } else { "" }))
            .unwrap();
        let (types, bytes, _) = guessed(&path, 1 << 18..1 << 20);
        assert_eq!(types, [DType::Int64, DType::Date]);
        assert!(bytes > 900_000, "{bytes}");
        // A budget that is given is not exceeded, and a file within it is looked at as a whole.
        assert!(guessed(&path, 10_000..10_000).1 < 12_000);
        assert!(guessed(&path, 1 << 18..1 << 23).2);
        assert!(guessed(&path, 1 << 20..1 << 20).1 > 900_000);
    }
}
