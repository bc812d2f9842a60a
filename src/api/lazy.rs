//! `LazyFrame`: verbs that build plan nodes.

use crate::api::aggregate::aggregate;
use crate::api::window::{self, extract};
use crate::data::{Frame, Schema};
use crate::error::{AllOk, Error, Result};
use crate::expr::{Expr, Selection, col};
use crate::io::MemorySource;
use crate::plan::light::levels;
use crate::plan::{
    ExplodeNode, FilterNode, GroupOrder, LimitNode, MapNode, Plan, ProjectNode, ScanNode, SortKey, SortNode,
    TableSource, UnionNode,
};
use std::sync::Arc;

/// Steps that a query has at most.
const MOST_STEPS: usize = 1000;

/// A query that has not run: a plan, or the first error made in building it.
///
/// Verbs return a new query and never fail; the error of a wrong verb is raised by [`LazyFrame::schema`] or
/// [`LazyFrame::collect`].
///
/// # Examples
/// ```
/// use hypostyle::{Frame, col};
/// let flights = Frame::builder()
///     .column("carrier", ["UA", "AA", "UA"])
///     .column("delay", [10i64, 20, 30])
///     .finish()?;
/// let late = flights
///     .lazy()
///     .filter(col("delay").gt(5))
///     .group_by("carrier")
///     .agg([col("delay").mean().alias("mean_delay")])
///     .sort("carrier")
///     .collect()?;
/// assert_eq!(late.column("mean_delay")?.get(1)?.as_f64(), Some(20.0));
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LazyFrame {
    plan: Result<Arc<Plan>>,
}

impl Frame {
    /// A query over this frame; copies nothing.
    pub fn lazy(&self) -> LazyFrame {
        LazyFrame::from_source(Arc::new(MemorySource::new(self.clone())))
    }
}

impl LazyFrame {
    /// A query over all rows of a table source.
    pub fn from_source(source: Arc<dyn TableSource>) -> Self {
        LazyFrame::from_plan(Plan::Scan(ScanNode::new(source)))
    }

    /// A query of a plan.
    pub fn from_plan(plan: Plan) -> Self {
        LazyFrame { plan: Ok(Arc::new(plan)) }
    }

    /// A query that cannot be built.
    pub(crate) fn failed(error: crate::error::Error) -> Self {
        LazyFrame { plan: Err(error) }
    }

    /// The plan.
    ///
    /// # Errors
    /// The first error made in building it.
    pub fn plan(&self) -> Result<&Arc<Plan>> {
        self.plan.as_ref().map_err(Clone::clone)
    }

    /// Names and types of the result; nothing is run.
    ///
    /// # Errors
    /// The first error made in building the query.
    pub fn schema(&self) -> Result<&Schema> {
        Ok(self.plan()?.schema())
    }

    pub(crate) fn then(&self, node: impl FnOnce(Arc<Plan>) -> Result<Plan>) -> LazyFrame {
        let plan = self.plan.clone().and_then(node).and_then(|plan| {
            match levels(&plan).is_some_and(|levels| levels > MOST_STEPS) {
                false => Ok(Arc::new(plan)),
                // Rules and drivers go down step by step, on a stack that has an end.
                true => Err(Error::invalid("a query of more than 1000 steps")
                    .hint("collect what it starts with first")),
            }
        });
        LazyFrame { plan }
    }

    /// Rows where the condition is true; false and null are dropped.
    pub fn filter(&self, predicate: impl Into<Expr>) -> LazyFrame {
        self.then(|input| {
            window::around(input, vec![predicate.into()], |input, mut exprs| match exprs.pop() {
                Some(predicate) => Ok(Plan::Filter(FilterNode::new(input, predicate)?)),
                None => Ok(Plan::clone(&input)),
            })
        })
    }

    /// These expressions only. Aggregates alone give one row.
    pub fn select(&self, exprs: impl Selection) -> LazyFrame {
        let exprs = exprs.into_exprs();
        self.then(|input| match exprs.iter().filter(|expr| expr.has_aggregate()).count() {
            0 => {
                let (input, exprs) = extract(input, exprs)?;
                Ok(Plan::Project(ProjectNode::new(input, exprs)?))
            }
            count if count == exprs.len() => aggregate(input, Vec::new(), exprs, GroupOrder::Any, false),
            _ => Err(Error::invalid("aggregates beside expressions of rows")
                .operation("select")
                .hint("aggregate alone, or group first with `group_by`")),
        })
    }

    /// All columns, and these: one of an existing name replaces it.
    pub fn with_columns(&self, exprs: impl Selection) -> LazyFrame {
        let exprs = exprs.into_exprs();
        self.then(|input| {
            let names = input.schema().clone();
            let (input, exprs) = extract(input, exprs)?;
            Ok(Plan::Project(ProjectNode::with_columns_of(input, &names, exprs)?))
        })
    }

    /// All columns but these.
    pub fn drop<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> LazyFrame {
        let names: Vec<&str> = names.into_iter().collect();
        self.then(|input| {
            for name in &names {
                input.schema().index_of(name).map_err(|error| error.operation("drop"))?;
            }
            let kept = input.schema().names().filter(|name| !names.contains(name)).map(col).collect();
            Ok(Plan::Project(ProjectNode::new(input, kept)?))
        })
    }

    /// Columns under new names: pairs of old and new.
    pub fn rename<'a>(&self, names: impl IntoIterator<Item = (&'a str, &'a str)>) -> LazyFrame {
        let names: Vec<(&str, &str)> = names.into_iter().collect();
        self.then(|input| {
            for (old, _) in &names {
                input.schema().index_of(old).map_err(|error| error.operation("rename"))?;
            }
            let exprs = input.schema().names().map(|name| match names.iter().find(|(old, _)| *old == name) {
                Some((_, new)) => col(name).alias(new),
                None => col(name),
            });
            let exprs = exprs.collect();
            Ok(Plan::Project(ProjectNode::new(input, exprs)?))
        })
    }

    /// Rows in ascending order of these keys: numbers, then NaN, then null. Stable.
    pub fn sort(&self, by: impl Selection) -> LazyFrame {
        self.sort_by(by.into_exprs().into_iter().map(SortKey::ascending).collect())
    }

    /// Rows in the order of these keys, each with its direction.
    pub fn sort_by(&self, by: Vec<SortKey>) -> LazyFrame {
        self.then(|input| {
            let exprs = by.iter().map(|key| key.expr.clone()).collect();
            window::around(input, exprs, |input, exprs| {
                let by =
                    exprs.into_iter().zip(&by).map(|(expr, key)| SortKey { expr, ..key.clone() }).collect();
                Ok(Plan::Sort(SortNode::new(input, by, None)?))
            })
        })
    }

    /// The first rows.
    pub fn limit(&self, rows: u64) -> LazyFrame {
        self.slice(0, rows)
    }

    /// Rows `offset..offset + rows`.
    pub fn slice(&self, offset: u64, rows: u64) -> LazyFrame {
        self.then(|input| Ok(Plan::Limit(LimitNode::new(input, offset, rows))))
    }

    /// Rows without a null in these columns (in any column, if none is named).
    pub fn drop_nulls<'a>(&self, subset: impl IntoIterator<Item = &'a str>) -> LazyFrame {
        let subset: Vec<&str> = subset.into_iter().collect();
        self.then(|input| {
            let names: Vec<&str> = if subset.is_empty() { input.schema().names().collect() } else { subset };
            let conditions = names.iter().map(|name| col(name).is_not_null()).reduce(Expr::and);
            match conditions {
                Some(all) => Ok(Plan::Filter(FilterNode::new(input, all)?)),
                None => Ok(Plan::clone(&input)),
            }
        })
    }

    /// One row per element of a list column; the other columns repeat. An empty or null list gives one row with a null.
    pub fn explode(&self, column: &str) -> LazyFrame {
        self.explode_together(&[column])
    }

    /// One row per element of several list columns, which go in step: in each row their lists are equally long.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("a", ["1,2"]).column("b", ["x,y"]).finish()?;
    /// let lists = frame.lazy().select([col("a").str_split(","), col("b").str_split(",")]);
    /// let rows = lists.explode_together(&["a", "b"]).collect()?;
    /// assert_eq!(rows.column("b")?.get(1)?, "y".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn explode_together(&self, columns: &[&str]) -> LazyFrame {
        let columns = columns.iter().map(|column| Arc::from(*column)).collect();
        self.then(|input| Ok(Plan::Explode(ExplodeNode::several(input, columns)?)))
    }

    /// These rows, then the other queries' rows; all have the same names and types.
    pub fn union(&self, others: &[LazyFrame]) -> LazyFrame {
        self.then(|input| {
            let others = others.iter().map(|other| other.plan().cloned());
            let inputs = [Ok(input)].into_iter().chain(others).all_ok()?;
            Ok(Plan::Union(UnionNode::new(inputs)?))
        })
    }

    /// A function over each partition, on all threads at once; what it returns must have the schema given.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let frame = Frame::builder().column("x", [1i64, 2, 3]).finish()?;
    /// let firsts = frame.lazy().map_partitions("firsts", frame.schema().clone(), |part| Ok(part.head(1))).collect()?;
    /// assert_eq!(firsts.rows(), 1);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn map_partitions(
        &self,
        name: &str,
        schema: Schema,
        function: impl Fn(Frame) -> Result<Frame> + Send + Sync + 'static,
    ) -> LazyFrame {
        self.then(|input| Ok(Plan::Map(MapNode::new(input, name, Arc::new(function), schema))))
    }
}
