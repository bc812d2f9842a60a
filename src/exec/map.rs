//! The user's function over each batch.

use crate::data::{Batch, Frame, Schema};
use crate::error::{Error, Result};
use crate::exec::operator::{Emit, Transform};
use crate::plan::{Flow, MapFunction};

/// Calls the user's function.
pub struct Map {
    name: String,
    function: MapFunction,
    input: Schema,
    output: Schema,
}

impl Map {
    /// A call for batches of the schema `input`; what it returns must have the schema `output`.
    pub fn new(name: &str, function: MapFunction, input: Schema, output: Schema) -> Self {
        Map { name: name.to_owned(), function, input, output }
    }
}

impl Transform for Map {
    fn describe(&self) -> String {
        format!("Map partitions with {}", self.name)
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        let frame = (self.function)(Frame::new(self.input.clone(), vec![batch])?)?;
        if *frame.schema() != self.output {
            return Err(Error::type_mismatch(format!(
                "the function returned the columns {}, not {}",
                frame.schema(),
                self.output
            ))
            .operation(self.name.as_str()));
        }
        for batch in frame.partitions() {
            if emit(batch.clone())? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}
