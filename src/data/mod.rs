//! Frames, partitions, columns, statistics, scalars and logical types; the one table from a type to Rust code.
//!
//! Everything here is immutable and cheap to clone. Nothing here knows expressions, plans, threads or files.

pub mod batch;
pub mod build;
pub mod categories;
pub mod column;
pub mod concat;
pub mod dispatch;
pub mod display;
pub mod dtype;
pub mod duration;
pub mod equal;
pub mod exchange;
pub mod frame;
pub mod import;
pub mod interval;
pub mod nested;
pub mod promote;
pub mod scalar;
pub mod schema;
pub mod series;
pub mod size;
pub mod statistics;
pub mod strings;
pub mod text;

pub use batch::Batch;
pub use build::{FrameBuilder, IntoColumn};
pub use categories::Categories;
pub use column::Column;
pub use display::DisplayOptions;
pub use dtype::{DType, TimeUnit};
pub use duration::nanoseconds_of;
pub use equal::{EqualOptions, assert_frame_eq, assert_frame_eq_with, frame_difference};
pub use frame::Frame;
pub use promote::{common, promote};
pub use scalar::Scalar;
pub use schema::{Field, Schema};
pub use series::Series;
pub use statistics::Statistics;
