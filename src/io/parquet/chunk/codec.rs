//! Pages unpacked. Unpackers that cost something to make are kept by each thread.

use crate::error::{Error, Result};
use crate::io::parquet::chunk::hybrid::damaged;
use parquet::basic::Compression;
use std::cell::RefCell;

thread_local! {
    static ZSTD: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Whether pages of this compression are unpacked here.
pub fn knows(compression: Compression) -> bool {
    use Compression::{LZ4_RAW, SNAPPY, UNCOMPRESSED, ZSTD};
    matches!(compression, UNCOMPRESSED | SNAPPY | ZSTD(_) | LZ4_RAW)
}

/// Appends to `out` the `size` bytes that `packed` holds.
///
/// # Errors
/// `Corrupt` if it holds something else.
pub fn unpack(compression: Compression, packed: &[u8], size: usize, out: &mut Vec<u8>) -> Result<()> {
    let before = out.len();
    if size > 0 {
        match compression {
            Compression::UNCOMPRESSED => out.extend_from_slice(packed),
            Compression::ZSTD(_) => zstd(packed, size, out)?,
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
