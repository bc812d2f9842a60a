//! What functions of lists share: typing, and the loops over the elements of every row, each written once.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::{Args, Params, Signature};
use crate::functions::scalar::text_support::list_of;
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::kernels::map::collect_some;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array, make_array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::UInt32Type;
use std::ops::Range;

/// The type of the elements of a list or an array.
///
/// # Errors
/// `Type` for anything but a list.
pub fn item_of(dtype: &DType) -> Result<DType> {
    match (dtype, dtype.item()) {
        (_, Some(item)) => Ok(item.clone()),
        (DType::Null, _) => Ok(DType::Null),
        (other, _) => Err(Error::type_mismatch(format!("a list expected, not {other}"))),
    }
}

/// The typing of functions from a list to a list of the same type; arrays are read as lists.
///
/// # Errors
/// `Type` for anything but a list.
pub fn list_to_list(types: &[DType], _: &Params) -> Result<Signature> {
    let dtype = DType::List(Box::new(item_of(&types[0])?));
    Ok(Signature::new([dtype.clone()], dtype))
}

/// The typing of functions that keep the number of elements: from lists to lists, from arrays to arrays, whose elements
/// they read as lists.
///
/// # Errors
/// `Type` for anything but a list or an array.
pub fn same_lengths(types: &[DType], item: DType) -> Result<Signature> {
    let read = DType::List(Box::new(item_of(&types[0])?));
    let output = match types[0] {
        DType::Array(_, width) => DType::Array(Box::new(item), width),
        _ => DType::List(Box::new(item)),
    };
    Ok(Signature::new([read], output))
}

/// The result of a function typed by [`same_lengths`], given its lists. Null rows have no elements there.
///
/// # Errors
/// `Internal` if a list is of another length than its array.
pub fn of_same_lengths(args: &Args<'_>, lists: ArrayRef) -> Result<ArrayRef> {
    let DType::Array(..) = args.output() else { return Ok(lists) };
    let nulls = args.array(0)?.logical_nulls();
    let lists = make_array(lists.to_data().into_builder().nulls(nulls).build()?);
    cast(&lists, args.output(), CastMode::Strict)
}

/// The lists of an argument, one per row.
///
/// # Errors
/// `Internal` if it holds none: the signature has cast it.
pub fn lists(array: &ArrayRef) -> Result<&ListArray> {
    array
        .as_list_opt::<i32>()
        .ok_or_else(|| Error::internal(format!("{} where lists were planned", array.data_type())))
}

/// The elements of a row in the values of all rows; none for null.
pub fn range(lists: &ListArray, row: usize) -> Range<usize> {
    match lists.is_valid(row) {
        true => lists.offsets()[row] as usize..lists.offsets()[row + 1] as usize,
        false => 0..0,
    }
}

/// What pushes positions of elements, given those of a row.
pub type Regroup<'a> = dyn FnMut(Range<usize>, &mut Vec<u32>) -> Result<()> + 'a;

/// Lists of other elements of the same values: `f` pushes their positions.
///
/// # Errors
/// As `f`; `Unsupported` beyond 2^31 elements.
pub fn regroup(array: &ArrayRef, f: &mut Regroup<'_>) -> Result<ArrayRef> {
    let lists = lists(array)?;
    let (mut places, mut ends) = (Vec::new(), Vec::with_capacity(lists.len() + 1));
    ends.push(0);
    for row in 0..lists.len() {
        f(range(lists, row), &mut places).map_err(|error| error.row(row as u64))?;
        let end = i32::try_from(places.len());
        ends.push(end.map_err(|_| Error::unsupported("lists of 2^31 items in all").row(row as u64))?);
    }
    list_of(take(lists.values(), &UInt32Array::from(places), None)?, ends, None)
}

/// One of the elements of each row, or null: `f` says its position.
///
/// # Errors
/// `Internal` if the argument holds no lists.
pub fn choose(args: &Args<'_>, f: &dyn Fn(Range<usize>) -> Option<usize>) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let lists = lists(&array)?;
    if *args.output() == DType::Null {
        return Ok(new_null_array(&args.output().to_arrow(), args.rows()));
    }
    let places =
        collect_some::<UInt32Type>(lists.len(), &mut |row| f(range(lists, row)).map(|place| place as u32));
    Ok(take(lists.values(), &places, None)?)
}
