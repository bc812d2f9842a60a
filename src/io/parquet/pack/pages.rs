//! Pages: levels, packed codes, headers and compression. Compressors that cost something to make are kept by each thread.

use crate::error::{Error, ErrorKind, Result};
use crate::io::parquet::chunk::codec::checksum;
use arrow::array::BooleanBufferBuilder;
use arrow::buffer::BooleanBuffer;
use parquet::basic::Compression;
use std::cell::RefCell;

thread_local! {
    static ZSTD: RefCell<Option<(i32, zstd::bulk::Compressor<'static>)>> = const { RefCell::new(None) };
}

/// Whether pages of this compression are written here.
pub fn knows(compression: Compression) -> bool {
    use Compression::{LZ4_RAW, SNAPPY, UNCOMPRESSED, ZSTD};
    matches!(compression, UNCOMPRESSED | SNAPPY | ZSTD(_) | LZ4_RAW)
}

fn failed(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Io, format!("a page was not compressed: {reason}"))
}

fn compress(compression: Compression, bytes: &[u8]) -> Result<Vec<u8>> {
    match compression {
        Compression::ZSTD(level) => ZSTD.with_borrow_mut(|kept| {
            let level = level.compression_level();
            let packer = match kept {
                Some((known, packer)) if *known == level => packer,
                _ => &mut kept.insert((level, zstd::bulk::Compressor::new(level).map_err(failed)?)).1,
            };
            packer.compress(bytes).map_err(failed)
        }),
        Compression::SNAPPY => snap::raw::Encoder::new().compress_vec(bytes).map_err(failed),
        Compression::LZ4_RAW => Ok(lz4_flex::block::compress(bytes)),
        _ => Err(Error::internal("a compression that is not written here")),
    }
}

/// What a page is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// The values that codes stand for.
    Dictionary,
    /// Values as they are.
    Plain,
    /// Codes.
    Codes,
}

/// Appends a page of so many values; gives its bytes with and without compression, its header among them.
///
/// # Errors
/// `Unsupported` for a page of 2 GiB or more; `Io` if there is no memory.
pub fn page(
    kind: Kind,
    values: usize,
    body: &[u8],
    compression: Compression,
    out: &mut Vec<u8>,
) -> Result<(usize, usize)> {
    let packed = match compression {
        Compression::UNCOMPRESSED => None,
        _ => Some(compress(compression, body)?),
    };
    let packed = packed.as_deref().unwrap_or(body);
    let size =
        |bytes: &[u8]| i32::try_from(bytes.len()).map_err(|_| Error::unsupported("a page of 2 GiB or more"));
    let (unpacked_size, packed_size) = (size(body)?, size(packed)?);
    let start = out.len();
    // Fields of 32 bits, each one behind the one before; a number alone is a step and a type.
    let mut int = |step: u8, number: i32| {
        out.push(step << 4 | 5);
        varint((number << 1 ^ number >> 31) as u32 as u64, out);
    };
    int(1, if matches!(kind, Kind::Dictionary) { 2 } else { 0 });
    int(1, unpacked_size);
    int(1, packed_size);
    int(1, checksum(packed) as i32);
    // The struct of a dictionary is field 7, that of data is field 5.
    out.push(if matches!(kind, Kind::Dictionary) { 3 } else { 1 } << 4 | 12);
    let mut int = |step: u8, number: i32| {
        out.push(step << 4 | 5);
        varint((number << 1 ^ number >> 31) as u32 as u64, out);
    };
    int(1, i32::try_from(values).map_err(|_| Error::unsupported("a page of 2^31 values or more"))?);
    match kind {
        Kind::Dictionary => int(1, 0),
        Kind::Plain | Kind::Codes => {
            int(1, if matches!(kind, Kind::Codes) { 8 } else { 0 });
            // Levels are runs.
            int(1, 3);
            int(1, 3);
        }
    }
    out.extend([0, 0]);
    let header = out.len() - start;
    out.extend_from_slice(packed);
    Ok((header + packed.len(), header + body.len()))
}

/// Appends a number in groups of seven bits.
pub fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends which of so many rows have a value (`None`: all), behind the length.
pub fn levels(rows: usize, valid: Option<&BooleanBuffer>, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend([0; 4]);
    match valid {
        None => {
            varint((rows as u64) << 1, out);
            out.push(1);
        }
        Some(valid) => {
            let groups = rows.div_ceil(8);
            varint((groups as u64) << 1 | 1, out);
            let mut bits = BooleanBufferBuilder::new(rows);
            bits.append_buffer(valid);
            out.extend_from_slice(&bits.as_slice()[..groups]);
        }
    }
    let length = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

/// Appends codes below `distinct`, behind their width.
pub fn codes(codes: &[u32], distinct: usize, out: &mut Vec<u8>) {
    let width = (usize::BITS - distinct.saturating_sub(1).leading_zeros()).max(1);
    out.push(width as u8);
    if codes.is_empty() {
        return;
    }
    if codes.iter().all(|code| *code == codes[0]) {
        varint((codes.len() as u64) << 1, out);
        out.extend_from_slice(&codes[0].to_le_bytes()[..width.div_ceil(8) as usize]);
        return;
    }
    let groups = codes.len().div_ceil(8);
    varint((groups as u64) << 1 | 1, out);
    let end = out.len() + groups * width as usize;
    out.reserve(groups * width as usize + 8);
    let (mut bits, mut count) = (0u64, 0);
    for code in codes {
        bits |= u64::from(*code) << count;
        count += width;
        if count >= 32 {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= 32;
            count -= 32;
        }
    }
    out.extend_from_slice(&bits.to_le_bytes());
    out.resize(end, 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::parquet::chunk::hybrid::{AT_ONCE, Hybrid};
    use crate::io::parquet::chunk::thrift::{self, Kind as Read};
    use crate::io::parquet::chunk::values::{self, Part};

    #[test]
    fn codes_and_levels_are_read_back() {
        for distinct in [1, 2, 3, 17, 256, 257, 100_000, 1 << 31] {
            for count in [0, 1, 7, 8, 9, 100, 5000] {
                let all: Vec<u32> =
                    (0..count).map(|i: u32| i.wrapping_mul(2_654_435_761) % distinct as u32).collect();
                let mut bytes = Vec::new();
                codes(&all, distinct, &mut bytes);
                let mut back = Vec::new();
                values::codes(&bytes, Part::all(0, all.len()), |some| {
                    back.extend_from_slice(some);
                    Ok(())
                })
                .unwrap();
                assert_eq!(back, all);
            }
        }
        let valid: BooleanBuffer = (0..77).map(|i| i % 3 != 1).collect();
        for valid in [None, Some(valid.slice(3, 70))] {
            let mut bytes = Vec::new();
            levels(70, valid.as_ref(), &mut bytes);
            let length = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
            assert_eq!(length + 4, bytes.len());
            let mut hybrid = Hybrid::new(&bytes[4..], 1, 70).unwrap();
            let mut some = [0; AT_ONCE];
            let back = hybrid.next(&mut some).unwrap();
            let wanted: Vec<u32> = match &valid {
                Some(valid) => valid.iter().map(u32::from).collect(),
                None => vec![1; 70],
            };
            assert_eq!(back, wanted);
        }
    }

    #[test]
    fn headers_are_read_back() {
        for (kind, read, encoding) in [
            (Kind::Dictionary, Read::Dictionary, 0),
            (Kind::Plain, Read::Data, 0),
            (Kind::Codes, Read::Data, 8),
        ] {
            let mut out = vec![9];
            let (packed, unpacked) = page(kind, 300, &[7; 5000], Compression::SNAPPY, &mut out).unwrap();
            assert_eq!(out.len(), packed + 1);
            let (header, length) = thrift::header(&out[1..]).unwrap();
            assert_eq!((header.kind, header.values, header.encoding), (read, 300, encoding));
            assert_eq!((header.unpacked, header.packed), (unpacked - length, packed - length));
            assert_eq!(header.checksum, Some(checksum(&out[1 + length..])));
            assert_eq!(header.level_encoding, 3);
        }
    }
}
