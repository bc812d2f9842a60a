//! What is known of JSON files once they are open; what their records look like.

use crate::data::Schema;
use crate::error::{Error, ErrorKind, Result};
use crate::io::file::{InputFile, OpenFile};
use crate::io::json::guess::{Guess, Look};
use crate::io::json::options::JsonOptions;
use crate::io::json::spans::{Span, spans};
use crate::io::lines;
use crate::io::rejects::{OnError, Rejects};
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;
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
    /// The runs of its array, found when first needed.
    spans: OnceLock<Result<Vec<Span>>>,
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
        Ok(JsonFile { input, lines, start: start as u64, leaves_out, spans: OnceLock::new() })
    }

    /// The runs of the array, of about the given size the first time.
    pub fn spans(&self, size: u64) -> Result<&[Span]> {
        match self.spans.get_or_init(|| spans(&self.input, size)) {
            Ok(spans) => Ok(spans),
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
            let mut bytes = vec![0; budget.min(size - self.start) as usize];
            file.read_at(&mut bytes, self.start)?;
            let whole = self.start + bytes.len() as u64 == size;
            let text = match (std::str::from_utf8(&bytes), whole) {
                (Err(error), false) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or(""),
                _ => lines::text(&bytes, self.start, &self.input)?,
            };
            let mut json = serde_json::Deserializer::from_str(text);
            return match json.deserialize_seq(Elements(record)) {
                Err(error) if whole || !error.is_eof() => Err(self.damaged(&error, 0)),
                _ => Ok(()),
            };
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
            for span in self.spans(size)? {
                check()?;
                let text = array_text(&file, span, &self.input)?;
                let mut json = serde_json::Deserializer::from_str(&text);
                json.deserialize_seq(Elements(record))
                    .map_err(|error| self.damaged(&error, span.bytes.start))?;
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

/// A run of an array as an array.
///
/// # Errors
/// `Io`, `Parse` for bytes that are no text.
pub fn array_text(file: &OpenFile, span: &Span, input: &InputFile) -> Result<String> {
    let length = usize::try_from(span.bytes.end - span.bytes.start).unwrap_or(usize::MAX);
    let mut bytes = vec![0; length];
    file.read_at(&mut bytes, span.bytes.start)?;
    Ok(format!("[{}]", lines::text(&bytes, span.bytes.start, input)?))
}
