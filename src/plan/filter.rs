//! Rows where a condition is true.

use crate::data::{DType, Schema};
use crate::error::{Error, Result};
use crate::expr::{Expr, bind};
use crate::plan::node::{Node, Plan, single};
use std::sync::Arc;

/// Rows where a condition is true; false and null are dropped. Order is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterNode {
    input: Arc<Plan>,
    predicate: Expr,
}

impl FilterNode {
    /// Filters `input`.
    ///
    /// # Errors
    /// `Type` if the condition is not bool, or what binding it raises.
    pub fn new(input: Arc<Plan>, predicate: Expr) -> Result<Self> {
        let bound = bind(&predicate, input.schema()).map_err(|error| error.operation("filter"))?;
        if !matches!(bound.dtype, DType::Bool | DType::Null) {
            return Err(Error::type_mismatch(format!("{predicate} is {}, not bool", bound.dtype))
                .operation("filter")
                .hint("compare it with something, for example `!= 0`"));
        }
        Ok(FilterNode { input, predicate })
    }

    /// The rows that are filtered.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The condition.
    pub fn predicate(&self) -> &Expr {
        &self.predicate
    }
}

impl Node for FilterNode {
    fn schema(&self) -> &Schema {
        self.input.schema()
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Filter(FilterNode::new(single(inputs)?, self.predicate.clone())?))
    }

    fn describe(&self) -> String {
        format!("Filter {}", self.predicate)
    }
}
