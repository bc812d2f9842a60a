//! The probe side: matches of each left row, in the right side's order.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::join::build::Built;
use crate::exec::operator::{Emit, Transform};
use crate::exec::slot::Slot;
use crate::expr::Bound;
use crate::plan::{Flow, JoinKind};
use arrow::array::{BooleanArray, UInt32Array};

/// Most rows of one output batch; a left batch with more pairs gives several.
const OUTPUT_ROWS: usize = 1 << 18;

/// Probes a built table.
pub struct Probe {
    keys: Vec<Bound>,
    kind: JoinKind,
    built: Slot<Built>,
}

impl Probe {
    /// A transform that probes with `keys`.
    pub fn new(keys: Vec<Bound>, kind: JoinKind, built: Slot<Built>) -> Self {
        Probe { keys, kind, built }
    }
}

impl Transform for Probe {
    fn describe(&self) -> String {
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_ref()).collect();
        format!("Join {} with {}", format!("{:?}", self.kind).to_lowercase(), keys.join(", "))
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        let built = self.built.get()?;
        let keys = self.keys.iter().map(|key| key.column(&batch)).collect::<Result<Vec<_>>>()?;
        let matches = built.table.probe(&keys, batch.rows())?;
        if !self.kind.has_right() {
            let wanted = self.kind == JoinKind::Semi;
            let mask: BooleanArray = matches.iter().map(|rows| Some(rows.is_empty() != wanted)).collect();
            return emit(batch.filter(&mask)?);
        }
        let outer = self.kind == JoinKind::Left;
        let mut pairs = Pairs::default();
        for (row, found) in matches.iter().enumerate() {
            let row = row as u32;
            if found.is_empty() {
                if outer {
                    pairs.push(row, None);
                }
            } else {
                for chunk in found.chunks(OUTPUT_ROWS) {
                    chunk.iter().for_each(|right| pairs.push(row, Some(*right)));
                    if pairs.left.len() >= OUTPUT_ROWS && pairs.emit(&batch, built, emit)? == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                }
            }
        }
        pairs.emit(&batch, built, emit)
    }
}

/// Row numbers of both sides.
#[derive(Default)]
struct Pairs {
    left: Vec<u32>,
    right: Vec<Option<u32>>,
}

impl Pairs {
    fn push(&mut self, left: u32, right: Option<u32>) {
        self.left.push(left);
        self.right.push(right);
    }

    /// Gathers the pairs so far and starts anew. If every left row occurs once and in order, the left columns are
    /// shared, not gathered.
    fn emit(&mut self, batch: &Batch, built: &Built, emit: &mut Emit<'_>) -> Result<Flow> {
        let (left, right) = (std::mem::take(&mut self.left), std::mem::take(&mut self.right));
        if left.is_empty() {
            return Ok(Flow::Continue);
        }
        let whole = left.len() == batch.rows() && left.iter().enumerate().all(|(i, row)| i as u32 == *row);
        let left = if whole { batch.clone() } else { batch.take(&UInt32Array::from(left))? };
        let rows = left.rows();
        let right = match right.iter().copied().collect::<Option<Vec<u32>>>() {
            Some(all) => built.payload.take(&UInt32Array::from(all))?,
            None => built.payload.take(&UInt32Array::from(right))?,
        };
        let mut columns = left.into_columns();
        columns.extend(right.into_columns());
        emit(Batch::new(columns, rows)?)
    }
}
