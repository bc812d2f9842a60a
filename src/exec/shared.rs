//! Parts of a plan that occur more than once, and are run once.

use crate::data::Batch;
use crate::exec::slot::Slot;
use crate::plan::Plan;

/// Parts that are looked at; a plan with more of them is run as it is.
const MOST: usize = 256;

/// The parts that occur more than once, and the results of those that were met.
#[derive(Default)]
pub struct Shared<'a>(Vec<(&'a Plan, Option<Slot<Vec<Batch>>>)>);

impl<'a> Shared<'a> {
    /// Looks for parts of a plan that are alike. Only those that cost more than being kept: what groups, joins or sorts.
    pub fn of(plan: &'a Plan) -> Self {
        let mut parts = Vec::new();
        collect(plan, &mut parts);
        let mut shared: Vec<(&Plan, _)> = Vec::new();
        if parts.len() > MOST {
            return Shared(shared);
        }
        for (place, part) in parts.iter().enumerate() {
            let known = shared.iter().any(|(other, _)| other == part);
            if !known && parts[place + 1..].contains(part) {
                shared.push((part, None));
            }
        }
        Shared(shared)
    }

    /// Where a part is in the list, if it occurs more than once.
    pub fn place(&self, plan: &Plan) -> Option<usize> {
        self.0.iter().position(|(part, _)| *part == plan)
    }

    /// Its result, if it has been met before.
    pub fn result(&self, place: usize) -> Option<Slot<Vec<Batch>>> {
        self.0[place].1.clone()
    }

    /// Remembers where its result will be.
    pub fn remember(&mut self, place: usize, result: Slot<Vec<Batch>>) {
        self.0[place].1 = Some(result);
    }
}

fn collect<'a>(plan: &'a Plan, parts: &mut Vec<&'a Plan>) {
    if matches!(
        plan,
        Plan::Aggregate(_)
            | Plan::Distinct(_)
            | Plan::Join(_)
            | Plan::Sort(_)
            | Plan::Window(_)
            | Plan::Pivot(_)
    ) {
        parts.push(plan);
    }
    for input in plan.node().inputs() {
        collect(input, parts);
    }
}
