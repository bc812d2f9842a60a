//! From the word of a key to the build rows that have it: addressed directly, by rank, or hashed in parts.

use crate::kernels::gather::NO_ROW;
use crate::kernels::hash::mix;
use crate::kernels::join::encoder::MISS;
use crate::kernels::join::hashed::HashPart;
use crate::kernels::join::ranked::RankedPart;
use crate::kernels::join::split::{Split, part_of, parts_for};
use std::sync::atomic::{AtomicU32, Ordering};

/// Rows of a part that fits the second-level cache.
const PART_ROWS: usize = 1 << 15;

/// Rows of a part that is given as it is, in order.
const NUMBERED_ROWS: usize = 1 << 17;

/// Words up to which direct addressing always pays.
const SMALL_DOMAIN: u64 = 1 << 16;

/// Words whose marks are looked at in one go.
const BLOCK: usize = 1024;

/// Finds the build rows of a word.
pub struct Index {
    form: Form,
    /// The most rows of one word.
    most: u32,
}

enum Form {
    /// The row of each word, plus one; 0 for none. Behind the last word stands one more 0.
    Direct(Vec<u32>),
    /// Rows of the words of each part of the domain.
    Runs(Vec<Runs>, u32),
    /// The words of each part of the domain, and the domain.
    Ranked(Vec<RankedPart>, u32, u64),
    Hashed(Vec<HashPart>, u32),
}

/// Rows by word, for a part of the domain.
pub struct Runs {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

/// Rows being entered under their words, by several threads at once.
pub struct Slots(Vec<AtomicU32>);

/// How rows are sorted into parts before these are filled.
pub struct Parts {
    /// How many there are.
    pub count: usize,
    shift: u32,
    /// Words, if they are addressed directly.
    domain: Option<u64>,
    weak: bool,
}

/// Whether words below `domain` are addressed directly, for so many build rows.
pub fn is_dense(domain: Option<u64>, rows: usize, weak: bool) -> bool {
    // A slot takes 4 bytes, a row of a hash table 24.
    domain
        .is_some_and(|d| !weak && (d <= SMALL_DOMAIN || d / 6 <= rows as u64) && d < u64::from(u32::MAX) - 1)
}

impl Runs {
    /// The rows of each word, one after the other.
    pub fn each(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|ends| &self.rows[ends[0] as usize..ends[1] as usize])
    }
}

impl Slots {
    /// Empty slots for words below `domain`.
    pub fn new(domain: u64) -> Self {
        let zeros = vec![0u32; domain as usize + 1];
        let (length, capacity) = (zeros.len(), zeros.capacity());
        let pointer = std::mem::ManuallyDrop::new(zeros).as_mut_ptr();
        // SAFETY: AtomicU32 has the size, alignment and bit validity of u32; the allocation is handed over whole. A
        // vector of zeros is given out by the system without being written, which a loop of stores would do.
        Slots(unsafe { Vec::from_raw_parts(pointer.cast::<AtomicU32>(), length, capacity) })
    }

    /// Enters rows `base..` under their words.
    pub fn enter(&self, words: &[u64], base: u32) {
        for (word, row) in words.iter().zip(base..) {
            if *word != MISS {
                self.0[*word as usize].store(row + 1, Ordering::Relaxed);
            }
        }
    }

    /// Whether rows that were entered are there still: no other row has the same word.
    pub fn holds(&self, words: &[u64], base: u32) -> bool {
        let mut all = true;
        for (word, row) in words.iter().zip(base..) {
            all &= *word == MISS || self.0[*word as usize].load(Ordering::Relaxed) == row + 1;
        }
        all
    }

    /// The index, if every word has one row, or if one is enough.
    pub fn index(self) -> Index {
        let slots = self.0.into_iter().map(AtomicU32::into_inner).collect();
        Index { form: Form::Direct(slots), most: 1 }
    }
}

impl Parts {
    /// Parts for so many rows; `domain` is given if words are addressed directly.
    pub fn new(rows: usize, domain: Option<u64>, weak: bool) -> Self {
        match domain {
            Some(domain) => {
                // As many words to a part as fit the cache, but not too many parts.
                let shift = (64 - domain.leading_zeros()).saturating_sub(10).max(16);
                Parts { count: (domain >> shift) as usize + 1, shift, domain: Some(domain), weak }
            }
            None => {
                let (count, shift) = parts_for(rows, PART_ROWS);
                Parts { count, shift, domain: None, weak }
            }
        }
    }

    /// Parts for so many rows of words below `domain`, about as many rows to each part.
    pub fn of_numbers(rows: usize, domain: u64) -> Self {
        let wanted = (rows / NUMBERED_ROWS).next_power_of_two().trailing_zeros();
        let shift = (64 - domain.leading_zeros()).saturating_sub(wanted);
        Parts { count: (domain >> shift) as usize + 1, shift, domain: Some(domain), weak: false }
    }

    /// The first word of a part.
    pub fn first(&self, part: usize) -> u64 {
        (part as u64) << self.shift
    }

    /// Sorts the rows `base..` of a piece into the parts.
    pub fn split(&self, words: &[u64], base: u32) -> Split {
        let part = |word: u64| match self.domain {
            Some(_) => (word >> self.shift) as usize,
            None => hash_part(word, self.shift, self.weak),
        };
        Split::new(words, base, self.count, |_, word| (word != MISS).then(|| part(word)))
    }

    /// How many words a part has, if they are addressed directly.
    fn words(&self, part: usize) -> usize {
        self.domain.map_or(0, |domain| (domain - self.first(part)).min(1 << self.shift)) as usize
    }

    /// The words of one part and their rows, by rank; and the most rows of one word.
    pub fn ranked(&self, splits: &[Split], part: usize, distinct: bool) -> (RankedPart, u32) {
        RankedPart::fill(splits, part, self.first(part), self.words(part), distinct)
    }

    /// The rows of the words of one part, addressed directly; and the most of one word.
    pub fn runs(&self, splits: &[Split], part: usize) -> (Runs, u32) {
        let first = (part as u64) << self.shift;
        let words = self.words(part);
        let mut starts = vec![0u32; words + 1];
        for split in splits {
            for word in split.part(part).0 {
                starts[(*word - first) as usize + 1] += 1;
            }
        }
        let most = starts.iter().copied().max().unwrap_or(0);
        for i in 0..words {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; starts[words] as usize];
        for split in splits {
            let (words, own) = split.part(part);
            for (word, row) in words.iter().zip(own) {
                let place = &mut next[(*word - first) as usize];
                rows[*place as usize] = *row;
                *place += 1;
            }
        }
        (Runs { starts, rows }, most)
    }

    /// The index of directly addressed runs, one per part.
    pub fn index_of_runs(&self, runs: Vec<(Runs, u32)>) -> Index {
        let most = runs.iter().map(|(_, most)| *most).max().unwrap_or(0);
        Index { form: Form::Runs(runs.into_iter().map(|(runs, _)| runs).collect(), self.shift), most }
    }

    /// The index of ranked words, one per part.
    pub fn index_of_ranked(&self, parts: Vec<(RankedPart, u32)>) -> Index {
        let most = parts.iter().map(|(_, most)| *most).max().unwrap_or(0);
        let parts = parts.into_iter().map(|(part, _)| part).collect();
        Index { form: Form::Ranked(parts, self.shift, self.domain.unwrap_or(0)), most }
    }

    /// The index of hashed parts. Unless every word has one row, they must not be settled.
    pub fn index_of_hashed(&self, parts: Vec<HashPart>) -> Index {
        let runs = parts.iter().flat_map(|part| part.runs().map(<[u32]>::len));
        let most = runs.max().unwrap_or(1) as u32;
        Index { form: Form::Hashed(parts, self.shift), most }
    }
}

#[inline]
fn hash_part(word: u64, shift: u32, weak: bool) -> usize {
    if weak { 0 } else { part_of(mix(word), shift) }
}

impl Index {
    /// Whether no word has more than one row, so that [`Index::find`] tells all.
    pub fn is_distinct(&self) -> bool {
        self.most <= 1
    }

    /// The most rows of one word.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// The row of each word, or [`NO_ROW`], appended to `out`; only where words are distinct.
    pub fn find(&self, words: &[u64], scratch: &mut Vec<(u64, u32)>, out: &mut Vec<u32>) {
        match &self.form {
            Form::Direct(slots) => {
                let last = slots.len() - 1;
                out.extend(words.iter().map(|word| slots[(*word).min(last as u64) as usize].wrapping_sub(1)));
            }
            Form::Ranked(parts, shift, domain) => {
                let start = out.len();
                out.resize(start + words.len(), NO_ROW);
                let place = |word: u64| ranked(parts, *shift, *domain, word);
                let there = |word: u64| {
                    let (part, word) = place(word);
                    part.has(word)
                };
                each_place(words, there, |at, word| {
                    let (part, word) = place(word);
                    out[start + at] = part.row(word);
                });
            }
            Form::Hashed(parts, shift) if mostly_absent(parts, *shift, words) => {
                let start = out.len();
                out.resize(start + words.len(), NO_ROW);
                each_possible(parts, *shift, words, |place, part| {
                    out[start + place] = lookup(part, words[place]);
                });
            }
            Form::Hashed(parts, shift) => {
                // All slots are read before one is looked at: the reads do not wait for each other.
                self.read(parts, *shift, words, scratch);
                out.extend(words.iter().zip(scratch.iter()).map(|(word, slot)| {
                    if slot.1 == 0 || slot.0 == *word {
                        return slot.1.wrapping_sub(1);
                    }
                    let part = &parts[hash_part(*word, *shift, part_is_weak(parts))];
                    part.resolve(*word, part.start(*word), *slot)
                }));
            }
            Form::Runs(..) => {
                let mut spans = Vec::with_capacity(words.len());
                self.spans(words, scratch, &mut spans);
                out.extend(spans.iter().map(|span| span.first().copied().unwrap_or(NO_ROW)));
            }
        }
    }

    /// The rows of each word in build order, appended to `out`; only where words are not distinct.
    pub fn spans<'a>(&'a self, words: &[u64], scratch: &mut Vec<(u64, u32)>, out: &mut Vec<&'a [u32]>) {
        match &self.form {
            Form::Direct(_) => out.extend(words.iter().map(|_| &[] as &[u32])),
            Form::Runs(parts, shift) => {
                let mask = (1u64 << shift) - 1;
                out.extend(words.iter().map(|word| -> &[u32] {
                    let Some(part) = parts.get((word >> shift) as usize) else { return &[] };
                    let place = (word & mask) as usize;
                    match part.starts.get(place..place + 2) {
                        Some(ends) => &part.rows[ends[0] as usize..ends[1] as usize],
                        None => &[],
                    }
                }));
            }
            Form::Ranked(parts, shift, domain) => {
                out.extend(words.iter().map(|word| -> &[u32] {
                    let (part, word) = ranked(parts, *shift, *domain, *word);
                    part.rows(word)
                }));
            }
            Form::Hashed(parts, shift) if mostly_absent(parts, *shift, words) => {
                let start = out.len();
                out.resize(start + words.len(), &[]);
                each_possible(parts, *shift, words, |place, part| {
                    let number = lookup(part, words[place]);
                    if number != NO_ROW {
                        out[start + place] = part.rows_of(number);
                    }
                });
            }
            Form::Hashed(parts, shift) => {
                self.read(parts, *shift, words, scratch);
                out.extend(words.iter().zip(scratch.iter()).map(|(word, slot)| -> &[u32] {
                    let part = &parts[hash_part(*word, *shift, part_is_weak(parts))];
                    match part.resolve(*word, part.start(*word), *slot) {
                        NO_ROW => &[],
                        number => part.rows_of(number),
                    }
                }));
            }
        }
    }

    /// Whether each word may be there, appended to `out`: surely if it is, seldom if it is not.
    pub fn may_hold(&self, words: &[u64], out: &mut Vec<bool>) {
        match &self.form {
            Form::Direct(slots) => {
                let last = slots.len() - 1;
                out.extend(words.iter().map(|word| slots[(*word).min(last as u64) as usize] != 0));
            }
            Form::Runs(parts, shift) => {
                let mask = (1u64 << shift) - 1;
                out.extend(words.iter().map(|word| {
                    let ends = parts.get((word >> shift) as usize).and_then(|part| {
                        let place = (word & mask) as usize;
                        part.starts.get(place..place + 2)
                    });
                    ends.is_some_and(|ends| ends[0] < ends[1])
                }));
            }
            Form::Ranked(parts, shift, domain) => {
                out.extend(words.iter().map(|word| {
                    let (part, word) = ranked(parts, *shift, *domain, *word);
                    part.has(word)
                }));
            }
            Form::Hashed(parts, shift) => {
                let weak = part_is_weak(parts);
                out.extend(
                    words.iter().map(|word| parts[hash_part(*word, *shift, weak)].may_hold(mix(*word))),
                );
            }
        }
    }

    fn read(&self, parts: &[HashPart], shift: u32, words: &[u64], scratch: &mut Vec<(u64, u32)>) {
        let weak = part_is_weak(parts);
        scratch.clear();
        scratch.extend(words.iter().map(|word| {
            let part = &parts[hash_part(*word, shift, weak)];
            part.slot(part.start(*word))
        }));
    }

    /// The words with more than one row: the rows of those with most, at most `count` of them.
    pub fn heaviest(&self, count: usize) -> Vec<&[u32]> {
        let mut found: Vec<&[u32]> = match &self.form {
            Form::Direct(_) => Vec::new(),
            Form::Runs(parts, _) => {
                let runs = |part: &'_ Runs| -> Vec<(usize, usize)> {
                    let ends = part.starts.windows(2).map(|ends| (ends[0] as usize, ends[1] as usize));
                    ends.filter(|(start, end)| end - start > 1).collect()
                };
                parts
                    .iter()
                    .flat_map(|part| runs(part).into_iter().map(move |(start, end)| &part.rows[start..end]))
                    .collect()
            }
            Form::Ranked(parts, ..) => {
                parts.iter().flat_map(|part| part.runs()).filter(|rows| rows.len() > 1).collect()
            }
            Form::Hashed(parts, _) => {
                parts.iter().flat_map(|part| part.runs()).filter(|rows| rows.len() > 1).collect()
            }
        };
        found.sort_unstable_by_key(|rows| (std::cmp::Reverse(rows.len()), rows[0]));
        found.truncate(count);
        found
    }

    /// How many words have more than one row, and how many rows these are.
    pub fn repeated(&self) -> (u64, u64) {
        let add = |(words, rows): (u64, u64), run: usize| match run > 1 {
            true => (words + 1, rows + run as u64),
            false => (words, rows),
        };
        match &self.form {
            Form::Direct(_) => (0, 0),
            Form::Runs(parts, _) => {
                let runs = parts.iter().flat_map(|part| part.starts.windows(2));
                runs.map(|ends| (ends[1] - ends[0]) as usize).fold((0, 0), add)
            }
            Form::Ranked(parts, ..) => {
                parts.iter().flat_map(|part| part.runs().map(<[u32]>::len)).fold((0, 0), add)
            }
            Form::Hashed(parts, _) => {
                parts.iter().flat_map(|part| part.runs().map(<[u32]>::len)).fold((0, 0), add)
            }
        }
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        match &self.form {
            Form::Direct(slots) => slots.capacity() * 4,
            Form::Runs(parts, _) => {
                parts.iter().map(|part| (part.starts.capacity() + part.rows.capacity()) * 4).sum()
            }
            Form::Ranked(parts, ..) => parts.iter().map(RankedPart::size_bytes).sum(),
            Form::Hashed(parts, _) => parts.iter().map(HashPart::size_bytes).sum(),
        }
    }
}

/// The part of a word and the word counted from the part's first; a miss is the word behind the last.
#[inline]
fn ranked(parts: &[RankedPart], shift: u32, domain: u64, word: u64) -> (&RankedPart, u64) {
    let word = word.min(domain);
    (&parts[(word >> shift) as usize], word & ((1 << shift) - 1))
}

/// Words that are looked at to guess how many of a block are there.
const SAMPLE: usize = 128;

/// Whether so few of the words are there that looking at the marks first pays.
fn mostly_absent(parts: &[HashPart], shift: u32, words: &[u64]) -> bool {
    if part_is_weak(parts) || words.len() < SAMPLE {
        return false;
    }
    let step = words.len() / SAMPLE;
    let held = |word: &u64| parts[hash_part(*word, shift, false)].may_hold(mix(*word));
    words.iter().step_by(step).take(SAMPLE).filter(|word| held(word)).count() <= SAMPLE / 2
}

/// Calls `each` with the place and the part of every word whose mark is set.
fn each_possible<'a>(
    parts: &'a [HashPart],
    shift: u32,
    words: &[u64],
    mut each: impl FnMut(usize, &'a HashPart),
) {
    let found = |place, word| each(place, &parts[hash_part(word, shift, false)]);
    match parts {
        [only] => each_place(words, |word| only.may_hold(mix(word)), found),
        _ => {
            let possible = |word| {
                let hash = mix(word);
                parts[part_of(hash, shift)].may_hold(hash)
            };
            each_place(words, possible, found);
        }
    }
}

/// Calls `each` with the place of every word that is possible, and the word. Places are gathered first, without a branch
/// that would often be guessed wrongly; the reads do not wait for each other.
fn each_place(words: &[u64], possible: impl Fn(u64) -> bool, mut each: impl FnMut(usize, u64)) {
    let mut places = [0u16; BLOCK];
    for (block, words) in words.chunks(BLOCK).enumerate() {
        let mut count = 0;
        for (place, word) in words.iter().enumerate() {
            places[count] = place as u16;
            count += usize::from(possible(*word));
        }
        for place in &places[..count] {
            each(block * BLOCK + *place as usize, words[*place as usize]);
        }
    }
}

#[inline]
fn lookup(part: &HashPart, word: u64) -> u32 {
    let place = part.start(word);
    part.resolve(word, place, part.slot(place))
}

/// With a weak hash all rows are in the first part.
#[inline]
fn part_is_weak(parts: &[HashPart]) -> bool {
    parts.first().is_some_and(HashPart::is_weak)
}
