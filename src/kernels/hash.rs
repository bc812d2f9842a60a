//! Hashes that are the same in every run and on every machine.

use crate::data::{Column, dispatch, strings};
use crate::error::Result;
use crate::kernels::compare_nested::canonical as canonical_nested;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type};
use arrow::row::{RowConverter, SortField};
use std::hash::{BuildHasher, Hasher};

const NULL: u64 = 0x5B1D_0C2A_9E6F_4D37;

/// Spreads the bits of a word: a folded multiplication.
#[inline]
pub fn mix(word: u64) -> u64 {
    let wide =
        u128::from(word ^ 0x2D35_8DCC_AA6C_78A5).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// The hash of a byte string.
#[inline]
pub fn bytes(text: &[u8]) -> u64 {
    let mut hasher = foldhash::fast::FixedState::with_seed(0x6879_706F_7374_796C).build_hasher();
    hasher.write(text);
    hasher.finish()
}

/// One hash per row over all columns: equal keys hash alike, whatever their physical form. With `weak`, all are 0.
///
/// # Errors
/// `Type` if a nested column cannot be encoded.
pub fn columns(columns: &[Column], rows: usize, weak: bool) -> Result<Vec<u64>> {
    let mut hashes = vec![0u64; rows];
    if weak {
        return Ok(hashes);
    }
    for column in columns {
        if let Some((codes, dictionary)) = strings::coded(column.array()) {
            let known = array_hashes(dictionary)?;
            combine(&mut hashes, codes, |row| known[codes.value(row) as usize]);
            continue;
        }
        let own = array_hashes(column.array())?;
        combine(&mut hashes, column.array(), |row| own[row]);
    }
    Ok(hashes)
}

/// What a null adds to the hash of a part.
pub const NULL_TERM: u64 = NULL;

/// What the number of a key column is multiplied by in the hash of a part.
#[inline]
pub fn factor(column: usize) -> u64 {
    mix(column as u64 + 1) | 1
}

/// One hash per row for cutting rows into parts: the sum of a number per column times the column's factor, mixed.
/// Packed words give the same ones without being unpacked first ([`crate::kernels::keys::Packing::part_hashes`]).
///
/// # Errors
/// `Type` if a nested column cannot be encoded.
pub fn part_hashes(columns: &[Column], rows: usize) -> Result<Vec<u64>> {
    let mut hashes = vec![0u64; rows];
    for (position, column) in columns.iter().enumerate() {
        let factor = factor(position);
        let nulls = column.array().logical_nulls();
        let mut add = |row: usize, number: u64| {
            let null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
            let number = if null { NULL_TERM } else { number };
            hashes[row] = hashes[row].wrapping_add(number.wrapping_mul(factor));
        };
        if let Some((codes, dictionary)) = strings::coded(column.array()) {
            let known = text_hashes(dictionary)?;
            codes.values().iter().enumerate().for_each(|(row, code)| {
                add(row, known.get(*code as usize).copied().unwrap_or(NULL_TERM));
            });
            continue;
        }
        let values = dispatch::physical(column.array());
        let mut numbers = Vec::new();
        match values.data_type() {
            DataType::Boolean => {
                numbers.extend(values.as_boolean().values().iter().map(u64::from));
            }
            other if other.is_integer() => dispatch::ordered_words(&values, 0..rows, &mut numbers),
            _ => numbers = text_hashes(&values)?,
        }
        numbers.iter().enumerate().for_each(|(row, number)| add(row, *number));
    }
    hashes.iter_mut().for_each(|hash| *hash = mix(*hash));
    Ok(hashes)
}

/// What stands for each text in the hash of a part; for other values their hashes.
///
/// # Errors
/// As [`columns`].
pub fn text_hashes(texts: &ArrayRef) -> Result<Vec<u64>> {
    let values = dispatch::physical(texts);
    match each_text(&values, text) {
        Some(hashes) => Ok(hashes),
        None => array_hashes(&values),
    }
}

/// What a function gives for each text, if there are texts or bytes.
fn each_text(values: &ArrayRef, of: impl Fn(&[u8]) -> u64) -> Option<Vec<u64>> {
    Some(match values.data_type() {
        DataType::Utf8View => {
            let views = values.as_string_view();
            (0..views.len()).map(|row| of(views.value(row).as_bytes())).collect()
        }
        DataType::BinaryView => {
            let views = values.as_binary_view();
            (0..views.len()).map(|row| of(views.value(row))).collect()
        }
        _ => return None,
    })
}

/// What stands for a text in the hash of a part: made of its first eight bytes, the four that follow and its length
/// ([`text_start`]), then of eight at a time ([`text_step`]), as keys hold them that are made of such numbers.
#[inline]
pub fn text(text: &[u8]) -> u64 {
    let start = text_start(piece(text, 0), (piece(text, 8) >> 32) as u32, text.len() as u64);
    (12..text.len()).step_by(8).fold(start, |hash, at| text_step(hash, piece(text, at)))
}

/// The hash of a text of at most twelve bytes, or the start of that of a longer one.
#[inline]
pub fn text_start(head: u64, rest: u32, length: u64) -> u64 {
    mix(head ^ mix(u64::from(rest) << 32 ^ length))
}

/// The hash of a text with the next bytes.
#[inline]
pub fn text_step(hash: u64, piece: u64) -> u64 {
    mix(hash.rotate_left(23) ^ piece)
}

/// Up to eight bytes from a place on as a number in their order.
#[inline]
fn piece(text: &[u8], start: usize) -> u64 {
    let rest = text.get(start..).unwrap_or_default();
    match (rest.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(eight), _) => u64::from_be_bytes(*eight),
        _ if rest.is_empty() => 0,
        (None, Some(last)) => u64::from_be_bytes(*last) << (64 - 8 * rest.len()),
        _ => rest.iter().zip(0..).fold(0, |number, (byte, at)| number | u64::from(*byte) << (56 - 8 * at)),
    }
}

fn combine(hashes: &mut [u64], array: &dyn Array, of: impl Fn(usize) -> u64) {
    let nulls = array.logical_nulls();
    for (row, hash) in hashes.iter_mut().enumerate() {
        let own = match &nulls {
            Some(nulls) if nulls.is_null(row) => NULL,
            _ => of(row),
        };
        *hash = mix(hash.rotate_left(23) ^ own);
    }
}

/// Hashes of the values; of nulls anything.
fn array_hashes(array: &ArrayRef) -> Result<Vec<u64>> {
    let values = dispatch::physical(array);
    if let Some(hashes) = each_text(&values, bytes) {
        return Ok(hashes);
    }
    Ok(match values.data_type() {
        DataType::Null => vec![NULL; values.len()],
        DataType::Boolean => values.as_boolean().values().iter().map(|value| mix(u64::from(value))).collect(),
        DataType::Float32 => {
            let values = values.as_primitive::<Float32Type>().values();
            values.iter().map(|value| mix(canonical(f64::from(*value)))).collect()
        }
        DataType::Float64 => {
            let values = values.as_primitive::<Float64Type>().values();
            values.iter().map(|value| mix(canonical(*value))).collect()
        }
        DataType::Decimal128(..) => {
            let values = values.as_primitive::<Decimal128Type>().values();
            values.iter().map(|value| mix(fold(*value))).collect()
        }
        other if other.is_integer() => {
            let mut words = Vec::with_capacity(values.len());
            dispatch::ordered_words(&values, 0..values.len(), &mut words);
            words.iter_mut().for_each(|word| *word = mix(*word));
            words
        }
        _ => {
            let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
            let rows = converter.convert_columns(&[canonical_nested(&values)?])?;
            rows.iter().map(|row| bytes(row.data())).collect()
        }
    })
}

fn fold(value: i128) -> u64 {
    (value as u64)
        ^ ((value >> 64) as u64).rotate_left(32)
        ^ ((value < 0) as u64).wrapping_neg().rotate_left(32)
}

/// The bits of a float as a key: one NaN, one zero.
#[inline]
pub fn canonical(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() }
}

/// [`canonical`] for the narrow float.
#[inline]
pub fn canonical32(value: f32) -> u32 {
    if value.is_nan() { f32::NAN.to_bits() } else { (value + 0.0).to_bits() }
}
