//! How deep expressions are: binding and evaluating them goes down level by level, on a stack that has an end. And their
//! texts, which name them in errors and plans, without what is too long to be read.

use crate::error::{Error, Result};
use crate::expr::node::Expr;
use std::fmt::{self, Display, Write};
use std::sync::Arc;

/// The levels that an expression has at most.
pub const DEEPEST: usize = 1000;

/// The bytes that a text has at most.
const LONGEST: usize = 2000;

const REFUSED: &str = "an expression of more than 1000 levels";

/// The number of levels: 1 for a column or a constant.
pub fn depth(expr: &Expr) -> usize {
    let (mut deepest, mut open) = (0, vec![(expr, 1)]);
    while let Some((expr, level)) = open.pop() {
        deepest = deepest.max(level);
        open.extend(expr.children().into_iter().map(|child| (child, level + 1)));
    }
    deepest
}

/// Refuses so many levels if they are too many.
///
/// # Errors
/// `InvalidArgument` beyond [`DEEPEST`].
pub fn within(levels: usize) -> Result<()> {
    match levels <= DEEPEST {
        true => Ok(()),
        false => Err(Error::invalid(REFUSED).hint(
            "make a part of it a column first; for many operands there are sum_horizontal, any_horizontal, all_horizontal and is_in",
        )),
    }
}

/// Whether an error is that of [`within`].
pub(crate) fn is_refusal(error: &Error) -> bool {
    error.message() == REFUSED
}

/// The text of an expression or a constant; what is long is cut off.
pub(crate) fn text(value: &dyn Display) -> Arc<str> {
    let mut short = Short(String::new());
    // The end is reached early where the text is too long.
    if write!(short, "{value}").is_err() {
        short.0.push('…');
    }
    short.0.into()
}

struct Short(String);

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = LONGEST - self.0.len();
        if text.len() <= left {
            self.0.push_str(text);
            return Ok(());
        }
        let end = (0..=left).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.0.push_str(&text[..end]);
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DType, Field, Schema};
    use crate::error::ErrorKind;
    use crate::expr::{bind, col, lit};

    fn chain(levels: usize) -> Expr {
        (1..levels).fold(col("x"), |expr, _| expr + 1)
    }

    #[test]
    fn levels_are_counted() {
        assert_eq!(depth(&col("x")), 1);
        assert_eq!(depth(&(col("x") + (lit(1) * col("y")))), 3);
        assert_eq!(depth(&chain(2000)), 2000);
    }

    #[test]
    fn what_is_too_deep_is_refused() {
        let schema = Schema::new(vec![Field::new("x", DType::Int64)]).unwrap();
        assert!(bind(&chain(40), &schema).is_ok());
        let error = bind(&chain(DEEPEST + 1), &schema).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(is_refusal(&error), "{error}");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(&*text(&(col("x") + 1)), "(x + 1)");
        let long = "é".repeat(LONGEST);
        let cut = text(&long);
        assert!(cut.ends_with('…') && cut.len() <= LONGEST + '…'.len_utf8());
    }
}
