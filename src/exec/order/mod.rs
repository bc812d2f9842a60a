//! The order of rows by keys.

pub mod rows;
mod settle;
mod sorter;
