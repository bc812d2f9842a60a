//! Column chunks read without detours: pages found and unpacked here, values straight into arrays. What is not read here (rare
//! encodings, compressions and kinds of lists) is read by the `parquet` crate.

pub mod codec;
pub mod column;
mod delta;
pub mod hybrid;
pub mod nested;
pub mod shape;
mod spare;
pub mod text;
pub mod thrift;
pub mod values;
pub mod walk;
