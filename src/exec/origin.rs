//! The scans that columns of a plan come from: rows that lead to nothing can be left out where they are read.

use crate::expr::Expr;
use crate::plan::{GroupOrder, JoinKind, JoinNode, Node, Plan, ScanNode, Validate};
use std::sync::Arc;

/// A scan, and its columns that hold the values asked about.
pub struct Origin<'a> {
    /// The scan.
    pub scan: &'a ScanNode,
    /// Names in the scan, as they were asked about.
    pub columns: Vec<Arc<str>>,
    /// Whether rows are joined, grouped or sorted on the way: work that rows left out do not make.
    pub worked: bool,
    /// Whether rows left out can come back with null in the place of the values.
    pub outer: bool,
}

/// Where columns come from, if rows of a scan may be left out by their values: the other rows of the plan stay as they
/// are, in their order. Only for conditions that are alike for equal keys; if the origin is outer, not true for null.
pub fn origins<'a>(plan: &'a Plan, names: &[Arc<str>]) -> Vec<Origin<'a>> {
    let mut found = Vec::new();
    trace(plan, names.to_vec(), Way::default(), &mut found);
    // A scan that is read twice could be asked for other rows elsewhere.
    found.retain(|origin| count(plan, origin.scan) == 1);
    found
}

fn count(plan: &Plan, scan: &ScanNode) -> usize {
    let here = matches!(plan, Plan::Scan(node) if std::ptr::eq(node, scan));
    let below = plan.node().inputs().into_iter().map(|input| count(input, scan));
    usize::from(here) + below.sum::<usize>()
}

/// What lies between the plan and a scan.
#[derive(Clone, Copy, Default)]
struct Way {
    worked: bool,
    outer: bool,
}

fn trace<'a>(plan: &'a Plan, names: Vec<Arc<str>>, way: Way, found: &mut Vec<Origin<'a>>) {
    let worked = Way { worked: true, ..way };
    match plan {
        Plan::Scan(scan) if scan.limit().is_none() => {
            found.push(Origin { scan, columns: names, worked: way.worked, outer: way.outer });
        }
        Plan::Filter(node) => trace(node.input(), names, way, found),
        Plan::Project(node) => {
            let defined = |name: &Arc<str>| node.exprs().iter().find(|expr| expr.output_name() == *name);
            if let Some(names) = names.iter().map(|name| column(defined(name)?.without_alias())).collect() {
                trace(node.input(), names, way, found);
            }
        }
        Plan::Sort(node) if node.limit().is_none() => trace(node.input(), names, worked, found),
        // Groups go or stay whole.
        Plan::Distinct(node) if names.iter().all(|name| node.subset().contains(name)) => {
            trace(node.input(), names, worked, found);
        }
        // With the order left open, other rows could mean another order.
        Plan::Aggregate(node) if node.order() != GroupOrder::Any => {
            let key = |name: &Arc<str>| node.keys().iter().find(|key| key.output_name() == *name);
            if let Some(names) = names.iter().map(|name| column(key(name)?.without_alias())).collect() {
                trace(node.input(), names, worked, found);
            }
        }
        Plan::Window(node) if names.iter().all(|name| node.is_parted_by(name)) => {
            trace(node.input(), names, worked, found);
        }
        // Every row gives a row at least.
        Plan::Explode(node) if !names.iter().any(|name| node.columns().contains(name)) => {
            trace(node.input(), names, worked, found);
        }
        Plan::Union(node) => {
            node.inputs().into_iter().for_each(|input| trace(input, names.clone(), way, found));
        }
        Plan::Join(node) => trace_join(node, &names, worked, found),
        _ => {}
    }
}

/// Rows of a side go if the rows they are part of are not wanted; those that an outer join makes of the other side's rows
/// instead have null where the values were.
fn trace_join<'a>(node: &'a JoinNode, names: &[Arc<str>], way: Way, found: &mut Vec<Origin<'a>>) {
    // Keys are checked among all rows.
    if node.options().validate != Validate::ManyToMany {
        return;
    }
    let kind = node.kind();
    let from_left =
        matches!(kind, JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti | JoinKind::Cross);
    // The nearest row is chosen among all right rows.
    let from_right = matches!(kind, JoinKind::Inner | JoinKind::Left | JoinKind::Right | JoinKind::Cross)
        && node.asof().is_none();
    if let Some(left) = names.iter().map(|name| side(node, name, true)).collect::<Option<Vec<_>>>() {
        if from_left {
            trace(node.left(), left.clone(), way, found);
        }
        // Equal keys lead to equal values on the other side.
        let partners = left.iter().map(|name| partner(node.left_on(), node.right_on(), name));
        if kind == JoinKind::Inner
            && from_right
            && let Some(right) = partners.collect()
        {
            trace(node.right(), right, way, found);
        }
    }
    if let Some(right) = names.iter().map(|name| side(node, name, false)).collect::<Option<Vec<_>>>() {
        let partners = right.iter().map(|name| partner(node.right_on(), node.left_on(), name));
        if kind == JoinKind::Inner
            && let Some(left) = partners.collect()
        {
            trace(node.left(), left, way, found);
        }
        if from_right {
            trace(node.right(), right, Way { outer: way.outer || kind == JoinKind::Left, ..way }, found);
        }
    }
}

/// The name that a column of a join has in one of its inputs, if it comes from there alone.
fn side(node: &JoinNode, name: &Arc<str>, left: bool) -> Option<Arc<str>> {
    let position = node.schema().fields().iter().position(|field| field.name == *name)?;
    let width = node.left().schema().len();
    if position < width {
        let both = matches!(node.kind(), JoinKind::Right | JoinKind::Full)
            && node.shared().iter().any(|(shared, _)| *shared == position);
        return (left && !both).then(|| node.left().schema().fields()[position].name.clone());
    }
    let right = node.right_columns().get(position - width).filter(|_| !left)?;
    Some(node.right().schema().fields()[*right].name.clone())
}

/// The column of the other side that equals a key column.
fn partner(from: &[Expr], to: &[Expr], name: &Arc<str>) -> Option<Arc<str>> {
    let mut pairs = from.iter().zip(to);
    pairs.find_map(|(from, to)| if column(from)? == *name { column(to) } else { None })
}

/// The name of a column; `None` for what is computed.
pub fn column(expr: &Expr) -> Option<Arc<str>> {
    match expr {
        Expr::Column(name) => Some(name.clone()),
        _ => None,
    }
}
