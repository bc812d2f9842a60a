//! `drop_nulls_with`, `unnest`: rows without nulls, structs as columns.

use crate::api::lazy::LazyFrame;
use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::{Expr, col, lit};
use crate::plan::{Plan, ProjectNode};

/// Which rows [`LazyFrame::drop_nulls_with`] drops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropNulls {
    /// Those with a null.
    Any,
    /// Those with nothing but nulls.
    All,
    /// Those with fewer values than this.
    FewerThan(usize),
}

impl LazyFrame {
    /// Rows without those that have nulls in some columns (none given: in any).
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{DropNulls, Frame};
    /// let frame = Frame::builder().column("a", [Some(1i64), None]).column("b", [None::<i64>, None]).finish()?;
    /// assert_eq!(frame.lazy().drop_nulls_with(&["a"], DropNulls::Any).collect()?.rows(), 1);
    /// assert_eq!(frame.lazy().drop_nulls_with(&[], DropNulls::Any).collect()?.rows(), 0);
    /// assert_eq!(frame.lazy().drop_nulls_with(&[], DropNulls::All).collect()?.rows(), 1);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn drop_nulls_with(&self, subset: &[&str], which: DropNulls) -> LazyFrame {
        let condition = self.schema().and_then(|schema| {
            let names: Vec<&str> = match subset.is_empty() {
                true => schema.names().collect(),
                false => subset.to_vec(),
            };
            names.iter().try_for_each(|name| schema.index_of(name).map(drop))?;
            let mut columns = names.into_iter().map(col);
            let Some(first) = columns.next() else { return Ok(None) };
            let present = |columns: Expr| columns.is_not_null();
            Ok(Some(match which {
                DropNulls::Any => columns.map(present).fold(present(first), Expr::and),
                DropNulls::All => columns.map(present).fold(present(first), Expr::or),
                DropNulls::FewerThan(least) => {
                    first.count_horizontal(columns).gt_eq(lit(i64::try_from(least).unwrap_or(i64::MAX)))
                }
            }))
        });
        match condition {
            Ok(Some(condition)) => self.filter(condition),
            Ok(None) => self.clone(),
            Err(error) => self.then(|_| Err(error.operation("drop_nulls"))),
        }
    }

    /// The fields of a struct column as columns in its place.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["a-b"]).finish()?;
    /// let parts = frame.lazy().select([col("x").split_exact("-", 2)]).unnest("x").collect()?;
    /// assert_eq!(parts.column("1")?.get(0)?, "b".into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn unnest(&self, column: &str) -> LazyFrame {
        self.then(|input| {
            let exprs: Result<Vec<Vec<Expr>>> = input
                .schema()
                .fields()
                .iter()
                .map(|field| match &field.dtype {
                    _ if field.name.as_ref() != column => Ok(vec![col(&field.name)]),
                    DType::Struct(fields) => Ok(fields
                        .iter()
                        .map(|field| col(column).struct_field(&field.name).alias(&field.name))
                        .collect()),
                    other => Err(Error::type_mismatch(format!("{other} is no struct"))
                        .operation("unnest")
                        .column(column)),
                })
                .collect();
            input.schema().index_of(column).map_err(|error| error.operation("unnest"))?;
            Ok(Plan::Project(ProjectNode::new(input, exprs?.concat())?))
        })
    }
}
