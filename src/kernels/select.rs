//! One of two values per row, as a mask says.

use crate::error::Result;
use crate::kernels::gather::fixed;
use crate::kernels::value::Value;
use crate::kernels::wide::wide;
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, BooleanArray, StringViewArray, new_empty_array, new_null_array,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::compute::kernels::zip::zip;
use arrow::datatypes::{ArrowNativeType, DataType};
use std::sync::Arc;

/// Rows decided at a time: the bits of one word.
const WORD: usize = 64;

/// The row's value of `yes` where the mask is true, of `no` where it is false or null. Codes are replaced by strings.
///
/// Fixed widths and views are chosen word by word; a word of equal bits is copied.
///
/// # Errors
/// `Type` if the operands are of two types, or if Arrow cannot choose between nested ones.
pub fn select(mask: &BooleanArray, yes: &Value, no: &Value) -> Result<ArrayRef> {
    let (yes, no) = (yes.decoded()?, no.decoded()?);
    let dtype = yes.array().data_type().clone();
    if mask.is_empty() {
        return Ok(new_empty_array(&dtype));
    }
    let hits = match mask.nulls() {
        Some(nulls) => mask.values() & nulls.inner(),
        None => mask.values().clone(),
    };
    if dtype != *no.array().data_type() || dtype.is_null() {
        return Ok(zip(&BooleanArray::new(hits, None), &yes, &no)?);
    }
    if let Some(only) = match hits.count_set_bits() {
        0 => Some(&no),
        all if all == hits.len() => Some(&yes),
        _ => None,
    } {
        return match only.is_null_scalar() {
            true => Ok(new_null_array(&dtype, hits.len())),
            false => only.to_rows(hits.len()),
        };
    }
    Ok(match (&dtype, dtype.primitive_width()) {
        (DataType::Boolean, _) => {
            let bits = |value: &Value| bits_of(value, value.array().as_boolean().values(), hits.len());
            Arc::new(BooleanArray::new(either(&hits, &bits(&yes), &bits(&no)), valid(&[(&hits, &yes)], &no)))
        }
        (DataType::Utf8View | DataType::BinaryView, _) => views(&hits, &yes, &no, &dtype),
        _ => match of_width(&[(&hits, &yes)], &no, &dtype) {
            Some(chosen) => chosen,
            None => zip(&BooleanArray::new(hits, None), &yes, &no)?,
        },
    })
}

/// The row's value of the first branch whose bits have it, else of `otherwise`. Fixed widths are chosen in one pass over
/// all branches.
///
/// # Errors
/// As [`select`].
pub fn select_first(branches: &[(BooleanBuffer, Value)], otherwise: &Value) -> Result<ArrayRef> {
    let dtype = otherwise.array().data_type();
    if branches.len() > 1 && branches.iter().all(|(_, value)| value.array().data_type() == dtype) {
        let branches: Vec<_> = branches.iter().map(|(hits, value)| (hits, value)).collect();
        if let Some(chosen) = of_width(&branches, otherwise, dtype) {
            return Ok(chosen);
        }
    }
    let mut result = otherwise.clone();
    for (hits, value) in branches.iter().rev().filter(|(hits, _)| hits.count_set_bits() > 0) {
        result = Value::rows(select(&BooleanArray::new(hits.clone(), None), value, &result)?);
    }
    match branches.first() {
        Some((hits, _)) => result.to_rows(hits.len()),
        None => Ok(result.array().clone()),
    }
}

/// One pass over operands of one type of a fixed width; `None`: it has none.
fn of_width(branches: &[(&BooleanBuffer, &Value)], otherwise: &Value, dtype: &DataType) -> Option<ArrayRef> {
    Some(match dtype.primitive_width()? {
        1 => choose::<u8>(branches, otherwise, dtype),
        2 => choose::<u16>(branches, otherwise, dtype),
        4 => choose::<u32>(branches, otherwise, dtype),
        8 => choose::<u64>(branches, otherwise, dtype),
        16 => choose::<u128>(branches, otherwise, dtype),
        _ => return None,
    })
}

/// Values of one operand: a row each, or the same in all rows of a word.
enum Side<'a, T> {
    Rows(&'a [T]),
    One([T; WORD]),
}

impl<'a, T: Copy> Side<'a, T> {
    fn of(value: &Value, values: &'a [T]) -> Self {
        match value.is_scalar() {
            true => Side::One([values[0]; WORD]),
            false => Side::Rows(values),
        }
    }

    #[inline]
    fn part(&self, start: usize, rows: usize) -> &[T] {
        match self {
            Side::Rows(values) => &values[start..start + rows],
            Side::One(values) => &values[..rows],
        }
    }
}

wide! {
    /// The values of the first operand whose hits have the row, else of the last. Plain loops: what is not inlined is not
    /// compiled for AVX2.
    fn chosen<T: Bits>(hits: &[&BooleanBuffer], sides: &[Side<'_, T>], otherwise: &Side<'_, T>, rows: usize) -> Vec<T> {
        let mut out = vec![T::default(); rows];
        let words: Vec<_> = hits.iter().map(|hits| hits.bit_chunks()).collect();
        let mut words: Vec<_> = words.iter().map(|words| words.iter_padded()).collect();
        let mut start = 0;
        while start < rows {
            let count = WORD.min(rows - start);
            let places = &mut out[start..start + count];
            places.copy_from_slice(otherwise.part(start, count));
            let mut side = sides.len();
            while side > 0 {
                side -= 1;
                let (word, yes) = (words[side].next().unwrap_or(0), sides[side].part(start, count));
                // Of arrays both values can be read whatever the bit says: a selection instead of a branch.
                let whole = (<&mut [T; WORD]>::try_from(&mut *places), <&[T; WORD]>::try_from(yes));
                match (word, whole) {
                    (0, _) => (),
                    (u64::MAX, _) => places.copy_from_slice(yes),
                    (_, (Ok(places), Ok(yes))) => {
                        let mut bit = 0;
                        while bit < WORD {
                            places[bit] = T::blend(word >> bit & 1, yes[bit], places[bit]);
                            bit += 1;
                        }
                    }
                    _ => {
                        let mut bit = 0;
                        while bit < count {
                            places[bit] = T::blend(word >> bit & 1, yes[bit], places[bit]);
                            bit += 1;
                        }
                    }
                }
            }
            start += count;
        }
        out
    }
}

/// The bits of a value of a fixed width.
trait Bits: Copy + Default {
    /// The first for 1, the second for 0. By arithmetic, since a compiler makes branches of choices.
    fn blend(bit: u64, yes: Self, no: Self) -> Self;
}

macro_rules! bits {
    ($($type:ty)*) => {$(
        impl Bits for $type {
            #[inline(always)]
            fn blend(bit: u64, yes: $type, no: $type) -> $type {
                no ^ ((yes ^ no) & (0 as $type).wrapping_sub(bit as $type))
            }
        }
    )*};
}

bits!(u8 u16 u32 u64 u128);

fn choose<T: ArrowNativeType + Bits>(
    branches: &[(&BooleanBuffer, &Value)],
    otherwise: &Value,
    dtype: &DataType,
) -> ArrayRef {
    let values = |value: &Value| -> ScalarBuffer<T> {
        let data = value.array().to_data();
        ScalarBuffer::new(data.buffers()[0].clone(), data.offset(), data.len())
    };
    let buffers: Vec<ScalarBuffer<T>> = branches.iter().map(|(_, value)| values(value)).collect();
    let last = values(otherwise);
    let sides: Vec<Side<'_, T>> =
        branches.iter().zip(&buffers).map(|((_, value), values)| Side::of(value, values)).collect();
    let hits: Vec<&BooleanBuffer> = branches.iter().map(|(hits, _)| *hits).collect();
    let rows = hits.first().map_or(0, |hits| hits.len());
    let values = chosen(&hits, &sides, &Side::of(otherwise, &last), rows);
    fixed(dtype.clone(), values, valid(branches, otherwise))
}

fn views(hits: &BooleanBuffer, yes: &Value, no: &Value, dtype: &DataType) -> ArrayRef {
    let parts = |value: &Value| -> (ScalarBuffer<u128>, Arc<[Buffer]>) {
        match value.array().as_string_view_opt() {
            Some(array) => (array.views().clone(), array.data_buffers().clone()),
            None => {
                let array = value.array().as_binary_view();
                (array.views().clone(), array.data_buffers().clone())
            }
        }
    };
    let ((left, own), (mut right, others)) = (parts(yes), parts(no));
    let same = Arc::ptr_eq(&own, &others);
    let buffers: Arc<[Buffer]> = match (own.is_empty() || same, others.is_empty()) {
        (true, _) => others,
        (_, true) => own,
        _ => {
            let base = (own.len() as u128) << 64;
            let moved = |view: &u128| view + if *view as u32 > 12 { base } else { 0 };
            right = right.iter().map(moved).collect();
            own.iter().chain(others.iter()).cloned().collect()
        }
    };
    let views = chosen(&[hits], &[Side::of(yes, &left)], &Side::of(no, &right), hits.len());
    let nulls = valid(&[(hits, yes)], no);
    // SAFETY: each view is one of a valid array whose buffers begin at `base` in `buffers`, or short.
    unsafe {
        match dtype {
            DataType::Utf8View => Arc::new(StringViewArray::new_unchecked(views.into(), buffers, nulls)),
            _ => Arc::new(BinaryViewArray::new_unchecked(views.into(), buffers, nulls)),
        }
    }
}

/// Bits of an operand, one per row.
fn bits_of(value: &Value, bits: &BooleanBuffer, rows: usize) -> BooleanBuffer {
    match (value.is_scalar(), bits.value(0)) {
        (false, _) => bits.clone(),
        (true, true) => BooleanBuffer::new_set(rows),
        (true, false) => BooleanBuffer::new_unset(rows),
    }
}

fn either(hits: &BooleanBuffer, yes: &BooleanBuffer, no: &BooleanBuffer) -> BooleanBuffer {
    &(hits & yes) | &(&!hits & no)
}

/// Which rows of the choice have a value.
fn valid(branches: &[(&BooleanBuffer, &Value)], otherwise: &Value) -> Option<NullBuffer> {
    let nulls = |value: &Value| value.array().nulls().filter(|nulls| nulls.null_count() > 0).cloned();
    let own: Vec<Option<NullBuffer>> = branches.iter().map(|(_, value)| nulls(value)).collect();
    let last = nulls(otherwise);
    if last.is_none() && own.iter().all(Option::is_none) {
        return None;
    }
    let rows = branches.first().map_or(0, |(hits, _)| hits.len());
    let bits = |value: &Value, nulls: Option<NullBuffer>| match nulls {
        Some(nulls) => bits_of(value, nulls.inner(), rows),
        None => BooleanBuffer::new_set(rows),
    };
    let mut valid = bits(otherwise, last);
    for ((hits, value), nulls) in branches.iter().zip(own).rev() {
        valid = either(hits, &bits(value, nulls), &valid);
    }
    Some(NullBuffer::new(valid)).filter(|nulls| nulls.null_count() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, Scalar};

    fn both(mask: &[Option<bool>], yes: Column, no: Column) {
        let mask = BooleanArray::from(mask.to_vec());
        let forms = |column: &Column| {
            let array = column.array();
            [Value::rows(array.clone()), Value::scalar(array.slice(0, 1)), Value::scalar(array.slice(1, 1))]
        };
        for yes in forms(&yes) {
            for no in forms(&no) {
                let found = select(&mask, &yes, &no).unwrap();
                for row in 0..mask.len() {
                    let side = if mask.is_valid(row) && mask.value(row) { &yes } else { &no };
                    let place = if side.is_scalar() { 0 } else { row };
                    let expected = Scalar::from_array(side.array(), place);
                    assert_eq!(Scalar::from_array(&found, row), expected, "row {row}");
                }
            }
        }
    }

    #[test]
    fn every_type_and_form_of_operand() {
        for rows in [2usize, 63, 64, 65, 200] {
            let mixed: Vec<Option<bool>> =
                (0..rows).map(|i| [Some(true), Some(false), None][i * i % 3]).collect();
            let runs: Vec<Option<bool>> = (0..rows).map(|i| Some(i < 64)).collect();
            for mask in [mixed, runs, vec![Some(true); rows], vec![None; rows]] {
                let some = |i: usize, value: i64| (i % 5 != 1).then_some(value);
                let numbers = |sign: i64| (0..rows).map(|i| some(i, sign * i as i64)).collect::<Column>();
                both(&mask, numbers(1), numbers(-1));
                let floats = |sign: f64| (0..rows).map(|i| Some(sign * i as f64)).collect::<Column>();
                both(&mask, floats(0.5), floats(-2.0));
                let bits =
                    |by: usize| (0..rows).map(|i| (i % 7 != 1).then_some(i % by == 0)).collect::<Column>();
                both(&mask, bits(2), bits(3));
                let texts = |by: usize| {
                    let text =
                        |i| (i % 5 != 1).then(|| format!("{i} {}", "long text of an age ".repeat(i % by)));
                    let texts: Vec<Option<String>> = (0..rows).map(text).collect();
                    texts.iter().map(Option::as_deref).collect::<Column>()
                };
                both(&mask, texts(2), texts(3));
                both(&mask, texts(1), texts(3));
                both(&mask, texts(2), texts(1));
            }
        }
    }

    #[test]
    fn the_first_of_several_branches() {
        let rows = 200usize;
        let hits = |by: usize| BooleanBuffer::collect_bool(rows, |row| row % by == 1 || row / 64 == by);
        let numbers =
            |sign: i64| (0..rows as i64).map(|i| (i % 5 != 2).then_some(sign * i)).collect::<Column>();
        let texts = |mark: &str| (0..rows).map(|i| format!("{mark} {i}")).collect::<Vec<String>>();
        let texts = |mark: &str| texts(mark).iter().map(String::as_str).collect::<Column>();
        let form = |column: Column, one: bool| match one {
            true => Value::scalar(column.array().slice(3, 1)),
            false => Value::rows(column.array().clone()),
        };
        for ones in 0..16 {
            let one = |place: usize| ones >> place & 1 == 1;
            let wholes = [1, 100, 10_000, -1].map(numbers);
            for columns in [wholes, ["a", "b", "c", "d"].map(texts)] {
                let mut values = columns.into_iter().enumerate().map(|(i, column)| form(column, one(i)));
                let branches: Vec<(BooleanBuffer, Value)> =
                    [2, 3, 1].map(hits).into_iter().zip(values.by_ref()).collect();
                let last = values.next().unwrap();
                let found = select_first(&branches, &last).unwrap();
                for row in 0..rows {
                    let first = branches.iter().find(|(hits, _)| hits.value(row));
                    let value = first.map_or(&last, |(_, value)| value);
                    let place = if value.is_scalar() { 0 } else { row };
                    let expected = Scalar::from_array(value.array(), place);
                    assert_eq!(Scalar::from_array(&found, row), expected, "row {row}");
                }
            }
        }
    }
}
