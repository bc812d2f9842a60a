//! The plan: a tree of nodes, and the contract of a node.

use crate::data::Schema;
use crate::error::Result;
use crate::plan::aggregate::AggregateNode;
use crate::plan::distinct::DistinctNode;
use crate::plan::explode::ExplodeNode;
use crate::plan::filter::FilterNode;
use crate::plan::horizontal::HorizontalNode;
use crate::plan::join::JoinNode;
use crate::plan::limit::LimitNode;
use crate::plan::map::MapNode;
use crate::plan::pivot::PivotNode;
use crate::plan::project::ProjectNode;
use crate::plan::scan::ScanNode;
use crate::plan::sort::SortNode;
use crate::plan::union::UnionNode;
use crate::plan::unpivot::UnpivotNode;
use crate::plan::window::WindowNode;
use std::sync::Arc;

/// What every node tells.
pub trait Node {
    /// Names and types of its rows.
    fn schema(&self) -> &Schema;

    /// The nodes it reads, in order.
    fn inputs(&self) -> Vec<&Arc<Plan>>;

    /// The same node over other inputs, checked anew.
    ///
    /// # Errors
    /// As the node's constructor.
    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan>;

    /// One line for `explain`.
    fn describe(&self) -> String;
}

/// A logical plan. Inputs are shared, so that cloning a plan is cheap.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Rows of a table source.
    Scan(ScanNode),
    /// Rows where a condition is true.
    Filter(FilterNode),
    /// Expressions per row.
    Project(ProjectNode),
    /// One row per group.
    Aggregate(AggregateNode),
    /// Rows of two inputs that match.
    Join(JoinNode),
    /// Rows in another order.
    Sort(SortNode),
    /// A range of the rows.
    Limit(LimitNode),
    /// One row per distinct key.
    Distinct(DistinctNode),
    /// The rows of several inputs, one after the other.
    Union(UnionNode),
    /// The columns of several inputs side by side.
    Horizontal(HorizontalNode),
    /// One row per element of a list.
    Explode(ExplodeNode),
    /// Columns below each other.
    Unpivot(UnpivotNode),
    /// Cells spread over columns.
    Pivot(PivotNode),
    /// The user's function over each batch.
    Map(MapNode),
    /// Values computed over windows of rows.
    Window(WindowNode),
}

impl Plan {
    /// The node, by its contract.
    pub fn node(&self) -> &dyn Node {
        match self {
            Plan::Scan(node) => node,
            Plan::Filter(node) => node,
            Plan::Project(node) => node,
            Plan::Aggregate(node) => node,
            Plan::Join(node) => node,
            Plan::Sort(node) => node,
            Plan::Limit(node) => node,
            Plan::Distinct(node) => node,
            Plan::Union(node) => node,
            Plan::Horizontal(node) => node,
            Plan::Explode(node) => node,
            Plan::Unpivot(node) => node,
            Plan::Pivot(node) => node,
            Plan::Map(node) => node,
            Plan::Window(node) => node,
        }
    }

    /// Names and types of the plan's rows.
    pub fn schema(&self) -> &Schema {
        self.node().schema()
    }

    /// Changes every input with `change`; `None` if it left all of them as they are.
    ///
    /// # Errors
    /// The first error of `change` or of a node's check.
    pub fn map_inputs(&self, change: &mut dyn FnMut(&Plan) -> Result<Option<Plan>>) -> Result<Option<Plan>> {
        let inputs = self.node().inputs();
        let mut changed = false;
        let mut made = Vec::with_capacity(inputs.len());
        for input in inputs {
            match change(input)? {
                Some(new) => {
                    changed = true;
                    made.push(Arc::new(new));
                }
                None => made.push(input.clone()),
            }
        }
        if changed { self.node().with_inputs(made).map(Some) } else { Ok(None) }
    }

    /// Changes every node, inputs first; `None` if nothing changed.
    ///
    /// # Errors
    /// The first error of `change` or of a node's check.
    pub fn rewrite_up(&self, change: &mut dyn FnMut(&Plan) -> Result<Option<Plan>>) -> Result<Option<Plan>> {
        let below = self.map_inputs(&mut |input| input.rewrite_up(change))?;
        match change(below.as_ref().unwrap_or(self))? {
            Some(here) => Ok(Some(here)),
            None => Ok(below),
        }
    }
}

/// The single input of a node with one.
///
/// # Errors
/// `Internal` if there are more or fewer.
pub fn single(inputs: Vec<Arc<Plan>>) -> Result<Arc<Plan>> {
    let count = inputs.len();
    match <[Arc<Plan>; 1]>::try_from(inputs) {
        Ok([input]) => Ok(input),
        Err(_) => Err(crate::error::Error::internal(format!("{count} inputs for a node of one"))),
    }
}

/// Expressions as text, separated by commas.
pub fn listed(exprs: &[crate::expr::Expr]) -> String {
    exprs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
