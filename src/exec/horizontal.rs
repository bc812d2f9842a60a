//! Rows of several results side by side, matched by position.

use crate::data::Batch;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::collect::concat_batches;
use crate::exec::slot::Slot;
use crate::plan::{Flow, Scan};

/// Reads several results at once: batches are those of the first, the others are cut as these are.
pub struct Horizontal(pub Vec<Slot<Vec<Batch>>>);

impl Horizontal {
    fn rows(batches: &[Batch]) -> u64 {
        batches.iter().map(|batch| batch.rows() as u64).sum()
    }
}

impl Scan for Horizontal {
    fn partitions(&self) -> usize {
        // Results of different length are told apart by the first partition, also if the first result has none.
        self.0.first().and_then(|first| first.get().ok()).map_or(0, |batches| batches.len().max(1))
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let Some((first, others)) = self.0.split_first() else { return Ok(()) };
        let first = first.get()?;
        let total = Horizontal::rows(first);
        for (number, other) in others.iter().enumerate() {
            let rows = Horizontal::rows(other.get()?);
            if rows != total {
                let text = format!("{rows} rows in input {}, {total} in the first", number + 1);
                return Err(Error::new(ErrorKind::Shape, text).operation("concat").hint(
                    "rows side by side are matched by position; merge on a key where they are not as many",
                ));
            }
        }
        let Some(batch) = first.get(partition) else { return Ok(()) };
        let start = Horizontal::rows(&first[..partition]);
        let mut columns = batch.columns().to_vec();
        for other in others {
            columns.extend(cut(other.get()?, start, batch.rows())?.into_columns());
        }
        emit(Batch::new(columns, batch.rows())?).map(|_| ())
    }
}

/// Some rows of a result; nothing is copied if one batch has them all.
fn cut(batches: &[Batch], mut skip: u64, rows: usize) -> Result<Batch> {
    let mut left = rows;
    let mut parts = Vec::new();
    for batch in batches {
        let size = batch.rows() as u64;
        if skip >= size {
            skip -= size;
            continue;
        }
        let count = ((size - skip) as usize).min(left);
        if count == 0 {
            break;
        }
        parts.push(batch.slice(skip as usize, count));
        (skip, left) = (0, left - count);
    }
    concat_batches(&parts)
}
