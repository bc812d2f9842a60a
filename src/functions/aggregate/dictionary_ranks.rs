//! The order of a dictionary's values, found once for all who ask while anybody holds it.

use crate::data::strings;
use crate::error::{Error, Result};
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// A dictionary's values in order.
pub struct Ranks {
    /// The values as bytes, by code.
    pub bytes: BinaryViewArray,
    /// The rank of each code; the smallest value's is 0.
    pub ranks: Vec<u32>,
    /// The code of each rank.
    pub order: Vec<u32>,
}

/// A dictionary and, as long as somebody holds them, its ranks.
struct Known {
    dictionary: Weak<dyn Array>,
    ranks: Arc<Mutex<Weak<Ranks>>>,
}

/// Dictionaries in use whose ranks were asked for: a handful.
static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind the locks is whole at any time.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ranks {
    /// The ranks of a dictionary; those who ask at the same time wait for the first.
    ///
    /// # Errors
    /// `Type` if the values are neither text nor bytes.
    pub fn of(dictionary: &ArrayRef) -> Result<Arc<Ranks>> {
        let slot = Ranks::slot(dictionary);
        let mut slot = locked(&slot);
        if let Some(ranks) = slot.upgrade() {
            return Ok(ranks);
        }
        let ranks = Arc::new(Ranks::new(dictionary)?);
        *slot = Arc::downgrade(&ranks);
        Ok(ranks)
    }

    fn slot(dictionary: &ArrayRef) -> Arc<Mutex<Weak<Ranks>>> {
        let mut known = locked(&KNOWN);
        known.retain(|known| known.dictionary.strong_count() > 0);
        for entry in known.iter() {
            if entry.dictionary.upgrade().is_some_and(|other| strings::same_dictionary(&other, dictionary)) {
                return entry.ranks.clone();
            }
        }
        let ranks = Arc::new(Mutex::new(Weak::new()));
        known.push(Known { dictionary: Arc::downgrade(dictionary), ranks: ranks.clone() });
        ranks
    }

    fn new(dictionary: &ArrayRef) -> Result<Ranks> {
        let bytes = as_bytes(dictionary)?;
        let mut order: Vec<u32> = (0..bytes.len() as u32).collect();
        order.sort_unstable_by(|left, right| bytes.value(*left as usize).cmp(bytes.value(*right as usize)));
        let mut ranks = vec![0; order.len()];
        for (rank, code) in order.iter().enumerate() {
            ranks[*code as usize] = rank as u32;
        }
        Ok(Ranks { bytes, ranks, order })
    }

    /// The value of a rank.
    pub fn value(&self, rank: u32) -> &[u8] {
        self.bytes.value(self.order[rank as usize] as usize)
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.ranks.capacity() * 8 + self.bytes.get_array_memory_size()
    }
}

/// Text or bytes as bytes.
///
/// # Errors
/// `Type` for other arrays.
pub fn as_bytes(array: &ArrayRef) -> Result<BinaryViewArray> {
    match array.data_type() {
        DataType::BinaryView => Ok(array.as_binary_view().clone()),
        // Shares the bytes.
        DataType::Utf8View => Ok(cast(array, &DataType::BinaryView)?.as_binary_view().clone()),
        other => Err(Error::type_mismatch(format!("text or bytes expected, not {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringViewArray;

    #[test]
    fn a_dictionary_is_ranked_once_while_it_is_held() {
        let dictionary: ArrayRef = Arc::new(StringViewArray::from(vec!["pear", "apple", "plum"]));
        let first = Ranks::of(&dictionary).unwrap();
        assert_eq!((first.ranks.as_slice(), first.order.as_slice()), (&[1, 0, 2][..], &[1, 0, 2][..]));
        assert!(Arc::ptr_eq(&first, &Ranks::of(&dictionary.clone()).unwrap()));
        assert!(Arc::ptr_eq(&first, &Ranks::of(&dictionary.slice(0, 3)).unwrap()));
        let other: ArrayRef = Arc::new(StringViewArray::from(vec!["pear", "apple", "plum"]));
        assert!(!Arc::ptr_eq(&first, &Ranks::of(&other).unwrap()));
        let held = Arc::downgrade(&first);
        drop(first);
        assert!(held.upgrade().is_none());
    }
}
