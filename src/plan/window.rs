//! Values computed over windows of rows.

use crate::data::{Field, Schema};
use crate::error::Result;
use crate::expr::{Expr, bind_window};
use crate::plan::node::{Node, Plan, listed, single};
use std::sync::Arc;

/// All columns, and a column per function of a window. Rows and their order stay.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowNode {
    input: Arc<Plan>,
    windows: Vec<Expr>,
    schema: Schema,
}

impl WindowNode {
    /// Adds to `input` the functions of windows `windows`, each possibly under an alias.
    ///
    /// # Errors
    /// `DuplicateColumn`, or what binding raises.
    pub fn new(input: Arc<Plan>, windows: Vec<Expr>) -> Result<Self> {
        let mut fields = input.schema().fields().to_vec();
        for window in &windows {
            let bound = bind_window(window, input.schema()).map_err(|error| error.operation("over"))?;
            fields.push(Field::new(window.output_name(), bound.dtype));
        }
        let schema = Schema::new(fields).map_err(|error| error.operation("over"))?;
        Ok(WindowNode { input, windows, schema })
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The functions of windows.
    pub fn windows(&self) -> &[Expr] {
        &self.windows
    }

    /// Whether rows of one partition all have the same value in a column, whichever window it is of: partitions then go or
    /// stay whole by that value.
    pub fn is_parted_by(&self, name: &Arc<str>) -> bool {
        self.windows.iter().all(|window| match window.without_alias() {
            Expr::Window { over, .. } => over.partition_by.contains(&Expr::Column(name.clone())),
            _ => false,
        })
    }
}

impl Node for WindowNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Window(WindowNode::new(single(inputs)?, self.windows.clone())?))
    }

    fn describe(&self) -> String {
        format!("Window {}", listed(&self.windows))
    }
}
