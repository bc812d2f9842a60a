//! Pure functions over arrays: arithmetic, comparison, casts, hashing, key packing, group index, gather, sort.
//!
//! No threads, no I/O, no plans, no expressions: arrays in, arrays out. `unsafe` is allowed here, each with a note.

pub mod arithmetic;
pub mod cast;
pub mod compare;
pub mod compare_nested;
pub mod decimal;
pub mod group_index;
pub mod hash;
pub mod join_table;
pub mod keys;
pub mod map;
pub mod number;
pub mod order;
pub mod value;
pub mod views;

pub use arithmetic::{ArithmeticOp, Overflow};
pub use cast::CastMode;
pub use compare::CompareOp;
pub use group_index::GroupIndex;
pub use join_table::JoinTable;
pub use value::Value;
