//! Bloom filters of column chunks: whether a row group certainly holds no such value.

use crate::data::{DType, Scalar};
use crate::io::guard::guarded;
use crate::io::parquet::input::PositionedFile;
use crate::io::parquet::table::ParquetFile;
use arrow::datatypes::DataType;
use parquet::basic::Type;
use parquet::bloom_filter::Sbbf;

/// Whether a column of a row group certainly holds no such value. No filter, a damaged one, and types whose bytes may be
/// written in several ways count as no.
pub fn absent(file: &ParquetFile, group: usize, column: usize, value: &Scalar) -> bool {
    let Some(leaf) = file.leaf(column) else { return false };
    let chunk = file.metadata.row_group(group).column(leaf);
    if chunk.bloom_filter_offset().is_none() {
        return false;
    }
    let found = || -> crate::error::Result<bool> {
        let opened = PositionedFile::new(file.input.open()?);
        guarded(&file.input, || {
            let Some(filter) = Sbbf::read_from_column_chunk(chunk, &opened)? else { return Ok(false) };
            let held = file.arrow.field(file.roots[column]).data_type();
            let text = matches!(held, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
            Ok::<_, parquet::errors::ParquetError>(match (chunk.column_type(), value) {
                (Type::BYTE_ARRAY, Scalar::String(value)) if text => !filter.check(&value.as_ref()),
                (Type::INT32, Scalar::Int(value)) if is_whole(held) => {
                    i32::try_from(*value).is_ok_and(|value| !filter.check(&value))
                }
                // Unsigned numbers are held by their bits.
                (Type::INT32, Scalar::UInt(value)) if is_whole(held) => {
                    u32::try_from(*value).is_ok_and(|value| !filter.check(&(value as i32)))
                }
                (Type::INT64, Scalar::UInt(value)) if is_whole(held) => !filter.check(&(*value as i64)),
                (Type::INT64, Scalar::Int(value)) if is_whole(held) => !filter.check(value),
                _ => false,
            })
        })
    };
    found().unwrap_or(false)
}

fn is_whole(held: &DataType) -> bool {
    DType::from_arrow(held).is_ok_and(|dtype| dtype.is_integer())
}
