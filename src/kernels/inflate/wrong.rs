//! What is wrong with packed bytes.

/// What is wrong with packed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// They end before what is packed does.
    Short,
    /// They contradict themselves.
    Damaged(&'static str),
    /// They unpack to more than was allowed.
    Long,
}
