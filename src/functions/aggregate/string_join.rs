//! `string_join`: the text of a group's rows in one.

use crate::data::{DType, strings};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, Param, Params, Signature, col};
use crate::functions::aggregate::picked::{How, Pick, Picked};
use arrow::array::{ArrayRef, StringViewBuilder};
use std::borrow::Cow;
use std::sync::Arc;

/// Text joined.
pub static STRING_JOIN: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("string_join"),
    aliases: &["string_agg", "group_concat"],
    doc: "The values as text, one after the other in the order of the rows; null if there is none.\n\nNulls are \
          skipped. Numbers, dates and times are converted to text.",
    args: &["expr"],
    params: &[Param {
        name: "separator",
        default: Some(ParamDefault::Str(",")),
        doc: "What stands between two.",
    }],
    signature: |types, params| {
        params.str("separator")?;
        if types[0].is_nested() || types[0] == DType::Binary {
            return Err(Error::type_mismatch(format!("no string_join of {}", types[0])));
        }
        Ok(Signature::new([DType::String], DType::String))
    },
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, params| {
        let separator = params.str("separator")?.into();
        let how = How { pick: Pick::All, ignore_nulls: true, separator, finish: join };
        Ok(Picked::boxed(&types[0], how))
    },
    example: Some(|| Example {
        input: vec![("x", [Some("a"), None, Some("b"), Some("a")].into_iter().collect())],
        expr: col("x").string_join("-"),
        output: ["a-b-a"].into_iter().collect(),
    }),
};

impl Expr {
    /// The values as text, one after the other with a separator between; nulls are skipped.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", ["a", "b"]).finish()?;
    /// let joined = frame.lazy().select([col("x").string_join(", ")]).collect()?;
    /// assert_eq!(joined.column("x")?.get(0)?.as_str(), Some("a, b"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn string_join(self, separator: &str) -> Expr {
        Expr::aggregate(&STRING_JOIN, [self], Params::new().with("separator", separator))
    }
}

fn join(starts: &[usize], values: ArrayRef, how: &How) -> Result<ArrayRef> {
    let texts = strings::views(&values)?;
    let mut joined = StringViewBuilder::with_capacity(starts.len() - 1);
    let mut line = String::new();
    for pair in starts.windows(2) {
        line.clear();
        for row in pair[0]..pair[1] {
            if row > pair[0] {
                line.push_str(&how.separator);
            }
            line.push_str(texts.value(row));
        }
        joined.append_option((pair[0] < pair[1]).then_some(&line));
    }
    Ok(Arc::new(joined.finish()))
}
