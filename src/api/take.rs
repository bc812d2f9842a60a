//! Rows of a frame by their numbers.

use crate::config::Config;
use crate::data::Frame;
use crate::error::{Error, Result};
use crate::exec::gather::gather;
use crate::exec::{CancelToken, Context, Metrics, Progress};
use crate::kernels::places::{Locator, Place};

/// Values up to which rows are gathered on the calling thread.
const SMALL: usize = 1 << 15;

/// Numbers that a task looks up at a time.
const BLOCK: usize = 1 << 15;

impl Frame {
    /// The rows of these numbers, counted from 0, in this order; a number may come again.
    ///
    /// # Errors
    /// `InvalidArgument` naming a number that is of no row.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, assert_frame_eq};
    /// let frame = Frame::builder().column("x", [10i64, 20, 30]).finish()?;
    /// let expected = Frame::builder().column("x", [30i64, 10, 30]).finish()?;
    /// assert_frame_eq(&frame.take(&[2, 0, 2])?, &expected);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn take(&self, rows: &[u64]) -> Result<Frame> {
        let end = self.rows();
        if let Some(beyond) = rows.iter().find(|number| **number >= end) {
            return Err(Error::invalid(format!("there is no row {beyond} among {end}")).operation("take"));
        }
        let small = rows.len().saturating_mul(self.width()) <= SMALL;
        let metrics = Metrics::new(Progress::default());
        let context = Context::new(&Config::current(), &CancelToken::new(), metrics, small)?;
        let locator = Locator::new(self.partitions().iter().map(|batch| batch.rows()));
        let blocks: Vec<&[u64]> = rows.chunks(BLOCK).collect();
        let places = context.parallel(blocks.len(), |block| {
            Ok(blocks[block].iter().map(|number| locator.find(*number as usize)).collect::<Vec<Place>>())
        })?;
        Frame::new(self.schema().clone(), gather(self.partitions(), &places.concat(), &context)?)
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Frame;
    use crate::error::ErrorKind;
    use crate::{assert_frame_eq, col};

    #[test]
    fn rows_of_many_partitions() {
        let numbers: Vec<i64> = (0..100_000).collect();
        let texts: Vec<String> = numbers.iter().map(|n| format!("a text of its own, number {n}")).collect();
        let frame = Frame::builder().column("n", numbers).column("t", texts).finish().unwrap();
        let rows: Vec<u64> = (0..60_000).map(|row| row * 7919 % 100_000).collect();
        let expected = frame.take(&rows).unwrap();
        assert_eq!(expected.rows(), 60_000);
        let first = expected.slice(1, 1).filter(col("n").eq(7919i64)).unwrap();
        assert_eq!(first.rows(), 1);
        for parts in [1, 3, 50] {
            let parted = frame.repartition(parts).unwrap();
            assert_frame_eq(&parted.take(&rows).unwrap(), &expected);
        }
    }

    #[test]
    fn a_number_of_no_row() {
        let frame = Frame::builder().column("x", [1i64]).finish().unwrap();
        let error = frame.take(&[0, 1]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("no row 1 among 1"), "{error}");
        assert_eq!(frame.take(&[]).unwrap().shape(), (0, 1));
        assert_eq!(frame.head(0).take(&[]).unwrap().shape(), (0, 1));
    }
}
