//! Expressions computed per row: `select` and `with_columns`.

use crate::data::{Field, Schema};
use crate::error::{AllOk, Result};
use crate::expr::{Expr, bind, col};
use crate::plan::node::{Node, Plan, listed, single};
use std::sync::Arc;

/// Expressions per row, under their output names. Order is kept; plain columns are shared, not copied.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectNode {
    input: Arc<Plan>,
    exprs: Vec<Expr>,
    schema: Schema,
}

impl ProjectNode {
    /// Computes `exprs` of `input`.
    ///
    /// # Errors
    /// `DuplicateColumn`, or what binding raises.
    pub fn new(input: Arc<Plan>, exprs: Vec<Expr>) -> Result<Self> {
        let fields = exprs.iter().map(|expr| {
            let bound = bind(expr, input.schema())?;
            Ok(Field::new(expr.output_name(), bound.logical()))
        });
        let schema = fields.all_ok().and_then(Schema::new);
        let schema = schema.map_err(|error| error.operation("select"))?;
        Ok(ProjectNode { input, exprs, schema })
    }

    /// All columns of `input`, with `exprs` replacing those of the same name or added at the end.
    ///
    /// # Errors
    /// As [`ProjectNode::new`].
    pub fn with_columns(input: Arc<Plan>, exprs: Vec<Expr>) -> Result<Self> {
        let names = input.schema().clone();
        ProjectNode::with_columns_of(input, &names, exprs)
    }

    /// As [`ProjectNode::with_columns`], of the columns of `input` only those of `names`.
    ///
    /// # Errors
    /// As [`ProjectNode::new`].
    pub fn with_columns_of(input: Arc<Plan>, names: &Schema, exprs: Vec<Expr>) -> Result<Self> {
        let mut all: Vec<Expr> = names.names().map(col).collect();
        let mut taken = Vec::new();
        for expr in exprs {
            let name = expr.output_name();
            if taken.contains(&name) {
                all.push(expr);
                continue;
            }
            match names.contains(&name) {
                true => all[names.index_of(&name)?] = expr,
                false => all.push(expr),
            }
            taken.push(name);
        }
        ProjectNode::new(input, all).map_err(|error| error.operation("with_columns"))
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The expressions.
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }
}

impl Node for ProjectNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Project(ProjectNode::new(single(inputs)?, self.exprs.clone())?))
    }

    fn describe(&self) -> String {
        format!("Project {}", listed(&self.exprs))
    }
}
