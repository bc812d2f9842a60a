//! Intervals as text.

/// Years, months, days and a clock, as SQL writes them: `1 year 2 months -3 days 04:05:06.5`; parts that are 0 are left out.
pub fn text(months: i32, days: i32, nanoseconds: i64) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (count, unit) in [(months / 12, "year"), (months % 12, "month"), (days, "day")] {
        match count {
            0 => {}
            1 | -1 => parts.push(format!("{count} {unit}")),
            count => parts.push(format!("{count} {unit}s")),
        }
    }
    if nanoseconds != 0 || parts.is_empty() {
        let sign = if nanoseconds < 0 { "-" } else { "" };
        let (seconds, rest) =
            (nanoseconds.unsigned_abs() / 1_000_000_000, nanoseconds.unsigned_abs() % 1_000_000_000);
        let fraction = match rest {
            0 => String::new(),
            rest => format!(".{rest:09}").trim_end_matches('0').to_owned(),
        };
        let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
        parts.push(format!("{sign}{clock}{fraction}"));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn parts_are_written_as_sql_does() {
        assert_eq!(text(0, 0, 0), "00:00:00");
        assert_eq!(text(14, -3, 1_500_000_000), "1 year 2 months -3 days 00:00:01.5");
        assert_eq!(text(-1, 1, -90_000_000_000_001), "-1 month 1 day -25:00:00.000000001");
        assert_eq!(text(i32::MIN, i32::MIN, 0), "-178956970 years -8 months -2147483648 days");
        assert!(text(0, 0, i64::MIN).starts_with("-2562047:47:16.854775808"));
    }
}
