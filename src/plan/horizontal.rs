//! The columns of several inputs side by side.

use crate::data::{Field, Schema};
use crate::error::{Error, Result};
use crate::plan::node::{Node, Plan};
use std::sync::Arc;

/// The columns of several inputs side by side: rows are matched by position, and there must be as many in each.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizontalNode {
    inputs: Vec<Arc<Plan>>,
    schema: Schema,
}

impl HorizontalNode {
    /// Puts inputs side by side.
    ///
    /// # Errors
    /// `InvalidArgument` without an input, `DuplicateColumn` if two have a column of one name.
    pub fn new(inputs: Vec<Arc<Plan>>) -> Result<Self> {
        if inputs.is_empty() {
            return Err(Error::invalid("nothing to put side by side").operation("concat"));
        }
        let fields: Vec<Field> =
            inputs.iter().flat_map(|input| input.schema().fields().iter().cloned()).collect();
        let schema =
            Schema::new(fields).map_err(|error| error.operation("concat").hint("rename one of them"))?;
        Ok(HorizontalNode { inputs, schema })
    }
}

impl Node for HorizontalNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        self.inputs.iter().collect()
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Horizontal(HorizontalNode::new(inputs)?))
    }

    fn describe(&self) -> String {
        format!("Columns of {} side by side", self.inputs.len())
    }
}
