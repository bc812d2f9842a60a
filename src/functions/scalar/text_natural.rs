//! `natural_key`: what text is sorted by so that numbers in it stand in their order.

use crate::expr::function::ParamDefault;
use crate::expr::{Expr, Param, Params, ScalarFunction, col};
use crate::functions::scalar::support::example;
use crate::functions::scalar::text_support::{map_texts, text_to_text};
use crate::kernels::letters;

/// A key of the natural order.
pub static NATURAL_KEY: ScalarFunction =
    ScalarFunction::new("natural_key", "strings", &["expr"], text_to_text, |args| {
        let case = args.params().bool("case")?;
        let mut folded = String::new();
        map_texts(args, &mut |_, text, out| {
            if case {
                key(text, out);
            } else {
                folded.clear();
                letters::casefold(text, &mut folded);
                key(&folded, out);
            }
            Ok(true)
        })
    })
    .aliased(&["str.natural_key"])
    .with_params(&[Param {
        name: "case",
        default: Some(ParamDefault::Bool(true)),
        doc: "Whether case matters; else text is taken in its folded form.",
    }])
    .documented(
        "A text to sort by, so that numbers in the text stand in their order: `a2` before `a10`. Numbers are runs of the \
         digits 0 to 9, leading zeros do not count. The key itself means nothing to a reader.",
        || {
            let below = |other: &str| col("x").natural_key(true).lt(crate::expr::lit(other).natural_key(true));
            example(["a2", "a10", "b1"], below("a10"), [true, false, false])
        },
    );

impl Expr {
    /// A text to sort by, so that numbers in the text stand in their order; without `case`, capitals and small letters are
    /// the same.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, SortKey, col};
    /// let files = Frame::builder().column("name", ["part10", "Part9", "part1"]).finish()?;
    /// let order = vec![SortKey::ascending(col("name").natural_key(false))];
    /// let sorted = files.lazy().sort_by(order).collect()?;
    /// assert_eq!(sorted.column("name")?.get(1)?.as_str(), Some("Part9"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn natural_key(self, case: bool) -> Expr {
        Expr::call(&NATURAL_KEY, [self], Params::new().with("case", case))
    }
}

/// Each number as a zero, so that it stands where digits do, the count of its digits as letters whose order is that of
/// the count, and the digits.
fn key(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[..end].trim_start_matches('0');
        out.push('0');
        let letter = |code: usize| char::from_u32(code as u32).unwrap_or(char::MAX);
        if digits.len() >= 1 << 12 {
            out.push(letter(0x2000 + (digits.len() >> 12)));
        }
        out.push(letter(0x100 + (digits.len() & 0xfff)));
        out.push_str(digits);
        rest = &rest[end..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let mut out = String::new();
        key(text, &mut out);
        out
    }

    #[test]
    fn numbers_stand_in_their_order() {
        let long = "9".repeat(5000);
        let longer = format!("1{}", "0".repeat(5000));
        let sorted = [
            "", " 7", "!", "0", "1", "2b", "2b1", "10", "10a", "010b", &long, &longer, "A1", "a", "a-1",
            "a0", "a1", "a1.2", "a1.10", "a2", "a10", "a10b2", "a10b10", "ab", "é1", "é12",
        ];
        for pair in sorted.windows(2) {
            assert!(of(pair[0]) < of(pair[1]), "{:?} {:?}", pair[0], pair[1]);
        }
        assert_eq!(of("a007"), of("a7"));
    }
}
