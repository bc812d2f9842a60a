//! Visiting and rewriting expressions.

use crate::error::Result;
use crate::expr::node::{Expr, Over, SortKey};
use crate::expr::scalar_function::Evaluate;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Expr {
    /// The direct children, in order.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::Column(_) | Expr::Literal(_) => Vec::new(),
            Expr::Alias(expr, _) | Expr::Cast { expr, .. } | Expr::Unary { expr, .. } => vec![expr],
            Expr::Binary { left, right, .. } => vec![left, right],
            Expr::Case { branches, otherwise } => {
                let pairs = branches.iter().flat_map(|(condition, value)| [condition, value]);
                pairs.chain([otherwise.as_ref()]).collect()
            }
            Expr::Call { args, .. } => args.iter().collect(),
            Expr::Aggregate { args, filter, .. } => args.iter().chain(filter.as_deref()).collect(),
            Expr::Window { args, filter, over, .. } => {
                let order = over.order_by.iter().map(|key| &key.expr);
                args.iter().chain(filter.as_deref()).chain(&over.partition_by).chain(order).collect()
            }
        }
    }

    /// The same node over changed children.
    ///
    /// # Errors
    /// The first error of `change`.
    pub fn map_children(self, change: &mut dyn FnMut(Expr) -> Result<Expr>) -> Result<Expr> {
        let mut shared =
            |expr: Arc<Expr>| Ok::<_, crate::error::Error>(Arc::new(change(Arc::unwrap_or_clone(expr))?));
        Ok(match self {
            Expr::Column(_) | Expr::Literal(_) => self,
            Expr::Alias(expr, name) => Expr::Alias(shared(expr)?, name),
            Expr::Cast { expr, dtype, mode } => Expr::Cast { expr: shared(expr)?, dtype, mode },
            Expr::Unary { op, expr } => Expr::Unary { op, expr: shared(expr)? },
            Expr::Binary { op, left, right } => {
                Expr::Binary { op, left: shared(left)?, right: shared(right)? }
            }
            Expr::Case { branches, otherwise } => {
                let mut changed = Vec::with_capacity(branches.len());
                for (condition, value) in branches {
                    changed.push((change(condition)?, change(value)?));
                }
                let otherwise = Arc::new(change(Arc::unwrap_or_clone(otherwise))?);
                Expr::Case { branches: changed, otherwise }
            }
            Expr::Call { function, args, params } => {
                let args = args.into_iter().map(change).collect::<Result<_>>()?;
                Expr::Call { function, args, params }
            }
            Expr::Aggregate { function, args, params, filter } => {
                let filter = match filter {
                    Some(filter) => Some(Arc::new(change(Arc::unwrap_or_clone(filter))?)),
                    None => None,
                };
                let args = args.into_iter().map(change).collect::<Result<_>>()?;
                Expr::Aggregate { function, args, params, filter }
            }
            Expr::Window { function, args, params, filter, over } => {
                let args = args.into_iter().map(&mut *change).collect::<Result<_>>()?;
                let filter = match filter {
                    Some(filter) => Some(Arc::new(change(Arc::unwrap_or_clone(filter))?)),
                    None => None,
                };
                let Over { partition_by, order_by, frame, given } = Arc::unwrap_or_clone(over);
                let partition_by = partition_by.into_iter().map(&mut *change).collect::<Result<_>>()?;
                let order_by = order_by
                    .into_iter()
                    .map(|key| Ok(SortKey { expr: change(key.expr)?, ..key }))
                    .collect::<Result<_>>()?;
                let over = Arc::new(Over { partition_by, order_by, frame, given });
                Expr::Window { function, args, params, filter, over }
            }
        })
    }

    /// Changes every node, children first.
    ///
    /// # Errors
    /// The first error of `change`.
    pub fn rewrite(self, change: &mut dyn FnMut(Expr) -> Result<Expr>) -> Result<Expr> {
        let changed = self.map_children(&mut |child| child.rewrite(change))?;
        change(changed)
    }

    /// Whether a function of a window occurs in it.
    pub fn has_window(&self) -> bool {
        let mut found = false;
        self.visit(&mut |expr| found |= matches!(expr, Expr::Window { .. }));
        found
    }

    /// What a call stands for, if its function is written with other expressions.
    ///
    /// # Errors
    /// `InvalidArgument` if arguments or constants do not suit the function.
    pub fn expansion(&self) -> Result<Option<Expr>> {
        let Expr::Call { function, args, params } = self else { return Ok(None) };
        match &function.get()?.evaluate {
            Evaluate::Expand(expand) => Ok(Some(expand(args, &function.complete(args.len(), params)?)?)),
            _ => Ok(None),
        }
    }

    /// The expression with every such call replaced.
    ///
    /// # Errors
    /// As [`Expr::expansion`].
    pub fn expanded(self) -> Result<Expr> {
        self.rewrite(&mut |expr| match expr.expansion()? {
            Some(expansion) => expansion.expanded(),
            None => Ok(expr),
        })
    }

    /// Visits every node, parents first.
    pub fn visit(&self, look: &mut dyn FnMut(&Expr)) {
        look(self);
        for child in self.children() {
            child.visit(look);
        }
    }

    /// The names of all columns it reads.
    pub fn columns(&self) -> BTreeSet<Arc<str>> {
        let mut names = BTreeSet::new();
        self.visit(&mut |expr| {
            if let Expr::Column(name) = expr {
                names.insert(name.clone());
            }
        });
        names
    }

    /// Whether an aggregate function occurs in it.
    pub fn has_aggregate(&self) -> bool {
        let mut found = false;
        self.visit(&mut |expr| found |= matches!(expr, Expr::Aggregate { .. }));
        found
    }

    /// Whether it can fail on a value (then it must not see rows that a filter removes).
    pub fn is_fallible(&self) -> bool {
        use crate::expr::node::{BinaryOp, UnaryOp};
        use crate::kernels::ArithmeticOp;
        let mut found = false;
        self.visit(&mut |expr| {
            found |= match expr {
                Expr::Cast { .. } | Expr::Unary { op: UnaryOp::Negate, .. } => true,
                Expr::Binary { op: BinaryOp::Arithmetic(op), .. } => *op != ArithmeticOp::Divide,
                Expr::Call { function, .. } => function.get().is_ok_and(|function| function.fallible),
                _ => false,
            }
        });
        found
    }

    /// Replaces columns by expressions.
    ///
    /// # Errors
    /// None of its own.
    pub fn replace_columns(self, by: &dyn Fn(&str) -> Option<Expr>) -> Result<Expr> {
        self.rewrite(&mut |expr| match &expr {
            Expr::Column(name) => Ok(by(name).unwrap_or(expr)),
            _ => Ok(expr),
        })
    }
}
