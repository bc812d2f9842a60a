//! Projections: arithmetic, promotion, casts, conditions and names.

use crate::check::{check, refused, table};
use hypostyle::{CastMode, DType, ErrorKind, LazyFrame, SortKey, col, lit, when};

#[test]
fn integer_overflow_is_an_error_naming_row_and_operands() {
    let frame = table("x: int64\n1\n2\n9223372036854775807\n9223372036854775807");
    check(&[&frame], |t| t[0].select([(col("x") + 1).alias("y")]))
        .fails(ErrorKind::Arithmetic, &["row 2", "9223372036854775807", "1"]);
    let bytes = table("x: int8\n100\n-128");
    check(&[&bytes], |t| t[0].select([(col("x") + col("x")).alias("y")]))
        .fails(ErrorKind::Arithmetic, &["row 0", "100"]);
    check(&[&bytes], |t| t[0].select([(-col("x")).alias("y")]))
        .fails(ErrorKind::Arithmetic, &["row 1", "-128"]);
}

#[test]
fn the_earliest_row_that_fails_is_named_however_rows_are_cut() {
    let frame = table(
        "x: int64 | y: int64 | s: string | k: int64\n1 | 1 | 1 | 0\n2 | 1 | 2 | 1\n3 | 1 | z | 1\n4 | 0 | 4 | 1\n5 | 0 | w | 1",
    );
    let quotient = || col("x").floor_div(col("y"));
    let number = || col("s").cast(DType::Int64);
    check(&[&frame], |t| t[0].select([quotient().alias("a"), number().alias("b")]))
        .fails(ErrorKind::Parse, &["row 2", "\"s\"", "\"z\""]);
    check(&[&frame], |t| t[0].select([(quotient() + number()).alias("a")]))
        .fails(ErrorKind::Parse, &["row 2"]);
    // The order of the expressions decides within a row.
    let last = |t: &LazyFrame| t.filter(col("x").gt_eq(5));
    check(&[&frame], |t| last(&t[0]).select([quotient().alias("a"), number().alias("b")]))
        .fails(ErrorKind::Arithmetic, &["5 // 0"]);
    check(&[&frame], |t| last(&t[0]).select([number().alias("b"), quotient().alias("a")]))
        .fails(ErrorKind::Parse, &["\"w\""]);
    // After a filter rows have no number; the error is the same.
    let kept = |t: &LazyFrame| t.filter(col("k").eq(1));
    check(&[&frame], |t| kept(&t[0]).select([quotient().alias("a"), number().alias("b")]))
        .fails(ErrorKind::Parse, &["\"z\""]);
    check(&[&frame], |t| kept(&t[0]).filter(quotient().gt(number()))).fails(ErrorKind::Parse, &["\"z\""]);
    check(&[&frame], |t| {
        kept(&t[0]).sort_by(vec![SortKey::ascending(quotient()), SortKey::ascending(number())])
    })
    .fails(ErrorKind::Parse, &["\"z\""]);
}

#[test]
fn integers_of_different_types_meet_in_the_smallest_common_one() {
    let frame =
        table("a: int8 | b: uint8 | c: int32 | d: uint32 | e: int64 | f: uint64\n1 | 2 | 3 | 4 | 5 | 6");
    check(&[&frame], |t| {
        t[0].select([
            (col("a") + col("b")).alias("ab"),
            (col("c") + col("d")).alias("cd"),
            (col("e") + col("f")).alias("ef"),
            (col("a") + col("a")).alias("aa"),
        ])
    })
    .gives("ab: int16 | cd: int64 | ef: int64 | aa: int8\n3 | 7 | 11 | 2");
}

#[test]
fn signed_with_unsigned_of_64_bits_is_checked() {
    let frame = table("i: int64 | u: uint64\n1 | 18446744073709551615");
    check(&[&frame], |t| t[0].select([(col("i") + col("u")).alias("x")]))
        .fails(ErrorKind::Cast, &["18446744073709551615"]);
}

#[test]
fn integers_with_floats_are_float64_but_for_the_small_with_float32() {
    let frame = table("i: int64 | s: int16 | f: float32 | d: float64\n1 | 2 | 0.5 | 0.25");
    check(&[&frame], |t| {
        t[0].select([
            (col("i") + col("f")).alias("if"),
            (col("s") + col("f")).alias("sf"),
            (col("s") + col("d")).alias("sd"),
        ])
    })
    .gives("if: float64 | sf: float32 | sd: float64\n1.5 | 2.5 | 2.25");
}

#[test]
fn a_literal_takes_the_type_of_the_column_if_it_fits() {
    let frame = table("b: int8 | f: float32\n7 | 0.5");
    check(&[&frame], |t| {
        t[0].select([
            (col("b") + 1).alias("small"),
            (col("b") + 1000).alias("large"),
            (col("f") * 2).alias("f"),
        ])
    })
    .gives("small: int8 | large: int64 | f: float32\n8 | 1007 | 1.0");
}

#[test]
fn division_is_true_division() {
    let frame = table("x: int64 | y: int64\n7 | 2\n-1 | 0\n0 | 0\n1 | 0\nnull | 1");
    check(&[&frame], |t| t[0].select([(col("x") / col("y")).alias("q")]))
        .gives("q: float64\n3.5\n-inf\nNaN\ninf\nnull");
}

#[test]
fn floor_division_and_modulo_follow_the_divisor() {
    let frame = table("x: int64 | y: int64\n7 | 2\n-7 | 2\n7 | -2\n-7 | -2\n6 | 3");
    check(&[&frame], |t| {
        t[0].select([col("x").floor_div(col("y")).alias("q"), (col("x") % col("y")).alias("r")])
    })
    .gives("q: int64 | r: int64\n3 | 1\n-4 | 1\n-4 | -1\n3 | -1\n2 | 0");
    let floats = table("x: float64 | y: float64\n7.5 | 2.0\n-7.5 | 2.0\n7.5 | -2.0\n1.0 | 0.0");
    check(&[&floats], |t| {
        t[0].select([col("x").floor_div(col("y")).alias("q"), (col("x") % col("y")).alias("r")])
    })
    .gives("q: float64 | r: float64\n3.0 | 1.5\n-4.0 | 0.5\n-4.0 | -0.5\ninf | NaN");
}

#[test]
fn integer_division_by_zero_is_an_error_naming_the_row() {
    let frame = table("x: int64 | y: int64\n7 | 2\n8 | 0\n9 | 0");
    check(&[&frame], |t| t[0].select([col("x").floor_div(col("y")).alias("q")]))
        .fails(ErrorKind::Arithmetic, &["row 1", "8"]);
    check(&[&frame], |t| t[0].select([(col("x") % col("y")).alias("q")]))
        .fails(ErrorKind::Arithmetic, &["row 1", "8"]);
}

#[test]
fn casts_are_strict_unless_told() {
    let frame = table("x: float64\n1.0\n-0.0\n1.5\n2.5");
    check(&[&frame], |t| t[0].select([col("x").cast(DType::Int64)]))
        .fails(ErrorKind::Cast, &["row 2", "1.5", "\"x\""]);
    check(&[&frame], |t| t[0].select([col("x").cast_with(DType::Int64, CastMode::Lenient)]))
        .gives("x: int64\n1\n0\nnull\nnull");
    check(&[&frame], |t| t[0].select([col("x").cast_with(DType::Int64, CastMode::Lossy)]))
        .gives("x: int64\n1\n0\n1\n2");
}

#[test]
fn a_value_out_of_range_is_an_error_naming_row_and_value() {
    let frame = table("x: int64\n1\n300\n400");
    check(&[&frame], |t| t[0].select([col("x").cast(DType::UInt8)]))
        .fails(ErrorKind::Cast, &["row 1", "300"]);
    check(&[&frame], |t| t[0].select([col("x").cast_with(DType::Int8, CastMode::Lenient)]))
        .gives("x: int8\n1\nnull\nnull");
}

#[test]
fn text_to_number_is_strict() {
    let ok = table("x: string\n12\n-7\n+3\nnull");
    check(&[&ok], |t| t[0].select([col("x").cast(DType::Int64)])).gives("x: int64\n12\n-7\n3\nnull");
    for bad in ["1.5", "1e3", "\" 1\"", "\"\"", "9223372036854775808"] {
        let frame = table(&format!("x: string\n1\n{bad}"));
        check(&[&frame], |t| t[0].select([col("x").cast(DType::Int64)])).fails(ErrorKind::Parse, &["row 1"]);
    }
    let floats = table("x: string\n1.5\n1e3\ninf\n-inf\nnan");
    check(&[&floats], |t| t[0].select([col("x").cast(DType::Float64)]))
        .gives("x: float64\n1.5\n1000.0\ninf\n-inf\nNaN");
}

#[test]
fn numbers_become_the_shortest_text_that_reads_back() {
    let frame = table("x: float64 | i: int64\n0.1 | 1\n1e300 | -5\nNaN | 0\n-inf | null\n3.0 | 7");
    let texts =
        check(&[&frame], |t| t[0].select([col("x").cast(DType::String), col("i").cast(DType::String)]))
            .frame();
    let back =
        check(&[&texts], |t| t[0].select([col("x").cast(DType::Float64), col("i").cast(DType::Int64)]))
            .frame();
    assert_eq!(crate::check::print(&back), crate::check::print(&frame));
    assert_eq!(texts.column("x").unwrap().get(0).unwrap().as_str(), Some("0.1"));
    assert_eq!(texts.column("x").unwrap().get(3).unwrap().as_str(), Some("-inf"));
}

#[test]
fn decimals_are_exact() {
    let frame = table("x: decimal[10, 2] | y: decimal[10, 3]\n0.10 | 0.200\n1.25 | -0.005\nnull | 1.000");
    check(&[&frame], |t| {
        t[0].select([(col("x") + col("y")).alias("sum"), (col("x") * col("y")).alias("product")])
    })
    .gives("sum: decimal[12, 3] | product: decimal[20, 5]\n0.300 | 0.02000\n1.245 | -0.00625\nnull | null");
}

#[test]
fn when_takes_the_first_true_condition() {
    let frame = table("x: int64\n1\n5\n10\nnull");
    check(&[&frame], |t| {
        t[0].select([when(col("x").gt(7))
            .then("large")
            .when(col("x").gt(3))
            .then("middle")
            .otherwise("small")
            .alias("size")])
    })
    .gives("size: string\nsmall\nmiddle\nlarge\nsmall");
}

#[test]
fn a_condition_guards_the_value_it_chooses() {
    let frame = table("x: int64 | y: int64\n6 | 2\n1 | 0");
    check(&[&frame], |t| {
        t[0].select([when(col("y").not_eq(0))
            .then(col("x").floor_div(col("y")))
            .otherwise(lit(-1))
            .alias("q")])
    })
    .gives("q: int64\n3\n-1");
}

#[test]
fn a_duplicate_name_is_an_error_naming_it() {
    let frame = table("x: int64 | y: int64\n1 | 2");
    let error = refused(&frame.lazy().select([col("x"), col("y").alias("x")]));
    assert_eq!(error.kind(), ErrorKind::DuplicateColumn);
    assert!(error.to_string().contains("\"x\""), "{error}");
    let error = refused(&frame.lazy().rename([("x", "y")]));
    assert_eq!(error.kind(), ErrorKind::DuplicateColumn);
}

#[test]
fn names_are_case_sensitive_and_any_text() {
    let frame = table("x: int64 | X: int64 | naïve ☃: int64\n1 | 2 | 3");
    check(&[&frame], |t| t[0].select([col("naïve ☃"), col("X"), col("x")]))
        .gives("naïve ☃: int64 | X: int64 | x: int64\n3 | 2 | 1");
}

#[test]
fn columns_are_added_replaced_dropped_and_renamed_in_place() {
    let frame = table("x: int64 | y: int64\n1 | 2");
    check(&[&frame], |t| t[0].with_columns([(col("x") * 10).alias("x"), (col("x") + col("y")).alias("z")]))
        .gives("x: int64 | y: int64 | z: int64\n10 | 2 | 3");
    check(&[&frame], |t| t[0].drop(["x"])).gives("y: int64\n2");
    check(&[&frame], |t| t[0].rename([("x", "y"), ("y", "x")])).gives("y: int64 | x: int64\n1 | 2");
    assert_eq!(refused(&frame.lazy().drop(["z"])).kind(), ErrorKind::ColumnNotFound);
    assert_eq!(refused(&frame.lazy().rename([("z", "a")])).kind(), ErrorKind::ColumnNotFound);
}

#[test]
fn literals_fill_every_row_and_none() {
    let frame = table("x: int64\n1\n2");
    check(&[&frame], |t| t[0].select([col("x"), lit("a").alias("s"), lit(1.5).alias("f")]))
        .gives("x: int64 | s: string | f: float64\n1 | a | 1.5\n2 | a | 1.5");
    check(&[&frame.head(0)], |t| t[0].select([lit("a").alias("s"), (lit(1) + 2).alias("i")]))
        .gives("s: string | i: int64");
}

#[test]
fn constants_are_computed_once_and_give_the_same() {
    let frame = table("x: int64\n1\n2");
    check(&[&frame], |t| t[0].select([(col("x") + (lit(2) * 3)).alias("y")])).gives("y: int64\n7\n8");
    check(&[&frame], |t| t[0].select([(lit(1).floor_div(0) + col("x")).alias("y")]))
        .fails(ErrorKind::Arithmetic, &[]);
}

#[test]
fn round_is_half_to_even_on_the_value_printed() {
    let frame = table("x: float64\n0.5\n1.5\n2.5\n-0.5\n2.675\n1.005\nNaN\nnull");
    check(&[&frame], |t| {
        t[0].select([
            col("x").round(0).alias("even"),
            col("x").round_half_away(0).alias("away"),
            col("x").round(2).alias("two"),
        ])
    })
    .gives(
        "even: float64 | away: float64 | two: float64
             0.0 | 1.0 | 0.5
             2.0 | 2.0 | 1.5
             2.0 | 3.0 | 2.5
             -0.0 | -1.0 | -0.5
             3.0 | 3.0 | 2.68
             1.0 | 1.0 | 1.0
             NaN | NaN | NaN
             null | null | null",
    );
}

#[test]
fn least_and_greatest_ignore_null_and_nan() {
    let frame = table("a: float64 | b: float64\n1.0 | 2.0\nnull | 3.0\nNaN | 4.0\nNaN | null\nnull | null");
    check(&[&frame], |t| {
        t[0].select([
            col("a").least([col("b")]).alias("least"),
            col("a").greatest([col("b")]).alias("greatest"),
        ])
    })
    .gives("least: float64 | greatest: float64\n1.0 | 2.0\n3.0 | 3.0\n4.0 | 4.0\nNaN | NaN\nnull | null");
}

#[test]
fn mathematics_outside_the_domain_is_nan() {
    let frame = table("x: float64\n-2.5\n0.0\nNaN\nnull");
    check(&[&frame], |t| t[0].select([col("x").sign().alias("sign"), col("x").abs().alias("abs")]))
        .gives("sign: float64 | abs: float64\n-1.0 | 2.5\n0.0 | 0.0\nNaN | NaN\nnull | null");
}

#[test]
fn rows_and_aggregates_do_not_mix() {
    let frame = table("x: int64\n1");
    let error = refused(&frame.lazy().select([col("x"), col("x").sum().alias("s")]));
    assert!(error.to_string().contains("group_by"), "{error}");
}

#[test]
fn long_terms_of_floats_over_many_rows() {
    let rows = 70_001i64;
    let x = |row: i64| (row % 977) as f64 / 3.0;
    for some in [false, true] {
        let hidden = |row: i64| some && row > 40_000 && row % 11 == 0;
        let frame = hypostyle::Frame::builder()
            .column("x", (0..rows).map(|row| (!hidden(row)).then(|| x(row))).collect::<Vec<_>>())
            .column("i", (0..rows).collect::<Vec<i64>>())
            .finish()
            .unwrap();
        let term = |x: hypostyle::Expr, i: hypostyle::Expr| (x.clone() * 2.0 + i) * x.clone() - x / 7.0;
        let done = check(&[&frame], |t| t[0].select([term(col("x"), col("i")).alias("y"), col("i")])).frame();
        let wanted: Vec<_> = (0..rows)
            .map(|row| (!hidden(row)).then(|| (x(row) * 2.0 + row as f64) * x(row) - x(row) / 7.0))
            .collect();
        let wanted = hypostyle::Frame::builder()
            .column("y", wanted)
            .column("i", (0..rows).collect::<Vec<i64>>())
            .finish()
            .unwrap();
        hypostyle::assert_frame_eq(&done, &wanted);
    }
}
