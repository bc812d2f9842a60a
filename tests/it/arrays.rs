//! Arrays (lists of one length) are as good as lists: every function and verb gives for them what it gives for lists.

use crate::check::{check, print, refused, table};
use arrow::array::{Array, ArrayRef, AsArray, FixedSizeListArray, Float32Array, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field as ArrowField};
use hypostyle::functions::{AGGREGATES, SCALARS, WINDOWS};
use hypostyle::kernels::cast::cast;
use hypostyle::{
    Batch, CastMode, Column, Concat, DType, ErrorKind, Expr, Field, Frame, GroupOrder, IpcWriteOptions,
    JoinType, JsonWriteOptions, LazyFrame, Params, ParquetWriteOptions, Result, Scalar, Schema, col, element,
    lit, read_ipc, read_json, read_parquet, when,
};
use std::sync::Arc;

const ROWS: &str =
    "k: int64 | t: string\n1 | 1,2\n2 | 3,?\n1 | null\n2 | 1,2\n1 | -0.0,NaN\n2 | 0.0,NaN\n3 | 3,?\n3 | null";

fn lists() -> DType {
    DType::List(Box::new(DType::Float64))
}

fn arrays() -> DType {
    DType::array(DType::Float64, 2).unwrap()
}

/// A key, and the same values as lists and as arrays.
fn both() -> Frame {
    let read = || col("t").str_split(",").cast_with(lists(), CastMode::Lenient);
    let columns = [col("k"), read().alias("list"), read().cast(arrays()).alias("array")];
    table(ROWS).lazy().select(columns).collect().unwrap()
}

/// What a query gives for the column of one name: the texts of its rows, with `list` for `array` in the types.
fn shown(query: LazyFrame) -> Result<String> {
    let text = print(&query.collect()?);
    Ok(text.replace("array[float64, 2]", "list[float64]"))
}

/// The same answer or the same kind of error for lists and for arrays.
#[track_caller]
fn same(what: &str, query: &dyn Fn(LazyFrame, Expr) -> LazyFrame) {
    let frame = both();
    let of = |name: &str| {
        let column = frame.lazy().select([col("k"), col(name).alias("x")]);
        shown(query(column, col("x")))
    };
    match (of("list"), of("array")) {
        (Ok(list), Ok(array)) => assert_eq!(list, array, "{what}"),
        (Err(list), Err(array)) => assert_eq!(list.kind(), array.kind(), "{what}: {list} and {array}"),
        (list, array) => panic!("{what}: {list:?} for lists, {array:?} for arrays"),
    }
}

/// The column as the first argument, and a number for each of the others.
fn arguments(names: &[&str], x: &Expr) -> Vec<Expr> {
    (0..names.len()).map(|at| if at == 0 { x.clone() } else { col("k") }).collect()
}

#[test]
fn every_function_takes_arrays_where_it_takes_lists() {
    for function in AGGREGATES {
        let call =
            |x: &Expr| Expr::aggregate(function, arguments(function.args, x), Params::new()).alias("y");
        same(&function.name, &|frame, x| frame.select([call(&x)]));
        same(&function.name, &|frame, x| frame.group_by("k").order(GroupOrder::Sorted).agg([call(&x)]));
        same(&function.name, &|frame, x| frame.select([col("k"), call(&x).over("k").alias("y")]));
    }
    for function in WINDOWS {
        let call = |x: &Expr| Expr::window(function, arguments(function.args, x), Params::new()).alias("y");
        same(&function.name, &|frame, x| frame.select([call(&x).over("k").alias("y")]));
    }
    // Equal keys have equal hashes; those of lists and of arrays have nothing to do with each other.
    for function in SCALARS.iter().filter(|function| function.name != "hash") {
        let call = |x: &Expr| Expr::call(function, arguments(function.args, x), Params::new()).alias("y");
        same(&function.name, &|frame, x| frame.select([call(&x)]));
    }
}

#[test]
fn functions_of_lists_read_arrays() {
    let frame = both();
    let x = || col("array");
    check(&[&frame], |t| {
        t[0].select([
            x().list_get(1).alias("get"),
            x().list_len().alias("len"),
            x().list_sum().alias("sum"),
            x().list_max().alias("max"),
            x().list_slice(1, None).alias("slice"),
            x().list_sort(true).alias("sort"),
            x().list_reverse().alias("back"),
            x().list_eval(element() * 2.0).alias("twice"),
            x().list_contains(2.0).alias("has"),
            x().is_in([Scalar::List(vec![1.0.into(), 2.0.into()])]).alias("in"),
        ])
    })
    .gives(
        "get: float64 | len: int64 | sum: float64 | max: float64 | slice: list[float64] | sort: array[float64, 2] | back: array[float64, 2] | twice: array[float64, 2] | has: bool | in: bool
         2.0 | 2 | 3.0 | 2.0 | [2.0] | [2.0, 1.0] | [2.0, 1.0] | [2.0, 4.0] | true | true
         null | 2 | 3.0 | 3.0 | [null] | [3.0, null] | [null, 3.0] | [6.0, null] | false | false
         null | null | null | null | null | null | null | null | null | null
         2.0 | 2 | 3.0 | 2.0 | [2.0] | [2.0, 1.0] | [2.0, 1.0] | [2.0, 4.0] | true | true
         NaN | 2 | NaN | -0.0 | [NaN] | [NaN, -0.0] | [NaN, -0.0] | [-0.0, NaN] | false | false
         NaN | 2 | NaN | 0.0 | [NaN] | [NaN, 0.0] | [NaN, 0.0] | [0.0, NaN] | false | false
         null | 2 | 3.0 | 3.0 | [null] | [3.0, null] | [null, 3.0] | [6.0, null] | false | false
         null | null | null | null | null | null | null | null | null | null",
    );
}

#[test]
fn arrays_go_through_every_verb() {
    let frame = both();
    let only = |t: &LazyFrame| t.select(["k", "array"]);
    check(&[&frame], |t| only(&t[0]).filter(col("array").list_get(0).gt(0.0)))
        .gives("k: int64 | array: array[float64, 2]\n1 | [1.0, 2.0]\n2 | [3.0, null]\n2 | [1.0, 2.0]\n3 | [3.0, null]");
    check(&[&frame], |t| only(&t[0]).sort("array")).gives(
        "k: int64 | array: array[float64, 2]\n1 | [-0.0, NaN]\n2 | [0.0, NaN]\n1 | [1.0, 2.0]\n2 | [1.0, 2.0]\n\
         2 | [3.0, null]\n3 | [3.0, null]\n1 | null\n3 | null",
    );
    check(&[&frame], |t| {
        let groups = t[0].group_by("array").order(GroupOrder::FirstSeen);
        groups.agg([col("k").sum().alias("k"), col("array").first().alias("first")])
    })
    .gives(
        "array: array[float64, 2] | k: int64 | first: array[float64, 2]\n[1.0, 2.0] | 3 | [1.0, 2.0]\n\
         [3.0, null] | 5 | [3.0, null]\nnull | 4 | null\n[-0.0, NaN] | 3 | [-0.0, NaN]",
    );
    check(&[&frame], |t| {
        only(&t[0]).group_by("k").order(GroupOrder::Sorted).agg([col("array").collect_list()])
    })
    .gives(
        "k: int64 | array: list[array[float64, 2]]\n1 | [[1.0, 2.0], null, [-0.0, NaN]]\n\
             2 | [[3.0, null], [1.0, 2.0], [0.0, NaN]]\n3 | [[3.0, null], null]",
    );
    // As keys, all NaNs and both zeros are one value, inside of lists too.
    check(&[&frame], |t| {
        let groups = t[0].group_by("list").order(GroupOrder::FirstSeen);
        groups.agg([col("k").count().alias("n"), col("list").n_unique().alias("one")])
    })
    .gives("list: list[float64] | n: uint64 | one: uint64\n[1.0, 2.0] | 2 | 1\n[3.0, null] | 2 | 1\nnull | 2 | 0\n[-0.0, NaN] | 2 | 1");
    for name in ["list", "array"] {
        check(&[&frame], |t| t[0].filter(col("k").lt(3)).select([col(name).hash(1).n_unique()]))
            .gives(&format!("{name}: uint64\n4"));
    }
    check(&[&frame], |t| only(&t[0]).explode("array").limit(6))
        .gives("k: int64 | array: float64\n1 | 1.0\n1 | 2.0\n2 | 3.0\n2 | null\n1 | null\n2 | 1.0");
    check(&[&frame], |t| {
        only(&t[0]).select([
            col("array").lag(1).over("k").alias("lag"),
            when(col("k").eq(1)).then(col("array")).otherwise(lit(Scalar::List(vec![7i64.into(), Scalar::Null]))).alias("case"),
            col("array").eq(lit(Scalar::List(vec![1i64.into(), 2i64.into()]))).alias("same"),
            col("array").is_null().alias("gap"),
        ])
    })
    .gives(
        "lag: array[float64, 2] | case: array[float64, 2] | same: bool | gap: bool\nnull | [1.0, 2.0] | true | false\n\
         null | [7.0, null] | false | false\n[1.0, 2.0] | null | null | true\n[3.0, null] | [7.0, null] | true | false\n\
         null | [-0.0, NaN] | false | false\n[1.0, 2.0] | [7.0, null] | false | false\nnull | [7.0, null] | false | false\n\
         [3.0, null] | [7.0, null] | null | true",
    );
}

#[test]
fn arrays_join_and_stack() {
    let frame = both();
    let only = |t: &LazyFrame| t.select(["k", "array"]);
    check(&[&frame], |t| {
        only(&t[0])
            .join(&only(&t[0]).filter(col("k").eq(2)), ["array"], JoinType::Inner)
            .select(["k", "k_right", "array"])
    })
    .gives(
        "k: int64 | k_right: int64 | array: array[float64, 2]\n1 | 2 | [1.0, 2.0]\n2 | 2 | [3.0, null]\n\
         2 | 2 | [1.0, 2.0]\n1 | 2 | [-0.0, NaN]\n2 | 2 | [0.0, NaN]\n3 | 2 | [3.0, null]",
    );
    // A key may be a list on one side.
    check(&[&frame], |t| {
        let lists = t[0].filter(col("k").eq(3)).select([col("list").alias("array")]);
        only(&t[0]).join(&lists, ["array"], JoinType::Inner).select(["k"])
    })
    .gives("k: int64\n2\n3");
    check(&[&frame], |t| only(&t[0]).select(["array"]).distinct().select([col("array").list_get(0)]))
        .gives("array: float64\n1.0\n3.0\nnull\n-0.0");
    check(&[&frame], |t| {
        let narrow = t[0].select([col("array").cast(DType::array(DType::Float32, 2).unwrap())]).limit(1);
        LazyFrame::concat(&[narrow, t[0].select(["array"]).limit(1)], Concat::Relaxed)
    })
    .gives("array: array[float64, 2]\n[1.0, 2.0]\n[1.0, 2.0]");
    check(&[&frame], |t| {
        let lists = t[0].select([col("list").alias("array")]).limit(1);
        LazyFrame::concat(&[t[0].select(["array"]).limit(1), lists], Concat::Relaxed)
    })
    .gives("array: list[float64]\n[1.0, 2.0]\n[1.0, 2.0]");
}

#[test]
fn casts_look_at_every_length() {
    let frame = table("t: string\n1,2\nnull\n3,4,5\nx,6");
    let lists = || col("t").str_split(",");
    let to = |item: DType, width| DType::array(item, width).unwrap();
    check(&[&frame], |t| t[0].select([lists().cast(to(DType::String, 2)).alias("l")]))
        .fails(ErrorKind::Cast, &["a list of 3 elements is no array[string, 2]", "row 2", "lenient"]);
    check(&[&frame], |t| t[0].select([lists().cast_with(to(DType::Int64, 2), CastMode::Lenient).alias("l")]))
        .gives("l: array[int64, 2]\n[1, 2]\nnull\nnull\n[null, 6]");
    check(&[&frame], |t| {
        t[0].filter(col("t").not_eq("3,4,5")).select([lists().cast(to(DType::Int64, 2)).alias("l")])
    })
    .fails(ErrorKind::Parse, &["\"x\""]);
    check(&[&frame], |t| {
        let arrays = t[0].limit(2).select([lists().cast(to(DType::Int64, 2)).alias("l")]);
        arrays.select([
            col("l").cast(DType::List(Box::new(DType::Int8))).alias("a"),
            col("l").cast(to(DType::Float32, 2)).alias("b"),
            col("l").cast(DType::String).alias("c"),
        ])
    })
    .gives(
        "a: list[int8] | b: array[float32, 2] | c: string\n[1, 2] | [1.0, 2.0] | [1, 2]\nnull | null | null",
    );
    let arrays = frame.lazy().select([lists().cast(to(DType::String, 2)).alias("l")]);
    let error = refused(&arrays.select([col("l").cast(to(DType::String, 3))]));
    assert_eq!(error.kind(), ErrorKind::Type, "{error}");
    assert_eq!(DType::array(DType::Int8, 1 << 31).unwrap_err().kind(), ErrorKind::InvalidArgument);
}

/// What hides below a null array is no element.
#[test]
fn elements_below_nulls_are_not_seen() {
    let values: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 1000, 1000, 3, 4]));
    let field = Arc::new(ArrowField::new("item", DataType::Int64, true));
    let nulls = Some(NullBuffer::from(vec![true, false, true]));
    let fixed: ArrayRef = Arc::new(FixedSizeListArray::try_new(field, 2, values, nulls).unwrap());
    let schema = Schema::new(vec![Field::new("x", DType::array(DType::Int64, 2).unwrap())]).unwrap();
    let batch = Batch::new(vec![Column::new(fixed).unwrap()], 3).unwrap();
    let frame = Frame::new(schema, vec![batch]).unwrap();
    let bytes = DType::array(DType::Int8, 2).unwrap();
    check(&[&frame], |t| {
        t[0].select([
            col("x").cast(bytes.clone()).alias("a"),
            col("x").cast(DType::List(Box::new(DType::Int8))).alias("b"),
            col("x").list_sum().alias("c"),
            col("x").list_eval(element().cast(DType::Int8)).alias("d"),
        ])
    })
    .gives(
        "a: array[int8, 2] | b: list[int8] | c: int64 | d: array[int8, 2]\n[1, 2] | [1, 2] | 3 | [1, 2]\n\
         null | null | null | null\n[3, 4] | [3, 4] | 7 | [3, 4]",
    );
    check(&[&frame], |t| t[0].explode("x")).gives("x: int64\n1\n2\nnull\n3\n4");
}

#[test]
fn files_keep_the_width() {
    let folder = tempfile::tempdir().unwrap();
    let inner = DType::array(DType::array(DType::String, 2).unwrap(), 1).unwrap();
    let nested = DType::array(DType::Struct(vec![Field::new("a", DType::Int16)]), 2).unwrap();
    let read = || col("t").str_split(",");
    let frame = both().lazy().with_columns([lit(1i64).alias("one")]);
    let frame = LazyFrame::concat(&[frame, table(ROWS).lazy().select(["t"])], Concat::Horizontal);
    let frame = frame
        .select([
            col("array"),
            Expr::as_list([read().cast(DType::array(DType::String, 2).unwrap())])
                .cast(inner.clone())
                .alias("inner"),
            Expr::as_list(vec![Expr::as_struct([("a", col("k").cast(DType::Int16))]); 2])
                .cast(nested.clone())
                .alias("nested"),
            Expr::as_list(Vec::from([col("one")]))
                .list_slice(1, None)
                .cast(DType::array(DType::Int64, 0).unwrap())
                .alias("none"),
        ])
        .collect()
        .unwrap();
    assert_eq!(frame.schema().field("inner").unwrap().dtype, inner);
    for frame in [frame.clone(), frame.repartition(3).unwrap(), frame.head(0)] {
        let path = folder.path().join("x.arrow");
        frame.lazy().write_ipc(&path, &IpcWriteOptions::default()).unwrap();
        assert_eq!(print(&read_ipc(&path).unwrap()), print(&frame));
        let frame = frame.lazy().select(["array", "inner", "nested"]).collect().unwrap();
        let path = folder.path().join("x.parquet");
        frame.lazy().write_parquet(&path, &ParquetWriteOptions::default()).unwrap();
        assert_eq!(print(&read_parquet(&path).unwrap()), print(&frame));
    }
    let path = folder.path().join("x.json");
    let some = frame.lazy().select(["nested", "none"]);
    some.write_json(&path, &JsonWriteOptions::default()).unwrap();
    let back = read_json(&path).unwrap();
    let text = "[[{\"a\": 1}, {\"a\": 1}]";
    assert!(print(&back).contains("[{a: 1}, {a: 1}]") || print(&back).contains(text), "{}", print(&back));
}

#[test]
fn the_elements_are_shared() {
    let values: ArrayRef = Arc::new(Float32Array::from(vec![1.0f32; 12]));
    let place = values.to_data().buffers()[0].as_ptr();
    let field = Arc::new(ArrowField::new("element", DataType::Float32, false));
    let fixed: ArrayRef = Arc::new(FixedSizeListArray::try_new(field, 3, values, None).unwrap());
    let column = Column::new(fixed).unwrap();
    assert_eq!(column.dtype(), &DType::array(DType::Float32, 3).unwrap());
    let out = column.slice(1, 2).to_plain().unwrap();
    let own = out.as_fixed_size_list();
    assert_eq!((own.len(), own.value_length()), (2, 3));
    assert_eq!(own.values().to_data().buffers()[0].as_ptr(), place.wrapping_add(12));
}

/// Arrays of any width, cut anywhere, with anything below their nulls, are the lists of the same elements and back.
#[test]
fn lists_and_arrays_are_the_same_however_they_are_cut() {
    let mut seed = 7u64;
    let mut next = move |limit: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % limit
    };
    for _ in 0..300 {
        let (width, rows) = (next(4) as usize, 1 + next(20) as usize);
        let items: Int64Array = (0..width * rows).map(|_| (next(4) > 0).then(|| next(9) as i64)).collect();
        let nulls =
            (next(2) > 0).then(|| NullBuffer::from((0..rows).map(|_| next(3) > 0).collect::<Vec<_>>()));
        let field = Arc::new(ArrowField::new("item", DataType::Int64, true));
        let fixed =
            FixedSizeListArray::try_new_with_length(field, width as i32, Arc::new(items), nulls, rows);
        let fixed: ArrayRef = Arc::new(fixed.unwrap());
        let (start, end) = (next(rows as u64) as usize, rows - next(2).min(rows as u64 - 1) as usize);
        let part = fixed.slice(start, end.max(start) - start);
        let scalars = |array: &ArrayRef| -> Vec<Scalar> {
            (0..array.len()).map(|row| Scalar::from_array(array, row)).collect()
        };
        let narrow = DType::array(DType::Int8, width).unwrap();
        for mode in [CastMode::Strict, CastMode::Lenient] {
            let lists = cast(&part, &DType::List(Box::new(DType::Int64)), mode).unwrap();
            let texts = cast(&part, &DType::array(DType::String, width).unwrap(), mode).unwrap();
            assert_eq!(scalars(&lists), scalars(&part));
            for from in [&part, &lists, &texts] {
                let back = cast(from, &narrow, mode).unwrap();
                assert_eq!(DType::from_arrow(back.data_type()).unwrap(), narrow);
                assert_eq!(scalars(&back), scalars(&part), "{width} {rows} {start} {mode:?}");
            }
            let other =
                cast(&lists, &DType::array(DType::Int64, width + 1).unwrap(), CastMode::Lenient).unwrap();
            assert_eq!(other.null_count(), other.len());
        }
    }
}
