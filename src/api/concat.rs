//! Frames put together by rows, by columns, by order and by key.

use crate::api::lazy::LazyFrame;
use crate::data::{DType, Scalar, Schema, promote};
use crate::error::{AllOk, Error, Result};
use crate::expr::{Expr, Selection, col, lit};
use crate::plan::{
    HorizontalNode, JoinKind, JoinNode, JoinOptions, Node, Plan, ProjectNode, SortKey, SortNode, UnionNode,
    Validate,
};
use std::collections::HashMap;
use std::sync::Arc;

/// How frames are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Concat {
    /// Rows one after the other; all have the same names and types.
    #[default]
    Vertical,
    /// Rows one after the other; all have the same names, types are promoted.
    Relaxed,
    /// Rows one after the other; columns are matched by name, missing ones are null, types are promoted.
    Diagonal,
    /// As diagonal, but only the columns that all have.
    Common,
    /// Columns side by side; all have as many rows.
    Horizontal,
}

impl LazyFrame {
    /// Several queries as one.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Concat, Frame, LazyFrame};
    /// let a = Frame::builder().column("x", [1i64]).finish()?;
    /// let b = Frame::builder().column("x", [2.5]).column("y", ["b"]).finish()?;
    /// let both = LazyFrame::concat(&[a.lazy(), b.lazy()], Concat::Diagonal).collect()?;
    /// assert_eq!(both.shape(), (2, 2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn concat(queries: &[LazyFrame], how: Concat) -> LazyFrame {
        let Some((first, rest)) = queries.split_first() else {
            let error = Error::invalid("nothing to put together").operation("concat");
            return LazyFrame::failed(error);
        };
        first.then(|first| {
            let rest = rest.iter().map(|query| query.plan().cloned());
            let plans: Vec<Arc<Plan>> = [Ok(first)].into_iter().chain(rest).all_ok()?;
            match how {
                Concat::Vertical => Ok(Plan::Union(UnionNode::new(plans)?)),
                Concat::Horizontal => Ok(Plan::Horizontal(HorizontalNode::new(plans)?)),
                _ => aligned(plans, how),
            }
        })
    }

    /// The rows of both queries, each in the order of these keys, in that order; of equal rows, this query's come first.
    pub fn merge_sorted(&self, other: &LazyFrame, by: impl Selection) -> LazyFrame {
        let by = by.into_exprs().into_iter().map(SortKey::ascending).collect();
        self.then(|left| {
            let both = Arc::new(Plan::Union(UnionNode::new(vec![left, other.plan()?.clone()])?));
            Ok(Plan::Sort(SortNode::new(both, by, None)?))
        })
    }

    /// The rows of this query, with the values of another one where its key is the same and its value is not null. The
    /// other's keys may not repeat; its columns that this query has not are left out.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let prices = Frame::builder().column("id", [1i64, 2]).column("price", [10i64, 20]).finish()?;
    /// let changes = Frame::builder().column("id", [2i64]).column("price", [25i64]).finish()?;
    /// let now = prices.lazy().update(&changes.lazy(), "id").collect()?;
    /// assert_eq!(now.column("price")?.get(1)?.as_i64(), Some(25));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn update(&self, other: &LazyFrame, on: impl Selection) -> LazyFrame {
        let on = on.into_exprs();
        self.then(|left| by_key(left, other.plan()?.clone(), on, JoinKind::Left, Validate::ManyToOne))
    }

    /// The rows of both queries by key, the values of this one where they are not null and the other's elsewhere; first
    /// this query's rows, then the other's rows whose key it has not. Keys may not repeat.
    pub fn combine_first(&self, other: &LazyFrame, on: impl Selection) -> LazyFrame {
        let on = on.into_exprs();
        self.then(|left| by_key(left, other.plan()?.clone(), on, JoinKind::Full, Validate::OneToOne))
    }
}

/// Columns matched by name, in order of first sight.
fn aligned(plans: Vec<Arc<Plan>>, how: Concat) -> Result<Plan> {
    let schemas: Vec<&Schema> = plans.iter().map(|plan| plan.schema()).collect();
    let fields = common_fields(&schemas, how)?;
    let inputs = plans.iter().map(|plan| {
        let schema = plan.schema();
        let exprs = fields.iter().map(|(name, dtype)| match schema.field(name) {
            Ok(field) if field.dtype == *dtype => Ok(col(name)),
            Ok(_) => Ok(col(name).cast(dtype.clone()).alias(name)),
            Err(error) if how == Concat::Relaxed => Err(error.operation("concat")),
            Err(_) => Ok(lit(Scalar::Null).cast(dtype.clone()).alias(name)),
        });
        let exprs = exprs.all_ok()?;
        Ok(Arc::new(Plan::Project(ProjectNode::new(plan.clone(), exprs)?)))
    });
    Ok(Plan::Union(UnionNode::new(inputs.all_ok()?)?))
}

/// Names and common types of the columns of all inputs.
fn common_fields(schemas: &[&Schema], how: Concat) -> Result<Vec<(String, DType)>> {
    let mut fields: Vec<(String, DType)> = Vec::new();
    let mut positions: HashMap<&str, usize> = HashMap::new();
    for (number, schema) in schemas.iter().enumerate() {
        for field in schema.fields() {
            let Some(position) = positions.get(field.name.as_ref()) else {
                if how == Concat::Relaxed && number > 0 {
                    let known = schemas[0].names();
                    return Err(Error::column_not_found(&field.name, known).operation("concat"));
                }
                positions.insert(&field.name, fields.len());
                fields.push((field.name.to_string(), field.dtype.clone()));
                continue;
            };
            let (_, dtype) = &mut fields[*position];
            *dtype = promote(dtype, &field.dtype).ok_or_else(|| {
                Error::type_mismatch(format!("{dtype} in one frame, {} in another", field.dtype))
                    .operation("concat")
                    .column(field.name.as_ref())
                    .hint("cast one of them")
            })?;
        }
    }
    if how == Concat::Common {
        fields.retain(|(name, _)| schemas.iter().all(|schema| schema.contains(name)));
    }
    Ok(fields)
}

/// Rows matched by key, and the value of one side where the other's is null: of the right side for a left join, of the
/// left side for a full one.
fn by_key(
    left: Arc<Plan>,
    right: Arc<Plan>,
    on: Vec<Expr>,
    kind: JoinKind,
    validate: Validate,
) -> Result<Plan> {
    // No user's column has such a name.
    const OTHER: &str = "\0other";
    let keys: Vec<Arc<str>> = on.iter().map(Expr::output_name).collect();
    let (here, there) = (left.schema().clone(), right.schema().clone());
    let options =
        JoinOptions { nulls_equal: true, right_suffix: OTHER.into(), validate, ..JoinOptions::default() };
    let joined = JoinNode::new(left, right, on.clone(), on, kind, options)?;
    let is_key = |name: &str| keys.iter().any(|key| key.as_ref() == name);
    let value = |name: &str| {
        if is_key(name) || !there.contains(name) {
            return col(name);
        }
        let other = format!("{name}{OTHER}");
        match kind {
            JoinKind::Full => col(name).coalesce([col(&other)]),
            _ => col(&other).coalesce([col(name)]),
        }
        .alias(name)
    };
    let mut exprs = Vec::new();
    for field in here.fields() {
        let kept = value(&field.name);
        let own = joined.schema().field(&field.name)?.dtype.clone();
        exprs.push(if is_key(&field.name) { kept } else { kept.cast(own).alias(&field.name) });
    }
    if kind == JoinKind::Full {
        exprs.extend(there.names().filter(|name| !here.contains(name)).map(col));
    }
    Ok(Plan::Project(ProjectNode::new(Arc::new(Plan::Join(joined)), exprs)?))
}
