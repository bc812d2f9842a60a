//! Pure functions over arrays: arithmetic, comparison, casts, hashing, key packing, group index, gather, sort.
//!
//! No threads, no I/O, no plans, no expressions: arrays in, arrays out. `unsafe` is allowed here, each with a note.

pub mod arithmetic;
pub mod arithmetic_op;
pub mod blocks;
pub mod bounds;
pub mod cast;
pub mod cast_job;
pub mod cast_nested;
pub mod cast_number;
pub mod cast_temporal;
pub mod civil;
pub mod clock;
pub mod compare;
pub mod compare_nested;
pub mod date_form;
pub mod date_layout;
pub mod decimal;
pub mod digits;
pub mod filter;
pub mod float_sum;
pub mod format;
pub mod gather;
pub mod group_index;
pub mod hash;
pub mod join;
pub mod keys;
pub mod letters;
pub mod map;
pub mod number;
pub mod order;
pub mod packed;
pub mod padded;
pub mod parse;
pub mod partition;
pub mod places;
pub mod radix;
pub mod rounding;
pub mod select;
pub mod separators;
pub mod similarity;
pub mod sort_column;
pub mod sort_key;
pub mod step;
pub mod transpose;
pub mod value;
pub mod views;
pub mod wide;
pub mod zone;

pub use arithmetic::Overflow;
pub use arithmetic_op::ArithmeticOp;
pub use cast_job::CastMode;
pub use compare::CompareOp;
pub use group_index::GroupIndex;
pub use value::Value;
