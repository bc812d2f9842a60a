//! One row per element of list columns.

use crate::data::{Field, Schema};
use crate::error::{Error, Result};
use crate::plan::node::{Node, Plan, single};
use std::sync::Arc;

/// One row per element of list columns, which go in step; the other columns repeat. An empty or null list gives one row
/// with a null.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplodeNode {
    input: Arc<Plan>,
    columns: Vec<Arc<str>>,
    schema: Schema,
}

impl ExplodeNode {
    /// Explodes a column of `input`.
    ///
    /// # Errors
    /// `ColumnNotFound`; `Type` if the column holds no lists.
    pub fn new(input: Arc<Plan>, column: impl AsRef<str>) -> Result<Self> {
        ExplodeNode::several(input, vec![column.as_ref().into()])
    }

    /// Explodes columns of `input` together: in each row their lists are equally long.
    ///
    /// # Errors
    /// `ColumnNotFound`; `Type` if a column holds no lists; `InvalidArgument` if there is no column or one twice.
    pub fn several(input: Arc<Plan>, columns: Vec<Arc<str>>) -> Result<Self> {
        let context = |error: Error| error.operation("explode");
        let mut fields: Vec<Field> = input.schema().fields().to_vec();
        if columns.is_empty() {
            return Err(context(Error::invalid("no column")));
        }
        for (number, column) in columns.iter().enumerate() {
            if columns[..number].contains(column) {
                return Err(context(Error::invalid(format!("the column {column:?} twice"))));
            }
            let position = input.schema().index_of(column).map_err(context)?;
            let Some(item) = fields[position].dtype.item().cloned() else {
                let message = format!("{} is no list", fields[position].dtype);
                return Err(context(Error::type_mismatch(message).column(column.as_ref())));
            };
            fields[position].dtype = item;
        }
        let schema = Schema::new(fields)?;
        Ok(ExplodeNode { input, columns, schema })
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The columns that are exploded.
    pub fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }
}

impl Node for ExplodeNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Explode(ExplodeNode::several(single(inputs)?, self.columns.clone())?))
    }

    fn describe(&self) -> String {
        format!("Explode {}", self.columns.join(", "))
    }
}
