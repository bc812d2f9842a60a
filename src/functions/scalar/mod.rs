//! Scalar functions: `SCALARS` lists them.

pub mod between;
pub mod bits;
pub mod business;
pub mod concat_str;
pub mod cut;
pub mod date_flags;
pub mod date_make;
pub mod date_offset;
pub mod date_part;
pub mod date_round;
pub mod date_text;
pub mod date_trunc;
pub mod durations;
pub mod fill_null;
pub mod float_class;
pub mod format_str;
pub mod hash;
pub mod horizontal;
pub mod intervals;
pub mod is_in;
pub mod is_null;
pub mod least;
pub mod list_fold;
pub mod list_get;
pub mod list_order;
pub mod list_support;
pub mod math;
pub mod math_pairs;
pub mod overflow;
pub mod pow;
pub mod replace_values;
pub mod round;
pub mod sign;
pub mod structs;
pub mod support;
pub mod text_case;
pub mod text_change;
pub mod text_class;
pub mod text_encode;
pub mod text_extract;
pub mod text_find;
pub mod text_forms;
pub mod text_length;
pub mod text_natural;
pub mod text_number;
pub mod text_pad;
pub mod text_parts;
pub mod text_pattern;
pub mod text_replace;
pub mod text_search;
pub mod text_similarity;
pub mod text_slice;
pub mod text_split;
pub mod text_strip;
pub mod text_support;
pub mod weighted_draw;
pub mod zones;

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
    &replace_values::REPLACE_VALUES,
    &replace_values::MAP_VALUES,
    &replace_values::FILL_NAN,
    &is_in::IS_IN,
    &between::BETWEEN,
    &between::CLIP,
    &cut::CUT,
    &list_get::LIST_GET,
    &list_get::AS_LIST,
    &list_order::LIST_LEN,
    &list_order::LIST_SLICE,
    &list_order::LIST_SORT,
    &list_order::LIST_UNIQUE,
    &list_order::LIST_REVERSE,
    &list_order::LIST_DROP_NULLS,
    &list_order::LIST_CONTAINS,
    &list_order::LIST_CONCAT,
    &list_fold::LIST_SUM,
    &list_fold::LIST_MEAN,
    &list_fold::LIST_MEDIAN,
    &list_fold::LIST_JOIN,
    &list_fold::LIST_EVAL,
    &list_fold::LIST_MIN,
    &list_fold::LIST_MAX,
    &list_fold::LIST_ANY,
    &list_fold::LIST_ALL,
    &structs::STRUCT_FIELD,
    &structs::STRUCT_SET,
    &structs::AS_STRUCT,
    &least::LEAST,
    &least::GREATEST,
    &horizontal::SUM_HORIZONTAL,
    &horizontal::MEAN_HORIZONTAL,
    &horizontal::COUNT_HORIZONTAL,
    &horizontal::ANY_HORIZONTAL,
    &horizontal::ALL_HORIZONTAL,
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
    &format_str::FORMAT_STR,
    &text_forms::NORMALIZE_TEXT,
    &text_forms::TITLE,
    &text_forms::CAPITALIZE,
    &text_forms::SWAPCASE,
    &text_forms::CASEFOLD,
    &text_forms::STR_REVERSE,
    &text_natural::NATURAL_KEY,
    &text_class::IS_ALPHA,
    &text_class::IS_ALNUM,
    &text_class::IS_NUMERIC,
    &text_class::IS_DIGIT,
    &text_class::IS_DECIMAL,
    &text_class::IS_SPACE,
    &text_class::IS_LOWER,
    &text_class::IS_UPPER,
    &text_class::IS_TITLE,
    &text_class::IS_ASCII,
    &text_find::COUNT_MATCHES,
    &text_find::STR_MATCH,
    &text_find::STR_FULLMATCH,
    &text_find::CONTAINS_ANY,
    &text_find::STR_FIND,
    &text_find::STR_RFIND,
    &text_find::STR_INDEX,
    &text_find::STR_RINDEX,
    &text_extract::EXTRACT,
    &text_extract::EXTRACT_GROUPS,
    &text_extract::EXTRACT_ALL,
    &text_extract::EXTRACT_ALL_GROUPS,
    &text_split::STR_SPLIT,
    &text_split::STR_RSPLIT,
    &text_split::SPLIT_PART,
    &text_split::SPLIT_EXACT,
    &text_split::STR_PARTITION,
    &text_split::STR_RPARTITION,
    &text_pad::STR_PAD,
    &text_pad::ZFILL,
    &text_pad::LJUST,
    &text_pad::RJUST,
    &text_pad::CENTER,
    &text_change::STR_REPEAT,
    &text_change::STR_GET,
    &text_change::SLICE_REPLACE,
    &text_change::REPLACE_MANY,
    &text_change::TRANSLATE,
    &text_change::WRAP,
    &text_change::REMOVEPREFIX,
    &text_change::REMOVESUFFIX,
    &text_number::TO_INTEGER,
    &text_number::TO_DECIMAL,
    &text_encode::HEX_ENCODE,
    &text_encode::BASE64_ENCODE,
    &text_encode::HEX_DECODE,
    &text_encode::BASE64_DECODE,
    &text_encode::URL_ENCODE,
    &text_encode::URL_DECODE,
    &text_parts::URL_PART,
    &text_parts::URL_PARAMETER,
    &text_parts::JSON_EXTRACT,
    &text_similarity::LEVENSHTEIN,
    &text_similarity::JARO,
    &text_similarity::JARO_WINKLER,
    &text_similarity::TRIGRAM_SIMILARITY,
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
    &date_flags::ISO_CALENDAR,
    &date_flags::IS_MONTH_START,
    &date_flags::IS_MONTH_END,
    &date_flags::IS_QUARTER_START,
    &date_flags::IS_QUARTER_END,
    &date_flags::IS_YEAR_START,
    &date_flags::IS_YEAR_END,
    &date_flags::IS_LEAP_YEAR,
    &date_flags::DAY_NAME,
    &date_flags::MONTH_NAME,
    &date_round::MIDNIGHT,
    &date_round::DATE_FLOOR,
    &date_round::DATE_CEIL,
    &date_round::DATE_ROUND,
    &date_offset::DATE_OFFSET,
    &date_offset::DATE_DIFF,
    &date_offset::DATE_RANGE,
    &intervals::INTERVAL_MONTHS,
    &intervals::INTERVAL_DAYS,
    &intervals::INTERVAL_NANOSECONDS,
    &durations::TOTAL_SECONDS,
    &durations::TOTAL_DAYS,
    &durations::TOTAL_HOURS,
    &durations::TOTAL_MINUTES,
    &durations::TOTAL_MILLISECONDS,
    &durations::TOTAL_MICROSECONDS,
    &durations::TOTAL_NANOSECONDS,
    &durations::DURATION_DAYS,
    &durations::DURATION_SECONDS,
    &durations::DURATION_MICROSECONDS,
    &durations::DURATION_NANOSECONDS,
    &zones::CONVERT_ZONE,
    &zones::LOCALIZE_ZONE,
    &date_make::TO_EPOCH,
    &date_make::FROM_EPOCH,
    &date_make::AS_UNIT,
    &date_make::MAKE_DATE,
    &business::IS_BUSINESS_DAY,
    &business::BUSINESS_OFFSET,
    &business::BUSINESS_DAYS,
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
    &math::ASINH,
    &math::ACOSH,
    &math::ATANH,
    &math::EXP2,
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
    &float_class::FINITE,
    &pow::POW,
    &math_pairs::LOG_BASE,
    &math_pairs::ATAN2,
    &math_pairs::HYPOT,
    &math_pairs::GCD,
    &math_pairs::LCM,
    &bits::BITWISE_NOT,
    &bits::BIT_COUNT,
    &bits::BITWISE_AND,
    &bits::BITWISE_OR,
    &bits::BITWISE_XOR,
    &bits::SHIFT_LEFT,
    &bits::SHIFT_RIGHT,
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
    &weighted_draw::WEIGHTED_DRAW,
];
