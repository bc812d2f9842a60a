//! Conversions to and from other crates of arrays.
