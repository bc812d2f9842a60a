//! Hypostyle: a parallel dataframe library. Columns in Arrow memory, partitions on every core, the same bits every time.
//!
//! ```
//! use hypostyle::{Frame, col};
//! let frame = Frame::builder().column("x", [1i64, 2, 3]).finish()?;
//! let sum = frame.lazy().filter(col("x").gt(1)).select([col("x").sum()]).collect()?;
//! assert_eq!(sum.column("x")?.get(0)?.as_i64(), Some(5));
//! # Ok::<(), hypostyle::Error>(())
//! ```

pub mod config;
pub mod error;

pub mod data;

pub mod kernels;

pub mod expr;

pub mod functions;
pub mod plan;

pub mod exec;
pub mod interop;
pub mod io;
pub mod optimizer;

pub mod engine;

pub mod api;

pub use api::{
    Concat, DropNulls, Dummies, IntoPaths, JoinType, LazyFrame, LazyGroupBy, Melt, Pivot, ValueCounts,
    read_csv, read_csv_quarantined, read_ipc, read_json, read_json_quarantined, read_parquet,
    read_parquet_quarantined, read_text, scan_csv, scan_files, scan_ipc, scan_json, scan_parquet, scan_text,
};
pub use config::Config;
pub use data::{
    Batch, Categories, Column, DType, DisplayOptions, EqualOptions, Field, Frame, FrameBuilder, IntoColumn,
    Scalar, Schema, Series, Statistics, TimeUnit, assert_frame_eq, assert_frame_eq_with, common,
    frame_difference, promote,
};
pub use error::{Error, ErrorKind, Result};
pub use exec::{CancelToken, Metrics, Progress};
pub use expr::{Expr, FrameBound, Params, Selection, WindowFrame, col, lit, map_columns, map_groups, when};
pub use functions::aggregate::len;
pub use functions::scalar::intervals::interval;
pub use functions::scalar::list_fold::element;
pub use functions::window::position::row_number;
pub use functions::window::random::random;
#[cfg(feature = "ndarray")]
pub use interop::ndarray::MatrixOrder;
pub use io::csv::{CsvOptions, CsvWriteOptions};
pub use io::ipc::{IpcOptions, IpcWriteOptions};
pub use io::json::{JsonOptions, JsonWriteOptions};
pub use io::parquet::{ParquetOptions, ParquetWriteOptions};
pub use io::text::{TextOptions, TextWriteOptions};
pub use kernels::CastMode;
pub use plan::{AsOf, Direction, GroupOrder, JoinKind, JoinOptions, Keep, SortKey, Validate};

/// The examples of the README and the guides, compiled and run with the documentation's tests.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../README.md")]
    struct Readme;

    #[doc = include_str!("../docs/guide/rust.md")]
    struct Guide;

    #[doc = include_str!("../docs/extending.md")]
    struct Extending;
}
