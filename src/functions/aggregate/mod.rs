//! Aggregate functions: `AGGREGATES` lists them.

pub mod sum;

use crate::expr::AggregateFunction;

/// Every built-in aggregate function.
pub static AGGREGATES: &[&AggregateFunction] = &[&sum::SUM];
