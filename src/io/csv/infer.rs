//! Types from a sample: what every value of a column could be read as, joined over all values seen.

use crate::data::{DType, TimeUnit};
use crate::io::csv::values::{self, ParseNumber};
use crate::io::csv::words::Words;
use crate::io::dictionary::Distinct;
use crate::kernels::digits::{self, Days};
use std::sync::Arc;

/// What the values of one column have been so far. Guesses of several files are joined with [`Guess::join`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Guess(u16);

impl Guess {
    const BOOL: u16 = 1;
    const INT: u16 = 1 << 1;
    const NEGATIVE: u16 = 1 << 2;
    /// An integer only `uint64` holds.
    const BIG: u16 = 1 << 3;
    /// Digits that no integer type holds.
    const HUGE: u16 = 1 << 4;
    const FLOAT: u16 = 1 << 5;
    const DATE: u16 = 1 << 6;
    const NAIVE: u16 = 1 << 7;
    const ZONED: u16 = 1 << 8;
    const NANO: u16 = 1 << 9;
    const TEXT: u16 = 1 << 10;

    /// Takes a field of padded bytes into account, if it is a short whole number.
    #[inline]
    pub fn see_simple(&mut self, bytes: &[u8], start: usize, end: usize) -> bool {
        let Some(value) = digits::integer(bytes, start, end) else { return false };
        self.0 |= if value < 0 { Guess::INT | Guess::NEGATIVE } else { Guess::INT };
        true
    }

    /// Takes a field of padded bytes into account, if it is a number with a point and of not too many digits.
    #[inline]
    pub fn see_float(&mut self, bytes: &[u8], start: usize, end: usize) -> bool {
        let float = digits::float(bytes, start, end).is_some() && bytes[start..end].contains(&b'.');
        if float {
            self.0 |= Guess::FLOAT;
        }
        float
    }

    /// Takes a field of padded bytes into account, if it is a date or a point in time in the usual form.
    #[inline]
    pub fn see_moment(&mut self, days: &mut Days, bytes: &[u8], start: usize, end: usize) -> bool {
        let found = match end - start {
            10 => days.date(bytes, start).map(|_| Guess::DATE),
            _ => days.instant(bytes, start, end).map(|instant| {
                let unit = if instant.nanos % 1000 == 0 { 0 } else { Guess::NANO };
                unit | if instant.zoned { Guess::ZONED } else { Guess::NAIVE }
            }),
        };
        self.0 |= found.unwrap_or(0);
        found.is_some()
    }

    /// Whether no value has been seen.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it can change no more.
    pub fn is_settled(self) -> bool {
        self.0 & Guess::TEXT != 0
    }

    /// Takes one value into account.
    #[inline]
    pub fn see(&mut self, text: &str, words: &Words) {
        if self.0 & Guess::TEXT == 0 {
            self.0 |= Guess::of(text.as_bytes(), words);
        }
    }

    fn of(text: &[u8], words: &Words) -> u16 {
        let Some(first) = text.first() else { return Guess::TEXT };
        let blank = words.blanks() && first.is_ascii_whitespace();
        let usual = blank || first.is_ascii_alphanumeric() || b"+-.".contains(first);
        if words.more_booleans() && words.boolean(text).is_some() {
            return Guess::BOOL;
        }
        if !usual && words.plain_numbers() {
            return Guess::TEXT;
        }
        if let Some(value) = words.number(text, i64::parse) {
            return Guess::INT | if value < 0 { Guess::NEGATIVE } else { 0 };
        }
        if words.number(text, u64::parse).is_some() {
            return Guess::INT | Guess::BIG;
        }
        if values::boolean(text).is_some() {
            return Guess::BOOL;
        }
        let parse_dates = words.parse_dates;
        if parse_dates && values::date(text).is_some() {
            return Guess::DATE;
        }
        if parse_dates && let Some(moment) = values::moment(text) {
            let unit = if moment.in_unit(TimeUnit::Microsecond).is_none() { Guess::NANO } else { 0 };
            return unit | if moment.offset.is_some() { Guess::ZONED } else { Guess::NAIVE };
        }
        let whole =
            |text: &[u8]| text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'));
        if let Some(whole) = words.number(text, |text| f64::parse(text).map(|_| whole(text))) {
            return if whole { Guess::HUGE } else { Guess::FLOAT };
        }
        Guess::TEXT
    }

    /// What the values of both have been.
    pub fn join(self, other: Guess) -> Guess {
        Guess(self.0 | other.0)
    }

    /// The type that holds all values; text if nothing else does, or if there was no value.
    pub fn dtype(self) -> DType {
        let only = |flags: u16| self.0 & !flags == 0;
        let has = |flags: u16| self.0 & flags != 0;
        let whole = Guess::INT | Guess::NEGATIVE | Guess::BIG | Guess::HUGE;
        let unit = if has(Guess::NANO) { TimeUnit::Nanosecond } else { TimeUnit::Microsecond };
        match self.0 {
            0 => DType::String,
            Guess::BOOL => DType::Bool,
            Guess::DATE => DType::Date,
            _ if only(Guess::INT | Guess::NEGATIVE) => DType::Int64,
            _ if only(Guess::INT | Guess::BIG) => DType::UInt64,
            _ if only(whole | Guess::FLOAT) && has(Guess::FLOAT) => DType::Float64,
            _ if only(Guess::DATE | Guess::NAIVE | Guess::NANO) => DType::Timestamp(unit, None),
            _ if only(Guess::ZONED | Guess::NANO) => DType::Timestamp(unit, Some(Arc::from("UTC"))),
            _ => DType::String,
        }
    }

    /// The type to advise when a value turned up that is not of `dtype`.
    pub fn advice(dtype: &DType, value: &str, words: &Words) -> DType {
        let seen = match dtype {
            DType::Bool => Guess::BOOL,
            DType::Float64 => Guess::FLOAT,
            DType::Date => Guess::DATE,
            DType::Timestamp(_, None) => Guess::NAIVE,
            DType::Timestamp(_, Some(_)) => Guess::ZONED,
            whole if whole.is_integer() => Guess::INT,
            _ => Guess::TEXT,
        };
        Guess(seen | Guess::of(value.as_bytes(), words)).dtype()
    }
}

/// Counts distinct values of a text column in the sample.
#[derive(Default)]
pub struct Repeats {
    distinct: Distinct,
    counts: Vec<u32>,
    values: u64,
    /// Values hardly repeat: there is no use in counting on.
    unlike: bool,
}

/// Fewer values say nothing of how many repeat.
const LEAST_VALUES: u64 = 128;

impl Repeats {
    /// Judges by a few values from all over a sample, of which each stands for `SPREAD` others: if hardly any of them
    /// repeats, so few of all will that codes do not pay (those that just do repeat in seven of a hundred here).
    pub fn give_up(&mut self, few: &Repeats) {
        self.unlike |= few.values >= LEAST_VALUES && few.counts.len() as u64 * 50 > few.values * 49;
    }

    /// Whether there is no use in counting on.
    pub fn is_given_up(&self) -> bool {
        self.unlike
    }

    /// Takes one value into account.
    pub fn see(&mut self, text: &str) {
        self.values += 1;
        let place = self.distinct.code(text, 0) as usize;
        match self.counts.get_mut(place) {
            Some(count) => *count += 1,
            None => self.counts.push(1),
        }
    }

    /// The distinct values in the order first seen, if codes will pay: values repeat, and the chance that the next
    /// one is new (the share of those seen once, after Good and Turing) is small. `whole`: there is no next one.
    pub fn dictionary(self, whole: bool) -> Option<Vec<String>> {
        let distinct = self.counts.len() as u64;
        let once = self.counts.iter().filter(|&&count| count == 1).count() as u64;
        let pays = !self.unlike
            && distinct > 0
            && distinct * 2 <= self.values
            && (whole || once * 10 <= self.values);
        pays.then(|| (0..self.counts.len()).map(|place| self.distinct.get(place).to_owned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::csv::options::CsvOptions;

    fn dtype(values: &[&str]) -> String {
        let mut guess = Guess::default();
        let words = Words::new(&CsvOptions::default());
        values.iter().for_each(|value| guess.see(value, &words));
        guess.dtype().to_string()
    }

    #[test]
    fn types_are_joined() {
        assert_eq!(dtype(&[]), "string");
        assert_eq!(dtype(&["true", "False"]), "bool");
        assert_eq!(dtype(&["1", "-2"]), "int64");
        assert_eq!(dtype(&["1", "2.5"]), "float64");
        assert_eq!(dtype(&["NaN", "3"]), "float64");
        assert_eq!(dtype(&["18446744073709551615", "0"]), "uint64");
        assert_eq!(dtype(&["18446744073709551615", "-1"]), "string");
        assert_eq!(dtype(&["123456789012345678901234567890"]), "string");
        assert_eq!(dtype(&["123456789012345678901234567890", "0.5"]), "float64");
        assert_eq!(dtype(&["2013-01-01"]), "date");
        assert_eq!(dtype(&["2013-01-01", "2013-01-01T00:00:00"]), "timestamp[us]");
        assert_eq!(dtype(&["2013-01-01T00:00:00.123456789"]), "timestamp[ns]");
        assert_eq!(dtype(&["2013-01-01T00:00:00Z", "2013-01-01 00:00:00+02:00"]), "timestamp[us, UTC]");
        assert_eq!(dtype(&["2013-01-01T00:00:00Z", "2013-01-01T00:00:00"]), "string");
        assert_eq!(dtype(&["1", "true"]), "string");
        assert_eq!(dtype(&["1", "x"]), "string");
        assert_eq!(dtype(&["1", ""]), "string");
        assert_eq!(dtype(&["1", " 2"]), "string");
    }

    #[test]
    fn blanks_stand_around_numbers_on_request() {
        let words = Words::new(&CsvOptions { number_blanks: true, ..CsvOptions::default() });
        let dtype = |values: &[&str]| {
            let mut guess = Guess::default();
            values.iter().for_each(|value| guess.see(value, &words));
            guess.dtype().to_string()
        };
        assert_eq!(dtype(&[" 1", "-2 ", "\t+3  "]), "int64");
        assert_eq!(dtype(&[" 1.5", "2", " nan "]), "float64");
        for text in [" ", "1 2", " true", " 2013-01-01", " x"] {
            assert_eq!(dtype(&["1", text]), "string", "{text}");
        }
    }

    #[test]
    fn the_quick_way_sees_what_the_other_sees() {
        let words = Words::new(&CsvOptions::default());
        let texts = [
            "2013-01-01",
            "2013-02-30",
            "2013-01-01 00:00:00",
            "2013-01-01T23:59:59.123456",
            "2013-01-01T23:59:59.1234567Z",
            "2013-01-01T23:59:59.123456700Z",
            "2013-01-01T23:59:60",
            "2013-01-01X00:00:00",
            "9999-12-31 23:59:59.999999999",
            "0000-01-01 00:00:00Z",
            "2013-01-01 00:00:00+01:00",
            "2013-01-01 00:00",
            "2013-01-011",
            "12345678901234567890",
        ];
        let mut days = Days::default();
        for text in texts {
            let padded = [&[b','; 16], text.as_bytes(), &[b','; 16]].concat();
            let (mut quick, mut slow) = (Guess::default(), Guess::default());
            slow.see(text, &words);
            if quick.see_moment(&mut days, &padded, 16, 16 + text.len()) {
                assert_eq!(quick, slow, "{text}");
            } else {
                assert!(quick.is_empty());
            }
        }
    }

    #[test]
    fn counting_ends_where_few_values_repeat() {
        let judged = |texts: usize| {
            let mut few = Repeats::default();
            (0..1000).for_each(|i| few.see(&format!("{}", i * 7919 % texts)));
            let mut all = Repeats::default();
            all.give_up(&few);
            all.see("a");
            all.see("a");
            (all.is_given_up(), all.dictionary(true).is_some())
        };
        assert_eq!(judged(1000), (true, false));
        assert_eq!(judged(930), (false, true));
        assert_eq!(judged(10), (false, true));
        let mut all = Repeats::default();
        let mut few = Repeats::default();
        (0..100).for_each(|i| few.see(&format!("{i}")));
        all.give_up(&few);
        assert!(!all.is_given_up());
    }

    #[test]
    fn codes_pay_where_values_repeat() {
        let dictionary = |values: Vec<String>, whole| {
            let mut repeats = Repeats::default();
            values.iter().for_each(|value| repeats.see(value));
            repeats.dictionary(whole).map(|texts| texts.len())
        };
        assert_eq!(dictionary((0..100).map(|i| format!("{}", i % 7)).collect(), false), Some(7));
        assert_eq!(dictionary((0..100).map(|i| format!("{i}")).collect(), false), None);
        assert_eq!(
            dictionary(vec!["a".to_owned(), "b".to_owned(), "a".to_owned(), "b".to_owned()], true),
            Some(2)
        );
    }
}
