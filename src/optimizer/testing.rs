//! For the tests of rules: plans in short, and rules checked by the text of the plan before and after.

use crate::data::{DType, Field, Schema};
use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::optimizer::rule::Rule;
use crate::plan::{FilterNode, Plan, ProjectNode, Scan, ScanNode, ScanRequest, TableSource};
use std::sync::Arc;

/// A source that has a schema and nothing else.
#[derive(Debug)]
struct Table {
    name: &'static str,
    schema: Schema,
    rows: Option<u64>,
}

impl TableSource for Table {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn rows(&self) -> Option<u64> {
        self.rows
    }

    fn describe(&self) -> String {
        self.name.to_owned()
    }

    fn scan(&self, _request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        Err(Error::unsupported("plans of these tests are not run"))
    }
}

/// A scan of a table of unknown length.
pub fn scan(name: &'static str, columns: &[(&str, DType)]) -> Arc<Plan> {
    table(name, columns, None)
}

/// A scan of a table of known length.
pub fn scan_of(name: &'static str, columns: &[(&str, DType)], rows: u64) -> Arc<Plan> {
    table(name, columns, Some(rows))
}

fn table(name: &'static str, columns: &[(&str, DType)], rows: Option<u64>) -> Arc<Plan> {
    let fields = columns.iter().map(|(name, dtype)| Field::new(name, dtype.clone()));
    let schema = Schema::new(fields.collect()).unwrap();
    Arc::new(Plan::Scan(ScanNode::new(Arc::new(Table { name, schema, rows }))))
}

/// A filter.
pub fn filter(input: Arc<Plan>, predicate: Expr) -> Arc<Plan> {
    Arc::new(Plan::Filter(FilterNode::new(input, predicate).unwrap()))
}

/// A projection.
pub fn select(input: Arc<Plan>, exprs: impl Into<Vec<Expr>>) -> Arc<Plan> {
    Arc::new(Plan::Project(ProjectNode::new(input, exprs.into()).unwrap()))
}

/// The rule turns the plan into one of these lines, keeps its schema, and is then at rest.
#[track_caller]
pub fn changes(rule: &Rule, plan: &Plan, lines: &[&str]) -> Arc<Plan> {
    let made = (rule.rewrite)(plan).unwrap().expect("the rule changed nothing");
    assert_eq!(made.to_string(), lines.join("\n"), "\nbefore:\n{plan}\nafter:\n{made}\n");
    assert_eq!(made.schema(), plan.schema(), "before:\n{plan}\nafter:\n{made}\n");
    keeps(rule, &made);
    Arc::new(made)
}

/// The rule finds nothing to do.
#[track_caller]
pub fn keeps(rule: &Rule, plan: &Plan) {
    if let Some(made) = (rule.rewrite)(plan).unwrap() {
        panic!("changed\n{plan}\nto\n{made}");
    }
}
