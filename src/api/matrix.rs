//! Correlations and covariances of all pairs of columns.

use crate::api::lazy::LazyFrame;
use crate::api::run::Runner;
use crate::data::{Column, DType, Frame, Scalar};
use crate::error::{AllOk, Error, Result};
use crate::expr::{Expr, col};

impl LazyFrame {
    /// Pearson's correlation of each pair of numeric columns, each over the rows where both have a value. The first
    /// column, `column`, names the rows. Runs, in one pass.
    ///
    /// # Errors
    /// `Type` if no column is numeric; what running raises.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3]).column("y", [6i64, 4, 2]).finish()?;
    /// let corr = frame.lazy().corr_matrix()?;
    /// assert_eq!(corr.column("y")?.get(0)?, Scalar::Float(-1.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn corr_matrix(&self) -> Result<Frame> {
        self.corr_matrix_by(&LazyFrame::collect)
    }

    /// [`LazyFrame::corr_matrix`], run as told.
    ///
    /// # Errors
    /// As [`LazyFrame::corr_matrix`].
    pub fn corr_matrix_by(&self, run: &Runner<'_>) -> Result<Frame> {
        // A column that varies is correlated with itself.
        let own = |variance: f64| if variance > 0.0 && variance.is_finite() { 1.0 } else { f64::NAN };
        self.pairwise(run, "corr_matrix", |x, y| x.corr(y), |x| x.var(1), own)
    }

    /// The covariance of each pair of numeric columns; as [`LazyFrame::corr_matrix`].
    ///
    /// # Errors
    /// As [`LazyFrame::corr_matrix`].
    pub fn cov_matrix(&self, ddof: i64) -> Result<Frame> {
        self.cov_matrix_by(ddof, &LazyFrame::collect)
    }

    /// [`LazyFrame::cov_matrix`], run as told.
    ///
    /// # Errors
    /// As [`LazyFrame::corr_matrix`].
    pub fn cov_matrix_by(&self, ddof: i64, run: &Runner<'_>) -> Result<Frame> {
        self.pairwise(run, "cov_matrix", |x, y| x.cov(y, ddof), |x| x.var(ddof), |variance| variance)
    }

    fn pairwise(
        &self,
        run: &Runner<'_>,
        operation: &str,
        function: impl Fn(Expr, Expr) -> Expr,
        diagonal: impl Fn(Expr) -> Expr,
        own: impl Fn(f64) -> f64,
    ) -> Result<Frame> {
        let numeric = |dtype: &DType| dtype.is_numeric() || *dtype == DType::Bool;
        let fields = self.schema()?.fields().iter().filter(|field| numeric(&field.dtype));
        let names: Vec<String> = fields.map(|field| field.name.to_string()).collect();
        if names.is_empty() {
            return Err(Error::type_mismatch("no column is numeric").operation(operation));
        }
        let mut exprs = Vec::new();
        for (row, x) in names.iter().enumerate() {
            for (column, y) in names.iter().enumerate().skip(row) {
                let expr = if row == column { diagonal(col(x)) } else { function(col(x), col(y)) };
                exprs.push(expr.alias(format!("{row} {column}")));
            }
        }
        // Once for all pairs, not once for each.
        let floats: Vec<Expr> = names.iter().map(|name| col(name).cast(DType::Float64).alias(name)).collect();
        let values = run(&self.select(floats).select(exprs))?;
        let mut builder = Frame::builder();
        if !names.iter().any(|name| name == "column") {
            builder = builder.column("column", names.clone());
        }
        for (column, name) in names.iter().enumerate() {
            let cells = (0..names.len()).map(|row| {
                let (low, high) = (row.min(column), row.max(column));
                let value = values.column(&format!("{low} {high}"))?.get(0)?.as_f64();
                Ok(if low == high { value.map(&own) } else { value })
            });
            builder = builder.column(name, cells.all_ok()?);
        }
        builder.finish()
    }
}

/// A column of values of one type.
///
/// # Errors
/// `Cast` if one does not fit.
pub(crate) fn column_of(values: &[Scalar], dtype: &DType) -> Result<Column> {
    let parts = values.iter().map(|value| value.to_array(dtype, 1)).all_ok()?;
    let parts: Vec<&dyn arrow::array::Array> = parts.iter().map(AsRef::as_ref).collect();
    match parts.is_empty() {
        true => Ok(Column::empty(dtype)),
        false => Column::new(arrow::compute::concat(&parts)?),
    }
}
