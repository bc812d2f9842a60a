//! Columns of one table in pieces, gathered together. Rows in no order, of a table far larger than the caches, cost a miss of
//! the caches for each value; so columns of few bytes are laid side by side first, and a row costs one miss.

use crate::data::Column;
use crate::error::{AllOk, Result};
use crate::kernels::gather::{NO_ROW, Pieces, Place};
use crate::kernels::gathered::Gathered;
use arrow::buffer::NullBuffer;

/// Words of a row at most: what one line of the caches has.
const MOST_WORDS: usize = 8;

/// Rows copied before their values are taken apart.
const BLOCK: usize = 256;

/// What has fewer bytes is found in the caches as it is.
pub const LEAST_BYTES: usize = 32 << 20;

/// Columns by position.
pub struct Payload {
    columns: Vec<Pieces>,
    packs: Vec<Pack>,
    shift: u32,
}

/// Columns side by side: where each begins (word and bit), and the rows of each piece.
struct Pack {
    members: Vec<(usize, Place)>,
    stride: usize,
    pieces: Vec<Vec<u64>>,
}

impl Payload {
    /// Columns of pieces whose rows are numbered with this shift.
    pub fn new(columns: Vec<Pieces>, shift: u32) -> Self {
        Payload { columns, packs: Vec::new(), shift }
    }

    /// The same, with columns laid side by side where their rows have so many bytes together. `pieces` are their numbers of
    /// rows; `each` makes something for every piece.
    ///
    /// # Errors
    /// What `each` raises.
    pub fn packed(
        mut self,
        pieces: &[usize],
        least_bytes: usize,
        each: impl Fn(&(dyn Fn(usize) -> Result<Vec<u64>> + Sync)) -> Result<Vec<Vec<u64>>>,
    ) -> Result<Self> {
        let rows: usize = pieces.iter().sum();
        for (members, stride) in layouts(&self.columns) {
            if rows * stride * 8 < least_bytes {
                continue;
            }
            let pieces = each(&|piece| {
                let mut words = vec![0; pieces[piece] * stride];
                // Some rows at a time, so that they stay in the caches from column to column.
                for (block, words) in words.chunks_mut(BLOCK * stride).enumerate() {
                    for (column, place) in &members {
                        self.columns[*column].lay(piece, block * BLOCK, *place, stride, words);
                    }
                }
                Ok(words)
            })?;
            self.packs.push(Pack { members, stride, pieces });
        }
        Ok(self)
    }

    /// A column.
    pub fn column(&self, position: usize) -> &Pieces {
        &self.columns[position]
    }

    /// All columns.
    pub fn columns(&self) -> &[Pieces] {
        &self.columns
    }

    /// The columns at these positions, of the rows of these numbers; see [`Pieces::gather`].
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold a column in one array.
    ///
    /// # Panics
    /// If a number is of no row.
    pub fn gather(
        &self,
        positions: &[usize],
        rows: &[u32],
        absent: Option<&NullBuffer>,
    ) -> Result<Vec<Column>> {
        let mut found: Vec<Option<Column>> = vec![None; positions.len()];
        for pack in &self.packs {
            let wanted = positions.iter().enumerate().filter_map(|(at, position)| {
                let member = pack.members.iter().find(|(column, _)| column == position);
                member.map(|(column, place)| (at, *column, *place))
            });
            let wanted: Vec<(usize, usize, Place)> = wanted.collect();
            if wanted.len() < 2 {
                continue;
            }
            let outs =
                wanted.iter().map(|(_, column, place)| (*place, room(&self.columns[*column], rows.len())));
            let mut outs: Vec<(Place, Gathered)> = outs.collect();
            match pack.stride {
                1 => pack.gather::<1>(self.shift, rows, &mut outs),
                2 => pack.gather::<2>(self.shift, rows, &mut outs),
                3 => pack.gather::<3>(self.shift, rows, &mut outs),
                4 => pack.gather::<4>(self.shift, rows, &mut outs),
                5 => pack.gather::<5>(self.shift, rows, &mut outs),
                6 => pack.gather::<6>(self.shift, rows, &mut outs),
                7 => pack.gather::<7>(self.shift, rows, &mut outs),
                _ => pack.gather::<8>(self.shift, rows, &mut outs),
            }
            for ((at, column, _), (_, values)) in wanted.into_iter().zip(outs) {
                found[at] = Some(self.columns[column].laid(values, rows, absent));
            }
        }
        let columns = found.into_iter().zip(positions).map(|(column, position)| match column {
            Some(column) => Ok(column),
            None => self.columns[*position].gather(rows, absent),
        });
        columns.all_ok()
    }
}

impl Pack {
    fn gather<const N: usize>(&self, shift: u32, rows: &[u32], outs: &mut [(Place, Gathered)]) {
        let mask = ((1u64 << shift) - 1) as u32;
        let mut block = [[0u64; N]; BLOCK];
        for rows in rows.chunks(BLOCK) {
            for (row, copy) in rows.iter().zip(&mut block) {
                match *row {
                    NO_ROW => *copy = [0; N],
                    row => {
                        let at = (row & mask) as usize * N;
                        let row = &self.pieces[(row >> shift) as usize][at..at + N];
                        // Of known length: no call for each row.
                        *copy = *row.first_chunk().unwrap_or(&[0; N]);
                    }
                }
            }
            let block = &block[..rows.len()];
            for ((word, bit), out) in outs.iter_mut() {
                let low = |row: &[u64; N]| row[*word] >> *bit;
                match out {
                    Gathered::One(out) => out.extend(block.iter().map(|row| low(row) as u8)),
                    Gathered::Two(out) => out.extend(block.iter().map(|row| low(row) as u16)),
                    Gathered::Four(out) => out.extend(block.iter().map(|row| low(row) as u32)),
                    Gathered::Eight(out) => out.extend(block.iter().map(|row| row[*word])),
                    Gathered::Sixteen(out) => out.extend(
                        block.iter().map(|row| u128::from(row[*word]) | u128::from(row[*word + 1]) << 64),
                    ),
                }
            }
        }
    }
}

/// Which columns are laid side by side, where each begins, and the words of a row: the widest first, so that none lies
/// across two words.
fn layouts(columns: &[Pieces]) -> Vec<(Vec<(usize, Place)>, usize)> {
    let mut widths: Vec<(usize, usize)> =
        columns.iter().enumerate().filter_map(|(at, column)| Some((column.width()?, at))).collect();
    widths.sort_by_key(|(width, at)| (std::cmp::Reverse(*width), *at));
    let mut all = Vec::new();
    let (mut members, mut used) = (Vec::new(), 0);
    for (width, column) in widths {
        if used + width > MOST_WORDS * 8 {
            all.push((std::mem::take(&mut members), used));
            used = 0;
        }
        members.push((column, (used / 8, (used % 8 * 8) as u32)));
        used += width;
    }
    all.push((members, used));
    let of_several = all.into_iter().filter(|(members, _)| members.len() > 1);
    of_several.map(|(members, used)| (members, used.div_ceil(8))).collect()
}

fn room(column: &Pieces, rows: usize) -> Gathered {
    match column.width() {
        Some(1) => Gathered::One(Vec::with_capacity(rows)),
        Some(2) => Gathered::Two(Vec::with_capacity(rows)),
        Some(4) => Gathered::Four(Vec::with_capacity(rows)),
        Some(8) => Gathered::Eight(Vec::with_capacity(rows)),
        _ => Gathered::Sixteen(Vec::with_capacity(rows)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Scalar, strings};
    use crate::kernels::gather::present;
    use arrow::array::{
        Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int8Array, Int16Array,
        Int64Array, StringViewArray, UInt32Array,
    };
    use std::sync::Arc;

    const ROWS: usize = 700;

    /// A column of every width and kind, of one piece; every one with nulls in odd pieces.
    fn columns(piece: usize) -> Vec<Column> {
        let value = |i: usize| {
            (piece.is_multiple_of(2) || !i.is_multiple_of(7)).then_some(i as i64 * 31 - 900 * piece as i64)
        };
        let all = || (0..ROWS).map(value);
        let texts = all()
            .map(|v| v.map(|v| if v % 2 == 0 { v.to_string() } else { format!("a long text, number {v}") }));
        let dictionary: ArrayRef =
            Arc::new(StringViewArray::from_iter_values(["a", "b", "the third of all texts"]));
        let codes: UInt32Array = all().map(|v| v.map(|v| v.rem_euclid(3) as u32)).collect();
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(all().collect::<Int64Array>()),
            Arc::new(all().map(|v| v.map(|v| v as i8)).collect::<Int8Array>()),
            Arc::new(texts.collect::<StringViewArray>()),
            Arc::new(all().map(|v| v.map(|v| v as i16)).collect::<Int16Array>()),
            Arc::new(all().map(|v| v.map(|v| v > 0)).collect::<BooleanArray>()),
            Arc::new(all().map(|v| v.map(|v| v as f64 / 3.0)).collect::<Float64Array>()),
            Arc::new(all().map(|v| v.map(|v| v as i32)).collect::<Date32Array>()),
            Arc::new(all().map(|v| v.map(|v| i128::from(v) << 70)).collect::<Decimal128Array>()),
            strings::encode(codes, DICTIONARY.get_or_init(|| dictionary).clone()).unwrap(),
            Arc::new(all().collect::<Int64Array>()),
        ];
        arrays.into_iter().map(Column::from_held).collect()
    }

    static DICTIONARY: std::sync::OnceLock<ArrayRef> = std::sync::OnceLock::new();

    #[test]
    fn columns_side_by_side_are_what_they_are_alone() {
        let pieces: Vec<Vec<Column>> = (0..3).map(columns).collect();
        let count = pieces[0].len();
        let of = |position: usize| {
            let columns: Vec<&Column> = pieces.iter().map(|piece| &piece[position]).collect();
            Pieces::new(&columns, 10)
        };
        let make = || Payload::new((0..count).map(of).collect(), 10);
        let each = |lay: &(dyn Fn(usize) -> Result<Vec<u64>> + Sync)| (0..3).map(lay).collect();
        let packed = make().packed(&[ROWS; 3], 0, each).unwrap();
        assert_eq!(packed.packs.iter().map(|pack| pack.members.len()).collect::<Vec<_>>(), [7, 2]);
        assert!(make().packed(&[ROWS; 3], LEAST_BYTES, each).unwrap().packs.is_empty());
        let row = |i: usize| (((i % 3) << 10) | (i * 37 % ROWS)) as u32;
        for outer in [false, true] {
            let rows: Vec<u32> =
                (0..2000).map(|i| if outer && i % 5 == 0 { NO_ROW } else { row(i) }).collect();
            let absent = present(&rows);
            let positions: Vec<Vec<usize>> =
                vec![(0..count).rev().collect(), vec![2], vec![8, 1, 4, 3], vec![7, 7], vec![]];
            for positions in positions {
                let found = packed.gather(&positions, &rows, absent.as_ref()).unwrap();
                let wanted = make().gather(&positions, &rows, absent.as_ref()).unwrap();
                let values = |columns: &[Column]| -> Vec<Vec<Scalar>> {
                    let one = |column: &Column| {
                        (0..rows.len()).map(|i| Scalar::from_array(column.array(), i)).collect()
                    };
                    columns.iter().map(one).collect()
                };
                assert_eq!(values(&found), values(&wanted), "{positions:?}");
                found.iter().for_each(|column| column.array().to_data().validate_full().unwrap());
            }
        }
    }
}
