//! Arrays of single lists and structs.

use crate::data::dtype::DType;
use crate::data::promote::promote;
use crate::data::scalar::Scalar;
use crate::data::schema::Field;
use crate::error::{AllOk, Error, Result};
use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, NullArray, StringViewArray,
    StructArray, UInt64Array, new_null_array,
};
use arrow::buffer::OffsetBuffer;
use std::sync::Arc;

impl Scalar {
    /// One row of a list or a struct: with the type asked for if that is of the same kind, else with its own.
    ///
    /// # Errors
    /// `Type` for an item, or a field, that has no room in the type; `Cast` for a value that does not fit.
    pub(super) fn nested(&self, dtype: &DType) -> Result<ArrayRef> {
        match (self, dtype) {
            (Scalar::List(items), DType::List(item) | DType::Array(item, _)) => list(items, item),
            (Scalar::Struct(fields), DType::Struct(wanted)) => structure(self, fields, wanted),
            (Scalar::List(_) | Scalar::Struct(_), _) => self.nested(&self.dtype()),
            _ => Ok(Arc::new(NullArray::new(1))),
        }
    }

    /// The array of an item of a list, or of a field: unlike a cast, it does not turn texts into numbers.
    fn within(&self, dtype: &DType) -> Result<ArrayRef> {
        let room = match (self, dtype) {
            (Scalar::List(_), DType::List(_) | DType::Array(..)) | (Scalar::Struct(_), DType::Struct(_)) => {
                true
            }
            (Scalar::Null | Scalar::Bool(_), DType::Bool) => true,
            (_, DType::Bool) => false,
            _ => promote(&self.dtype(), dtype).is_some(),
        };
        if !room {
            let error = Error::type_mismatch(format!("{} among values of {dtype}", self.dtype()));
            return Err(error.value(self.to_string()).hint("a list holds values of one type"));
        }
        self.to_array(dtype, 1)
    }
}

fn list(items: &[Scalar], item: &DType) -> Result<ArrayRef> {
    let values = match alike(items, item) {
        Some(values) => values,
        None => {
            let parts: Vec<ArrayRef> = items.iter().map(|value| value.within(item)).all_ok()?;
            let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
            arrow::compute::concat(&parts)?
        }
    };
    let field = Arc::new(arrow::datatypes::Field::new("item", item.to_arrow(), true));
    let offsets = OffsetBuffer::from_lengths([values.len()]);
    Ok(Arc::new(ListArray::try_new(field, offsets, values, None)?))
}

/// Fields are found by name, and null where the struct has none of a name.
fn structure(whole: &Scalar, fields: &[(Arc<str>, Scalar)], wanted: &[Field]) -> Result<ArrayRef> {
    let in_order = fields.len() == wanted.len() && fields.iter().zip(wanted).all(|(own, f)| own.0 == f.name);
    if !in_order && let Some((name, _)) = fields.iter().find(|own| wanted.iter().all(|f| f.name != own.0)) {
        let error =
            Error::type_mismatch(format!("field {name:?} is none of {}", DType::Struct(wanted.to_vec())));
        return Err(error.value(whole.to_string()));
    }
    let columns = wanted.iter().enumerate().map(|(at, field)| {
        let own = if in_order { fields.get(at) } else { fields.iter().find(|own| own.0 == field.name) };
        own.map_or(&Scalar::Null, |own| &own.1).within(&field.dtype)
    });
    let columns = columns.all_ok()?;
    let fields: Vec<_> = wanted.iter().map(|field| Arc::new(field.to_arrow())).collect();
    // The length is said: there may be no field that has it.
    Ok(Arc::new(StructArray::try_new_with_length(fields.into(), columns, None, 1)?))
}

/// Values that are all of the plainest kind of a type, or null, in one array: lists may be long.
fn alike(items: &[Scalar], dtype: &DType) -> Option<ArrayRef> {
    macro_rules! all {
        ($kind:ident, $array:ty, $value:expr) => {{
            let same = items.iter().all(|item| matches!(item, Scalar::$kind(_) | Scalar::Null));
            let value = |item| match item {
                &Scalar::$kind(ref value) => Some($value(value)),
                _ => None,
            };
            same.then(|| Arc::new(items.iter().map(value).collect::<$array>()) as ArrayRef)
        }};
    }
    match dtype {
        DType::Int64 => all!(Int, Int64Array, |value: &i64| *value),
        DType::UInt64 => all!(UInt, UInt64Array, |value: &u64| *value),
        DType::Float64 => all!(Float, Float64Array, |value: &f64| *value),
        DType::Bool => all!(Bool, BooleanArray, |value: &bool| *value),
        DType::String => all!(String, StringViewArray, AsRef::<str>::as_ref),
        _ if items.is_empty() => Some(new_null_array(&dtype.to_arrow(), 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::promote::common;

    fn of(fields: &[(&str, Scalar)]) -> Scalar {
        Scalar::Struct(fields.iter().map(|(name, value)| (Arc::from(*name), value.clone())).collect())
    }

    #[test]
    fn structs_of_one_list_have_the_fields_of_all() -> Result<()> {
        let (a, b) = (of(&[("a", 1i64.into())]), of(&[("b", 2i64.into()), ("a", 1.5.into())]));
        let both = Scalar::List(vec![a.clone(), b.clone(), Scalar::Null]);
        assert_eq!(both.dtype().to_string(), "list[struct[a: float64, b: int64]]");
        let array = both.to_array(&both.dtype(), 2)?;
        for row in 0..2 {
            let read = Scalar::from_array(&array, row).to_string();
            assert_eq!(read, "[{a: 1.0, b: null}, {a: 1.5, b: 2}, null]");
        }
        let error = b.to_array(&a.dtype(), 1).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("field \"b\" is none of struct[a: int64]"), "{error}");
        Ok(())
    }

    #[test]
    fn items_without_a_common_type_are_an_error() {
        for items in [
            vec![Scalar::from(1i64), Scalar::from("2")],
            vec![Scalar::from("2"), Scalar::from(1i64)],
            vec![Scalar::from(true), Scalar::from("x")],
            vec![of(&[("a", 1i64.into())]), of(&[("a", "1".into())])],
            vec![Scalar::List(vec![]), Scalar::from(1i64)],
        ] {
            let list = Scalar::List(items);
            let error = list.to_array(&list.dtype(), 1).map(|_| ()).unwrap_err();
            assert!(error.to_string().contains("a list holds values of one type"), "{error}");
        }
        let numbers = Scalar::List(vec![true.into(), 2i64.into()]);
        assert_eq!(numbers.to_array(&numbers.dtype(), 1).map_or(0, |array| array.len()), 1);
        assert_eq!(numbers.dtype().to_string(), "list[int64]");
    }

    #[test]
    fn lists_in_lists_take_time_by_their_depth_alone() -> Result<()> {
        let mut deep = Scalar::from(1i64);
        for _ in 0..60 {
            deep = Scalar::List(vec![deep, Scalar::Null]);
        }
        let array = deep.to_array(&deep.dtype(), 1)?;
        assert_eq!(Scalar::from_array(&array, 0).to_string(), deep.to_string());
        assert_eq!(common(&deep.dtype(), &deep.dtype()), Some(deep.dtype()));
        Ok(())
    }
}
