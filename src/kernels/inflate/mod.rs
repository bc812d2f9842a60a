//! DEFLATE (RFC 1951) from one slice of bytes into one buffer: what was unpacked before is the window, so nothing is copied twice.
//!
//! A table (`table`) tells for the next eleven bits what they begin with: up to three literals, a length, a longer code.
//! Whether a literal follows a literal is what processors guess wrong most often, so as few steps as possible ask. Bits
//! (`bits`) are taken from a word that is filled up to 56 bits at a time; a match (`unpacked`) is copied sixteen bytes at a
//! time, and may write a little beyond its end, where the buffer has room that is written over later.

mod bits;
mod codes;
mod table;
mod unpacked;
mod wrong;

#[cfg(test)]
mod tests;

pub use unpacked::Unpacked;
pub use wrong::Wrong;
