//! Aggregates that hand on values of groups, over more rows than one task takes: as many as there are, from wherever they
//! come, in the order of the rows.

use arrow::array::UInt32Array;
use hypostyle::data::strings;
use hypostyle::{Batch, CancelToken, Column, Config, Frame, GroupOrder, Scalar, assert_frame_eq, col};

const ROWS: usize = 160_000;

/// How the texts of a frame are held.
#[derive(Clone, Copy)]
enum Held {
    Plain,
    /// Codes into one dictionary.
    Coded,
    /// Codes into a dictionary of each partition, some partitions without.
    Apart,
}

fn group(row: usize, groups: usize) -> usize {
    // Every second row belongs to the first tenth of the groups.
    let number = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) as usize;
    if row.is_multiple_of(2) { number % groups } else { number % groups.div_ceil(10) }
}

fn text(row: usize) -> Option<String> {
    let number = row * 7 % 501;
    (!row.is_multiple_of(13)).then(|| match number % 3 {
        0 => format!("{number}"),
        1 => format!("{number} is a longer text"),
        _ => String::new(),
    })
}

fn column(rows: std::ops::Range<usize>, held: Held, partition: usize) -> Column {
    match held {
        Held::Coded => {}
        Held::Apart if !partition.is_multiple_of(3) => {}
        _ => return rows.map(text).collect(),
    }
    let turned = if matches!(held, Held::Apart) { partition } else { 0 };
    let code = |row: usize| text(row).map(|_| ((row * 7 % 501 + turned) % 501) as u32);
    let codes: UInt32Array = rows.map(code).collect();
    let value = |code: usize| {
        let number = (code + 501 - turned % 501) % 501;
        // The row with this number, which is no null.
        (0..ROWS).find(|row| row * 7 % 501 == number && !row.is_multiple_of(13)).and_then(text)
    };
    let values: Column = (0..501).map(value).collect();
    Column::from_held(strings::encode(codes, values.array().clone()).unwrap())
}

fn frame(groups: usize, held: Held, partitions: usize) -> Frame {
    let one = |partition: usize| {
        let rows = ROWS * partition / partitions..ROWS * (partition + 1) / partitions;
        Frame::builder()
            .column("k", rows.clone().map(|row| group(row, groups) as i64).collect::<Column>())
            .column(
                "n",
                rows.clone().map(|row| (!row.is_multiple_of(17)).then_some(row as i64)).collect::<Column>(),
            )
            .column("s", column(rows, held, partition))
            .finish()
            .unwrap()
    };
    let frames: Vec<Frame> = (0..partitions).map(one).collect();
    let batches: Vec<Batch> = frames.iter().flat_map(|frame| frame.partitions().to_vec()).collect();
    Frame::new(frames[0].schema().clone(), batches).unwrap()
}

fn result(frame: &Frame, threads: usize, partition_rows: usize) -> Frame {
    let query = frame.lazy().group_by(["k"]).order(GroupOrder::Sorted).agg([
        col("s").string_join("+").alias("joined"),
        col("n").string_join("").alias("numbers"),
        col("s").collect_list().alias("all"),
        col("n").head(3).alias("first"),
        col("s").tail(2).alias("last"),
        col("n").nth(1).alias("second"),
    ]);
    let config = Config { threads, partition_rows, ..Config::current() };
    query.collect_with(&config, &CancelToken::new()).unwrap()
}

fn list<V: Into<Scalar>>(values: impl Iterator<Item = Option<V>>) -> Scalar {
    Scalar::List(values.map(|value| value.map_or(Scalar::Null, Into::into)).collect())
}

#[test]
fn values_come_back_by_group_in_the_order_of_the_rows() {
    for groups in [3, 700, 40_000] {
        let mut rows = vec![Vec::new(); groups];
        (0..ROWS).for_each(|row| rows[group(row, groups)].push(row));
        rows.retain(|rows| !rows.is_empty());
        let expected = result(&frame(groups, Held::Plain, 1), 1, 1 << 20);
        assert_eq!(expected.rows(), rows.len() as u64);
        let number = |row: usize| (!row.is_multiple_of(17)).then_some(row as i64);
        for (at, rows) in rows.iter().enumerate().step_by(rows.len() / 150 + 1) {
            let value = |name: &str| expected.column(name).unwrap().get(at).unwrap();
            let texts: Vec<String> = rows.iter().filter_map(|row| text(*row)).collect();
            let joined = (!texts.is_empty()).then(|| texts.join("+"));
            assert_eq!(value("joined"), Scalar::from(joined), "{groups} {at}");
            let numbers: Vec<String> =
                rows.iter().filter_map(|row| number(*row)).map(|n| n.to_string()).collect();
            assert_eq!(value("numbers"), Scalar::from((!numbers.is_empty()).then(|| numbers.concat())));
            assert_eq!(value("all"), list(rows.iter().map(|row| text(*row))), "{groups} {at}");
            assert_eq!(value("first"), list(rows.iter().take(3).map(|row| number(*row))));
            let last = &rows[rows.len().saturating_sub(2)..];
            assert_eq!(value("last"), list(last.iter().map(|row| text(*row))));
            assert_eq!(value("second"), Scalar::from(rows.get(1).and_then(|row| number(*row))));
        }
        for (held, partitions) in [(Held::Plain, 24), (Held::Coded, 1), (Held::Coded, 24), (Held::Apart, 24)]
        {
            let frame = frame(groups, held, partitions);
            for (threads, partition_rows) in [(1, 1 << 20), (7, 1 << 20), (7, 2_000)] {
                assert_frame_eq(&result(&frame, threads, partition_rows), &expected);
            }
        }
    }
}
