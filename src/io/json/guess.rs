//! What the values of a column have been so far.

use crate::data::{DType, Field};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The values seen in one place.
#[derive(Debug, Clone, PartialEq)]
pub enum Guess {
    /// None but null.
    Null,
    /// Truth values.
    Bool,
    /// Whole numbers of 64 bits.
    Int,
    /// Numbers.
    Float,
    /// Texts.
    Text,
    /// Lists.
    List(Box<Guess>),
    /// Objects with these fields.
    Struct(Vec<(String, Guess)>),
    /// Values of several kinds: kept as text, those that are no text as JSON.
    Any,
}

impl Guess {
    /// The type of a column of such values.
    pub fn dtype(&self) -> DType {
        match self {
            Guess::Null => DType::Null,
            Guess::Bool => DType::Bool,
            Guess::Int => DType::Int64,
            Guess::Float => DType::Float64,
            Guess::Text | Guess::Any => DType::String,
            Guess::List(item) => DType::List(Box::new(item.dtype())),
            Guess::Struct(fields) if fields.is_empty() => DType::String,
            Guess::Struct(fields) => {
                DType::Struct(fields.iter().map(|(name, guess)| Field::new(name, guess.dtype())).collect())
            }
        }
    }

    /// The values from which those of a type are made.
    pub fn of(dtype: &DType) -> Guess {
        match dtype {
            DType::Null => Guess::Null,
            DType::Bool => Guess::Bool,
            DType::List(item) => Guess::List(Box::new(Guess::of(item))),
            DType::Struct(fields) => Guess::Struct(
                fields.iter().map(|field| (field.name.to_string(), Guess::of(&field.dtype))).collect(),
            ),
            whole if whole.is_integer() => Guess::Int,
            float if float.is_float() => Guess::Float,
            _ => Guess::Any,
        }
    }

    /// Both.
    pub fn join(&mut self, other: Guess) {
        *self = match (std::mem::replace(self, Guess::Null), other) {
            (a, b) if a == b => a,
            (Guess::Null, some) | (some, Guess::Null) => some,
            (Guess::Int, Guess::Float) | (Guess::Float, Guess::Int) => Guess::Float,
            (Guess::List(mut a), Guess::List(b)) => {
                a.join(*b);
                Guess::List(a)
            }
            (Guess::Struct(mut a), Guess::Struct(b)) => {
                for (name, guess) in b {
                    match a.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, known)) => known.join(guess),
                        None => a.push((name, guess)),
                    }
                }
                Guess::Struct(a)
            }
            _ => Guess::Any,
        };
    }
}

/// Looks at a value.
pub struct Look<'a>(pub &'a mut Guess);

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.0.join(Guess::Bool);
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.0.join(Guess::Int);
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.0.join(if i64::try_from(value).is_ok() { Guess::Int } else { Guess::Float });
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.0.join(Guess::Float);
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.0.join(Guess::Text);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut item = Guess::Null;
        while seq.next_element_seed(Look(&mut item))?.is_some() {}
        self.0.join(Guess::List(Box::new(item)));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // Fields are looked for from the place after the last one: they mostly come in one order.
        let (mut fields, mut next): (Vec<(String, Guess)>, usize) = match self.0 {
            Guess::Struct(known) => (std::mem::take(known), 0),
            _ => (Vec::new(), 0),
        };
        let mut look = || {
            while let Some(name) = map.next_key::<String>()? {
                let expected = fields.get(next).is_some_and(|(known, _)| *known == name);
                let at = match expected {
                    true => next,
                    false => fields.iter().position(|(known, _)| *known == name).unwrap_or(fields.len()),
                };
                if at == fields.len() {
                    fields.push((name, Guess::Null));
                }
                map.next_value_seed(Look(&mut fields[at].1))?;
                next = at + 1;
            }
            Ok(())
        };
        let looked = look();
        match self.0 {
            Guess::Struct(known) => *known = fields,
            other => other.join(Guess::Struct(fields)),
        }
        looked
    }
}
