//! Rows of a table source; projection, predicate and limit are pushed into it by the optimizer.

use crate::data::Schema;
use crate::error::Result;
use crate::expr::Expr;
use crate::plan::node::{Node, Plan};
use crate::plan::source::TableSource;
use std::sync::Arc;

/// Rows of a table source.
#[derive(Clone, Debug)]
pub struct ScanNode {
    source: Arc<dyn TableSource>,
    projection: Option<Vec<usize>>,
    predicate: Option<Expr>,
    limit: Option<u64>,
    schema: Schema,
}

/// Scans are equal if they read the same source, not one that looks alike.
impl PartialEq for ScanNode {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.source), Arc::as_ptr(&other.source))
            && self.projection == other.projection
            && self.predicate == other.predicate
            && self.limit == other.limit
    }
}

impl ScanNode {
    /// All rows and columns of a source.
    pub fn new(source: Arc<dyn TableSource>) -> Self {
        let schema = source.schema().clone();
        ScanNode { source, projection: None, predicate: None, limit: None, schema }
    }

    /// Only these columns, by position in the source's schema.
    pub fn with_projection(self, projection: Vec<usize>) -> Self {
        let schema = self.source.schema().project(&projection);
        ScanNode { projection: Some(projection), schema, ..self }
    }

    /// Only rows where this is true. It may read any column of the source, also outside the projection.
    pub fn with_predicate(self, predicate: Expr) -> Self {
        ScanNode { predicate: Some(predicate), ..self }
    }

    /// Only the first rows (after the predicate).
    pub fn with_limit(self, limit: u64) -> Self {
        ScanNode { limit: Some(limit), ..self }
    }

    /// The same scan of another source of the same columns, perhaps of other types.
    pub fn with_source(&self, source: Arc<dyn TableSource>) -> Self {
        let schema = source.schema().project(&self.projection());
        ScanNode { source, schema, ..self.clone() }
    }

    /// The source.
    pub fn source(&self) -> &Arc<dyn TableSource> {
        &self.source
    }

    /// Positions of the columns in the source's schema.
    pub fn projection(&self) -> Vec<usize> {
        match &self.projection {
            Some(positions) => positions.clone(),
            None => (0..self.source.schema().len()).collect(),
        }
    }

    /// The condition, if any.
    pub fn predicate(&self) -> Option<&Expr> {
        self.predicate.as_ref()
    }

    /// The greatest number of rows, if any.
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }
}

impl Node for ScanNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        Vec::new()
    }

    fn with_inputs(&self, _inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Scan(self.clone()))
    }

    fn describe(&self) -> String {
        let mut text = format!("Scan {}", self.source.describe());
        if let Some(projection) = &self.projection {
            let names: Vec<&str> = self.schema.names().collect();
            text += &format!("; {} of {} columns", projection.len(), self.source.schema().len());
            if names.len() <= 12 {
                text += &format!(": {}", names.join(", "));
            }
        }
        if let Some(predicate) = &self.predicate {
            text += &format!("; where {predicate}");
        }
        if let Some(limit) = self.limit {
            text += &format!("; limit {limit}");
        }
        text
    }
}
