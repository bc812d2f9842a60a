//! The blocks that were read last, of all objects: what is read again soon is not asked for again.

use bytes::Bytes;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Bytes that are kept of all objects.
const KEPT: u64 = 128 << 20;

/// The blocks that were read last.
#[derive(Default)]
pub struct Kept {
    blocks: HashMap<(u64, u64), Bytes>,
    order: VecDeque<(u64, u64)>,
    bytes: u64,
}

static KEPT_BLOCKS: Mutex<Option<Kept>> = Mutex::new(None);

/// Works with the blocks that are kept.
pub fn with_kept<T>(work: impl FnOnce(&mut Kept) -> T) -> T {
    let mut guard = KEPT_BLOCKS.lock().unwrap_or_else(PoisonError::into_inner);
    work(guard.get_or_insert_default())
}

impl Kept {
    /// A block of an object.
    pub fn get(&self, id: u64, block: u64) -> Option<&Bytes> {
        self.blocks.get(&(id, block))
    }

    /// Keeps a block.
    pub fn insert(&mut self, key: (u64, u64), block: &Bytes) {
        if self.blocks.insert(key, block.clone()).is_none() {
            self.order.push_back(key);
            self.bytes += block.len() as u64;
        }
        while self.bytes > KEPT {
            let Some(oldest) = self.order.pop_front() else { break };
            self.bytes -= self.blocks.remove(&oldest).map_or(0, |block| block.len() as u64);
        }
    }

    /// Lets go of the blocks of an object.
    pub fn forget(&mut self, id: u64) {
        if self.blocks.keys().any(|(owner, _)| *owner == id) {
            self.blocks.retain(|(owner, _), _| *owner != id);
            self.order.retain(|(owner, _)| *owner != id);
            self.bytes = self.blocks.values().map(|block| block.len() as u64).sum();
        }
    }
}

/// Lets go of the blocks of an object.
pub fn forget(id: u64) {
    with_kept(|kept| kept.forget(id));
}

/// Keeps blocks of an object.
pub fn keep(id: u64, blocks: &BTreeMap<u64, Bytes>) {
    with_kept(|kept| blocks.iter().for_each(|(block, bytes)| kept.insert((id, *block), bytes)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_go_with_their_object_and_are_not_endless() {
        let mut kept = Kept::default();
        let size = 64 << 10;
        let block = Bytes::from(vec![0; size as usize]);
        for at in 0..KEPT / size + 10 {
            kept.insert((at % 2, at), &block);
            kept.insert((at % 2, at), &block);
        }
        assert_eq!(kept.bytes, KEPT);
        assert_eq!(kept.blocks.len() as u64, KEPT / size);
        kept.forget(0);
        assert_eq!(kept.bytes, KEPT / 2);
        assert!(kept.blocks.keys().all(|(owner, _)| *owner == 1));
    }
}
