//! The sink: keeps all rows, then computes every function of windows over them.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Error, Result};
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::exec::window::evaluate::{cut, evaluate};
use crate::exec::window::sequence::Sequence;
use crate::expr::{Bound, BoundFrame, BoundWindow, columns};
use crate::kernels::order::Direction;
use crate::plan::Flow;

/// Adds a column per function of a window.
pub struct Window {
    windows: Vec<Call>,
    sequences: Vec<Keys>,
    /// What keys and arguments are computed of, once each.
    exprs: Vec<Bound>,
    result: Slot<Vec<Batch>>,
}

/// A function, and where its arguments and its filter are among the expressions.
struct Call {
    window: BoundWindow,
    args: Vec<usize>,
    /// Where the key is that its frame goes by.
    key: Option<usize>,
    sequence: usize,
}

/// The keys of a sequence: where each is among the expressions, and its direction; first those of the partition.
#[derive(PartialEq)]
struct Keys {
    keys: Vec<(usize, Direction)>,
    partition: usize,
}

/// Partitions need no order of their own.
const ASCENDING: Direction = Direction { descending: false, nulls_first: false };

impl Window {
    /// A sink that leaves the rows, with a column for each of `windows`, in `result`.
    pub fn new(windows: Vec<BoundWindow>, result: Slot<Vec<Batch>>) -> Self {
        let mut sink = Window { windows: Vec::new(), sequences: Vec::new(), exprs: Vec::new(), result };
        for window in windows {
            let mut keys: Vec<(usize, Direction)> =
                window.partition.iter().map(|key| (sink.expr(key), ASCENDING)).collect();
            let partition = keys.len();
            keys.extend(window.order.iter().map(|(key, direction)| (sink.expr(key), *direction)));
            let wanted = Keys { keys, partition };
            let known = sink.sequences.iter().position(|sequence| *sequence == wanted);
            let sequence = known.unwrap_or_else(|| {
                sink.sequences.push(wanted);
                sink.sequences.len() - 1
            });
            let args = window.args.iter().chain(&window.filter).map(|arg| sink.expr(arg)).collect();
            let key = window.frame.as_ref().is_some_and(BoundFrame::needs_key).then(|| window.order.first());
            let key = key.flatten().map(|(key, _)| sink.expr(key));
            sink.windows.push(Call { window, args, key, sequence });
        }
        sink
    }

    /// The place of an expression; the same one is computed once.
    fn expr(&mut self, expr: &Bound) -> usize {
        self.exprs.iter().position(|known| known.same(expr)).unwrap_or_else(|| {
            self.exprs.push(expr.clone());
            self.exprs.len() - 1
        })
    }

    fn sequence(&self, keys: &Keys, computed: &[Batch], context: &Context) -> Result<Sequence> {
        if keys.keys.is_empty() {
            return Ok(Sequence::of_all(computed));
        }
        let (positions, directions): (Vec<usize>, Vec<Direction>) = keys.keys.iter().copied().unzip();
        let dtypes: Vec<_> = positions.iter().map(|position| self.exprs[*position].dtype.clone()).collect();
        let keys_of = computed.iter().map(|batch| batch.project(&positions)).collect();
        Sequence::by_keys(keys_of, &dtypes, &directions, keys.partition, context)
    }
}

impl Sink for Window {
    type Lane = Vec<(Batch, Batch)>;

    fn describe(&self) -> String {
        let windows: Vec<&str> = self.windows.iter().map(|call| call.window.text.as_ref()).collect();
        format!("Window {}", windows.join(", "))
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Self::Lane> {
        Ok(Vec::new())
    }

    fn push(&self, lane: &mut Self::Lane, batch: Batch, _context: &Context) -> Result<Flow> {
        let computed = columns(&self.exprs, &batch)?;
        lane.push((Batch::new(computed, batch.rows())?, batch));
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Self::Lane>, context: &Context) -> Result<()> {
        let (computed, batches): (Vec<Batch>, Vec<Batch>) = lanes.into_iter().flatten().unzip();
        let rows: usize = batches.iter().map(Batch::rows).sum();
        if rows == 0 {
            return self.result.set(Vec::new());
        }
        if rows >= u32::MAX as usize {
            return Err(Error::unsupported("windows over 4,294,967,295 rows or more")
                .operation("over")
                .hint("filter or aggregate first"));
        }
        let (batches, ranges) = cut(&batches, context.config().partition_rows);
        let mut results: Vec<Option<Vec<Column>>> = self.windows.iter().map(|_| None).collect();
        for (number, keys) in self.sequences.iter().enumerate() {
            // One sequence at a time: they are large.
            let sequence = self.sequence(keys, &computed, context)?;
            for (call, result) in self.windows.iter().zip(&mut results) {
                if call.sequence == number {
                    let args =
                        call.args.iter().map(|arg| computed.iter().map(|batch| batch.column(*arg)).collect());
                    let args: Vec<Vec<&Column>> = args.collect();
                    let key: Option<Vec<&Column>> =
                        call.key.map(|key| computed.iter().map(|batch| batch.column(key)).collect());
                    let key = key.as_deref();
                    *result = Some(evaluate(&call.window, &args, key, &sequence, &ranges, context)?);
                }
            }
        }
        let mut columns: Vec<Vec<Column>> = batches.iter().map(|batch| batch.columns().to_vec()).collect();
        for result in results.into_iter().flatten() {
            columns.iter_mut().zip(result).for_each(|(columns, own)| columns.push(own));
        }
        let made =
            columns.into_iter().zip(&batches).map(|(columns, batch)| Batch::new(columns, batch.rows()));
        self.result.set(made.all_ok()?)
    }
}
