//! Scalar functions: `SCALARS` lists them.

pub mod between;
pub mod date_part;
pub mod fill_null;
pub mod is_in;
pub mod is_null;
pub mod support;
pub mod text_case;
pub mod text_length;
pub mod text_search;

use crate::expr::ScalarFunction;

/// Every built-in scalar function.
pub static SCALARS: &[&ScalarFunction] = &[
    &is_null::IS_NULL,
    &is_null::IS_NOT_NULL,
    &fill_null::FILL_NULL,
    &fill_null::COALESCE,
    &fill_null::NULL_IF,
    &is_in::IS_IN,
    &between::BETWEEN,
    &between::CLIP,
    &text_search::CONTAINS,
    &text_search::STARTS_WITH,
    &text_search::ENDS_WITH,
    &text_length::LEN_CHARS,
    &text_length::LEN_BYTES,
    &text_case::UPPER,
    &text_case::LOWER,
    &date_part::YEAR,
    &date_part::MONTH,
    &date_part::DAY,
    &date_part::QUARTER,
    &date_part::WEEKDAY,
    &date_part::ISO_WEEKDAY,
    &date_part::DAY_OF_YEAR,
    &date_part::WEEK,
    &date_part::ISO_YEAR,
    &date_part::DAYS_IN_MONTH,
    &date_part::HOUR,
    &date_part::MINUTE,
    &date_part::SECOND,
    &date_part::MILLISECOND,
    &date_part::MICROSECOND,
    &date_part::NANOSECOND,
    &date_part::DATE,
    &date_part::TIME,
];
