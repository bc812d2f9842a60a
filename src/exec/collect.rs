//! All rows, in order.

use crate::data::concat::concat_columns;
use crate::data::{Batch, Column};
use crate::error::{AllOk, Result};
use crate::exec::context::Context;
use crate::exec::encode::encode;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::exec::unify::unify;
use crate::plan::Flow;

/// Keeps all rows; joins runs of small batches.
pub struct Collect {
    result: Slot<Vec<Batch>>,
    codes: bool,
}

impl Collect {
    /// A sink that leaves its batches in `result`.
    pub fn new(result: Slot<Vec<Batch>>) -> Self {
        Collect { result, codes: false }
    }

    /// With strings that repeat as codes.
    pub fn with_codes(self, codes: bool) -> Self {
        Collect { codes, ..self }
    }
}

impl Sink for Collect {
    type Lane = Vec<Batch>;

    fn describe(&self) -> String {
        "Collect".to_owned()
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Vec<Batch>> {
        Ok(Vec::new())
    }

    fn push(&self, lane: &mut Vec<Batch>, batch: Batch, _context: &Context) -> Result<Flow> {
        lane.push(batch);
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Vec<Batch>>, context: &Context) -> Result<()> {
        let batches: Vec<Batch> = lanes.into_iter().flatten().collect();
        let batches = unify(batches, context)?;
        let batches = merge_small(batches, context)?;
        self.result.set(if self.codes { encode(batches, context)? } else { batches })
    }
}

/// Joins small batches with their neighbours, up to about half of the wanted rows; what has an eighth of them is large
/// enough to be left where it is, as readers made it.
///
/// # Errors
/// `Type` if Arrow cannot hold a run in one array.
pub fn merge_small(batches: Vec<Batch>, context: &Context) -> Result<Vec<Batch>> {
    let wanted = context.config().partition_rows;
    let mut runs: Vec<Vec<Batch>> = Vec::new();
    let mut size = 0;
    for batch in batches.into_iter().filter(|batch| batch.rows() > 0) {
        let rows = batch.rows();
        match runs.last_mut() {
            Some(run)
                if size < wanted / 2 && size + rows <= wanted && (rows < wanted / 8 || size < wanted / 8) =>
            {
                size += rows;
                run.push(batch);
            }
            _ => {
                size = rows;
                runs.push(vec![batch]);
            }
        }
    }
    context.parallel(runs.len(), |index| concat_batches(&runs[index]))
}

/// Batches of one schema end to end.
///
/// # Errors
/// `Type` if Arrow cannot hold them in one array.
pub fn concat_batches(batches: &[Batch]) -> Result<Batch> {
    let [first, ..] = batches else { return Batch::new(Vec::new(), 0) };
    if batches.len() == 1 {
        return Ok(first.clone());
    }
    let columns = (0..first.columns().len()).map(|position| {
        let chunks: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        concat_columns(&chunks)
    });
    Batch::new(columns.all_ok()?, batches.iter().map(Batch::rows).sum())
}
