//! Compressed files: their bytes in memory, as many as the settings allow; parts of files compressed as they are written.

use crate::config::Config;
use crate::data::Batch;
use crate::error::{Error, ErrorKind, Result};
use crate::io::file::InputFile;
use crate::io::gzip::{self, Wrong};
use crate::io::lz4::Frames;
use crate::plan::target::{Encoded, Encoder};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::sync::Arc;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// By the file's name: `.gz`, `.zst`, `.lz4`, `.bz2` and `.xz`; others are not compressed.
    #[default]
    Infer,
    /// Not at all.
    None,
    /// gzip, one or more members.
    Gzip,
    /// Zstandard, one or more frames.
    Zstd,
    /// LZ4, one or more frames.
    Lz4,
    /// bzip2, one or more streams.
    Bzip2,
    /// xz, one or more streams.
    Xz,
}

/// The ends of the names of compressed files.
const ENDINGS: [(Compression, &str); 5] = [
    (Compression::Gzip, ".gz"),
    (Compression::Zstd, ".zst"),
    (Compression::Lz4, ".lz4"),
    (Compression::Bzip2, ".bz2"),
    (Compression::Xz, ".xz"),
];

/// How hard xz tries: as the program of that name.
const XZ_PRESET: u32 = 6;

/// What any xz file may take to be unpacked, in KiB; its dictionary is at most 64 MiB unless somebody asked for more.
const XZ_KIB: u64 = 192 << 10;

/// A file's name without the end that says how it is compressed.
pub fn inner_name(name: &str) -> &str {
    ENDINGS.iter().find_map(|(_, ending)| name.strip_suffix(ending)).unwrap_or(name)
}

impl Compression {
    /// The compression of a name: `infer`, `none`, `gzip`, `zstd`, `lz4`, `bzip2` or `xz`.
    ///
    /// # Errors
    /// `InvalidArgument` for other names.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "infer" => Compression::Infer,
            "none" => Compression::None,
            "gzip" => Compression::Gzip,
            "zstd" => Compression::Zstd,
            "lz4" => Compression::Lz4,
            "bzip2" => Compression::Bzip2,
            "xz" => Compression::Xz,
            _ => {
                let message = "the compressions are infer, none, gzip, zstd, lz4, bzip2 and xz";
                return Err(Error::invalid(message).value(name));
            }
        })
    }

    /// The compression of a file: where it is to be inferred, by its name.
    pub fn of(self, name: &str) -> Compression {
        let by_name = || ENDINGS.iter().find(|(_, ending)| name.ends_with(ending));
        match self {
            Compression::Infer => by_name().map_or(Compression::None, |(compression, _)| *compression),
            given => given,
        }
    }

    /// How the names of files end that are compressed so.
    pub fn ending(self) -> &'static str {
        ENDINGS.iter().find(|(compression, _)| *compression == self).map_or("", |(_, ending)| ending)
    }
}

/// Bytes compressed, as a whole of their own: several after each other are one compressed file. No bytes stay none.
///
/// # Errors
/// `Io` if there is no memory.
pub fn packed(bytes: Vec<u8>, compression: Compression) -> Result<Vec<u8>> {
    if bytes.is_empty() {
        return Ok(bytes);
    }
    pack(&bytes, compression).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))
}

/// What a file without any bytes is, compressed.
///
/// # Errors
/// As [`packed`].
pub fn nothing(compression: Compression) -> Result<Vec<u8>> {
    pack(&[], compression).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))
}

fn pack(bytes: &[u8], compression: Compression) -> std::io::Result<Vec<u8>> {
    let out = Vec::with_capacity(bytes.len() / 4);
    match compression {
        Compression::Gzip => {
            let mut writer = flate2::write::GzEncoder::new(out, flate2::Compression::default());
            writer.write_all(bytes)?;
            writer.finish()
        }
        Compression::Zstd => {
            let mut writer = zstd::stream::write::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            writer.include_checksum(true)?;
            writer.write_all(bytes)?;
            writer.finish()
        }
        Compression::Lz4 => {
            let info = lz4_flex::frame::FrameInfo::new().content_checksum(true);
            let mut writer = lz4_flex::frame::FrameEncoder::with_frame_info(info, out);
            writer.write_all(bytes)?;
            Ok(writer.finish()?)
        }
        Compression::Bzip2 => {
            let mut writer = bzip2::write::BzEncoder::new(out, bzip2::Compression::default());
            writer.write_all(bytes)?;
            writer.finish()
        }
        Compression::Xz => {
            let mut options = lzma_rust2::XzOptions::with_preset(XZ_PRESET);
            // A dictionary larger than what it is for only costs memory.
            let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX).max(1 << 12);
            options.lzma_options.dict_size = options.lzma_options.dict_size.min(size);
            let mut writer = lzma_rust2::XzWriter::new(out, options)?;
            writer.write_all(bytes)?;
            writer.finish()
        }
        Compression::Infer | Compression::None => Ok(bytes.to_vec()),
    }
}

/// An encoder whose parts are compressed, each by itself and so on all threads; how it is compressed.
pub struct Packed {
    inner: Arc<dyn Encoder>,
    compression: Compression,
}

impl Packed {
    /// The parts of an encoder of bytes, compressed.
    pub fn wrap(inner: Arc<dyn Encoder>, compression: Compression) -> Arc<dyn Encoder> {
        match compression {
            Compression::None => inner,
            compression => Arc::new(Packed { inner, compression }),
        }
    }
}

impl Encoder for Packed {
    fn part_rows(&self) -> Option<usize> {
        self.inner.part_rows()
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        let bytes = self.inner.encode(batches)?.take::<Vec<u8>>()?;
        Ok(Encoded::new(packed(bytes, self.compression)?))
    }
}

/// The file, with its bytes in memory if it is compressed.
///
/// # Errors
/// `Io`; `Corrupt` for damaged compressed data, or more of it than the settings allow.
pub fn ready(input: InputFile, compression: Compression) -> Result<InputFile> {
    match compression.of(&input.name()) {
        Compression::None => Ok(input),
        other => {
            let bytes = decompressed(whole(&input)?, other).map_err(|error| error.file(input.name()))?;
            Ok(input.with_content(bytes))
        }
    }
}

/// All bytes of a file.
///
/// # Errors
/// `Io`.
pub fn whole(input: &InputFile) -> Result<Vec<u8>> {
    let size = usize::try_from(input.size())
        .map_err(|_| Error::unsupported("a file larger than memory").file(input.name()))?;
    let mut bytes = vec![0; size];
    input.open()?.read_at(&mut bytes, 0)?;
    Ok(bytes)
}

/// The bytes that were compressed.
///
/// # Errors
/// As [`ready`].
pub fn decompressed(bytes: Vec<u8>, compression: Compression) -> Result<Vec<u8>> {
    let limit = Config::current().decompressed_limit(bytes.len() as u64);
    within(bytes, compression, limit)
}

fn within(bytes: Vec<u8>, compression: Compression, limit: u64) -> Result<Vec<u8>> {
    let packed = bytes.as_slice();
    let read: std::io::Result<Box<dyn Read + '_>> = match compression {
        Compression::Gzip => {
            let most = usize::try_from(limit).unwrap_or(usize::MAX);
            return gzip::unpacked(packed, most).map_err(|wrong| match wrong {
                Wrong::Long => too_long(limit),
                Wrong::Short => damaged("it ends early"),
                Wrong::Damaged(reason) => damaged(reason),
            });
        }
        Compression::Zstd => zstd::stream::read::Decoder::new(packed).map(|read| Box::new(read) as _),
        Compression::Lz4 => Frames::new(packed).map(|read| Box::new(read) as _),
        Compression::Bzip2 => Ok(Box::new(bzip2::read::MultiBzDecoder::new(packed))),
        Compression::Xz => {
            let most = u32::try_from((limit / 1024).max(XZ_KIB)).unwrap_or(u32::MAX - 1);
            Ok(Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, most)))
        }
        Compression::Infer | Compression::None => return Ok(bytes),
    };
    let mut out = Vec::new();
    match read.and_then(|read| read.take(limit.saturating_add(1)).read_to_end(&mut out)) {
        Ok(_) if out.len() as u64 > limit => Err(too_long(limit)),
        Ok(_) => Ok(out),
        Err(error) => Err(damaged(error)),
    }
}

fn too_long(limit: u64) -> Error {
    Error::new(ErrorKind::Corrupt, format!("more than {limit} bytes when decompressed"))
        .hint("if the file is meant to be that large, raise the setting decompressed_bytes")
}

fn damaged(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Corrupt, format!("the compressed data is damaged: {reason}"))
        .hint("is the file complete, and compressed as its name says?")
}

#[cfg(test)]
#[path = "compressed_tests.rs"]
mod tests;
