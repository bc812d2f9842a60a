//! One row per element of a list column.

use crate::data::{DType, Field, Schema};
use crate::error::{Error, Result};
use crate::plan::node::{Node, Plan, single};
use std::sync::Arc;

/// One row per element of a list column; the other columns repeat. An empty or null list gives one row with a null.
#[derive(Clone, Debug)]
pub struct ExplodeNode {
    input: Arc<Plan>,
    column: Arc<str>,
    schema: Schema,
}

impl ExplodeNode {
    /// Explodes a column of `input`.
    ///
    /// # Errors
    /// `ColumnNotFound`; `Type` if the column holds no lists.
    pub fn new(input: Arc<Plan>, column: impl AsRef<str>) -> Result<Self> {
        let column: Arc<str> = column.as_ref().into();
        let context = |error: Error| error.operation("explode");
        let position = input.schema().index_of(&column).map_err(context)?;
        let mut fields: Vec<Field> = input.schema().fields().to_vec();
        let DType::List(item) = fields[position].dtype.clone() else {
            let message = format!("{} is no list", fields[position].dtype);
            return Err(context(Error::type_mismatch(message).column(column.as_ref())));
        };
        fields[position].dtype = *item;
        let schema = Schema::new(fields)?;
        Ok(ExplodeNode { input, column, schema })
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The column that is exploded.
    pub fn column(&self) -> &str {
        &self.column
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
        Ok(Plan::Explode(ExplodeNode::new(single(inputs)?, &self.column)?))
    }

    fn describe(&self) -> String {
        format!("Explode {}", self.column)
    }
}
