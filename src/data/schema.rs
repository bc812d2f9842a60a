//! Names and types of the columns of a frame.

use crate::data::dtype::DType;
use crate::error::{AllOk, Error, ErrorKind, Result};
use arrow::datatypes::Schema as ArrowSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// One column's name and type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// The name: any UTF-8, case-sensitive.
    pub name: Arc<str>,
    /// The logical type.
    pub dtype: DType,
}

impl Field {
    /// A field.
    pub fn new(name: impl AsRef<str>, dtype: DType) -> Self {
        Field { name: Arc::from(name.as_ref()), dtype }
    }
}

/// The ordered fields of a frame; names are unique.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Vec<Field>", into = "Vec<Field>")]
pub struct Schema {
    fields: Arc<[Field]>,
    positions: Arc<HashMap<Arc<str>, usize>>,
}

impl Schema {
    /// A schema of these fields.
    ///
    /// # Errors
    /// `DuplicateColumn` naming the first name that occurs twice.
    pub fn new(fields: Vec<Field>) -> Result<Self> {
        let mut positions = HashMap::with_capacity(fields.len());
        for (position, field) in fields.iter().enumerate() {
            if positions.insert(field.name.clone(), position).is_some() {
                return Err(Error::new(
                    ErrorKind::DuplicateColumn,
                    format!("two columns are named {:?}", field.name),
                )
                .column(field.name.as_ref())
                .hint("rename one of them"));
            }
        }
        Ok(Schema { fields: fields.into(), positions: Arc::new(positions) })
    }

    /// A schema without fields.
    pub fn empty() -> Self {
        Schema { fields: Arc::from([]), positions: Arc::default() }
    }

    /// The fields in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The names in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_ref())
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no column.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether a column of this name exists.
    pub fn contains(&self, name: &str) -> bool {
        self.positions.contains_key(name)
    }

    /// The position of a column.
    ///
    /// # Errors
    /// `ColumnNotFound` with the nearest name.
    pub fn index_of(&self, name: &str) -> Result<usize> {
        match self.positions.get(name) {
            Some(position) => Ok(*position),
            None => Err(Error::column_not_found(name, self.names())),
        }
    }

    /// A column's field.
    ///
    /// # Errors
    /// `ColumnNotFound` with the nearest name.
    pub fn field(&self, name: &str) -> Result<&Field> {
        Ok(&self.fields[self.index_of(name)?])
    }

    /// The schema of some of the columns, in the order of `positions`.
    pub fn project(&self, positions: &[usize]) -> Schema {
        let fields: Vec<Field> = positions.iter().map(|&i| self.fields[i].clone()).collect();
        let index = fields.iter().enumerate().map(|(i, field)| (field.name.clone(), i)).collect();
        Schema { fields: fields.into(), positions: Arc::new(index) }
    }

    /// The schema with the types that [`Field::to_arrow`] gives.
    pub fn to_arrow(&self) -> ArrowSchema {
        ArrowSchema::new(self.fields.iter().map(Field::to_arrow).collect::<Vec<_>>())
    }

    /// The schema of an Arrow schema.
    ///
    /// # Errors
    /// `DuplicateColumn`, or `Unsupported` for a type without a counterpart.
    pub fn from_arrow(schema: &ArrowSchema) -> Result<Self> {
        let fields = schema.fields().iter().map(|field| {
            let dtype =
                DType::from_arrow(field.data_type()).map_err(|error| error.column(field.name().as_str()))?;
            Ok(Field::new(field.name(), dtype))
        });
        Schema::new(fields.all_ok()?)
    }
}

impl TryFrom<Vec<Field>> for Schema {
    type Error = Error;

    fn try_from(fields: Vec<Field>) -> Result<Self> {
        Schema::new(fields)
    }
}

impl From<Schema> for Vec<Field> {
    fn from(schema: Schema) -> Self {
        schema.fields.to_vec()
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

impl Eq for Schema {}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, field) in self.fields.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            write!(f, "{comma}{}: {}", field.name, field.dtype)?;
        }
        Ok(())
    }
}
