//! Bounds as files write them, as values. One value at a time and without types of iterators: the general converter
//! of the parquet crate would be compiled once per type and caller, a fifteenth of this crate's optimisation.

use crate::data::{Column, DType, Scalar};
use arrow::array::{
    ArrayData, ArrayRef, BinaryArray, BooleanArray, Decimal128Array, StringArray, make_array,
};
use arrow::buffer::Buffer;
use arrow::datatypes::DataType;
use parquet::basic::Type;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use std::sync::Arc;

/// A bound, written with its physical type's plain encoding, as a value of the column's type; null if it is unknown,
/// NaN, or of a type without a defined order.
pub fn bound(bytes: Option<&[u8]>, physical: Type, field: &DataType, dtype: &DType) -> Scalar {
    let Some(array) = bytes.and_then(|bytes| array(bytes, physical, field, dtype)) else {
        return Scalar::Null;
    };
    let Ok(column) = Column::new(array) else { return Scalar::Null };
    if column.dtype() != dtype.held() {
        return Scalar::Null;
    }
    match Scalar::from_array(column.array(), 0) {
        Scalar::Float(value) if value.is_nan() => Scalar::Null,
        value => value,
    }
}

fn array(bytes: &[u8], physical: Type, field: &DataType, dtype: &DType) -> Option<ArrayRef> {
    let array: ArrayRef = match (field, physical) {
        (DataType::Dictionary(_, values), _) => return array(bytes, physical, values, dtype),
        (_, Type::INT96) => return None,
        (DataType::Boolean, Type::BOOLEAN) => Arc::new(BooleanArray::from(vec![*bytes.first()? != 0])),
        (DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View, Type::BYTE_ARRAY) => {
            Arc::new(StringArray::from(vec![str::from_utf8(bytes).ok()?]))
        }
        (
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_),
            Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY,
        ) => Arc::new(BinaryArray::from(vec![bytes])),
        _ if matches!(dtype, DType::Decimal(..)) => {
            let unscaled = match physical {
                Type::INT32 | Type::INT64 => signed(bytes.iter().rev())?,
                Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => signed(bytes.iter())?,
                _ => return None,
            };
            Arc::new(Decimal128Array::from(vec![unscaled]).with_data_type(dtype.to_arrow()))
        }
        _ if plain(field, physical) => {
            // Narrow integers are the low bytes of the wide ones that files have.
            let value = bytes.get(..field.primitive_width()?)?;
            let data = ArrayData::builder(field.clone()).len(1).add_buffer(Buffer::from(value));
            make_array(data.build().ok()?)
        }
        _ => return None,
    };
    Some(array)
}

/// Whether the values of an Arrow type are written as they lie in memory.
fn plain(field: &DataType, physical: Type) -> bool {
    let whole = field.is_integer()
        || matches!(
            field,
            DataType::Date32
                | DataType::Date64
                | DataType::Time32(_)
                | DataType::Time64(_)
                | DataType::Timestamp(..)
                | DataType::Duration(_)
        );
    match physical {
        Type::INT32 => whole && field.primitive_width().is_some_and(|width| width <= 4),
        Type::INT64 => whole && field.primitive_width() == Some(8),
        Type::FLOAT => field == &DataType::Float32,
        Type::DOUBLE => field == &DataType::Float64,
        Type::FIXED_LEN_BYTE_ARRAY => field == &DataType::Float16,
        _ => false,
    }
}

/// Big-endian bytes as a number with a sign.
fn signed<'a>(bytes: impl ExactSizeIterator<Item = &'a u8> + Clone) -> Option<i128> {
    if bytes.len() == 0 || bytes.len() > size_of::<i128>() {
        return None;
    }
    let first = bytes.clone().next()?;
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    Some(bytes.fold(sign, |number: i128, byte| number << 8 | i128::from(*byte)))
}

/// The smallest and the largest value of a page, with their physical type.
pub fn of_page(index: &ColumnIndexMetaData, page: usize) -> (Type, Option<Vec<u8>>, Option<Vec<u8>>) {
    macro_rules! numbers {
        ($type:ident, $pages:expr) => {
            (
                Type::$type,
                $pages.min_value(page).map(|value| value.to_le_bytes().to_vec()),
                $pages.max_value(page).map(|value| value.to_le_bytes().to_vec()),
            )
        };
    }
    macro_rules! bytes {
        ($type:ident, $pages:expr) => {
            (
                Type::$type,
                $pages.min_value(page).map(<[u8]>::to_vec),
                $pages.max_value(page).map(<[u8]>::to_vec),
            )
        };
    }
    if usize::try_from(index.num_pages()).is_ok_and(|pages| page >= pages) {
        return (Type::INT96, None, None);
    }
    match index {
        ColumnIndexMetaData::BOOLEAN(pages) => (
            Type::BOOLEAN,
            pages.min_value(page).map(|value| vec![u8::from(*value)]),
            pages.max_value(page).map(|value| vec![u8::from(*value)]),
        ),
        ColumnIndexMetaData::INT32(pages) => numbers!(INT32, pages),
        ColumnIndexMetaData::INT64(pages) => numbers!(INT64, pages),
        ColumnIndexMetaData::FLOAT(pages) => numbers!(FLOAT, pages),
        ColumnIndexMetaData::DOUBLE(pages) => numbers!(DOUBLE, pages),
        ColumnIndexMetaData::BYTE_ARRAY(pages) => bytes!(BYTE_ARRAY, pages),
        ColumnIndexMetaData::FIXED_LEN_BYTE_ARRAY(pages) => bytes!(FIXED_LEN_BYTE_ARRAY, pages),
        ColumnIndexMetaData::INT96(_) => (Type::INT96, None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::TimeUnit;

    #[test]
    fn bounds_have_the_type_of_their_column() {
        let four = |value: i32| value.to_le_bytes();
        let eight = |value: i64| value.to_le_bytes();
        let cases: Vec<(Vec<u8>, Type, DataType, DType, Scalar)> = vec![
            (four(-7).into(), Type::INT32, DataType::Int8, DType::Int8, Scalar::Int(-7)),
            (four(-7).into(), Type::INT32, DataType::Int32, DType::Int32, Scalar::Int(-7)),
            (
                four(-1).into(),
                Type::INT32,
                DataType::UInt32,
                DType::UInt32,
                Scalar::UInt(u64::from(u32::MAX)),
            ),
            (eight(-1).into(), Type::INT64, DataType::UInt64, DType::UInt64, Scalar::UInt(u64::MAX)),
            (eight(5).into(), Type::INT64, DataType::Int64, DType::Int64, Scalar::Int(5)),
            (1.5f32.to_le_bytes().into(), Type::FLOAT, DataType::Float32, DType::Float32, Scalar::Float(1.5)),
            (vec![1], Type::BOOLEAN, DataType::Boolean, DType::Bool, Scalar::Bool(true)),
            (b"ab".into(), Type::BYTE_ARRAY, DataType::Utf8View, DType::String, Scalar::String("ab".into())),
        ];
        for (bytes, physical, field, dtype, expected) in cases {
            assert_eq!(bound(Some(&bytes), physical, &field, &dtype), expected, "{field} in {physical}");
            let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(field));
            assert_eq!(bound(Some(&bytes), physical, &coded, &dtype), expected);
            assert_eq!(bound(None, physical, &coded, &dtype), Scalar::Null);
        }
    }

    #[test]
    fn decimals_of_every_width_keep_their_sign() {
        let dtype = DType::Decimal(10, 2);
        let field = dtype.to_arrow();
        let expected = bound(Some(&(-123i64).to_le_bytes()), Type::INT64, &field, &dtype);
        assert_eq!(expected, Scalar::Decimal(-123, 2));
        assert_eq!(bound(Some(&(-123i32).to_le_bytes()), Type::INT32, &field, &dtype), expected);
        let wide = (-123i128).to_be_bytes();
        for width in 1..=16 {
            let bytes = &wide[16 - width..];
            assert_eq!(bound(Some(bytes), Type::FIXED_LEN_BYTE_ARRAY, &field, &dtype), expected);
        }
        assert_eq!(bound(Some(&[0; 17]), Type::BYTE_ARRAY, &field, &dtype), Scalar::Null);
        assert_eq!(bound(Some(&[]), Type::BYTE_ARRAY, &field, &dtype), Scalar::Null);
    }

    #[test]
    fn what_has_no_order_or_does_not_fit_is_unknown() {
        let nan = f64::NAN.to_le_bytes();
        assert_eq!(bound(Some(&nan), Type::DOUBLE, &DataType::Float64, &DType::Float64), Scalar::Null);
        let stamp = DataType::Timestamp(arrow::datatypes::TimeUnit::Nanosecond, None);
        let dtype = DType::Timestamp(TimeUnit::Nanosecond, None);
        assert_eq!(bound(Some(&[0; 12]), Type::INT96, &stamp, &dtype), Scalar::Null);
        assert_eq!(bound(Some(&[0; 3]), Type::INT32, &DataType::Int32, &DType::Int32), Scalar::Null);
        assert_eq!(bound(Some(&[0; 4]), Type::INT32, &DataType::Int64, &DType::Int64), Scalar::Null);
        assert_eq!(bound(Some(b"\xff"), Type::BYTE_ARRAY, &DataType::Utf8, &DType::String), Scalar::Null);
        assert_eq!(bound(Some(&[1, 2, 3, 4]), Type::INT32, &DataType::Date32, &DType::Int32), Scalar::Null);
    }
}
