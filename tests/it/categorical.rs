//! Categorical columns: order, comparison, conversion, groups, joins, exchange with Arrow and files.

use crate::check::check;
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field as ArrowField, Int8Type, Schema as ArrowSchema};
use hypostyle::{
    CastMode, Categories, Concat, DType, ErrorKind, Frame, GroupOrder, IpcOptions, JoinType, LazyFrame,
    Scalar, SortKey, col, len, lit, scan_ipc, scan_parquet, when,
};
use std::sync::Arc;

fn sizes(ordered: bool) -> Categories {
    Categories::new(["small", "medium", "large", "huge"], ordered).unwrap()
}

fn shirts(ordered: bool) -> Frame {
    let values = [Some("large"), Some("small"), None, Some("medium"), Some("large"), Some("small")];
    let frame = Frame::builder().categorical("size", values.to_vec(), sizes(ordered));
    frame.column("n", [1i64, 2, 3, 4, 5, 6]).finish().unwrap()
}

fn texts(frame: &Frame, column: &str) -> Vec<Option<String>> {
    frame.column(column).unwrap().values().map(|value| value.as_str().map(str::to_owned)).collect()
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| (*text != "-").then(|| (*text).to_owned())).collect()
}

#[test]
fn rows_are_sorted_by_category_if_ordered_and_by_text_if_not() {
    let by_order = check(&[&shirts(true)], |t| t[0].sort("size")).frame();
    assert_eq!(texts(&by_order, "size"), some(&["small", "small", "medium", "large", "large", "-"]));
    let by_text = check(&[&shirts(false)], |t| t[0].sort("size")).frame();
    assert_eq!(texts(&by_text, "size"), some(&["large", "large", "medium", "small", "small", "-"]));
    let top =
        check(&[&shirts(true)], |t| t[0].sort_by(vec![SortKey::descending(col("size"))]).limit(2)).frame();
    assert_eq!(texts(&top, "size"), some(&["large", "large"]));
    assert_eq!(*by_order.column("size").unwrap().dtype(), DType::Categorical(sizes(true)));
}

#[test]
fn extremes_are_by_the_order_and_categorical() {
    let found = check(&[&shirts(true)], |t| {
        t[0].select([
            col("size").min().alias("min"),
            col("size").max().alias("max"),
            col("size").arg_max().alias("at"),
            col("n").max_by(col("size")).alias("by"),
            col("size").first().alias("first"),
        ])
    });
    let frame = found.frame();
    assert_eq!((texts(&frame, "min"), texts(&frame, "max")), (some(&["small"]), some(&["large"])));
    assert_eq!(frame.column("at").unwrap().get(0).unwrap().as_i64(), Some(0));
    assert_eq!(frame.column("by").unwrap().get(0).unwrap().as_i64(), Some(1));
    for name in ["min", "max", "first"] {
        assert_eq!(*frame.column(name).unwrap().dtype(), DType::Categorical(sizes(true)), "{name}");
    }
    let error = shirts(false).lazy().select([col("size").max()]).collect().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Type);
    assert!(error.to_string().contains("no order"), "{error}");
}

#[test]
fn extremes_over_windows_and_ranks_go_by_the_order() {
    let found = check(&[&shirts(true)], |t| {
        let parity = (col("n") % lit(2)).eq(lit(0));
        t[0].select([
            col("n"),
            col("size").max().over([parity]).alias("most"),
            col("size").rank("dense", false).alias("rank"),
            col("size").lag(1).alias("before"),
        ])
    });
    let frame = found.frame();
    assert_eq!(texts(&frame, "most"), some(&["large", "medium", "large", "medium", "large", "medium"]));
    let ranks: Vec<_> = frame.column("rank").unwrap().values().map(|rank| rank.as_i64()).collect();
    assert_eq!(ranks, [Some(3), Some(1), None, Some(2), Some(3), Some(1)]);
    assert_eq!(*frame.column("before").unwrap().dtype(), DType::Categorical(sizes(true)));
    assert_eq!(texts(&frame, "before"), some(&["-", "large", "small", "-", "medium", "large"]));
}

#[test]
fn only_ordered_categories_compare() {
    let above = check(&[&shirts(true)], |t| t[0].filter(col("size").gt_eq(lit("medium")))).frame();
    assert_eq!(texts(&above, "size"), some(&["large", "medium", "large"]));
    let between =
        check(&[&shirts(true)], |t| t[0].filter(col("size").between(lit("small"), lit("medium")))).frame();
    assert_eq!(between.rows(), 3);
    for ordered in [true, false] {
        let equal = check(&[&shirts(ordered)], |t| t[0].filter(col("size").eq(lit("small")))).frame();
        assert_eq!(equal.rows(), 2);
        let none = check(&[&shirts(ordered)], |t| t[0].filter(col("size").eq(lit("tiny")))).frame();
        assert_eq!(none.rows(), 0);
    }
    for (frame, other) in [(shirts(false), lit("medium")), (shirts(true), lit("tiny"))] {
        let error = frame.lazy().filter(col("size").lt(other)).collect().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Type, "{error}");
    }
}

#[test]
fn functions_see_text() {
    let found = check(&[&shirts(true)], |t| {
        t[0].select([
            col("size").upper().alias("upper"),
            col("size").fill_null(lit("huge")).alias("known"),
            col("size").fill_null(lit("none")).alias("text"),
            when(col("n").gt(3)).then(col("size")).otherwise(lit("small")).alias("case"),
            (col("size") + lit("!")).alias("loud"),
            col("size").n_unique().over([lit(1)]).alias("kinds"),
        ])
    });
    let frame = found.frame();
    assert_eq!(texts(&frame, "upper"), some(&["LARGE", "SMALL", "-", "MEDIUM", "LARGE", "SMALL"]));
    let categorical = DType::Categorical(sizes(true));
    let types = ["upper", "known", "text", "case"].map(|name| frame.column(name).unwrap().dtype().clone());
    assert_eq!(types, [DType::String, categorical.clone(), DType::String, categorical]);
    assert_eq!(texts(&frame, "loud")[0].as_deref(), Some("large!"));
}

#[test]
fn casts_check_the_categories() {
    let frame = Frame::builder().column("x", [Some("small"), None, Some("tiny")]).finish().unwrap();
    let to = DType::Categorical(sizes(false));
    let error = frame.lazy().select([col("x").cast(to.clone())]).collect().unwrap_err();
    assert_eq!(
        (error.kind(), error.row_number(), error.column_name()),
        (ErrorKind::Cast, Some(2), Some("x"))
    );
    let lenient =
        check(&[&frame], |t| t[0].select([col("x").cast_with(to.clone(), CastMode::Lenient)])).frame();
    assert_eq!(texts(&lenient, "x"), some(&["small", "-", "-"]));
    let numbers = check(&[&shirts(false)], |t| t[0].select([col("size").cast(DType::Int8).alias("code")]));
    let codes: Vec<_> = numbers.frame().column("code").unwrap().values().map(|code| code.as_i64()).collect();
    assert_eq!(codes, [Some(2), Some(0), None, Some(1), Some(2), Some(0)]);
    let back = check(&[&shirts(false)], |t| {
        t[0].select([col("size").cast(DType::Int64).cast(DType::Categorical(sizes(true))).alias("size")])
    });
    assert_eq!(texts(&back.frame(), "size"), texts(&shirts(true), "size"));
    let beyond = Frame::builder().column("x", [1i64, 4]).finish().unwrap();
    let error = beyond.lazy().select([col("x").cast(to.clone())]).collect().unwrap_err();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::Cast, Some(1)));
    let text = check(&[&shirts(true)], |t| t[0].select([col("size").cast(DType::String)])).frame();
    assert_eq!(*text.column("size").unwrap().dtype(), DType::String);
}

#[test]
fn unions_put_categories_together_unless_two_orders_differ() {
    let other = Categories::new(["medium", "tiny"], false).unwrap();
    let more = Frame::builder().categorical("size", ["tiny", "medium"], other.clone()).column("n", [7i64, 8]);
    let more = more.finish().unwrap();
    let both = check(&[&shirts(false), &more], |t| LazyFrame::concat(t, Concat::Relaxed)).frame();
    let all = Categories::new(["small", "medium", "large", "huge", "tiny"], false).unwrap();
    assert_eq!(*both.column("size").unwrap().dtype(), DType::Categorical(all));
    assert_eq!(texts(&both, "size")[6..], some(&["tiny", "medium"]));
    let ordered = more.lazy().with_columns([col("size").cast(DType::Categorical(other.with_order(true)))]);
    let error = LazyFrame::concat(&[shirts(true).lazy(), ordered], Concat::Relaxed).collect().unwrap_err();
    assert_eq!((error.kind(), error.column_name()), (ErrorKind::Type, Some("size")));
}

#[test]
fn groups_are_of_categories_and_on_demand_of_those_without_rows() {
    let counts = check(&[&shirts(true)], |t| {
        t[0].group_by("size").order(GroupOrder::Sorted).agg([len().alias("n"), col("n").sum().alias("sum")])
    });
    assert_eq!(texts(&counts.frame(), "size"), some(&["small", "medium", "large", "-"]));
    let all = check(&[&shirts(true)], |t| {
        let groups = t[0].group_by("size").order(GroupOrder::Sorted).drop_nulls(true).unobserved(true);
        groups.agg([len().alias("n"), col("n").sum().alias("sum"), col("n").mean().alias("mean")])
    });
    all.gives(
        r#"
        size: categorical["small" < "medium" < "large" < "huge"] | n: uint64 | sum: int64 | mean: float64
        small  | 2 | 8 | 4.0
        medium | 1 | 4 | 4.0
        large  | 2 | 6 | 3.0
        huge   | 0 | 0 | null
        "#,
    );
    let two = check(&[&shirts(true)], |t| {
        let parity = (col("n") % lit(2)).alias("odd");
        let groups = t[0].group_by([col("size"), parity]).order(GroupOrder::Sorted).drop_nulls(true);
        groups.unobserved(true).agg([len().alias("n")])
    });
    assert_eq!(two.frame().rows(), 8);
}

#[test]
fn keys_that_are_no_categories_make_no_combinations_of_their_own() {
    let sizes = Categories::new(["small", "large"], false).unwrap();
    let frame = Frame::builder()
        .column("shop", [Some(2i64), Some(1), Some(1), None])
        .column("day", ["tue", "mon", "tue", "mon"])
        .categorical("size", ["small", "small", "small", "large"], sizes)
        .finish()
        .unwrap();
    let groups = check(&[&frame], |t| {
        let groups = t[0].group_by(["shop", "size", "day"]).order(GroupOrder::FirstSeen).unobserved(true);
        groups.agg([len().alias("n")])
    });
    // No row is of shop 2 on Monday, whatever the size.
    groups.gives(
        r#"
        shop: int64 | size: categorical["small", "large"] | day: string | n: uint64
        2    | small | tue | 1
        1    | small | mon | 1
        1    | small | tue | 1
        null | large | mon | 1
        2    | large | tue | 0
        1    | large | mon | 0
        1    | large | tue | 0
        null | small | mon | 0
        "#,
    );
}

#[test]
fn categories_join_with_text_and_other_categories() {
    let prices =
        Frame::builder().column("size", ["large", "tiny"]).column("price", [30i64, 1]).finish().unwrap();
    let found = check(&[&shirts(true), &prices], |t| t[0].join(&t[1], "size", JoinType::Inner)).frame();
    assert_eq!((found.rows(), found.column("size").unwrap().dtype()), (2, &DType::Categorical(sizes(true))));
    let full = check(&[&shirts(true), &prices], |t| t[0].join(&t[1], "size", JoinType::Full)).frame();
    assert_eq!((full.rows(), full.column("size").unwrap().dtype()), (7, &DType::String));
    let other = Categories::new(["tiny", "large"], true).unwrap();
    let typed = prices.lazy().with_columns([col("size").cast(DType::Categorical(other))]).collect().unwrap();
    let found = check(&[&shirts(true), &typed], |t| t[0].join(&t[1], "size", JoinType::Inner)).frame();
    assert_eq!(found.rows(), 2);
    let on = col("size").eq(col("size_right"));
    let where_ = check(&[&shirts(true), &typed], |t| {
        t[0].join_where(&t[1], on.clone(), JoinType::Inner, Default::default())
    });
    assert_eq!(where_.frame().rows(), 2);
}

#[test]
fn text_is_categorized_by_the_values_there_are() {
    let frame = Frame::builder().column("x", [Some("b"), None, Some("a"), Some("b")]).finish().unwrap();
    let query = frame.lazy().categorize(&["x"]).unwrap();
    let expected = Categories::new(["a", "b"], false).unwrap();
    assert_eq!(query.schema().unwrap().fields()[0].dtype, DType::Categorical(expected));
    assert_eq!(texts(&query.collect().unwrap(), "x"), some(&["b", "-", "a", "b"]));
    // Categories that no row has are left out.
    let used = shirts(true).lazy().categories_of(col("size"), &LazyFrame::collect).unwrap();
    assert_eq!(used, Categories::new(["small", "medium", "large"], true).unwrap());
}

fn foreign(ordered: bool) -> (Arc<ArrowSchema>, RecordBatch) {
    let codes = Int8Array::from(vec![Some(1), None, Some(1)]);
    let values = StringArray::from(vec!["unused", "b", "a"]);
    let array: ArrayRef = Arc::new(DictionaryArray::<Int8Type>::try_new(codes, Arc::new(values)).unwrap());
    let field = ArrowField::new("x", array.data_type().clone(), true).with_dict_is_ordered(ordered);
    let schema = Arc::new(ArrowSchema::new(vec![field]));
    (schema.clone(), RecordBatch::try_new(schema, vec![array]).unwrap())
}

#[test]
fn dictionaries_of_arrow_come_and_go() {
    for ordered in [true, false] {
        let (schema, batch) = foreign(ordered);
        let frame = Frame::from_arrow(&schema, [batch]).unwrap();
        let categories = Categories::new(["unused", "b", "a"], ordered).unwrap();
        assert_eq!(frame.schema().fields()[0].dtype, DType::Categorical(categories.clone()));
        let out = frame.to_arrow().unwrap();
        assert_eq!(out[0].schema().field(0).dict_is_ordered(), Some(ordered));
        let array = out[0].column(0).as_any_dictionary();
        assert_eq!(array.values().as_string::<i32>(), &StringArray::from(vec!["unused", "b", "a"]));
        let again = Frame::from_arrow(&out[0].schema(), out).unwrap();
        hypostyle::assert_frame_eq(&again, &frame);
    }
}

#[test]
fn files_keep_categories() {
    let folder = tempfile::tempdir().unwrap();
    for ordered in [true, false] {
        let frame = shirts(ordered).repartition(3).unwrap();
        let path = folder.path().join("x.parquet");
        frame.write_parquet(&path).unwrap();
        hypostyle::assert_frame_eq(
            &scan_parquet(&path, Default::default()).unwrap().collect().unwrap(),
            &frame,
        );
        let kept = scan_parquet(&path, Default::default()).unwrap().filter(col("size").eq(lit("medium")));
        assert_eq!(kept.collect().unwrap().rows(), 1);
        if ordered {
            let kept = scan_parquet(&path, Default::default()).unwrap().filter(col("size").gt(lit("small")));
            assert_eq!(kept.collect().unwrap().rows(), 3);
        }
        for name in ["x.arrow", "x.arrows"] {
            let path = folder.path().join(name);
            frame.write_ipc(&path).unwrap();
            hypostyle::assert_frame_eq(
                &scan_ipc(&path, IpcOptions::default()).unwrap().collect().unwrap(),
                &frame,
            );
            let empty = frame.head(0);
            empty.write_ipc(&path).unwrap();
            hypostyle::assert_frame_eq(
                &scan_ipc(&path, IpcOptions::default()).unwrap().collect().unwrap(),
                &empty,
            );
        }
    }
}

#[test]
fn files_of_others_show_their_dictionaries() {
    let folder = tempfile::tempdir().unwrap();
    let (schema, batch) = foreign(true);
    let path = folder.path().join("x.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, schema.clone(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let found = scan_parquet(&path, Default::default()).unwrap();
    let DType::Categorical(categories) = found.schema().unwrap().fields()[0].dtype.clone() else {
        panic!("{}", found.schema().unwrap());
    };
    assert!(categories.is_ordered() && categories.code("b").is_some());
    assert_eq!(texts(&found.collect().unwrap(), "x"), some(&["b", "-", "b"]));
    let path = folder.path().join("x.arrow");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(file, &schema).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    let found = scan_ipc(&path, IpcOptions::default()).unwrap();
    let expected = DType::Categorical(Categories::new(["unused", "b", "a"], true).unwrap());
    assert_eq!(found.schema().unwrap().fields()[0].dtype, expected);
    assert_eq!(texts(&found.collect().unwrap(), "x"), some(&["b", "-", "b"]));
}

#[test]
fn chunks_of_one_column_may_have_other_dictionaries() {
    let (schema, batch) = foreign(false);
    let values: ArrayRef = Arc::new(StringArray::from(vec!["a", "c"]));
    let codes = Int8Array::from(vec![1, 0]);
    let second: ArrayRef = Arc::new(DictionaryArray::<Int8Type>::try_new(codes, values).unwrap());
    let second = RecordBatch::try_new(schema.clone(), vec![second]).unwrap();
    let frame = Frame::from_arrow(&schema, [batch.clone(), second.clone()]).unwrap();
    assert_eq!(texts(&frame, "x"), some(&["b", "-", "b", "c", "a"]));
    let ordered = Arc::new(ArrowSchema::new(vec![schema.field(0).clone().with_dict_is_ordered(true)]));
    let arrays =
        [batch, second].map(|batch| RecordBatch::try_new(ordered.clone(), batch.columns().to_vec()).unwrap());
    assert_eq!(Frame::from_arrow(&ordered, arrays).unwrap_err().kind(), ErrorKind::Type);
    assert!(matches!(ordered.field(0).data_type(), DataType::Dictionary(..)));
    assert_eq!(Scalar::from("b").as_str(), Some("b"));
}
