//! Keys of any number and type as packed machine words.
//!
//! Every key column becomes small codes (`column`): integers their distance from the smallest, repeated strings their
//! dictionary code, other strings and nested values the number an interner gives them, of one lane or shared by all
//! (`shared`). Strings of at most 28 bytes of which there are many are numbers made of their bytes
//! (`short`). Codes of one row are
//! packed side by side into words (`encoder`, `layout`, and back: `packing`); one word is the usual case. Tables (`table`) find words. Equality is that of keys:
//! null equals null, NaN equals NaN, -0.0 equals 0.0.

pub mod column;
pub mod encoder;
pub mod intern;
pub mod layout;
pub mod pack;
pub mod packing;
pub mod shared;
pub mod short;
pub mod table;
pub mod texts;

pub use encoder::KeyEncoder;
pub use packing::{Packing, TextHashes};
pub use shared::SharedDictionary;
pub use table::WordTable;
