//! Text.

use crate::check::{check, table};
use hypostyle::col;

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
