//! `crosstab`: how often values of two columns occur together.

use crate::api::lazy::LazyFrame;
use crate::api::matrix::column_of;
use crate::api::run::Runner;
use crate::data::{Frame, Scalar};
use crate::error::{Error, Result};
use crate::expr::build::Selected;
use crate::expr::{Expr, col};
use crate::functions::aggregate::len;
use crate::plan::GroupOrder;
use std::collections::HashMap;

/// More columns than this are no table.
pub(crate) const MOST_COLUMNS: usize = 10_000;

impl LazyFrame {
    /// How often values of two expressions occur together: a row per value of the first and a column (named as text) per
    /// value of the second, both sorted. Rows with a null in either are left out. Runs.
    ///
    /// # Errors
    /// `DuplicateColumn` if two values look the same as text, `Unsupported` if there are more than 10,000 values of the
    /// second; what running raises.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let frame = Frame::builder().column("a", ["x", "y", "x"]).column("b", [1i64, 1, 2]).finish()?;
    /// let table = frame.lazy().crosstab("a", "b")?;
    /// assert_eq!(table.column("2")?.get(1)?.as_i64(), Some(0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn crosstab(&self, rows: impl Selected, columns: impl Selected) -> Result<Frame> {
        self.crosstab_by(rows.into_expr(), columns.into_expr(), len(), Scalar::UInt(0), &LazyFrame::collect)
    }

    /// An aggregate of the rows where values of two expressions occur together; `empty` stands where there is no row.
    ///
    /// # Errors
    /// As [`LazyFrame::crosstab`].
    pub fn crosstab_with(
        &self,
        rows: impl Selected,
        columns: impl Selected,
        aggregate: Expr,
        empty: Scalar,
    ) -> Result<Frame> {
        self.crosstab_by(rows.into_expr(), columns.into_expr(), aggregate, empty, &LazyFrame::collect)
    }

    /// [`LazyFrame::crosstab_with`], run as told.
    ///
    /// # Errors
    /// As [`LazyFrame::crosstab`].
    pub fn crosstab_by(
        &self,
        row: Expr,
        column: Expr,
        aggregate: Expr,
        empty: Scalar,
        run: &Runner<'_>,
    ) -> Result<Frame> {
        let label = row.output_name();
        let keys = [row.alias("row"), column.alias("column")];
        let groups = self.group_by(keys).order(GroupOrder::Sorted).drop_nulls(true);
        let cells = groups.agg([aggregate.alias("value")]);
        let schema = cells.schema().map_err(|error| error.operation("crosstab"))?.clone();
        let (row_type, value_type) =
            (schema.field("row")?.dtype.clone(), schema.field("value")?.dtype.clone());
        let cells = run(&cells)?;
        let heads = run(&cells.lazy().select([col("column")]).distinct().sort("column"))?;
        if heads.rows() > MOST_COLUMNS as u64 {
            return Err(Error::unsupported(format!("crosstab with {} columns", heads.rows()))
                .hint("group by both and keep the rows"));
        }
        let heads: Vec<Scalar> = heads.column("column")?.values().collect();
        let names: Vec<String> = heads.iter().map(text).collect();
        let places: HashMap<&str, usize> =
            names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let mut labels: Vec<Scalar> = Vec::new();
        let mut table: Vec<Vec<Scalar>> = vec![Vec::new(); names.len()];
        let (rows, columns, values) = (cells.column("row")?, cells.column("column")?, cells.column("value")?);
        for ((row, column), value) in rows.values().zip(columns.values()).zip(values.values()) {
            if labels.last() != Some(&row) {
                labels.push(row);
                table.iter_mut().for_each(|column| column.push(empty.clone()));
            }
            let at = places.get(text(&column).as_str()).copied().unwrap_or(0);
            if let Some(cell) = table[at].last_mut() {
                *cell = value;
            }
        }
        let mut builder = Frame::builder().column(label.as_ref(), column_of(&labels, &row_type)?);
        for (name, cells) in names.iter().zip(&table) {
            builder = builder.column(name, column_of(cells, &value_type)?);
        }
        builder.finish().map_err(|error| error.operation("crosstab"))
    }
}

/// The value as a column's name.
pub(crate) fn text(value: &Scalar) -> String {
    match value {
        Scalar::String(text) => text.to_string(),
        other => {
            let cast = column_of(std::slice::from_ref(other), &other.dtype());
            let texts = cast.and_then(|column| crate::kernels::format::to_text(column.array()));
            match texts.map(|texts| Scalar::from_array(&texts, 0)) {
                Ok(Scalar::String(text)) => text.to_string(),
                _ => other.to_string(),
            }
        }
    }
}
