//! Forms of dates and times whose numbers all have a fixed number of digits, read without looking anything up. Text that
//! differs from the form in any way is left to the general reader.

use crate::kernels::civil::{DAY, days_in_month, to_days};
use crate::kernels::parse::WallTime;
use chrono::format::{Fixed, Item, Numeric, Pad};

/// The steps from the start of a text to its end.
#[derive(Debug, Clone)]
pub struct Layout {
    steps: Vec<Step>,
    /// The same of a form in which everything has its place.
    mask: Option<Mask>,
}

/// What may stand at each place of a text.
#[derive(Debug, Clone)]
struct Mask {
    /// Bytes of a text.
    length: usize,
    /// The least byte at each place, beyond the text too: the digit 0, or what is written there.
    least: [u8; WIDTH],
    /// How much greater a byte may be: 9 for a digit.
    above: [u8; WIDTH],
    /// Where the digits of each part begin; of what the form does not have, behind the text.
    places: [usize; PARTS],
}

/// Places of a mask; there are two more than the longest text has.
const WIDTH: usize = 32;

#[derive(Debug, Clone)]
enum Step {
    /// Digits of a part.
    Digits(usize, usize),
    /// A point and up to nine digits of the second, or nothing.
    Fraction,
    /// Text as it is.
    Exactly(Vec<u8>),
}

/// Year, month, day, hour, minute, second.
const PARTS: usize = 6;

impl Layout {
    /// The steps of a form; `None` if it has parts of other kinds, a part twice, or no whole date.
    pub fn new(items: &[Item<'_>]) -> Option<Layout> {
        let (mut steps, mut seen, mut fractions) = (Vec::with_capacity(items.len()), [false; PARTS], 0);
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
                Item::OwnedLiteral(text) | Item::OwnedSpace(text) => {
                    steps.push(Step::Exactly(text.as_bytes().to_vec()));
                    continue;
                }
                Item::Fixed(Fixed::Nanosecond) => {
                    steps.push(Step::Fraction);
                    fractions += 1;
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
        let time = hour == minute && (minute || !second) && (fractions == 0 || fractions == 1 && second);
        (year && month && day && time).then(|| Layout { mask: Mask::new(&steps), steps })
    }

    /// The wall time of a text of exactly this form.
    pub fn read(&self, text: &str) -> Option<WallTime> {
        if let Some(mask) = &self.mask {
            return wall_time(mask.read(text.as_bytes())?, 0);
        }
        let mut rest = text.as_bytes();
        let (mut parts, mut nanoseconds) = ([0u32; PARTS], 0i64);
        for step in &self.steps {
            match step {
                Step::Exactly(text) => rest = rest.strip_prefix(text.as_slice())?,
                Step::Fraction => {
                    let Some(after) = rest.strip_prefix(b".") else { continue };
                    let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
                    if !(1..=9).contains(&digits) {
                        return None;
                    }
                    let (own, after) = after.split_at(digits);
                    let number = own.iter().fold(0, |number, digit| 10 * number + i64::from(digit - b'0'));
                    nanoseconds = number * 10i64.pow(9 - digits as u32);
                    rest = after;
                }
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
        if rest.is_empty() { wall_time(parts, nanoseconds) } else { None }
    }
}

impl Mask {
    /// The mask of these steps; `None` if a place depends on the text, or there are too many.
    fn new(steps: &[Step]) -> Option<Mask> {
        let (mut length, mut least, mut above) = (0, [0; WIDTH], [0; WIDTH]);
        let mut places = [WIDTH - 2; PARTS];
        for step in steps {
            let size = match step {
                Step::Digits(part, digits) => {
                    places[*part] = length;
                    *digits
                }
                Step::Exactly(text) => text.len(),
                Step::Fraction => return None,
            };
            let end = Some(length + size).filter(|end| *end <= WIDTH - 2)?;
            match step {
                Step::Exactly(text) => least[length..end].copy_from_slice(text),
                _ => {
                    least[length..end].fill(b'0');
                    above[length..end].fill(9);
                }
            }
            length = end;
        }
        Some(Mask { length, least, above, places })
    }

    /// The parts of a text.
    #[inline]
    fn read(&self, text: &[u8]) -> Option<[u32; PARTS]> {
        if text.len() != self.length {
            return None;
        }
        let mut digits = self.least;
        digits[..self.length].copy_from_slice(text);
        let mut other = 0;
        for ((digit, least), above) in digits.iter_mut().zip(&self.least).zip(&self.above) {
            *digit = digit.wrapping_sub(*least);
            other |= u8::from(*digit > *above);
        }
        let two = |at: usize| u32::from(digits[at]) * 10 + u32::from(digits[at + 1]);
        let [year, month, day, hour, minute, second] = self.places;
        let year = two(year) * 100 + two(year + 2);
        (other == 0).then(|| [year, two(month), two(day), two(hour), two(minute), two(second)])
    }
}

/// The time that these parts mean, if there is such a one.
#[inline]
fn wall_time([year, month, day, hour, minute, second]: [u32; PARTS], nanoseconds: i64) -> Option<WallTime> {
    let known = (1..=12).contains(&month) && day >= 1 && hour < 24 && minute < 60 && second < 60;
    // Every month has as many days as the least.
    if !known || day > 28 && day > days_in_month(year.into(), month) {
        return None;
    }
    let seconds = to_days(year.into(), month, day) * DAY + i64::from(hour * 3_600 + minute * 60 + second);
    Some(WallTime { seconds, nanoseconds, exact: true, offset: None })
}
