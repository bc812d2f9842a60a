//! How Arrow IPC is read and written.

use crate::io::folders::FileOptions;
use crate::io::objects::options::StorageOptions;
use crate::io::partitioned::FolderOptions;
use serde::{Deserialize, Serialize};

/// Extensions of Arrow IPC; the last is that of a stream.
pub const EXTENSIONS: &[&str] = &["arrow", "feather", "ipc", "arrows"];

/// How to read Arrow IPC. Files and streams are told apart by their first bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IpcOptions {
    /// Only these columns, in the file's order.
    pub columns: Option<Vec<String>>,
    /// How several files are one table.
    pub files: FileOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
}

/// How to write Arrow IPC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IpcWriteOptions {
    /// `"none"`, `"lz4"` or `"zstd"`.
    pub compression: String,
    /// Whether it is a stream, which is read from its beginning. `None`: if the file is named `.arrows`.
    pub stream: Option<bool>,
    /// Whether a folder of files is written.
    pub folder: FolderOptions,
    /// How object stores are reached.
    pub storage: StorageOptions,
}

impl Default for IpcWriteOptions {
    fn default() -> Self {
        IpcWriteOptions {
            compression: "none".to_owned(),
            stream: None,
            folder: FolderOptions::default(),
            storage: StorageOptions::default(),
        }
    }
}
