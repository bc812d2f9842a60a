//! Joins on conditions and on the nearest row, checks of keys, joins that explode: with nested loops as the judge.

use crate::check::{check, refused, table};
use hypostyle::{
    AsOf, CancelToken, Config, Direction, ErrorKind, Expr, Frame, JoinOptions, JoinType, LazyFrame, Scalar,
    TimeUnit, Validate, col, lit,
};

const NONE: [&str; 0] = [];

fn defaults() -> JoinOptions {
    JoinOptions::default()
}

fn orders() -> Frame {
    table("k: string | n: int64\na | 1\nb | 2\nnull | 3\na | 4\nc | 5")
}

fn items() -> Frame {
    table("k: string | m: int64\na | 1\na | 3\nb | 9\nnull | 3\nd | 0")
}

#[test]
fn conditions_beside_keys_on_every_kind() {
    let on = |kind| {
        check(&[&orders(), &items()], move |t| {
            t[0].join_on(&t[1], "k", "k", col("n").gt_eq(col("m")), kind, defaults())
        })
    };
    on(JoinType::Inner).gives("k: string | n: int64 | m: int64\na | 1 | 1\na | 4 | 1\na | 4 | 3");
    on(JoinType::Left).gives(
        "k: string | n: int64 | m: int64\na | 1 | 1\nb | 2 | null\nnull | 3 | null\na | 4 | 1\na | 4 | 3\nc | 5 | null",
    );
    on(JoinType::Right).gives(
        "k: string | n: int64 | m: int64\na | 1 | 1\na | 4 | 1\na | 4 | 3\nb | null | 9\nnull | null | 3\nd | null | 0",
    );
    on(JoinType::Full).gives(
        "k: string | n: int64 | m: int64\na | 1 | 1\nb | 2 | null\nnull | 3 | null\na | 4 | 1\na | 4 | 3\nc | 5 | null
         b | null | 9\nnull | null | 3\nd | null | 0",
    );
    on(JoinType::Semi).gives("k: string | n: int64\na | 1\na | 4");
    on(JoinType::Anti).gives("k: string | n: int64\nb | 2\nnull | 3\nc | 5");
}

#[test]
fn conditions_that_rows_cannot_be_sorted_for() {
    let odd = || ((col("n") + col("m")) % 2).eq(1);
    check(&[&orders(), &items()], |t| {
        t[0].join_where(&t[1], odd(), JoinType::Inner, defaults()).select(["n", "m"])
    })
    .gives(
        "n: int64 | m: int64\n1 | 0\n2 | 1\n2 | 3\n2 | 9\n2 | 3\n3 | 0\n4 | 1\n4 | 3\n4 | 9\n4 | 3\n5 | 0",
    );
    check(&[&orders(), &items()], |t| t[0].join_on(&t[1], "k", "k", odd(), JoinType::Anti, defaults()))
        .gives("k: string | n: int64\na | 1\nnull | 3\nc | 5");
    let wrong =
        orders().lazy().join_where(&items().lazy(), col("n").gt(col("q")), JoinType::Inner, defaults());
    assert_eq!(refused(&wrong).kind(), ErrorKind::ColumnNotFound);
    let wrong = orders().lazy().join_where(&items().lazy(), col("n") + 1, JoinType::Inner, defaults());
    assert_eq!(refused(&wrong).kind(), ErrorKind::Type);
}

#[test]
fn a_filter_above_all_pairs_is_a_condition() {
    let right =
        table("k: string | m: int64 | y: float64\na | 1 | 0.5\nb | 2 | NaN\nnull | 3 | 1.5\na | 4 | NaN");
    let left =
        table("k: string | n: int64 | x: float64\na | 1 | NaN\nb | 2 | 0.5\nnull | 3 | -0.0\na | 4 | 1.5");
    for nulls_equal in [false, true] {
        let options = JoinOptions { nulls_equal, ..defaults() };
        let pairs = |t: &[LazyFrame]| t[0].join_with(&t[1], NONE, NONE, JoinType::Cross, options.clone());
        check(&[&left, &right], |t| pairs(t).filter(col("k").eq(col("k_right"))).select(["n", "m"]))
            .gives("n: int64 | m: int64\n1 | 1\n1 | 4\n2 | 2\n4 | 1\n4 | 4");
        // NaN equals nothing.
        check(&[&left, &right], |t| pairs(t).filter(col("x").eq(col("y"))).select(["n", "m"]))
            .gives("n: int64 | m: int64\n2 | 1\n4 | 3");
        check(&[&left, &right], |t| {
            let near = col("n").lt_eq(col("m")).and((col("n") + 2).gt(col("m"))).and(col("m").gt(2));
            pairs(t).filter(near).select(["n", "m"])
        })
        .gives("n: int64 | m: int64\n2 | 3\n3 | 3\n3 | 4\n4 | 4");
    }
    let many = Frame::builder().column("a", (0..20_000i64).collect::<Vec<_>>()).finish().unwrap();
    let other = many.lazy().select([col("a").alias("b")]);
    let pairs = many.lazy().join_with(&other, NONE, NONE, JoinType::Cross, defaults());
    assert_eq!(pairs.filter(col("a").eq(col("b"))).collect().unwrap().rows(), 20_000);
}

#[test]
fn names_on_both_sides_of_a_condition() {
    check(&[&orders(), &items()], |t| {
        let equal = col("k").eq(col("k_right")).and(col("n").lt(col("m")));
        t[0].join_where(&t[1], equal, JoinType::Inner, defaults())
    })
    .gives("k: string | n: int64 | k_right: string | m: int64\na | 1 | a | 3\nb | 2 | b | 9");
}

/// Numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn of(&mut self, below: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % below
    }

    fn values(&mut self, rows: usize, below: i64) -> Vec<Option<i64>> {
        (0..rows).map(|_| (self.of(11) != 0).then(|| self.of(below) - below / 3)).collect()
    }
}

fn numbers(frame: &Frame, name: &str) -> Vec<Option<i64>> {
    frame.column(name).unwrap().values().map(|value| value.as_i64()).collect()
}

#[test]
fn inequalities_are_as_nested_loops() {
    type Condition = (fn() -> Expr, fn([i64; 4]) -> bool);
    let conditions: [Condition; 7] = [
        (|| col("x").gt(col("a")), |[x, _, a, _]| x > a),
        (|| col("b").gt_eq(col("x")), |[x, _, _, b]| b >= x),
        (|| col("a").lt_eq(col("x")).and(col("x").lt_eq(col("b"))), |[x, _, a, b]| a <= x && x <= b),
        (|| col("x").lt(col("b")).and(col("y").gt(col("a"))), |[x, y, a, b]| x < b && y > a),
        (
            || (col("x") - 3).lt_eq(col("a")).and(col("a").lt(col("x") + 3)),
            |[x, _, a, _]| x - 3 <= a && a < x + 3,
        ),
        (|| col("x").eq(col("a")).and(col("y").gt_eq(col("b"))), |[x, y, a, b]| x == a && y >= b),
        (
            || col("x").gt(col("a")).and(col("y").gt(col("b"))).and(col("x").not_eq(col("b"))),
            |[x, y, a, b]| x > a && y > b && x != b,
        ),
    ];
    let mut random = Numbers(7);
    for (sizes, below) in [((25, 40), 12), ((60, 9), 40), ((0, 5), 9), ((5, 0), 9), ((1, 1), 2)] {
        let frame = |names: [&str; 2], rows, random: &mut Numbers| {
            let rows: usize = rows;
            Frame::builder()
                .column(names[0], random.values(rows, below))
                .column(names[1], random.values(rows, below))
                .column(format!("row_{}", names[0]), (0..rows as i64).collect::<Vec<_>>())
                .finish()
                .unwrap()
        };
        let (left, right) =
            (frame(["x", "y"], sizes.0, &mut random), frame(["a", "b"], sizes.1, &mut random));
        let (x, y, a, b) =
            (numbers(&left, "x"), numbers(&left, "y"), numbers(&right, "a"), numbers(&right, "b"));
        for (number, (condition, holds)) in conditions.iter().enumerate() {
            // What a condition reads must be there; nulls make it not true.
            let reads: Vec<String> = condition().columns().iter().map(ToString::to_string).collect();
            let value = |name: &str, value: Option<i64>| match reads.iter().any(|read| read == name) {
                true => value,
                false => Some(0),
            };
            let matches = |i: usize, j: usize| {
                let all = [value("x", x[i]), value("y", y[i]), value("a", a[j]), value("b", b[j])];
                all.iter().all(Option::is_some) && holds(all.map(Option::unwrap))
            };
            let mut expected: Vec<(Option<i64>, Option<i64>)> = Vec::new();
            for i in 0..x.len() {
                let before = expected.len();
                expected.extend(
                    (0..a.len()).filter(|j| matches(i, *j)).map(|j| (Some(i as i64), Some(j as i64))),
                );
                if expected.len() == before {
                    expected.push((Some(i as i64), None));
                }
            }
            let lonely = (0..a.len()).filter(|j| !(0..x.len()).any(|i| matches(i, *j)));
            expected.extend(lonely.map(|j| (None, Some(j as i64))));
            for kind in [JoinType::Inner, JoinType::Left, JoinType::Full, JoinType::Semi, JoinType::Anti] {
                let wanted: Vec<_> = expected
                    .iter()
                    .filter(|(i, j)| match kind {
                        JoinType::Inner => i.is_some() && j.is_some(),
                        JoinType::Left => i.is_some(),
                        JoinType::Anti => i.is_some() && j.is_none(),
                        JoinType::Semi => i.is_some() && j.is_some(),
                        _ => true,
                    })
                    .copied()
                    .collect();
                let found =
                    check(&[&left, &right], |t| t[0].join_where(&t[1], condition(), kind, defaults()))
                        .frame();
                let i = numbers(&found, "row_x");
                if kind.has_right() {
                    let pairs: Vec<_> = i.into_iter().zip(numbers(&found, "row_a")).collect();
                    assert_eq!(pairs, wanted, "condition {number}, {kind:?}, {sizes:?}");
                } else {
                    let mut rows: Vec<_> = wanted.into_iter().map(|(i, _)| i).collect();
                    rows.dedup();
                    assert_eq!(i, rows, "condition {number}, {kind:?}, {sizes:?}");
                }
            }
        }
    }
}

#[test]
fn nearest_rows_are_as_nested_loops() {
    let mut random = Numbers(3);
    for (sizes, below) in [((40, 60), 50), ((70, 8), 20), ((3, 0), 5), ((0, 3), 5), ((1, 1), 1)] {
        let frame = |rows: usize, random: &mut Numbers| {
            let keys: Vec<Option<i64>> = random.values(rows, 3);
            let times: Vec<Option<f64>> = random
                .values(rows, below)
                .into_iter()
                .map(|t| t.map(|t| if t == 1 { f64::NAN } else { t as f64 }))
                .collect();
            Frame::builder()
                .column("k", keys)
                .column("t", times)
                .column("row", (0..rows as i64).collect::<Vec<_>>())
                .finish()
                .unwrap()
        };
        let (left, right) = (frame(sizes.0, &mut random), frame(sizes.1, &mut random));
        let floats = |frame: &Frame| -> Vec<Option<f64>> {
            frame.column("t").unwrap().values().map(|v| v.as_f64().filter(|t| !t.is_nan())).collect()
        };
        let (t, u) = (floats(&left), floats(&right));
        let (k, l) = (numbers(&left, "k"), numbers(&right, "k"));
        for direction in [Direction::Backward, Direction::Forward, Direction::Nearest] {
            for (tolerance, allow_exact) in
                [(None, true), (Some(3.0), true), (None, false), (Some(2.0), false)]
            {
                let one = |i: usize| -> Option<i64> {
                    let time = t[i]?;
                    let key = k[i]?;
                    let near = |j: &usize| {
                        let Some(other) = u[*j] else { return false };
                        l[*j] == Some(key)
                            && (allow_exact || other != time)
                            && tolerance.is_none_or(|tolerance| (other - time).abs() <= tolerance)
                    };
                    let other = |j: &usize| u[*j].unwrap();
                    let of = |j: &usize| (other(j) * 1e6) as i64;
                    // The last of the equals before, the first of the equals after.
                    let before = (0..u.len()).filter(near).filter(|j| other(j) <= time).max_by_key(of);
                    let after = (0..u.len()).filter(near).filter(|j| other(j) >= time).min_by_key(of);
                    let found = match direction {
                        Direction::Backward => before,
                        Direction::Forward => after,
                        Direction::Nearest => match (before, after) {
                            (Some(a), Some(b)) if time - other(&a) <= other(&b) - time => Some(a),
                            (a, b) => b.or(a),
                        },
                    };
                    found.map(|j| j as i64)
                };
                let expected: Vec<Option<i64>> = (0..t.len()).map(one).collect();
                let asof = AsOf {
                    direction,
                    tolerance: tolerance.map(Scalar::Float),
                    allow_exact,
                    ..AsOf::new(col("t"), col("t"))
                };
                let found =
                    check(&[&left, &right], |q| q[0].join_asof(&q[1], asof.clone(), "k", "k", defaults()));
                assert_eq!(numbers(&found.frame(), "row_right"), expected, "{asof} {sizes:?}");
            }
        }
    }
}

#[test]
fn as_of_joins_of_times() {
    let trades = table(
        "at: timestamp[us] | s: string\n2024-01-01T00:00:05 | a\n2024-01-01T00:00:09 | b\n2024-01-01T00:01:00 | a",
    );
    let quotes = table(
        "at: timestamp[ms] | s: string | bid: int64\n2024-01-01T00:00:08 | b | 1\n2024-01-01T00:00:01 | a | 2\n2024-01-01T00:00:05 | a | 3",
    );
    let within =
        AsOf { tolerance: Some(Scalar::Duration(10, TimeUnit::Second)), ..AsOf::new(col("at"), col("at")) };
    check(&[&trades, &quotes], |t| {
        t[0].join_asof(&t[1], within.clone(), "s", "s", defaults()).select(["s", "bid"])
    })
    .gives("s: string | bid: int64\na | 3\nb | 1\na | null");
    let text = AsOf::new(col("s"), col("s"));
    let wrong = trades.lazy().join_asof(&quotes.lazy(), text, NONE, NONE, defaults());
    assert_eq!(refused(&wrong).kind(), ErrorKind::Type);
    let negative = AsOf { tolerance: Some(Scalar::Int(-1)), ..AsOf::new(col("at"), col("at")) };
    let wrong = trades.lazy().join_asof(&quotes.lazy(), negative, NONE, NONE, defaults());
    assert_eq!(refused(&wrong).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn as_of_joins_at_far_distances() {
    let join = |left: &Frame, right: &Frame, direction, tolerance: Option<Scalar>| {
        let asof = AsOf { direction, tolerance, ..AsOf::new(col("t"), col("t")) };
        check(&[left, right], move |q| q[0].join_asof(&q[1], asof.clone(), NONE, NONE, defaults()))
    };
    // One unit nearer, where floats do not tell the distances apart.
    let left = table("t: int64\n0\n9223372036854775807");
    let right = table("t: int64 | r: int64\n-9007199254740994 | 1\n9007199254740993 | 2");
    join(&left, &right, Direction::Nearest, None)
        .gives("t: int64 | r: int64\n0 | 2\n9223372036854775807 | 2");
    let within = |units: i64| Some(Scalar::Int(units));
    join(&left, &right, Direction::Nearest, within((1 << 53) + 1))
        .gives("t: int64 | r: int64\n0 | 2\n9223372036854775807 | null");
    join(&left, &right, Direction::Nearest, within(1 << 53))
        .gives("t: int64 | r: int64\n0 | null\n9223372036854775807 | null");
    // A tolerance of more than 2^53 nanoseconds.
    let left = table("t: timestamp[ns]\n2024-07-19T00:00:00.000000001");
    let right = table("t: timestamp[ns] | r: int64\n2024-01-01T00:00:00 | 1");
    let days = |nanoseconds: i64| {
        Some(Scalar::Duration(200 * 86_400_000_000_000 + nanoseconds, TimeUnit::Nanosecond))
    };
    join(&left, &right, Direction::Backward, days(0))
        .gives("t: timestamp[ns] | r: int64\n2024-07-19T00:00:00.000000001 | null");
    join(&left, &right, Direction::Backward, days(1))
        .gives("t: timestamp[ns] | r: int64\n2024-07-19T00:00:00.000000001 | 1");
    // Infinities are equal at no distance, and at any distance from others.
    let left = table("t: float64\ninf\n-inf\n1.5");
    let right = table("t: float64 | r: int64\n-inf | 1\n1.0 | 2\ninf | 3");
    for direction in [Direction::Backward, Direction::Forward, Direction::Nearest] {
        let near = if direction == Direction::Forward { "null" } else { "2" };
        join(&left, &right, direction, Some(Scalar::Float(0.5)))
            .gives(&format!("t: float64 | r: int64\ninf | 3\n-inf | 1\n1.5 | {near}"));
    }
}

#[test]
fn repeated_keys_are_named_with_their_counts() {
    let options = |validate| JoinOptions { validate, ..defaults() };
    let join = |validate, how| {
        check(&[&orders(), &items()], move |t| t[0].join_with(&t[1], "k", "k", how, options(validate)))
    };
    for how in [JoinType::Inner, JoinType::Left, JoinType::Right, JoinType::Full, JoinType::Semi] {
        let words =
            ["validate is m:1", "the right", "1 key occurs more than once, in 2 rows", "k = \"a\" (2 rows)"];
        join(Validate::ManyToOne, how).fails(ErrorKind::InvalidArgument, &words);
        let words =
            ["validate is 1:m", "the left", "1 key occurs more than once, in 2 rows", "k = \"a\" (2 rows)"];
        join(Validate::OneToMany, how).fails(ErrorKind::InvalidArgument, &words);
    }
    let once = items().lazy().distinct_by(["k"], hypostyle::Keep::First).collect().unwrap();
    check(&[&orders(), &once], |t| {
        t[0].join_with(&t[1], "k", "k", JoinType::Semi, options(Validate::ManyToOne))
    })
    .gives("k: string | n: int64\na | 1\nb | 2\na | 4");
    assert!(Validate::parse("1:2").is_err());
}

#[test]
fn the_indicator_tells_where_rows_come_from() {
    let options = || JoinOptions { indicator: Some("from".into()), ..defaults() };
    let join = |how| {
        check(&[&orders().head(3), &items().tail(3)], move |t| {
            t[0].join_with(&t[1], "k", "k", how, options()).select(["k", "n", "m", "from"])
        })
    };
    join(JoinType::Full).gives(
        "k: string | n: int64 | m: int64 | from: string
         a | 1 | null | left_only
         b | 2 | 9 | both
         null | 3 | null | left_only
         null | null | 3 | right_only
         d | null | 0 | right_only",
    );
    join(JoinType::Right).gives(
        "k: string | n: int64 | m: int64 | from: string\nb | 2 | 9 | both\nnull | null | 3 | right_only\nd | null | 0 | right_only",
    );
    let taken = JoinOptions { indicator: Some("n".into()), ..defaults() };
    let wrong = orders().lazy().join_with(&items().lazy(), "k", "k", JoinType::Left, taken);
    assert_eq!(refused(&wrong).kind(), ErrorKind::DuplicateColumn);
}

#[test]
fn key_columns_can_stay_apart() {
    let options = || JoinOptions { coalesce: false, ..defaults() };
    check(&[&orders().head(2), &items().tail(3)], |t| {
        t[0].join_with(&t[1], "k", "k", JoinType::Full, options())
    })
    .gives(
        "k: string | n: int64 | k_right: string | m: int64
             a | 1 | null | null
             b | 2 | b | 9
             null | null | null | 3
             null | null | d | 0",
    );
}

#[test]
fn keys_of_two_types_are_one_column_of_the_common_type() {
    let (a, b) =
        (table("k: int8 | x: int64\n1 | 1\n2 | 2"), table("k: int64 | y: int64\n2 | 1\n4294967296 | 2"));
    check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Full))
        .gives("k: int64 | x: int64 | y: int64\n1 | 1 | null\n2 | 2 | 1\n4294967296 | null | 2");
    check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Right))
        .gives("k: int64 | x: int64 | y: int64\n2 | 2 | 1\n4294967296 | null | 2");
}

#[test]
fn joins_that_explode_are_stopped() {
    let frame = |name: &str, ones: usize| {
        let keys: Vec<i64> = (0..ones).map(|_| 1).chain([2, 2, 3]).collect();
        let values: Vec<i64> = (0..keys.len() as i64).collect();
        Frame::builder().column("k", keys).column(name, values).finish().unwrap()
    };
    let (left, right) = (frame("x", 300), frame("y", 200));
    let join = |how| left.lazy().join(&right.lazy(), "k", how);
    let config = |join_rows| Config { join_rows, ..Config::current() };
    let run = |query: &LazyFrame, limit| query.collect_with(&config(limit), &CancelToken::new());
    assert_eq!(run(&join(JoinType::Inner), None).unwrap().rows(), 60_005);
    for how in [JoinType::Inner, JoinType::Left, JoinType::Full] {
        let error = run(&join(how), Some(60_004)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyRows);
        let text = error.to_string();
        for part in [
            "60005 rows of 303 rows on the left and 203 on the right",
            "limit of 60004",
            "k = 1 (300 rows on the left times 200 on the right); k = 2 (2 rows on the left times 2 on the right)",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
    let error = run(&join(JoinType::Right), Some(1000)).unwrap_err().to_string();
    assert!(error.contains("k = 1 (300 rows on the left times 200 on the right)"), "{error}");
    assert_eq!(run(&join(JoinType::Semi), Some(10)).unwrap().rows(), 303);
    let cross = left.lazy().join_with(&right.lazy(), NONE, NONE, JoinType::Cross, defaults());
    assert_eq!(run(&cross, Some(1000)).unwrap_err().kind(), ErrorKind::TooManyRows);
    assert_eq!(run(&cross, None).unwrap().rows(), 303 * 203);
}

#[test]
fn keys_at_the_ends_of_their_types() {
    let (low, high) = (i64::MIN, i64::MAX);
    let a = table(&format!("k: int64 | x: int64\n{low} | 1\n{high} | 2\n0 | 3\nnull | 4"));
    let b = table(&format!("k: int64 | y: int64\n{high} | 1\n-1 | 2\n{low} | 3\n{high} | 4"));
    for (from, to) in [(0, 4), (0, 1), (1, 2)] {
        check(&[&a, &b.slice(from, to - from)], |t| {
            t[0].join(&t[1], "k", JoinType::Left).select([col("x"), col("y").is_null().alias("n")])
        });
    }
    check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Inner).select(["x", "y"]))
        .gives("x: int64 | y: int64\n1 | 3\n2 | 1\n2 | 4");
    let c = table("k: uint64 | x: int64\n18446744073709551615 | 1\n0 | 2\n9223372036854775808 | 3");
    check(&[&c, &c], |t| t[0].join(&t[1], "k", JoinType::Inner).select(["x", "x_right"]))
        .gives("x: int64 | x_right: int64\n1 | 1\n2 | 2\n3 | 3");
    // Two columns of full width do not fit one word.
    let d = table(&format!(
        "i: int64 | j: float64 | x: int64\n{low} | NaN | 1\n{high} | -0.0 | 2\n{high} | 1.5 | 3\n{low} | null | 4"
    ));
    check(&[&d, &d], |t| t[0].join(&t[1], ["i", "j"], JoinType::Left).select(["x", "x_right"]))
        .gives("x: int64 | x_right: int64\n1 | 1\n2 | 2\n3 | 3\n4 | null");
    let equal = || JoinOptions { nulls_equal: true, ..defaults() };
    check(&[&d, &d], |t| {
        t[0].join_with(&t[1], ["i", "j"], ["i", "j"], JoinType::Anti, equal()).select(["x"])
    })
    .gives("x: int64");
}

#[test]
fn many_equal_keys_and_texts_that_begin_alike() {
    let text = |i: usize| format!("the same twelve bytes and {}", i % 700);
    let left: Vec<String> = (0..3000).map(text).collect();
    let right: Vec<String> = (0..1400).map(|i| text(i * 3)).collect();
    let frame = |name: &str, keys: &[String]| {
        let rows: Vec<i64> = (0..keys.len() as i64).collect();
        Frame::builder().column("k", keys.to_vec()).column(name, rows).finish().unwrap()
    };
    let (a, b) = (frame("x", &left), frame("y", &right));
    let found = check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Inner)).frame();
    let mut expected = Vec::new();
    for (x, key) in left.iter().enumerate() {
        let rows = right.iter().enumerate().filter(|(_, other)| *other == key);
        expected.extend(rows.map(|(y, _)| (Some(x as i64), Some(y as i64))));
    }
    let pairs: Vec<_> = numbers(&found, "x").into_iter().zip(numbers(&found, "y")).collect();
    assert_eq!(pairs, expected);
}

#[test]
fn keys_of_every_kind_of_type() {
    for (dtype, values) in [
        ("decimal[10, 2]", ["1.50", "2.25", "3.00"]),
        ("date", ["2024-02-29", "1969-12-31", "2024-03-01"]),
        ("bool", ["true", "false", "true"]),
        ("float32", ["NaN", "-0.0", "1.5"]),
    ] {
        let a = table(&format!(
            "k: {dtype} | x: int64\n{} | 1\n{} | 2\n{} | 3\nnull | 4",
            values[0], values[1], values[2]
        ));
        let b = a.slice(1, 3);
        check(&[&a, &b], |t| {
            t[0].join(&t[1], "k", JoinType::Semi).filter(col("x").not_eq(lit(1))).select(["x"])
        })
        .gives("x: int64\n2\n3");
    }
    let a = table("k: decimal[10, 2] | x: int64\n1.50 | 1\n2.00 | 2");
    let b = table("k: decimal[12, 4] | y: int64\n2.0000 | 1\n1.5000 | 2");
    check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Inner).select(["x", "y"]))
        .gives("x: int64 | y: int64\n1 | 2\n2 | 1");
    let a = table("k: timestamp[ms] | x: int64\n2024-01-01T00:00:01 | 1");
    let b = table("k: timestamp[ns] | y: int64\n2024-01-01T00:00:01 | 2");
    check(&[&a, &b], |t| t[0].join(&t[1], "k", JoinType::Inner).select(["x", "y"]))
        .gives("x: int64 | y: int64\n1 | 2");
}

#[test]
fn decimals_of_which_some_are_wider_than_a_word() {
    let wide = "99999999999999999999999999.50";
    let near = "46116860184273879.04";
    let rows = |name: &str, last: &str| {
        table(&format!(
            "k: decimal[30, 2] | {name}: int64\n1.50 | 1\n-1.50 | 2\n{near} | 3\n-{wide} | 4\nnull | 5\n0.00 | 6\n{last} | 7"
        ))
    };
    // The first right side fits words; those of the left that do not meet nothing, and no end of the words.
    let ends = ["92233720368547758.07", "-92233720368547758.08", wide];
    for last in ends {
        let left = rows("x", last);
        let right =
            table(&format!("k: decimal[30, 2] | y: int64\n-1.50 | 1\n{near} | 2\n0.00 | 3\nnull | 4"));
        check(&[&left, &right], |t| t[0].join(&t[1], "k", JoinType::Inner).select(["x", "y"]))
            .gives("x: int64 | y: int64\n2 | 1\n3 | 2\n6 | 3");
        check(&[&left, &right], |t| t[0].join(&t[1], "k", JoinType::Anti).select(["x"]))
            .gives("x: int64\n1\n4\n5\n7");
        let same = rows("y", last);
        check(&[&left, &same], |t| t[0].join(&t[1], "k", JoinType::Inner).select(["x", "y"]))
            .gives("x: int64 | y: int64\n1 | 1\n2 | 2\n3 | 3\n4 | 4\n6 | 6\n7 | 7");
    }
}
