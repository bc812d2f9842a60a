//! Dates and times written in a form of the user's, in the codes of strftime.

use crate::error::{Error, Result};
use crate::kernels::civil::DAY;
use crate::kernels::parse::WallTime;
use chrono::format::{Fixed, Item, Parsed, StrftimeItems};

/// A form in the codes of strftime. `.%f` is a point and any digits of the second.
#[derive(Debug, Clone)]
pub struct Form {
    items: Vec<Item<'static>>,
}

impl Form {
    /// The form that the codes mean.
    ///
    /// # Errors
    /// `InvalidArgument` for codes that do not exist.
    pub fn new(format: &str) -> Result<Form> {
        let items = StrftimeItems::new(&format.replace(".%f", "%.f")).parse_to_owned();
        items.map(|items| Form { items }).map_err(|_| {
            Error::invalid(format!("{format:?} is no form of dates"))
                .hint("the codes are those of strftime, for example %Y-%m-%d %H:%M:%S")
        })
    }

    /// Whether texts of this form hold an offset from UTC.
    pub fn is_zoned(&self) -> bool {
        let zoned = |item: &Item<'_>| {
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
        };
        self.items.iter().any(zoned)
    }

    /// What a clock on the wall shows; `None` for text of another form. A form without a time of day means midnight.
    pub fn wall_time(&self, text: &str) -> Option<WallTime> {
        let mut parsed = Parsed::new();
        chrono::format::parse(&mut parsed, text, self.items.iter()).ok()?;
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
        assert_eq!(at("%d.%m.%Y %H:%M %z", "01.01.1970 01:00 +0100"), Some((3_600, 0, Some(3_600))));
        assert!(Form::new("%H:%M %z").unwrap().is_zoned() && !Form::new("%H:%M").unwrap().is_zoned());
        assert_eq!(Form::new("%d.%m.%Y").unwrap().date("31.12.1969"), Some(-1));
        assert!(Form::new("%Q").is_err());
    }
}
