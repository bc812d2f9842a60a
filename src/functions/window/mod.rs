//! Functions of windows: `WINDOWS` lists them.

pub mod change;
pub mod cumulative;
pub mod ewm;
pub mod ewm_spread;
pub mod ewm_times;
pub mod expanding;
pub mod fill;
pub mod interpolate;
pub mod pick;
pub mod position;
pub mod quantile;
pub mod random;
pub mod rank;
pub mod rolling;
pub mod rolling_pairs;
pub mod rolling_weights;
pub mod running;
pub mod span;
pub mod states;

use crate::expr::WindowFunction;

/// Every built-in window function.
pub static WINDOWS: &[&WindowFunction] = &[
    &position::ROW_NUMBER,
    &position::NTILE,
    &random::RANDOM,
    &rank::RANK,
    &rank::DENSE_RANK,
    &rank::PERCENT_RANK,
    &rank::CUME_DIST,
    &pick::LAG,
    &pick::LEAD,
    &pick::NTH_VALUE,
    &fill::FORWARD_FILL,
    &fill::BACKWARD_FILL,
    &interpolate::INTERPOLATE,
    &change::DIFF,
    &change::PCT_CHANGE,
    &cumulative::CUM_SUM,
    &cumulative::CUM_PROD,
    &cumulative::CUM_MIN,
    &cumulative::CUM_MAX,
    &cumulative::CUM_COUNT,
    &expanding::EXPANDING_SUM,
    &expanding::EXPANDING_MEAN,
    &expanding::EXPANDING_MIN,
    &expanding::EXPANDING_MAX,
    &expanding::EXPANDING_VAR,
    &expanding::EXPANDING_STD,
    &rolling::ROLLING_SUM,
    &rolling::ROLLING_MEAN,
    &rolling::ROLLING_MIN,
    &rolling::ROLLING_MAX,
    &rolling::ROLLING_VAR,
    &rolling::ROLLING_STD,
    &rolling::ROLLING_COUNT,
    &quantile::ROLLING_MEDIAN,
    &quantile::ROLLING_QUANTILE,
    &quantile::ROLLING_RANK,
    &rolling_pairs::ROLLING_CORR,
    &rolling_pairs::ROLLING_COV,
    &rolling_pairs::ROLLING_SKEW,
    &rolling_pairs::ROLLING_KURTOSIS,
    &rolling_weights::ROLLING_WEIGHTED_SUM,
    &rolling_weights::ROLLING_WEIGHTED_MEAN,
    &rolling_weights::ROLLING_WEIGHTED_VAR,
    &rolling_weights::ROLLING_WEIGHTED_STD,
    &ewm::EWM_MEAN,
    &ewm_times::EWM_MEAN_BY,
    &ewm_spread::EWM_VAR,
    &ewm_spread::EWM_STD,
];
