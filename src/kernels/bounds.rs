//! Least and greatest of a run of numbers and whether they ascend, in vector registers where the processor has them.

/// What is known of a run of numbers without nulls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds<N> {
    /// The least and the greatest that is not NaN, if there is one.
    pub range: Option<(N, N)>,
    /// Whether each is at least as large as the one before; false if there is a NaN.
    pub sorted: bool,
    /// Whether there is a NaN.
    pub nan: bool,
}

/// Looks at all values.
pub fn bounds<N: Copy + PartialOrd>(values: &[N]) -> Bounds<N> {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[target_feature(enable = "avx2")]
        fn wide<N: Copy + PartialOrd>(values: &[N]) -> Bounds<N> {
            find(values)
        }
        // SAFETY: the processor has AVX2.
        return unsafe { wide(values) };
    }
    find(values)
}

#[inline(always)]
fn find<N: Copy + PartialOrd>(values: &[N]) -> Bounds<N> {
    // Only NaN does not compare with itself.
    let number = |value: &N| value.partial_cmp(value).is_some();
    let Some(&first) = values.iter().find(|value| number(value)) else {
        return Bounds { range: None, sorted: values.is_empty(), nan: !values.is_empty() };
    };
    let (mut low, mut high, mut numbers) = (first, first, true);
    for &value in values {
        low = if value < low { value } else { low };
        high = if value > high { value } else { high };
        numbers &= number(&value);
    }
    let mut sorted = numbers;
    for (before, after) in values.iter().zip(values.get(1..).unwrap_or_default()) {
        sorted &= *before <= *after;
    }
    Bounds { range: Some((low, high)), sorted, nan: !numbers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_order() {
        let of = |values: &[f64]| {
            let found = bounds(values);
            (found.range, found.sorted, found.nan)
        };
        assert_eq!(of(&[]), (None, true, false));
        assert_eq!(of(&[f64::NAN]), (None, false, true));
        assert_eq!(of(&[f64::NAN, 2.0, 1.0]), (Some((1.0, 2.0)), false, true));
        assert_eq!(of(&[-1.0, 0.0, 0.0, f64::INFINITY]), (Some((-1.0, f64::INFINITY)), true, false));
        let mut long: Vec<i64> = (0..1000).collect();
        assert_eq!(bounds(&long), Bounds { range: Some((0, 999)), sorted: true, nan: false });
        long[501] = -7;
        assert_eq!(bounds(&long), Bounds { range: Some((-7, 999)), sorted: false, nan: false });
    }
}
