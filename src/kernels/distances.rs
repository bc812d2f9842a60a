//! Distances of floats from a number: their sum, and that of their squares.

/// Independent sums. A constant: the order of additions depends on it.
const LANES: usize = 16;

/// The sums of distances from `shift`, and of their squares, lane by lane: plain sums, whose errors grow with their length.
pub fn distances(values: &[f64], shift: f64) -> [f64; 2] {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = Lanes { sums: [0.0; LANES], squares: [0.0; LANES] };
    lanes.add(chunks, shift);
    for (lane, value) in rest.iter().enumerate() {
        let distance = value - shift;
        lanes.sums[lane] += distance;
        lanes.squares[lane] += distance * distance;
    }
    [lanes.sums.iter().sum(), lanes.squares.iter().sum()]
}

struct Lanes {
    sums: [f64; LANES],
    squares: [f64; LANES],
}

impl Lanes {
    fn add(&mut self, chunks: &[[f64; LANES]], shift: f64) {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { self.add_avx2(chunks, shift) };
        }
        self.add_plain(chunks, shift);
    }

    fn add_plain(&mut self, chunks: &[[f64; LANES]], shift: f64) {
        for chunk in chunks {
            for ((sum, square), value) in self.sums.iter_mut().zip(&mut self.squares).zip(chunk) {
                let distance = value - shift;
                *sum += distance;
                *square += distance * distance;
            }
        }
    }

    /// The same operations, four lanes at a time. (Left to itself the compiler takes the lanes apart.)
    ///
    /// # Safety
    /// The processor must have AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn add_avx2(&mut self, chunks: &[[f64; LANES]], shift: f64) {
        use std::arch::x86_64::{
            _mm256_add_pd, _mm256_loadu_pd, _mm256_mul_pd, _mm256_set1_pd, _mm256_setzero_pd,
            _mm256_storeu_pd, _mm256_sub_pd,
        };
        let shift = _mm256_set1_pd(shift);
        let (mut sums, mut squares) = ([_mm256_setzero_pd(); 4], [_mm256_setzero_pd(); 4]);
        for at in 0..4 {
            // SAFETY: four of the sixteen lanes.
            unsafe {
                sums[at] = _mm256_loadu_pd(self.sums.as_ptr().add(4 * at));
                squares[at] = _mm256_loadu_pd(self.squares.as_ptr().add(4 * at));
            }
        }
        for chunk in chunks {
            for at in 0..4 {
                // SAFETY: four of the sixteen values.
                let value = unsafe { _mm256_loadu_pd(chunk.as_ptr().add(4 * at)) };
                let distance = _mm256_sub_pd(value, shift);
                sums[at] = _mm256_add_pd(sums[at], distance);
                squares[at] = _mm256_add_pd(squares[at], _mm256_mul_pd(distance, distance));
            }
        }
        for at in 0..4 {
            // SAFETY: four of the sixteen lanes.
            unsafe {
                _mm256_storeu_pd(self.sums.as_mut_ptr().add(4 * at), sums[at]);
                _mm256_storeu_pd(self.squares.as_mut_ptr().add(4 * at), squares[at]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_summed_alike_on_every_processor() {
        let values: Vec<f64> = (0..1003).map(|i| f64::from(i).sin() * 10f64.powi(i % 20)).collect();
        let (chunks, _) = values.as_chunks::<LANES>();
        let mut lanes = [0, 1].map(|_| Lanes { sums: [0.0; LANES], squares: [0.0; LANES] });
        lanes[0].add(chunks, 0.1);
        lanes[1].add_plain(chunks, 0.1);
        let bits = |lanes: &Lanes| {
            lanes
                .sums
                .map(f64::to_bits)
                .into_iter()
                .chain(lanes.squares.map(f64::to_bits))
                .collect::<Vec<_>>()
        };
        assert_eq!(bits(&lanes[0]), bits(&lanes[1]));
    }

    #[test]
    fn runs_of_every_length_are_whole() {
        for count in [0, 1, 15, 16, 17, 100] {
            let values: Vec<f64> = (0..count).map(f64::from).collect();
            let squares: f64 = values.iter().map(|value| (value - 2.0) * (value - 2.0)).sum();
            assert_eq!(
                distances(&values, 2.0),
                [values.iter().sum::<f64>() - 2.0 * f64::from(count), squares]
            );
        }
    }
}
