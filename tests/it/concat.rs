//! Frames put together by rows, by columns, by order and by key.

use crate::check::{check, refused, table};
use hypostyle::{Concat, ErrorKind, LazyFrame};

#[test]
fn rows_one_after_the_other() {
    let (a, b) = (table("x: int64 | y: string\n1 | a"), table("y: string | x: float64\nb | 2.5"));
    let concat = |how| check(&[&a, &b], move |t| LazyFrame::concat(t, how));
    concat(Concat::Relaxed).gives("x: float64 | y: string\n1.0 | a\n2.5 | b");
    let c = table("x: int64 | z: bool\n3 | true");
    check(&[&a, &c], |t| LazyFrame::concat(t, Concat::Diagonal))
        .gives("x: int64 | y: string | z: bool\n1 | a | null\n3 | null | true");
    check(&[&a, &c], |t| LazyFrame::concat(t, Concat::Common)).gives("x: int64\n1\n3");
    let error = refused(&LazyFrame::concat(&[a.lazy(), b.lazy()], Concat::Vertical));
    assert_eq!(error.kind(), ErrorKind::Shape);
    let error = refused(&LazyFrame::concat(&[a.lazy(), c.lazy()], Concat::Relaxed));
    assert_eq!(error.kind(), ErrorKind::ColumnNotFound);
    let text = table("x: string\nq");
    let error = refused(&LazyFrame::concat(&[a.lazy(), text.lazy()], Concat::Diagonal));
    assert_eq!((error.kind(), error.column_name()), (ErrorKind::Type, Some("x")));
    assert_eq!(refused(&LazyFrame::concat(&[], Concat::Vertical)).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn columns_side_by_side() {
    let a = table("x: int64\n1\n2\n3\n4\n5");
    let b = table("y: string | z: int64\na | 5\nb | 4\nnull | 3\nd | 2\ne | 1");
    check(&[&a, &b], |t| LazyFrame::concat(t, Concat::Horizontal).select(["x", "y"]))
        .gives("x: int64 | y: string\n1 | a\n2 | b\n3 | null\n4 | d\n5 | e");
    check(&[&a, &b.head(4)], |t| LazyFrame::concat(t, Concat::Horizontal))
        .fails(ErrorKind::Shape, &["4 rows in input 1, 5 in the first"]);
    check(&[&a.head(0), &b], |t| LazyFrame::concat(t, Concat::Horizontal))
        .fails(ErrorKind::Shape, &["5 rows"]);
    let error = refused(&LazyFrame::concat(&[a.lazy(), a.lazy()], Concat::Horizontal));
    assert_eq!(error.kind(), ErrorKind::DuplicateColumn);
}

#[test]
fn sorted_rows_are_merged() {
    let a = table("k: int64 | s: string\n1 | a\n3 | a\n3 | b\n9 | a");
    let b = table("k: int64 | s: string\n0 | c\n3 | c\n10 | c");
    check(&[&a, &b], |t| t[0].merge_sorted(&t[1], "k"))
        .gives("k: int64 | s: string\n0 | c\n1 | a\n3 | a\n3 | b\n3 | c\n9 | a\n10 | c");
}

#[test]
fn values_of_another_frame_by_key() {
    let a = table("k: string | x: int64 | y: int64\na | 1 | 1\nb | 2 | null\nnull | 3 | 3");
    let b = table("k: string | y: int64 | z: int64\nb | 20 | 1\na | null | 2\nd | 40 | 3");
    check(&[&a, &b], |t| t[0].update(&t[1], "k"))
        .gives("k: string | x: int64 | y: int64\na | 1 | 1\nb | 2 | 20\nnull | 3 | 3");
    check(&[&a, &b], |t| t[0].combine_first(&t[1], "k")).gives(
        "k: string | x: int64 | y: int64 | z: int64
         a | 1 | 1 | 2
         b | 2 | 20 | 1
         null | 3 | 3 | null
         d | null | 40 | 3",
    );
    let twice = table("k: string | y: int64\na | 1\na | 2");
    check(&[&a, &twice], |t| t[0].update(&t[1], "k")).fails(ErrorKind::InvalidArgument, &["a", "2 rows"]);
}
