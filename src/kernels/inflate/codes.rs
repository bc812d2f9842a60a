//! The codes of a block, as it brings them or fixed.

use crate::kernels::inflate::bits::Bits;
use crate::kernels::inflate::table::{
    DISTANCE_BITS, DISTANCES, DistanceTable, LITERAL, LITERAL_BITS, LITERALS, LiteralTable, ONE, TAKEN,
    Table, distance, literal,
};
use crate::kernels::inflate::wrong::Wrong;

/// Both tables, and the lengths of the codes that they are made of.
pub struct Codes {
    /// Of literals and lengths.
    pub literals: Box<LiteralTable>,
    /// Of distances.
    pub distances: Box<DistanceTable>,
    /// Whether the tables are those of blocks that bring none.
    fixed: bool,
}

/// The order in which the lengths of the codes of lengths stand.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

impl Codes {
    /// No codes.
    pub fn new() -> Self {
        let (literals, distances) = (Box::new(LiteralTable::new()), Box::new(DistanceTable::new()));
        Codes { literals, distances, fixed: false }
    }

    /// The codes of blocks that bring none.
    ///
    /// # Errors
    /// None: they are whole.
    pub fn set_fixed(&mut self) -> Result<(), Wrong> {
        if !self.fixed {
            let length = |symbol: usize| match symbol {
                0..144 => 8,
                144..256 => 9,
                256..280 => 7,
                _ => 8,
            };
            let lengths: [u8; LITERALS] = std::array::from_fn(length);
            self.literals.build(&lengths, LITERAL_BITS, literal)?;
            self.literals.join(LITERAL_BITS);
            self.distances.build(&[5; DISTANCES], DISTANCE_BITS, distance)?;
            self.fixed = true;
        }
        Ok(())
    }

    /// The codes that a block begins with.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read(&mut self, bits: &mut Bits<'_>) -> Result<(), Wrong> {
        self.fixed = false;
        bits.fill();
        let (literals, distances, known) = (bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4);
        if literals > 286 || distances > 30 {
            return Err(Wrong::Damaged("more codes than there can be"));
        }
        let mut own = [0u8; 19];
        for place in &ORDER[..known] {
            bits.fill();
            own[*place] = bits.take(3) as u8;
        }
        let mut table = Table::<128>::new();
        table.build(&own, 7, |symbol| LITERAL | ONE | (symbol as u32) << 8)?;
        let mut lengths = [0u8; LITERALS + DISTANCES];
        let (mut at, total) = (0, literals + distances);
        while at < total {
            bits.fill();
            let entry = table.at(bits.word as usize & 127);
            if entry & LITERAL == 0 {
                return Err(Wrong::Damaged("a code that means nothing"));
            }
            bits.pass(entry & TAKEN);
            let (value, count) = match entry >> 8 & 0xff {
                16 if at == 0 => return Err(Wrong::Damaged("a length before the first to repeat")),
                16 => (lengths[at - 1], 3 + bits.take(2)),
                17 => (0, 3 + bits.take(3)),
                18 => (0, 11 + bits.take(7)),
                length => (length as u8, 1),
            };
            if at + count > total {
                return Err(Wrong::Damaged("more lengths than codes"));
            }
            lengths[at..at + count].fill(value);
            at += count;
            if bits.is_over() {
                return Err(Wrong::Short);
            }
        }
        if lengths[256] == 0 {
            return Err(Wrong::Damaged("a block without an end"));
        }
        self.literals.build(&lengths[..literals], LITERAL_BITS, literal)?;
        self.literals.join(LITERAL_BITS);
        self.distances.build(&lengths[literals..total], DISTANCE_BITS, distance)
    }
}
