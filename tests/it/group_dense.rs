//! Groups that lie where their keys say, beside lanes that number theirs or put rows aside: nothing of it may show.

use crate::check::coded;
use hypostyle::{CancelToken, Column, Config, Frame, GroupOrder, LazyFrame, assert_frame_eq, col, len};

const ROWS: u64 = 24_000;

fn at(row: u64, salt: u64, among: u64) -> u64 {
    ((row * 8 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) % among
}

/// A frame whose keys are these, beside floats whose sums depend on their order.
fn frame(key: impl Fn(u64) -> Option<i64>) -> Frame {
    let small = |row: u64| Some(at(row, 5, 6) as i64).filter(|value| *value > 0);
    let value = |row: u64| Some(1e9 / (at(row, 3, 1 << 20) + 1) as f64).filter(|_| row % 17 != 3);
    Frame::builder()
        .column("k", (0..ROWS).map(&key).collect::<Column>())
        .column("small", (0..ROWS).map(small).collect::<Column>())
        .column("s", (0..ROWS).map(|row| key(row).map(|key| format!("text {key}"))).collect::<Column>())
        .column("x", (0..ROWS).map(value).collect::<Column>())
        .column("i", (0..ROWS).map(|row| at(row, 4, 1000) as i64 - 500).collect::<Column>())
        .finish()
        .unwrap()
}

fn query(rows: LazyFrame, keys: &[&str], order: GroupOrder) -> LazyFrame {
    rows.group_by(keys.to_vec()).order(order).agg([
        col("x").sum(),
        col("x").mean().alias("mean"),
        col("x").max().filter(col("i").gt(0)).alias("greatest"),
        col("i").first().alias("first"),
        len().alias("n"),
    ])
}

#[track_caller]
fn same_however_grouped(frame: &Frame, keys: &[&str]) {
    // Eight lanes of four partitions.
    let cut = frame.repartition(32).unwrap();
    for order in [GroupOrder::Any, GroupOrder::FirstSeen] {
        let query = query(cut.lazy(), keys, order);
        let run = |threads, partition_rows| {
            let config = Config { threads, partition_rows, ..Config::current() };
            query.collect_with(&config, &CancelToken::new()).unwrap()
        };
        let ordered = |frame: &Frame| match order {
            GroupOrder::FirstSeen => frame.clone(),
            _ => frame.lazy().sort(keys.to_vec()).collect().unwrap(),
        };
        // Partitions that could have far more rows than they have: all groups are numbered.
        let expected = ordered(&run(1, 1 << 18));
        let one = run(1, 1_500);
        assert_frame_eq(&ordered(&one), &expected);
        assert_frame_eq(&run(7, 1_500), &one);
    }
}

#[test]
fn most_keys_of_a_range() {
    same_however_grouped(&frame(|row| Some(at(row, 1, 200) as i64)), &["k"]);
    same_however_grouped(&frame(|row| Some(at(row, 1, 200) as i64 - 90).filter(|key| key % 7 != 0)), &["k"]);
    same_however_grouped(&frame(|row| Some(at(row, 1, 30) as i64)), &["k", "small"]);
    same_however_grouped(&coded(&frame(|row| Some(at(row, 1, 120) as i64))), &["s"]);
    same_however_grouped(&coded(&frame(|row| Some(at(row, 1, 12) as i64))), &["s", "small"]);
}

#[test]
fn ranges_that_grow() {
    for later in [400, 3_000, 1 << 40] {
        // Within a lane, from one lane to the next, and in the last lane only.
        for start in [ROWS / 30, ROWS / 2, ROWS - 500] {
            let key = |row| if row < start { at(row, 1, 200) } else { at(row, 1, later) };
            same_however_grouped(&frame(|row| Some(key(row) as i64)), &["k"]);
        }
    }
    same_however_grouped(&frame(|row| Some(at(row, 1, 200) as i64).filter(|_| row > 3_000)), &["k"]);
}

#[test]
fn beside_lanes_of_few_groups_and_of_rows_that_wait() {
    let turn = ROWS / 2;
    same_however_grouped(&frame(|row| Some(at(row, 1, if row < turn { 200 } else { 3 }) as i64)), &["k"]);
    same_however_grouped(&frame(|row| Some(at(row, 1, if row < turn { 3 } else { 200 }) as i64)), &["k"]);
    // Rows of a lane that expects too few for the range wait; they join the others if the range is not much larger.
    same_however_grouped(
        &frame(|row| Some(if row < turn { at(row, 1, 200) } else { row * 7 % 500 } as i64)),
        &["k"],
    );
    same_however_grouped(&frame(|row| Some(if row < turn { at(row, 1, 200) } else { row } as i64)), &["k"]);
    same_however_grouped(
        &frame(|row| Some(at(row, 1, 200) as i64 + if row < turn { 0 } else { 1 << 33 })),
        &["k"],
    );
}

#[test]
fn dictionaries_that_change() {
    let whole = frame(|row| Some(at(row, 1, 150) as i64));
    let halves =
        [whole.slice(0, 9_000), whole.slice(9_000, 15_000)].map(|half| coded(&half).repartition(16).unwrap());
    let [a, b] = halves.each_ref().map(Frame::lazy);
    for order in [GroupOrder::Any, GroupOrder::FirstSeen] {
        let query = query(a.clone().union(std::slice::from_ref(&b)), &["s"], order);
        let run = |threads, weak_hash| {
            let config = Config { threads, partition_rows: 1_500, weak_hash, ..Config::current() };
            query.collect_with(&config, &CancelToken::new()).unwrap()
        };
        let sorted = |frame: &Frame| frame.lazy().sort(["s"]).collect().unwrap();
        assert_frame_eq(&run(2, false), &run(1, false));
        assert_frame_eq(&sorted(&run(1, false)), &sorted(&run(1, true)));
    }
}
