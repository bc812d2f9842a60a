//! The fast ways against the standard library: equal wherever they answer, and they answer wherever they should.

use super::{Days, float, integer};
use proptest::prelude::{any, prop_assert_eq, proptest};

fn padded(text: &str) -> (Vec<u8>, usize, usize) {
    let bytes = [b"7.-3,9\n,5,6.2\"71", text.as_bytes(), b"7.-3,9\n,5,6.2\"71"].concat();
    (bytes, 16, 16 + text.len())
}

fn int(text: &str) -> Option<i64> {
    let (bytes, start, end) = padded(text);
    integer(&bytes, start, end)
}

fn real(text: &str) -> Option<f64> {
    let (bytes, start, end) = padded(text);
    float(&bytes, start, end)
}

#[test]
fn integers_of_every_length() {
    for digits in 1..=16usize {
        for sign in ["", "-"] {
            for text in ["9876543210123456", "0000000000000001", "9999999999999999"] {
                let text = format!("{sign}{}", &text[..digits]);
                assert_eq!(int(&text), text.parse().ok(), "{text}");
            }
        }
    }
    for wrong in
        ["", "-", "+", "--1", "1-", "1.5", "1e3", " 1", "1 ", "12345678x", "x12345678", "1\u{3a}", "/1"]
    {
        assert_eq!(int(wrong), None, "{wrong:?}");
    }
}

#[test]
fn floats_with_a_point_at_every_place() {
    for digits in 1..=16usize {
        for place in usize::from(digits == 16)..=digits {
            for text in ["9007199254740991", "1234567890123456", "0000000000000001", "5999999999999999"] {
                let text = format!("-{}.{}", &text[..place], &text[place..digits]);
                let wanted: f64 = text.parse().unwrap();
                assert_eq!(real(&text).map(f64::to_bits), Some(wanted.to_bits()), "{text}");
            }
        }
    }
    for wrong in [
        "",
        ".",
        "-",
        "-.",
        "1.2.3",
        "..",
        "1,5",
        "1e5",
        "nan",
        "12345678.1234.67",
        "1234567.12345678x",
        "x.1",
    ] {
        assert_eq!(real(wrong), None, "{wrong:?}");
    }
    assert_eq!(real("9007199254740993"), Some(9_007_199_254_740_992.0));
}

#[test]
fn floats_of_up_to_nineteen_digits() {
    for digits in 9..=19usize {
        for place in 0..=digits.min(7) {
            for text in
                ["9999999999999999999", "1234567890123456789", "0000000000000000001", "9007199254740993000"]
            {
                let text = format!("{}.{}", &text[..place], &text[place..digits]);
                let wanted: f64 = text.parse().unwrap();
                assert_eq!(real(&text).map(f64::to_bits), Some(wanted.to_bits()), "{text}");
                for at in (0..text.len()).filter(|&at| at != place) {
                    for other in ["x", ".", "-", "e", ":", "/"] {
                        let mut wrong = text.clone();
                        wrong.replace_range(at..at + 1, other);
                        let fine = other == "-" && at == 0 || wrong.parse::<f64>().is_err() || other == "e";
                        assert!(fine, "{wrong}");
                        if other != "-" || at > 0 {
                            assert_eq!(real(&wrong), None, "{wrong}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn dates_and_moments() {
    let mut days = Days::default();
    let mut at = |text: &str| {
        let (bytes, start, end) = padded(text);
        days.instant(&bytes, start, end).map(|found| (found.seconds, found.nanos, found.zoned))
    };
    assert_eq!(at("1970-01-01T00:00:00"), Some((0, 0, false)));
    assert_eq!(at("1970-01-02 01:02:03Z"), Some((86_400 + 3723, 0, true)));
    assert_eq!(at("1969-12-31T23:59:59.25"), Some((-1, 250_000_000, false)));
    assert_eq!(at("2024-02-29T23:59:59.123456789Z"), Some((1_709_251_199, 123_456_789, true)));
    for wrong in [
        "",
        "1970-01-01",
        "1970-01-01T00:00",
        "1970-01-01T24:00:00",
        "1970-01-01T00:60:00",
        "1970-02-29T00:00:00",
        "1970-01-01T00:00:00+01:00",
        "1970-01-01T00:00:00.",
        "1970-01-01T00:00:00.1234567890",
        "1970-01-01T00:00:00z",
        "1970/01/01T00:00:00",
        "1970-01-01T00-00-00",
    ] {
        assert_eq!(at(wrong), None, "{wrong:?}");
    }
}

#[test]
fn every_day_of_eight_centuries() {
    let mut days = Days::default();
    let start = chrono::NaiveDate::from_ymd_opt(1600, 1, 1).unwrap();
    let epoch = chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
    for day in start.iter_days().take(292_194) {
        let wanted = day.signed_duration_since(epoch).num_days() as i32;
        let (bytes, start, _) = padded(&day.to_string());
        assert_eq!(days.date(&bytes, start), Some(wanted), "{day}");
    }
}

proptest! {
    #[test]
    fn where_they_answer_they_are_right(text in "[-+]?[0-9]{0,17}[.]?[0-9]{0,19}[e]?", bits in any::<u64>()) {
        if let Some(value) = int(&text) {
            prop_assert_eq!(Some(value), text.parse().ok());
        }
        for text in [text, f64::from_bits(bits).to_string(), (bits as f64 / 1e5).to_string()] {
            if let Some(value) = real(&text) {
                prop_assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{}", text);
            }
        }
    }
}
