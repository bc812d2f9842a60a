//! gzip (RFC 1952): one member by a library that wants all bytes at once, several one after the other, each unpacked
//! behind the one before and checked.

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::{Decompressor, crc32};
use memchr::memmem;

/// What is wrong with packed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// They end before what is packed does.
    Short,
    /// They contradict themselves.
    Damaged(&'static str),
    /// They unpack to more than was allowed.
    Long,
}

/// The flags of a header.
const CHECKED: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// What each member begins with: the name of the format, and that of the only way to pack.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// The header without what its flags announce, and what stands behind a member: check and size.
const HEAD: usize = 10;
const TAIL: usize = 8;

/// Room is made at first for so many times the packed bytes at most: text is hardly ever packed better.
const USUAL: usize = 32;

/// Room is made for at least so many bytes more.
const ROOM: usize = 1 << 16;

/// All that is packed, at most `limit` bytes.
///
/// # Errors
/// What is wrong with the bytes.
pub fn unpacked(packed: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    // The last member tells its size, modulo 2^32: often that of the whole.
    let told = packed.last_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size) as usize);
    let room = told.min(packed.len().saturating_mul(USUAL)).min(limit);
    if room == told
        && !looks_several(packed)
        && let Some(text) = one_member(packed, told)
    {
        return Ok(text);
    }
    members(packed, room, limit)
}

/// Whether something like the header of another member follows, so that the first is not unpacked twice.
fn looks_several(packed: &[u8]) -> bool {
    let begin = |at: usize| packed[at..].first_chunk::<HEAD>();
    memmem::find_iter(packed, &MAGIC).skip(1).any(|at| match begin(at) {
        Some([_, _, _, flags, _, _, _, _, level, system]) => {
            flags & RESERVED == 0 && matches!(level, 0 | 2 | 4) && matches!(system, 0..=13 | 255)
        }
        None => false,
    })
}

/// What is packed in a single member of this size; `None` where there are several, or something is wrong.
fn one_member(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let head = header(packed).ok()?;
    let tail = packed.len().checked_sub(TAIL).filter(|tail| *tail >= head)?;
    // The library stops behind the first member and does not tell where that is. Here it is at the end: check and size
    // of the text stand there, and nowhere before.
    let check = packed[tail..].first_chunk::<4>().map(|check| u32::from_le_bytes(*check))?;
    if memmem::find(&packed[head..], &packed[tail..]) != Some(tail - head) {
        return None;
    }
    let mut text = vec![0; size];
    let unpacked = Decompressor::new().gzip_decompress(packed, &mut text);
    (unpacked == Ok(size) && crc32(&text) == check).then_some(text)
}

/// All that is packed in any number of members; there is room for so much at first.
fn members(packed: &[u8], room: usize, limit: usize) -> Result<Vec<u8>, Wrong> {
    let mut out = Vec::with_capacity(room + 1);
    let mut at = 0;
    while at < packed.len() || at == 0 {
        at += header(&packed[at..])?;
        let start = out.len();
        at += append(&mut out, &packed[at..], limit)?;
        let tail = packed.get(at..).and_then(|rest| rest.first_chunk::<TAIL>()).ok_or(Wrong::Short)?;
        let [check, size] =
            [0, 4].map(|at| u32::from_le_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]));
        let text = &out[start..];
        if check != crc32(text) || size != text.len() as u32 {
            return Err(Wrong::Damaged("the check at its end is that of other bytes"));
        }
        at += TAIL;
    }
    Ok(out)
}

/// Unpacks one stream of DEFLATE straight into the buffer, which is its window too, and says how many bytes it took.
fn append(out: &mut Vec<u8>, packed: &[u8], limit: usize) -> Result<usize, Wrong> {
    let mut stream = Decompress::new(false);
    loop {
        let rest = &packed[stream.total_in() as usize..];
        let status = stream.decompress_vec(rest, out, FlushDecompress::Finish);
        let ended =
            status.map_err(|_| Wrong::Damaged("its bytes are not what deflate makes"))? == Status::StreamEnd;
        if out.len() > limit {
            return Err(Wrong::Long);
        }
        if ended {
            return Ok(stream.total_in() as usize);
        }
        if out.len() < out.capacity() {
            return Err(Wrong::Short);
        }
        // One byte more than allowed tells that there are more.
        out.reserve_exact(out.len().max(ROOM).min(limit - out.len() + 1));
    }
}

/// How long the header is that the bytes begin with.
fn header(bytes: &[u8]) -> Result<usize, Wrong> {
    let head = bytes.first_chunk::<HEAD>().ok_or(Wrong::Short)?;
    if head[..3] != MAGIC {
        return Err(Wrong::Damaged("this is not gzip"));
    }
    let flags = head[3];
    if flags & RESERVED != 0 {
        return Err(Wrong::Damaged("a header with unknown flags"));
    }
    let mut at = HEAD;
    if flags & EXTRA != 0 {
        let size = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>()).ok_or(Wrong::Short)?;
        at += 2 + usize::from(u16::from_le_bytes(*size));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let rest = bytes.get(at..).ok_or(Wrong::Short)?;
            at += memchr::memchr(0, rest).ok_or(Wrong::Short)? + 1;
        }
    }
    if flags & CHECKED != 0 {
        let check = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>()).ok_or(Wrong::Short)?;
        if u16::from_le_bytes(*check) != crc32(&bytes[..at]) as u16 {
            return Err(Wrong::Damaged("the check of its header is that of another"));
        }
        at += 2;
    }
    if at > bytes.len() { Err(Wrong::Short) } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, GzBuilder};
    use std::io::Write;

    fn member(text: &[u8]) -> Vec<u8> {
        let builder = GzBuilder::new().filename("a.csv").comment("of two fields").extra(vec![1, 2, 3]);
        let mut writer = builder.write(Vec::new(), Compression::default());
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn members_of_one_size_are_no_single_member() {
        // Sizes are the same, and so is the last member's check, or it is another.
        for (one, other) in [("1,2\n", "3,4\n"), ("1,2\n", "1,2\n")] {
            let (one, other) = (one.repeat(500), other.repeat(500));
            let both = [member(one.as_bytes()), member(other.as_bytes())].concat();
            assert!(looks_several(&both));
            assert_eq!(one_member(&both, one.len()), None);
            assert_eq!(unpacked(&both, 1 << 20), Ok([one.as_bytes(), other.as_bytes()].concat()));
        }
        let text = b"1,2\n".repeat(500);
        let single = member(&text);
        assert!(!looks_several(&single));
        assert_eq!(one_member(&single, text.len()), Some(text.clone()));
        assert_eq!(one_member(&single, text.len() - 1), None);
        for at in HEAD..single.len() {
            let mut wrong = single.clone();
            wrong[at] ^= 1;
            let found = one_member(&wrong, text.len());
            assert!(found.is_none() || found.as_ref() == Some(&text), "{at}");
            assert_eq!(found.is_some(), members(&wrong, text.len(), text.len()).is_ok(), "{at}");
        }
    }

    #[test]
    fn members_with_all_that_headers_may_hold() {
        let (one, two) = (member(b"a,b\n1,2\n"), member(&b"3,4\n".repeat(1000)));
        let both = [one.clone(), two].concat();
        let text = [&b"a,b\n1,2\n"[..], &b"3,4\n".repeat(1000)].concat();
        assert_eq!(unpacked(&both, text.len()), Ok(text.clone()));
        assert_eq!(unpacked(&both, text.len() - 1), Err(Wrong::Long));
        for size in 0..both.len() {
            let expected = if size == one.len() { Ok(text[..8].to_vec()) } else { Err(Wrong::Short) };
            assert_eq!(unpacked(&both[..size], text.len()), expected, "{size}");
        }
        // A header with a check of its own.
        let mut checked = both.clone();
        checked[3] |= CHECKED;
        let length = header(&one).unwrap();
        let check = crc32(&checked[..length]) as u16;
        checked.splice(length..length, check.to_le_bytes());
        assert_eq!(unpacked(&checked, text.len()), Ok(text.clone()));
        checked[length] ^= 1;
        assert!(matches!(unpacked(&checked, text.len()), Err(Wrong::Damaged(_))));
        // What follows a member is another one, or damage.
        for more in [&b"\0\0\0\0\0\0\0\0\0\0\0\0"[..], b"a,b\n1,2\n3,4\n"] {
            assert!(matches!(unpacked(&[one.as_slice(), more].concat(), 1000), Err(Wrong::Damaged(_))));
        }
        let end = one.len() - 1;
        for at in end - 7..=end {
            let mut wrong = one.clone();
            wrong[at] ^= 0x10;
            assert!(matches!(unpacked(&wrong, 1000), Err(Wrong::Damaged(_))), "{at}");
        }
    }
}
