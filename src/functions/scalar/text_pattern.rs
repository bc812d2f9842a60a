//! Patterns that text is searched for: regular expressions in linear time or, where steps back are allowed, with
//! look-around and back-references.

use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Param, Params};
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;

/// The constant of functions that can search with steps back.
pub const STEPS: Param = Param {
    name: "steps",
    default: Some(ParamDefault::Int(0)),
    doc: "Allows look-around and back-references: how often a search may step back in one text, beyond which it is an \
          error; 0 refuses such patterns.",
};

/// How often a search may step back, where nobody knows better; what errors propose.
const USUAL_STEPS: i64 = 1_000_000;

/// A compiled pattern.
pub enum Pattern {
    /// One that is searched for in linear time.
    Linear(Regex),
    /// One that may need steps back, and how many of them it may take.
    Backtracking(Box<fancy_regex::Regex>, i64),
    /// One that looks ahead for the end of the text, a last line break aside, and for nothing else: where the text does not
    /// end with one, that is its end, in linear time. The other is for texts that do.
    LastLine(Regex, Box<Pattern>),
}

/// The look-ahead for the end of the text, or for a line break before it.
const LAST_LINE: &str = r"(?=\n?\z)";

/// What the groups of a pattern found.
pub enum Captured<'t> {
    /// In linear time.
    Linear(regex::Captures<'t>),
    /// With steps back.
    Backtracking(fancy_regex::Captures<'t, str>),
}

impl<'t> Captured<'t> {
    /// Where a group lies; 0 is all that matched.
    pub fn span(&self, group: usize) -> Option<(usize, usize)> {
        match self {
            Captured::Linear(found) => found.get(group).map(|found| (found.start(), found.end())),
            Captured::Backtracking(found) => found.get(group).map(|found| (found.start(), found.end())),
        }
    }

    /// What a group found; 0 is all that matched.
    pub fn get(&self, group: usize) -> Option<&'t str> {
        match self {
            Captured::Linear(found) => found.get(group).map(|found| found.as_str()),
            Captured::Backtracking(found) => found.get(group).map(|found| found.as_str()),
        }
    }

    /// Appends a text in which `$1` is what the first group found.
    pub fn expand(&self, text: &str, out: &mut String) {
        match self {
            Captured::Linear(found) => found.expand(text, out),
            Captured::Backtracking(found) => {
                // It reads all of what it appends to again, so that gets what is new only.
                let mut expanded = String::with_capacity(text.len());
                found.expand(text, &mut expanded);
                out.push_str(&expanded);
            }
        }
    }
}

impl Pattern {
    /// The pattern of a search, compiled: escaped if it is plain text.
    ///
    /// # Errors
    /// `InvalidArgument` showing what is wrong with the pattern, or that it needs steps back that are not allowed.
    pub fn compile(pattern: &str, params: &Params) -> Result<Pattern> {
        let steps = if params.get("steps").is_null() { 0 } else { params.int("steps")? };
        if steps < 0 {
            return Err(Error::invalid(format!("steps must not be negative, they are {steps}")));
        }
        let source = escaped(pattern, params)?;
        let case = params.bool("case")?;
        let wrong = |error: &dyn std::fmt::Display| {
            Error::invalid(format!("no regular expression: {error}")).value(pattern)
        };
        let linear = match RegexBuilder::new(&source).case_insensitive(!case).build() {
            Ok(regex) => return Ok(Pattern::Linear(regex)),
            Err(error) => error,
        };
        let mut builder = fancy_regex::RegexBuilder::new(&source);
        let limit = usize::try_from(steps).unwrap_or(usize::MAX).max(1);
        match builder.case_insensitive(!case).backtrack_limit(limit).build() {
            Ok(regex) if steps > 0 => {
                let general = Pattern::Backtracking(Box::new(regex), steps);
                Ok(match without_last_line(&source, case) {
                    Some(linear) => Pattern::LastLine(linear, Box::new(general)),
                    None => general,
                })
            }
            Ok(_) => Err(wrong(&linear).hint(format!(
                "look-around and back-references need steps back, which can take long: allow them by steps={USUAL_STEPS}"
            ))),
            Err(_) => Err(wrong(&linear)),
        }
    }

    /// Whether the text has a match.
    ///
    /// # Errors
    /// `Unsupported` if it takes more steps back than are allowed.
    pub fn is_match(&self, text: &str) -> Result<bool> {
        match self {
            Pattern::Linear(regex) => Ok(regex.is_match(text)),
            Pattern::Backtracking(regex, steps) => regex.is_match(text).map_err(|error| lost(&error, *steps)),
            Pattern::LastLine(_, general) if text.ends_with('\n') => general.is_match(text),
            Pattern::LastLine(regex, _) => Ok(regex.is_match(text)),
        }
    }

    /// Visits where the matches start and end, until it is told not to go on.
    ///
    /// # Errors
    /// As [`Pattern::is_match`].
    pub fn each(&self, text: &str, visit: &mut dyn FnMut(usize, usize) -> bool) -> Result<()> {
        match self {
            Pattern::LastLine(_, general) if text.ends_with('\n') => general.each(text, visit)?,
            Pattern::Linear(regex) | Pattern::LastLine(regex, _) => {
                let _ = regex.find_iter(text).all(|found| visit(found.start(), found.end()));
            }
            Pattern::Backtracking(regex, steps) => {
                for found in regex.find_iter(text) {
                    let found = found.map_err(|error| lost(&error, *steps))?;
                    if !visit(found.start(), found.end()) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// What the groups find first.
    ///
    /// # Errors
    /// As [`Pattern::is_match`].
    pub fn captures<'t>(&self, text: &'t str) -> Result<Option<Captured<'t>>> {
        Ok(match self {
            Pattern::LastLine(_, general) if text.ends_with('\n') => general.captures(text)?,
            Pattern::Linear(regex) | Pattern::LastLine(regex, _) => {
                regex.captures(text).map(Captured::Linear)
            }
            Pattern::Backtracking(regex, steps) => {
                regex.captures(text).map_err(|error| lost(&error, *steps))?.map(Captured::Backtracking)
            }
        })
    }

    /// Visits what the groups find in every match, until it is told not to go on.
    ///
    /// # Errors
    /// As [`Pattern::is_match`].
    pub fn captures_each<'t>(
        &self,
        text: &'t str,
        visit: &mut dyn FnMut(&Captured<'t>) -> bool,
    ) -> Result<()> {
        match self {
            Pattern::LastLine(_, general) if text.ends_with('\n') => general.captures_each(text, visit)?,
            Pattern::Linear(regex) | Pattern::LastLine(regex, _) => {
                let _ = regex.captures_iter(text).all(|found| visit(&Captured::Linear(found)));
            }
            Pattern::Backtracking(regex, steps) => {
                for found in regex.captures_iter(text) {
                    let found = found.map_err(|error| lost(&error, *steps))?;
                    if !visit(&Captured::Backtracking(found)) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// The parts of a text between the matches.
    ///
    /// # Errors
    /// As [`Pattern::is_match`].
    pub fn split<'t>(&self, text: &'t str) -> Result<Vec<&'t str>> {
        let (mut parts, mut end) = (Vec::new(), 0);
        self.each(text, &mut |start, next| {
            parts.push(&text[end..start]);
            end = next;
            true
        })?;
        parts.push(&text[end..]);
        Ok(parts)
    }

    /// The names of the groups, as far as they have any; the first is all that matched.
    pub fn groups(&self) -> Vec<Option<&str>> {
        match self {
            Pattern::Linear(regex) | Pattern::LastLine(regex, _) => regex.capture_names().collect(),
            Pattern::Backtracking(regex, _) => regex.capture_names().collect(),
        }
    }

    /// How many groups there are, all that matched included.
    pub fn group_count(&self) -> usize {
        match self {
            Pattern::Linear(regex) | Pattern::LastLine(regex, _) => regex.captures_len(),
            Pattern::Backtracking(regex, _) => regex.captures_len(),
        }
    }

    /// How it was written.
    pub fn as_str(&self) -> &str {
        match self {
            Pattern::Linear(regex) | Pattern::LastLine(regex, _) => regex.as_str(),
            Pattern::Backtracking(regex, _) => regex.as_str(),
        }
    }
}

/// The pattern as a regular expression: escaped if it is plain text.
///
/// # Errors
/// `InvalidArgument` if nobody says which of both it is.
pub fn escaped<'a>(pattern: &'a str, params: &Params) -> Result<Cow<'a, str>> {
    Ok(if params.bool("regex")? { Cow::Borrowed(pattern) } else { Cow::Owned(regex::escape(pattern)) })
}

/// The pattern in linear time for texts without a line break at the end, if it steps back only to look for one.
fn without_last_line(source: &str, case: bool) -> Option<Regex> {
    if source.contains(&format!("\\{LAST_LINE}")) {
        return None; // That parenthesis is a character.
    }
    RegexBuilder::new(&source.replace(LAST_LINE, r"\z")).case_insensitive(!case).build().ok()
}

#[cold]
fn lost(error: &fancy_regex::Error, steps: i64) -> Error {
    let message = format!("a search that takes more than {steps} steps back: {error}");
    Error::new(ErrorKind::Unsupported, message)
        .hint("raise steps, or write the pattern without look-around and back-references")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(steps: i64) -> Params {
        Params::new().with("regex", true).with("case", true).with("steps", steps)
    }

    #[test]
    fn steps_back_are_allowed_or_refused() {
        let refused = Pattern::compile(r"(?<!x)a", &params(0)).err().unwrap();
        assert!(refused.suggestion().unwrap().contains("steps=1000000"), "{refused}");
        let allowed = Pattern::compile(r"(?<!x)a", &params(100)).unwrap();
        assert!(allowed.is_match("ba").unwrap() && !allowed.is_match("xa").unwrap());
        // What needs no steps back never takes any.
        assert!(matches!(Pattern::compile("a+", &params(100)).unwrap(), Pattern::Linear(_)));
        assert!(Pattern::compile("(", &params(100)).is_err());
        assert!(Pattern::compile("a", &params(-1)).is_err());
    }

    #[test]
    fn the_end_before_a_last_line_break_needs_steps_back_only_there() {
        let pattern = Pattern::compile(r"(\d)(?=\n?\z)", &params(1000)).unwrap();
        assert!(matches!(pattern, Pattern::LastLine(..)));
        for (text, found) in
            [("a1", Some("1")), ("a1\n", Some("1")), ("a1\n\n", None), ("1\nb", None), ("", None)]
        {
            assert_eq!(pattern.captures(text).unwrap().and_then(|found| found.get(0)), found, "{text:?}");
            assert_eq!(pattern.is_match(text).unwrap(), found.is_some(), "{text:?}");
            let mut count = 0;
            pattern
                .each(text, &mut |_, _| {
                    count += 1;
                    true
                })
                .unwrap();
            assert_eq!(count, usize::from(found.is_some()), "{text:?}");
        }
        assert_eq!((pattern.group_count(), pattern.split("a1\n").unwrap()), (2, vec!["a", "\n"]));
        // A parenthesis that is a character begins no look-ahead.
        let text = Pattern::compile(r"(?!x)\(?=\n?\z", &params(1000)).unwrap();
        assert!(matches!(text, Pattern::Backtracking(..)) && text.is_match("(=\n").unwrap());
        assert!(matches!(
            Pattern::compile(r"(?!x)1(?=\n?\z)", &params(1000)).unwrap(),
            Pattern::Backtracking(..)
        ));
    }

    #[test]
    fn a_search_that_explodes_ends() {
        let pattern = Pattern::compile(r"^(?:(?=a)a+)+$", &params(10_000)).unwrap();
        let error = pattern.is_match(&format!("{}b", "a".repeat(60))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("10000 steps back"), "{error}");
    }

    #[test]
    fn both_engines_find_the_same() {
        let text = "a1 b22 a1 c3 ";
        let linear = Pattern::compile(r"([a-z])(\d+) ", &params(0)).unwrap();
        let back = Pattern::compile(r"(?=[a-z])([a-z])(\d+) ", &params(1000)).unwrap();
        let all = |pattern: &Pattern| {
            let mut found = Vec::new();
            pattern
                .captures_each(text, &mut |captured| {
                    found.push((captured.span(0), captured.get(1), captured.get(2)));
                    true
                })
                .unwrap();
            found
        };
        assert_eq!(all(&linear), all(&back));
        assert_eq!(linear.split(text).unwrap(), back.split(text).unwrap());
        assert_eq!(linear.groups(), back.groups());
    }
}
