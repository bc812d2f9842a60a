//! The scan against a byte-by-byte reference, in every way this processor has.

use super::{Carry, Scan, Scanner, Separators, follow_words, with_words};
use proptest::prelude::{any, prop, proptest};

/// The reference: the automaton of quotes, one byte at a time.
fn reference(separators: &Separators, bytes: &[u8], from: usize, to: usize) -> (Vec<u32>, Scan) {
    let mut found = Scan::default();
    let mut marks = Vec::new();
    let (mut inside, mut start, mut closed) = (false, true, false);
    let mut at = from;
    while at < to {
        let byte = bytes[at];
        let quote = Some(byte) == separators.quote;
        if inside {
            (inside, closed) = (!quote, quote);
            start = false;
        } else if quote && (start || closed) {
            (inside, start, closed) = (true, false, false);
        } else {
            closed = false;
            start = byte == separators.delimiter || byte == b'\n' || byte == b'\r';
            if byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                found.carriages = true;
            } else if start {
                marks.push(at as u32);
                found.records += usize::from(byte != separators.delimiter);
            }
        }
        at += 1;
    }
    (found.inside, found.marks) = (inside, marks.len());
    (marks, found)
}

fn ways(separators: Separators) -> Vec<Scanner> {
    #[cfg(target_arch = "x86_64")]
    let sse2 = Scanner { separators, run: super::with_sse2, follow: super::follow_sse2 };
    #[cfg(target_arch = "x86_64")]
    let more = [sse2, Scanner::new(separators)];
    #[cfg(not(target_arch = "x86_64"))]
    let more = [Scanner::new(separators)];
    more.into_iter().chain([Scanner { separators, run: with_words, follow: follow_words }]).collect()
}

proptest! {
    #[test]
    fn all_ways_find_what_the_automaton_finds(
        parts in prop::collection::vec(prop::sample::select(vec![
            "abc", ",", "\n", "\r\n", "\r", "\"", "\"\"", ",\"", "\",", "\"\n", "\n\"", "0123456789012345678901234567890",
        ]), 0..80),
        quoted in any::<bool>(),
        from in 0..3usize,
        cut in 0..70usize,
    ) {
        let text = format!("___{}", parts.concat());
        let bytes = text.as_bytes();
        let to = bytes.len().saturating_sub(cut).max(from);
        let separators = Separators { delimiter: b',', quote: quoted.then_some(b'"') };
        let (wanted, scan) = reference(&separators, bytes, from, to);
        for way in ways(separators) {
            let mut marks = vec![7; 2];
            let found = way.scan(bytes, from, to, &mut marks, 2);
            assert_eq!(found, scan);
            assert_eq!(&marks[..2], [7, 7]);
            assert_eq!(&marks[2..2 + found.marks], wanted);
        }
        for before in [(false, false), (false, true), (true, false)] {
            let before = Carry { inside: before.0, opens: before.1 };
            let mut wanted = before;
            for block in bytes.chunks(64) {
                super::stray(&separators, block, &mut wanted);
            }
            for way in ways(separators) {
                assert_eq!(way.follow(bytes, before).inside, wanted.inside);
                if !wanted.inside {
                    assert_eq!(way.follow(bytes, before).opens, wanted.opens);
                }
            }
        }
    }
}

#[test]
fn quotes_reach_over_blocks() {
    let separators = Separators { delimiter: b',', quote: Some(b'"') };
    for before in 0..130 {
        let text = format!("{},\"a,{}\"\",\n\",z\n", "x".repeat(before), "y".repeat(130 - before));
        let (wanted, scan) = reference(&separators, text.as_bytes(), 0, text.len());
        assert_eq!((scan.marks, scan.records), (3, 1));
        for way in ways(separators) {
            let mut marks = Vec::new();
            assert_eq!(way.scan(text.as_bytes(), 0, text.len(), &mut marks, 0), scan);
            assert_eq!(&marks[..3], wanted);
        }
    }
}
