//! Joins.

use crate::check::{check, refused, table};
use hypostyle::{CancelToken, Config, ErrorKind, Frame, JoinOptions, JoinType, assert_frame_eq, col};

fn flights() -> Frame {
    table("carrier: string | n: int64\nUA | 1\nXX | 2\nAA | 3\nnull | 4\nUA | 5")
}

fn airlines() -> Frame {
    table(
        "carrier: string | name: string\nAA | American\nUA | United\nDL | Delta\nnull | Nobody\nUA | Untied",
    )
}

#[test]
fn inner_joins_keep_the_order_of_the_left_rows() {
    check(&[&flights(), &airlines()], |t| t[0].join(&t[1], "carrier", JoinType::Inner)).gives(
        "carrier: string | n: int64 | name: string
         UA | 1 | United
         UA | 1 | Untied
         AA | 3 | American
         UA | 5 | United
         UA | 5 | Untied",
    );
}

#[test]
fn left_joins_keep_every_left_row() {
    check(&[&flights(), &airlines()], |t| t[0].join(&t[1], "carrier", JoinType::Left)).gives(
        "carrier: string | n: int64 | name: string
         UA | 1 | United
         UA | 1 | Untied
         XX | 2 | null
         AA | 3 | American
         null | 4 | null
         UA | 5 | United
         UA | 5 | Untied",
    );
}

#[test]
fn right_joins_keep_every_right_row_in_its_order() {
    check(&[&flights(), &airlines()], |t| t[0].join(&t[1], "carrier", JoinType::Right)).gives(
        "carrier: string | n: int64 | name: string
         AA | 3 | American
         UA | 1 | United
         UA | 5 | United
         DL | null | Delta
         null | null | Nobody
         UA | 1 | Untied
         UA | 5 | Untied",
    );
}

#[test]
fn full_joins_share_one_key_column() {
    check(&[&flights(), &airlines()], |t| t[0].join(&t[1], "carrier", JoinType::Full)).gives(
        "carrier: string | n: int64 | name: string
         UA | 1 | United
         UA | 1 | Untied
         XX | 2 | null
         AA | 3 | American
         null | 4 | null
         UA | 5 | United
         UA | 5 | Untied
         DL | null | Delta
         null | null | Nobody",
    );
}

#[test]
fn semi_and_anti_joins_filter_the_left_rows() {
    check(&[&flights(), &airlines()], |t| t[0].join(&t[1], "carrier", JoinType::Semi))
        .gives("carrier: string | n: int64\nUA | 1\nAA | 3\nUA | 5");
    check(&[&flights(), &airlines()], |t| t[0].join(&t[1], "carrier", JoinType::Anti))
        .gives("carrier: string | n: int64\nXX | 2\nnull | 4");
}

#[test]
fn null_keys_match_only_when_told() {
    let options = || JoinOptions { nulls_equal: true, ..JoinOptions::default() };
    let join = |kind| {
        check(&[&flights(), &airlines()], move |t| {
            t[0].join_with(&t[1], "carrier", "carrier", kind, options())
        })
    };
    join(JoinType::Inner).gives(
        "carrier: string | n: int64 | name: string
         UA | 1 | United
         UA | 1 | Untied
         AA | 3 | American
         null | 4 | Nobody
         UA | 5 | United
         UA | 5 | Untied",
    );
    join(JoinType::Anti).gives("carrier: string | n: int64\nXX | 2");
    join(JoinType::Semi).gives("carrier: string | n: int64\nUA | 1\nAA | 3\nnull | 4\nUA | 5");
}

#[test]
fn cross_joins_pair_all_rows() {
    let (a, b) = (table("x: int64\n1\n2"), table("y: string\na\nb"));
    check(&[&a, &b], |t| t[0].join(&t[1], [] as [hypostyle::Expr; 0], JoinType::Cross))
        .gives("x: int64 | y: string\n1 | a\n1 | b\n2 | a\n2 | b");
}

#[test]
fn keys_are_equal_as_keys() {
    let a = table("k: float64 | x: int64\n-0.0 | 1\nNaN | 2\n1.0 | 3");
    let b = table("k: float64 | y: int64\n0.0 | 10\nNaN | 20");
    check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Inner))
        .gives("k: float64 | x: int64 | y: int64\n-0.0 | 1 | 10\nNaN | 2 | 20");
}

#[test]
fn keys_of_different_types_meet_in_their_common_type() {
    let a = table("k: int8 | x: int64\n-1 | 1\n5 | 2\n100 | 3");
    let b = table("k: int64 | y: int64\n5 | 10\n-1 | 20\n4294967301 | 30");
    check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Inner))
        .gives("k: int8 | x: int64 | y: int64\n-1 | 1 | 20\n5 | 2 | 10");
    let text = table("k: string\n5");
    assert_eq!(refused(&a.lazy().join(&text.lazy(), "k", JoinType::Inner)).kind(), ErrorKind::Type);
}

#[test]
fn several_keys_and_names_that_differ() {
    let a = table("a: string | b: int64 | x: int64\nu | 1 | 1\nu | 2 | 2\nv | 1 | 3\nnull | 1 | 4");
    let b = table("c: string | d: int64 | x: int64\nv | 1 | 10\nu | 2 | 20\nnull | 1 | 30");
    check(&[&a, &b], |t| t[0].join_with(&t[1], ["a", "b"], ["c", "d"], JoinType::Inner, JoinOptions::default()))
        .gives("a: string | b: int64 | x: int64 | c: string | d: int64 | x_right: int64\nu | 2 | 2 | u | 2 | 20\nv | 1 | 3 | v | 1 | 10");
}

#[test]
fn names_on_both_sides_get_suffixes() {
    let (a, b) = (table("k: int64 | x: int64\n1 | 2"), table("k: int64 | x: int64\n1 | 3"));
    check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Left))
        .gives("k: int64 | x: int64 | x_right: int64\n1 | 2 | 3");
    let options =
        JoinOptions { left_suffix: "_x".into(), right_suffix: "_y".into(), ..JoinOptions::default() };
    check(&[&a, &b], |t| t[0].join_with(&t[1], "k", "k", JoinType::Inner, options.clone()))
        .gives("k: int64 | x_x: int64 | x_y: int64\n1 | 2 | 3");
    let none = JoinOptions { right_suffix: String::new(), ..JoinOptions::default() };
    let error = refused(&a.lazy().join_with(&b.lazy(), "k", "k", JoinType::Inner, none));
    assert_eq!(error.kind(), ErrorKind::DuplicateColumn);
}

#[test]
fn sides_without_rows() {
    let (none, some) = (flights().head(0), airlines());
    check(&[&none, &some], |t| t[0].join(&t[1], "carrier", JoinType::Inner))
        .gives("carrier: string | n: int64 | name: string");
    check(&[&none, &some.head(1)], |t| t[0].join(&t[1], "carrier", JoinType::Full))
        .gives("carrier: string | n: int64 | name: string\nAA | null | American");
    check(&[&flights().head(1), &some.head(0)], |t| t[0].join(&t[1], "carrier", JoinType::Left))
        .gives("carrier: string | n: int64 | name: string\nUA | 1 | null");
    check(&[&flights().head(1), &some.head(0)], |t| t[0].join(&t[1], "carrier", JoinType::Anti))
        .gives("carrier: string | n: int64\nUA | 1");
}

#[test]
fn joins_of_joins_with_filters_above() {
    let more = table("name: string | hub: string\nUnited | ORD\nAmerican | DFW");
    check(&[&flights(), &airlines(), &more], |t| {
        t[0].join(&t[1], "carrier", JoinType::Inner)
            .join(&t[2], "name", JoinType::Left)
            .filter(col("n").gt(1).and(col("name").not_eq("Untied")))
            .select(["hub", "n"])
    })
    .gives("hub: string | n: int64\nDFW | 3\nORD | 5");
}

#[test]
fn a_filter_on_the_right_side_of_a_left_join_stays_above_it() {
    check(&[&flights(), &airlines()], |t| {
        t[0].join(&t[1], "carrier", JoinType::Left).filter(col("name").is_null())
    })
    .gives("carrier: string | n: int64 | name: string\nXX | 2 | null\nnull | 4 | null");
}

#[test]
fn many_rows_join_the_same_on_all_threads() {
    let left: Vec<i64> = (0..30_000).map(|i| (i * 7_919) % 10_007).collect();
    let right: Vec<i64> = (0..8_000).map(|i| (i * 31) % 10_007).collect();
    let a = Frame::builder()
        .column("k", left.clone())
        .column("x", (0..30_000i64).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let b = Frame::builder()
        .column("k", right.clone())
        .column("y", (0..8_000i64).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let found = check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Inner)).frame();
    let mut expected = Vec::new();
    let place: std::collections::HashMap<i64, i64> = right.iter().zip(0..).map(|(k, i)| (*k, i)).collect();
    for (x, k) in left.iter().enumerate() {
        expected.extend(place.get(k).map(|y| (x as i64, *y)));
    }
    let values =
        |name: &str| found.column(name).unwrap().values().map(|v| v.as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(values("x").into_iter().zip(values("y")).collect::<Vec<_>>(), expected);
}

/// Keys that are a small part of their range: found by rank, unless the hash is bad.
#[test]
fn keys_far_apart_find_the_same_rows_by_rank_and_by_hash() {
    let of = |k: Vec<i64>, name: &str| {
        let rows = k.len() as i64;
        Frame::builder().column("k", k).column(name, (0..rows).collect::<Vec<_>>()).finish().unwrap()
    };
    let left = of((0..9_000i64).map(|i| i * 7_919 % 150_011 - 60_000).collect(), "x");
    for (rows, times) in [(4_000i64, 31), (4_000, 0)] {
        // Every key once, or some of them up to three times.
        let key = |i: i64| if times > 0 { i * times % 130_003 } else { (i / 3 * i / 3) % 100_003 };
        let right = of((0..rows).map(|i| key(i) - 50_000).collect(), "y");
        for how in
            [JoinType::Inner, JoinType::Left, JoinType::Right, JoinType::Full, JoinType::Semi, JoinType::Anti]
        {
            let run = |threads, weak_hash| {
                let config = Config { threads, weak_hash, ..Config::current() };
                left.lazy().join(&right.lazy(), "k", how).collect_with(&config, &CancelToken::new()).unwrap()
            };
            let expected = run(1, true);
            assert!(expected.rows() > 0);
            assert_frame_eq(&run(1, false), &expected);
            assert_frame_eq(&run(2, false), &expected);
        }
    }
}

#[test]
fn few_rows_on_the_left_are_built_and_stay_in_order() {
    let of = |k: Vec<i64>, name: &str| {
        let rows = k.len() as i64;
        Frame::builder().column("k", k).column(name, (0..rows).collect::<Vec<_>>()).finish().unwrap()
    };
    let left: Vec<i64> = (0..3_000).map(|i| (i * 7_919) % 2_003).collect();
    let right: Vec<i64> = (0..150_000).map(|i| (i * 31) % 90_007 - 40_000).collect();
    let mut places: std::collections::HashMap<i64, Vec<i64>> = std::collections::HashMap::new();
    right.iter().zip(0..).for_each(|(k, y)| places.entry(*k).or_default().push(y));
    let (a, b) = (of(left.clone(), "x"), of(right, "y"));
    let plan = a.lazy().join(&b.lazy(), "k", JoinType::Inner).explain().unwrap();
    assert!(plan.contains("the left side is built"), "{plan}");
    for how in [JoinType::Inner, JoinType::Left, JoinType::Semi, JoinType::Anti] {
        // Not through the door: so many rows under a bad hash take minutes.
        let cut = b.slice(0, 70_001).union(&[b.slice(70_001, 9), b.slice(70_010, 79_990)]).unwrap();
        let config = |threads| Config { threads, ..Config::current() };
        let run = |b: &Frame, threads| {
            a.lazy().join(&b.lazy(), "k", how).collect_with(&config(threads), &CancelToken::new()).unwrap()
        };
        let found = run(&b, 1);
        for (b, threads) in [(&b, 2), (&b, 7), (&cut, 1), (&cut, 2)] {
            assert_frame_eq(&run(b, threads), &found);
        }
        let mut expected: Vec<(i64, Option<i64>)> = Vec::new();
        for (k, x) in left.iter().zip(0..) {
            let matches = places.get(k).map(Vec::as_slice).unwrap_or_default();
            match how {
                JoinType::Semi | JoinType::Anti => {
                    expected.extend((matches.is_empty() == (how == JoinType::Anti)).then_some((x, None)));
                }
                _ => expected.extend(matches.iter().map(|y| (x, Some(*y)))),
            }
            if how == JoinType::Left && matches.is_empty() {
                expected.push((x, None));
            }
        }
        let x = found.column("x").unwrap();
        let x = x.values().map(|v| v.as_i64().unwrap());
        let y: Vec<Option<i64>> = match found.column("y") {
            Ok(column) => column.values().map(|v| v.as_i64()).collect(),
            Err(_) => vec![None; found.rows() as usize],
        };
        assert_eq!(x.zip(y).collect::<Vec<_>>(), expected, "{how:?}");
    }
}
