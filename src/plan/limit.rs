//! A range of the rows.

use crate::data::Schema;
use crate::error::Result;
use crate::plan::node::{Node, Plan, single};
use std::sync::Arc;

/// Rows `offset..offset + rows` of the input, as far as it has them.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitNode {
    input: Arc<Plan>,
    offset: u64,
    rows: u64,
}

impl LimitNode {
    /// Cuts `input`.
    pub fn new(input: Arc<Plan>, offset: u64, rows: u64) -> Self {
        LimitNode { input, offset, rows }
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// How many rows are skipped.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many rows are kept at most.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

impl Node for LimitNode {
    fn schema(&self) -> &Schema {
        self.input.schema()
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Limit(LimitNode::new(single(inputs)?, self.offset, self.rows)))
    }

    fn describe(&self) -> String {
        match self.offset {
            0 => format!("Limit {}", self.rows),
            offset => format!("Limit {} from row {offset}", self.rows),
        }
    }
}
