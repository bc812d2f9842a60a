//! Text with escape characters, or with blanks before fields, as the text without them that means the same.

use crate::error::{Error, ErrorKind, Result};
use crate::io::csv::options::{CsvOptions, separator};

/// The text with every field written plainly: quoted where it must be, quotes doubled, nothing escaped, no blanks before
/// it. Comments are left out; the lines to skip before the header are kept as they are.
///
/// # Errors
/// `Parse` for an escape character that nothing follows; `InvalidArgument` for characters that cannot work.
pub fn rewritten(text: &[u8], options: &CsvOptions) -> Result<Vec<u8>> {
    let byte = |what: &str, value: Option<char>| value.map(|value| separator(what, value)).transpose();
    let quote = byte("quote", options.quote)?;
    let mut rewriter = Rewriter {
        text,
        delimiter: separator("delimiter", options.delimiter)?,
        quote,
        written: byte("quote", options.rewritten().quote)?.unwrap_or(b'"'),
        escape: byte("escape", options.escape)?.filter(|escape| Some(*escape) != quote),
        blanks: options.skip_initial_space,
        comment: byte("comment", options.comment)?,
        out: Vec::with_capacity(text.len() + text.len() / 16),
    };
    if rewriter.escape == Some(rewriter.delimiter) {
        return Err(Error::invalid("delimiter and escape are the same character"));
    }
    let mut at = before_header(text, options.skip_rows);
    rewriter.out.extend_from_slice(&text[..at]);
    while at < text.len() {
        if Some(text[at]) == rewriter.comment {
            at = after_line(text, line_end(text, at));
        } else {
            at = rewriter.record(at)?;
        }
    }
    Ok(rewriter.out)
}

/// The byte after the byte order mark and so many lines.
pub fn before_header(text: &[u8], lines: u64) -> usize {
    let mut at = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    for _ in 0..lines {
        at = after_line(text, line_end(text, at));
    }
    at
}

/// Where the line of a byte ends.
pub fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |found| at + found)
}

/// The byte after the line break at `at`.
pub fn after_line(text: &[u8], at: usize) -> usize {
    match (text.get(at), text.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => at + 2,
        (Some(_), _) => at + 1,
        (None, _) => at,
    }
}

struct Rewriter<'a> {
    text: &'a [u8],
    delimiter: u8,
    /// The quote of the text.
    quote: Option<u8>,
    /// The quote of the new text.
    written: u8,
    escape: Option<u8>,
    blanks: bool,
    comment: Option<u8>,
    out: Vec<u8>,
}

impl Rewriter<'_> {
    /// Rewrites the record at a byte; the byte after it.
    fn record(&mut self, mut at: usize) -> Result<usize> {
        let mut value = Vec::new();
        loop {
            at = self.field(at, &mut value)?;
            match self.text.get(at) {
                Some(&byte) if byte == self.delimiter => {
                    self.out.push(byte);
                    at += 1;
                }
                _ => {
                    let end = line_end(self.text, at);
                    let next = after_line(self.text, end);
                    self.out.extend_from_slice(&self.text[end..next]);
                    return Ok(next);
                }
            }
        }
    }

    /// Rewrites the field at a byte; the byte after it.
    fn field(&mut self, mut at: usize, value: &mut Vec<u8>) -> Result<usize> {
        value.clear();
        while self.blanks && self.delimiter != b' ' && self.text.get(at) == Some(&b' ') {
            at += 1;
        }
        let ends = |byte: u8| byte == self.delimiter || byte == b'\n' || byte == b'\r';
        let quoted = self.quote.is_some() && self.text.get(at).copied() == self.quote;
        let mut inside = quoted;
        at += usize::from(quoted);
        while let Some(&byte) = self.text.get(at) {
            if Some(byte) == self.escape {
                let Some(&next) = self.text.get(at + 1) else {
                    return Err(
                        Error::new(ErrorKind::Parse, "nothing follows the escape character").byte(at as u64)
                    );
                };
                value.push(next);
                at += 2;
                continue;
            }
            if inside && Some(byte) == self.quote {
                if self.text.get(at + 1) == Some(&byte) {
                    value.push(byte);
                    at += 2;
                    continue;
                }
                inside = false;
            } else if !inside && (ends(byte) || Some(byte) == self.comment) {
                break;
            } else {
                value.push(byte);
            }
            at += 1;
        }
        let special = |byte: &u8| *byte == self.written || ends(*byte);
        if !quoted && !value.iter().any(special) {
            self.out.extend_from_slice(value);
            return Ok(at);
        }
        self.out.push(self.written);
        for &byte in value.iter() {
            if byte == self.written {
                self.out.push(byte);
            }
            self.out.push(byte);
        }
        // A quote that is never closed stays so.
        if !inside {
            self.out.push(self.written);
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, options: &CsvOptions) -> String {
        String::from_utf8(rewritten(text.as_bytes(), options).unwrap()).unwrap()
    }

    #[test]
    fn escapes_go() {
        let options = CsvOptions { escape: Some('\\'), ..CsvOptions::default() };
        assert_eq!(plain("a,b\n", &options), "a,b\n");
        assert_eq!(plain("\"a\\\"b\",c\r\n", &options), "\"a\"\"b\",c\r\n");
        assert_eq!(plain("a\\,b,c\\\nd\n\\\\,1\\2", &options), "\"a,b\",\"c\nd\"\n\\,12");
        assert_eq!(plain("\\\"a,\"\"\"\"\n", &options), "\"\"\"a\",\"\"\"\"\n");
        assert_eq!(plain("\"a\"b\"c\n", &options), "\"ab\"\"c\"\n");
        assert_eq!(plain("\"never closed\\\"", &options), "\"never closed\"\"");
        let error = rewritten(b"a,b\\", &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parse);
        let unquoted = CsvOptions { quote: None, ..options };
        assert_eq!(plain("\"a,\\,b\n", &unquoted), "\"\"\"a\",\",b\"\n");
    }

    #[test]
    fn blanks_and_comments_go() {
        let options = CsvOptions { skip_initial_space: true, comment: Some('#'), ..CsvOptions::default() };
        assert_eq!(plain("a,  b, \"c\n# d\" \n#x\"\n  e,#f", &options), "a,b,\"c\n# d \"\ne,");
        assert_eq!(plain("a #b,\r\n\"c#\" #\"d\n", &options), "a \r\n\"c# \"\n");
        let skipping = CsvOptions { skip_rows: 1, ..options };
        assert_eq!(plain("  one \"\n a\n", &skipping), "  one \"\na\n");
    }
}
