//! Rows that match nothing further on are left out where they are read: chains of joins, and what lies between.

use crate::check::{check, table};
use hypostyle::{
    AsOf, Concat, DType, ErrorKind, Frame, GroupOrder, JoinOptions, JoinType, Keep, LazyFrame, Validate,
    assert_frame_eq, col,
};

const NONE: [&str; 0] = [];

const KINDS: [JoinType; 6] =
    [JoinType::Inner, JoinType::Left, JoinType::Right, JoinType::Full, JoinType::Semi, JoinType::Anti];

/// Rows with two keys, of which some are null and many have no partner.
fn facts() -> Frame {
    let rows = 40i64;
    let key = |row: i64, times: i64, of: i64| (row % 11 != 0).then_some(row * times % of);
    Frame::builder()
        .column("k", (0..rows).map(|row| key(row, 7, 13)).collect::<Vec<_>>())
        .column("s", (0..rows).map(|row| key(row, 5, 9).map(|k| format!("s{k}"))).collect::<Vec<_>>())
        .column("v", (0..rows).collect::<Vec<_>>())
        .finish()
        .unwrap()
}

fn orders() -> Frame {
    table(
        "k: int64 | p: int64 | of: string\n3 | 1 | s1\n1 | 2 | s2\nnull | 1 | s1\n3 | 4 | s4\n9 | 2 | null\n5 | null | s2
         20 | 2 | s8",
    )
}

fn customers() -> Frame {
    table("p: int64 | n: int64\n2 | 20\n4 | 40\n2 | 21\n7 | 70\nnull | 0")
}

fn texts() -> Frame {
    table("s: string | w: int64\ns2 | 1\ns8 | 2\ns2 | 3\nnull | 4")
}

fn few() -> Frame {
    table("k: int64\n1\n9\n77\nnull")
}

#[test]
fn chains_of_joins_of_every_kind() {
    let frames = [&facts(), &orders(), &customers(), &texts()];
    let mut rows = 0;
    for (first, second, nulls_equal) in kinds() {
        let options = JoinOptions { nulls_equal, ..JoinOptions::default() };
        let join = |a: &LazyFrame, b: &LazyFrame, on: &str, how| a.join_with(b, on, on, how, options.clone());
        let on_the_left = |t: &[LazyFrame]| {
            let joined = join(&t[0], &t[1], "k", first);
            let joined = match first {
                JoinType::Semi | JoinType::Anti => join(&joined, &t[3], "s", second),
                _ => join(&join(&joined, &t[2], "p", second), &t[3], "s", JoinType::Inner),
            };
            join(&joined, &t[1].filter(col("p").eq(2)).select(["k"]), "k", JoinType::Semi)
        };
        rows += check(&frames, on_the_left).frame().rows();
        let on_the_right = |t: &[LazyFrame]| {
            let joined = join(&t[0], &join(&t[1], &t[2], "p", second), "k", first);
            join(&t[3], &joined, "s", JoinType::Inner)
        };
        rows += check(&frames, on_the_right).frame().rows();
    }
    assert!(rows > 100, "{rows}");
}

/// Two kinds of join, and whether null matches null: each where it matters.
fn kinds() -> impl Iterator<Item = (JoinType, JoinType, bool)> {
    let seconds = [JoinType::Inner, JoinType::Left, JoinType::Anti];
    let pairs = KINDS.into_iter().flat_map(move |first| seconds.map(|second| (first, second)));
    pairs.enumerate().flat_map(|(number, (first, second))| {
        let outer = matches!(first, JoinType::Left | JoinType::Right);
        let nulls: &[bool] = if outer { &[false, true] } else { &[[false], [true]][number % 2] };
        nulls.iter().map(move |nulls_equal| (first, second, *nulls_equal))
    })
}

#[test]
fn what_lies_between_a_scan_and_a_join() {
    type Between = fn(&[LazyFrame]) -> LazyFrame;
    let between: [(&str, Between); 12] = [
        ("sort", |t| t[0].sort("v")),
        ("limit", |t| t[0].sort("v").limit(9)),
        ("project", |t| t[0].select([col("v").alias("k"), col("k").alias("v")])),
        ("sum", |t| t[0].group_by("k").order(GroupOrder::FirstSeen).agg([col("v").sum()])),
        ("sorted sum", |t| t[0].group_by("k").order(GroupOrder::Sorted).agg([col("v").sum()])),
        ("two keys", |t| t[0].group_by(["s", "k"]).order(GroupOrder::Sorted).agg([col("v").max()])),
        ("any order", |t| t[0].group_by("k").order(GroupOrder::Any).agg([col("v").sum()])),
        ("distinct", |t| t[0].distinct_by(["k"], Keep::Last)),
        ("distinct by another", |t| t[0].distinct_by(["s"], Keep::First)),
        ("none kept", |t| t[0].distinct_by(["k", "s"], Keep::None)),
        ("totals", |t| t[0].with_columns([col("v").sum().over("k").alias("total")])),
        ("totals by another", |t| t[0].with_columns([col("v").sum().over("s").alias("total")])),
    ];
    for (name, between) in between {
        for kind in [JoinType::Inner, JoinType::Semi, JoinType::Left] {
            let found = check(&[&facts(), &few()], |t| between(t).join(&t[1], "k", kind)).frame();
            assert!(found.rows() > 0, "{name}");
            // The few are on the left: they are built.
            check(&[&facts(), &few()], |t| t[1].join(&between(t), "k", kind)).frame();
        }
    }
}

#[test]
fn parts_below_each_other_and_parts_read_twice() {
    let frames = [&facts(), &orders(), &few()];
    check(&frames, |t| {
        let both = LazyFrame::concat(&[t[0].select(["k"]), t[1].select(["k"])], Concat::Vertical);
        both.join(&t[1], "k", JoinType::Left).join(&t[2], "k", JoinType::Inner)
    })
    .frame();
    check(&frames, |t| {
        let joined = t[0].join(&t[1], "k", JoinType::Inner);
        let narrow = joined.join(&t[2], "k", JoinType::Inner).select([col("v"), col("k").alias("other")]);
        joined.join(&narrow, "v", JoinType::Left)
    })
    .frame();
}

#[test]
fn keys_of_several_columns_and_of_other_types() {
    let wanted = table("x: int32 | of: string\n3 | s1\n1 | s2\n9 | null\n5 | s2");
    let frames = [&facts(), &orders(), &wanted];
    let joined = |t: &[LazyFrame]| t[0].join(&t[1], "k", JoinType::Inner);
    let found = check(&frames, |t| {
        let pairs = t[2].with_columns([col("x").cast(DType::Int64).alias("k")]).drop(["x"]);
        joined(t).join(&pairs, ["k", "of"], JoinType::Inner)
    });
    let pair = |k: i64, of: &str| col("k").eq(k).and(col("of").eq(of));
    let expected = check(&frames, |t| joined(t).filter(pair(3, "s1").or(pair(1, "s2")).or(pair(5, "s2"))));
    assert_frame_eq(&found.frame(), &expected.frame());
    assert!(found.frame().rows() > 5);
    // Narrower integers, and floats beside integers.
    for dtype in [DType::Int32, DType::Float64] {
        check(&frames, |t| {
            let joined = t[0].join(&t[1], "k", JoinType::Inner);
            let other = t[2].with_columns([col("x").cast(dtype.clone())]).select(["x"]);
            joined.join_with(&other, "k", "x", JoinType::Inner, JoinOptions::default()).select(["v", "k"])
        })
        .frame();
    }
}

#[test]
fn checks_and_nearest_rows_see_all_rows() {
    let frames = [&facts(), &orders(), &customers(), &few()];
    let many = JoinOptions { validate: Validate::ManyToOne, ..JoinOptions::default() };
    check(&frames, |t| {
        t[0].join_with(&t[1], "k", "k", JoinType::Inner, many.clone()).join(&t[2], "p", JoinType::Inner)
    })
    .fails(ErrorKind::InvalidArgument, &["k = 3"]);
    check(&frames, |t| {
        let on = AsOf::new(col("v"), col("p"));
        let near = t[0].join_asof(&t[1].drop_nulls(["p"]).sort("p"), on, NONE, NONE, JoinOptions::default());
        near.join(&t[2], "p", JoinType::Inner).join(&t[3], "k", JoinType::Semi)
    })
    .frame();
    // Null matches null further on.
    let nulls = JoinOptions { nulls_equal: true, ..JoinOptions::default() };
    let found = check(&frames, |t| {
        t[0].join(&t[1], "k", JoinType::Left).join_with(&t[2], "p", "p", JoinType::Inner, nulls.clone())
    });
    assert!(found.frame().column("p").unwrap().null_count() > 0);
}

fn physical(query: &LazyFrame) -> String {
    let text = query.explain().unwrap();
    text.split("physical plan").nth(1).unwrap().to_string()
}

#[test]
fn rows_are_left_out_only_where_that_saves_work() {
    let (facts, orders, customers) = (facts().lazy(), orders().lazy(), customers().lazy());
    let chain = facts.join(&orders, "k", JoinType::Inner).join(&customers, "p", JoinType::Inner);
    let text = physical(&chain);
    let places: Vec<usize> = text.match_indices("Leave out rows whose p").map(|(place, _)| place).collect();
    // Where the orders are read, before they are built.
    assert_eq!(places.len(), 1, "{text}");
    assert!(places[0] < text.rfind("pipeline").unwrap(), "{text}");
    for text in [
        physical(&facts.join(&orders, "k", JoinType::Inner)),
        physical(&facts.join(&orders, "k", JoinType::Inner).join(&customers, "p", JoinType::Left)),
        physical(&facts.limit(9).join(&orders, "k", JoinType::Inner)),
    ] {
        assert!(!text.contains("Leave out"), "{text}");
    }
    // Equal keys are equal on both sides.
    let text = physical(&facts.join(&orders, "k", JoinType::Inner).join(&few().lazy(), "k", JoinType::Inner));
    let (scans, reduced) = (text.matches("Scan").count(), text.matches("Leave out rows whose k").count());
    assert!(reduced > 1 && reduced + 1 == scans, "{text}");
}

/// Batches of many rows are looked at in part first: the answer is the same whether many or few have a match.
#[test]
fn many_rows_of_which_many_or_few_match() {
    for (rows, below) in [(20_000i64, 100), (20_000, 15_000)] {
        let keys = Frame::builder()
            .column("k", (0..rows).map(|row| row * 7919 % rows).collect::<Vec<_>>())
            .column("j", (0..rows).map(|row| row % 10).collect::<Vec<_>>())
            .finish()
            .unwrap();
        let small = Frame::builder().column("j", (0..10i64).collect::<Vec<_>>()).finish().unwrap();
        let kept = Frame::builder().column("k", (0..below).collect::<Vec<_>>()).finish().unwrap();
        let query =
            keys.lazy().join(&small.lazy(), "j", JoinType::Inner).join(&kept.lazy(), "k", JoinType::Inner);
        let found = query.collect().unwrap();
        let expected = keys.lazy().filter(col("k").lt(below)).collect().unwrap();
        assert_frame_eq(&found, &expected);
        // The keys as texts, which are looked up otherwise.
        let texts = |frame: &Frame| frame.with_columns([col("k").cast(DType::String)]).unwrap();
        let query = texts(&keys).lazy().join(&small.lazy(), "j", JoinType::Inner);
        let query = query.join(&texts(&kept).lazy(), "k", JoinType::Inner);
        assert!(physical(&query).contains("Leave out rows whose k"));
        assert_frame_eq(&query.collect().unwrap(), &texts(&expected));
    }
}
