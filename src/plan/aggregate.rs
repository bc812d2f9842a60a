//! One row per group.

use crate::data::{Field, Schema};
use crate::error::Result;
use crate::expr::{Expr, bind, bind_aggregate};
use crate::plan::node::{Node, Plan, listed, single};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The order of the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum GroupOrder {
    /// Whatever is fastest; the same for the same input.
    #[default]
    Any,
    /// By each group's first row.
    FirstSeen,
    /// By the keys, ascending, nulls last.
    Sorted,
}

/// One row per distinct combination of keys; without keys one row for all.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateNode {
    input: Arc<Plan>,
    keys: Vec<Expr>,
    aggregates: Vec<Expr>,
    order: GroupOrder,
    drop_nulls: bool,
    schema: Schema,
}

impl AggregateNode {
    /// Groups `input`; each of `aggregates` is an aggregate function, possibly under an alias. With `drop_nulls`, rows
    /// with a null among their keys belong to no group.
    ///
    /// # Errors
    /// `DuplicateColumn`, or what binding raises.
    pub fn new(
        input: Arc<Plan>,
        keys: Vec<Expr>,
        aggregates: Vec<Expr>,
        order: GroupOrder,
        drop_nulls: bool,
    ) -> Result<Self> {
        let schema = || {
            let mut fields = Vec::with_capacity(keys.len() + aggregates.len());
            for key in &keys {
                let dtype = bind(key, input.schema())?.logical();
                if order == GroupOrder::Sorted {
                    let hint = "groups come in order of their first row too (Python: sort=False)";
                    dtype.ordered().map_err(|error| error.column(key.output_name().as_ref()).hint(hint))?;
                }
                fields.push(Field::new(key.output_name(), dtype));
            }
            for aggregate in &aggregates {
                let bound = bind_aggregate(aggregate, input.schema())?;
                fields.push(Field::new(aggregate.output_name(), bound.dtype));
            }
            Schema::new(fields)
        };
        let schema = schema().map_err(|error| error.operation("group_by"))?;
        Ok(AggregateNode { input, keys, aggregates, order, drop_nulls, schema })
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The keys.
    pub fn keys(&self) -> &[Expr] {
        &self.keys
    }

    /// The aggregates.
    pub fn aggregates(&self) -> &[Expr] {
        &self.aggregates
    }

    /// The order of the groups.
    pub fn order(&self) -> GroupOrder {
        self.order
    }

    /// Whether rows with a null key are left out.
    pub fn drop_nulls(&self) -> bool {
        self.drop_nulls
    }
}

impl Node for AggregateNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        let (keys, aggregates) = (self.keys.clone(), self.aggregates.clone());
        let input = single(inputs)?;
        Ok(Plan::Aggregate(AggregateNode::new(input, keys, aggregates, self.order, self.drop_nulls)?))
    }

    fn describe(&self) -> String {
        let order = match self.order {
            GroupOrder::Any => "",
            GroupOrder::FirstSeen => "; in order of first row",
            GroupOrder::Sorted => "; sorted",
        };
        let nulls = if self.drop_nulls { "; null keys dropped" } else { "" };
        format!("Aggregate {} by {}{order}{nulls}", listed(&self.aggregates), listed(&self.keys))
    }
}
