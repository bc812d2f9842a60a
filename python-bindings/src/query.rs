//! Queries: a thin class over the lazy frame, which keeps its result once it has run.

use crate::error::{Answer, stash};
use crate::expr::{Expr, exprs};
use crate::gil::{attached, detached};
use crate::memory::give_back_soon;
use crate::run::{in_task, run, run_light, run_until};
use crate::scalar::from_python;
use crate::table::Table;
use crate::watch::{self, Watch};
use crate::{capsule, column};
use hypostyle::plan::light::{is_held, is_light, levels};
use hypostyle::{
    AsOf, CancelToken, Concat, Direction, Error, Frame, GroupOrder, JoinOptions, JoinType, Keep, LazyFrame,
    Metrics, Progress, Scalar, SortKey, Validate, col,
};
use pyo3::exceptions::PyUserWarning;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyErr, Python, pyclass, pymethods};
use pyo3::types::PyCapsule;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Bytes from which on a frame is worth giving back.
const LARGE: usize = 16 << 20;

/// Steps that are planned anew for each query, of few rows and of many.
const STEPS_OF_FEW_ROWS: usize = 12;
const STEPS: usize = 48;

/// A query, and its result once it has run.
#[pyclass(frozen, module = "hypostyle._native")]
pub struct Query {
    lazy: LazyFrame,
    result: OnceLock<Frame>,
    /// Their number, once somebody asked.
    rows: OnceLock<u64>,
}

impl Query {
    /// A query, unless building it failed.
    pub fn new(lazy: LazyFrame) -> Answer<Self> {
        lazy.plan()?;
        Ok(Query { lazy, result: OnceLock::new(), rows: OnceLock::new() })
    }

    /// A query whose result is known.
    pub fn of(frame: Frame) -> Self {
        let lazy = frame.lazy();
        Query { lazy, result: OnceLock::from(frame), rows: OnceLock::new() }
    }

    /// The query to build on: its result, if it has run.
    pub fn lazy(&self) -> LazyFrame {
        match self.result.get() {
            Some(frame) => frame.lazy(),
            None => self.lazy.clone(),
        }
    }

    /// The result; runs the query at the first call.
    pub fn frame(&self, py: Python<'_>) -> Answer<Frame> {
        if let Some(frame) = self.result.get() {
            return Ok(frame.clone());
        }
        self.run(py, CancelToken::new(), watch::current()).map(|(frame, _)| frame)
    }

    /// The result; runs the query at the first call, and can be watched and stopped.
    pub fn frame_watched(&self, py: Python<'_>, watch: &Watch) -> Answer<Frame> {
        if let Some(frame) = self.result.get() {
            return Ok(frame.clone());
        }
        let (frame, metrics) = self.run(py, watch.cancel.clone(), watch.progress.clone())?;
        *watch.metrics.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(metrics);
        Ok(frame)
    }

    fn run(&self, py: Python<'_>, cancel: CancelToken, progress: Progress) -> Answer<(Frame, Arc<Metrics>)> {
        let lazy = self.lazy.clone();
        let (frame, metrics) = run_until(py, cancel, lazy.is_light(), move |config, cancel| {
            lazy.collect_watched(config, cancel, &progress)
        })?;
        for warning in metrics.warnings() {
            let text = std::ffi::CString::new(warning.replace('\0', " ")).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &text, 2)?;
        }
        Ok((self.result.get_or_init(|| frame).clone(), metrics))
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        if self.result.get().is_some_and(|frame| frame.size_bytes() >= LARGE) {
            give_back_soon();
        }
    }
}

#[pymethods]
impl Query {
    /// A query over columns.
    #[staticmethod]
    fn from_columns(names: Vec<String>, columns: Vec<Bound<'_, column::Column>>) -> Answer<Self> {
        Ok(Query::of(column::frame(names, &columns)?))
    }

    /// A query over Arrow data.
    #[staticmethod]
    fn from_arrow(py: Python<'_>, object: &Bound<'_, PyAny>) -> Answer<Self> {
        let imported = capsule::import(object)?;
        Ok(Query::of(detached(py, || imported.frame(None))?))
    }

    /// The names of the columns.
    fn names(&self) -> Answer<Vec<String>> {
        Ok(self.lazy.schema()?.names().map(str::to_owned).collect())
    }

    /// The types of the columns; once the query has run, those of its result, which may be wider than was guessed.
    fn dtypes(&self) -> Answer<Vec<String>> {
        Ok(self.lazy().schema()?.fields().iter().map(|field| column::type_name(&field.dtype)).collect())
    }

    /// Fails if there is no column of this name.
    fn check(&self, name: &str) -> Answer<()> {
        self.lazy.schema()?.index_of(name)?;
        Ok(())
    }

    /// The type of an expression of rows over the columns; fails if there is something wrong with it.
    fn dtype_of(&self, expr: &Expr) -> Answer<String> {
        if expr.expr.has_window() && !expr.expr.has_aggregate() {
            let typed = self.lazy().select([expr.expr.clone().alias("value")]);
            return Ok(column::type_name(&typed.schema()?.field("value")?.dtype));
        }
        Ok(column::type_name(&hypostyle::expr::bind(&expr.expr, self.lazy().schema()?)?.logical()))
    }

    /// The categories of an expression that is categorical, and whether they are ordered; of others nothing.
    fn categories(&self, expr: &Expr) -> Answer<Option<(Vec<String>, bool)>> {
        let typed = self.lazy().select([expr.expr.clone().alias("value")]);
        let dtype = typed.schema()?.field("value")?.dtype.clone();
        Ok(dtype.categories().map(|found| (found.iter().map(str::to_owned).collect(), found.is_ordered())))
    }

    /// The values of an expression that there are, as categories; runs.
    fn categories_of(&self, py: Python<'_>, expr: &Expr) -> Answer<Vec<String>> {
        let (lazy, expr) = (self.lazy(), expr.expr.clone());
        let found = run_light(py, lazy.is_light(), move |config, cancel| {
            lazy.categories_of(expr, &|query| query.collect_with(config, cancel))
        })?;
        Ok(found.iter().map(str::to_owned).collect())
    }

    /// A capsule of the schema.
    fn arrow_schema<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyCapsule>> {
        capsule::export_schema(py, self.lazy.schema()?)
    }

    /// Whether so many steps lie above each other that planning them again for each query would take longer than running
    /// them once, and they can be run: all rows are in memory.
    fn is_deep(&self) -> Answer<bool> {
        if self.result.get().is_some() {
            return Ok(false);
        }
        let plan = self.lazy.plan()?;
        let many = if is_light(plan) { STEPS_OF_FEW_ROWS } else { STEPS };
        Ok(levels(plan).is_none_or(|levels| levels > many) && is_held(plan))
    }

    /// Whether the result is there.
    fn is_collected(&self) -> bool {
        self.result.get().is_some()
    }

    /// Runs the query, unless it has run.
    fn collect(&self, py: Python<'_>) -> Answer<Table> {
        Ok(Table::new(self.frame(py)?))
    }

    /// The number of rows; runs only what counting needs.
    fn rows(&self, py: Python<'_>) -> Answer<u64> {
        if let Some(frame) = self.result.get() {
            return Ok(frame.rows());
        }
        if let Some(rows) = self.rows.get() {
            return Ok(*rows);
        }
        let count = self.lazy.select([hypostyle::functions::aggregate::len()]);
        let counted =
            run_light(py, count.is_light(), move |config, cancel| count.collect_with(config, cancel))?;
        match counted.column("len")?.get(0)? {
            Scalar::UInt(rows) => Ok(*self.rows.get_or_init(|| rows)),
            other => Err(Error::internal(format!("{other} rows")).into()),
        }
    }

    /// The plans as text; with `analyze`, runs the query and says what each operator did.
    fn explain(&self, py: Python<'_>, analyze: bool) -> Answer<String> {
        let lazy = self.lazy();
        run(py, move |config, cancel| match analyze {
            false => hypostyle::engine::explain(lazy.plan()?, config),
            true => hypostyle::engine::explain_analyze(lazy.plan()?, config, cancel),
        })
    }

    /// Rows where the condition is true.
    fn filter(&self, predicate: &Expr) -> Answer<Self> {
        Query::new(self.lazy().filter(predicate.expr.clone()))
    }

    /// These expressions only.
    fn select(&self, list: Vec<Bound<'_, Expr>>) -> Answer<Self> {
        let list = exprs(&list);
        match self.result.get().and_then(|frame| frame.shared(&list)) {
            Some(frame) => Ok(Query::of(frame)),
            None => Query::new(self.lazy().select(list)),
        }
    }

    /// All columns, and these.
    fn with_columns(&self, list: Vec<Bound<'_, Expr>>) -> Answer<Self> {
        Query::new(self.lazy().with_columns(exprs(&list)))
    }

    /// Columns under new names.
    fn rename(&self, names: HashMap<String, String>) -> Answer<Self> {
        Query::new(self.lazy().rename(names.iter().map(|(old, new)| (old.as_str(), new.as_str()))))
    }

    /// Rows in order.
    fn sort(&self, by: Vec<Bound<'_, Expr>>, descending: Vec<bool>, nulls_first: bool) -> Answer<Self> {
        let keys = exprs(&by).into_iter().zip(descending);
        let keys = keys.map(|(expr, descending)| SortKey { expr, descending, nulls_first }).collect();
        Query::new(self.lazy().sort_by(keys))
    }

    /// Rows `offset..offset + rows`.
    fn slice(&self, offset: u64, rows: u64) -> Answer<Self> {
        match self.result.get() {
            Some(frame) => Ok(Query::of(frame.slice(offset, rows))),
            None => Query::new(self.lazy.slice(offset, rows)),
        }
    }

    /// One row per distinct combination of columns.
    fn distinct(&self, subset: Vec<String>, keep_last: bool) -> Answer<Self> {
        let keep = if keep_last { Keep::Last } else { Keep::First };
        Query::new(self.lazy().distinct_by(subset.iter().map(String::as_str), keep))
    }

    /// One row per element of a list column.
    fn explode(&self, name: &str) -> Answer<Self> {
        Query::new(self.lazy().explode(name))
    }

    /// One row per element of several list columns, which go in step.
    fn explode_together(&self, names: Vec<String>) -> Answer<Self> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Query::new(self.lazy().explode_together(&names))
    }

    /// The fields of a struct column as columns in its place.
    fn unnest(&self, name: &str) -> Answer<Self> {
        Query::new(self.lazy().unnest(name))
    }

    /// One row per group: keys and aggregates.
    #[pyo3(signature = (keys, aggregates, sorted, drop_nulls, unobserved=false))]
    fn group_by(
        &self,
        keys: Vec<Bound<'_, Expr>>,
        aggregates: Vec<Bound<'_, Expr>>,
        sorted: Option<bool>,
        drop_nulls: bool,
        unobserved: bool,
    ) -> Answer<Self> {
        let order = match sorted {
            Some(true) => GroupOrder::Sorted,
            Some(false) => GroupOrder::FirstSeen,
            None => GroupOrder::Any,
        };
        let groups = self.lazy().group_by(exprs(&keys)).order(order).drop_nulls(drop_nulls);
        let groups = groups.unobserved(unobserved);
        Query::new(groups.agg(exprs(&aggregates)))
    }

    /// Rows of two queries that match.
    #[allow(clippy::too_many_arguments)] // One call for all that pandas' merge can say.
    #[pyo3(signature = (other, left_on, right_on, how, suffixes, validate=None, indicator=None, condition=None))]
    fn join(
        &self,
        other: &Query,
        left_on: Vec<Bound<'_, Expr>>,
        right_on: Vec<Bound<'_, Expr>>,
        how: &str,
        suffixes: (String, String),
        validate: Option<&str>,
        indicator: Option<String>,
        condition: Option<&Expr>,
    ) -> Answer<Self> {
        let how = match how {
            "inner" => JoinType::Inner,
            "left" => JoinType::Left,
            "right" => JoinType::Right,
            "outer" => JoinType::Full,
            "semi" => JoinType::Semi,
            "anti" => JoinType::Anti,
            "cross" => JoinType::Cross,
            other => {
                let error = Error::invalid(format!("no kind of merge is called {other:?}"));
                return Err(error.hint("kinds are inner, left, right, outer, cross, semi and anti").into());
            }
        };
        let validate = validate.map(Validate::parse).transpose()?.unwrap_or_default();
        let options = JoinOptions { validate, indicator, ..merging(suffixes) };
        let (query, other, left_on, right_on) =
            (self.lazy(), other.lazy(), exprs(&left_on), exprs(&right_on));
        Query::new(match condition {
            Some(condition) => query.join_on(&other, left_on, right_on, condition.expr.clone(), how, options),
            None => query.join_with(&other, left_on, right_on, how, options),
        })
    }

    /// Each row with the nearest row of another query.
    #[allow(clippy::too_many_arguments)] // One call for all that pandas' merge_asof can say.
    #[pyo3(signature = (other, on, left_by, right_by, suffixes, direction, tolerance, allow_exact))]
    fn join_asof(
        &self,
        other: &Query,
        on: (Bound<'_, Expr>, Bound<'_, Expr>),
        left_by: Vec<Bound<'_, Expr>>,
        right_by: Vec<Bound<'_, Expr>>,
        suffixes: (String, String),
        direction: &str,
        tolerance: Option<&Bound<'_, PyAny>>,
        allow_exact: bool,
    ) -> Answer<Self> {
        let direction = match direction {
            "backward" => Direction::Backward,
            "forward" => Direction::Forward,
            "nearest" => Direction::Nearest,
            other => {
                let error =
                    Error::invalid(format!("direction is backward, forward or nearest, not {other:?}"));
                return Err(error.operation("merge_asof").into());
            }
        };
        let tolerance = tolerance.map(from_python).transpose()?;
        let asof = AsOf::new(on.0.get().expr.clone(), on.1.get().expr.clone());
        let asof = AsOf { direction, tolerance, allow_exact, ..asof };
        let by = (exprs(&left_by), exprs(&right_by));
        Query::new(self.lazy().join_asof(&other.lazy(), asof, by.0, by.1, merging(suffixes)))
    }

    /// Several queries as one.
    #[staticmethod]
    fn concat(queries: Vec<Bound<'_, Query>>, how: &str) -> Answer<Self> {
        let queries: Vec<LazyFrame> = queries.iter().map(|query| query.get().lazy()).collect();
        let how = match how {
            "inner" => Concat::Common,
            "columns" => Concat::Horizontal,
            _ => Concat::Diagonal,
        };
        Query::new(LazyFrame::concat(&queries, how))
    }

    /// The rows of two queries in the order that both have.
    fn merge_sorted(&self, other: &Query, by: Vec<Bound<'_, Expr>>) -> Answer<Self> {
        Query::new(self.lazy().merge_sorted(&other.lazy(), exprs(&by)))
    }

    /// The rows with another query's values where its key is the same.
    fn update(&self, other: &Query, on: Vec<String>) -> Answer<Self> {
        Query::new(self.lazy().update(&other.lazy(), on.iter().map(col).collect::<Vec<_>>()))
    }

    /// The rows of both by key, with the other query's values where there are none.
    fn combine_first(&self, other: &Query, on: Vec<String>) -> Answer<Self> {
        Query::new(self.lazy().combine_first(&other.lazy(), on.iter().map(col).collect::<Vec<_>>()))
    }

    /// The user's function over the rows of each partition of a window: it takes a query of these columns and returns a
    /// column. An expression still to be put over its partitions.
    #[staticmethod]
    fn map_groups(
        name: &str,
        function: Py<PyAny>,
        names: Vec<String>,
        args: Vec<Bound<'_, Expr>>,
        dtype: &str,
    ) -> Answer<Expr> {
        let note = format!("raised in {name}");
        let call = move |columns: &[hypostyle::Column]| {
            let mut builder = Frame::builder();
            for (name, column) in names.iter().zip(columns) {
                builder = builder.column(name, column.clone());
            }
            let group = builder.finish()?;
            attached(|py| {
                let called = || -> Result<hypostyle::Column, PyErr> {
                    let returned = function.bind(py).call1((Query::of(group.clone()),))?;
                    let column = returned.cast::<column::Column>().map_err(PyErr::from)?;
                    Ok(column.get().column.clone())
                };
                in_task(called).map_err(|error| stash(py, error, &note))
            })
        };
        Ok(hypostyle::map_groups(exprs(&args), name, hypostyle::DType::parse(dtype)?, call).into())
    }

    /// The user's function over each partition: it takes a query whose result is there and returns another. Columns and
    /// types of what it returns are those of `like`.
    fn map_partitions(&self, name: &str, function: Py<PyAny>, like: &Query) -> Answer<Self> {
        let note = format!("raised in {name}");
        let call = move |part: Frame| {
            attached(|py| {
                let called = || -> Result<Frame, PyErr> {
                    let returned = function.bind(py).call1((Query::of(part),))?;
                    let query = returned.cast::<Query>().map_err(PyErr::from)?;
                    Ok(query.get().frame(py)?)
                };
                in_task(called).map_err(|error| stash(py, error, &note))
            })
        };
        Query::new(self.lazy().map_partitions(name, like.lazy.schema()?.clone(), call))
    }
}

/// What all merges of pandas' kind have in common.
fn merging((left_suffix, right_suffix): (String, String)) -> JoinOptions {
    JoinOptions { nulls_equal: true, left_suffix, right_suffix, ..JoinOptions::default() }
}
