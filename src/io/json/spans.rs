//! Cuts an array of a file into runs of whole elements, in one pass over its bytes.

use crate::error::{Error, ErrorKind, Result};
use crate::io::file::InputFile;
use std::ops::Range;

/// A run of elements, with the commas between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Its bytes.
    pub bytes: Range<u64>,
    /// How many elements come before it.
    pub first: u64,
}

/// Runs of about `size` bytes.
///
/// # Errors
/// `Parse` for a file that is no array, does not end with it, or ends before it; `Io`.
pub fn spans(input: &InputFile, size: u64) -> Result<Vec<Span>> {
    let wrong = |message: &str, at: u64| Error::new(ErrorKind::Parse, message).file(input.name()).byte(at);
    let file = input.open()?;
    let mut block = vec![0u8; 1 << 20];
    let (mut at, mut depth, mut text, mut escaped) = (0u64, 0usize, false, false);
    let (mut started, mut ended) = (false, false);
    let (mut begin, mut first, mut elements) = (0u64, 0u64, 0u64);
    let mut found = Vec::new();
    while at < file.size() {
        let length = (block.len() as u64).min(file.size() - at) as usize;
        file.read_at(&mut block[..length], at)?;
        for (place, &byte) in block[..length].iter().enumerate() {
            let here = at + place as u64;
            if text {
                (text, escaped) = (escaped || byte != b'"', byte == b'\\' && !escaped);
                continue;
            }
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => {}
                0xef | 0xbb | 0xbf if here < 3 => {}
                _ if ended => return Err(wrong("the file goes on after its array", here)),
                b'[' if !started => {
                    started = true;
                    begin = here + 1;
                }
                _ if !started => return Err(wrong("this is no array", here)),
                b'"' => text = true,
                b'{' | b'[' => depth += 1,
                b']' if depth == 0 => {
                    ended = true;
                    found.push(Span { bytes: begin..here, first });
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or_else(|| wrong("a bracket closes nothing", here))?;
                }
                b',' if depth == 0 => {
                    elements += 1;
                    if here - begin >= size {
                        found.push(Span { bytes: begin..here, first });
                        (begin, first) = (here + 1, elements);
                    }
                }
                _ => {}
            }
        }
        at += length as u64;
    }
    match ended {
        true => Ok(found),
        false => Err(wrong("the file ends before its array does", file.size())),
    }
}
