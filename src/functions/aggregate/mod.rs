//! Aggregate functions: `AGGREGATES` lists them.

pub mod aggregate_distinct;
pub mod any_all;
pub mod approx_n_unique;
pub mod arg_min_max;
mod aside;
pub mod best;
pub mod between;
pub mod bits;
mod both;
pub mod by_lane;
pub mod collect;
pub mod contest;
pub mod corr_cov;
pub mod count;
pub mod dictionary_ranks;
pub mod distinct;
pub mod first_last;
pub mod fold;
pub mod grouped;
pub mod histogram;
pub mod interval_sum;
pub mod is_sorted;
pub mod kendall;
pub mod kept;
pub mod key_sets;
pub mod mean;
pub mod min_max;
pub mod min_max_by;
pub mod min_max_bytes;
pub mod mode;
pub mod moments;
pub mod n_unique;
pub mod n_unique_bytes;
mod n_unique_text;
pub mod nothing;
pub mod ordered;
pub mod pairs;
pub mod picked;
pub mod piled;
pub mod product;
pub mod quantile;
mod quantile_state;
mod ranked;
pub mod regression;
pub mod rows;
pub mod sketch;
pub mod spread;
pub mod string_join;
pub mod sum;
pub mod tally;
mod text_sets;
pub mod top_k;
pub mod top_k_by;
pub mod totals;
pub mod unique;
pub mod valued;
pub mod var;
pub mod weighted_mean;
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
    &is_sorted::IS_SORTED,
    &product::PRODUCT,
    &corr_cov::CORR,
    &corr_cov::COV,
    &kendall::KENDALL,
    &top_k::TOP_K,
    &top_k::BOTTOM_K,
    &top_k_by::TOP_K_BY,
    &top_k_by::BOTTOM_K_BY,
    &weighted_mean::WEIGHTED_MEAN,
    &var::SEM,
    &moments::SKEW,
    &moments::KURTOSIS,
    &quantile::QUANTILES,
    &mode::MODE,
    &unique::UNIQUE,
    &approx_n_unique::APPROX_N_UNIQUE,
    &aggregate_distinct::AGGREGATE_DISTINCT,
    &collect::COLLECT_LIST,
    &collect::HEAD,
    &collect::TAIL,
    &collect::NTH,
    &string_join::STRING_JOIN,
    &arg_min_max::ARG_MIN,
    &arg_min_max::ARG_MAX,
    &min_max_by::MIN_BY,
    &min_max_by::MAX_BY,
    &regression::REGR_SLOPE,
    &regression::REGR_INTERCEPT,
    &regression::REGR_R2,
    &histogram::HISTOGRAM,
    &bits::BIT_AND,
    &bits::BIT_OR,
    &bits::BIT_XOR,
];
