//! One key column as codes: unsigned numbers as small as its values allow.

use crate::data::{Column, DType, dispatch, strings};
use crate::error::{Error, Result};
use crate::kernels::compare_nested::canonical as canonical_nested;
use crate::kernels::hash::{canonical, canonical32};
use crate::kernels::keys::intern::Interner;
use crate::kernels::keys::pack::{Target, pack};
use crate::kernels::keys::shared::SharedDictionary;
use crate::kernels::keys::short;
use crate::kernels::keys::texts::Views;
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Float32Type, Float64Type, UInt32Type, UInt64Type};
use arrow::row::{RowConverter, SortField};
use std::ops::Range;
use std::sync::Arc;

/// How the values of a key column become numbers.
pub enum Coder {
    /// Only nulls.
    Nothing,
    /// Integers, dates, times: an order-preserving map to unsigned numbers.
    Integer,
    /// Booleans.
    Boolean,
    /// Floats by their canonical bits.
    Float32,
    /// Floats by their canonical bits.
    Float64,
    /// Codes of the one dictionary all batches so far share.
    Codes(ArrayRef),
    /// Numbers from an interner.
    Interned(Box<Interner>),
    /// Numbers that all lanes share.
    Shared {
        /// The texts.
        dictionary: Arc<SharedDictionary>,
        /// Whether there was a batch yet.
        used: bool,
        /// Whether there were rows yet.
        begun: bool,
    },
    /// Texts of few bytes (or such bytes: false) as numbers made of these ([`short`]).
    Short(bool),
}

/// Rows from which on the first ones of a lane tell whether texts repeat.
const TELLING: usize = 1 << 12;

/// Fewer repeats than this among [`TELLING`] rows: there are a third of a million texts or more, which are not worth sharing: a table of
/// them leaves the caches, and parts by hash are cheaper than their numbers.
const REPEATS: usize = 26;

/// What prepares a column once per batch.
pub enum Prepared<'a> {
    /// The values as they are.
    Plain(ArrayRef),
    /// Codes, with a number for each dictionary entry, or the code itself.
    Codes(&'a arrow::array::UInt32Array, Option<Vec<u32>>),
    /// Bytes that stand for nested or wide values.
    Rows(BinaryViewArray),
}

impl Coder {
    /// The coder for a type.
    pub fn new(dtype: &DType, weak: bool) -> Coder {
        match dtype {
            DType::Null => Coder::Nothing,
            DType::Bool => Coder::Boolean,
            DType::Float32 => Coder::Float32,
            DType::Float64 => Coder::Float64,
            DType::Decimal(..)
            | DType::String
            | DType::Binary
            | DType::List(_)
            | DType::Array(..)
            | DType::Struct(_)
            | DType::Interval => Coder::Interned(Box::new(Interner::new(weak))),
            _ => Coder::Integer,
        }
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        match self {
            Coder::Interned(interner) => interner.size_bytes(),
            _ => 0,
        }
    }

    /// Becomes another one where the column of a batch wants that. Whether rows that were seen before get other numbers.
    ///
    /// # Errors
    /// `Internal` if a dictionary holds no text.
    pub fn adapt(&mut self, column: &Column, weak: bool) -> Result<bool> {
        match self {
            Coder::Shared { dictionary, used, .. } if dictionary.is_full() => {
                let (used, text) = (*used, dictionary.is_text());
                if dictionary.is_short() && is_short(column)? {
                    *self = Coder::Short(text);
                    return Ok(used);
                }
                let own = if used { dictionary.interner() } else { Interner::new(weak) };
                *self = Coder::Interned(Box::new(own));
                Ok(false)
            }
            Coder::Short(_) if !is_short(column)? => {
                *self = Coder::Interned(Box::new(Interner::new(weak)));
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Prepares a batch's column and learns its dictionary, if it brings one.
    ///
    /// # Errors
    /// `Type` if nested values cannot be encoded.
    pub fn prepare<'a>(&mut self, column: &'a Column, weak: bool) -> Result<Prepared<'a>> {
        if let Coder::Short(_) = self {
            return Ok(Prepared::Plain(strings::decode(column.array())?));
        }
        let Some((codes, dictionary)) = strings::coded(column.array()) else {
            match self {
                Coder::Codes(known) => *self = Coder::Interned(Box::new(adopt(known, weak)?)),
                Coder::Shared { used, .. } => *used = true,
                _ => (),
            }
            return prepare_plain(column);
        };
        match self {
            Coder::Shared { dictionary: known, used: true, .. } => {
                let texts = strings::views(dictionary)?;
                return Ok(Prepared::Codes(
                    codes,
                    Some(known.learn(texts.iter().map(Option::unwrap_or_default))),
                ));
            }
            Coder::Shared { .. } => {
                *self = Coder::Codes(dictionary.clone());
                return Ok(Prepared::Codes(codes, None));
            }
            Coder::Codes(known) if strings::same_dictionary(known, dictionary) => {
                return Ok(Prepared::Codes(codes, None));
            }
            Coder::Codes(known) => *self = Coder::Interned(Box::new(adopt(known, weak)?)),
            Coder::Interned(interner) if interner.is_empty() => {
                *self = Coder::Codes(dictionary.clone());
                return Ok(Prepared::Codes(codes, None));
            }
            _ => (),
        }
        let Coder::Interned(interner) = self else {
            return Err(Error::internal("codes for a key that is no string"));
        };
        let texts = strings::views(dictionary)?;
        let numbers = (0..texts.len()).map(|i| interner.intern(texts.value(i).as_bytes())).collect();
        Ok(Prepared::Codes(codes, Some(numbers)))
    }

    /// Numbers of some rows, where there are none yet; of nulls anything. New strings are learnt. The first rows of a lane may
    /// show that its texts are better not shared. `out`: room for as many numbers of a row as it can get.
    pub fn numbers(&mut self, prepared: &Prepared<'_>, rows: Range<usize>, out: &mut [Vec<u64>]) {
        let Some(first) = out.first_mut() else { return };
        if let (Coder::Shared { dictionary, begun, .. }, Some(views)) = (&mut *self, views(prepared))
            && !std::mem::replace(begun, true)
            && rows.len() >= TELLING
        {
            let mut own = dictionary.apart();
            own.intern_views(views, rows.clone(), first);
            let apart = own.len() as usize + REPEATS > rows.len();
            if apart && short::all_short(views, views.rows()) {
                *self = Coder::Short(dictionary.is_text());
            } else if apart {
                *self = Coder::Interned(Box::new(own));
                return;
            }
            first.clear();
        }
        match (&mut *self, views(prepared)) {
            (Coder::Interned(interner), Some(views)) => return interner.intern_views(views, rows, first),
            (Coder::Shared { dictionary, .. }, Some(views)) => return dictionary.numbers(views, rows, first),
            (Coder::Short(_), Some(views)) => return short::numbers(views, rows, out),
            _ => (),
        }
        self.known_numbers(prepared, rows, first);
    }

    /// Writes the codes of some rows (their numbers less `base`, plus one) to `words`, or adds them to those of the columns
    /// before; new strings are learnt. Returns the bits there were, as [`pack`] does; `scratch` is for numbers that have to
    /// be looked up first. Not for what gets several numbers.
    pub fn pack(
        &mut self,
        prepared: &Prepared<'_>,
        rows: Range<usize>,
        masks: Option<&[u64]>,
        into: Target,
        scratch: &mut Vec<u64>,
        words: &mut [u64],
    ) -> u64 {
        match (&*self, prepared) {
            (Coder::Integer, Prepared::Plain(array)) => {
                dispatch::with_integer!(array.data_type(), T => {
                    let values = &dispatch::primitive::<T>(array).values()[rows];
                    return pack::<T>(values, masks, into, words);
                }, _ => ());
            }
            (Coder::Codes(_), Prepared::Codes(codes, None)) => {
                return pack::<UInt32Type>(&codes.values()[rows], masks, into, words);
            }
            _ => (),
        }
        scratch.clear();
        self.numbers(prepared, rows, std::slice::from_mut(scratch));
        pack::<UInt64Type>(scratch, masks, into, words)
    }

    fn known_numbers(&self, prepared: &Prepared<'_>, rows: Range<usize>, out: &mut Vec<u64>) {
        match prepared {
            Prepared::Codes(codes, None) => {
                out.extend(codes.values()[rows].iter().map(|code| u64::from(*code)))
            }
            Prepared::Codes(codes, Some(numbers)) => {
                // The code of a null row may be anything, also outside the dictionary.
                let number = |code: &u32| numbers.get(*code as usize).map_or(0, |number| u64::from(*number));
                out.extend(codes.values()[rows].iter().map(number));
            }
            Prepared::Rows(_) => (),
            Prepared::Plain(array) => match array.data_type() {
                DataType::Null => out.extend(rows.map(|_| 0)),
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
                _ => dispatch::ordered_words(array, rows, out),
            },
        }
    }
}

fn views<'a>(prepared: &'a Prepared<'_>) -> Option<Views<'a>> {
    match prepared {
        Prepared::Rows(rows) => Some(Views::Binary(rows)),
        Prepared::Plain(array) => match array.data_type() {
            DataType::Utf8View => Some(Views::String(array.as_string_view())),
            DataType::BinaryView => Some(Views::Binary(array.as_binary_view())),
            _ => None,
        },
        Prepared::Codes(..) => None,
    }
}

fn prepare_plain(column: &Column) -> Result<Prepared<'static>> {
    match column.dtype() {
        DType::Decimal(..) | DType::List(_) | DType::Array(..) | DType::Struct(_) | DType::Interval => {
            let array = canonical_nested(column.array())?;
            let converter = RowConverter::new(vec![SortField::new(array.data_type().clone())])?;
            let rows = converter.convert_columns(&[array])?;
            Ok(Prepared::Rows(rows.iter().map(|row| Some(row.data().to_vec())).collect()))
        }
        _ => Ok(Prepared::Plain(dispatch::physical(column.array()))),
    }
}

/// Whether a column of texts has none that is too long for numbers.
fn is_short(column: &Column) -> Result<bool> {
    let array = column.array();
    Ok(match (strings::coded(array), array.data_type()) {
        (Some((_, dictionary)), _) => {
            let texts = strings::views(dictionary)?;
            short::all_short(Views::String(texts), 0..texts.len())
        }
        (None, kind) => {
            let views = match kind {
                DataType::BinaryView => Views::Binary(array.as_binary_view()),
                _ => Views::String(strings::views(array)?),
            };
            short::all_short(views, views.rows())
        }
    })
}

/// An interner whose numbers are the codes of a dictionary.
fn adopt(dictionary: &ArrayRef, weak: bool) -> Result<Interner> {
    let mut interner = Interner::new(weak);
    for text in strings::views(dictionary)?.iter().flatten() {
        interner.intern(text.as_bytes());
    }
    if interner.len() as usize != dictionary.len() {
        return Err(Error::internal("a dictionary holds a value twice"));
    }
    Ok(interner)
}

/// The nulls of a key column, if it has any.
pub fn nulls(column: &Column) -> Option<NullBuffer> {
    column.array().logical_nulls().filter(|nulls| nulls.null_count() > 0)
}
