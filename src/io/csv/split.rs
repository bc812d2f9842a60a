//! Record-safe cuts: whether a byte range starts inside quotes, found for each range alone and then composed.
//!
//! Quotes make a small automaton. Each range is a function from the state before it to the state after it, computed
//! without knowing where it starts; the functions of the ranges before a cut, applied in order, give the exact state
//! there, even in files with stray quotes.

use crate::error::Result;
use crate::io::csv::records::Dialect;
use crate::io::file::OpenFile;
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

/// So many bytes are looked at first.
const HEAD: usize = 2048;
/// Bytes before a place that are looked at for what the quotes in them tell, at first and at most.
const NEAR: u64 = 4 << 10;
const FAR: u64 = 256 << 10;

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
        let first = memchr::memchr(quote, bytes).unwrap_or(bytes.len());
        if first > 0 {
            // Only what closed before these bytes is closed for good.
            self.0 = self.0.map(|state| if state == State::Closing { State::Outside } else { state });
            return self.then(&bytes[first..], bytes[first - 1], dialect);
        }
        let ends = previous == dialect.delimiter || previous == b'\n' || previous == b'\r';
        // Quotes soon tell which state was true, as a rule: then all go the same way, and one way is enough.
        if bytes.len() > HEAD && !self.is_settled() {
            let (head, rest) = bytes.split_at(HEAD);
            return self.then(head, previous, dialect).then(rest, head[HEAD - 1], dialect);
        }
        let follow = |state| {
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
        };
        let [first, second, third] = self.0;
        let after = follow(first);
        let other = |state, known: &[(State, State)]| {
            known.iter().find(|(from, _)| *from == state).map_or_else(|| follow(state), |(_, to)| *to)
        };
        let second_after = other(second, &[(first, after)]);
        let third_after = other(third, &[(first, after), (second, second_after)]);
        self.0 = [after, second_after, third_after];
        self
    }

    /// Whether the state after the range is the same whatever was before.
    pub fn is_settled(&self) -> bool {
        self.0[1..].iter().all(|state| *state == self.0[0])
    }
}

/// What the bytes before a place tell of the state there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Near {
    /// The state, whatever was before them.
    Known(State),
    /// Nothing: no quote is among them.
    Quiet,
    /// Nothing: their quotes can be read in several ways.
    Open,
}

/// What the bytes right before byte `at` tell of the state there. Most quotes do, since no field could begin or end there
/// otherwise. The data starts at `start`.
///
/// # Errors
/// `Io`.
pub fn near_before(
    at: u64,
    start: u64,
    file: &OpenFile,
    dialect: &Dialect,
    buffer: &mut Vec<u8>,
) -> Result<Near> {
    let Some(quote) = dialect.quote else { return Ok(Near::Known(State::Outside)) };
    let mut size = NEAR;
    loop {
        // One byte more, which the first of them follows.
        let length = (size + 1).min(at - start) as usize;
        if length < 2 {
            return Ok(Near::Open);
        }
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        file.read_at(&mut buffer[..length], at - length as u64)?;
        let known = Transition::IDENTITY.then(&buffer[1..length], buffer[0], dialect);
        if known.is_settled() {
            return Ok(Near::Known(known.apply(State::Outside)));
        }
        if memchr::memchr(quote, &buffer[..length]).is_none() {
            return Ok(Near::Quiet);
        }
        if size >= FAR || length as u64 <= size {
            return Ok(Near::Open);
        }
        size *= 8;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::file::InputFile;
    use crate::io::objects::options::StorageOptions;
    use proptest::prelude::{any, prop, proptest};

    fn dialect() -> Dialect {
        Dialect::new(b',', Some(b'"'), true, false)
    }

    /// The state after some bytes, one by one.
    fn after(state: State, bytes: &[u8], previous: u8) -> State {
        let (mut state, mut before) = (state, previous);
        for &byte in bytes {
            let ends = matches!(before, b',' | b'\n' | b'\r');
            state = match byte {
                b'"' => step(state, before == b'"', ends),
                _ if state == State::Closing => State::Outside,
                _ => state,
            };
            before = byte;
        }
        state
    }

    proptest! {
        #[test]
        fn ranges_do_what_their_bytes_do(
            parts in prop::collection::vec(prop::sample::select(vec![
                "a", ",", "\n", "\r\n", "\"", "\"\"", ",\"", "\",", "\"\n", "\n\"", "\",\"", "some text of no quotes ",
            ]), 0..60),
            times in 1..60usize,
            cut in any::<usize>(),
        ) {
            let text = format!("x{}", parts.concat().repeat(times));
            let bytes = text.as_bytes();
            let cut = 1 + cut % bytes.len();
            let whole = Transition::IDENTITY.then(&bytes[1..], bytes[0], &dialect());
            let head = Transition::IDENTITY.then(&bytes[1..cut], bytes[0], &dialect());
            let both = head.then(&bytes[cut..], bytes[cut - 1], &dialect());
            // What is no quote before the bytes cannot have closed anything.
            for state in [State::Outside, State::Inside] {
                assert_eq!(whole.apply(state), after(state, &bytes[1..], bytes[0]));
                assert_eq!(both.apply(state), whole.apply(state));
            }
        }
    }

    #[test]
    fn what_is_right_before_tells_if_anything_does() {
        let folder = tempfile::tempdir().unwrap();
        let open = |text: &str| {
            let path = folder.path().join("x.csv");
            std::fs::write(&path, text).unwrap();
            InputFile::find(&path, &StorageOptions::default()).unwrap().open().unwrap()
        };
        let records = "1,\"one, \"\"two\"\"\nthree\",x\n".repeat(20_000);
        let file = open(&records);
        let mut buffer = Vec::new();
        for at in (10..records.len()).step_by(977) {
            let found = near_before(at as u64, 0, &file, &dialect(), &mut buffer).unwrap();
            let exact = after(State::Outside, &records.as_bytes()[..at], b'\n');
            assert!(found == Near::Known(exact) || at < 100, "{at}: {found:?}");
        }
        // A field of commas in quotes reads both ways; no quotes at all say nothing.
        for (text, wanted) in [("\",\"".repeat(200_000), Near::Open), ("1,2\n".repeat(20_000), Near::Quiet)] {
            let file = open(&text);
            assert_eq!(near_before(text.len() as u64, 0, &file, &dialect(), &mut buffer).unwrap(), wanted);
        }
        // The nearest quotes are far away.
        let far = format!("1,\"a \"\" b\"\n{}", "2,some text\n".repeat(3000));
        let file = open(&far);
        let found = near_before(far.len() as u64, 0, &file, &dialect(), &mut buffer).unwrap();
        assert_eq!(found, Near::Quiet);
    }
}
