//! `list_get`: an element of a list.

use crate::data::{Column, DType};
use crate::error::{Error, Result};
use crate::expr::{Args, Example, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::kernels::map::collect_some;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, new_null_array};
use arrow::compute::take;
use arrow::datatypes::{Int64Type, UInt32Type};
use std::sync::Arc;

/// An element of a list by number.
pub static LIST_GET: ScalarFunction =
    ScalarFunction::new("list_get", "lists", &["expr"], signature, evaluate)
        .with_params(&[Param {
            name: "index",
            default: None,
            doc: "The number of the element from 0; negative: from the end, -1 being the last.",
        }])
        .documented("An element of a list by its number; null if the list is not so long.", || Example {
            input: vec![(
                "x",
                Column::from_held(Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([
                    Some(vec![Some(3), Some(1)]),
                    Some(vec![Some(7)]),
                    None,
                ]))),
            )],
            expr: col("x").list_get(1),
            output: [Some(1i64), None, None].into_iter().collect(),
        });

impl Expr {
    /// An element of a list by its number from 0 (negative: from the end); null if the list is not so long.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3, 4, 5]).finish()?;
    /// let quartiles = frame.lazy().select([col("x").quantiles([0.25, 0.75])]).select([col("x").list_get(-1)]);
    /// assert_eq!(quartiles.collect()?.column("x")?.get(0)?.as_f64(), Some(4.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn list_get(self, index: i64) -> Expr {
        Expr::call(&LIST_GET, [self], Params::new().with("index", index))
    }
}

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    params.int("index")?;
    match &types[0] {
        DType::List(item) => Ok(Signature::new(types, item.as_ref().clone())),
        DType::Null => Ok(Signature::new(types, DType::Null)),
        other => Err(Error::type_mismatch(format!("a list expected, not {other}"))),
    }
}

fn evaluate(args: &Args<'_>) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let Some(lists) = array.as_list_opt::<i32>() else {
        return Ok(new_null_array(&args.output().to_arrow(), args.rows()));
    };
    let index = args.params().int("index")?;
    let offsets = lists.offsets();
    let places = collect_some::<UInt32Type>(lists.len(), &mut |row| {
        let (start, end) = (i64::from(offsets[row]), i64::from(offsets[row + 1]));
        let place = if index < 0 { end.checked_add(index)? } else { start.checked_add(index)? };
        (lists.is_valid(row) && (start..end).contains(&place)).then_some(place as u32)
    });
    Ok(take(lists.values(), &places, None)?)
}
