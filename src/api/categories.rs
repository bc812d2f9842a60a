//! Categories found in the data, and groups for those that no row has.

use crate::api::lazy::LazyFrame;
use crate::api::run::Runner;
use crate::data::{Categories, Column, DType, Field, Frame};
use crate::error::{Error, Result};
use crate::expr::{Expr, col};
use crate::plan::{GroupOrder, JoinKind, JoinOptions, SortKey};

/// More combinations of keys than this are a mistake.
const MOST_GROUPS: u64 = 100_000_000;

impl LazyFrame {
    /// The query with these columns as categorical ones, of the values they have, in the order of the text; values of
    /// other types become text. Runs, to find the values.
    ///
    /// # Errors
    /// `ColumnNotFound`, or what running raises.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let frame = Frame::builder().column("x", [Some("b"), None, Some("a"), Some("b")]).finish()?;
    /// let query = frame.lazy().categorize(&["x"])?;
    /// assert_eq!(query.schema()?.to_string(), r#"x: categorical["a", "b"]"#);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn categorize(&self, columns: &[&str]) -> Result<LazyFrame> {
        let mut exprs = Vec::with_capacity(columns.len());
        for name in columns {
            let text = col(*name).cast(DType::String);
            let categories = self.categories_of(text.clone(), &LazyFrame::collect)?;
            exprs.push(text.cast(DType::Categorical(categories)).alias(*name));
        }
        let made = self.with_columns(exprs);
        made.plan()?;
        Ok(made)
    }

    /// The values of an expression as categories, in the order of the text, or of its categories if it is categorical.
    /// Runs as told.
    ///
    /// # Errors
    /// What running raises.
    pub fn categories_of(&self, values: Expr, run: &Runner<'_>) -> Result<Categories> {
        let values = self.select([values.alias("value")]);
        let dtype = values.schema()?.fields()[0].dtype.clone();
        let found = run(&values.filter(col("value").is_not_null()).distinct().sort("value"))?;
        let found: Vec<String> =
            found.column("value")?.values().filter_map(|value| value.as_str().map(str::to_owned)).collect();
        match dtype.categories() {
            None => Categories::new(found, false),
            Some(known) => {
                let seen: std::collections::HashSet<String> = found.into_iter().collect();
                Categories::new(known.iter().filter(|text| seen.contains(*text)), known.is_ordered())
            }
        }
    }

    /// The groups, and a group without rows for each combination of keys that is not among them, where at least one key
    /// is categorical: of such keys all categories count, of the others together the combinations there are.
    pub(crate) fn with_unobserved(
        &self,
        keys: &[Expr],
        aggregates: &[Expr],
        groups: &LazyFrame,
        order: GroupOrder,
    ) -> Result<LazyFrame> {
        let fields = groups.schema()?.fields().to_vec();
        let keys_of = &fields[..keys.len()];
        if keys_of.iter().all(|field| field.dtype.categories().is_none()) {
            return Ok(groups.clone());
        }
        let mut count = 1u64;
        let none: [Expr; 0] = [];
        let is_open = |field: &&Field| field.dtype.categories().is_none();
        let others: Vec<Expr> = keys_of.iter().filter(is_open).map(|field| col(&*field.name)).collect();
        let mut all = (!others.is_empty()).then(|| groups.select(others).distinct());
        for field in keys_of {
            let Some(categories) = field.dtype.categories() else { continue };
            count = count.saturating_mul(categories.len() as u64);
            let column = Column::from_held(categories.values().clone());
            let values =
                Frame::builder().categorical(&*field.name, column, categories.clone()).finish()?.lazy();
            all = Some(match all {
                None => values,
                Some(all) => {
                    let options = JoinOptions::default();
                    all.join_with(&values, none.clone(), none.clone(), JoinKind::Cross, options)
                }
            });
        }
        if count > MOST_GROUPS {
            return Err(Error::unsupported(format!("groups for {count} combinations of categories"))
                .operation("group_by")
                .hint("group without those that no row has"));
        }
        let all = all.ok_or_else(|| Error::internal("categorical keys of no key"))?;
        let on: Vec<Expr> = keys_of.iter().map(|field| col(&*field.name)).collect();
        let same = JoinOptions { nulls_equal: true, ..JoinOptions::default() };
        let absent = all.join_with(groups, on.clone(), on.clone(), JoinKind::Anti, same);
        // What aggregates give for no row at all.
        let nothing = self.limit(0).select(aggregates);
        let nothing = match aggregates.is_empty() {
            true => absent,
            false => absent.join_with(&nothing, none.clone(), none, JoinKind::Cross, JoinOptions::default()),
        };
        let outputs: Vec<Expr> = fields.iter().map(|field| col(&*field.name)).collect();
        let both =
            LazyFrame::concat(&[groups.clone(), nothing.select(outputs)], crate::api::Concat::Vertical);
        Ok(match order {
            GroupOrder::Sorted => both.sort_by(on.into_iter().map(SortKey::ascending).collect()),
            GroupOrder::Any | GroupOrder::FirstSeen => both,
        })
    }
}
