//! Whether a query takes so little time that it may run wherever it is asked for: waking another thread would take longer.
//! And how deep a plan is.

use crate::expr::{Expr, FunctionRef, WindowKind};
use crate::plan::{JoinKind, Plan};
use std::collections::HashSet;

/// Nodes, and what stands in their expressions, but for columns as they are.
const MOST_PARTS: usize = 100;
/// Rows of all sources.
const MOST_ROWS: u64 = 1 << 14;
/// Bytes of all sources.
const MOST_BYTES: usize = 4 << 20;
/// Pairs of rows that a join may look at.
const MOST_PAIRS: u64 = 1 << 18;

/// Whether the plan reads few rows that are in memory, has few parts, and neither makes many rows of few nor runs code of the
/// user: it does not have to be stopped, and its expressions go no deeper than any stack allows.
pub fn is_light(plan: &Plan) -> bool {
    let mut cost = Cost { parts: 0, rows: 0, bytes: 0 };
    cost.add(plan).is_some()
}

/// Nodes that are looked at to find out how deep a plan is: parts that are shared are met again and again.
const MOST_LOOKS: usize = 1 << 10;

/// How many nodes lie above each other; `None` where parts are shared so often that the end is not found.
pub fn levels(plan: &Plan) -> Option<usize> {
    let (mut open, mut looks, mut most) = (vec![(plan, 1)], 0, 0);
    while let Some((plan, level)) = open.pop() {
        looks += 1;
        if looks > MOST_LOOKS {
            return None;
        }
        most = most.max(level);
        open.extend(plan.node().inputs().into_iter().map(|input| (input.as_ref(), level + 1)));
    }
    Some(most)
}

/// Whether all rows that the plan reads are in memory.
pub fn is_held(plan: &Plan) -> bool {
    let (mut open, mut seen) = (vec![plan], HashSet::new());
    while let Some(plan) = open.pop() {
        if let Plan::Scan(node) = plan
            && node.source().held().is_none()
        {
            return false;
        }
        let inputs = plan.node().inputs().into_iter().map(|input| input.as_ref());
        open.extend(inputs.filter(|input| seen.insert(std::ptr::from_ref(*input))));
    }
    true
}

struct Cost {
    parts: usize,
    rows: u64,
    bytes: usize,
}

impl Cost {
    /// Adds a plan; gives the most rows that it makes; `None` if that is too much.
    fn add(&mut self, plan: &Plan) -> Option<u64> {
        self.part()?;
        match plan {
            Plan::Scan(node) => {
                let frame = node.source().held()?;
                self.rows = self.rows.checked_add(frame.rows()).filter(|rows| *rows <= MOST_ROWS)?;
                self.bytes =
                    self.bytes.checked_add(frame.size_bytes()).filter(|bytes| *bytes <= MOST_BYTES)?;
                self.expr(node.predicate())?;
                Some(frame.rows())
            }
            Plan::Filter(node) => {
                self.expr([node.predicate()])?;
                self.add(node.input())
            }
            Plan::Project(node) => {
                self.expr(node.exprs())?;
                self.add(node.input())
            }
            Plan::Aggregate(node) => {
                self.expr(node.keys().iter().chain(node.aggregates()))?;
                self.add(node.input())
            }
            Plan::Sort(node) => {
                self.expr(node.by().iter().map(|key| &key.expr))?;
                self.add(node.input())
            }
            Plan::Window(node) => {
                self.expr(node.windows())?;
                self.add(node.input())
            }
            Plan::Join(node) => {
                self.expr(node.left_on().iter().chain(node.right_on()).chain(node.condition()))?;
                let (left, right) = (self.add(node.left())?, self.add(node.right())?);
                let pairs = left.checked_mul(right).filter(|pairs| *pairs <= MOST_PAIRS)?;
                Some(match node.kind() {
                    JoinKind::Semi | JoinKind::Anti => left,
                    _ => pairs.checked_add(left)?.checked_add(right)?,
                })
            }
            Plan::Limit(node) => self.add(node.input()),
            Plan::Distinct(node) => self.add(node.input()),
            Plan::Union(_) => {
                let inputs = plan.node().inputs();
                inputs.into_iter().try_fold(0u64, |rows, input| rows.checked_add(self.add(input)?))
            }
            Plan::Horizontal(_) => {
                let inputs = plan.node().inputs();
                inputs.into_iter().try_fold(0, |rows, input| Some(self.add(input)?.max(rows)))
            }
            Plan::Explode(_) | Plan::Unpivot(_) | Plan::Pivot(_) | Plan::Map(_) => None,
        }
        .filter(|rows| *rows <= MOST_PAIRS)
    }

    fn part(&mut self) -> Option<()> {
        self.parts += 1;
        (self.parts <= MOST_PARTS).then_some(())
    }

    fn expr<'a>(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) -> Option<()> {
        // Columns as they are cost nothing, and there may be many.
        let mut open: Vec<&Expr> =
            exprs.into_iter().filter(|expr| !matches!(expr, Expr::Column(_))).collect();
        while let Some(expr) = open.pop() {
            self.part()?;
            let known = match expr {
                Expr::Call { function: FunctionRef::Static(function), .. } => !function.unbounded,
                Expr::Call { .. } => false,
                Expr::Aggregate { function, .. } => is_known(function),
                Expr::Window { function: WindowKind::Function(function), .. } => is_known(function),
                Expr::Window { function: WindowKind::Aggregate(function), .. } => is_known(function),
                _ => true,
            };
            if !known {
                return None;
            }
            open.extend(expr.children());
        }
        Some(())
    }
}

fn is_known<F>(function: &FunctionRef<F>) -> bool {
    matches!(function, FunctionRef::Static(_))
}

#[cfg(test)]
mod tests {
    use crate::api::{JoinType, LazyFrame};
    use crate::data::{DType, Frame, Schema};
    use crate::expr::{Expr, col, lit, map_columns};

    fn frame(rows: i64) -> Frame {
        Frame::builder().column("a", (0..rows).collect::<Vec<i64>>()).finish().unwrap()
    }

    #[test]
    fn depth_is_that_of_nodes() {
        let mut query = frame(3).lazy();
        for _ in 0..20 {
            query = query.filter(col("a").gt(0));
        }
        let plan = query.plan().unwrap();
        assert!(super::levels(plan) == Some(21) && super::is_held(plan));
        for _ in 0..1000 {
            query = query.limit(2);
        }
        let error = query.plan().unwrap_err();
        assert!(error.to_string().contains("1000 steps"), "{error}");
    }

    fn is_light(query: LazyFrame) -> bool {
        super::is_light(query.plan().unwrap())
    }

    #[test]
    fn small_queries_are_light() {
        let few = || frame(500).lazy();
        assert!(is_light(few()));
        assert!(is_light(few().filter(col("a").gt(3)).with_columns([(col("a") * 2).alias("b")]).limit(5)));
        assert!(is_light(few().group_by([col("a")]).agg([col("a").sum().alias("b")])));
        assert!(is_light(few().join(&few(), ["a"], JoinType::Inner)));
    }

    #[test]
    fn queries_that_may_take_time_are_not() {
        assert!(!is_light(frame(20_000).lazy()));
        assert!(!is_light(frame(3000).lazy().join(&frame(1000).lazy(), ["a"], JoinType::Inner)));
        assert!(!is_light(frame(2).lazy().map_partitions("f", Schema::empty(), Ok)));
        let own = map_columns(["a"], "f", DType::Int64, |columns| Ok(columns[0].clone()));
        assert!(!is_light(frame(2).lazy().select([own])));
        let text = Frame::builder().column("t", vec!["x".repeat(5 << 20)]).finish().unwrap();
        assert!(!is_light(text.lazy()));
        let deep = (0..120).fold(col("a"), |sum: Expr, number| sum + lit(number));
        assert!(!is_light(frame(2).lazy().select([deep.alias("s")])));
    }
}
