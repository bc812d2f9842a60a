//! `replace_values`, `map_values`: values by a table of old and new ones. `fill_nan`: NaN by another value.

use crate::data::{DType, Scalar, promote};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col, infer, when};
use crate::functions::scalar::support::{example, wanted};
use crate::kernels::Value;
use crate::kernels::cast::cast;
use crate::kernels::cast_job::CastMode;
use crate::kernels::compare_nested::comparator;
use crate::kernels::select::select;
use arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array};
use arrow::compute::{concat, take};
use std::cmp::Ordering;

const OLD: Param = Param { name: "old", default: None, doc: "A list of values; null stands for null." };
const NEW: Param = Param {
    name: "new",
    default: None,
    doc: "What each of them becomes, in the same order; one value: what all of them become.",
};

/// Some values replaced.
pub static REPLACE_VALUES: ScalarFunction =
    ScalarFunction::new("replace_values", "conditional", &["expr"], signature, replace)
        .with_params(&[OLD, NEW])
        .handling_nulls()
        .documented(
            "The value, or another one where it is in a list. Values are equal as keys are: NaN equals NaN.",
            || {
                let expr = col("x").replace_values([1i64], [10i64]);
                example([Some(1i64), Some(2), None], expr, [Some(10i64), Some(2), None])
            },
        );

/// All values by a table.
pub static MAP_VALUES: ScalarFunction =
    ScalarFunction::new("map_values", "conditional", &["expr"], signature, replace)
        .with_params(&[
            OLD,
            NEW,
            Param {
                name: "default",
                default: Some(ParamDefault::Null),
                doc: "What every other value becomes.",
            },
        ])
        .handling_nulls()
        .documented("What a table says of the value; where it says nothing, another one or null.", || {
            let expr = col("x").map_values(["a", "b"], [1i64, 2]);
            example([Some("a"), Some("c"), None], expr, [Some(1i64), None, None])
        });

/// NaN replaced.
pub static FILL_NAN: ScalarFunction = ScalarFunction::expanding(
    "fill_nan",
    "missing",
    &["expr", "value"],
    |types, _| Ok(Signature::new(types, wanted(&types[0], DType::is_float, DType::Float64, "a float")?)),
    |args, _| match args {
        [expr, value] => Ok(when(expr.clone().is_nan()).then(value.clone()).otherwise(expr.clone())),
        _ => Err(Error::internal("fill_nan of two")),
    },
)
.documented("The number, or another value (null too) where it is NaN.", || {
    example([Some(f64::NAN), None], col("x").fill_nan(0.0), [Some(0.0), None])
});

/// The table of the constants: the old values and the new ones.
fn table(params: &Params) -> Result<(&[Scalar], Vec<Scalar>)> {
    let Scalar::List(old) = params.get("old") else {
        return Err(Error::invalid(format!("old must be a list, not {}", params.get("old"))));
    };
    let new = match params.get("new") {
        Scalar::List(new) => new.clone(),
        one => vec![one.clone(); old.len()],
    };
    match old.len() == new.len() {
        true => Ok((old, new)),
        false => Err(Error::invalid(format!("{} values to replace by {}", old.len(), new.len()))),
    }
}

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    let own = &types[0];
    let (_, new) = table(params)?;
    let replaces = params.iter().all(|(name, _)| name != "default");
    let others = if replaces { None } else { Some(params.get("default")) };
    let mut output = if replaces { own.clone() } else { DType::Null };
    for value in new.iter().chain(others) {
        let dtype = infer::literal(value, &output);
        output = promote(&output, &dtype)
            .ok_or_else(|| Error::type_mismatch(format!("no common type of {output} and {dtype}")))?;
    }
    Ok(Signature::new(types, output))
}

fn replace(args: &Args<'_>) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let (own, output) = (args.value(0).dtype()?, args.output());
    let (old, mut new) = table(args.params())?;
    let others = args.params().iter().find(|(name, _)| *name == "default").map(|(_, value)| value.clone());
    // A value that the column cannot hold is in no row.
    let (mut items, mut places): (Vec<ArrayRef>, Vec<u32>) = (Vec::new(), Vec::new());
    for (place, value) in old.iter().enumerate() {
        if let Some(item) = as_item(value, &own) {
            items.push(item);
            places.push(place as u32);
        }
    }
    new.push(others.clone().unwrap_or(Scalar::Null));
    let new: Vec<ArrayRef> = new.iter().map(|value| value.to_array(output, 1)).collect::<Result<_>>()?;
    let new = concat(&new.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>())?;
    let absent = new.len() as u32 - 1;
    let chosen: UInt32Array = match items.is_empty() {
        true => UInt32Array::from(vec![absent; array.len()]),
        false => {
            let items = concat(&items.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>())?;
            let among = comparator(&items, &items)?;
            let mut order: Vec<usize> = (0..items.len()).collect();
            order.sort_by(|a, b| among(*a, *b));
            // Of equal ones the first counts.
            order.dedup_by(|later, first| among(*later, *first) == Ordering::Equal);
            let compared = comparator(&array, &items)?;
            let find = |row| match order.binary_search_by(|item| compared(row, *item).reverse()) {
                Ok(at) => places[order[at]],
                Err(_) => absent,
            };
            UInt32Array::from_iter_values((0..array.len()).map(find))
        }
    };
    let replaced = take(&new, &chosen, None)?;
    if others.is_some() || *output == DType::Null {
        return Ok(replaced);
    }
    let kept: BooleanArray = chosen.values().iter().map(|place| Some(*place == absent)).collect();
    let own = cast(&array, output, CastMode::Strict)?;
    select(&kept, &Value::rows(own), &Value::rows(replaced))
}

/// A value as a row of a type, if the type holds it as it is.
fn as_item(value: &Scalar, dtype: &DType) -> Option<ArrayRef> {
    let item = value.to_array(dtype, 1).ok()?;
    let back = Scalar::from_array(&item, 0);
    let same = value.is_null() == back.is_null()
        && !matches!(value.compare(&back), Some(Ordering::Less | Ordering::Greater));
    same.then_some(item)
}

fn values<V: Into<Scalar>>(values: impl IntoIterator<Item = V>) -> Scalar {
    Scalar::List(values.into_iter().map(Into::into).collect())
}

impl Expr {
    /// The value, or another one where it is in a list.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["NY", "LA"]).finish()?;
    /// let long = frame.select([col("x").replace_values(["NY"], ["New York"])])?;
    /// assert_eq!(long.column("x")?.get(0)?, "New York".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn replace_values<A: Into<Scalar>, B: Into<Scalar>>(
        self,
        old: impl IntoIterator<Item = A>,
        new: impl IntoIterator<Item = B>,
    ) -> Expr {
        Expr::call(&REPLACE_VALUES, [self], Params::new().with("old", values(old)).with("new", values(new)))
    }

    /// What a table says of the value; where it says nothing, null.
    pub fn map_values<A: Into<Scalar>, B: Into<Scalar>>(
        self,
        old: impl IntoIterator<Item = A>,
        new: impl IntoIterator<Item = B>,
    ) -> Expr {
        Expr::call(&MAP_VALUES, [self], Params::new().with("old", values(old)).with("new", values(new)))
    }

    /// The number, or another value where it is NaN.
    pub fn fill_nan(self, value: impl Into<Expr>) -> Expr {
        Expr::call(&FILL_NAN, [self, value.into()], Params::new())
    }
}
