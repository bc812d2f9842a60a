//! Unpacking against zlib's, on what is packed in every way and on damage.

use super::table::{LITERAL, LITERAL_BITS, SECOND, Table, literal};
use super::{Unpacked, Wrong};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use proptest::prelude::{any, prop, prop_oneof, proptest};
use proptest::strategy::Strategy;
use std::io::{Read, Write};

fn packed(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut writer = DeflateEncoder::new(Vec::new(), Compression::new(level));
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn unpacked(packed: &[u8], limit: usize) -> Result<(Vec<u8>, usize), Wrong> {
    let mut out = Unpacked::default();
    let used = out.append(packed, limit)?;
    assert!(out.room() <= limit.saturating_add(70_000));
    Ok((out.into_bytes(), used))
}

/// What zlib makes of it; nothing if it finds it damaged.
fn reference(packed: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    DeflateDecoder::new(packed).read_to_end(&mut out).ok()?;
    Some(out)
}

/// Text of words, of bytes, of runs and of repeats near and far.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        (any::<u8>(), 0..700usize).prop_map(|(byte, count)| vec![byte; count]),
        (prop::collection::vec(any::<u8>(), 1..20), 1..60usize).prop_map(|(some, count)| some.repeat(count)),
        "[a-e ,0-9\n]{0,400}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| {
        let mut all = parts.concat();
        all.extend_from_within(..all.len() / 2);
        all
    })
}

proptest! {
    #[test]
    fn what_was_packed_comes_back(bytes in bytes(), level in 0..10u32, more in 0..20usize) {
        let mut packed = packed(&bytes, level);
        let size = packed.len();
        packed.extend(vec![0xa5; more]);
        assert_eq!(unpacked(&packed, bytes.len()), Ok((bytes.clone(), size)));
        if !bytes.is_empty() {
            assert_eq!(unpacked(&packed, bytes.len() - 1), Err(Wrong::Long));
        }
        for cut in [0, size / 3, size - 1] {
            assert_eq!(unpacked(&packed[..cut], bytes.len()).err(), Some(Wrong::Short), "{cut} of {size}");
        }
    }

    #[test]
    fn damage_is_what_zlib_takes_it_for(bytes in bytes(), level in 0..10u32, flips in prop::collection::vec(any::<usize>(), 1..4)) {
        let mut packed = packed(&bytes, level);
        for flip in flips {
            let bit = flip % (packed.len() * 8);
            packed[bit / 8] ^= 1 << (bit % 8);
        }
        assert_eq!(unpacked(&packed, 1 << 24).ok().map(|(found, _)| found), reference(&packed));
    }

    #[test]
    fn any_bytes_are_what_zlib_takes_them_for(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0..3u8) {
        // The first bits say which kind of block it is.
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            *first = *first & !6 | kind << 1;
        }
        assert_eq!(unpacked(&bytes, 1 << 24).ok().map(|(found, _)| found), reference(&bytes));
    }
}

#[test]
fn long_texts_reach_over_blocks() {
    let mut seed = 1u64;
    let mut text = Vec::new();
    while text.len() < 3 << 20 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.extend_from_slice(format!("id{:010},{},", seed >> 50, seed >> 33).as_bytes());
    }
    for level in [0, 1, 6, 9] {
        let packed = packed(&text, level);
        let (found, used) = unpacked(&packed, usize::MAX - 1).unwrap();
        assert!(found == text && used == packed.len(), "level {level}");
        // As the second text of a buffer: matches do not reach into the first.
        let mut both = Unpacked::with_capacity(text.len());
        both.append(&packed, usize::MAX).unwrap();
        both.append(&packed, usize::MAX).unwrap();
        assert!(both.from(text.len()) == text);
    }
}

#[test]
fn matches_never_reach_into_what_was_there_before() {
    let before = packed(b"before", 6);
    // A literal, then a match of length 3 at distance 2: fixed codes by hand.
    let mut bits = String::from("1" /* last */);
    bits += "10"; // fixed, lowest bit first
    bits += "10010001"; // literal 'a' (0x61): 0x30 + 0x61
    bits += "0000001"; // length 3
    bits += "00001"; // distance 2
    bits += "0000000"; // end
    let mut packed = vec![0u8; bits.len().div_ceil(8) + 16];
    bits.bytes().enumerate().for_each(|(at, bit)| packed[at / 8] |= (bit - b'0') << (at % 8));
    assert!(matches!(unpacked(&packed, 100), Err(Wrong::Damaged(_))));
    assert_eq!(reference(&packed), None);
    let mut second = Unpacked::default();
    second.append(&before, 100).unwrap();
    assert!(matches!(second.append(&packed, 100), Err(Wrong::Damaged(_))));
}

#[test]
fn a_bomb_takes_no_more_room_than_is_allowed() {
    let bomb = packed(&vec![0; 1 << 24], 9);
    let mut out = Unpacked::default();
    assert_eq!(out.append(&bomb, 100_000), Err(Wrong::Long));
    assert!(out.room() < 500_000, "{}", out.room());
}

#[test]
fn tables_of_all_lengths() {
    // One code of each length up to 15, and two of 15.
    let mut lengths: Vec<u8> = (1..=15).collect();
    lengths.push(15);
    let mut table = Table::<4096>::new();
    table.build(&lengths, LITERAL_BITS, literal).unwrap();
    for (symbol, length) in lengths.iter().enumerate() {
        // The code of length n is n - 1 ones and a zero; the last one is fifteen ones.
        let code = if symbol < 15 { (1u32 << (length - 1)) - 1 } else { (1 << 15) - 1 };
        let mut entry = table.at(code as usize & 2047);
        let mut taken = entry & 0x1f;
        if entry & (LITERAL | SECOND) == SECOND {
            let more = (entry >> 8 & 0xf) as usize;
            entry = table.at((entry >> 16) as usize + ((code as usize >> 11) & ((1 << more) - 1)));
            taken += entry & 0x1f;
        }
        assert_eq!((entry >> 8 & 0xff, taken), (symbol as u32, u32::from(*length)));
    }
    for wrong in [&[1u8, 1, 1][..], &[2, 2, 2], &[1, 3]] {
        assert!(table.build(wrong, LITERAL_BITS, literal).is_err(), "{wrong:?}");
    }
    table.build(&[0, 1], LITERAL_BITS, literal).unwrap();
    table.build(&[0, 0], LITERAL_BITS, literal).unwrap();
}
