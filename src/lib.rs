//! Hypostyle.
pub mod config;
pub mod data;
pub mod error;
pub mod expr;
pub mod functions;
pub mod io;
pub mod kernels;
pub mod plan;
pub use config::Config;
pub use data::{
    Batch, Column, DType, Field, Frame, FrameBuilder, IntoColumn, Scalar, Schema, Series, Statistics,
    TimeUnit, assert_frame_eq, promote,
};
pub use error::{Error, ErrorKind, Result};
pub use expr::{Expr, Params, Selection, col, lit, when};
pub use functions::aggregate::len;
pub use kernels::CastMode;
