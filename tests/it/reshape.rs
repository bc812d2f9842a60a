//! Tables turned: columns below each other, values spread over columns, missing combinations.

use crate::check::{check, table};
use hypostyle::{DType, Dummies, ErrorKind, Melt, Pivot, Scalar, col, len};

fn sales() -> hypostyle::Frame {
    table(
        "shop: string | year: int64 | x: int64 | y: float64\nb | 2023 | 1 | 0.5\na | 2024 | 2 | null\n\
         b | 2024 | 4 | 1.5\nb | 2023 | 8 | 2.5\nnull | 2023 | 16 | 3.5",
    )
}

#[test]
fn columns_below_each_other() {
    let frame = table("k: string | a: int64 | b: float64\nx | 1 | 0.5\ny | null | 1.5");
    check(&[&frame], |t| t[0].unpivot(["a", "b"], "k")).gives(
        "k: string | variable: string | value: float64\nx | a | 1.0\ny | a | null\nx | b | 0.5\ny | b | 1.5",
    );
    let rows = |by_row| Melt {
        keep: vec!["k".into()],
        variable: "n".into(),
        labels: vec![Scalar::Int(7), Scalar::Int(8)],
        values: vec![
            ("v".into(), vec![Some("a".into()), None]),
            ("w".into(), vec![Some("b".into()), Some("b".into())]),
        ],
        by_row,
    };
    check(&[&frame], |t| t[0].unpivot_with(rows(true))).gives(
        "k: string | n: int64 | v: int64 | w: float64\nx | 7 | 1 | 0.5\nx | 8 | null | 0.5\ny | 7 | null | 1.5\n\
         y | 8 | null | 1.5",
    );
    check(&[&frame], |t| t[0].unpivot_with(rows(false)).filter(col("n").eq(8)))
        .gives("k: string | n: int64 | v: int64 | w: float64\nx | 8 | null | 0.5\ny | 8 | null | 1.5");
    check(&[&frame], |t| t[0].unpivot(["k", "a"], ())).fails(ErrorKind::Type, &["unpivot", "cast", "a"]);
    check(&[&frame], |t| t[0].unpivot(["z"], "k")).fails(ErrorKind::ColumnNotFound, &["z"]);
    let none: [&str; 0] = [];
    assert_eq!(check(&[&frame], |t| t[0].unpivot(none, "k")).frame().rows(), 0);
}

#[test]
fn strings_below_strings() {
    let frame = table("a: string | b: string\nx | y\nnull | x");
    check(&[&frame], |t| t[0].unpivot(["a", "b"], ()))
        .gives("variable: string | value: string\na | x\na | null\nb | y\nb | x");
}

#[test]
fn values_spread_over_columns() {
    let frame = sales();
    check(&[&frame], |t| t[0].pivot(&Pivot::new("shop", "year", col("x").sum())).unwrap())
        .gives("shop: string | 2023: int64 | 2024: int64\na | null | 2\nb | 9 | 4");
    check(&[&frame], |t| {
        let how = Pivot::new("shop", "year", [col("x").sum(), col("y").max().alias("top")]);
        t[0].pivot(&how.fill(0).keep_nulls(true)).unwrap()
    })
    .gives(
        "shop: string | x_2023: int64 | x_2024: int64 | top_2023: float64 | top_2024: float64\n\
         a | 0 | 2 | 0.0 | 0.0\nb | 9 | 4 | 2.5 | 1.5\nnull | 16 | 0 | 3.5 | 0.0",
    );
    check(&[&frame], |t| t[0].pivot(&Pivot::new((), ["shop", "year"], len()).named(true)).unwrap())
        .gives("len_a_2024: uint64 | len_b_2023: uint64 | len_b_2024: uint64\n1 | 2 | 1");
}

#[test]
fn totals_of_a_table() {
    let frame = sales();
    check(&[&frame], |t| t[0].pivot(&Pivot::new("year", "shop", col("x").sum()).margins("All")).unwrap()).gives(
        "year: string | a: int64 | b: int64 | All: int64\n2023 | null | 9 | 9\n2024 | 2 | 4 | 6\nAll | 2 | 13 | 15",
    );
    check(&[&frame], |t| {
        t[0].pivot(&Pivot::new(["shop", "year"], "year", col("x").max()).margins("All")).unwrap()
    })
    .gives(
        "shop: string | year: string | 2023: int64 | 2024: int64 | All: int64\na | 2024 | null | 2 | 2\n\
         b | 2023 | 8 | null | 8\nb | 2024 | null | 4 | 4\nAll | \"\" | 8 | 4 | 8",
    );
}

#[test]
fn totals_of_a_table_with_null_keys() {
    let frame =
        table("k: string | c: int64 | x: int64\na | 1 | 1\nnull | 1 | 2\na | null | 4\nnull | null | 8");
    let how = || Pivot::new("k", "c", col("x").sum()).margins("All");
    check(&[&frame], |t| t[0].pivot(&how().keep_nulls(true)).unwrap()).gives(
        "k: string | 1: int64 | null: int64 | All: int64\na | 1 | 4 | 5\nnull | 2 | 8 | 10\nAll | 3 | 12 | 15",
    );
    // Rows that are in no cell are in no total either.
    check(&[&frame], |t| t[0].pivot(&how()).unwrap())
        .gives("k: string | 1: int64 | All: int64\na | 1 | 1\nAll | 1 | 1");
}

#[test]
fn one_value_for_each_cell() {
    let frame = table("k: string | c: string | v: int64\nb | x | 1\na | y | 2\nb | y | 4");
    check(&[&frame], |t| t[0].pivot(&Pivot::new("k", "c", "v")).unwrap())
        .gives("k: string | x: int64 | y: int64\na | null | 2\nb | 1 | 4");
    let missing = table("k: string | c: string | v: int64\nb | x | null\na | y | 2\nb | y | 4");
    check(&[&missing], |t| t[0].pivot(&Pivot::new("k", "c", "v").fill(0)).unwrap())
        .gives("k: string | x: int64 | y: int64\na | 0 | 2\nb | null | 4");
    let several = || Pivot::new("k", "c", [col("v"), (col("v") * 2).alias("w")]).fill(0);
    check(&[&missing], |t| t[0].pivot(&several()).unwrap()).gives(
        "k: string | v_x: int64 | v_y: int64 | w_x: int64 | w_y: int64\na | 0 | 2 | 0 | 4\nb | null | 4 | null | 8",
    );
    let twice = sales();
    check(&[&twice], |t| t[0].pivot(&Pivot::new("shop", "year", "x")).unwrap())
        .fails(ErrorKind::InvalidArgument, &["pivot", "two values", "b", "2023"]);
    let error = frame.lazy().pivot(&Pivot::new("k", "c", "v").margins("All")).unwrap_err();
    assert!(error.to_string().contains("totals"), "{error}");
    let empty = table("k: string | c: string | v: int64");
    assert_eq!(empty.lazy().pivot(&Pivot::new("k", "c", "v")).unwrap().collect().unwrap().shape(), (0, 1));
}

#[test]
fn many_cells_in_many_parts() {
    let rows = 5000i64;
    let frame = hypostyle::Frame::builder()
        .column("k", (0..rows).map(|row| row / 5).collect::<Vec<_>>())
        .column("c", (0..rows).map(|row| row % 5).collect::<Vec<_>>())
        .column("v", (0..rows).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let wide = check(&[&frame], |t| t[0].pivot(&Pivot::new("k", "c", "v")).unwrap()).frame();
    assert_eq!(wide.shape(), (1000, 6));
    assert_eq!(wide.column("3").unwrap().get(999).unwrap(), Scalar::Int(4998));
    let long = check(&[&wide], |t| {
        t[0].unpivot_with(Melt {
            keep: vec!["k".into()],
            variable: "c".into(),
            labels: (0..5).map(Scalar::Int).collect(),
            values: vec![("v".into(), (0..5).map(|c| Some(c.to_string())).collect())],
            by_row: true,
        })
    });
    assert!(hypostyle::frame_difference(&frame, &long.frame(), &Default::default()).is_none());
}

#[test]
fn values_as_columns() {
    let frame = table("k: string | x: int64\nb | 1\nnull | 2\na | 3");
    let how = Dummies { nulls: true, dtype: DType::Int8, ..Dummies::default() };
    check(&[&frame], |t| t[0].to_dummies(&["k"], &["k"], &how).unwrap())
        .gives("x: int64 | k_a: int8 | k_b: int8 | k_nan: int8\n1 | 0 | 1 | 0\n2 | 0 | 0 | 1\n3 | 1 | 0 | 0");
    let how = Dummies { drop_first: true, ..Dummies::default() };
    check(&[&frame], |t| t[0].to_dummies(&["k"], &[""], &how).unwrap())
        .gives("x: int64 | b: bool\n1 | true\n2 | false\n3 | false");
    let floats = table("x: float64\n1.5\nNaN\nnull\n-0.0\n0.0");
    let how = Dummies { nulls: true, ..Dummies::default() };
    check(&[&floats], |t| t[0].to_dummies(&["x"], &["x"], &how).unwrap()).gives(
        "x_-0.0: bool | x_1.5: bool | x_NaN: bool | x_nan: bool\nfalse | true | false | false\nfalse | false | true | false\n\
         false | false | false | true\ntrue | false | false | false\ntrue | false | false | false",
    );
    // Nulls have their column whatever the values are.
    let full = table("k: string\na");
    check(&[&full], |t| t[0].to_dummies(&["k"], &["k"], &how).unwrap())
        .gives("k_a: bool | k_nan: bool\ntrue | false");
}

#[test]
fn missing_combinations() {
    let frame = table("k: string | j: int64 | x: int64\nb | 1 | 1\nnull | 2 | 2\nb | 1 | 3");
    check(&[&frame], |t| t[0].complete(["k", "j"])).gives(
        "k: string | j: int64 | x: int64\nb | 1 | 1\nb | 1 | 3\nb | 2 | null\nnull | 1 | null\nnull | 2 | 2",
    );
}

#[test]
fn rows_as_columns() {
    let frame = table("a: int64 | b: float64\n1 | 0.5\n2 | null");
    let turned = frame.transpose(&["x", "y"]).unwrap();
    let expected = table("x: float64 | y: float64\n1.0 | 2.0\n0.5 | null");
    assert!(hypostyle::frame_difference(&expected, &turned, &Default::default()).is_none());
    let mixed = table("a: int64 | b: string\n1 | x");
    assert_eq!(mixed.transpose(&["x"]).unwrap_err().kind(), ErrorKind::Type);
    assert_eq!(mixed.transpose(&[]).unwrap_err().kind(), ErrorKind::InvalidArgument);
}
