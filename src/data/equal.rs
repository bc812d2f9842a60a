//! Frames compared, saying where they differ.

use crate::data::frame::Frame;

/// Placeholder signature.
pub fn assert_frame_eq(_left: &Frame, _right: &Frame) {}
