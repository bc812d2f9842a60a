//! What is known of Arrow IPC files once they are open.

use crate::io::file::InputFile;
use crate::io::ipc::blocks::Blocks;

/// One file of the table.
#[derive(Clone)]
pub struct IpcFile {
    /// Where it is.
    pub input: InputFile,
    /// What it consists of.
    pub blocks: Blocks,
    /// The position in the file of each column of the schema.
    pub roots: Vec<usize>,
}
