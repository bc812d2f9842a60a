//! Lines at the end of a file that are no records.

use crate::error::Result;
use crate::io::csv::options::CsvOptions;
use crate::io::csv::rewrite::{after_line, before_header, line_end};
use crate::io::csv::split::{State, Transition};
use std::collections::VecDeque;

/// Where the last lines of a text begin, as many as the options say, empty ones among them; the header is not. A line break
/// in quotes ends no line.
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
        let end = line_end(text, at);
        let next = after_line(text, end);
        if state != State::Inside {
            if header {
                header = at == end;
            } else {
                starts.push_back(at);
                if starts.len() > most {
                    starts.pop_front();
                }
            }
        }
        state = Transition::IDENTITY.then(&text[at..next], b'\n', &dialect).apply(state);
        at = next;
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
        let text = "\"skipped\n\r\na,b\n1,2\r\n3,\"4\n5\"\r\n\r\nTotal \"x\"\n\n";
        assert_eq!(rest(text, 1), "\"skipped\n\r\na,b\n1,2\r\n3,\"4\n5\"\r\n\r\nTotal \"x\"\n");
        assert_eq!(rest(text, 2), "\"skipped\n\r\na,b\n1,2\r\n3,\"4\n5\"\r\n\r\n");
        assert_eq!(rest(text, 3), "\"skipped\n\r\na,b\n1,2\r\n3,\"4\n5\"\r\n");
        assert_eq!(rest(text, 4), "\"skipped\n\r\na,b\n1,2\r\n");
        assert_eq!(rest(text, 9), "\"skipped\n\r\na,b\n");
        assert_eq!(rest("x\na", 1), "x\na");
    }
}
