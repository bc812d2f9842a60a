//! Expressions as text, as plans and errors show them.

use crate::expr::node::{BinaryOp, Expr, Over, SortKey, UnaryOp};
use crate::expr::params::Params;
use crate::expr::window_frame::WindowFrame;
use crate::kernels::CastMode;
use std::fmt;

impl fmt::Display for BinaryOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BinaryOp::Arithmetic(op) => op.symbol(),
            BinaryOp::Compare(op) => op.symbol(),
            BinaryOp::And => "and",
            BinaryOp::Or => "or",
        })
    }
}

impl fmt::Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let descending = if self.descending { " descending" } else { "" };
        let nulls = if self.nulls_first { " nulls first" } else { "" };
        write!(f, "{}{descending}{nulls}", self.expr)
    }
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |texts: Vec<String>| texts.join(", ");
        let keys = list(self.partition_by.iter().map(Expr::to_string).collect());
        let order = list(self.order_by.iter().map(SortKey::to_string).collect());
        let parts = [
            Some(keys).filter(|keys| !keys.is_empty()),
            Some(order).filter(|order| !order.is_empty()).map(|order| format!("order by {order}")),
            self.frame.as_ref().map(WindowFrame::to_string),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => Ok(()),
            false => write!(f, " over ({})", parts.join(" ")),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Column(name) => f.write_str(name),
            Expr::Literal(value) => write!(f, "{value}"),
            Expr::Alias(expr, name) => write!(f, "{expr} as {name}"),
            Expr::Cast { expr, dtype, mode } => match mode {
                CastMode::Strict => write!(f, "cast({expr}, {dtype})"),
                CastMode::Lenient => write!(f, "cast({expr}, {dtype}, lenient)"),
                CastMode::Lossy => write!(f, "cast({expr}, {dtype}, lossy)"),
            },
            Expr::Unary { op: UnaryOp::Not, expr } => write!(f, "not {expr}"),
            Expr::Unary { op: UnaryOp::Negate, expr } => write!(f, "-{expr}"),
            Expr::Binary { op, left, right } => write!(f, "({left} {op} {right})"),
            Expr::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    write!(f, "when {condition} then {value} ")?;
                }
                write!(f, "otherwise {otherwise}")
            }
            Expr::Call { function, args, params } => call(f, function.name(), args, params),
            Expr::Window { function, args, params, filter, over } => {
                call(f, function.name(), args, params)?;
                if let Some(filter) = filter {
                    write!(f, " where {filter}")?;
                }
                write!(f, "{over}")
            }
            Expr::Aggregate { function, args, params, filter } => {
                call(f, function.name(), args, params)?;
                match filter {
                    Some(filter) => write!(f, " where {filter}"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn call(f: &mut fmt::Formatter<'_>, name: &str, args: &[Expr], params: &Params) -> fmt::Result {
    write!(f, "{name}(")?;
    let mut comma = "";
    for arg in args {
        write!(f, "{comma}{arg}")?;
        comma = ", ";
    }
    for (name, value) in params.iter() {
        write!(f, "{comma}{name}={value}")?;
        comma = ", ";
    }
    f.write_str(")")
}
