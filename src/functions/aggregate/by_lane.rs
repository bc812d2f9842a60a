//! States of rounded values that come lane by lane: those of one lane are put together before they are merged.

/// What the latest lane has of each group. A group's values of one lane are few and lie apart, so each group's are merged when
/// the next lane that has some begins, not all of a lane's at its end: nothing is numbered or looked for.
pub struct ByLane<S> {
    /// The first group that has a place here.
    first: usize,
    lane: u32,
    empty: S,
    own: Vec<Own<S>>,
}

#[derive(Clone)]
struct Own<S> {
    state: S,
    /// The lane it is of; 0: there is none.
    lane: u32,
}

impl<S: Copy> ByLane<S> {
    /// For groups from `first` on, before the first lane.
    pub fn new(first: usize, empty: S) -> Self {
        ByLane { first, lane: 0, empty, own: Vec::new() }
    }

    /// Begins the next lane.
    pub fn next(&mut self) {
        self.lane += 1;
    }

    /// Makes room for groups `0..groups`.
    pub fn resize(&mut self, groups: usize) {
        let count = groups.saturating_sub(self.first);
        if count > self.own.len() {
            self.own.resize(count, Own { state: self.empty, lane: 0 });
        }
    }

    /// Adds values to the lane's own states of their groups; what an earlier lane left of a group is merged into that of all.
    #[inline(always)]
    pub fn add<V>(
        &mut self,
        states: &mut [S],
        values: impl Iterator<Item = (u32, V)>,
        add: impl Fn(&mut S, V),
        merge: impl Fn(&mut S, &S),
    ) {
        for (group, value) in values {
            let own = &mut self.own[group as usize - self.first];
            if own.lane != self.lane {
                if own.lane != 0 {
                    merge(&mut states[group as usize], &own.state);
                }
                *own = Own { state: self.empty, lane: self.lane };
            }
            add(&mut own.state, value);
        }
    }

    /// Merges what the last lanes left.
    pub fn end(self, states: &mut [S], merge: impl Fn(&mut S, &S)) {
        for (own, state) in self.own.iter().zip(&mut states[self.first..]) {
            if own.lane != 0 {
                merge(state, &own.state);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_put_together_before_they_are_merged() {
        // A state is a text: what was added, and in brackets what was merged.
        let texts = ["a", "b", "c", "d", "e", "f"];
        let mut interned: Vec<String> = vec![String::new()];
        let cell = std::cell::RefCell::new(&mut interned);
        let join = |into: &mut usize, more: String| {
            let mut known = cell.borrow_mut();
            let text = format!("{}{more}", known[*into]);
            known.push(text);
            *into = known.len() - 1;
        };
        let merge = |into: &mut usize, from: &usize| {
            let more = format!("({})", cell.borrow()[*from]);
            join(into, more);
        };
        let add = |into: &mut usize, value: &str| join(into, value.to_string());
        let mut states = vec![0; 5];
        let mut lanes = ByLane::new(2, 0);
        for ids in [[2, 3, 2, 2, 3, 2], [3, 3, 4, 4, 3, 4], [2, 2, 2, 2, 2, 2]] {
            lanes.next();
            lanes.resize(5);
            lanes.add(&mut states, ids.into_iter().zip(texts), add, merge);
        }
        lanes.end(&mut states, merge);
        let found: Vec<String> = states.iter().map(|state| cell.borrow()[*state].clone()).collect();
        assert_eq!(found, ["", "", "(acdf)(abcdef)", "(be)(abe)", "(cdf)"]);
    }
}
