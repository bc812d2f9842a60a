//! The table that the benches share: the shape of db-benchmark's G1, from a fixed seed.

use hypostyle::{Column, Frame, Result};

/// Rows of the table: small enough for a bench to finish in seconds, large enough for several partitions.
pub const ROWS: usize = 1_000_000;

/// Partitions of the table.
const PARTITIONS: usize = 8;

/// `id1` (100 texts), `id3` (10,000 texts), `id6` (10,000 integers), `unique`, `v1` (1 to 5), `v3` (floats).
///
/// # Errors
/// None in practice.
pub fn table() -> Result<Frame> {
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut column = |limit: u64| -> Vec<u64> { (0..ROWS).map(|_| next() % limit + 1).collect() };
    let text = |numbers: Vec<u64>, width: usize| -> Column {
        numbers.iter().map(|number| format!("id{number:0width$}")).collect()
    };
    let frame = Frame::builder()
        .column("id1", text(column(100), 3))
        .column("id3", text(column(10_000), 10))
        .column("id6", column(10_000).iter().map(|id| *id as i64).collect::<Column>())
        .column("unique", (0..ROWS as i64).rev().collect::<Column>())
        .column("v1", column(5).iter().map(|v| *v as i64).collect::<Column>())
        .column("v3", column(100_000_000).iter().map(|v| *v as f64 / 1e6).collect::<Column>())
        .finish()?;
    frame.repartition(PARTITIONS)
}
