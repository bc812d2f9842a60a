//! Expressions: the tree, the contracts of scalar and aggregate functions, typing, binding and evaluation.
//!
//! No concrete function is named here: a function is a value that the tree carries.

pub mod aggregate_function;
pub mod bind;
pub mod build;
pub mod closure;
pub mod display;
pub mod eval;
pub mod fallible;
pub mod function;
pub mod infer;
pub mod node;
pub mod params;
pub mod scalar_function;
pub mod walk;

pub use aggregate_function::{AggregateFunction, GroupState, Groups};
pub use bind::{Bound, BoundAggregate, bind, bind_aggregate};
pub use build::{Selection, col, lit, when};
pub use closure::map_columns;
pub use function::{Example, FunctionRef, Param, Signature};
pub use node::{BinaryOp, Expr, UnaryOp};
pub use params::Params;
pub use scalar_function::{Args, Evaluate, Nulls, ScalarFunction};
