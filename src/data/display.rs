//! Frames as text.
