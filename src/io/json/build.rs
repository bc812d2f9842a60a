//! Columns being built while JSON is parsed: no value is held in between.

use crate::data::{DType, Field};
use crate::error::{Error, Result};
use crate::io::dictionary::validity;
use crate::io::json::guess::Guess;
use crate::kernels::views::ViewWriter;
use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, NullArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{Field as ArrowField, Fields};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// The values of one place, row by row.
pub struct Builder {
    values: Values,
    nulls: Vec<u32>,
    rows: usize,
}

enum Values {
    /// Passed over.
    Skip,
    Null,
    Bool(Vec<bool>),
    Int(Vec<i64>),
    Float(Vec<f64>),
    Text(ViewWriter),
    /// Values that are no text as JSON.
    Any(ViewWriter),
    List(Vec<usize>, Box<Builder>),
    Struct(Vec<(String, Builder)>),
}

/// Why a value could not be added.
#[derive(Default)]
pub struct Trouble {
    /// The fields that lead to it, the innermost first.
    pub path: Vec<String>,
    /// What is wrong; `None`: the JSON itself.
    pub message: Option<String>,
    /// The value.
    pub value: String,
    /// Whether a wider type would hold it.
    pub widens: bool,
    /// Whether the field has no column.
    pub unknown: bool,
}

impl Builder {
    /// For values of a kind.
    pub fn new(guess: &Guess) -> Self {
        let values = match guess {
            Guess::Null => Values::Null,
            Guess::Bool => Values::Bool(Vec::new()),
            Guess::Int => Values::Int(Vec::new()),
            Guess::Float => Values::Float(Vec::new()),
            Guess::Text => Values::Text(ViewWriter::with_capacity(0, 0)),
            Guess::Any => Values::Any(ViewWriter::with_capacity(0, 0)),
            Guess::List(item) => Values::List(vec![0], Box::new(Builder::new(item))),
            Guess::Struct(fields) if fields.is_empty() => Values::Any(ViewWriter::with_capacity(0, 0)),
            Guess::Struct(fields) => Values::Struct(
                fields.iter().map(|(name, guess)| (name.clone(), Builder::new(guess))).collect(),
            ),
        };
        Builder { values, nulls: Vec::new(), rows: 0 }
    }

    /// For values that nobody wants.
    pub fn skip() -> Self {
        Builder { values: Values::Skip, nulls: Vec::new(), rows: 0 }
    }

    /// A record of these columns.
    pub fn record(columns: Vec<(String, Builder)>) -> Self {
        Builder { values: Values::Struct(columns), nulls: Vec::new(), rows: 0 }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns of a record.
    pub fn into_columns(self) -> Vec<Builder> {
        match self.values {
            Values::Struct(columns) => columns.into_iter().map(|(_, builder)| builder).collect(),
            _ => Vec::new(),
        }
    }

    fn null(&mut self) {
        match &mut self.values {
            Values::Skip | Values::Null => {}
            Values::Bool(values) => values.push(false),
            Values::Int(values) => values.push(0),
            Values::Float(values) => values.push(0.0),
            Values::Text(views) | Values::Any(views) => views.skip(),
            Values::List(ends, item) => ends.push(item.rows),
            Values::Struct(fields) => fields.iter_mut().for_each(|(_, field)| field.null()),
        }
        self.nulls.push(self.rows as u32);
        self.rows += 1;
    }

    /// Takes back all rows but the first ones.
    pub fn truncate(&mut self, rows: usize) {
        match &mut self.values {
            Values::Skip | Values::Null => {}
            Values::Bool(values) => values.truncate(rows),
            Values::Int(values) => values.truncate(rows),
            Values::Float(values) => values.truncate(rows),
            Values::Text(views) | Values::Any(views) => views.truncate(rows),
            Values::List(ends, item) => {
                ends.truncate(rows + 1);
                item.truncate(ends.last().copied().unwrap_or(0));
            }
            Values::Struct(fields) => fields.iter_mut().for_each(|(_, field)| field.truncate(rows)),
        }
        while self.nulls.last().is_some_and(|last| *last as usize >= rows) {
            self.nulls.pop();
        }
        self.rows = rows;
    }

    /// The column.
    ///
    /// # Errors
    /// `Unsupported` for more than 2^31 items of lists, or 2 GiB of text.
    pub fn finish(self) -> Result<ArrayRef> {
        let nulls = match self.values {
            Values::Null | Values::Skip => None,
            _ => validity(self.rows, &self.nulls),
        };
        Ok(match self.values {
            Values::Skip | Values::Null => Arc::new(NullArray::new(self.rows)),
            Values::Bool(values) => Arc::new(BooleanArray::new(values.into(), nulls)),
            Values::Int(values) => Arc::new(Int64Array::new(values.into(), nulls)),
            Values::Float(values) => Arc::new(Float64Array::new(values.into(), nulls)),
            Values::Text(views) | Values::Any(views) => views.finish(nulls)?,
            Values::List(ends, item) => {
                let offsets: Option<Vec<i32>> = ends.iter().map(|end| i32::try_from(*end).ok()).collect();
                let offsets = offsets.ok_or_else(|| Error::unsupported("more than 2^31 items of lists"))?;
                let item = item.finish()?;
                let field = ArrowField::new("item", item.data_type().clone(), true);
                Arc::new(ListArray::try_new(Arc::new(field), OffsetBuffer::new(offsets.into()), item, nulls)?)
            }
            Values::Struct(fields) => {
                let mut types = Vec::with_capacity(fields.len());
                let mut arrays = Vec::with_capacity(fields.len());
                for (name, field) in fields {
                    let array = field.finish()?;
                    types.push(ArrowField::new(name, array.data_type().clone(), true));
                    arrays.push(array);
                }
                Arc::new(StructArray::try_new(Fields::from(types), arrays, nulls)?)
            }
        })
    }

    fn kind(&self) -> &'static str {
        match &self.values {
            Values::Skip | Values::Any(_) => "a value",
            Values::Null => "null",
            Values::Bool(_) => "true or false",
            Values::Int(_) => "a whole number of 64 bits",
            Values::Float(_) => "a number",
            Values::Text(_) => "text",
            Values::List(..) => "a list",
            Values::Struct(_) => "an object",
        }
    }
}

/// Adds a value to a builder.
pub struct Append<'a> {
    /// Where it goes.
    pub to: &'a mut Builder,
    /// What is known of a failure.
    pub trouble: &'a mut Trouble,
    /// Whether fields without a place are passed over.
    pub ignore_unknown: bool,
    /// Fields of the record that are null, whatever their values are.
    pub nulled: &'a [String],
}

impl Append<'_> {
    fn wrong<E: serde::de::Error>(self, value: impl fmt::Display) -> E {
        self.trouble.message = Some(format!("{} expected", self.to.kind()));
        self.trouble.value = value.to_string();
        self.trouble.widens = true;
        E::custom("wrong type")
    }

    fn json<E: serde::de::Error>(self, value: &Value) -> Result<(), E> {
        match &mut self.to.values {
            Values::Any(views) => {
                views.push(&value.to_string());
                self.to.rows += 1;
                Ok(())
            }
            _ => Err(self.wrong(value)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Append<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.to.values {
            Values::Skip => {
                self.to.rows += 1;
                deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ())
            }
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Append<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to.kind())
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        match &mut self.to.values {
            Values::Bool(values) => values.push(value),
            Values::Any(views) => views.push(if value { "true" } else { "false" }),
            _ => return Err(self.wrong(value)),
        }
        self.to.rows += 1;
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        match &mut self.to.values {
            Values::Int(values) => values.push(value),
            Values::Float(values) => values.push(value as f64),
            Values::Any(views) => views.push(itoa::Buffer::new().format(value)),
            _ => return Err(self.wrong(value)),
        }
        self.to.rows += 1;
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        match (&mut self.to.values, i64::try_from(value)) {
            (Values::Int(values), Ok(value)) => values.push(value),
            (Values::Float(values), _) => values.push(value as f64),
            (Values::Any(views), _) => views.push(itoa::Buffer::new().format(value)),
            _ => return Err(self.wrong(value)),
        }
        self.to.rows += 1;
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        match &mut self.to.values {
            Values::Float(values) => values.push(value),
            Values::Any(views) => views.push(ryu::Buffer::new().format(value)),
            _ => return Err(self.wrong(value)),
        }
        self.to.rows += 1;
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        match &mut self.to.values {
            Values::Text(views) | Values::Any(views) => views.push(value),
            _ => return Err(self.wrong(value)),
        }
        self.to.rows += 1;
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.to.null();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if let Values::List(ends, item) = &mut self.to.values {
            loop {
                let (trouble, ignore_unknown) = (&mut *self.trouble, self.ignore_unknown);
                let item = Append { to: item, trouble, ignore_unknown, nulled: &[] };
                if seq.next_element_seed(item)?.is_none() {
                    break;
                }
            }
            ends.push(item.rows);
            self.to.rows += 1;
            return Ok(());
        }
        let value: Value = serde::Deserialize::deserialize(SeqAccessDeserializer::new(seq))?;
        self.json(&value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Values::Struct(fields) = &mut self.to.values else {
            let value: Value = serde::Deserialize::deserialize(MapAccessDeserializer::new(map))?;
            return self.json(&value);
        };
        let (row, mut next) = (self.to.rows, 0);
        while let Some(key) = map.next_key_seed(Place { fields, next })? {
            let at = match key {
                Ok(at) => at,
                Err(_) if self.ignore_unknown => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                Err(name) => {
                    self.trouble.message = Some("the sample has no such field".to_owned());
                    self.trouble.unknown = true;
                    self.trouble.path.push(name);
                    return Err(A::Error::custom("unknown field"));
                }
            };
            let (name, to) = &mut fields[at];
            if to.rows > row {
                self.trouble.message = Some("the field is there twice".to_owned());
                self.trouble.path.push(name.clone());
                return Err(A::Error::custom("repeated field"));
            }
            next = at + 1;
            if self.nulled.contains(name) {
                map.next_value::<IgnoredAny>()?;
                to.null();
                continue;
            }
            let (trouble, ignore_unknown) = (&mut *self.trouble, self.ignore_unknown);
            let value = Append { to, trouble, ignore_unknown, nulled: &[] };
            map.next_value_seed(value).inspect_err(|_| self.trouble.path.push(name.clone()))?;
        }
        for (_, field) in fields.iter_mut().filter(|(_, field)| field.rows == row) {
            field.null();
        }
        self.to.rows += 1;
        Ok(())
    }
}

/// Finds the place of a field: mostly the one after the field before.
struct Place<'a> {
    fields: &'a [(String, Builder)],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Place<'_> {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
        if self.fields.get(self.next).is_some_and(|(known, _)| known == name) {
            return Ok(Ok(self.next));
        }
        let found = self.fields.iter().position(|(known, _)| known == name);
        Ok(found.ok_or_else(|| name.to_owned()))
    }
}

/// The fields of a guess of records.
pub fn record_fields(guess: &Guess) -> Vec<Field> {
    match guess.dtype() {
        DType::Struct(fields) => fields,
        _ => Vec::new(),
    }
}
