//! The user's function over each partition.

use crate::data::{Frame, Schema};
use crate::error::Result;
use crate::plan::node::{Node, Plan, single};
use std::fmt;
use std::sync::Arc;

/// A function from a part of a frame to a part of another. It runs on several threads at once.
pub type MapFunction = Arc<dyn Fn(Frame) -> Result<Frame> + Send + Sync>;

/// The user's function over each partition; a barrier to the optimizer.
#[derive(Clone)]
pub struct MapNode {
    input: Arc<Plan>,
    name: Arc<str>,
    function: MapFunction,
    schema: Schema,
}

impl MapNode {
    /// Maps partitions of `input` to partitions with this schema.
    pub fn new(input: Arc<Plan>, name: impl AsRef<str>, function: MapFunction, schema: Schema) -> Self {
        MapNode { input, name: name.as_ref().into(), function, schema }
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// The function.
    pub fn function(&self) -> &MapFunction {
        &self.function
    }

    /// The name it is shown under.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A user's function may have effects, so that two runs of it are never taken for one.
impl PartialEq for MapNode {
    fn eq(&self, _other: &Self) -> bool {
        false
    }
}

impl fmt::Debug for MapNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl Node for MapNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Map(MapNode { input: single(inputs)?, ..self.clone() }))
    }

    fn describe(&self) -> String {
        format!("Map partitions with {}", self.name)
    }
}
