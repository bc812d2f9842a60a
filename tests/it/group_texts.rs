//! Groups by texts of which there are many: by numbers that lanes share, by their bytes, or by themselves. Nothing of it may
//! show.

use arrow::array::BinaryViewArray;
use hypostyle::{CancelToken, Column, Config, Frame, GroupOrder, assert_frame_eq, col, len};
use std::sync::Arc;

const ROWS: usize = 48_000;

fn spread(row: usize, among: usize) -> usize {
    (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31) as usize % among
}

fn frame(text: impl Fn(usize) -> Option<String>) -> Frame {
    let bytes: BinaryViewArray = (0..ROWS).map(|row| text(row).map(String::into_bytes)).collect();
    Frame::builder()
        .column("s", (0..ROWS).map(&text).collect::<Column>())
        .column("b", Column::new(Arc::new(bytes)).unwrap())
        .column("k", (0..ROWS).map(|row| (row % 3) as i64).collect::<Column>())
        .column("f", (0..ROWS).map(|row| (row % 4) as f64 / 3.0).collect::<Column>())
        .column("x", (0..ROWS).map(|row| 1e9 / (spread(row, 1 << 20) + 1) as f64).collect::<Column>())
        .finish()
        .unwrap()
}

#[track_caller]
fn same_however_grouped(frame: &Frame) {
    let keys: [&[&str]; 5] = [&["s"], &["b"], &["s", "k"], &["k", "b", "s"], &["f", "s"]];
    for keys in keys {
        for order in [GroupOrder::Any, GroupOrder::FirstSeen] {
            let run = |threads, partition_rows, partitions| {
                let cut = frame.repartition(partitions).unwrap();
                let query =
                    cut.lazy().group_by(keys.to_vec()).order(order).agg([col("x").sum(), len().alias("n")]);
                let config = Config { threads, partition_rows, ..Config::current() };
                query.collect_with(&config, &CancelToken::new()).unwrap()
            };
            let ordered = |frame: &Frame| frame.lazy().sort(keys.to_vec()).collect().unwrap();
            // One lane, whose texts are all numbered.
            let counted = |frame: &Frame| frame.select([keys, &["n"]].concat()).unwrap();
            let expected = run(1, 1 << 20, 1);
            // Texts are few or many beside the rows that partitions may have; batches are short, or long enough to tell.
            for (partition_rows, partitions) in [(200, 32), (2_000, 32), (1_000, 8), (1 << 20, 8)] {
                let one = run(1, partition_rows, partitions);
                assert_frame_eq(&run(7, partition_rows, partitions), &one);
                match order {
                    GroupOrder::FirstSeen => assert_frame_eq(&counted(&one), &counted(&expected)),
                    _ => assert_frame_eq(&counted(&ordered(&one)), &counted(&ordered(&expected))),
                }
            }
        }
    }
}

#[test]
fn short_texts() {
    same_however_grouped(&frame(|row| Some(format!("id{:010}", spread(row, 50_000)))));
}

#[test]
fn short_texts_of_all_lengths_with_nulls() {
    let text = |row: usize| -> Option<String> {
        let number = spread(row, 40_000);
        let letters = ["", "\0", "ü", "a\0", "~~~~", "zzzzzzzz"][number % 6];
        (!number.is_multiple_of(11))
            .then(|| format!("{letters}{}", number % 9_999).chars().take(number % 13).collect())
    };
    let frame = frame(|row| text(row).filter(|text| text.len() <= 12));
    same_however_grouped(&frame);
}

#[test]
fn longer_texts_of_all_lengths_with_nulls() {
    let text = |row: usize| {
        let number = spread(row, 40_000);
        let letters = ["", "\0", "ü", "a\0", "~~~~", "zzzzzzzz"][number % 6];
        let text = format!("{letters}{}-{letters}-{number:x}-\0{:020}", number % 9_999, number % 5_001);
        (!number.is_multiple_of(11)).then(|| text.chars().take(number % 27).collect())
    };
    same_however_grouped(&frame(text));
}

#[test]
fn texts_that_become_longer() {
    // Each run of rows has texts of another length, and later ones texts of earlier ones.
    same_however_grouped(&frame(|row| {
        let length = if row % 7 == 0 { 10 } else { 10 + row / 2_600 };
        Some(format!("{:0length$x}", spread(row, if row % 7 == 0 { 1 << 11 } else { 1 << 30 })))
    }));
}

#[test]
fn texts_of_which_some_fill_all_words() {
    same_however_grouped(&frame(|row| {
        let first = char::from_u32([0x01, 0x7F, 0x80, 0x7FF, 0xFFFD, 0x10FFFF][row % 6]).unwrap();
        let text = format!("{first}{:07}{first}{}{first}", spread(row, 1 << 22), "x".repeat(row % 3 * 4));
        Some(text).filter(|_| row % 5 > 0)
    }));
}

#[test]
fn a_long_text_among_the_last_rows() {
    let long = |row: usize| row > ROWS - 900 && spread(row, 5) == 0;
    same_however_grouped(&frame(|row| {
        let number = spread(row, 50_000);
        Some(if long(row) {
            format!("a text of {number} bytes that is longer than any that is packed")
        } else {
            number.to_string()
        })
    }));
}

#[test]
fn lanes_of_few_and_of_many_texts() {
    // The first lanes repeat theirs, which the others have too, but hardly twice.
    same_however_grouped(&frame(|row| {
        Some(format!("{:x}", spread(row, if row < ROWS / 2 || row % 20 == 0 { 3_000 } else { 1 << 30 })))
    }));
}

#[test]
fn texts_that_begin_with_any_byte() {
    // The numbers of all such texts fill a word.
    same_however_grouped(&frame(|row| {
        let first = char::from_u32([0x01, 0x7F, 0x80, 0x7FF, 0xFFFD, 0x10FFFF][row % 6]).unwrap();
        Some(format!("{first}{}", spread(row, 1 << 24))).filter(|_| row % 5 > 0)
    }));
}
