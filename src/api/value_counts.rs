//! `value_counts`: how often each combination of values occurs.

use crate::api::join::JoinType;
use crate::api::lazy::LazyFrame;
use crate::expr::{Expr, Selection, col};
use crate::functions::aggregate::len;
use crate::plan::{GroupOrder, SortKey};

/// How values are counted.
#[derive(Debug, Clone)]
pub struct ValueCounts {
    /// Shares of all rows (`proportion`) in place of numbers of rows (`count`).
    pub normalize: bool,
    /// Most frequent first (equally frequent ones in order of first sight); else in order of first sight.
    pub sort: bool,
    /// Least frequent first.
    pub ascending: bool,
    /// Whether rows with a null are left out.
    pub drop_nulls: bool,
}

impl Default for ValueCounts {
    fn default() -> Self {
        ValueCounts { normalize: false, sort: true, ascending: false, drop_nulls: true }
    }
}

impl LazyFrame {
    /// How often each combination of these values occurs: the values and `count`, most frequent first.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let frame = Frame::builder().column("k", ["b", "a", "b"]).finish()?;
    /// let counts = frame.lazy().value_counts("k").collect()?;
    /// assert_eq!(counts.column("count")?.get(0)?.as_i64(), Some(2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn value_counts(&self, values: impl Selection) -> LazyFrame {
        self.value_counts_with(values, &ValueCounts::default())
    }

    /// How often each combination of these values occurs, as told.
    pub fn value_counts_with(&self, values: impl Selection, how: &ValueCounts) -> LazyFrame {
        let values = values.into_exprs();
        let label = if how.normalize { "proportion" } else { "count" };
        let names: Vec<Expr> = values.iter().map(|value| col(value.output_name())).collect();
        let groups = self.group_by(values.clone()).order(GroupOrder::FirstSeen).drop_nulls(how.drop_nulls);
        let mut counts = groups.agg([len().alias(label)]);
        if how.sort {
            let key = SortKey { descending: !how.ascending, ..SortKey::ascending(col(label)) };
            counts = counts.sort_by(vec![key]);
        }
        if !how.normalize {
            return counts;
        }
        let total = "__total";
        let conditions = values.into_iter().map(Expr::is_not_null).reduce(Expr::and);
        let counted = match conditions.filter(|_| how.drop_nulls) {
            Some(all) => self.filter(all),
            None => self.clone(),
        };
        let share = (col(label) / col(total)).alias(label);
        counts
            .join(&counted.select([len().alias(total)]), (), JoinType::Cross)
            .select(names.into_iter().chain([share]).collect::<Vec<_>>())
    }
}
