//! Aggregate functions: `AGGREGATES` lists them.

pub mod any_all;
pub mod between;
pub mod corr_cov;
pub mod count;
pub mod distinct;
pub mod first_last;
pub mod fold;
pub mod grouped;
pub mod kept;
pub mod mean;
pub mod min_max;
pub mod min_max_bytes;
pub mod n_unique;
pub mod n_unique_bytes;
pub mod nothing;
pub mod product;
pub mod quantile;
pub mod rows;
pub mod sum;
pub mod top_k;
pub mod totals;
pub mod var;
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
    &var::VAR,
    &var::STD,
    &quantile::MEDIAN,
    &quantile::QUANTILE,
    &n_unique::N_UNIQUE,
    &any_all::ANY,
    &any_all::ALL,
    &product::PRODUCT,
    &corr_cov::CORR,
    &corr_cov::COV,
    &top_k::TOP_K,
    &top_k::BOTTOM_K,
];
