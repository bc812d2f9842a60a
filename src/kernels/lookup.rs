//! Values by their places in a list, as codes of a dictionary name them: places are checked many at a time, not one by one.

use crate::error::Result;
use crate::kernels::wide::wide;
use arrow::array::{Array, ArrayRef, DictionaryArray, UInt32Array};
use arrow::datatypes::UInt32Type;
use std::sync::Arc;

wide! {
    /// The greatest of some numbers; 0 of none.
    pub fn greatest(numbers: &[u32]) -> u32 {
        let mut greatest = 0;
        for number in numbers {
            greatest = greatest.max(*number);
        }
        greatest
    }
}

/// Appends the values at these places; false, and nothing is appended, if one is outside of the list.
pub fn look_up<T: Copy>(values: &[T], places: &[u32], out: &mut Vec<T>) -> bool {
    if places.is_empty() {
        return true;
    }
    if greatest(places) as usize >= values.len() {
        return false;
    }
    let before = out.len();
    out.reserve(places.len());
    let room = &mut out.spare_capacity_mut()[..places.len()];
    for (slot, place) in room.iter_mut().zip(places) {
        // SAFETY: no place is greater than the greatest, which is inside.
        slot.write(unsafe { *values.get_unchecked(*place as usize) });
    }
    // SAFETY: so many have just been written behind what was there.
    unsafe { out.set_len(before + places.len()) };
    true
}

/// An array of codes into a dictionary.
///
/// # Errors
/// `Type` if a code is outside of the dictionary.
pub fn coded(codes: UInt32Array, values: ArrayRef) -> Result<ArrayRef> {
    if greatest(codes.values()) as usize >= values.len().max(1) || (values.is_empty() && !codes.is_empty()) {
        // Codes that stand under nulls may be any.
        return Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(codes, values)?));
    }
    // SAFETY: no code is greater than the greatest, which is inside, and `u32` is no negative number.
    Ok(Arc::new(unsafe { DictionaryArray::<UInt32Type>::new_unchecked(codes, values) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringViewArray;

    #[test]
    fn places_are_checked() {
        let values = [10u64, 11, 12];
        let mut out = vec![9];
        assert!(look_up(&values, &[2, 0, 1, 1], &mut out));
        assert!(!look_up(&values, &[0, 3], &mut out));
        assert!(!look_up(&values, &[u32::MAX], &mut out));
        assert!(look_up(&values, &[], &mut out) && look_up(&[], &[], &mut out));
        assert!(!look_up(&[], &[0], &mut out));
        assert_eq!(out, [9, 12, 10, 11, 11]);
        let many: Vec<u32> = (0..1000).map(|i| i * 7 % 3).collect();
        out.clear();
        assert!(look_up(&values, &many, &mut out));
        assert!(out.iter().zip(&many).all(|(value, place)| *value == 10 + u64::from(*place)));
        assert_eq!(greatest(&many), 2);
    }

    #[test]
    fn codes_are_checked() {
        let texts: ArrayRef = Arc::new(StringViewArray::from(vec!["a", "b"]));
        let none: ArrayRef = Arc::new(StringViewArray::from(Vec::<&str>::new()));
        assert_eq!(coded(UInt32Array::from(vec![1, 0, 1]), texts.clone()).unwrap().len(), 3);
        assert!(coded(UInt32Array::from(vec![1, 2]), texts.clone()).is_err());
        let null = UInt32Array::new(vec![1, 7].into(), Some(vec![true, false].into()));
        assert_eq!(coded(null, texts).unwrap().null_count(), 1);
        assert!(coded(UInt32Array::from(vec![0]), none.clone()).is_err());
        assert_eq!(coded(UInt32Array::from(Vec::<u32>::new()), none.clone()).unwrap().len(), 0);
        let null = UInt32Array::new(vec![0].into(), Some(vec![false].into()));
        assert_eq!(coded(null, none).unwrap().null_count(), 1);
    }
}
