//! The rows of several inputs, one after the other.

use crate::data::Schema;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::node::{Node, Plan};
use std::sync::Arc;

/// The rows of several inputs of one schema, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct UnionNode {
    inputs: Vec<Arc<Plan>>,
}

impl UnionNode {
    /// Strings inputs together.
    ///
    /// # Errors
    /// `InvalidArgument` without an input; `Shape` or `Type` where names or types differ.
    pub fn new(inputs: Vec<Arc<Plan>>) -> Result<Self> {
        let Some(first) = inputs.first() else {
            return Err(Error::invalid("a union needs at least one input").operation("union"));
        };
        let wanted = first.schema();
        for (position, input) in inputs.iter().enumerate().skip(1) {
            let found = input.schema();
            let names = |schema: &Schema| schema.names().collect::<Vec<_>>().join(", ");
            if !wanted.names().eq(found.names()) {
                return Err(Error::new(
                    ErrorKind::Shape,
                    format!("input {position} has the columns {}, not {}", names(found), names(wanted)),
                )
                .operation("union")
                .hint("select the same columns in the same order"));
            }
            for (a, b) in wanted.fields().iter().zip(found.fields()) {
                if a.dtype != b.dtype {
                    return Err(Error::type_mismatch(format!(
                        "{} in input {position}, {} before",
                        b.dtype, a.dtype
                    ))
                    .operation("union")
                    .column(a.name.as_ref())
                    .hint("cast one of them"));
                }
            }
        }
        Ok(UnionNode { inputs })
    }
}

impl Node for UnionNode {
    fn schema(&self) -> &Schema {
        self.inputs[0].schema()
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        self.inputs.iter().collect()
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Union(UnionNode::new(inputs)?))
    }

    fn describe(&self) -> String {
        format!("Union of {}", self.inputs.len())
    }
}
