//! Column chunks written without detours: codes that frames hold already become a dictionary's, numbers of a small range are
//! coded without hashing, and what hardly repeats is written plain at once. Everything else is written by the `parquet` crate, and gets the
//! checksums of its pages here.

pub mod column;
pub mod numbers;
pub mod pages;
pub mod sealed;
pub mod texts;
pub mod values;
