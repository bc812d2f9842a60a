//! Groups under conditions, and several groupings as one result.

use crate::api::aggregate::aggregate;
use crate::api::lazy::LazyFrame;
use crate::data::Scalar;
use crate::error::{Error, Result};
use crate::expr::{Expr, col, lit};
use crate::plan::{FilterNode, GroupOrder, Plan, ProjectNode, UnionNode};
use std::sync::Arc;

/// More keys than this have more subsets than anybody means.
const MOST_KEYS: usize = 16;

/// How groups are made.
pub(crate) struct Grouping {
    /// Their order.
    pub order: GroupOrder,
    /// Whether rows with a null key belong to no group.
    pub drop_nulls: bool,
    /// Whether categories that no row has are groups too.
    pub unobserved: bool,
    /// Which groups are kept.
    pub having: Option<Expr>,
}

impl Grouping {
    /// One row per group that is kept.
    pub fn plan(&self, input: Arc<Plan>, keys: Vec<Expr>, mut aggregates: Vec<Expr>) -> Result<Plan> {
        let Some(having) = &self.having else {
            return self.groups(input, keys, aggregates);
        };
        let refused = |error: Error| error.operation("having");
        if !having.has_aggregate() {
            return Err(refused(
                Error::invalid(format!("{having} is no condition on aggregates"))
                    .hint("conditions on rows belong before the grouping, in `filter`"),
            ));
        }
        let names: Vec<Arc<str>> = keys.iter().chain(&aggregates).map(Expr::output_name).collect();
        let condition = "__having";
        aggregates.push(having.clone().alias(condition));
        let groups = self.groups(input, keys, aggregates)?;
        let kept = FilterNode::new(Arc::new(groups), col(condition)).map_err(refused)?;
        let outputs = names.iter().map(col).collect();
        Ok(Plan::Project(ProjectNode::new(Arc::new(Plan::Filter(kept)), outputs)?))
    }

    fn groups(&self, input: Arc<Plan>, keys: Vec<Expr>, aggregates: Vec<Expr>) -> Result<Plan> {
        if !self.unobserved {
            return aggregate(input, keys, aggregates, self.order, self.drop_nulls);
        }
        let groups = aggregate(input.clone(), keys.clone(), aggregates.clone(), self.order, self.drop_nulls)?;
        let groups = LazyFrame::from_plan(groups);
        let input = LazyFrame::from_plan(Plan::clone(&input));
        let all = input.with_unobserved(&keys, &aggregates, &groups, self.order)?;
        Ok(Plan::clone(all.plan()?))
    }

    /// One grouping after the other; the columns are all keys, the aggregates, and `grouping_id`.
    pub fn union(
        &self,
        input: &Arc<Plan>,
        keys: &[Expr],
        aggregates: &[Expr],
        sets: &[Vec<usize>],
    ) -> Result<Plan> {
        let refused = |error: Error| error.operation("grouping_sets");
        if self.unobserved {
            return Err(refused(Error::unsupported("several groupings with categories that no row has")));
        }
        if keys.len() > MOST_KEYS {
            return Err(refused(Error::invalid(format!("{} keys; {MOST_KEYS} are the most", keys.len()))));
        }
        let whole =
            aggregate(input.clone(), keys.to_vec(), aggregates.to_vec(), self.order, self.drop_nulls)?;
        let mut plans = Vec::with_capacity(sets.len());
        for set in sets {
            if let Some(wrong) = set.iter().find(|position| **position >= keys.len()) {
                let message = format!("no key number {wrong}: there are {}", keys.len());
                return Err(refused(Error::invalid(message).hint("keys are counted from 0")));
            }
            let own = (0..keys.len()).filter(|key| set.contains(key)).map(|key| keys[key].clone());
            let groups = Arc::new(self.plan(input.clone(), own.collect(), aggregates.to_vec())?);
            let mut id = 0i64;
            let mut outputs = Vec::with_capacity(whole.schema().len() + 1);
            for (position, field) in whole.schema().fields().iter().enumerate() {
                let absent = position < keys.len() && !set.contains(&position);
                if position < keys.len() {
                    id = id << 1 | i64::from(absent);
                }
                outputs.push(match absent {
                    true => lit(Scalar::Null).cast(field.dtype.clone()).alias(&field.name),
                    false => col(&field.name),
                });
            }
            outputs.push(lit(id).alias("grouping_id"));
            plans.push(Arc::new(Plan::Project(ProjectNode::new(groups, outputs).map_err(refused)?)));
        }
        if plans.is_empty() {
            return Err(refused(Error::invalid("no grouping")));
        }
        Ok(Plan::Union(UnionNode::new(plans)?))
    }
}

/// Every subset of so many keys, from all to none; keys that come first are kept longest.
pub(crate) fn subsets(keys: usize) -> Vec<Vec<usize>> {
    let keys = keys.min(MOST_KEYS + 1);
    let mut sets: Vec<Vec<usize>> = (0..1usize << keys)
        .map(|absent| (0..keys).filter(|key| absent >> (keys - 1 - key) & 1 == 0).collect())
        .collect();
    sets.sort_by_key(|set: &Vec<usize>| keys - set.len());
    sets
}
