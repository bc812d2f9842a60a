//! Values of rows that change their order, put into buckets first: a bucket takes the rows of one range of the new order, in the
//! order they had. It is then small enough for the second cache, where rows in no order are found without a miss.
//!
//! Both passes over memory are nearly sequential; cf. "radix-decluster" in S. Manegold, P. Boncz, N. Nes, M. Kersten,
//! Cache-Conscious Radix-Decluster Projections, VLDB 2004. Values are written a line of the caches at a time, past the caches:
//! J. Wassenberg, P. Sanders, Engineering a Multi-core Radix Sort, Euro-Par 2011.

use crate::kernels::gathered::Gathered;
use crate::kernels::map::collect_values;
use arrow::datatypes::ArrowNativeType;

/// Room between two buckets. Buckets that began a power of two apart would compete for the same few places of the caches and
/// of the address cache; by this, of eight bytes each, they are a page and a line further apart.
const GAP: usize = 520;

/// Bytes of a line of the caches.
const LINE: usize = 64;

/// What one task fills of each bucket, by the width of a value in bytes.
pub enum Parts<'a> {
    /// 1.
    One(Part<'a, u8, 64>),
    /// 2.
    Two(Part<'a, u16, 32>),
    /// 4.
    Four(Part<'a, u32, 16>),
    /// 8.
    Eight(Part<'a, u64, 8>),
    /// 16.
    Sixteen(Part<'a, u128, 4>),
}

/// What one task fills of each bucket; `N` values are a line.
pub struct Part<'a, T: ArrowNativeType, const N: usize> {
    rooms: Vec<&'a mut [T]>,
    /// Of each bucket the values that are still to be written, where they are to lie in their line.
    lines: Vec<Line<T, N>>,
    /// Where in its line each bucket's room begins.
    starts: Vec<u8>,
    /// How far its line is filled.
    ends: Vec<u8>,
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line<T, const N: usize>([T; N]);

/// Where buckets of these sizes begin in their room, and its end.
pub fn starts(sizes: &[usize]) -> Vec<usize> {
    let mut next = 0;
    let mut starts = vec![0];
    starts.extend(sizes.iter().map(|size| {
        next += size + GAP;
        next
    }));
    starts
}

impl Gathered {
    /// Room for buckets of values of this width, 1, 2, 4, 8 or 16, that begin and end here.
    pub fn room(width: usize, starts: &[usize]) -> Self {
        let rows = starts.last().copied().unwrap_or(0);
        match width {
            1 => Gathered::One(vec![0; rows]),
            2 => Gathered::Two(vec![0; rows]),
            4 => Gathered::Four(vec![0; rows]),
            8 => Gathered::Eight(vec![0; rows]),
            _ => Gathered::Sixteen(vec![0; rows]),
        }
    }

    /// What each task fills of the buckets that begin and end here, given how many values it has for each.
    ///
    /// # Panics
    /// If there are more values than there is room.
    pub fn parts(&mut self, starts: &[usize], counts: &[Vec<u32>]) -> Vec<Parts<'_>> {
        match self {
            Gathered::One(room) => cut(room, starts, counts).into_iter().map(Parts::One).collect(),
            Gathered::Two(room) => cut(room, starts, counts).into_iter().map(Parts::Two).collect(),
            Gathered::Four(room) => cut(room, starts, counts).into_iter().map(Parts::Four).collect(),
            Gathered::Eight(room) => cut(room, starts, counts).into_iter().map(Parts::Eight).collect(),
            Gathered::Sixteen(room) => cut(room, starts, counts).into_iter().map(Parts::Sixteen).collect(),
        }
    }

    /// The values at these places.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn at(&self, places: &[u32]) -> Gathered {
        fn picked<T: Copy>(values: &[T], places: &[u32]) -> Vec<T> {
            collect_values(places.len(), |i| values[places[i] as usize])
        }
        match self {
            Gathered::One(values) => Gathered::One(picked(values, places)),
            Gathered::Two(values) => Gathered::Two(picked(values, places)),
            Gathered::Four(values) => Gathered::Four(picked(values, places)),
            Gathered::Eight(values) => Gathered::Eight(picked(values, places)),
            Gathered::Sixteen(values) => Gathered::Sixteen(picked(values, places)),
        }
    }
}

fn cut<'a, T: ArrowNativeType, const N: usize>(
    room: &'a mut [T],
    starts: &[usize],
    counts: &[Vec<u32>],
) -> Vec<Part<'a, T, N>> {
    let buckets = starts.len() - 1;
    let empty = |_: &Vec<u32>| Part {
        rooms: Vec::with_capacity(buckets),
        lines: Vec::new(),
        starts: Vec::new(),
        ends: Vec::new(),
    };
    let mut parts: Vec<Part<'a, T, N>> = counts.iter().map(empty).collect();
    let mut all = room;
    for bucket in 0..buckets {
        let (mut rest, others) = all.split_at_mut(starts[bucket + 1] - starts[bucket]);
        all = others;
        for (part, counts) in parts.iter_mut().zip(counts) {
            let (own, others) = rest.split_at_mut(counts[bucket] as usize);
            part.rooms.push(own);
            rest = others;
        }
    }
    parts
}

impl<T: ArrowNativeType, const N: usize> Part<'_, T, N> {
    /// Puts each value behind those that its bucket has; `made` is what is put. What is left of a line is written when this
    /// is dropped.
    ///
    /// # Panics
    /// If there is no such bucket, or no more room in it.
    #[inline]
    pub fn put(&mut self, values: &[T], buckets: &[u16], made: impl Fn(T) -> T) {
        if self.lines.is_empty() {
            let place = |room: &&mut [T]| (room.as_ptr() as usize % LINE / size_of::<T>()) as u8;
            self.starts = self.rooms.iter().map(place).collect();
            self.ends.clone_from(&self.starts);
            self.lines = vec![Line([T::default(); N]); self.rooms.len()];
        }
        for (value, bucket) in values.iter().zip(buckets) {
            let bucket = usize::from(*bucket);
            let end = &mut self.ends[bucket];
            self.lines[bucket].0[usize::from(*end) % N] = made(*value);
            *end += 1;
            if usize::from(*end) >= N {
                let start = usize::from(std::mem::replace(&mut self.starts[bucket], 0));
                *end = 0;
                write(&self.lines[bucket], start, N, &mut self.rooms[bucket]);
            }
        }
        fence();
    }
}

impl<T: ArrowNativeType, const N: usize> Drop for Part<'_, T, N> {
    fn drop(&mut self) {
        let ends = self.starts.iter().zip(&self.ends);
        for ((line, (start, end)), room) in self.lines.iter().zip(ends).zip(&mut self.rooms) {
            let left = &line.0[usize::from(*start)..usize::from(*end)];
            // Short of room only if a task panics that has too much.
            room.iter_mut().zip(left).for_each(|(to, value)| *to = *value);
        }
    }
}

/// Writes a line's values from `start` to `end` and leaves the room that is left.
#[inline]
fn write<T: Copy, const N: usize>(line: &Line<T, N>, start: usize, end: usize, room: &mut &mut [T]) {
    let (to, rest) = std::mem::take(room).split_at_mut(end - start);
    *room = rest;
    #[cfg(target_arch = "x86_64")]
    if size_of::<[T; N]>() == LINE && to.len() == N && (to.as_ptr() as usize).is_multiple_of(LINE) {
        use std::arch::x86_64::{__m128i, _mm_load_si128, _mm_stream_si128};
        let (from, to) = (line.0.as_ptr().cast::<__m128i>(), to.as_mut_ptr().cast::<__m128i>());
        for part in 0..LINE / 16 {
            // SAFETY: both are lines of 64 bytes, aligned to that, of numbers; `put` fences before it returns, and nothing
            // else has the room until then.
            unsafe { _mm_stream_si128(to.add(part), _mm_load_si128(from.add(part))) };
        }
        return;
    }
    to.copy_from_slice(&line.0[start..end]);
}

/// Writes past the caches are seen by whoever is told of them after this.
fn fence() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every processor of this kind has it.
    unsafe {
        std::arch::x86_64::_mm_sfence();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows go to where `place` says, of three tasks of unequal size, each in two calls.
    fn check<T: ArrowNativeType + std::fmt::Debug>(
        width: usize,
        value: impl Fn(usize) -> T,
        put: impl Fn(&mut Parts<'_>, &[T], &[u16]),
        values: impl Fn(Gathered) -> Vec<T>,
    ) {
        let rows = 2000usize;
        let tasks = [0..900, 900..907, 907..rows];
        let bucket = |row: usize| (row * 387 % 5 * (row % 2)) as u16;
        let buckets: Vec<Vec<u16>> = tasks.iter().map(|task| task.clone().map(bucket).collect()).collect();
        let counts: Vec<Vec<u32>> = buckets
            .iter()
            .map(|own| (0..5).map(|one| own.iter().filter(|own| **own == one).count() as u32).collect())
            .collect();
        let sizes: Vec<usize> =
            (0..5).map(|bucket| counts.iter().map(|counts| counts[bucket] as usize).sum()).collect();
        let starts = starts(&sizes);
        let mut room = Gathered::room(width, &starts);
        for ((task, own), mut parts) in tasks.iter().zip(&buckets).zip(room.parts(&starts, &counts)) {
            let all: Vec<T> = task.clone().map(&value).collect();
            let half = all.len() / 2;
            put(&mut parts, &all[..half], &own[..half]);
            put(&mut parts, &all[half..], &own[half..]);
        }
        let places = sizes.iter().zip(&starts).flat_map(|(size, start)| *start..start + size);
        let places: Vec<u32> = places.map(|place| place as u32).collect();
        let mut wanted: Vec<usize> = (0..rows).collect();
        wanted.sort_by_key(|row| bucket(*row));
        let wanted: Vec<T> = wanted.into_iter().map(value).collect();
        assert_eq!(values(room.at(&places)), wanted);
    }

    macro_rules! checked {
        ($width:expr, $kind:ident, $type:ty) => {
            check::<$type>(
                $width,
                |row| row as $type,
                |parts, values, buckets| match parts {
                    Parts::$kind(part) => part.put(values, buckets, |value| value),
                    _ => panic!("another width"),
                },
                |gathered| match gathered {
                    Gathered::$kind(values) => values,
                    _ => panic!("another width"),
                },
            );
        };
    }

    #[test]
    fn values_of_every_width_lie_in_their_buckets_in_order() {
        checked!(1, One, u8);
        checked!(2, Two, u16);
        checked!(4, Four, u32);
        checked!(8, Eight, u64);
    }

    #[test]
    #[should_panic(expected = "mid > len")]
    fn more_than_there_is_room_for() {
        let starts = starts(&[0, 70]);
        let mut room = Gathered::room(8, &starts);
        let mut parts = room.parts(&starts, &[vec![0, 70]]);
        if let Parts::Eight(part) = &mut parts[0] {
            part.put(&[1; 200], &[1; 200], |value| value);
        }
    }
}
