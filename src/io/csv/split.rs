//! Record-safe cuts: whether a byte range starts inside quotes, found for each range alone and then composed.
//!
//! Quotes make a small automaton. Each range is a function from the state before it to the state after it, computed
//! without knowing where it starts; the functions of the ranges before a cut, applied in order, give the exact state
//! there, even in files with stray quotes.

use crate::io::csv::records::Dialect;
use crate::kernels::separators::Carry;

/// The state between two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Outside quotes.
    Outside = 0,
    /// Inside quotes.
    Inside = 1,
    /// After a quote inside quotes: closed, unless the very next byte is a quote too.
    Closing = 2,
}

const STATES: [State; 3] = [State::Outside, State::Inside, State::Closing];

/// What a range does to each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition([State; 3]);

impl Transition {
    /// A range without quotes.
    pub const IDENTITY: Transition = Transition(STATES);

    /// The state after the range.
    pub fn apply(&self, state: State) -> State {
        self.0[state as usize]
    }

    /// This transition, then that of `bytes`, which follow `previous` (the byte before; a newline at the file's start).
    pub fn then(mut self, bytes: &[u8], previous: u8, dialect: &Dialect) -> Transition {
        let (Some(quote), Some(&last)) = (dialect.quote, bytes.last()) else { return self };
        let ends = previous == dialect.delimiter || previous == b'\n' || previous == b'\r';
        if memchr::memchr(quote, bytes).is_none() {
            // Only what closed before these bytes is closed for good.
            self.0 = self.0.map(|state| if state == State::Closing { State::Outside } else { state });
            return self;
        }
        let after = STATES.map(|state| {
            let before = match state {
                State::Outside => Carry { inside: false, opens: ends },
                State::Inside => Carry { inside: true, opens: false },
                State::Closing => Carry { inside: false, opens: true },
            };
            match dialect.follow(bytes, before) {
                Carry { inside: true, .. } => State::Inside,
                Carry { opens: true, .. } if last == quote => State::Closing,
                Carry { .. } => State::Outside,
            }
        });
        self.0 = self.0.map(|state| after[state as usize]);
        self
    }
}

/// A quote directly after a quote, after a byte that ends a field, or after anything else.
fn step(state: State, after_quote: bool, after_end: bool) -> State {
    match state {
        State::Inside => State::Closing,
        State::Closing if after_quote => State::Inside,
        State::Outside | State::Closing if after_end => State::Inside,
        State::Outside | State::Closing => State::Outside,
    }
}

/// The first record that starts in `bytes`, which follow `previous` in the given state.
pub fn first_record(bytes: &[u8], previous: u8, state: State, dialect: &Dialect) -> Option<usize> {
    let mut state = state;
    let mut before = previous;
    for (at, &byte) in bytes.iter().enumerate() {
        if state != State::Inside {
            if before == b'\n' {
                return Some(at);
            }
            if before == b'\r' {
                return Some(if byte == b'\n' { at + 1 } else { at });
            }
        }
        if Some(byte) == dialect.quote {
            let after_quote = Some(before) == dialect.quote;
            let after_end = before == dialect.delimiter || before == b'\n' || before == b'\r';
            state = step(state, after_quote, after_end);
        }
        before = byte;
    }
    None
}
