//! Every scalar function: its example runs, and it gives the same however the rows are cut and the strings are held.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, UInt32Array, new_null_array};
use hypostyle::data::concat::concat_columns;
use hypostyle::data::strings;
use hypostyle::expr::{Bound, Evaluate, Example, ScalarFunction, bind};
use hypostyle::functions::{SCALARS, resolve, scalar_function};
use hypostyle::{Batch, Column, DType, ErrorKind, Expr, Field, Scalar, Schema};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

fn each(mut check: impl FnMut(&ScalarFunction, Example)) {
    for function in SCALARS {
        check(function, function.example.unwrap_or_else(|| panic!("{} has no example", function.name))());
    }
}

fn schema_of(columns: &[(&'static str, Column)]) -> Schema {
    Schema::new(columns.iter().map(|(name, column)| Field::new(name, column.dtype().clone())).collect())
        .unwrap()
}

fn batch_of(columns: &[(&'static str, Column)]) -> Batch {
    let rows = columns.first().map_or(1, |(_, column)| column.len());
    Batch::new(columns.iter().map(|(_, column)| column.clone()).collect(), rows).unwrap()
}

fn bound(example: &Example) -> Bound {
    bind(&example.expr, &schema_of(&example.input)).unwrap()
}

fn values(column: &Column) -> Vec<Scalar> {
    (0..column.len()).map(|row| Scalar::from_array(column.array(), row)).collect()
}

fn change(example: Example, change: impl Fn(&Column) -> Column) -> Example {
    let input = example.input.iter().map(|(name, column)| (*name, change(column))).collect();
    Example { input, ..example }
}

/// String columns as codes, with one value in the dictionary that no row has.
fn coded(column: &Column) -> Column {
    if *column.dtype() != DType::String {
        return column.clone();
    }
    let plain = column.to_plain().unwrap();
    let (mut known, mut dictionary) = (HashMap::new(), vec!["a value that no row has"]);
    let codes: UInt32Array = plain
        .as_string_view()
        .iter()
        .map(|text| {
            text.map(|text| {
                *known.entry(text).or_insert_with(|| {
                    dictionary.push(text);
                    dictionary.len() as u32 - 1
                })
            })
        })
        .collect();
    let dictionary: ArrayRef = Arc::new(StringViewArray::from_iter_values(dictionary));
    Column::new(strings::encode(codes, dictionary).unwrap()).unwrap()
}

#[test]
fn names_are_unique_and_documented() {
    let mut names = HashSet::new();
    for function in SCALARS {
        assert!(names.insert(function.name.to_string()), "{} twice", function.name);
        for alias in function.aliases {
            assert!(names.insert((*alias).to_owned()), "{alias} twice");
            assert_eq!(scalar_function(alias).unwrap().name, function.name);
        }
        assert!(function.doc.ends_with('.'), "{}: {}", function.name, function.doc);
        assert!(!function.args.is_empty() && !function.family.is_empty());
        assert!(function.params.iter().all(|param| param.doc.ends_with('.')), "{}", function.name);
    }
}

#[test]
fn examples_give_what_they_say() {
    each(|function, example| {
        let result = bound(&example).column(&batch_of(&example.input)).unwrap();
        assert_eq!(values(&result), values(&example.output), "{}", function.name);
        assert_eq!(result.dtype(), example.output.dtype(), "{}", function.name);
        let mut calls = false;
        example.expr.visit(&mut |expr| {
            calls |= matches!(expr, Expr::Call { function: called, .. } if called.name() == function.name);
        });
        assert!(calls, "the example of {} shows something else", function.name);
    });
}

#[test]
fn rows_do_not_see_each_other() {
    each(|function, example| {
        let (bound, batch) = (bound(&example), batch_of(&example.input));
        let whole = values(&bound.column(&batch).unwrap());
        for (row, expected) in whole.iter().enumerate() {
            let alone = values(&bound.column(&batch.slice(row, 1)).unwrap());
            assert_eq!(&alone[..], std::slice::from_ref(expected), "row {row} of {}", function.name);
        }
        let tail = values(&bound.column(&batch.slice(1, batch.rows() - 1)).unwrap());
        assert_eq!(tail, whole[1..], "{} of a slice", function.name);
        let none = bound.column(&batch.slice(0, 0)).unwrap();
        assert_eq!((none.len(), none.dtype()), (0, &bound.dtype), "{} of nothing", function.name);
        let many = change(example, |column| concat_columns(&vec![column; 50]).unwrap());
        let many = values(&bound.column(&batch_of(&many.input)).unwrap());
        assert!(many.chunks(whole.len()).all(|chunk| chunk == whole), "{} of many rows", function.name);
    });
}

#[test]
fn coded_strings_give_the_same() {
    each(|function, example| {
        let bound = bound(&example);
        let many = change(example, |column| concat_columns(&[column; 3]).unwrap());
        let plain = values(&bound.column(&batch_of(&many.input)).unwrap());
        let coded = bound.column(&batch_of(&change(many, coded).input)).unwrap();
        assert_eq!(values(&coded), plain, "{}", function.name);
    });
}

#[test]
fn nulls_alone_never_fail() {
    each(|function, example| {
        let bound = bound(&example);
        let nulls = |column: &Column| new_null_array(&column.dtype().to_arrow(), 70);
        let example = change(example, |column| Column::new(nulls(column)).unwrap());
        let result = bound.column(&batch_of(&example.input)).unwrap();
        assert_eq!((result.len(), result.dtype()), (70, &bound.dtype), "{}", function.name);
        // Columns of no type but null as well: a type is found, or the types are refused.
        let untyped = new_null_array(&arrow::datatypes::DataType::Null, 3);
        let example = change(example, |_| Column::new(untyped.clone()).unwrap());
        match bind(&example.expr, &schema_of(&example.input)) {
            Ok(bound) => {
                let result = bound.column(&batch_of(&example.input)).unwrap();
                assert_eq!((result.len(), result.dtype()), (3, &bound.dtype), "{}", function.name);
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Type, "{}: {error}", function.name),
        }
    });
}

#[test]
fn what_lies_under_a_null_is_not_seen() {
    each(|function, example| {
        let bound = bound(&example);
        let batch = batch_of(&example.input);
        if batch.rows() < 2 {
            return;
        }
        let whole = values(&bound.column(&batch).unwrap());
        // The first row becomes null, its bytes stay.
        let hidden = change(example, |column| {
            let plain = column.to_plain().unwrap();
            let valid: Vec<bool> = (0..plain.len()).map(|row| row > 0 && plain.is_valid(row)).collect();
            let data = plain.to_data().into_builder().nulls(Some(valid.into())).build().unwrap();
            Column::new(arrow::array::make_array(data)).unwrap()
        });
        let result = values(&bound.column(&batch_of(&hidden.input)).unwrap());
        assert_eq!(result[1..], whole[1..], "{}", function.name);
        if function.nulls == hypostyle::expr::Nulls::Propagate {
            assert_eq!(result[0], Scalar::Null, "{}", function.name);
        }
    });
}

#[test]
fn examples_survive_serialisation() {
    each(|function, example| {
        let text = serde_json::to_string(&example.expr).unwrap();
        let back = resolve(serde_json::from_str(&text).unwrap()).unwrap();
        // NaN and infinities have no JSON; everything else comes back as it was.
        assert_eq!(back, example.expr, "{}", function.name);
    });
}

#[test]
fn wrong_types_and_arguments_are_refused_when_bound() {
    let odd = Scalar::Struct(vec![("a".into(), 1i64.into())]);
    let column = Column::new(odd.to_array(&odd.dtype(), 2).unwrap()).unwrap();
    each(|function, example| {
        let example = change(example, |_| column.clone());
        // Bound or refused with a reason, never a panic.
        if let Err(error) = bind(&example.expr, &schema_of(&example.input)) {
            let known =
                matches!(error.kind(), ErrorKind::Type | ErrorKind::InvalidArgument | ErrorKind::Cast);
            assert!(known, "{}: {error:?}", function.name);
        } else if !matches!(function.evaluate, Evaluate::Expand(_)) {
            let bound = bound(&example);
            let result = bound.column(&batch_of(&example.input)).unwrap();
            assert_eq!(result.dtype(), &bound.dtype, "{}", function.name);
        }
        let unknown = hypostyle::Params::new().with("no_such_constant", 1i64);
        let args: Vec<Expr> = function.args.iter().map(|_| hypostyle::col("x")).collect();
        let schema = Schema::new(vec![Field::new("x", DType::Int64)]).unwrap();
        let error = bind(&Expr::call(scalar_function(&function.name).unwrap(), args, unknown), &schema);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidArgument, "{}", function.name);
        let none = Expr::call(scalar_function(&function.name).unwrap(), [], hypostyle::Params::new());
        assert_eq!(bind(&none, &schema).unwrap_err().kind(), ErrorKind::InvalidArgument, "{}", function.name);
    });
}
