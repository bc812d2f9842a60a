//! Plans as text: one line per node, inputs indented below.

use crate::plan::node::Plan;
use std::fmt;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_node(f, self, 0)
    }
}

fn write_node(f: &mut fmt::Formatter<'_>, plan: &Plan, depth: usize) -> fmt::Result {
    if depth > 0 {
        f.write_str("\n")?;
    }
    write!(f, "{}{}", "  ".repeat(depth), plan.node().describe())?;
    for input in plan.node().inputs() {
        write_node(f, input, depth + 1)?;
    }
    Ok(())
}
