//! Lines at the end of a file that are no records.

use crate::error::Result;
use crate::io::csv::options::CsvOptions;
use crate::io::csv::rewrite::before_header;
use crate::io::csv::split::{State, Transition};
use std::collections::VecDeque;

/// Where the last lines of a text begin, as many as the options say; the header is not among them. A line break in
/// quotes ends no line, and an empty line is none.
///
/// # Errors
/// `InvalidArgument` for characters that cannot work.
pub fn before_footer(text: &[u8], options: &CsvOptions) -> Result<usize> {
    let dialect = options.dialect(2)?;
    let most = usize::try_from(options.skip_footer).unwrap_or(usize::MAX);
    let mut starts = VecDeque::new();
    let mut header = options.has_header;
    let (mut at, mut state) = (before_header(text, options.skip_rows), State::Outside);
    while at < text.len() {
        let end = memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |found| at + found + 1);
        let line = &text[at..end];
        if state != State::Inside && !matches!(line[0], b'\n' | b'\r') && !std::mem::take(&mut header) {
            starts.push_back(at);
            if starts.len() > most {
                starts.pop_front();
            }
        }
        state = Transition::IDENTITY.then(line, b'\n', &dialect).apply(state);
        at = end;
    }
    Ok(starts.front().copied().unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_go_but_not_the_header() {
        let rest = |text: &'static str, skip_footer: u64| {
            let options = CsvOptions { skip_footer, skip_rows: 1, ..CsvOptions::default() };
            &text[..before_footer(text.as_bytes(), &options).unwrap()]
        };
        let text = "\"skipped\na,b\n1,2\r\n3,\"4\n5\"\n\nTotal \"x\"\n\n";
        assert_eq!(rest(text, 1), "\"skipped\na,b\n1,2\r\n3,\"4\n5\"\n\n");
        assert_eq!(rest(text, 2), "\"skipped\na,b\n1,2\r\n");
        assert_eq!(rest(text, 9), "\"skipped\na,b\n");
        assert_eq!(rest("x\na", 1), "x\na");
    }
}
