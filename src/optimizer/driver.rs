//! Applies the rules until none changes anything, and checks after each that the schema is the same.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::expr::depth::is_refusal;
use crate::optimizer::RULES;
use crate::optimizer::rule::Rule;
use crate::plan::Plan;
use std::time::Instant;

/// How often the list is gone through at most. Plans settle after two or three times; the bound is for rules at odds.
const PASSES: usize = 16;

/// A plan that gives the same frame with less work; the plan itself if `config` turns the optimizer off.
///
/// # Errors
/// `InvalidArgument` if a disabled rule does not exist; `Internal` naming the rule if a rule breaks a plan.
pub fn optimize(plan: &Plan, config: &Config) -> Result<Plan> {
    for name in &config.disabled_rules {
        if !RULES.iter().any(|rule| rule.name == name) {
            let known: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
            return Err(Error::invalid(format!("no optimizer rule {name:?}"))
                .hint(format!("the rules are {}", known.join(", "))));
        }
    }
    if !config.optimize {
        return Ok(plan.clone());
    }
    let enabled =
        RULES.iter().copied().filter(|rule| !config.disabled_rules.iter().any(|name| name == rule.name));
    run(plan, &enabled.collect::<Vec<_>>())
}

/// Applies rules in order until none changes anything.
pub(crate) fn run(plan: &Plan, rules: &[&Rule]) -> Result<Plan> {
    let _span = tracing::debug_span!("optimize").entered();
    let mut current = plan.clone();
    for pass in 0..PASSES {
        let mut changed = false;
        for rule in rules {
            let start = Instant::now();
            let made = match (rule.rewrite)(&current) {
                // Together the expressions would be too deep: they stay apart.
                Err(error) if is_refusal(&error) => None,
                made => made.map_err(|error| broken(rule, &error.to_string()))?,
            };
            let micros = start.elapsed().as_micros() as u64;
            tracing::debug!(rule = rule.name, pass, micros, changed = made.is_some());
            let Some(made) = made else { continue };
            if made.schema() != current.schema() {
                let text = format!("the schema was {}, it became {}", current.schema(), made.schema());
                return Err(broken(rule, &text));
            }
            tracing::trace!(rule = rule.name, "\n{made}");
            (current, changed) = (made, true);
        }
        if !changed {
            return Ok(current);
        }
    }
    tracing::debug!("still changing after {PASSES} passes");
    Ok(current)
}

/// Plans were checked when they were built, so whatever a rule raises is a defect.
fn broken(rule: &Rule, text: &str) -> Error {
    Error::internal(format!("the rule {} broke the plan: {text}", rule.name)).operation("optimize")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DType;
    use crate::error::ErrorKind;
    use crate::expr::col;
    use crate::optimizer::testing::{filter, scan, select};
    use crate::plan::LimitNode;
    use std::sync::Arc;

    fn config() -> Config {
        Config { optimize: true, disabled_rules: Vec::new(), ..Config::current() }
    }

    #[test]
    fn rules_have_different_names() {
        for (i, rule) in RULES.iter().enumerate() {
            assert!(RULES[..i].iter().all(|other| other.name != rule.name), "{}", rule.name);
            assert!(rule.doc.ends_with('.'), "{}", rule.name);
        }
    }

    #[test]
    fn a_rule_or_all_of_them_can_be_turned_off() {
        let plan = filter(scan("t", &[("a", DType::Int64), ("b", DType::Int64)]), col("a").gt(1));
        let plan = select(plan, [col("a")]);
        let text = |config: &Config| optimize(&plan, config).unwrap().to_string();
        assert_eq!(text(&config()), "Scan t; 1 of 2 columns: a; where (a > 1)");
        assert_eq!(text(&Config { optimize: false, ..config() }), plan.to_string());
        let without = Config { disabled_rules: vec!["push_filters".into()], ..config() };
        assert_eq!(text(&without), "Filter (a > 1)\n  Scan t; 1 of 2 columns: a");
        let wrong = Config { disabled_rules: vec!["push_filter".into()], ..config() };
        let error = optimize(&plan, &wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("push_filters"), "{error}");
    }

    #[test]
    fn a_rule_that_changes_the_schema_is_caught() {
        let rule = Rule {
            name: "drop_all",
            doc: "Drops all columns.",
            rewrite: |plan| Ok(Some(select(Arc::new(plan.clone()), []).as_ref().clone())),
        };
        let error = run(&scan("t", &[("a", DType::Int64)]), &[&rule]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert!(error.to_string().contains("drop_all"), "{error}");
    }

    #[test]
    fn rules_at_odds_are_stopped() {
        let rule = Rule {
            name: "grow",
            doc: "Adds a limit.",
            rewrite: |plan| Ok(Some(Plan::Limit(LimitNode::new(Arc::new(plan.clone()), 0, 1)))),
        };
        let made = run(&scan("t", &[("a", DType::Int64)]), &[&rule]).unwrap();
        assert_eq!(made.to_string().lines().count(), PASSES + 1);
        assert_eq!(made.node().inputs().len(), 1);
    }
}
