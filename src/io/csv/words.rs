//! How values are written: words for true and false, the decimal character, groups of digits.

use crate::io::csv::options::CsvOptions;
use crate::io::csv::values;

/// How values are written.
#[derive(Debug, Clone)]
pub struct Words {
    /// Whether dates and timestamps are looked for.
    pub parse_dates: bool,
    trues: Vec<String>,
    falses: Vec<String>,
    decimal: u8,
    thousands: Option<u8>,
    blanks: bool,
}

impl Words {
    /// What the options say.
    pub fn new(options: &CsvOptions) -> Self {
        let byte = |value: char| u8::try_from(value).unwrap_or(b'.');
        Words {
            parse_dates: options.parse_dates,
            trues: options.true_values.clone(),
            falses: options.false_values.clone(),
            decimal: byte(options.decimal),
            thousands: options.thousands.map(byte),
            blanks: options.number_blanks,
        }
    }

    /// Whether numbers are written as in programs.
    pub fn plain_numbers(&self) -> bool {
        self.decimal == b'.' && self.thousands.is_none()
    }

    /// Whether blanks may stand around numbers.
    pub fn blanks(&self) -> bool {
        self.blanks
    }

    /// Whether there are more words for true and false than the usual ones.
    pub fn more_booleans(&self) -> bool {
        !(self.trues.is_empty() && self.falses.is_empty())
    }

    /// A word for true or false.
    pub fn boolean(&self, text: &[u8]) -> Option<bool> {
        let listed = |words: &[String]| words.iter().any(|word| word.as_bytes() == text);
        match values::boolean(text) {
            None if listed(&self.trues) => Some(true),
            None if listed(&self.falses) => Some(false),
            usual => usual,
        }
    }

    /// Reads a number as `parse` does, written as in programs.
    pub fn number<N>(&self, text: &[u8], parse: impl Fn(&[u8]) -> Option<N>) -> Option<N> {
        let text = if self.blanks { text.trim_ascii() } else { text };
        match self.plain_numbers() {
            true => parse(text),
            false => parse(&self.programmed(text)?),
        }
    }

    /// The number as in programs. Groups of digits must have three, but the first.
    fn programmed(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(text.len());
        let whole = text.iter().position(|&byte| byte == self.decimal).unwrap_or(text.len());
        let (mut digits, mut grouped) = (0, false);
        for &byte in &text[..whole] {
            if Some(byte) == self.thousands {
                if digits == 0 || digits > 3 || (grouped && digits != 3) {
                    return None;
                }
                (digits, grouped) = (0, true);
                continue;
            }
            if byte == b'.' {
                return None;
            }
            if byte.is_ascii_digit() {
                digits += 1;
            } else if grouped {
                return None;
            }
            out.push(byte);
        }
        if grouped && digits != 3 {
            return None;
        }
        if let Some(rest) = text.get(whole + 1..) {
            if rest.iter().any(|&byte| byte == b'.' || Some(byte) == self.thousands) {
                return None;
            }
            out.push(b'.');
            out.extend_from_slice(rest);
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::csv::values::ParseNumber;

    #[test]
    fn german_numbers() {
        let options = CsvOptions { decimal: ',', thousands: Some('.'), ..CsvOptions::default() };
        let words = Words::new(&options);
        let real = |text: &str| words.number(text.as_bytes(), f64::parse);
        assert_eq!(real("1.234.567,5"), Some(1_234_567.5));
        assert_eq!(real("-12,25"), Some(-12.25));
        assert_eq!(real("123"), Some(123.0));
        assert_eq!(real("1,5e3"), Some(1500.0));
        for wrong in ["1.5", "1234.567", "1.23", ".123", "1..234", "1,2,3", "1,234.567", "1.234.56"] {
            assert_eq!(real(wrong), None, "{wrong}");
        }
        assert_eq!(words.number(b"1.000", i64::parse), Some(1000));
    }

    #[test]
    fn more_words_for_true() {
        let options = CsvOptions { true_values: vec!["ja".to_owned()], ..CsvOptions::default() };
        let words = Words::new(&options);
        assert_eq!(words.boolean(b"ja"), Some(true));
        assert_eq!(words.boolean(b"False"), Some(false));
        assert_eq!(words.boolean(b"nein"), None);
    }
}
