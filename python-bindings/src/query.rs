//! Queries: a thin class over the lazy frame, which keeps its result once it has run.

use crate::error::{Answer, stash};
use crate::expr::{Expr, exprs};
use crate::memory::give_back_soon;
use crate::run::{in_task, run};
use crate::table::Table;
use crate::{capsule, column};
use hypostyle::{
    DType, Error, Frame, GroupOrder, JoinOptions, JoinType, Keep, LazyFrame, Scalar, SortKey, col, lit,
    promote,
};
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyErr, Python, pyclass, pymethods};
use pyo3::types::PyCapsule;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Bytes from which on a frame is worth giving back.
const LARGE: usize = 16 << 20;

/// A query, and its result once it has run.
#[pyclass(frozen, module = "hypostyle._native")]
pub struct Query {
    lazy: LazyFrame,
    result: OnceLock<Frame>,
}

impl Query {
    /// A query, unless building it failed.
    pub fn new(lazy: LazyFrame) -> Answer<Self> {
        lazy.plan()?;
        Ok(Query { lazy, result: OnceLock::new() })
    }

    /// A query whose result is known.
    pub fn of(frame: Frame) -> Self {
        let lazy = frame.lazy();
        Query { lazy, result: OnceLock::from(frame) }
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
        let lazy = self.lazy.clone();
        let frame = run(py, move |config, cancel| lazy.collect_with(config, cancel))?;
        Ok(self.result.get_or_init(|| frame).clone())
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
        Ok(Query::of(py.detach(|| imported.frame(None))?))
    }

    /// The names of the columns.
    fn names(&self) -> Answer<Vec<String>> {
        Ok(self.lazy.schema()?.names().map(str::to_owned).collect())
    }

    /// The types of the columns.
    fn dtypes(&self) -> Answer<Vec<String>> {
        Ok(self.lazy.schema()?.fields().iter().map(|field| field.dtype.to_string()).collect())
    }

    /// Fails if there is no column of this name.
    fn check(&self, name: &str) -> Answer<()> {
        self.lazy.schema()?.index_of(name)?;
        Ok(())
    }

    /// The type of an expression of rows over the columns; fails if there is something wrong with it.
    fn dtype_of(&self, expr: &Expr) -> Answer<String> {
        Ok(hypostyle::expr::bind(&expr.expr, self.lazy.schema()?)?.dtype.to_string())
    }

    /// A capsule of the schema.
    fn arrow_schema<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyCapsule>> {
        capsule::export_schema(py, self.lazy.schema()?)
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
        let count = self.lazy.select([hypostyle::functions::aggregate::len()]);
        let counted = run(py, move |config, cancel| count.collect_with(config, cancel))?;
        match counted.column("len")?.get(0)? {
            Scalar::UInt(rows) => Ok(rows),
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
        Query::new(self.lazy().select(exprs(&list)))
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

    /// One row per group: keys and aggregates.
    fn group_by(
        &self,
        keys: Vec<Bound<'_, Expr>>,
        aggregates: Vec<Bound<'_, Expr>>,
        sorted: bool,
        drop_nulls: bool,
    ) -> Answer<Self> {
        let order = if sorted { GroupOrder::Sorted } else { GroupOrder::FirstSeen };
        let groups = self.lazy().group_by(exprs(&keys)).order(order).drop_nulls(drop_nulls);
        Query::new(groups.agg(exprs(&aggregates)))
    }

    /// Rows of two queries that match.
    fn join(
        &self,
        other: &Query,
        left_on: Vec<Bound<'_, Expr>>,
        right_on: Vec<Bound<'_, Expr>>,
        how: &str,
        suffixes: (String, String),
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
        let (left_suffix, right_suffix) = suffixes;
        let options = JoinOptions { nulls_equal: true, left_suffix, right_suffix };
        Query::new(self.lazy().join_with(&other.lazy(), exprs(&left_on), exprs(&right_on), how, options))
    }

    /// The rows of all queries, in order: columns by name, missing ones null, types promoted.
    #[staticmethod]
    fn concat(queries: Vec<Bound<'_, Query>>, inner: bool) -> Answer<Self> {
        let queries: Vec<LazyFrame> = queries.iter().map(|query| query.get().lazy()).collect();
        let Some((first, rest)) = queries.split_first() else {
            return Err(Error::invalid("nothing to concatenate").operation("concat").into());
        };
        let fields = common_fields(&queries, inner)?;
        let aligned = |query: &LazyFrame| -> Answer<LazyFrame> {
            let schema = query.schema()?;
            let exprs = fields.iter().map(|(name, dtype)| match schema.field(name) {
                Ok(field) if field.dtype == *dtype => col(name),
                Ok(_) => col(name).cast(dtype.clone()).alias(name),
                Err(_) => lit(Scalar::Null).cast(dtype.clone()).alias(name),
            });
            Ok(query.select(exprs.collect::<Vec<_>>()))
        };
        let rest = rest.iter().map(aligned).collect::<Answer<Vec<_>>>()?;
        Query::new(aligned(first)?.union(&rest))
    }

    /// The user's function over each partition: it takes a query whose result is there and returns another. Columns and
    /// types of what it returns are those of `like`.
    fn map_partitions(&self, name: &str, function: Py<PyAny>, like: &Query) -> Answer<Self> {
        let note = format!("raised in {name}");
        let call = move |part: Frame| {
            Python::attach(|py| {
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

/// Names and common types of the columns of all queries, in order of first sight; with `inner`, only those of all.
fn common_fields(queries: &[LazyFrame], inner: bool) -> Answer<Vec<(String, DType)>> {
    let mut fields: Vec<(String, DType)> = Vec::new();
    let mut positions: HashMap<String, usize> = HashMap::new();
    for query in queries {
        for field in query.schema()?.fields() {
            let Some(position) = positions.get(field.name.as_ref()) else {
                positions.insert(field.name.to_string(), fields.len());
                fields.push((field.name.to_string(), field.dtype.clone()));
                continue;
            };
            let (_, dtype) = &mut fields[*position];
            *dtype = promote(dtype, &field.dtype).ok_or_else(|| {
                Error::type_mismatch(format!("{dtype} in one frame, {} in another", field.dtype))
                    .operation("concat")
                    .column(field.name.as_ref())
                    .hint("use astype on one of them")
            })?;
        }
    }
    if inner {
        for query in queries {
            let schema = query.schema()?;
            fields.retain(|(name, _)| schema.contains(name));
        }
    }
    Ok(fields)
}
