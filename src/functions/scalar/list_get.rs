//! `list_get`, `as_list`: from a list to an element, and from elements to a list.

use crate::data::{Column, DType, promote};
use crate::error::{Error, Result};
use crate::expr::{Args, Example, Expr, Param, Params, ScalarFunction, Signature, col, lit};
use crate::functions::scalar::list_support::item_of;
use crate::functions::scalar::text_support::list_of;
use crate::kernels::map::collect_some;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, new_null_array};
use arrow::compute::{interleave, take};
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

/// Columns as one of lists.
pub static AS_LIST: ScalarFunction = ScalarFunction::new(
    "as_list",
    "lists",
    &["expr", "others"],
    |types, _| {
        let mut item = types[0].clone();
        for dtype in &types[1..] {
            item = promote(&item, dtype)
                .ok_or_else(|| Error::type_mismatch(format!("no common type of {item} and {dtype}")))?;
        }
        Ok(Signature::new(vec![item.clone(); types.len()], DType::List(Box::new(item))))
    },
    |args| {
        let arrays: Vec<ArrayRef> = (0..args.len()).map(|at| args.array(at)).collect::<Result<_>>()?;
        let values: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
        let places: Vec<_> =
            (0..args.rows()).flat_map(|row| (0..values.len()).map(move |source| (source, row))).collect();
        if i32::try_from(places.len()).is_err() {
            return Err(Error::unsupported("lists of 2^31 items in all"));
        }
        let ends = (0..=args.rows()).map(|row| (row * values.len()) as i32).collect();
        list_of(interleave(&values, &places)?, ends, None)
    },
)
.taking_many()
.handling_nulls()
.documented("Several values of a row as one list, which is never null itself.", || Example {
    input: vec![("x", [Some(1i64), None].into_iter().collect())],
    expr: Expr::as_list([col("x"), lit(7i64)]),
    output: Column::from_held(Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([
        Some([Some(1), Some(7)]),
        Some([None, Some(7)]),
    ]))),
});

impl Expr {
    /// Several values of a row as one list, which is never null itself. The elements get their smallest common type.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Expr, Frame, col};
    /// let frame = Frame::builder().column("x", [1i64, 2]).column("y", [0.5, 2.5]).finish()?;
    /// let pairs = frame.lazy().select([Expr::as_list([col("x"), col("y")]).alias("pair")]);
    /// assert_eq!(pairs.schema()?.field("pair")?.dtype.to_string(), "list[float64]");
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn as_list(values: impl IntoIterator<Item = Expr>) -> Expr {
        Expr::call(&AS_LIST, values.into_iter().collect::<Vec<_>>(), Params::new())
    }

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
        DType::Null => Ok(Signature::new(types, DType::Null)),
        dtype => {
            let item = item_of(dtype)?;
            Ok(Signature::new([DType::List(Box::new(item.clone()))], item))
        }
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
