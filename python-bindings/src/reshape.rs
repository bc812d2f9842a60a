//! Tables turned: columns below each other, values spread over columns.

use crate::error::Answer;
use crate::expr::{Expr, exprs};
use crate::query::Query;
use crate::run::run;
use crate::scalar::from_python;
use hypostyle::{DType, Dummies, Melt, Pivot};
use pyo3::prelude::{Bound, PyAny, PyRef, Python, pyfunction};

/// Columns below each other; `values`: new names, each with the old column of every label (or none).
#[pyfunction]
pub fn unpivot(
    query: PyRef<'_, Query>,
    keep: Vec<String>,
    variable: String,
    labels: Vec<Bound<'_, PyAny>>,
    values: Vec<(String, Vec<Option<String>>)>,
    by_row: bool,
) -> Answer<Query> {
    let labels = labels.iter().map(from_python).collect::<Answer<_>>()?;
    Query::new(query.lazy().unpivot_with(Melt { keep, variable, labels, values, by_row }))
}

/// Values spread over columns; runs, to learn which there are.
#[pyfunction]
#[pyo3(signature = (query, index, columns, values, margins, fill, keep_nulls, named))]
#[allow(clippy::too_many_arguments)] // One call for all that pandas' pivot_table can say.
pub fn pivot(
    py: Python<'_>,
    query: PyRef<'_, Query>,
    index: Vec<Bound<'_, Expr>>,
    columns: Vec<Bound<'_, Expr>>,
    values: Vec<Bound<'_, Expr>>,
    margins: Option<String>,
    fill: Option<&Bound<'_, PyAny>>,
    keep_nulls: bool,
    named: bool,
) -> Answer<Query> {
    let mut how =
        Pivot::new(exprs(&index), exprs(&columns), exprs(&values)).keep_nulls(keep_nulls).named(named);
    if let Some(name) = margins {
        how = how.margins(name);
    }
    if let Some(value) = fill {
        how = how.fill(from_python(value)?);
    }
    let lazy = query.lazy();
    Query::new(run(py, move |config, cancel| {
        lazy.pivot_by(&how, &|query| query.collect_with(config, cancel))
    })?)
}

/// A column for each value of some columns; runs, to find the values.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // One call for all that pandas' get_dummies can say.
pub fn dummies(
    py: Python<'_>,
    query: PyRef<'_, Query>,
    columns: Vec<String>,
    prefixes: Vec<String>,
    separator: String,
    drop_first: bool,
    nulls: bool,
    dtype: &str,
) -> Answer<Query> {
    let how = Dummies { separator, drop_first, nulls, dtype: DType::parse(dtype)? };
    let lazy = query.lazy();
    let made = run(py, move |config, cancel| {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let prefixes: Vec<&str> = prefixes.iter().map(String::as_str).collect();
        lazy.to_dummies_by(&columns, &prefixes, &how, &|query| query.collect_with(config, cancel))
    })?;
    Query::new(made)
}

/// A row for every combination of the values of some columns.
#[pyfunction]
pub fn complete(query: PyRef<'_, Query>, columns: Vec<String>) -> Answer<Query> {
    Query::new(query.lazy().complete(columns.iter().map(hypostyle::col).collect::<Vec<_>>()))
}

/// Rows as columns of these names; runs.
#[pyfunction]
pub fn transpose(py: Python<'_>, query: PyRef<'_, Query>, names: Vec<String>) -> Answer<Query> {
    let frame = query.frame(py)?;
    let turned = run(py, move |_, _| frame.transpose(&names.iter().map(String::as_str).collect::<Vec<_>>()))?;
    Ok(Query::of(turned))
}
