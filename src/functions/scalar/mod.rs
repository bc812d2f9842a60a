//! Scalar functions: `SCALARS` lists them.

pub mod between;
pub mod concat_str;
pub mod cut;
pub mod date_part;
pub mod date_text;
pub mod date_trunc;
pub mod fill_null;
pub mod float_class;
pub mod hash;
pub mod is_in;
pub mod is_null;
pub mod least;
pub mod list_get;
pub mod math;
pub mod overflow;
pub mod pow;
pub mod round;
pub mod sign;
pub mod support;
pub mod text_case;
pub mod text_length;
pub mod text_replace;
pub mod text_search;
pub mod text_slice;
pub mod text_strip;

#[cfg(test)]
mod dates_tests;
#[cfg(test)]
mod math_tests;
#[cfg(test)]
mod strings_tests;

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
    &cut::CUT,
    &list_get::LIST_GET,
    &least::LEAST,
    &least::GREATEST,
    &text_search::CONTAINS,
    &text_search::STARTS_WITH,
    &text_search::ENDS_WITH,
    &text_length::LEN_CHARS,
    &text_length::LEN_BYTES,
    &text_case::UPPER,
    &text_case::LOWER,
    &text_strip::STRIP,
    &text_strip::LSTRIP,
    &text_strip::RSTRIP,
    &text_slice::STR_SLICE,
    &text_replace::STR_REPLACE,
    &concat_str::CONCAT_STR,
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
    &date_trunc::DATE_TRUNC,
    &date_text::TO_DATE,
    &date_text::TO_TIMESTAMP,
    &date_text::STRFTIME,
    &math::SQRT,
    &math::CBRT,
    &math::EXP,
    &math::EXPM1,
    &math::LN,
    &math::LOG10,
    &math::LOG2,
    &math::LOG1P,
    &math::SIN,
    &math::COS,
    &math::TAN,
    &math::ASIN,
    &math::ACOS,
    &math::ATAN,
    &math::SINH,
    &math::COSH,
    &math::TANH,
    &math::DEGREES,
    &math::RADIANS,
    &round::FLOOR,
    &round::CEIL,
    &round::TRUNC,
    &round::ROUND,
    &sign::ABS,
    &sign::SIGN,
    &float_class::IS_NAN,
    &float_class::IS_FINITE,
    &float_class::IS_INFINITE,
    &pow::POW,
    &overflow::WRAPPING_ADD,
    &overflow::WRAPPING_SUB,
    &overflow::WRAPPING_MUL,
    &overflow::CHECKED_ADD,
    &overflow::CHECKED_SUB,
    &overflow::CHECKED_MUL,
    &overflow::CHECKED_DIV,
    &overflow::CHECKED_FLOOR_DIV,
    &overflow::CHECKED_MOD,
    &hash::HASH,
];
