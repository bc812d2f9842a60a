//! Aggregate functions: `AGGREGATES` lists them.

pub mod count;
pub mod first_last;
pub mod fold;
pub mod kept;
pub mod mean;
pub mod min_max;
pub mod min_max_bytes;
pub mod nothing;
pub mod rows;
pub mod sum;
pub mod words;

pub use count::len;

use crate::expr::AggregateFunction;

/// Every built-in aggregate function.
pub static AGGREGATES: &[&AggregateFunction] = &[
    &sum::SUM,
    &count::COUNT,
    &count::NULL_COUNT,
    &count::LEN,
    &mean::MEAN,
    &min_max::MIN,
    &min_max::MAX,
    &first_last::FIRST,
    &first_last::LAST,
];
