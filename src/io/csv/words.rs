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
    /// Whether the type was told, so that what else may stand for its values is read as one.
    told: bool,
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
            told: false,
        }
    }

    /// For columns whose type was told: 1 and 0 are truth values too, and 2.0 is a whole number.
    pub fn told(&self) -> Self {
        Words { told: true, ..self.clone() }
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
            None if self.told && matches!(text, b"0" | b"1") => Some(text == b"1"),
            usual => usual,
        }
    }

    /// Reads a number as `parse` does, written as in programs.
    pub fn number<N>(&self, text: &[u8], parse: impl Fn(&[u8]) -> Option<N>) -> Option<N> {
        let text = if self.blanks { text.trim_ascii() } else { text };
        match self.plain_numbers() {
            true => self.parsed(text, parse),
            false => self.parsed(&self.programmed(text)?, parse),
        }
    }

    fn parsed<N>(&self, text: &[u8], parse: impl Fn(&[u8]) -> Option<N>) -> Option<N> {
        parse(text).or_else(|| if self.told { parse(whole(text)?) } else { None })
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

/// A whole number without the zeros behind its decimal point; none of other texts.
fn whole(text: &[u8]) -> Option<&[u8]> {
    let (number, zeros) = text.split_at(text.iter().position(|&byte| byte == b'.')?);
    let digits = number.strip_prefix(b"-").or(number.strip_prefix(b"+")).unwrap_or(number);
    let is_whole = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    (is_whole && zeros[1..].iter().all(|&byte| byte == b'0')).then_some(number)
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
    fn what_is_told_may_be_written_otherwise() {
        let words = Words::new(&CsvOptions::default());
        let told = words.told();
        for (text, number) in
            [("2.0", Some(2)), ("-3.", Some(-3)), ("2.5", None), (".0", None), ("x.0", None)]
        {
            assert_eq!(told.number(text.as_bytes(), i64::parse), number, "{text}");
            assert_eq!(words.number(text.as_bytes(), i64::parse), None);
        }
        assert_eq!([b"1", b"0", b"2"].map(|text| told.boolean(text)), [Some(true), Some(false), None]);
        assert_eq!(words.boolean(b"1"), None);
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
