//! What is known of JSON files once they are open; what their records look like.

use crate::data::Schema;
use crate::error::{Error, ErrorKind, Result};
use crate::io::file::{InputFile, OpenFile};
use crate::io::json::array::{Array, whole_elements};
use crate::io::json::guess::{Guess, Look};
use crate::io::json::options::JsonOptions;
use crate::io::lines;
use crate::io::rejects::{OnError, Rejects};
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

/// One file of the table.
pub struct JsonFile {
    /// Where it is.
    pub input: InputFile,
    /// Whether each line is a record.
    pub lines: bool,
    /// The byte after the mark of the encoding.
    pub start: u64,
    /// Whether lines that are no objects are passed over.
    leaves_out: bool,
    /// Its array, cut when first needed.
    array: OnceLock<Result<Array>>,
}

/// What was found out when the files were opened.
pub struct JsonTable {
    /// Names and types.
    pub schema: Schema,
    /// What the values of each column are before they get its type.
    pub guesses: Vec<Guess>,
    /// The files in order.
    pub files: Arc<Vec<JsonFile>>,
    /// How to read.
    pub options: JsonOptions,
    /// Whether a value has been met that is not of its column's guessed type.
    pub contradicted: AtomicBool,
    /// Lines that could not be read.
    pub rejects: Arc<Rejects>,
}

impl JsonFile {
    /// Tells lines from an array by the first byte.
    ///
    /// # Errors
    /// `Io`.
    pub fn new(input: InputFile, options: &JsonOptions) -> Result<Self> {
        let file = input.open()?;
        let mut head = vec![0; file.size().min(4096) as usize];
        file.read_at(&mut head, 0)?;
        let start = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let first = head[start..].iter().find(|byte| !byte.is_ascii_whitespace());
        let lines = options.lines.unwrap_or(first != Some(&b'['));
        if !lines && options.on_error != OnError::Raise {
            return Err(Error::unsupported(
                "on_error is for files with an object on each line; this one is an array",
            )
            .file(input.name()));
        }
        let leaves_out = options.on_error.leaves_out();
        Ok(JsonFile { input, lines, start: start as u64, leaves_out, array: OnceLock::new() })
    }

    /// The array, cut into pieces of about the given size the first time.
    ///
    /// # Errors
    /// `Parse` for a file that is no array; `Io`.
    pub fn array(&self, size: u64) -> Result<&Array> {
        match self.array.get_or_init(|| Array::new(&self.input, self.start, size)) {
            Ok(array) => Ok(array),
            Err(error) => Err(error.clone()),
        }
    }

    /// Looks at about so many bytes of records.
    ///
    /// # Errors
    /// `Parse` for what is not JSON; `Io`.
    pub fn sample(&self, budget: u64, record: &mut Guess) -> Result<()> {
        let (file, size) = (self.input.open()?, self.input.size());
        if !self.lines {
            let mut length = budget.min(size - self.start);
            let text = loop {
                let mut bytes = vec![0; length as usize];
                file.read_at(&mut bytes, self.start)?;
                if self.start + length == size {
                    break bytes;
                }
                if let Some(end) = whole_elements(&bytes) {
                    bytes.truncate(end);
                    bytes.push(b']');
                    break bytes;
                }
                // Its first element is longer.
                length = length.saturating_mul(4).max(1 << 10).min(size - self.start);
            };
            let mut json = serde_json::Deserializer::from_str(lines::text(&text, self.start, &self.input)?);
            return json.deserialize_seq(Elements(record)).map_err(|error| self.damaged(&error, 0));
        }
        // The beginning, and places over the rest.
        let windows = if size - self.start <= budget { 1 } else { 4 };
        for window in 0..windows {
            let begin = self.start + (size - self.start) / windows * window;
            let end = (begin + budget / windows).min(size);
            let end = if windows == 1 { size } else { end };
            let (bytes, at) = lines::read(&file, &(begin..end), self.start)?;
            self.look(lines::text(&bytes, at, &self.input)?, at, record)?;
        }
        Ok(())
    }

    fn look(&self, text: &str, at: u64, record: &mut Guess) -> Result<()> {
        let mut place = at;
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() {
                let mut json = serde_json::Deserializer::from_str(line);
                let mut own = Guess::Null;
                // What a line that is left out holds before it breaks off must not count.
                let into = if self.leaves_out { &mut own } else { &mut *record };
                let looked = Look(into).deserialize(&mut json).and_then(|()| json.end());
                match (looked, own) {
                    (Ok(()), Guess::Struct(fields)) => record.join(Guess::Struct(fields)),
                    (Err(error), _) if !self.leaves_out => return Err(self.damaged(&error, place)),
                    _ => {}
                }
            }
            place += line.len() as u64;
        }
        Ok(())
    }

    fn damaged(&self, error: &serde_json::Error, byte: u64) -> Error {
        Error::new(ErrorKind::Parse, format!("this is not JSON: {error}")).file(self.input.name()).byte(byte)
    }

    /// Looks at all records.
    ///
    /// # Errors
    /// `Parse` for what is not JSON; `Io`; what `check` raises.
    pub fn survey(&self, size: u64, record: &mut Guess, check: &dyn Fn() -> Result<()>) -> Result<()> {
        let file = self.input.open()?;
        if !self.lines {
            let array = self.array(size)?;
            for piece in 0..array.pieces() {
                check()?;
                let Some(bytes) = array.elements(piece, &file)? else { continue };
                let run = as_array(&file, &bytes)?;
                let text = lines::text(&run, bytes.start - 1, &self.input)?;
                let mut json = serde_json::Deserializer::from_str(text);
                json.deserialize_seq(Elements(record)).map_err(|error| self.damaged(&error, bytes.start))?;
            }
            return Ok(());
        }
        for range in lines::cut(self.start, self.input.size(), size) {
            check()?;
            let (bytes, at) = lines::read(&file, &range, self.start)?;
            self.look(lines::text(&bytes, at, &self.input)?, at, record)?;
        }
        Ok(())
    }
}

/// Looks at the elements of an array.
struct Elements<'a>(&'a mut Guess);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Look(self.0))?.is_some() {}
        Ok(())
    }
}

/// A run of elements as an array; its first byte is the one before the run.
///
/// # Errors
/// `Io`.
pub fn as_array(file: &OpenFile, range: &Range<u64>) -> Result<Vec<u8>> {
    let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    let mut bytes = vec![0; length + 2];
    file.read_at(&mut bytes[1..=length], range.start)?;
    (bytes[0], bytes[length + 1]) = (b'[', b']');
    Ok(bytes)
}
