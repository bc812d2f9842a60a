//! What the errors of joins say: which keys, how often.

use crate::error::{Error, ErrorKind};
use crate::exec::join::built::Built;
use crate::kernels::join::Index;

/// Keys that an error names at most.
pub const NAMED: usize = 5;

/// Keys of a side that should occur once but do not.
pub fn repeated(built: &Built, index: &Index, names: &[&str], side: &str) -> Error {
    let (keys, rows) = index.repeated();
    let heaviest = index.heaviest(NAMED);
    let listed = heaviest.iter().map(|rows| format!("{} ({} rows)", built.key(rows[0], names), rows.len()));
    let listed: Vec<String> = listed.collect();
    let more = if keys as usize > listed.len() { ", ..." } else { "" };
    let plural = if keys == 1 { "key occurs" } else { "keys occur" };
    Error::invalid(format!(
        "{side}: {keys} {plural} more than once, in {rows} rows: {}{more}",
        listed.join("; ")
    ))
    .operation("join")
    .hint("drop the repeats first, or choose another validate")
}

/// A key of both sides: a build row that has it, and how many rows have it on the probe and on the build side.
pub type Heavy = (u32, u64, u64);

/// A result that is larger than allowed.
pub fn explosion(
    built: &Built,
    names: &[&str],
    (rows, probe_rows): (u64, u64),
    limit: u64,
    mut heavy: Vec<Heavy>,
    swapped: bool,
) -> Error {
    let (left, right) = if swapped { (built.rows, probe_rows) } else { (probe_rows, built.rows) };
    heavy.sort_unstable_by_key(|(row, probe, build)| (std::cmp::Reverse(probe * build), *row));
    let listed = heavy.iter().take(NAMED).map(|(row, probe, build)| {
        let (left, right) = if swapped { (build, probe) } else { (probe, build) };
        format!("{} ({left} rows on the left times {right} on the right)", built.key(*row, names))
    });
    let listed: Vec<String> = listed.collect();
    let keys = match listed.is_empty() || names.is_empty() {
        true => String::new(),
        false => format!("; the heaviest keys are {}", listed.join("; ")),
    };
    Error::new(
        ErrorKind::TooManyRows,
        format!(
            "{rows} rows of {left} rows on the left and {right} on the right are more than the limit of {limit}{keys}"
        ),
    )
    .operation("join")
    .hint("drop repeated keys first, join on more keys, or raise the setting join_rows")
}
