//! Expressions: the tree, the contracts of scalar, aggregate and window functions, typing, binding and evaluation.
//!
//! No concrete function is named here: a function is a value that the tree carries.

pub mod aggregate_function;
pub mod alike;
pub mod bind;
pub mod bind_window;
pub mod build;
pub mod case;
pub mod categorical;
pub mod categories;
pub mod closure;
pub mod columns;
pub mod depth;
pub mod display;
pub mod eval;
pub mod fallible;
pub mod function;
pub mod infer;
pub mod interrupt;
pub mod node;
pub mod params;
pub mod scalar_function;
pub mod shift;
mod sliced;
pub mod walk;
pub mod window;
pub mod window_frame;
pub mod window_function;

pub use aggregate_function::{AggregateFunction, GroupState, Groups, InTurn, Tasks};
pub use bind::{Bound, BoundAggregate, bind, bind_aggregate};
pub use bind_window::{BoundWindow, bind_window};
pub use build::{Selection, col, lit, when};
pub use case::{columns_read, read_rows};
pub use categorical::{bind_order, through_numbers};
pub use closure::{map_columns, map_groups};
pub use columns::{columns, mask};
pub use function::{Example, FunctionRef, Param, Signature};
pub use node::{BinaryOp, Expr, Over, SortKey, UnaryOp, WindowKind};
pub use params::Params;
pub use scalar_function::{Args, Evaluate, Nulls, ScalarFunction};
pub use window_frame::{BoundFrame, Edge, FrameBound, FrameUnit, WindowFrame, frameless};
pub use window_function::{
    BLOCK, Carry, Needs, PartitionClosure, WindowArg, WindowCode, WindowFunction, WindowRows, WindowScan,
};
