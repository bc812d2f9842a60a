//! Lists and structs, functions beyond rows, and errors that name their row: through the one door.

use crate::check::{check, refused, table};
use hypostyle::{DropNulls, ErrorKind, col, element, random};

#[test]
fn text_is_split_sorted_and_joined_again() {
    let frame = table("x: string\nb,a,b\n\"\"\nnull\na text beyond twelve bytes,z");
    let parts = || col("x").str_split(",");
    check(&[&frame], |t| {
        t[0].select([
            parts().list_sort(false).list_join("+").alias("sorted"),
            parts().list_unique().list_len().alias("distinct"),
            parts().list_eval(element().upper()).list_join("").alias("up"),
            parts().list_contains("a").alias("has"),
        ])
    })
    .gives(
        "sorted: string | distinct: int64 | up: string | has: bool\na+b+b | 2 | BAB | true\n\"\" | 1 | \"\" | false\n\
         null | null | null | null\na text beyond twelve bytes+z | 2 | A TEXT BEYOND TWELVE BYTESZ | false",
    );
}

#[test]
fn several_lists_explode_in_step() {
    let frame = table("k: int64 | a: string | b: string\n1 | x,y | 1,2\n2 | null | null\n3 | z | 9");
    let lists = |t: &hypostyle::LazyFrame| {
        t.with_columns([col("a").str_split(",").alias("a"), col("b").str_split(",").alias("b")])
    };
    check(&[&frame], |t| lists(&t[0]).explode_together(&["a", "b"]).filter(col("k").gt(0)))
        .gives("k: int64 | a: string | b: string\n1 | x | 1\n1 | y | 2\n2 | null | null\n3 | z | 9");
    let uneven = table("a: string | b: string\nx,y | 1");
    check(&[&uneven], |t| lists(&t[0]).explode_together(&["a", "b"]))
        .fails(ErrorKind::Shape, &["lists of 2 and 1 elements"]);
    let twice = lists(&frame.lazy()).explode_together(&["a", "a"]);
    assert_eq!(refused(&twice).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn structs_become_columns() {
    let frame = table("x: string\na-b\nc\nnull");
    check(&[&frame], |t| t[0].with_columns([col("x").split_exact("-", 2).alias("s")]).unnest("s"))
        .gives("x: string | 0: string | 1: string\na-b | a | b\nc | c | null\nnull | null | null");
    let error = refused(&frame.lazy().unnest("x"));
    assert_eq!((error.kind(), error.column_name()), (ErrorKind::Type, Some("x")));
}

#[test]
fn rows_with_nulls_are_dropped_as_told() {
    let frame = table("a: int64 | b: int64\n1 | 2\n1 | null\nnull | null");
    let kept = |which| frame.lazy().drop_nulls_with(&[], which).collect().unwrap().rows();
    assert_eq!([DropNulls::Any, DropNulls::All, DropNulls::FewerThan(1)].map(kept), [1, 2, 2]);
    assert_eq!(frame.lazy().drop_nulls_with(&["a"], DropNulls::Any).collect().unwrap().rows(), 2);
    assert_eq!(
        refused(&frame.lazy().drop_nulls_with(&["c"], DropNulls::Any)).kind(),
        ErrorKind::ColumnNotFound
    );
}

#[test]
fn gaps_are_filled_in_every_window() {
    let frame = table("k: string | x: float64\na | 1.0\nb | null\na | null\nb | 5.0\na | 2.0\nb | null");
    check(&[&frame], |t| t[0].with_columns([col("x").interpolate("linear").over("k").alias("y")])).gives(
        "k: string | x: float64 | y: float64\na | 1.0 | 1.0\nb | null | null\na | null | 1.5\nb | 5.0 | 5.0\n\
         a | 2.0 | 2.0\nb | null | null",
    );
}

#[test]
fn chance_is_the_same_however_rows_are_cut() {
    let frame = table("x: int64\n1\n2\n3\n4\n5");
    let drawn = check(&[&frame], |t| t[0].select([random(7).alias("r")])).frame();
    let values: Vec<f64> = drawn.column("r").unwrap().values().filter_map(|value| value.as_f64()).collect();
    assert!(values.len() == 5 && values.iter().all(|value| (0.0..1.0).contains(value)));
}

#[test]
fn errors_name_the_row_and_its_text() {
    let frame = table("x: string\n10\nff\nzz");
    check(&[&frame], |t| t[0].select([col("x").to_integer(16)])).fails(ErrorKind::Parse, &["base 16", "zz"]);
    check(&[&frame], |t| t[0].select([col("x").str_index("f")]))
        .fails(ErrorKind::InvalidArgument, &["\"f\""]);
    check(&[&frame], |t| t[0].select([col("x").json_extract("$.a")])).fails(ErrorKind::Parse, &["no JSON"]);
}

#[test]
fn a_table_of_values_takes_any_type() {
    let frame = table("x: int64\n1\n2\nnull");
    check(&[&frame], |t| {
        t[0].select([
            col("x").replace_values([1i64], [10i64]).alias("a"),
            col("x").map_values([1i64, 2], ["one", "two"]).alias("b"),
        ])
    })
    .gives("a: int64 | b: string\n10 | one\n2 | two\nnull | null");
}
