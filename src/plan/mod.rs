//! Logical plans: one file per node, each checked against its input's schema when it is added.
//!
//! Plans are data; nothing here reads a file or runs anything.

pub mod aggregate;
pub mod asof;
pub mod distinct;
pub mod explain;
pub mod explode;
pub mod filter;
pub mod horizontal;
pub mod join;
pub mod join_options;
pub mod light;
pub mod limit;
pub mod map;
pub mod node;
pub mod pivot;
pub mod project;
pub mod rows;
pub mod scan;
pub mod sort;
pub mod source;
pub mod target;
pub mod union;
pub mod unpivot;
pub mod window;

pub use crate::expr::SortKey;
pub use aggregate::{AggregateNode, GroupOrder};
pub use asof::{AsOf, Direction};
pub use distinct::{DistinctNode, Keep};
pub use explode::ExplodeNode;
pub use filter::FilterNode;
pub use horizontal::HorizontalNode;
pub use join::JoinNode;
pub use join_options::{JoinKind, JoinOptions, Validate};
pub use limit::LimitNode;
pub use map::{MapFunction, MapNode};
pub use node::{Node, Plan};
pub use pivot::{PivotNode, Spread};
pub use project::ProjectNode;
pub use scan::ScanNode;
pub use sort::SortNode;
pub use source::{Flow, Refined, Scan, ScanRequest, SourceSpec, TableSource};
pub use union::UnionNode;
pub use unpivot::{Unpivot, UnpivotNode};
pub use window::WindowNode;
