//! The build side: its rows and the table of its keys.

use crate::data::{Batch, Column, DType, Schema};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::collect::concat_batches;
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::expr::Bound;
use crate::kernels::JoinTable;
use crate::kernels::join_table::JoinKeys;
use crate::plan::Flow;

/// What probing needs: the table, and the columns that go into the result.
pub struct Built {
    /// Keys to rows.
    pub table: JoinTable,
    /// The right side's columns of the result, in one piece.
    pub payload: Batch,
}

/// Builds the table.
pub struct Build {
    keys: Vec<Bound>,
    columns: Vec<usize>,
    schema: Schema,
    nulls_match: bool,
    weak: bool,
    result: Slot<Built>,
}

/// Keys and payload of the batches of a lane.
pub type Lane = Vec<(Vec<Column>, Batch)>;

impl Build {
    /// A sink that builds on `keys` and keeps `columns` (positions in `schema`) as payload.
    pub fn new(
        keys: Vec<Bound>,
        columns: Vec<usize>,
        schema: &Schema,
        nulls_match: bool,
        weak: bool,
        result: Slot<Built>,
    ) -> Self {
        let schema = schema.project(&columns);
        Build { keys, columns, schema, nulls_match, weak, result }
    }
}

impl Sink for Build {
    type Lane = Lane;

    fn describe(&self) -> String {
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_ref()).collect();
        format!("Build join table on {}", keys.join(", "))
    }

    fn lane(&self, _index: usize) -> Result<Lane> {
        Ok(Vec::new())
    }

    fn push(&self, lane: &mut Lane, batch: Batch, _context: &Context) -> Result<Flow> {
        let keys = self.keys.iter().map(|key| key.column(&batch)).collect::<Result<_>>()?;
        lane.push((keys, batch.project(&self.columns)));
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Lane>, context: &Context) -> Result<()> {
        let (mut keys, mut payload) = (Vec::new(), Vec::new());
        for (columns, batch) in lanes.into_iter().flatten() {
            keys.push((columns, batch.rows()));
            payload.push(batch);
        }
        let rows: u64 = payload.iter().map(|batch| batch.rows() as u64).sum();
        if rows >= u64::from(u32::MAX) {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!("a join's right side of {rows} rows; the most is 4,294,967,294"),
            )
            .hint("put the smaller table on the right"));
        }
        let dtypes: Vec<DType> = self.keys.iter().map(|key| key.dtype.clone()).collect();
        let packed = JoinKeys::new(&keys, &dtypes, self.nulls_match, self.weak)?;
        let parts = context.parallel(packed.parts(), |part| Ok(packed.fill(part)))?;
        let columns = context.parallel(self.columns.len(), |position| {
            let one: Vec<Batch> = payload.iter().map(|batch| batch.project(&[position])).collect();
            Ok(concat_batches(&one)?.into_columns().pop())
        })?;
        let columns: Vec<Column> = columns
            .into_iter()
            .zip(self.schema.fields())
            .map(|(column, field)| column.unwrap_or_else(|| Column::empty(&field.dtype)))
            .collect();
        let payload = Batch::new(columns, rows as usize)?;
        self.result.set(Built { table: packed.finish(parts, self.nulls_match), payload })
    }
}
