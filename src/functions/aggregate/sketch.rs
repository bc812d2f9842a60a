//! HyperLogLog++: how many distinct hashes were seen, from a few kilobytes.
//!
//! Few hashes are kept as a sorted list of 25-bit indices with their ranks, as in Heule, Nunkesser and Hall (2013);
//! many as one register per index. The number is estimated with Ertl's improved estimator (2017, algorithm 6), which
//! needs no table of corrections.

/// Bits of an index in the list.
const FINE: u32 = 25;

/// A set of hashes, of which only the number of distinct ones can be told, about.
#[derive(Clone)]
pub enum Sketch {
    /// Indices and ranks, `index << 6 | rank`; the first `sorted` are in order and have no index twice.
    Sparse {
        /// The entries.
        entries: Vec<u32>,
        /// How many are in order.
        sorted: usize,
    },
    /// The greatest rank of each index.
    Dense(Box<[u8]>),
}

impl Default for Sketch {
    fn default() -> Self {
        Sketch::Sparse { entries: Vec::new(), sorted: 0 }
    }
}

impl Sketch {
    /// Adds a hash to a sketch of `2^precision` registers.
    #[inline]
    pub fn add(&mut self, hash: u64, precision: u32) {
        match self {
            Sketch::Dense(registers) => {
                let rank = rank(hash << precision, 64 - precision);
                let register = &mut registers[(hash >> (64 - precision)) as usize];
                *register = rank.max(*register);
            }
            Sketch::Sparse { .. } => {
                let index = (hash >> (64 - FINE)) as u32;
                self.add_entry(index << 6 | u32::from(rank(hash << FINE, 64 - FINE)), precision);
            }
        }
    }

    fn add_entry(&mut self, entry: u32, precision: u32) {
        match self {
            Sketch::Dense(registers) => set(registers, entry, precision),
            Sketch::Sparse { entries, sorted } => {
                if entries.last() == Some(&entry) {
                    return;
                }
                entries.push(entry);
                if entries.len() < 16.max(2 * *sorted) {
                    return;
                }
                tidy(entries);
                *sorted = entries.len();
                // A list that takes as many bytes as the registers would is no gain.
                if entries.len() * size_of::<u32>() > 1 << precision {
                    let mut registers = vec![0; 1 << precision].into_boxed_slice();
                    entries.iter().for_each(|entry| set(&mut registers, *entry, precision));
                    *self = Sketch::Dense(registers);
                }
            }
        }
    }

    /// Adds what another sketch of the same precision has seen.
    pub fn merge(&mut self, other: &Sketch, precision: u32) {
        match other {
            Sketch::Sparse { entries, .. } => {
                entries.iter().for_each(|entry| self.add_entry(*entry, precision))
            }
            Sketch::Dense(others) => self.merge_registers(others, precision),
        }
    }

    /// Adds what these registers have seen.
    pub fn merge_registers(&mut self, others: &[u8], precision: u32) {
        if let Sketch::Sparse { entries, .. } = self {
            let mut registers = vec![0; 1 << precision].into_boxed_slice();
            entries.iter().for_each(|entry| set(&mut registers, *entry, precision));
            *self = Sketch::Dense(registers);
        }
        if let Sketch::Dense(registers) = self {
            for (register, other) in registers.iter_mut().zip(others) {
                *register = (*register).max(*other);
            }
        }
    }

    /// Adds entries of another sketch's list.
    pub fn merge_entries(&mut self, entries: &[u32], precision: u32) {
        entries.iter().for_each(|entry| self.add_entry(*entry, precision));
    }

    /// About how many distinct hashes there were.
    pub fn estimate(&self, precision: u32) -> u64 {
        match self {
            Sketch::Sparse { entries, .. } => {
                let mut entries = entries.clone();
                tidy(&mut entries);
                let cells = f64::from(1u32 << FINE);
                (cells * (cells / (cells - entries.len() as f64)).ln()).round() as u64
            }
            Sketch::Dense(registers) => estimate(registers, precision).round() as u64,
        }
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        match self {
            Sketch::Sparse { entries, .. } => entries.capacity() * size_of::<u32>(),
            Sketch::Dense(registers) => registers.len(),
        }
    }
}

/// One more than the number of leading zeros among the upper `bits`.
#[inline]
fn rank(word: u64, bits: u32) -> u8 {
    (word.leading_zeros().min(bits) + 1) as u8
}

/// Sorts, and keeps the greatest rank of each index.
fn tidy(entries: &mut Vec<u32>) {
    entries.sort_unstable_by(|a, b| b.cmp(a));
    entries.dedup_by_key(|entry| *entry >> 6);
    entries.reverse();
}

fn set(registers: &mut [u8], entry: u32, precision: u32) {
    let (index, fine) = (entry >> 6, (entry & 63) as u8);
    let rest_bits = FINE - precision;
    let rest = index & ((1 << rest_bits) - 1);
    let rank = match rest {
        0 => rest_bits as u8 + fine,
        rest => (rest.leading_zeros() - (32 - rest_bits) + 1) as u8,
    };
    let register = &mut registers[(index >> rest_bits) as usize];
    *register = rank.max(*register);
}

/// Ertl's improved raw estimator.
fn estimate(registers: &[u8], precision: u32) -> f64 {
    let (count, top) = (registers.len() as f64, 64 - precision as usize);
    let mut ranks = [0u32; 66];
    registers.iter().for_each(|rank| ranks[usize::from(*rank)] += 1);
    let mut sum = count * tau(1.0 - f64::from(ranks[top + 1]) / count);
    for rank in (1..=top).rev() {
        sum = 0.5 * (sum + f64::from(ranks[rank]));
    }
    sum += count * sigma(f64::from(ranks[0]) / count);
    count * count / (2.0 * std::f64::consts::LN_2 * sum)
}

fn sigma(mut share: f64) -> f64 {
    if share == 1.0 {
        return f64::INFINITY;
    }
    let (mut weight, mut sum) = (1.0, share);
    loop {
        share *= share;
        let before = sum;
        sum += share * weight;
        weight += weight;
        if sum == before {
            return sum;
        }
    }
}

fn tau(mut share: f64) -> f64 {
    if share == 0.0 || share == 1.0 {
        return 0.0;
    }
    let (mut weight, mut sum) = (1.0, 1.0 - share);
    loop {
        share = share.sqrt();
        let before = sum;
        weight *= 0.5;
        sum -= (1.0 - share).powi(2) * weight;
        if sum == before {
            return sum / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(count: u64, seed: u64) -> impl Iterator<Item = u64> {
        (0..count).map(move |number| {
            // The finish of SplitMix64.
            let mut bits = (number + (seed << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^ (bits >> 31)
        })
    }

    fn of(count: u64, seed: u64, precision: u32) -> Sketch {
        let mut sketch = Sketch::default();
        hashes(count, seed).for_each(|hash| sketch.add(hash, precision));
        sketch
    }

    #[test]
    fn the_error_is_what_the_documentation_says() {
        for precision in [10, 14] {
            let standard = 1.04 / f64::from(1u32 << precision).sqrt();
            for count in [1, 20, 300, 3_000, 5_000, 20_000, 60_000, 200_000] {
                let errors: Vec<f64> = (1..=12)
                    .map(|seed| of(count, seed, precision).estimate(precision) as f64 / count as f64 - 1.0)
                    .collect();
                let spread =
                    (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
                assert!(spread < 1.5 * standard, "{count} at {precision}: {spread}, not {standard}");
                let bias = errors.iter().sum::<f64>() / errors.len() as f64;
                assert!(bias.abs() < standard, "{count} at {precision}: bias {bias}");
            }
        }
    }

    #[test]
    fn merging_is_like_seeing_everything() {
        for (left, right) in [(10, 20), (100, 20_000), (20_000, 100), (30_000, 40_000)] {
            let mut merged = of(left, 1, 12);
            merged.merge(&of(right, 1, 12), 12);
            assert_eq!(merged.estimate(12), of(left.max(right), 1, 12).estimate(12), "{left}, {right}");
        }
    }
}
