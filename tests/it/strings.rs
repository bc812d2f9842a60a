//! Text.

use crate::check::{check, table};
use hypostyle::functions::scalar_function;
use hypostyle::{ErrorKind, Expr, Params, col, lit};

#[test]
fn length_is_in_code_points_and_in_bytes() {
    let frame = table("x: string\nabc\nnaïve\n日本語\n\"\"\nnull");
    check(&[&frame], |t| {
        t[0].select([col("x").len_chars().alias("chars"), col("x").len_bytes().alias("bytes")])
    })
    .gives("chars: int64 | bytes: int64\n3 | 3\n5 | 6\n3 | 9\n0 | 0\nnull | null");
}

#[test]
fn case_follows_full_unicode() {
    let frame = table("x: string\nstraße\nÉcole\nΑΣ\nnull");
    check(&[&frame], |t| t[0].select([col("x").upper().alias("up"), col("x").lower().alias("low")]))
        .gives("up: string | low: string\nSTRASSE | straße\nÉCOLE | école\nΑΣ | ας\nnull | null");
}

#[test]
fn an_empty_string_is_not_null() {
    let frame = table("x: string\n\"\"\nnull");
    check(&[&frame], |t| t[0].select([col("x").is_null().alias("null"), col("x").eq("").alias("empty")]))
        .gives("null: bool | empty: bool\nfalse | true\ntrue | null");
}

#[test]
fn text_is_searched_literally_or_by_pattern() {
    let frame = table("x: string\na.c\nabc\nxyz\nnull\na long text that ends in abc");
    check(&[&frame], |t| {
        t[0].select([
            col("x").contains("a.c").alias("literal"),
            col("x").contains_regex("a.c").alias("pattern"),
            col("x").starts_with("a").alias("starts"),
            col("x").ends_with("c").alias("ends"),
        ])
    })
    .gives(
        "literal: bool | pattern: bool | starts: bool | ends: bool
         true | true | true | true
         false | true | true | true
         false | false | false | false
         null | null | null | null
         false | true | true | true",
    );
}

#[test]
fn strip_removes_all_unicode_white_space() {
    let frame = table("x: string\n\" \u{a0}a b\u{2003} \"\n\"  \"\nnull");
    check(&[&frame], |t| t[0].select([col("x").strip().alias("s")])).gives("s: string\na b\n\"\"\nnull");
}

#[test]
fn text_is_replaced_and_cut() {
    let frame = table("x: string\nbanana\nnull");
    check(&[&frame], |t| {
        t[0].select([
            col("x").str_replace("an", "o").alias("replaced"),
            col("x").str_slice(1, Some(3)).alias("middle"),
            col("x").str_slice(-2, None).alias("end"),
        ])
    })
    .gives("replaced: string | middle: string | end: string\nbooa | an | na\nnull | null | null");
}

#[test]
fn short_and_long_text_group_and_sort_alike() {
    let frame = table(
        "x: string | n: int64
         exactly12byt | 1
         exactly12bytX | 2
         exactly12byt | 3
         short | 4
         exactly12bytX | 5
         null | 6",
    );
    check(&[&frame], |t| t[0].group_by("x").agg([col("n").sum()]).sort("x"))
        .gives("x: string | n: int64\nexactly12byt | 4\nexactly12bytX | 7\nshort | 4\nnull | 6");
}

#[test]
fn patterns_step_back_where_they_may() {
    let frame = table("x: string\nabab\nabba\nnull\n12 EUR, 30 USD");
    let steps = |name: &str, args: Vec<Expr>, params: Params| {
        Expr::call(scalar_function(name).unwrap(), args, params.with("steps", 10_000i64))
    };
    let text = |pattern: &str| vec![col("x"), lit(pattern)];
    check(&[&frame], |t| {
        t[0].select([
            steps("contains", text(r"(..)\1"), Params::new().with("regex", true)).alias("twice"),
            steps("count_matches", text(r"b(?!a)"), Params::new().with("regex", true)).alias("count"),
            steps("extract", text(r"(\d+)(?= USD)"), Params::new()).alias("usd"),
            steps("str_fullmatch", text(r"(.)(.)\2\1"), Params::new()).alias("mirrored"),
            steps("extract_all", text(r"\d+(?= )"), Params::new()).list_len().alias("numbers"),
        ])
    })
    .gives(
        "twice: bool | count: int64 | usd: string | mirrored: bool | numbers: int64
         true | 1 | null | false | 0\nfalse | 1 | null | true | 0\nnull | null | null | null | null
         false | 0 | 30 | false | 2",
    );
    check(&[&frame], |t| t[0].select([col("x").contains_regex(r"(..)\1")]))
        .fails(ErrorKind::InvalidArgument, &["steps=1000000"]);
    let slow = table("x: string\nab\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    check(&[&slow], |t| {
        t[0].select([steps("contains", text(r"^(?:(?=a)a+)+$"), Params::new().with("regex", true))])
    })
    .fails(ErrorKind::Unsupported, &["10000 steps back", "row 1", "aaaa"]);
}

#[test]
fn every_match_is_a_row() {
    let frame = table("n: int64 | x: string\n1 | a1b\n2 | null\n3 | \"\"\n4 | c3");
    check(&[&frame], |t| {
        t[0].select([col("n"), col("x").extract_all_groups(r"([a-z])(?P<digit>\d)?").alias("found")])
            .explode("found")
            .unnest("found")
    })
    .gives("n: int64 | 1: string | digit: string\n1 | a | 1\n1 | b | null\n2 | null | null\n3 | null | null\n4 | c | 3");
}

#[test]
fn an_empty_text_is_repeated_at_once() {
    let frame = table("x: string\n\"\"\nnull");
    check(&[&frame], |t| t[0].select([col("x").str_repeat(i64::MAX).len_bytes().alias("n")]))
        .gives("n: int64\n0\nnull");
}
