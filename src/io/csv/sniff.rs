//! Guesses the delimiter from the first records.

use crate::error::Result;
use crate::io::csv::options::CsvOptions;
use crate::io::csv::records::{Index, Run, Stop};
use crate::io::csv::rewrite::{after_line, before_header, line_end};

/// What may stand between fields, the likeliest first.
const CANDIDATES: [char; 4] = [',', ';', '\t', '|'];
/// Records looked at.
const RECORDS: usize = 200;
/// Bytes looked at.
pub const BYTES: usize = 64 << 10;

/// The character that cuts most of the first records into the same number of fields, several at least; among those, the
/// one that gives most fields. A comma if none does. `last`: the file ends with the bytes.
///
/// # Errors
/// `InvalidArgument` for options that cannot work.
pub fn delimiter(text: &[u8], options: &CsvOptions, last: bool) -> Result<char> {
    let mut best = (0, 0, CANDIDATES[0]);
    for candidate in CANDIDATES {
        if candidate == options.decimal || options.quote == Some(candidate) {
            continue;
        }
        let counts = counts(text, &CsvOptions { delimiter: candidate, ..options.clone() }, last)?;
        let usual = |fields: usize| counts.iter().filter(|&&count| count == fields).count();
        let found = counts.iter().copied().filter(|&fields| fields > 1).map(|fields| (usual(fields), fields));
        if let Some((records, fields)) = found.max()
            && (records, fields) > (best.0, best.1)
        {
            best = (records, fields, candidate);
        }
    }
    Ok(best.2)
}

/// The numbers of fields of the first records.
fn counts(text: &[u8], options: &CsvOptions, last: bool) -> Result<Vec<usize>> {
    let dialect = options.dialect(2)?;
    let mut at = before_header(text, options.skip_rows);
    let mut counts = Vec::new();
    let mut index = Index::default();
    while at < text.len() && counts.len() < RECORDS {
        if options.comment.is_some_and(|comment| char::from(text[at]) == comment) {
            at = after_line(text, line_end(text, at));
            continue;
        }
        match index.fill(Run::all(&text[at..], last), None, &dialect) {
            Ok(Stop::Full(next) | Stop::Limit(next)) => at += next,
            Ok(Stop::End) if index.records() > 0 => at = text.len(),
            _ => break,
        }
        counts.push(index.fields());
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_that_fits_most_records() {
        let guess = |text: &str| delimiter(text.as_bytes(), &CsvOptions::default(), true).unwrap();
        assert_eq!(guess("a,b\n1,2\n"), ',');
        assert_eq!(guess("a;b\n1,5;2,5\n3,5;4,5\n"), ';');
        assert_eq!(guess("a\tb c\n1\t\"x,y;z\n,,\"\n"), '\t');
        assert_eq!(guess("a|b|c\n1|2|3,4\nsum|3"), '|');
        assert_eq!(guess("alone\n1\n2\n"), ',');
        assert_eq!(guess(""), ',');
        assert_eq!(guess("a;b;c\n\"1\n;2\";\"x;;\";3"), ';');
        let german = CsvOptions { decimal: ',', ..CsvOptions::default() };
        assert_eq!(delimiter(b"1,5;2,5\n3,5;4,5\n", &german, true).unwrap(), ';');
        let commented = CsvOptions { comment: Some('#'), ..CsvOptions::default() };
        assert_eq!(delimiter(b"# a,b,c\n# d,e,f\nx;y\n", &commented, true).unwrap(), ';');
        let skipped = CsvOptions { skip_rows: 2, ..CsvOptions::default() };
        assert_eq!(delimiter(b"\xef\xbb\xbfa,b\nc,d\nx;y\n1;2", &skipped, true).unwrap(), ';');
    }
}
