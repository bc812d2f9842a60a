//! A column of a part as a column chunk.

use crate::data::Column;
use crate::error::{Error, ErrorKind, Result};
use crate::io::parquet::pack::numbers;
use crate::io::parquet::pack::pages::{self, Kind, page};
use crate::io::parquet::pack::texts;
use crate::io::parquet::pack::values::Values;
use arrow::array::{Array, BooleanBufferBuilder};
use arrow::buffer::BooleanBuffer;
use parquet::basic::{Compression, Encoding, PageType, Type};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder, PageEncodingStats,
};
use parquet::schema::types::ColumnDescPtr;

/// Parts of fewer rows are left to the crate.
const LEAST_ROWS: usize = 1024;

/// How a chunk is written.
pub struct Settings {
    /// The column in the file.
    pub descr: ColumnDescPtr,
    /// Its compression.
    pub compression: Compression,
    /// Whether bounds are written.
    pub statistics: bool,
    /// Rows of a page.
    pub page_rows: usize,
}

/// A column chunk: its bytes, and what the footer says of it, counted from the first of them.
pub struct Chunk {
    /// Dictionary and pages.
    pub bytes: Vec<u8>,
    /// What is known of it.
    pub close: ColumnCloseResult,
}

/// The rows of a column as a chunk; `None` if that is left to the crate.
///
/// # Errors
/// `Io`, `Unsupported`.
pub fn pack(columns: &[&Column], settings: &Settings) -> Result<Option<Chunk>> {
    let rows: usize = columns.iter().map(|column| column.len()).sum();
    let descr = &settings.descr;
    let flat = descr.max_rep_level() == 0 && descr.max_def_level() == 1 && descr.path().parts().len() == 1;
    if rows < LEAST_ROWS || !flat || !pages::knows(settings.compression) {
        return Ok(None);
    }
    let values: Option<Box<dyn Values>> = match descr.physical_type() {
        Type::BYTE_ARRAY => texts::values(columns)?,
        physical => numbers::values(columns, physical),
    };
    let Some(values) = values else { return Ok(None) };
    let valid = valid(columns, rows);
    chunk(&*values, rows, valid.as_ref(), settings).map(Some)
}

fn valid(columns: &[&Column], rows: usize) -> Option<BooleanBuffer> {
    if columns.iter().all(|column| column.array().null_count() == 0) {
        return None;
    }
    let mut bits = BooleanBufferBuilder::new(rows);
    for column in columns {
        match column.array().nulls() {
            Some(nulls) => bits.append_buffer(nulls.inner()),
            None => bits.append_n(column.len(), true),
        }
    }
    Some(bits.finish())
}

fn chunk(
    values: &dyn Values,
    rows: usize,
    valid: Option<&BooleanBuffer>,
    settings: &Settings,
) -> Result<Chunk> {
    let compression = settings.compression;
    let coded = values.coded();
    let physical = settings.descr.physical_type();
    let (mut bytes, mut body) = (Vec::new(), Vec::new());
    let mut unpacked = 0;
    if let Some((_, distinct, dictionary)) = coded {
        unpacked += page(Kind::Dictionary, distinct, dictionary, compression, &mut bytes)?.1;
    }
    let first = bytes.len();
    let mut columns = ColumnIndexBuilder::new(physical);
    let mut offsets = OffsetIndexBuilder::new();
    let (mut count, mut done) = (0, 0);
    for start in (0..rows).step_by(settings.page_rows.max(1)) {
        let own = settings.page_rows.min(rows - start);
        let valid = valid.map(|valid| valid.slice(start, own));
        let range = done..done + valid.as_ref().map_or(own, BooleanBuffer::count_set_bits);
        done = range.end;
        body.clear();
        pages::levels(own, valid.as_ref(), &mut body);
        let kind = match coded {
            Some((codes, distinct, _)) => {
                pages::codes(&codes[range.clone()], distinct, &mut body);
                Kind::Codes
            }
            None => {
                values.plain(range.clone(), &mut body);
                Kind::Plain
            }
        };
        let at = bytes.len();
        let (packed_size, unpacked_size) = page(kind, own, &body, compression, &mut bytes)?;
        unpacked += unpacked_size;
        offsets.append_row_count(own as i64);
        let size = i32::try_from(packed_size).map_err(|_| Error::unsupported("a page of 2 GiB or more"))?;
        offsets.append_offset_and_size(at as i64, size);
        let nulls = (own - range.len()) as i64;
        let floats = matches!(physical, Type::FLOAT | Type::DOUBLE);
        if settings.statistics {
            let (low, high) = values.bounds(range.clone()).unwrap_or_default();
            columns.append(range.is_empty(), low, high, nulls, floats.then_some(0));
        }
        count += 1;
    }
    let encoding = if coded.is_some() { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN };
    let stats = |page_type, encoding, count| PageEncodingStats { page_type, encoding, count };
    let mut encodings = vec![Encoding::PLAIN, Encoding::RLE];
    let mut page_stats = vec![stats(PageType::DATA_PAGE, encoding, count)];
    if coded.is_some() {
        encodings.push(Encoding::RLE_DICTIONARY);
        page_stats.insert(0, stats(PageType::DICTIONARY_PAGE, Encoding::PLAIN, 1));
    }
    let mut metadata = ColumnChunkMetaData::builder(settings.descr.clone())
        .set_compression(compression)
        .set_encodings(encodings)
        .set_page_encoding_stats(page_stats)
        .set_total_compressed_size(bytes.len() as i64)
        .set_total_uncompressed_size(unpacked as i64)
        .set_num_values(rows as i64)
        .set_data_page_offset(first as i64)
        .set_dictionary_page_offset(coded.map(|_| 0));
    if settings.statistics {
        metadata = metadata.set_statistics(values.statistics((rows - values.count()) as u64));
    }
    let raised = |error: ParquetError| Error::new(ErrorKind::Internal, error.to_string());
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: rows as u64,
        metadata: metadata.build().map_err(raised)?,
        bloom_filter: None,
        column_index: settings.statistics.then(|| columns.build()).transpose().map_err(raised)?,
        offset_index: Some(offsets.build()),
    };
    Ok(Chunk { bytes, close })
}
