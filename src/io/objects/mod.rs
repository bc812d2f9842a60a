//! Files that are objects somewhere else: the contract of such places, and their bytes in blocks. Formats see a file that
//! is read at positions, and do not know which kind it is.

pub mod blocks;
pub mod contract;
pub mod kept;
pub mod object;
pub mod options;
pub mod place;
pub mod url;
