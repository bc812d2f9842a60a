//! `struct_field`, `struct_set`, `as_struct`: columns inside of columns.

use crate::data::{Column, DType, Field, Scalar};
use crate::error::{Error, Result};
use crate::expr::{Example, Expr, Param, Params, ScalarFunction, Signature, col, lit};
use crate::functions::scalar::support::column_of_scalars;
use arrow::array::{Array, ArrayRef, AsArray, StructArray, new_null_array};
use arrow::datatypes::DataType;
use std::sync::Arc;

const NAME: Param = Param { name: "name", default: None, doc: "The field's name." };

/// A field of a struct.
pub static STRUCT_FIELD: ScalarFunction = ScalarFunction::new(
    "struct_field",
    "structs",
    &["expr"],
    |types, params| {
        let name = params.str("name")?;
        if types[0] == DType::Null {
            return Ok(Signature::new(types, DType::Null));
        }
        let fields = fields(&types[0])?;
        let field = fields.iter().find(|field| field.name.as_ref() == name);
        let field = field
            .ok_or_else(|| Error::column_not_found(name, fields.iter().map(|field| field.name.as_ref())))?;
        Ok(Signature::new(types, field.dtype.clone()))
    },
    |args| {
        let array = args.array(0)?;
        let found =
            array.as_struct_opt().and_then(|fields| fields.column_by_name(args.params().str("name").ok()?));
        Ok(found.cloned().unwrap_or_else(|| new_null_array(&args.output().to_arrow(), args.rows())))
    },
)
.with_params(&[NAME])
.documented("A field of a struct.", || Example {
    input: vec![("x", pairs())],
    expr: col("x").struct_field("a"),
    output: [Some(1i64), None].into_iter().collect(),
});

/// A struct with another field.
pub static STRUCT_SET: ScalarFunction = ScalarFunction::new(
    "struct_set",
    "structs",
    &["expr", "value"],
    |types, params| {
        let name = params.str("name")?;
        let mut known = if types[0] == DType::Null { Vec::new() } else { fields(&types[0])?.to_vec() };
        match known.iter_mut().find(|field| field.name.as_ref() == name) {
            Some(field) => field.dtype = types[1].clone(),
            None => known.push(Field::new(name, types[1].clone())),
        }
        Ok(Signature::new(types, DType::Struct(known)))
    },
    |args| {
        let (array, value) = (args.array(0)?, args.array(1)?);
        let DataType::Struct(fields) = args.output().to_arrow() else {
            return Err(Error::internal("a struct that is none"));
        };
        let name = args.params().str("name")?;
        let columns = fields.iter().map(|field| match field.name() == name {
            true => Ok(value.clone()),
            false => array
                .as_struct_opt()
                .and_then(|array| array.column_by_name(field.name()).cloned())
                .ok_or_else(|| Error::internal("a field that is not there")),
        });
        let columns: Vec<ArrayRef> = columns.collect::<Result<_>>()?;
        Ok(Arc::new(StructArray::try_new(fields, columns, array.logical_nulls())?))
    },
)
.handling_nulls()
.with_params(&[NAME])
.documented(
    "A struct with one field set: another value where it has the field, one field more where it has not.",
    || {
        let row = Scalar::Struct(vec![("a".into(), 7i64.into()), ("b".into(), "x".into())]);
        Example {
            input: vec![("x", pairs())],
            expr: col("x").struct_set("a", lit(7i64)),
            output: column_of_scalars(&pair(), &[row, Scalar::Null]),
        }
    },
);

/// Columns as one.
pub static AS_STRUCT: ScalarFunction = ScalarFunction::new(
    "as_struct",
    "structs",
    &["expr", "others"],
    |types, params| {
        let names = names(params)?;
        if names.len() != types.len() {
            return Err(Error::invalid(format!("{} names of {} fields", names.len(), types.len())));
        }
        if let Some(name) =
            names.iter().enumerate().find_map(|(at, name)| names[..at].contains(name).then_some(name))
        {
            return Err(Error::invalid(format!("two fields {name:?}")));
        }
        let fields = names.iter().zip(types).map(|(name, dtype)| Field::new(name, dtype.clone()));
        Ok(Signature::new(types, DType::Struct(fields.collect())))
    },
    |args| {
        let DataType::Struct(fields) = args.output().to_arrow() else {
            return Err(Error::internal("a struct that is none"));
        };
        let columns: Vec<ArrayRef> = (0..args.len()).map(|at| args.array(at)).collect::<Result<_>>()?;
        Ok(Arc::new(StructArray::try_new_with_length(fields, columns, None, args.rows())?))
    },
)
.taking_many()
.handling_nulls()
.with_params(&[Param { name: "names", default: None, doc: "The names of the fields, in order." }])
.documented("Several values as the fields of a struct, which is never null itself.", || {
    let row = |a: Option<i64>| Scalar::Struct(vec![("a".into(), a.into()), ("b".into(), "x".into())]);
    Example {
        input: vec![("x", [Some(1i64), None].into_iter().collect())],
        expr: Expr::as_struct([("a", col("x")), ("b", lit("x"))]),
        output: column_of_scalars(&pair(), &[row(Some(1)), row(None)]),
    }
});

fn fields(dtype: &DType) -> Result<&[Field]> {
    match dtype {
        DType::Struct(fields) => Ok(fields),
        other => Err(Error::type_mismatch(format!("a struct expected, not {other}"))),
    }
}

fn names(params: &Params) -> Result<Vec<&str>> {
    let refused = || Error::invalid(format!("names must be a list of texts, not {}", params.get("names")));
    let Scalar::List(names) = params.get("names") else { return Err(refused()) };
    names.iter().map(|name| name.as_str().ok_or_else(refused)).collect()
}

fn pair() -> DType {
    DType::Struct(vec![Field::new("a", DType::Int64), Field::new("b", DType::String)])
}

fn pairs() -> Column {
    let row = Scalar::Struct(vec![("a".into(), 1i64.into()), ("b".into(), "x".into())]);
    column_of_scalars(&pair(), &[row, Scalar::Null])
}

impl Expr {
    /// A field of a struct.
    pub fn struct_field(self, name: &str) -> Expr {
        Expr::call(&STRUCT_FIELD, [self], Params::new().with("name", name))
    }

    /// A struct with one field set, which may be a new one.
    pub fn struct_set(self, name: &str, value: impl Into<Expr>) -> Expr {
        Expr::call(&STRUCT_SET, [self, value.into()], Params::new().with("name", name))
    }

    /// Several values as the fields of a struct.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Expr, Frame, col};
    /// let frame = Frame::builder().column("a", [1i64]).column("b", ["x"]).finish()?;
    /// let both = frame.lazy().select([Expr::as_struct([("a", col("a")), ("b", col("b"))]).alias("s")]);
    /// let back = both.unnest("s").collect()?;
    /// assert_eq!(back.schema(), frame.schema());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn as_struct<'a>(fields: impl IntoIterator<Item = (&'a str, Expr)>) -> Expr {
        let (names, exprs): (Vec<Scalar>, Vec<Expr>) =
            fields.into_iter().map(|(name, expr)| (Scalar::from(name), expr)).unzip();
        Expr::call(&AS_STRUCT, exprs, Params::new().with("names", Scalar::List(names)))
    }
}
