//! Dates and times written in a form of the user's, in the codes of strftime.

use crate::error::{Error, Result};
use crate::kernels::civil::DAY;
use crate::kernels::date_layout::Layout;
use crate::kernels::parse::WallTime;
use chrono::format::{Fixed, Item, Numeric, Parsed, StrftimeItems, parse_and_remainder};

/// A form in the codes of strftime. `.%f` is a point and any digits of the second, `%f` elsewhere one to nine of them; `%z` is
/// an offset with or without minutes, or `Z`. A form that has an hour only means its first minute.
#[derive(Debug, Clone)]
pub struct Form {
    items: Vec<Item<'static>>,
    /// Whether texts hold an offset from UTC.
    zoned: bool,
    /// How most texts of the form are read.
    layout: Option<Layout>,
}

impl Form {
    /// The form that the codes mean.
    ///
    /// # Errors
    /// `InvalidArgument` for codes that do not exist, `Unsupported` for the names of zones.
    pub fn new(format: &str) -> Result<Form> {
        let items = StrftimeItems::new(&format.replace(".%f", "%.f")).parse_to_owned();
        let mut items = items.map_err(|_| {
            Error::invalid(format!("{format:?} is no form of dates"))
                .hint("the codes are those of strftime, for example %Y-%m-%d %H:%M:%S")
        })?;
        if items.contains(&Item::Fixed(Fixed::TimezoneName)) {
            // Whoever parsed the name would have to know the zone; passing over it would be another time.
            return Err(Error::unsupported(format!("{format:?}: names of time zones are not read"))
                .hint("%z reads offsets such as +01:00; cut the name off and give the zone"));
        }
        let (layout, zoned) = (Layout::new(&items), items.iter().any(is_offset));
        for item in &mut items {
            if matches!(item, Item::Fixed(Fixed::TimezoneOffset)) {
                *item = StrftimeItems::new("%#z").next().unwrap_or(Item::Error);
            }
        }
        Ok(Form { layout, zoned, items })
    }

    /// Whether texts of this form hold an offset from UTC.
    pub fn is_zoned(&self) -> bool {
        self.zoned
    }

    /// What a clock on the wall shows; `None` for text of another form. A form without a time of day means midnight.
    pub fn wall_time(&self, text: &str) -> Option<WallTime> {
        let quick = self.layout.as_ref().and_then(|layout| layout.read(text));
        quick.or_else(|| self.general(text))
    }

    fn general(&self, text: &str) -> Option<WallTime> {
        let (mut parsed, mut rest) = (Parsed::new(), text);
        for (number, items) in self.items.split(is_fraction).enumerate() {
            if number > 0 {
                rest = fraction(&mut parsed, rest)?;
            }
            rest = parse_and_remainder(&mut parsed, rest, items.iter()).ok()?;
        }
        if !rest.is_empty() {
            return None;
        }
        whole_time(&mut parsed)?;
        let offset = parsed.offset();
        let moment = match parsed.hour_mod_12().is_none() && parsed.timestamp().is_none() {
            true => parsed.to_naive_date().ok()?.and_hms_opt(0, 0, 0)?,
            false => parsed.to_naive_datetime_with_offset(offset.unwrap_or(0)).ok()?,
        };
        let utc = moment.and_utc();
        let nanoseconds = utc.timestamp_subsec_nanos().into();
        Some(WallTime { seconds: utc.timestamp(), nanoseconds, exact: true, offset })
    }

    /// Days since 1970-01-01.
    pub fn date(&self, text: &str) -> Option<i32> {
        i32::try_from(self.wall_time(text)?.seconds.div_euclid(DAY)).ok()
    }
}

/// Whether an item is an offset from UTC.
fn is_offset(item: &Item<'_>) -> bool {
    matches!(
        item,
        Item::Fixed(
            Fixed::TimezoneOffset
                | Fixed::TimezoneOffsetColon
                | Fixed::TimezoneOffsetColonZ
                | Fixed::TimezoneOffsetDoubleColon
                | Fixed::TimezoneOffsetTripleColon
                | Fixed::TimezoneOffsetZ
                | Fixed::RFC2822
                | Fixed::RFC3339
        )
    )
}

/// What a time of day without all its parts stands for, as in Python: an hour for its first minute, an hour of twelve for
/// one of the morning, a minute for one of the first hour.
fn whole_time(parsed: &mut Parsed) -> Option<()> {
    if parsed.hour_mod_12().is_some() {
        if parsed.hour_div_12().is_none() {
            parsed.set_ampm(false).ok()?;
        }
        if parsed.minute().is_none() {
            parsed.set_minute(0).ok()?;
        }
    } else if parsed.minute().is_some() || parsed.second().is_some() {
        parsed.set_hour(0).ok()?;
        parsed.set_minute(parsed.minute().unwrap_or(0).into()).ok()?;
    }
    Some(())
}

/// Whether an item is `%f` without a point.
fn is_fraction(item: &Item<'_>) -> bool {
    matches!(item, Item::Numeric(Numeric::Nanosecond, _))
}

/// Takes the digits of a part of a second from the start of a text: `5` and `500000` are half of one.
fn fraction<'a>(parsed: &mut Parsed, text: &'a str) -> Option<&'a str> {
    let digits = text.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(digits);
    let value = digits.parse::<i64>().ok()? * 10i64.pow(9 - digits.len() as u32);
    parsed.set_nanosecond(value).ok()?;
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read() {
        let at = |format: &str, text: &str| {
            let wall = Form::new(format).unwrap().wall_time(text)?;
            Some((wall.seconds, wall.nanoseconds, wall.offset))
        };
        assert_eq!(at("%d/%m/%Y", "02/01/1970"), Some((DAY, 0, None)));
        assert_eq!(at("%d/%m/%Y", "32/01/1970"), None);
        assert_eq!(at("%d/%m/%Y", "02/01/1970 "), None);
        assert_eq!(at("%Y%m%d %I:%M %p", "19700101 01:00 PM"), Some((46_800, 0, None)));
        assert_eq!(at("%Y-%m-%d %H:%M:%S.%f", "1970-01-01 00:00:01.5"), Some((1, 500_000_000, None)));
        for (format, text) in [
            ("%Y%m%d%H%M%S%f", "197001010000015"),
            ("%Y%m%d%H%M%S%f", "19700101000001500000"),
            ("%Y%m%d%H%M%S%f", "19700101000001500000000"),
            ("%Y-%m-%d %H:%M:%S,%f", "1970-01-01 00:00:01,500"),
            ("%Y-%m-%d %H:%M:%S:%f %p", "1970-01-01 00:00:01:50 AM"),
            ("%f/%Y-%m-%d %H:%M:%S", "5/1970-01-01 00:00:01"),
        ] {
            assert_eq!(at(format, text), Some((1, 500_000_000, None)), "{format} {text}");
        }
        assert_eq!(at("%Y%m%d%H%M%S%f", "19700101000001000005"), Some((1, 5_000, None)));
        for text in ["19700101000001", "197001010000015000000000", "19700101000001x", "19700101000001 5"] {
            assert_eq!(at("%Y%m%d%H%M%S%f", text), None, "{text}");
        }
        assert_eq!(at("%d.%m.%Y %H:%M %z", "01.01.1970 01:00 +0100"), Some((3_600, 0, Some(3_600))));
        for (text, offset) in [("Z", 0), ("+01", 3_600), ("-0130", -5_400), ("+01:30", 5_400)] {
            let found = at("%Y-%m-%dT%H:%M:%S%z", &format!("1970-01-01T01:00:00{text}"));
            assert_eq!(found, Some((3_600, 0, Some(offset))), "{text}");
        }
        assert_eq!(at("%Y-%m-%dT%H%z", "1970-01-01T05+0100"), Some((18_000, 0, Some(3_600))));
        for (format, text, seconds) in [
            ("%Y-%m-%dT%H", "1970-01-01T05", 18_000),
            ("%Y-%m-%d %H", "1970-1-1 5", 18_000),
            ("%Y-%m-%d %I%p", "1970-01-01 5PM", 61_200),
            ("%Y-%m-%d %I:%M", "1970-01-01 05:30", 19_800),
            ("%Y-%m-%d %M", "1970-01-01 30", 1_800),
        ] {
            assert_eq!(at(format, text), Some((seconds, 0, None)), "{format} {text}");
        }
        assert_eq!(at("%Y-%m-%d %H", "1970-01-01 24"), None);
        assert!(Form::new("%H:%M %z").unwrap().is_zoned() && !Form::new("%H:%M").unwrap().is_zoned());
        assert_eq!(Form::new("%d.%m.%Y").unwrap().date("31.12.1969"), Some(-1));
        assert!(Form::new("%Q").is_err());
        let error = Form::new("%Y-%m-%d %H:%M %Z").unwrap_err().to_string();
        assert!(error.contains("%Z") && error.contains("%z reads offsets"), "{error}");
    }

    #[test]
    fn what_is_read_directly_is_what_is_read_in_general() {
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
            "2024-02-29 13:04:05.5",
            "2024-02-29 13:04:05.123456789",
            "2024-02-29 13:04:05.",
            "2024-02-29 13:04:05.1234567891",
        ];
        let forms =
            ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%Y-%m-%d %H:%M", "%F %T", "%F %T.%f"];
        let mut read = 0;
        for form in forms {
            let form = Form::new(form).unwrap();
            let layout = form.layout.as_ref().unwrap();
            for text in texts {
                let Some(found) = layout.read(text) else { continue };
                let expected = form.general(text).unwrap_or_else(|| panic!("{text:?} has no time"));
                let parts = |wall: &WallTime| (wall.seconds, wall.nanoseconds, wall.offset);
                assert_eq!(parts(&found), parts(&expected), "{text}");
                read += 1;
            }
        }
        assert_eq!(read, 11);
        for form in ["%Y-%m", "%Y-%m-%d %H", "%y-%m-%d", "%Y-%m-%d %Y", "%Y-%m-%d %S", "%Y-%m-%d.%f"] {
            assert!(Form::new(form).unwrap().layout.is_none(), "{form}");
        }
    }
}
