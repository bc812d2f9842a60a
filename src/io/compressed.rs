//! Compressed files: their bytes in memory, as many as the settings allow.

use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::io::file::InputFile;
use serde::{Deserialize, Serialize};
use std::io::Read;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// By the file's name: `.gz`, `.zst` and `.lz4`; others are not compressed.
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
}

impl Compression {
    /// The compression of a name: `infer`, `none`, `gzip`, `zstd` or `lz4`.
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
            _ => {
                return Err(
                    Error::invalid("the compressions are infer, none, gzip, zstd and lz4").value(name)
                );
            }
        })
    }

    /// The compression of a file: where it is to be inferred, by its name.
    pub fn of(self, name: &str) -> Compression {
        match (self, name.rsplit('.').next()) {
            (Compression::Infer, Some("gz")) => Compression::Gzip,
            (Compression::Infer, Some("zst")) => Compression::Zstd,
            (Compression::Infer, Some("lz4")) => Compression::Lz4,
            (Compression::Infer, _) => Compression::None,
            (given, _) => given,
        }
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
        Compression::Gzip => Ok(Box::new(flate2::read::MultiGzDecoder::new(packed))),
        Compression::Zstd => zstd::stream::read::Decoder::new(packed).map(|read| Box::new(read) as _),
        Compression::Lz4 => Ok(Box::new(lz4_flex::frame::FrameDecoder::new(packed))),
        Compression::Infer | Compression::None => return Ok(bytes),
    };
    let mut out = Vec::new();
    match read.and_then(|read| read.take(limit.saturating_add(1)).read_to_end(&mut out)) {
        Ok(_) if out.len() as u64 > limit => {
            Err(Error::new(ErrorKind::Corrupt, format!("more than {limit} bytes when decompressed"))
                .hint("if the file is meant to be that large, raise the setting decompressed_bytes"))
        }
        Ok(_) => Ok(out),
        Err(error) => Err(Error::new(ErrorKind::Corrupt, format!("the compressed data is damaged: {error}"))
            .hint("is the file complete, and compressed as its name says?")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        let text: Vec<u8> = (0..100_000u32).flat_map(|i| i.to_string().into_bytes()).collect();
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        std::io::Write::write_all(&mut lz4, &text).unwrap();
        let packed = [
            (Compression::Zstd, zstd::encode_all(text.as_slice(), 1).unwrap()),
            (Compression::Lz4, lz4.finish().unwrap()),
        ];
        for (compression, packed) in packed {
            assert_eq!(decompressed(packed.clone(), compression).unwrap(), text);
            let cut = decompressed(packed[..packed.len() / 2].to_vec(), compression).unwrap_err();
            assert_eq!(cut.kind(), ErrorKind::Corrupt, "{cut}");
        }
    }

    #[test]
    fn a_bomb_is_stopped() {
        let bomb = zstd::encode_all(vec![0u8; 1 << 22].as_slice(), 1).unwrap();
        assert!(bomb.len() < 1000);
        let error = within(bomb.clone(), Compression::Zstd, (1 << 22) - 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        assert!(error.suggestion().unwrap().contains("decompressed_bytes"));
        assert_eq!(within(bomb, Compression::Zstd, 1 << 22).unwrap().len(), 1 << 22);
    }
}
