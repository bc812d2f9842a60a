//! `describe`: a summary of every column.

use crate::api::lazy::LazyFrame;
use crate::api::matrix::column_of;
use crate::data::{Categories, DType, Frame, Scalar, TimeUnit};
use crate::error::{AllOk, Result};
use crate::expr::{Expr, col, lit};

/// The rows of the table beside the quantiles.
const BEFORE: [&str; 8] = ["count", "null_count", "unique", "top", "freq", "mean", "std", "min"];

impl LazyFrame {
    /// A summary of every column: the number of values and of nulls; of numbers mean, standard deviation, extremes and
    /// quartiles; of text the number of distinct values and the most frequent one; of dates and times mean, extremes and
    /// quartiles. Columns of numbers are float64, others text; what does not apply is null. Runs.
    ///
    /// # Errors
    /// What running raises.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar};
    /// let frame = Frame::builder().column("x", [1i64, 2, 6]).column("s", ["a", "b", "b"]).finish()?;
    /// let summary = frame.lazy().describe()?;
    /// assert_eq!(summary.column("statistic")?.get(5)?.as_str(), Some("mean"));
    /// assert_eq!(summary.column("x")?.get(5)?, Scalar::Float(3.0));
    /// assert_eq!(summary.column("s")?.get(3)?.as_str(), Some("b"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn describe(&self) -> Result<Frame> {
        self.describe_with(&[0.25, 0.5, 0.75])
    }

    /// A summary of every column, with these quantiles; see [`LazyFrame::describe`].
    ///
    /// # Errors
    /// As [`LazyFrame::describe`]; `InvalidArgument` for a share outside 0 to 1.
    pub fn describe_with(&self, quantiles: &[f64]) -> Result<Frame> {
        let fields: Vec<(String, DType)> = self
            .schema()?
            .fields()
            .iter()
            .map(|field| (field.name.to_string(), field.dtype.clone()))
            .collect();
        let mut exprs = Vec::new();
        for (at, (name, dtype)) in fields.iter().enumerate() {
            for (statistic, expr) in statistics(name, dtype, quantiles) {
                exprs.push(expr.alias(format!("{at} {statistic}")));
            }
        }
        let found = match exprs.is_empty() {
            true => Frame::builder().finish()?,
            false => self.select(exprs).collect()?,
        };
        let get = |at: usize, statistic: &str| match found.column(&format!("{at} {statistic}")) {
            Ok(column) => column.get(0),
            Err(_) => Ok(Scalar::Null),
        };
        // How often the most frequent texts occur.
        let mut tops: Vec<Scalar> = Vec::with_capacity(fields.len());
        let mut exprs = Vec::new();
        for (at, (name, _)) in fields.iter().enumerate() {
            let top = match get(at, "top")? {
                Scalar::List(values) => values.into_iter().next().unwrap_or(Scalar::Null),
                _ => Scalar::Null,
            };
            if !top.is_null() {
                exprs.push(col(name).filter(col(name).eq(lit(top.clone()))).count().alias(format!("{at}")));
            }
            tops.push(top);
        }
        let counts = if exprs.is_empty() { None } else { Some(self.select(exprs).collect()?) };
        let mut rows: Vec<String> = BEFORE.map(str::to_owned).to_vec();
        rows.extend(quantiles.iter().map(|share| percent(*share)));
        rows.push("max".to_owned());
        let label =
            if fields.iter().any(|(name, _)| name == "statistic") { "statistic_" } else { "statistic" };
        let mut builder = Frame::builder().column(label, rows.clone());
        for (at, (name, dtype)) in fields.iter().enumerate() {
            let values = rows.iter().enumerate().map(|(row, statistic)| match statistic.as_str() {
                "top" => Ok(tops[at].clone()),
                "freq" => match &counts {
                    Some(counts) if !tops[at].is_null() => counts.column(&format!("{at}"))?.get(0),
                    _ => Ok(Scalar::Null),
                },
                _ if row >= BEFORE.len() && row + 1 < rows.len() => match get(at, "quantiles")? {
                    Scalar::List(values) => Ok(values[row - BEFORE.len()].clone()),
                    _ => Ok(Scalar::Null),
                },
                statistic => get(at, statistic),
            });
            let values: Vec<Scalar> = values.all_ok()?;
            builder = match is_number(dtype) {
                true => builder.column(name, values.iter().map(Scalar::as_f64).collect::<Vec<_>>()),
                false => builder.column(name, values.iter().map(text).all_ok()?),
            };
        }
        builder.finish()
    }
}

fn is_number(dtype: &DType) -> bool {
    dtype.is_numeric() || *dtype == DType::Bool
}

/// The statistics that a type has.
fn statistics(name: &str, dtype: &DType, quantiles: &[f64]) -> Vec<(&'static str, Expr)> {
    let x = || col(name);
    let mut found = vec![("count", x().count()), ("null_count", x().null_count())];
    if is_number(dtype) {
        let number = || if *dtype == DType::Bool { x().cast(DType::UInt8) } else { x() };
        found.extend([
            ("mean", x().mean()),
            ("std", x().std(1)),
            ("min", number().min()),
            ("max", number().max()),
        ]);
        found.push(("quantiles", x().quantiles(quantiles.iter().copied())));
    } else if matches!(dtype.held(), DType::String | DType::Binary) {
        found.extend([("unique", x().n_unique()), ("top", x().mode())]);
        if dtype.categories().is_none_or(Categories::is_ordered) {
            found.extend([("min", x().min()), ("max", x().max())]);
        }
    } else if dtype.is_temporal() {
        let instant = match dtype {
            DType::Date => x().cast(DType::Timestamp(TimeUnit::Second, None)),
            _ => x(),
        };
        found.extend([("mean", instant.clone().mean()), ("min", x().min()), ("max", x().max())]);
        found.push(("quantiles", instant.quantiles(quantiles.iter().copied())));
    }
    found
}

/// The share as a percentage: `25%`, `99.5%`.
fn percent(share: f64) -> String {
    let text = format!("{:.6}", share * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The value as text; null stays null.
fn text(value: &Scalar) -> Result<Option<String>> {
    match value {
        Scalar::Null => Ok(None),
        Scalar::String(text) => Ok(Some(text.to_string())),
        Scalar::Binary(_) => Ok(Some(value.to_string())),
        other => {
            let column = column_of(std::slice::from_ref(other), &other.dtype())?;
            let texts = crate::kernels::format::to_text(column.array())?;
            Ok(Scalar::from_array(&texts, 0).as_str().map(str::to_owned))
        }
    }
}
