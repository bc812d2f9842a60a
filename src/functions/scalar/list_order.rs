//! `list_len`, `list_slice`, `list_sort`, `list_unique`, `list_reverse`, `list_drop_nulls`, `list_concat`, `list_contains`.

use crate::data::{Column, DType, Scalar, promote};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::list_support::{
    item_of, list_to_list, lists, of_same_lengths, range, regroup, same_lengths,
};
use crate::functions::scalar::support::column_of_scalars;
use crate::functions::scalar::text_support::{list_of, optional_int};
use crate::kernels::compare_nested::comparator;
use crate::kernels::map::collect_bits;
use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array};
use arrow::compute::interleave;
use std::cmp::Ordering;
use std::sync::Arc;

/// How many elements there are.
pub static LIST_LEN: ScalarFunction = ScalarFunction::new(
    "list_len",
    "lists",
    &["expr"],
    |types, params| Ok(Signature { output: DType::Int64, ..list_to_list(types, params)? }),
    |args| {
        let array = args.array(0)?;
        let lists = lists(&array)?;
        let counts = (0..lists.len()).map(|row| range(lists, row).len() as i64);
        Ok(Arc::new(Int64Array::from_iter_values(counts)))
    },
)
.documented("The number of elements, null ones included.", || {
    shown(col("x").list_len(), [Some(3i64), Some(0), None].into_iter().collect())
});

/// A part of the elements.
pub static LIST_SLICE: ScalarFunction = ScalarFunction::new(
    "list_slice",
    "lists",
    &["expr"],
    |types, params| {
        params.int("start")?;
        optional_int(params, "stop")?;
        list_to_list(types, params)
    },
    |args| {
        let (start, stop) = (args.params().int("start")?, optional_int(args.params(), "stop")?);
        regroup(&args.array(0)?, &mut |range, places| {
            let length = range.len() as i64;
            let place =
                |at: i64| (if at < 0 { at.saturating_add(length) } else { at }).clamp(0, length) as usize;
            let (first, last) = (place(start), place(stop.unwrap_or(length)));
            places.extend((first..last.max(first)).map(|at| (range.start + at) as u32));
            Ok(())
        })
    },
)
.with_params(&[
    Param {
        name: "start",
        default: Some(ParamDefault::Int(0)),
        doc: "The first element; negative: from the end.",
    },
    Param {
        name: "stop",
        default: Some(ParamDefault::Null),
        doc: "The first element behind the part; negative: from the end; null: to the end.",
    },
])
.documented("The elements from `start` to before `stop`, as Python slices.", || {
    shown(col("x").list_slice(1, None), numbers(&[Some(&[None, Some(1)]), Some(&[]), None]))
});

/// The elements in order.
pub static LIST_SORT: ScalarFunction = ScalarFunction::new(
    "list_sort",
    "lists",
    &["expr"],
    |types, params| {
        params.bool("descending")?;
        params.bool("nulls_first")?;
        types[0].ordered()?;
        same_lengths(types, item_of(&types[0])?)
    },
    |args| {
        let (descending, nulls_first) =
            (args.params().bool("descending")?, args.params().bool("nulls_first")?);
        let array = args.array(0)?;
        let values = lists(&array)?.values().clone();
        let order = comparator(&values, &values)?;
        let sorted = regroup(&array, &mut |range, places| {
            let start = places.len();
            places.extend(range.map(|at| at as u32));
            places[start..].sort_by(|a, b| {
                let (a, b) = (*a as usize, *b as usize);
                let by_null = values.is_null(a).cmp(&values.is_null(b));
                let by_null = if nulls_first { by_null.reverse() } else { by_null };
                let by_value = order(a, b);
                by_null.then(if descending { by_value.reverse() } else { by_value })
            });
            Ok(())
        })?;
        of_same_lengths(args, sorted)
    },
)
.with_params(&[
    Param {
        name: "descending",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether the greatest is first.",
    },
    Param {
        name: "nulls_first",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether nulls come before all others.",
    },
])
.documented("The elements in order: numbers, then NaN, then null; arrays stay arrays.", || {
    shown(col("x").list_sort(false), numbers(&[Some(&[Some(1), Some(3), None]), Some(&[]), None]))
});

/// Each element once.
pub static LIST_UNIQUE: ScalarFunction =
    ScalarFunction::new("list_unique", "lists", &["expr"], list_to_list, |args| {
        let array = args.array(0)?;
        let values = lists(&array)?.values().clone();
        let order = comparator(&values, &values)?;
        regroup(&array, &mut |range, places| {
            let mut sorted: Vec<usize> = range.collect();
            sorted.sort_by(|a, b| order(*a, *b));
            sorted.dedup_by(|later, first| order(*later, *first) == Ordering::Equal);
            // In order of first sight.
            sorted.sort_unstable();
            places.extend(sorted.into_iter().map(|at| at as u32));
            Ok(())
        })
    })
    .documented("Each element once, in order of first sight; null is one too, and NaN equals NaN.", || {
        shown(col("x").list_unique(), numbers(&[Some(&[Some(3), None, Some(1)]), Some(&[]), None]))
    });

/// The elements backwards.
pub static LIST_REVERSE: ScalarFunction = ScalarFunction::new(
    "list_reverse",
    "lists",
    &["expr"],
    |types, _| same_lengths(types, item_of(&types[0])?),
    |args| {
        let backwards = regroup(&args.array(0)?, &mut |range, places| {
            places.extend(range.rev().map(|at| at as u32));
            Ok(())
        })?;
        of_same_lengths(args, backwards)
    },
)
.documented("The elements backwards; arrays stay arrays.", || {
    shown(col("x").list_reverse(), numbers(&[Some(&[Some(1), None, Some(3)]), Some(&[]), None]))
});

/// The elements that are no null.
pub static LIST_DROP_NULLS: ScalarFunction =
    ScalarFunction::new("list_drop_nulls", "lists", &["expr"], list_to_list, |args| {
        let array = args.array(0)?;
        let nulls = lists(&array)?.values().logical_nulls();
        regroup(&array, &mut |range, places| {
            let present = range.filter(|at| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(*at)));
            places.extend(present.map(|at| at as u32));
            Ok(())
        })
    })
    .documented("The elements that are not null.", || {
        shown(col("x").list_drop_nulls(), numbers(&[Some(&[Some(3), Some(1)]), Some(&[]), None]))
    });

/// Whether a value is an element.
pub static LIST_CONTAINS: ScalarFunction = ScalarFunction::new(
    "list_contains",
    "lists",
    &["expr", "value"],
    |types, _| {
        let item = item_of(&types[0])?;
        let common = promote(&item, &types[1]).ok_or_else(|| {
            Error::type_mismatch(format!("values of {} are never in a list of {item}", types[1]))
        })?;
        Ok(Signature::new([DType::List(Box::new(common.clone())), common], DType::Bool))
    },
    |args| {
        let (array, needles) = (args.array(0)?, args.array(1)?);
        let lists = lists(&array)?;
        let order = comparator(lists.values(), &needles)?;
        let bits = collect_bits(args.rows(), |row| {
            needles.is_valid(row) && range(lists, row).any(|at| order(at, row) == Ordering::Equal)
        });
        Ok(Arc::new(BooleanArray::new(bits, None)))
    },
)
.documented("Whether a value is an element of the list; values are equal as keys are.", || {
    shown(col("x").list_contains(3i64), [Some(true), Some(false), None].into_iter().collect())
});

/// Lists one after the other.
pub static LIST_CONCAT: ScalarFunction = ScalarFunction::new(
    "list_concat",
    "lists",
    &["expr", "others"],
    |types, _| {
        let mut item = item_of(&types[0])?;
        for dtype in &types[1..] {
            let own = item_of(dtype)?;
            item = promote(&item, &own)
                .ok_or_else(|| Error::type_mismatch(format!("no common type of {item} and {own}")))?;
        }
        let dtype = DType::List(Box::new(item));
        Ok(Signature::new(vec![dtype.clone(); types.len()], dtype))
    },
    |args| {
        let arrays: Vec<ArrayRef> = (0..args.len()).map(|at| args.array(at)).collect::<Result<_>>()?;
        let all: Vec<_> = arrays.iter().map(lists).collect::<Result<_>>()?;
        let values: Vec<&dyn Array> = all.iter().map(|lists| lists.values().as_ref()).collect();
        let (mut places, mut ends) = (Vec::new(), vec![0i32]);
        for row in 0..args.rows() {
            for (source, lists) in all.iter().enumerate() {
                places.extend(range(lists, row).map(|at| (source, at)));
            }
            let end = i32::try_from(places.len());
            ends.push(end.map_err(|_| Error::unsupported("lists of 2^31 items in all").row(row as u64))?);
        }
        list_of(interleave(&values, &places)?, ends, None)
    },
)
.taking_many()
.documented("The elements of several lists of a row, one list after the other; null if one is null.", || {
    let output = numbers(&[Some(&[Some(3), None, Some(1), Some(3), None, Some(1)]), Some(&[]), None]);
    shown(col("x").list_concat([col("x")]), output)
});

/// The example that all functions of lists show.
pub fn shown(expr: Expr, output: Column) -> Example {
    let input = numbers(&[Some(&[Some(3), None, Some(1)]), Some(&[]), None]);
    Example { input: vec![("x", input)], expr, output }
}

/// Lists of integers, for examples.
pub fn numbers(rows: &[Option<&[Option<i64>]>]) -> Column {
    let list = |items: &[Option<i64>]| Scalar::List(items.iter().map(|item| Scalar::from(*item)).collect());
    let rows: Vec<Scalar> = rows.iter().map(|row| row.map_or(Scalar::Null, list)).collect();
    column_of_scalars(&DType::List(Box::new(DType::Int64)), &rows)
}

impl Expr {
    /// The number of elements of the list.
    pub fn list_len(self) -> Expr {
        Expr::call(&LIST_LEN, [self], Params::new())
    }

    /// The elements from `start` to before `stop`, as Python slices.
    pub fn list_slice(self, start: i64, stop: Option<i64>) -> Expr {
        Expr::call(&LIST_SLICE, [self], Params::new().with("start", start).with("stop", stop))
    }

    /// The elements of the list in order, nulls last.
    pub fn list_sort(self, descending: bool) -> Expr {
        Expr::call(&LIST_SORT, [self], Params::new().with("descending", descending))
    }

    /// Each element of the list once, in order of first sight.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", ["b,a,b"]).finish()?;
    /// let parts = frame.select([col("x").str_split(",").list_unique().list_join("-")])?;
    /// assert_eq!(parts.column("x")?.get(0)?, "b-a".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn list_unique(self) -> Expr {
        Expr::call(&LIST_UNIQUE, [self], Params::new())
    }

    /// The elements of the list backwards.
    pub fn list_reverse(self) -> Expr {
        Expr::call(&LIST_REVERSE, [self], Params::new())
    }

    /// The elements of the list that are not null.
    pub fn list_drop_nulls(self) -> Expr {
        Expr::call(&LIST_DROP_NULLS, [self], Params::new())
    }

    /// Whether a value is an element of the list.
    pub fn list_contains(self, value: impl Into<Expr>) -> Expr {
        Expr::call(&LIST_CONTAINS, [self, value.into()], Params::new())
    }

    /// The elements of this and other lists, one list after the other.
    pub fn list_concat(self, others: impl IntoIterator<Item = Expr>) -> Expr {
        Expr::call(&LIST_CONCAT, std::iter::once(self).chain(others).collect::<Vec<_>>(), Params::new())
    }
}
