//! What a nested column is made of: which levels mean which of its lists, structs and values is there.

use arrow::datatypes::{DataType, FieldRef, Fields};
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::schema::types::Type;

/// Nesting beyond that is left to the crate.
const DEEPEST: usize = 32;

/// A part of a nested column.
pub struct Shape {
    /// It has a place wherever the repetition level is at most this,
    pub repetition: u8,
    /// and the definition level at least that.
    pub definition: u8,
    /// From this definition level on it is no null.
    pub defined: u8,
    /// What it is.
    pub kind: Kind,
}

/// A kind of part.
pub enum Kind {
    /// Values.
    Leaf {
        /// The leaf, counted from the first one of the column.
        leaf: usize,
        /// Their type in the file.
        physical: Physical,
        /// The type that they become.
        to: DataType,
    },
    /// Structs.
    Struct(Fields, Vec<Shape>),
    /// Lists, large lists or maps, by their type.
    List(DataType, FieldRef, Box<Shape>),
}

/// Levels on the way to a part.
#[derive(Clone, Copy)]
struct Levels {
    repetition: u8,
    /// From where on there is a place.
    definition: u8,
    /// From where on what is around is no null.
    defined: u8,
    deep: usize,
}

impl Shape {
    /// The shape of a column and the number of its leaves; `None` if it is one that is not read here. `to` says what
    /// values become.
    pub fn new(
        column: &Type,
        arrow: &DataType,
        to: &dyn Fn(&DataType) -> DataType,
    ) -> Option<(Shape, usize)> {
        let mut leaves = 0;
        let shape = part(
            column,
            arrow,
            Levels { repetition: 0, definition: 0, defined: 0, deep: 0 },
            &mut leaves,
            to,
        )?;
        Some((shape, leaves))
    }

    /// Hands each leaf to `f`, in order: its number, type in the file, type that it becomes, and part.
    pub fn leaves<'a>(&'a self, f: &mut dyn FnMut(usize, Physical, &'a DataType, &'a Shape)) {
        match &self.kind {
            Kind::Leaf { leaf, physical, to } => f(*leaf, *physical, to, self),
            Kind::Struct(_, parts) => parts.iter().for_each(|part| part.leaves(f)),
            Kind::List(_, _, item) => item.leaves(f),
        }
    }

    /// The first of its leaves.
    pub fn first(&self) -> usize {
        match &self.kind {
            Kind::Leaf { leaf, .. } => *leaf,
            Kind::Struct(_, parts) => parts.first().map_or(0, Shape::first),
            Kind::List(_, _, item) => item.first(),
        }
    }
}

fn part(
    column: &Type,
    arrow: &DataType,
    levels: Levels,
    leaves: &mut usize,
    to: &dyn Fn(&DataType) -> DataType,
) -> Option<Shape> {
    let info = column.get_basic_info();
    let optional = match info.has_repetition().then(|| info.repetition())? {
        Repetition::REQUIRED => 0,
        Repetition::OPTIONAL => 1,
        // A list without a name of its own, as files had it once.
        Repetition::REPEATED => return None,
    };
    let Levels { repetition, definition, deep, .. } = levels;
    if deep > DEEPEST {
        return None;
    }
    let defined = levels.defined + optional;
    // Parts of a struct have a place also where it is null.
    let within = Levels { defined, deep: deep + 1, ..levels };
    let item =
        Levels { repetition: repetition + 1, definition: defined + 1, defined: defined + 1, deep: deep + 1 };
    let kind = match arrow {
        _ if column.is_primitive() => {
            if arrow.is_nested() || matches!(arrow, DataType::Dictionary(_, _)) {
                return None;
            }
            *leaves += 1;
            Kind::Leaf { leaf: *leaves - 1, physical: column.get_physical_type(), to: to(arrow) }
        }
        DataType::Struct(fields) if !is_list(column) && !is_map(column) => {
            let own = column.get_fields();
            if own.is_empty() || own.len() != fields.len() {
                return None;
            }
            let mut parts = Vec::with_capacity(own.len());
            for (own, field) in own.iter().zip(fields) {
                if own.name() != field.name() {
                    return None;
                }
                parts.push(part(own, field.data_type(), within, leaves, to)?);
            }
            Kind::Struct(fields.clone(), parts)
        }
        DataType::List(field) | DataType::LargeList(field) if is_list(column) => {
            let [repeated] = column.get_fields() else { return None };
            // One of other names is the item itself, where a file of old is read.
            let wrapped = repeated.is_group() && repeated.get_fields().len() == 1;
            let old = repeated.name() == "array" || repeated.name().ends_with("_tuple");
            if !wrapped || old || !is_repeated(repeated) || is_list(repeated) || is_map(repeated) {
                return None;
            }
            let item = part(&repeated.get_fields()[0], field.data_type(), item, leaves, to)?;
            Kind::List(arrow.clone(), field.clone(), Box::new(item))
        }
        DataType::Map(field, _) if is_map(column) => {
            let [repeated] = column.get_fields() else { return None };
            let DataType::Struct(pair) = field.data_type() else { return None };
            if !repeated.is_group() || !is_repeated(repeated) || pair.len() != 2 {
                return None;
            }
            let [key, value] = repeated.get_fields() else { return None };
            let key = part(key, pair[0].data_type(), item, leaves, to)?;
            if key.defined != item.definition {
                return None;
            }
            let value = part(value, pair[1].data_type(), item, leaves, to)?;
            let kind = Kind::Struct(pair.clone(), vec![key, value]);
            let (repetition, definition) = (item.repetition, item.definition);
            let pairs = Shape { repetition, definition, defined: definition, kind };
            Kind::List(arrow.clone(), field.clone(), Box::new(pairs))
        }
        _ => return None,
    };
    Some(Shape { repetition, definition, defined, kind })
}

fn is_repeated(column: &Type) -> bool {
    let info = column.get_basic_info();
    info.has_repetition() && info.repetition() == Repetition::REPEATED
}

fn is_list(column: &Type) -> bool {
    let info = column.get_basic_info();
    matches!(info.logical_type_ref(), Some(LogicalType::List)) || info.converted_type() == ConvertedType::LIST
}

fn is_map(column: &Type) -> bool {
    let info = column.get_basic_info();
    matches!(info.logical_type_ref(), Some(LogicalType::Map))
        || matches!(info.converted_type(), ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE)
}
