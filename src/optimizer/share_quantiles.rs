//! Several quantiles of the same values are found together.

use crate::data::Scalar;
use crate::error::Result;
use crate::expr::{Expr, Params, col};
use crate::functions::aggregate::quantile::{QUANTILES, share_asked};
use crate::optimizer::rule::Rule;
use crate::plan::{AggregateNode, Node, Plan, ProjectNode};
use std::sync::Arc;

/// The rule.
pub static SHARE_QUANTILES: Rule = Rule {
    name: "share_quantiles",
    doc: "Makes one list of several quantiles of the same values, so that these are gathered and put in order once.",
    rewrite: |plan| plan.rewrite_up(&mut change),
};

/// Quantiles of the same values: the first of the aggregates, then each with its share.
struct Family<'a> {
    args: &'a [Expr],
    filter: Option<&'a Arc<Expr>>,
    between: String,
    members: Vec<(usize, f64)>,
}

fn change(plan: &Plan) -> Result<Option<Plan>> {
    let Plan::Aggregate(node) = plan else { return Ok(None) };
    let mut families: Vec<Family<'_>> = Vec::new();
    for (position, expr) in node.aggregates().iter().enumerate() {
        let Expr::Aggregate { function, args, params, filter } = expr.without_alias() else { continue };
        let Some((share, between)) = share_asked(function.get()?, params) else { continue };
        let filter = filter.as_ref();
        let same = |family: &&mut Family<'_>| {
            family.args == args && family.filter == filter && family.between == between
        };
        match families.iter_mut().find(same) {
            Some(family) => family.members.push((position, share)),
            None => families.push(Family { args, filter, between, members: vec![(position, share)] }),
        }
    }
    families.retain(|family| family.members.len() > 1);
    if families.is_empty() {
        return Ok(None);
    }
    let name = |position: usize| node.aggregates()[position].output_name();
    // Of each aggregate: where it stays or its list is, and where in that list it is.
    let mut places: Vec<(usize, Option<usize>)> =
        (0..node.aggregates().len()).map(|position| (position, None)).collect();
    for family in &families {
        for (number, (position, _)) in family.members.iter().enumerate() {
            places[*position] = (family.members[0].0, Some(number));
        }
    }
    let kept = places.iter().enumerate().filter(|(position, (place, _))| position == place);
    let aggregates =
        kept.map(|(position, _)| match families.iter().find(|family| family.members[0].0 == position) {
            Some(family) => family.list().alias(name(position)),
            None => node.aggregates()[position].clone(),
        });
    let (keys, aggregates) = (node.keys().to_vec(), aggregates.collect());
    let lists = AggregateNode::new(node.input().clone(), keys, aggregates, node.order(), node.drop_nulls())?;
    let columns = node.schema().names().take(node.keys().len()).map(col);
    let results = places.iter().enumerate().map(|(position, (place, number))| match number {
        Some(number) => col(name(*place)).list_get(*number as i64).alias(name(position)),
        None => col(name(position)),
    });
    let exprs = columns.chain(results).collect();
    Ok(Some(Plan::Project(ProjectNode::new(Arc::new(Plan::Aggregate(lists)), exprs)?)))
}

impl Family<'_> {
    /// All of them, as a list.
    fn list(&self) -> Expr {
        let shares = self.members.iter().map(|(_, share)| Scalar::Float(*share)).collect();
        let params =
            Params::new().with("q", Scalar::List(shares)).with("interpolation", self.between.as_str());
        let list = Expr::aggregate(&QUANTILES, self.args, params);
        match self.filter {
            Some(filter) => list.filter(filter.as_ref().clone()),
            None => list,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DType;
    use crate::optimizer::testing::{keeps, scan};
    use crate::plan::GroupOrder;

    #[test]
    fn quantiles_of_the_same_values_are_one_list() {
        let plan = |aggregates: Vec<Expr>| {
            let table = scan("t", &[("k", DType::Int64), ("x", DType::Float64)]);
            let node = AggregateNode::new(table, vec![col("k")], aggregates, GroupOrder::Any, false);
            Plan::Aggregate(node.unwrap())
        };
        let x = || col("x");
        let several = plan(vec![
            x().quantile(0.25).alias("low"),
            x().sum().alias("s"),
            x().median().alias("middle"),
            x().quantile_with(0.5, "lower").alias("other"),
        ]);
        let found = (SHARE_QUANTILES.rewrite)(&several).unwrap().unwrap();
        assert_eq!(found.node().schema(), several.node().schema());
        let Plan::Project(project) = &found else { panic!("{found:?}") };
        let Plan::Aggregate(inner) = project.input().as_ref() else { panic!("{found:?}") };
        assert_eq!(inner.aggregates().len(), 3);
        keeps(&SHARE_QUANTILES, &found);
        keeps(&SHARE_QUANTILES, &plan(vec![x().quantile(0.25), col("k").median().alias("m")]));
    }
}
