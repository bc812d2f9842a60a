//! Buffers that each thread uses again: fresh memory costs more than what is done with it.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// Buffers kept by a thread, and the bytes of each, at most.
const KEPT: usize = 4;
const LARGEST: usize = 4 << 20;

thread_local! {
    static KEPT_BUFFERS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer; what is in it at first has no meaning.
#[derive(Default)]
pub struct Spare(Vec<u8>);

impl Spare {
    /// One that was given back, or an empty one.
    pub fn take() -> Self {
        Spare(KEPT_BUFFERS.with_borrow_mut(Vec::pop).unwrap_or_default())
    }
}

impl Deref for Spare {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Spare {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.0);
        if (1..=LARGEST).contains(&bytes.capacity()) {
            // A thread that ends keeps nothing.
            let _ = KEPT_BUFFERS.try_with(|kept| {
                let mut kept = kept.borrow_mut();
                if kept.len() < KEPT {
                    kept.push(bytes);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_unless_they_are_large() {
        let mut one = Spare::take();
        one.reserve_exact(1000);
        let place = one.as_ptr();
        drop(one);
        assert_eq!(Spare::take().as_ptr(), place);
        Spare::take().reserve(LARGEST + 1);
        let all: Vec<Spare> = (0..10).map(|_| Spare::take()).collect();
        assert!(all.iter().all(|buffer| buffer.capacity() <= LARGEST));
        drop(all);
        assert!(KEPT_BUFFERS.with_borrow(Vec::len) <= KEPT);
    }
}
