//! Rows of a column in several chunks, in any order, without putting the chunks together first.

use crate::data::{Column, dispatch, strings};
use crate::error::{Error, Result};
use crate::kernels::map::{collect_bits, collect_values};
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryViewArray, BooleanArray, PrimitiveArray,
    StringViewArray, UInt32Array, new_null_array,
};
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use arrow::compute::interleave;
use arrow::datatypes::{ArrowNativeType, DataType};
use std::sync::Arc;

/// A row: a chunk and the row in it.
pub type Place = (u32, u32);

/// No row: gathered as null.
pub const NOWHERE: Place = (u32::MAX, u32::MAX);

/// Bytes of text up to which a view holds it whole.
const INLINE: u32 = 12;

/// From the number of a row among all chunks to its place.
pub struct Locator {
    /// Where each chunk starts; one more than there are chunks.
    starts: Vec<usize>,
    /// The chunk of every 4096th row.
    hints: Vec<u32>,
}

const HINT: u32 = 12;

impl Locator {
    /// A locator for chunks of these sizes.
    pub fn new(sizes: impl IntoIterator<Item = usize>) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        for size in sizes {
            end += size;
            starts.push(end);
        }
        let mut hints = Vec::with_capacity((end >> HINT) + 1);
        let mut chunk = 0;
        for row in (0..end).step_by(1 << HINT) {
            while starts[chunk + 1] <= row {
                chunk += 1;
            }
            hints.push(chunk as u32);
        }
        Locator { starts, hints }
    }

    /// Rows of all chunks.
    pub fn rows(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// Where the chunks start; one more than there are chunks.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// The place of a row.
    #[inline]
    pub fn find(&self, row: usize) -> Place {
        let mut chunk = self.hints[row >> HINT] as usize;
        while self.starts[chunk + 1] <= row {
            chunk += 1;
        }
        (chunk as u32, (row - self.starts[chunk]) as u32)
    }
}

/// A column in chunks, ready to be gathered from.
pub struct Gatherer {
    chunks: Vec<ArrayRef>,
    form: Form,
    nulls: bool,
    dtype: DataType,
}

enum Form {
    /// Numbers and what is held as numbers.
    Native,
    Boolean,
    /// Views, with the data buffers of all chunks and where each chunk's begin.
    Views(Vec<Buffer>, Vec<u32>),
    /// Codes into one dictionary; the chunks are the codes.
    Codes(ArrayRef),
    Other,
}

impl Gatherer {
    /// Gathers from these chunks of one column.
    ///
    /// # Errors
    /// `Internal` without a chunk; `Type` if codes cannot be decoded.
    pub fn new(chunks: &[&Column]) -> Result<Self> {
        let [first, ..] = chunks else { return Err(Error::internal("no chunk to gather from")) };
        if let Some((_, dictionary)) = strings::coded(first.array()) {
            let codes: Option<Vec<ArrayRef>> = chunks
                .iter()
                .map(|chunk| {
                    let (codes, own) = strings::coded(chunk.array())?;
                    strings::same_dictionary(own, dictionary).then(|| Arc::new(codes.clone()) as ArrayRef)
                })
                .collect();
            if let Some(chunks) = codes {
                let nulls = chunks.iter().any(|chunk| chunk.null_count() > 0);
                let form = Form::Codes(dictionary.clone());
                return Ok(Gatherer { chunks, form, nulls, dtype: DataType::UInt32 });
            }
        }
        let plain: Vec<ArrayRef> = chunks.iter().map(|chunk| chunk.to_plain()).collect::<Result<_>>()?;
        Ok(Gatherer::of(plain))
    }

    /// Gathers from these plain arrays of one type; there is at least one.
    pub fn of(chunks: Vec<ArrayRef>) -> Self {
        let dtype = chunks[0].data_type().clone();
        let nulls = chunks.iter().any(|chunk| chunk.logical_null_count() > 0);
        let chunks: Vec<ArrayRef> = chunks.iter().map(dispatch::physical).collect();
        let form = match chunks[0].data_type() {
            DataType::Boolean => Form::Boolean,
            DataType::Utf8View | DataType::BinaryView => {
                let (mut buffers, mut bases) = (Vec::new(), Vec::with_capacity(chunks.len()));
                for chunk in &chunks {
                    bases.push(buffers.len() as u32);
                    buffers.extend_from_slice(parts_of(chunk).1);
                }
                Form::Views(buffers, bases)
            }
            other => dispatch::with_native!(other, T => {
                let _: Option<T> = None;
                Form::Native
            }, _ => Form::Other),
        };
        Gatherer { chunks, form, nulls, dtype }
    }

    /// The rows at these places, in their order; `missing`: whether [`NOWHERE`] may be among them.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold the rows in one array.
    pub fn take(&self, places: &[Place], missing: bool) -> Result<Column> {
        let nulls = self.nulls_of(places, missing);
        let array: ArrayRef = match &self.form {
            Form::Native => {
                let values = match self.chunks[0].data_type().primitive_width() {
                    Some(1) => self.values::<u8>(places, missing).into_inner(),
                    Some(2) => self.values::<u16>(places, missing).into_inner(),
                    Some(4) => self.values::<u32>(places, missing).into_inner(),
                    Some(8) => self.values::<u64>(places, missing).into_inner(),
                    _ => self.values::<i128>(places, missing).into_inner(),
                };
                dispatch::array_from(&self.dtype, places.len(), values, nulls)?
            }
            Form::Codes(dictionary) => {
                let codes = UInt32Array::new(self.values::<u32>(places, missing), nulls);
                strings::encode(codes, dictionary.clone())?
            }
            Form::Boolean => {
                let values: Vec<&BooleanArray> = self.chunks.iter().map(|chunk| chunk.as_boolean()).collect();
                let bits = collect_bits(places.len(), |i| {
                    let (chunk, row) = places[i];
                    chunk != u32::MAX && values[chunk as usize].values().value(row as usize)
                });
                Arc::new(BooleanArray::new(bits, nulls))
            }
            Form::Views(buffers, bases) => self.views(places, nulls, buffers, bases),
            Form::Other => {
                // One more chunk holds the null that stands for no row.
                let absent = new_null_array(self.chunks[0].data_type(), 1);
                let mut chunks: Vec<&dyn Array> = self.chunks.iter().map(AsRef::as_ref).collect();
                chunks.push(&absent);
                let last = self.chunks.len();
                let rows = places.iter().map(|place| match *place {
                    NOWHERE => (last, 0),
                    (chunk, row) => (chunk as usize, row as usize),
                });
                interleave(&chunks, &rows.collect::<Vec<_>>())?
            }
        };
        Ok(Column::from_held(array))
    }

    /// Rows by their numbers among all chunks, in their order; `u32::MAX`: null. Quick for rows of one chunk; `None` if
    /// there is no quick way.
    ///
    /// # Errors
    /// As [`Gatherer::take`].
    pub fn take_near(&self, rows: &[u32], chunk: usize, locator: &Locator) -> Option<Result<Column>> {
        match (&self.form, self.chunks[0].data_type().primitive_width()) {
            (Form::Codes(_), _) | (Form::Native, Some(4 | 8)) => (),
            _ => return None,
        }
        let first = locator.starts()[chunk];
        let near = |row: u32| (row as usize).wrapping_sub(first);
        let far = |row: u32| (row != u32::MAX).then(|| locator.find(row as usize));
        let nulls: Vec<Option<NullBuffer>> = self.chunks.iter().map(|chunk| chunk.logical_nulls()).collect();
        let (own, length) = (nulls[chunk].as_ref(), self.chunks[chunk].len());
        let valid = collect_bits(rows.len(), |i| match near(rows[i]) {
            row if row < length => own.is_none_or(|nulls| nulls.is_valid(row)),
            _ => far(rows[i]).is_some_and(|(chunk, row)| {
                nulls[chunk as usize].as_ref().is_none_or(|nulls| nulls.is_valid(row as usize))
            }),
        });
        let nulls = Some(NullBuffer::new(valid)).filter(|nulls| nulls.null_count() > 0);
        macro_rules! values {
            ($type:ty) => {{
                let buffers = self.buffers::<$type>();
                let own: &[$type] = &buffers[chunk];
                ScalarBuffer::<$type>::from(collect_values(rows.len(), |i| match own.get(near(rows[i])) {
                    Some(value) => *value,
                    None => far(rows[i])
                        .map_or(<$type>::default(), |(chunk, row)| buffers[chunk as usize][row as usize]),
                }))
            }};
        }
        let array = match &self.form {
            Form::Native => {
                let values = match self.chunks[0].data_type().primitive_width()? {
                    4 => values!(u32).into_inner(),
                    8 => values!(u64).into_inner(),
                    _ => return None,
                };
                dispatch::array_from(&self.dtype, rows.len(), values, nulls)
            }
            Form::Codes(dictionary) => {
                strings::encode(UInt32Array::new(values!(u32), nulls), dictionary.clone())
            }
            _ => return None,
        };
        Some(array.map(Column::from_held))
    }

    /// Numbers at these places, into `out` of the same length; `T` is the physical type. Of nulls anything.
    pub fn fill<T: ArrowPrimitiveType>(&self, places: &[Place], out: &mut [T::Native]) {
        let arrays: Vec<&PrimitiveArray<T>> =
            self.chunks.iter().map(|chunk| dispatch::primitive::<T>(chunk)).collect();
        let slices: Vec<&[T::Native]> = arrays.iter().map(|array| array.values().as_ref()).collect();
        for (value, (chunk, row)) in out.iter_mut().zip(places) {
            *value = slices[*chunk as usize][*row as usize];
        }
    }

    /// Numbers of rows that follow each other, from a place on; as [`Gatherer::fill`].
    pub fn copy<T: ArrowPrimitiveType>(&self, (chunk, row): Place, out: &mut [T::Native]) {
        let (mut row, mut out) = (row as usize, out);
        for chunk in &self.chunks[chunk as usize..] {
            let values = &dispatch::primitive::<T>(chunk).values()[row..];
            let (own, rest) = out.split_at_mut(values.len().min(out.len()));
            own.copy_from_slice(&values[..own.len()]);
            (row, out) = (0, rest);
        }
    }

    /// Whether the rows at these places are valid, as bits into `out`.
    pub fn fill_validity(&self, places: &[Place], out: &mut [u8]) {
        let nulls: Vec<Option<NullBuffer>> = self.chunks.iter().map(|chunk| chunk.logical_nulls()).collect();
        for (byte, places) in out.iter_mut().zip(places.chunks(8)) {
            *byte = 0;
            for (bit, (chunk, row)) in places.iter().enumerate() {
                let valid = nulls[*chunk as usize].as_ref().is_none_or(|nulls| nulls.is_valid(*row as usize));
                *byte |= u8::from(valid) << bit;
            }
        }
    }

    /// Whether there is a null.
    pub fn has_nulls(&self) -> bool {
        self.nulls
    }

    /// The physical type of the chunks.
    pub fn physical_type(&self) -> &DataType {
        self.chunks[0].data_type()
    }

    /// The values of all chunks, of a width.
    fn buffers<T: ArrowNativeType>(&self) -> Vec<ScalarBuffer<T>> {
        let of = |chunk: &ArrayRef| {
            let data = chunk.to_data();
            ScalarBuffer::new(data.buffers()[0].clone(), data.offset(), data.len())
        };
        self.chunks.iter().map(of).collect()
    }

    /// Values of a width at these places; of no row anything.
    fn values<T: ArrowNativeType>(&self, places: &[Place], missing: bool) -> ScalarBuffer<T> {
        let buffers = self.buffers::<T>();
        let slices: Vec<&[T]> = buffers.iter().map(AsRef::as_ref).collect();
        let values = match (missing, slices.as_slice()) {
            (true, _) => collect_values(places.len(), |i| match slices.get(places[i].0 as usize) {
                Some(values) => values[places[i].1 as usize],
                None => T::default(),
            }),
            (false, [only]) => collect_values(places.len(), |i| only[places[i].1 as usize]),
            (false, _) => {
                collect_values(places.len(), |i| slices[places[i].0 as usize][places[i].1 as usize])
            }
        };
        values.into()
    }

    fn views(
        &self,
        places: &[Place],
        nulls: Option<NullBuffer>,
        buffers: &[Buffer],
        bases: &[u32],
    ) -> ArrayRef {
        let slices: Vec<&[u128]> = self.chunks.iter().map(|chunk| parts_of(chunk).0).collect();
        let views = places.iter().map(|(chunk, row)| {
            let Some(views) = slices.get(*chunk as usize) else { return 0 };
            let view = views[*row as usize];
            let base = if view as u32 > INLINE { bases[*chunk as usize] } else { 0 };
            // The number of the buffer is the third word of a view.
            view + (u128::from(base) << 64)
        });
        let views = ScalarBuffer::from(views.collect::<Vec<u128>>());
        match self.chunks[0].data_type() {
            DataType::BinaryView => {
                // SAFETY: as below; bytes need not be text.
                let array = unsafe { BinaryViewArray::new_unchecked(views, buffers.to_vec().into(), nulls) };
                Arc::new(array)
            }
            _ => {
                // SAFETY: every view is a view of one of the chunks, whose buffers are all in `buffers` from `bases` of
                // that chunk on, so it names the same valid text as before; or it is the empty text.
                let array = unsafe { StringViewArray::new_unchecked(views, buffers.to_vec().into(), nulls) };
                Arc::new(array)
            }
        }
    }

    fn nulls_of(&self, places: &[Place], missing: bool) -> Option<NullBuffer> {
        if !self.nulls && !missing {
            return None;
        }
        let nulls: Vec<Option<NullBuffer>> = self.chunks.iter().map(|chunk| chunk.logical_nulls()).collect();
        let valid = collect_bits(places.len(), |i| {
            let (chunk, row) = places[i];
            match nulls.get(chunk as usize) {
                Some(Some(nulls)) => nulls.is_valid(row as usize),
                Some(None) => true,
                None => false,
            }
        });
        Some(NullBuffer::new(valid)).filter(|nulls| nulls.null_count() > 0)
    }
}

/// The views and data buffers of text or bytes.
fn parts_of(array: &ArrayRef) -> (&[u128], &[Buffer]) {
    if let Some(array) = array.as_string_view_opt() {
        return (array.views(), array.data_buffers());
    }
    match array.as_binary_view_opt() {
        Some(array) => (array.views(), array.data_buffers()),
        None => (&[], &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Scalar;

    fn values(column: &Column) -> Vec<Scalar> {
        (0..column.len()).map(|row| Scalar::from_array(column.array(), row)).collect()
    }

    fn check(chunks: [Column; 2]) {
        let sizes = chunks.iter().map(Column::len);
        let locator = Locator::new(sizes);
        let all: Vec<Scalar> = chunks.iter().flat_map(values).collect();
        let wanted = [4usize, 0, 3, 3, 1, 2, 4];
        let mut places: Vec<Place> = wanted.iter().map(|row| locator.find(*row)).collect();
        let gatherer = Gatherer::new(&chunks.iter().collect::<Vec<_>>()).unwrap();
        let found = gatherer.take(&places, false).unwrap();
        let mut expected: Vec<Scalar> = wanted.iter().map(|row| all[*row].clone()).collect();
        assert_eq!(values(&found), expected);
        assert_eq!(found.dtype(), chunks[0].dtype());
        for near in 0..2 {
            let mut rows: Vec<u32> = wanted.iter().map(|row| *row as u32).collect();
            rows.push(u32::MAX);
            if let Some(found) = gatherer.take_near(&rows, near, &locator) {
                let expected: Vec<Scalar> = expected.iter().cloned().chain([Scalar::Null]).collect();
                assert_eq!(values(&found.unwrap()), expected);
            }
        }
        places.insert(2, NOWHERE);
        expected.insert(2, Scalar::Null);
        assert_eq!(values(&gatherer.take(&places, true).unwrap()), expected);
    }

    #[test]
    fn rows_of_two_chunks() {
        check([[1i64, 2].into_iter().collect(), [Some(3i64), None, Some(5)].into_iter().collect()]);
        check([[true, false].into_iter().collect(), [Some(true), None, Some(true)].into_iter().collect()]);
        let long = ["a text of more than twelve bytes", "b"];
        check([
            long.into_iter().collect(),
            ["c", "another text of more than twelve", ""].into_iter().collect(),
        ]);
        let nulls = |rows| Column::from_held(new_null_array(&DataType::Null, rows));
        check([nulls(2), nulls(3)]);
        let list = Scalar::List(vec![1i64.into(), Scalar::Null]);
        let lists = |rows| Column::from_held(list.to_array(&list.dtype(), rows).unwrap());
        check([lists(2), lists(3)]);
        let decimal = Scalar::Decimal(125, 2);
        let decimals = |rows| Column::from_held(decimal.to_array(&decimal.dtype(), rows).unwrap());
        check([decimals(2), decimals(3)]);
        let day = Scalar::Date(7);
        let days = |rows| Column::from_held(day.to_array(&day.dtype(), rows).unwrap());
        check([days(2), days(3)]);
    }

    #[test]
    fn rows_are_found_behind_empty_chunks() {
        let locator = Locator::new([0, 5000, 0, 0, 3, 9000]);
        assert_eq!(locator.rows(), 14_003);
        for (row, place) in
            [(0, (1, 0)), (4999, (1, 4999)), (5000, (4, 0)), (5003, (5, 0)), (14_002, (5, 8999))]
        {
            assert_eq!(locator.find(row), place);
        }
    }
}
