//! How deep brackets are nested in JSON, 64 bytes at a time and from any byte on.
//!
//! Quotes that no backslash escapes alternate, so that a run either keeps or turns what is inside of text and what is
//! outside; its brackets are counted for both beginnings. A byte counts as escaped after an odd number of backslashes,
//! wherever it is: JSON has them in text only.

use crate::kernels::separators::masks::Brackets;
#[cfg(any(test, not(target_arch = "x86_64")))]
use crate::kernels::separators::masks::brackets;
#[cfg(target_arch = "x86_64")]
use crate::kernels::separators::x86;

/// What a run of bytes does to the nesting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nesting {
    /// Whether text is open after it if none was before, and the other way round.
    pub turns: bool,
    /// How many more brackets are open after it, if it begins outside of text and if it begins inside.
    pub deeper: [i64; 2],
}

impl Nesting {
    /// This run, then another.
    pub fn then(self, next: Nesting) -> Nesting {
        let [outside, inside] = self.deeper;
        let [first, second] = if self.turns { [next.deeper[1], next.deeper[0]] } else { next.deeper };
        Nesting { turns: self.turns != next.turns, deeper: [outside + first, inside + second] }
    }
}

/// What some bytes do; `escaped` says whether the first of them is escaped, and afterwards whether the byte after them is.
pub fn nesting(bytes: &[u8], escaped: &mut bool) -> Nesting {
    #[cfg(target_arch = "x86_64")]
    {
        let fast = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("popcnt");
        match fast {
            true => with_avx2(bytes, escaped),
            false => blocks(bytes, escaped, x86::brackets_sse2),
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    blocks(bytes, escaped, brackets)
}

#[cfg(target_arch = "x86_64")]
fn with_avx2(bytes: &[u8], escaped: &mut bool) -> Nesting {
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn run(bytes: &[u8], escaped: &mut bool) -> Nesting {
        // SAFETY: this function itself runs only where there is AVX2.
        blocks(bytes, escaped, |block| unsafe { x86::brackets_avx2(block) })
    }
    // SAFETY: `nesting` chooses this function only where all three features were detected.
    unsafe { run(bytes, escaped) }
}

#[inline(always)]
fn blocks(bytes: &[u8], escaped: &mut bool, masks: impl Fn(&[u8; 64]) -> Brackets) -> Nesting {
    let (mut inside, mut deeper) = (false, [0i64; 2]);
    let mut base = 0;
    while base < bytes.len() {
        let mut last = [0; 64];
        let (block, length) = match bytes[base..].first_chunk::<64>() {
            Some(block) => (block, 64),
            None => {
                let rest = &bytes[base..];
                last[..rest.len()].copy_from_slice(rest);
                (&last, rest.len())
            }
        };
        let at = masks(block);
        // Without backslashes only the first byte can be escaped, by the block before.
        let mut hidden = u64::from(*escaped);
        *escaped = false;
        if at.escape != 0 {
            (hidden, *escaped) = escapes(at.escape, hidden, length);
        }
        let mut within = at.quote & !hidden;
        for shift in [1, 2, 4, 8, 16, 32] {
            within ^= within << shift;
        }
        if inside {
            within = !within;
        }
        inside = within >> 63 != 0;
        deeper[0] +=
            i64::from((at.open & !within).count_ones()) - i64::from((at.close & !within).count_ones());
        deeper[1] += i64::from((at.open & within).count_ones()) - i64::from((at.close & within).count_ones());
        base += 64;
    }
    Nesting { turns: inside, deeper }
}

/// Which bytes of a block backslashes hide, the first of which is hidden or not, and whether they hide the one after it.
#[inline]
fn escapes(escape: u64, first: u64, length: usize) -> (u64, bool) {
    let (mut hidden, mut left) = (first, escape & !first);
    while left != 0 {
        let at = left.trailing_zeros() as usize;
        if at + 1 == length {
            return (hidden, true);
        }
        hidden |= 2 << at;
        left &= !(3 << at);
    }
    (hidden, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Byte by byte.
    fn plain(bytes: &[u8], escaped: &mut bool, mut inside: bool) -> (bool, i64) {
        let mut depth = 0;
        for &byte in bytes {
            if std::mem::take(escaped) {
                depth += if inside { 0 } else { step(byte) };
                continue;
            }
            match byte {
                b'\\' => *escaped = true,
                b'"' => inside = !inside,
                other if !inside => depth += step(other),
                _ => {}
            }
        }
        (inside, depth)
    }

    fn step(byte: u8) -> i64 {
        match byte {
            b'[' | b'{' => 1,
            b']' | b'}' => -1,
            _ => 0,
        }
    }

    #[test]
    fn all_ways_agree_from_any_byte() {
        let mut seed = 11u64;
        let mut random = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize
        };
        for round in 0..400 {
            let alphabet: &[u8] = if round % 2 == 0 { b"[{]}\"\\a, " } else { b"\"\\\\\\a[" };
            let bytes: Vec<u8> = (0..random() % 300).map(|_| alphabet[random() % alphabet.len()]).collect();
            for escaped in [false, true] {
                let mut after = escaped;
                let found = nesting(&bytes, &mut after);
                for inside in [false, true] {
                    let mut own = escaped;
                    let (still, depth) = plain(&bytes, &mut own, inside);
                    assert_eq!(found.turns, still != inside);
                    assert_eq!(
                        found.deeper[usize::from(inside)],
                        depth,
                        "{}",
                        String::from_utf8_lossy(&bytes)
                    );
                    assert_eq!(own, after);
                }
                let mut own = escaped;
                assert_eq!(blocks(&bytes, &mut own, brackets), found);
                #[cfg(target_arch = "x86_64")]
                {
                    let mut own = escaped;
                    assert_eq!(blocks(&bytes, &mut own, x86::brackets_sse2), found);
                }
                let (mut own, at) = (escaped, random() % (bytes.len() + 1));
                let first = nesting(&bytes[..at], &mut own);
                assert_eq!(first.then(nesting(&bytes[at..], &mut own)), found);
                assert_eq!(own, after);
            }
        }
    }
}
