//! `concat_str`: values of several columns as one text.

use crate::data::DType;
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{Texts, example};
use crate::kernels::Value;
use crate::kernels::views::{self, ViewWriter};
use arrow::array::{ArrayRef, new_null_array};

/// The values as text, one after the other.
pub static CONCAT_STR: ScalarFunction = ScalarFunction::new(
    "concat_str",
    "strings",
    &["expr", "others"],
    |types, params| {
        params.str("separator")?;
        params.bool("ignore_nulls")?;
        Ok(Signature::new(vec![DType::String; types.len()], DType::String))
    },
    concat,
)
.aliased(&["str.cat"])
.taking_many()
.handling_nulls()
.with_params(&[
    Param { name: "separator", default: Some(ParamDefault::Str("")), doc: "The text between two values." },
    Param {
        name: "ignore_nulls",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether nulls are left out; otherwise one null makes the whole null.",
    },
])
.documented("The values of several columns as one text, with a separator between.", || {
    let expr = col("x").concat_str([Expr::from("!")], "");
    example([Some("Oslo"), None], expr, [Some("Oslo!"), None])
});

fn concat(args: &Args<'_>) -> Result<ArrayRef> {
    let separator = args.params().str("separator")?;
    let values: Vec<&Value> = (0..args.len()).map(|i| args.value(i)).collect();
    if !args.params().bool("ignore_nulls")? {
        return match values.iter().any(|value| value.is_null_scalar()) {
            true => Ok(new_null_array(&DType::String.to_arrow(), args.rows())),
            false => views::concat(&values, separator),
        };
    }
    let texts: Vec<Texts<'_>> = (0..args.len()).map(|i| Texts::new(args, i)).collect::<Result<_>>()?;
    let mut writer = ViewWriter::with_capacity(args.rows(), 0);
    for row in 0..args.rows() {
        writer.write(|out| {
            let mut rest = false;
            for text in texts.iter().filter_map(|texts| texts.get(row)) {
                if std::mem::replace(&mut rest, true) {
                    out.push_str(separator);
                }
                out.push_str(text);
            }
        });
    }
    writer.finish(None)
}

impl Expr {
    /// This value and others as one text, with a separator between; null if any is null.
    pub fn concat_str(self, others: impl IntoIterator<Item = Expr>, separator: &str) -> Expr {
        let args: Vec<Expr> = std::iter::once(self).chain(others).collect();
        Expr::call(&CONCAT_STR, args, Params::new().with("separator", separator))
    }

    /// As [`Expr::concat_str`], but nulls are left out.
    pub fn concat_str_present(self, others: impl IntoIterator<Item = Expr>, separator: &str) -> Expr {
        let args: Vec<Expr> = std::iter::once(self).chain(others).collect();
        Expr::call(&CONCAT_STR, args, Params::new().with("separator", separator).with("ignore_nulls", true))
    }
}
