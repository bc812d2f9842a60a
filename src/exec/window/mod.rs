//! Windows: rows put in sequence, functions over ranges of it, results back in the rows' own order.

pub mod broadcast;
pub mod evaluate;
pub mod frames;
pub mod keep;
pub mod sequence;
pub mod sink;
pub mod tree;

pub use broadcast::Broadcast;
pub use keep::Keep;
pub use sink::Window;
