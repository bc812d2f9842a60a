//! How lines of text are read and written.

use crate::io::compressed::Compression;
use crate::io::folders::FileOptions;
use crate::io::objects::options::StorageOptions;
use serde::{Deserialize, Serialize};

/// How to read lines of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextOptions {
    /// The name of the column.
    pub column: String,
    /// How the files are compressed. Compressed files are read into memory whole.
    pub compression: Compression,
    /// How several files are one table.
    pub files: FileOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
    /// About how many bytes a partition has. `None`: chosen by the size of the file.
    pub partition_bytes: Option<u64>,
}

impl Default for TextOptions {
    fn default() -> Self {
        TextOptions {
            column: "line".to_owned(),
            compression: Compression::default(),
            files: FileOptions::default(),
            storage: StorageOptions::default(),
            partition_bytes: None,
        }
    }
}

/// How to write lines of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextWriteOptions {
    /// What ends a line: `\n` or `\r\n`.
    pub line_end: String,
    /// How the files are compressed: by default as their names say. Parts are compressed on all threads.
    pub compression: Compression,
    /// How object stores are reached.
    pub storage: StorageOptions,
}

impl Default for TextWriteOptions {
    fn default() -> Self {
        TextWriteOptions {
            line_end: "\n".to_owned(),
            compression: Compression::default(),
            storage: StorageOptions::default(),
        }
    }
}
