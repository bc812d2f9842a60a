//! Values as columns of their own, and rows for combinations that are missing.

use crate::api::crosstab::{MOST_COLUMNS, text};
use crate::api::lazy::LazyFrame;
use crate::api::run::Runner;
use crate::data::{DType, Frame, Scalar};
use crate::error::{Error, Result};
use crate::expr::{Expr, Selection, col, lit};
use crate::plan::{JoinKind, JoinOptions};

/// How values become columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Dummies {
    /// What stands between a column's name and a value in the new name.
    pub separator: String,
    /// Whether the first value gets no column.
    pub drop_first: bool,
    /// Whether nulls get a column, the last one; they do where there is none, too.
    pub nulls: bool,
    /// The type of the new columns.
    pub dtype: DType,
}

impl Default for Dummies {
    fn default() -> Self {
        Dummies { separator: "_".to_owned(), drop_first: false, nulls: false, dtype: DType::Bool }
    }
}

impl LazyFrame {
    /// A column for each value of these columns, which tells where that value is; the columns themselves are left out, and
    /// the new ones come last. Runs, to find the values.
    ///
    /// # Errors
    /// `Unsupported` beyond 10,000 values of a column; what running raises.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Dummies, Frame};
    /// let frame = Frame::builder().column("k", ["b", "a"]).column("x", [1i64, 2]).finish()?;
    /// let dummies = frame.lazy().to_dummies(&["k"], &["k"], &Dummies::default())?.collect()?;
    /// assert_eq!(dummies.schema().to_string(), "x: int64, k_a: bool, k_b: bool");
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn to_dummies(&self, columns: &[&str], prefixes: &[&str], how: &Dummies) -> Result<LazyFrame> {
        self.to_dummies_by(columns, prefixes, how, &LazyFrame::collect)
    }

    /// [`LazyFrame::to_dummies`], run as told.
    ///
    /// # Errors
    /// As [`LazyFrame::to_dummies`].
    pub fn to_dummies_by(
        &self,
        columns: &[&str],
        prefixes: &[&str],
        how: &Dummies,
        run: &Runner<'_>,
    ) -> Result<LazyFrame> {
        let refused = |error: Error| error.operation("to_dummies");
        if columns.len() != prefixes.len() {
            let text = format!("{} prefixes for {} columns", prefixes.len(), columns.len());
            return Err(refused(Error::invalid(text)));
        }
        let rest = self.schema()?.names().filter(|name| !columns.contains(name));
        let mut exprs: Vec<Expr> = rest.map(col).collect();
        for (name, prefix) in columns.iter().zip(prefixes) {
            let values = run(&self.select([col(name).alias("value")]).distinct().sort("value"))?;
            if values.rows() > MOST_COLUMNS as u64 {
                let text = format!("{} values", values.rows());
                return Err(refused(Error::unsupported(text).column(*name)));
            }
            let found = values.column("value")?;
            let mut values: Vec<Scalar> = match found.dtype().categories() {
                // Also those that no row has.
                Some(categories) => categories.iter().map(Scalar::from).collect(),
                None => found.values().filter(|value| !value.is_null()).collect(),
            };
            values.extend(how.nulls.then_some(Scalar::Null));
            for value in values.iter().skip(usize::from(how.drop_first)) {
                let (label, here) = match value {
                    Scalar::Null => ("nan".to_owned(), col(name).is_null()),
                    Scalar::Float(float) if float.is_nan() => {
                        (text(value), col(name).is_nan().fill_null(lit(false)))
                    }
                    value => (text(value), col(name).eq(lit(value.clone())).fill_null(lit(false))),
                };
                let label =
                    if prefix.is_empty() { label } else { format!("{prefix}{}{label}", how.separator) };
                exprs.push(match how.dtype {
                    DType::Bool => here.alias(label),
                    _ => here.cast(how.dtype.clone()).alias(label),
                });
            }
        }
        let made = self.select(exprs);
        made.plan().map_err(refused)?;
        Ok(made)
    }

    /// A row for every combination of the values of these columns: the rows there are, with nulls in the other columns
    /// where there was none. The order is that of the values.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let sales = Frame::builder()
    ///     .column("shop", ["a", "b"])
    ///     .column("year", [2023i64, 2024])
    ///     .column("x", [1i64, 2])
    ///     .finish()?;
    /// let all = sales.lazy().complete(["shop", "year"]).collect()?;
    /// assert_eq!((all.rows(), all.column("x")?.null_count()), (4, 2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn complete(&self, columns: impl Selection) -> LazyFrame {
        let keys: Vec<Expr> = columns.into_exprs();
        let mut names: Vec<String> = Vec::new();
        for key in &keys {
            names.push(key.output_name().to_string());
        }
        let each = |name: &String| self.select([col(name)]).distinct().sort(name.as_str());
        let Some((first, rest)) = names.split_first() else {
            return LazyFrame::failed(Error::invalid("no columns to combine").operation("complete"));
        };
        let none: [Expr; 0] = [];
        let mut all = each(first);
        for name in rest {
            let options = JoinOptions::default();
            all = all.join_with(&each(name), none.clone(), none.clone(), JoinKind::Cross, options);
        }
        let on: Vec<Expr> = names.iter().map(col).collect();
        let options = JoinOptions { nulls_equal: true, ..JoinOptions::default() };
        let completed = all.join_with(self, on.clone(), on, JoinKind::Left, options);
        match self.schema() {
            Ok(schema) => completed.select(schema.names().map(col).collect::<Vec<_>>()),
            Err(error) => LazyFrame::failed(error),
        }
    }
}

impl Frame {
    /// Rows as columns: a column per row, named by `names`, and a row per column, in the order of the columns. Values take
    /// the common type of all columns.
    ///
    /// # Errors
    /// `Type` if the columns have no common type, `InvalidArgument` if there is not a name for each row, `Unsupported`
    /// beyond 10,000 rows, `DuplicateColumn`.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let frame = Frame::builder().column("x", [1i64, 2]).column("y", [0.5, 0.25]).finish()?;
    /// let turned = frame.transpose(&["first", "second"])?;
    /// assert_eq!(turned.column("second")?.get(1)?.as_f64(), Some(0.25));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn transpose(&self, names: &[&str]) -> Result<Frame> {
        self.turned(names).map_err(|error| error.operation("transpose"))
    }

    fn turned(&self, names: &[&str]) -> Result<Frame> {
        if names.len() as u64 != self.rows() {
            return Err(Error::invalid(format!("{} names for {} rows", names.len(), self.rows())));
        }
        if names.len() > MOST_COLUMNS {
            return Err(Error::unsupported(format!("{} rows as columns", names.len())));
        }
        let mut dtype = DType::Null;
        for field in self.schema().fields() {
            dtype = crate::data::promote(&dtype, &field.dtype).ok_or_else(|| {
                let text = format!("{} beside {dtype}", field.dtype);
                Error::type_mismatch(text)
                    .column(field.name.as_ref())
                    .hint("cast the columns to one type first")
            })?;
        }
        let casts = self.schema().names().map(|name| col(name).cast(dtype.clone()).alias(name));
        let whole = self.lazy().select(casts.collect::<Vec<_>>()).collect()?.to_batch()?;
        let columns = crate::kernels::transpose::transpose(whole.columns(), whole.rows())?;
        let mut builder = Frame::builder();
        for (name, column) in names.iter().zip(columns) {
            builder = builder.column(*name, column);
        }
        builder.finish()
    }
}
