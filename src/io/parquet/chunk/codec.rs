//! Pages unpacked. Unpackers that cost something to make are kept by each thread.

use crate::error::{Error, Result};
use crate::io::gzip::{self, Wrong};
use crate::io::parquet::chunk::hybrid::damaged;
use parquet::basic::Compression;
use std::cell::RefCell;

thread_local! {
    static ZSTD: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Whether pages of this compression are unpacked here.
pub fn knows(compression: Compression) -> bool {
    use Compression::{GZIP, LZ4_RAW, SNAPPY, UNCOMPRESSED, ZSTD};
    matches!(compression, UNCOMPRESSED | SNAPPY | ZSTD(_) | LZ4_RAW | GZIP(_))
}

/// The checksum that headers of pages have of their bytes: CRC-32, as in gzip.
pub fn checksum(bytes: &[u8]) -> u32 {
    libdeflater::crc32(bytes)
}

/// Puts the `size` bytes that `packed` holds into `out` behind its first `before` bytes, in place of what was there: a
/// buffer that is used again is not filled with zeros first.
///
/// # Errors
/// `Corrupt` if it holds something else.
pub fn unpack(
    compression: Compression,
    packed: &[u8],
    size: usize,
    out: &mut Vec<u8>,
    before: usize,
) -> Result<()> {
    if size == 0 || !matches!(compression, Compression::SNAPPY | Compression::LZ4_RAW) {
        out.truncate(before);
    }
    if size > 0 {
        match compression {
            Compression::UNCOMPRESSED => out.extend_from_slice(packed),
            Compression::ZSTD(_) => {
                // Four bytes stand for a block of 128 KiB at most.
                if size >> 15 > packed.len() {
                    return Err(damaged("a page of another size than its header says"));
                }
                zstd(packed, size, out)?;
            }
            Compression::GZIP(_) => {
                let found = gzip::unpacked(packed, size).map_err(|wrong| match wrong {
                    Wrong::Long => damaged("a page of another size than its header says"),
                    Wrong::Short => damaged("a page ends before its values"),
                    Wrong::Damaged(reason) => damaged(reason),
                })?;
                match before {
                    0 => *out = found,
                    _ => out.extend_from_slice(&found),
                }
            }
            Compression::SNAPPY => {
                // Three bytes stand for 64 at most: no room is made for what cannot come.
                if snap::raw::decompress_len(packed).map_err(damaged)? != size || size / 64 > packed.len() {
                    return Err(damaged("a page of another size than its header says"));
                }
                out.resize(before + size, 0);
                snap::raw::Decoder::new().decompress(packed, &mut out[before..]).map_err(damaged)?;
            }
            Compression::LZ4_RAW => {
                // Here no more than 255 bytes are packed into one.
                if size / 255 > packed.len() {
                    return Err(damaged("a page of another size than its header says"));
                }
                out.resize(before + size, 0);
                let found = lz4_flex::block::decompress_into(packed, &mut out[before..]).map_err(damaged)?;
                out.truncate(before + found);
            }
            other => return Err(Error::unsupported(format!("compression {other:?}"))),
        }
    }
    match out.len() - before == size {
        true => Ok(()),
        false => Err(damaged("a page of another size than its header says")),
    }
}

fn zstd(packed: &[u8], size: usize, out: &mut Vec<u8>) -> Result<()> {
    let before = out.len();
    ZSTD.with_borrow_mut(|kept| {
        let unpacker = match kept {
            Some(unpacker) => unpacker,
            None => kept.insert(zstd::bulk::Decompressor::new().map_err(damaged)?),
        };
        out.reserve(size);
        let mut cursor = std::io::Cursor::new(&mut *out);
        cursor.set_position(before as u64);
        unpacker.decompress_to_buffer(packed, &mut cursor).map(|_| ()).map_err(damaged)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use parquet::basic::{GzipLevel, ZstdLevel};
    use std::io::Write;

    #[test]
    fn a_page_makes_no_room_for_what_cannot_come() {
        let text = b"some text of a page, some text of a page".repeat(20);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&text).unwrap();
        let all = [
            (Compression::UNCOMPRESSED, text.clone()),
            (Compression::ZSTD(ZstdLevel::default()), zstd::bulk::compress(&text, 3).unwrap()),
            (Compression::SNAPPY, snap::raw::Encoder::new().compress_vec(&text).unwrap()),
            (Compression::LZ4_RAW, lz4_flex::block::compress(&text)),
            (Compression::GZIP(GzipLevel::default()), gzip.finish().unwrap()),
        ];
        for (compression, packed) in all {
            let mut out = b"before".to_vec();
            unpack(compression, &packed, text.len(), &mut out, 6).unwrap();
            assert_eq!(out, [b"before", text.as_slice()].concat(), "{compression:?}");
            // What is longer or shorter is replaced.
            for held in [0, 3, text.len(), 2 * text.len()] {
                out = vec![7; held];
                unpack(compression, &packed, text.len(), &mut out, 0).unwrap();
                assert_eq!(out, text, "{compression:?}");
                unpack(compression, &[], 0, &mut out, 2).unwrap();
                assert_eq!(out, text[..2], "{compression:?}");
            }
            for size in [text.len() - 1, text.len() + 1, usize::MAX / 2] {
                let mut out = Vec::new();
                let error = unpack(compression, &packed, size, &mut out, 0).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Corrupt, "{compression:?} {size}: {error}");
                assert!(out.capacity() < 1 << 20, "{compression:?} {size}: {}", out.capacity());
            }
        }
        // Zeros are packed as well as anything can be.
        let zeros = vec![0; 1 << 24];
        for level in [1, 19] {
            let packed = zstd::bulk::compress(&zeros, level).unwrap();
            let mut out = Vec::new();
            unpack(Compression::ZSTD(ZstdLevel::default()), &packed, zeros.len(), &mut out, 0).unwrap();
            assert!(out == zeros);
        }
    }
}
