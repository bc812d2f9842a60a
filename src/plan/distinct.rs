//! One row per distinct combination of columns.

use crate::data::Schema;
use crate::error::{Error, Result};
use crate::plan::node::{Node, Plan, single};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which of equal rows is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Keep {
    /// The first one; the result is in the order of these rows.
    #[default]
    First,
    /// The last one; the result is in the order of the first ones.
    Last,
    /// Whichever is easiest, the same every time; today the first one.
    Any,
    /// None of them: only rows that have no equal are left.
    None,
}

/// One row per distinct combination of some columns. Nulls equal nulls, NaN equals NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct DistinctNode {
    input: Arc<Plan>,
    subset: Vec<Arc<str>>,
    keep: Keep,
}

impl DistinctNode {
    /// Distinct rows of `input` by the columns of `subset`; `None`: by all columns.
    ///
    /// # Errors
    /// `ColumnNotFound`; `InvalidArgument` for [`Keep::None`], which is a condition on groups.
    pub fn new(input: Arc<Plan>, subset: Option<Vec<Arc<str>>>, keep: Keep) -> Result<Self> {
        if keep == Keep::None {
            return Err(Error::invalid("rows that have no equal are groups of one").operation("distinct"));
        }
        let mut subset = subset.unwrap_or_else(|| input.schema().names().map(Arc::from).collect());
        for name in &subset {
            input.schema().index_of(name).map_err(|error| error.operation("distinct"))?;
        }
        // A column named twice tells no more rows apart.
        let mut seen = std::collections::HashSet::new();
        subset.retain(|name| seen.insert(name.clone()));
        Ok(DistinctNode { input, subset, keep })
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The columns that tell rows apart.
    pub fn subset(&self) -> &[Arc<str>] {
        &self.subset
    }

    /// Which of equal rows is kept.
    pub fn keep(&self) -> Keep {
        self.keep
    }
}

impl Node for DistinctNode {
    fn schema(&self) -> &Schema {
        self.input.schema()
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        let subset = Some(self.subset.clone());
        Ok(Plan::Distinct(DistinctNode::new(single(inputs)?, subset, self.keep)?))
    }

    fn describe(&self) -> String {
        let keep = format!("{:?}", self.keep).to_lowercase();
        format!("Distinct by {}; keep {keep}", self.subset.join(", "))
    }
}
