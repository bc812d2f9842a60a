//! Forms of dates and times whose numbers all have a fixed number of digits, read without looking anything up. Text that
//! differs from the form in any way is left to the general reader.

use crate::kernels::civil::{DAY, days_in_month, to_days};
use crate::kernels::parse::WallTime;
use chrono::format::{Item, Numeric, Pad};

/// The steps from the start of a text to its end.
pub struct Layout(Vec<Step>);

enum Step {
    /// Digits of a part.
    Digits(usize, usize),
    /// Text as it is.
    Exactly(Vec<u8>),
}

/// Year, month, day, hour, minute, second.
const PARTS: usize = 6;

impl Layout {
    /// The steps of a form; `None` if it has parts of other kinds, a part twice, or no whole date.
    pub fn new(items: &[Item<'_>]) -> Option<Layout> {
        let (mut steps, mut seen) = (Vec::with_capacity(items.len()), [false; PARTS]);
        for item in items {
            let (part, digits) = match item {
                Item::Numeric(Numeric::Year, Pad::Zero) => (0, 4),
                Item::Numeric(Numeric::Month, Pad::Zero) => (1, 2),
                Item::Numeric(Numeric::Day, Pad::Zero) => (2, 2),
                Item::Numeric(Numeric::Hour, Pad::Zero) => (3, 2),
                Item::Numeric(Numeric::Minute, Pad::Zero) => (4, 2),
                Item::Numeric(Numeric::Second, Pad::Zero) => (5, 2),
                Item::Literal(text) | Item::Space(text) => {
                    steps.push(Step::Exactly(text.as_bytes().to_vec()));
                    continue;
                }
                _ => return None,
            };
            if std::mem::replace(&mut seen[part], true) {
                return None;
            }
            steps.push(Step::Digits(part, digits));
        }
        let [year, month, day, hour, minute, second] = seen;
        let time = hour == minute && (minute || !second);
        (year && month && day && time).then_some(Layout(steps))
    }

    /// The wall time of a text of exactly this form.
    pub fn read(&self, text: &str) -> Option<WallTime> {
        let mut rest = text.as_bytes();
        let mut parts = [0u32; PARTS];
        for step in &self.0 {
            match step {
                Step::Exactly(text) => rest = rest.strip_prefix(text.as_slice())?,
                Step::Digits(part, digits) => {
                    let (own, after) = rest.split_at_checked(*digits)?;
                    let mut number = 0;
                    for digit in own {
                        let digit = digit.wrapping_sub(b'0');
                        if digit > 9 {
                            return None;
                        }
                        number = 10 * number + u32::from(digit);
                    }
                    parts[*part] = number;
                    rest = after;
                }
            }
        }
        let [year, month, day, hour, minute, second] = parts;
        let known = (1..=12).contains(&month) && day >= 1 && hour < 24 && minute < 60 && second < 60;
        if !rest.is_empty() || !known || day > days_in_month(year.into(), month) {
            return None;
        }
        let seconds = to_days(year.into(), month, day) * DAY + i64::from(hour * 3_600 + minute * 60 + second);
        Some(WallTime { seconds, nanoseconds: 0, exact: true, offset: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::scalar::date_text::general;
    use chrono::format::StrftimeItems;

    #[test]
    fn what_is_read_is_what_the_general_reader_reads() {
        let texts = [
            "2024-02-29 13:04:05",
            "2023-02-29 13:04:05",
            "2024-02-30 00:00:00",
            "0000-12-31 23:59:59",
            "2024-13-01 00:00:00",
            "2024-00-01 00:00:00",
            "2024-01-00 00:00:00",
            "2024-01-01 24:00:00",
            "2024-01-01 23:60:00",
            "2024-01-01 23:59:60",
            "2024-1-1 1:1:1",
            "2024-01-01  00:00:00",
            "2024-01-01 00:00:00 ",
            " 2024-01-01 00:00:00",
            "2024-01-01T00:00:00",
            "+2024-01-01 00:00:00",
            "2024-01-01",
            "2024/01/01",
            "20240101",
            "01.02.2024",
            "",
            "2024-01-01 0a:00:00",
        ];
        let forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%Y-%m-%d %H:%M", "%F %T"];
        let mut read = 0;
        for form in forms {
            let items: Vec<Item<'_>> = StrftimeItems::new(form).collect();
            let layout = Layout::new(&items).unwrap();
            for text in texts {
                let Some(found) = layout.read(text) else { continue };
                let expected = general(text, &items).unwrap();
                assert_eq!(
                    (found.seconds, found.offset),
                    (expected.seconds, expected.offset),
                    "{form} {text}"
                );
                read += 1;
            }
        }
        assert_eq!(read, 7);
        for form in ["%Y-%m", "%Y-%m-%d %H", "%y-%m-%d", "%Y-%m-%d %Y", "%Y-%m-%d %S", "%Y-%m-%d %H:%M:%S%.f"]
        {
            assert!(Layout::new(&StrftimeItems::new(form).collect::<Vec<_>>()).is_none(), "{form}");
        }
    }
}
