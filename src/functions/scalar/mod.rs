//! Scalar functions: `SCALARS` lists them.

pub mod is_null;

use crate::expr::ScalarFunction;

/// Every built-in scalar function.
pub static SCALARS: &[&ScalarFunction] = &[&is_null::IS_NULL, &is_null::IS_NOT_NULL];
