//! Rewrites of plans: one file per rule, listed in `RULES`. An optimized plan gives the same bits as the plan itself.
//!
//! A rule may make an error disappear that concerns a value nobody asked for; it never causes one: conditions that can
//! fail are not moved to rows they would not have seen. A node that a rule does not know is a barrier to it.

pub mod conjuncts;
pub mod driver;
pub mod exprs;
pub mod facts;
pub mod filter_to_join;
pub mod fold_constants;
pub mod merge_filters;
pub mod prune_columns;
pub mod push_filters;
pub mod push_limits;
pub mod remove_noop;
pub mod rule;
pub mod share_quantiles;
pub mod sort_limit_to_top_k;
pub mod substitute;
#[cfg(test)]
mod testing;

pub use driver::optimize;
pub use rule::Rule;

/// Every rule, in the order they are applied, again and again until none changes anything.
pub static RULES: &[&Rule] = &[
    // First: what is constant need not be moved, and a filter that keeps nothing cuts off what is below it.
    &fold_constants::FOLD_CONSTANTS,
    // Before filters move: fewer projections to move through.
    &remove_noop::REMOVE_NOOP,
    // Before filters move: they move together.
    &merge_filters::MERGE_FILTERS,
    // Before limits move: a limit holds up the filters above it, and belongs below none of them.
    &push_filters::PUSH_FILTERS,
    // After filters have moved: only those stay above a join that need both sides.
    &filter_to_join::FILTER_TO_JOIN,
    // Before sorts learn their limits: it brings the limits to them.
    &push_limits::PUSH_LIMITS,
    // After limits have moved.
    &sort_limit_to_top_k::SORT_LIMIT_TO_TOP_K,
    // Last: only now is it known which node reads which column.
    &prune_columns::PRUNE_COLUMNS,
    // After columns that nobody reads are gone: a list is computed whole.
    &share_quantiles::SHARE_QUANTILES,
];
