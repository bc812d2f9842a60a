//! The functions of text beyond their examples.

use crate::data::{Column, Scalar};
use crate::error::{Error, ErrorKind};
use crate::expr::interrupt::{Stop, within};
use crate::expr::{Expr, Params, col, lit};
use crate::functions::scalar::support::run;
use crate::functions::scalar::text_replace::STR_REPLACE;
use crate::functions::scalar::text_search::CONTAINS;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

fn texts<const N: usize>(texts: [Option<&str>; N]) -> Column {
    texts.into_iter().collect()
}

#[track_caller]
fn gives<const N: usize>(input: [Option<&str>; N], expr: Expr, expected: [Option<&str>; N]) {
    let expected: Vec<Scalar> = expected.into_iter().map(Scalar::from).collect();
    assert_eq!(run(&texts(input), &expr).unwrap(), expected, "{expr}");
}

#[track_caller]
fn tests<const N: usize>(input: [Option<&str>; N], expr: Expr, expected: &str) {
    let answers = run(&texts(input), &expr).unwrap();
    let text: String =
        answers.iter().map(|answer| answer.as_bool().map_or('.', |a| if a { 'T' } else { 'F' })).collect();
    assert_eq!(text, expected, "{expr}");
}

#[test]
fn patterns_may_be_regular_and_ignore_case() {
    let input = [Some("Boeing 737"), Some("a.b"), Some(""), None];
    tests(input, col("x").contains("."), "FTF.");
    tests(input, col("x").contains(""), "TTT.");
    tests(input, col("x").contains_regex(r"\d{3}$"), "TFF.");
    let case = |regex: bool| Params::new().with("case", false).with("regex", regex);
    tests(input, Expr::call(&CONTAINS, [col("x"), lit("BOEING")], case(false)), "TFF.");
    tests(input, Expr::call(&CONTAINS, [col("x"), lit("^A.")], case(true)), "FTF.");
    tests(input, Expr::call(&CONTAINS, [col("x"), lit("A.")], case(false)), "FTF.");
    tests(input, col("x").contains(lit(Scalar::Null)), "....");
    tests(input, col("x").contains(col("x")), "TTT.");
    tests(input, col("x").contains_regex(col("x")), "TTT.");
    let error = run(&texts(input), &col("x").contains_regex("(")).unwrap_err();
    assert_eq!((error.kind(), error.offending_value()), (ErrorKind::InvalidArgument, Some("(")));
}

#[test]
fn starts_and_ends_may_differ_by_row() {
    let input = [Some("a long text that is not kept in its view"), Some("ab"), None];
    tests(input, col("x").starts_with("a long text that"), "TF.");
    tests(input, col("x").ends_with("b"), "FT.");
    tests(input, lit("abc").starts_with(col("x")), "FT.");
    tests(input, col("x").starts_with(""), "TT.");
}

#[test]
fn case_follows_unicode() {
    gives([Some("ǆ ﬃ ß i"), Some("É")], col("x").upper(), [Some("Ǆ FFI SS I"), Some("É")]);
    gives([Some("İ ΣΑΣ"), None], col("x").lower(), [Some("i\u{307} σας"), None]);
}

#[test]
fn strip_knows_every_white_space() {
    let input = [Some("\u{2003}\u{a0}a b\r\n"), Some("   "), None];
    gives(input, col("x").strip(), [Some("a b"), Some(""), None]);
    gives([Some("xxaxbxx")], col("x").strip_characters("xb"), [Some("a")]);
    gives(
        [Some("  a text of more than twelve bytes  ")],
        col("x").rstrip(),
        [Some("  a text of more than twelve bytes")],
    );
    gives(
        [Some("  a text of more than twelve bytes  ")],
        col("x").lstrip(),
        [Some("a text of more than twelve bytes  ")],
    );
}

#[test]
fn replacement_is_literal_unless_told() {
    gives(
        [Some("a.b.c"), Some(""), None],
        col("x").str_replace(".", "$0"),
        [Some("a$0b$0c"), Some(""), None],
    );
    gives([Some("2024-02")], col("x").str_replace_regex(r"(\d+)-(\d+)", "$2/$1"), [Some("02/2024")]);
    gives([Some("ab")], col("x").str_replace("", "-"), [Some("-a-b-")]);
    let once = Expr::call(
        &crate::functions::scalar::text_replace::STR_REPLACE,
        [col("x"), lit("a"), lit("b")],
        Params::new().with("n", 1i64),
    );
    gives([Some("aaa")], once, [Some("baa")]);
    gives([Some("a"), None], col("x").str_replace(col("x"), "z"), [Some("z"), None]);
}

#[test]
fn texts_are_joined_with_or_without_nulls() {
    let others = || [lit(1i64), col("x"), lit(Scalar::Null)];
    gives([Some("a"), None], col("x").concat_str(others(), "-"), [None, None]);
    gives([Some("a"), None], col("x").concat_str_present(others(), "-"), [Some("a-1-a"), Some("1")]);
    gives([Some("a"), None], col("x").concat_str([lit(2.5)], ""), [Some("a2.5"), None]);
    gives([Some("a"), None], lit("é").concat_str([col("x")], ""), [Some("éa"), None]);
}

#[test]
fn only_text_is_searched() {
    let numbers: Column = [1i64].into_iter().collect();
    for expr in [col("x").contains("1"), col("x").upper(), col("x").len_chars(), col("x").strip()] {
        let error = run(&numbers, &expr).unwrap_err();
        assert_eq!(
            (error.kind(), error.suggestion()),
            (ErrorKind::Type, Some("cast it to string first")),
            "{expr}"
        );
    }
}

#[test]
fn text_of_gigabytes_is_asked_for_before_it_is_made() {
    let stop: Stop = Arc::new(|bytes| match bytes {
        0..900_000_000 => Ok(()),
        _ => Err(Error::new(ErrorKind::MemoryLimit, "too much")),
    });
    let input = texts([Some("x"), None]);
    for expr in [
        col("x").zfill(2_000_000_000),
        col("x").ljust(1_500_000_000),
        col("x").str_pad(500_000_000, "both", "é"),
        col("x").str_repeat(1_000_000_000i64),
    ] {
        let error = within(&stop, || run(&input, &expr)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MemoryLimit, "{expr}");
        assert_eq!((error.row_number(), error.offending_value()), (None, None), "{expr}");
    }
    // Longer than any text can be.
    for expr in [
        col("x").zfill(1 << 32),
        col("x").str_pad(600_000_000, "left", "🎉"),
        col("x").str_repeat(1i64 << 40),
    ] {
        assert_eq!(run(&input, &expr).unwrap_err().kind(), ErrorKind::Unsupported, "{expr}");
    }
}

#[test]
fn batches_that_become_long_are_stopped_on_the_way() {
    let looks = Arc::new(AtomicU64::new(0));
    let counted = looks.clone();
    let stop: Stop = Arc::new(move |_| match counted.fetch_add(1, Ordering::Relaxed) {
        0..2 => Ok(()),
        _ => Err(Error::new(ErrorKind::Cancelled, "stop")),
    });
    let input: Column = (0..100_000).map(|_| Some("a long enough text")).collect();
    for expr in [col("x").ljust(1000), col("x").str_repeat(50i64)] {
        looks.store(0, Ordering::Relaxed);
        let error = within(&stop, || run(&input, &expr)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{expr}");
        assert_eq!(looks.load(Ordering::Relaxed), 3);
    }
}

#[test]
fn one_text_that_grows_is_stopped_on_the_way() {
    let input = texts([Some(&"a".repeat(1_000_000)), None]);
    let by = "b".repeat(100_000);
    let regex = |pattern: &str| {
        let params = Params::new().with("regex", true).with("steps", 10_000_000);
        Expr::call(&STR_REPLACE, [col("x"), lit(pattern), lit(by.as_str())], params)
    };
    let growing = [
        col("x").str_replace("a", by.as_str()),
        regex("a"),
        regex("a(?=a)"),
        col("x").replace_many(["a"], [by.as_str()]),
    ];
    for expr in growing {
        let looks = AtomicU64::new(0);
        let stop: Stop = Arc::new(move |_| match looks.fetch_add(1, Ordering::Relaxed) {
            0..3 => Ok(()),
            _ => Err(Error::new(ErrorKind::MemoryLimit, "too much")),
        });
        let error = within(&stop, || run(&input, &expr)).unwrap_err();
        assert_eq!((error.kind(), error.row_number()), (ErrorKind::MemoryLimit, None));
    }
}

#[test]
fn texts_are_repeated_any_number_of_times() {
    for text in ["x", "é", "a longer text of 28 bytes..", "🎉"] {
        for times in [0, 1, 8, 9, 63, 64, 65, 128, 255, 256, 257, 1000] {
            let expected = [Some(text.repeat(times))].map(Scalar::from);
            assert_eq!(run(&texts([Some(text)]), &col("x").str_repeat(times as i64)).unwrap(), expected);
        }
    }
    let mixed = texts([Some("🎉é"), Some("")]);
    for width in [2, 3, 257, 1000] {
        let expected =
            [format!("{}🎉é", "ß".repeat(width - 2)), "ß".repeat(width)].map(|text| Scalar::from(Some(text)));
        assert_eq!(run(&mixed, &col("x").str_pad(width as i64, "left", "ß")).unwrap(), expected);
    }
}

#[test]
fn replacing_by_steps_back_takes_time_in_proportion_to_the_text() {
    // All that was written before was read again for each match: a minute and a half for these.
    let text = "ab".repeat(1_000_000);
    let params = Params::new().with("regex", true).with("steps", 10_000_000);
    let replaced = Expr::call(&STR_REPLACE, [col("x"), lit("(?=a)(a)"), lit("$1$1")], params);
    let start = std::time::Instant::now();
    gives([Some(&text), None], replaced, [Some(&"aab".repeat(1_000_000)), None]);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
