//! Cells spread over columns.

use crate::data::{DType, Field, Schema};
use crate::error::{Error, Result};
use crate::plan::node::{Node, Plan, single};
use std::sync::Arc;

/// How cells are spread over columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// How many first columns of the input name the row of a cell. The next one, `uint32`, is the place of its column
    /// among the new ones; the others are values.
    pub keys: usize,
    /// The number of places.
    pub places: usize,
    /// The names of the new columns: those of the first value by place, those of the second, ...
    pub names: Vec<Arc<str>>,
}

/// One row per key: each value stands in the column its place tells. Two values for one cell are an error. Rows are in
/// the order in which their keys are first seen.
#[derive(Clone, Debug, PartialEq)]
pub struct PivotNode {
    input: Arc<Plan>,
    how: Spread,
    schema: Schema,
}

impl PivotNode {
    /// Spreads the cells of `input`.
    ///
    /// # Errors
    /// `Type` if the places are no `uint32`, `Shape` if there are not as many names as columns, `DuplicateColumn`.
    pub fn new(input: Arc<Plan>, how: Spread) -> Result<Self> {
        let refused = |error: Error| error.operation("pivot");
        let fields = input.schema().fields();
        let Some(place) = fields.get(how.keys) else {
            return Err(refused(Error::internal("cells without a place")));
        };
        if place.dtype != DType::UInt32 {
            return Err(refused(Error::type_mismatch(format!("places of {}, not of uint32", place.dtype))));
        }
        let values = &fields[how.keys + 1..];
        if how.names.len() != values.len() * how.places {
            let text = format!("{} names for {} columns", how.names.len(), values.len() * how.places);
            return Err(refused(Error::new(crate::error::ErrorKind::Shape, text)));
        }
        let mut made = fields[..how.keys].to_vec();
        for (at, name) in how.names.iter().enumerate() {
            made.push(Field::new(name, values[at / how.places].dtype.clone()));
        }
        let schema = Schema::new(made).map_err(refused)?;
        Ok(PivotNode { input, how, schema })
    }

    /// The cells read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// Which columns are which.
    pub fn how(&self) -> &Spread {
        &self.how
    }
}

impl Node for PivotNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Pivot(PivotNode::new(single(inputs)?, self.how.clone())?))
    }

    fn describe(&self) -> String {
        format!("Pivot to {} columns", self.how.names.len())
    }
}
