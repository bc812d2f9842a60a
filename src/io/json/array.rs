//! An array of a file, read in pieces: each stands for the elements that begin in a byte range.
//!
//! Where an element begins depends on all bytes before it: whether text is open, and how deep brackets are nested. Both are
//! found for each range alone, whatever it begins in, and then put together (as the quotes of CSV are). So any thread finds
//! its elements without waiting for one that goes through the file.

use crate::error::{Error, ErrorKind, Result};
use crate::io::file::{InputFile, OpenFile};
use crate::io::lines;
use crate::kernels::separators::{Nesting, nesting};
use std::ops::Range;
use std::sync::OnceLock;

/// Bytes read at once; brackets are counted while they are in the cache.
const SLICE: usize = 256 << 10;

/// What is open between two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Level {
    text: bool,
    /// Brackets; 1 is between the array's elements.
    depth: i64,
}

const BETWEEN: Level = Level { text: false, depth: 1 };
/// After the array, or before it.
const OUTSIDE: Level = Level { text: false, depth: 0 };

const ENDS_EARLY: &str = "the file ends before its array does";

/// A byte range: what it does to the level, and the level before it, once known.
struct Piece {
    bytes: Range<u64>,
    nesting: OnceLock<Result<Nesting>>,
    level: OnceLock<Level>,
}

/// The array of a file.
pub struct Array {
    input: InputFile,
    pieces: Vec<Piece>,
    /// The byte after its first bracket.
    begin: u64,
    checked: OnceLock<Result<()>>,
}

impl Array {
    /// Cuts the array of a file, whose text starts at byte `start`, into ranges of about `size` bytes.
    ///
    /// # Errors
    /// `Parse` for a file that is no array; `Io`.
    pub fn new(input: &InputFile, start: u64, size: u64) -> Result<Self> {
        let file = input.open()?;
        let mut begin = None;
        slices(&file, start..file.size(), |at, slice| {
            let Some(place) = slice.iter().position(|byte| !is_blank(*byte)) else { return Ok(true) };
            match slice[place] {
                b'[' => begin = Some(at + place as u64 + 1),
                _ => return Err(wrong(input, "this is no array", at + place as u64)),
            }
            Ok(false)
        })?;
        let begin = begin.ok_or_else(|| wrong(input, ENDS_EARLY, file.size()))?;
        let pieces = lines::cut(begin, input.size(), size).into_iter().map(|bytes| Piece {
            bytes,
            nesting: OnceLock::new(),
            level: OnceLock::new(),
        });
        let array = Array { input: input.clone(), pieces: pieces.collect(), begin, checked: OnceLock::new() };
        if let Some(first) = array.pieces.first() {
            let _ = first.level.set(BETWEEN);
        }
        Ok(array)
    }

    /// How many pieces there are.
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// The bytes of the elements that begin in a piece, with the commas between them; `None` if none does.
    ///
    /// # Errors
    /// `Parse` for brackets that do not fit, for what goes on after the array, and for elements that are not there; `Io`.
    pub fn elements(&self, piece: usize, file: &OpenFile) -> Result<Option<Range<u64>>> {
        let range = self.pieces[piece].bytes.clone();
        let level = self.level(piece, file)?;
        let begin = match level {
            _ if piece == 0 => self.begin,
            OUTSIDE => return self.blank(range, file).map(|()| None),
            level if level.depth <= 0 => return Err(self.damage()),
            level => match self.next(range.clone(), level, file)? {
                Some((at, Mark::Comma)) => at + 1,
                Some((at, Mark::End)) => return self.blank(at + 1..range.end, file).map(|()| None),
                None => return Ok(None),
            },
        };
        let (end, last) = match self.level(piece + 1, file)? {
            OUTSIDE => match last_byte(file, begin..range.end)? {
                Some((at, b']')) => (at, true),
                _ => return Err(self.damage()),
            },
            level if level.depth > 0 => match self.next(range.end..file.size(), level, file)? {
                Some((at, mark)) => (at, mark == Mark::End),
                None => return Err(self.damage()),
            },
            _ => return Err(self.damage()),
        };
        if last_byte(file, begin..end)?.is_none() {
            return match (begin == self.begin, last) {
                (true, true) => Ok(None),
                (true, false) => Err(wrong(&self.input, "nothing stands before a comma", end)),
                (false, _) => Err(wrong(&self.input, "nothing stands after a comma", begin)),
            };
        }
        Ok(Some(begin..end))
    }

    /// How many elements begin before a byte that one begins at.
    ///
    /// # Errors
    /// `Io`.
    pub fn before(&self, byte: u64) -> Result<u64> {
        let mut count = 0;
        walk(&self.input.open()?, self.begin..byte, Walk::BEGIN, |_, byte, level| {
            count += u64::from(byte == b',' && level == BETWEEN);
            Ok(true)
        })?;
        Ok(count)
    }

    /// Looks through the whole file, once.
    ///
    /// # Errors
    /// `Parse` with the first byte where brackets do not fit, or where the array has ended; `Io`.
    pub fn check(&self) -> Result<()> {
        let find = || {
            let file = self.input.open()?;
            let mut ended = false;
            walk(&file, self.begin..file.size(), Walk::BEGIN, |at, byte, level| {
                match level {
                    _ if ended && is_blank(byte) => {}
                    _ if ended => return Err(wrong(&self.input, "the file goes on after its array", at)),
                    OUTSIDE if byte == b'}' => {
                        return Err(wrong(&self.input, "a bracket closes nothing", at));
                    }
                    OUTSIDE => ended = true,
                    _ => {}
                }
                Ok(true)
            })?;
            match ended {
                true => Ok(()),
                false => Err(wrong(&self.input, ENDS_EARLY, file.size())),
            }
        };
        self.checked.get_or_init(find).clone()
    }

    /// The first comma between elements of a range, or the end of the array if it comes before.
    fn next(&self, bytes: Range<u64>, level: Level, file: &OpenFile) -> Result<Option<(u64, Mark)>> {
        let escaped = is_escaped(file, self.begin, bytes.start)?;
        let mut found = None;
        walk(file, bytes, Walk { level, escaped }, |at, byte, level| {
            found = match (byte, level) {
                (b',', BETWEEN) => Some((at, Mark::Comma)),
                (b']', OUTSIDE) => Some((at, Mark::End)),
                (b'}', OUTSIDE) => return Err(self.damage()),
                _ => None,
            };
            Ok(found.is_none())
        })?;
        Ok(found)
    }

    /// What is wrong with a file whose brackets do not fit.
    fn damage(&self) -> Error {
        self.check().err().unwrap_or_else(|| {
            Error::new(ErrorKind::Parse, "the brackets of the array do not fit").file(self.input.name())
        })
    }

    /// Holds bytes after the array to be blank.
    fn blank(&self, bytes: Range<u64>, file: &OpenFile) -> Result<()> {
        match last_byte(file, bytes)? {
            None => Ok(()),
            Some(_) => Err(self.damage()),
        }
    }

    /// What is open before a piece: from the nearest one of which that is known.
    fn level(&self, piece: usize, file: &OpenFile) -> Result<Level> {
        let known = self.pieces[..(piece + 1).min(self.pieces.len())]
            .iter()
            .rposition(|piece| piece.level.get().is_some());
        let known = known.unwrap_or(0);
        // Backwards, so that threads that begin at different places do not wait for one another.
        for one in self.pieces[known..piece].iter().rev() {
            self.nesting(one, file)?;
        }
        let mut level = self.pieces[known].level.get().copied().unwrap_or(BETWEEN);
        for (place, one) in (known..piece).zip(&self.pieces[known..piece]) {
            let Nesting { turns, deeper } = self.nesting(one, file)?;
            level = Level { text: level.text != turns, depth: level.depth + deeper[usize::from(level.text)] };
            if let Some(next) = self.pieces.get(place + 1) {
                let _ = next.level.set(level);
            }
        }
        Ok(level)
    }

    fn nesting(&self, piece: &Piece, file: &OpenFile) -> Result<Nesting> {
        let find = || {
            let bytes = piece.bytes.clone();
            let mut escaped = is_escaped(file, self.begin, bytes.start)?;
            let mut found = Nesting::default();
            slices(file, bytes, |_, slice| {
                found = found.then(nesting(slice, &mut escaped));
                Ok(true)
            })?;
            Ok(found)
        };
        piece.nesting.get_or_init(find).clone()
    }
}

/// The part of some text, the beginning of a file, that holds whole elements of its array, without the last bracket.
pub fn whole_elements(bytes: &[u8]) -> Option<usize> {
    let mut state = Walk { level: OUTSIDE, escaped: false };
    let mut found = None;
    for (at, &byte) in bytes.iter().enumerate() {
        let level = state.step(byte);
        match byte {
            b',' if level == BETWEEN => found = Some(at),
            b']' if level == OUTSIDE => return Some(at),
            _ => {}
        }
    }
    found
}

/// What comes after an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Comma,
    End,
}

/// What is open, byte by byte.
struct Walk {
    level: Level,
    escaped: bool,
}

impl Walk {
    /// Before the first element.
    const BEGIN: Walk = Walk { level: BETWEEN, escaped: false };

    /// What is open after a byte; a quote that ends text is in it.
    fn step(&mut self, byte: u8) -> Level {
        let escaped = std::mem::take(&mut self.escaped);
        let Level { text, depth } = &mut self.level;
        match byte {
            b'\\' => self.escaped = !escaped,
            b'"' => *text = *text == escaped,
            b'{' | b'[' if !*text => *depth += 1,
            b'}' | b']' if !*text => *depth -= 1,
            _ => {}
        }
        self.level
    }
}

/// Calls `each` with the place of every byte, the byte, and what is open after it, until it says false.
fn walk(
    file: &OpenFile,
    bytes: Range<u64>,
    mut state: Walk,
    mut each: impl FnMut(u64, u8, Level) -> Result<bool>,
) -> Result<()> {
    slices(file, bytes, |at, slice| {
        for (place, &byte) in slice.iter().enumerate() {
            let level = state.step(byte);
            if !each(at + place as u64, byte, level)? {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

/// Calls `each` with the bytes of a range, part by part, until it says false.
fn slices(
    file: &OpenFile,
    bytes: Range<u64>,
    mut each: impl FnMut(u64, &[u8]) -> Result<bool>,
) -> Result<()> {
    let (mut at, mut length, mut buffer) = (bytes.start, 4096, Vec::new());
    while at < bytes.end {
        let size = (length as u64).min(bytes.end - at) as usize;
        if buffer.len() < size {
            buffer.resize(size, 0);
        }
        file.read_at(&mut buffer[..size], at)?;
        if !each(at, &buffer[..size])? {
            break;
        }
        at += size as u64;
        // What is looked for is mostly near.
        length = (length * 8).min(SLICE);
    }
    Ok(())
}

/// Whether the byte at `at` comes after an odd number of backslashes, none of them before `start`.
fn is_escaped(file: &OpenFile, start: u64, at: u64) -> Result<bool> {
    let (mut end, mut count) = (at, 0u64);
    let mut buffer = [0; 256];
    while end > start {
        let length = (end - start).min(buffer.len() as u64);
        let slice = &mut buffer[..length as usize];
        file.read_at(slice, end - length)?;
        let own = slice.iter().rev().take_while(|byte| **byte == b'\\').count() as u64;
        count += own;
        if own < length {
            break;
        }
        end -= length;
    }
    Ok(count % 2 == 1)
}

/// The last byte of a range that is not blank, and where it is.
fn last_byte(file: &OpenFile, bytes: Range<u64>) -> Result<Option<(u64, u8)>> {
    let mut end = bytes.end;
    let mut buffer = [0; 256];
    while end > bytes.start {
        let length = (end - bytes.start).min(buffer.len() as u64);
        let slice = &mut buffer[..length as usize];
        file.read_at(slice, end - length)?;
        if let Some(place) = slice.iter().rposition(|byte| !is_blank(*byte)) {
            return Ok(Some((end - length + place as u64, slice[place])));
        }
        end -= length;
    }
    Ok(None)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

fn wrong(input: &InputFile, message: &str, at: u64) -> Error {
    Error::new(ErrorKind::Parse, message).file(input.name()).byte(at)
}
