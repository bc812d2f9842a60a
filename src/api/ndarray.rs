//! Frames and series to and from `ndarray`, copied on all threads where they cannot be shared.

use crate::config::Config;
use crate::data::dispatch::Number;
use crate::data::{Frame, Series};
use crate::error::Result;
use crate::exec::{CancelToken, Context, Metrics, Progress};
use crate::interop::ndarray::{self, MatrixOrder, Task};
use ::ndarray::{Array1, Array2};

/// Values up to which a copy is made on the calling thread.
const SMALL: usize = 1 << 16;

/// Runs the tasks of a copy on the process's threads.
fn runner(values: usize) -> impl Fn(usize, Task<'_>) -> Result<()> {
    move |count, task| {
        let metrics = Metrics::new(Progress::default());
        let context = Context::new(&Config::current(), &CancelToken::new(), metrics, values <= SMALL)?;
        context.parallel(count, task).map(drop)
    }
}

impl Frame {
    /// All columns as a matrix in row-major order. Numbers and truth values are converted to `T`; nulls become NaN.
    ///
    /// # Errors
    /// `Type` for a column without numbers; `Cast` for a value that `T` does not hold, or a null where `T` has no
    /// NaN. All name the column.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let frame = Frame::builder().column("a", [1i64, 2]).column("b", [Some(0.5), None]).finish()?;
    /// let matrix = frame.to_ndarray::<f64>()?;
    /// assert_eq!(matrix.dim(), (2, 2));
    /// assert_eq!(matrix[(0, 1)], 0.5);
    /// assert!(matrix[(1, 1)].is_nan());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn to_ndarray<T: Number>(&self) -> Result<Array2<T>> {
        self.to_ndarray_in(MatrixOrder::RowMajor)
    }

    /// All columns as a matrix with a choice of its order in memory. See also [`Frame::as_ndarray`], which copies
    /// nothing.
    ///
    /// # Errors
    /// As [`Frame::to_ndarray`].
    pub fn to_ndarray_in<T: Number>(&self, order: MatrixOrder) -> Result<Array2<T>> {
        let values = usize::try_from(self.rows()).unwrap_or(usize::MAX).saturating_mul(self.width());
        ndarray::matrix(self, order, &runner(values))
    }

    /// A frame with the columns of a matrix, in one partition. A matrix in column-major order gives its memory away;
    /// others are copied.
    ///
    /// # Errors
    /// `Shape` if there are more or fewer names than columns; `DuplicateColumn`.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let matrix = ndarray::array![[1.0, 10.0], [2.0, 20.0]];
    /// let frame = Frame::from_ndarray(["x", "y"], matrix)?;
    /// assert_eq!(frame.column("y")?.get(1)?.as_f64(), Some(20.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn from_ndarray<T: Number>(
        names: impl IntoIterator<Item = impl Into<String>>,
        matrix: Array2<T>,
    ) -> Result<Frame> {
        let run = runner(matrix.len());
        ndarray::frame(names.into_iter().map(Into::into).collect(), matrix, &run)
    }
}

impl Series {
    /// The values as a vector. Numbers and truth values are converted to `T`; nulls become NaN. See also
    /// [`Series::as_ndarray`], which copies nothing.
    ///
    /// # Errors
    /// As [`Frame::to_ndarray`].
    ///
    /// # Examples
    /// ```
    /// let frame = hypostyle::Frame::builder().column("a", [1i64, 2]).finish()?;
    /// assert_eq!(frame.column("a")?.to_ndarray::<f64>()?, ndarray::array![1.0, 2.0]);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn to_ndarray<T: Number>(&self) -> Result<Array1<T>> {
        ndarray::vector(self, &runner(self.len()))
    }

    /// A series with the values of a vector, whose memory it takes over (unless the values are apart in memory).
    ///
    /// # Errors
    /// None that a vector of numbers can cause.
    pub fn from_ndarray<T: Number>(name: &str, vector: Array1<T>) -> Result<Series> {
        ndarray::series(name, vector)
    }
}
