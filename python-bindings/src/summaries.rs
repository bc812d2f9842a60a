//! Verbs that are built of groups: several groupings, tables of pairs, edges of bins.

use crate::error::Answer;
use crate::expr::{Expr, exprs};
use crate::query::Query;
use crate::run::{run, run_light};
use crate::scalar;
use hypostyle::functions::aggregate::len;
use hypostyle::functions::scalar::cut;
use hypostyle::{Error, GroupOrder, Keep, LazyFrame, Scalar};
use pyo3::prelude::{Bound, PyAny, PyRef, Python, pyfunction};

/// One row per group of each grouping: keys, aggregates and `grouping_id`.
#[pyfunction]
pub fn grouping_sets(
    query: PyRef<'_, Query>,
    keys: Vec<Bound<'_, Expr>>,
    aggregates: Vec<Bound<'_, Expr>>,
    sorted: bool,
    drop_nulls: bool,
    sets: Vec<Vec<usize>>,
) -> Answer<Query> {
    let order = if sorted { GroupOrder::Sorted } else { GroupOrder::FirstSeen };
    let groups = query.lazy().group_by(exprs(&keys)).order(order).drop_nulls(drop_nulls).grouping_sets(sets);
    Query::new(groups.agg(exprs(&aggregates)))
}

/// Rows that have no equal by some columns.
#[pyfunction]
pub fn rows_without_equal(query: PyRef<'_, Query>, subset: Vec<String>) -> Answer<Query> {
    Query::new(query.lazy().distinct_by(subset.iter().map(String::as_str), Keep::None))
}

/// Correlations of all pairs of numeric columns, or with `ddof` their covariances; the first column names the rows.
#[pyfunction]
#[pyo3(signature = (query, ddof=None))]
pub fn pairwise(py: Python<'_>, query: PyRef<'_, Query>, ddof: Option<i64>) -> Answer<Query> {
    let lazy = query.lazy();
    let frame = run_light(py, lazy.is_light(), move |config, cancel| {
        let collect = |query: &LazyFrame| query.collect_with(config, cancel);
        match ddof {
            Some(ddof) => lazy.cov_matrix_by(ddof, &collect),
            None => lazy.corr_matrix_by(&collect),
        }
    })?;
    Ok(Query::of(frame))
}

/// How often values of two expressions occur together.
#[pyfunction]
#[pyo3(signature = (query, row, column, aggregate=None))]
pub fn crosstab(
    py: Python<'_>,
    query: PyRef<'_, Query>,
    row: &Expr,
    column: &Expr,
    aggregate: Option<PyRef<'_, Expr>>,
) -> Answer<Query> {
    let (lazy, row, column) = (query.lazy(), row.expr.clone(), column.expr.clone());
    let (aggregate, empty) = match aggregate {
        Some(aggregate) => (aggregate.expr.clone(), Scalar::Null),
        None => (len(), Scalar::UInt(0)),
    };
    let frame = run(py, move |config, cancel| {
        lazy.crosstab_by(row, column, aggregate, empty, &|query| query.collect_with(config, cancel))
    })?;
    Ok(Query::of(frame))
}

/// Edges of bins of equal width over the values of an expression.
#[pyfunction]
pub fn equal_width_edges(
    py: Python<'_>,
    query: PyRef<'_, Query>,
    values: &Expr,
    bins: usize,
    right: bool,
) -> Answer<Vec<f64>> {
    let (lazy, values) = (query.lazy(), values.expr.clone());
    run_light(py, lazy.is_light(), move |config, cancel| {
        lazy.equal_width_edges_by(values, bins, right, &|query| query.collect_with(config, cancel))
    })
}

/// Quantiles of an expression as edges of bins.
#[pyfunction]
pub fn quantile_edges(
    py: Python<'_>,
    query: PyRef<'_, Query>,
    values: &Expr,
    shares: Vec<f64>,
    drop_duplicates: bool,
) -> Answer<Vec<f64>> {
    let (lazy, values) = (query.lazy(), values.expr.clone());
    run_light(py, lazy.is_light(), move |config, cancel| {
        let collect = |query: &LazyFrame| query.collect_with(config, cancel);
        lazy.quantile_edges_by(values, &shares, drop_duplicates, &collect)
    })
}

/// The intervals between edges as text.
#[pyfunction]
pub fn interval_texts(
    edges: &Bound<'_, PyAny>,
    right: bool,
    include_lowest: bool,
    precision: i32,
) -> Answer<Vec<String>> {
    let Scalar::List(edges) = scalar::from_python(edges)? else {
        return Err(Error::invalid("edges must be a list").into());
    };
    let texts = cut::interval_texts(&edges, right, include_lowest, precision.clamp(0, 19));
    Ok(texts.iter().map(|text| text.to_string()).collect())
}
