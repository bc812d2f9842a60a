//! Pieces of work that several threads share.

use super::share::Shared;
use crate::error::Error;
use crate::expr::InTurn;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn every_piece_is_done_once_and_all_see_it() {
    let shared = Shared::new(100);
    let done = AtomicUsize::new(0);
    let piece = |place: usize| {
        done.fetch_add(1, Ordering::Relaxed);
        Ok(place * 2)
    };
    let run = || {
        let all: Vec<usize> = shared.run(&InTurn, &piece).unwrap().into_iter().copied().collect();
        assert_eq!(all, (0..100).map(|place| place * 2).collect::<Vec<_>>());
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(run))));
    assert_eq!(done.load(Ordering::Relaxed), 100);
}

#[test]
fn the_lowest_error_is_told_and_a_panic_is_one() {
    let shared = Shared::<usize>::new(10);
    let piece =
        |place: usize| if place % 4 == 3 { Err(Error::invalid(place.to_string())) } else { Ok(place) };
    assert_eq!(shared.run(&InTurn, &piece).unwrap_err().message(), "3");
    let shared = Shared::<usize>::new(2);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = shared.run(&InTurn, &|_| panic!("a defect"));
    }));
    assert!(caught.is_err());
    assert!(shared.run(&InTurn, &Ok).is_err());
}
