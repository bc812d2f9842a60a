//! One test binary: one link, shared helpers.

mod aggregate_oracles;
mod aggregates;
mod architecture;
mod functions;
