//! Rows in the order of keys.

use crate::data::Schema;
use crate::error::{Error, Result};
use crate::expr::{SortKey, bind};
use crate::plan::node::{Node, Plan, single};
use std::sync::Arc;

/// Rows in the order of keys; stable. With a limit, only the first rows.
#[derive(Clone, Debug, PartialEq)]
pub struct SortNode {
    input: Arc<Plan>,
    by: Vec<SortKey>,
    limit: Option<u64>,
}

impl SortNode {
    /// Sorts `input`.
    ///
    /// # Errors
    /// `InvalidArgument` without a key, or what binding raises.
    pub fn new(input: Arc<Plan>, by: Vec<SortKey>, limit: Option<u64>) -> Result<Self> {
        if by.is_empty() {
            return Err(Error::invalid("a sort needs at least one key").operation("sort"));
        }
        for key in &by {
            let bound = bind(&key.expr, input.schema()).map_err(|error| error.operation("sort"))?;
            bound.dtype.ordered().map_err(|error| error.operation("sort").column(bound.text.as_ref()))?;
        }
        Ok(SortNode { input, by, limit })
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The keys.
    pub fn by(&self) -> &[SortKey] {
        &self.by
    }

    /// How many of the first rows are wanted; `None`: all.
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }
}

impl Node for SortNode {
    fn schema(&self) -> &Schema {
        self.input.schema()
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Sort(SortNode::new(single(inputs)?, self.by.clone(), self.limit)?))
    }

    fn describe(&self) -> String {
        let keys = self.by.iter().map(SortKey::to_string);
        let limit = self.limit.map(|rows| format!("; first {rows}")).unwrap_or_default();
        format!("Sort {}{limit}", keys.collect::<Vec<_>>().join(", "))
    }
}
