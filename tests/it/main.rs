//! One test binary: one link, shared helpers.

mod aggregates;
