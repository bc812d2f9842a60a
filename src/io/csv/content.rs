//! Files that cannot be read in ranges as they are: compressed, in another encoding, with comments, escapes or a footer.
//! Their text is made ready in memory.

use crate::error::{Error, ErrorKind, Result};
use crate::io::compressed::{Compression, decompressed, whole};
use crate::io::csv::footer::before_footer;
use crate::io::csv::options::{CsvOptions, Encoding, separator};
use crate::io::csv::rewrite::{after_line, before_header, line_end, rewritten};
use crate::io::csv::sniff;
use crate::io::csv::split::{State, Transition};
use crate::io::file::InputFile;
use std::borrow::Cow;

/// The file, with its text in memory if it cannot be read as it is. Where the delimiter is to be guessed, it is guessed
/// here and put into the options.
///
/// # Errors
/// `Io`; `Corrupt` for damaged compressed data; `Parse` for text that is not in its encoding.
pub fn ready(input: InputFile, options: &mut CsvOptions) -> Result<InputFile> {
    let compression = options.compression.of(&input.name());
    let changed = options.comment.is_some() || options.rewrites() || options.skip_footer > 0;
    let plain = compression == Compression::None && options.encoding == Encoding::Utf8;
    if plain && !changed {
        if options.sniff {
            let size = usize::try_from(input.size()).unwrap_or(usize::MAX).min(sniff::BYTES);
            let mut head = vec![0; size];
            input.open()?.read_at(&mut head, 0)?;
            guess(&head, options, size as u64 == input.size())?;
        }
        return Ok(input);
    }
    let located = |error: Error| error.file(input.name());
    let bytes = decompressed(whole(&input)?, compression).map_err(located)?;
    let mut text = decoded(bytes, options.encoding).map_err(located)?;
    if options.sniff {
        let size = text.len().min(sniff::BYTES);
        guess(&text[..size], options, size == text.len())?;
    }
    if options.rewrites() {
        text = rewritten(&text, options).map_err(located)?;
    } else if let Some(comment) = options.comment {
        text = uncommented(&text, separator("comment", comment)?, options)?;
    }
    if options.skip_footer > 0 {
        text.truncate(before_footer(&text, &options.rewritten())?);
    }
    Ok(input.with_content(text))
}

/// Puts the delimiter of some text into the options, for all files.
fn guess(head: &[u8], options: &mut CsvOptions, last: bool) -> Result<()> {
    options.delimiter = sniff::delimiter(head, options, last)?;
    options.sniff = false;
    Ok(())
}

fn decoded(bytes: Vec<u8>, encoding: Encoding) -> Result<Vec<u8>> {
    Ok(match encoding {
        Encoding::Utf8 => bytes,
        Encoding::Utf8Lossy => match String::from_utf8_lossy(&bytes) {
            Cow::Borrowed(_) => bytes,
            Cow::Owned(text) => text.into_bytes(),
        },
        Encoding::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into_bytes(),
        Encoding::Utf16 => utf16(&bytes)?.into_bytes(),
    })
}

fn utf16(bytes: &[u8]) -> Result<String> {
    let (bytes, big) = match bytes {
        [0xfe, 0xff, rest @ ..] => (rest, true),
        [0xff, 0xfe, rest @ ..] => (rest, false),
        _ => (bytes, false),
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let unit = |pair: &[u8; 2]| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
    let mut text = String::with_capacity(bytes.len());
    for (place, decoded) in char::decode_utf16(pairs.iter().map(unit)).enumerate() {
        text.push(decoded.map_err(|error| {
            Error::new(ErrorKind::Parse, format!("this is not UTF-16: {error}"))
                .hint(format!("after {place} characters"))
        })?);
    }
    match rest {
        [] => Ok(text),
        _ => Err(Error::new(ErrorKind::Parse, "this is not UTF-16: an odd number of bytes")),
    }
}

/// The text without comments: what follows the comment character outside quotes, to the end of the line, and lines that
/// begin with it. The lines to skip before the header are kept as they are.
fn uncommented(text: &[u8], comment: u8, options: &CsvOptions) -> Result<Vec<u8>> {
    let dialect = options.dialect(2)?;
    let mut out = Vec::with_capacity(text.len());
    let mut at = before_header(text, options.skip_rows);
    let mut state = State::Outside;
    out.extend_from_slice(&text[..at]);
    while at < text.len() {
        let end = line_end(text, at);
        let (line, next) = (&text[at..end], after_line(text, end));
        let (mut known, mut previous) = (0, b'\n');
        let mut follow = |place: usize| {
            state = Transition::IDENTITY.then(&line[known..place], previous, &dialect).apply(state);
            previous = if place > known { line[place - 1] } else { previous };
            known = place;
            state
        };
        match memchr::memchr_iter(comment, line).find(|&place| follow(place) != State::Inside) {
            Some(0) => {}
            Some(place) => {
                out.extend_from_slice(&line[..place]);
                out.extend_from_slice(&text[end..next]);
                state = State::Outside;
            }
            None => {
                follow(line.len());
                state = Transition::IDENTITY.then(&text[end..next], previous, &dialect).apply(state);
                out.extend_from_slice(&text[at..next]);
            }
        }
        at = next;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        assert_eq!(decoded(b"caf\xe9".to_vec(), Encoding::Latin1).unwrap(), "caf\u{e9}".as_bytes());
        assert_eq!(decoded(b"a\xff".to_vec(), Encoding::Utf8Lossy).unwrap(), "a\u{fffd}".as_bytes());
        let text = "a,\u{1f600}\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(utf16(&little).unwrap(), text);
        assert_eq!(utf16(&[b"\xff\xfe", little.as_slice()].concat()).unwrap(), text);
        assert_eq!(utf16(&[b"\xfe\xff", big.as_slice()].concat()).unwrap(), text);
        assert_eq!(utf16(b"abc").unwrap_err().kind(), ErrorKind::Parse);
        assert_eq!(utf16(b"\x00\xd8a\x00").unwrap_err().kind(), ErrorKind::Parse);
    }

    #[test]
    fn comments_outside_quotes_go() {
        let options = CsvOptions { skip_rows: 1, ..CsvOptions::default() };
        let text = b"# skipped anyway\n# one \"\na,b\n1,\"x\n# y\"\n#2\r\n3,#4\n5\"#6\"\r\n\"7#\"#\"8\n\"9\n#\"#\n#last";
        let wanted = b"# skipped anyway\na,b\n1,\"x\n# y\"\n3,\n5\"\r\n\"7#\"\n\"9\n#\"\n";
        assert_eq!(uncommented(text, b'#', &options).unwrap(), wanted);
    }
}
