//! Equality joins: keys packed into one word by what is known of the build side, and the index from words to its rows.

pub mod encoder;
pub mod hashed;
pub mod index;
pub mod nearest;
pub mod numbers;
pub mod ranges;
pub mod ranked;
pub mod sorted;
pub mod split;
pub mod text;

pub use encoder::{Encoder, MISS};
pub use index::Index;
