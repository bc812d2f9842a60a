//! The order of rows by keys.

pub mod moved;
pub mod rows;
mod settle;
mod sorter;
