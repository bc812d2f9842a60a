//! Nodes that change nothing go, and projections on projections become one.

use crate::error::{AllOk, Result};
use crate::expr::Expr;
use crate::optimizer::exprs::named;
use crate::optimizer::rule::Rule;
use crate::optimizer::substitute::{Definitions, is_free};
use crate::plan::rows::most_rows;
use crate::plan::{Plan, ProjectNode};
use std::collections::HashMap;

/// The rule.
pub static REMOVE_NOOP: Rule = Rule {
    name: "remove_noop",
    doc: "Removes projections and limits without effect, and merges projections where nothing is computed twice.",
    rewrite: |plan| plan.rewrite_up(&mut change),
};

fn change(plan: &Plan) -> Result<Option<Plan>> {
    match plan {
        Plan::Project(node) if is_identity(node) => Ok(Some(node.input().as_ref().clone())),
        Plan::Project(node) => match node.input().as_ref() {
            Plan::Project(inner) => merged(node, inner),
            _ => Ok(None),
        },
        Plan::Limit(node) if node.offset() == 0 => {
            let covers = most_rows(node.input()).is_some_and(|most| most <= node.rows());
            Ok((covers || node.rows() == u64::MAX).then(|| node.input().as_ref().clone()))
        }
        Plan::Union(_) => match plan.node().inputs().as_slice() {
            [only] => Ok(Some(only.as_ref().clone())),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// All columns of the input in their order, under their names.
fn is_identity(node: &ProjectNode) -> bool {
    let input = node.input().schema();
    let same = |(expr, name): (&Expr, &str)| {
        matches!(expr.without_alias(), Expr::Column(read) if read.as_ref() == name)
            && expr.output_name().as_ref() == name
    };
    node.exprs().len() == input.len() && node.exprs().iter().zip(input.names()).all(same)
}

/// Both projections in one, unless something would be computed more than once.
fn merged(outer: &ProjectNode, inner: &ProjectNode) -> Result<Option<Plan>> {
    let definitions = Definitions::new(inner.exprs(), outer.input().schema());
    let mut reads: HashMap<&str, usize> = HashMap::new();
    for expr in outer.exprs() {
        count_reads(expr, &mut reads);
    }
    let twice = |(name, count): (&&str, &usize)| *count > 1 && !definitions.get(name).is_some_and(is_free);
    if reads.iter().any(twice) {
        return Ok(None);
    }
    let exprs = outer.exprs().iter().map(|expr| {
        let merged = definitions.apply(expr.clone())?;
        Ok(named(merged, &expr.output_name()))
    });
    let exprs = exprs.all_ok()?;
    Ok(Some(Plan::Project(ProjectNode::new(inner.input().clone(), exprs)?)))
}

fn count_reads<'a>(expr: &'a Expr, reads: &mut HashMap<&'a str, usize>) {
    if let Expr::Column(name) = expr {
        *reads.entry(name.as_ref()).or_default() += 1;
    }
    for child in expr.children() {
        count_reads(child, reads);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DType;
    use crate::expr::{col, lit};
    use crate::optimizer::testing::{changes, keeps, scan, scan_of, select};
    use crate::plan::{LimitNode, UnionNode};
    use std::sync::Arc;

    const COLUMNS: &[(&str, DType)] = &[("a", DType::Int64), ("b", DType::Int8)];

    #[test]
    fn the_identity_goes() {
        let table = scan("t", COLUMNS);
        changes(&REMOVE_NOOP, &select(table.clone(), [col("a"), col("b").alias("b")]), &["Scan t"]);
        keeps(&REMOVE_NOOP, &select(table.clone(), [col("b"), col("a")]));
        keeps(&REMOVE_NOOP, &select(table.clone(), [col("a")]));
        keeps(&REMOVE_NOOP, &select(table, [col("a").alias("b"), col("b").alias("a")]));
    }

    #[test]
    fn projections_merge_under_the_same_names() {
        let inner =
            select(scan("t", COLUMNS), [(col("a") * 2).alias("x"), col("b").alias("y"), lit(1).alias("z")]);
        let outer = [col("x"), col("y") + col("y"), (col("y") + col("z")).alias("w"), col("z")];
        changes(
            &REMOVE_NOOP,
            &select(inner, outer),
            &[
                "Project (a * 2) as x, (b + b) as y, (b + cast(1, int64)) as w, cast(1, int64) as z",
                "  Scan t",
            ],
        );
    }

    #[test]
    fn nothing_is_computed_twice() {
        let inner = select(scan("t", COLUMNS), [(col("a") * 2).alias("x")]);
        keeps(&REMOVE_NOOP, &select(inner.clone(), [col("x"), (col("x") + 1).alias("y")]));
        keeps(&REMOVE_NOOP, &select(inner, [col("x") * col("x")]));
    }

    #[test]
    fn limits_and_unions_without_effect_go() {
        let limit = |input, offset, rows| Arc::new(Plan::Limit(LimitNode::new(input, offset, rows)));
        changes(&REMOVE_NOOP, &limit(scan_of("t", COLUMNS, 9), 0, 9), &["Scan t"]);
        changes(&REMOVE_NOOP, &limit(scan("t", COLUMNS), 0, u64::MAX), &["Scan t"]);
        keeps(&REMOVE_NOOP, &limit(scan_of("t", COLUMNS, 9), 0, 8));
        keeps(&REMOVE_NOOP, &limit(scan_of("t", COLUMNS, 9), 1, 9));
        keeps(&REMOVE_NOOP, &limit(scan("t", COLUMNS), 0, 9));
        // A scan's own limit is no promise.
        let Plan::Scan(node) = scan("t", COLUMNS).as_ref().clone() else { unreachable!() };
        keeps(&REMOVE_NOOP, &limit(Arc::new(Plan::Scan(node.with_limit(9))), 0, 9));
        let union = UnionNode::new(vec![scan("t", COLUMNS)]).unwrap();
        changes(&REMOVE_NOOP, &Plan::Union(union), &["Scan t"]);
    }
}
