//! `unpivot` (melt): columns below each other.

use crate::api::lazy::LazyFrame;
use crate::data::{DType, Scalar, Schema, promote};
use crate::error::{AllOk, Error, Result};
use crate::expr::{Expr, Selection, col, lit};
use crate::plan::{Plan, ProjectNode, Unpivot, UnpivotNode};
use std::sync::Arc;

/// Columns that are put below each other, and what the new columns are called.
#[derive(Clone, Debug, PartialEq)]
pub struct Melt {
    /// The columns that repeat.
    pub keep: Vec<String>,
    /// The name of the column of labels.
    pub variable: String,
    /// The labels, in order.
    pub labels: Vec<Scalar>,
    /// The new columns: a name, and the old column of each label (`None`: nulls).
    pub values: Vec<(String, Vec<Option<String>>)>,
    /// Whether the new rows of one old row follow each other; else those of one label do.
    pub by_row: bool,
}

impl LazyFrame {
    /// Columns below each other: a row per row and column of `on`, with the column's name as `variable` and its value as
    /// `value`; the columns `keep` repeat. All rows of the first column come first. Types are promoted.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let wide = Frame::builder().column("id", [1i64, 2]).column("a", [10i64, 20]).column("b", [0.5, 0.25]).finish()?;
    /// let long = wide.lazy().unpivot(["a", "b"], "id").collect()?;
    /// assert_eq!(long.schema().to_string(), "id: int64, variable: string, value: float64");
    /// assert_eq!(long.column("value")?.get(2)?.as_f64(), Some(0.5));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn unpivot(&self, on: impl Selection, keep: impl Selection) -> LazyFrame {
        let names = |exprs: Vec<Expr>| exprs.iter().map(|e| e.output_name().to_string()).collect();
        let on: Vec<String> = names(on.into_exprs());
        self.unpivot_with(Melt {
            keep: names(keep.into_exprs()),
            variable: "variable".to_owned(),
            labels: on.iter().map(|name| Scalar::from(name.as_str())).collect(),
            values: vec![("value".to_owned(), on.into_iter().map(Some).collect())],
            by_row: false,
        })
    }

    /// Columns below each other, several new columns at once; see [`Melt`].
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Melt, Scalar};
    /// let wide = Frame::builder().column("x1", [1i64]).column("x2", [2i64]).column("y2", ["b"]).finish()?;
    /// let long = wide.lazy().unpivot_with(Melt {
    ///     keep: vec![],
    ///     variable: "n".into(),
    ///     labels: vec![Scalar::Int(1), Scalar::Int(2)],
    ///     values: vec![
    ///         ("x".into(), vec![Some("x1".into()), Some("x2".into())]),
    ///         ("y".into(), vec![None, Some("y2".into())]),
    ///     ],
    ///     by_row: false,
    /// });
    /// assert_eq!(long.collect()?.column("y")?.null_count(), 1);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn unpivot_with(&self, how: Melt) -> LazyFrame {
        self.then(|input| melted(input, how).map_err(|error| error.operation("unpivot")))
    }
}

fn melted(input: Arc<Plan>, how: Melt) -> Result<Plan> {
    let schema = input.schema().clone();
    let mut exprs: Vec<Expr> = Vec::new();
    for name in &how.keep {
        schema.index_of(name)?;
        exprs.push(col(name));
    }
    for (name, columns) in &how.values {
        if columns.len() != how.labels.len() {
            let text = format!("{} columns for {} labels", columns.len(), how.labels.len());
            return Err(Error::invalid(text).column(name));
        }
    }
    let dtypes = how.values.iter().map(|(name, columns)| common(&schema, name, columns)).all_ok()?;
    for label in 0..how.labels.len() {
        for (at, (_, columns)) in how.values.iter().enumerate() {
            let value = match &columns[label] {
                Some(name) if schema.field(name)?.dtype == dtypes[at] => col(name),
                Some(name) => col(name).cast(dtypes[at].clone()),
                None => lit(Scalar::Null).cast(dtypes[at].clone()),
            };
            // No user's column has such a name.
            exprs.push(value.alias(format!("\0{label} {at}")));
        }
    }
    let input = Arc::new(Plan::Project(ProjectNode::new(input, exprs)?));
    let how = Unpivot {
        kept: how.keep.len(),
        variable: how.variable.as_str().into(),
        labels: how.labels,
        values: how.values.iter().map(|(name, _)| name.as_str().into()).collect(),
        by_row: how.by_row,
    };
    Ok(Plan::Unpivot(UnpivotNode::new(input, how)?))
}

/// The common type of columns that become one.
fn common(schema: &Schema, name: &str, columns: &[Option<String>]) -> Result<DType> {
    let mut dtype = DType::Null;
    for column in columns.iter().flatten() {
        let found = &schema.field(column)?.dtype;
        dtype = promote(&dtype, found).ok_or_else(|| {
            Error::type_mismatch(format!("{found} below {dtype} in the new column {name:?}"))
                .column(column)
                .hint("cast the columns to one type first")
        })?;
    }
    Ok(dtype)
}
