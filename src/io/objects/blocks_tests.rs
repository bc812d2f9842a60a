//! Blocks: the right bytes, and few requests for them.

use super::*;
use crate::io::objects::contract::{Facts, Objects, Upload};

/// Remembers what it was asked for.
#[derive(Debug)]
struct Counting {
    bytes: Vec<u8>,
    asked: Mutex<Vec<Range<u64>>>,
}

impl Counting {
    fn object(size: usize) -> (Arc<Counting>, Arc<Object>) {
        let bytes = (0..size).map(|at| (at * 31 % 251) as u8).collect();
        let place = Arc::new(Counting { bytes, asked: Mutex::default() });
        let facts = Facts { size: size as u64, version: None };
        (place.clone(), Arc::new(Object::new(place, "test://x".to_owned(), facts)))
    }

    fn asked(&self) -> Vec<Range<u64>> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Objects for Counting {
    fn find(&self, _: &str) -> Result<Facts> {
        Err(Error::internal("not asked here"))
    }

    fn list(&self, _: &str) -> Result<Vec<(String, Facts)>> {
        Ok(Vec::new())
    }

    fn read(&self, wanted: &[Wanted<'_>]) -> Result<Vec<Bytes>> {
        let ranges = wanted.iter().map(|wanted| wanted.range.clone());
        self.asked.lock().unwrap().extend(ranges.clone());
        Ok(ranges
            .map(|range| Bytes::copy_from_slice(&self.bytes[range.start as usize..range.end as usize]))
            .collect())
    }

    fn create(&self, _: &str) -> Result<Box<dyn Upload>> {
        Err(Error::internal("not asked here"))
    }

    fn remove(&self, _: Vec<String>) -> Result<()> {
        Ok(())
    }
}

fn read(reader: &Reader, place: &Counting, range: Range<usize>) {
    let mut buffer = vec![0; range.len()];
    reader.read(&mut buffer, range.start as u64).unwrap();
    assert!(buffer == place.bytes[range.clone()], "{range:?}");
}

#[test]
fn any_range_is_read_right() {
    let block = BLOCK as usize;
    let (place, object) = Counting::object(3 * block + 17);
    let ends = [0, 1, block - 1, block, block + 1, 2 * block, 3 * block - 1, 3 * block, 3 * block + 17];
    for start in ends {
        for end in ends.into_iter().filter(|end| *end >= start) {
            read(&Reader::new(object.clone()), &place, start..end);
        }
    }
}

#[test]
fn reading_on_asks_for_more_each_time() {
    let size = 20 << 20;
    let (place, object) = Counting::object(size);
    let reader = Reader::new(object);
    for at in (0..size).step_by(32 << 10) {
        read(&reader, &place, at..at + (32 << 10));
    }
    let asked = place.asked();
    assert!(asked.len() <= 10, "{} requests", asked.len());
    assert!(asked.iter().all(|range| range.end - range.start <= LONGEST * BLOCK));
    assert_eq!(asked.iter().map(|range| range.end - range.start).sum::<u64>(), size as u64);
}

#[test]
fn what_was_read_is_not_asked_for_again() {
    let (place, object) = Counting::object(5 << 20);
    read(&Reader::new(object.clone()), &place, 0..3 << 20);
    place.asked();
    read(&Reader::new(object.clone()), &place, 1000..2 << 20);
    assert_eq!(place.asked(), []);
}

#[test]
fn neighbours_are_one_request_and_what_is_far_is_left_out() {
    let (place, object) = Counting::object(40 << 20);
    let reader = Reader::new(object);
    let mib = 1u64 << 20;
    reader.expect(&[mib..mib + 100, mib + 200_000..mib + 300_000, 30 * mib..31 * mib]).unwrap();
    let asked = place.asked();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.iter().map(|range| range.end - range.start).sum::<u64>() < 2 * mib);
    read(&reader, &place, (mib + 250_000) as usize..(mib + 260_000) as usize);
    read(&reader, &place, 30 << 20..31 << 20);
    assert_eq!(place.asked(), []);
    // Beyond the end there is nothing to expect.
    reader.expect(&[50 * mib..60 * mib, 0..0]).unwrap();
    assert_eq!(place.asked(), []);
}

#[test]
fn large_reads_are_cut_and_not_kept() {
    let (place, object) = Counting::object(37 << 20);
    read(&Reader::new(object.clone()), &place, 11..(36 << 20) + 5);
    let asked = place.asked();
    assert!(asked.len() == 9 && asked.iter().all(|range| range.end - range.start <= 4 << 20), "{asked:?}");
}

#[test]
fn many_ends_are_asked_for_at_once() {
    let (place, object) = Counting::object(3 << 20);
    warm(&[&object]).unwrap();
    assert_eq!(place.asked().len(), 2);
    let reader = Reader::new(object);
    read(&reader, &place, 0..4);
    read(&reader, &place, (3 << 20) - 60_000..3 << 20);
    assert_eq!(place.asked(), []);
}
