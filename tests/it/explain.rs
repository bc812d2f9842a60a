//! What `explain` shows.

use crate::check::{check, table};
use hypostyle::{Config, Frame, JoinType, LazyFrame, col};

fn frame() -> Frame {
    table("k: string | x: int64 | y: int64 | z: int64\na | 1 | 2 | 3\nb | 4 | 5 | 6")
}

#[test]
fn the_three_plans_are_shown() {
    let text = frame().lazy().filter(col("x").gt(1)).select([col("k")]).explain().unwrap();
    let places: Vec<usize> = ["logical plan", "optimized plan", "physical plan"]
        .iter()
        .map(|title| text.find(title).expect(title))
        .collect();
    assert!(places.is_sorted(), "{text}");
}

fn optimized(text: &str) -> &str {
    text.split("optimized plan").nth(1).unwrap().split("physical plan").next().unwrap()
}

#[test]
fn conditions_and_columns_reach_the_scan() {
    let query = frame().lazy().with_columns([(col("y") + 1).alias("w")]).filter(col("x").gt(1)).select(["k"]);
    let text = query.explain().unwrap();
    let scan = optimized(&text)
        .lines()
        .last()
        .filter(|line| !line.trim().is_empty())
        .or(optimized(&text).lines().rev().find(|l| !l.trim().is_empty()))
        .unwrap();
    assert!(scan.contains("Scan"), "{text}");
    assert!(scan.contains('x') && scan.contains('k'), "{text}");
    assert!(!optimized(&text).contains("+ 1"), "{text}");
    assert!(!scan.contains('z'), "{text}");
}

#[test]
fn analyze_shows_rows_of_every_operator() {
    let query = frame().lazy().filter(col("x").gt(1)).join(&frame().lazy(), "k", JoinType::Inner).sort("x");
    let text = query.explain_analyze().unwrap();
    for word in ["Join", "Sort", "rows", "threads"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(text.contains("1 rows in"), "{text}");
}

#[test]
fn a_wrong_query_is_not_explained() {
    let error = frame().lazy().filter(col("xx").gt(1)).explain().unwrap_err();
    assert_eq!(error.kind(), hypostyle::ErrorKind::ColumnNotFound);
}

#[test]
fn a_rule_can_be_turned_off_by_name() {
    let rules: Vec<String> = hypostyle::optimizer::RULES.iter().map(|rule| rule.name.to_string()).collect();
    assert!(rules.len() > 3);
    let query = frame().lazy().filter(col("x").gt(1)).select(["k"]).limit(1);
    let all = query.collect().unwrap();
    for rule in &rules {
        let config = Config { disabled_rules: vec![rule.clone()], ..Config::current() };
        let without = query.collect_with(&config, &hypostyle::CancelToken::new()).unwrap();
        assert_eq!(crate::check::print(&all), crate::check::print(&without), "{rule}");
    }
}

#[test]
fn what_occurs_twice_is_run_once() {
    let frame = table("k: string | x: int64\na | 1\nb | 2\na | 3");
    let totals = |lazy: &LazyFrame| lazy.clone().group_by([col("k")]).agg([col("x").sum().alias("total")]);
    let query = |lazy: &LazyFrame| {
        let right = totals(lazy).select([col("k"), (col("total") * 2).alias("twice")]);
        totals(lazy).filter(col("total").gt(1)).join(&right, "k", JoinType::Inner)
    };
    let text = query(&frame.lazy()).explain_analyze().unwrap();
    assert_eq!(text.matches("Aggregate sum(x) by k").count(), 1, "{text}");
    assert!(text.contains("Shared rows"), "{text}");
    check(&[&frame], |t| query(&t[0])).gives("k: string | total: int64 | twice: int64\na | 4 | 8\nb | 2 | 4");
}
