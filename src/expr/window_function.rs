//! The contract of a function from the rows around each row to one value per row.
//!
//! A function sees one sequence of rows: partitions one after the other, each in the order of its window. It computes any
//! range of the sequence and may look at all of it, so ranges are computed at the same time; what runs from row to row
//! ([`WindowScan`]) is computed in blocks of each partition whose states are joined.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::expr::function::{Described, Example, Param, Signature};
use crate::expr::node::Expr;
use crate::expr::params::Params;
use crate::expr::scalar_function::Typing;
use arrow::array::ArrayRef;
use arrow::buffer::NullBuffer;
use std::any::Any;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Rows of a block: partitions are cut every so many rows from their first row on, so that a value is the same whatever
/// other partitions there are.
pub const BLOCK: usize = 1 << 16;

/// An argument of a window function.
pub struct WindowArg {
    /// Its type.
    pub dtype: DType,
    /// Its values in the order of the sequence, of the physical type, if the function needs values.
    pub values: Option<ArrayRef>,
    /// Its nulls in the order of the sequence, if the function needs nulls or values and there are any.
    pub nulls: Option<NullBuffer>,
}

/// The sequence of rows that a window function sees.
pub struct WindowRows<'a> {
    /// How many rows there are.
    pub rows: usize,
    /// Where partitions start, and the number of rows.
    pub partitions: &'a [u32],
    /// Where runs of rows with equal values of all keys start (those of the partition and of the order), and the number
    /// of rows.
    pub peers: &'a [u32],
    /// The arguments.
    pub args: &'a [WindowArg],
    /// The constants, defaults filled in.
    pub params: &'a Params,
    /// The type of the result.
    pub output: &'a DType,
}

impl WindowRows<'_> {
    /// The partitions that a range touches: each as a whole, and what of it is in the range.
    pub fn partitions(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        runs(self.partitions, range)
    }

    /// The runs of equal rows that a range touches: each as a whole, and what of it is in the range.
    pub fn peers(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        runs(self.peers, range)
    }

    /// The blocks that a range touches: the partition of each as a whole, and what of the block is in the range.
    pub fn blocks(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        self.partitions(range).flat_map(|(partition, part)| {
            let from = partition.start;
            let block_of = move |row: usize| (row - from) / BLOCK;
            let (first, last) = (block_of(part.start), block_of(part.end.saturating_sub(1).max(part.start)));
            (first..=last).map(move |block| {
                let start = partition.start + block * BLOCK;
                (partition.clone(), start.max(part.start)..(start + BLOCK).min(part.end))
            })
        })
    }

    /// Whether an argument has a value in a row.
    pub fn is_valid(&self, arg: usize, row: usize) -> bool {
        self.args[arg].nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
    }
}

fn runs(starts: &[u32], range: Range<usize>) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let first = starts.partition_point(|start| *start as usize <= range.start).saturating_sub(1);
    let pairs = starts[first..].windows(2).map(|pair| pair[0] as usize..pair[1] as usize);
    let touched = pairs.take_while(move |run| run.start < range.end);
    touched.map(move |run| (run.clone(), run.start.max(range.start)..run.end.min(range.end)))
}

/// What a running function knows after some rows.
pub type Carry = Box<dyn Any + Send + Sync>;

/// A function that runs from row to row of a partition. Its states can be joined, which is how long partitions are
/// computed in blocks.
pub trait WindowScan: Send + Sync {
    /// The state after the rows of a block alone.
    fn carry(&self, rows: &WindowRows<'_>, block: Range<usize>) -> Carry;

    /// The state after rows that ended in `before` and then rows that alone end in `later`.
    fn join(&self, before: &Carry, later: &Carry) -> Carry;

    /// The values of blocks that follow each other; each with the state of the rows of its partition before it, if there
    /// are any.
    ///
    /// # Errors
    /// As the function documents, naming the position in the sequence by `Error::row`.
    fn evaluate(&self, rows: &WindowRows<'_>, blocks: &[(Range<usize>, Option<&Carry>)]) -> Result<ArrayRef>;
}

/// What of its arguments a function needs in the order of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: positions are enough.
    Nothing,
    /// Where the nulls are.
    Nulls,
    /// Nulls and values; they are numbers, or are held as numbers.
    Values,
}

/// Makes the running function for arguments of these types.
pub type NewScan = fn(&[DType], &Params) -> Result<Box<dyn WindowScan>>;

/// The code of a window function.
pub enum WindowCode {
    /// The value that the first argument has in another row: for each row of the range its position, or `u32::MAX` for
    /// null.
    Pick(fn(&WindowRows<'_>, Range<usize>, &mut [u32]) -> Result<()>),
    /// The values of the rows of a range.
    Range(fn(&WindowRows<'_>, Range<usize>) -> Result<ArrayRef>),
    /// Values that run from row to row.
    Scan(NewScan),
    /// Written with other expressions of windows.
    Expand(fn(&[Expr], &Params) -> Result<Expr>),
    /// The user's closure over each partition, with the type of its result.
    Closure(DType, Arc<PartitionClosure>),
}

/// The code of a user's function: the arguments of the rows of one partition, in order, to a value for each of these rows,
/// or one for all.
pub type PartitionClosure = dyn Fn(&[Column]) -> Result<Column> + Send + Sync;

/// A function from the rows around each row to one value per row: everything about it in one value.
pub struct WindowFunction {
    /// Unique among window functions; Python's method name.
    pub name: Cow<'static, str>,
    /// Other names it answers to.
    pub aliases: &'static [&'static str],
    /// What it does: the first line is a sentence that stands alone.
    pub doc: &'static str,
    /// Names of the arguments.
    pub args: &'static [&'static str],
    /// How many of the last arguments may be left out.
    pub optional: usize,
    /// Named constants.
    pub params: &'static [Param],
    /// From the types of the arguments to the types wanted and the type returned.
    pub signature: Typing,
    /// Whether the window is in the order of the first argument (constant `descending`) instead of one given.
    pub by_value: bool,
    /// What it needs of its arguments.
    pub needs: Needs,
    /// The code.
    pub code: WindowCode,
    /// A runnable example, for built-in functions.
    pub example: Option<fn() -> Example>,
}

impl WindowFunction {
    /// A built-in function without constants that needs the values of its arguments. The other builder methods change
    /// that.
    pub const fn new(
        name: &'static str,
        args: &'static [&'static str],
        signature: Typing,
        code: WindowCode,
    ) -> Self {
        WindowFunction {
            name: Cow::Borrowed(name),
            aliases: &[],
            doc: "",
            args,
            optional: 0,
            params: &[],
            signature,
            by_value: false,
            needs: Needs::Values,
            code,
            example: None,
        }
    }

    /// With its documentation.
    pub const fn documented(mut self, doc: &'static str, example: fn() -> Example) -> Self {
        self.doc = doc;
        self.example = Some(example);
        self
    }

    /// With named constants.
    pub const fn with_params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    /// With other names.
    pub const fn aliased(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// In the order of its first argument.
    pub const fn by_value(mut self) -> Self {
        self.by_value = true;
        self
    }

    /// Needing only this of its arguments.
    pub const fn needing(mut self, needs: Needs) -> Self {
        self.needs = needs;
        self
    }

    /// The types wanted and the type returned for arguments of these types.
    ///
    /// # Errors
    /// `Type` or `InvalidArgument` as the function documents.
    pub fn typed(&self, types: &[DType], params: &Params) -> Result<Signature> {
        match &self.code {
            WindowCode::Closure(output, _) => Ok(Signature::new(types, output.clone())),
            _ => (self.signature)(types, params),
        }
    }

    /// With a last argument that may be left out.
    pub const fn with_optional(mut self) -> Self {
        self.optional = 1;
        self
    }
}

impl Described for WindowFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn params(&self) -> &'static [Param] {
        self.params
    }

    fn arity(&self) -> (usize, usize) {
        match self.code {
            WindowCode::Closure(..) => (0, usize::MAX),
            _ => (self.args.len() - self.optional, self.args.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_counted_from_the_partition() {
        let params = Params::new();
        let end = 3 * BLOCK as u32;
        let starts = [0, 5, end];
        let rows = WindowRows {
            rows: end as usize,
            partitions: &starts,
            peers: &starts,
            args: &[],
            params: &params,
            output: &DType::Null,
        };
        let found: Vec<_> = rows.blocks(2..BLOCK + 7).map(|(_, block)| block).collect();
        assert_eq!(found, [2..5, 5..BLOCK + 5, BLOCK + 5..BLOCK + 7]);
    }

    #[test]
    fn runs_are_cut_at_the_range() {
        let found = |range| runs(&[0, 3, 4, 9], range).collect::<Vec<_>>();
        assert_eq!(found(0..9), [(0..3, 0..3), (3..4, 3..4), (4..9, 4..9)]);
        assert_eq!(found(2..6), [(0..3, 2..3), (3..4, 3..4), (4..9, 4..6)]);
        assert_eq!(found(5..6), [(4..9, 5..6)]);
        assert!(found(4..4).is_empty());
    }
}
