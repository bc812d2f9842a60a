//! Numbers held as differences, and texts with their lengths apart or by what they share with the one before
//! (`DELTA_BINARY_PACKED`, `DELTA_LENGTH_BYTE_ARRAY` and `DELTA_BYTE_ARRAY` of the Parquet format's `Encodings.md`).

use crate::error::{Error, Result};
use crate::io::parquet::chunk::hybrid::damaged;
use crate::kernels::unpack::{MOST_BITS, unpack, unpack_wide};

/// Numbers by their differences.
pub const DELTA_BINARY_PACKED: i64 = 5;
/// Texts behind all their lengths.
pub const DELTA_LENGTH_BYTE_ARRAY: i64 = 6;
/// Texts without what they share with the one before.
pub const DELTA_BYTE_ARRAY: i64 = 7;

/// Numbers handed out at a time: as many as ends at a byte, of any width.
const AT_ONCE: usize = 1024;

/// The widest difference.
const WIDEST: usize = 64;

/// Hands `count` numbers to `take`, some at a time; those of 32 bits are the lower halves. Returns the byte behind them.
///
/// # Errors
/// `Corrupt` if there are other than so many, or what `take` raises.
pub fn numbers(bytes: &[u8], count: usize, mut take: impl FnMut(&[u64]) -> Result<()>) -> Result<usize> {
    let mut at = 0;
    let block = varint(bytes, &mut at)?;
    let parts = varint(bytes, &mut at)?;
    let total = varint(bytes, &mut at)?;
    let mut value = signed(varint(bytes, &mut at)?);
    if total != count as u64 {
        return Err(damaged(format!("{total} differences where a page has {count} values")));
    }
    let parts = usize::try_from(parts).unwrap_or(0);
    let size = usize::try_from(block).ok().and_then(|block| block.checked_div(parts)).unwrap_or(0);
    if size == 0 || size % 8 > 0 || (size * parts) as u64 != block {
        return Err(damaged("differences in blocks of no size"));
    }
    if count == 0 {
        return Ok(at);
    }
    take(&[value])?;
    let mut left = count - 1;
    let (mut narrow, mut some) = ([0; AT_ONCE], [0; AT_ONCE]);
    while left > 0 {
        let least = signed(varint(bytes, &mut at)?);
        let widths = bytes.get(at..at.saturating_add(parts)).ok_or_else(short)?;
        at += parts;
        for width in widths.iter().map(|width| usize::from(*width)) {
            // Parts behind the last number have a width, but no bytes.
            let mine = size.min(left);
            if mine == 0 {
                break;
            }
            if width > WIDEST {
                return Err(damaged("differences of more than 64 bits"));
            }
            let packed = bytes.get(at..).unwrap_or_default();
            if mine.checked_mul(width).is_none_or(|bits| bits.div_ceil(8) > packed.len()) {
                return Err(short());
            }
            for from in (0..mine).step_by(AT_ONCE) {
                let some = &mut some[..AT_ONCE.min(mine - from)];
                let packed = &packed[from / 8 * width..];
                let mut next = |delta: u64| {
                    value = value.wrapping_add(least).wrapping_add(delta);
                    value
                };
                if width <= MOST_BITS {
                    let narrow = &mut narrow[..some.len()];
                    unpack(width, packed, narrow);
                    some.iter_mut().zip(narrow).for_each(|(number, delta)| *number = next(u64::from(*delta)));
                } else {
                    unpack_wide(width, packed, some);
                    some.iter_mut().for_each(|number| *number = next(*number));
                }
                take(some)?;
            }
            // The last part may be cut off behind the last number.
            at = at.saturating_add((size / 8).saturating_mul(width)).min(bytes.len());
            left -= mine;
        }
    }
    Ok(at)
}

/// Where the first of a page's texts starts, and how long each is; they stand one after the other, in bytes that may have
/// taken the place of the page's.
///
/// # Errors
/// `Corrupt` if there are other than so many, `Unsupported` for 2 GiB or more.
pub fn texts(encoding: i64, bytes: &mut Vec<u8>, start: usize, count: usize) -> Result<(usize, Vec<u32>)> {
    let (mut shared, mut own, mut at) = (Vec::new(), Vec::new(), start);
    if count == 0 {
        return Ok((start, own));
    }
    if encoding == DELTA_BYTE_ARRAY {
        at += lengths(bytes.get(at..).unwrap_or_default(), count, &mut shared)?;
    }
    at += lengths(bytes.get(at..).unwrap_or_default(), count, &mut own)?;
    if encoding != DELTA_BYTE_ARRAY {
        return Ok((at, own));
    }
    let sum = |lengths: &[u32]| lengths.iter().map(|length| u64::from(*length)).sum::<u64>();
    if sum(&own) > (bytes.len() - at) as u64 {
        return Err(short());
    }
    let size = i32::try_from(sum(&own) + sum(&shared));
    let size = size.map_err(|_| Error::unsupported("a page of text of 2 GiB or more"))? as usize;
    let (mut whole, mut end) = (vec![0; size], 0);
    let mut before = 0;
    for (length, kept) in own.iter_mut().zip(shared) {
        if kept > before {
            return Err(damaged("a text that shares more than there is"));
        }
        // No longer than all together: they were added up.
        let (kept, more, start) = (kept as usize, *length as usize, end);
        whole.copy_within(start - before as usize..start - before as usize + kept, start);
        whole[start + kept..start + kept + more].copy_from_slice(&bytes[at..at + more]);
        (at, end) = (at + more, start + kept + more);
        *length += kept as u32;
        before = *length;
    }
    *bytes = whole;
    Ok((0, own))
}

/// Adds `count` lengths; the byte behind them.
fn lengths(bytes: &[u8], count: usize, out: &mut Vec<u32>) -> Result<usize> {
    numbers(bytes, count, |some| match some.iter().all(|length| *length as u32 <= i32::MAX as u32) {
        true => {
            out.extend(some.iter().map(|length| *length as u32));
            Ok(())
        }
        false => Err(damaged("a text of a negative length")),
    })
}

/// A number of seven bits a byte, the lowest first.
fn varint(bytes: &[u8], at: &mut usize) -> Result<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = *bytes.get(*at).ok_or_else(short)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(damaged("a number without end"))
}

/// What a number stands for where the lowest bit is its sign, as the 64 bits of a signed one.
fn signed(number: u64) -> u64 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}

fn short() -> Error {
    damaged("a page ends before its values")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn put(mut number: u64, out: &mut Vec<u8>) {
        while number > 0x7f {
            out.push(number as u8 | 0x80);
            number >>= 7;
        }
        out.push(number as u8);
    }

    fn zigzag(number: i64) -> u64 {
        (number << 1 ^ number >> 63) as u64
    }

    /// Blocks of so many numbers in four parts, as the format says; without what follows the last number, if `cut`.
    fn packed(values: &[i64], block: usize, cut: bool) -> Vec<u8> {
        let mut out = Vec::new();
        [block as u64, 4, values.len() as u64].into_iter().for_each(|number| put(number, &mut out));
        put(zigzag(values.first().copied().unwrap_or(0)), &mut out);
        let deltas: Vec<i64> = values.windows(2).map(|two| two[1].wrapping_sub(two[0])).collect();
        for block_deltas in deltas.chunks(block) {
            let least = block_deltas.iter().copied().min().unwrap();
            put(zigzag(least), &mut out);
            let over = |delta: &i64| delta.wrapping_sub(least) as u64;
            let parts: Vec<Vec<u64>> =
                block_deltas.chunks(block / 4).map(|part| part.iter().map(over).collect()).collect();
            let width = |part: &Vec<u64>| part.iter().map(|over| 64 - over.leading_zeros()).max().unwrap();
            let mut widths: Vec<u8> = parts.iter().map(|part| width(part) as u8).collect();
            widths.resize(4, 77);
            out.extend(&widths);
            for (part, width) in parts.iter().zip(widths) {
                let room = if cut { part.len() } else { block / 4 };
                let mut bytes = vec![0u8; (room * usize::from(width)).div_ceil(8)];
                for (place, over) in part.iter().enumerate() {
                    for bit in (0..usize::from(width)).filter(|bit| over >> bit & 1 == 1) {
                        let at = place * usize::from(width) + bit;
                        bytes[at / 8] |= 1 << (at % 8);
                    }
                }
                out.extend(bytes);
            }
        }
        out
    }

    fn read(bytes: &[u8], count: usize) -> Result<(Vec<i64>, usize)> {
        let mut found = Vec::new();
        let end = numbers(bytes, count, |some| {
            found.extend(some.iter().map(|value| *value as i64));
            Ok(())
        })?;
        Ok((found, end))
    }

    /// Numbers whose differences need so many bits.
    fn wide(bits: u32, count: usize) -> Vec<i64> {
        let mask = u64::MAX.checked_shr(64 - bits).unwrap_or(0);
        let mut sum = -5i64;
        let next = |place: u64| {
            sum = sum.wrapping_add((place.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) & mask) as i64);
            sum
        };
        (0..count as u64).map(next).collect()
    }

    #[test]
    fn numbers_of_every_width_and_count_come_back() {
        for bits in 0..=64 {
            for (count, block) in
                [(0, 128), (1, 128), (2, 128), (33, 128), (129, 128), (1000, 256), (9000, 8192)]
            {
                let values = wide(bits, count);
                for cut in [false, true] {
                    let mut bytes = packed(&values, block, cut);
                    let size = bytes.len();
                    assert_eq!(read(&bytes, count).unwrap(), (values.clone(), size), "{bits} bits, {count}");
                    if !cut {
                        bytes.extend([1, 2, 3]);
                        assert_eq!(read(&bytes, count).unwrap().1, size, "{bits} bits, {count}");
                    }
                }
            }
        }
        let edges = [i64::MAX, i64::MIN, 0, -1, i64::MIN, i64::MAX, 1];
        assert_eq!(read(&packed(&edges, 128, false), 7).unwrap().0, edges);
    }

    #[test]
    fn damaged_numbers_are_refused() {
        let values = wide(13, 300);
        let whole = packed(&values, 128, true);
        for cut in 0..whole.len() {
            assert_eq!(read(&whole[..cut], 300).unwrap_err().kind(), ErrorKind::Corrupt, "{cut}");
        }
        assert!(read(&whole, 299).is_err() && read(&whole, 301).is_err());
        // Blocks, parts, count, first number: no size, no parts, more of them than numbers, parts that do not end at a byte.
        for head in [[0, 4, 9, 0], [128, 0, 9, 0], [128, 1 << 40, 9, 0], [100, 4, 9, 0], [130, 4, 9, 0]] {
            let mut bytes = Vec::new();
            head.into_iter().for_each(|number| put(number, &mut bytes));
            bytes.extend([0; 20]);
            assert_eq!(read(&bytes, 9).unwrap_err().kind(), ErrorKind::Corrupt, "{head:?}");
        }
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                // Other numbers or an error, never more of them.
                assert!(read(&bytes, 300).map_or(300, |(found, _)| found.len()) == 300, "byte {at}");
            }
        }
        // One number has no blocks, however many parts they would have.
        assert_eq!(read(&[0x80, 0x10, 8, 1, 5], 1).unwrap(), (vec![-3], 5));
        assert_eq!(read(&[0x80; 40], 9).unwrap_err().kind(), ErrorKind::Corrupt);
    }

    fn read_texts(encoding: i64, mut bytes: Vec<u8>, count: usize) -> Result<Vec<Vec<u8>>> {
        bytes.insert(0, 99);
        let (mut at, lengths) = super::texts(encoding, &mut bytes, 1, count)?;
        let mut next = |length: &u32| {
            let text = bytes.get(at..at + *length as usize).ok_or_else(short)?;
            at += text.len();
            Ok(text.to_vec())
        };
        lengths.iter().map(&mut next).collect()
    }

    /// Texts with their lengths apart, and by what they share.
    fn held(texts: &[&str]) -> [(i64, Vec<u8>); 2] {
        let size = |text: &&str| text.len() as i64;
        let mut apart = packed(&texts.iter().map(size).collect::<Vec<_>>(), 128, false);
        apart.extend(texts.concat().as_bytes());
        let mut before = "";
        let mut shared = Vec::new();
        for text in texts {
            shared.push(before.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count());
            before = text;
        }
        let own: Vec<i64> =
            texts.iter().zip(&shared).map(|(text, kept)| (text.len() - kept) as i64).collect();
        let mut by_prefix = packed(&shared.iter().map(|kept| *kept as i64).collect::<Vec<_>>(), 128, false);
        by_prefix.extend(packed(&own, 128, false));
        by_prefix
            .extend(texts.iter().zip(&shared).flat_map(|(text, kept)| text.as_bytes()[*kept..].to_vec()));
        [(DELTA_LENGTH_BYTE_ARRAY, apart), (DELTA_BYTE_ARRAY, by_prefix)]
    }

    #[test]
    fn texts_come_back_and_damaged_ones_are_refused() {
        let texts = ["", "a", "a text", "a text of more", "a text of more", "b", "größer", "grün", ""];
        let expected: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        for (encoding, bytes) in held(&texts) {
            assert_eq!(read_texts(encoding, bytes.clone(), texts.len()).unwrap(), expected, "{encoding}");
            for cut in 0..bytes.len() {
                let error = read_texts(encoding, bytes[..cut].to_vec(), texts.len()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Corrupt, "{encoding}: {cut}");
            }
            for at in 0..bytes.len() * 8 {
                let mut wrong = bytes.clone();
                wrong[at / 8] ^= 1 << (at % 8);
                let kind = read_texts(encoding, wrong, texts.len()).map_err(|error| error.kind()).err();
                assert!(
                    matches!(kind, None | Some(ErrorKind::Corrupt | ErrorKind::Unsupported)),
                    "{encoding}: {at}"
                );
            }
            assert!(read_texts(encoding, Vec::new(), 0).unwrap().is_empty());
        }
        // Lengths below zero, and beyond what there is.
        let mut wrong = packed(&[3, -1], 128, false);
        wrong.extend(b"abc");
        assert!(read_texts(DELTA_LENGTH_BYTE_ARRAY, wrong, 2).is_err());
        // What all share, over and over: no room is made for it.
        let mut bomb = packed(&[[0].as_slice(), &[1 << 20; 4000]].concat(), 128, false);
        bomb.extend(packed(&[[1 << 20].as_slice(), &[0; 4000]].concat(), 128, false));
        bomb.extend(vec![b'x'; 1 << 20]);
        assert_eq!(read_texts(DELTA_BYTE_ARRAY, bomb, 4001).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
