//! Values that were taken from somewhere, whatever they mean: by their width.

/// Values that were gathered, by their width in bytes.
#[derive(Debug, Clone)]
pub enum Gathered {
    /// 1.
    One(Vec<u8>),
    /// 2.
    Two(Vec<u16>),
    /// 4.
    Four(Vec<u32>),
    /// 8.
    Eight(Vec<u64>),
    /// 16.
    Sixteen(Vec<u128>),
}

impl Gathered {
    /// Bytes of a value.
    pub fn width(&self) -> usize {
        match self {
            Gathered::One(_) => 1,
            Gathered::Two(_) => 2,
            Gathered::Four(_) => 4,
            Gathered::Eight(_) => 8,
            Gathered::Sixteen(_) => 16,
        }
    }
}
