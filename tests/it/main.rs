//! One test binary: one link, shared helpers.

mod aggregate_oracles;
mod aggregates;
mod architecture;
mod check;
mod csv;
mod distinct;
mod docs;
mod explain;
mod filter;
mod functions;
mod group_by;
mod join;
mod limit;
mod nulls;
mod optimizer;
mod oracle;
mod parquet;
mod select;
mod sort;
mod strings;
mod temporal;
