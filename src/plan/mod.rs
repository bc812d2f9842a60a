//! Logical plans: one file per node, each checked against its input's schema when it is added.
//!
//! Plans are data; nothing here reads a file or runs anything.

pub mod aggregate;
pub mod distinct;
pub mod explain;
pub mod explode;
pub mod filter;
pub mod join;
pub mod limit;
pub mod map;
pub mod node;
pub mod project;
pub mod scan;
pub mod sort;
pub mod source;
pub mod target;
pub mod union;

pub use aggregate::{AggregateNode, GroupOrder};
pub use distinct::{DistinctNode, Keep};
pub use explode::ExplodeNode;
pub use filter::FilterNode;
pub use join::{JoinKind, JoinNode, JoinOptions};
pub use limit::LimitNode;
pub use map::{MapFunction, MapNode};
pub use node::{Node, Plan};
pub use project::ProjectNode;
pub use scan::ScanNode;
pub use sort::{SortKey, SortNode};
pub use source::{Flow, Scan, ScanRequest, SourceSpec, TableSource};
pub use union::UnionNode;
