//! Lengths of time as text: `1h30m`, `PT5400S`.

use crate::data::dtype::TimeUnit;
use crate::error::{Error, Result};
use std::fmt::{Result as Written, Write};

/// Writes a length of time as ISO 8601 has it: `PT1.5S`, `-PT90S`, `P0D`.
///
/// # Errors
/// As writing.
pub fn write_iso(count: i64, unit: TimeUnit, out: &mut dyn Write) -> Written {
    let nanoseconds = i128::from(count) * (1_000_000_000 / i128::from(unit.per_second()));
    if nanoseconds == 0 {
        return out.write_str("P0D");
    }
    let (seconds, rest) =
        (nanoseconds.unsigned_abs() / 1_000_000_000, nanoseconds.unsigned_abs() % 1_000_000_000);
    write!(out, "{}PT{seconds}", if count < 0 { "-" } else { "" })?;
    if rest > 0 {
        write!(out, ".{}", format!("{rest:09}").trim_end_matches('0'))?;
    }
    out.write_str("S")
}

/// Nanoseconds of text such as `1h30m`.
///
/// # Errors
/// `InvalidArgument` if the text is no length of time.
pub fn nanoseconds_of(text: &str) -> Result<i128> {
    let wrong = || {
        Error::invalid(format!("{text:?} is no duration"))
            .hint("write numbers and units, for example 1h30m; units are w, d, h, m, s, ms, us and ns")
    };
    let mut total = 0i128;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let count: i64 = if digits == 0 { 1 } else { rest[..digits].parse().map_err(|_| wrong())? };
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit() || c == ' ').unwrap_or(rest.len());
        let each: i128 = match &rest[..letters] {
            "w" | "W" => 604_800_000_000_000,
            "d" | "D" => 86_400_000_000_000,
            "h" | "H" => 3_600_000_000_000,
            "m" | "min" | "T" => 60_000_000_000,
            "s" | "S" => 1_000_000_000,
            "ms" => 1_000_000,
            "us" => 1_000,
            "ns" => 1,
            _ => return Err(wrong()),
        };
        total += i128::from(count) * each;
        rest = rest[letters..].trim_start();
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_length_of_time_has_a_text() {
        let iso = |count, unit| {
            let mut text = String::new();
            write_iso(count, unit, &mut text).unwrap();
            text
        };
        assert_eq!(iso(0, TimeUnit::Second), "P0D");
        assert_eq!(iso(-90_000, TimeUnit::Second), "-PT90000S");
        assert_eq!(iso(1_500, TimeUnit::Millisecond), "PT1.5S");
        assert_eq!(iso(-1, TimeUnit::Microsecond), "-PT0.000001S");
        assert_eq!(iso(i64::MAX, TimeUnit::Second), "PT9223372036854775807S");
        assert_eq!(iso(i64::MIN, TimeUnit::Millisecond), "-PT9223372036854775.808S");
        assert_eq!(iso(i64::MIN, TimeUnit::Nanosecond), "-PT9223372036.854775808S");
    }

    #[test]
    fn lengths_of_time_as_text() {
        assert_eq!(nanoseconds_of("1h30m").unwrap(), 5_400_000_000_000);
        assert_eq!(nanoseconds_of("2d 3ms").unwrap(), 172_800_003_000_000);
        assert_eq!(nanoseconds_of("min").unwrap(), 60_000_000_000);
        for wrong in ["", "3", "h3", "1 h", "3y", "99999999999999999999s"] {
            assert!(nanoseconds_of(wrong).is_err(), "{wrong}");
        }
    }
}
