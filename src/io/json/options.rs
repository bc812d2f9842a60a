//! How JSON is read and written.

use crate::data::DType;
use crate::io::compressed::Compression;
use crate::io::folders::FileOptions;
use crate::io::objects::options::StorageOptions;
use crate::io::partitioned::FolderOptions;
use crate::io::rejects::OnError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Extensions of JSON files; the first is that of an array.
pub const EXTENSIONS: &[&str] = &["json", "ndjson", "jsonl"];

/// How to read JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JsonOptions {
    /// Whether each line is an object. `None`: unless the file begins with `[`.
    pub lines: Option<bool>,
    /// Only these columns, in the file's order. Other fields are passed over.
    pub columns: Option<Vec<String>>,
    /// Types by column name; the others are inferred. A column that is named here need not be in the sample.
    pub dtypes: BTreeMap<String, DType>,
    /// Whether fields that the sample does not have are passed over. By default they are an error.
    pub ignore_unknown: bool,
    /// What becomes of lines that cannot be read: that are no objects of JSON, or hold a value that is not of the type given
    /// for its column. (A type that was guessed is widened instead. A field without a column is an error in any case, unless
    /// such fields are passed over.) An array is one text: nothing in it can be left out.
    pub on_error: OnError,
    /// How many bytes of the files are looked at for columns and types.
    pub sample_bytes: u64,
    /// How the files are compressed. Compressed files are read into memory whole.
    pub compression: Compression,
    /// How several files are one table.
    pub files: FileOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
    /// About how many bytes a partition has. `None`: chosen by the size of the file.
    pub partition_bytes: Option<u64>,
}

impl Default for JsonOptions {
    fn default() -> Self {
        JsonOptions {
            lines: None,
            columns: None,
            dtypes: BTreeMap::new(),
            ignore_unknown: false,
            on_error: OnError::default(),
            sample_bytes: 1 << 20,
            compression: Compression::default(),
            files: FileOptions::default(),
            storage: StorageOptions::default(),
            partition_bytes: None,
        }
    }
}

/// How to write JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JsonWriteOptions {
    /// Whether each line is an object; otherwise the file is one array of them. `None`: lines unless the file is named
    /// `.json`.
    pub lines: Option<bool>,
    /// How the files are compressed: by default as their names say. Parts are compressed on all threads.
    pub compression: Compression,
    /// Whether a folder of files is written.
    pub folder: FolderOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
}
