//! The contract of an optimizer rule.

use crate::error::Result;
use crate::plan::Plan;

/// A rewrite of plans: everything about it in one value.
pub struct Rule {
    /// Unique among rules; `Config::disabled_rules` takes it.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// The changed plan, or `None` if there is nothing to change. The result has the same schema, rows and order. A
    /// rule reaches every node of the plan in one call, and finds nothing to do in its own result or in a later one.
    pub rewrite: fn(&Plan) -> Result<Option<Plan>>,
}
