//! Rows sorted into parts by a word, so that every part can be worked on alone.

/// Words and rows of one piece, part after part, in the order of the rows within each.
pub struct Split {
    words: Vec<u64>,
    rows: Vec<u32>,
    bounds: Vec<u32>,
}

impl Split {
    /// Sorts rows into `parts` parts; `part` gets a row and its word. Rows without a part are left out; row `i` is
    /// called `base + i`.
    pub fn new(words: &[u64], base: u32, parts: usize, part: impl Fn(usize, u64) -> Option<usize>) -> Self {
        let mut ends = vec![0u32; parts + 1];
        for (row, word) in words.iter().enumerate() {
            if let Some(part) = part(row, *word) {
                ends[part + 1] += 1;
            }
        }
        for i in 0..parts {
            ends[i + 1] += ends[i];
        }
        let bounds = ends.clone();
        let total = bounds[parts] as usize;
        let mut split = Split { words: vec![0; total], rows: vec![0; total], bounds };
        for (row, word) in words.iter().enumerate() {
            if let Some(part) = part(row, *word) {
                let place = ends[part] as usize;
                ends[part] += 1;
                split.words[place] = *word;
                split.rows[place] = base + row as u32;
            }
        }
        split
    }

    /// Words and rows of a part.
    pub fn part(&self, part: usize) -> (&[u64], &[u32]) {
        let range = self.bounds[part] as usize..self.bounds[part + 1] as usize;
        (&self.words[range.clone()], &self.rows[range])
    }
}

/// The part of a hash: its topmost bits.
#[inline]
pub fn part_of(hash: u64, shift: u32) -> usize {
    if shift >= 64 { 0 } else { (hash >> shift) as usize }
}

/// For so many rows: how many parts there are, and by how much a hash is shifted to get one.
pub fn parts_for(rows: usize, each: usize) -> (usize, u32) {
    let parts = (rows / each).next_power_of_two().min(4096);
    (parts, 64 - parts.trailing_zeros())
}
