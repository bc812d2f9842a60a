//! Sums and means of a column with constants added, which sum the column once: nothing of it may show.

use crate::check::check;
use hypostyle::{Column, ErrorKind, Expr, Frame, GroupOrder, LazyFrame, assert_frame_eq, col, lit};

const ROWS: i64 = 5_000;

/// Keys, the least and the greatest values of their types beside small ones, and some nulls.
fn frame() -> Frame {
    let values = |row: i64| match row % 50 {
        7 => i64::MAX - 200,
        8 => i64::MIN + 200,
        _ => row * row % 1000 - 500,
    };
    let small = |row: i64| Some((row * 31 % 200 - 100) as i8).filter(|_| row % 7 != 2);
    Frame::builder()
        .column("k", (0..ROWS).map(|row| row / 3 % 5).collect::<Column>())
        .column("many", (0..ROWS).map(|row| row % 2500).collect::<Column>())
        .column("i", (0..ROWS).map(values).collect::<Column>())
        .column("j", (0..ROWS).map(|row| Some(row * 17 % 101).filter(|_| row % 5 != 3)).collect::<Column>())
        .column("u", (0..ROWS).map(|row| (row * 13 % 1000 + 100) as u64).collect::<Column>())
        .column("b", (0..ROWS).map(small).collect::<Column>())
        .column("nothing", (0..ROWS).map(|_| None::<i64>).collect::<Column>())
        .finish()
        .unwrap()
}

fn shifted() -> Vec<Expr> {
    let mut exprs = Vec::new();
    for name in ["j", "u", "b", "nothing"] {
        let all = [col(name), col(name) + 3, lit(5) + col(name), col(name) - 20, lit(7) - col(name)];
        for (number, expr) in all.into_iter().enumerate() {
            // A range of uint64 without a sign below zero.
            if !(name == "u" && number == 4) {
                exprs.push(expr.clone().sum().alias(format!("{name}{number}")));
                exprs.push(expr.clone().mean().alias(format!("{name}{number} mean")));
                exprs.push(expr.sum().filter(col("k").gt(1)).alias(format!("{name}{number} some")));
            }
        }
    }
    exprs
}

#[test]
fn the_same_as_adding_to_each_value() {
    let frame = frame();
    for keys in [vec!["k"], vec!["many"], vec![]] {
        let sums = |rows: &LazyFrame, exprs: Vec<Expr>| match keys.is_empty() {
            true => rows.select(exprs),
            false => rows.group_by(keys.clone()).order(GroupOrder::Sorted).agg(exprs),
        };
        let whole = check(&[&frame], |frames| sums(&frames[0], shifted())).frame();
        for expr in shifted() {
            // Alone, it has nothing to share.
            let name = expr.output_name().to_string();
            let found = whole.select([name.as_str()]).unwrap();
            let alone = sums(&frame.lazy(), vec![expr]).collect().unwrap();
            assert_frame_eq(&found, &alone.select([name.as_str()]).unwrap());
        }
    }
}

#[test]
fn sums_beyond_64_bits_on_the_way() {
    let frame = Frame::builder()
        .column(
            "x",
            [i64::MAX - 2, i64::MIN + 2, i64::MAX - 2, i64::MIN + 2, 7].into_iter().collect::<Column>(),
        )
        .finish()
        .unwrap();
    let x = || col("x");
    let found = check(&[&frame], |frames| {
        frames[0].clone().select([
            (x() + 2).sum().alias("up"),
            (x() - 2).sum().alias("down"),
            (x() + 2).mean().alias("mean"),
            (x() + 1).mean().alias("other"),
        ])
    });
    found.gives("up: int64 | down: int64 | mean: float64 | other: float64\n15 | -5 | 3.0 | 2.0");
}

#[test]
fn a_value_that_leaves_its_type_is_an_error_of_its_row() {
    let frame = frame();
    let sums = |by: i64| {
        frame.lazy().group_by(["k"]).agg([(col("i") + by).sum().alias("a"), (col("i") + 1).sum().alias("b")])
    };
    let error = sums(201).collect().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Arithmetic, "{error}");
    assert!(error.to_string().contains("i + 201"), "{error}");
    let error = sums(200).collect().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Arithmetic, "{error}");
    assert!(error.to_string().contains("sum"), "{error}");
}
