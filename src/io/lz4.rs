//! LZ4 frames, one after the other: the decoder ends with the first of them, and where the bytes end it takes that for
//! the end of the frame.

use lz4_flex::frame::FrameDecoder;
use std::io::{Error, ErrorKind, Read, Result};

/// What begins a frame.
const FRAME: u32 = 0x184D_2204;
/// What begins bytes for others, with any last digit.
const SKIPPED: u32 = 0x184D_2A50;
/// The parts of a frame's first byte that say what else it has.
const BLOCK_SUMS: u8 = 1 << 4;
const SIZE: u8 = 1 << 3;
const SUM: u8 = 1 << 2;
const DICTIONARY: u8 = 1;

/// The bytes of all frames.
pub struct Frames<'a> {
    decoder: FrameDecoder<&'a [u8]>,
}

impl<'a> Frames<'a> {
    /// Reads these frames.
    ///
    /// # Errors
    /// `UnexpectedEof` if there is none, or the last one does not end; `InvalidData` if there are other bytes.
    pub fn new(packed: &'a [u8]) -> Result<Self> {
        let mut rest = after_frame(packed)?;
        while !rest.is_empty() {
            rest = after_frame(rest)?;
        }
        Ok(Frames { decoder: FrameDecoder::new(packed) })
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        loop {
            let before = self.decoder.get_ref().len();
            let read = self.decoder.read(out)?;
            let left = self.decoder.get_ref().len();
            if read > 0 || out.is_empty() || left == 0 {
                return Ok(read);
            }
            if left == before {
                return Err(Error::new(ErrorKind::InvalidData, "a frame that does not go on"));
            }
        }
    }
}

/// What follows the first frame.
fn after_frame(bytes: &[u8]) -> Result<&[u8]> {
    let mut rest = bytes;
    let magic = number(&mut rest)?;
    if magic & !0xF == SKIPPED {
        let size = number(&mut rest)?;
        return passed(rest, size as usize);
    }
    if magic != FRAME {
        return Err(Error::new(ErrorKind::InvalidData, "no LZ4 frame"));
    }
    let flags = *rest.first().ok_or_else(cut)?;
    let has = |flag: u8, size: usize| if flags & flag == 0 { 0 } else { size };
    rest = passed(rest, 3 + has(SIZE, 8) + has(DICTIONARY, 4))?;
    loop {
        // The highest bit says whether the block is compressed.
        let size = number(&mut rest)? & 0x7FFF_FFFF;
        if size == 0 {
            return passed(rest, has(SUM, 4));
        }
        rest = passed(rest, size as usize + has(BLOCK_SUMS, 4))?;
    }
}

fn number(rest: &mut &[u8]) -> Result<u32> {
    let (first, others) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
    *rest = others;
    Ok(u32::from_le_bytes(*first))
}

fn passed(rest: &[u8], size: usize) -> Result<&[u8]> {
    rest.get(size..).ok_or_else(cut)
}

fn cut() -> Error {
    Error::new(ErrorKind::UnexpectedEof, "the last frame does not end")
}
