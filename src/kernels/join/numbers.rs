//! The numbers that stand for the values of a key column.

use crate::data::{Column, DType, dispatch, strings};
use crate::error::Result;
use crate::kernels::blocks::{BLOCK, blocks};
use crate::kernels::compare_nested::canonical as canonical_nested;
use crate::kernels::hash::{canonical, canonical32};
use crate::kernels::join::split::{Split, part_of};
use crate::kernels::join::text::{self, TextPart, TextTable, UNKNOWN};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type};
use arrow::row::{RowConverter, SortField};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

/// How the values of a key column become numbers: decided by the build side, used for both.
pub enum Numbering {
    /// Only nulls.
    Nothing,
    /// Integers, times, decimals, booleans, floats: an order-preserving map, or the canonical bits.
    Plain,
    /// Codes of the build side's one dictionary.
    Codes(Dictionary),
    /// Texts and bytes that were numbered.
    Texts(Translated),
}

/// The build side's dictionary.
pub struct Dictionary {
    values: ArrayRef,
    weak: bool,
    /// Made when the probe side brings texts that are no codes of it.
    table: OnceLock<Translated>,
}

/// A table of texts, and the dictionaries of the probe side in its numbers.
pub struct Translated {
    table: TextTable,
    known: Mutex<Vec<(ArrayRef, Arc<Vec<u32>>)>>,
}

/// A batch's key column, ready to be numbered.
pub struct Prepared {
    form: Form,
    /// Its nulls, if it has any.
    pub nulls: Option<NullBuffer>,
}

enum Form {
    Nothing,
    Values(ArrayRef),
    Codes(ArrayRef, Option<Arc<Vec<u32>>>),
    Numbers(Vec<u32>),
}

/// The form in which values of some types are numbered: bytes whose equality is the values'; other columns unchanged.
///
/// # Errors
/// `Type` if nested values cannot be encoded.
pub fn texts(column: &Column) -> Result<Option<ArrayRef>> {
    Ok(match column.dtype() {
        DType::String if column.is_coded() => None,
        DType::String | DType::Binary => Some(column.array().clone()),
        DType::Decimal(..) | DType::List(_) | DType::Array(..) | DType::Struct(_) | DType::Interval => {
            let array = canonical_nested(column.array())?;
            let converter = RowConverter::new(vec![SortField::new(array.data_type().clone())])?;
            let rows = converter.convert_columns(&[array])?;
            let bytes = rows.iter().map(|row| Some(row.data().to_vec()));
            Some(Arc::new(bytes.collect::<arrow::array::BinaryViewArray>()))
        }
        _ => None,
    })
}

/// The nulls of a key column, if it has any.
pub fn nulls(column: &Column) -> Option<NullBuffer> {
    column.array().logical_nulls().filter(|nulls| nulls.null_count() > 0)
}

/// Decimals up to this distance from zero are numbers of a plain column; those beyond have the numbers of the ends of 64 bits.
const NEAR_ZERO: i128 = 1 << 62;

/// Whether the values of a column are numbered as they are: they are of fixed width, and decimals are not too great for
/// a word.
pub fn is_plain(column: &Column) -> bool {
    match column.dtype() {
        DType::Decimal(..) => {
            let decimals = column.array().as_primitive::<Decimal128Type>();
            let far = |value: &i128| !(-NEAR_ZERO..=NEAR_ZERO).contains(value);
            // Of a null anything may be there, most often 0.
            !decimals.values().iter().any(far) || !decimals.iter().flatten().any(|value| far(&value))
        }
        DType::String
        | DType::Binary
        | DType::List(_)
        | DType::Array(..)
        | DType::Struct(_)
        | DType::Interval => false,
        _ => true,
    }
}

/// The least and the greatest number of a plain column; `None` if it has no value.
pub fn range(column: &Column) -> Option<(u64, u64)> {
    let array = dispatch::physical(column.array());
    let nulls = nulls(column);
    let (mut numbers, mut range) = (Vec::with_capacity(BLOCK), None);
    for block in blocks(array.len()) {
        numbers.clear();
        plain(&array, block.clone(), &mut numbers);
        if let Some(nulls) = &nulls {
            let mut rows = block;
            numbers.retain(|_| rows.next().is_some_and(|row| nulls.is_valid(row)));
        }
        let Some(&first) = numbers.first() else { continue };
        let (low, high) = range.unwrap_or((first, first));
        range = Some(
            numbers.iter().fold((low, high), |(low, high), number| (low.min(*number), high.max(*number))),
        );
    }
    range
}

/// The numbers of some rows of a plain column, appended to `out`.
fn plain(array: &ArrayRef, rows: Range<usize>, out: &mut Vec<u64>) {
    match array.data_type() {
        DataType::Boolean => {
            let values = array.as_boolean().values().slice(rows.start, rows.len());
            out.extend(values.iter().map(u64::from));
        }
        DataType::Float32 => {
            let values = &array.as_primitive::<Float32Type>().values()[rows];
            out.extend(values.iter().map(|value| u64::from(canonical32(*value))));
        }
        DataType::Float64 => {
            let values = &array.as_primitive::<Float64Type>().values()[rows];
            out.extend(values.iter().map(|value| canonical(*value)));
        }
        DataType::Decimal128(..) => {
            let values = &array.as_primitive::<Decimal128Type>().values()[rows];
            let near = |value: &i128| (*value).clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
            out.extend(values.iter().map(|value| near(value) as u64 ^ (1 << 63)));
        }
        dtype if dtype.is_integer() => dispatch::ordered_words(array, rows, out),
        _ => out.resize(out.len() + rows.len(), 0),
    }
}

impl Dictionary {
    /// The dictionary of a build side all of whose batches have codes of it.
    pub fn new(values: ArrayRef, weak: bool) -> Self {
        Dictionary { values, weak, table: OnceLock::new() }
    }

    /// How many values it has.
    pub fn size(&self) -> usize {
        self.values.len()
    }

    /// A dictionary holds no value twice, so the numbers of its texts are its codes.
    fn table(&self) -> &Translated {
        self.table.get_or_init(|| {
            let arrays = [self.values.clone()];
            let hashes = text::hashes(&self.values, self.weak);
            let split = [Split::new(&hashes, 0, 1, |_, hash| Some(part_of(hash, 64)))];
            let (part, _) = TextPart::fill(&arrays, &split, 0, self.weak);
            Translated::new(TextTable::new(vec![part], 64, self.weak))
        })
    }
}

impl Translated {
    /// A table of texts.
    pub fn new(table: TextTable) -> Self {
        Translated { table, known: Mutex::default() }
    }

    /// The table.
    pub fn table(&self) -> &TextTable {
        &self.table
    }

    /// The numbers of a dictionary's values, looked up once for all batches that share it.
    fn translate(&self, dictionary: &ArrayRef) -> Arc<Vec<u32>> {
        let mut known = self.known.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, numbers)) =
            known.iter().find(|(other, _)| strings::same_dictionary(other, dictionary))
        {
            return numbers.clone();
        }
        let numbers = Arc::new(self.table.find(dictionary));
        known.push((dictionary.clone(), numbers.clone()));
        numbers
    }
}

impl Numbering {
    /// Prepares a column of either side.
    ///
    /// # Errors
    /// `Type` if nested values cannot be encoded.
    pub fn prepare(&self, column: &Column) -> Result<Prepared> {
        let nulls = nulls(column);
        let coded = strings::coded(column.array());
        let form = match (self, coded) {
            (Numbering::Nothing, _) => Form::Nothing,
            (Numbering::Plain, _) => Form::Values(dispatch::physical(column.array())),
            (Numbering::Codes(own), Some((_, other))) if strings::same_dictionary(&own.values, other) => {
                Form::Codes(column.array().clone(), None)
            }
            (Numbering::Codes(own), Some((_, other))) => {
                Form::Codes(column.array().clone(), Some(own.table().translate(other)))
            }
            (Numbering::Codes(own), None) => Form::Numbers(own.table().table.find(column.array())),
            (Numbering::Texts(own), Some((_, other))) => {
                Form::Codes(column.array().clone(), Some(own.translate(other)))
            }
            (Numbering::Texts(own), None) => match texts(column)? {
                Some(texts) => Form::Numbers(own.table.find(&texts)),
                None => Form::Nothing,
            },
        };
        Ok(Prepared { form, nulls })
    }

    /// A build column whose numbers are known from numbering it.
    pub fn prepared(column: &Column, numbers: Vec<u32>) -> Prepared {
        Prepared { form: Form::Numbers(numbers), nulls: nulls(column) }
    }
}

impl Prepared {
    /// What `code` makes of each row's number, appended to `out`; of nulls anything.
    pub fn codes(&self, rows: Range<usize>, code: impl Fn(u64) -> u64, out: &mut Vec<u64>) {
        // An unknown text is outside every range.
        let known = |number: u32| if number == UNKNOWN { u64::MAX } else { code(u64::from(number)) };
        match &self.form {
            Form::Nothing => out.extend(rows.map(|_| u64::MAX)),
            Form::Values(array) => {
                for block in blocks(rows.len()) {
                    let start = out.len();
                    plain(array, rows.start + block.start..rows.start + block.end, out);
                    out[start..].iter_mut().for_each(|number| *number = code(*number));
                }
            }
            Form::Numbers(numbers) => out.extend(numbers[rows].iter().map(|number| known(*number))),
            Form::Codes(array, translated) => {
                let Some((codes, _)) = strings::coded(array) else { return };
                let codes = &codes.values()[rows];
                match translated {
                    None => out.extend(codes.iter().map(|number| code(u64::from(*number)))),
                    // The code of a null row may be anything, also outside the dictionary.
                    Some(numbers) => out.extend(
                        codes.iter().map(|c| known(numbers.get(*c as usize).copied().unwrap_or(UNKNOWN))),
                    ),
                }
            }
        }
    }
}
