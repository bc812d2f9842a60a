//! Execution: pipelines of a source, transforms and a sink, and the driver that runs them.
//!
//! The driver owns threads, order, cancellation, progress and metrics; operators see batches only. From `lower` on
//! there is no plan.

pub mod aggregate;
pub mod budget;
pub mod cancel;
pub mod collect;
pub mod context;
pub mod distinct;
pub mod encode;
pub mod explode;
pub mod filter;
pub mod gather;
pub mod horizontal;
pub mod join;
pub mod limit;
pub mod lower;
pub mod map;
pub mod metrics;
pub mod narrow;
pub mod operator;
pub mod order;
pub mod origin;
pub mod pipeline;
pub mod pivot;
pub mod pool;
pub mod project;
pub mod reduce;
pub mod shared;
pub mod slot;
pub mod sort;
pub mod top_k;
pub mod unify;
pub mod unpivot;
pub mod window;
pub mod write;

pub use cancel::CancelToken;
pub use context::Context;
pub use lower::lower;
pub use metrics::{Metrics, Progress};
pub use operator::{Sink, Transform};
pub use pipeline::{Pipeline, Query};
