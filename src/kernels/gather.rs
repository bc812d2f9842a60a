//! Rows of a column that lies in pieces, gathered by number into one new column; the pieces are never joined first.

use crate::data::{Column, strings};
use crate::error::Result;
use crate::kernels::buckets::Parts;
use crate::kernels::gathered::Gathered;
use crate::kernels::map::{collect_bits, collect_values};
use arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, BinaryViewArray, BooleanArray, DictionaryArray, StringViewArray,
    UInt32Array, make_array, new_null_array,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::compute::{FilterPredicate, interleave};
use arrow::datatypes::{ArrowNativeType, DataType};
use std::sync::Arc;

/// The number that stands for "no row": it gives a null.
pub const NO_ROW: u32 = u32::MAX;

/// A column in pieces. The number of a row is its piece, shifted left, and its place in the piece.
pub struct Pieces {
    dtype: DataType,
    shift: u32,
    values: Values,
    /// Of each piece, if any has a null.
    nulls: Option<Vec<Option<NullBuffer>>>,
}

enum Values {
    Bits(Vec<BooleanBuffer>),
    One(Vec<ScalarBuffer<u8>>),
    Two(Vec<ScalarBuffer<u16>>),
    Four(Vec<ScalarBuffer<u32>>),
    Eight(Vec<ScalarBuffer<u64>>),
    Sixteen(Vec<ScalarBuffer<u128>>),
    /// Codes of one dictionary.
    Codes(Vec<ScalarBuffer<u32>>, ArrayRef),
    /// Views, where each piece's buffers begin among all buffers, and those.
    Views(Vec<ScalarBuffer<u128>>, Vec<u32>, Arc<[Buffer]>),
    /// Anything else; behind the pieces stands one of a single null.
    Other(Vec<ArrayRef>),
}

/// Where a value lies in a row of words: its first word, and its lowest bit there.
pub type Place = (usize, u32);

impl Pieces {
    /// A column of pieces of one type. Row `place` of piece `piece` has the number `piece << shift | place`.
    pub fn new(columns: &[&Column], shift: u32) -> Self {
        let arrays: Vec<&ArrayRef> = columns.iter().map(|column| column.array()).collect();
        let dtype = match arrays.first() {
            Some(first) => first.data_type().clone(),
            None => DataType::Null,
        };
        let nulls: Vec<Option<NullBuffer>> =
            arrays.iter().map(|array| array.nulls().filter(|n| n.null_count() > 0).cloned()).collect();
        let nulls = nulls.iter().any(Option::is_some).then_some(nulls);
        Pieces { values: values(&arrays, &dtype), dtype, shift, nulls }
    }

    /// A column of one piece: numbers are places.
    pub fn of(column: &Column) -> Self {
        Pieces::new(&[column], 31)
    }

    /// The rows of these numbers. [`NO_ROW`] gives a null; `absent` tells which numbers are not that, if any is.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold the result in one array.
    ///
    /// # Panics
    /// If a number is of no row.
    pub fn gather(&self, rows: &[u32], absent: Option<&NullBuffer>) -> Result<Column> {
        let nulls = match (&self.nulls, absent) {
            (None, absent) => absent.cloned(),
            (Some(nulls), _) => Some(self.valid(nulls, rows)),
        };
        self.gather_with(rows, nulls, absent.is_some())
    }

    /// The rows of these numbers, which are those that `kept` keeps of the only piece: bits are put together word by word.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold the result in one array.
    ///
    /// # Panics
    /// If a number is of no row.
    pub fn filter(&self, rows: &[u32], kept: &FilterPredicate) -> Result<Column> {
        let bits = |bits: &BooleanBuffer| -> Result<BooleanBuffer> {
            let found = kept.filter(&BooleanArray::new(bits.clone(), None))?;
            Ok(found.as_boolean().values().clone())
        };
        let nulls = match self.nulls.as_deref() {
            Some([Some(nulls)]) => Some(NullBuffer::new(bits(nulls.inner())?)),
            _ => None,
        };
        match &self.values {
            Values::Bits(pieces) if pieces.len() == 1 => {
                Ok(Column::from_held(Arc::new(BooleanArray::new(bits(&pieces[0])?, nulls))))
            }
            _ => self.gather_with(rows, nulls, false),
        }
    }

    /// The rows of these numbers with these nulls; `outer`: whether [`NO_ROW`] may be among them.
    fn gather_with(&self, rows: &[u32], nulls: Option<NullBuffer>, outer: bool) -> Result<Column> {
        let array = match &self.values {
            Values::Bits(pieces) => {
                let (shift, mask) = (self.shift, mask(self.shift));
                let bits = collect_bits(rows.len(), |i| {
                    let row = rows[i];
                    row != NO_ROW && pieces[(row >> shift) as usize].value((row & mask) as usize)
                });
                Arc::new(BooleanArray::new(bits, nulls))
            }
            Values::One(pieces) => self.made(Gathered::One(self.pick(pieces, rows, outer)), nulls),
            Values::Two(pieces) => self.made(Gathered::Two(self.pick(pieces, rows, outer)), nulls),
            Values::Four(pieces) | Values::Codes(pieces, _) => {
                self.made(Gathered::Four(self.pick(pieces, rows, outer)), nulls)
            }
            Values::Eight(pieces) => self.made(Gathered::Eight(self.pick(pieces, rows, outer)), nulls),
            Values::Sixteen(pieces) => self.made(Gathered::Sixteen(self.pick(pieces, rows, outer)), nulls),
            Values::Views(pieces, bases, _) => {
                self.made(Gathered::Sixteen(self.views(pieces, bases, rows, outer)), nulls)
            }
            Values::Other(pieces) => {
                let arrays: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
                let (shift, mask) = (self.shift, mask(self.shift));
                let places: Vec<(usize, usize)> = rows
                    .iter()
                    .map(|row| match *row {
                        NO_ROW => (arrays.len() - 1, 0),
                        row => ((row >> shift) as usize, (row & mask) as usize),
                    })
                    .collect();
                interleave(&arrays, &places)?
            }
        };
        Ok(Column::from_held(array))
    }

    /// Bytes of a value, if all have as many.
    pub fn width(&self) -> Option<usize> {
        match &self.values {
            Values::One(_) => Some(1),
            Values::Two(_) => Some(2),
            Values::Four(_) | Values::Codes(..) => Some(4),
            Values::Eight(_) => Some(8),
            Values::Sixteen(_) | Values::Views(..) => Some(16),
            Values::Bits(_) | Values::Other(_) => None,
        }
    }

    /// Writes a piece's values, from row `from` on, into rows of `stride` words that are zero at their place: from that
    /// word and bit on.
    ///
    /// # Panics
    /// If there is no such place in a row, or no such row.
    pub fn lay(&self, piece: usize, from: usize, (word, bit): Place, stride: usize, rows: &mut [u64]) {
        fn each<T: Copy>(values: &[T], rows: &mut [u64], stride: usize, word: impl Fn(&mut [u64], T)) {
            rows.chunks_exact_mut(stride).zip(values).for_each(|(row, value)| word(row, *value));
        }
        let wide = |row: &mut [u64], value: u128| {
            row[word] = value as u64;
            row[word + 1] = (value >> 64) as u64;
        };
        match &self.values {
            Values::One(all) => {
                each(&all[piece][from..], rows, stride, |row, v| row[word] |= u64::from(v) << bit)
            }
            Values::Two(all) => {
                each(&all[piece][from..], rows, stride, |row, v| row[word] |= u64::from(v) << bit)
            }
            Values::Four(all) | Values::Codes(all, _) => {
                each(&all[piece][from..], rows, stride, |row, v| row[word] |= u64::from(v) << bit);
            }
            Values::Eight(all) => each(&all[piece][from..], rows, stride, |row, v| row[word] = v),
            Values::Sixteen(all) => each(&all[piece][from..], rows, stride, wide),
            Values::Views(all, bases, _) => {
                let base = u128::from(bases[piece]) << 64;
                each(&all[piece][from..], rows, stride, |row, view| wide(row, moved(view, base)));
            }
            Values::Bits(_) | Values::Other(_) => {}
        }
    }

    /// Puts a piece's values, from row `from` on, into these buckets, until there are no more buckets.
    ///
    /// # Panics
    /// If the buckets are not for values of this width, or there is no such bucket.
    pub fn scatter(&self, piece: usize, from: usize, buckets: &[u16], to: &mut Parts<'_>) {
        match (&self.values, to) {
            (Values::One(all), Parts::One(to)) => to.put(&all[piece][from..], buckets, |v| v),
            (Values::Two(all), Parts::Two(to)) => to.put(&all[piece][from..], buckets, |v| v),
            (Values::Four(all) | Values::Codes(all, _), Parts::Four(to)) => {
                to.put(&all[piece][from..], buckets, |v| v);
            }
            (Values::Eight(all), Parts::Eight(to)) => to.put(&all[piece][from..], buckets, |v| v),
            (Values::Sixteen(all), Parts::Sixteen(to)) => to.put(&all[piece][from..], buckets, |v| v),
            (Values::Views(all, bases, _), Parts::Sixteen(to)) => {
                let base = u128::from(bases[piece]) << 64;
                to.put(&all[piece][from..], buckets, |view| moved(view, base));
            }
            _ => panic!("buckets for values of another width"),
        }
    }

    /// Whether a value is null.
    pub fn has_nulls(&self) -> bool {
        self.nulls.is_some()
    }

    /// Values of this column that were gathered from rows where they had been laid, as the column of these rows.
    ///
    /// # Panics
    /// If the values are not of the column's width.
    pub fn laid(&self, values: Gathered, rows: &[u32], absent: Option<&NullBuffer>) -> Column {
        assert_eq!(Some(values.width()), self.width(), "values of the column's width");
        let nulls = match &self.nulls {
            None => absent.cloned(),
            Some(nulls) => Some(self.valid(nulls, rows)),
        };
        Column::from_held(self.made(values, nulls))
    }

    /// Values that are all of this column, or zero, as an array.
    fn made(&self, values: Gathered, nulls: Option<NullBuffer>) -> ArrayRef {
        let dtype = self.dtype.clone();
        match (&self.values, values) {
            (Values::Codes(_, dictionary), Gathered::Four(codes)) => {
                let codes = UInt32Array::new(codes.into(), nulls);
                // SAFETY: the codes are codes of a valid array over this dictionary, and 0 under nulls.
                Arc::new(unsafe { DictionaryArray::new_unchecked(codes, dictionary.clone()) })
            }
            (Values::Views(_, _, buffers), Gathered::Sixteen(views)) => {
                // SAFETY: each view is one of a valid array whose buffers begin at its base in `buffers`, or empty.
                unsafe {
                    match dtype {
                        DataType::Utf8View => {
                            Arc::new(StringViewArray::new_unchecked(views.into(), buffers.clone(), nulls))
                        }
                        _ => Arc::new(BinaryViewArray::new_unchecked(views.into(), buffers.clone(), nulls)),
                    }
                }
            }
            (_, Gathered::One(values)) => fixed(dtype, values, nulls),
            (_, Gathered::Two(values)) => fixed(dtype, values, nulls),
            (_, Gathered::Four(values)) => fixed(dtype, values, nulls),
            (_, Gathered::Eight(values)) => fixed(dtype, values, nulls),
            (_, Gathered::Sixteen(values)) => fixed(dtype, values, nulls),
        }
    }

    fn pick<T: ArrowNativeType>(&self, pieces: &[ScalarBuffer<T>], rows: &[u32], outer: bool) -> Vec<T> {
        let (shift, mask) = (self.shift, mask(self.shift));
        match (pieces, outer) {
            ([only], false) => {
                let only: &[T] = only;
                collect_values(rows.len(), |i| only[rows[i] as usize])
            }
            (_, false) => {
                let pieces: Vec<&[T]> = pieces.iter().map(|piece| &**piece).collect();
                collect_values(rows.len(), |i| pieces[(rows[i] >> shift) as usize][(rows[i] & mask) as usize])
            }
            (_, true) => {
                let pieces: Vec<&[T]> = pieces.iter().map(|piece| &**piece).collect();
                let one = |row: u32| match row {
                    NO_ROW => T::default(),
                    row => pieces[(row >> shift) as usize][(row & mask) as usize],
                };
                collect_values(rows.len(), |i| one(rows[i]))
            }
        }
    }

    fn views(&self, pieces: &[ScalarBuffer<u128>], bases: &[u32], rows: &[u32], outer: bool) -> Vec<u128> {
        if bases.iter().all(|base| *base == 0) {
            return self.pick(pieces, rows, outer);
        }
        let (shift, mask) = (self.shift, mask(self.shift));
        let pieces: Vec<(&[u128], u128)> =
            pieces.iter().zip(bases).map(|(piece, base)| (&**piece, u128::from(*base) << 64)).collect();
        let one = |row: u32| {
            if outer && row == NO_ROW {
                return 0;
            }
            let (piece, base) = pieces[(row >> shift) as usize];
            moved(piece[(row & mask) as usize], base)
        };
        collect_values(rows.len(), |i| one(rows[i]))
    }

    fn valid(&self, nulls: &[Option<NullBuffer>], rows: &[u32]) -> NullBuffer {
        let (shift, mask) = (self.shift, mask(self.shift));
        let bits = collect_bits(rows.len(), |i| {
            let row = rows[i];
            row != NO_ROW
                && nulls[(row >> shift) as usize]
                    .as_ref()
                    .is_none_or(|nulls| nulls.is_valid((row & mask) as usize))
        });
        NullBuffer::new(bits)
    }
}

/// By how much a piece is shifted to make the numbers of rows of pieces of these sizes; `None` if they are too many.
pub fn numbering(sizes: impl ExactSizeIterator<Item = usize> + Clone) -> Option<u32> {
    let pieces = sizes.len();
    let rows: u64 = sizes.clone().map(|rows| rows as u64).sum();
    let shift = match pieces {
        0 | 1 => 31,
        _ => sizes.max().unwrap_or(0).next_power_of_two().trailing_zeros(),
    };
    let numbers = (pieces.max(1) as u64) << shift.min(31);
    (rows < u64::from(u32::MAX) / 2 && numbers < u64::from(u32::MAX)).then_some(shift)
}

/// Which numbers are of a row; `None` if all are.
pub fn present(rows: &[u32]) -> Option<NullBuffer> {
    if !rows.contains(&NO_ROW) {
        return None;
    }
    Some(NullBuffer::new(collect_bits(rows.len(), |i| rows[i] != NO_ROW)))
}

/// A view whose buffers begin behind others. Only text of more than 12 bytes lies in a buffer.
fn moved(view: u128, base: u128) -> u128 {
    view + if view as u32 > 12 { base } else { 0 }
}

fn mask(shift: u32) -> u32 {
    ((1u64 << shift) - 1) as u32
}

fn values(arrays: &[&ArrayRef], dtype: &DataType) -> Values {
    fn buffers<T: ArrowNativeType>(arrays: &[&ArrayRef]) -> Vec<ScalarBuffer<T>> {
        let buffer = |array: &&ArrayRef| {
            let data = array.to_data();
            ScalarBuffer::new(data.buffers()[0].clone(), data.offset(), data.len())
        };
        arrays.iter().map(buffer).collect()
    }
    let other = || {
        let pieces = arrays.iter().map(|array| (*array).clone());
        Values::Other(pieces.chain([new_null_array(dtype, 1)]).collect())
    };
    if arrays.iter().any(|array| array.data_type() != dtype) {
        return other();
    }
    match (dtype, dtype.primitive_width()) {
        (DataType::Boolean, _) => {
            Values::Bits(arrays.iter().map(|array| array.as_boolean().values().clone()).collect())
        }
        (DataType::Utf8View, _) => {
            let arrays: Vec<&StringViewArray> = arrays.iter().map(|array| array.as_string_view()).collect();
            let views = arrays.iter().map(|array| array.views().clone()).collect();
            joined(views, arrays.iter().map(|array| array.data_buffers()))
        }
        (DataType::BinaryView, _) => {
            let arrays: Vec<&BinaryViewArray> = arrays.iter().map(|array| array.as_binary_view()).collect();
            let views = arrays.iter().map(|array| array.views().clone()).collect();
            joined(views, arrays.iter().map(|array| array.data_buffers()))
        }
        (DataType::Dictionary(..), _) => {
            let coded: Option<Vec<_>> = arrays.iter().map(|array| strings::coded(array)).collect();
            match coded.as_deref() {
                Some([(_, first), ..]) => {
                    let coded = coded.iter().flatten();
                    if !coded.clone().all(|(_, other)| strings::same_dictionary(first, other)) {
                        return other();
                    }
                    Values::Codes(coded.map(|(codes, _)| codes.values().clone()).collect(), (*first).clone())
                }
                _ => other(),
            }
        }
        (_, Some(1)) => Values::One(buffers(arrays)),
        (_, Some(2)) => Values::Two(buffers(arrays)),
        (_, Some(4)) => Values::Four(buffers(arrays)),
        (_, Some(8)) => Values::Eight(buffers(arrays)),
        (_, Some(16)) => Values::Sixteen(buffers(arrays)),
        _ => other(),
    }
}

/// The buffers of all pieces one after the other; pieces cut out of one array share theirs.
fn joined<'a>(views: Vec<ScalarBuffer<u128>>, each: impl Iterator<Item = &'a Arc<[Buffer]>>) -> Values {
    let mut distinct: Vec<(&Arc<[Buffer]>, u32)> = Vec::new();
    let mut bases = Vec::with_capacity(views.len());
    let mut count = 0;
    for own in each {
        let base = match distinct.last() {
            Some((before, base)) if same(before, own) => *base,
            _ => {
                distinct.push((own, count));
                count += own.len() as u32;
                count - own.len() as u32
            }
        };
        bases.push(base);
    }
    let buffers = match distinct.as_slice() {
        [(only, _)] => Arc::clone(only),
        many => many.iter().flat_map(|(own, _)| own.iter().cloned()).collect(),
    };
    Values::Views(views, bases, buffers)
}

fn same(left: &Arc<[Buffer]>, right: &Arc<[Buffer]>) -> bool {
    Arc::ptr_eq(left, right)
        || left.len() == right.len()
            && left.iter().zip(right.iter()).all(|(a, b)| a.as_ptr() == b.as_ptr() && a.len() == b.len())
}

/// Values of a type of fixed width as an array; the width must be the type's.
pub fn fixed<T: ArrowNativeType>(dtype: DataType, values: Vec<T>, nulls: Option<NullBuffer>) -> ArrayRef {
    let rows = values.len();
    let data = ArrayData::builder(dtype).len(rows).add_buffer(Buffer::from_vec(values)).nulls(nulls);
    // SAFETY: one value of the type's width per row, all taken from arrays of this type, or zero.
    make_array(unsafe { data.build_unchecked() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Scalar;

    fn gathered(pieces: &[Column], rows: &[u32]) -> Vec<Scalar> {
        let pieces: Vec<&Column> = pieces.iter().collect();
        let column = Pieces::new(&pieces, 2).gather(rows, present(rows).as_ref()).unwrap();
        (0..column.len()).map(|row| Scalar::from_array(column.array(), row)).collect()
    }

    #[test]
    fn rows_of_pieces_and_absent_rows() {
        let numbers: Vec<Column> = vec![
            [Some(1i64), None, Some(3)].into_iter().collect(),
            [Some(10i64), Some(20)].into_iter().collect(),
        ];
        let found = gathered(&numbers, &[5, 0, 1, NO_ROW, 4]);
        assert_eq!(found, [20i64.into(), 1i64.into(), Scalar::Null, Scalar::Null, 10i64.into()]);
        let long = "a text of more than twelve bytes";
        let texts: Vec<Column> = vec![
            [Some(long), Some("x")].into_iter().collect(),
            [Some("another text of more than twelve bytes"), None].into_iter().collect(),
        ];
        let found = gathered(&texts, &[4, 0, 5, 1, NO_ROW]);
        assert_eq!(found[0].as_str(), Some("another text of more than twelve bytes"));
        assert_eq!(found[1].as_str(), Some(long));
        assert_eq!((&found[2], found[3].as_str()), (&Scalar::Null, Some("x")));
        let flags: Vec<Column> = vec![[Some(true), None].into_iter().collect()];
        assert_eq!(gathered(&flags, &[0, 1, NO_ROW]), [Scalar::Bool(true), Scalar::Null, Scalar::Null]);
    }
}
