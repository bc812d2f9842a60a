//! Group-by: a group index and states per lane, merged by parts of the hash.
//!
//! A lane groups its rows in a table of its own. Where groups turn out to be many beside the rows, it stops doing so
//! and only sorts the rows that follow by the part of the hash they belong to; each part is then grouped by itself, in
//! a table that fits a core's cache. Keys that can be told from their packed words travel as words. Keys of few bits
//! most of which occur need no table: they say where their groups lie (`dense`, `merge_dense`).

pub mod add;
mod dense;
mod input;
pub mod lane;
pub mod merge;
mod merge_dense;
pub mod order;
pub mod parts;
mod shifted;
pub mod sink;

pub use lane::Lane;
pub use sink::Aggregate;
