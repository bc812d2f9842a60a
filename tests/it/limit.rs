//! Limits and slices.

use crate::check::{check, print, table};
use hypostyle::{Frame, SortKey, col};

fn numbers(rows: i64) -> Frame {
    Frame::builder().column("x", (0..rows).collect::<Vec<_>>()).finish().unwrap()
}

#[test]
fn the_first_rows_are_given_in_order() {
    let frame = table("x: int64\n5\n3\n9\n1\n7");
    check(&[&frame], |t| t[0].limit(2)).gives("x: int64\n5\n3");
    check(&[&frame], |t| t[0].limit(0)).gives("x: int64");
    check(&[&frame], |t| t[0].limit(100)).gives("x: int64\n5\n3\n9\n1\n7");
    check(&[&frame], |t| t[0].slice(1, 3)).gives("x: int64\n3\n9\n1");
    check(&[&frame], |t| t[0].slice(4, u64::MAX)).gives("x: int64\n7");
    check(&[&frame], |t| t[0].slice(9, 1)).gives("x: int64");
}

#[test]
fn a_limit_counts_the_rows_that_a_filter_leaves() {
    check(&[&numbers(20)], |t| t[0].filter((col("x") % 3).eq(0)).limit(3)).gives("x: int64\n0\n3\n6");
    check(&[&numbers(20)], |t| t[0].limit(7).filter((col("x") % 3).eq(0))).gives("x: int64\n0\n3\n6");
    check(&[&numbers(20)], |t| t[0].limit(9).slice(2, 4).limit(3)).gives("x: int64\n2\n3\n4");
}

#[test]
fn a_limit_of_a_sort_is_its_beginning() {
    let frame = table("x: int64 | y: int64\n5 | 0\n3 | 1\nnull | 2\n1 | 3\n3 | 4\n9 | 5");
    check(&[&frame], |t| t[0].sort("x").limit(3)).gives("x: int64 | y: int64\n1 | 3\n3 | 1\n3 | 4");
    check(&[&frame], |t| t[0].sort_by(vec![SortKey::descending(col("x"))]).slice(1, 2))
        .gives("x: int64 | y: int64\n5 | 0\n3 | 1");
    check(&[&frame], |t| t[0].sort("x").slice(4, 9)).gives("x: int64 | y: int64\n9 | 5\nnull | 2");
}

#[test]
fn a_limit_of_many_rows_is_the_same_on_all_threads() {
    let frame = numbers(50_000).repartition(23).unwrap();
    for count in [1, 2_173, 2_174, 2_175, 30_000, 50_000] {
        let found = check(&[&frame], |t| t[0].filter((col("x") % 2).eq(0)).limit(count)).frame();
        assert_eq!(found.rows(), count.min(25_000));
        let last = found.column("x").unwrap().get(found.rows() as usize - 1).unwrap();
        assert_eq!(last.as_i64(), Some(found.rows() as i64 * 2 - 2));
    }
}

#[test]
fn a_limit_of_a_union_may_take_of_both() {
    let (a, b) = (table("x: int64\n1\n2"), table("x: int64\n3\n4"));
    check(&[&a, &b], |t| t[0].union(&[t[1].clone()]).limit(3)).gives("x: int64\n1\n2\n3");
    check(&[&a, &b], |t| t[0].union(&[t[1].clone()]).slice(1, 2)).gives("x: int64\n2\n3");
}

#[test]
fn head_and_tail_of_frames_copy_nothing_and_agree() {
    let frame = numbers(10).repartition(4).unwrap();
    assert_eq!(print(&frame.tail(3)), "x: int64\n7\n8\n9");
    assert_eq!(print(&frame.slice(2, 3)), "x: int64\n2\n3\n4");
    assert_eq!(frame.tail(99).rows(), 10);
}
