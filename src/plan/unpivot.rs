//! Columns below each other.

use crate::data::{DType, Field, Scalar, Schema, promote};
use crate::error::{Error, Result};
use crate::plan::node::{Node, Plan, single};
use std::sync::Arc;

/// How columns are put below each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpivot {
    /// How many first columns of the input repeat.
    pub kept: usize,
    /// The name of the column of labels.
    pub variable: Arc<str>,
    /// One label for each run of input columns.
    pub labels: Vec<Scalar>,
    /// The names of the new columns; each label has an input column for each of them, in this order.
    pub values: Vec<Arc<str>>,
    /// Whether the new rows of one old row follow each other; else those of one label do.
    pub by_row: bool,
}

/// Columns below each other: the first columns of the input repeat, the others follow label by label.
#[derive(Clone, Debug, PartialEq)]
pub struct UnpivotNode {
    input: Arc<Plan>,
    how: Unpivot,
    schema: Schema,
}

impl UnpivotNode {
    /// Puts columns of `input` below each other.
    ///
    /// # Errors
    /// `Shape` if there are not as many columns as labels and names ask for, `Type` if columns that become one have
    /// different types or the labels have, `DuplicateColumn`.
    pub fn new(input: Arc<Plan>, how: Unpivot) -> Result<Self> {
        let refused = |error: Error| error.operation("unpivot");
        let (fields, names) = (input.schema().fields(), how.values.len());
        if how.kept + how.labels.len() * names != fields.len() {
            let text = format!("{} labels for {} columns", how.labels.len(), fields.len() - how.kept);
            return Err(refused(Error::new(crate::error::ErrorKind::Shape, text)));
        }
        let mut label = DType::Null;
        for found in how.labels.iter().map(Scalar::dtype) {
            label = promote(&label, &found)
                .ok_or_else(|| refused(Error::type_mismatch(format!("labels of {label} and of {found}"))))?;
        }
        let mut made = fields[..how.kept].to_vec();
        made.push(Field::new(&how.variable, label));
        for (at, name) in how.values.iter().enumerate() {
            let mut columns = fields[how.kept..].iter().skip(at).step_by(names.max(1));
            let dtype = columns.next().map_or(DType::Null, |field| field.dtype.clone());
            if let Some(other) = columns.find(|field| field.dtype != dtype) {
                let text = format!("{dtype} and {} in one column {name:?}", other.dtype);
                return Err(refused(Error::type_mismatch(text).hint("cast them to one type first")));
            }
            made.push(Field::new(name, dtype));
        }
        let schema = Schema::new(made).map_err(refused)?;
        Ok(UnpivotNode { input, how, schema })
    }

    /// The rows read.
    pub fn input(&self) -> &Arc<Plan> {
        &self.input
    }

    /// What becomes of the columns.
    pub fn how(&self) -> &Unpivot {
        &self.how
    }
}

impl Node for UnpivotNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.input]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        Ok(Plan::Unpivot(UnpivotNode::new(single(inputs)?, self.how.clone())?))
    }

    fn describe(&self) -> String {
        let order = if self.how.by_row { ", row by row" } else { "" };
        format!("Unpivot to {} and {}{order}", self.how.variable, self.how.values.join(", "))
    }
}
